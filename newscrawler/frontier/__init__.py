"""Which link next.  `Frontier` is the protocol; `SqliteFrontier` keeps the queue in the archive's `links`.

A lease is held in memory only: a link stays pending in the archive until the decision on it is committed,
so whatever a killed crawl had leased is simply there for the next one.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, Protocol

from newscrawler.dates import iso
from newscrawler.items import Lease
from newscrawler.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlite_utils import Database

    from newscrawler.items import Link

PER_SOURCE = 8  # leases of one source at a time: a large one must not keep the others waiting


class Frontier(Protocol):
    def push(self, links: Iterable[Link], source_id: str, endpoint_id: int | None, now: datetime) -> int:
        """Add what is not there yet; how many that were."""

    def lease(self, n: int, now: datetime) -> list[Lease]:
        """Up to n links to fetch now; empty where none is left or all are leased."""

    def release(self, lease: Lease) -> None:
        """The decision on this link is committed."""


class SqliteFrontier:
    """The pending rows of `links`, newest first within a source, sources in turn.

    Works on the archive's connection, in the archive's thread, inside its transactions.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._leased: dict[str, set[int]] = defaultdict(set)
        self._turn: deque[str] = deque()  # sources that may have something pending
        self._waiting: set[str] = set()  # the same ones, for a look from another thread
        self._scope: frozenset[str] = frozenset()
        self._since: str | None = None

    def restrict(self, sources: Iterable[str], since: str | None = None) -> None:
        """Lease links of these sources only, none that is known to be older than `since` (an ISO date)."""
        self._scope, self._since = frozenset(sources), since
        waiting = self._db.execute("SELECT DISTINCT source_id FROM links WHERE state = 'pending' ORDER BY source_id")
        self._turn = deque(source for (source,) in waiting.fetchall() if source in self._scope)
        self._waiting = set(self._turn)

    def push(self, links: Iterable[Link], source_id: str, endpoint_id: int | None, now: datetime) -> int:
        rows = [
            (link.url, url_key(link.url), source_id, endpoint_id, iso(now), link.published, link.title) for link in links
        ]
        cursor = self._db.conn.executemany(
            """
            INSERT INTO links (url, url_key, source_id, endpoint_id, discovered, published_hint, title_hint,
                               state, reason, article_id)
            SELECT new.url, new.url_key, new.source_id, new.endpoint_id, new.discovered, new.published_hint, new.title_hint,
                   iif(articles.id IS NULL, 'pending', 'done'),
                   iif(articles.id IS NULL, NULL, 'unchanged: same address key as article ' || articles.id), articles.id
            FROM (SELECT ? AS url, ? AS url_key, ? AS source_id, ? AS endpoint_id, ? AS discovered,
                         ? AS published_hint, ? AS title_hint) AS new
            LEFT JOIN articles ON articles.url_key = new.url_key
            WHERE true
            ON CONFLICT (url_key) DO NOTHING
            """,
            rows,
        )
        new = max(cursor.rowcount, 0)
        if new and source_id in self._scope and source_id not in self._waiting:
            self._turn.append(source_id)
            self._waiting.add(source_id)
        return new

    def lease(self, n: int, now: datetime) -> list[Lease]:
        leases: list[Lease] = []
        for _ in range(len(self._turn)):
            if len(leases) >= n:
                break
            source = self._turn.popleft()
            room = PER_SOURCE - len(self._leased[source])
            found = self._pending(source, min(room, n - len(leases)), now) if room > 0 else []
            leases += found
            if found or room <= 0:
                self._turn.append(source)
            else:
                self._waiting.discard(source)
        return leases

    def _pending(self, source: str, n: int, now: datetime) -> list[Lease]:
        leased = self._leased[source]
        rows = self._db.execute(
            """
            SELECT links.id, links.source_id, links.url, links.published_hint, links.title_hint, links.attempts,
                   iif(endpoints.kind LIKE '%sitemap', 'sitemap', 'feed')
            FROM links LEFT JOIN endpoints ON endpoints.id = links.endpoint_id
            WHERE links.state = 'pending' AND links.source_id = :source
              AND (links.next_try IS NULL OR links.next_try <= :now)
              AND (:since IS NULL OR links.published_hint IS NULL OR links.published_hint >= :since)
            ORDER BY links.published_hint DESC, links.id DESC
            LIMIT :limit
            """,
            {"source": source, "now": iso(now), "since": self._since, "limit": n + len(leased)},
        ).fetchall()
        leases = [
            Lease(key, source_id, url, published_hint=published, hint_origin=origin, title_hint=title, attempts=attempts)
            for key, source_id, url, published, title, attempts, origin in rows
            if key not in leased
        ][:n]
        leased.update(lease.link_id for lease in leases)
        return leases

    def release(self, lease: Lease) -> None:
        self._leased[lease.source_id].discard(lease.link_id)

    def may_have_more(self, source: str) -> bool:
        return source in self._waiting
