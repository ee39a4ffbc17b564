"""What is reserved does not go to others: articles in, the same ones out without what their publishers reserve.

Of formats that hold the pages themselves, a reserved article is left out whole: its page is its text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawler.rights.conclusion import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawler.reports.whole_articles import WholeArticle

HOLDING_PAGES = frozenset({"warc", "wacz", "sqlite"})  # formats


@dataclass(slots=True)
class Respectful:
    """Articles as they may go to others; `withheld`: how many went without their text, or not at all where `entirely`."""

    articles: Iterable[WholeArticle]
    entirely: bool = False
    withheld: int = 0

    def __iter__(self) -> Iterator[WholeArticle]:
        for each in self.articles:
            if each.rights != Standing.RESERVED:
                yield each
                continue
            self.withheld += 1
            if not self.entirely:
                yield replace(each, lead=None, text="", updates=(), captions=())

    def told(self) -> str:
        """What was left out, in one line."""
        whose = f"{self.withheld} reserved article{'' if self.withheld == 1 else 's'}"
        return f"{whose} left out" if self.entirely else f"the text{'' if self.withheld == 1 else 's'} of {whose} left out"
