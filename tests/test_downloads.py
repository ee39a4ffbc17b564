"""What a crawl's downloads send and make of what comes: requests, failures, the pause of a host, proxies."""

import asyncio
import ssl
import time
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.settings import Settings

from newscrawler.crawl.bodies import Bodies
from newscrawler.crawl.http.connections import Place, Proxy, Unreachable
from newscrawler.crawl.http.messages import Answer, BadAnswer, IncompleteAnswer, NoAnswer
from newscrawler.downloads import Downloads, Proxies, _place_of, _request_of

ANSWER = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Type: text/html\r\nset-cookie: a\r\nSet-Cookie: b\r\nContent-Length: 5\r\n\r\nhello"


class Asked:
    """In the place of connections: an answer comes, or an error."""

    def __init__(self, wire=ANSWER, error=None, seconds=0.0) -> None:
        self.wire, self.error, self.seconds = wire, error, seconds
        self.requests = []

    async def ask(self, place, request, make, sent):
        self.requests.append((place, request))
        sent()
        await asyncio.sleep(self.seconds)
        answer = make()
        answer.take(self.wire)
        if self.error is not None:
            raise self.error
        return answer, "192.0.2.1"


def downloaded(asked, request=None, slots=None, **settings):
    """What comes of a request."""
    session = SimpleNamespace(bodies=Bodies(), withheld=lambda host: None, unverified=frozenset())
    engine = SimpleNamespace(downloader=SimpleNamespace(slots=slots or {}))
    crawler = SimpleNamespace(settings=Settings(settings), engine=engine, spider=None, signals=None)

    async def run():
        downloads = Downloads(crawler)
        downloads.__dict__["_connections"] = asked
        return await downloads.download_request(request or Request("http://a.example/page#part"))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("newscrawler.downloads.session_of", lambda _: session)
        try:
            return asyncio.run(run())
        finally:
            assert session.bodies.arriving.total() == 0


def test_an_answer_is_scrapys_response():
    request = Request("http://a.example/page#part", headers={"Accept": "text/html"})
    response = downloaded(asked := Asked(), request)
    assert (response.url, response.status, response.body) == ("http://a.example/page", 200, b"hello")
    assert response.headers.getlist("Set-Cookie") == [b"a", b"b"]
    assert sorted(response.headers) == [b"Content-Length", b"Content-Type", b"Set-Cookie"]
    assert (str(response.ip_address), response.protocol) == ("192.0.2.1", "HTTP/1.1")
    assert request.meta["download_latency"] >= 0
    assert asked.requests == [
        (Place("a.example", 80, False), b"GET /page HTTP/1.1\r\nHost: a.example\r\nAccept: text/html\r\n\r\n")
    ]


@pytest.mark.parametrize(
    ("error", "told", "message"),
    [
        (Unreachable("nobody", is_refused=True), DownloadConnectionRefusedError, "nobody"),
        (Unreachable("nobody"), DownloadFailedError, "nobody"),
        (CannotResolveHostError("no results"), CannotResolveHostError, "no results"),
        (IncompleteAnswer("half"), ResponseDataLossError, "half"),
        (BadAnswer("strange"), DownloadFailedError, "strange"),
        (NoAnswer("closed"), DownloadFailedError, "closed"),
        (ConnectionResetError(104, "Connection reset by peer"), DownloadFailedError, "Connection reset by peer"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), DownloadFailedError, "TLS: .*wrong version"),
    ],
)
def test_what_went_wrong_is_told_as_scrapy_knows_it(error, told, message):
    with pytest.raises(told, match=message):
        downloaded(Asked(b"", error))


def test_an_answer_has_its_time_and_its_size():
    with pytest.raises(DownloadTimeoutError, match=r"longer than 0\.05 seconds"):
        downloaded(Asked(seconds=5), Request("http://a.example/", meta={"download_timeout": 0.05}))
    for limit in (2, 4):
        with pytest.raises(DownloadCancelledError, match=f"larger than {limit} bytes"):
            downloaded(Asked(), DOWNLOAD_MAXSIZE=limit)
    assert downloaded(Asked(), DOWNLOAD_MAXSIZE=5).body == b"hello"


def test_an_answer_for_which_there_is_no_room_is_asked_once_more_alone(monkeypatch):
    monkeypatch.setattr("newscrawler.crawl.bodies.LARGE", 3)
    monkeypatch.setattr("newscrawler.crawl.bodies.FULL", 3)
    asked = Asked()
    assert downloaded(asked).body == b"hello"
    assert len(asked.requests) == 2


def test_the_pause_of_a_host_is_counted_from_when_a_request_has_left():
    slot = SimpleNamespace(lastseen=0.0, delay=1.0)
    began = time.monotonic()
    downloaded(Asked(), Request("http://a.example/", meta={"download_slot": "a.example"}), {"a.example": slot})
    assert began <= slot.lastseen <= time.monotonic()


@pytest.mark.parametrize(
    ("url", "proxy", "place", "first"),
    [
        ("https://a.example", None, Place("a.example", 443, True), b"GET / HTTP/1.1\r\nHost: a.example\r\n"),
        ("http://a.example:8080/?b", None, Place("a.example", 8080, False), b"GET /?b HTTP/1.1\r\nHost: a.example:8080\r\n"),
        (
            "http://a.example/b?c",
            "http://10.0.0.1:3128",
            Place("10.0.0.1", 3128, False),
            b"GET http://a.example/b?c HTTP/1.1\r\nHost: a.example\r\nProxy-Authorization: Basic eDp5\r\n",
        ),
        (
            "https://a.example/b",
            "10.0.0.1:3128",
            Place("a.example", 443, True, Proxy("10.0.0.1", 3128, b"Basic eDp5")),
            b"GET /b HTTP/1.1\r\nHost: a.example\r\n\r\n",
        ),
    ],
)
def test_requests_leave_for_their_host_or_a_proxy(url, proxy, place, first):
    headers = {"Proxy-Authorization": "Basic eDp5"} if proxy else {}
    request = Request(url, headers=headers, meta={"proxy": proxy})
    assert _place_of(request) == place
    assert _request_of(request, place).startswith(first)


def test_a_proxy_that_wants_tls_is_told_to_be_none():
    with pytest.raises(DownloadFailedError, match="a proxy is asked by http"):
        downloaded(Asked(), Request("http://a.example/", meta={"proxy": "https://proxy.example"}))


def test_who_is_asked_by_a_proxy_stands_in_the_environment(monkeypatch):
    for name, value in {"http_proxy": "http://x:y@10.0.0.1:3128", "https_proxy": "", "no_proxy": "direct.example"}.items():
        monkeypatch.setenv(name, value)
    proxies = Proxies()

    def proxy_of(url, **meta):
        request = Request(url, meta=meta)
        proxies.process_request(request)
        return request.meta.get("proxy"), request.headers.get("Proxy-Authorization")

    assert proxy_of("http://a.example/") == ("http://10.0.0.1:3128", b"Basic eDp5")
    assert proxy_of("http://www.direct.example/") == (None, None)
    assert proxy_of("https://a.example/") == (None, None)
    assert proxy_of("http://a.example/", proxy="http://10.0.0.2:80") == ("http://10.0.0.2:80", None)


def test_an_answer_that_comes_byte_by_byte_counts_each():
    bodies, seen = Bodies(), []
    answer = Answer("GET", lambda answer, size: seen.append(bodies.arrive(1, size)))
    for at in range(len(ANSWER)):
        answer.take(ANSWER[at : at + 1])
    assert answer.is_whole
    assert bodies.arriving[1] == 5
