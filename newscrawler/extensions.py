"""The session's life within a crawl, its progress on stderr, and log lines that do not print whole pages."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from scrapy import signals
from scrapy.logformatter import LogFormatter

from newscrawler import config
from newscrawler.config.catalogue import configured_catalogue
from newscrawler.crawl.session import CrawlSession, session_of
from newscrawler.crawl.workers import Workers
from newscrawler.dates import iso
from newscrawler.frontier import WAITING
from newscrawler.items import Outcome, Page
from newscrawler.sources import select
from newscrawler.storage.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from tqdm import tqdm

    from newscrawler.crawl.tally import SourceTally

log = logging.getLogger(__name__)

REPORT_EVERY = 0.2  # seconds
# what a progress line names, in this order
COLUMNS = (Outcome.NEW, Outcome.REVISED, Outcome.COPY, Outcome.OFF_TOPIC, Outcome.FAILED)


class SessionExtension:
    """Opens the session where the command has not (`scrapy crawl news`), and closes it with the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        if getattr(crawler, "session", None) is None:
            settings, names = crawler.settings, getattr(crawler.spider, "source_names", [])
            sources = select(configured_catalogue(config.load(Path())), names)
            session = CrawlSession(
                Archive.open(Path(settings["NEWSCRAWLER_ARCHIVE"])),
                sources,
                command="scrapy crawl news",
                workers=Workers(settings.getint("NEWSCRAWLER_WORKERS"), settings["NEWSCRAWLER_BEAT"]),
            )
            crawler.session = session  # type: ignore[attr-defined]
        session_of(crawler).stop = self._stop
        session_of(crawler).archive.frontier.budget = crawler.settings.getint("NEWSCRAWLER_SOURCE_BUDGET")
        self._watch: asyncio.Task[None] | None = None
        crawler.signals.connect(self.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signal=signals.spider_closed)
        crawler.signals.connect(self._bug, signal=signals.spider_error)
        crawler.signals.connect(self._bug, signal=signals.item_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def _bug(self) -> None:
        session = session_of(self._crawler)
        if not session.closed:  # what is left under way then may end as it likes
            session.bugs += 1

    def _stop(self) -> None:
        """The archive cannot go on: end the crawl."""
        engine = self._crawler.engine
        if engine is not None:
            asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(engine.close_spider_async(reason="archive")))

    def spider_opened(self) -> None:
        self._watch = asyncio.ensure_future(self._end_in_time())

    async def _end_in_time(self) -> None:
        """After a Ctrl-C, Scrapy waits for every request under way; we wait for what is quick.

        The links of the rest are pending still: the next crawl asks them again.
        """
        engine = self._crawler.engine
        while engine is None or not engine._stopping:
            await asyncio.sleep(0.2)
            engine = self._crawler.engine
        seconds = self._crawler.settings.getfloat("NEWSCRAWLER_SHUTDOWN_SECONDS")
        from tqdm import tqdm

        tqdm.write(
            f"Stopping: what is under way has {seconds:g} seconds …", file=sys.stderr
        )  # beside a bar, if there is one
        await asyncio.sleep(seconds)
        await session_of(self._crawler).close(interrupted=True)
        from twisted.internet import reactor

        reactor.stop()  # type: ignore[misc]

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        if self._watch is not None:
            self._watch.cancel()
        session = session_of(self._crawler)
        await session.close(interrupted=reason == "shutdown")


class ProgressExtension:
    """One line a source on stderr as it ends, and on a terminal a bar over all links."""

    def __init__(self, crawler: Crawler, stream: TextIO) -> None:
        self._crawler, self._stream = crawler, stream
        self._bar: tqdm[Any] | None = None
        self._is_due = False  # a report is on its way
        crawler.signals.connect(self.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(self._look, signal=signals.item_scraped)
        crawler.signals.connect(self._look, signal=signals.item_error)
        crawler.signals.connect(self._look, signal=signals.response_received)
        crawler.signals.connect(self.engine_stopped, signal=signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, sys.stderr)

    def spider_opened(self) -> None:
        if self._stream.isatty():
            from tqdm import tqdm

            self._bar = tqdm(file=self._stream, unit="", dynamic_ncols=True, leave=False, desc="crawling")

    def _look(self) -> None:
        """Move the bar and report the sources that have come to their end."""
        if not self._is_due:  # thousands of answers a minute, over hundreds of sources
            self._is_due = True
            asyncio.get_running_loop().call_later(REPORT_EVERY, self._report, False)

    def _report(self, everything: bool) -> None:
        self._is_due = False
        session = session_of(self._crawler)
        if self._bar is not None:
            self._bar.total, self._bar.n = session.tally.known_work, session.tally.done_work
            self._bar.refresh()
        for name in session.finished_sources(everything=everything):
            self._say(source_line(session, name))

    def _say(self, line: str) -> None:
        if self._bar is not None:
            self._bar.write(line, file=self._stream)
        else:
            print(line, file=self._stream, flush=True)

    def engine_stopped(self) -> None:
        self._report(everything=True)
        if self._bar is not None:
            self._bar.close()


def source_line(session: CrawlSession, name: str) -> str:
    """How a source fared, in one line."""
    tally = session.tally.sources[name]
    if tally.is_failed:
        return f"{name}: failed: {tally.failure and tally.failure.reason}"
    if tally.postponed and not tally.answered and not tally.counts:
        return f"{name}: {postponement([tally])}"
    counts = ", ".join(f"{tally.counts[outcome]} {outcome.value}" for outcome in COLUMNS)
    retried = f", {tally.counts[Outcome.RETRY]} to try again" if tally.counts[Outcome.RETRY] else ""
    again = "".join(
        f", {tally.counts[each]} {each.value}" for each in (Outcome.UNCHANGED, Outcome.GONE) if tally.counts[each]
    )
    notes = []
    if tally.failed:
        notes.append(f"{counted(tally.failed, 'endpoint')} failed: {tally.failure and tally.failure.reason}")
    if left_out := session.archive.frontier.left_out[name]:
        notes.append(f"{left_out:,} links left out: {WAITING:,} wait already (`newscrawler backfill` fetches a past)")
    if tally.postponed:
        notes.append(f"{counted(tally.postponed, 'endpoint')}: {postponement([tally])}")
    return f"{name}: {counts}{again}{retried}" + (f" ({'; '.join(notes)})" if notes else "")


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "source"), counted(2, "source")
    ('1 source', '2 sources')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def postponement(tallies: Sequence[SourceTally]) -> str:
    """Until when we wait for the hosts of sources.  Whether a host named the time, or we chose it, it does not say."""
    until = max((tally.waits_until for tally in tallies if tally.waits_until), default=None)
    waits, its, host = ("waits", "its", "host has") if len(tallies) == 1 else ("wait", "their", "hosts have")
    if until is None:
        return f"{waits} for the next crawl: {its} {host} had {its} share of this one"
    return f'{waits} until {iso(until)}: {its} {host} said "not now"'


class QuietFormatter(LogFormatter):
    """Scrapy's lines, without the page: a body has no business in a log."""

    def scraped(self, item: Any, response: Any, spider: Any) -> Any:
        line = super().scraped(item, response, spider)
        line["args"] = {"src": str(response), "item": getattr(item, "outcome", item)}
        return line

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Any) -> Any:
        line = super().item_error(item, exception, response, spider)
        line["args"] = {"item": item.url if isinstance(item, Page) else item}
        return line
