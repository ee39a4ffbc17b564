"""Every parser on bytes of any kind and on valid files that were bent: a value within bounds, or an error of ours.

A valid file is bent as disks, proxies and bad generators bend them: pieces lost, doubled, moved, overwritten by bytes that
matter to its format, cut off anywhere.  Deeper faults are found that way than by bytes drawn at random.
"""

import dataclasses
import io
import json
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from conftest import CASES
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.config import parse_config
from newscrawler.discovery.autodiscovery import site_clues
from newscrawler.discovery.endpoints import parse_endpoint
from newscrawler.discovery.forwarding import forward_of
from newscrawler.discovery.robots import parse_robots
from newscrawler.errors import (
    ArchiveError,
    ConfigError,
    DiscoveryError,
    Failure,
    LexiconError,
    NewscrawlerError,
    SourceError,
)
from newscrawler.extraction import examine
from newscrawler.items import Lease, Page
from newscrawler.relevance.lexicon import extend, shipped_lexicon
from newscrawler.search.query import compile_query
from newscrawler.sources import parse_catalogue
from newscrawler.storage.warc.reading import WarcDamage, WarcRecord, read_page, read_records
from newscrawler.storage.warc.records import make_record
from newscrawler.storage.warc.writing import whole_members

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
URL = "https://a.example/2026/11/22/page"
ROOT = Path(__file__).parent.parent.parent
PIECES = {
    "markup": (b"<", b">", b"&", b"&#0;", b"&#xD800;", b"<!--", b"-->", b"]]>", b"<![CDATA[", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"'",
               b"<!DOCTYPE x [<!ENTITY y 'z'>]>", b"<?xml version='1.0' encoding='utf-16'?>", b"</", b"<x:y", b"xmlns='", b"9999-99-99"),
    "json": (b"{", b"}", b"[", b"]", b'"', b",", b":", b"null", b"1e999", b"-", b"\\u0000", b"\\ud800", b"99999999999999999999", b"\xff", b"true"),
    "toml": (b"[", b"]", b"[[", b"=", b'"', b"'''", b"\n", b"#", b"{", b"}", b"nan", b"-1", b"99999999999999999999", b"\xff", b"1979-05-27", b"true"),
    "lines": (b"\n", b"\r", b":", b"*", b"$", b"User-agent: *\n", b"Disallow: /", b"Crawl-delay: nan\n", b"Sitemap: ", b"%", b"\x00", b"\xef\xbb\xbf"),
    "bytes": (b"\x00", b"\xff" * 8, b"\r\n\r\n", b"\x1f\x8b\x08\x00", b"WARC/1.0\r\n", b"Content-Length: 99999999999999999999\r\n"),
}  # fmt: skip


@st.composite
def bent(draw, files: list[bytes], kind: str):
    """A valid file after one to five mishaps."""
    body = draw(st.sampled_from(files))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.sampled_from((0, 1, 4, 40, 400))))
        match draw(st.sampled_from(("lose", "double", "overwrite", "insert", "cut", "move"))):
            case "lose":
                body = body[:start] + body[end:]
            case "double":
                body = body[:end] + body[start:end] * draw(st.sampled_from((1, 3, 60))) + body[end:]
            case "overwrite":
                body = body[:start] + draw(st.binary(max_size=8)) + body[end:]
            case "insert":
                body = body[:start] + draw(st.sampled_from(PIECES[kind])) + body[start:]
            case "cut":
                body = body[:start] if draw(st.booleans()) else body[start:]
            case "move":
                body = body[end:] + body[:end]
    return body


def _files(folder: str, pattern: str, most: int = 40) -> list[bytes]:
    found = sorted((CASES / folder).rglob(pattern))
    return [path.read_bytes() for path in found[:: max(1, len(found) // most)]][:most]


def _strings(value):
    """Every string within a record."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            yield from _strings(getattr(value, each.name))
    elif isinstance(value, (tuple, list, frozenset, set)):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        yield from _strings([*value.keys(), *value.values()])


def check_clean(value, most: int) -> None:
    """No string that SQLite or a terminal stumbles over, and none without end."""
    for text in _strings(value):
        assert "\x00" not in text
        assert not any("\ud800" <= each <= "\udfff" for each in text)
        assert len(text) <= most


def outcome_of(error: type[NewscrawlerError], make):
    """(what came out, "") or (None, what the one error says that may be raised, in one line)."""
    try:
        return make(), ""
    except error as complaint:
        said = str(complaint)
    assert "\n" not in said
    return None, said


FEEDS = {
    "rss": (_files("discovery", "input.*"), "markup"),
    "sitemap": (_files("discovery", "input.*"), "markup"),
    "news-sitemap": (_files("discovery", "input.*"), "markup"),
    "listing": (_files("listings", "*.html") or _files("extraction", "page.html", 10), "markup"),
    "json-feed": ([json.dumps({
        "version": "https://jsonfeed.org/version/1.1", "title": "News", "home_page_url": "https://a.example/",
        "items": [{"id": "1", "url": "https://a.example/1", "title": "One", "date_published": "2026-11-20T10:00:00Z"},
                  {"id": "2", "external_url": "https://a.example/2", "title": "Two", "authors": [{"name": "Ada"}]}],
    }).encode()], "json"),
    "wordpress": ([json.dumps([
        {"id": 1, "link": "https://a.example/1", "date_gmt": "2026-11-20T10:00:00", "modified_gmt": "2026-11-20T11:00:00",
         "title": {"rendered": "One &amp; all"}}]).encode()], "json"),
    "api": ([json.dumps({"results": [{"link": "/1", "title": "One", "public_timestamp": "2026-11-20T10:00:00Z"}]}).encode()], "json"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FEEDS)
@settings(max_examples=60)
@given(data=st.data())
def test_feeds(kind, data):
    """Atom, RSS, RDF, JSON feeds, sitemaps, listings and APIs."""
    files, pieces = FEEDS[kind]
    body = data.draw(bent(files, pieces) | st.binary(max_size=300))
    hints = (
        (("items", "results"), ("link", "link"), ("title", "title"), ("published", "public_timestamp"))
        if kind == "api"
        else ()
    )
    found = parse_endpoint(kind, body, "https://a.example/feed", NOW, hints)
    assert len(found.links) + len(found.endpoints) <= len(body) / 4
    assert all(each.url.startswith(("http://", "https://")) for each in (*found.links, *found.endpoints))
    check_clean(found, 2 * len(body) + 1_000)


@settings(max_examples=60)
@given(bent([path.encode() for path in [
    "User-agent: *\nDisallow: /a/*/b$\nAllow: /a/c\nCrawl-delay: 5\nSitemap: https://a.example/s.xml\n",
    "User-agent: newscrawler\nUser-agent: other\nDisallow:\n\nUser-agent: *\nDisallow: /\n"]], "lines"), st.text(max_size=60))  # fmt: skip
def test_robots(body, path):
    rules = parse_robots(body.decode("utf-8", "replace"))
    assert rules.allows(f"https://a.example/{path}", "newscrawler/1.0") in (True, False)
    delay = rules.crawl_delay("newscrawler/1.0")
    assert delay is None or 0 <= delay < float("inf")


@cache
def _pages() -> list[bytes]:
    return _files("extraction", "page.html", 30) + _files("block_pages", "*.html", 6)


@settings(max_examples=80)
@given(data=st.data())
def test_pages(data):
    body = data.draw(bent(_pages(), "markup"))
    stated = data.draw(st.sampled_from((None, "text/html", "text/html; charset=utf-8", "text/html; charset=shift_jis")))
    found = examine(body, URL, NOW, content_type=stated).outcome
    if not isinstance(found, Failure):
        check_clean(found, 4 * len(body) + 10_000)
    with suppress(DiscoveryError):  # bytes without any markup
        check_clean((forward_of(body, URL, stated), site_clues(body, URL)), 4 * len(body) + 10_000)


CLAIMS = json.dumps({
    "@context": "https://schema.org", "@graph": [
        {"@type": "NewsArticle", "@id": "#a", "headline": "One", "datePublished": "2026-11-20T10:00:00+02:00", "wordCount": 400,
         "author": [{"@type": "Person", "name": "Ada Wren"}, {"@id": "#p"}], "isAccessibleForFree": False,
         "image": {"@type": "ImageObject", "url": "https://a.example/i.jpg", "width": 10},
         "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".x"}},
        {"@type": "Person", "@id": "#p", "name": "Ben Roe"}]}).encode()  # fmt: skip


@settings(max_examples=60)
@given(bent([CLAIMS], "json"))
def test_claims(claims):
    """JSON-LD, in a page whose text is there whatever the claims are."""
    text = (
        b"<p>The ministry said on Monday that four frigates and a submarine would sail for the strait at the end of the month.</p>"
        * 3
    )
    body = b"<html lang='en'><head><script type='application/ld+json'>" + claims + b"</script></head><body><article>" + text
    found = examine(body, URL, NOW).outcome
    if not isinstance(found, Failure):
        check_clean(found, 4 * len(body))


@cache
def _small_lexicon():
    """The shipped one takes a tenth of a second to extend."""
    lexicon = shipped_lexicon()
    return dataclasses.replace(lexicon, terms=lexicon.terms[:20], _walks={}, _indexes={}, _spoken=[])


_CATALOGUE = b"""[a-b]
name = "A"
home = "https://a.example/"
country = "ZA"
kind = "newspaper"
languages = ["en"]
keep = "all"
topics = ["africa"]

[[a-b.endpoints]]
kind = "rss"
url = "https://a.example/feed"
evidence = "specified"
seen = "2026-08-05"

[[a-b.endpoints]]
kind = "listing"
url = "https://a.example/n"
within = "main"
"""
_BEAT = b"""[topics.arctic]
id = "my:arctic"
label = "Arctic"
defence = 1.0
[[terms]]
topic = "arctic"
weight = 3
en = ["icebreaker*", "Northern Sea Route"]
de = "eisbrecher*, *arktis*"
[thresholds]
keep = 0.6
review = 0.4
"""
OURS = {
    "configuration": (parse_config, ConfigError, b'archive = "a"\ncatalogues = ["b.toml"]\ndelay = 1.5\nworkers = 2\nallow_networks = ["10.0.0.0/8"]\nrevisits = false\n'),
    "catalogue": (
        parse_catalogue, SourceError,
        _CATALOGUE,
    ),
    "beat": (
        lambda text, file: extend(_small_lexicon(), text, file), LexiconError,
        _BEAT,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", OURS)
@settings(max_examples=40)
@given(data=st.data())
def test_files_of_the_users_own(what, data):
    """One line that names the file, for whatever is wrong with it."""
    parse, error, valid = OURS[what]
    text = data.draw(bent([valid], "toml")).decode("utf-8", "surrogateescape")
    assert parse(valid.decode(), "mine.toml")  # before it was bent
    _, said = outcome_of(error, lambda: parse(text, "mine.toml"))
    assert said.startswith("mine.toml") or not said
    assert len(said) < 2_000


BODY = b"<p>The text of it.</p>" * 20


@cache
def _record() -> bytes:
    return make_record(Page(Lease(1, "a", URL), URL, NOW, 200, (("Content-Type", "text/html"), ("Server", "x")), BODY))[0]


@settings(max_examples=80)
@given(st.data())
def test_warc_files(tmp_path_factory, data):
    record = _record()
    body = data.draw(bent([record + record], "bytes"))
    end = whole_members(io.BytesIO(body), 0)
    assert 0 <= end <= len(body)
    read = list(islice(read_records(io.BytesIO(body)), 100))
    assert all(isinstance(each, (WarcRecord, WarcDamage)) for each in read)
    assert len(read) < 100
    folder = tmp_path_factory.mktemp("pages")
    (folder / "a.warc.gz").write_bytes(body)
    offset, length = data.draw(st.sampled_from(((0, len(record)), (len(record), len(record)), (3, 10**9), (10**9, 5))))
    got, said = outcome_of(ArchiveError, lambda: read_page(folder, "a.warc.gz", offset, length)[1])
    assert got == BODY or "a.warc.gz at" in said  # whole, or not at all


QUERIES = [
    b'"joint patrol" -sport country:fr since:2026-11',
    b'(frigat* OR fregat*) NEAR/3 "x y" title:"a" -topic:sport by:reuters',
]


@settings(max_examples=150)
@given(bent(QUERIES, "lines") | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_queries(body):
    text = body.decode("utf-8", "surrogateescape")
    query, _ = outcome_of(NewscrawlerError, lambda: compile_query(text, today=NOW.date()))
    if query is not None:
        check_clean((query.fts, query.words, query.marks), 40 * len(text) + 1_000)
