"""What is asked by https is not followed down to http: by redirects, refreshes and scripts, for links, feeds and visits."""

import pytest
from conftest import DEMO, database, newscrawler
from scrapy import Request
from test_crawl import HTML, feed, page
from tls import TRUSTING, secure_web

from newscrawler.crawl.refusals import NoPage
from newscrawler.crawl.session import PLAIN_HTTP, CrawlSession
from newscrawler.demo.site import Answer
from newscrawler.errors import FailureKind
from newscrawler.items import Endpoint, Source
from newscrawler.middlewares import NoDescent


@pytest.fixture
def secure():
    with secure_web() as web:
        yield web


def _catalogue(folder, web, *, plain_http=False):
    extra = "plain_http = true\n" if plain_http else ""
    file = folder / "catalogue.toml"
    file.write_text(
        f'[s]\nname="S"\nhome="{web.gazette}/"\nkind="wire"\nkeep="all"\n{extra}'
        f'[[s.endpoints]]\nkind="rss"\nurl="{web.gazette}/test.xml"\n'
    )
    return file


def _crawl(folder, web, **more):
    catalogue = _catalogue(folder, web, **more)
    return newscrawler("crawl", "--catalogue", catalogue, "--archive", folder / "archive", *DEMO, *TRUSTING, cwd=folder)


def _rows(folder, sql):
    with database(folder / "archive" / "news.db") as db:
        return db.execute(sql).fetchall()


REFRESH = '<meta http-equiv="refresh" content="0; url={}"><p>One moment'
SCRIPT = '<script>location.replace("{}")</script>'


def _lead_down(secure, web):
    """Three pages of the secure web that lead to /open of the other, by a redirect, a refresh and a script."""
    target = f"{web.gazette}/open"
    web.extra["127.0.0.1", "/open"] = page("Open")
    secure.redirects["/hop"] = target
    for path, form in (("/refresh", REFRESH), ("/script", SCRIPT)):
        secure.extra["127.0.0.1", path] = Answer(200, HTML, form.format(target).encode())
    secure.extra["127.0.0.1", "/safe"] = page("Safe")
    secure.extra["127.0.0.1", "/test.xml"] = feed(
        *(f"{secure.gazette}/{each}" for each in ("hop", "refresh", "script", "safe"))
    )


def test_no_kind_of_redirect_leads_down(secure, web, tmp_path):
    _lead_down(secure, web)
    done = _crawl(tmp_path, secure)
    assert done.returncode == 0, done.stderr
    found = dict(_rows(tmp_path, "SELECT substr(url, -4), coalesce(failure, state) FROM links"))
    assert found == {"/hop": "downgrade", "resh": "downgrade", "ript": "downgrade", "safe": "done"}
    (reason,) = _rows(tmp_path, "SELECT reason FROM links WHERE url LIKE '%/hop'")[0]
    assert f"leads down to {web.gazette}/open" in reason
    assert "plain_http = true" in reason
    assert not web.log  # not even its robots.txt was asked


def test_a_source_may_opt_out(secure, web, tmp_path):
    _lead_down(secure, web)
    done = _crawl(tmp_path, secure, plain_http=True)
    assert done.returncode == 0, done.stderr
    assert _rows(tmp_path, "SELECT count(*) FROM links WHERE failure IS NOT NULL OR state <> 'done'") == [(0,)]
    assert "/open" in [path for _, path, _ in web.log]


def test_no_feed_leads_down(secure, web, tmp_path):
    web.extra["127.0.0.1", "/plain.xml"] = feed(f"{web.gazette}/open")
    secure.redirects["/test.xml"] = f"{web.gazette}/plain.xml"
    done = _crawl(tmp_path, secure)
    assert done.returncode == 4
    assert "leads down to" in done.stderr
    assert _rows(tmp_path, "SELECT failure FROM endpoints UNION ALL SELECT failure FROM polls") == [("downgrade",)] * 2
    assert not web.log


def test_a_known_article_keeps_its_text_where_its_address_leads_down(secure, web, tmp_path):
    secure.extra["127.0.0.1", "/a"] = page("Safe")
    secure.extra["127.0.0.1", "/test.xml"] = feed(f"{secure.gazette}/a")
    assert _crawl(tmp_path, secure).returncode == 0
    # what a host of one page costs: each of these once, by one handshake for all (performance.md)
    assert sorted(path for _, path, _ in secure.log) == ["/.well-known/tdmrep.json", "/a", "/robots.txt", "/test.xml"]
    assert secure.handshakes() == 1
    secure.log.clear()
    with database(tmp_path / "archive" / "news.db") as db:
        db.execute("UPDATE revisits SET next_visit = '2020-01-01T00:00:00Z', last_visit = '2020-01-01T00:00:00Z'")
    web.extra["127.0.0.1", "/b"] = page("Altered", "Nothing of what was there is there any more, said nobody at all. " * 9)
    secure.redirects["/a"] = f"{web.gazette}/b"
    done = _crawl(tmp_path, secure)
    assert done.returncode == 0, done.stderr
    assert sorted(path for _, path, _ in secure.log) == ["/a", "/test.xml"]  # all else is kept for a day or a week
    assert secure.handshakes() == 2
    assert _rows(tmp_path, "SELECT title, gone_since FROM articles") == [("Safe", None)]
    assert _rows(tmp_path, "SELECT change FROM revisions") == [("new",)]
    assert not web.log


# --- the gate by itself


def _asked(url, *before, **meta):
    return Request(url, meta={"redirect_urls": [*before], **meta})


def test_a_redirect_to_the_usual_port_is_asked_by_https():
    climbed = NoDescent().process_request(_asked("http://b.example/1?c", "https://a.example/"))
    assert climbed.url == "https://b.example/1?c"
    assert climbed.meta["redirect_urls"] == ["https://a.example/"]
    assert NoDescent().process_request(climbed) is None


@pytest.mark.parametrize(
    "request_",
    [
        _asked("http://a.example/"),
        _asked("http://b.example/", "http://a.example/"),
        _asked("https://b.example/", "https://a.example/"),
        _asked("http://b.example/", "https://a.example/", **{PLAIN_HTTP: True}),
    ],
    ids=["no redirect", "http", "https", "opted out"],
)
def test_nothing_else_is_touched(request_):
    assert NoDescent().process_request(request_) is None


@pytest.mark.parametrize(
    "request_",
    [
        _asked("http://b.example:8080/", "https://a.example/"),
        _asked("http://a.example/", "https://a.example/"),
        _asked("http://a.example/1", "http://a.example/1", "https://a.example/1", "https://b.example/"),
    ],
    ids=["a port", "back and forth", "round"],
)
def test_what_cannot_be_asked_by_https_is_refused(request_):
    with pytest.raises(NoPage) as refused:
        NoDescent().process_request(request_)
    assert refused.value.failure.kind is FailureKind.DOWNGRADE


def test_where_only_http_answers_there_is_no_page():
    climbed = NoDescent().process_request(_asked("http://b.example/", "https://a.example/"))
    with pytest.raises(NoPage) as refused:
        NoDescent().process_exception(climbed, OSError("connection refused"))
    assert refused.value.failure.kind is FailureKind.DOWNGRADE
    assert "http://b.example/, and by https: connection refused" in refused.value.failure.reason
    assert NoDescent().process_exception(_asked("https://b.example/", "https://a.example/"), OSError()) is None


@pytest.mark.parametrize(
    ("url", "plain_http", "asked"),
    [
        ("http://gazette.example/1", False, "https://gazette.example/1"),
        ("http://www.gazette.example/1", False, "https://www.gazette.example/1"),
        ("http://gazette.example/1", True, "http://gazette.example/1"),
        ("http://old.gazette.example/1", False, "http://old.gazette.example/1"),
        ("http://gazette.example:8080/1", False, "http://gazette.example:8080/1"),
    ],
)
def test_links_of_a_host_that_the_source_names_by_https_are_asked_so(tmp_path, url, plain_http, asked):
    source = Source("g", "G", "https://gazette.example/", "wire", plain_http=plain_http,
                    endpoints=(Endpoint("rss", "https://gazette.example/feed"),))  # fmt: skip
    session = CrawlSession.__new__(CrawlSession)
    session.sources = {"g": source}
    assert session.way_to(url, "g") == (asked, {PLAIN_HTTP: plain_http})
    assert session.way_to(url, "another") == (url, {})
