"""Cases are directories of tests/cases/discovery: an input, and expected.json with kind, url and what comes out."""

import gzip

import pytest
from conftest import NOW, as_json, cases
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.discovery.endpoints import parse_endpoint
from newscrawler.discovery.sitemaps import MAX_URLS
from newscrawler.rights.tdm import parse_tdmrep


def failure_of(found):
    return found.failure and found.failure.reason


@pytest.mark.parametrize("case", cases("discovery"), ids=lambda path: path.name)
def test_case(case):
    expected = as_json(case / "expected.json")
    (source,) = [path for path in case.iterdir() if path.name.startswith("input")]
    found = parse_endpoint(expected["kind"], source.read_bytes(), expected["url"], NOW)
    assert [[link.url, link.published, link.title] for link in found.links] == expected.get("links", [])
    if "modified" in expected:
        assert [link.modified for link in found.links] == expected["modified"]
    assert [endpoint.url for endpoint in found.endpoints] == expected.get("endpoints", [])
    assert (failure_of(found) or "").startswith(expected.get("error", "")) if "error" in expected else found.failure is None


@pytest.mark.parametrize("kind", ["rss", "atom", "sitemap", "news-sitemap"])
@given(
    body=st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: f"<rss><channel><item><link>{text}</link>".encode())
)
def test_bytes_of_any_kind_are_an_answer(kind, body):
    found = parse_endpoint(kind, body, "https://a.example/feed", NOW)
    assert found.failure or all(link.url.startswith("http") for link in found.links)


def _urlset(rows: str) -> bytes:
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()


def test_gzip_without_a_header():
    body = gzip.compress(_urlset("<url><loc>https://a.example/1</loc></url>"))
    assert [link.url for link in parse_endpoint("sitemap", body, "https://a.example/s.xml", NOW).links] == [
        "https://a.example/1"
    ]
    assert failure_of(parse_endpoint("sitemap", body[:30], "https://a.example/s.xml", NOW))


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
    assert len(failure_of(parse_endpoint("sitemap", body, "https://a.example/x", NOW))) < 200


JSON_FEED = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "x", "home_page_url": "https://a.example/", "items": [
  {"id": "1", "url": "/one", "title": "One", "date_published": "2026-11-20T10:00:00+01:00"},
  {"id": "https://a.example/two", "content_text": "t"}, {"id": "3", "external_url": "https://b.example/three"},
  {"id": 4}, "no item", {"id": "5", "url": "javascript:x"}]}"""


def test_a_number_that_nothing_can_hold_costs_itself_and_no_other_item():
    body = JSON_FEED.replace(b'"items": [', b'"items": [{"id": ' + b"9" * 6_000 + b"}, ", 1)
    assert parse_endpoint("json-feed", body, "https://a.example/feed.json", NOW).links
    assert (
        len(
            parse_tdmrep(
                b'[{"location": ' + b"9" * 6_000 + b'}, {"location": "/", "tdm-reservation": 1}]', "https://a.example/"
            )
        )
        == 1
    )


def test_a_json_feed():
    found = parse_endpoint("json-feed", JSON_FEED, "https://a.example/feed.json", NOW)
    assert [(link.url, link.published, link.title) for link in found.links] == [
        ("https://a.example/one", "2026-11-20T09:00:00Z", "One"),
        ("https://a.example/two", None, None),
        ("https://b.example/three", None, None),
    ]


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<ttl>30</ttl>", 1800.0),
        ("<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>daily</sy:updatePeriod>", 86_400.0),
        (
            "<s:updatePeriod xmlns:s='purl.org/rss'>hourly</s:updatePeriod><s:updateFrequency xmlns:s='x'>4</s:updateFrequency>",
            900.0,
        ),
        ("<ttl>soon</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("", None),
    ],
)
def test_how_often_a_feed_says_that_it_changes(head, seconds):
    body = f"<rss version='2.0'><channel>{head}<item><link>https://a.example/1</link></item></channel></rss>".encode()
    assert parse_endpoint("rss", body, "https://a.example/f", NOW).period == seconds


@pytest.mark.parametrize(
    "body",
    [
        b"<rss version='2.0'><channel><item><link>https://a.example/1?a=1&b=2</link></item><item><link>https://a.example/2</link></item>",
        b"<rss version='2.0'><channel><item><title>Caf&eacute; & bar</title><link>https://a.example/1?a=1&amp;b=2</link></item><item><link>https://a.example/2</link></channel></rss>",
        b"\n\n<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><item><title>\xe9\xff</title><link>https://a.example/1?a=1&amp;b=2</link></item><item><link>https://a.example/2</link></item></channel></rss>",
    ],
)
def test_broken_feeds_are_repaired(body):
    found = parse_endpoint("rss", body, "https://a.example/f", NOW)
    assert [link.url for link in found.links] == ["https://a.example/1?a=1&b=2", "https://a.example/2"]


def test_items_of_other_vocabularies_are_no_items():
    body = b"""<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">
    <channel><link>https://a.example/</link><item><media:title>wrong</media:title><title>right</title><link>https://proxy.example/1</link>
    <feedburner:origLink>https://a.example/1</feedburner:origLink></item>
    <item><guid isPermaLink="false">4711</guid><title>no address</title></item></channel></rss>"""
    assert [(link.url, link.title) for link in parse_endpoint("rss", body, "https://a.example/f", NOW).links] == [
        ("https://a.example/1", "right")
    ]


def test_no_entity_of_a_feed_is_read_from_the_disk_or_blown_up():
    disk = b'<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/passwd">]><rss><channel><item><link>https://a.example/&e;</link></item></channel></rss>'
    assert "root:" not in str(parse_endpoint("rss", disk, "https://a.example/f", NOW))
    lol = b"".join(b'<!ENTITY l%d "%s">' % (n + 1, b"&l%d;" % n * 10) for n in range(9))
    bomb = (
        b'<!DOCTYPE rss [<!ENTITY l0 "ha">'
        + lol
        + b"]><rss><channel><item><title>&l9;</title><link>https://a.example/1</link></item></channel></rss>"
    )
    assert len(str(parse_endpoint("rss", bomb, "https://a.example/f", NOW))) < 100_000


def test_a_sitemap_of_text_and_one_of_pictures():
    text = b"\xef\xbb\xbfhttps://a.example/1\r\nhttps://a.example/2\n\nnot an address\n"
    assert [link.url for link in parse_endpoint("sitemap", text, "https://a.example/s.txt", NOW).links] == []
    text = text.replace(b"not an address\n", b"")
    assert len(parse_endpoint("sitemap", text, "https://a.example/s.txt", NOW).links) == 2
    body = _urlset(
        "<url><image:image xmlns:image='i'><image:loc>https://a.example/i.jpg</image:loc><image:title>no</image:title></image:image>"
        "<loc>https://a.example/1</loc><n:news xmlns:n='n'><n:title>Yes</n:title><n:publication_date>2026-11-20</n:publication_date></n:news></url>"
    )
    assert [
        (link.url, link.title, link.published) for link in parse_endpoint("sitemap", body, "https://a.example/s", NOW).links
    ] == [("https://a.example/1", "Yes", "2026-11-20")]


def test_wordpress_and_query_apis():
    posts = b"""[{"link": "https://a.example/p/1", "title": {"rendered": "Tom &amp; Co"}, "date_gmt": "2026-11-20T10:00:00"}, {"id": 2}]"""
    assert [
        (link.url, link.title, link.published)
        for link in parse_endpoint("wordpress", posts, "https://a.example/wp", NOW).links
    ] == [("https://a.example/p/1", "Tom & Co", "2026-11-20T10:00:00Z")]
    refusal = b'{"code": "rest_forbidden", "message": "Sorry, you may not"}'
    assert (
        failure_of(parse_endpoint("wordpress", refusal, "https://a.example/wp", NOW)) == "the API says: Sorry, you may not"
    )
    found = b'{"total": 1, "facets": [{"k": 1}], "results": [{"link": "/government/news/x", "public_timestamp": "2026-11-20T10:00:00Z", "title": "X"}]}'
    hints = (("items", "results"), ("link", "link"), ("published", "public_timestamp"), ("title", "title"))
    for given_hints in (hints, ()):
        (link,) = parse_endpoint("api", found, "https://www.gov.example/api", NOW, given_hints).links
        assert (link.url, link.published) == ("https://www.gov.example/government/news/x", "2026-11-20T10:00:00Z")
    assert failure_of(parse_endpoint("api", b'{"results": 3}', "https://a.example/", NOW, hints))
    assert failure_of(parse_endpoint("api", b"<html>", "https://a.example/", NOW))


@pytest.mark.parametrize("kind", ["json-feed", "wordpress", "api", "listing"])
@given(body=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f'[{{"url": "{text}"}}]'.encode()))
def test_bytes_of_every_other_kind_are_an_answer(kind, body):
    found = parse_endpoint(kind, body, "https://a.example/feed", NOW)
    assert found.failure or all(link.url.startswith("http") for link in found.links)


def test_gzip_that_holds_too_much_is_refused():
    body = gzip.compress(b" " * 60_000_000)
    assert "gzip of more than 50 MB" in failure_of(parse_endpoint("sitemap", body, "https://a.example/s.xml.gz", NOW))


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b'{"code":"rest_no_route"}', "the API says: rest_no_route"),
        (b'{"code":"rest_no_route","message":"No route","data":{"status":404}}', "the API says: No route"),
        (b'{"name":"Site","routes":{}}', "not WordPress' list of posts"),
        (b"[]", None),
    ],
)
def test_wordpress_that_complains_with_200_is_an_error(body, complaint):
    assert failure_of(parse_endpoint("wordpress", body, "https://a.example/wp-json/wp/v2/posts", NOW)) == complaint
