"""The reading room is safe as it comes: headers, redirects, CSV, memory and time, a reader while the crawler writes."""

import base64
import csv
import hashlib
import io
import re
import resource
import sqlite3
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command import HANG
from conftest import candidate, command, lease
from hypothesis import given
from hypothesis import strategies as st
from reading_room import Visitor, served

from newscrawler.cli.serve import _warning
from newscrawler.text.spreadsheets import defused, defused_csv
from newscrawler.urls.host_names import ENVIRONMENT
from newscrawler.web.guard.asgi_guard import _CsvDefuser, tame_location
from newscrawler.web.room import LimitExceeded, run_limited


@pytest.fixture(scope="module")
def visitor(demo_archive):
    visitor = Visitor(demo_archive / "news.db", settings={"sql_time_limit_ms": 1000})
    yield visitor
    visitor.close()


@pytest.mark.parametrize("path", ["/news", "/news/articles", "/news?sql=select+1", "/nowhere", "/news.json", "/-/versions"])
def test_every_answer_carries_the_headers(visitor, path):
    answer = visitor.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in re.search(r"script-src[^;]*", policy)[0]


@pytest.mark.parametrize(
    "path", ["/-/patterns", "/-/allow-debug", "/news", "/news/articles", "/news/articles/1", "/nowhere"]
)
def test_datasettes_own_scripts_run(visitor, path):
    """Where a page has any: those that are in our house have none but our file."""
    answer = visitor.get(path)
    allowed = re.search(r"script-src([^;]*)", answer.headers["content-security-policy"])[1].split()
    scripts = [code for code in re.findall(r"<script[^>]*>(.*?)</script>", answer.text, re.DOTALL) if code.strip()]
    assert bool(scripts) == (path == "/-/patterns")
    for code in scripts:
        assert f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'" in allowed


def test_a_script_that_a_page_holds_is_not_allowed(visitor):
    """The policy is one and the same whatever is asked."""
    evil = visitor.get("/news", params={"sql": "select '<script>alert(1)</script>'"})
    assert evil.headers["content-security-policy"] == visitor.get("/news").headers["content-security-policy"]


@pytest.mark.parametrize(
    "target", ["//example.com/", "/\\example.com/", "///example.com/", "/\\/example.com/?a=b", "//example.com//"]
)
def test_redirects_stay_here(visitor, target):
    status, headers, _ = visitor.raw(target)
    location = headers.get(b"location", b"/")
    assert status in {301, 302, 307, 404}
    assert re.match(rb"/(?![/\\])", location)


@given(st.binary(max_size=30))
def test_no_location_names_another_host(location):
    assert not re.match(rb"[/\\]{2}|\\", tame_location(location))


@pytest.mark.parametrize("host", ["localhost", "localhost:8001", "127.0.0.1:80", "[::1]:8001", "192.168.1.4:8001"])
def test_it_answers_to_this_machines_names(visitor, host):
    assert visitor.get("/search", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/news.json?sql=select+1", "/article/1/raw", "/-/databases.json"])
@pytest.mark.parametrize("host", ["evil.example:8001", "localhost.evil.example", "127.0.0.1.evil.example"])
def test_no_page_of_others_can_pass_its_name_off_as_ours(visitor, host, path):
    answer = visitor.get(path, headers={"host": host})
    assert answer.status_code == 421
    assert "--host-name" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_names_that_are_allowed(demo_archive, monkeypatch):
    told = {"plugins": {"newscrawler": {"host_names": ["news.example"]}}}
    for more, status in (
        ({}, {"news.example": 421, "evil.example": 421}),
        ({"metadata": told}, {"news.example:8001": 200, "evil.example": 421}),
        ({"settings": {"default_allow_sql": False}}, {"news.example": 200, "evil.example": 200}),  # it is for everyone
    ):
        visitor = Visitor(demo_archive / "news.db", **more)
        assert {host: visitor.get("/search", headers={"host": host}).status_code for host in status} == status
        visitor.close()
    monkeypatch.setenv(ENVIRONMENT, "archive.example")  # as serve --host-name says it
    visitor = Visitor(demo_archive / "news.db")
    assert visitor.get("/search", headers={"host": "archive.example"}).status_code == 200
    assert visitor.get("/search", headers={"host": "news.example"}).status_code == 421
    visitor.close()


def test_serve_allows_the_names_that_it_is_given(demo_archive):
    with served(demo_archive, "--host-name", "news.example") as base:
        for host, status in (("news.example", 200), ("evil.example", 421)):
            asked = urllib.request.Request(f"{base}/search.json?q=talks", headers={"Host": host})
            try:
                with urllib.request.urlopen(asked, timeout=HANG) as answer:
                    found = answer.status
            except urllib.error.HTTPError as error:
                found = error.code
            assert found == status


BOMBS = [
    "select randomblob(900000000)",
    "select zeroblob(900000000)",
    "select hex(zeroblob(900000000))",
    "select printf('%900000000d', 1)",
    "select replace(hex(zeroblob(5000000)), '0', '" + "x" * 1000 + "')",
    "with recursive c(i) as (select 1 union all select i + 1 from c) select group_concat(i || hex(zeroblob(1000))) from c",
    "with recursive c(i) as (select 1 union all select i + 1 from c) select count(*) from c",
    "with recursive c(i) as (select 1 union all select i + 1 from c limit 900) select i, randomblob(9000000) from c",
    "select " + ", ".join(f"randomblob(11000000) as c{number}" for number in range(150)),
    "with recursive c(s) as (select 'x' union all select s || s from c) select max(length(s)) from c",
    "select json_group_array(hex(randomblob(100000))) from articles a, articles b, articles c",
    "select * from articles a, articles b, articles c order by a.text || b.text || c.text",
]


@pytest.mark.parametrize("sql", BOMBS, ids=lambda sql: sql[:40])
def test_limits_of_memory_and_time_hold(visitor, sql):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    answer = visitor.get("/news.json", params={"sql": sql})
    assert answer.status_code == 400 or '"truncated": true' in answer.text or "[[null]]" in answer.text
    assert time.monotonic() - start < 20  # of a second that it was given, on a busy machine
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000  # KiB


@pytest.mark.parametrize("path", [
    "/news/articles.json?_where=length(randomblob(900000000))>1", "/news/articles?_where=length(zeroblob(900000000))>1",
    "/news/articles.json?_where=length(hex(zeroblob(6000000)))>1",
])  # fmt: skip
def test_the_limits_are_the_readers_error_in_tables_too(visitor, path):
    answer = visitor.get(path)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("value", ["randomblob(7300000)", "replace(hex(zeroblob(2400000)), '0', 'ب')"])
def test_memory_holds_for_all_that_ask_at_once(demo_archive, value):
    """Six large answers are put together one after the other."""
    with served(demo_archive) as base:
        ask = f"{base}/news.json?{urllib.parse.urlencode({'sql': f'select {value}'})}"

        def get(_):
            with urllib.request.urlopen(ask, timeout=HANG) as answer:
                return answer.status, len(answer.read())

        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(get, range(6)))
        assert all(status == 200 and size > 9_000_000 for status, size in found)
        # every process that serves from this folder and port
        (peak,) = (
            int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024
            for each in Path("/proc").glob("[0-9]*")
            if (status := _status_of(each, base.rpartition(":")[2]))
        )
        assert peak < 400


def _status_of(process, port):
    """What Linux says of a process that serves on a port; None of any other."""
    try:
        words = (process / "cmdline").read_text().split("\0")
        return (process / "status").read_text() if {"datasette", "serve", port} <= set(words) else None
    except OSError:
        return None


def test_turns_are_left_whatever_happens(demo_archive):
    """Errors, and requests to itself from within, hold up nobody."""
    visitor = Visitor(demo_archive / "news.db")
    for path in ("/news.json?sql=select+x", "/nowhere", "/news/nowhere.json", "/news.json?sql=select+randomblob(90000000)"):
        assert visitor.get(path).status_code in {400, 404}
    assert {each.status_code for each in visitor.gather(*["/news.json?sql=select+1"] * 5)} == {200}
    visitor.close()


def test_what_fits_is_answered(visitor):
    assert visitor.rows("select length(randomblob(1000000)), (select count(*) from articles)")["rows"][0][0] == 1_000_000
    assert visitor.get("/news/articles.json?_size=max").status_code == 200


@given(
    st.lists(st.lists(st.text(alphabet='=+-@a1,"\n\r\t ＝', max_size=6), min_size=1, max_size=4), min_size=1, max_size=4),
    st.data(),
)
def test_no_cell_starts_a_formula(table, data):
    out = io.StringIO()
    csv.writer(out).writerows(table)
    raw = out.getvalue().encode()
    cells, pieces = _CsvDefuser(), b""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=3)))
    for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True):
        pieces += cells.feed(raw[start:end], last=end == len(raw) and start == ([0, *cuts][-1]))
    pieces += cells.feed(b"", last=True)
    assert pieces.decode() == defused_csv(raw.decode())
    found = list(csv.reader(io.StringIO(pieces.decode(), newline="")))
    assert found == [[defused(cell) for cell in row] for row in table]
    for cell in (cell for row in found for cell in row):
        assert not re.match(r"\s*[=@＝]", cell)


@pytest.mark.parametrize("more", ["", "&_stream=1", "&_dl=1"])
def test_datasettes_csv_is_defused(visitor, more):
    sql = "select '=HYPERLINK(\"http://x\")' as a, -5 as b, '@x' as c, 'plain, with comma' as d"
    answer = visitor.get(f"/news.csv?sql={sql}{more}")
    assert list(csv.reader(io.StringIO(answer.text))) == [
        ["a", "b", "c", "d"],
        ['\'=HYPERLINK("http://x")', "-5", "'@x", "plain, with comma"],
    ]


def test_a_public_reading_room_runs_nobodys_sql(demo_archive):
    visitor = Visitor(demo_archive / "news.db", settings={"default_allow_sql": False})
    assert visitor.get("/news.json?sql=select+1").status_code == 403
    assert visitor.get("/news/articles.json?_where=1=1").status_code in {400, 403}
    for path in ("/-/databases.json", "/-/versions", "/-/plugins.json", "/-/threads", "/-/settings.json"):
        assert visitor.get(path).status_code == 404
    assert visitor.get("/news/articles.json").status_code == 200
    visitor.close()


def test_serve_public_and_to_others(demo_archive):
    with served(demo_archive, "--public", "--host", "0.0.0.0") as base:
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{base}/news.json?sql=select+1", timeout=HANG)
        with urllib.request.urlopen(f"{base}/search?q=talks", timeout=HANG) as answer:
            assert b"<mark>" in answer.read()
    done = command("serve", "--help", cwd=demo_archive)
    assert "--public" in done.stdout


def test_who_may_reach_it_is_said():
    assert "--public" in _warning("0.0.0.0", public=False)
    assert "raw pages" in _warning("0.0.0.0", public=True)


def test_a_page_has_its_time():
    connection = sqlite3.connect(":memory:")
    endless = "with recursive c(i) as (select 1 union all select i + 1 from c) select count(*) from c"
    with pytest.raises(LimitExceeded, match=r"0\.05 s"):
        run_limited(connection, 0.05, lambda: connection.execute(endless).fetchone())
    assert run_limited(connection, 5, lambda: connection.execute("select 1").fetchone()) == (1,)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        run_limited(connection, 5, lambda: connection.execute("select * from nowhere"))
    connection.close()


def test_two_readers_and_a_writer_at_once(archive, tmp_path):
    """Neither the table pages nor the plugin's own fail while the crawler writes."""
    text = "The ministers met in the harbour town and agreed on the ninth paragraph of the treaty. "
    archive.file([candidate(lease(archive, "https://gazette.example/0"), text * 4)])
    answers, stop = [], threading.Event()

    def read():
        visitor = Visitor(tmp_path / "archive" / "news.db")
        while not stop.is_set():
            answers.extend(
                (each.status_code, str(each.url))
                for each in visitor.gather("/news/articles.json", "/search?q=treaty", "/article/1")
            )
        visitor.close()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    number = 0
    while (number < 20 or len(answers) < 20) and all(reader.is_alive() for reader in readers):
        number += 1
        archive.file(
            [candidate(lease(archive, f"https://gazette.example/{number}"), f"{text * 3} Number {number} {number * 7}.")]
        )
    stop.set()
    for reader in readers:
        reader.join()
    assert number >= 20
    assert len(answers) >= 20
    assert {status for status, _ in answers} == {200}, {each for each in answers if each[0] != 200}
