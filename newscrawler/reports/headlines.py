"""Articles as lists show them.  Read-only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawler.reports.json_cells import strings
from newscrawler.storage.database.rows import records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

ABOUT = 0.3  # the score from which an article is about a topic, as in the canned queries
_HEADLINES = """
    SELECT articles.id, articles.title, articles.lead, substr(articles.text, 1, 400) AS beginning, articles.url,
           articles.published, articles.modified, articles.first_seen, articles.language, articles.type, articles.source_id,
           sources.name AS source, articles.story_id, stories.articles AS carried_by, stories.sources AS carriers,
           articles.gone_since, articles.rights = 'reserved' AS reserved,
           (SELECT json_group_array(label) FROM (
               SELECT topics.label FROM article_topics JOIN topics USING (topic_id)
               WHERE article_id = articles.id AND score >= :about ORDER BY score DESC LIMIT 3
           )) AS topics
    FROM articles
    JOIN sources ON sources.id = articles.source_id
    JOIN stories ON stories.id = articles.story_id
    WHERE articles.id IN (SELECT value FROM json_each(:ids))
      AND (:dropped OR NOT EXISTS (
          SELECT 1 FROM reviews WHERE reviews.article_id = articles.id AND reviews.decision = 'drop'
      ))
"""


@dataclass(frozen=True, slots=True)
class Headline:
    """What a list shows of an article.  `carried_by`, `carriers`: articles and sources of its story."""

    id: int
    title: str | None
    url: str
    published: str | None
    modified: str | None
    first_seen: str
    language: str | None
    type: str
    source_id: str
    source: str
    story_id: int
    carried_by: int
    carriers: int
    gone_since: str | None
    topics: tuple[str, ...]
    summary: str
    reserved: bool = False  # by its publisher: others get no word of it


def headlines(db: Database, ids: Sequence[int], *, dropped: bool = False) -> list[Headline]:
    """Articles as a list shows them, in the order given; what a review `dropped` is left out unless it is asked for."""
    values = {"ids": json.dumps(ids), "about": ABOUT, "dropped": dropped}
    found = {each.id: each for each in records(db, _headline, _HEADLINES, **values)}
    return [found[each] for each in ids if each in found]


def _headline(lead: str | None, beginning: str, topics: str, reserved: int | None, **cells: Any) -> Headline:
    return Headline(
        **cells, reserved=bool(reserved), summary=lead or beginning.partition("\n")[0], topics=tuple(strings(topics))
    )
