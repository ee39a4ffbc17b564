"""Which links are forgotten: those that brought no article and that no list has named for some time.

Once a week, when a list was read whole, it is written down which links it still names.  That is counted in looks and
not in days, so that neither a clock that jumps nor a crawler that stood still makes anything old.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlite_utils import Database

SWEEP_EVERY = timedelta(days=7)
MISSED = 5  # sweeps in a row that did not name a link which came to its end
MISSED_WAITING = 13  # the same, of one that waits still
BATCH = 1_000  # links forgotten at a look; a run of retired endpoints forgets as many
_FORGET = f"""
    DELETE FROM links WHERE id IN (
        SELECT links.id FROM endpoints JOIN links ON links.endpoint_id = endpoints.id
        WHERE endpoints.id = :endpoint AND links.article_id IS NULL AND links.named <= endpoints.sweeps - {MISSED}
          AND (links.state <> 'pending' OR links.named <= endpoints.sweeps - {MISSED_WAITING})
          AND links.id NOT IN (SELECT value FROM json_each(:leased))
          -- a backfill reports on what it found
          AND NOT EXISTS (SELECT 1 FROM backfill_links WHERE link_id = links.id)
        LIMIT {BATCH}
    )
    RETURNING source_id
"""  # noqa: S608 ours
_DUE = "swept IS NULL OR swept < :before OR swept > :ahead"
_NAME = """
    UPDATE links SET named = (SELECT sweeps FROM endpoints WHERE id = links.endpoint_id)
    WHERE url_key IN (SELECT value FROM json_each(:keys)) AND article_id IS NULL AND endpoint_id IS NOT NULL
"""
# sitemaps that their index names no more, and of which nothing is left
_EMPTY = """
    SELECT id FROM endpoints
    WHERE state = 'retired' AND parent_id IS NOT NULL AND sweeps >= 1
      AND NOT EXISTS (SELECT 1 FROM links WHERE endpoint_id = endpoints.id)
      AND NOT EXISTS (SELECT 1 FROM endpoints AS child WHERE child.parent_id = endpoints.id)
    LIMIT 200
"""


def sweep(db: Database, endpoint_id: int, keys: Sequence[str], now: datetime) -> None:
    """Write down which links a list names that was just read whole, where a week has gone by."""
    values = {"id": endpoint_id, "now": iso(now), "before": iso(now - SWEEP_EVERY), "ahead": iso(now + SWEEP_EVERY)}
    counted = db.execute(
        f"UPDATE endpoints SET sweeps = sweeps + 1, swept = :now WHERE id = :id AND ({_DUE})",  # noqa: S608 ours
        values,
    )
    if counted.rowcount > 0:
        db.execute(_NAME, {"keys": json.dumps(list(keys))})


def forget(db: Database, endpoint_id: int, leased: Iterable[int]) -> int:
    """Delete links of an endpoint that no list names any more, so many at a time; how many they were."""
    found = db.execute(_FORGET, {"endpoint": endpoint_id, "leased": json.dumps(sorted(leased))}).fetchall()
    for source_id in {source_id for (source_id,) in found}:
        number = sum(each == source_id for (each,) in found)
        db.execute("UPDATE sources SET forgotten = forgotten + ? WHERE id = ?", [number, source_id])
    return len(found)


def sweep_retired(db: Database, now: datetime) -> int:
    """The same for endpoints that are not looked at any more: a week without them counts as a look that names nothing.

    Those that an index named, and of which no link is left, are deleted with their polls.  How many links were forgotten.
    """
    due = db.execute(
        f"UPDATE endpoints SET sweeps = sweeps + 1, swept = :now WHERE state = 'retired' AND ({_DUE}) RETURNING id",  # noqa: S608 ours
        {"now": iso(now), "before": iso(now - SWEEP_EVERY), "ahead": iso(now + SWEEP_EVERY)},
    ).fetchall()
    forgotten = 0
    for (endpoint_id,) in due:
        while forgotten < BATCH and (number := forget(db, endpoint_id, ())):
            forgotten += number
    empty = json.dumps([key for (key,) in db.execute(_EMPTY).fetchall()])
    for table in ("polls", "findings"):
        db.execute(f"DELETE FROM {table} WHERE endpoint_id IN (SELECT value FROM json_each(?))", [empty])  # noqa: S608 ours
    db.execute("DELETE FROM endpoints WHERE id IN (SELECT value FROM json_each(?))", [empty])
    return forgotten
