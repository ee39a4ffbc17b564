"""Which known article to look at again: the due rows of `revisits`, few at a time, after all links that are new."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from typing import TYPE_CHECKING

from newscrawler.dates import from_iso, iso
from newscrawler.items import Lease
from newscrawler.scheduling.revisits import HORIZON, MIN_GAP, History, after_a_hint, born

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlite_utils import Database

MAX_REVISITS_PER_SOURCE = 2  # at a time: a new article never waits for more of them
MAX_REVISITS_AT_ONCE = 32  # at a time, over all sources: the rest of the window is for what is new

# newest plan first: where a crawl cannot do all, young articles are worth more
_DUE = """
    SELECT links.id, articles.source_id, articles.url,
           -- what another source's feed said of it counts for nothing
           iif(links.source_id = articles.source_id, links.published_hint, NULL),
           iif(links.source_id = articles.source_id, links.title_hint, NULL),
           iif(endpoints.kind LIKE '%sitemap', 'sitemap', 'feed'), articles.id,
           -- what is gone, or is stated to have changed, is asked without conditions: a server may be wrong in its 304
           articles.gone_since IS NOT NULL
               OR substr(articles.last_seen, 1, length(links.modified_hint)) < links.modified_hint,
           revisits.etag, revisits.last_modified
    FROM revisits
    JOIN articles ON articles.id = revisits.article_id
    LEFT JOIN links ON links.id = (SELECT min(id) FROM links WHERE links.article_id = articles.id)
    LEFT JOIN endpoints ON endpoints.id = links.endpoint_id
    WHERE revisits.source_id = :source AND {due}
      AND (:since IS NULL OR coalesce(articles.published, articles.modified, articles.first_seen) >= :since)
    ORDER BY revisits.next_visit DESC LIMIT :limit
"""
_BY_TIME = _DUE.format(due="revisits.next_visit <= :now")
_BY_A_WRONG_CLOCK = _DUE.format(due="revisits.next_visit > :far")


class Visits:
    """Leases of known articles.  Held in memory only, as those of links are."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._turn: deque[str] = deque()  # sources that may have something due
        self.waiting: set[str] = set()  # the same ones, for a look from another thread
        self._left: dict[str, int] = {}  # of a source, in this run
        self._leased: defaultdict[str, set[int]] = defaultdict(set)
        self._since: str | None = None
        self._checked = False

    def restrict(self, sources: Iterable[str], since: str | None, each: int) -> None:
        """Lease articles of these sources only, `each` of one source at most (0: none)."""
        self._left = dict.fromkeys(sources, each) if each > 0 else {}
        self._turn, self.waiting, self._since = deque(sorted(self._left)), set(self._left), since
        self._checked = False

    def skip_the_others(self, now: datetime) -> None:
        """Look for articles of those sources only that have one which is due: one look for all is cheaper than one each."""
        self._mend_a_wrong_clock(now)
        rows = self._db.execute(
            """
            SELECT value FROM json_each(:sources) AS asked
            WHERE EXISTS (SELECT 1 FROM revisits WHERE source_id = asked.value AND next_visit <= :now)
               OR EXISTS (SELECT 1 FROM revisits WHERE source_id = asked.value AND next_visit > :far)
            """,
            {"sources": json.dumps(list(self._turn)), "now": iso(now), "far": iso(now + HORIZON)},
        )
        self._turn = deque(source for (source,) in rows.fetchall())
        self.waiting = set(self._turn)

    def lease(self, n: int, now: datetime, busy: set[str]) -> list[Lease]:
        """Up to n articles that are due, none of the sources that are busy with new links."""
        self._mend_a_wrong_clock(now)
        n = min(n, MAX_REVISITS_AT_ONCE - sum(map(len, self._leased.values())))
        leases: list[Lease] = []
        for _ in range(len(self._turn)):
            if len(leases) >= n:
                break
            source = self._turn.popleft()
            room = min(MAX_REVISITS_PER_SOURCE - len(self._leased[source]), self._left[source], n - len(leases))
            free = room > 0 and source not in busy
            found = self._due(source, room, now) if free else []
            self._left[source] -= len(found)
            leases += found
            if found or (not free and self._left[source] > 0):
                self._turn.append(source)
            else:
                self.waiting.discard(source)
        return leases

    def _due(self, source: str, n: int, now: datetime) -> list[Lease]:
        leased = self._leased[source]
        values = {
            "source": source, "now": iso(now), "far": iso(now + HORIZON), "since": self._since, "limit": n + len(leased),
        }  # fmt: skip
        rows = self._db.execute(_BY_TIME, values).fetchall()
        rows += self._db.execute(_BY_A_WRONG_CLOCK, values).fetchall()
        leases = [
            Lease(
                link_id or 0, source_id, url, published_hint=published, hint_origin=origin, title_hint=title,
                article_id=article_id,
                etag=None if anew else etag, last_modified=None if anew else last_modified,
            )
            for link_id, source_id, url, published, title, origin, article_id, anew, etag, last_modified in rows
            if article_id not in leased
        ][:n]  # fmt: skip
        leased.update(lease.article_id for lease in leases if lease.article_id is not None)
        return leases

    def hold(self, lease: Lease) -> None:
        if lease.article_id is not None:
            self._leased[lease.source_id].add(lease.article_id)

    def release(self, lease: Lease) -> None:
        if lease.article_id is not None:
            self._leased[lease.source_id].discard(lease.article_id)

    def count(self, now: datetime) -> int:
        """How many articles this run would look at again, as it stands."""
        sql = """
            SELECT coalesce(sum(min(due, ?)), 0) FROM (
                SELECT count(*) AS due FROM revisits
                WHERE next_visit <= ? AND source_id IN (SELECT value FROM json_each(?)) GROUP BY source_id
            )
        """
        each = max(self._left.values(), default=0)
        return int(self._db.execute(sql, [each, iso(now), json.dumps(sorted(self._left))]).fetchone()[0])

    def _mend_a_wrong_clock(self, now: datetime) -> None:
        """What was looked at in the future is due: its plan was made, or ended, by a clock that was ahead."""
        if self._checked or not self._left:
            return
        self._checked = True
        self._db.execute(
            "UPDATE revisits SET next_visit = ?, last_visit = ? WHERE last_visit > ?",
            [iso(now), iso(now), iso(now + MIN_GAP)],
        )

    def state_modified(self, keys: Iterable[tuple[str, str | None]], now: datetime) -> None:
        """Take note of (url_key, date of the last change) as a feed or sitemap states them of known articles."""
        for key, modified in keys:
            if modified is None:
                continue
            row = self._db.execute(
                """
                UPDATE links SET modified_hint = :modified
                WHERE url_key = :key AND article_id IS NOT NULL AND coalesce(modified_hint, '') < :modified
                RETURNING article_id
                """,
                {"key": key, "modified": modified},
            ).fetchone()
            if row:
                self._plan_sooner(row[0], modified, now)

    def _plan_sooner(self, article_id: int, modified: str, now: datetime) -> None:
        row = self._db.execute(
            """
            SELECT articles.url_key, published, first_seen, last_seen, articles.source_id, last_visit, next_visit, quiet
            FROM revisits JOIN articles ON articles.id = revisits.article_id
            WHERE articles.id = ? AND gone_since IS NULL AND failures = 0
            """,
            [article_id],
        ).fetchone()
        if row is None:
            return
        key, published, first_seen, last_seen, source, last_visit, planned, quiet = row
        if modified < last_seen[: len(modified)]:
            return  # we have seen the page since
        first = from_iso(first_seen)
        history = History(key, born(published, first), first, quiet=quiet)
        at = iso(after_a_hint(history, from_iso(last_visit), now))
        if planned is None or at < planned:
            self._db.execute("UPDATE revisits SET next_visit = ? WHERE article_id = ?", [at, article_id])
        if source in self._left and source not in self.waiting:
            self._turn.append(source)
            self.waiting.add(source)
