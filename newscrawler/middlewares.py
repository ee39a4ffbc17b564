"""What stands between the spider and the network: the address guard, the robots gate, and whether an answer is whole.

request --> is it http(s), to the public internet? --> do the host's robots rules, once they are here, allow it? --> out
answer  --> its content coding undone, to its end --> in
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.resolver import CachingThreadedResolver
from scrapy.responsetypes import responsetypes
from twisted.internet.error import DNSLookupError

from newscrawler.content_coding import ACCEPTED, IncompleteStream, TooLarge, codings, decoded
from newscrawler.crawl.bodies import LARGE
from newscrawler.crawl.refusals import NoPage, Refused
from newscrawler.crawl.session import PLAIN_HTTP, session_of, utc_now
from newscrawler.dates import iso, retry_after
from newscrawler.discovery.forwarding import forward_of
from newscrawler.discovery.robots import RobotsRules, parse_robots, robots_text
from newscrawler.errors import Failure, FailureKind, of_status
from newscrawler.storage.sites import robots as robots_files
from newscrawler.text import clean_line
from newscrawler.urls import absolute, by_https, host_of, is_public_address, literal_address

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred

log = logging.getLogger(__name__)

HOW_TO_OPEN = "allow_networks in newscrawler.toml opens it"
MAX_CRAWL_DELAY = 120.0  # seconds; a longer one would keep a source from being read at all
RULES_HELD = timedelta(minutes=30)  # in memory: the archive knows when they are to be asked for again
MAX_ROBOTS_SECONDS = 15.0  # of DOWNLOAD_TIMEOUT: a whole host waits


def _no_public_address(host: str, at: str) -> Refused:
    where = f"{host} is" if at == host else f"{host} is at {at},"
    return Refused(Failure(FailureKind.ADDRESS, f"refused: {where} no public address; {HOW_TO_OPEN}"))


class _Networks:
    """Which addresses may be asked: the public internet, and what newscrawler.toml opens."""

    def __init__(self, opened: Sequence[str]) -> None:
        self.opened = [ipaddress.ip_network(each) for each in opened]

    def allow(self, address: str) -> bool:
        if is_public_address(address):
            return True
        ip = ipaddress.ip_address(address.partition("%")[0])
        mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
        return any((mapped or ip) in network for network in self.opened)


class AddressGuard:
    """Only http and https, and no address that is spelt out and not public, on every hop."""

    def __init__(self, crawler: Crawler) -> None:
        self._networks = _Networks(crawler.settings.getlist("NEWSCRAWLER_ALLOW_NETWORKS"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        """Raises Refused for an address that may not be asked; credentials are taken out of one that may."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https"):
            raise Refused(Failure(FailureKind.ADDRESS, f"refused: {parts.scheme} is neither http nor https"))
        host = (parts.hostname or "").rstrip(".")
        # no look-up of ours may come between: with a proxy there is none
        spelt = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host
        address = literal_address(spelt)
        if address is not None and not self._networks.allow(str(address)):
            raise _no_public_address(host, spelt)
        if parts.username is not None or parts.password is not None:
            return request.replace(url=absolute(request.url, ""))  # credentials of the web's making are not ours to use
        return None

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raises Refused where a name was not found because its address is not public."""
        host = urlsplit(request.url).hostname or ""
        if isinstance(exception, CannotResolveHostError) and host in PublicResolver.withheld:
            raise _no_public_address(host, PublicResolver.withheld[host])


class NoDescent:
    """What is asked by https is never followed down to http, by no kind of redirect, unless its source opts out.

    Where such a redirect leads is asked by https; where that cannot be, there is no page.
    """

    def process_request(self, request: Request) -> Request | None:
        """The request by https.  Raises Refused where there is no such address, or it was asked already."""
        before = request.meta.get("redirect_urls", ())
        stays = not before or request.meta.get(PLAIN_HTTP) or not before[-1].startswith("https:")
        if stays or not request.url.startswith("http:"):
            return None
        secure = by_https(request.url)
        if secure is None or secure in before:
            raise Refused(_descent(before[-1], request.url))
        return request.replace(url=secure, meta={**request.meta, "stated": request.url})

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raises NoPage where it is http alone that answers, as far as we see."""
        stated, before = request.meta.get("stated"), request.meta.get("redirect_urls", ())
        if stated and before and not isinstance(exception, (IgnoreRequest, DownloadCancelledError)):
            why = clean_line(str(exception), 200) or type(exception).__name__
            raise NoPage(_descent(before[-1], stated, f", and by https: {why}")) from exception


def _descent(start: str, target: str, more: str = "") -> Failure:
    told = clean_line(f"refused: {start} leads down to {target}{more}", 500)
    return Failure(FailureKind.DOWNGRADE, f"{told}; plain_http = true in the catalogue lets a source")


class HostSpelling:
    """A redirect to a host beyond ASCII leads where browsers go; Scrapy would spell it by the rules of 2003."""

    def process_response(self, request: Request, response: Response) -> Response:
        location = response.headers.get("Location")
        if location is not None and not location.isascii():
            address = absolute(location.decode("utf-8", "replace"), response.url)
            if address is not None:
                response.headers["Location"] = address.encode("utf-8")
        return response


class Forwarding(BaseRedirectMiddleware):
    """Pages that only send elsewhere are followed as redirects are: through every gate, and none of them is kept."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status != 200 or request.meta.get("dont_obey_robotstxt"):
            return response
        stated = response.headers.get("Content-Type")
        target = forward_of(response.body, response.url, stated.decode("latin-1") if stated else None)
        if target is None:
            return response
        redirected = self._build_redirect_request(request, response, url=target, method="GET", body="")
        return self._redirect(redirected, request, "page")


class ContentCoding:
    """Undoes the coding of answers, in the place of HttpCompressionMiddleware, which takes half a stream for all."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ", ".join(ACCEPTED))

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """The answer in plain bytes, or the request once more where they are not all there.

        Raises NoPage where that was the last try, DownloadCancelledError where they are too many.
        """
        names = codings([each.decode("latin-1") for each in response.headers.getlist("Content-Encoding")])
        if not names:
            return response
        del response.headers["Content-Encoding"]
        if not 200 <= response.status < 300:  # whose bodies nobody reads
            return response.replace(body=b"")
        try:
            return await self._decoded(request, response, names)
        except TooLarge as error:
            raise DownloadCancelledError(str(error)) from error
        except KeyError as error:
            coding = clean_line(error.args[0], 40)
            raise NoPage(Failure(FailureKind.UNREADABLE, f"in a content coding that nobody asked for, {coding}")) from error
        except IncompleteStream as error:
            assert self._crawler.spider is not None
            again = get_retry_request(request, spider=self._crawler.spider, reason="incomplete")
            if again is not None:
                return again
            raise NoPage(Failure(FailureKind.INCOMPLETE, f"not whole: {error}")) from error

    async def _decoded(self, request: Request, response: Response, names: list[str]) -> Response:
        """Raises what `content_coding.decoded` does.  One that grows large waits until there is room for it."""
        bodies = session_of(self._crawler).bodies
        try:
            return _with_body(response, decoded(response.body, names, min(LARGE, self._limit)))
        except TooLarge:
            if self._limit <= LARGE:
                raise
        async with bodies.lane:
            await bodies.room(host_of(request.url))
            plain = _with_body(response, decoded(response.body, names, self._limit))
            bodies.hold_until_gone(host_of(request.url), plain, len(plain.body))
        return plain


def _with_body(response: Response, body: bytes) -> Response:
    return response.replace(cls=responsetypes.from_args(headers=response.headers, url=response.url, body=body), body=body)


class PublicResolver(CachingThreadedResolver):
    """Looks names up, and gives no answer that is not public: what is checked is what is connected to."""

    withheld: ClassVar[dict[str, str]] = {}  # name -> the private address that it has

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, opened: Sequence[str] = ()) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._networks = _Networks(opened)
        # a proxy may well be here: whoever configured it trusts it, and it resolves for itself
        self._proxies = {urlsplit(proxy).hostname for proxy in getproxies().values()}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        settings = crawler.settings
        opened = settings.getlist("NEWSCRAWLER_ALLOW_NETWORKS")
        return cls(reactor, settings.getint("DNSCACHE_SIZE"), settings.getfloat("DNS_TIMEOUT"), opened)

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 Twisted's name
        """The address of a name, later; that raises DNSLookupError where it is not public."""
        return super().getHostByName(name, timeout).addCallback(self._check_address, name)

    def _check_address(self, address: str, name: str) -> str:
        if name in self._proxies or self._networks.allow(address):
            return address
        # Twisted makes a bare "no results" of any message: the guard tells the reason
        self.withheld[name] = address
        raise DNSLookupError(name)


def _stated_wait(response: Response) -> timedelta | None:
    """How long its Retry-After asks us to wait, None where it does not."""
    stated = response.headers.get("Retry-After")
    return retry_after(stated.decode("latin-1"), utc_now()) if stated else None


class HostPatience:
    """A host that answered 429 or 503 is left alone, over runs, as long as it asked at least; none is asked without end."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._budget = crawler.settings.getint("NEWSCRAWLER_HOST_BUDGET")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Refused where the host is to be left alone, has had its share of this run, or is not ours to ask."""
        session, host, now = session_of(self._crawler), host_of(request.url), utc_now()
        until = session.waits.get(host)
        if until is not None and until > now:
            detail = f'not asked, {host} said "not now" and is left alone until {iso(until)}'
            raise Refused(Failure(FailureKind.HOST_WAIT, detail, wait=until - now))
        if refusal := session.refusal(host):
            raise Refused(refusal)
        if self._budget and session.asked[host] >= self._budget:
            detail = f"not asked, {host} has had its {self._budget} requests of this run"
            raise Refused(Failure(FailureKind.HOST_BUDGET, detail))
        if refusal := await session.enter(host):
            raise Refused(refusal)
        session.asked[host] += 1

    async def process_response(self, request: Request, response: Response) -> Response:
        await session_of(self._crawler).host_answered(host_of(request.url), response.status, _stated_wait(response))
        return response


class _Rules:
    """What a host's robots.txt says to us (RFC 9309); `missing` says why there is none to go by for now."""

    def __init__(self, status: int | None, body: str, missing: Failure | None = None) -> None:
        self.missing = missing
        self._parser: RobotsRules | None = parse_robots(body) if status is not None and status < 400 else None

    def refusal(self, url: str, agent: str) -> Failure | None:
        if self.missing:
            return self.missing
        if self._parser is not None and not self._parser.allows(url, agent):
            return Failure(FailureKind.ROBOTS, "refused: robots.txt disallows it")
        return None

    def delay(self, agent: str) -> float:
        stated = self._parser.crawl_delay(agent) if self._parser is not None else None
        return min(float(stated or 0.0), MAX_CRAWL_DELAY)


def _without_rules(failure: Failure) -> Failure:
    """What a robots.txt that failed so means for the pages of its host: put off as it is, or disallowed for now."""
    if failure.is_postponed:
        return failure
    detail = "" if failure.status is not None else failure.reason
    return Failure(FailureKind.ROBOTS_MISSING, detail, failure.status, failure.wait)


class RobotsGate:
    """Nothing leaves for a host before its rules are here: all who ask meanwhile wait for the same answer."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["USER_AGENT"]
        self._seconds = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._rules: dict[str, tuple[datetime, asyncio.Future[_Rules]]] = {}  # since when, by origin

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Waits for the host's rules.  Raises Refused where they forbid it, or cannot be had for now."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        rules = await asyncio.shield(self._rules_of(origin, request))
        if refusal := rules.refusal(request.url, self._agent):
            raise Refused(refusal)
        if delay := rules.delay(self._agent):
            self._slow_down(request, delay)

    def _rules_of(self, origin: str, asking: Request) -> asyncio.Future[_Rules]:
        """The rules as they are here, or will be; a crawl that goes on for days looks into the archive for them anew."""
        now = utc_now()
        since, rules = self._rules.get(origin, (now, None))
        if rules is None or (rules.done() and abs(now - since) > RULES_HELD):
            rules = asyncio.ensure_future(self._ask(origin, asking))
            self._rules[origin] = now, rules
        return rules

    async def _ask(self, origin: str, asking: Request) -> _Rules:
        session = session_of(self._crawler)
        kept = await session.robots(origin)
        if kept is not None:
            return _Rules(*kept)
        status, body, missing = await self._fetch(origin, asking)
        await session.keep_robots(origin, status, body)
        return _Rules(status, body, missing)

    async def _fetch(self, origin: str, asking: Request) -> tuple[int | None, str, Failure | None]:
        """(status, text, why it leaves us without rules); the status is None where no answer came."""
        request = Request(
            f"{origin}/robots.txt",
            callback=NO_CALLBACK,
            priority=1_000,
            meta={
                "dont_obey_robotstxt": True,
                "download_timeout": min(MAX_ROBOTS_SECONDS, self._seconds),
                PLAIN_HTTP: asking.meta.get(PLAIN_HTTP),
            },
        )
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(request)
        except NoPage as error:
            return None, "", _without_rules(error.failure)
        except Exception as error:
            message = clean_line(str(error), 200) or type(error).__name__
            return None, "", _without_rules(Failure(FailureKind.NO_ANSWER, message))
        text = robots_text(response.body)
        if not robots_files.robots_missing(response.status):
            return response.status, text, None
        return response.status, text, _without_rules(of_status(response.status, _stated_wait(response)))

    def _slow_down(self, request: Request, delay: float) -> None:
        """Obey a Crawl-delay, and keep AutoThrottle from undoing it."""
        assert self._crawler.engine is not None
        downloader = self._crawler.engine.downloader
        _, slot = downloader._get_slot(request)
        slot.delay, slot.jitter = max(slot.delay, delay), 0.0
        request.meta["autothrottle_dont_adjust_delay"] = True
