"""`newscrawler watch`: a simulated week, signals, a second one, the sign of life and the figures."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import termios
import time
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from unittest import mock
from urllib.parse import urlsplit

import click
import pytest
from conftest import DEMO, command, database, environment
from watching import EVERY, Papers, week

from newscrawler.cli import watch as command_line
from newscrawler.crawl import heartbeat
from newscrawler.crawl.metrics import Counts, Figures, prometheus_text, sink_for
from newscrawler.crawl.watching import ROUND, Rounds, Watch, states_of, status_line
from newscrawler.demo.server import DemoWeb
from newscrawler.errors import NewscrawlerError
from newscrawler.storage.sites.polls import Punctuality

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HANG = 120
TIME = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"
DAYS = 2

# --- a week


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """Two days over seven papers on two hosts, of which two publish."""
    folder = tmp_path_factory.mktemp("week")
    (folder / "clock").write_text("0")
    papers = Papers(folder, lively=2)
    done = week(folder, papers, 7, DAYS, "--metrics", "figures.prom")
    papers.shutdown()
    papers.server_close()
    return folder, papers, done


def select(folder, sql):
    with database(folder / "archive" / "news.db") as db:
        return db.execute(sql).fetchall()


def test_a_week_ends_as_it_was_told_to(simulated):
    _, _, done = simulated
    assert (done.returncode, done.stdout) == (0, "")
    assert "Traceback" not in done.stderr
    assert "a bug" not in done.stderr


def test_what_is_published_comes_in_once_each(simulated):
    folder, papers, _ = simulated
    published = [f"/{number}/{each}.html" for number in range(7) for each in range(papers.published(number))]
    stored = [urlsplit(url).path for (url,) in select(folder, "SELECT url FROM articles")]
    # what came out in the last hours may not have been looked for yet
    assert len(stored) == len(set(stored)) >= len(published) - 2 * 2
    asked = Counter(path for path, status in papers.asked if path.endswith(".html") and status == 200)
    assert set(asked.values()) == {1}


def test_no_endpoint_is_late_at_the_end(simulated):
    folder, _, _ = simulated
    # the clock jumps to what comes next: of that moment one may not have been asked when the stop came
    before = "strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT max(finished) FROM runs), '-10 minutes')"
    assert select(folder, f"SELECT count(*) FROM endpoints WHERE next_poll IS NULL OR next_poll <= {before}") == [(0,)]
    looks = dict(select(folder, "SELECT endpoint_id, count(*) FROM polls GROUP BY endpoint_id"))
    assert len(looks) == 7
    assert min(looks.values()) >= DAYS  # nobody is asked less than daily
    assert max(looks.values()) <= DAYS * 86400 / EVERY * 8


def test_each_day_is_a_run(simulated):
    folder, _, _ = simulated
    runs = select(folder, "SELECT substr(started, 1, 10), command, exit_code, finished IS NOT NULL, counts FROM runs")
    assert [row[:4] for row in runs] == [(f"2026-11-2{day}", "watch", 0, 1) for day in range(2, 2 + len(runs))]
    assert len(runs) in (DAYS, DAYS + 1)  # the clock may have come to the day after the last one
    came = sum(json.loads(row[4]).get(outcome, 0) for row in runs for outcome in ("new", "duplicate"))
    assert came == select(folder, "SELECT count(*) FROM revisions WHERE change = 'new'")[0][0]


def test_known_articles_are_looked_at_again_and_memory_stays(simulated):
    folder, papers, _ = simulated
    assert any(status == 304 for path, status in papers.asked if path.endswith(".html"))
    days = [json.loads(line) for line in (folder / "days").read_text().splitlines()]
    assert max(each["memory"] for each in days) <= 1.1 * days[0]["memory"]


# --- a watch of a demo web, as a process


@pytest.fixture
def paper(tmp_path):
    with DemoWeb(datetime.now(UTC).replace(microsecond=0)) as web:
        yield web


def catalogue_of(web, name="gazette"):
    host = f"http://127.0.0.1:{web.port}"
    return (
        f'[{name}]\nname = "Gazette"\nhome = "{host}/"\nkind = "newspaper"\n'
        f'[[{name}.endpoints]]\nkind = "rss"\nurl = "{host}/feed.xml"\n'
    )


def start(folder, *arguments):
    words = [sys.executable, "-m", "newscrawler", "watch", *DEMO, *arguments]
    return subprocess.Popen(words, cwd=folder, stderr=subprocess.PIPE, text=True, env=environment())


def wait_until(holds, process):
    until = time.monotonic() + HANG
    while not holds():
        assert time.monotonic() < until
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.1)


def test_a_process_signals_a_second_one_and_the_health_check(paper, tmp_path):
    (tmp_path / "newscrawler.toml").write_text('shipped_catalogue = false\ncatalogues = ["own.toml"]\n')
    (tmp_path / "own.toml").write_text(catalogue_of(paper))
    assert command("watch", "--ping", cwd=tmp_path).returncode == 1
    process = start(tmp_path, "--metrics", "figures.prom")
    told = tmp_path / "archive" / heartbeat.FILE
    try:
        wait_until(told.exists, process)
        # no second one, but one that waits
        second = command("watch", cwd=tmp_path)
        assert second.returncode == 75
        assert "is in use: `newscrawler watch`" in second.stderr
        with mock.patch("newscrawler.cli.options.time.sleep", side_effect=[None, NewscrawlerError("enough")]):
            waiting = command("watch", "--wait", cwd=tmp_path)
        assert (waiting.returncode, waiting.stderr.count("waiting for that")) == (1, 1)
        # the health check and the figures
        ping = command("watch", "--ping", cwd=tmp_path)
        assert (ping.returncode, "1 endpoint of 1 source since" in ping.stdout) == (0, True)
        assert "newscrawler_endpoints 1\n" in (tmp_path / "figures.prom").read_text()
        # a file that cannot be read changes nothing; one that can is read
        (tmp_path / "own.toml").write_text("[gazette")
        process.send_signal(signal.SIGHUP)
        said = next(line for line in process.stderr if "cannot be read" in line)
        assert "own.toml: not valid TOML" in said
        (tmp_path / "own.toml").write_text(catalogue_of(paper, "courier"))
        before = json.loads(told.read_text())
        assert next(line for line in process.stderr if "reading settings and catalogue again" in line)
        assert next(
            line for line in process.stderr if re.match(rf"{TIME} Watching 1 source into archive; figures: figu", line)
        )
        wait_until(lambda: json.loads(told.read_text())["started"] > before["started"], process)
        last = json.loads(told.read_text())
        assert last["pid"] == before["pid"] == process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        stderr = process.communicate(timeout=HANG)[1]
    assert process.returncode == 0, stderr
    assert all(re.match(TIME, line) for line in stderr.splitlines()), stderr
    assert re.match(rf"{TIME} Ended, it was told to, after 0 min: ", stderr.splitlines()[-1])
    runs = select(tmp_path, "SELECT command, exit_code, finished IS NOT NULL FROM runs")
    assert [(name, finished) for name, _, finished in runs] == [("watch", 1)] * 2
    assert select(tmp_path, "SELECT source_id FROM endpoints WHERE state <> 'retired'") == [("courier",)]
    assert "nobody watches this archive" in command("watch", "--ping", cwd=tmp_path).stderr
    told.write_text(json.dumps({**last, "at": "2026-01-01T00:00:00Z"}))
    assert "no sign of life" in command("watch", "--ping", cwd=tmp_path).stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--metrics", "nowhere/figures.prom"], 2, "no file can be there"),
        (["--metrics", "/dev/null"], 2, "no file can be there"),
        (["--metrics", "/proc/figures.prom"], 2, "cannot be written"),
        (["--metrics", "127.0.0.1:99999"], 2, "give a port from 0 to 65535"),
        (["--metrics", "99999"], 2, "give a port from 0 to 65535"),
        (["--metrics", ":9464"], 2, "on all of this machine's addresses it is 0.0.0.0:9464"),
        (["--metrics", "-1"], 2, "is no port"),
        (["--metrics", ""], 2, "is no port"),
        (["--metrics", "192.0.2.1:9464"], 1, "cannot listen there"),  # an address of nobody's (RFC 5737)
        (["--ping", "gazette"], 2, "--ping asks after the watch of an archive"),
        (["--set", "DOWNLOAD_DELAY=soon"], 2, "--set 'DOWNLOAD_DELAY=soon': could not convert"),
        (["--set", "CONCURRENT_REQUESTS=1.5"], 2, "--set 'CONCURRENT_REQUESTS=1.5': invalid literal"),
        (["--set", "COOKIES_ENABLED=maybe"], 2, "--set 'COOKIES_ENABLED=maybe'"),
        (["--set", "LOG_LEVEL=LOUD"], 2, "'LOUD' is none of CRITICAL"),
        (["--set", "NEWSCRAWLER_WORKERS=0"], 2, "0 workers cannot extract anything"),
        (["--set", "NEWSCRAWLER_ALLOW_NETWORKS=10.0.0.0/8,home"], 2, "'home' does not appear to be an IPv4 or IPv6 network"),
        (["nobody"], 2, "nobody"),
        (["--catalogue", "missing.toml"], 2, "missing.toml: cannot be read"),
    ],
)
def test_bad_input_is_one_line_and_makes_nothing(tmp_path, arguments, code, said):
    done = command("watch", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n"), list(tmp_path.iterdir())) == (code, 1, [])
    assert said in done.stderr


def test_a_file_of_something_else_is_no_file_of_figures(tmp_path):
    (tmp_path / "notes.txt").write_text("all that I know")
    done = command("watch", "--metrics", "notes.txt", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "--metrics notes.txt: is a file of something else" in done.stderr
    assert (tmp_path / "notes.txt").read_text() == "all that I know"
    for _ in range(2):  # its own is replaced, and so is an empty one
        (tmp_path / "figures.prom").touch()
        sink_for(str(tmp_path / "figures.prom")).put(prometheus_text(figures()))
    assert (tmp_path / "figures.prom").read_text().startswith("# HELP newscrawler_")


def test_figures_that_cannot_be_told_leave_an_archive_as_it_was(tmp_path, empty_archive):
    shutil.copytree(empty_archive, tmp_path / "archive")
    done = command("watch", "--metrics", "192.0.2.1:9464", cwd=tmp_path)
    assert (done.returncode, "cannot listen there" in done.stderr) == (1, True)
    assert select(tmp_path, "SELECT count(*) FROM runs") == [(0,)]


def test_a_hangup_while_it_starts_does_not_end_it(tmp_path, monkeypatch):
    def slow(*_):
        signal.raise_signal(signal.SIGHUP)
        raise NewscrawlerError("enough")

    monkeypatch.setattr("newscrawler.cli.watch._session", slow)
    done = command("watch", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "newscrawler: enough\n")


# --- the parts


@pytest.mark.parametrize("told_twice", [False, True])
def test_a_watch_that_is_told_twice_to_end_does_not_begin_anew(tmp_path, monkeypatch, told_twice):
    session = mock.Mock(sources=(), archive=mock.Mock(folder=tmp_path), fatal=None, interrupted=True, told_twice=False)
    session.finished_sources.return_value = ()
    closed = []

    def crawl(session, settings, spider, watch):
        monkeypatch.setattr(watch.signs, "close", lambda begins_anew: closed.append(begins_anew))
        watch.begins_anew, session.told_twice = True, told_twice

    monkeypatch.setattr(command_line, "run_spider", crawl)
    monkeypatch.setattr(command_line, "errand_of", lambda *_: None)
    with click.Context(command_line.watch):
        assert command_line._run(session, mock.Mock(), mock.Mock(), None) == (0, not told_twice)
    assert closed == [not told_twice]


def test_rounds_end_by_time_and_by_a_clock_that_was_set_back():
    rounds = Rounds(NOW)
    assert not rounds.is_over(NOW + ROUND - timedelta(seconds=1))
    assert rounds.is_over(NOW + ROUND)
    assert rounds.is_over(NOW - timedelta(days=400))
    assert not rounds.begin(NOW + timedelta(hours=1))
    assert rounds.begin(NOW + timedelta(hours=12))


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-22T11:59:00Z", None),
        ("2026-11-22T11:50:00Z", "no sign of life for 600 seconds"),
        ("2027-11-22T12:00:00Z", "ahead of this clock"),
        ("yesterday", "cannot be read"),
    ],
)
def test_what_a_sign_of_life_says(at, said):
    sign = heartbeat.Sign(1, "0", "2026-11-22T10:00:00Z", at, 1, 1, 0, None)
    trouble = heartbeat.trouble(sign, NOW)
    assert trouble is None if said is None else said in trouble


def test_whose_sign_of_life_is_taken_away(tmp_path):
    sign = heartbeat.Sign(1, "0", "2026-11-22T10:00:00Z", "2026-11-22T11:59:00Z", 1, 1, 0, None)
    heartbeat.write(tmp_path, sign)
    heartbeat.remove(tmp_path, 2, sign.started)
    heartbeat.remove(tmp_path, 1, "2026-11-22T09:00:00Z")  # containers give their processes the same numbers
    assert heartbeat.read(tmp_path) == sign
    heartbeat.remove(tmp_path, 1, sign.started)
    heartbeat.remove(tmp_path, 1, sign.started)
    assert heartbeat.read(tmp_path) is None


def test_a_sign_of_life_that_is_none(tmp_path):
    for text in ("", "[]", '{"pid": 1}', "\0"):
        (tmp_path / heartbeat.FILE).write_text(text)
        assert heartbeat.read(tmp_path) is None


def figures():
    counts = Counts()
    counts.decisions["new"] = 3
    counts.failures["page", "not-found"] = 1
    sources = {'odd "name"\\': Punctuality(90.0, 3600.0, 2, 1), "quiet": Punctuality(0.0, None, 1, 0)}
    return Figures(counts, sources, 7, 2, (100_000_000, 50_000_000), 1.5, NOW.timestamp(), NOW.timestamp() + 90)


def test_figures_are_in_prometheus_format():
    text = prometheus_text(figures())
    names = set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            names.add(line.split()[2])
            continue
        assert line.startswith("# HELP ") or re.fullmatch(
            r'(\w+)(\{\w+="(\\.|[^"\\])*"(,\w+="(\\.|[^"\\])*")*\})? [-+.e\d]+', line
        )
    assert 'newscrawler_source_overdue_seconds{source="odd \\"name\\"\\\\"} 90\n' in text
    assert 'newscrawler_articles_total{outcome="new"} 3\n' in text
    assert {re.split(r"[{ ]", line)[0] for line in text.splitlines() if line[0] != "#"} <= names


def test_the_status_line_has_what_matters_most_in_whatever_room_there_is():
    parts = ["3 new, 0 revised", "1 failing", "2 under way", "7 waiting", "3 endpoints of 2 sources", "150 MB"]
    line = " · ".join(parts)
    assert status_line(figures(), NOW, 200) == status_line(figures(), NOW, len(line)) == line
    assert status_line(figures(), NOW, len(line) - 1) == " · ".join(parts[:-1])
    assert status_line(figures(), NOW, 42) == " · ".join(parts[:3])


@pytest.mark.parametrize(("columns", "parts"), [(200, 6), (43, 3), (0, 4)])
def test_a_status_line_is_as_wide_as_its_terminal(columns, parts):
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, columns))  # of one that says nothing, 80 are taken
    with os.fdopen(ours, "rb", buffering=0) as reader, os.fdopen(theirs, "w") as terminal:
        watch = mock.Mock(spec=Watch, signs=mock.Mock(figures=figures()), _stream=terminal)
        Watch._show_status(watch)
        assert reader.read(1000).decode().count(" · ") == parts - 1


def test_figures_by_http():
    sink = sink_for("127.0.0.1:0")
    try:
        sink.put("newscrawler_endpoints 1\n")
        with urllib.request.urlopen(sink.address) as answer:
            assert answer.read() == b"newscrawler_endpoints 1\n"
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        with pytest.raises(NewscrawlerError, match="choose another port"):
            sink_for(sink.address.removeprefix("http://").removesuffix("/metrics"))
    finally:
        sink.close()


@pytest.mark.parametrize("where", ["localhost:metrics", "0.0.0.0:", "::x"])
def test_what_looks_like_a_port_and_is_none_is_no_file(where):
    with pytest.raises(NewscrawlerError, match=r"is no port; a file of that name is \./"):
        sink_for(where)


def test_a_file_that_came_or_changed_is_seen(tmp_path):
    file = tmp_path / "a.toml"
    none = states_of([file])
    file.write_text("a")
    one = states_of([file])
    os.utime(file, (1, 1))
    assert len({none, one, states_of([file])}) == 3
