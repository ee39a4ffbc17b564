"""What publishers state of their rights, read and concluded from: tests/cases/rights/."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.discovery.feeds import parse_feed
from newscrawler.discovery.robots import robots_text
from newscrawler.extraction import parse_html
from newscrawler.items.rights import RightsOrigin
from newscrawler.markup.elements import elements_of
from newscrawler.metadata.claims.structured import read_claims
from newscrawler.rights import MAX_STATEMENTS, statements_in, statements_json
from newscrawler.rights.conclusion import conclude, told
from newscrawler.rights.page import of_headers, of_markup
from newscrawler.rights.robots_tags import robots_rules
from newscrawler.rights.rsl import item_licence
from newscrawler.rights.site import site_rights
from newscrawler.rights.tdm import MAX_BYTES, parse_tdmrep

CASES = Path(__file__).parent / "cases" / "rights"
URL = "https://gazette.example/news/1.html"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def cases(name):
    return [pytest.param(each, id=each["what"]) for each in json.loads((CASES / f"{name}.json").read_text())]


def markup(html: bytes):
    tree = parse_html(html, None)
    if tree is None:
        return ()
    claims = read_claims(tree)
    return of_markup(elements_of(tree), claims.contents, claims.jsonld, claims.names, URL)


@pytest.mark.parametrize("case", cases("headers"))
def test_headers(case):
    stated = of_headers([tuple(each) for each in case["headers"]], URL)
    assert [told(each) for each in stated] == case["stated"]
    if "at" in case:
        assert [each.at for each in stated] == case["at"]
    assert statements_in(statements_json(stated)) == stated


@pytest.mark.parametrize("case", cases("pages"))
def test_markup(case):
    stated = markup(f"<!doctype html><html><body>{case['html']}".encode())
    assert [told(each) for each in stated] == case["stated"]
    assert statements_in(statements_json(stated)) == stated


@pytest.mark.parametrize("case", cases("feeds"))
def test_items_of_feeds(case):
    head = '<rss version="2.0" xmlns:rsl="https://rslstandard.org/rsl" xmlns:x="https://x.example/"><channel><item><link>'
    (link,) = parse_feed(f"{head}{URL}</link>{case['item']}</item></channel></rss>".encode(), URL, NOW).links
    assert [told(each) for each in item_licence(link.licence)] == case["stated"]


@pytest.mark.parametrize("case", cases("sites"))
def test_site_files(case):
    rules = (
        parse_tdmrep(case["tdmrep"].encode(), "https://gazette.example/.well-known/tdmrep.json") if case["tdmrep"] else ()
    )
    site = site_rights(case["robots"], rules, "https://gazette.example")
    assert [told(each) for each in site.of(URL)] == case["stated"]


@pytest.mark.parametrize("case", cases("conclusions"))
def test_conclusions(case):
    stated = statements_in(json.dumps(case["stated"]))
    assert len(stated) == len(case["stated"])
    found = conclude(stated, NOW)
    assert (found.standing if found else None) == case["standing"]
    if found:
        assert found.by == stated[case["by"]]


def test_what_another_program_wrote_states_nothing():
    for cell in (
        None,
        "",
        "[",
        "3",
        '{"kind": "rsl"}',
        '[{"kind": "rsl"}]',
        '[{"kind": "x", "value": "", "origin": "meta"}]',
    ):
        assert statements_in(cell) == ()
    assert statements_in('[{"kind": "rsl", "value": 3, "origin": "meta"}, [1]]') == ()


def test_much_of_it_is_cut():
    many = [("X-Robots-Tag", f"bot{number}: noarchive") for number in range(1_000)]
    assert len(of_headers(many, URL)) == MAX_STATEMENTS
    assert parse_tdmrep(b"[" + b" " * MAX_BYTES + b"]", URL) == ()
    assert parse_tdmrep(b"[" * 100_000, URL) == ()
    licence = "<script type='application/rsl+xml'><!DOCTYPE r [<!ENTITY a 'b'>]><r xmlns='https://rslstandard.org/rsl'>&a;</r></script>"
    assert [each.value for each in markup(licence.encode())] == ["a licence"]


@given(st.binary(max_size=400))
def test_any_bytes_are_read(data):
    text = data.decode("utf-8", "replace")
    rules = parse_tdmrep(data, URL)
    site = site_rights(f"license: {text}\ncontent-signal: {text}\n{robots_text(data)}", rules, "https://gazette.example")
    headers = [(name, data.decode("latin-1")) for name in ("X-Robots-Tag", "tdm-reservation", "tdm-policy", "Link")]
    page = b"<meta name=robots content='%s'><link rel=license href='%s'>" % (data, data)
    stated = (*site.of(URL), *of_headers(headers, URL), *markup(page + data), *robots_rules(text, RightsOrigin.META))
    conclude(stated, NOW)
    assert statements_in(statements_json(stated)) == stated


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(
    st.sampled_from(["location", "tdm-reservation", "tdm-policy", "x"]), inner), max_leaves=10))  # fmt: skip
def test_any_json_is_read(value):
    site_rights(None, parse_tdmrep(json.dumps(value).encode(), URL)).of(URL)
