"""Stored pages extracted anew, without the network: what a later extractor knows, and what was learnt of their hosts.

articles and their pages --extract--> the same articles, their text and metadata as we would read them today

No revision comes of it: the publisher changed nothing.  The state that the page is of gets the new text instead, so
that the next fetch compares like with like.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawler.dates import from_iso
from newscrawler.errors import ArchiveError
from newscrawler.extraction import examine
from newscrawler.extraction.boilerplate import line_keys, page_name
from newscrawler.items import Article, Candidate, Lease
from newscrawler.reprocess.stored import read_response
from newscrawler.storage import filing, profiles
from newscrawler.storage.stored_texts import extracted_texts
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.storage.archive import Archive
    from newscrawler.storage.stored_texts import ExtractedText

CHUNK = 200
MIN_SHARE = 0.3  # of the old text's words: a page that yields less than that is left as it is


def extract_articles(
    archive: Archive,
    progress: Callable[[int], object] = lambda number: None,
    report: Callable[[str], object] = lambda line: None,
) -> Counter[str]:
    """Extract every article anew; how many were, how many texts changed, how many pages could not be read.

    `report` gets a line for each that could not.  A transaction every CHUNK: an interruption keeps what is done.
    """
    counts: Counter[str] = Counter()
    last = 0
    while stored := extracted_texts(archive.db, after=last, limit=CHUNK):
        with archive.transaction():
            for each in stored:
                counts[_extract_one(archive, each, report)] += 1
        last = stored[-1].id
        progress(len(stored))
    return counts


def _extract_one(archive: Archive, stored: ExtractedText, report: Callable[[str], object]) -> str:
    """What became of an article: unchanged, changed, unreadable, or kept (the page yields too little now)."""
    url, origin = stored.url, stored.published_origin
    try:
        response = read_response(archive, stored.page_id)
    except ArchiveError as error:
        report(f"article {stored.id} stays as it is: {error}")
        return "unreadable"
    moment = from_iso(response.page.fetched)
    of_record = (value for name, value in response.headers.items() if name.lower() == "content-type")
    stated = response.page.content_type or next(of_record, None)
    hint = (stored.published, origin) if stored.published and origin in ("feed", "sitemap") else None
    try:
        found = examine(
            response.body,
            url,
            moment,
            content_type=stated,
            date_hint=hint,
            title_hint=stored.title,
            profile=archive.profile(url),
        ).outcome
    except Exception as error:  # a library that stumbles over a page leaves that article as it is
        report(clean_line(f"article {stored.id} stays as it is: {type(error).__name__}: {error}", 500) or "")
        return "unreadable"
    if not isinstance(found, Article) or found.word_count < MIN_SHARE * stored.word_count:
        return "kept"
    candidate = Candidate(
        Lease(0, "", url),
        url,
        stored.url_key,
        moment,
        200,
        page_name=page_name(stored.url_key, found.text),
        lines=line_keys(found.text),
    )
    profiles.learn(archive.db, candidate)
    filing.replace_text(archive.db, stored.id, replace(found, url=url), response.page.id)
    return "unchanged" if found.content_hash == stored.content_hash else "changed"
