"""What runs in worker processes: pages and endpoints read.  Nobody else imports it (`workers` knows it by name)."""

from __future__ import annotations

import functools
import resource
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawler.config.lexicon import lexicon_of
from newscrawler.crawl.candidates import raised, unread, with_record
from newscrawler.crawl.memory import allowance, collect_less, limit_memory, machine_memory, return_large_blocks
from newscrawler.discovery.endpoints import parse_endpoint
from newscrawler.errors import Failure, FailureKind
from newscrawler.extraction import Examined, examine
from newscrawler.extraction.body import import_trafilatura
from newscrawler.items import Candidate, Discovery, Lease, Page
from newscrawler.process import prepare
from newscrawler.reader import shipped_reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.discovery import Hints
    from newscrawler.items import Reread, Source
    from newscrawler.markup.site_lines import SiteProfile
    from newscrawler.relevance import Lexicon

_WARM_UP = "https://a.example/warm-up"
_WARM_UP_PAGE = (
    "<html lang='en'><head><title>A page of ours</title></head><body><article><h1>A page of ours</h1>"
    + "<p>The ministry of defence ordered four frigates on Monday, it said, and the navy will have them in 2030.</p>" * 5
    + "</article></body></html>"
).encode()

_beat = ""  # the file of terms that this worker judges by, beside the lexicon that comes with newscrawler


def start_worker(beat: str = "", workers: int = 1) -> None:
    """What a worker does before its first task, one of so many."""
    global _beat
    _beat = beat
    return_large_blocks()
    limit_memory(allowance(machine_memory(), workers))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    collect_less()


def start_workers(beat: str = "", workers: int = 1) -> None:
    """The same for so many that start together: what pages are read with is there before the others are forked."""
    start_worker(beat, workers)
    if workers > 1:  # else there is nobody to share with
        _warm_up()


def load() -> tuple[str, str]:
    """What pages are read with is there before the first of them; (who reads, by which terms)."""
    _warm_up()
    return shipped_reader(), shared_lexicon().version


def _warm_up() -> None:
    page = Page(Lease(0, "", _WARM_UP), _WARM_UP, datetime.now(UTC), 200, (("Content-Type", "text/html"),), _WARM_UP_PAGE)
    with suppress(Exception):  # of a beat that cannot be read each page will say so
        work_page(page, None)
        import_trafilatura()


@functools.cache
def shared_lexicon() -> Lexicon:
    """The lexicon by which this worker judges."""
    return lexicon_of(_beat)


def work_page(page: Page, source: Source | None, profile: SiteProfile | None = None) -> Candidate:
    """Prepare a page.  A library that stumbles over a page is that page's failure."""
    return with_record(caught(page, lambda: prepare(page, source, shared_lexicon(), profile)), page)


def work_stored_page(page: Page, source: Source | None, profile: SiteProfile | None, anew: Reread) -> Candidate:
    """Read a stored page anew, before what its address brings now is compared with it."""
    return replace(caught(page, lambda: prepare(page, source, shared_lexicon(), profile)), reread=anew)


def caught(page: Page, work: Callable[[], Candidate]) -> Candidate:
    """What work on a page brings; a library that stumbles over the page is that page's failure."""
    try:
        return work()
    except Exception as error:
        return unread(page, Failure(FailureKind.WORKER, raised("extraction", error)))


def work_endpoint(kind: str, body: bytes, url: str, now: datetime, hints: Hints = ()) -> Discovery:
    try:
        return parse_endpoint(kind, body, url, now, hints)
    except Exception as error:
        return Discovery(failure=Failure(FailureKind.WORKER, raised("the parser", error)))


def work_examination(body: bytes, url: str, now: datetime, content_type: str | None) -> Examined:
    """Everything that is found on a page, for who looks at pages without an archive."""
    try:
        return examine(body, url, now, content_type=content_type)
    except Exception as error:
        return Examined(None, Failure(FailureKind.WORKER, raised("extraction", error)))
