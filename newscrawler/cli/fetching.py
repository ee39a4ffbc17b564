"""Running one coroutine that fetches, outside a crawl: robots.txt, delays and the address guard hold all the same."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from newscrawler.errors import NewscrawlerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scrapy.settings import Settings

    from newscrawler.crawl.session import CrawlSession

T = TypeVar("T")


def run_errand(settings: Settings, errand: Callable[[Any, CrawlSession], Awaitable[T]]) -> T:
    """What `errand(fetch, session)` returns.  Its session keeps what it learns (robots.txt) in a folder that goes away.

    Raises what the errand raises.
    """
    from scrapy.crawler import AsyncCrawlerProcess

    from newscrawler.crawl.session import CrawlSession
    from newscrawler.spiders.fetch import ErrandSpider
    from newscrawler.storage.archive import Archive

    outcome: list[T] = []
    failure: list[Exception] = []
    with tempfile.TemporaryDirectory(prefix="newscrawler-") as folder:
        archive = Archive.open(Path(folder))
        session = CrawlSession(archive, (), workers=settings.getint("NEWSCRAWLER_WORKERS"), command="errand")

        async def work(fetch: Any) -> None:
            try:
                outcome.append(await errand(fetch, session))
            except Exception as error:
                failure.append(error)

        process = AsyncCrawlerProcess(settings)
        crawler = process.create_crawler(ErrandSpider)
        crawler.session = session  # type: ignore[attr-defined]
        try:
            process.crawl(crawler, errand=work)
            process.start()
        finally:
            session.abandon()
    if failure:
        raise failure[0]
    if not outcome:
        raise NewscrawlerError("interrupted; nothing was written")
    return outcome[0]
