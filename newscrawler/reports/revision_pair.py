"""Which two states of an article are compared: those asked for, or the last change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawler.errors import ArchiveError
from newscrawler.revisions.changes import DOUBTFUL

if TYPE_CHECKING:
    from collections.abc import Sequence

State = dict[str, Any]  # a row of `reading.states`


def choose(article_id: int, states: Sequence[State], old: int | None, new: int | None) -> tuple[State, State]:
    """The two states to compare: those asked for; else the last, and the one before the state compared to.

    What may not be the article's text at all is compared only where it is asked for.

    Raises ArchiveError where there are none such, naming those that there are.
    """
    settled = [each for each in states if each["change"] != DOUBTFUL]
    if len(settled if new is None else states) < 2:
        raise ArchiveError(f"article {article_id} has one state only: it has not changed since we first had it")
    later = settled[-1] if new is None else _state(article_id, states, new)
    if old is not None:
        return _state(article_id, states, old), later
    at = next(at for at, each in enumerate(states) if each["id"] == later["id"])
    before = [each for each in states[:at] if each["change"] != DOUBTFUL]
    if not before:
        raise ArchiveError(f"revision {new} is the first of article {article_id}; say with --from what to compare it with")
    return before[-1], later


def _state(article_id: int, states: Sequence[State], revision: int) -> State:
    found = next((each for each in states if each["id"] == revision), None)
    if found is None:
        known = ", ".join(str(each["id"]) for each in states[-20:])
        raise ArchiveError(f"article {article_id} has no text of a revision {revision}; it has {known}")
    return found
