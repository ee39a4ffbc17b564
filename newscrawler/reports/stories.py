"""Stories: which articles carry one text, who was first, and which are carried most.  Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.storage.database.rows import records

if TYPE_CHECKING:
    from sqlite_utils import Database

_MEMBERS = """
    SELECT articles.id, sources.name AS source, articles.title, articles.url, articles.published,
           articles.modified, articles.first_seen, articles.word_count, articles.id = stories.first_article_id AS original,
           (SELECT copies.relation FROM copies WHERE copies.article_id = articles.id AND copies.same_story
            ORDER BY copies.score DESC LIMIT 1) AS relation,
           iif(articles.id = stories.first_article_id, stories.reason, NULL) AS original_because,
           (SELECT count(*) FROM revisions WHERE revisions.article_id = articles.id
            AND revisions.change IN ('revised', 'corrected')) AS changes,
           (SELECT count(*) FROM revisions WHERE revisions.article_id = articles.id
            AND revisions.change = 'corrected') AS corrections,
           (SELECT copies.reason FROM copies WHERE copies.article_id = articles.id AND copies.same_story
            ORDER BY copies.score DESC LIMIT 1) AS reason
    FROM articles JOIN sources ON sources.id = articles.source_id JOIN stories ON stories.id = articles.story_id
    WHERE articles.story_id = :story ORDER BY original DESC, articles.id
"""
_MOST_CARRIED = """
    SELECT story_id, articles, sources, first_seen, first_source, title FROM most_carried
    WHERE :since IS NULL OR first_seen >= :since LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article of a story, why it is in it, and of the original (1, else 0) why we think that it is.

    `changes`: how often its words were changed after we had it, `corrections`: how often the page owned to that.
    """

    id: int
    source: str
    title: str | None
    url: str
    published: str | None
    modified: str | None
    first_seen: str
    word_count: int
    original: int
    relation: str | None
    original_because: str | None
    reason: str | None
    changes: int
    corrections: int

    @property
    def stated(self) -> str:
        """When it was published, as far as anybody says: stated, else changed, else seen."""
        return self.published or self.modified or self.first_seen


@dataclass(frozen=True, slots=True)
class CarriedStory:
    """A story that several addresses carry."""

    story_id: int
    articles: int
    sources: int
    first_seen: str
    first_source: str
    title: str | None


def members(db: Database, story_id: int) -> list[StoryMember]:
    """The articles of a story, the original first."""
    return records(db, StoryMember, _MEMBERS, story=story_id)


def current_id(db: Database, story_id: int) -> int | None:
    """The story that this one was merged into, or it itself; None where there is none of that number."""
    row = db.execute("SELECT coalesce(merged_into, id) FROM stories WHERE id = ?", [story_id]).fetchone()
    return int(row[0]) if row else None


def most_carried(db: Database, *, since: str | None, limit: int) -> list[CarriedStory]:
    """The stories that most addresses carry; `since`: those first seen then or later."""
    return records(db, CarriedStory, _MOST_CARRIED, since=since, limit=limit)
