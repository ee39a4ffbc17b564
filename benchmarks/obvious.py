"""The obvious Scrapy project, for comparison: feeds, trafilatura with metadata in the callback, one insert an item.

python benchmarks/obvious.py CATALOGUE.toml DATABASE.db
"""

import sys
import tomllib
from pathlib import Path

import feedparser
import sqlite_utils
import trafilatura
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess

SETTINGS = {
    "USER_AGENT": "obvious (benchmark)",
    "ROBOTSTXT_OBEY": True,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS": 64,
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
}


class ObviousSpider(Spider):
    name = "obvious"

    def __init__(self, catalogue: str, database: str) -> None:
        super().__init__()
        tables = tomllib.loads(Path(catalogue).read_text(encoding="utf-8"))
        self.feeds = [endpoint["url"] for source in tables.values() for endpoint in source["endpoints"]]
        self.articles = sqlite_utils.Database(database)["articles"]

    async def start(self):
        for feed in self.feeds:
            yield Request(feed, callback=self.parse)

    def parse(self, response):
        for entry in feedparser.parse(response.body).entries:
            try:
                yield Request(response.urljoin(entry.link.strip()), callback=self.parse_article)
            except ValueError:
                continue

    def parse_article(self, response):
        document = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True, include_comments=False)
        if document is None or not document.text:
            return
        row = {
            "url": response.url,
            "title": document.title,
            "author": document.author,
            "date": document.date,
            "text": document.text,
        }
        self.articles.insert(row, pk="url", replace=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    process = AsyncCrawlerProcess(SETTINGS)
    process.crawl(ObviousSpider, catalogue=sys.argv[1], database=sys.argv[2])
    process.start()
