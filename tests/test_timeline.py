"""Searches over time: which days a timeline shows, its axis, its other forms, and two to four searches beside each other."""

import csv
import io
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from reading_room import Visitor, furnish

from newscrawler.search.timeline import strays_of, without_strays
from newscrawler.web.drawing.svg import Bar, Caption, bars, ticks

DAY = date(2026, 11, 1)
STEADY = {DAY + timedelta(days=each): 10 for each in range(20)}


@pytest.fixture(scope="module")
def room(demo_run, tmp_path_factory):
    folder = furnish(tmp_path_factory.mktemp("room") / "archive", demo_run)
    visitor = Visitor(folder / "news.db")
    yield visitor
    visitor.close()


@pytest.mark.parametrize(("more", "first", "last", "strays"), [
    ({}, DAY, DAY + timedelta(days=19), []),
    ({date(2004, 3, 12): 1}, DAY, DAY + timedelta(days=19), [1]),
    ({date(2004, 3, 12): 1, date(2011, 1, 1): 2, date(2094, 1, 1): 1}, DAY, DAY + timedelta(days=19), [3, 1]),
    ({date(2004, 3, 12): 30}, date(2004, 3, 12), DAY + timedelta(days=19), []),  # that is no stray
    ({date(2026, 10, 25): 1}, date(2026, 10, 25), DAY + timedelta(days=19), []),  # nor is what is near
])  # fmt: skip
def test_a_stray_date_is_left_out_and_counted(more, first, last, strays):
    counts = {**STEADY, **more}
    assert without_strays(counts) == (first, last)
    assert [each.count for each in strays_of(counts, (first, last))] == strays


def test_four_hits_of_three_days_are_all_shown():
    counts = {DAY: 1, DAY + timedelta(days=1): 2, DAY + timedelta(days=2): 1}
    assert without_strays(counts) == (DAY, DAY + timedelta(days=2))


@given(st.dictionaries(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 50), min_size=1, max_size=30))
def test_strays_are_few_and_nothing_is_lost(counts):
    span = without_strays(counts)
    inside = sum(number for day, number in counts.items() if span[0] <= day <= span[1])
    outside = strays_of(counts, span)
    assert inside + sum(each.count for each in outside) == sum(counts.values())
    assert all(each.count <= max(1, 0.02 * sum(counts.values())) for each in outside)


@given(st.floats(0.001, 1e9))
def test_an_axis_holds_what_is_plotted_at_round_steps(highest):
    scale = ticks(highest)
    assert scale[0] == 0
    assert scale[-1] >= highest * (1 - 1e-6)
    assert 2 <= len(scale) <= 5


def test_numbers_of_a_plot_are_beside_it():
    plot = str(bars([Bar("<1>", 3, "/x"), Bar("2", 122), Bar("3", None)], Caption("Articles & more")))
    assert "<span>150</span><span>100</span><span>50</span><span>0</span>" in plot
    assert "&lt;1&gt;" in plot
    assert "<1>" not in plot
    assert "Articles &amp; more" in plot


def test_the_timeline_of_a_search_in_all_forms(room):
    page = html.fromstring(room.get("/search?q=talks").text)
    (table,) = page.xpath("//a[text()='As a table']/@href")
    shown = html.fromstring(room.get(table).text)
    counted = sum(int(each) for each in shown.xpath("//main//table//td/text()"))
    rows = list(csv.DictReader(io.StringIO(room.get("/search/timeline.csv?q=talks").text)))
    assert sum(int(each["articles"]) for each in rows) == counted > 0
    drawing = room.get("/search/timeline.svg?q=talks&share=1")
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(drawing.content)
    words = " ".join(root.itertext())
    assert "Share of all articles" in words
    assert "search: talks" in words
    assert not root.findall(".//{*}script")
    assert not root.findall(".//{*}style")


def test_two_to_four_searches_beside_each_other(room):
    address = "/compare{}?q=lang:en&with=lang:fr&with=lang:de&with=lang:es"
    page = html.fromstring(room.get(address.format("")).text)
    assert [each.text_content().strip() for each in page.xpath("//figcaption/span")] == [
        "lang:en",
        "lang:fr",
        "lang:de",
        "lang:es",
    ]
    assert len(page.xpath("//section[@aria-label]/p/a")) == 4
    assert len(page.xpath("//input[@name='with']")) == 3
    rows = list(csv.DictReader(io.StringIO(room.get(address.format(".csv")).text)))
    assert sum(int(each["lang:en"]) for each in rows) > sum(int(each["lang:fr"]) for each in rows) > 0
    ElementTree.fromstring(room.get(address.format(".svg")).content)


def test_dates_hold_for_all_that_have_none_of_their_own(room):
    address = "/compare.csv?q=lang:en&with=lang:de+since:2026-11-01&since=2026-11-05&until=2026-11-09"
    rows = list(csv.DictReader(io.StringIO(room.get(address).text)))
    assert all(row["first"] >= "2026-11-01" for row in rows)
    page = html.fromstring(room.get("/compare?q=lang:en&with=lang:de+since:2026-11-01&since=2026-11-05").text)
    links = page.xpath("//section[@aria-label]/p/a/@href")
    assert "since%3A2026-11-05" in links[0]
    assert "since%3A2026-11-01" in links[1]


@pytest.mark.parametrize("path", ["/compare", "/compare?q=a", "/compare.svg?q=a", "/compare?q=a&with=b&with=c&with=d&with=e&since=x", "/search/timeline?q=zzz", "/search/timeline.svg?q=zzz", "/search/timeline.csv?q=(", "/compare.svg?q=zzz&with=yyy"])  # fmt: skip
def test_little_or_nothing_to_compare(room, path):
    assert room.get(path).status_code == 200
