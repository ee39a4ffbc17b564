"""The map of a search as files: areas in proportion to what the CSV says, whatever was asked."""

import csv
import io
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_room import Visitor, furnish

from newscrawler.web.drawing.maps import drawing
from newscrawler.web.drawing.tiles import Country

SVG = "{http://www.w3.org/2000/svg}"
CODES = ("FR", "DE", "JP", "ZZ")  # the last has no place on the map


@pytest.fixture(scope="module")
def room(demo_run, tmp_path_factory):
    visitor = Visitor(furnish(tmp_path_factory.mktemp("maps") / "archive", demo_run) / "news.db")
    yield visitor
    visitor.close()


def squares(text):
    """(Country, area) of the squares of a drawing that stand for a number, without those of its legend."""
    found = {}
    for each in ElementTree.fromstring(text).iter(f"{SVG}rect"):
        title = each.find(f"{SVG}title")
        if title is not None and ":" in title.text:
            found[title.text.partition(":")[0]] = float(each.get("width")) * float(each.get("height"))
    return found


@given(st.dictionaries(st.sampled_from(CODES), st.integers(0, 10**7)))
def test_areas_are_in_proportion(numbers):
    text = drawing([Country(code, f"Land {code}", value) for code, value in numbers.items()], "A & <b>", "of \x22us\x22")
    areas = squares(text)
    shown = {f"Land {code}": value for code, value in numbers.items() if value and code != "ZZ"}
    assert areas.keys() == shown.keys()
    highest = max(numbers.values(), default=0)
    for name, value in shown.items():
        if value > highest / 100:  # smaller ones are drawn so that they are seen
            assert areas[name] / (28 * 28) == pytest.approx(value / highest, rel=0.02)
    assert ("more without a place" in text) == bool(numbers.get("ZZ"))


def test_a_search_has_its_map_as_files_that_say_the_same(room):
    page = room.get("/search/words?q=frigate").text
    assert "/search/map.svg?q=frigate" in page
    assert "/search/map.csv?q=frigate" in page
    answer = room.get("/search/map.svg?q=frigate")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "search: frigate" in answer.text
    told = room.get("/search/map.csv?q=frigate")
    assert told.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(told.text)))
    assert list(rows[0]) == ["code", "country", "named", "percent_of_hits", "published_there"]
    assert squares(answer.text).keys() == {row["country"] for row in rows if int(row["named"])}


@pytest.mark.parametrize("q", ["zzz", "(", "<script>alert(1)</script>", "=1+1", "country:zz"])
def test_a_map_of_nothing_is_a_map(room, q):
    text = room.get("/search/map.svg", params={"q": q}).text
    assert not list(ElementTree.fromstring(text).iter(f"{SVG}script"))
    assert room.get("/search/map.csv", params={"q": q}).status_code == 200
    assert room.get("/search/map", params={"q": q}).status_code == 404
