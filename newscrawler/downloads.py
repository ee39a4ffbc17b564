"""How answers come in: by connections of our own, and the memory that they take until they are read."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import ssl
import time
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlsplit
from urllib.request import proxy_bypass

from scrapy.core.downloader.handlers._base_http import BaseHttpDownloadHandler
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Headers
from scrapy.utils._download_handlers import make_response
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.ssl import _make_insecure_ssl_ctx, _make_ssl_context
from scrapy.utils.url import add_http_if_no_scheme

from newscrawler.crawl.http.connections import Connections, Place, Proxy, Unreachable
from newscrawler.crawl.http.messages import Answer, BadAnswer, IncompleteAnswer, NoAnswer, request_bytes
from newscrawler.crawl.refusals import Refused
from newscrawler.crawl.session import session_of
from newscrawler.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.internet.interfaces import IAddress

log = logging.getLogger(__name__)

CIPHERS = (
    "DEFAULT:!aNULL:!eNULL:!MD5:@SECLEVEL=1"  # certificates of old servers are not ours to judge by the length of their keys
)
# where systems keep whom they trust, for a Python that was built elsewhere and looks in a place of its own
AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


SECONDS = 30.0  # for an answer, where DOWNLOAD_TIMEOUT says none
OF_THE_CONNECTION = frozenset((
    b"Connection", b"Content-Length", b"Keep-Alive", b"Proxy-Connection", b"Te", b"Trailer", b"Transfer-Encoding",
    b"Upgrade",
))  # fmt: skip


class _NoRoom(Exception):
    """An answer grew large, and there is no room for that now."""


class Certificates:
    """How TLS is spoken: certificates are verified, save those of hosts whose sources opt out (`unverified_tls`)."""

    def __init__(self, settings: BaseSettings, unverified: frozenset[str]) -> None:
        self._settings, self._unverified = settings, unverified

    def __call__(self, host: str) -> ssl.SSLContext:
        return self._lax if host in self._unverified else self._strict

    @cached_property
    def _strict(self) -> ssl.SSLContext:
        """One for all connections: reading the machine's authorities anew costs more than a handshake."""
        context = _make_ssl_context(self._settings)
        places = ssl.get_default_verify_paths()
        if places.cafile is None and places.capath is None and (found := next(filter(_is_file, AUTHORITIES), None)):
            context.load_verify_locations(found)
        return self._with_ciphers(context)

    @cached_property
    def _lax(self) -> ssl.SSLContext:
        return self._with_ciphers(_make_insecure_ssl_ctx())

    def _with_ciphers(self, context: ssl.SSLContext) -> ssl.SSLContext:
        if not self._settings["DOWNLOADER_CLIENT_TLS_CIPHERS"]:
            context.set_ciphers(CIPHERS)
        return context


def _is_file(path: str) -> bool:
    return Path(path).is_file()


class _Addresses:
    """Those that Twisted's resolver names (TWISTED_DNS_RESOLVER), once it has done so."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self.found: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 Twisted's name
        pass

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802 Twisted's name
        self._found.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802 Twisted's name
        if not self.found.done():
            self.found.set_result(self._found)


async def _resolve(host: str) -> list[str]:
    """The addresses of a host.  Raises CannotResolveHostError."""
    from twisted.internet import reactor

    if ":" in host:  # an address of IPv6, which the guard has looked at
        return [host]
    receiver = _Addresses()
    reactor.nameResolver.resolveHostName(receiver, host)
    if not (found := await receiver.found):
        raise CannotResolveHostError(f"DNS lookup failed: no results for hostname lookup: {host}")
    return found


def _request_of(request: Request, place: Place) -> bytes:
    """A request as it is sent to a place."""
    parts = urlsplit(request.url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    asked = Place(parts.hostname or "", parts.port or (443 if place.is_secure else 80), place.is_secure)
    if place.proxy is None and (place.host, place.port) != (asked.host, asked.port):  # to a proxy that tunnels nothing
        target = f"http://{asked.name}{target}"
    hidden = {b"Host", b"Content-Length", *([b"Proxy-Authorization"] if place.is_secure else [])}
    headers = [(name, value) for name, values in request.headers.items() if name not in hidden for value in values]
    return request_bytes(request.method, target, asked.name, headers, request.body)


def _place_of(request: Request) -> Place:
    """Where to ask for a request's address.  Raises Unreachable for a proxy that cannot be asked."""
    parts = urlsplit(request.url)
    is_secure = parts.scheme == "https"
    proxy, host, port = request.meta.get("proxy"), parts.hostname or "", parts.port or (443 if is_secure else 80)
    if not proxy:
        return Place(host, port, is_secure)
    way = urlsplit(add_http_if_no_scheme(proxy))
    if way.scheme != "http" or not way.hostname:
        raise Unreachable(f"a proxy is asked by http, and not as {way.scheme}://{way.hostname or ''} says")
    if not is_secure:
        return Place(way.hostname, way.port or 80, is_secure)
    return Place(host, port, is_secure, Proxy(way.hostname, way.port or 80, request.headers.get("Proxy-Authorization")))


class Downloads(BaseHttpDownloadHandler):
    """Asks on connections of our own (`crawl.http`): a third of what Scrapy's, on Twisted, take of a processor.

    The pause of a host is counted from when a request has left, on a connection that is there, and not, as Scrapy does, from
    when it may leave: else the first one's handshake would shorten the pause before the second.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        local = crawler.settings.get("DOWNLOAD_BIND_ADDRESS")
        self._local: tuple[str, int] | None = (local, 0) if isinstance(local, str) else local

    @cached_property
    def _connections(self) -> Connections:
        certificates = Certificates(self._crawler.settings, session_of(self._crawler).unverified)
        return Connections(_resolve, certificates, self._local)

    async def download_request(self, request: Request) -> Response:
        """The answer, once there is room for it in memory (`crawl.bodies`).  Raises Refused where it is not ours to ask."""
        bodies, host = session_of(self._crawler).bodies, host_of(request.url)
        await bodies.room(host)
        if refusal := session_of(self._crawler).withheld(host):
            raise Refused(refusal)
        try:
            return await self._counted(request, may_grow=False)
        except _NoRoom:
            log.debug("asked again when there is room: %s", request.url)
        async with bodies.lane:
            await bodies.room(host)
            await self._pause(request)
            return await self._counted(request, may_grow=True)

    async def close(self) -> None:
        """End all connections.  Raises nothing."""
        if "_connections" in self.__dict__:
            self._connections.close()

    def _slot(self, request: Request) -> Any:
        engine = self._crawler.engine
        return engine.downloader.slots.get(request.meta.get("download_slot", "")) if engine is not None else None

    def _has_left(self, request: Request) -> None:
        """Count the pause of a host from now."""
        if (slot := self._slot(request)) is not None:
            slot.lastseen = max(slot.lastseen, time.monotonic())

    async def _pause(self, request: Request) -> None:
        """Wait for what is left of the pause of a host that is asked once more outside of the downloader's queue."""
        if (slot := self._slot(request)) is not None:
            await asyncio.sleep(max(0.0, slot.lastseen + slot.delay - time.monotonic()))

    async def _counted(self, request: Request, *, may_grow: bool) -> Response:
        """The answer, whose bytes are counted while it comes in.  Raises _NoRoom where it grows and may not."""
        bodies = session_of(self._crawler).bodies
        limit = request.meta.get("download_maxsize", self._default_maxsize)
        began = time.monotonic()

        def receive(answer: Answer, size: int) -> None:
            if not size:
                request.meta["download_latency"] = time.monotonic() - began
            if limit and max(answer.size, answer.length or 0) > limit:
                raise DownloadCancelledError(f"{request.url} is larger than {limit} bytes")
            if not bodies.arrive(id(request), size) and not may_grow:
                raise _NoRoom

        try:
            return await self._answered(request, lambda: Answer(request.method, receive))
        finally:
            bodies.end(id(request))

    async def _answered(self, request: Request, make: Callable[[], Answer]) -> Response:
        """The whole answer in time.  Raises exceptions of Scrapy's, by which RetryMiddleware knows what may pass."""
        seconds = request.meta.get("download_timeout") or SECONDS
        try:
            async with asyncio.timeout(seconds):
                place = _place_of(request)
                sent = partial(self._has_left, request)
                answer, address = await self._connections.ask(place, _request_of(request, place), make, sent)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"it took longer than {seconds:g} seconds") from error
        except Unreachable as error:
            raise (DownloadConnectionRefusedError if error.is_refused else DownloadFailedError)(str(error)) from error
        except IncompleteAnswer as error:
            raise ResponseDataLossError(str(error)) from error
        except (BadAnswer, NoAnswer, OSError) as error:
            raise DownloadFailedError(_told(error)) from error
        return make_response(
            url=urldefrag(request.url).url,
            status=answer.status,
            headers=_headers_of(answer),
            body=answer.body,
            ip_address=ipaddress.ip_address(address.partition("%")[0]) if address else None,
            protocol=f"HTTP/{answer.version}",
        )


def _told(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not believed: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {str(getattr(error, 'reason', None) or error).replace('_', ' ').lower()}"
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _headers_of(answer: Answer) -> Headers:
    """What an answer says of itself, without what it says of its connection."""
    found: dict[bytes, list[bytes]] = {}
    for name, value in answer.headers:
        if (title := name.title()) not in OF_THE_CONNECTION:
            found.setdefault(title, []).append(value)
    if answer.length is not None:
        found[b"Content-Length"] = [b"%d" % answer.length]
    return Headers(found)


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
