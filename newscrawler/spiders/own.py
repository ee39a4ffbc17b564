"""The base of spiders in projects of one's own: they find article pages as they like, and the hall does the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Spider

from newscrawler.crawl.session import crawl_of, session_of, utc_now
from newscrawler.spiders.responses import page_of
from newscrawler.storage.sites import sources as stored_sources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.http import Response

    from newscrawler.items import Page


class ArticleSpider(Spider):
    """A spider whose callbacks say `yield await self.page(response)` where a response is an article's page.

    It is filed as any other: extracted, judged, compared, kept with its bytes.  Requests go through every gate of a crawl.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{name: value for name, value in kwargs.items() if not name.startswith("_")})

    async def start(self) -> AsyncIterator[Any]:
        await session_of(self.crawler).learn_waits()  # hosts that asked an earlier crawl for patience
        async for each in super().start():
            yield each

    async def page(self, response: Response) -> Page:
        """The page of a response, to be yielded; it belongs to the source of the catalogue whose host it is on, if one is.

        Raises ArchiveError where the archive cannot go on.
        """
        session = crawl_of(self.crawler)
        sources = (*session.sources.values(), stored_sources.SOURCE_BY_HAND)
        leases = await session.call(stored_sources.ask_by_hand, session.archive, [response.url], sources, utc_now())
        session.adopt(leases[0])
        return page_of(response, leases[0])
