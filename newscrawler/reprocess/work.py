"""What runs in the pool's processes: a stored page read from its WARC file and prepared, texts judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawler import process
from newscrawler.crawl.tasks import caught, shared_lexicon
from newscrawler.errors import ArchiveError
from newscrawler.items import Reread
from newscrawler.relevance import judge
from newscrawler.relevance.language import language_of
from newscrawler.storage.articles.pages_to_reread import page_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from newscrawler.items import Candidate, Page, Source, Verdict
    from newscrawler.markup.site_lines import SiteProfile
    from newscrawler.storage.articles.pages_to_reread import StoredCapture
    from newscrawler.storage.articles.texts_to_judge import JudgedArticle


def read_anew(
    folder: Path, capture: StoredCapture, source: Source | None, profile: SiteProfile | None, now: datetime
) -> Candidate | str:
    """A stored page made ready for a decision as a crawl would; why its record cannot be read, where it cannot."""
    try:
        page = page_of(folder, capture)
    except ArchiveError as error:
        return str(error)
    candidate = caught(page, lambda: _read(page, capture, source, profile))
    return replace(candidate, reread=Reread(capture.page.id, now))


def _read(page: Page, capture: StoredCapture, source: Source | None, profile: SiteProfile | None) -> Candidate:
    """What the page says; what we make of its words is left out where they are those that we know."""
    candidate = process.read(page, source, profile)
    article = candidate.article
    if article is not None and capture.words == (article.content_hash, article.title, article.lead) and not article.updates:
        return candidate
    return process.judged(candidate, shared_lexicon())


def judge_anew(articles: Sequence[JudgedArticle]) -> list[tuple[Verdict, str | None, str | None]]:
    """(verdict, language, who says so) of each article, by the worker's lexicon."""
    found, lexicon = [], shared_lexicon()
    for each in articles:
        language, origin = each.language, each.language_origin
        if origin is None:
            language, origin = language_of(each.text, language)
        found.append((judge(each.title, each.lead, each.text, lexicon, language), language, origin))
    return found
