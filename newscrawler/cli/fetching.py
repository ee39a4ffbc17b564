"""Fetching outside a crawl, in one way: robots.txt, delays and the address guard hold all the same."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scrapy.settings import Settings

    from newscrawler.items import Candidate, Page
    from newscrawler.spiders.fetch import Fetcher

T = TypeVar("T")


def run_fetching(settings: Settings, work: Callable[[Fetcher], Awaitable[T]]) -> T:
    """What `work(fetcher)` returns.  What is learnt meanwhile (robots.txt) is kept in a folder that goes away.

    Raises what the work raises; KeyboardInterrupt where it was interrupted.
    """
    from scrapy.crawler import AsyncCrawlerProcess

    from newscrawler.cli.crawl import stop_of
    from newscrawler.cli.stopping import quieten
    from newscrawler.crawl.session import CrawlSession
    from newscrawler.crawl.workers import Workers
    from newscrawler.spiders.fetch import FetchSpider
    from newscrawler.storage.archive import Archive

    outcome: list[T] = []
    raised: list[Exception] = []

    async def kept(fetcher: Fetcher) -> None:
        try:
            outcome.append(await work(fetcher))
        except Exception as error:
            raised.append(error)

    with tempfile.TemporaryDirectory(prefix="newscrawler-") as folder:
        archive = Archive.open(Path(folder))
        workers = Workers(settings.getint("NEWSCRAWLER_WORKERS"), settings["NEWSCRAWLER_BEAT"])
        session = CrawlSession(archive, (), command="fetch", workers=workers)
        process = AsyncCrawlerProcess(settings)
        crawler = process.create_crawler(FetchSpider)
        crawler.session = session  # type: ignore[attr-defined]
        try:
            with stop_of(process, crawler).handling():
                process.crawl(crawler, work=kept)
                process.start(install_signal_handlers=False)
        finally:
            session.abandon()
    if raised:
        raise raised[0]
    if not outcome:
        quieten()
        raise KeyboardInterrupt
    return outcome[0]


def fetch_page(url: str) -> tuple[Page, Candidate]:
    """One address, as a crawl would fetch it, and what it is made ready as.

    Raises KeyboardInterrupt where it was interrupted.
    """
    from newscrawler.cli.crawl import scrapy_settings

    async def work(fetcher: Fetcher) -> tuple[Page, Candidate]:
        page = await fetcher.fetch(url)
        return page, await fetcher.prepare(page)

    return run_fetching(scrapy_settings((), 0), work)
