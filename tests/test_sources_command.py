"""add, and sources with its verbs: from addresses to the user's own catalogue."""

import tomllib

import pytest
from conftest import DEMO, lines, newscrawler

from newscrawler.demo.site import Answer
from newscrawler.errors import SourceError
from newscrawler.items import Endpoint, Source
from newscrawler.sources import merge, parse_catalogue, shipped_catalogue
from newscrawler.sources.write import free_id, from_opml, to_opml, to_toml

HTML = "text/html; charset=utf-8"


def add(tmp_path, url, *more):
    return newscrawler("add", url, *more, *DEMO, cwd=tmp_path)


def test_a_home_page_becomes_a_source_that_is_crawled(web, tmp_path):
    shown = add(tmp_path, web.gazette, "--dry-run")
    assert shown.returncode == 0, shown.stderr
    assert not (tmp_path / "my-sources.toml").exists()
    assert tomllib.loads(shown.stdout)["127-0-0-1"]["name"] == "The Harbour Gazette"
    assert sum(line.startswith("sample: ") and "words" in line for line in lines(shown)) == 3
    done = add(tmp_path, web.gazette, "--yes", "--id", "harbour")
    assert done.returncode == 0, done.stderr
    (source,) = parse_catalogue((tmp_path / "my-sources.toml").read_text(), "my-sources.toml")
    assert [endpoint.kind for endpoint in source.endpoints] == ["rss"]
    assert "my-sources.toml" in (tmp_path / "newscrawler.toml").read_text()
    crawled = newscrawler("crawl", "harbour", "--limit", 2, *DEMO, cwd=tmp_path)
    assert crawled.returncode == 0, crawled.stderr
    again = add(tmp_path, web.gazette, "--yes")
    assert again.returncode == 1
    assert "is in the catalogue already" in again.stderr


def test_a_feed_and_a_listing_work_too(web, tmp_path):
    done = add(tmp_path, f"{web.relay}/feed.atom", "--dry-run")
    assert done.returncode == 0, done.stderr
    (table,) = tomllib.loads(done.stdout).values()
    assert [each["kind"] for each in table["endpoints"]] == ["atom"]
    titles = ["Two frigates leave for the joint patrol", "Ministers sign the port treaty", "The reserve law passes by one vote",
              "Radar parts are held at the border", "Allied staff meet in the harbour", "Coast guard gains three new ships"]  # fmt: skip
    rows = "".join(
        f"<li><a href='/press/{4000 + n}/{t.lower().replace(' ', '-')}'>{t}</a></li>" for n, t in enumerate(titles)
    )
    web.extra["127.0.0.1", "/press"] = Answer(200, HTML, f"<html><body><ul>{rows}</ul></body></html>".encode())
    web.extra["127.0.0.1", "/robots.txt"] = Answer(404, HTML, b"")
    web.extra["127.0.0.1", "/feed.xml"] = web.extra["127.0.0.1", "/news-sitemap.xml"] = Answer(404, HTML, b"")
    listing = add(tmp_path, f"{web.gazette}/press", "--dry-run")
    assert listing.returncode == 0, listing.stderr
    (table,) = tomllib.loads(listing.stdout).values()
    assert [each["kind"] for each in table["endpoints"]] == ["listing"]


@pytest.mark.parametrize(
    ("answer", "complaint", "code"),
    [
        (Answer(200, HTML, b"<html><body><p>Under construction</p></body></html>"), "there is nothing to follow", 1),
        (Answer(200, "application/pdf", b"%PDF-1.7 x"), "is a PDF", 1),
        (Answer(403, HTML, b"no"), "does not let us in (HTTP 403)", 1),
        (Answer(404, HTML, b"no"), "answers HTTP 404", 1),
    ],
)
def test_what_cannot_be_added_is_a_sentence(web, tmp_path, answer, complaint, code):
    web.extra["127.0.0.1", "/"] = answer
    for path in ("/feed.xml", "/news-sitemap.xml", "/robots.txt"):
        web.extra["127.0.0.1", path] = Answer(404, HTML, b"")
    done = add(tmp_path, web.gazette, "--yes")
    assert done.returncode == code
    assert complaint in done.stderr
    assert len(lines(done)) == 1
    assert not (tmp_path / "my-sources.toml").exists()


def test_a_site_that_forbids_us_is_left_alone(web, tmp_path):
    web.extra["127.0.0.1", "/robots.txt"] = Answer(200, "text/plain", b"User-agent: *\nDisallow: /\n")
    done = add(tmp_path, web.gazette, "--yes")
    assert done.returncode == 1
    assert "forbids us by its robots.txt" in done.stderr
    assert {path for _, path, _ in web.log} == {"/robots.txt"}


@pytest.mark.parametrize("url", ["ftp://a.example/", "http://[::1", "javascript:alert(1)"])
def test_what_is_no_address_is_wrong_usage(tmp_path, url):
    assert newscrawler("add", url, cwd=tmp_path).returncode == 2


def test_the_catalogue_lists_and_filters(tmp_path):
    found = newscrawler("sources", "--country", "fr", "--topic", "defence", "--nl", cwd=tmp_path).stdout.splitlines()
    assert found
    assert all('"FR"' in line for line in found)
    blocked = newscrawler("sources", "--state", "blocked", "--nl", cwd=tmp_path).stdout
    assert '"state": "blocked"' in blocked


def test_opml_goes_out_and_comes_in(tmp_path):
    out = newscrawler("sources", "export", "opml", "--country", "FR", cwd=tmp_path)
    assert out.returncode == 0
    (tmp_path / "theirs.opml").write_text(
        '<opml version="1.0"><body><outline text="f"><outline text="Quay &amp; Co" xmlUrl="https://quay.example/feed"/>'
        '<outline text="bad" xmlUrl="file:///etc/passwd"/></outline></body></opml>'
    )
    known = newscrawler("sources", "import", "theirs.opml", cwd=tmp_path)
    assert known.returncode == 0, known.stderr
    assert "left out: file:///etc/passwd" in known.stderr
    (source,) = parse_catalogue((tmp_path / "my-sources.toml").read_text(), "f")
    assert (source.id, source.name) == ("quay-co", "Quay & Co")
    again = newscrawler("sources", "import", "theirs.opml", cwd=tmp_path)
    assert again.returncode == 1
    assert "quay-co has it" in again.stderr
    (tmp_path / "no.opml").write_text("nothing")
    assert newscrawler("sources", "import", "no.opml", cwd=tmp_path).returncode == 2


def test_a_dead_endpoint_is_named_and_replaced(web, tmp_path):
    table = web.catalogue[: web.catalogue.index("[[harbour-gazette.endpoints]]")]
    table += f'[[harbour-gazette.endpoints]]\nkind = "rss"\nurl = "{web.gazette}/old-feed.xml"\n'
    (tmp_path / "shipped.toml").write_text(table)
    (tmp_path / "newscrawler.toml").write_text('catalogues = ["shipped.toml"]\nshipped_catalogue = false\n')
    for _ in range(2):
        assert newscrawler("crawl", *DEMO, cwd=tmp_path).returncode == 4
    status = newscrawler("status", "--strict", cwd=tmp_path)
    assert status.returncode == 3
    assert "dead: harbour-gazette: is gone: HTTP 404, 2 times in a row" in status.stdout
    done = newscrawler("sources", "repair", "--yes", "--file", "mine.toml", *DEMO, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (source,) = parse_catalogue((tmp_path / "mine.toml").read_text(), "mine.toml")
    assert source.override
    assert [(each.url.rpartition("/")[2], each.state) for each in source.endpoints] == [
        ("old-feed.xml", "dead"),
        ("feed.xml", "active"),
    ]
    assert newscrawler("crawl", *DEMO, cwd=tmp_path).returncode == 0
    assert newscrawler("status", "--strict", cwd=tmp_path).returncode == 0


def test_toml_and_back():
    sources = shipped_catalogue()
    assert len(sources) >= 300
    assert parse_catalogue("\n".join(map(to_toml, sources)), "again") == sources


def test_opml_and_back():
    sources = shipped_catalogue()
    found, left = from_opml(to_opml(sources).encode(), "f", ())
    assert (len(found) > 200, left) == (True, [])
    assert from_opml(to_opml(sources).encode(), "f", sources)[0] == []


def test_an_override_takes_the_place_of_another():
    theirs = Source("a", "A", "https://a.example/", "wire", endpoints=(Endpoint("rss", "https://a.example/1"),))
    mine = Source("a", "B", "https://a.example/", "wire", endpoints=(), override=True)
    assert merge(("x", (theirs,)), ("y", (mine,))) == (mine,)
    with pytest.raises(SourceError, match="override = true"):
        merge(("x", (theirs,)), ("y", (theirs,)))


def test_ids_are_free():
    assert free_id("Ministère – Défense!", {"minist-re-d-fense"}) == "minist-re-d-fense-2"
    assert free_id("防衛省", set()) == "source"
