"""Pages that are given again while nothing has changed, and turns in which small answers do not wait for large ones."""

import asyncio
import sqlite3

import pytest

from newscrawler.storage.database.connect import VersionOfFiles
from newscrawler.web.guard.asgi_guard import Rules, guard
from newscrawler.web.guard.kept_answers import SECONDS, KeptAnswers
from newscrawler.web.guard.turns import SMALL_RESULT, Turns

HTML = ((b"content-type", b"text/html; charset=utf-8"),)


class House:
    """A guarded application whose pages are numbered in the order in which they were made."""

    def __init__(self):
        self.made, self.version = 0, 1
        self.headers = HTML
        self.rules = Rules(lambda: "default-src 'none'", lambda: False, tuple, str, lambda path: False, lambda: self.version)
        self.app = guard(self._answer, self.rules)

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


class SlowHouse(House):
    """Its pages wait until `may_end` is set; `parts` is how they leave, None for one that fails."""

    def __init__(self, parts=(b"whole",)):
        super().__init__()
        self.parts, self.may_end = parts, asyncio.Event()

    async def _answer(self, scope, receive, send):
        self.made += 1
        if self.parts is None:
            await self.may_end.wait()
            raise OSError("it broke")
        if len(self.parts) == 1:
            await self.may_end.wait()
        await send({"type": "http.response.start", "status": 200, "headers": list(self.headers)})
        for at, part in enumerate(self.parts, 1):
            await send({"type": "http.response.body", "body": part, "more_body": at < len(self.parts)})
            await self.may_end.wait()

    async def ask(self, path="/search"):
        bodies = []

        async def send(message):
            if message["type"] == "http.response.body":
                bodies.append(message["body"])

        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"q=a", "headers": [(b"host", b"localhost")]}
        await self.app(scope, None, send)
        return bodies

    async def together(self, *paths):
        """What readers get who ask at once, and how many answers were being made when all had asked."""
        asked = [asyncio.ensure_future(self.ask(path)) for path in paths]
        for _ in range(5):
            await asyncio.sleep(0)
        at_once = self.made
        self.may_end.set()
        return await asyncio.gather(*asked, return_exceptions=True), at_once


def test_what_many_ask_for_at_once_is_made_once():
    async def run():
        house = SlowHouse()
        return await house.together("/search", "/search", "/", "/search"), house.made

    (told, at_once), made = asyncio.run(run())
    assert (told, at_once, made) == ([[b"whole"]] * 4, 2, 2)


def test_nobody_waits_for_the_end_of_what_is_written_as_it_is_read():
    async def run():
        house = SlowHouse((b"a", b"b"))
        return await house.together("/search.csv", "/search.csv")

    assert asyncio.run(run()) == ([[b"a", b"b"]] * 2, 2)


def test_an_answer_that_fails_is_asked_for_by_each_who_waits():
    async def run():
        house = SlowHouse(None)
        told, at_once = await house.together("/", "/", "/")
        return [type(each) for each in told], at_once, house.made

    assert asyncio.run(run()) == ([OSError] * 3, 1, 3)


def test_a_page_that_asks_its_own_instance_does_not_wait_for_itself():
    async def run():
        house = SlowHouse()
        asks = house._answer

        async def answer(scope, receive, send):
            if scope["path"] == "/a" and house.made == 0:
                house.made += 1
                await house.ask("/a")
            await asks(scope, receive, send)

        house.may_end.set()
        house.app = guard(answer, house.rules)
        return await house.ask("/a")

    assert asyncio.run(asyncio.wait_for(run(), 60)) == [b"whole"]


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
