"""How endpoints and links are asked, whoever says which: requests out, looks and pages in.

an endpoint --> Poll --> the session;  a link --> Page --> the pipeline (the hall)
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider, signals

from newscrawler.crawl.exported import of_candidate
from newscrawler.crawl.session import session_of, utc_now
from newscrawler.dates import freshness, retry_after
from newscrawler.discovery import charset_hint
from newscrawler.errors import ArchiveError, of_status
from newscrawler.items import Discovery, Lease, Page, Poll
from newscrawler.sources import BY_HAND
from newscrawler.spiders.responses import failure_of, header, page_of, page_without_answer
from newscrawler.spiders.site_files import TdmFiles
from newscrawler.urls import host_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure as TwistedFailure

    from newscrawler.items import DueEndpoint

FEED_TYPES = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
ACCEPTED = {
    "listing": "text/html, application/xhtml+xml, */*;q=0.1",
    "json-feed": "application/feed+json, application/json, */*;q=0.1",
    "wordpress": "application/json",
    "api": "application/json, */*;q=0.1",
}


def _conditions(asked: DueEndpoint | Lease) -> dict[str, str]:
    """The headers by which a server may answer 304 (RFC 9110, 13.1)."""
    stated = {"If-None-Match": asked.etag, "If-Modified-Since": asked.last_modified}
    return {name: value for name, value in stated.items() if value}


def _conditions_of_poll(endpoint: DueEndpoint) -> dict[str, str]:
    """None where all of an endpoint is to be seen."""
    return {} if endpoint.full else _conditions(endpoint)


class AskingSpider(Spider):
    """Asks what others hand to it.  What it brings goes to the session of its crawler, and into the pipeline."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._polls_at_work = 0
        self._tdm_files: TdmFiles

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._tdm_files = TdmFiles(crawler)
        crawler.signals.connect(spider._lost, signal=signals.spider_error)
        return spider

    # --- endpoints

    def _poll_request(self, endpoint: DueEndpoint) -> Request:
        headers = {"Accept": ACCEPTED.get(endpoint.kind, FEED_TYPES), **_conditions_of_poll(endpoint)}
        address, way = session_of(self.crawler).way_to(endpoint.address or endpoint.url, endpoint.source_id)
        self._polls_at_work += 1
        return Request(
            address,
            headers=headers,
            callback=self.parse_endpoint,
            errback=self.endpoint_failed,
            cb_kwargs={"endpoint": endpoint},
            meta={"endpoint": endpoint, "asked": time.monotonic(), **way},
            dont_filter=True,
        )

    async def parse_endpoint(self, response: Response, endpoint: DueEndpoint) -> AsyncIterator[Request]:
        now, session = utc_now(), session_of(self.crawler)
        stated = retry_after(header(response, "Retry-After"), now)
        discovery, failure = Discovery(), None
        if response.status == 200:
            read = replace(endpoint, hints=(*endpoint.hints, *charset_hint(header(response, "Content-Type"))))
            discovery = await session.parse(read, response.body, response.url, now)
            failure = discovery.failure
        elif response.status != 304 or not _conditions_of_poll(endpoint):
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
        why = session_of(self.crawler).silence(failure_of(failure.value))
        poll = Poll(meta["endpoint"], utc_now(), seconds, None, failure=why)
        for request in await self._record(poll):
            yield request

    async def _record(self, poll: Poll) -> list[Request]:
        try:
            children = await session_of(self.crawler).record_poll(poll)
        except ArchiveError:
            return []  # the session ends the crawl for it
        finally:
            self._polls_at_work -= 1
            session_of(self.crawler).changed.set()
        return [self._poll_request(child) for child in children]

    # --- links

    def _page_request(self, lease: Lease) -> Request:
        address, way = session_of(self.crawler).way_to(lease.url, lease.source_id)
        return Request(
            address,
            headers=_conditions(lease),
            callback=self.parse_page,
            errback=self.page_failed,
            cb_kwargs={"lease": lease},
            meta={"lease": lease, **way},
            # before further endpoints: the extractors shall not wait; what is known already comes last
            priority=10 if lease.article_id is None else -1,
            dont_filter=True,
        )

    async def parse(self, response: Response) -> AsyncIterator[dict[str, Any]]:
        """What a page would be filed as: for `scrapy parse --spider=news URL`.  Nothing is filed."""
        page = page_of(response, Lease(0, BY_HAND, response.url))
        yield of_candidate(await session_of(self.crawler).prepare(page))

    async def parse_page(self, response: Response, lease: Lease) -> AsyncIterator[Page]:
        if response.status == 200:
            bodies, host = session_of(self.crawler).bodies, host_of(response.url)
            with bodies.set_aside(host, response, len(response.body)):
                await self._tdm_files.ask(response.url)
        yield page_of(response, lease)

    def page_failed(self, failure: TwistedFailure) -> Iterator[Page]:
        lease: Lease = failure.request.meta["lease"]  # type: ignore[attr-defined]
        yield page_without_answer(lease, session_of(self.crawler).silence(failure_of(failure.value)))

    def _lost(self, failure: TwistedFailure, response: Response | None) -> None:
        """A bug in a callback: the link stays pending in the archive, and is not waited for."""
        lease = response.meta.get("lease") if response is not None else None
        if isinstance(lease, Lease):
            session_of(self.crawler).finished(lease)
