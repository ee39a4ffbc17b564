"""The spider that never ends: what is due of endpoints and links, then sleep until the next is.

A crawl is over when nothing is left; this one asks the archive again what has become due, so that a slow host keeps
nobody waiting.  Each half hour is a round, in which hosts and sources have their share of a run once more, and links that
failed in passing and known articles are looked for anew; each day is a run of its own in the archive's book.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals

from newscrawler.crawl.watching import Rounds
from newscrawler.spiders.news import WINDOW, NewsSpider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime
    from typing import Self

    from scrapy.crawler import Crawler

    from newscrawler.crawl.watching import Watch
    from newscrawler.items import DueEndpoint, Poll

log = logging.getLogger(__name__)

BUSY_LOOK = timedelta(minutes=1)  # after which to ask what is due though some are being asked still
LOST = 60.0  # seconds in which the engine is idle though something is said to be under way


class WatchSpider(NewsSpider):
    """Runs until it is stopped, or loses sight of something, which is a bug."""

    name = "watch"

    def __init__(self, *args: Any, watch: Watch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._watch = watch
        self._asked_now: Counter[int] = Counter()  # endpoints by their numbers; one may be asked at two addresses
        self._looked = self._look_at = watch.clock.now()
        self._is_planned = False  # `_look_at` knows of every look that has ended
        self._idle_since: float | None = None
        self._beside: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._closed, signal=signals.spider_closed)
        return spider

    def _closed(self) -> None:
        if self._beside is not None:
            self._beside.cancel()

    async def _requests(self) -> AsyncIterator[Request]:
        session, clock = self._session, self._watch.clock
        rounds = Rounds(clock.now())
        for endpoint in await session.open(all_endpoints=False, revisits=self._revisits):
            yield self._poll_request(endpoint)
        self._beside = asyncio.ensure_future(self._watch.run())
        while session.fatal is None and not self._has_lost_sight():
            session.changed.clear()
            now = clock.now()
            if rounds.is_over(now):
                await self._begin_round(rounds.begin(now))
                self._look_at = now
            for endpoint in await self._due(now):
                yield self._poll_request(endpoint)
            leases = await session.lease(WINDOW - session.tally.leased) if session.tally.leased < WINDOW else []
            for lease in leases:
                yield self._page_request(lease)
            if not leases:
                await self._plan(rounds)
                await clock.sleep(min(self._look_at, rounds.ends), session.changed, idle=self._is_idle)

    # --- what is due

    async def _begin_round(self, is_new_day: bool) -> None:
        if is_new_day:
            await self._session.begin_run()
        await self._session.begin_round(self._revisits)

    async def _due(self, now: datetime) -> list[DueEndpoint]:
        if now < self._look_at:
            return []
        self._looked, self._look_at, self._is_planned = now, now + BUSY_LOOK, False
        return await self._session.due(now, self._asked_now)

    async def _plan(self, rounds: Rounds) -> None:
        """Ask when the next endpoint is due, once no look is under way that would say it anew."""
        if not self._is_planned and not self._polls_at_work:
            self._is_planned = True
            self._look_at = await self._session.next_due(self._looked) or rounds.ends
            self._watch.next_look = self._look_at

    # --- what is under way

    def _poll_request(self, endpoint: DueEndpoint) -> Request:
        self._asked_now[endpoint.id] += 1
        return super()._poll_request(endpoint)

    async def _record(self, poll: Poll) -> list[Request]:
        try:
            return await super()._record(poll)
        finally:
            self._is_planned = False
            self._asked_now -= Counter([poll.endpoint.id])

    @property
    def _is_idle(self) -> bool:
        return not self._polls_at_work and not self._session.tally.leased

    def _has_lost_sight(self) -> bool:
        """Whether something is said to be under way, and for long nothing was: whoever runs us begins anew."""
        if self._is_idle or not self._engine_is_idle():
            self._idle_since = None
            return False
        self._idle_since = self._idle_since or time.monotonic()
        if time.monotonic() - self._idle_since < LOST:
            return False
        log.error("a bug: %d links and %d polls were lost sight of", self._session.tally.leased, self._polls_at_work)
        return True
