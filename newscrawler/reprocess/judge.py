"""Go over what is stored, without the network: every article judged anew, off-topic pages given another chance.

articles --judge--> verdicts, topics, mentions        (a transaction every CHUNK; an interruption keeps what is done)
pages of dropped links --prepare / decide / apply--> articles, where they are wanted now
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from newscrawler.dates import from_iso
from newscrawler.errors import ArchiveError
from newscrawler.items import Page
from newscrawler.process import is_wanted, prepare
from newscrawler.relevance import judge
from newscrawler.relevance.language import language_of
from newscrawler.reprocess.stored import read_response
from newscrawler.storage import stored_texts, verdicts
from newscrawler.storage.labels import relabel
from newscrawler.storage.pages import name_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newscrawler.items import Candidate
    from newscrawler.relevance import Lexicon
    from newscrawler.reprocess.stored import StoredResponse
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.stored_texts import DroppedLink, JudgedArticle

CHUNK = 200


def judge_articles(
    archive: Archive, lexicon: Lexicon, now: datetime, progress: Callable[[int], object] = lambda number: None
) -> Counter[str]:
    """Judge every article anew; how many were, and how many changed their decision ("keep to review" and so on)."""
    counts: Counter[str] = Counter()
    last = 0
    while stored := stored_texts.judged_articles(archive.db, after=last, limit=CHUNK):
        with archive.transaction():
            for each in stored:
                counts.update(_judge_one(archive, each, lexicon, now))
            relabel(archive.db, [each.id for each in stored])
        last = stored[-1].id
        progress(len(stored))
    return counts


def _judge_one(archive: Archive, stored: JudgedArticle, lexicon: Lexicon, now: datetime) -> Iterator[str]:
    language, origin = stored.language, stored.language_origin
    if origin is None:
        language, origin = language_of(stored.text, language)
    verdict = judge(stored.title, stored.lead, stored.text, lexicon, language)
    verdicts.keep(archive.db, stored.id, verdict, now)
    stored_texts.set_relevance(archive.db, stored.id, verdict.score, language, origin)
    yield "judged"
    if stored.decision and stored.decision != verdict.decision:
        yield f"{stored.decision} to {verdict.decision}"


def judge_pages(archive: Archive, lexicon: Lexicon, report: Callable[[str], object] = lambda line: None) -> Counter[str]:
    """Prepare the stored pages of off-topic links anew; those that are wanted now become articles.

    `report` gets a line for each page that cannot be read.
    """
    counts: Counter[str] = Counter()
    last = 0
    while dropped := stored_texts.dropped_links(archive.db, after=last, limit=CHUNK):
        for each in dropped:
            try:
                stored = read_response(archive, each.page_id)
            except ArchiveError as error:
                report(str(error))
                counts["unreadable pages"] += 1
            else:
                counts.update(_judge_page(archive, each, stored, lexicon))
        last = dropped[-1].lease.link_id
    return counts


def _judge_page(archive: Archive, dropped: DroppedLink, stored: StoredResponse, lexicon: Lexicon) -> Iterator[str]:
    known = {key: value for key, value in stored.headers.items() if key.lower() != "content-type"}
    stated = (*known.items(), *((("Content-Type", stored.page.content_type),) if stored.page.content_type else ()))
    response = Page(dropped.lease, stored.page.url, from_iso(stored.page.fetched), 200, stated, stored.body)
    candidate: Candidate = prepare(response, dropped.source, lexicon)
    yield "pages"
    if candidate.article is None or not is_wanted(candidate):
        return
    # the page is stored already: no record, or it would be there twice
    decision = archive.file([replace(candidate, record=None)])[0]
    with archive.transaction():
        name_page(archive.db, dropped.lease.link_id, stored.page.id)
    yield f"new from pages: {decision.outcome.value}"
