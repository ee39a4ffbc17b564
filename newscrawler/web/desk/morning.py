"""What the desk makes of the front page: where the last visit ended, what is dropped or seen, how much is to be reviewed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.desk import marks
from newscrawler.errors import DeskError
from newscrawler.reports.frontpage import NOTHING_UNWANTED, Unwanted
from newscrawler.reports.review import doubtful_count
from newscrawler.reports.status import last_article_id
from newscrawler.web.desk import own as own_desk

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawler.desk.marks import Here
    from newscrawler.storage.database.sqlite import Database
    from newscrawler.web.room import Room

MOST_DOUBTFUL = 1_000  # that are counted


@dataclass(frozen=True, slots=True)
class Morning:
    """`here`: the last article of the visit before (0: nobody knows); `only_unseen`: what was seen is left out.

    `to_review`: doubtful articles, None where there is no desk to review them on; `waiting`: reviews that the archive does
    not know yet; `trouble`: why the desk remembers nothing.
    """

    here: int = 0
    only_unseen: bool = False
    unwanted: Unwanted = NOTHING_UNWANTED
    to_review: int | None = None
    waiting: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class _OfDesk:
    dropped: frozenset[int] = frozenset()
    waiting: int = 0
    seen: frozenset[int] = frozenset()


NOTHING = _OfDesk()


def _of_desk(db: Database, *, with_seen: bool) -> _OfDesk:
    pending = marks.pending_reviews(db)
    dropped = frozenset(each.article_id for each in pending if each.decision == marks.DROP)
    return _OfDesk(dropped, len(pending), frozenset(marks.every_seen(db)) if with_seen else frozenset())


async def opened(room: Room, now: datetime) -> Morning:
    """The front page is being opened: the look is remembered where it is the reader's own."""
    desk = await room.desk()
    if desk is None:
        return Morning()
    only_unseen, trouble = room.argument("unseen") == "1", ""
    here: Here | None = None
    of_desk = NOTHING
    try:
        if own_desk.is_readers_own(room.request):
            here = await desk.write(marks.look, await room.read(last_article_id), now)
    except DeskError as error:
        trouble = str(error)
    try:
        here = here or await desk.read(marks.here, None)
        of_desk = await desk.read(_of_desk, NOTHING, with_seen=only_unseen)
    except DeskError as error:
        trouble = str(error)
    doubtful = await room.read(doubtful_count, MOST_DOUBTFUL)
    return Morning(
        here.before if here else 0,
        only_unseen,
        Unwanted(of_desk.dropped, of_desk.seen),
        max(0, doubtful - of_desk.waiting) if doubtful < MOST_DOUBTFUL else doubtful,
        of_desk.waiting,
        trouble,
    )
