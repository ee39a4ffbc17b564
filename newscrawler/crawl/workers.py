"""The pool of worker processes, and what they are asked for: what runs in them (`tasks`) is imported by them alone.

A page that kills its worker is tried once more, in a fresh one; what it costs then, it costs that page only.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from newscrawler.crawl.candidates import unread, with_record
from newscrawler.crawl.memory import resident_memory
from newscrawler.crawl.processes import (
    OUT_OF_CPU,
    OUT_OF_TIME,
    WALL_SECONDS,
    Done,
    Named,
    Task,
    WorkerDied,
    WorkerProcess,
    siblings,
)
from newscrawler.crawl.turns import HostAccount, Turns
from newscrawler.errors import ConfigError, Failure, FailureKind
from newscrawler.items import Candidate, Discovery
from newscrawler.urls import host_of

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawler.discovery import Hints
    from newscrawler.extraction import Examined
    from newscrawler.items import Page, Reread, Source
    from newscrawler.markup.site_lines import SiteProfile

CPU_SECONDS = 5.0  # for one page; an ordinary one takes .03
FEED_CPU_SECONDS = 20.0  # for one feed, sitemap or page of links
TRIES = 2  # of what its worker does not survive: it may have been the machine

_TASKS = "newscrawler.crawl.tasks"
start_worker, start_workers = Named(_TASKS, "start_worker"), Named(_TASKS, "start_workers")
work_page, work_stored_page = Named(_TASKS, "work_page"), Named(_TASKS, "work_stored_page")
work_endpoint, work_examination = Named(_TASKS, "work_endpoint"), Named(_TASKS, "work_examination")


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
        from newscrawler.extraction import Examined

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
            without_text = unread(page, error.failure)
            # the page is kept all the same: it is evidence; what was not looked at comes again
            return without_text if error.failure.is_postponed else await asyncio.to_thread(with_record, without_text, page)
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


def death_of(error: WorkerDied, cpu_seconds: float) -> Failure:
    """What workers that were lost say of the page that they had at hand."""
    if error.code == OUT_OF_CPU:
        return Failure(FailureKind.WORKER, f"it took its worker more than {cpu_seconds:g} CPU seconds")
    if error.code == OUT_OF_TIME:
        return Failure(FailureKind.WORKER, f"it took its worker more than {WALL_SECONDS:g} seconds")
    return Failure(FailureKind.WORKER, f"its worker died (exit code {error.code})")
