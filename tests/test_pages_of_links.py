"""Home pages and listings: cases are directories of tests/cases/autodiscovery and tests/cases/listings."""

import pytest
from conftest import CASES, NOW, as_json, cases
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.discovery.autodiscovery import SiteClues, announced_feeds, guesses, site_clues, with_headers
from newscrawler.discovery.endpoints import parse_endpoint
from newscrawler.discovery.forwarding import forward_of
from newscrawler.discovery.listings import article_links
from newscrawler.discovery.script_targets import script_targets
from newscrawler.discovery.urlshape import shape
from newscrawler.errors import DiscoveryError


def test_what_the_headers_of_a_home_page_say():
    told = [
        (
            '</feed/>; rel="alternate"; type="application/rss+xml"; title="All, of it", </comments/feed/>; rel=alternate; '
            "type=application/rss+xml; title=Comments"
        ),
        '<https://a.example/wp-json/>; rel="https://api.w.org/", </style.css>; rel=preload; as=style, <javascript:x>; rel=feed',
        (
            '</maps/news.xml>; rel="sitemap", </atom>; rel="http://www.iana.org/assignments/relation/alternate"; '
            'type="application/atom+xml"'
        ),
    ]
    clues = with_headers(SiteClues(), told, "https://a.example/en")
    assert [(feed.kind, feed.url, feed.title, feed.comments) for feed in clues.feeds] == [
        ("rss", "https://a.example/feed/", "All, of it", False),
        ("rss", "https://a.example/comments/feed/", "Comments", True),
        ("atom", "https://a.example/atom", None, False),
    ]
    assert (clues.sitemaps, clues.wordpress) == (("https://a.example/maps/news.xml",), "https://a.example/wp-json/")


@given(st.lists(st.text(alphabet='<>;,="\\ relab/:', max_size=60)))
def test_headers_of_any_kind_are_read(told):
    assert all(feed.url.startswith("http") for feed in with_headers(SiteClues(), told, "https://a.example/").feeds)


FORWARDING = as_json(CASES / "forwarding.json")


@pytest.mark.parametrize("case", cases("autodiscovery"), ids=lambda path: path.name)
def test_what_a_home_page_says_of_its_site(case):
    expected = as_json(case / "expected.json")
    clues = site_clues((case / "input.html").read_bytes(), expected["url"])
    assert [[feed.kind, feed.url, feed.comments] for feed in clues.feeds] == expected["feeds"]
    assert list(clues.linked_feeds) == expected.get("linked", [])
    assert list(clues.sitemaps) == expected.get("sitemaps", [])
    assert list(clues.sections) == expected.get("sections", [])
    assert (clues.wordpress, clues.name, clues.language) == tuple(
        expected.get(key) for key in ("wordpress", "name", "language")
    )


@pytest.mark.parametrize("case", cases("listings"), ids=lambda path: path.name)
def test_article_links_of_a_page(case):
    expected = as_json(case / "expected.json")
    found = article_links((case / "input.html").read_bytes(), expected["url"], NOW)
    links = {link.url: link.published for link in found.links}
    assert list(links) == [url for url, _ in expected["links"]]
    for url, day in expected["links"]:
        assert day is None or links[url] == day
    assert [each.url for each in found.endpoints] == ([expected["next"]] if "next" in expected else [])


PAGE = b"""<html><body><div id="a"><a href="/2026/11/20/one-story-of-the-day-here">One story of the day here</a></div>
<div id="b"><a href="/2026/11/20/another-story-of-the-day">Another story of the day here</a></div></body></html>"""


def test_hints_narrow_a_listing():
    within = parse_endpoint("listing", PAGE, "https://a.example/", NOW, (("within", "//div[@id='b']"),))
    assert [link.url for link in within.links] == ["https://a.example/2026/11/20/another-story-of-the-day"]
    pattern = parse_endpoint("listing", PAGE, "https://a.example/", NOW, (("pattern", "one-"),))
    assert [link.url for link in pattern.links] == ["https://a.example/2026/11/20/one-story-of-the-day-here"]


def test_what_json_ld_lists_is_believed():
    page = b"""<html><head><script type="application/ld+json">{"@type": "ItemList", "itemListElement": [
      {"@type": "ListItem", "url": "https://a.example/n/the-three-words"}]}</script></head>
      <body><a href="/n/the-three-words">More</a><a href="/n/the-other-thing">More</a></body></html>"""
    assert [link.url for link in article_links(page, "https://a.example/", NOW).links] == [
        "https://a.example/n/the-three-words"
    ]


@pytest.mark.parametrize("body", [b"%PDF-1.7 x", b"", b"\x00\x01", b"plain words"])
def test_what_is_no_page_is_an_error(body):
    with pytest.raises(DiscoveryError):
        announced_feeds(body, "https://a.example/")


@given(st.text(max_size=200).map(lambda text: f"<a href='{text}'>{text}</a><link rel=alternate href='{text}'>".encode()))
def test_pages_of_any_kind_are_an_answer(body):
    found = parse_endpoint("listing", body, "https://a.example/", NOW)
    assert found.failure or all(link.url.startswith("http") for link in found.links)


def test_shapes():
    article = shape("https://a.example/world/2026/11/20/the-long-road-to-peace_4711.html")
    assert (article.dated, article.day, article.words) == (True, True, 5)
    assert shape("https://a.example/news/uk-politics-30166477").identified
    assert shape("https://a.example/category/defence/").sections == {"category"}
    assert shape("https://a.example/x.pdf").file
    assert shape("https://a.example/a/1?id=22").template == shape("https://a.example/a/2?id=33").template


def test_guesses_are_on_the_site():
    assert guesses("https://a.example/news/x", ("feed/", "?feed=rss2")) == (
        "https://a.example/feed/",
        "https://a.example/?feed=rss2",
    )


@pytest.mark.parametrize("case", FORWARDING, ids=[case["why"] for case in FORWARDING])
def test_a_page_that_only_sends_elsewhere(case):
    assert forward_of(case["page"].encode(), "https://a.example/old") == case["to"]


def test_a_page_with_something_to_say_is_read():
    text = "<p>The ministry said that the frigate will sail at the end of the month with a crew of ninety.</p>" * 6
    page = f"<meta http-equiv=refresh content='0;url=/next'>{text}".encode()
    assert forward_of(page, "https://a.example/old") is None


@given(st.text(alphabet="<>/='\" ;.()metahprquivcontlsjx0", max_size=200))
def test_markup_of_any_kind_sends_to_the_web_or_nowhere(page):
    target = forward_of(page.encode(), "https://a.example/old")
    assert target is None or target.startswith("https://")


@given(st.text(alphabet="location.href='/ab`${}()+;\\\"<if>x", max_size=120))
def test_code_of_any_kind_is_read_and_not_run(code):
    assert all(target is None or isinstance(target, str) for target in script_targets(code))
    forward_of(f"<script>{code}</script>".encode(), "https://a.example/")


def test_code_without_end_takes_no_time():
    for code in ("location.href='a'+" * 100, "{" * 1_900, "if(" * 600 + "location.href='/a'", "var a='" + "\\" * 1_900):
        assert None in script_targets(code) or script_targets(code) == set()


@pytest.mark.parametrize(
    "told",
    [
        '</feed>;;rel=alternate;type="application/rss+xml"',
        "</feed>; rel='alternate'; type='application/rss+xml'",
        '</feed>; rel="alternate" type="application/rss+xml"',
        "junk, </feed> ; ;REL = alternate ;; TYPE=application/rss+xml;,",
        '</other>; rel=next, </feed>; type="application/rss+xml"; rel="alternate',
    ],
)
def test_link_headers_that_are_not_well_formed(told):
    assert [feed.url for feed in with_headers(SiteClues(), [told], "https://a.example/").feeds] == ["https://a.example/feed"]
