"""Articles with all that the archive knows of each, many at a time: what goes out of the archive.  Read-only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawler.reports.json_cells import strings, updates
from newscrawler.storage.database.rows import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlite_utils import Database

BATCH = 200  # articles, with their texts
_ARTICLES = """
    SELECT articles.id, articles.url, articles.canonical, articles.source_id, sources.name AS source,
           sources.kind AS source_kind, sources.country, articles.title, articles.authors, articles.published,
           articles.published_zone, articles.modified, articles.first_seen, articles.last_seen, articles.language,
           articles.type, articles.section, articles.tags, articles.lead, articles.text, articles.updates,
           articles.captions, articles.word_count, articles.agency, articles.paywall, articles.image_url,
           articles.relevance, coalesce(reviews.decision, verdicts.decision) AS decision,
           (SELECT json_group_array(label) FROM (
                SELECT label FROM article_topics JOIN topics USING (topic_id)
                WHERE article_id = articles.id ORDER BY score DESC
           )) AS topics,
           (SELECT json_group_array(kind || ':' || code) FROM mentions WHERE article_id = articles.id) AS mentions,
           articles.story_id AS story, stories.articles AS carried_by,
           articles.id = stories.first_article_id AS original, articles.content_hash, articles.extractor,
           articles.gone_since, articles.rights
    FROM articles
    JOIN sources ON sources.id = articles.source_id
    JOIN stories ON stories.id = articles.story_id
    LEFT JOIN verdicts ON verdicts.article_id = articles.id
    LEFT JOIN reviews ON reviews.article_id = articles.id
    WHERE articles.id IN (SELECT value FROM json_each(:ids)) ORDER BY articles.id
"""


@dataclass(frozen=True, slots=True)
class WholeArticle:
    """An article as it goes out: times as stored (UTC, or a date alone where no more was stated), None where nobody says.

    `mentions` are kind:code of the names in it (country:FR); `original`: its story's first; `content_hash`: of its words
    (docs/revisions.md); `updates`: entries of a live blog as {at, title, text}.
    """

    id: int
    url: str
    canonical: str | None
    source_id: str
    source: str
    source_kind: str
    country: str | None
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    published_zone: str | None
    modified: str | None
    first_seen: str
    last_seen: str
    language: str | None
    type: str
    section: str | None
    tags: tuple[str, ...]
    lead: str | None
    text: str = field(repr=False)
    updates: tuple[dict[str, str | None], ...] = field(repr=False)
    captions: tuple[str, ...]
    word_count: int
    agency: str | None
    paywall: bool | None
    image_url: str | None
    relevance: float | None
    decision: str | None
    topics: tuple[str, ...]
    mentions: tuple[str, ...]
    story: int
    carried_by: int
    original: bool
    content_hash: str
    extractor: str
    gone_since: str | None
    rights: str | None

    @property
    def day(self) -> str:
        """The day that lists go by: published, else changed, else first seen."""
        return (self.published or self.modified or self.first_seen)[:10]


_LISTS = ("authors", "tags", "captions", "topics", "mentions")


def _whole(**cells: Any) -> WholeArticle:
    lists = {name: tuple(strings(cells[name])) if cells[name] != "[]" else () for name in _LISTS}
    live = tuple(asdict(each) for each in updates(cells["updates"])) if cells["updates"] not in (None, "[]") else ()
    paywall = cells["paywall"]
    told = {"updates": live, "paywall": None if paywall is None else bool(paywall), "original": bool(cells["original"])}
    return WholeArticle(**{**cells, **lists, **told})


def whole_articles(db: Database, ids: Iterable[int]) -> Iterator[WholeArticle]:
    """Articles of these ids, batch by batch, each batch in the order of its ids; those that are not there are left out."""
    batch: list[int] = []
    for each in ids:
        batch.append(each)
        if len(batch) == BATCH:
            yield from records(db, _whole, _ARTICLES, ids=json.dumps(batch))
            batch = []
    if batch:
        yield from records(db, _whole, _ARTICLES, ids=json.dumps(batch))
