"""What a person says of events: followed at once, and remembered for when they are made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.reprocess.grouping import look_again
from newscrawler.storage.meaning import corrections, event_numbers, events

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawler.storage.archive import Archive
    from newscrawler.storage.meaning.corrections import Said


def part(archive: Archive, event: int, article: int, now: datetime) -> int:
    """Take an article's story out of an event, for good; the event that it is in now.

    Raises ArchiveError where the event does not have it, or has nothing else.
    """
    with archive.transaction():
        look_again(archive, corrections.part(archive.db, event, [article], now))
    return events.event_of(archive.db, events.story_of_article(archive.db, article) or 0) or 0


def join(archive: Archive, one: int, other: int, now: datetime) -> int:
    """Make one event of two, for good; its number.  Raises ArchiveError where they are one already."""
    with archive.transaction():
        return corrections.join(archive.db, one, other, now)


def take_back(archive: Archive, number: int, now: datetime) -> Said:
    """Forget what a person said once, and decide anew on what it was said of.  Raises ArchiveError where nobody said it."""
    with archive.transaction():
        last, numbers = event_numbers.last_number(archive.db), corrections.numbers_of(archive.db, number)
        said, waiting = corrections.take_back(archive.db, number, now)
        look_again(archive, waiting)
        event_numbers.give_back(archive.db, numbers, last)
    return said
