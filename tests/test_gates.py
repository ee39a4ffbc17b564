"""What stands between a crawl and the network, and the probe of a site: each by itself, on a real archive and server."""

import asyncio
import urllib.error
import urllib.request
from datetime import timedelta

import pytest
from conftest import NOW, SOURCES
from scrapy import Request
from scrapy.utils.test import get_crawler

from newscrawler.crawl.probe import Probe
from newscrawler.crawl.refusals import Refused
from newscrawler.crawl.session import CrawlSession, utc_now
from newscrawler.crawl.workers import Workers
from newscrawler.discovery.endpoints import parse_endpoint
from newscrawler.errors import NewscrawlerError
from newscrawler.items import Lease, Page
from newscrawler.middlewares import AddressGuard, HostPatience
from newscrawler.storage.archive import Archive


@pytest.fixture
def crawler(tmp_path):
    crawler = get_crawler(settings_dict={"NEWSCRAWLER_ALLOW_NETWORKS": ["127.0.0.0/8"], "NEWSCRAWLER_HOST_BUDGET": 3})
    crawler.session = CrawlSession(Archive.open(tmp_path / "archive"), SOURCES, workers=Workers(1), command="crawl")
    yield crawler
    crawler.session.abandon()


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "http://192.168.1.1:8080/",
        "file:///etc/passwd",
        "data:,x",
    ],
)
def test_no_address_of_an_inner_network_is_asked(crawler, url):
    with pytest.raises(Refused):
        AddressGuard.from_crawler(crawler).process_request(Request(url))


@pytest.mark.parametrize("url", ["https://gazette.example/1", "http://127.0.0.1:8000/", "http://8.8.8.8/"])
def test_public_and_opened_addresses_pass(crawler, url):
    assert AddressGuard.from_crawler(crawler).process_request(Request(url)) is None


def test_a_host_that_asked_for_patience_is_not_asked_until_then(crawler):
    patience, request = HostPatience.from_crawler(crawler), Request("https://busy.example/1")
    crawler.session.waits["busy.example"] = utc_now() + timedelta(hours=1)
    with pytest.raises(Refused):
        asyncio.run(patience.process_request(request))
    assert crawler.session.asked["busy.example"] == 0
    crawler.session.waits["busy.example"] = utc_now() - timedelta(seconds=1)
    asyncio.run(patience.process_request(request))


def test_a_host_has_its_requests_of_a_run_and_no_more(crawler):
    patience = HostPatience.from_crawler(crawler)
    for n in range(3):
        asyncio.run(patience.process_request(Request(f"https://gazette.example/{n}")))
    with pytest.raises(Refused):
        asyncio.run(patience.process_request(Request("https://gazette.example/3")))
    asyncio.run(patience.process_request(Request("https://relay.example/1")))  # another host has its own
    assert crawler.session.asked == {"gazette.example": 3, "relay.example": 1}


# --- the probe


class Access:
    """A site as a crawl would bring it, without its gates."""

    async def fetch(self, url):
        try:
            with urllib.request.urlopen(url) as answer:
                headers = tuple(answer.headers.items())
                return Page(Lease(0, "by-hand", url), answer.url, NOW, answer.status, headers, answer.read())
        except urllib.error.HTTPError as error:
            error.close()
            return Page(Lease(0, "by-hand", url), url, NOW, error.code)

    async def parse(self, kind, page):
        return parse_endpoint(kind, page.body, page.url, NOW)

    async def prepare(self, page):
        return page  # the samples are whatever the hall makes of a page


def look(url):
    return asyncio.run(Probe(Access(), NOW).look(url))


def test_a_home_page_leads_to_its_feed(web):
    report = look(f"{web.gazette}/")
    assert [(trial.kind, trial.origin) for trial in report.chosen] == [("rss", "announced")]
    assert report.source.name == "The Harbour Gazette"
    assert [page.status for page in report.samples] == [200] * 3
    addresses = [path for _, path, _ in web.log]
    assert max(addresses.count(path) for path in addresses if "feed" in path) == 1  # each is tried once


def test_a_feed_is_followed_as_given(web):
    (trial,) = look(f"{web.relay}/feed.atom").chosen
    assert (trial.kind, trial.url, trial.origin) == ("atom", f"{web.relay}/feed.atom", "given")
    assert trial.links


def test_where_there_is_nothing_it_says_why(web):
    with pytest.raises(NewscrawlerError, match="404"):
        look(f"{web.gazette}/nowhere")
