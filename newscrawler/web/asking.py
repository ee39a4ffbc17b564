"""What a search's address says, and the addresses of its neighbours: arguments in, addresses out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlencode

from newscrawler.storage.query import Filter, with_filter, without

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawler.storage.facets import Bucket

LONGEST = 2_000  # characters of a query; what is more is cut off, and said
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
        """With one filter more; a month is its days."""
        if field == "month":
            return self.but(with_filter(with_filter(self.q, "since", value), "until", value))
        return self.but(with_filter(self.q, field, value))

    def dropping(self, taken: Filter) -> Asked:
        return self.but(without(self.q, taken))

    def within(self, bucket: Bucket) -> Asked:
        """The days of one bar of the timeline."""
        return self.but(with_filter(with_filter(self.q, "since", bucket.start.isoformat()), "until", bucket.end.isoformat()))


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
