"""The session's life within a crawl, feeds of what it decides, progress on stderr, and log lines without whole pages."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from scrapy import signals
from scrapy.extensions.feedexport import FeedExporter
from scrapy.logformatter import LogFormatter

from newscrawler import config
from newscrawler.config.catalogue import configured_catalogue
from newscrawler.crawl.exported import exported
from newscrawler.crawl.lines import source_line
from newscrawler.crawl.memory import collect_less
from newscrawler.crawl.session import CrawlSession, crawl_of, session_of, utc_now
from newscrawler.crawl.workers import Workers
from newscrawler.dates import iso
from newscrawler.items import Decision, Page
from newscrawler.sources import select
from newscrawler.storage.archive import Archive

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from scrapy import Spider
    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from tqdm import tqdm

log = logging.getLogger(__name__)

_engine_log = logging.getLogger("scrapy.core.engine")  # which writes a line for each answer

REPORT_EVERY = 0.2  # seconds
FAILED_FEEDS = "feedexport/failed_count/"  # Scrapy's own counts, of feeds that could not be stored


def _settings_told(settings: BaseSettings) -> dict[str, str]:
    """The settings that a WARC file's first record tells of, in the terms that archives use for such."""
    return {
        "http-header-user-agent": settings["USER_AGENT"],
        "robots": "RFC 9309, obeyed",
        "description": f"{settings.getfloat('DOWNLOAD_DELAY'):g} s between requests to a host, "
        f"{settings.getint('CONCURRENT_REQUESTS')} at once, answers up to {settings.getint('DOWNLOAD_MAXSIZE')} bytes",
    }


def new_session(settings: BaseSettings, names: Sequence[str], command: str) -> CrawlSession:
    """A session by Scrapy's settings, over the sources of these names or all; its archive is open for writing.

    Raises NewscrawlerError for a source that there is none of, and an archive that cannot be opened.
    """
    sources = select(configured_catalogue(config.load(Path())), names)
    return CrawlSession(
        Archive.open(Path(settings["NEWSCRAWLER_ARCHIVE"])),
        sources,
        command=command,
        workers=Workers(settings.getint("NEWSCRAWLER_WORKERS"), settings["NEWSCRAWLER_BEAT"]),
    )


class DecisionFeeds(FeedExporter):
    """Feeds (`-O FILE`, the setting FEEDS) of what was decided, as flat records; other items go as they are."""

    def item_scraped(self, item: Any, spider: Spider) -> None:
        try:
            super().item_scraped(exported(item) if isinstance(item, Decision) else item, spider)
        except OSError as error:  # of each item that follows as well
            assert self.crawler.stats is not None
            self.crawler.stats.inc_value(f"{FAILED_FEEDS}{type(error).__name__}")


def has_failed_feeds(crawler: Crawler) -> bool:
    """Whether a feed could not be written; Scrapy logs that, and ends as if it were."""
    stats = crawler.stats
    return stats is not None and any(name.startswith(FAILED_FEEDS) for name in stats.get_stats())


class SessionExtension:
    """Opens the session where the command has not (`scrapy crawl news`), and closes it with the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        if getattr(crawler, "session", None) is None:
            names = getattr(crawler.spider, "source_names", ())
            command = f"scrapy crawl {crawler.spidercls.name}"
            crawler.session = new_session(crawler.settings, names, command)  # type: ignore[attr-defined]
        session = session_of(crawler)
        session.stop = self._stop
        if isinstance(session, CrawlSession):
            session.archive.pages.about |= _settings_told(crawler.settings)
            session.respect = frozenset(crawler.settings.getlist("NEWSCRAWLER_RESPECT"))
            session.archive.frontier.budget = crawler.settings.getint("NEWSCRAWLER_SOURCE_BUDGET")
        self._watch: asyncio.Task[None] | None = None
        self._let_go: list[object] = []  # held, for asyncio complains of a task that nobody waits for and nobody has
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
        gc.freeze()  # modules and settings, and no look at them any more
        collect_less()
        self._watch = asyncio.ensure_future(self._end_in_time())

    async def _end_in_time(self) -> None:
        """After a Ctrl-C, Scrapy waits for every request, one that waits for its turn too; we wait for answers that come in.

        The links of the rest are pending still: the next crawl asks them again.
        """
        engine = self._crawler.engine
        while engine is None or not engine._stopping:
            await asyncio.sleep(0.2)
            engine = self._crawler.engine
        seconds = self._crawler.settings.getfloat("NEWSCRAWLER_SHUTDOWN_SECONDS")
        from tqdm import tqdm

        at = f"{iso(utc_now())} " if session_of(self._crawler).is_endless else ""
        # beside a bar, if there is one
        tqdm.write(f"{at}Stopping: what is under way has {seconds:g} seconds …", file=sys.stderr)
        told = session_of(self._crawler).told_to_stop  # a busy loop hears of it later
        until = (time.monotonic() if told is None else told) + seconds
        while time.monotonic() < until and self._is_at_work(engine):
            await asyncio.sleep(0.1)
        await session_of(self._crawler).close(interrupted=True)
        from twisted.internet import reactor

        reactor.stop()  # type: ignore[misc]

    def _is_at_work(self, engine: ExecutionEngine) -> bool:
        """Whether an answer is coming in or being worked on; what waits for its host's next turn does not get it."""
        slots = list(engine.downloader.slots.values())
        for slot in slots:
            self._let_go.extend(slot.queue)
            slot.queue.clear()
        scraped = engine.scraper.slot
        return any(slot.transferring for slot in slots) or (scraped is not None and not scraped.is_idle())

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
        session = crawl_of(self._crawler)
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


class QuietFormatter(LogFormatter):
    """Scrapy's lines, without the page: a body has no business in a log."""

    def crawled(self, request: Any, response: Any, spider: Any) -> Any:
        return super().crawled(request, response, spider) if _engine_log.isEnabledFor(logging.DEBUG) else None

    def scraped(self, item: Any, response: Any, spider: Any) -> Any:
        line = super().scraped(item, response, spider)
        line["args"] = {"src": str(response), "item": getattr(item, "outcome", item)}
        return line

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Any) -> Any:
        line = super().item_error(item, exception, response, spider)
        line["args"] = {"item": item.url if isinstance(item, Page) else item}
        return line
