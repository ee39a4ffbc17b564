"""What the desk says of an event that the archive does not know yet, and whether what is posted of one can be."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawler.desk import corrections
from newscrawler.errors import DeskError
from newscrawler.reports.events import event_row
from newscrawler.storage.meaning.corrections import JOIN, PART
from newscrawler.storage.meaning.event_numbers import current_event
from newscrawler.storage.meaning.events import event_of, story_of_article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.desk.corrections import Correction
    from newscrawler.storage.database.sqlite import Database
    from newscrawler.web.desk.actions import Form
    from newscrawler.web.room import Room

_NUMBER = re.compile(r"(?:.*/event/|event\s*)?(\d{1,18})(?:[?#].*)?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class OnEvent:
    """What waits to be taken over: articles that are not of an event, (event, event) that are one, what is taken back."""

    parted: frozenset[int] = frozenset()
    joined: tuple[tuple[int, int], ...] = ()
    backs: frozenset[int] = frozenset()


def on_event(pending: Sequence[Correction], event: int) -> OnEvent:
    """What of it is said of an event."""
    parted = frozenset(each.about for each in pending if each.kind == PART and each.event == event)
    joined = tuple((each.event, each.about) for each in pending if each.kind == JOIN and event in (each.event, each.about))
    return OnEvent(parted, joined, frozenset(each.about for each in pending if each.kind == corrections.BACK))


async def said_on_desk(room: Room) -> list[Correction]:
    """What waits on the desk; nothing where it is not open or cannot be read."""
    desk = await room.desk()
    if desk is None:
        return []
    try:
        return await desk.read(corrections.pending, [])
    except DeskError:  # which on_desk says
        return []


def _told(typed: str) -> int:
    """The number of an event as people write it, its address among them.  Raises DeskError for what is none."""
    found = _NUMBER.fullmatch(typed.strip())
    if found is None:
        raise DeskError(f"{typed.strip()[:60]!r} is no number of an event. Nothing was changed.")
    return int(found[1])


async def checked(room: Room, form: Form) -> Form:
    """A form that says something of an event, which is there, with the other event in its button.

    Raises DeskError for what cannot be.
    """
    if form.verb not in (PART, JOIN):
        return form
    first, _, second = form.about.partition(":")
    if form.verb == JOIN and not second:
        form = replace(form, about=f"{first}:{_told(form.fields.get('other', ''))}")
        second = form.about.partition(":")[2]
    if not all(each.isascii() and each.isdigit() and len(each) < 19 for each in (first, second)):
        return form  # which the action refuses
    why = await room.read(_why_not, form.verb, int(first), int(second))
    if why:
        raise DeskError(f"{why} Nothing was changed.")
    return form


def _why_not(db: Database, verb: str, first: int, second: int) -> str:
    """Why nothing can be said of an event (`part`: an article and its event); "" where it can."""
    if verb == JOIN:
        one, other = current_event(db, first), current_event(db, second)
        missing = [number for number, known in ((first, one), (second, other)) if not known or event_row(db, known) is None]
        if missing:
            return f"There is no event {missing[0]} in this archive."
        return f"Event {first} and event {second} are one already." if one == other else ""
    story = story_of_article(db, first)
    if story is None or event_of(db, story) != current_event(db, second):
        return f"Article {first} is not of event {second}."
    return ""
