"""The news spider: due endpoints first, then pending links, for all sources in one process.

start:  due endpoints --> requests;  then, until nothing is left:  frontier.lease --> requests
answer: an endpoint --> record_poll (links into the frontier);  a link --> a Page for the hall
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from newscrawler.crawl.session import crawl_of, utc_now
from newscrawler.dates import parse_since
from newscrawler.errors import ArchiveError, NewscrawlerError
from newscrawler.spiders.asking import AskingSpider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler

    from newscrawler.crawl.session import CrawlSession
    from newscrawler.items import Lease

log = logging.getLogger(__name__)

WINDOW = 128  # links under way at once: what is downloading, waiting for a worker or for the writer
HEARTBEAT = 5.0  # seconds after which to see for ourselves whether anything is under way


class NewsSpider(AskingSpider):
    """`sources` and `limit` as in `newscrawler crawl`; `leases` (of `save`) are fetched instead of polling."""

    name = "news"

    def __init__(
        self,
        *args: Any,
        sources: str = "",
        source: str = "",
        since: str | None = None,
        limit: int | str | None = None,
        due_only: bool | str = False,
        leases: tuple[Lease, ...] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args)
        strange = [name for name in kwargs if not name.startswith("_")]  # Scrapyd hands over its _job
        if strange:
            raise NewscrawlerError(
                f"the news spider takes sources (or source), since, limit and due_only, not {', '.join(strange)}"
            )
        named = f"{sources},{source}".split(",")
        self.source_names = [name.strip() for name in named if name.strip()]  # read by SessionExtension
        self._leases = leases
        try:  # scrapy -a hands over text
            self._since = parse_since(since, utc_now()) if since else None
            self._due_only = {"true": True, "1": True, "false": False, "0": False}[str(due_only).lower()]
            self._left = max(1, int(limit)) if limit is not None else None
        except (ValueError, KeyError) as error:
            raise NewscrawlerError(f"an argument of the news spider is wrong: {error}") from error
        self._revisits = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._revisits = crawler.settings.getint("NEWSCRAWLER_REVISITS")
        return spider

    @property
    def _session(self) -> CrawlSession:
        return crawl_of(self.crawler)

    async def start(self) -> AsyncIterator[Any]:
        try:
            async for request in self._requests():
                yield request
        except ArchiveError as error:
            log.info("the archive cannot go on: %s", error)  # the session ends the crawl for it

    async def _requests(self) -> AsyncIterator[Request]:
        session = self._session
        if self._leases is not None:
            await session.learn_waits()
            for lease in self._leases:
                session.adopt(lease)
                yield self._page_request(lease)
            return
        for endpoint in await session.open(since=self._since, all_endpoints=not self._due_only, revisits=self._revisits):
            yield self._poll_request(endpoint)
        async for lease in self._pending():
            yield self._page_request(lease)

    async def _pending(self) -> AsyncIterator[Lease]:
        """Leases as room for them comes free, until none is left and nothing is under way that could bring one."""
        session = self._session
        while session.fatal is None:
            session.changed.clear()
            wanted = WINDOW - session.tally.leased
            if self._left is not None:
                wanted = min(wanted, self._left)
            leases = await session.lease(wanted) if wanted > 0 else []
            if self._left is not None:
                self._left -= len(leases)
            for lease in leases:
                yield lease
            if leases:
                continue
            if not session.tally.leased and not self._polls_at_work:
                return
            if self._left == 0 and not self._polls_at_work:
                return
            try:
                await asyncio.wait_for(session.changed.wait(), HEARTBEAT)
            except TimeoutError:
                if self._engine_is_idle():
                    log.error("a bug: %d links and %d polls were lost sight of", session.tally.leased, self._polls_at_work)
                    return

    def _engine_is_idle(self) -> bool:
        engine = self.crawler.engine
        assert engine is not None
        scheduler, slot = engine.scheduler, engine.scraper.slot
        busy = engine.downloader.active or (scheduler and scheduler.has_pending_requests()) or (slot and not slot.is_idle())
        return not busy
