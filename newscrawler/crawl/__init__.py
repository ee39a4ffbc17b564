"""One crawl under way: its session, workers and tally; and the probe of a site.  asyncio, no Scrapy."""
