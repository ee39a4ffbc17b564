"""Crawls of the demo web in a process of their own: politeness, refusals, bad pages, kills, locks."""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import HANG
from conftest import DEMO, command, database, environment, lines, newscrawler, warcio_check

from newscrawler.demo.site import Answer

HTML = "text/html; charset=utf-8"


def feed(*urls: str) -> Answer:
    items = "".join(f"<item><link>{url}</link><title>{url[-6:]}</title></item>" for url in urls)
    return Answer(
        200, "application/rss+xml", f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()
    )


def page(title: str, text: str = "") -> Answer:
    body = (
        text
        or f"The ministry said that {title} would sail with four frigates and a submarine before the end of the month. " * 4
    )
    return Answer(
        200, HTML, f"<html lang='en'><body><article><h1>{title}</h1><p>{body}</p></article></body></html>".encode()
    )


@pytest.fixture
def site(web, tmp_path):
    """A source of one feed on the demo server, whose answers a test sets."""

    class Site:
        def __init__(self):
            self.web, self.base, self.archive = web, web.gazette, tmp_path / "archive"
            self.catalogue = tmp_path / "catalogue.toml"
            self.sources(f"{self.base}/test.xml")

        def sources(self, *feeds):
            self.catalogue.write_text(
                "".join(
                    f'[s{n}]\nname="S{n}"\nhome="{self.base}/"\nkind="wire"\nkeep="all"\n[[s{n}.endpoints]]\nkind="rss"\nurl="{url}"\n\n'
                    for n, url in enumerate(feeds)
                )
            )

        def serve(self, path, answer):
            web.extra["127.0.0.1", path] = answer

        def links(self, *paths):
            self.serve("/test.xml", feed(*(path if "://" in path else self.base + path for path in paths)))

        def crawl(self, *arguments, **more):
            return newscrawler(
                "crawl", "--catalogue", self.catalogue, "--archive", self.archive, *DEMO, *arguments, cwd=tmp_path, **more
            )

        def rows(self, sql):
            with database(self.archive / "news.db") as connection:
                return connection.execute(sql).fetchall()

        def asked(self, path):
            return [target for _, target, _ in web.log].count(path)

    return Site()


def test_what_a_site_reserves_is_asked_once_and_kept_with_its_articles(site):
    site.serve("/robots.txt", Answer(200, "text/plain", b"User-agent: *\nDisallow: /private\n"))
    site.serve("/.well-known/tdmrep.json", Answer(200, "application/json", b'[{"location": "/a", "tdm-reservation": 1}]'))
    meta = b"<meta name=robots content='noarchive'><meta name=googlebot content=nosnippet>"
    for path in ("/a", "/b", "/c"):
        site.serve(path, page(f"Article {path}"))
    marked = page("Marked")
    site.serve("/d", Answer(200, HTML, marked.body.replace(b"<body>", meta + b"<body>")))
    site.links("/a", "/b", "/d")
    assert site.crawl().returncode == 0
    standing = "SELECT substr(url, -2), rights, json_array_length(rights_stated) FROM articles ORDER BY 1"
    assert site.rows(standing) == [("/a", "reserved", None), ("/b", None, None), ("/d", "reserved", 2)]
    site.links("/a", "/b", "/c", "/d")
    assert site.crawl("--set", "NEWSCRAWLER_RESPECT=noarchive", "--set", "NEWSCRAWLER_TDMREP=False").returncode == 0
    assert site.asked("/.well-known/tdmrep.json") == 1
    site.serve("/e", Answer(200, HTML, marked.body.replace(b"<body>", meta + b"<body>")))
    site.links("/a", "/e")
    assert site.crawl("--set", "NEWSCRAWLER_RESPECT=noarchive").returncode == 0
    assert site.asked("/.well-known/tdmrep.json") == 1
    assert site.rows("SELECT state, failure FROM links WHERE url LIKE '%/e'") == [("failed", "withheld")]
    assert site.rows("SELECT count(*) FROM pages WHERE url LIKE '%/e'") == [(0,)]


def test_bad_pages_cost_themselves_only(site):
    site.serve("/good", page("Good"))
    site.serve("/pdf", Answer(200, HTML, b"%PDF-1.7 not a page"))
    site.serve("/empty", Answer(200, HTML, b""))
    site.serve("/deep", Answer(200, HTML, b"<div>" * 20_000 + b"x"))
    site.serve("/jsonld", Answer(200, HTML, b'<script type="application/ld+json">' + b"[" * 50_000 + b"</script>"))
    site.serve(
        "/surrogate", page("Lone \ud800 surrogate".encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "\x00")
    )
    site.serve("/gone", Answer(410, HTML, b"gone"))
    site.serve("/wall", Answer(403, HTML, b"no"))
    site.links(
        "/pdf",
        "/empty",
        "/deep",
        "/jsonld",
        "/gone",
        "/wall",
        "/missing",
        "/surrogate",
        "/good",
        "http://10.0.0.1/inside",
        "file:///etc/passwd",
    )
    done = site.crawl()
    assert done.returncode == 0, done.stderr
    reasons = dict(site.rows("SELECT substr(url, instr(url, '//') + 2), reason FROM links"))
    reasons = {url.partition("/")[2]: reason for url, reason in reasons.items()}
    # their paragraphs are the same: whichever comes second is the other's copy
    assert sorted(reasons.pop(name).partition(":")[0] for name in ("good", "surrogate")) == ["duplicate", "new"]
    assert reasons.pop("deep").startswith(
        ("new: ", "retry: no article: ", "failed: no article: ")
    )  # whatever the parser makes of it
    assert reasons == {
        "pdf": "retry: no article: not an HTML page; attempt 1",
        "empty": "retry: no article: an empty page; attempt 1",
        "jsonld": "retry: no article: no text; attempt 1",
        "gone": "retry: HTTP 410, gone; attempt 1",
        "wall": "retry: HTTP 403, forbidden; attempt 1",
        "missing": "retry: HTTP 404, not found; attempt 1",
        "inside": "failed: refused: 10.0.0.1 is no public address; allow_networks in newscrawler.toml opens it",
    }
    assert site.rows("SELECT count(*) FROM pages WHERE url LIKE '%/pdf'") == [(1,)]  # nothing that was fetched is lost


def test_robots_are_asked_first_and_obeyed(site):
    site.serve("/robots.txt", Answer(200, "text/plain", b"User-agent: *\nDisallow: /private/\n"))
    paths = [f"/private/{n}" for n in range(8)] + [f"/open/{n}" for n in range(4)]
    for path in paths:
        site.serve(path, page(path))
    site.links(*paths)
    assert site.crawl().returncode == 0
    targets = [target for _, target, _ in site.web.log]
    assert targets[0] == "/robots.txt"
    assert targets.count("/robots.txt") == 1
    assert not [target for target in targets if target.startswith("/private/")]
    assert site.rows("SELECT count(*) FROM articles") == [(4,)]
    assert site.rows("SELECT DISTINCT reason FROM links WHERE url LIKE '%private%'") == [
        ("retry: refused: robots.txt disallows it; attempt 1",)
    ]


def test_without_robots_for_now_nothing_is_asked_and_the_links_wait(site):
    site.links("/a")
    site.serve("/a", page("A"))
    assert site.crawl().returncode == 0
    site.links("/a", "/b")
    site.serve("/robots.txt", Answer(503, "text/plain", b""))
    site.rows("UPDATE robots SET fetched = '2020-01-01T00:00:00Z'")
    done = site.crawl()
    assert done.returncode == 4
    assert "s0: failed: not asked, robots.txt cannot be had: HTTP 503" in lines(done)
    assert site.asked("/b") == 0


def test_crawl_delay_is_obeyed(site):
    site.serve("/robots.txt", Answer(200, "text/plain", b"User-agent: *\nCrawl-delay: 1\n"))
    site.links("/1", "/2")
    started = time.monotonic()
    site.crawl()
    # feed and two pages, a second between each two
    assert time.monotonic() - started > 2


def test_private_networks_are_closed_unless_opened(site):
    site.links("/a")
    done = newscrawler("crawl", "--catalogue", site.catalogue, "--archive", site.archive, cwd=site.archive.parent)
    assert done.returncode == 4
    assert "refused: 127.0.0.1 is no public address" in done.stderr
    site.sources(site.base.replace("127.0.0.1", "localhost") + "/feed.atom")
    done = newscrawler("crawl", "--catalogue", site.catalogue, "--archive", site.archive, cwd=site.archive.parent)
    assert "refused: localhost is at 127.0.0.1" in done.stderr
    assert site.web.log == []


def test_who_asks(site):
    (site.archive.parent / "newscrawler.toml").write_text('contact = "desk@example.org"\n')
    done = site.crawl()
    assert "Say who you are" not in done.stderr


def test_limit_and_then_the_rest(site):
    for n in range(6):
        site.serve(f"/{n}", page(f"Article {n}"))
    site.links(*(f"/{n}" for n in range(6)))
    assert site.crawl("--limit", "2").returncode == 0
    assert site.rows("SELECT count(*) FROM articles") == [(2,)]
    assert site.crawl().returncode == 0
    assert site.rows("SELECT count(*) FROM articles") == [(6,)]
    assert all(site.asked(f"/{n}") == 1 for n in range(6))


def test_some_sources_failed_and_all_failed(site):
    site.sources(f"{site.base}/test.xml", f"{site.base}/nowhere.xml")
    site.links()
    done = site.crawl()
    assert done.returncode == 3
    assert "s1: failed: HTTP 404, not found" in lines(done)
    site.serve("/test.xml", Answer(200, HTML, b"<html>blocked</html>"))
    done = site.crawl()
    assert done.returncode == 4
    assert "s0: failed: not a feed: the root element is html" in lines(done)
    assert site.rows("SELECT url, state, failures FROM endpoints ORDER BY id") == [
        (f"{site.base}/test.xml", "failing", 1), (f"{site.base}/nowhere.xml", "failing", 2)
    ]  # fmt: skip


def test_due_asks_nobody_twice(site):
    site.links()
    assert site.crawl("--due").returncode == 0
    done = site.crawl("--due")
    assert done.returncode == 0
    assert "No endpoint is due, and nothing is left to fetch." in lines(done)
    assert site.asked("/test.xml") == 1


def test_save_knows_revisions_copies_and_stdin(site):
    site.serve("/a", page("First", "The first state of the text, long enough to be taken for an article by anyone. " * 4))
    site.serve("/b", page("First", "The first state of the text, long enough to be taken for an article by anyone. " * 4))
    common = ["--archive", site.archive, *DEMO]
    done = newscrawler("save", f"{site.base}/a", *common, cwd=site.archive.parent)
    assert f"{site.base}/a: new: every article of this source" in lines(done)
    assert done.returncode == 0
    site.serve("/a", page("First", "The second state of the text, long enough to be taken for an article by anyone. " * 4))
    done = newscrawler(
        "save",
        "-",
        *common,
        cwd=site.archive.parent,
        stdin=f"{site.base}/a\n{site.base}/a\n\n{site.base}/b\n{site.base}/no\n",
    )
    assert done.returncode == 3
    assert f'{site.base}/a: revised: same address key, revised text: 4 sentences reworded: "first" → "second"' in lines(done)
    assert f"{site.base}/no: retry: HTTP 404, not found; attempt 1" in lines(done)
    assert site.rows("SELECT change FROM revisions WHERE article_id = 1 ORDER BY id") == [("new",), ("revised",)]
    assert site.rows("SELECT DISTINCT source_id FROM articles") == [("by-hand",)]
    done = newscrawler("save", f"{site.base}/no", *common, cwd=site.archive.parent)
    assert done.returncode == 4


def test_a_redirect_ends_at_the_article_that_is_there(site):
    site.serve("/long", page("Long"))
    site.links("/long")
    site.crawl()
    target = site.base + "/long"
    site.serve(
        "/short",
        Answer(
            200,
            HTML,
            f'<html><head><link rel="canonical" href="{target}"></head><body>{"<p>Another text that is an article of its own, it says.</p>" * 6}</body></html>'.encode(),
        ),
    )
    site.links("/short")
    site.crawl()
    # a canonical claim is evidence, never a key
    assert site.rows("SELECT count(*) FROM articles") == [(2,)]
    assert site.rows("SELECT canonical FROM articles WHERE id = 2") == [(target,)]


def _command(site, *arguments):
    return [
        sys.executable,
        "-m",
        "newscrawler",
        "crawl",
        "--catalogue",
        str(site.catalogue),
        "--archive",
        str(site.archive),
        *DEMO,
        *arguments,
    ]


def _start(site, *arguments, **extra):
    command = _command(site, *arguments)
    return subprocess.Popen(
        command, cwd=site.archive.parent, env=environment() | extra, stderr=subprocess.PIPE, text=True, start_new_session=True
    )  # fmt: skip


def _wait_for(condition, seconds=HANG):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except sqlite3.Error:
            pass
        time.sleep(0.05)
    pytest.fail("it did not come to that")


@pytest.mark.parametrize("after", [2, 9, 17])
def test_kill_and_crawl_again_is_as_if_nothing_had_happened(site, after):
    for n in range(20):
        site.serve(f"/{n}", page(f"Article {n}"))
    site.links(*(f"/{n}" for n in range(20)))
    process = _start(site)
    _wait_for(lambda: sum(site.asked(f"/{n}") for n in range(20)) >= after)
    process.kill()
    process.communicate()
    done = site.crawl()
    assert done.returncode == 0, done.stderr
    assert site.rows("SELECT count(*), count(DISTINCT url_key) FROM articles") == [(20, 20)]
    assert site.rows("SELECT state, count(*) FROM links GROUP BY 1") == [("done", 20)]
    assert site.rows("PRAGMA integrity_check") == [("ok",)]
    assert site.rows("PRAGMA foreign_key_check") == []
    assert warcio_check(site.archive) == (0, "")


QUIET = ("Stopping: what is under way has ", "Say who you are", "Interrupted. All", "s0: ", "newscrawler: interrupted", "1 of 1 ", "0 new")  # fmt: skip


def _stopped(process, site):
    """What a crawl says that ends because it was told to, within its time."""
    began = time.monotonic()
    _, stderr = process.communicate(timeout=HANG)
    assert time.monotonic() - began < 15
    assert process.returncode == 130, stderr
    unexpected = [line for line in filter(None, stderr.splitlines()) if not line.startswith(QUIET)]
    assert not unexpected, stderr
    return stderr


@pytest.fixture
def slow_site(site):
    """Thirty articles, two a second, so that there is time to stop."""
    for n in range(30):
        site.serve(f"/{n}", page(f"Article {n}"))
    site.links(*(f"/{n}" for n in range(30)))
    return site


STORED = "SELECT count(*) FROM articles"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_of_the_whole_group_ends_soon_and_says_what_is_kept(slow_site, how):
    """As a terminal, `timeout`, systemd and a shutdown send it."""
    process = _start(slow_site, "--set", "DOWNLOAD_DELAY=0.5")
    _wait_for(lambda: slow_site.rows(STORED)[0][0] >= 2)
    asked = len(slow_site.web.log)
    os.killpg(process.pid, how)
    stderr = _stopped(process, slow_site)
    assert len(slow_site.web.log) - asked <= 2  # what waited for its turn does not get it
    assert "Stopping: what is under way has 6 seconds" in stderr
    assert "Interrupted." in stderr
    assert 2 <= slow_site.rows(STORED)[0][0] < 30
    assert slow_site.rows("SELECT count(*) FROM links WHERE failure IS NOT NULL OR reason LIKE '%worker%'") == [(0,)]
    assert slow_site.rows("SELECT exit_code, finished IS NOT NULL FROM runs") == [(130, 1)]


def test_a_stop_while_it_starts_is_one_too(slow_site):
    process = _start(slow_site, "--set", "DOWNLOAD_DELAY=0.5")
    _wait_for((slow_site.archive / "news.db").exists)  # Python has started; all else has not
    os.killpg(process.pid, signal.SIGTERM)
    _stopped(process, slow_site)


def test_a_stop_while_an_answer_does_not_come(site):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        site.links(f"http://127.0.0.1:{mute.getsockname()[1]}/never")
        process = _start(site, "--set", "NEWSCRAWLER_SHUTDOWN_SECONDS=1")
        mute.settimeout(HANG)
        connection, _ = mute.accept()
        os.killpg(process.pid, signal.SIGTERM)
        assert "has 1 seconds" in _stopped(process, site)
        connection.close()
    assert site.rows("SELECT state, attempts FROM links") == [("pending", 0)]


def test_a_second_crawl_is_told_to_wait(site):
    for n in range(30):
        site.serve(f"/{n}", page(f"Article {n}"))
    site.links(*(f"/{n}" for n in range(30)))
    process = _start(site, "--set", "DOWNLOAD_DELAY=0.5")
    _wait_for(lambda: site.rows("SELECT count(*) FROM runs") == [(1,)])
    done = site.crawl()
    process.kill()
    process.communicate()
    assert done.returncode == 75
    assert f"{site.archive} is in use: `newscrawler crawl`, started" in done.stderr
    assert len(lines(done)) <= 2


def test_a_page_that_kills_its_worker_is_recorded_and_the_rest_goes_on(site, monkeypatch, tmp_path):
    """A library that dies on one page: simulated by a trafilatura that does."""
    (tmp_path / "trafilatura.py").write_text(
        "import os\n"
        "class settings:\n"
        "    class Document:\n"
        "        def __init__(self, text): self.text = text\n"
        "def bare_extraction(tree, **options):\n"
        "    text = tree.text_content()\n"
        "    if 'deadly' in text: os.kill(os.getpid(), 9)\n"
        "    return settings.Document(text)\n"
    )
    site.serve("/good", page("Good"))
    # so short that trafilatura is asked what it thinks
    site.serve("/deadly", page("deadly", "A short and deadly note."))
    site.links("/deadly", "/good")
    process = _start(site, PYTHONPATH=str(tmp_path))
    _, stderr = process.communicate()
    assert process.returncode == 0, stderr
    reasons = dict(site.rows("SELECT url, reason FROM links"))
    assert reasons[f"{site.base}/deadly"] == "retry: no article: its worker died (exit code -9); attempt 1"
    assert reasons[f"{site.base}/good"].startswith("new: ")
    assert site.rows("SELECT count(*) FROM pages") == [(2,)]


def test_no_worker_outlives_a_killed_crawl(site):
    site.serve("/a", page("A"))
    for n in range(30):
        site.serve(f"/{n}", page(f"Article {n}"))
    site.links(*(f"/{n}" for n in range(30)))
    process = _start(site, "--set", "DOWNLOAD_DELAY=0.5")
    _wait_for(lambda: site.rows("SELECT count(*) FROM articles")[0][0] >= 1)
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=True
    ).stdout.split()
    assert children
    process.kill()
    process.communicate()
    _wait_for(lambda: not any(_alive(int(pid)) for pid in children))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_second_stop_ends_at_once_and_is_one_too(slow_site):
    process = _start(slow_site, "--set", "DOWNLOAD_DELAY=2")
    _wait_for(lambda: slow_site.rows(STORED)[0][0] >= 1)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGTERM)
    assert "Interrupted." in _stopped(process, slow_site)
    assert slow_site.rows("SELECT exit_code, finished IS NOT NULL FROM runs") == [(130, 1)]


def test_a_stop_while_it_closes_is_one_too(site, tmp_path):
    """A closing that hangs, which a full or a networked disk brings about, is ended as well."""
    (tmp_path / "sitecustomize.py").write_text(
        "import time, newscrawler.cli.crawl as crawl, newscrawler.crawl.session as session\n"
        "crawl.CLOSING_SECONDS = 0.5\n"
        "session.findings.check = lambda *_: (open('closing', 'w'), time.sleep(60))\n"
    )
    site.serve("/a", page("A"))
    site.links("/a")
    process = _start(site, "--set", "NEWSCRAWLER_SHUTDOWN_SECONDS=1", PYTHONPATH=str(tmp_path))
    _wait_for((tmp_path / "closing").exists)
    os.killpg(process.pid, signal.SIGTERM)
    assert "Interrupted." in _stopped(process, site)
    assert site.rows("SELECT state FROM links") == [("done",)]
    assert site.crawl().returncode == 0


def test_a_forced_end_takes_the_workers_along(site, tmp_path):
    """The closing hangs, and so does a page in its worker, which hears of no signal."""
    (tmp_path / "sitecustomize.py").write_text(
        "import time, newscrawler.cli.crawl as crawl, newscrawler.crawl.session as session\n"
        "crawl.CLOSING_SECONDS = 0.5\n"
        "session.Session.close = lambda *_, **__: (open('closing', 'w'), time.sleep(600))\n"
    )
    (tmp_path / "trafilatura.py").write_text(
        "import os, time\n"
        "from pathlib import Path\n"
        "def bare_extraction(tree, **options):\n"
        "    Path('worker').write_text(str(os.getpid()))\n"
        "    time.sleep(100)\n"
    )
    site.serve("/short", page("Short", "A short note."))
    site.links("/short")
    process = _start(site, "--set", "NEWSCRAWLER_SHUTDOWN_SECONDS=1", PYTHONPATH=str(tmp_path))
    _wait_for((tmp_path / "worker").exists)
    os.killpg(process.pid, signal.SIGTERM)
    assert "Interrupted." in _stopped(process, site)
    assert (tmp_path / "closing").exists()
    _wait_for(lambda: not _alive(int((tmp_path / "worker").read_text())))


def test_a_forced_end_waits_for_no_reader(tmp_path):
    """Whoever was to read what it says stands still, and its pipe is full."""
    code = "import os\nfrom newscrawler.cli.stopping import end_process\nprint('more')\nend_process('Interrupted.')\n"
    unread, full = os.pipe()
    os.set_blocking(full, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(full, b"x" * 4096)
    os.set_blocking(full, True)
    ours = environment() | {"PYTHONUNBUFFERED": ""}  # else it would wait in its first line
    done = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=full, env=ours, timeout=HANG, check=False)
    assert done.returncode == 130
    os.close(unread)
    os.close(full)


def test_credentials_in_a_redirect_are_dropped(site):
    target = site.base.replace("//", "//user:secret@") + "/target"
    site.serve("/target", page("Target"))
    site.web.redirects["/moved"] = target
    site.web.redirects["/loop"] = f"{site.base}/loop"
    site.web.redirects["/home"] = f"{site.base}/"
    site.links("/moved", "/loop", "/home")
    assert site.crawl().returncode == 0
    assert site.rows("SELECT url FROM articles") == [(f"{site.base}/target",)]
    reasons = dict(site.rows("SELECT url, state || ' ' || reason FROM links"))
    assert reasons[f"{site.base}/loop"].startswith("pending retry: refused: ")
    assert reasons[f"{site.base}/home"] == "pending retry: no article: redirected to the home page; attempt 1"
    with database(site.archive / "news.db") as db:
        assert not any("secret" in line for line in db.iterdump())


def test_another_programs_lock_ends_the_crawl_and_the_next_one_goes_on(site, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import newscrawler.storage.database.connect as connect\nconnect.BUSY_SECONDS = 1.0\n"
    )
    for n in range(20):
        site.serve(f"/{n}", page(f"Article {n}"))
    site.links(*(f"/{n}" for n in range(20)))
    process = _start(site, "--set", "DOWNLOAD_DELAY=0.3", PYTHONPATH=str(tmp_path))
    _wait_for(lambda: site.rows("SELECT count(*) FROM articles")[0][0] >= 2)
    other = sqlite3.connect(site.archive / "news.db", isolation_level=None, timeout=10)
    other.execute("BEGIN IMMEDIATE")
    _, stderr = process.communicate(timeout=HANG)
    other.execute("ROLLBACK")
    other.close()
    assert process.returncode == 75, stderr
    assert "news.db is locked by another program; close it or try again later" in stderr
    assert "What was committed is kept; the rest is fetched by the next crawl." in stderr
    assert "Traceback" not in stderr
    assert site.crawl().returncode == 0
    assert site.rows("SELECT count(*) FROM articles") == [(20,)]


def _word() -> str:
    """No two alike, so that neither compression nor copies make the texts small."""
    return "".join(chr(ord("a") + byte % 26) for byte in os.urandom(8))


def test_a_full_disk_ends_the_crawl_and_the_next_one_goes_on(site):
    """A file may not grow beyond a limit here: to the writer that is as if the disk were full."""
    for n in range(40):
        site.serve(f"/{n}", page(f"Article {n}", " ".join(_word() for _ in range(1_500))))
    site.links(*(f"/{n}" for n in range(40)))
    limited = ["bash", "-c", 'ulimit -f 1600; exec "$@"', "limited", *_command(site)]
    done = subprocess.run(limited, cwd=site.archive.parent, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "What was committed is kept; the rest is fetched by the next crawl." in done.stderr
    assert site.rows("PRAGMA integrity_check") == [("ok",)]
    assert site.crawl().returncode == 0
    assert site.rows("SELECT count(*), count(DISTINCT url_key) FROM articles") == [(40, 40)]
    assert warcio_check(site.archive) == (0, "")


def test_retry_after_is_obeyed(site):
    site.serve("/busy", Answer(503, HTML, b"later", (("Retry-After", "7200"),)))
    site.links("/busy")
    site.crawl()
    assert site.asked("/busy") == 1
    (seconds,) = site.rows("SELECT unixepoch(next_try) - unixepoch('now') FROM links")[0]
    assert 7000 < seconds <= 7200


def test_a_host_that_asks_for_patience_is_left_alone_by_the_next_run_too(site):
    site.serve("/test.xml", Answer(429, HTML, b"later", (("Retry-After", "86400"),)))
    first = site.crawl()
    assert (first.returncode, "; 1 source waits until" in first.stderr) == (0, True)  # neither answered nor failed
    (seconds,) = site.rows("SELECT unixepoch(next_poll) - unixepoch('now') FROM endpoints")[0]
    assert 86000 < seconds <= 86400
    asked = len(site.web.log)
    done = site.crawl()
    assert done.returncode == 0
    assert "1 source waits until 20" in done.stderr
    assert "failed; check the network" not in done.stderr
    assert len(site.web.log) == asked  # not even its robots.txt
    assert site.rows("SELECT state, failures FROM endpoints") == [("active", 0)]  # ours to wait, not its fault
    status = command("status", "--archive", site.archive, cwd=site.archive.parent)
    assert re.search(r"^waiting: 127\.0\.0\.1:\d+ waits until 20", status.stdout, re.MULTILINE)
    assert "failing" not in status.stdout
    saved = newscrawler("save", f"{site.base}/a", "--archive", site.archive, *DEMO, cwd=site.archive.parent)
    assert re.search(r"; waits until 20\d\d-", saved.stderr)
    assert len(site.web.log) == asked


def test_a_robots_txt_that_asks_us_to_wait_fails_nothing(site):
    site.serve("/robots.txt", Answer(429, HTML, b"later", (("Retry-After", "7200"),)))
    done = site.crawl()
    assert done.returncode == 0, done.stderr
    assert "; 1 source waits until 20" in done.stderr
    assert "check the network" not in done.stderr
    assert site.rows("SELECT state, failure FROM endpoints") == [("active", "host-wait")]
    site.rows("UPDATE hosts SET not_before = NULL")
    site.serve("/robots.txt", Answer(429, HTML, b"later"))  # and says nothing of when
    done = site.crawl()
    assert done.returncode == 4
    assert "s0: failed: not asked, robots.txt cannot be had: HTTP 429" in lines(done)
    assert "check the network" not in done.stderr  # a status came
    assert "as the host asked" not in done.stderr


def test_a_users_catalogue_is_read_once(site, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "def note(event, arguments):\n"
        "    if event == 'open' and str(arguments[0]).endswith('catalogue.toml'):\n"
        "        print('catalogue read', file=sys.stderr)\n"
        "sys.addaudithook(note)\n"
    )
    (tmp_path / "newscrawler.toml").write_text('catalogues = ["catalogue.toml"]\nshipped_catalogue = false\n')
    site.links()
    done = subprocess.run(
        [sys.executable, "-m", "newscrawler", "crawl", "--archive", site.archive, *DEMO],
        cwd=tmp_path, env=environment() | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("catalogue read") == 1


def test_budgets_of_a_run(site):
    paths = [f"/b{n}" for n in range(12)]
    for path in paths:
        site.serve(path, page(f"Story {path}", f"The fleet of {path} sailed. " * 30))
    site.links(*paths)
    site.crawl("--set", "NEWSCRAWLER_SOURCE_BUDGET=5")
    assert site.rows("SELECT state, count(*) FROM links GROUP BY 1 ORDER BY 1") == [("done", 5), ("pending", 7)]
    site.crawl("--set", "NEWSCRAWLER_HOST_BUDGET=4")  # robots.txt is known, the feed is one of them
    assert site.rows("SELECT count(*) FROM links WHERE state = 'done'") == [(8,)]
    assert site.crawl().returncode == 0


def test_a_page_that_grows_large_while_memory_is_short_is_asked_again_at_once(site, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import newscrawler.crawl.bodies as bodies\nbodies.LARGE, bodies.FULL, bodies.HOST_ROOM = 10_000, 0, 20_000\n"
    )
    for n in range(3):
        site.serve(f"/{n}", page(f"Article {n}", " ".join(_word() for _ in range(9_000))))
    site.links("/0", "/1", "/2")
    process = _start(site, PYTHONPATH=str(tmp_path))
    _, stderr = process.communicate(timeout=HANG)
    assert process.returncode == 0, stderr
    assert site.rows("SELECT state, count(*) FROM links GROUP BY 1") == [("done", 3)]
    assert site.asked("/0") == 2


def test_a_page_that_is_too_large_is_not_asked_again(site):
    site.serve("/large", page("Large", "word " * 300_000))
    site.links("/large")
    site.crawl("--set", "DOWNLOAD_MAXSIZE=1000000")
    assert site.rows("SELECT state, reason FROM links") == [
        ("failed", "failed: refused: larger than DOWNLOAD_MAXSIZE allows")
    ]


def test_pages_that_only_send_elsewhere_are_followed_and_never_stored(site):
    def forward(to):
        return Answer(200, HTML, f"<meta http-equiv=refresh content='0;url={to}'><p>Redirecting</p>".encode())

    site.serve("/target", page("Target"))
    site.serve("/robots.txt", Answer(200, "text/plain", b"User-agent: *\nDisallow: /closed\n"))
    for path, to in {"/old": "/target", "/round": "/about", "/about": "/round", "/shut": "/closed",
                     "/inside": "http://10.0.0.1/x", "/out": "ftp://a.example/x"}.items():  # fmt: skip
        site.serve(path, forward(to))
    site.links("/old", "/round", "/shut", "/inside", "/out")
    site.crawl()
    assert site.rows("SELECT url FROM articles") == [(f"{site.base}/target",)]
    reasons = {url.removeprefix(site.base): reason for url, reason in site.rows("SELECT url, reason FROM links")}
    assert "robots.txt disallows it" in reasons["/shut"]
    assert "10.0.0.1" in reasons["/inside"]
    assert reasons["/round"] == "retry: refused: max redirections reached; attempt 1"
    assert not site.asked("/closed")
    stored = {url.removeprefix(site.base) for (url,) in site.rows("SELECT url FROM pages")}
    assert stored <= {"/target", "/out"}


def test_another_sites_feed_decides_neither_source_nor_day(site):
    """A relay's feed gives the gazette's article a day and a headline of its own; an address of its own leads there, too."""
    relay, address = site.web.relay, f"{site.base}/2/harbour"
    item = "<item><link>{}</link><title>OURS</title><pubDate>Wed, 01 Jan 2020 10:00:00 GMT</pubDate></item>"
    items = item.format(address) + item.format(f"{relay}/go") + item.format("http://127.0.0.2/none")
    site.web.extra["localhost", "/r.xml"] = Answer(
        200, "text/xml", f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    )
    site.web.extra["localhost", "/go"] = Answer(
        200, HTML, f"<meta http-equiv=refresh content='0;url={site.base}/3/port'>".encode()
    )
    for path in ("/2/harbour", "/3/port"):
        text = f"The ministry said at {path} that four frigates and a submarine sail before the end of the month. " * 4
        site.serve(path, Answer(200, HTML, f"<html lang='en'><body><article><p>{text}</p></article></body></html>".encode()))
    site.serve("/test.xml", feed(f"{site.base}/nothing"))
    one = '[{}]\nname="X"\nhome="{}/"\nkind="wire"\nkeep="all"\n[[{}.endpoints]]\nkind="rss"\nurl="{}"\n\n'
    site.catalogue.write_text(
        one.format("relay", relay, "relay", f"{relay}/r.xml")
        + one.format("paper", site.base, "paper", f"{site.base}/test.xml")
    )
    site.crawl()
    stored = site.rows("SELECT url, source_id, published, title FROM articles ORDER BY url")
    assert stored == [(address, "paper", None, None), (f"{site.base}/3/port", "paper", None, None)]
