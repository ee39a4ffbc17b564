"""The SQL of going over the archive: articles and off-topic links by their numbers, and what a new verdict changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawler.items import Lease, Source
from newscrawler.storage.rows import records

if TYPE_CHECKING:
    from sqlite_utils import Database

# an article's text with the entries of its live blog, as Article.whole_text has it
WHOLE_TEXT = """text || coalesce((
    SELECT group_concat(char(10) || coalesce(nullif(json_extract(value, '$.title'), '') || char(10), '')
                        || coalesce(json_extract(value, '$.text'), ''), '')
    FROM json_each(iif(json_valid(articles.updates), articles.updates, '[]'))
), '')"""
_EXTRACTED = """
    SELECT id, url, url_key, content_hash, word_count, title, published, published_origin, page_id
    FROM articles WHERE id > :after AND page_id IS NOT NULL ORDER BY id LIMIT :limit
"""
_JUDGED = f"""
    SELECT articles.id, title, lead, {WHOLE_TEXT} AS text, language, language_origin, verdicts.decision
    FROM articles LEFT JOIN verdicts ON verdicts.article_id = articles.id
    WHERE articles.id > :after ORDER BY articles.id LIMIT :limit
"""  # noqa: S608 ours
# the response that a dropped link brought: its address, or where that led
_DROPPED = """
    SELECT links.id, links.source_id, links.url, links.published_hint, links.title_hint, links.attempts,
           sources.keep, sources.name, sources.home, sources.kind,
           (SELECT max(id) FROM pages WHERE pages.url = links.url) AS page_id
    FROM links JOIN sources ON sources.id = links.source_id
    WHERE links.state = 'dropped' AND links.id > :after AND page_id IS NOT NULL ORDER BY links.id LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """What extraction made of a stored page."""

    id: int
    url: str
    url_key: str
    content_hash: str
    word_count: int
    title: str | None
    published: str | None
    published_origin: str | None
    page_id: int


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


@dataclass(frozen=True, slots=True)
class DroppedLink:
    """A link that was off-topic, its source, and the page that it brought."""

    lease: Lease
    source: Source
    page_id: int


def extracted_texts(db: Database, *, after: int, limit: int) -> list[ExtractedText]:
    """Articles whose page is stored, by their numbers; `after`: the last one that was looked at."""
    return records(db, ExtractedText, _EXTRACTED, after=after, limit=limit)


def judged_articles(db: Database, *, after: int, limit: int) -> list[JudgedArticle]:
    """All articles, by their numbers."""
    return records(db, JudgedArticle, _JUDGED, after=after, limit=limit)


def dropped_links(db: Database, *, after: int, limit: int) -> list[DroppedLink]:
    """Links that were off-topic and whose page is stored, by their numbers."""
    return records(db, _dropped_link, _DROPPED, after=after, limit=limit)


def _dropped_link(**cells: Any) -> DroppedLink:
    lease = Lease(
        cells["id"],
        cells["source_id"],
        cells["url"],
        cells["published_hint"],
        title_hint=cells["title_hint"],
        attempts=cells["attempts"],
    )
    source = Source(cells["source_id"], cells["name"], cells["home"], cells["kind"], cells["keep"])
    return DroppedLink(lease, source, cells["page_id"])


def set_relevance(db: Database, article_id: int, score: float, language: str | None, origin: str | None) -> None:
    """Write an article's score and language in the place of the last ones."""
    db.execute(
        "UPDATE articles SET relevance = ?, language = ?, language_origin = ? WHERE id = ?",
        [score, language, origin, article_id],
    )
