"""Stored pages extracted anew, without the network: what a later extractor knows, and what was learnt of their hosts.

articles and their pages --extract--> the same articles, their text and metadata as we would read them today

No revision comes of it: the publisher changed nothing.  The state that the page is of gets the new text instead, so
that the next fetch compares like with like.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newscrawler.errors import ArchiveError
from newscrawler.extraction import extract
from newscrawler.extraction.boilerplate import line_keys, page_name
from newscrawler.items import Article, Candidate, Lease
from newscrawler.storage import filing, profiles
from newscrawler.storage.warc import read_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.storage.archive import Archive

CHUNK = 200
LEAST = 0.3  # of the old text's words: a page that yields less than that is left as it is
_STORED = """
    SELECT articles.id, articles.url, articles.url_key, articles.content_hash, articles.word_count, articles.title,
           articles.published, articles.published_origin,
           pages.id, pages.fetched, pages.content_type, pages.warc_file, pages.warc_offset, pages.warc_length
    FROM articles JOIN pages ON pages.id = articles.page_id
    WHERE articles.id > ? ORDER BY articles.id LIMIT ?
"""


def extract_articles(archive: Archive, progress: Callable[[int], object] = lambda number: None) -> Counter[str]:
    """Extract every article anew; how many were, how many texts changed, how many pages could not be read.

    A transaction every CHUNK: an interruption keeps what is done.
    """
    counts: Counter[str] = Counter()
    last = 0
    while rows := archive.db.execute(_STORED, [last, CHUNK]).fetchall():
        with archive.transaction():
            for row in rows:
                counts[_extract_one(archive, row)] += 1
        last = rows[-1][0]
        progress(len(rows))
    return counts


def _extract_one(archive: Archive, row: tuple[Any, ...]) -> str:
    """What became of an article: unchanged, changed, unreadable, or kept (the page yields too little now)."""
    article_id, url, key, old_hash, old_words, title, published, origin, page_id, fetched, content_type, *place = row
    try:
        headers, body = read_page(archive.pages.folder, *place)
    except ArchiveError:
        return "unreadable"
    moment = datetime.fromisoformat(fetched)
    stated = content_type or next((value for name, value in headers.items() if name.lower() == "content-type"), None)
    hint = (published, origin) if published and origin in ("feed", "sitemap") else None
    try:
        found = extract(
            body, url, moment, content_type=stated, date_hint=hint, title_hint=title, profile=archive.profile(url)
        )
    except Exception:  # a library that stumbles over a page leaves that article as it is
        return "unreadable"
    if not isinstance(found, Article) or found.word_count < LEAST * old_words:
        return "kept"
    candidate = Candidate(
        Lease(0, "", url), url, key, moment, 200, page_name=page_name(key, found.text), lines=line_keys(found.text)
    )
    profiles.learn(archive.db, candidate)
    filing.replace_text(archive.db, article_id, replace(found, url=url), page_id)
    return "unchanged" if found.content_hash == old_hash else "changed"
