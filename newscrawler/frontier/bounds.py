"""How long the queue may grow: new links of one look, of one source in a run, and how many may wait."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

WAITING = 20_000  # links of one source that may wait: twenty runs' work; a sitemap index can name millions
WAITING_OF_SITEMAPS = 15_000  # within them: what a feed names is news, and finds room beside any sitemap
NEW_A_LOOK = 5_000  # of one endpoint
NEW_A_RUN = 10_000  # of one source


class LinkRow(NamedTuple):
    """A link as it is pushed."""

    url: str
    url_key: str
    published: str | None
    modified: str | None
    title: str | None

    @property
    def latest(self) -> str:
        return max(self.published or "", self.modified or "")


class Bounds:
    """What has come into the queue in this run, and what was left out of it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.left_out: Counter[str] = Counter()  # links in this run, by source
        self._come: Counter[str] = Counter()  # the same, of those that came in

    def came(self, source_id: str, links: int) -> None:
        self._come[source_id] += links

    def within(self, rows: Sequence[LinkRow], source_id: str, *, of_sitemap: bool) -> list[LinkRow]:
        """Rows without those for which there is no room: of the unknown the newest are taken."""
        sql = "SELECT count(*) FROM links WHERE state = 'pending' AND source_id = ?"
        waiting = int(self._db.execute(sql, [source_id]).fetchone()[0])
        most = WAITING_OF_SITEMAPS if of_sitemap else WAITING
        room = max(0, min(most - waiting, NEW_A_LOOK, NEW_A_RUN - self._come[source_id]))
        if len(rows) <= room:
            return list(rows)
        known = self._known(rows)
        unknown = [number for number, row in enumerate(rows) if row.url_key not in known]
        # undated ones in the order in which they are named
        newest = sorted(unknown, key=lambda number: rows[number].latest, reverse=True)
        surplus = set(newest[room:])
        self.left_out[source_id] += len(surplus)
        return [row for number, row in enumerate(rows) if number not in surplus]

    def _known(self, rows: Sequence[LinkRow]) -> set[str]:
        keys = json.dumps([row.url_key for row in rows])
        found = self._db.execute("SELECT url_key FROM links WHERE url_key IN (SELECT value FROM json_each(?))", [keys])
        return {key for (key,) in found.fetchall()}
