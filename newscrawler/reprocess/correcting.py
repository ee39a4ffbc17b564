"""What a person says of events: followed at once, and remembered for when they are made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.errors import ArchiveError
from newscrawler.events.decisions import Relation
from newscrawler.reprocess.grouping import Grouping
from newscrawler.storage.meaning import events

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawler.storage.archive import Archive


def part(archive: Archive, event: int, article: int, now: datetime) -> int:
    """Take an article's story out of an event, for good; the event that it is in now.

    Raises ArchiveError where the event does not have it, or has nothing else.
    """
    db = archive.db
    story = events.story_of_article(db, article)
    if story is None or events.event_of(db, story) != event:
        raise ArchiveError(
            f"article {article} is not of event {event}; `newscrawler events {event} --explain` shows its stories"
        )
    others = sorted(events.stories_of(db, event) - {story})
    if not others:
        raise ArchiveError(f"event {event} has this one story; there is nothing to part it from")
    with archive.transaction():
        for other in others:  # with none of them again, whichever of them the event is made from
            events.correct(db, events.PART, article, events.original_of(db, other), now)
        grouping = Grouping(db)
        (one,) = events.evidence_of(db, grouping.encoder, [story])
        grouping.decide_again(one)
    return events.event_of(db, story) or 0


def join(archive: Archive, one: int, other: int, now: datetime) -> int:
    """Make one event of two, for good; its number.  Raises ArchiveError where they are one already."""
    if one == other:
        raise ArchiveError(f"event {one} is one event already")
    db = archive.db
    firsts = [events.original_of(db, min(events.stories_of(db, each))) for each in (one, other)]
    with archive.transaction():
        events.correct(db, events.JOIN, firsts[0], firsts[1], now)
        return events.unite(db, [one, other], Relation.JOINED, "a person said so")
