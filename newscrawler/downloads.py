"""How answers come in: the connections, and the memory that answers take until they are read."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

from scrapy import signals
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.exceptions import StopDownload
from scrapy.utils.httpobj import urlparse_cached
from twisted.web._newclient import BODY, DONE
from twisted.web.client import _HTTP11ClientFactory

from newscrawler.crawl.refusals import Refused
from newscrawler.crawl.session import session_of
from newscrawler.urls import host_of

# these two ask who imports them, and `stack` reads the source of all files that are being imported for it: .1 s
_stack, inspect.stack = inspect.stack, partial(inspect.stack, 0)
try:
    from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
    from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _LenientHTTP11ClientProtocol
finally:
    inspect.stack = _stack

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.interfaces import IAddress

log = logging.getLogger(__name__)

MAX_HEAD = 262_144  # bytes of an answer's status and headers; Twisted bounds a line alone, at 16 kB, and browsers stop here
IDLE_SECONDS = 15  # after which an unused connection is closed; most servers wait no longer


class _Certificates(_ScrapyClientContextFactory):
    """Verifies certificates, save those of hosts whose sources opt out (`unverified_tls` in the catalogue).

    All connections that verify share one context: reading the machine's authorities anew costs more than a handshake.  Whose
    certificate is asked for is a matter of the connection.
    """

    crawler: Crawler
    _first: Any = None

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 Twisted's name
        if hostname.decode("ascii", "replace") in session_of(self.crawler).unverified:
            return _ScrapyClientContextFactory(verify_certificates=False).creatorForNetloc(hostname, port)
        if not hasattr(self._first, "_createConnection"):  # Twisted before 26.4 has the host in the context
            self._first = super().creatorForNetloc(hostname, port)
            return self._first
        return type(self._first)(self._first._createConnection, hostname.decode("ascii"))


class _BoundedHead(_LenientHTTP11ClientProtocol):
    """A connection that is given up where the head of an answer is larger than MAX_HEAD."""

    sent: Callable[[str], None]  # told the host of each request once it has left
    _head = 0  # bytes of the head at hand, what came behind it in one piece included

    def request(self, request: Any) -> Any:
        answer = super().request(request)
        if self._parser is not None:
            self._parser.MAX_LENGTH = MAX_HEAD  # a policy or a cookie in one line of 20 kB is an answer for browsers
        host = urlsplit("//" + (request.headers.getRawHeaders(b"host") or [b""])[0].decode("latin-1")).hostname or ""
        # a timer comes after what the loop writes meanwhile
        asyncio.get_running_loop().call_later(0, self.sent, host)
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 Twisted's name
        parser = self._parser
        if parser is None or parser.state in (BODY, DONE):
            self._head = 0
        else:
            self._head += len(data)
        if self._head > MAX_HEAD + len(data) and self.transport is not None:
            log.debug("an answer's headers are larger than %d bytes", MAX_HEAD)
            self.transport.abortConnection()
            return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _Connections(_HTTP11ClientFactory):
    noisy = False
    sent: Callable[[str], None]

    def buildProtocol(self, addr: IAddress | None) -> _BoundedHead:  # noqa: N802 Twisted's name
        made = _BoundedHead(self._quiescentCallback)  # type: ignore[no-untyped-call]
        made.sent = self.sent
        return made


class Downloads(HTTP11DownloadHandler):
    """Scrapy's own, which keeps an idle connection for four minutes: of hundreds of hosts, each asked for a page or two,
    they hold more memory than anything else does.

    Scrapy counts the pause of a host from when a request may leave; ours is counted from when it has left, on a connection
    that is there: else the first one's handshake would shorten the pause before the second.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.cachedConnectionTimeout = IDLE_SECONDS
        self._pool._factory = self._connections  # type: ignore[assignment] # called alike
        certificates = _Certificates.from_crawler(crawler)
        certificates.crawler = crawler
        self._contextFactory = certificates  # type: ignore[assignment] # zope's word for it is not mypy's
        self._crawler = crawler
        self._at_work: dict[int, bool] = {}  # downloads of this handler, there is one each for http and https -> may grow
        crawler.signals.connect(self._received, signal=signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        """The answer, once there is room for it in memory (`crawl.bodies`).  Raises Refused where it is not ours to ask."""
        bodies, host = session_of(self._crawler).bodies, host_of(request.url)
        await bodies.room(host)
        if refusal := session_of(self._crawler).withheld(host):
            raise Refused(refusal)
        try:
            return await self._counted(request, may_grow=False)
        except StopDownload:  # what came of it goes with the exception
            log.debug("asked again when there is room: %s", request.url)
        async with bodies.lane:
            await bodies.room(host)
            await self._pause(request)
            return await self._counted(request, may_grow=True)

    def _connections(self, quiescent: Any, told: str) -> _Connections:
        made = _Connections(quiescent, told)  # type: ignore[no-untyped-call]
        made.sent = self._has_left
        return made

    def _slot(self, host: str) -> Any:
        engine = self._crawler.engine
        return engine.downloader.slots.get(host) if engine is not None else None

    def _has_left(self, host: str) -> None:
        """Count the pause of a host from now."""
        if (slot := self._slot(host)) is not None:
            slot.lastseen = max(slot.lastseen, time.monotonic())

    async def _pause(self, request: Request) -> None:
        """Wait for what is left of the pause of a host that is asked once more outside of the downloader's queue."""
        if (slot := self._slot(request.meta.get("download_slot", ""))) is not None:
            await asyncio.sleep(max(0.0, slot.lastseen + slot.delay - time.monotonic()))

    async def _counted(self, request: Request, *, may_grow: bool) -> Response:
        self._at_work[id(request)] = may_grow
        try:
            return await super().download_request(request)
        finally:
            del self._at_work[id(request)]
            session_of(self._crawler).bodies.end(id(request))

    def _received(self, data: bytes, request: Request) -> None:
        """Raises StopDownload where an answer grows large and there is no room for that now."""
        may_grow = self._at_work.get(id(request))
        if may_grow is not None and not session_of(self._crawler).bodies.arrive(id(request), len(data)) and not may_grow:
            raise StopDownload(fail=True)


class Proxies(HttpProxyMiddleware):
    """Scrapy's own, which looks through the whole environment for each request; ours does so once for each host."""

    def __init__(self, auth_encoding: str | None = "latin-1") -> None:
        super().__init__(auth_encoding)
        self._is_asked_directly = lru_cache(4_096)(proxy_bypass)

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        parts = urlparse_cached(request)
        if "proxy" in request.meta or parts.scheme not in self.proxies or not parts.hostname:
            super().process_request(request)
        elif self._is_asked_directly(parts.hostname):
            self._set_proxy_and_creds(request, None, None, None)
        else:
            creds, proxy = self.proxies[parts.scheme]
            self._set_proxy_and_creds(request, proxy, creds, parts.scheme)


class BodyCount:
    """Counts what whole answers hold in memory, until nobody has them any more."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        session_of(self._crawler).bodies.hold_until_gone(host_of(request.url), response, len(response.body))
        return response
