"""Pages that are given again while nothing has changed, and turns in which small answers do not wait for large ones."""

import asyncio
import sqlite3

import pytest

from newscrawler.storage.connect import VersionOfFiles
from newscrawler.web.asgi_guard import Rules, guard
from newscrawler.web.kept_answers import SECONDS, KeptAnswers
from newscrawler.web.turns import SMALL_RESULT, Turns

HTML = ((b"content-type", b"text/html; charset=utf-8"),)


class House:
    """A guarded application whose pages are numbered in the order in which they were made."""

    def __init__(self):
        self.made, self.version = 0, 1
        self.headers = HTML
        rules = Rules(lambda: "default-src 'none'", lambda: False, tuple, str, lambda path: False, lambda: self.version)
        self.app = guard(self._answer, rules)

    async def _answer(self, scope, receive, send):
        self.made += 1
        await send({"type": "http.response.start", "status": 200, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": f"page {self.made}".encode()})

    def get(self, path, query=b"", **headers):
        """(Status, body, headers) of a page."""
        told = []

        async def send(message):
            told.append(message)

        asked = [(name.replace("_", "-").encode(), value) for name, value in {"host": b"localhost", **headers}.items()]
        scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": asked}
        asyncio.run(self.app(scope, None, send))
        return told[0]["status"], told[1]["body"], dict(told[0]["headers"])


def test_a_page_is_given_again_until_the_archive_changes():
    house = House()
    first = house.get("/search", b"q=a")
    assert house.get("/search", b"q=a") == first
    assert house.get("/search", b"q=b")[1] == b"page 2"
    house.version += 1
    assert house.get("/search", b"q=a")[1] == b"page 3"


def test_a_reader_who_has_a_page_is_told_so():
    house = House()
    tag = house.get("/")[2][b"etag"]
    status, body, headers = house.get("/", if_none_match=tag)
    assert (status, body, headers[b"etag"]) == (304, b"", tag)
    assert b"content-security-policy" in headers
    house.version += 1
    assert house.get("/", if_none_match=tag)[:2] == (200, b"page 2")


@pytest.mark.parametrize(
    ("path", "query", "headers"),
    [
        ("/news", b"sql=select+random()", {}),
        ("/-/threads", b"", {}),
        ("/", b"", {"cookie": b"ds_actor=a"}),
        ("/", b"", {"authorization": b"Bearer a"}),
    ],
)
def test_what_is_of_one_reader_or_moment_is_made_anew(path, query, headers):
    house = House()
    assert [house.get(path, query, **headers)[1] for _ in range(2)] == [b"page 1", b"page 2"]


def test_nothing_is_kept_where_the_archive_does_not_tell_or_an_answer_brings_a_cookie():
    house = House()
    house.version = None
    assert [house.get("/")[1] for _ in range(2)] == [b"page 1", b"page 2"]
    house.version, house.headers = 1, (*HTML, (b"set-cookie", b"a=b"))
    assert [house.get("/")[1] for _ in range(2)] == [b"page 3", b"page 4"]


def test_what_is_kept_is_bounded_in_bytes_and_time():
    now = [0.0]
    kept = KeptAnswers(most_bytes=10, clock=lambda: now[0])
    assert kept.get(1, "a") is None
    kept.put(1, "a", ((), b"12345"))
    kept.put(1, "b", ((), b"12345"))
    assert kept.get(1, "a")  # wanted last, so that b leaves
    kept.put(1, "c", ((), b"1"))
    assert [bool(kept.get(1, key)) for key in "abc"] == [True, False, True]
    kept.put(0, "late", ((), b"1"))  # begun before the archive changed
    assert kept.get(1, "late") is None
    now[0] = SECONDS + 1
    assert kept.get(1, "a") is None


def test_a_file_tells_when_another_connection_wrote(tmp_path):
    path, files = tmp_path / "a.db", VersionOfFiles()
    assert files.now([path]) is None
    with sqlite3.connect(path) as writer:
        writer.execute("CREATE TABLE a (b)")
    before = files.now([path])
    assert before == files.now([path])
    with writer:
        writer.execute("INSERT INTO a VALUES (1)")
    assert files.now([path]) != before
    writer.close()
    files.close()


def test_small_answers_pass_large_ones_and_wait_where_they_are_not_small():
    async def run():
        turns, order, large_may_end = Turns(), [], asyncio.Event()

        async def large(turn):
            await large_may_end.wait()
            order.append("large")

        async def small(turn):
            await turn.before_much(SMALL_RESULT)
            order.append("small")

        async def small_by_its_address(turn):
            await turn.before_much(SMALL_RESULT + 1)
            order.append("not small")

        waiting = [
            asyncio.create_task(turns.take(large, small=False)),
            asyncio.create_task(turns.take(small_by_its_address, small=True)),
        ]
        await asyncio.sleep(0)
        await turns.take(small, small=True)
        large_may_end.set()
        await asyncio.gather(*waiting)
        return order

    assert asyncio.run(run()) == ["small", "large", "not small"]
