"""What runs in worker processes, and the pool that they make up.

A page that kills its worker is tried once more, in a fresh one; what it costs then, it costs that page only.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import resource
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newscrawler.config.lexicon import lexicon_of
from newscrawler.crawl.memory import allowance, limit_memory, machine_memory, resident_memory, return_large_blocks
from newscrawler.crawl.processes import (
    OUT_OF_CPU,
    OUT_OF_TIME,
    WALL_SECONDS,
    Done,
    Task,
    WorkerDied,
    WorkerProcess,
    siblings,
)
from newscrawler.crawl.turns import HostAccount, Turns
from newscrawler.discovery import parse_endpoint
from newscrawler.errors import ConfigError, Failure, FailureKind
from newscrawler.extraction import Examined, examine
from newscrawler.extraction.body import import_trafilatura
from newscrawler.items import Candidate, Discovery, Lease, Page
from newscrawler.process import prepare
from newscrawler.storage.warc_records import http_head, make_record, make_request
from newscrawler.text import clean_line
from newscrawler.urls import host_of, url_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.extraction.boilerplate import SiteProfile
    from newscrawler.items import Reread, Source
    from newscrawler.relevance import Lexicon

Hints = tuple[tuple[str, str], ...]  # how the catalogue says an endpoint is to be read

CPU_SECONDS = 5.0  # for one page; an ordinary one takes .03
FEED_CPU_SECONDS = 20.0  # for one feed, sitemap or page of links
TRIES = 2  # of what its worker does not survive: it may have been the machine

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
    gc.set_threshold(5_000, 20, 20)  # a page makes thousands of objects that die with it: a twentieth of the CPU


def start_workers(beat: str = "", workers: int = 1) -> None:
    """The same for so many that start together: what pages are read with is there before the others are forked."""
    start_worker(beat, workers)
    if workers == 1:  # nobody to share with
        return
    page = Page(Lease(0, "", _WARM_UP), _WARM_UP, datetime.now(UTC), 200, (("Content-Type", "text/html"),), _WARM_UP_PAGE)
    with suppress(Exception):  # of a beat that cannot be read each page will say so
        work_page(page, None)
        import_trafilatura()


@functools.cache
def shared_lexicon() -> Lexicon:
    """The lexicon by which this worker judges."""
    return lexicon_of(_beat)


def _unread(page: Page, failure: Failure) -> Candidate:
    return Candidate(
        page.lease, page.url, url_key(page.url), page.fetched, page.status, page.header("content-type"), failure=failure
    )


def with_record(candidate: Candidate, page: Page) -> Candidate:
    """The candidate with its page as a WARC record, where a page came, and with what says that it is as it was (304).

    Where no record can be made of it, it goes without one, and without the validators: the next look brings the whole page.
    """
    if page.status == 304:
        return replace(candidate, head=http_head(page))
    if page.status != 200:
        return candidate
    try:
        record, digest = make_record(page)
        request = make_request(page, digest)
    except Exception:  # an article is worth more than its evidence
        return replace(candidate, etag=None, last_modified=None)
    return replace(candidate, record=record, digest=digest, request=request, head=http_head(page))


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
        return _unread(page, Failure(FailureKind.WORKER, _raised("extraction", error)))


def work_endpoint(kind: str, body: bytes, url: str, now: datetime, hints: Hints = ()) -> Discovery:
    try:
        return parse_endpoint(kind, body, url, now, hints)
    except Exception as error:
        return Discovery(failure=Failure(FailureKind.WORKER, _raised("the parser", error)))


def work_examination(body: bytes, url: str, now: datetime, content_type: str | None) -> Examined:
    """Everything that is found on a page, for who looks at pages without an archive."""
    try:
        return examine(body, url, now, content_type=content_type)
    except Exception as error:
        return Examined(None, Failure(FailureKind.WORKER, _raised("extraction", error)))


class _NoResult(Exception):
    """A task has no result, and `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class Examiner:
    """One process that examines page by page, with a worker's limits: a command's, which waits for each."""

    def __init__(self) -> None:
        self._worker = WorkerProcess(start_worker)

    def __call__(self, body: bytes, url: str, now: datetime, content_type: str | None = None) -> Examined:
        task = Task(work_examination, (body, url, now, content_type), CPU_SECONDS)
        for _ in range(TRIES):
            try:
                found: Examined = _result(self._worker.run(task))
            except WorkerDied as error:
                death = error
            else:
                return found
        return Examined(None, death_of(death, CPU_SECONDS))

    def __enter__(self) -> Examiner:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()


class Workers:
    """A pool of processes, started by the first tasks: a crawl that learns nothing new pays for none.

    Hosts have their turns, and each only its share of a run (`turns`).
    """

    def __init__(self, number: int, beat: str = "") -> None:
        if number < 1:
            raise ConfigError(f"{number} workers cannot extract anything; set 1 or more")
        self.accounts: defaultdict[str, HostAccount] = defaultdict(HostAccount)
        self._all = siblings(number, start_workers, beat, number)
        self._idle = list(self._all)  # the last one that came back is the next to go
        self._turns = Turns(number)
        self._threads = ThreadPoolExecutor(number, thread_name_prefix="worker")  # one waits for each process
        self._is_closed = False

    def refusal(self, host: str) -> Failure | None:
        """Why nothing more of this host is read in this run; None while it is."""
        spent = self.accounts[host].refusal if host in self.accounts else None
        return Failure(FailureKind.HOST_BUDGET, f"left for the next run, {host}: {spent}") if spent else None

    async def _run(self, host: str, task: Task) -> Any:
        """What the task returns.

        Raises what it raises; _NoResult where it outlived no worker, or its host has had its share.
        """
        for attempt in range(TRIES):
            async with self._turns.turn(host):
                if self._is_closed:
                    break
                if refusal := self.refusal(host):
                    raise _NoResult(refusal)
                worker = self._idle.pop()
                try:
                    return await self._attempt(worker, host, task, fresh=attempt > 0)
                except WorkerDied as error:
                    death = error
                finally:
                    self._idle.append(worker)
        if self._is_closed:  # nobody waits any more, and nothing may be said of the page
            await asyncio.get_running_loop().create_future()
        raise _NoResult(death_of(death, task.cpu_seconds))

    async def _attempt(self, worker: WorkerProcess, host: str, task: Task, *, fresh: bool) -> Any:
        def run() -> Done:
            if fresh:
                worker.renew()
            return worker.run(task)

        try:
            done = await asyncio.get_running_loop().run_in_executor(self._threads, run)
        except WorkerDied as error:
            self.accounts[host].note(task.cpu_seconds if error.code == OUT_OF_CPU else 0.0, died=True)
            raise
        self.accounts[host].note(done.cpu)
        return _result(done)

    async def prepare(self, page: Page, source: Source | None, profile: SiteProfile | None = None) -> Candidate:
        try:
            candidate: Candidate = await self._run(host_of(page.url), Task(work_page, (page, source, profile), CPU_SECONDS))
        except _NoResult as error:
            unread = _unread(page, error.failure)
            # the page is kept all the same: it is evidence; what was not looked at comes again
            return unread if error.failure.is_postponed else await asyncio.to_thread(with_record, unread, page)
        return candidate

    async def read_anew(
        self, page: Page, source: Source | None, profile: SiteProfile | None, anew: Reread
    ) -> Candidate | None:
        """A stored page as it is read now; None where it cannot be."""
        try:
            task = Task(work_stored_page, (page, source, profile, anew), CPU_SECONDS)
            candidate: Candidate = await self._run(host_of(page.url), task)
        except _NoResult:
            return None
        return candidate

    async def parse(self, kind: str, body: bytes, url: str, now: datetime, hints: Hints = ()) -> Discovery:
        try:
            discovery: Discovery = await self._run(
                host_of(url), Task(work_endpoint, (kind, body, url, now, hints), FEED_CPU_SECONDS)
            )
        except _NoResult as error:
            return Discovery(failure=error.failure)
        return discovery

    def memory(self) -> int:
        """Bytes that the processes which run now have together; 0 where nobody knows."""
        return sum(resident_memory(pid) for worker in self._all if (pid := worker.pid) is not None)

    def stop(self) -> None:
        """End all processes at once, whatever is under way; nothing is said of the pages and feeds that they had at hand."""
        self._is_closed = True
        for worker in self._all:
            worker.stop()

    def close(self) -> None:
        """The same, and wait until they have ended."""
        self.stop()
        for worker in self._all:
            worker.close()
        self._threads.shutdown()


def _result(done: Done) -> Any:
    if done.error is not None:
        raise done.error
    return done.value


def _raised(what: str, error: Exception) -> str:
    return clean_line(f"{what} raised {type(error).__name__}: {error}", 500) or what


def death_of(error: WorkerDied, cpu_seconds: float) -> Failure:
    """What workers that were lost say of the page that they had at hand."""
    if error.code == OUT_OF_CPU:
        return Failure(FailureKind.WORKER, f"it took its worker more than {cpu_seconds:g} CPU seconds")
    if error.code == OUT_OF_TIME:
        return Failure(FailureKind.WORKER, f"it took its worker more than {WALL_SECONDS:g} seconds")
    return Failure(FailureKind.WORKER, f"its worker died (exit code {error.code})")
