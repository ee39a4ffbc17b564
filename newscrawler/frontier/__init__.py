"""Which link next.  `SqliteFrontier` keeps the queue in the archive's `links`.

A lease is held in memory only: a link stays pending in the archive until the decision on it is committed,
so whatever a killed crawl had leased is simply there for the next one.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict, deque
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from newscrawler.dates import LONGEST_WAIT, iso
from newscrawler.errors import FailureKind
from newscrawler.frontier import expiry
from newscrawler.frontier.bounds import Bounds, LinkRow
from newscrawler.frontier.revisits import Visits
from newscrawler.items import Lease
from newscrawler.urls import own_address, site_of, url_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from newscrawler.items import DueEndpoint, Link

PER_SOURCE = 8  # leases of one source at a time: a large one must not keep the others waiting
HORIZON = LONGEST_WAIT + timedelta(days=2)

_PUSH = """
    INSERT INTO links (url, url_key, source_id, endpoint_id, discovered, published_hint, modified_hint, title_hint,
                       named, state, reason, article_id)
    SELECT new.*, coalesce((SELECT sweeps FROM endpoints WHERE id = new.endpoint_id), 0),
           iif(articles.id IS NULL, 'pending', 'done'),
           iif(articles.id IS NULL, NULL, 'unchanged: same address key as article ' || articles.id), articles.id
    FROM (SELECT ? AS url, ? AS url_key, ? AS source_id, ? AS endpoint_id, ? AS discovered, ? AS published_hint,
                 ? AS modified_hint, ? AS title_hint) AS new
    LEFT JOIN articles ON articles.url_key = new.url_key
    WHERE true
    ON CONFLICT (url_key) DO NOTHING
"""
_LEASED = """
    SELECT links.id, links.source_id, links.url, links.published_hint, links.title_hint, links.attempts,
           iif(endpoints.kind LIKE '%sitemap', 'sitemap', 'feed')
    FROM links LEFT JOIN endpoints ON endpoints.id = links.endpoint_id
    WHERE links.state = 'pending' AND links.source_id = :source
      -- what changed last before that day was not published after it
      AND (:since IS NULL OR coalesce(links.published_hint, links.modified_hint, :since) >= :since)
"""
_FRESH = f"""
    {_LEASED} AND links.next_try IS NULL
    ORDER BY coalesce(links.published_hint, links.modified_hint) DESC, links.id DESC LIMIT :limit
"""
_RETRIED = f"""
    {_LEASED} AND links.next_try IS NOT NULL AND (links.next_try <= :now OR links.next_try > :far)
    ORDER BY links.next_try LIMIT :limit
"""


def _rows(links: Iterable[Link]) -> list[LinkRow]:
    return [LinkRow(own_address(each.url), url_key(each.url), each.published, each.modified, each.title) for each in links]


class Taken(NamedTuple):
    """What became of the links of one look: how many were new or opened again, left out, forgotten."""

    new: int
    left_out: int
    forgotten: int


class SqliteFrontier:
    """The pending rows of `links`, newest first within a source, sources in turn.

    Works on the archive's connection, in the archive's thread, inside its transactions.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._leased: dict[str, set[int]] = defaultdict(set)
        self._turn: deque[str] = deque()  # sources that may have something pending
        self._waiting: set[str] = set()  # the same ones, for a look from another thread
        self._orphans: set[str] = set()  # keys of pending links whose source has no endpoint left
        self._scope: frozenset[str] = frozenset()
        self._since: str | None = None
        self.bounds = Bounds(db)
        self.budget = 0  # leases of one source a run, 0: any number
        self._taken: Counter[str] = Counter()
        self._visits = Visits(db)

    def restrict(self, sources: Iterable[str], since: str | None = None, revisits: int = 0) -> None:
        """Lease links of these sources only, none that is known to be older than `since` (an ISO date).

        After them known articles that are due, of each source up to `revisits`.
        """
        self._scope, self._since = frozenset(sources), since
        self._visits.restrict(self._scope, since, revisits)
        waiting = self._db.execute("SELECT DISTINCT source_id FROM links WHERE state = 'pending' ORDER BY source_id")
        self._turn = deque(source for (source,) in waiting.fetchall() if source in self._scope)
        self._waiting = set(self._turn)
        self._orphans = {
            key
            for (key,) in self._db.execute(
                """
                SELECT url_key FROM links
                WHERE state = 'pending' AND source_id NOT IN (SELECT source_id FROM endpoints WHERE state <> 'retired')
                """
            ).fetchall()
        }

    def begin_round(self, revisits: int, now: datetime) -> None:
        """Let every source have its share of a run once more, and look anew for what has become due."""
        self._taken.clear()
        self.bounds = Bounds(self._db)
        self.restrict(self._scope, self._since, revisits)
        self._visits.skip_the_others(now)

    def push(self, links: Iterable[Link], source_id: str, endpoint_id: int | None, now: datetime) -> int:
        """Add what is not there yet, open again what failed; how many that were."""
        return self._push(_rows(links), source_id, endpoint_id, now)

    def take(self, links: Iterable[Link], endpoint: DueEndpoint, now: datetime, *, whole: bool) -> Taken:
        """The same for the links of a look at an endpoint, as far as there is room for them.

        Where the look was at the whole list, what no list names any more is forgotten.
        """
        rows, source_id = _rows(links), endpoint.source_id
        within = self.bounds.within(rows, source_id, of_sitemap="sitemap" in endpoint.kind)
        new = self._push(within, source_id, endpoint.id, now)
        self.bounds.came(source_id, new)
        forgotten = 0
        if whole:
            expiry.sweep(self._db, endpoint.id, [row.url_key for row in rows], now)
            forgotten = expiry.forget(self._db, endpoint.id, set().union(*self._leased.values()))
        return Taken(new, len(rows) - len(within), forgotten)

    def _push(self, rows: Sequence[LinkRow], source_id: str, endpoint_id: int | None, now: datetime) -> int:
        if not rows:  # a feed as it was: nothing to compare sites for
            return 0
        own_sites = self._sites(source_id, endpoint_id)
        own = [row for row in rows if site_of(row.url) in own_sites]
        reopened = self._reopen(own, source_id, endpoint_id) + self._claim(own, source_id, endpoint_id)
        cursor = self._db.conn.executemany(
            _PUSH,
            [
                (row.url, row.url_key, source_id, endpoint_id, iso(now), row.published, row.modified, row.title)
                for row in rows
            ],
        )
        new = max(cursor.rowcount, 0) + reopened
        self._visits.state_modified(((row.url_key, row.modified) for row in rows), now)
        if new + self._adopt_orphans([row.url_key for row in rows], source_id, endpoint_id) and source_id in self._scope:
            self._wake(source_id)
        return new

    def reopen_refused(self, origin: str) -> None:
        """A host's rules have changed: what they refused may be asked once more."""
        rows = self._db.execute(
            """
            UPDATE links SET state = 'pending', next_try = NULL, attempts = 0
            WHERE failure = :robots AND state IN ('failed', 'pending')
              AND substr(url, 1, length(:origin) + 1) = :origin || '/'
            RETURNING source_id
            """,
            {"robots": FailureKind.ROBOTS.value, "origin": origin},
        ).fetchall()
        for source in {source for (source,) in rows} & self._scope:
            self._wake(source)

    def _reopen(self, rows: Sequence[LinkRow], source_id: str, endpoint_id: int | None) -> int:
        """Ask again for what failed, where its own site names it for the first time, or with a later date than before.

        Who else names an address decides nothing of it.
        """
        keys = [row.url_key for row in rows]
        failed = self._db.execute(
            """
            SELECT url_key, source_id, max(coalesce(published_hint, ''), coalesce(modified_hint, '')) FROM links
            WHERE failure IS NOT NULL AND state IN ('failed', 'pending') AND url_key IN (SELECT value FROM json_each(?))
            """,
            [json.dumps(keys)],
        ).fetchall()
        before = {key: (named_by, latest) for key, named_by, latest in failed}
        fresh = [
            (source_id, endpoint_id, row.published, row.modified, row.title, row.url_key)
            for row in rows
            if (known := before.get(row.url_key)) and (known[0] != source_id or row.latest > known[1])
        ]
        self._db.conn.executemany(
            """
            UPDATE links SET state = 'pending', next_try = NULL, attempts = 0, source_id = ?, endpoint_id = ?,
                published_hint = coalesce(?, published_hint), modified_hint = coalesce(?, modified_hint),
                title_hint = coalesce(?, title_hint)
            WHERE url_key = ?
            """,
            fresh,
        )
        return len(fresh)

    def _claim(self, rows: Sequence[LinkRow], source_id: str, endpoint_id: int | None) -> int:
        """Take over pending links that another site's feed named first: their own says whose they are, and of which day."""
        named = {row.url_key: row for row in rows}
        waiting = self._db.execute(
            """
            SELECT id, url, url_key, source_id FROM links
            WHERE state = 'pending' AND failure IS NULL AND source_id <> ? AND url_key IN (SELECT value FROM json_each(?))
            """,
            [source_id, json.dumps(list(named))],
        ).fetchall()
        leased = set().union(*self._leased.values())
        theirs = {source: self._sites(source, None) for source in {each[3] for each in waiting}}
        taken = [
            (source_id, endpoint_id, row.published, row.modified, row.title, link_id)
            for link_id, url, key, source in waiting
            if link_id not in leased and site_of(url) not in theirs[source] and (row := named[key])
        ]
        self._db.conn.executemany(
            """
            UPDATE links SET source_id = ?, endpoint_id = ?, published_hint = ?, modified_hint = ?, title_hint = ?
            WHERE id = ?
            """,
            taken,
        )
        return len(taken)

    def _sites(self, source_id: str, endpoint_id: int | None) -> set[str]:
        """The sites that a source speaks for: its home's, and that of the endpoint at hand."""
        rows = self._db.execute(
            "SELECT home FROM sources WHERE id = ? UNION SELECT url FROM endpoints WHERE id = ?", [source_id, endpoint_id]
        )
        return {site_of(url) for (url,) in rows.fetchall()}

    def _adopt_orphans(self, keys: list[str], source_id: str, endpoint_id: int | None) -> int:
        """Take over pending links of sources that nobody asks any more: they were renamed, or left the catalogue."""
        if not self._orphans or source_id not in self._scope:
            return 0
        mine = [(source_id, endpoint_id, key) for key in keys if key in self._orphans]
        self._orphans.difference_update(key for _, _, key in mine)
        self._db.conn.executemany("UPDATE links SET source_id = ?, endpoint_id = ? WHERE url_key = ?", mine)
        return len(mine)

    def _wake(self, source: str) -> None:
        if source not in self._waiting:
            self._turn.append(source)
            self._waiting.add(source)

    def lease(self, n: int, now: datetime, busy: Collection[str] = ()) -> list[Lease]:
        """Up to n links to fetch now, new ones first; empty where none is left or all are leased.

        Of sources that are busy, whose feeds may still name new links, no known article is looked at again.
        """
        leases: list[Lease] = []
        for _ in range(len(self._turn)):
            if len(leases) >= n:
                break
            source = self._turn.popleft()
            if self.budget and self._taken[source] >= self.budget:
                self._waiting.discard(source)  # what is left of it is for the next run
                continue
            room = PER_SOURCE - len(self._leased[source])
            room = min(room, self.budget - self._taken[source]) if self.budget else room
            found = self._pending(source, min(room, n - len(leases)), now) if room > 0 else []
            leases += found
            self._taken[source] += len(found)
            if found or room <= 0:
                self._turn.append(source)
            else:
                self._waiting.discard(source)
        return leases + self._visits.lease(n - len(leases), now, self._waiting.union(busy))

    def _pending(self, source: str, n: int, now: datetime) -> list[Lease]:
        leased = self._leased[source]
        values = {
            "source": source,
            "now": iso(now),
            # no rule of ours waits so long: the clock was wrong when this was written
            "far": iso(now + HORIZON),
            "since": self._since,
            "limit": n + len(leased),
        }
        rows = self._db.execute(_RETRIED, values).fetchall() + self._db.execute(_FRESH, values).fetchall()
        leases = [
            Lease(key, source_id, url, published_hint=published, hint_origin=origin, title_hint=title, attempts=attempts)
            for key, source_id, url, published, title, attempts, origin in rows
            if key not in leased
        ][:n]
        leased.update(lease.link_id for lease in leases)
        return leases

    def count_pending(self) -> int:
        """How many links of the sources asked wait, articles to be looked at again not among them."""
        sql = "SELECT count(*) FROM links WHERE state = 'pending' AND source_id IN (SELECT value FROM json_each(?))"
        return int(self._db.execute(sql, [json.dumps(sorted(self._scope))]).fetchone()[0])

    def count_due(self, now: datetime) -> int:
        """How many known articles this run would look at again."""
        return self._visits.count(now)

    def release(self, lease: Lease) -> None:
        """The decision on this link is committed."""
        self._visits.release(lease)
        self._leased[lease.source_id].discard(lease.link_id)

    def hold(self, lease: Lease) -> None:
        """Somebody is at a link already, whom an earlier process asked: it is not leased until it is released."""
        if lease.article_id is None:
            self._leased[lease.source_id].add(lease.link_id)
        else:
            self._visits.hold(lease)

    def may_have_more(self, source: str) -> bool:
        return source in self._waiting or source in self._visits.waiting
