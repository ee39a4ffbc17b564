"""The archivist: the one that owns the archive where many machines crawl.  Sends out turns, files what is reported.

    due endpoints, leased links --dispatch--> turns --engine--> workers --engine--> reports --one transaction--> archive

Each batch of reports is one transaction with the note that they are filed, and leaves the engine after it: a kill at any
moment brings them again, and they are filed once.  A link stays pending in the archive until its page is filed, so that
neither the engine nor a worker can lose one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawler.crawl.beside import Beside
from newscrawler.crawl.memory import resident_memory
from newscrawler.crawl.session import utc_now
from newscrawler.crawl.signs import Standing
from newscrawler.crawl.watching import Rounds
from newscrawler.crawl.writer import ArchiveWriter
from newscrawler.desk.takeover import take_over_from_desk
from newscrawler.engine.dispatch import Dispatch
from newscrawler.engine.filing import Filing
from newscrawler.engine.messages import Robots, Turn, read_report, read_turn
from newscrawler.engine.moving import Moving
from newscrawler.engine.session import check_clock
from newscrawler.errors import EngineError, NewscrawlerError
from newscrawler.items import Page
from newscrawler.sources import BY_HAND
from newscrawler.storage.articles import rights
from newscrawler.storage.database.identity import identity
from newscrawler.storage.sites import engine_reports, hosts, polls, site_rights
from newscrawler.storage.sites import robots as robots_files
from newscrawler.storage.sites import sources as stored_sources
from newscrawler.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from newscrawler.crawl.signs import Signs
    from newscrawler.crawl.workers import Workers
    from newscrawler.engine.filing import Filed
    from newscrawler.engine.messages import Agreement, Report, Task
    from newscrawler.engine.streams import Entry, Streams
    from newscrawler.errors import ArchiveError
    from newscrawler.items import Candidate, DueEndpoint, Source
    from newscrawler.storage.archive import Archive

log = logging.getLogger(__name__)

BATCH = 100  # reports a transaction
WINDOW = 1024  # tasks that wait or are out: more are leased as they come back
ALONE = timedelta(seconds=30)  # after which it is said that no worker took up the first turn
LOOK = timedelta(seconds=15)  # between two looks for what is due, and for what the engine has lost


@dataclass(frozen=True, slots=True)
class Scope:
    """What an archivist has crawled."""

    since: str | None = None
    due_only: bool = True
    revisits: int = 0
    respect: frozenset[str] = frozenset()  # rules of publishers by which nothing is kept (rights.conclusion)
    once: bool = False  # end when nothing is left, instead of waiting for what comes due


class Archivist:
    def __init__(self, archive: Archive, sources: Sequence[Source], streams: Streams, workers: Workers) -> None:
        self.archive, self.sources = archive, {source.id: source for source in sources}
        self.counts: Counter[str] = Counter()
        self.stopping = asyncio.Event()
        self.begins_anew = False  # it ends so that settings and catalogue are read again
        self._streams, self._workers = streams, workers
        self._identity = identity(archive.db).replace(" ", "T")
        self._dispatch = Dispatch()
        self._writer = ArchiveWriter(archive, on_fatal=lambda error: self.stopping.set())
        self._endpoints: set[int] = set()  # waiting or out
        self._ids: Callable[[], str] = lambda: ""
        self._looked: datetime | None = None
        self._asked: datetime | None = None  # when the first turn was sent
        self._is_answered = False  # something came of one, or it was said that nothing does
        self._is_quiet = False  # at the last look nothing was left, and nothing has come since
        self._first = False  # all endpoints are asked, due or not
        self._moving = Moving(archive, self._writer)
        self.beside = Beside(None)  # makes vectors and events of what is filed
        self.filing = Filing(archive)
        self._counted: Counter[str] = Counter()  # of `counts`, what an earlier day's run has
        self._rounds = Rounds(utc_now())
        self.on_round: Callable[[], None] = lambda: None
        self._signs: Signs | None = None

    def sign(self, signs: Signs) -> None:
        """Have it give signs of life while it works."""
        self._signs = signs
        self.filing.on_decision, self.filing.on_poll = signs.counts.decided, signs.counts.polled

    async def run(self, scope: Scope, agreement: Agreement, new_id: Callable[[], str]) -> None:
        """Until `stopping` is set, or with `once` until nothing is left.

        Raises EngineError where the engine is not there or another format's, EngineBusy where it has another archivist,
        ArchiveError where the archive cannot go on.
        """
        self._ids, self.filing.respect = new_id, scope.respect
        try:
            await self._streams.open()
            await check_clock(self._streams)
            await self._streams.be_the_archivist(self._identity)
            await self._streams.agree(agreement)
            await self._work(scope, agreement)
        finally:
            await self._leave()
        if self._writer.fatal is not None:
            raise self._writer.fatal

    async def _work(self, scope: Scope, agreement: Agreement) -> None:
        holding, signing = asyncio.ensure_future(self._hold()), asyncio.ensure_future(self._sign())
        try:
            await self._begin(scope)
            while not self.stopping.is_set() and not (scope.once and self._is_done()):
                if holding.done():
                    holding.result()
                await self._look(scope)
                await self._send(agreement)
                await self._file(await self._streams.reports(BATCH, 0.5))
        finally:
            holding.cancel()
            signing.cancel()
            if self._signs is not None:
                await self._signs.call_back()
            await self._moving.end()

    @property
    def fatal(self) -> ArchiveError | None:
        """By what the archive cannot go on."""
        return self._writer.fatal

    def close(self, code: int) -> None:
        """Write how it ended, and close the archive.  Raises nothing for what SQLite says of it."""
        self.beside.close(lambda: self.stopping.is_set() or self.fatal is not None)  # also if told so meanwhile
        self._writer.finish(lambda archive: self._end_run(code))
        if self._signs is not None:
            self._signs.close(begins_anew=self.begins_anew)
        self._writer.close()
        self._workers.close()

    async def _leave(self) -> None:
        try:
            await asyncio.wait_for(self._streams.no_longer_the_archivist(), 2)
        except Exception as error:
            log.info("the engine was not told that we leave: %s", error)
        await self._streams.close()

    async def _hold(self) -> None:
        """Stay the archivist.  Raises EngineBusy where another one took over while the engine or we were away."""
        while True:
            await asyncio.sleep(self._streams.lease / 6)
            if not await self._streams.still_the_archivist():
                await self._streams.be_the_archivist(self._identity)

    def _is_done(self) -> bool:
        return self._is_quiet

    # --- rounds, days, and the sign of life

    async def _begin_round(self, scope: Scope, is_new_day: bool) -> None:
        """What a run bounds is bounded within a round of half an hour, as `watch` has it; each day is a run of its own."""
        call, now = self._writer.call, utc_now()
        if is_new_day:
            await call(self._begin_day)
        else:
            await call(self.filing.judge, self.filing.heard & self.sources.keys())
        await call(take_over_from_desk, self.archive)
        await call(site_rights.begin, self.archive, (), now, scope.respect)
        await call(engine_reports.forget_old, self.archive, now)
        await call(self.archive.frontier.begin_round, scope.revisits, now)
        await call(self.beside.catch_up, self.archive.db)  # or what a killed one left waits for an article
        self.on_round()

    def _begin_day(self) -> None:
        self._end_run(0)
        self.filing.begin_run()

    def _end_run(self, code: int) -> None:
        """In the archive's thread."""
        self.filing.end_run(code, self.counts - self._counted, self.sources)
        self._counted = self.counts.copy()

    async def _sign(self) -> None:
        """Sign for as long as the archive's thread answers.  What cannot be written is said once."""
        complaint, call = "", self._writer.call
        while self._signs is not None:
            try:
                if self._signs.is_due():
                    sources = await call(polls.punctuality, self.archive, list(self.sources), utc_now())
                    pending = await call(self.archive.frontier.count_pending)
                    memory = resident_memory(), self._workers.memory()
                    self._signs.put(Standing(sources, pending, self._dispatch.tasks, memory))
                    complaint = ""
            except (NewscrawlerError, OSError) as error:
                if str(error) != complaint:
                    complaint = str(error)
                    log.warning("%s", error)
            await asyncio.sleep(1)

    # --- what is due

    async def _begin(self, scope: Scope) -> None:
        """Write down the sources, take up the turns of an earlier archivist, file what came since it was killed."""
        call, now = self._writer.call, utc_now()
        await call(take_over_from_desk, self.archive)
        await call(stored_sources.sync_sources, self.archive, list(self.sources.values()))
        await call(site_rights.begin, self.archive, list(self.sources.values()), now, scope.respect)
        await call(stored_sources.forget_retired, self.archive, now)
        await call(engine_reports.forget_old, self.archive, now)
        for turn in await self._sent():
            self._take_up(turn)
        await self._catch_up()
        await call(self.beside.catch_up, self.archive.db)
        self._first = not scope.due_only

    async def _sent(self) -> list[Turn]:
        """The turns that are out.  What is none, or another version's, is said and taken out: no worker could end it."""
        turns = []
        for key, fields in await self._streams.sent():
            try:
                turns.append(read_turn(fields, self._streams.turn_at(key)))
            except EngineError as error:
                log.warning("a turn is forgotten: %s", error)
                await self._streams.forget(key)
        return turns

    async def _catch_up(self) -> None:
        """File all that is reported by now: until then the links of a turn that has ended are pending."""
        left = await self._streams.backlog()
        while entries := await self._streams.reports(BATCH, 0, again=True):
            await self._file(entries)
            left -= len(entries)
        while left > 0 and (entries := await self._streams.reports(BATCH, 0.1)):
            await self._file(entries)
            left -= len(entries)

    def _take_up(self, turn: Turn) -> None:
        self._dispatch.sent(turn)
        for task in turn.tasks:
            if task.lease is not None:
                self.archive.frontier.hold(task.lease)
            elif task.endpoint is not None:
                self._endpoints.add(task.endpoint.id)

    async def _look(self, scope: Scope) -> None:
        """Now and then: endpoints whose time has come, sources with something pending, turns that the engine has lost."""
        now, names = utc_now(), list(self.sources)
        if self._looked is None or now - self._looked >= LOOK or now < self._looked:
            if self._looked is not None:
                await self._miss_turns()
            if self._rounds.is_over(now):
                await self._begin_round(scope, self._rounds.begin(now))
            if self._looked is None or not scope.once:
                found = await self._writer.call(polls.due, self.archive, names, now, all_of_them=self._first)
                self._first = False
                self._add(found)
            restrict = self.archive.frontier.restrict
            await self._writer.call(restrict, [*names, BY_HAND], scope.since, scope.revisits)
            self._looked = now
            self._moving.look(now)
        room = WINDOW - self._dispatch.tasks
        busy = self._dispatch.polls
        leases = await self._writer.call(self.archive.frontier.lease, room, now, busy) if room > 0 else []
        for lease in leases:
            self._dispatch.add(host_of(lease.url), lease)
        self._is_quiet = not leases and not self._dispatch.tasks and not self._dispatch.out
        self._miss_workers(now)

    def _add(self, endpoints: Sequence[DueEndpoint]) -> None:
        for endpoint in endpoints:
            if endpoint.id not in self._endpoints:
                self._endpoints.add(endpoint.id)
                self._dispatch.add(host_of(endpoint.address or endpoint.url), endpoint)

    async def _miss_turns(self) -> None:
        there = {turn.id for turn in await self._sent()}
        if await self._streams.backlog():
            return  # the end of one may be among them
        for lost in self._dispatch.missing(there):
            log.warning("the engine has lost a turn of %s; it is sent again", self._dispatch.out[lost].turn.host)
            self._ended(lost, timedelta(0))

    def _miss_workers(self, now: datetime) -> None:
        """Say once that nothing came of what was handed out first: without a worker nothing ever does."""
        if self._asked is not None and not self._is_answered and now - self._asked >= ALONE:
            log.warning(
                "nothing has come of what was handed out first; is there a worker? "
                "`newscrawler worker --engine …` begins one, `newscrawler status --engine …` lists them"
            )
            self._is_answered = True

    # --- turns

    async def _send(self, agreement: Agreement) -> None:
        for host, tasks in list(self._dispatch.ready(utc_now())):
            turn = await self._writer.call(self._turn, host, tasks, agreement)
            self._dispatch.sent(turn)
            await self._streams.send(turn)
            self._asked = self._asked or utc_now()

    def _turn(self, host: str, tasks: tuple[Task, ...], agreement: Agreement) -> Turn:
        """In the archive's thread."""
        now, archive = utc_now(), self.archive
        origins = [f"{scheme}://{host}" for scheme in ("https", "http")]
        known = {origin: robots_files.robots(archive, origin, now) for origin in origins}
        profile = archive.profile(f"https://{host}/")
        return Turn(
            self._ids(),
            host,
            agreement,
            tasks,
            sources=tuple(self.sources[name] for name in dict.fromkeys(t.source_id for t in tasks) if name in self.sources),
            recurring=tuple(sorted(profile.lines)) if profile else (),
            robots=tuple(Robots(origin, *kept) for origin, kept in known.items() if kept is not None),
            wait_until=hosts.waiting(archive, now).get(host),
            is_troubled=hosts.is_troubled(archive, host),
            tdmrep_due=tuple(each for each in _origins(tasks) if site_rights.tdmrep_is_due(archive, each, now)),
        )

    # --- reports

    async def _file(self, entries: list[Entry]) -> None:
        reports = []
        for key, fields in entries:
            try:
                reports.append(read_report(fields, self._streams.report_at(key)))
            except EngineError as error:
                log.error("a report cannot be read and is left out, its links are asked again: %s", error)
        if entries:
            self._is_quiet, self._is_answered = False, True
            anew = [again for report in reports if (again := await self._read_anew(report)) is not None]
            filed = await self._writer.call(self.filing.batch, reports, anew)
            self._note(filed)
            await self._streams.confirm([key for key, _ in entries])
            if filed.outcomes:
                await self._writer.call(self.beside.catch_up, self.archive.db)

    async def _read_anew(self, report: Report) -> Candidate | None:
        """The known article of a page as today's code reads it, where another version did: else two readers are compared."""
        page = report.candidate
        if page is None or page.status != 200 or page.article is None:
            return None
        asked = Page(page.lease, page.url, page.fetched, page.status)
        stored = await self._writer.call(self.archive.read_by_another, asked)
        if stored is None:
            return None
        anew, before = stored
        profile = await self._writer.call(self.archive.profile, page.url)
        return await self._workers.read_anew(before, self.sources.get(page.lease.source_id), profile, anew)

    def _note(self, filed: Filed) -> None:
        self.counts += filed.outcomes
        for turn, number in filed.done:
            out = self._dispatch.out.get(turn)
            task = out.left.get(number) if out else None
            if task is not None and task.endpoint is not None:
                self._endpoints.discard(task.endpoint.id)
            self._dispatch.done(turn, number)
        self._add(filed.children)
        for turn, pause in filed.ended:
            self._ended(turn, pause)

    def _ended(self, turn: str, pause: timedelta) -> None:
        """What nobody reported of is asked again."""
        for task in self._dispatch.ended(turn, utc_now() + pause):
            if task.lease is not None:
                self.archive.frontier.release(task.lease)
            elif task.endpoint is not None:
                self._endpoints.discard(task.endpoint.id)
                self._add([task.endpoint])


def _origins(tasks: Sequence[Task]) -> list[str]:
    """Whose pages a turn asks."""
    return list(dict.fromkeys(rights.origin_of(each.lease.url) for each in tasks if each.lease is not None))
