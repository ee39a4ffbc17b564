"""How surely the path of an address says by itself which article is meant."""

from __future__ import annotations

import re
from enum import IntEnum

from newscrawler.urls.variants import shipped_variants

_ORDINARY = shipped_variants().ordinary
_ESCAPES = re.compile(r"(?:%[0-9A-F]{2})+")
_JOINTS = re.compile(r"[-_.,~+]+")
_LONG_NUMBER = re.compile(r"\d{5}")
_NUMBER = re.compile(r"(?!(?:19|20)\d\d$)\d{3,}")  # no year
# e0ef45fcd284, cx2jyv8j8gwo: what a content system counts by, hexadecimal or of letters among digits
_IDENTIFIER = re.compile(r"(?=(?:.*\d){2})(?:[\da-f]{8,64}|(?=.*\d[a-z])[\da-z]{10,64})")
_DATE = re.compile(r"\d{1,2}|(?:19|20)\d\d(?:[-_]?\d\d){0,2}")  # a whole segment: a day's or a year's page
_MONTH_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTH = re.compile(rf"(?<!\d)(?:19|20)\d\d[/_-](?:[01]?\d|{_MONTH_NAMES})(?![a-z\d])")
_DAY = re.compile(rf"/(?:19|20)\d\d(?:[/_-](?:[01]?\d|{_MONTH_NAMES})[/_-][0-3]?\d|[01]\d[0-3]\d)/")
_ENOUGH_WORDS, _LONG_HEADLINE = 3, 5  # in a long one, only its first or last word makes a list


class Naming(IntEnum):
    """What a path tells.

    NOTHING, as /story.php and /publications; PHRASE: two words that make no list, or a file; HEADLINE: three, or a number;
    SURE: a date and a name, or a long id.
    """

    NOTHING = 0
    PHRASE = 1
    HEADLINE = 2
    SURE = 3


def naming(path: str) -> Naming:
    """How surely an escaped path says which article is meant.

    >>> [naming(path).name for path in ("/2026/11/22/minister-speaks", "/ministers-meet-in-paris", "/all-press-releases")]
    ['SURE', 'HEADLINE', 'NOTHING']
    """
    folder, _, last = _ESCAPES.sub("x", path).lower().rpartition("/")
    stem, is_program = _file(last)
    words = [word for word in _JOINTS.split(stem) if word]
    if not words or _DATE.fullmatch(stem):
        return Naming.NOTHING
    if _LONG_NUMBER.search(stem) or any(map(_IDENTIFIER.fullmatch, words)):
        return Naming.SURE
    if not _ORDINARY.listings.isdisjoint(words if len(words) < _LONG_HEADLINE else (words[0], words[-1])):
        return Naming.NOTHING
    if not is_program and _is_dated(folder, stem, words):
        return Naming.SURE
    if stem in _ORDINARY.pages:
        return Naming.NOTHING
    if sum(map(_has_letter, words)) >= _ENOUGH_WORDS or (not is_program and any(map(_NUMBER.fullmatch, words))):
        return Naming.HEADLINE
    return Naming.PHRASE if not is_program and (len(words) > 1 or stem != last) else Naming.NOTHING


def may_be_article(segment: str) -> bool:
    """Whether a segment can be an article's: no section, no date.

    >>> may_be_article("summit"), may_be_article("topics"), may_be_article("2026")
    (True, False, False)
    """
    return bool(segment) and segment.lower() not in _ORDINARY.sections and not _DATE.fullmatch(segment)


def is_phrase(path: str) -> bool:
    """Whether a path ends in more than one ordinary word: two, a number, a file, one below a day, a page as /story?id=5.

    >>> is_phrase("/summit-opens"), is_phrase("/12345"), is_phrase("/fashion"), is_phrase("/2026/11/22/summit")
    (True, True, False, True)
    """
    last = path.rpartition("/")[2]
    pieces = [piece for piece in _JOINTS.split(last) if piece]
    more = len(pieces) > 1 or any(map(str.isdigit, last)) or naming(path) >= Naming.HEADLINE
    return may_be_article(last) and (more or last.lower() in _ORDINARY.pages)


def _file(last: str) -> tuple[str, bool]:
    """The name without its extension, and whether that is a program's, which may show any article."""
    stem, _, extension = last.rpartition(".")
    return stem or last, bool(stem) and extension in _ORDINARY.programs


def _is_dated(folder: str, stem: str, words: list[str]) -> bool:
    """A day before it, whatever the name; a month or a long id before it, and a name of two words."""
    if _DAY.search(f"{folder}/"):
        return True
    before = bool(_MONTH.search(f"{folder}/{stem}") or _LONG_NUMBER.search(folder))
    return before and len(words) > 1 and any(map(_has_letter, words)) and stem not in _ORDINARY.pages


def _has_letter(word: str) -> bool:
    return any(character.isalpha() for character in word)
