"""What runs in worker processes, and the pool that runs it.

A page that kills its worker, or takes too long, costs that page only: the pool replaces the worker.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import multiprocessing
import resource
import signal
import time
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pebble import ProcessExpired, ProcessPool

from newscrawler.config.lexicon import lexicon_of
from newscrawler.discovery import parse_endpoint
from newscrawler.errors import ConfigError, Failure, FailureKind
from newscrawler.extraction import Examined, examine
from newscrawler.items import Candidate, Discovery
from newscrawler.process import prepare
from newscrawler.storage.warc import make_record
from newscrawler.text import clean_line
from newscrawler.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newscrawler.extraction.boilerplate import SiteProfile
    from newscrawler.items import Page, Source
    from newscrawler.relevance import Lexicon

Hints = tuple[tuple[str, str], ...]  # how the catalogue says an endpoint is to be read

CPU_SECONDS = 5  # for one page; an ordinary one takes .03
FEED_CPU_SECONDS = 20  # for one feed, sitemap or page of links
WALL_SECONDS = 120  # a worker that sleeps or swaps
MEMORY_BYTES = 1_200_000_000  # of address space, libraries included
TASKS_A_WORKER = 2_000  # then a fresh one, so that no leak of a library grows for days


_beat = ""  # the file of terms that this worker judges by, beside the lexicon that comes with newscrawler


def start_worker(beat: str = "") -> None:
    """Ctrl-C is the crawler's business: it lets the workers finish."""
    global _beat
    _beat = beat
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.set_threshold(5_000, 20, 20)  # a page makes thousands of objects that die with it: a twentieth of the CPU


def _limit_cpu(seconds: int) -> None:
    """The kernel ends this process when the task at hand has used its seconds."""
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + seconds, hard))


@functools.cache
def _lexicon() -> Lexicon:
    return lexicon_of(_beat)


def _unread(page: Page, failure: Failure) -> Candidate:
    return Candidate(
        page.lease, page.url, url_key(page.url), page.fetched, page.status, page.header("content-type"), failure=failure
    )


def with_record(candidate: Candidate, page: Page) -> Candidate:
    """The candidate with its page as a WARC record, where a page came."""
    if page.status != 200:
        return candidate
    record, digest = make_record(page)
    return replace(candidate, record=record, digest=digest)


def work_page(page: Page, source: Source | None, profile: SiteProfile | None = None) -> Candidate:
    """Prepare a page.  A library that stumbles over a page is that page's failure."""
    _limit_cpu(CPU_SECONDS)
    try:
        candidate = prepare(page, source, _lexicon(), profile)
    except Exception as error:
        candidate = _unread(page, Failure(FailureKind.WORKER, _raised("extraction", error)))
    try:
        return with_record(candidate, page)
    except Exception as error:
        return replace(candidate, article=None, failure=Failure(FailureKind.WORKER, _raised("its record", error)))


def work_endpoint(kind: str, body: bytes, url: str, now: datetime, hints: Hints = ()) -> Discovery:
    _limit_cpu(FEED_CPU_SECONDS)
    try:
        return parse_endpoint(kind, body, url, now, hints)
    except Exception as error:
        return Discovery(failure=Failure(FailureKind.WORKER, _raised("the parser", error)))


def work_examination(body: bytes, url: str, now: datetime, content_type: str | None) -> Examined:
    """Everything that is found on a page, for who looks at pages without an archive."""
    _limit_cpu(CPU_SECONDS)
    try:
        return examine(body, url, now, content_type=content_type)
    except Exception as error:
        return Examined(None, Failure(FailureKind.WORKER, _raised("extraction", error)))


def _pool(number: int, beat: str = "") -> ProcessPool:
    return ProcessPool(
        max_workers=number,
        max_tasks=TASKS_A_WORKER,
        initializer=start_worker,
        initargs=(beat,),
        # never fork: this process has threads and a reactor
        context=multiprocessing.get_context("spawn"),
    )


class Examiner:
    """One process that examines page by page, with a worker's limits: a command's, which waits for each."""

    def __init__(self) -> None:
        self._pool: ProcessPool | None = None

    def __call__(self, body: bytes, url: str, now: datetime, content_type: str | None = None) -> Examined:
        if self._pool is None:
            self._pool = _pool(1)
        task = self._pool.schedule(work_examination, args=(body, url, now, content_type), timeout=WALL_SECONDS)
        try:
            found: Examined = task.result()
        except (ProcessExpired, FutureTimeout) as error:
            return Examined(None, _death(error, CPU_SECONDS))
        return found

    def __enter__(self) -> Examiner:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()


class Workers:
    """A pool of processes, started by the first task: a crawl that learns nothing new pays for none."""

    def __init__(self, number: int, beat: str = "") -> None:
        if number < 1:
            raise ConfigError(f"{number} workers cannot extract anything; set 1 or more")
        self.number, self.beat = number, beat
        self._pool: ProcessPool | None = None

    async def _run(self, function: Callable[..., Any], *args: object) -> Any:
        if self._pool is None:
            self._pool = _pool(self.number, self.beat)
        return await asyncio.wrap_future(self._pool.schedule(function, args=args, timeout=WALL_SECONDS))

    async def prepare(self, page: Page, source: Source | None, profile: SiteProfile | None = None) -> Candidate:
        try:
            candidate: Candidate = await self._run(work_page, page, source, profile)
        except (ProcessExpired, FutureTimeout) as error:
            # the page is kept all the same: it is evidence
            return with_record(_unread(page, _death(error, CPU_SECONDS)), page)
        return candidate

    async def parse(self, kind: str, body: bytes, url: str, now: datetime, hints: Hints = ()) -> Discovery:
        try:
            discovery: Discovery = await self._run(work_endpoint, kind, body, url, now, hints)
        except (ProcessExpired, FutureTimeout) as error:
            return Discovery(failure=_death(error, FEED_CPU_SECONDS))
        return discovery

    def close(self) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


def _raised(what: str, error: Exception) -> str:
    return clean_line(f"{what} raised {type(error).__name__}: {error}", 500) or what


def _death(error: Exception, seconds: int) -> Failure:
    """What a worker that was lost says of the page that it had at hand."""
    code = getattr(error, "exitcode", None)
    if code == -signal.SIGXCPU:
        return Failure(FailureKind.WORKER, f"it took its worker more than {seconds} CPU seconds")
    if isinstance(error, FutureTimeout):
        return Failure(FailureKind.WORKER, f"it took its worker more than {WALL_SECONDS} seconds")
    return Failure(FailureKind.WORKER, f"its worker died (exit code {code})")
