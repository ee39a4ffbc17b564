"""The fetch spider: runs one coroutine that fetches what it needs, through every gate that a crawl goes through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.http.request import NO_CALLBACK

from newscrawler.crawl.session import session_of, utc_now
from newscrawler.discovery import charset_hint
from newscrawler.items import Lease
from newscrawler.sources import BY_HAND
from newscrawler.spiders.responses import failure_of, page_of, page_without_answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from newscrawler.items import Candidate, Discovery, Page

ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Addresses asked one by one outside a crawl, and what becomes of the answers; politely all the same."""

    spider: FetchSpider

    async def fetch(self, url: str) -> Page:
        """One address, now.  Never raises for what the web does: that is the page's `failure`."""
        lease = Lease(0, BY_HAND, url)
        request = Request(url, callback=NO_CALLBACK, dont_filter=True, headers={"Accept": ACCEPT})
        assert self.spider.crawler.engine is not None
        try:
            response = await self.spider.crawler.engine.download_async(request)
        except Exception as error:  # whatever a request may end in is this page's failure
            return page_without_answer(lease, failure_of(error))
        return page_of(response, lease)

    async def parse(self, kind: str, page: Page) -> Discovery:
        """What a page would name as an endpoint of this kind."""
        stated = charset_hint(page.header("content-type"))
        return await session_of(self.spider.crawler).read(kind, page.body, page.url, utc_now(), stated)

    async def prepare(self, page: Page) -> Candidate:
        return await session_of(self.spider.crawler).prepare(page)


class FetchSpider(Spider):
    """Awaits one coroutine, `work`, with a Fetcher."""

    name = "fetch"

    def __init__(self, *args: Any, work: Callable[[Fetcher], Awaitable[None]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._work = work

    async def start(self) -> AsyncIterator[Any]:
        await self._work(Fetcher(self))
        if False:  # an asynchronous generator, as Scrapy wants it, of nothing
            yield
