"""A title without the site's name: what stands behind the last separator, or before the first, and names the house.

Not everything that is set apart is the site's: a headline has dashes, colons and guillemets of its own.  So a part goes
where it says what the house is called, and then a section beside it; of unknown houses only what a bar parts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.metadata.kinds import OPINIONS
from newscrawler.text import spaceless, words
from newscrawler.urls.public_suffix import registered_name

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_SITE_NAME = 7  # words
MAX_WORDS_BESIDE_NAME = 3  # words that a site's name may have beside it: "Online", "News and Weather"
MAX_SECTION = 3  # words
MAX_PART = 40  # characters of what a bar parts from the headline of an unknown house
_SEPARATOR = re.compile(
    r"\s+(?:[|\u2013\u2014\u00b7\u2022:<>/\u22c6\u2605~-]+|[«»\u2039\u203a]{1,2}|::)\s+|\s*\|\s*|(?<=[^\W\d])[\u2013\u2014]\s+|"
    r"\s*[\uff5c\uff0d_\u2502\u3163]\s*"
)
_PAIR = re.compile(r"«[^«»]{1,80}»|»[^«»]{1,80}«|\u2039[^\u2039\u203a]{1,80}\u203a")
_BARS = frozenset("|\uff5c\u2502\u3163_")
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

    def is_section(self, part: str) -> bool:
        """Whether a part of a title is one of the page's sections, or the one that all papers have."""
        said = spaceless(part)
        return part.casefold() in OPINIONS or (bool(said) and any(said == spaceless(each) for each in self.sections))


def separators(title: str) -> list[tuple[int, int]]:
    """(start, end) of what may part a headline from the site's name; a pair of guillemets is the headline's own.

    >>> [("Le « Aldra » part » La Gazette")[start:end] for start, end in separators("Le « Aldra » part » La Gazette")]
    [' » ']
    """
    pairs = [found.span() for found in _PAIR.finditer(title)]
    spans = [found.span() for found in _SEPARATOR.finditer(title)]
    return [(start, end) for start, end in spans if not any(start < last and end > first for first, last in pairs)]


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
        is_bar = not _BARS.isdisjoint(title[start:end]) and 2 <= len(title[end:]) <= MAX_PART
        if is_bar and len(words(title[:start])) > 2:
            return without_site_name(title[:start].rstrip(), house)
    return title


def _without_end(title: str, house: House) -> tuple[str, bool]:
    """(a title up to the house's name that ends it, and the sections before that; whether there was one)."""
    spans = separators(title)
    ends = [(start, end) for start, end in spans if len(words(title[:start])) > 1]
    at = next((start for start, end in ends if _ends_with_house(title[end:], house)), None)
    if at is None:
        at = next((start for start, end in reversed(ends) if end == spans[-1][1] and house.is_named(title[end:])), None)
    if at is None:
        colon = _COLON.split(title)
        if len(colon) > 1 and house.is_called(colon[-1]) and len(words(title)) - len(words(colon[-1])) > 2:
            return title[: len(title) - len(colon[-1])].rstrip(" :\uff1a"), True
        before, dash, last = title.rpartition("-")
        if dash and (house.is_section(last) or any(spaceless(last) == spaceless(name) for name in house.names)):
            return _without_sections(before.rstrip(), house), True
        return title, False
    return _without_sections(title[:at].rstrip(), house), True


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
    """A title without the sections that stood before the site's name: those the page names, short ones behind a bar."""
    while spans := separators(title):
        start, end = spans[-1]
        part = title[end:]
        is_short = not _BARS.isdisjoint(title[start:end]) and len(words(part)) <= MAX_SECTION and len(part) <= MAX_PART
        if not (is_short or house.is_section(part) or house.is_named(part)) or len(words(title[:start])) < 2:
            break
        title = title[:start].rstrip()
    if "-" in title and house.is_section(title.rpartition("-")[2]):
        title = title.rpartition("-")[0].rstrip()
    return title


def _without_beginning(title: str, house: House) -> str:
    """A title without the house's name before its first colon, bar or dash."""
    spans = separators(title)
    firsts = [*spans[:1], *(found.span() for found in [_COLON.search(title)] if found)]
    for start, end in firsts:
        part = title[:start]
        is_house = house.is_exactly(part) or (1 < len(words(part)) <= MAX_WORDS_BESIDE_NAME and house.is_named(part))
        if is_house and len(words(title[end:])) > 2:
            return title[end:].lstrip()
    return title


def short_names(stated: Iterable[object]) -> tuple[str, ...]:
    """Those of some stated values that may be names: some templates state the headline there."""
    return tuple(each.strip() for each in stated if isinstance(each, str) and 0 < len(words(each)) <= MAX_SITE_NAME)
