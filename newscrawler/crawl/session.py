"""What one crawl shares: the sources, the archive's writer, the workers, the tally, and which hosts ask for patience.

Knows asyncio and no Scrapy.  The event loop never waits for SQLite or a page: `call` hands work to the one
writer thread, `prepare` and `parse` to the workers.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from newscrawler.crawl.bodies import Bodies
from newscrawler.crawl.tally import Tally
from newscrawler.crawl.writer import ArchiveWriter
from newscrawler.process import without_text
from newscrawler.sources import BY_HAND
from newscrawler.storage import findings, hosts, polls
from newscrawler.storage import sources as stored_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newscrawler.crawl.workers import Workers
    from newscrawler.errors import ArchiveError, Failure
    from newscrawler.items import Candidate, Decision, Discovery, DueEndpoint, Lease, Page, Poll, Source
    from newscrawler.storage.archive import Archive

T = TypeVar("T")


def utc_now() -> datetime:
    return datetime.now(UTC)


class CrawlSession:
    """One crawl, from its opening to its close.  `stop` is called once if the archive cannot go on."""

    def __init__(self, archive: Archive, sources: Sequence[Source], *, command: str, workers: Workers) -> None:
        self.archive = archive
        self.sources = {source.id: source for source in sources}
        self.tally = Tally()
        self.bugs = 0  # exceptions in our own callbacks
        self.waits: dict[str, datetime] = {}  # hosts to be left alone, until when
        self.bodies = Bodies()
        self.asked: Counter[str] = Counter()  # requests of this run by host
        self._troubled: set[str] = set()  # hosts whose last answer was 429 or 503
        self.interrupted = False
        self.closed = False
        self._closing: asyncio.Future[None] | None = None
        self._abandoning = threading.Lock()
        self.epilogue: Callable[[Archive], None] = lambda archive: None  # what the archive is to be told at the end
        self.stop: Callable[[], None] = lambda: None
        self.on_decision: Callable[[Decision], None] = lambda decision: None
        self.changed = asyncio.Event()
        self.run_id = archive.start_run(command, utc_now())
        self._workers = workers
        self._writer = ArchiveWriter(archive, on_fatal=lambda error: self.stop())

    @property
    def fatal(self) -> ArchiveError | None:
        """Why the archive cannot go on; None while it can."""
        return self._writer.fatal

    async def call(self, function: Callable[..., T], *args: object, **named: object) -> T:
        """Run a function of the archive in its thread, after all that was handed over before."""
        return await self._writer.call(function, *args, **named)

    # --- endpoints

    async def open(self, *, since: str | None = None, all_endpoints: bool = True, revisits: int = 0) -> list[DueEndpoint]:
        """Write down the sources; the endpoints to ask now.  `revisits`: known articles of each to look at again."""
        names = list(self.sources)
        await self.call(stored_sources.sync_sources, self.archive, list(self.sources.values()))
        await self.learn_waits()
        # what was asked for by hand and did not come is nobody else's to finish
        await self.call(self.archive.frontier.restrict, [*names, BY_HAND], since, revisits)
        due = await self.call(polls.due, self.archive, names, utc_now(), all_of_them=all_endpoints)
        self.tally.expect_polls([endpoint.source_id for endpoint in due])
        self.tally.known_work += await self.call(self.archive.frontier.count_pending)
        self.tally.known_work += await self.call(self.archive.frontier.count_due, utc_now())
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
        self.tally.expect_polls([child.source_id for child in children])  # before this one counts as done
        self.tally.polled(poll, links_new)
        self.changed.set()
        return children

    # --- hosts

    async def learn_waits(self) -> None:
        """Recall which hosts an earlier run found to be left alone."""
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

    def refusal(self, host: str) -> Failure | None:
        """Why nothing more of this host is asked in this run, for what its pages cost; None while it is."""
        return self._workers.refusal(host)

    # --- links

    async def lease(self, n: int) -> list[Lease]:
        leases = await self.call(self.archive.frontier.lease, n, utc_now(), self.tally.busy)
        self.tally.took(leases)
        return leases

    def adopt(self, lease: Lease) -> None:
        """Follow a lease that did not come from the frontier."""
        self.tally.known_work += 1
        self.tally.took([lease])

    async def prepare(self, page: Page) -> Candidate:
        source = self.sources.get(page.lease.source_id)
        if page.status == 304:  # nothing to read in it
            return without_text(page, source)
        profile = await self.call(self.archive.profile, page.url)
        return await self._workers.prepare(page, source, profile)

    async def file(self, candidate: Candidate) -> Decision:
        """Decide on a candidate and keep it."""
        decision = await self._writer.file(candidate)
        self.tally.decided(candidate.lease.source_id, decision.outcome)
        self.on_decision(decision)
        return decision

    def finished(self, lease: Lease) -> None:
        """A lease has come to its end, whichever."""
        self.tally.finished(lease)
        self.changed.set()

    # --- the end

    def finished_sources(self, *, everything: bool = False) -> list[str]:
        """The sources that have ended since the last call; at the end of a run, all that did anything."""
        return self.tally.finished_sources(self.archive.frontier.may_have_more, everything=everything)

    def exit_code(self) -> int:
        """0 fine, 1 a bug or a broken archive, 3 some sources failed, 4 all, 75 locked, 130 interrupted."""
        if self.fatal is not None:
            return self.fatal.exit_code
        if self.bugs:
            return 1
        return 130 if self.interrupted else self.tally.exit_code()

    async def close(self, *, interrupted: bool = False) -> None:
        """Let what waits be committed; close the run, the workers and the archive.  Later calls wait for the first one."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close(interrupted))
        await asyncio.shield(self._closing)

    async def _close(self, interrupted: bool) -> None:
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
        try:
            self._writer.finish(self._write_end)
        finally:
            self._workers.close()
            self._writer.close()

    def _write_end(self, archive: Archive) -> None:
        """In the archive's thread: what the run found out about its sources, and how it ended."""
        self.epilogue(archive)
        findings.check(archive, [name for name in self.tally.active_sources() if name in self.sources], utc_now())
        counts = {outcome.value: count for outcome, count in self.tally.counts().items()}
        archive.finish_run(self.run_id, utc_now(), exit_code=self.exit_code(), counts=counts)


def session_of(crawler: object) -> CrawlSession:
    """The session that `extensions.SessionExtension` or the command gave to this crawler."""
    session = getattr(crawler, "session", None)
    assert isinstance(session, CrawlSession), "the crawler has no session: is SessionExtension enabled?"
    return session
