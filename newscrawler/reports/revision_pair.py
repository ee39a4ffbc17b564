"""Which two states of an article are compared: those asked for, or the last change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.errors import ArchiveError
from newscrawler.revisions.changes import DOUBTFUL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.reports.articles import ArticleState


def choose_pair(
    article_id: int, states: Sequence[ArticleState], old: int | None, new: int | None
) -> tuple[ArticleState, ArticleState]:
    """The two states to compare: those asked for; else the last, and the one before the state compared to.

    What may not be the article's text at all is compared only where it is asked for.

    Raises ArchiveError where there are none such, naming those that there are.
    """
    certain = [each for each in states if each.change != DOUBTFUL]
    if len(certain if new is None else states) < 2:
        raise ArchiveError(f"article {article_id} has one state only: it has not changed since we first had it")
    later = certain[-1] if new is None else _state(article_id, states, new)
    if old is not None:
        return _state(article_id, states, old), later
    at = next(at for at, each in enumerate(states) if each.id == later.id)
    before = [each for each in states[:at] if each.change != DOUBTFUL]
    if not before:
        raise ArchiveError(f"revision {new} is the first of article {article_id}; say with --from what to compare it with")
    return before[-1], later


def _state(article_id: int, states: Sequence[ArticleState], revision: int) -> ArticleState:
    found = next((each for each in states if each.id == revision), None)
    if found is None:
        known = ", ".join(str(each.id) for each in states[-20:])
        raise ArchiveError(f"article {article_id} has no text of a revision {revision}; it has {known}")
    return found
