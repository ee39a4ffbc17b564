"""The backfill spider: takes a backfill's steps in turn, then fetches what they found, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from newscrawler.backfilling import Step, follow, wanted
from newscrawler.items import Discovery
from newscrawler.newsroom import utc_now
from newscrawler.spiders.news import ACCEPTED, FEED_TYPES, NewsSpider
from newscrawler.storage import backfills
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date


class BackfillSpider(NewsSpider):
    name = "backfill"

    def __init__(
        self, *args: Any, backfill_id: int, since: date, until: date, limit: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._backfill, self._first, self._last = backfill_id, since, until
        self._most = limit

    async def _requests(self) -> AsyncIterator[Request]:
        newsroom = self._newsroom
        await newsroom.learn_waits()
        while newsroom.fatal is None:
            taken = await newsroom.call(backfills.next_step, newsroom.archive, self._backfill)
            if taken is None:
                break
            await self._take(taken)
        limit = self._most if self._most is not None else 1_000_000
        for lease in await newsroom.call(backfills.leases, newsroom.archive, self._backfill, utc_now(), limit):
            newsroom.adopt(lease)
            yield self._page_request(lease)

    async def _take(self, taken: tuple[int, Step]) -> None:
        newsroom, (_, step) = self._newsroom, taken
        found, error = await self._ask(step)
        links = [link for link in found.links if wanted(link, step, self._first, self._last)]
        further = follow(step, found, self._first, self._last)
        await newsroom.call(
            backfills.record_step, newsroom.archive, self._backfill, taken, links, further, utc_now(), error=error
        )

    async def _ask(self, step: Step) -> tuple[Discovery, str | None]:
        """What a step's address names, and why it names nothing."""
        request = Request(
            step.url, callback=NO_CALLBACK, dont_filter=True, headers={"Accept": ACCEPTED.get(step.kind, FEED_TYPES)}
        )
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever a request may end in is this step's outcome
            return Discovery(), clean_line(str(error), 300) or type(error).__name__
        if response.status != 200:
            # WordPress answers 400 to a page behind the last one
            ended = step.kind == "wordpress" and response.status == 400 and (step.hint("_page") or "1") != "1"
            return Discovery(), None if ended else f"HTTP {response.status}"
        hints = tuple((name, value) for name, value in step.hints if not name.startswith("_"))
        found = await self._newsroom.read(step.kind, response.body, response.url, utc_now(), hints)
        return found, found.error
