"""A host's tdmrep.json, asked beside its pages: once a week, through the same gates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from newscrawler.crawl.session import session_of, utc_now
from newscrawler.errors import ArchiveError
from newscrawler.storage.articles import rights

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LOOK_AGAIN = timedelta(hours=12)  # whether its time has come: a watch runs for weeks
LONG_AGO = datetime.min.replace(tzinfo=UTC)
SECONDS = 15.0  # of DOWNLOAD_TIMEOUT: nobody's page is to wait long for it


class TdmFiles:
    """Asks the hosts of pages what they reserve, where newscrawler.toml does not say `tdmrep = false`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._is_on = crawler.settings.getbool("NEWSCRAWLER_TDMREP")
        self._asked: dict[str, datetime] = {}

    async def ask(self, url: str) -> None:
        """The file of a page's host, if its time has come.  Never raises for what the web does."""
        origin, now = rights.origin_of(url), utc_now()
        if not self._is_on or now - self._asked.get(origin, LONG_AGO) < LOOK_AGAIN:
            return
        self._asked[origin] = now
        session = session_of(self._crawler)
        try:
            if await session.tdmrep_is_due(origin):
                await session.keep_tdmrep(origin, *await self._fetch(f"{origin}{rights.TDMREP_PATH}"))
        except ArchiveError:
            return  # the session ends the crawl for it

    async def _fetch(self, address: str) -> tuple[int | None, bytes]:
        """(status, body); the status is None where no answer came, or robots.txt forbids to ask."""
        meta = {"download_timeout": min(SECONDS, self._crawler.settings.getfloat("DOWNLOAD_TIMEOUT")), "dont_retry": True}
        request = Request(address, callback=NO_CALLBACK, headers={"Accept": "application/json"}, meta=meta)
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception:  # whatever it may end in: there is no file for us
            return None, b""
        return response.status, response.body
