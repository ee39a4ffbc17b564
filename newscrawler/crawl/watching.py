"""A crawl that never ends: how it sleeps, when its rounds and days begin, what it tells, and when it is to begin anew.

Knows asyncio and no Scrapy.  `spiders.watch` asks what is due; `Watch` is all that goes on beside it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TextIO

from newscrawler.crawl.lines import counted, source_line
from newscrawler.crawl.session import utc_now
from newscrawler.crawl.signs import Signs, Standing
from newscrawler.dates import iso
from newscrawler.errors import ArchiveError, NewscrawlerError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newscrawler.crawl.metrics import Counts, Figures, Sink
    from newscrawler.crawl.session import CrawlSession
    from newscrawler.crawl.tally import SourceTally

log = logging.getLogger(__name__)

ROUND = timedelta(minutes=30)  # as `schedule` runs a crawl: what is bounded "in a run" is bounded within it
LOOK = 5.0  # seconds that it sleeps at once at most: a machine that was suspended, or a clock that was set, is seen then
USUAL_COLUMNS = 80  # of a terminal that does not say how many it has
TELL = 1.0  # seconds between two looks at what there is to tell


class Clock(Protocol):
    """What time it is, and how to wait for it: a simulation has a clock of its own."""

    def now(self) -> datetime: ...

    async def sleep(self, until: datetime, changed: asyncio.Event, *, idle: bool) -> None:
        """Wait until then or until something has `changed`, for a short while at once; `idle`: nothing is under way."""
        ...


class WallClock:
    """The machine's."""

    def now(self) -> datetime:
        return utc_now()

    async def sleep(self, until: datetime, changed: asyncio.Event, *, idle: bool) -> None:
        seconds = max(0.01, min(LOOK, (until - self.now()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), seconds)


@dataclass(slots=True)
class Rounds:
    """Since when this round goes on."""

    began: datetime

    @property
    def ends(self) -> datetime:
        return self.began + ROUND

    def is_over(self, now: datetime) -> bool:
        """A clock that was set back ends it, too: nothing may wait until it has come there again."""
        return now >= self.ends or now < self.began - ROUND

    def begin(self, now: datetime) -> bool:
        """Begin the next one; whether a day has begun (UTC) since the last one did."""
        is_new_day = now.date() != self.began.date()
        self.began = now
        return is_new_day


FileStates = tuple[tuple[int, ...], ...]


def states_of(files: Sequence[Path]) -> FileStates:
    """What tells one version of each file from the next; of one that is not there, nothing."""
    return tuple(map(_state, files))


def _state(file: Path) -> tuple[int, ...]:
    try:
        state = file.stat()
    except OSError:
        return ()
    return state.st_mtime_ns, state.st_size, state.st_ino


class Reloading:
    """Whether settings and catalogue are to be read again: on a signal, or because a file of theirs has changed.

    `files` names them as they are now, `check` raises NewscrawlerError where they cannot be read so.
    """

    def __init__(self, files: Callable[[], Sequence[Path]], check: Callable[[], None]) -> None:
        self._files, self._check = files, check
        self._seen = states_of(files())
        self.asked = False  # by a signal

    async def is_wanted(self, say: Callable[[str], object]) -> bool:
        """Whether to begin anew, which is said; so is, once for each change, that what is there now cannot be read."""
        try:
            if not await self._is_wanted():
                return False
        except NewscrawlerError as error:
            say(f"settings and catalogue stay as they are, what is there now cannot be read: {error}")
            return False
        say("reading settings and catalogue again …")
        return True

    async def _is_wanted(self) -> bool:
        try:
            now = states_of(self._files())
        except NewscrawlerError:
            now = ((),)
        if not self.asked and now == self._seen:
            return False
        await asyncio.sleep(TELL)  # whoever writes may write again at once
        with contextlib.suppress(NewscrawlerError):
            now = states_of(self._files())
        self.asked, self._seen = False, now
        await asyncio.to_thread(self._check)
        return True


class Watch:
    """What goes on beside the crawl until its session is closed."""

    def __init__(self, session: CrawlSession, reloading: Reloading, stream: TextIO, sink: Sink | None = None) -> None:
        self.session = session
        self.clock: Clock = WallClock()
        self.reloading = reloading
        self.begins_anew = False  # it ended so that settings and catalogue are read again
        self.next_look: datetime | None = None
        self.signs = Signs(session.archive.folder, sink)
        self._stream = stream
        self._complaint = ""
        session.on_decision, session.on_poll = self.signs.counts.decided, self.signs.counts.polled

    async def run(self) -> None:
        """Tell what there is to tell, sign, and see whether to begin anew, until the session is closed."""
        while not self.session.closed:
            try:
                await self._step()
            except ArchiveError:
                return  # the session ends the crawl for it
            except (NewscrawlerError, OSError) as error:
                self._complain(str(error))
            except Exception:
                log.exception("a bug in what is told of a watch")
            await asyncio.sleep(TELL)

    async def _step(self) -> None:
        self.tell()
        if self.signs.is_due():
            await self._sign()
        self._show_status()
        if await self.reloading.is_wanted(self.say) and not self.session.closed:
            self.begins_anew = True
            signal.raise_signal(signal.SIGTERM)  # by the way of every stop

    # --- what is told

    def tell(self) -> None:
        """A line for each source that has come to an end and has something to say."""
        for name in self.session.finished_sources():
            line = source_line(self.session, name)
            if _says_something(self.session.tally.begin_anew(name)):
                self.say(line)

    def say(self, line: str) -> None:
        """A line with its time."""
        clear = "\r\x1b[K" if self._stream.isatty() else ""
        print(f"{clear}{iso(utc_now())} {line}", file=self._stream, flush=True)

    def _complain(self, complaint: str) -> None:
        if complaint != self._complaint:  # once, not every ten seconds
            self._complaint = complaint
            self.say(complaint)

    def _show_status(self) -> None:
        if self.signs.figures is not None and self._stream.isatty():
            columns = os.get_terminal_size(self._stream.fileno()).columns or USUAL_COLUMNS
            self._stream.write(f"\r\x1b[K{status_line(self.signs.figures, utc_now(), columns - 1)}")
            self._stream.flush()

    # --- the sign of life, and the figures

    async def _sign(self) -> None:
        """Raises OSError, NewscrawlerError where they cannot be written."""
        session = self.session
        sources = await session.punctuality()
        pending = await session.call(session.archive.frontier.count_pending)
        under_way = session.tally.leased + session.tally.polls_under_way
        self.signs.put(Standing(sources, pending, under_way, session.memory(), self.next_look))
        self._complaint = ""

    def close(self) -> None:
        """What is left to tell; the terminal's line is left, and the sign of life taken away unless it begins anew."""
        self.signs.close(begins_anew=self.begins_anew)
        for name in self.session.finished_sources(everything=True):
            if _says_something(self.session.tally.sources[name]):
                self.say(source_line(self.session, name))
        if self._stream.isatty():
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def _says_something(tally: SourceTally) -> bool:
    """Whether a source brought more than that nothing is new."""
    return bool(tally.counts or tally.failed or tally.postponed)


def status_line(figures: Figures, now: datetime, columns: int) -> str:
    """How it stands, in one line of a terminal: as many parts as it has room for, those that matter most first."""
    counts = figures.counts
    parts = [
        f"{counts.decisions['new']} new, {counts.decisions['revised']} revised",
        f"{figures.failing} failing" if figures.failing else "",
        f"{figures.under_way} under way" if figures.under_way else f"next look {_in(figures.next_look, now)}",
        f"{figures.pending} waiting" if figures.pending else "",
        f"{counted(figures.endpoints, 'endpoint')} of {counted(len(figures.sources), 'source')}",
        f"{sum(figures.memory) / 1e6:.0f} MB",
    ]
    line = ""
    for part in filter(None, parts):
        longer = f"{line} · {part}" if line else part
        if len(longer) > columns:
            break
        line = longer
    return line


def end_line(counts: Counts, began: datetime, now: datetime, why: str) -> str:
    """What is said last: why it ended, after how long, and what it brought.

    >>> from datetime import UTC
    >>> from newscrawler.crawl.metrics import Counts
    >>> end_line(Counts(), datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 3, 5, tzinfo=UTC), "it was told to")
    '2026-01-01T03:05:00Z Ended, it was told to, after 3 h 5 min: 0 new, 0 revised, 0 failed; 0 looks'
    """
    minutes = max(0, int((now - began).total_seconds())) // 60
    lasted = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
    decided = ", ".join(f"{counts.decisions[each]} {each}" for each in ("new", "revised", "failed"))
    return f"{iso(now)} Ended, {why}, after {lasted}: {decided}; {counted(counts.polls.total(), 'look')}"


def _in(moment: float | None, now: datetime) -> str:
    """How long it is until then.

    >>> from datetime import UTC
    >>> _in(90, datetime.fromtimestamp(0, UTC)), _in(30, datetime.fromtimestamp(0, UTC)), _in(None, datetime.now(UTC))
    ('in 2 min', 'in 30 s', 'at the next round')
    """
    if moment is None:
        return "at the next round"
    seconds = max(0.0, moment - now.timestamp())
    return f"in {seconds:.0f} s" if seconds < 60 else f"in {-(-seconds // 60):.0f} min"
