"""robots.txt by RFC 9309, and as it is written in the wild."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.discovery.robots import parse_robots

US = "newscrawler/0.1.0 (+desk@example.org)"


@pytest.mark.parametrize(
    ("robots", "url", "allowed"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: newscrawler\nAllow: /", "/a", True),
        ("User-agent: NewsCrawler/9\nDisallow: /", "/a", False),
        ("User-agent: newscrawler-images\nDisallow: /", "/a", True),
        ("User-agent: other\nUser-agent: *\nDisallow: /p", "/p1", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),  # the longer rule
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),  # Allow where both are as long
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /a*b*c", "/a1b2c3", False),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/caf\u00e9", False),
        ("User-agent: *\nDisallow: /caf\u00e9", "/caf%c3%a9", False),
        ("User-agent: *\nDisallow: /%61bc", "/abc", False),
        ("User-agent: *\nDissallow: /a", "/a", False),
        ("User-agent: *\nDisallow /a", "/a", False),
        ("\ufeffUser-agent: *\r\nDisallow: /a # all of it", "/a", False),
        # a line of no meaning between two agents does not part them, a rule that we do not know does
        ("User-agent: newscrawler\nNote: hello\nUser-agent: b\nDisallow: /", "/a", False),
        ("User-agent: newscrawler\nNoindex: /x\nUser-agent: b\nDisallow: /", "/a", True),
        ("Disallow: /a\nUser-agent: *\nDisallow: /b", "/a", True),
        ("<html>not found</html>", "/a", True),
    ],
)
def test_decisions(robots, url, allowed):
    assert parse_robots(robots).allows(f"https://a.example{url}", US) is allowed


def test_crawl_delay_is_that_of_the_group():
    rules = parse_robots("User-agent: *\nCrawl-delay: 10\n\nUser-agent: newscrawler\nCrawl-delay: 2.5\nDisallow: /x")
    assert (rules.crawl_delay(US), rules.crawl_delay("other")) == (2.5, 10.0)
    assert parse_robots("User-agent: *\nCrawl-delay: soon\n").crawl_delay(US) is None
    assert parse_robots("User-agent: *\nCrawl-delay: -1\nCrawl-delay: nan").crawl_delay(US) is None


def test_sitemaps_of_a_long_file():
    text = "".join(f"Disallow: /{n}\nSitemap: https://a.example/{n}.xml\n" for n in range(2_000)) + "sitemap: /last.xml"
    found = parse_robots(text, "https://a.example").sitemaps
    assert (len(found), found[-1]) == (2_001, "https://a.example/last.xml")


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_has_an_answer(text, path):
    rules = parse_robots(f"User-agent: *\nDisallow: {text}\n{text}", "https://a.example")
    assert rules.allows(f"https://a.example/{path}", US) in (True, False)


def test_stars_without_end_take_no_time():
    rules = parse_robots("User-agent: *\nDisallow: /" + "a*" * 2_000 + "b")
    assert rules.allows("https://a.example/" + "a" * 4_000, US)
