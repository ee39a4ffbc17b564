"""What one crawl shares: the sources, the archive in its writer thread, the pool of workers, the tally.

Knows asyncio and no Scrapy.  The event loop never waits for SQLite or a page: `call` hands work to the one
writer thread, `prepare` and `parse` to the pool.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from newscrawler.crawl.workers import Workers
from newscrawler.errors import ArchiveError
from newscrawler.process import without_text
from newscrawler.sources import BY_HAND
from newscrawler.storage import findings, hosts, polls
from newscrawler.storage import sources as stored_sources
from newscrawler.storage.connect import DATABASE, explained

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newscrawler.items import Candidate, Decision, Discovery, DueEndpoint, Lease, Outcome, Page, Poll, Source
    from newscrawler.storage.archive import Archive

T = TypeVar("T")
log = logging.getLogger(__name__)

BATCH = 200  # decisions a transaction at most


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class SourceTally:
    """How one source fares in this run."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    answered: int = 0  # endpoints
    failed: int = 0  # endpoints
    at_work: int = 0  # requests and leases not finished
    error: str | None = None  # the last failure of an endpoint
    reported: bool = False

    @property
    def is_failed(self) -> bool:
        return self.failed > 0 and self.answered == 0

    @property
    def did_anything(self) -> bool:
        return bool(self.failed or self.answered or self.counts)


class Newsroom:
    """One crawl's shared desk.  `stop` is called once if the archive cannot go on."""

    def __init__(self, archive: Archive, sources: Sequence[Source], *, workers: int, command: str) -> None:
        self.archive = archive
        self.sources = {source.id: source for source in sources}
        self.tally: defaultdict[str, SourceTally] = defaultdict(SourceTally)
        self.leased = 0
        self.known_work = 0  # endpoints and links that this run knows of
        self.done_work = 0
        self._polls_left: Counter[str] = Counter()  # looks at endpoints under way, by source
        self.bugs = 0  # exceptions in our own callbacks
        self.waits: dict[str, datetime] = {}  # hosts that asked us to wait, until when
        self.asked: Counter[str] = Counter()  # requests of this run by host
        self._troubled: set[str] = set()  # hosts whose last answer was 429 or 503
        self.interrupted = False
        self.fatal: ArchiveError | None = None
        self.closed = False
        self._closing: asyncio.Future[None] | None = None
        self._ended: list[str] = []  # sources that may have come to their end
        self._abandoning = threading.Lock()
        self.epilogue: Callable[[Archive], None] = lambda archive: None  # what the archive is to be told at the end
        self.stop: Callable[[], None] = lambda: None
        self.on_decision: Callable[[Decision], None] = lambda decision: None
        self.changed = asyncio.Event()
        self.run_id = archive.start_run(command, utc_now())
        self._workers = Workers(workers)
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self._to_file: list[tuple[Candidate, asyncio.Future[Decision]]] = []
        self._filing: asyncio.Task[None] | None = None

    async def call(self, function: Callable[..., T], *args: object, **named: object) -> T:
        """Run a function of the archive in its thread, after all that was handed over before."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._writer, lambda: self._explained(function, *args, **named))
        except ArchiveError as error:
            self._give_up(error)
            raise

    def _explained(self, function: Callable[..., T], *args: object, **named: object) -> T:
        with explained(self.archive.folder / DATABASE):
            return function(*args, **named)

    def _give_up(self, error: ArchiveError) -> None:
        if self.fatal is None:
            self.fatal = error
            self.stop()

    # --- endpoints

    async def open(self, *, since: str | None = None, all_endpoints: bool = True, revisits: int = 0) -> list[DueEndpoint]:
        """Write down the sources; the endpoints to ask now.  `revisits`: known articles of each to look at again."""
        names = list(self.sources)
        await self.call(stored_sources.sync_sources, self.archive, list(self.sources.values()))
        await self.learn_waits()
        # what was asked for by hand and did not come is nobody else's to finish
        await self.call(self.archive.frontier.restrict, [*names, BY_HAND], since, revisits)
        due = await self.call(polls.due, self.archive, names, utc_now(), all_of_them=all_endpoints)
        for endpoint in due:
            self.tally[endpoint.source_id].at_work += 1
        self._polls_left = Counter(endpoint.source_id for endpoint in due)
        self.known_work = len(due) + await self.call(self.archive.frontier.count_pending)
        self.known_work += await self.call(self.archive.frontier.count_due, utc_now())
        return due

    async def parse(self, endpoint: DueEndpoint, body: bytes, url: str, now: datetime) -> Discovery:
        return await self._workers.parse(endpoint.kind, body, url, now, endpoint.hints)

    async def read(
        self, kind: str, body: bytes, url: str, now: datetime, hints: tuple[tuple[str, str], ...] = ()
    ) -> Discovery:
        """What bytes would name as an endpoint of this kind, whichever endpoint they are of."""
        return await self._workers.parse(kind, body, url, now, hints)

    async def record_poll(self, poll: Poll) -> list[DueEndpoint]:
        """Save a look at an endpoint; the sitemaps that it newly named."""
        links_new, children = await self.call(polls.record_poll, self.archive, poll, self.run_id)
        tally = self.tally[poll.endpoint.source_id]
        self.known_work += links_new + len(children)
        tally.at_work += len(children)
        self._polls_left[poll.endpoint.source_id] += len(children) - 1
        if poll.failed:
            tally.failed += 1
            tally.error = poll.error
        else:
            tally.answered += 1
        self._one_less(poll.endpoint.source_id)
        self.changed.set()
        return children

    # --- hosts

    async def learn_waits(self) -> None:
        """Recall which hosts asked an earlier run to wait."""
        self.waits = await self.call(hosts.waiting, self.archive, utc_now())

    async def host_answered(self, host: str, status: int, wait: timedelta | None) -> None:
        """Note what an answer says of its host: 429 and 503 ask for patience, all else ends it."""
        if status in (429, 503):
            self._troubled.add(host)
            until = await self.call(hosts.note, self.archive, host, status, wait, utc_now())
            if until is not None:
                self.waits[host] = until
        elif host in self._troubled or host in self.waits:
            self._troubled.discard(host)
            self.waits.pop(host, None)
            await self.call(hosts.clear, self.archive, host)

    # --- links

    async def lease(self, n: int) -> list[Lease]:
        busy = {source for source, polls_left in self._polls_left.items() if polls_left > 0}
        leases = await self.call(self.archive.frontier.lease, n, utc_now(), busy)
        self.leased += len(leases)
        for lease in leases:
            self.tally[lease.source_id].at_work += 1
        return leases

    async def prepare(self, page: Page) -> Candidate:
        source = self.sources.get(page.lease.source_id)
        if page.status == 304:  # nothing to read in it
            return without_text(page, source)
        profile = await self.call(self.archive.profile, page.url)
        return await self._workers.prepare(page, source, profile)

    async def file(self, candidate: Candidate) -> Decision:
        """Decide on a candidate and keep it.  Whatever waits meanwhile is committed together."""
        decided: asyncio.Future[Decision] = asyncio.get_running_loop().create_future()
        self._to_file.append((candidate, decided))
        if self._filing is None or self._filing.done():
            self._filing = asyncio.ensure_future(self._file_waiting())
        decision = await decided
        self.tally[candidate.lease.source_id].counts[decision.outcome] += 1
        self.on_decision(decision)
        return decision

    def finished(self, lease: Lease) -> None:
        """A lease has come to its end, whichever."""
        self.leased -= 1
        self._one_less(lease.source_id)
        self.changed.set()

    def adopt(self, lease: Lease) -> None:
        """Follow a lease that did not come from the frontier."""
        self.leased += 1
        self.known_work += 1
        self.tally[lease.source_id].at_work += 1

    def _one_less(self, source: str) -> None:
        self.done_work += 1
        tally = self.tally[source]
        tally.at_work -= 1
        if tally.at_work <= 0:
            self._ended.append(source)

    async def _file_waiting(self) -> None:
        while self._to_file:
            batch, self._to_file = self._to_file[:BATCH], self._to_file[BATCH:]
            try:
                decisions = await self.call(self._file_batch, [candidate for candidate, _ in batch])
            except Exception as error:
                for _, decided in batch:
                    if not decided.done():
                        decided.set_exception(error)
            else:
                for (_, decided), decision in zip(batch, decisions, strict=True):
                    if not decided.done():
                        decided.set_result(decision)

    def _file_batch(self, candidates: list[Candidate]) -> list[Decision]:
        """In the writer thread.  A candidate that the archive will not take costs itself, not its batch."""
        try:
            return self.archive.file(candidates)
        except ArchiveError:
            raise
        except Exception:
            if len(candidates) > 1:
                return [self._file_batch([candidate])[0] for candidate in candidates]
            log.exception("a bug: %s could not be stored", candidates[0].url)
            failure = "could not be stored: a bug, see the log"
            return self.archive.file([replace(candidates[0], article=None, verdict=None, failure=failure)])

    # --- the end

    def finished_sources(self, *, everything: bool = False) -> list[str]:
        """The sources that have ended since the last call; at the end of a run, all that did anything."""
        asked = list(self.tally) if everything else self._ended
        self._ended = []
        ended = []
        for name in asked:
            tally = self.tally[name]
            busy = tally.at_work > 0 or self.archive.frontier.may_have_more(name)
            if tally.reported or not tally.did_anything:
                continue
            if busy and not everything:
                if tally.at_work <= 0:
                    self._ended.append(name)  # the frontier has not yet found that it is empty
                continue
            tally.reported = True
            ended.append(name)
        return ended

    def counts(self) -> Counter[Outcome]:
        return sum((tally.counts for tally in self.tally.values()), Counter())

    def failed_sources(self) -> list[str]:
        return [name for name, tally in self.tally.items() if tally.is_failed]

    def exit_code(self) -> int:
        """0 fine, 1 a bug or a broken archive, 3 some sources failed, 4 all, 75 locked, 130 interrupted."""
        if self.fatal is not None:
            return self.fatal.exit_code
        if self.bugs:
            return 1
        if self.interrupted:
            return 130
        asked = [tally for tally in self.tally.values() if tally.answered or tally.failed]
        failed = sum(tally.is_failed for tally in asked)
        return 0 if not failed else 4 if failed == len(asked) else 3

    async def close(self, *, interrupted: bool = False) -> None:
        """Let what waits be committed; close the run, the pool and the archive.  Later calls wait for the first one."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close(interrupted))
        await asyncio.shield(self._closing)

    async def _close(self, interrupted: bool) -> None:
        if self._filing is not None:
            await asyncio.gather(self._filing, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(None, lambda: self.abandon(interrupted=interrupted))

    def abandon(self, *, interrupted: bool = True) -> None:
        """Close everything without waiting for what is under way; for when no event loop runs any more."""
        with self._abandoning:  # who comes second leaves when all is closed
            if not self.closed:
                self.closed = True
                self._abandon(interrupted)

    def _abandon(self, interrupted: bool) -> None:
        self.interrupted = self.interrupted or interrupted
        counts = {outcome.value: count for outcome, count in self.counts().items()}
        try:
            if self.fatal is None:
                self._writer.submit(self._explained, self.epilogue, self.archive).result()
                asked = [name for name, tally in self.tally.items() if tally.did_anything and name in self.sources]
                self._writer.submit(self._explained, findings.check, self.archive, asked, utc_now()).result()
                code = self.exit_code()
                finish = self._writer.submit(self.archive.finish_run, self.run_id, utc_now(), exit_code=code, counts=counts)
                finish.result()
        except ArchiveError as error:
            self._give_up(error)
        finally:
            self._workers.close()
            self._writer.submit(self.archive.close).result()
            self._writer.shutdown()


def newsroom_of(crawler: object) -> Newsroom:
    """The newsroom that `extensions.NewsroomExtension` or the command gave to this crawler."""
    newsroom = getattr(crawler, "newsroom", None)
    assert isinstance(newsroom, Newsroom), "the crawler has no newsroom: is NewsroomExtension enabled?"
    return newsroom
