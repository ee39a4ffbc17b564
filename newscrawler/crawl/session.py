"""What one crawl shares: the sources, the archive's writer, the workers, the tally, and which hosts ask for patience.

Knows asyncio and no Scrapy.  The event loop never waits for SQLite or a page: `call` hands work to the one
writer thread, `prepare` and `parse` to the workers.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from abc import abstractmethod
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from newscrawler.crawl.beside import Beside
from newscrawler.crawl.bodies import Bodies
from newscrawler.crawl.candidates import with_record
from newscrawler.crawl.memory import resident_memory, return_large_blocks
from newscrawler.crawl.site_files import SiteFiles
from newscrawler.crawl.tally import Tally
from newscrawler.crawl.writer import ArchiveWriter
from newscrawler.desk.takeover import take_over_from_desk
from newscrawler.errors import of_silence
from newscrawler.process import obeyed, without_text
from newscrawler.sources import BY_HAND, speaks_https, unverified_hosts
from newscrawler.storage.sites import findings, hosts, polls, site_rights
from newscrawler.storage.sites import robots as robots_files
from newscrawler.storage.sites import sources as stored_sources
from newscrawler.urls import as_browsers_ask, by_https

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from newscrawler.crawl.workers import Workers
    from newscrawler.errors import ArchiveError, Failure, NewscrawlerError
    from newscrawler.items import Candidate, Decision, Discovery, DueEndpoint, Lease, Outcome, Page, Poll, Source
    from newscrawler.markup.site_lines import SiteProfile
    from newscrawler.storage.archive import Archive

log = logging.getLogger(__name__)
T = TypeVar("T")
PLAIN_HTTP = "plain_http"  # of a request's meta: its source lets https lead down to http


def utc_now() -> datetime:
    return datetime.now(UTC)


class Session(SiteFiles):
    """What spiders, gates and the pipeline ask for, wherever it is kept; `stop` is called once if it cannot go on."""

    def __init__(self, sources: Sequence[Source], *, workers: Workers) -> None:
        return_large_blocks()
        self.sources = {source.id: source for source in sources}
        self.unverified = unverified_hosts(sources)
        self.tally = Tally()
        self.bugs = 0  # exceptions in our own callbacks
        self.waits: dict[str, datetime] = {}  # hosts to be left alone, until when
        self.bodies = Bodies()
        self.asked: Counter[str] = Counter()  # requests of this run by host
        self.is_heard = False  # whether any host answered in this run
        self._troubled: set[str] = set()  # hosts whose last answer was 429 or 503
        self.interrupted = False
        self.told_to_stop: float | None = None  # time.monotonic() of the first signal, where a command takes them
        self.told_twice = False  # a second signal came, for which nothing is waited for
        self.is_endless = False  # a stop is how it ends, and no interruption
        self.closed = False
        self._closing: asyncio.Future[None] | None = None
        self._abandoning = threading.Lock()
        self.stop: Callable[[], None] = lambda: None
        self.changed = asyncio.Event()
        self._workers = workers

    @property
    @abstractmethod
    def fatal(self) -> NewscrawlerError | None:
        """Why it cannot go on; None while it can."""

    @property
    @abstractmethod
    def farewell(self) -> str:
        """One line on what becomes of what it did, for whoever interrupts it."""

    # --- endpoints

    async def parse(self, endpoint: DueEndpoint, body: bytes, url: str, now: datetime) -> Discovery:
        return await self._workers.parse(endpoint.kind, body, url, now, endpoint.hints)

    async def read(
        self, kind: str, body: bytes, url: str, now: datetime, hints: tuple[tuple[str, str], ...] = ()
    ) -> Discovery:
        """What bytes would name as an endpoint of this kind, whichever endpoint they are of."""
        return await self._workers.parse(kind, body, url, now, hints)

    @abstractmethod
    async def record_poll(self, poll: Poll) -> list[DueEndpoint]:
        """Save a look at an endpoint; the sitemaps that it newly named, where they are ours to ask."""

    # --- hosts

    @abstractmethod
    async def learn_waits(self) -> None:
        """Recall which hosts an earlier run found to be left alone."""

    async def enter(self, host: str) -> Failure | None:
        """Why a host is not ours to ask at this moment; None where it is."""
        return None

    def withheld(self, host: str) -> Failure | None:
        """Why a request that has waited for its host's pause does not leave after all."""
        return None

    async def host_answered(self, host: str, status: int, wait: timedelta | None) -> None:
        """Note what an answer says of its host: 429 and 503 ask for patience, all else ends it."""
        self.is_heard = True
        if status in (429, 503):
            self._troubled.add(host)
            await self._note_host(host, status, wait)
        elif host in self._troubled or host in self.waits:
            self._troubled.discard(host)
            self.waits.pop(host, None)
            await self._note_host(host, status, wait)

    def silence(self, failure: Failure) -> Failure:
        """What a failure to hear from a host means: our own trouble, where nobody of several who were asked answers."""
        return failure if self.is_heard else of_silence(failure, len(self.asked))

    @abstractmethod
    async def _note_host(self, host: str, status: int, wait: timedelta | None) -> None:
        """Write down that a host asks for patience, or that it does so no more."""

    def way_to(self, url: str, source_id: str) -> tuple[str, dict[str, Any]]:
        """(the address to ask for a source's link or endpoint, what the gates are to know of it)."""
        source = self.sources.get(source_id)
        if source is None:
            return as_browsers_ask(url), {}
        climbs = url.startswith("http:") and speaks_https(source, url)
        return as_browsers_ask((by_https(url) or url) if climbs else url), {PLAIN_HTTP: source.plain_http}

    def share_anew(self) -> None:
        """Let hosts have their share of a run once more; whether anybody answers is seen anew, too."""
        self.asked.clear()
        self.is_heard = False
        self._workers.accounts.clear()

    def refusal(self, host: str) -> Failure | None:
        """Why nothing more of this host is asked in this run, for what its pages cost; None while it is."""
        return self._workers.refusal(host)

    # --- links

    def adopt(self, lease: Lease) -> None:
        """Follow a lease that did not come from the frontier."""
        self.tally.known_work += 1
        self.tally.took([lease])

    @abstractmethod
    async def profile(self, page: Page) -> SiteProfile | None:
        """What recurs on the pages of a page's host."""

    async def prepare(self, page: Page) -> Candidate:
        """A page made ready for a decision."""
        source = self.sources.get(page.lease.source_id)
        if page.status == 304:  # nothing to read in it
            return with_record(without_text(page, source), page)
        return await self._workers.prepare(page, source, await self.profile(page))

    @abstractmethod
    async def file(self, candidate: Candidate) -> Any:
        """Keep a candidate, or hand it to whoever does; what there is to say of that."""

    def finished(self, lease: Lease) -> None:
        """A lease has come to its end, whichever."""
        self.tally.finished(lease)
        self.changed.set()

    # --- the end

    def exit_code(self) -> int:
        """0 fine, 1 a bug or a broken archive, 3 some sources failed, 4 all, 75 locked, 130 interrupted."""
        if self.fatal is not None:
            return self.fatal.exit_code
        if self.bugs:
            return 1
        if self.is_endless:
            return 0
        return 130 if self.interrupted else self.tally.exit_code()

    async def close(self, *, interrupted: bool = False) -> None:
        """Let what waits be committed; close the run, the workers and the archive.  Later calls wait for the first one."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close(interrupted))
        await asyncio.shield(self._closing)

    @abstractmethod
    async def _close(self, interrupted: bool) -> None:
        """Let what waits be kept, and close everything."""

    @abstractmethod
    def abandon(self, *, interrupted: bool = True) -> None:
        """Close everything without waiting for what is under way; for when no event loop runs any more."""


class CrawlSession(Session):
    """One crawl into an archive of this machine, from its opening to its close."""

    def __init__(self, archive: Archive, sources: Sequence[Source], *, command: str, workers: Workers) -> None:
        super().__init__(sources, workers=workers)
        self.archive = archive
        self.epilogue: Callable[[Archive], None] = lambda archive: None  # what the archive is to be told at the end
        self.on_decision: Callable[[Decision], None] = lambda decision: None
        self.on_poll: Callable[[Poll, int], None] = lambda poll, links_new: None
        self.beside = Beside(None)  # makes vectors and events of what is filed
        self.respect: frozenset[str] = frozenset()  # rules of publishers by which nothing is kept (rights.conclusion)
        self.command = command
        self._heard: set[str] = set()  # sources that were asked in this round
        self.run_id = archive.start_run(command, utc_now())
        self._writer = ArchiveWriter(archive, on_fatal=lambda error: self.stop())

    @property
    def fatal(self) -> ArchiveError | None:
        """Why the archive cannot go on; None while it can."""
        return self._writer.fatal

    @property
    def farewell(self) -> str:
        return f"Interrupted. All of this is kept in {self.archive.folder}; the next crawl goes on from here."

    async def call(self, function: Callable[..., T], *args: object, **named: object) -> T:
        """Run a function of the archive in its thread, after all that was handed over before."""
        return await self._writer.call(function, *args, **named)

    # --- endpoints

    async def open(self, *, since: str | None = None, all_endpoints: bool = True, revisits: int = 0) -> list[DueEndpoint]:
        """Write down the sources; the endpoints to ask now.  `revisits`: known articles of each to look at again."""
        names = list(self.sources)
        await self.call(take_over_from_desk, self.archive)
        await self.call(stored_sources.sync_sources, self.archive, list(self.sources.values()))
        await self.call(site_rights.begin, self.archive, list(self.sources.values()), utc_now(), self.respect)
        await self.call(stored_sources.forget_retired, self.archive, utc_now())
        await self.learn_waits()
        # what was asked for by hand and did not come is nobody else's to finish
        await self.call(self.archive.frontier.restrict, [*names, BY_HAND], since, revisits)
        await self.call(self.beside.catch_up, self.archive.db)
        due = await self.call(polls.due, self.archive, names, utc_now(), all_of_them=all_endpoints)
        self.tally.expect_polls([endpoint.source_id for endpoint in due])
        self.tally.known_work += await self.call(self.archive.frontier.count_pending)
        self.tally.known_work += await self.call(self.archive.frontier.count_due, utc_now())
        return due

    async def due(self, now: datetime, asked_now: Collection[int]) -> list[DueEndpoint]:
        """The endpoints whose time has come, without those that are being asked (by their numbers)."""
        found = await self.call(polls.due, self.archive, list(self.sources), now, all_of_them=False)
        due = [endpoint for endpoint in found if endpoint.id not in asked_now]
        self.tally.expect_polls([endpoint.source_id for endpoint in due])
        return due

    async def next_due(self, looked: datetime) -> datetime | None:
        """When the time of the next endpoint comes, of those that were not due at `looked`; None where none is."""
        return await self.call(polls.next_due, self.archive, list(self.sources), looked)

    async def punctuality(self) -> dict[str, polls.Punctuality]:
        """How the sources' endpoints are asked at this moment."""
        return await self.call(polls.punctuality, self.archive, list(self.sources), utc_now())

    async def begin_round(self, revisits: int) -> None:
        """Judge the sources that were asked; let hosts and sources have their share of a run once more."""
        heard, self._heard = self._heard, set()
        await self.call(findings.check, self.archive, sorted(heard & self.sources.keys()), utc_now())
        self.share_anew()
        await self.call(take_over_from_desk, self.archive)
        await self.call(site_rights.begin, self.archive, (), utc_now(), self.respect)
        await self.call(self.archive.frontier.begin_round, revisits, utc_now())
        await self.call(self.beside.catch_up, self.archive.db)  # or what a killed one left waits for an article
        await self.learn_waits()

    async def begin_run(self) -> None:
        """End the run in the archive's book and begin another one, while the crawl goes on."""
        counts, active = self.tally.counts(), self.tally.active_sources()
        self.tally.begin_run()
        await self.call(self._write_end, self.archive, counts, active)
        self.run_id = await self.call(self.archive.start_run, self.command, utc_now())

    async def record_poll(self, poll: Poll) -> list[DueEndpoint]:
        """Save a look at an endpoint; the sitemaps that it newly named."""
        links_new, children = await self.call(polls.record_poll, self.archive, poll, self.run_id)
        self.tally.expect_polls([child.source_id for child in children])  # before this one counts as done
        self.tally.polled(poll, links_new)
        self._heard.add(poll.endpoint.source_id)
        self.on_poll(poll, links_new)
        self.changed.set()
        return children

    # --- hosts

    async def learn_waits(self) -> None:
        """Recall which hosts an earlier run found to be left alone."""
        self.waits = await self.call(hosts.waiting, self.archive, utc_now())

    async def robots(self, origin: str) -> tuple[int | None, str] | None:
        return await self.call(robots_files.robots, self.archive, origin, utc_now())

    async def keep_robots(self, origin: str, status: int | None, body: str) -> None:
        await self.call(robots_files.save_robots, self.archive, origin, utc_now(), status, body)

    async def tdmrep_is_due(self, origin: str) -> bool:
        return await self.call(site_rights.tdmrep_is_due, self.archive, origin, utc_now())

    async def keep_tdmrep(self, origin: str, status: int | None, body: bytes) -> None:
        await self.call(site_rights.save_tdmrep, self.archive, origin, utc_now(), status, body)

    async def _note_host(self, host: str, status: int, wait: timedelta | None) -> None:
        if status not in (429, 503):
            await self.call(hosts.clear, self.archive, host)
        elif until := await self.call(hosts.note, self.archive, host, status, wait, utc_now()):
            self.waits[host] = until

    # --- links

    async def lease(self, n: int) -> list[Lease]:
        leases = await self.call(self.archive.frontier.lease, n, utc_now(), self.tally.busy)
        self.tally.took(leases)
        return leases

    async def profile(self, page: Page) -> SiteProfile | None:
        return await self.call(self.archive.profile, page.url)

    async def prepare(self, page: Page) -> Candidate:
        if page.status == 200 and (stored := await self.call(self.archive.read_by_another, page)):
            anew, before = stored
            source = self.sources.get(page.lease.source_id)
            candidate = await self._workers.read_anew(before, source, await self.profile(page), anew)
            if candidate is not None:
                await self._writer.file(candidate)
        return obeyed(await super().prepare(page), self.respect)

    async def file(self, candidate: Candidate) -> Decision:
        """Decide on a candidate and keep it."""
        decision = await self._writer.file(candidate)
        self.tally.decided(candidate.lease.source_id, decision.outcome)
        self.on_decision(decision)
        self.beside.came(decision)
        return decision

    # --- the end

    def finished_sources(self, *, everything: bool = False) -> list[str]:
        """The sources that have ended since the last call; at the end of a run, all that did anything."""
        return self.tally.finished_sources(self.archive.frontier.may_have_more, everything=everything)

    def memory(self) -> tuple[int, int]:
        """Bytes of memory of this process and of its workers; 0 where nobody knows."""
        return resident_memory(), self._workers.memory()

    async def _close(self, interrupted: bool) -> None:
        if interrupted:  # a flood's feeds have seconds of work for them yet, on the processors that the archive needs now
            self._workers.stop()
        await self._writer.drain()
        await asyncio.get_running_loop().run_in_executor(None, lambda: self.abandon(interrupted=interrupted))

    def abandon(self, *, interrupted: bool = True) -> None:
        """Close everything without waiting for what is under way; for when no event loop runs any more."""
        with self._abandoning:  # who comes second leaves when all is closed
            if not self.closed:
                self.closed = True
                self._abandon(interrupted)

    def _abandon(self, interrupted: bool) -> None:
        self.interrupted = self.interrupted or interrupted
        self.beside.close(lambda: self.interrupted or self.fatal is not None)  # also if told so meanwhile
        try:
            counts, active = self.tally.counts(), self.tally.active_sources()
            self._writer.finish(lambda archive: self._write_end(archive, counts, active))
        finally:
            self._workers.close()
            self._writer.close()

    def _write_end(self, archive: Archive, counts: Counter[Outcome], active: Sequence[str]) -> None:
        """In the archive's thread: what the run found out about its sources, and how it ended."""
        self.epilogue(archive)
        findings.check(archive, [name for name in active if name in self.sources], utc_now())
        named = {outcome.value: count for outcome, count in counts.items()}
        archive.finish_run(self.run_id, utc_now(), exit_code=self.exit_code(), counts=named)


def session_of(crawler: object) -> Session:
    """The session that `extensions.SessionExtension` or the command gave to this crawler."""
    session = getattr(crawler, "session", None)
    assert isinstance(session, Session), "the crawler has no session: is SessionExtension enabled?"
    return session


def crawl_of(crawler: object) -> CrawlSession:
    """The same, of a crawler that writes into an archive of this machine."""
    session = session_of(crawler)
    assert isinstance(session, CrawlSession), "this crawler has no archive"
    return session
