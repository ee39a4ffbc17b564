"""One crawl: its session, the archive's thread, the workers, the tally; and the probe of a site.  asyncio, no Scrapy."""
