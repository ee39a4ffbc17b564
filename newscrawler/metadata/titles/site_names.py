"""A title without the site's name: what stands behind the last separator, or before the first, and names the house.

Not everything that is set apart is the site's: a headline has dashes, colons and guillemets of its own.  So a part goes
where it says what the house is called, and then a section beside it; of unknown houses only what a bar parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.metadata.kinds import OPINIONS
from newscrawler.metadata.titles.site_words import shipped_site_words
from newscrawler.text import has_unspaced, spaceless, words
from newscrawler.urls.public_suffix import registered_name

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_SITE_NAME = 7  # words
MAX_WORDS_BESIDE_NAME = 3  # words that a site's name may have beside it: "Online", "News and Weather"
MAX_SECTION = 3  # words
MAX_UNSPACED_SECTION = 6  # characters
MIN_UNSPACED = 5  # characters of a headline without spaces
MAX_PART = 40  # characters of what a bar parts from the headline of an unknown house
_SEPARATOR = re.compile(
    r"\s+(?:[|\u2012-\u2015\u00b7\u2022:<>/\u22c6\u2605~-]+|[«»\u2039\u203a]{1,2}|::)\s+|\s*\|\s*|(?<=[^\W\d])[\u2013\u2014]\s+|"
    r"\s*(?:[\uff5c\uff0d_\u2502\u3163]|\u2014\u2014)\s*"
)
_PAIR = re.compile(r"«[^«»]{1,80}»|»[^«»]{1,80}«|\u2039[^\u2039\u203a]{1,80}\u203a")
_GUILLEMETS = re.compile("[«»\u2039\u203a]")
# who is quoted, a colon, the quotation: what a dash parts from it is the site's
_QUOTED = re.compile(
    r"[^:\uff1a]{2,40}\s?[:\uff1a]\s?(?:«[^«»]+»|»[^«»]+«|[\u201e\u201c\"][^\u201e\u201c\u201d\"]+[\u201c\u201d\"])\s*"
)
_BRACKETED = re.compile(r"\s*(?:【([^【】]{2,20})】|（([^（）]{2,20})）|\[([^\[\]]{2,20})\])$")
MAX_QUOTED_SITE = 3  # words
_BARS = frozenset("|\uff5c\u2502\u3163_")
_PARTS = _BARS | frozenset("«»\u2039\u203a")  # of pairs, which are the headline's, `separators` names none
_COLON = re.compile(r"\s*[:\uff1a]\s*")


@dataclass(frozen=True, slots=True)
class House:
    """What a site is called: names as stated, the host, and the sections that the page names."""

    names: tuple[str, ...] = ()
    host: str = ""
    sections: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The domain's own label, where it tells anything: "gazette" of www.gazette.example."""
        name = registered_name(self.host.partition(":")[0]) or ""
        return name if len(name) > 3 else ""

    def is_named(self, part: str) -> bool:
        """Whether a part of a title is the house's name, or holds it and next to nothing else."""
        said = words(part)
        if not said:
            return False
        most = MAX_WORDS_BESIDE_NAME if self.names else MAX_SITE_NAME
        return self.is_called(part) or (bool(self.label) and len(said) <= most and self.label in spaceless(part))

    def is_called(self, part: str) -> bool:
        """Whether a part of a title is a stated name of the house, or has it and little else."""
        return self.is_exactly(part) or any(
            len(called := spaceless(name)) > 1
            and called in spaceless(part)
            and len(words(part)) <= len(words(name)) + MAX_WORDS_BESIDE_NAME
            for name in self.names
        )

    def is_exactly(self, part: str) -> bool:
        """Whether a part of a title is a stated name of the house, some of its words, or the host."""
        said = spaceless(part)
        if said and said in (spaceless(self.host), spaceless(self.host.removeprefix("www."))):
            return True
        return any(said == called or (len(said) > 2 and said in called) for called in map(spaceless, self.names))

    def is_nothing_but(self, part: str) -> bool:
        """Whether a title says what the site is called, and no more: by its name, or as papers are called."""
        return self.is_exactly(part) or (not self.names and shipped_site_words().names_medium(part))

    def is_section(self, part: str) -> bool:
        """Whether a part of a title is one of the page's sections, or the one that all papers have."""
        said = spaceless(part)
        return part.strip().casefold() in OPINIONS or (bool(said) and any(said == spaceless(each) for each in self.sections))


def separators(title: str) -> list[tuple[int, int]]:
    """(start, end) of what may part a headline from the site's name; a pair of guillemets is the headline's own.

    >>> [("Le « Aldra » part » La Gazette")[start:end] for start, end in separators("Le « Aldra » part » La Gazette")]
    [' » ']
    """
    plain = _PAIR.sub(lambda pair: "x" * len(pair[0]), title) if _GUILLEMETS.search(title) else title
    return [found.span() for found in _SEPARATOR.finditer(plain)]


def without_site_name(title: str, house: House) -> str:
    """A title without the site's name and the section beside it.

    >>> without_site_name("Ministers meet in Paris | The Example Post", House(("The Example Post",)))
    'Ministers meet in Paris'
    >>> without_site_name("Talks resume - minister hopeful - Northby Gazette", House(host="gazette.example"))
    'Talks resume - minister hopeful'
    >>> without_site_name("War - and peace", House())
    'War - and peace'
    """
    rest, found = _without_end(title, house)
    begun = _without_beginning(rest, house)
    if found or begun != rest:
        return begun
    spans = separators(title)
    if spans:
        start, end = spans[-1]
        is_bar = not _PARTS.isdisjoint(title[start:end]) and 2 <= len(title[end:]) <= MAX_PART
        if is_bar and len(words(title[:start])) > 2:
            return without_site_name(title[:start].rstrip(), house)
    return title


def _without_end(title: str, house: House) -> tuple[str, bool]:
    """(a title up to the house's name that ends it, and the sections before that; whether there was one)."""
    spans = separators(title)
    ends = [(start, end) for start, end in spans if _is_enough(title[:start], 1)]
    at = next((start for start, end in ends if _ends_with_house(title[end:], house)), None)
    if at is None and ends and ends[-1] == spans[-1] and _is_tail(title, ends[-1], house):
        at = ends[-1][0]
    if at is not None:
        return _without_sections(title[:at].rstrip(), house), True
    bracketed = _BRACKETED.search(title)
    if (
        bracketed
        and _is_house(bracketed[1] or bracketed[2] or bracketed[3], house)
        and _is_enough(title[: bracketed.start()])
    ):
        return title[: bracketed.start()].rstrip(), True
    colon = _COLON.split(title)
    behind = colon[-1]
    if len(colon) > 1 and (
        house.is_called(behind)
        or behind.casefold() in OPINIONS
        or (has_unspaced(behind) and _is_house(behind, house))
        or (not house.names and _is_unstated_house(behind, house) and len(words(title)) - len(words(behind)) > MAX_SECTION)
    ):
        before = title[: len(title) - len(behind)].rstrip(" :\uff1a")
        if _is_enough(before):
            return before, True
    if (before := _without_unusual_end(title, house)) != title:
        return before, True
    before, dash, last = title.rpartition("-")
    if dash and (house.is_section(last) or any(spaceless(last) == spaceless(name) for name in house.names)):
        return _without_sections(before.rstrip(), house), True
    return title, False


def _without_unusual_end(title: str, house: House) -> str:
    """A title without a stated name behind a mark that few sites put before it: "Ships leave @ The Post"."""
    said = title.rstrip(" )")
    for name in house.names:
        before = said.removesuffix(name).rstrip()
        if before != said and before[-1:] in _UNUSUAL and _is_enough(before):
            return before.rstrip(_UNUSUAL + " ")
    return title


_UNUSUAL = ".,@\\("


def _is_enough(headline: str, least: int = 2) -> bool:
    """Whether what stands before a part may be a headline: more words than `least`, or as much without spaces."""
    return len(words(headline)) > least or (has_unspaced(headline) and len(headline) > MIN_UNSPACED)


def _is_house(part: str, house: House) -> bool:
    return house.is_called(part) or house.is_exactly(part) or shipped_site_words().names_medium(part)


def _is_unstated_house(part: str, house: House) -> bool:
    """Whether a part is the host's own label, or called as papers are, on a page that names no site."""
    return (bool(house.label) and spaceless(part) == house.label) or shipped_site_words().names_medium(part)


def _is_tail(title: str, span: tuple[int, int], house: House) -> bool:
    """Whether what a title's last separator parts from it is the house's: by its name, or by what papers are called."""
    before, tail = title[: span[0]], title[span[1] :]
    known = shipped_site_words()
    is_section = house.is_section(tail) and len(words(tail)) <= MAX_SECTION  # some trails end with the headline
    if house.is_named(tail) or is_section or known.names_news(tail):
        return True
    is_quoted = len(words(tail)) <= MAX_QUOTED_SITE and _QUOTED.fullmatch(before) is not None
    return is_quoted or (not house.names and known.names_medium(tail) and _is_enough(before))


def without_stated_name(heading: str, house: House) -> str:
    """A heading without a bar or a dash and the house's name as it is stated; hosts and the like may be the heading's own.

    >>> without_stated_name("Ships leave | The Post", House(("The Post",)))
    'Ships leave'
    """
    for start, end in reversed(separators(heading)):
        if len(words(heading[:start])) > 1 and any(spaceless(heading[end:]) == spaceless(name) for name in house.names):
            return heading[:start].rstrip()
    return heading


def _ends_with_house(tail: str, house: House) -> bool:
    """Whether a tail with separators in it is the whole of a stated name: "Post - News of Northby"."""
    return any(spaceless(tail) == spaceless(name) for name in house.names if name)


def _without_sections(title: str, house: House) -> str:
    """A title without the sections before the site's name: the page's, those of all papers, short ones behind a bar."""
    known = shipped_site_words()
    while spans := separators(title):
        start, end = spans[-1]
        part = title[end:]
        few = len(words(part)) <= MAX_SECTION or (has_unspaced(part) and len(part) <= MAX_UNSPACED_SECTION)
        is_short = few and not _BARS.isdisjoint(title[start:end]) and len(part) <= MAX_PART
        is_section = is_short or house.is_section(part) or known.is_section(part) or house.is_named(part)
        if not is_section or not _is_enough(title[:start], 1):
            break
        title = title[:start].rstrip()
    before, dash, part = title.rpartition("-")
    if dash and (house.is_section(part) or (_is_uncased(part) and known.is_section(part))) and _is_enough(before, 1):
        return before.rstrip()
    return title


def _is_uncased(text: str) -> bool:
    """Whether a text is of a script without capitals: its words are joined by no hyphens."""
    return text.lower() == text.upper()


def _without_beginning(title: str, house: House) -> str:
    """A title without the house's name before its first colon, bar or dash."""
    spans = separators(title)
    firsts = [*spans[:1], *(found.span() for found in [_COLON.search(title)] if found)]
    for start, end in firsts:
        part = title[:start]
        is_house = house.is_exactly(part) or (1 < len(words(part)) <= MAX_WORDS_BESIDE_NAME and house.is_named(part))
        is_kicker = (start, end) in spans and not _BARS.isdisjoint(title[start:end]) and house.is_section(part)
        if (is_house or is_kicker) and len(words(title[end:])) > 2:
            return title[end:].lstrip()
    return title


def short_names(stated: Iterable[object]) -> tuple[str, ...]:
    """Those of some stated values that may be names: some templates state the headline there."""
    return tuple(each.strip() for each in stated if isinstance(each, str) and 0 < len(words(each)) <= MAX_SITE_NAME)
