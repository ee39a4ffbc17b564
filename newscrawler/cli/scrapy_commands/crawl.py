"""`scrapy crawl news`: ends with the exit code of `newscrawler crawl`, and says what is wrong in one line."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import click
from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from newscrawler.cli.crawl import summary
from newscrawler.crawl.session import crawl_of
from newscrawler.errors import NewscrawlerError
from newscrawler.extensions import has_failed_feeds, new_session
from newscrawler.spiders.news import NewsSpider
from newscrawler.spiders.own import ArticleSpider

if TYPE_CHECKING:
    import argparse

    from scrapy.crawler import Crawler


log = logging.getLogger(__name__)


class Command(crawl.Command):
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Raises UsageError, which Scrapy prints, for a spider or an argument that there is none of."""
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl news -a sources=naval-news,un-news")
        try:
            crawler = self._create_crawler(args[0])
        except KeyError:
            raise UsageError(f"there is no spider {args[0]!r}; `scrapy list` shows them", print_help=False) from None
        if not issubclass(crawler.spidercls, NewsSpider | ArticleSpider):
            super().run(args, opts)  # it may have its own idea of the whole
            return
        try:
            self._crawl(crawler, opts.spargs)
        except NewscrawlerError as error:
            self._tell(f"newscrawler: {error}", logging.ERROR)
            self.exitcode = error.exit_code

    def _tell(self, line: str, level: int) -> None:
        """Say it on stderr, and in the log where that is a file: of a job of Scrapyd's that is all one sees."""
        click.echo(line, err=True)
        if self.settings is not None and self.settings.get("LOG_FILE"):
            log.log(level, line)

    def _crawl(self, crawler: Crawler, arguments: dict[str, Any]) -> None:
        assert self.crawler_process is not None
        try:  # what is wrong with the arguments is said before anything is opened
            spider = crawler.spidercls(**arguments)
        except NewscrawlerError as error:
            raise UsageError(str(error), print_help=False) from error
        session = new_session(crawler.settings, getattr(spider, "source_names", ()), f"scrapy crawl {spider.name}")
        crawler.session = session  # type: ignore[attr-defined]
        try:
            self.crawler_process.crawl(crawler, **arguments)
            self.crawler_process.start()
        finally:
            session.abandon()
        self._tell(summary(crawl_of(crawler)), logging.INFO)
        self.exitcode = 1 if self.crawler_process.bootstrap_failed else session.exit_code()
        if has_failed_feeds(crawler):
            where = ", ".join(str(each).rpartition("@")[2] for each in crawler.settings.getdict("FEEDS"))  # no passwords
            self._tell(f"newscrawler: {where}: not all was written; what was decided is in the archive", logging.ERROR)
            self.exitcode = self.exitcode or 1
