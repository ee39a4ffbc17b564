"""How answers come in: the connections, and the memory that answers take until they are read."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import StopDownload

from newscrawler.crawl.session import session_of
from newscrawler.urls import host_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

log = logging.getLogger(__name__)

IDLE_SECONDS = 15  # after which an unused connection is closed; most servers wait no longer


class Downloads(HTTP11DownloadHandler):
    """Scrapy's own, which keeps an idle connection for four minutes: of hundreds of hosts, each asked for a page or two,
    they hold more memory than anything else does.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.cachedConnectionTimeout = IDLE_SECONDS
        self._crawler = crawler
        self._at_work: dict[int, bool] = {}  # downloads of this handler, there is one each for http and https -> may grow
        crawler.signals.connect(self._received, signal=signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        """The answer, once there is room for it in memory (`crawl.bodies`)."""
        bodies, host = session_of(self._crawler).bodies, host_of(request.url)
        await bodies.room(host)
        try:
            return await self._counted(request, may_grow=False)
        except StopDownload:  # what came of it goes with the exception
            log.debug("asked again when there is room: %s", request.url)
        async with bodies.lane:
            await bodies.room(host)
            return await self._counted(request, may_grow=True)

    async def _counted(self, request: Request, *, may_grow: bool) -> Response:
        self._at_work[id(request)] = may_grow
        try:
            return await super().download_request(request)
        finally:
            del self._at_work[id(request)]
            session_of(self._crawler).bodies.end(id(request))

    def _received(self, data: bytes, request: Request) -> None:
        """Raises StopDownload where an answer grows large and there is no room for that now."""
        may_grow = self._at_work.get(id(request))
        if may_grow is not None and not session_of(self._crawler).bodies.arrive(id(request), len(data)) and not may_grow:
            raise StopDownload(fail=True)


class BodyCount:
    """Counts what whole answers hold in memory, until nobody has them any more."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        session_of(self._crawler).bodies.hold_until_gone(host_of(request.url), response, len(response.body))
        return response
