"""A worker's session: what a crawl shares, without an archive.  Its turns come from the engine, what it finds goes there.

A host is asked while its turn is held, and a turn is held while the engine confirms it: whoever was cut off, stopped or
suspended for longer than that asks nothing more of it, for another worker may have taken it over.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from newscrawler.crawl.heartbeat import EVERY
from newscrawler.crawl.session import Session, utc_now
from newscrawler.crawl.watching import Rounds
from newscrawler.engine.messages import HostAnswer, Report, Robots, Task, TdmFile, Turn, TurnEnd, read_turn
from newscrawler.errors import EngineError, Failure, FailureKind
from newscrawler.items import Candidate, Lease, Poll
from newscrawler.markup.site_lines import SiteProfile
from newscrawler.storage.sites.hosts import backoff
from newscrawler.storage.sites.site_rights import MAX_BODY
from newscrawler.urls import bare_host, host_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from newscrawler.crawl.workers import Workers
    from newscrawler.engine.messages import Agreement
    from newscrawler.engine.streams import Streams
    from newscrawler.errors import NewscrawlerError
    from newscrawler.items import DueEndpoint, Page

log = logging.getLogger(__name__)

HELD = 0.7  # of a lease, after a confirmation: for so long a turn is believed to be ours
RENEWAL = 1 / 6  # of a lease
PATIENCE = 60.0  # seconds to wait for a host that another worker asks
GUEST_WAIT = timedelta(minutes=5)  # when to ask again for a page that leads to a host which another worker asks
MAX_DELIVERIES = 5  # workers that may be lost on one turn
LONGEST_TASK = 900.0  # seconds for one address, its retries, redirects and reading included; then it was lost sight of
CLOCK = 30.0  # seconds by which a machine's clock may differ from the engine's


@dataclass(slots=True)
class OpenTurn:
    """A turn that this worker has.  `held_until` is of the clock that nobody sets."""

    entry: bytes
    turn: Turn
    held_until: float
    current: Task | None = None
    came: asyncio.Event = field(default_factory=asyncio.Event)  # the current task has ended

    @property
    def is_held(self) -> bool:
        return time.monotonic() < self.held_until


def check_agreement(agreed: Agreement, ours: Agreement) -> None:
    """Raises EngineError where an archivist is of another kind than we."""
    if agreed.lease != ours.lease:
        raise EngineError(
            f"the archivist goes by --lease {agreed.lease:g} seconds, this worker by {ours.lease:g}: one that renews more "
            "seldom would lose its turns; give all machines the same"
        )
    if agreed != ours:
        raise EngineError(
            f"the archivist is newscrawler {agreed.newscrawler} with the terms {agreed.lexicon}, this worker is "
            f"{ours.newscrawler} with {ours.lexicon}: give all machines one version and one beat"
        )


async def check_engine(streams: Streams, agreement: Agreement) -> None:
    """Raises EngineError where the engine is not there, our clock differs from its, or its archivist is of another kind."""
    await streams.open()
    await check_clock(streams)
    agreed = await streams.agreement()
    if agreed is not None:
        check_agreement(agreed, agreement)


async def check_clock(streams: Streams) -> None:
    """Raises EngineError where our clock is far from the engine's: what we say of times would be false."""
    off = utc_now().timestamp() - await streams.clock()
    if abs(off) > CLOCK:
        raise EngineError(f"this machine's clock is {off:+.0f} seconds off the engine's; set both by NTP")


class WorkerSession(Session):
    """`pause_of` says how long a host is to be left alone after the last request, in seconds."""

    def __init__(self, streams: Streams, agreement: Agreement, workers: Workers, turns: int) -> None:
        super().__init__((), workers=workers)
        self.pause_of: Callable[[str], float] = lambda host: 1.0
        self.sign: Callable[[int, int], object] = lambda turns, pages: None  # a sign of life, now and then
        self.idle_exit: float | None = None  # seconds without a turn after which it ends; None: never
        self.counts: Counter[str] = Counter()
        self._streams, self._agreement, self._most = streams, agreement, turns
        self._held, self._renewal = HELD * streams.lease, RENEWAL * streams.lease
        self._open: dict[str, OpenTurn] = {}  # by host
        self._guests: set[str] = set()  # hosts that pages led to
        self._asked: asyncio.Queue[Task | None] = asyncio.Queue()
        self._of_task: dict[Lease | DueEndpoint, tuple[str, int]] = {}
        self._robots: dict[str, tuple[int | None, str]] = {}
        self._tdmrep_due: set[str] = set()
        self._fatal: NewscrawlerError | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._rounds = Rounds(utc_now())

    # --- the engine

    async def tasks(self) -> AsyncIterator[Task]:
        """What to ask, as hosts' turns come and go; ends with the session, or after `idle_exit` seconds without a turn."""
        for loop in (self._take_turns(), self._hold_turns(), self._tell(), self._sign()):
            self._start(loop)
        while (task := await self._asked.get()) is not None:
            yield task

    def _start(self, work: Any) -> None:
        running = asyncio.ensure_future(work)
        self._running.add(running)
        running.add_done_callback(self._ended)

    def _ended(self, running: asyncio.Task[None]) -> None:
        self._running.discard(running)
        if running.cancelled() or (error := running.exception()) is None:
            return
        if isinstance(error, EngineError):
            self._fatal = self._fatal or error
        else:
            log.error("a bug of the worker", exc_info=error)
            self.bugs += 1
        self._asked.put_nowait(None)
        self.stop()

    async def _take_turns(self) -> None:
        idle_since = time.monotonic()
        while not self.closed:
            if len(self._open) >= self._most:
                self.changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.changed.wait(), 1.0)
                continue
            entry = await self._streams.take(1.0)
            if entry is None:
                if self.idle_exit is not None and not self._open and time.monotonic() - idle_since > self.idle_exit:
                    self._asked.put_nowait(None)
                    return
                continue
            idle_since = time.monotonic()
            turn = read_turn(entry[1], self._streams.turn_at(entry[0]))
            if turn.host not in self._open:  # else one of an earlier archivist, which comes again when that is over
                # one that an earlier archivist sent may have been of another lease, and is kept by today's
                check_agreement(replace(turn.agreement, lease=self._agreement.lease), self._agreement)
                self._open[turn.host] = OpenTurn(entry[0], turn, time.monotonic() + self._held)
                self._start(self._run(self._open[turn.host]))

    async def _hold_turns(self) -> None:
        while not self.closed:
            await asyncio.sleep(self._renewal)
            await asyncio.gather(*(self._hold(each) for each in list(self._open.values())))

    async def _hold(self, mine: OpenTurn) -> None:
        """Renew a turn.  An engine that gives no word of its host by the next time neither confirms nor denies it.

        One that is full keeps a turn and has no room for a host that is not entered yet: no other turn waits for that.
        """
        before = time.monotonic()
        is_ours = await self._streams.keep(mine.entry)
        with contextlib.suppress(TimeoutError):
            is_ours = is_ours and await asyncio.wait_for(self._enter(mine.turn.host, 0), self._renewal)
            mine.held_until = before + self._held if is_ours else 0.0

    async def _enter(self, host: str, seconds: float) -> bool:
        """Have a host, for so long that its pause after whatever we ask meanwhile is over before another has it."""
        life = max(self._streams.lease, self._held + self.pause_of(host))
        return await self._streams.enter(host, seconds, life)

    async def _tell(self) -> None:
        before, pages = time.monotonic(), 0
        while not self.closed:
            if self._rounds.is_over(now := utc_now()):
                self._begin_round(now)
            rate = round(60 * (self.counts["pages"] - pages) / max(0.001, time.monotonic() - before), 1)
            before, pages = time.monotonic(), self.counts["pages"]
            told = {"turns": len(self._open), "hosts": sorted(self._open)[:20], "a_minute": rate, **self.counts}
            await self._streams.say_how_it_goes(told)
            await asyncio.sleep(self._renewal)

    async def _sign(self) -> None:
        while not self.closed:  # whatever the engine does
            self.sign(len(self._open), self.counts["pages"])
            await asyncio.sleep(EVERY)

    def _begin_round(self, now: datetime) -> None:
        """What is bounded in a run is bounded within half an hour, as `watch` has it: a worker may go on for months."""
        self._rounds.begin(now)
        self.share_anew()
        self._robots = {origin: kept for origin, kept in self._robots.items() if host_of(origin) in self._open}

    # --- a turn

    async def _run(self, mine: OpenTurn) -> None:
        """Ask what a turn names, one after the other, as long as it is ours."""
        turn = mine.turn
        try:
            if not await self._enter(turn.host, PATIENCE):
                return  # whoever has the host holds it still: the turn comes again
            mine.held_until = time.monotonic() + self._held
            self._learn(turn)
            done = await self._streams.done(turn.id)
            left = [task for task in turn.tasks if task.number not in done]
            if await self._streams.deliveries(mine.entry) > MAX_DELIVERIES:
                await self._give_up(turn, left)
                left = []
            for task in left:
                if self.closed or not mine.is_held or not await self._enter(turn.host, 0):
                    return  # an engine that came back without its last second may have given it to another
                await self._ask(mine, task)
            pause = self.pause_of(turn.host)
            if mine.is_held and not self.closed:
                await self._streams.finish(mine.entry, Report(turn.id, 0, end=TurnEnd(timedelta(seconds=pause))))
                await self._streams.leave_host(turn.host, pause)
        except TimeoutError:
            log.error("a bug: a task of %s was lost sight of; its turn comes again", turn.host)
        finally:
            self._open.pop(turn.host, None)
            self._forget(turn)
            self.changed.set()

    async def _ask(self, mine: OpenTurn, task: Task) -> None:
        asked = task.lease or task.endpoint
        assert asked is not None
        mine.current = task
        mine.came.clear()
        self._of_task[asked] = (mine.turn.id, task.number)
        if task.lease is not None:
            self.adopt(task.lease)
        else:
            self.tally.expect_polls([task.source_id])
        self._asked.put_nowait(task)
        await asyncio.wait_for(mine.came.wait(), LONGEST_TASK)

    def _learn(self, turn: Turn) -> None:
        self.sources |= {source.id: source for source in turn.sources}
        self._tdmrep_due |= set(turn.tdmrep_due)
        self._robots |= {each.origin: (each.status, each.body) for each in turn.robots}
        if turn.wait_until is not None:
            self.waits[turn.host] = turn.wait_until
        else:
            self.waits.pop(turn.host, None)
        if turn.is_troubled:
            self._troubled.add(turn.host)

    def _forget(self, turn: Turn) -> None:
        for task in turn.tasks:
            asked = task.lease or task.endpoint
            if asked is not None:
                self._of_task.pop(asked, None)

    async def _give_up(self, turn: Turn, tasks: list[Task]) -> None:
        """Workers were lost on this turn again and again: what is left of it is put off, as what brought no answer."""
        failure = Failure(FailureKind.NO_ANSWER, f"{MAX_DELIVERIES} workers were lost on its host's turn")
        for task in tasks:
            if task.lease is not None:
                page = Candidate(task.lease, task.lease.url, "", utc_now(), None, failure=failure)
                await self._streams.report(Report(turn.id, task.number, candidate=page))
            elif task.endpoint is not None:
                look = Poll(task.endpoint, utc_now(), 0.0, None, failure=failure)
                await self._streams.report(Report(turn.id, task.number, poll=look))

    def _came(self, asked: Lease | DueEndpoint) -> None:
        turn, number = self._of_task.get(asked, ("", 0))
        for each in self._open.values():
            if each.turn.id == turn and each.current is not None and each.current.number == number:
                each.came.set()

    # --- what a crawl asks of its session

    @property
    def fatal(self) -> NewscrawlerError | None:
        return self._fatal

    @property
    def farewell(self) -> str:
        return "Interrupted. What was reported is kept; the rest is another worker's."

    async def learn_waits(self) -> None:
        """They come with the turns."""

    async def record_poll(self, poll: Poll) -> list[DueEndpoint]:
        """Report a look at an endpoint; the sitemaps that it names come back as turns."""
        turn, number = self._of_task.get(poll.endpoint, ("", 0))
        await self._streams.report(Report(turn, number, poll=poll))
        self.tally.polled(poll, 0)
        self.counts["polls"] += 1
        self._came(poll.endpoint)
        return []

    async def profile(self, page: Page) -> SiteProfile | None:
        host = bare_host(page.url)
        lines = next((each.turn.recurring for name, each in self._open.items() if bare_host(f"//{name}") == host), ())
        return SiteProfile(host, frozenset(lines)) if lines else None

    async def file(self, candidate: Candidate) -> Candidate:
        """Hand a page over; what becomes of it is the archivist's to say."""
        turn, number = self._of_task.get(candidate.lease, ("", 0))
        if turn:
            await self._streams.report(Report(turn, number, candidate=candidate))
            self.counts["pages"] += 1
        return candidate

    def finished(self, lease: Lease) -> None:
        super().finished(lease)
        self._came(lease)

    async def robots(self, origin: str) -> tuple[int | None, str] | None:
        return self._robots.get(origin)

    async def keep_robots(self, origin: str, status: int | None, body: str) -> None:
        await self._streams.report(Report(self._turn_of(host_of(origin)), 0, robots=Robots(origin, status, body)))

    async def tdmrep_is_due(self, origin: str) -> bool:
        """Once a turn, of its own host: what a page leads to is another one's to ask."""
        is_due = origin in self._tdmrep_due
        self._tdmrep_due.discard(origin)
        return is_due

    async def keep_tdmrep(self, origin: str, status: int | None, body: bytes) -> None:
        file = TdmFile(origin, status, body[: MAX_BODY + 1].decode("utf-8-sig", "replace"))
        await self._streams.report(Report(self._turn_of(host_of(origin)), 0, tdmrep=file))

    def _turn_of(self, host: str) -> str:
        """The turn of a host that we have; of a guest, the time."""
        return self._open[host].turn.id if host in self._open else f"guest {utc_now().isoformat()}"

    async def enter(self, host: str) -> Failure | None:
        """Why a host that a page leads to is not asked now; None where it is ours to ask."""
        mine = self._open.get(host)
        if mine is not None:
            return None if mine.is_held else Failure(FailureKind.HOST_WAIT, "another worker asks it", wait=GUEST_WAIT)
        if await self._enter(host, PATIENCE / 2):
            self._guests.add(host)
            return None
        return Failure(FailureKind.HOST_WAIT, f"not asked, another worker asks {host}", wait=GUEST_WAIT)

    def withheld(self, host: str) -> Failure | None:
        mine = self._open.get(host)
        if mine is None or mine.is_held:
            return None
        return Failure(FailureKind.HOST_WAIT, "its turn is another worker's by now", wait=GUEST_WAIT)

    async def host_answered(self, host: str, status: int, wait: timedelta | None) -> None:
        if host in self._guests:
            self._guests.discard(host)
            await self._streams.leave_host(host, self.pause_of(host))
        await super().host_answered(host, status, wait)

    async def _note_host(self, host: str, status: int, wait: timedelta | None) -> None:
        answer = HostAnswer(host, status, wait)
        await self._streams.report(Report(self._turn_of(host), 0, answer=answer))
        pause = backoff(status, 1, wait) if status in (429, 503) else timedelta(0)
        if pause > timedelta(0):
            self.waits[host] = utc_now() + pause

    # --- the end

    async def _close(self, interrupted: bool) -> None:
        self.closed = True
        self.interrupted = self.interrupted or interrupted
        self._asked.put_nowait(None)
        held = [each for each in self._open.values() if each.is_held]
        for running in list(self._running):
            running.cancel()
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._hand_back(held), 3)
        self.abandon(interrupted=interrupted)

    async def _hand_back(self, held: list[OpenTurn]) -> None:
        """What we hold is the next worker's at once, when its hosts' pauses are over."""
        for each in held:
            await self._streams.leave_host(each.turn.host, self.pause_of(each.turn.host))
            await self._streams.hand_back(each.entry)
        await self._streams.leave()
        await self._streams.close()

    def abandon(self, *, interrupted: bool = True) -> None:
        self.closed = True
        self.interrupted = self.interrupted or interrupted
        self._workers.close()
