"""The reading room asked wrongly, or put before broken archives and those of other programs."""

import gzip
import re
import sqlite3
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from reading_room import Visitor, first_numbers, furnish


@pytest.fixture(scope="module")
def room(demo_run, tmp_path_factory):
    folder = furnish(tmp_path_factory.mktemp("room") / "archive", demo_run)
    visitor = Visitor(folder / "news.db")
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def numbers(room):
    return first_numbers(room)


def words_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40), more=st.sampled_from(["", ".json", ".atom", ".csv", "/sql"]))
@example(text='"', more="").via("a lone quotation mark")
@example(text="\x00 OR ' ; --", more="").via("what breaks SQL")
@example(text="story:99999999999999999999 since:0000 until:x", more="").via("numbers too large")
def test_no_query_fails(room, text, more):
    answer = room.get(f"/search{more}", params={"q": text})
    assert answer.status_code == 200
    if more == ".atom":
        ElementTree.fromstring(answer.content)


@pytest.mark.parametrize("page", ["x", "0", "-1", "99999999999999999999", "1e3", "١"])
def test_pages_that_are_none(room, page):
    assert room.get(f"/search?q=talks&page={page}").status_code == 200


@pytest.mark.parametrize("path", [
    "/article/0", "/article/01", "/article/-1", "/article/999999", "/article/99999999999999999999", "/article/x", "/article/1.5", "/article/%00",
    "/article/999999/raw", "/article/x/diff", "/article/1/diff?from=999", "/article/1/diff?with=999999", "/article/1/raw?revision=9999",
    "/story/999999", "/story/x", "/story/1?page=9", "/saved/none",
])  # fmt: skip
def test_what_is_not_there_is_said(room, path):
    answer = room.get(path)
    if answer.status_code == 302:  # Datasette's own tilde encoding of what it cannot route
        answer = room.get(answer.headers["location"])
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_a_feed_that_is_not_there_says_so_in_its_form(room):
    assert room.get("/saved/none.feed.json").json()["status"] == 404
    assert room.get("/saved/none.atom").headers["content-type"].startswith("text/plain")


def test_a_query_has_an_end(room):
    """A long one is cut off, and that is said; the page, which names it in each of its links, stays small."""
    answer = room.get("/search", params={"q": "the OR " * 2000 + "talks"})
    assert "longer than 1,000 characters" in words_of(answer.text)
    assert len(answer.content) < 200_000
    assert len(gzip.compress(answer.content)) < 30_000
    assert "longer than" not in room.get("/search", params={"q": "talks " * 166}).text
    assert len(room.get("/compare", params={"q": "the OR " * 2000, "with": "the OR " * 2000}).content) < 200_000


def test_reading_only(room):
    assert room.raw("/search", method="POST")[0] in {403, 405}


def test_a_database_of_another_program(tmp_path):
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY)")
    connection.close()
    visitor = Visitor(path)
    for place in ("/search", "/article/1", "/saved", "/search.atom"):
        answer = visitor.get(place)
        assert answer.status_code == 503
        assert "newscrawler serve --archive DIR" in answer.text
    for place, kind in (
        ("/search.atom", "text/plain"),
        ("/search.csv", "text/plain"),
        ("/search.json", "application/json"),
        ("/search.feed.json?q=a", "application/json"),
        ("/saved/x.feed.json", "application/json"),
    ):
        answer = visitor.get(place)
        assert answer.status_code == 503
        assert answer.headers["content-type"].startswith(kind)
        assert "<" not in answer.text
    assert visitor.get("/other/articles").status_code == 200
    visitor.close()


BROKEN = {
    "articles": {
        "authors": ("Jane Doe", "[1, null]", "{"), "tags": ("{}",), "captions": ("x",), "origins": ("not json", "[]"),
        "updates": ("[1]", '[{"at": 3}]'), "published": ("not a date", "", "2026-13-45", "2026-11-22T99:00:00Z"),
        "modified": ("yesterday",), "first_seen": ("never",), "language": ("<b>",), "lead": ("",),
    },
    "article_topics": {"terms": ("x", "[3]")},
    "article_verdicts": {"places": ("x", "7", '[[1, "z"], [99999], [], 7, "y"]', '[{"term": 1}]', '[{"term": "a", "topic": "b", "weight": 1, "body": ["z", -1, 99999]}]')},
    "runs": {"counts": ("x", '{"new": "many"}'), "started": ("x",), "finished": ("x",)},
    "sources": {"topics": ("x",)},
    "endpoints": {"last_new": ("x",), "last_polled": ("x",), "last_success": ("x",), "next_poll": ("x",)},
}  # fmt: skip


def test_cells_that_another_program_wrote_take_no_page_down(demo_run, tmp_path, numbers):
    """What cannot be read is left out; the rest of the page is there."""
    folder = furnish(tmp_path / "archive", demo_run)
    visitor = Visitor(folder / "news.db")
    id, story = numbers["copy"], numbers["story"]
    pages = (f"/article/{id}", f"/story/{story}", f"/article/{numbers['revised']}/diff", "/", "/search", "/search.atom", "/search.json",
             "/search.csv", "/sources", "/source/harbour-gazette", "/health", "/runs", "/run/1", "/saved", "/compare?q=a&with=b")  # fmt: skip
    connection = sqlite3.connect(folder / "news.db")
    for table, columns in BROKEN.items():
        for column, values in columns.items():
            for value in values:
                with connection:
                    connection.execute(f"UPDATE {table} SET {column} = ?", [value])
                answers = {path: visitor.get(path).status_code for path in pages}
                assert set(answers.values()) == {200}, (column, value, answers)
    assert "How to cite" in visitor.get(f"/article/{id}").text
    connection.close()
    visitor.close()


def test_another_database_beside_the_archive(demo_archive, tmp_path):
    path = tmp_path / "aaa.db"
    sqlite3.connect(path).close()
    visitor = Visitor(path, demo_archive / "news.db")
    assert visitor.get("/search?q=talks").status_code == 200
    visitor.close()


def test_a_missing_warc_file_is_said(room, numbers, tmp_path, demo_run):
    folder = furnish(tmp_path / "archive", demo_run)
    for file in (folder / "pages").iterdir():
        file.unlink()
    visitor = Visitor(folder / "news.db")
    answer = visitor.get(f"/article/{numbers['revised']}/raw")
    assert answer.status_code == 500
    assert "cannot be read" in answer.text
    visitor.close()
