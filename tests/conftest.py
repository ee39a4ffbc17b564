"""What tests share: the demo web as the server, archives in temporary folders, the command as a process."""

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browsing import browser
from command import command, environment, lines, newscrawler
from filelock import FileLock
from hypothesis import settings

from newscrawler.dedup.fingerprints import fingerprints, shingled
from newscrawler.demo.server import DemoWeb
from newscrawler.errors import Failure
from newscrawler.items import Article, Candidate, Endpoint, Lease, Source, Verdict
from newscrawler.storage.archive import Archive
from newscrawler.storage.sites.sources import sync_sources
from newscrawler.storage.warc.writing import whole_members
from newscrawler.text import content_hash, words
from newscrawler.urls import url_key

__all__ = ["browser", "command", "environment", "lines", "newscrawler"]  # from here, whoever tests the command

# what tests at once share two processors with: numpy's threads would wait for each other, as in no process of ours
# (`meaning.vectors.numeric`); it is read when numpy is imported, whoever does that first
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

# a busy machine is no fault of the code, and a test that fails today must fail tomorrow where nobody watches it
settings.register_profile("newscrawler", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("newscrawler")

CASES = Path(__file__).parent / "cases"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
# the demo web is on loopback, and in no hurry to be protected
DEMO = [
    "--set",
    "NEWSCRAWLER_ALLOW_NETWORKS=127.0.0.0/8",
    "--set",
    "DOWNLOAD_DELAY=0",
    "--set",
    "AUTOTHROTTLE_ENABLED=False",
    "--set",
    "NEWSCRAWLER_EVENTS=False",  # test_events makes them
    "--set",
    "NEWSCRAWLER_WORKERS=1",  # a second one takes longer to start than the pages of a test take
]


def cases(kind: str) -> list[Path]:
    """The directories of tests/cases/<kind>, one a case."""
    return sorted(path for path in (CASES / kind).iterdir() if path.is_dir())


_connections: list[tuple[sqlite3.Connection, str]] = []  # opened in the main thread since a test began, and where


def _note_connection(event: str, arguments: tuple) -> None:
    if event != "sqlite3.connect/handle" or threading.current_thread() is not threading.main_thread():
        return
    callers = [frame for frame in traceback.extract_stack()[:-1] if "sqlite_utils" not in frame.filename]
    if "datasette" not in callers[-1].filename:  # whose own are its own
        where = [f"{Path(each.filename).name}:{each.lineno}" for each in callers[-1:-6:-1]]
        _connections.append((arguments[0], " < ".join(where)))


sys.addaudithook(_note_connection)


def _is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.total_changes  # noqa: B018 raises where it is closed
    except sqlite3.ProgrammingError:
        return False
    return True


@pytest.fixture(autouse=True)
def _closed_connections():
    """A connection that a test or what it tests leaves open is its failure: from Python 3.13 on it is a warning."""
    _connections.clear()
    yield
    left = [where for connection, where in _connections if _is_open(connection)]
    _connections.clear()
    assert not left, f"SQLite connections were left open: {left}"


@contextlib.contextmanager
def database(path: Path):
    """SQLite as another program would use it: what is written is committed, and the file closed."""
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        yield db


@pytest.fixture
def web():
    with DemoWeb(NOW) as web:
        yield web


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory, worker_id):
    """A folder in which `newscrawler demo` has run once, for all who test at once: nobody opens its archive, copy it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "demo"
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "demo.out").exists():
            folder.mkdir(exist_ok=True)
            (folder / "newscrawler.toml").write_text("events = false\n")  # test_events makes them
            done = newscrawler("demo", "--port", 0, cwd=folder)
            assert done.returncode == 0, done.stderr
            (folder / "demo.err").write_text(done.stderr)
            (folder / "demo.out").write_text(done.stdout)
    return folder


@pytest.fixture(scope="session")
def demo_archive(demo_run, tmp_path_factory):
    """An archive made by `newscrawler demo`; read it, do not write it."""
    return shutil.copytree(demo_run, tmp_path_factory.mktemp("demo") / "run") / "demo-archive"


SOURCES = (
    Source(
        "gazette",
        "Gazette",
        "https://gazette.example/",
        "newspaper",
        endpoints=(Endpoint("rss", "https://gazette.example/feed"),),
    ),
    Source(
        "relay",
        "Relay",
        "https://relay.example/",
        "aggregator",
        keep="all",
        endpoints=(Endpoint("atom", "https://relay.example/atom"),),
    ),
)


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory):
    """The folder of an archive that knows SOURCES and nothing else, to be copied: its migrations are run once."""
    folder = tmp_path_factory.mktemp("empty") / "archive"
    with Archive.open(folder) as archive:
        sync_sources(archive, SOURCES)
    return folder


@pytest.fixture
def archive(tmp_path, empty_archive):
    with Archive.open(shutil.copytree(empty_archive, tmp_path / "archive")) as archive:
        archive.frontier.restrict([source.id for source in SOURCES])
        yield archive


def lease(archive: Archive, url: str, source: str = "gazette") -> Lease:
    """A lease of this address, put into the frontier first."""
    from newscrawler.items import Link

    with archive.transaction():
        archive.frontier.push([Link(url)], source, None, NOW)
    link_id = archive.db.execute("SELECT id FROM links WHERE url_key = ?", [url_key(url)]).fetchone()[0]
    return Lease(link_id, source, url)


def candidate(
    lease: Lease, text: str | None, *, relevant: bool = True, keep: str = "all", failure: Failure | None = None, **more
) -> Candidate:
    """A candidate as a worker would hand it over."""
    article = verdict = None
    if text is not None:
        article = Article(
            url=lease.url, text=text, content_hash=content_hash(text), word_count=len(words(text)), extractor="test",
            title=more.pop("title", "A title"), published=more.pop("published", None),
                modified=more.pop("modified", None),
        )  # fmt: skip
        verdict = Verdict(relevant=relevant, score=0.9 if relevant else 0.1, reason="because")
    return Candidate(
        lease, lease.url, url_key(lease.url), more.pop("fetched", NOW), more.pop("status", 200), "text/html",
        article=article, verdict=verdict, keep=keep, failure=failure,
        fingerprints=tuple(fingerprints(shingled(text or ""))), **more,
    )  # fmt: skip


def rows(archive: Archive, sql: str) -> list[tuple]:
    return archive.db.execute(sql).fetchall()


def reprocess(archive: Archive, *, beat: str = "", **wanted) -> dict[str, dict[str, int]]:
    """What `newscrawler reprocess` with these options counts, in one process beside this one."""
    from newscrawler.crawl.pool import Pool
    from newscrawler.reprocess.keepers import Writing
    from newscrawler.reprocess.run import Run
    from newscrawler.reprocess.stages import Wanted
    from newscrawler.storage.articles.reprocessings import Reprocessing

    asked = Wanted(**wanted)
    with Pool(1, beat) as pool:
        run = Run(Writing(archive), pool, Reprocessing(0, "", asked.stages()[0].value, 0, {}), NOW)
        run.go(asked)
    return run.at.counts


def as_json(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def warcio_check(archive: Path) -> tuple[int, str]:
    """What `warcio check` says of an archive's WARC files: (0, "") where all records are whole.

    It says nothing of a file that ends in the middle of a record, so that is looked at first.
    """
    files = sorted((archive / "pages").iterdir())
    for path in files:
        with path.open("rb") as file:
            if whole_members(file, 0) != path.stat().st_size:
                return 1, f"{path.name} is torn"
    command = [sys.executable, "-m", "warcio.cli", "check", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def said(page: str) -> str:
    """The words of a page's main part."""
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")]).split())
