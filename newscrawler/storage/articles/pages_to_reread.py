"""The SQL of stored pages that are read anew: of articles, of their earlier states, and of links that came to nothing.

Each comes with the lease that it was fetched by, as far as that is known: what the endpoint said of its date and headline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawler.dates import from_iso
from newscrawler.items import Endpoint, Lease, Page, Source
from newscrawler.storage.articles.pages import PAGE_COLUMNS, StoredPage
from newscrawler.storage.database.rows import number as count
from newscrawler.storage.database.rows import records
from newscrawler.storage.warc.reading import http_parts, read_record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlite_utils import Database

# what another source's feed said of an article counts for nothing; what the link does not say any more, the article may
_ARTICLE = f"""
    SELECT {{number}} AS number, coalesce(links.id, 0) AS link_id, articles.source_id AS source_id,
           articles.url AS lease_url,
           coalesce(iif(links.source_id = articles.source_id, links.published_hint, NULL),
                    iif(articles.published_origin IN ('feed', 'sitemap'), articles.published, NULL)) AS hint,
           coalesce(iif(endpoints.kind LIKE '%sitemap', 'sitemap', 'feed'), articles.published_origin) AS hint_origin,
           coalesce(iif(links.source_id = articles.source_id, links.title_hint, NULL),
                    iif(json_extract(articles.origins, '$.title') = 'feed', articles.title, NULL)) AS title_hint,
           0 AS attempts, articles.id AS article_id, {{words}}, {PAGE_COLUMNS}
    FROM {{rows}}
    JOIN pages ON pages.id = {{page}}
    LEFT JOIN links ON links.id = (SELECT min(id) FROM links WHERE links.article_id = articles.id)
    LEFT JOIN endpoints ON endpoints.id = links.endpoint_id
    WHERE {{number}} > :after AND {{which}}
      AND (:source IS NULL OR articles.source_id = :source) AND (:since IS NULL OR pages.fetched >= :since)
    ORDER BY {{number}} LIMIT :limit
"""  # noqa: S608 ours
_ARTICLES = _ARTICLE.format(
    number="articles.id",
    rows="articles",
    page="articles.page_id",
    which="articles.withdrawn IS NULL",  # what was taken out does not come back by our reading
    words="articles.content_hash AS content_hash, articles.title AS title, articles.lead AS lead",
)
_STATES = _ARTICLE.format(
    number="revisions.id",
    rows="revisions JOIN articles ON articles.id = revisions.article_id",
    page="revisions.page_id",
    which="revisions.page_id IS NOT articles.page_id AND revisions.text <> ''",
    words="NULL AS content_hash, NULL AS title, NULL AS lead",
)
_LINKS = f"""
    SELECT links.id AS number, links.id AS link_id, links.source_id AS source_id, links.url AS lease_url,
           links.published_hint AS hint, iif(endpoints.kind LIKE '%sitemap', 'sitemap', 'feed') AS hint_origin,
           links.title_hint AS title_hint, links.attempts AS attempts, NULL AS article_id,
           NULL AS content_hash, NULL AS title, NULL AS lead, {PAGE_COLUMNS}
    FROM links
    -- its own page, or of a link that is older than `page_id` the last one of its address
    JOIN pages ON pages.id = coalesce(links.page_id, (SELECT max(id) FROM pages WHERE pages.url = links.url))
    LEFT JOIN endpoints ON endpoints.id = links.endpoint_id
    WHERE links.id > :after AND links.article_id IS NULL AND links.attempts > 0
      AND (links.state = 'dropped' OR (:failed AND links.state IN ('failed', 'pending')))
      AND (:source IS NULL OR links.source_id = :source) AND (:since IS NULL OR pages.fetched >= :since)
    ORDER BY links.id LIMIT :limit
"""  # noqa: S608 ours


@dataclass(frozen=True, slots=True)
class Scope:
    """Of which source (None: all), fetched since when (ISO 8601; None: ever)."""

    source: str | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """A stored page and the lease that it was fetched by.  `number`: of its article, state or link; they come in order."""

    number: int
    lease: Lease
    page: StoredPage
    words: tuple[str | None, str | None, str | None] = (None, None, None)  # content hash, title and lead of its article


def _capture(**cells: Any) -> StoredCapture:
    lease = Lease(
        cells.pop("link_id"),
        cells.pop("source_id"),
        cells.pop("lease_url"),
        cells.pop("hint"),
        cells.pop("hint_origin") or "feed",
        cells.pop("title_hint"),
        cells.pop("attempts"),
        cells.pop("article_id"),
    )
    words = cells.pop("content_hash"), cells.pop("title"), cells.pop("lead")
    return StoredCapture(cells.pop("number"), lease, StoredPage(**cells), words)


def of_articles(db: Database, scope: Scope, *, after: int, limit: int) -> list[StoredCapture]:
    """Pages that the texts of articles are from."""
    return records(db, _capture, _ARTICLES, source=scope.source, since=scope.since, after=after, limit=limit)


def of_states(db: Database, scope: Scope, *, after: int, limit: int) -> list[StoredCapture]:
    """Pages of states that a later one took the place of, by the revision's number."""
    return records(db, _capture, _STATES, source=scope.source, since=scope.since, after=after, limit=limit)


def of_links(db: Database, scope: Scope, *, after: int, limit: int, failed: bool) -> list[StoredCapture]:
    """Pages of links without an article: off-topic ones, and with `failed` those that held none."""
    parameters = {"source": scope.source, "since": scope.since, "after": after, "limit": limit}
    return records(db, _capture, _LINKS, failed=failed, **parameters)


def of_article(db: Database, article_id: int) -> StoredCapture | None:
    """The page that an article's text is from; None where none is stored."""
    found = of_articles(db, Scope(), after=article_id - 1, limit=1)
    return found[0] if found and found[0].number == article_id else None


def page_of(folder: Path, capture: StoredCapture) -> Page:
    """A stored page as its fetch brought it.  Raises ArchiveError where its record is not there or not whole."""
    stored = capture.page
    _, headers, body = http_parts(read_record(folder, *stored.place).block)
    if stored.content_type and all(name.lower() != "content-type" for name, _ in headers):
        headers = (*headers, ("Content-Type", stored.content_type))
    return Page(capture.lease, stored.url, from_iso(stored.fetched), stored.status, headers, body)


def how_many(db: Database, scope: Scope, what: str, *, after: int = 0, failed: bool = False) -> int:
    """How many captures of "articles", "states" or "links" there are behind a number."""
    sql = {"articles": _ARTICLES, "states": _STATES, "links": _LINKS}[what]
    parameters: dict[str, object] = {"source": scope.source, "since": scope.since, "after": after, "limit": -1}
    if what == "links":
        parameters["failed"] = failed
    return count(db, f"SELECT count(*) FROM ({sql})", **parameters)  # noqa: S608 ours


def sources_of(db: Database) -> dict[str, Source]:
    """The sources that the archive knows, as far as reading a page of theirs needs them: each with its own endpoints."""
    named: dict[str, list[Endpoint]] = {}
    rows: Sequence[tuple[str, str, str]] = db.execute(
        "SELECT source_id, kind, url FROM endpoints WHERE state <> 'retired' AND parent_id IS NULL"
    ).fetchall()
    for source_id, kind, url in rows:
        named.setdefault(source_id, []).append(Endpoint(kind, url))
    return {
        key: Source(key, name, home, kind, keep, endpoints=tuple(named.get(key, ())))
        for key, name, home, kind, keep in db.execute("SELECT id, name, home, kind, keep FROM sources").fetchall()
    }
