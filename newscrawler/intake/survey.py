"""What a file holds, without reading its articles: what would be looked at, of whom, from when, and what is damaged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.intake.records import Address, Capture, Fault, Told
from newscrawler.urls import bare_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from newscrawler.intake.records import Item
    from newscrawler.storage.sites.publishers import Publishers

MOST_HOSTS = 100_000  # that are told apart: a file of the whole web has more, and memory stays flat


@dataclass(slots=True)
class Survey:
    """Counts of one file.  `sources`: pages by the catalogue's sources; `hosts`: of hosts that none claims."""

    records: int = 0
    pages: int = 0
    articles: int = 0
    addresses: int = 0
    others: int = 0
    undated: int = 0
    known: int = 0
    first: str | None = None
    last: str | None = None
    sources: Counter[str] = field(default_factory=Counter)
    hosts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def see(self, item: Item, source: str | None) -> None:
        """Count one item, which is of that source."""
        self.records = item.number
        what = item.what
        if isinstance(what, Fault):
            self.faults.append(what)
            return
        if what is None:
            self.others += 1
            return
        self.pages += isinstance(what, Capture)
        self.articles += isinstance(what, Told)
        self.addresses += isinstance(what, Address)
        if source is not None:
            self.sources[source] += 1
        elif len(self.hosts) < MOST_HOSTS or bare_host(what.url) in self.hosts:
            self.hosts[bare_host(what.url)] += 1
        if isinstance(what, Capture):
            self._see_date(what)

    def _see_date(self, what: Capture) -> None:
        if what.at is None:
            self.undated += 1
            return
        at = iso(what.at)
        self.first, self.last = min(self.first or at, at), max(self.last or at, at)


def survey(
    items: Iterable[Item], publishers: Publishers, is_known: Callable[[str], bool], progress: Callable[[int], object]
) -> Survey:
    """Go over a file.  `is_known`: whether an article of an address is there already; `progress` is told of each record."""
    found = Survey()
    for item in items:
        url = getattr(item.what, "url", None)
        source = publishers.of(url) if url else None
        found.see(item, source.id if source else None)
        if url and is_known(url):
            found.known += 1
        progress(1)
    return found
