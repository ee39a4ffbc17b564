"""Go over what is stored, without the network: every article judged anew, off-topic pages given another chance.

articles --judge--> verdicts, topics, mentions        (a transaction every CHUNK; an interruption keeps what is done)
pages of dropped links --prepare / decide / apply--> articles, where they are wanted now
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newscrawler.errors import ArchiveError
from newscrawler.items import Lease, Page, Source
from newscrawler.process import is_wanted, prepare
from newscrawler.relevance import judge
from newscrawler.relevance.language import language_of
from newscrawler.storage import verdicts
from newscrawler.storage.labels import relabel
from newscrawler.storage.warc import read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newscrawler.items import Candidate
    from newscrawler.relevance import Lexicon
    from newscrawler.storage.archive import Archive

CHUNK = 200
_ARTICLES = """
    SELECT articles.id, title, lead, text, language, language_origin, verdicts.decision
    FROM articles LEFT JOIN verdicts ON verdicts.article_id = articles.id
    WHERE articles.id > ? ORDER BY articles.id LIMIT ?
"""
# the response that a dropped link brought: its address, or where that led
_DROPPED = """
    SELECT links.id, links.source_id, links.url, links.published_hint, links.title_hint, links.attempts,
           sources.keep, sources.name, sources.home, sources.kind,
           pages.id, pages.url, pages.fetched, pages.content_type, pages.warc_file, pages.warc_offset, pages.warc_length
    FROM links JOIN sources ON sources.id = links.source_id
    JOIN pages ON pages.id = (SELECT max(id) FROM pages WHERE pages.url = links.url)
    WHERE links.state = 'dropped' AND links.id > ? ORDER BY links.id LIMIT ?
"""


def judge_articles(
    archive: Archive, lexicon: Lexicon, now: datetime, progress: Callable[[int], object] = lambda number: None
) -> Counter[str]:
    """Judge every article anew; how many were, and how many changed their decision ("keep to review" and so on)."""
    counts: Counter[str] = Counter()
    last = 0
    while rows := archive.db.execute(_ARTICLES, [last, CHUNK]).fetchall():
        with archive.transaction():
            for row in rows:
                counts.update(_judge_one(archive, row, lexicon, now))
            relabel(archive.db, [row[0] for row in rows])
        last = rows[-1][0]
        progress(len(rows))
    return counts


def _judge_one(archive: Archive, row: tuple[Any, ...], lexicon: Lexicon, now: datetime) -> Iterator[str]:
    article_id, title, lead, text, language, origin, before = row
    if origin is None:
        language, origin = language_of(text, language)
    verdict = judge(title, lead, text, lexicon, language)
    verdicts.keep(archive.db, article_id, verdict, now)
    archive.db.execute(
        "UPDATE articles SET relevance = ?, language = ?, language_origin = ? WHERE id = ?",
        [verdict.score, language, origin, article_id],
    )
    yield "judged"
    if before and before != verdict.decision:
        yield f"{before} to {verdict.decision}"


def judge_pages(archive: Archive, lexicon: Lexicon, progress: Callable[[int], object] = lambda number: None) -> Counter[str]:
    """Prepare the stored pages of off-topic links anew; those that are wanted now become articles."""
    counts: Counter[str] = Counter()
    last = 0
    while rows := archive.db.execute(_DROPPED, [last, CHUNK]).fetchall():
        for row in rows:
            counts.update(_judge_page(archive, row, lexicon))
        last = rows[-1][0]
        progress(len(rows))
    return counts


def _judge_page(archive: Archive, row: tuple[Any, ...], lexicon: Lexicon) -> Iterator[str]:
    link_id, source_id, link_url, published, title, attempts, keep, name, home, kind, page_id, url, fetched, *stored = row
    content_type, *place = stored
    try:
        headers, body = read_page(archive.pages.folder, *place)
    except ArchiveError:
        yield "unreadable pages"
        return
    lease = Lease(link_id, source_id, link_url, published, title_hint=title, attempts=attempts)
    known = {key: value for key, value in headers.items() if key.lower() != "content-type"}
    told = (*known.items(), *((("Content-Type", content_type),) if content_type else ()))
    page = Page(lease, url, datetime.fromisoformat(fetched), 200, told, body)
    candidate: Candidate = prepare(page, Source(source_id, name, home, kind, keep), lexicon)
    yield "pages"
    if candidate.article is None or not is_wanted(candidate):
        return
    # the page is stored already: no record, or it would be there twice
    decision = archive.file([replace(candidate, record=None)])[0]
    with archive.transaction():
        for table, column in (("articles", "id"), ("revisions", "article_id")):
            archive.db.execute(
                f"UPDATE {table} SET page_id = ? WHERE page_id IS NULL AND {column} = "  # noqa: S608 ours
                "(SELECT article_id FROM links WHERE id = ?)",
                [page_id, link_id],
            )
    yield f"new from pages: {decision.outcome.value}"
