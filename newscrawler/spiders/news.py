"""The news spider: due endpoints first, then pending links, for all sources in one process.

start:  due endpoints --> requests;  then, until nothing is left:  frontier.lease --> requests
answer: an endpoint --> record_poll (links into the frontier);  a link --> a Page for the hall
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider, signals

from newscrawler.crawl.session import session_of, utc_now
from newscrawler.dates import freshness, parse_since, retry_after
from newscrawler.discovery import charset_hint
from newscrawler.errors import ArchiveError, NewscrawlerError, of_status
from newscrawler.items import Discovery, Lease, Page, Poll
from newscrawler.spiders.responses import failure_of, header, page_of, page_without_answer
from newscrawler.urls import as_browsers_ask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure as TwistedFailure

    from newscrawler.crawl.session import CrawlSession
    from newscrawler.items import DueEndpoint

log = logging.getLogger(__name__)

WINDOW = 128  # links under way at once: what is downloading, waiting for a worker or for the writer
FEED_TYPES = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
ACCEPTED = {
    "listing": "text/html, application/xhtml+xml, */*;q=0.1",
    "json-feed": "application/feed+json, application/json, */*;q=0.1",
    "wordpress": "application/json",
    "api": "application/json, */*;q=0.1",
}
HEARTBEAT = 5.0  # seconds after which to see for ourselves whether anything is under way


def _conditions(asked: DueEndpoint | Lease) -> dict[str, str]:
    """The headers by which a server may answer 304 (RFC 9110, 13.1)."""
    stated = {"If-None-Match": asked.etag, "If-Modified-Since": asked.last_modified}
    return {name: value for name, value in stated.items() if value}


class NewsSpider(Spider):
    """`sources` and `limit` as in `newscrawler crawl`; `leases` (of `save`) are fetched instead of polling."""

    name = "news"

    def __init__(
        self,
        *args: Any,
        sources: str = "",
        since: str | None = None,
        limit: int | str | None = None,
        due_only: bool | str = False,
        leases: tuple[Lease, ...] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args)
        if kwargs:
            raise NewscrawlerError(f"the news spider takes sources, since, limit and due_only, not {', '.join(kwargs)}")
        self.source_names = [name.strip() for name in sources.split(",") if name.strip()]  # read by SessionExtension
        self._leases = leases
        try:  # scrapy -a hands over text
            self._since = parse_since(since, utc_now()) if since else None
            self._due_only = {"true": True, "1": True, "false": False, "0": False}[str(due_only).lower()]
            self._left = max(1, int(limit)) if limit is not None else None
        except (ValueError, KeyError) as error:
            raise NewscrawlerError(f"an argument of the news spider is wrong: {error}") from error
        self._polls_at_work = 0
        self._revisits = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._lost, signal=signals.spider_error)
        spider._revisits = crawler.settings.getint("NEWSCRAWLER_REVISITS")
        return spider

    @property
    def _session(self) -> CrawlSession:
        return session_of(self.crawler)

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

    # --- endpoints

    def _poll_request(self, endpoint: DueEndpoint) -> Request:
        headers = {"Accept": ACCEPTED.get(endpoint.kind, FEED_TYPES), **({} if endpoint.full else _conditions(endpoint))}
        self._polls_at_work += 1
        return Request(
            as_browsers_ask(endpoint.address or endpoint.url),
            headers=headers,
            callback=self.parse_endpoint,
            errback=self.endpoint_failed,
            cb_kwargs={"endpoint": endpoint},
            meta={"endpoint": endpoint, "asked": time.monotonic()},
            dont_filter=True,
        )

    async def parse_endpoint(self, response: Response, endpoint: DueEndpoint) -> AsyncIterator[Request]:
        now, session = utc_now(), self._session
        stated = retry_after(header(response, "Retry-After"), now)
        discovery, failure = Discovery(), None
        if response.status == 200:
            read = replace(endpoint, hints=(*endpoint.hints, *charset_hint(header(response, "Content-Type"))))
            discovery = await session.parse(read, response.body, response.url, now)
            failure = discovery.failure
        elif response.status != 304:
            failure = of_status(response.status, stated)
        etag, modified = header(response, "ETag"), header(response, "Last-Modified")
        poll = Poll(
            endpoint,
            now,
            round(response.meta.get("download_latency", 0.0), 3),
            response.status,
            discovery,
            etag=etag[:500] if etag and failure is None else None,
            last_modified=modified[:100] if modified and failure is None else None,
            failure=failure,
            fresh=freshness(header(response, "Cache-Control"), header(response, "Expires"), header(response, "Age"), now),
        )
        for request in await self._record(poll):
            yield request

    async def endpoint_failed(self, failure: TwistedFailure) -> AsyncIterator[Request]:
        meta = failure.request.meta  # type: ignore[attr-defined]
        seconds = round(time.monotonic() - meta["asked"], 3)
        poll = Poll(meta["endpoint"], utc_now(), seconds, None, failure=failure_of(failure.value))
        for request in await self._record(poll):
            yield request

    async def _record(self, poll: Poll) -> list[Request]:
        try:
            children = await self._session.record_poll(poll)
        except ArchiveError:
            return []  # the session ends the crawl for it
        finally:
            self._polls_at_work -= 1
            self._session.changed.set()
        return [self._poll_request(child) for child in children]

    # --- links

    def _page_request(self, lease: Lease) -> Request:
        return Request(
            lease.url,
            headers=_conditions(lease),
            callback=self.parse_page,
            errback=self.page_failed,
            cb_kwargs={"lease": lease},
            meta={"lease": lease},
            # before further endpoints: the extractors shall not wait; what is known already comes last
            priority=10 if lease.article_id is None else -1,
            dont_filter=True,
        )

    def parse_page(self, response: Response, lease: Lease) -> Iterator[Page]:
        yield page_of(response, lease)

    def page_failed(self, failure: TwistedFailure) -> Iterator[Page]:
        yield page_without_answer(failure.request.meta["lease"], failure.value)  # type: ignore[attr-defined]

    def _lost(self, failure: TwistedFailure, response: Response | None) -> None:
        """A bug in a callback: the link stays pending in the archive, and is not waited for."""
        lease = response.meta.get("lease") if response is not None else None
        if isinstance(lease, Lease):
            self._session.finished(lease)
