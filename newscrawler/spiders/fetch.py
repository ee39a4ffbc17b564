"""The errand spider: runs one coroutine that fetches what it needs, through every gate that a crawl goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.http.request import NO_CALLBACK

from newscrawler.crawl.session import utc_now
from newscrawler.items import Lease, Page
from newscrawler.sources import BY_HAND
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from scrapy.http import Response

ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml, */*;q=0.5"


def headers_of(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in response.headers.items() for value in values
    )


class ErrandSpider(Spider):
    """`errand` is awaited with a function that fetches an address; what it raises is kept in `failure`."""

    name = "errand"

    def __init__(self, *args: Any, errand: Callable[[Any], Awaitable[None]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._errand = errand

    async def start(self) -> AsyncIterator[Any]:
        await self._errand(self.fetch)
        if False:  # an asynchronous generator, as Scrapy wants it, of nothing
            yield

    async def fetch(self, url: str) -> Page:
        """One address, now.  Never raises for what the web does: that is the page's `error`."""
        lease = Lease(0, BY_HAND, url)
        request = Request(url, callback=NO_CALLBACK, dont_filter=True, headers={"Accept": ACCEPT})
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # Twisted and Scrapy have no common ground for what a request may end in
            message = clean_line(str(error), 300) or type(error).__name__
            return Page(lease, url, utc_now(), None, error=message)
        return Page(lease, response.url, utc_now(), response.status, headers_of(response), response.body)
