"""The SQL of judging what is stored: articles by their numbers, and what a new verdict changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawler.storage.database.rows import number, records

if TYPE_CHECKING:
    from sqlite_utils import Database

# an article's text with the entries of its live blog, as Article.whole_text has it
WHOLE_TEXT = """text || coalesce((
    SELECT group_concat(char(10) || coalesce(nullif(json_extract(value, '$.title'), '') || char(10), '')
                        || coalesce(json_extract(value, '$.text'), ''), '')
    FROM json_each(iif(json_valid(articles.updates), articles.updates, '[]'))
), '')"""
_JUDGED = f"""
    SELECT articles.id, title, lead, {WHOLE_TEXT} AS text, language, language_origin, verdicts.decision
    FROM articles LEFT JOIN verdicts ON verdicts.article_id = articles.id
    WHERE articles.id > :after AND withdrawn IS NULL AND (:source IS NULL OR articles.source_id = :source)
      AND (:since IS NULL OR articles.last_seen >= :since)
    ORDER BY articles.id LIMIT :limit
"""  # noqa: S608 ours


@dataclass(frozen=True, slots=True)
class JudgedArticle:
    """The parts of an article that are judged, and the lexicon's last decision."""

    id: int
    title: str | None
    lead: str | None
    text: str = field(repr=False)
    language: str | None
    language_origin: str | None
    decision: str | None


def judged_articles(
    db: Database, *, after: int, limit: int, source: str | None = None, since: str | None = None
) -> list[JudgedArticle]:
    """Articles by their numbers: of a source, last seen since a time (ISO 8601)."""
    return records(db, JudgedArticle, _JUDGED, after=after, limit=limit, source=source, since=since)


def how_many(db: Database, *, after: int = 0, source: str | None = None, since: str | None = None) -> int:
    """How many articles there are behind a number."""
    sql = """
        SELECT count(*) FROM articles
        WHERE id > :after AND withdrawn IS NULL AND (:source IS NULL OR source_id = :source)
          AND (:since IS NULL OR last_seen >= :since)
    """
    return number(db, sql, after=after, source=source, since=since)


def set_relevance(db: Database, article_id: int, score: float, language: str | None, origin: str | None) -> None:
    """Write an article's score and language in the place of the last ones."""
    db.execute(
        "UPDATE articles SET relevance = ?, language = ?, language_origin = ? WHERE id = ?",
        [score, language, origin, article_id],
    )
