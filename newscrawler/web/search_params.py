"""What a search's address says, and the addresses of its neighbours: arguments in, addresses out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from newscrawler.search.editing import filter_text, with_filter, without

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawler.search.query import Filter

MAX_QUERY = 1_000  # characters of a query; what is more is cut off, and said
MAX_PAGES = 100
NAMES = ("q", "sort", "copies", "page", "share", "count")  # of what an address may say


def _query_of(stated: Mapping[str, str]) -> str:
    """What of an address is stated.  A page has two hundred: only `q` holds anything that is to be quoted."""
    return "&".join(
        f"{name}={quote_plus(value, errors='replace') if name == 'q' else value}" for name, value in stated.items() if value
    )


@dataclass(frozen=True, slots=True)
class SearchParams:
    """A search as its address states it."""

    q: str = ""
    newest: bool = False
    copies: bool = False
    page: int = 1
    share: bool = False
    exact: bool = False  # hits are to be counted one by one
    cut: bool = False

    def address(self, form: str = "", *, bom: bool = False, text: bool = False) -> str:
        """The permalink, as a page or in a form (.atom, .csv, /sql): only what is not as usual is in it.

        Of files: with a byte order mark for spreadsheets, with the whole texts.
        """
        stated = {
            "q": self.q,
            "sort": "newest" if self.newest else "",
            "copies": "1" if self.copies else "",
            "share": "1" if self.share and form.partition(".")[0] in ("", "/timeline") else "",
            "count": "exact" if self.exact and not form else "",
            "bom": "1" if bom else "",
            "text": "1" if text else "",
            "page": str(self.page) if self.page > 1 and not form else "",
        }
        query = _query_of(stated)
        return f"/search{form}{'?' if query else ''}{query}"

    def hit_address(self, path: str, at: int) -> str:
        """The address of its hit number `at`, below a path: an article that knows its place in the list."""
        stated = {
            "q": self.q, "sort": "newest" if self.newest else "", "copies": "1" if self.copies else "", "at": str(at),
        }  # fmt: skip
        return f"{path}?{_query_of(stated)}"

    def with_query(self, q: str) -> SearchParams:
        """The same of another query, from its first page."""
        return replace(self, q=q, page=1, exact=False)

    def with_filter(self, field: str, value: str) -> SearchParams:
        """With one filter more."""
        return self.with_query(with_filter(self.q, field, value))

    def with_facet(self, field: str, value: str, undated: str) -> SearchParams:
        """With a facet's value, that is not on yet; a month is its days.  `undated`: the query without its dates.

        A page has a hundred such links: the query is not read anew for each.
        """
        if field == "month":
            return self.within_days(value, value, undated)
        return self.with_query(f"{self.q} {filter_text(field, value)}".strip())

    def within_days(self, first: str, last: str, undated: str) -> SearchParams:
        """The same within some days."""
        return self.with_query(f"{undated} since:{first} until:{last}".strip())

    def without_filter(self, taken: Filter) -> SearchParams:
        return self.with_query(without(self.q, taken))


def parse_params(arguments: Mapping[str, str]) -> SearchParams:
    """What an address asks for; whatever cannot be read is as usual.

    >>> parse_params({"q": "nato", "page": "x", "sort": "newest"}).address()
    '/search?q=nato&sort=newest'
    """
    q = " ".join((arguments.get("q") or "").split())
    page = arguments.get("page") or "1"
    return SearchParams(
        q=q[:MAX_QUERY],
        newest=arguments.get("sort") == "newest",
        copies=arguments.get("copies") in {"1", "on"},
        page=min(MAX_PAGES, max(1, int(page))) if page.isascii() and page.isdigit() and len(page) < 9 else 1,
        share=arguments.get("share") == "1",
        exact=arguments.get("count") == "exact",
        cut=len(q) > MAX_QUERY,
    )
