"""What a search's address says, and the addresses of its neighbours: arguments in, addresses out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlencode

from newscrawler.search.query import Filter, quoted, with_filter, without

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 1_000  # characters of a query; what is more is cut off, and said
MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as its address states it."""

    q: str = ""
    newest: bool = False
    copies: bool = False
    page: int = 1
    share: bool = False
    cut: bool = False

    def address(self, form: str = "") -> str:
        """The permalink, as a page or in a form (.atom, .csv, /sql): only what is not as usual is in it."""
        said = {
            "q": self.q,
            "sort": "newest" if self.newest else "",
            "copies": "1" if self.copies else "",
            "share": "1" if self.share and not form else "",
            "page": str(self.page) if self.page > 1 and not form else "",
        }
        query = urlencode({name: value for name, value in said.items() if value}, quote_via=quote_plus, errors="replace")
        return f"/search{form}{'?' if query else ''}{query}"

    def but(self, q: str) -> Asked:
        """The same of another query, from its first page."""
        return replace(self, q=q, page=1)

    def adding(self, field: str, value: str) -> Asked:
        """With one filter more."""
        return self.but(with_filter(self.q, field, value))

    def narrowed(self, field: str, value: str, undated: str) -> Asked:
        """With a facet's value, that is not on yet; a month is its days.  `undated`: the query without its dates.

        A page has a hundred such links: the query is not read anew for each.
        """
        if field == "month":
            return self.during(value, value, undated)
        return self.but(f"{self.q} {quoted(field, value)}".strip())

    def during(self, first: str, last: str, undated: str) -> Asked:
        """The same within some days."""
        return self.but(f"{undated} since:{first} until:{last}".strip())

    def dropping(self, taken: Filter) -> Asked:
        return self.but(without(self.q, taken))


def asked(arguments: Mapping[str, str]) -> Asked:
    """What an address asks for; whatever cannot be read is as usual.

    >>> asked({"q": "nato", "page": "x", "sort": "newest"}).address()
    '/search?q=nato&sort=newest'
    """
    q = " ".join((arguments.get("q") or "").split())
    page = arguments.get("page") or "1"
    return Asked(
        q=q[:LONGEST],
        newest=arguments.get("sort") == "newest",
        copies=arguments.get("copies") in {"1", "on"},
        page=min(MOST_PAGES, max(1, int(page))) if page.isascii() and page.isdigit() and len(page) < 9 else 1,
        share=arguments.get("share") == "1",
        cut=len(q) > LONGEST,
    )
