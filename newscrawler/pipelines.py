"""From Scrapy into the hall: each Page becomes a Candidate in a worker, and a Decision in the archive's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from newscrawler.crawl.session import session_of
from newscrawler.errors import ArchiveError
from newscrawler.items import Page

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


class HallPipeline:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """What became of a Page, as a Decision, or as a Candidate where others decide; other items are handed on.

        Raises DropItem where the archive cannot go on.
        """
        return await self._file(item) if isinstance(item, Page) else item

    async def _file(self, item: Page) -> Any:
        session = session_of(self._crawler)
        try:
            return await session.file(await session.prepare(item))
        except ArchiveError as error:
            # the session ends the crawl for it; the link stays pending
            raise DropItem(str(error)) from error
        finally:
            session.finished(item.lease)
