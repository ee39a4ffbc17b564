"""The words that papers put behind a headline in their titles, out of site_words.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from newscrawler.text import has_unspaced

MAX_NEWS, MAX_MEDIUM = 5, 4  # words of a part that names the news, and of a paper's name
MAX_COMPOUND, MIN_COMPOUND = 2, 8  # words of a paper's name that ends in a compound, and more letters than these in that
MAX_UNSPACED = 12  # characters of a paper's name in Han or kana


@dataclass(frozen=True, slots=True)
class SiteWords:
    """Words in lower case; `media`, `small`, `compounds` and `ends`: of what papers are called."""

    news: frozenset[str]
    beside: frozenset[str]
    sections: frozenset[str]
    media: frozenset[str]
    ends: tuple[str, ...]
    compounds: tuple[str, ...]
    small: frozenset[str]
    offices: frozenset[str]

    def names_news(self, part: str) -> bool:
        """Whether a part of a title says that there is news, and nothing else.

        >>> names = shipped_site_words().names_news
        >>> names("Son Dakika Haberleri"), names("Breaking News"), names("News of the sunken frigate")
        (True, True, False)
        """
        whole = part.casefold().replace("\u0307", "")  # the lower case of \u0130 is two characters
        said = whole.split()
        if whole in self.news or not 0 < len(said) <= MAX_NEWS:
            return whole in self.news
        is_known = all(each in self.news or each in self.beside or each in self.sections for each in said)
        return is_known and not self.news.isdisjoint(said)

    def names_office(self, part: str) -> bool:
        """Whether a heading says what press offices call their pages, and nothing else.

        >>> names = shipped_site_words().names_office
        >>> names("Press releases"), names("Comunicados de prensa"), names("Press releases delay")
        (True, True, False)
        """
        return part.casefold() in self.offices or self.names_news(part)

    def is_section(self, part: str) -> bool:
        """Whether a part of a title is one of the sections that all papers have."""
        return part.casefold() in self.sections or self.names_news(part)

    def names_medium(self, part: str) -> bool:
        """Whether a part of a title is called as papers are.

        >>> names = shipped_site_words().names_medium
        >>> names("The Kelling Courier"), names("海風新聞デジタル"), names("a journal of the sea"), names("Kellingbladet")
        (True, True, False, True)
        """
        if has_unspaced(part) or (part and "\uac00" <= part[-1] <= "\ud7a3"):
            return 2 < len(part) <= MAX_UNSPACED and part.endswith(self.ends)
        said = part.split()
        is_compound = bool(said) and said[-1][:1].isupper() and said[-1].casefold().endswith(self.compounds)
        if is_compound and len(said) <= MAX_COMPOUND and len(said[-1]) > MIN_COMPOUND:
            return True
        if len(said) == MAX_COMPOUND and said[0][0].isupper() and said[1] in self.small:
            return True
        if not 1 < len(said) <= MAX_MEDIUM or any(each[0].islower() for each in said if len(each) > 3):
            return False
        return said[-1].casefold() in self.media or said[0].casefold() in self.media or said[1].casefold() in self.media


def parse_site_words(text: str) -> SiteWords:
    """The words of a TOML text such as site_words.toml.  Raises KeyError where a kind of them is missing."""
    table = tomllib.loads(text)
    listed = {key: [" ".join(each.split()) for each in table[key].split(",")] for key in SiteWords.__slots__}
    return SiteWords(
        **{
            key: frozenset(map(str.casefold, listed[key]))
            for key in ("news", "beside", "sections", "media", "small", "offices")
        },
        ends=tuple(listed["ends"]),
        compounds=tuple(listed["compounds"]),
    )


@cache
def shipped_site_words() -> SiteWords:
    """Those that come with newscrawler."""
    return parse_site_words((resources.files(__package__) / "site_words.toml").read_text(encoding="utf-8"))
