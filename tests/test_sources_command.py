"""add, and sources with its verbs: from addresses to the user's own catalogue."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import DEMO, command, lines, newscrawler

from newscrawler.config import load
from newscrawler.config.catalogue import configured_catalogue, write_sources
from newscrawler.demo.site import Answer
from newscrawler.errors import SourceError
from newscrawler.items import Endpoint, Source
from newscrawler.relevance import shipped_lexicon
from newscrawler.sources import merge, parse_catalogue, shipped_catalogue
from newscrawler.sources.imports import from_list, read_list
from newscrawler.sources.write import free_id, to_opml, to_toml

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


def test_feeds_that_a_header_and_robots_name(web, tmp_path):
    def feed(name):
        items = "".join(f"<item><title>t</title><link>{web.gazette}/{name}/{n}</link></item>" for n in range(3))
        return Answer(200, "text/xml", f"<rss version='2.0'><channel>{items}</channel></rss>".encode())

    link = ("Link", '</wires/a>; rel="alternate"; type="application/rss+xml"')
    web.extra["127.0.0.1", "/"] = Answer(200, HTML, b"<html><body><p>Nothing to see</p></body></html>", (link,))
    web.extra["127.0.0.1", "/robots.txt"] = Answer(200, "text/plain", f"Sitemap: {web.gazette}/wires/b\n".encode())
    for name in "ab":
        web.extra["127.0.0.1", f"/wires/{name}"] = feed(name)
    for path in ("/feed.xml", "/news-sitemap.xml"):
        web.extra["127.0.0.1", path] = Answer(404, HTML, b"")
    done = add(tmp_path, web.gazette, "--dry-run")
    assert done.returncode == 0, done.stderr
    (table,) = tomllib.loads(done.stdout).values()
    assert [(each["kind"], each["url"][-2:]) for each in table["endpoints"]] == [("rss", "/a"), ("rss", "/b")]


@pytest.mark.parametrize(
    ("answer", "complaint", "code"),
    [
        (Answer(200, HTML, b"<html><body><p>Under construction</p></body></html>"), "there is nothing to follow", 1),
        (Answer(200, "application/pdf", b"%PDF-1.7 x"), "is a PDF", 1),
        (Answer(403, HTML, b"no"), "does not let us in (HTTP 403)", 1),
        (Answer(404, HTML, b"no"), "answers HTTP 404", 1),
        (Answer(503, HTML, b"no", (("Retry-After", "3600"),)), "the host asks us to wait (3600 seconds)", 1),
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


@pytest.mark.parametrize("url", ["ftp://a.example/", "http://[::1", "javascript:alert(1)", "not a url", "word"])
def test_what_is_no_address_is_wrong_usage(tmp_path, url):
    assert newscrawler("add", url, cwd=tmp_path).returncode == 2


def test_the_catalogue_lists_and_filters(tmp_path):
    found = command("sources", "--country", "fr", "--topic", "defence", "--nl", cwd=tmp_path).stdout.splitlines()
    assert found
    assert all('"FR"' in line for line in found)
    blocked = command("sources", "--state", "blocked", "--nl", cwd=tmp_path).stdout
    assert '"state": "blocked"' in blocked


def test_a_filter_before_a_verb_is_wrong_usage(tmp_path):
    done = command("sources", "--country", "DE", "export", "opml", cwd=tmp_path)
    assert done.returncode == 2
    assert "--country stands before 'export'" in done.stderr


def test_opml_goes_out_and_comes_in(tmp_path):
    out = command("sources", "export", "opml", "--country", "FR", cwd=tmp_path)
    assert out.returncode == 0
    (tmp_path / "theirs.opml").write_text(
        '<opml version="1.0"><body><outline text="f"><outline text="Quay &amp; Co" xmlUrl="https://quay.example/feed"/>'
        '<outline text="bad" xmlUrl="file:///etc/passwd"/></outline></body></opml>'
    )
    known = command("sources", "import", "theirs.opml", cwd=tmp_path)
    assert known.returncode == 0, known.stderr
    assert "left out: file:///etc/passwd" in known.stderr
    (source,) = parse_catalogue((tmp_path / "my-sources.toml").read_text(), "f")
    assert (source.id, source.name) == ("quay-co", "Quay & Co")
    again = command("sources", "import", "theirs.opml", cwd=tmp_path)
    assert again.returncode == 1
    assert "quay-co has it" in again.stderr
    (tmp_path / "no.opml").write_text("nothing")
    assert command("sources", "import", "no.opml", cwd=tmp_path).returncode == 2


def test_a_dead_endpoint_is_named_and_replaced(web, tmp_path):
    table = web.catalogue[: web.catalogue.index("[[harbour-gazette.endpoints]]")]
    table += f'[[harbour-gazette.endpoints]]\nkind = "rss"\nurl = "{web.gazette}/old-feed.xml"\n'
    (tmp_path / "shipped.toml").write_text(table)
    (tmp_path / "newscrawler.toml").write_text('catalogues = ["shipped.toml"]\nshipped_catalogue = false\n')
    for _ in range(2):
        assert newscrawler("crawl", *DEMO, cwd=tmp_path).returncode == 4
    status = command("status", "--strict", cwd=tmp_path)
    assert status.returncode == 3
    assert "dead: harbour-gazette: is gone: HTTP 404, not found, 2 times in a row" in status.stdout
    done = newscrawler("sources", "repair", "--yes", "--file", "mine.toml", *DEMO, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (source,) = parse_catalogue((tmp_path / "mine.toml").read_text(), "mine.toml")
    assert source.override
    assert [(each.url.rpartition("/")[2], each.state) for each in source.endpoints] == [
        ("old-feed.xml", "dead"),
        ("feed.xml", "active"),
    ]
    assert newscrawler("crawl", *DEMO, cwd=tmp_path).returncode == 0
    assert command("status", "--strict", cwd=tmp_path).returncode == 0


def test_a_source_of_ones_own_is_repaired_where_it_stands(web, tmp_path):
    head, _, gone = web.catalogue.partition("[[harbour-gazette.endpoints]]")
    gone = gone[gone.index("\n[") :]  # the other sources
    table = f'{head}# kept\n[[harbour-gazette.endpoints]]\nkind = "rss"\nurl = "{web.gazette}/old-feed.xml"\n{gone}'
    (tmp_path / "own.toml").write_text(table)
    (tmp_path / "newscrawler.toml").write_text('catalogues = ["none-yet.toml", "own.toml"]\nshipped_catalogue = false\n')
    (tmp_path / "none-yet.toml").touch()
    others = parse_catalogue(table, "own.toml")[1:]
    for _ in range(2):
        newscrawler("crawl", "harbour-gazette", *DEMO, cwd=tmp_path)
    web.extra["127.0.0.1", "/"] = Answer(404, HTML, b"")
    nothing = newscrawler("sources", "repair", "--yes", *DEMO, cwd=tmp_path)
    assert nothing.returncode == 4
    assert "sources with a replacement: 0 of 1" in nothing.stderr
    del web.extra["127.0.0.1", "/"]
    for turn in range(2):  # a second time too
        done = newscrawler("sources", "repair", "--yes", *DEMO, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "sources with a replacement: 1 of 1" in done.stderr
        (tmp_path / "own.toml").write_text((tmp_path / "own.toml").read_text().replace("/feed.xml", f"/gone-{turn}.xml"))
        for _ in range(2):
            newscrawler("crawl", "harbour-gazette", *DEMO, cwd=tmp_path)
    first, *rest = parse_catalogue((tmp_path / "own.toml").read_text(), "own.toml")
    assert tuple(rest) == others
    assert {each.state for each in first.endpoints} == {"dead", "active"}


NAVY = Source("navy", "Navy", "https://navy.example/", "wire", endpoints=(Endpoint("rss", "https://navy.example/feed"),))


@pytest.mark.parametrize(
    "config",
    [
        "",
        "catalogues = []\n",
        "# mine\ndelay = 2\ncatalogues = [ # two\n]\n",
        'catalogues = ["own.toml"]\n',
        'catalogues=["a.toml"]',
    ],
)
def test_no_configuration_is_spoilt_by_a_further_catalogue(tmp_path, monkeypatch, config):
    monkeypatch.chdir(tmp_path)
    if config:
        (tmp_path / "newscrawler.toml").write_text(config)
    (tmp_path / "a.toml").touch()
    (tmp_path / "own.toml").write_text("# nothing yet\n")
    write_sources(Path("own.toml"), [NAVY])
    write_sources(Path("own.toml"), [replace(NAVY, id="army")])
    settings = load(tmp_path)
    assert settings.catalogues.count("own.toml") == 1
    assert "delay = 2" in (tmp_path / "newscrawler.toml").read_text() or "delay" not in config
    assert {source.id for source in configured_catalogue(settings)} >= {"navy", "army"}
    assert (tmp_path / "own.toml").read_text().startswith("# nothing yet")


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({}, "stands there already"),
        ({"id": "BAD ID!"}, "not valid TOML"),
        ({"id": "b", "name": ""}, "name"),
        ({"id": "uk-mod"}, "override = true"),
    ],
)
def test_what_would_be_no_catalogue_is_never_written(tmp_path, monkeypatch, changed, complaint):
    monkeypatch.chdir(tmp_path)
    write_sources(Path("own.toml"), [NAVY])
    before = [(tmp_path / name).read_text() for name in ("own.toml", "newscrawler.toml")]
    with pytest.raises(SourceError, match=complaint):
        write_sources(Path("own.toml"), [replace(NAVY, **changed)])
    assert [(tmp_path / name).read_text() for name in ("own.toml", "newscrawler.toml")] == before
    assert len(list(tmp_path.iterdir())) == 2


def test_an_id_is_checked_before_anybody_is_asked(tmp_path):
    done = newscrawler("add", "https://navy.example/", "--id", "BAD ID!", cwd=tmp_path)
    assert done.returncode == 2
    assert "made of a-z, 0-9 and dashes" in done.stderr


def test_toml_and_back():
    sources = shipped_catalogue()
    assert len(sources) >= 300
    assert parse_catalogue("\n".join(map(to_toml, sources)), "again") == sources


def test_opml_and_back():
    sources = shipped_catalogue()
    listed = read_list(to_opml(sources).encode(), "f")
    taken = from_list(listed, ())
    assert (len(taken.sources) > 200, listed.left, taken.known, taken.without_feed) == (True, [], [], [])
    assert from_list(listed, sources).sources == []


def test_an_override_takes_the_place_of_another():
    theirs = Source("a", "A", "https://a.example/", "wire", endpoints=(Endpoint("rss", "https://a.example/1"),))
    mine = Source("a", "B", "https://a.example/", "wire", endpoints=(), override=True)
    assert merge(("x", (theirs,)), ("y", (mine,))) == (mine,)
    with pytest.raises(SourceError, match="override = true"):
        merge(("x", (theirs,)), ("y", (theirs,)))


def test_ids_are_free():
    assert free_id("Ministère – Défense!", {"ministere-defense"}) == "ministere-defense-2"
    assert free_id("防衛省", set()) == "source"


def test_languages_without_a_lexicon_are_named(tmp_path):
    (tmp_path / "newscrawler.toml").write_text('catalogues = ["own.toml"]\n', encoding="utf-8")
    (tmp_path / "own.toml").write_text(
        '[kazeta]\nname = "Kazeta"\nhome = "https://kazeta.example/"\nkind = "newspaper"\nlanguages = ["eu"]\n'
        '[[kazeta.endpoints]]\nkind = "rss"\nurl = "https://kazeta.example/feed"\n',
        encoding="utf-8",
    )
    listed = newscrawler("sources", "--language", "eu", cwd=tmp_path)
    assert "no lexicon for eu: what is in these languages is kept for review, never dropped" in listed.stderr
    assert "no lexicon" not in newscrawler("sources", "--language", "et", cwd=tmp_path).stderr


def test_the_catalogue_is_read_in_all_its_languages():
    assert shipped_lexicon().unread(tag for each in shipped_catalogue() for tag in each.languages) == []


@pytest.mark.parametrize(
    "verb",
    [
        ["crawl"], ["crawl", "--catalogue", "other.toml"], ["save", "https://a.example/1"], ["sources"],
        ["sources", "export", "toml"], ["sources", "repair"], ["backfill", "navy", "--since", "7d", "--dry-run"],
        ["add", "https://a.example/", "--file", "other.toml"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_catalogue_that_is_named_and_missing_stops_every_verb_that_reads_it(tmp_path, verb):
    (tmp_path / "newscrawler.toml").write_text('catalogues = ["gone.toml"]\nshipped_catalogue = false\n')
    (tmp_path / "other.toml").write_text(
        '[a]\nname="A"\nhome="https://a.example/"\nkind="wire"\n[[a.endpoints]]\nkind="rss"\nurl="https://a.example/feed"\n'
    )
    done = command(*verb, cwd=tmp_path)
    assert done.returncode == 2
    (line,) = lines(done)
    assert line.startswith(
        "newscrawler: gone.toml: there is no such catalogue file, and newscrawler.toml names it; write it"
    )
    assert not (tmp_path / "archive").exists()


def test_a_catalogue_that_is_named_may_be_made_by_who_writes_it(tmp_path):
    (tmp_path / "newscrawler.toml").write_text('catalogues = ["mine.toml"]\n')
    (tmp_path / "reader.opml").write_text('<opml><body><outline xmlUrl="https://a.example/feed" text="A"/></body></opml>')
    done = command("sources", "import", "reader.opml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "https://a.example/feed" in (tmp_path / "mine.toml").read_text()
