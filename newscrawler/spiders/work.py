"""The spider of `newscrawler worker`: asks what the engine hands to it, host by host, and reports what came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawler.crawl.session import session_of
from newscrawler.engine.session import WorkerSession
from newscrawler.spiders.asking import AskingSpider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy import Request


class WorkSpider(AskingSpider):
    name = "work"

    async def start(self) -> AsyncIterator[Request]:
        session = session_of(self.crawler)
        assert isinstance(session, WorkerSession)
        session.pause_of = self._pause_of
        async for task in session.tasks():
            if task.lease is not None:
                yield self._page_request(task.lease)
            elif task.endpoint is not None:
                yield self._poll_request(task.endpoint)

    def _pause_of(self, host: str) -> float:
        """Seconds between two requests to a host as they are now: by settings, its Crawl-delay and its own slowness."""
        engine = self.crawler.engine
        slot: Any = engine.downloader.slots.get(host) if engine is not None else None
        return float(slot.delay) if slot is not None else self.crawler.settings.getfloat("DOWNLOAD_DELAY")
