"""What the lexicon could not call, for a person to decide.  Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.storage.rows import records

if TYPE_CHECKING:
    from sqlite_utils import Database

_DOUBTFUL = "SELECT id, relevance, defence, diplomacy, source, title, reason, url FROM to_review LIMIT :limit"


@dataclass(frozen=True, slots=True)
class DoubtfulArticle:
    """A row of the view `to_review`; scores from 0 to 1."""

    id: int
    relevance: float | None
    defence: float
    diplomacy: float
    source: str
    title: str | None
    reason: str
    url: str


def doubtful_articles(db: Database, limit: int) -> list[DoubtfulArticle]:
    """The newest first."""
    return records(db, DoubtfulArticle, _DOUBTFUL, limit=limit)
