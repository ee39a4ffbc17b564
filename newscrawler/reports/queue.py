"""How the queue of links stands, by source: what waits, what found no room, what nobody asks any more.  Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.sources import BY_HAND
from newscrawler.storage.database.rows import record, records

if TYPE_CHECKING:
    from sqlite_utils import Database

_QUEUES = """
    SELECT id AS source_id,
           (SELECT count(*) FROM links WHERE state = 'pending' AND links.source_id = sources.id) AS waiting,
           (SELECT coalesce(sum(left_out), 0) FROM endpoints
            WHERE endpoints.source_id = sources.id AND state <> 'retired') AS left_out,
           forgotten,
           id <> :by_hand AND NOT EXISTS (
               SELECT 1 FROM endpoints WHERE endpoints.source_id = sources.id AND state <> 'retired'
           ) AS parked
    FROM sources
"""
_NOTABLE = f"SELECT * FROM ({_QUEUES}) WHERE left_out > 0 OR (parked AND waiting > 0) ORDER BY waiting DESC, source_id"  # noqa: S608 ours
_OF_SOURCE = f"{_QUEUES} WHERE id = :id"


@dataclass(frozen=True, slots=True)
class Queue:
    """The links of a source.

    `waiting`: how many are to be fetched; `left_out`: new ones for which there was no room at the last looks;
    `forgotten`: how many without an article no list named any more; `is_parked`: the source is in no catalogue any more,
    so that nobody asks for those that wait.
    """

    source_id: str
    waiting: int
    left_out: int
    forgotten: int
    is_parked: bool


def _queue(source_id: str, waiting: int, left_out: int, forgotten: int, parked: int) -> Queue:
    return Queue(source_id, waiting, left_out, forgotten, bool(parked))


def notable_queues(db: Database) -> list[Queue]:
    """Those that leave links out, and those that nobody asks for; the longest first."""
    return records(db, _queue, _NOTABLE, by_hand=BY_HAND)


def queue_of(db: Database, source_id: str) -> Queue | None:
    """The queue of a source, None where there is none of that id."""
    return record(db, _queue, _OF_SOURCE, by_hand=BY_HAND, id=source_id)
