"""The backfill spider: takes a backfill's steps in turn, then fetches what they found, newest first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from newscrawler.crawl.session import utc_now
from newscrawler.discovery import charset_hint
from newscrawler.discovery.sitemaps import believable
from newscrawler.items import Discovery
from newscrawler.scheduling.backfill import MAX_PAGES, Step, follow, is_undated, is_wanted
from newscrawler.spiders.asking import ACCEPTED, FEED_TYPES
from newscrawler.spiders.news import NewsSpider
from newscrawler.spiders.responses import failure_of, header
from newscrawler.storage.sites import backfills

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date


class BackfillSpider(NewsSpider):
    name = "backfill"

    def __init__(
        self,
        *args: Any,
        backfill_id: int,
        since: date,
        until: date,
        limit: int | None = None,
        undated: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._backfill, self._first, self._last = backfill_id, since, until
        self._most, self._undated = limit, undated
        self._named: dict[str, set[str]] = {}  # by list: the addresses that its pages named in this run

    async def _requests(self) -> AsyncIterator[Request]:
        session = self._session
        await session.learn_waits()
        while session.fatal is None:
            taken = await session.call(backfills.next_step, session.archive, self._backfill)
            if taken is None:
                break
            await self._take(taken)
        limit = self._most if self._most is not None else 1_000_000
        for lease in await session.call(backfills.leases, session.archive, self._backfill, utc_now(), limit):
            session.adopt(lease)
            yield self._page_request(lease)

    async def _take(self, taken: tuple[int, Step]) -> None:
        session, (_, step) = self._session, taken
        found, error = await self._ask(step)
        links = [link for link in found.links if is_wanted(link, step, self._first, self._last, undated=self._undated)]
        left = sum(is_undated(link, step) for link in found.links) - sum(is_undated(link, step) for link in links)
        fresh = self._fresh(step, found)
        further = follow(step, found, self._first, self._last, fresh=fresh, undated=self._undated) if error is None else []
        if further and int(step.hint("_page") or 1) >= MAX_PAGES:
            further, error = [], f"there is more behind {MAX_PAGES} pages; ask for fewer dates at once"
        brought = backfills.Brought(tuple(links), tuple(further), left, error)
        await session.call(backfills.record_step, session.archive, self._backfill, taken, brought, utc_now())

    def _fresh(self, step: Step, found: Discovery) -> int:
        """How many links of a page no earlier page of its list named."""
        template = step.hint("_template")
        list_name = f"{template} {step.hint('_since')}" if template else step.kind
        named = self._named.setdefault(list_name, set())
        fresh = {link.url for link in found.links} - named
        named |= fresh
        return len(fresh)

    async def _ask(self, step: Step) -> tuple[Discovery, str | None]:
        """What a step's address names, and why it names nothing."""
        accepted = {"Accept": ACCEPTED.get(step.kind, FEED_TYPES)}
        (source_id,) = self._session.sources  # a backfill is of one
        address, way = self._session.way_to(step.url, source_id)
        request = Request(address, callback=NO_CALLBACK, dont_filter=True, headers=accepted, meta=way)
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever a request may end in is this step's outcome
            return Discovery(), failure_of(error).reason
        if response.status != 200:
            # so does a page behind the last one answer (WordPress: 400)
            ended = response.status in (400, 404, 410) and (step.hint("_page") or "1") != "1"
            return Discovery(), None if ended else f"HTTP {response.status}"
        hints = tuple((name, value) for name, value in step.hints if not name.startswith("_"))
        hints += charset_hint(header(response, "Content-Type"))
        found = await self._session.read(step.kind, response.body, response.url, utc_now(), hints)
        return replace(found, links=tuple(believable(found.links))), found.failure.reason if found.failure else None
