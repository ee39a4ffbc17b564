"""Every verb that fetches or works for long ends when it is told to: soon, quietly, with exit code 130, and goes on later."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from command import HANG
from conftest import DEMO, command, database, environment, newscrawler
from test_crawl import feed, page

from newscrawler.demo.site import Answer

HOWS = pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
QUIET = ("Stopping: ", "Interrupted. All", "newscrawler: interrupted", "0 new", "by-hand: ", "harbour-gazette: ")
SLOW = ["--set", "DOWNLOAD_DELAY=0.3"]


def _start(folder, *arguments, stdin="", **extra):
    process = subprocess.Popen(
        [sys.executable, "-m", "newscrawler", *map(str, arguments)], cwd=folder, env=environment() | extra, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    process.stdin.write(stdin)
    process.stdin.close()
    process.stdin = None
    return process


def _wait_for(process, condition):
    for _ in range(HANG * 20):
        if process.poll() is not None:
            pytest.fail(f"it ended before it came to that: {process.communicate()}")
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it did not come to that")


def _stopped(process, how, *said):
    """stderr of a process that was told to stop as terminals, `timeout` and systemd tell it: with its group.

    `said`: beginnings of what it had to say before.
    """
    began = time.monotonic()
    os.killpg(process.pid, how)
    _, stderr = process.communicate(timeout=HANG)
    assert time.monotonic() - began < 15
    assert process.returncode == 130, stderr
    lines = [line for line in stderr.splitlines() if line.strip()]
    assert not [line for line in lines if not line.startswith((*QUIET, *said))], stderr
    return stderr


@contextmanager
def _mute():
    """(address, accept) of a server that takes requests and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(HANG)
        connections = []
        yield f"http://127.0.0.1:{server.getsockname()[1]}", lambda: connections.append(server.accept()[0])
        for each in connections:
            each.close()


def _count(folder, sql):
    try:
        with database(folder / "archive" / "news.db") as db:
            return db.execute(sql).fetchone()[0]
    except Exception:  # it is not there yet
        return 0


@pytest.fixture
def many(web):
    """Thirty pages, and a sitemap of them."""
    for n in range(30):
        web.extra["127.0.0.1", f"/p{n}"] = page(f"Page {n}")
    rows = "".join(f"<url><loc>{web.gazette}/p{n}</loc><lastmod>2026-11-2{n % 3}</lastmod></url>" for n in range(30))
    web.extra["127.0.0.1", "/map.xml"] = Answer(200, "application/xml", f"<urlset>{rows}</urlset>".encode())
    web.extra["127.0.0.1", "/test.xml"] = feed(*(f"{web.gazette}/p{n}" for n in range(31)))
    return web


def _catalogue(folder, base, kind="sitemap", path="/map.xml"):
    (folder / "c.toml").write_text(
        f'[s0]\nname="S"\nhome="{base}/"\nkind="wire"\nkeep="all"\n[[s0.endpoints]]\nkind="{kind}"\nurl="{base}{path}"\n'
    )


BACKFILL = ["backfill", "s0", "--since", "2026-11-20", "--until", "2026-11-22", "--yes", "--catalogue", "c.toml", *DEMO]
PLAN = ("S: 2026-11-20 to", "  ", "s0: ")


@HOWS
def test_a_backfill_stops_and_goes_on(many, tmp_path, how):
    _catalogue(tmp_path, many.gazette)
    process = _start(tmp_path, *BACKFILL, *SLOW)
    _wait_for(process, lambda: _count(tmp_path, "SELECT count(*) FROM articles") >= 2)
    _stopped(process, how, *PLAN, *(f"{n} new" for n in range(31)))
    assert _count(tmp_path, "SELECT exit_code FROM runs") == 130
    assert 2 <= _count(tmp_path, "SELECT count(*) FROM articles") < 30
    done = newscrawler(*BACKFILL, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert _count(tmp_path, "SELECT count(*) FROM articles") == 30


@HOWS
def test_a_backfill_stops_while_a_list_does_not_come(tmp_path, how):
    with _mute() as (base, accept):
        _catalogue(tmp_path, base)
        process = _start(tmp_path, *BACKFILL, "--set", "NEWSCRAWLER_SHUTDOWN_SECONDS=1")
        accept()
        _stopped(process, how, *PLAN)
    assert _count(tmp_path, "SELECT count(*) FROM backfill_steps WHERE state = 'pending'") == 1


@HOWS
def test_saving_a_list_of_addresses_stops(many, tmp_path, how):
    addresses = "\n".join(f"{many.gazette}/p{n}" for n in range(30))
    process = _start(tmp_path, "save", "-", *DEMO, *SLOW, stdin=addresses)
    _wait_for(process, lambda: _count(tmp_path, "SELECT count(*) FROM articles") >= 2)
    _stopped(process, how, many.gazette, *(f"{n} new" for n in range(31)))
    assert _count(tmp_path, "SELECT count(*) FROM links WHERE state NOT IN ('done', 'pending')") == 0
    assert _count(tmp_path, "SELECT exit_code FROM runs") == 130


@HOWS
@pytest.mark.parametrize("verb", ["add", "repair", "extract"])
def test_what_fetches_outside_a_crawl_stops(tmp_path, how, verb, web):
    with _mute() as (base, accept):
        if verb == "repair":
            _catalogue(tmp_path, web.gazette, "rss", "/gone.xml")
            (tmp_path / "newscrawler.toml").write_text('catalogues = ["c.toml"]\nshipped_catalogue = false\n')
            for _ in range(2):
                newscrawler("crawl", *DEMO, cwd=tmp_path)
            _catalogue(tmp_path, base, "rss", "/gone.xml")
            with database(tmp_path / "archive" / "news.db") as db:
                db.execute("UPDATE endpoints SET url = ?", [f"{base}/gone.xml"])
        words = {
            "add": ["add", base, "--yes"],
            "repair": ["sources", "repair", "--yes"],
            "extract": ["extract", f"{base}/article"],
        }
        if verb == "extract":
            (tmp_path / "newscrawler.toml").write_text('allow_networks = ["127.0.0.0/8"]\n')
        quick = [] if verb == "extract" else [*DEMO, "--set", "NEWSCRAWLER_SHUTDOWN_SECONDS=1"]
        process = _start(tmp_path, *words[verb], *quick)
        accept()
        _stopped(process, how)
    assert not (tmp_path / "my-sources.toml").exists()


@HOWS
@pytest.mark.parametrize("what", ["--extract", "--judge"])
def test_reprocessing_stops_and_keeps_what_is_done(demo_archive, tmp_path, how, what):
    shutil.copytree(demo_archive, tmp_path / "archive")
    (tmp_path / "sitecustomize.py").write_text(
        "import time, newscrawler.extraction as extraction, newscrawler.reprocess.work as work\n"
        "def slowed(function):\n"
        "    def run(*args, **named):\n"
        "        open('at work', 'w').close()\n"
        "        time.sleep(.2)\n"
        "        return function(*args, **named)\n"
        "    return run\n"
        "extraction.examine, work.judge = slowed(extraction.examine), slowed(work.judge)\n"
    )
    before = _count(tmp_path, "SELECT count(*) FROM articles")
    process = _start(tmp_path, "reprocess", what, PYTHONPATH=str(tmp_path))
    _wait_for(process, (tmp_path / "at work").exists)
    _stopped(process, how)
    assert _count(tmp_path, "SELECT count(*) FROM articles") == before
    assert _count(tmp_path, "PRAGMA integrity_check") == "ok"
    assert command("reprocess", what, cwd=tmp_path).returncode == 0


@HOWS
def test_a_stop_before_anything_is_imported_is_one_too(tmp_path, how):
    (tmp_path / "click.py").write_text("import time\nopen('importing', 'w').close()\ntime.sleep(60)\n")
    process = _start(tmp_path, "status", PYTHONPATH=str(tmp_path))
    _wait_for(process, (tmp_path / "importing").exists)
    assert _stopped(process, how) == "newscrawler: interrupted\n"


@HOWS
def test_a_stop_that_somebody_swallows_is_one_too(demo_archive, tmp_path, how):
    """As callbacks of C code do with any exception."""
    (tmp_path / "sitecustomize.py").write_text(
        "import time, newscrawler.cli.stopping as stopping, newscrawler.cli.options as options\n"
        "stopping.LEAVING_SECONDS = .5\n"
        "def deaf(folder):\n"
        "    open('at work', 'w').close()\n"
        "    for _ in range(600):\n"
        "        try:\n"
        "            time.sleep(.1)\n"
        "        except KeyboardInterrupt:\n"
        "            pass\n"
        "options.open_for_reading = deaf\n"
    )
    process = _start(tmp_path, "status", PYTHONPATH=str(tmp_path))
    _wait_for(process, (tmp_path / "at work").exists)
    assert _stopped(process, how) == "newscrawler: interrupted\n"
