"""What a person says of events: followed at once, and remembered for when they are made anew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from newscrawler.reprocess.grouping import Grouping, look_again
from newscrawler.storage.meaning import corrections, event_numbers, events

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from newscrawler.storage.archive import Archive
    from newscrawler.storage.meaning.corrections import Said


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was taken back; `moved`: whether any story is with others now; `still_by`: by which numbers, where none is, what
    it joined stays joined.
    """

    said: Said
    moved: bool
    still_by: tuple[int, ...] = ()


def part(archive: Archive, event: int, articles: Sequence[int], now: datetime) -> int:
    """Take some articles' stories out of an event, for good, several into one new event; the event that the first is in now.

    Raises ArchiveError where the event does not have all of them, or has nothing else.
    """
    with archive.transaction():
        originals = corrections.part(archive.db, event, articles, now)
        if len(originals) == 1:
            look_again(archive, originals)
        else:
            stories = [each for each in map(partial(events.story_of_article, archive.db), originals) if each]
            Grouping(archive.db).part_together(event, stories)
            events.wait_no_more(archive.db, originals)
    return events.event_of(archive.db, events.story_of_article(archive.db, articles[0]) or 0) or 0


def join(archive: Archive, one: int, other: int, now: datetime) -> int:
    """Make one event of two, for good; its number.  Raises ArchiveError where they are one already."""
    with archive.transaction():
        return corrections.join(archive.db, one, other, now)


def take_back(archive: Archive, number: int, now: datetime) -> TakenBack:
    """Forget what a person said once, and decide anew on what it was said of.  Raises ArchiveError where nobody said it."""
    with archive.transaction():
        last, numbers = event_numbers.last_number(archive.db), corrections.numbers_of(archive.db, number)
        touched = {story for each in numbers if each.is_event for story in events.stories_of(archive.db, each.number)}
        before = _together(archive.db, touched)
        said, waiting = corrections.take_back(archive.db, number, now)
        stories = [events.story_of_article(archive.db, each) or 0 for each in (*waiting, said.other)]
        if said.kind == corrections.PART and len(waiting) > 1:
            for each in stories[:-1]:
                events.take_out(archive.db, each)
        look_again(archive, waiting, events.event_of(archive.db, stories[-1]) if said.kind == corrections.PART else None)
        event_numbers.give_back(archive.db, numbers, last)
        moved = _together(archive.db, touched) != before
        still_by = [] if moved or said.kind == corrections.PART else corrections.joined_by(archive.db, said)
    return TakenBack(said, moved, tuple(still_by))


def _together(db: Database, stories: Collection[int]) -> set[frozenset[int]]:
    """The stories of each event that some are in, whatever its number."""
    there = {events.event_of(db, each) for each in stories} - {None}
    return {frozenset(events.stories_of(db, each)) for each in there if each is not None}
