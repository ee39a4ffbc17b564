"""robots.txt by RFC 9309, and as it is written in the wild."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.discovery.robots import MAX_BYTES, parse_robots, robots_text

US = "newscrawler/0.1.0 (+desk@example.org)"
CASES = json.loads((Path(__file__).parent / "cases/robots.json").read_text(encoding="utf-8"))
OTHER_RECORDS = (
    "Sitemap: https://a.example/s.xml",
    "Crawl-delay: 5",
    "Noindex: /x",
    "Host: a.example",
    "Note: a",
    "# a",
    "",
)
paths = st.text(alphabet="abz/?*$%:@~-_.=&é\u30c4", max_size=12).map("/{}".format)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_decisions(case):
    rules = parse_robots(case["robots"])
    asked = [*case["allowed"], *case["refused"]]
    assert [path for path in asked if rules.allows(f"https://a.example{path}", US)] == case["allowed"]


def spelt(path: str, chosen: list[bool]) -> str:
    """A path as an address, with some of its characters escaped that need no escape; / and ? part it and stay."""
    plain = ("%25" if each == "%" else each for each in path)
    escaped = (f"%{ord(each):02x}" if each.isascii() and each not in "/?" else each for each in path)
    choices = [*chosen, *[False] * len(path)]
    return "".join(new if out else old for old, new, out in zip(plain, escaped, choices, strict=False))


choices = st.lists(st.booleans(), max_size=13)
keys = st.sampled_from(["Allow", "Disallow"])


@given(paths, paths, choices, keys)
def test_an_address_in_another_spelling_has_the_same_answer(pattern, path, chosen, key):
    rules = parse_robots(f"User-agent: *\nDisallow: /a\n{key}: {pattern}")
    one, other = (rules.allows(f"https://a.example{spelt(path, each)}", US) for each in ([], chosen))
    assert one is other


@given(paths, paths, choices, keys)
def test_a_rule_in_another_spelling_says_the_same(pattern, path, chosen, key):
    literal = pattern.replace("*", "x").replace("$", "x")
    texts = (f"User-agent: *\nDisallow: /a\n{key}: {spelt(literal, each)}" for each in ([], chosen))
    one, other = (parse_robots(text).allows(f"https://a.example{path}", US) for text in texts)
    assert one is other


@given(paths)
def test_a_rule_forbids_the_address_that_it_spells(path):
    literal = spelt(path, []).replace("*", "%2A").replace("$", "%24")
    assert not parse_robots(f"User-agent: *\nDisallow: {literal}").allows(f"https://a.example{spelt(path, [])}", US)


@given(st.lists(st.sampled_from(["User-agent: b", f"User-agent: {US}", "Disallow: /", "Allow: /"])), st.data())
def test_other_records_change_no_decision(lines, data):
    between = [data.draw(st.lists(st.sampled_from(OTHER_RECORDS), max_size=2)) for _ in lines]
    crowded = [each for line, others in zip(lines, between, strict=True) for each in (*others, line)]
    answers = [parse_robots("\n".join(each)).allows("https://a.example/a", US) for each in (lines, crowded)]
    assert answers[0] is answers[1]


def test_crawl_delay_is_that_of_the_group():
    rules = parse_robots("User-agent: *\nCrawl-delay: 10\n\nUser-agent: newscrawler\nCrawl-delay: 2.5\nDisallow: /x")
    assert (rules.crawl_delay(US), rules.crawl_delay("other")) == (2.5, 10.0)
    assert parse_robots("User-agent: *\nCrawl-delay: soon\n").crawl_delay(US) is None
    # it is no record of the RFC's: those before it have had theirs, though the rules are for all of them
    shared = parse_robots("User-agent: a\nCrawl-delay: 9\nUser-agent: newscrawler\nCrawl-delay: 2\nDisallow: /")
    assert (shared.crawl_delay("a"), shared.crawl_delay(US)) == (9.0, 2.0)
    assert parse_robots("User-agent: *\nCrawl-delay: -1\nCrawl-delay: nan").crawl_delay(US) is None


def test_a_file_too_long_ends_with_a_whole_line():
    for newline in ("\n", "\r", "\r\n"):
        head = f"User-agent: *{newline}Disallow: /{newline}#"
        body = f"{head:x<{MAX_BYTES - 8 - len(newline)}}{newline}Allow: /open/to/everybody{newline}".encode()
        assert body[:MAX_BYTES].endswith(b"Allow: /")
        assert not parse_robots(robots_text(body)).allows("https://a.example/other", US)
    assert parse_robots(robots_text(b"\xef\xbb\xbfUser-agent: *\nDisallow: /a")).allows("https://a.example/a", US) is False


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
