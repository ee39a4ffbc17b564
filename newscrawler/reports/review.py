"""What the lexicon could not call, for a person to decide.  Read-only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.relevance.proposals import ReviewedTerm
from newscrawler.storage.database.rows import number, records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

_DOUBTFUL = "SELECT id, relevance, defence, diplomacy, source, title, reason, url FROM to_review LIMIT :limit"
_REVIEWED = """
    SELECT reviews.decision, verdicts.decision, verdicts.matches
    FROM reviews JOIN verdicts USING (article_id) ORDER BY article_id
"""


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


def doubtful_count(db: Database, at_most: int) -> int:
    """How many there are to review; `at_most` where there are that many or more."""
    return number(db, "SELECT count(*) FROM (SELECT 1 FROM to_review LIMIT :most)", most=at_most)


def review_count(db: Database) -> int:
    """The articles that people called."""
    return number(db, "SELECT count(*) FROM reviews")


def reviewed_terms(db: Database) -> Iterator[ReviewedTerm]:
    """Each weighty term of each article that a person called, beside what the lexicon had decided."""
    for said, found, matches in db.execute(_REVIEWED):
        for each in json.loads(matches):
            if each["weight"]:
                yield ReviewedTerm(each["language"], each["term"], said == "keep", found)
