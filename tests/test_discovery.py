"""Cases are directories of tests/cases/discovery: an input, and expected.json with kind, url and what comes out."""

import gzip

import pytest
from conftest import NOW, as_json, cases
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.discovery import parse_endpoint
from newscrawler.discovery.sitemaps import MAX_URLS


@pytest.mark.parametrize("case", cases("discovery"), ids=lambda path: path.name)
def test_case(case):
    expected = as_json(case / "expected.json")
    (source,) = [path for path in case.iterdir() if path.name.startswith("input")]
    found = parse_endpoint(expected["kind"], source.read_bytes(), expected["url"], NOW)
    assert [[link.url, link.published, link.title] for link in found.links] == expected.get("links", [])
    if "modified" in expected:
        assert [link.modified for link in found.links] == expected["modified"]
    assert [endpoint.url for endpoint in found.endpoints] == expected.get("endpoints", [])
    assert (found.error or "").startswith(expected.get("error", "")) if "error" in expected else found.error is None


@pytest.mark.parametrize("kind", ["rss", "atom", "sitemap", "news-sitemap"])
@given(
    body=st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: f"<rss><channel><item><link>{text}</link>".encode())
)
def test_bytes_of_any_kind_are_an_answer(kind, body):
    found = parse_endpoint(kind, body, "https://a.example/feed", NOW)
    assert found.error or all(link.url.startswith("http") for link in found.links)


def _urlset(rows: str) -> bytes:
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()


def test_gzip_without_a_header():
    body = gzip.compress(_urlset("<url><loc>https://a.example/1</loc></url>"))
    assert [link.url for link in parse_endpoint("sitemap", body, "https://a.example/s.xml", NOW).links] == [
        "https://a.example/1"
    ]
    assert parse_endpoint("sitemap", body[:30], "https://a.example/s.xml", NOW).error


def test_caps():
    many = _urlset("".join(f"<url><loc>https://a.example/{n}</loc></url>" for n in range(MAX_URLS + 10)))
    assert len(parse_endpoint("sitemap", many, "https://a.example/s.xml", NOW).links) == MAX_URLS
    rows = "".join(
        f"<sitemap><loc>https://a.example/{n}.xml</loc><lastmod>2026-01-{n % 28 + 1:02}</lastmod></sitemap>"
        for n in range(200)
    )
    found = parse_endpoint("sitemap", f"<sitemapindex>{rows}</sitemapindex>".encode(), "https://a.example/i.xml", NOW)
    assert len(found.endpoints) == 200
    assert found.endpoints[0].url == "https://a.example/27.xml"  # the newest


def test_no_entity_of_a_sitemap_is_read_from_the_disk():
    body = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://a.example/&e;</loc></url></urlset>'
    assert "root" not in str(parse_endpoint("sitemap", body, "https://a.example/s.xml", NOW))


@pytest.mark.parametrize("bad", ["&#xD800;", "&#55296;", "&#2;", "\x02"])
@pytest.mark.parametrize("kind", ["rss", "sitemap"])
def test_a_character_that_is_none_costs_at_most_its_item(kind, bad):
    rss = "<rss version='2.0'><channel>{}</channel></rss>", "<item><link>https://a.example/{}</link><title>t</title></item>"
    urlset = "<urlset>{}</urlset>", "<url><loc>https://a.example/{}</loc></url>"
    whole, item = rss if kind == "rss" else urlset
    body = whole.format("".join(item.format(part) for part in ("1", f"2{bad}", "3"))).encode()
    found = [link.url for link in parse_endpoint(kind, body, "https://a.example/x", NOW).links]
    assert found[0] == "https://a.example/1"
    assert found[-1] == "https://a.example/3"


def test_a_wild_date_costs_that_date_only():
    body = b"<rss version='2.0'><channel><item><link>https://a.example/1</link><pubDate>Sun, 22 Nov 2026 13:30:00 +9999</pubDate></item></channel></rss>"
    assert [(link.url, link.published) for link in parse_endpoint("rss", body, "https://a.example/x", NOW).links] == [
        ("https://a.example/1", None)
    ]


def test_a_long_error_is_cut():
    body = f"<{'a' * 50_000}/>".encode()
    assert len(parse_endpoint("sitemap", body, "https://a.example/x", NOW).error) < 200
