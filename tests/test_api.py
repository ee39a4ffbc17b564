"""The Python API: what docs/api.md says is run, and the signatures that programs build on are held."""

import contextlib
import importlib.util
import inspect
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import apsw
import duckdb
import pytest

import newscrawler
from newscrawler import (
    ArchiveError,
    ExtractionError,
    LexiconError,
    OpenArchive,
    QueryError,
    extract,
    judge,
    open_archive,
)
from newscrawler.storage.archive import Archive

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
# a promise: whoever changes a line of it writes one into CHANGELOG.md
SIGNATURES = """
extract(html: 'str | bytes', *, url: 'str', content_type: 'str | None' = None, fetched: 'datetime | None' = None) -> 'Article'
judge(article: 'Article | str', *, title: 'str | None' = None, lead: 'str | None' = None, language: 'str | None' = None, \
beat: 'str | os.PathLike[str] | None' = None) -> 'Verdict'
open_archive(folder: 'str | os.PathLike[str]' = 'archive') -> 'OpenArchive'
OpenArchive.article(self, wanted: 'int | str') -> 'StoredArticle | None'
OpenArchive.articles(self, query: 'str | None' = None) -> 'Iterator[StoredArticle]'
OpenArchive.close(self) -> 'None'
OpenArchive.page(self, article_id: 'int') -> 'bytes'
OpenArchive.search(self, query: 'str', *, limit: 'int' = 20, newest: 'bool' = False, every_copy: 'bool' = False) -> 'Iterator[Hit]'
OpenArchive.sql(self, statement: 'str', parameters: 'Mapping[str, Any] | None' = None) -> 'Rows'
OpenArchive.states(self, article_id: 'int') -> 'list[ArticleState]'
OpenArchive.stories(self, *, since: 'str | None' = None, limit: 'int | None' = None) -> 'Iterator[CarriedStory]'
OpenArchive.story(self, story_id: 'int') -> 'list[StoryMember]'
Rows.dicts(self) -> 'Iterator[dict[str, Any]]'
""".strip().splitlines()
HTML = "<html><body><article><h1>Frigates</h1>{}</article></body></html>".format(
    "<p>Two frigates of the navy left port on Monday for a joint patrol with an allied fleet in the strait.</p>" * 2
)


def signatures():
    for name in ("extract", "judge", "open_archive"):
        yield f"{name}{inspect.signature(getattr(newscrawler, name))}"
    for kind in ("OpenArchive", "Rows"):
        for name, method in sorted(vars(getattr(newscrawler, kind)).items()):
            if inspect.isfunction(method) and not name.startswith("_"):
                yield f"{kind}.{name}{inspect.signature(method)}"


@pytest.fixture
def opened(demo_archive):
    with open_archive(demo_archive) as archive:
        yield archive


def test_signatures_hold():
    assert list(signatures()) == SIGNATURES


def test_every_name_is_there_and_no_other():
    assert {name: getattr(newscrawler, name) for name in newscrawler.__all__}
    assert set(newscrawler.__all__) <= set(dir(newscrawler))
    with pytest.raises(AttributeError, match="no attribute 'fetch'"):
        _ = newscrawler.fetch


def test_the_package_alone_reads_nothing_heavy():
    heavy = "import newscrawler, sys; print([m for m in ('lxml', 'scrapy', 'sqlite3', 'trafilatura') if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", heavy], text=True) == "[]\n"


def sqlite_extension():
    """What makes DuckDB read SQLite, from a package: a test has no network to install it by."""
    folder = Path(importlib.util.find_spec("duckdb_extension_sqlite_scanner").origin).parent
    return f"LOAD '{next(folder.rglob('*.duckdb_extension'))}'"


def test_the_page_on_it_runs(demo_archive, tmp_path, monkeypatch, capsys):
    (tmp_path / "archive").symlink_to(demo_archive)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) > 8
    names = {"load_sqlite": sqlite_extension()}
    for number, block in enumerate(blocks):
        exec(compile(block, f"docs/api.md, block {number + 1}", "exec"), names)
    assert "('source', 'articles')" in capsys.readouterr().out


def test_a_page_of_bytes_and_one_of_text_are_the_same():
    assert extract(HTML, url="https://a.example/x") == extract(HTML.encode(), url="https://a.example/x")


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        ({"html": HTML, "url": "ftp://a.example/x"}, ValueError, "ftp://a.example/x' is no http or https address"),
        ({"html": HTML, "url": "https://a.example/", "fetched": datetime(2026, 1, 1)}, ValueError, "has no zone"),
        ({"html": "", "url": "https://a.example/x"}, ExtractionError, "https://a.example/x: an empty page"),
        ({"html": b"%PDF-1.7", "url": "https://a.example/x"}, ExtractionError, "not an HTML page"),
        ({"html": "\ud800", "url": "https://a.example/x"}, ExtractionError, "https://a.example/x: "),
    ],
)
def test_what_is_no_page_is_an_error_that_says_so(arguments, error, told):
    with pytest.raises(error, match=re.escape(told)):
        extract(**arguments)


def test_an_articles_own_parts_are_judged():
    article = extract(HTML, url="https://a.example/x")
    assert judge(article) == judge(article.text, title=article.title, lead=article.lead, language=article.language)
    assert judge("").decision == "drop"


def test_a_beat_of_ones_own_counts_and_a_wrong_one_is_named(tmp_path):
    beat = tmp_path / "beat.toml"
    beat.write_text("not = [toml")
    with pytest.raises(LexiconError, match=r"beat\.toml"):
        judge("frigates", beat=beat)


def test_no_archive_is_an_error(tmp_path):
    with pytest.raises(ArchiveError, match="there is no archive in"):
        open_archive(tmp_path / "nothing")


def test_hits_are_those_of_the_command(opened, demo_archive):
    hits = list(opened.search("ministers", every_copy=True, limit=100))
    assert {hit.id for hit in hits} == {article.id for article in opened.articles("ministers")} != set()
    assert all("\x02" not in hit.snippet for hit in hits)
    assert opened.article(hits[0].url).id == hits[0].id


@pytest.mark.parametrize("wanted", [0, -1, 2**63, 10**30, 4711, "https://nowhere.example/", "not an address", ""])
def test_what_is_not_there_is_none(opened, wanted):
    assert opened.article(wanted) is None


def test_stories_that_are_not_there_are_empty(opened):
    assert [opened.story(each) for each in (0, -3, 4711, 2**80)] == [[], [], [], []]
    with pytest.raises(ValueError, match="'soon' is neither a date"):
        opened.stories(since="soon")


def test_what_cannot_be_asked_is_said(opened):
    with pytest.raises(QueryError, match="asks for nothing"):
        opened.search('"')
    with pytest.raises(ValueError, match=r"limit=0 is none of 1 to 2000"):
        opened.search("x", limit=0)
    with pytest.raises(ArchiveError, match="there is no article 4711"):
        opened.page(4711)
    with pytest.raises(QueryError, match="no such table"):
        opened.sql("SELECT * FROM nowhere")
    with pytest.raises(QueryError, match="returns no rows"):
        opened.sql("SAVEPOINT one")
    with pytest.raises(QueryError, match="surrogates not allowed"):
        opened.sql("SELECT '\udcff'")
    with pytest.raises(QueryError, match="too large"):
        opened.sql("SELECT :x", {"x": 2**70})
    assert opened.states(2**70) == []
    with pytest.warns(UserWarning, match="left out"):
        list(opened.search("ministers {"))


@pytest.mark.parametrize(
    "statement", ["DELETE FROM articles", "CREATE TABLE mine (a)", "ATTACH 'other.db' AS other", "PRAGMA user_version = 3"]
)
def test_nothing_can_be_written(opened, statement):
    with pytest.raises(QueryError):
        list(opened.sql(statement))


def test_rows_stream(opened):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    rows = iter(opened.sql(endless))
    assert [next(rows) for _ in range(3)] == [(1,), (2,), (3,)]


@contextlib.contextmanager
def duckdb_on(folder):
    """DuckDB with the archive of a folder attached as `news`, as docs/api.md says."""
    with contextlib.closing(duckdb.connect()) as reader:
        reader.execute(sqlite_extension())
        reader.execute(f"ATTACH '{folder / 'news.db'}' AS news (TYPE sqlite, READ_ONLY)")
        yield reader


def test_duckdb_reads_every_table_and_view_beside_a_writer(demo_archive, tmp_path):
    """And leaves the writer its log: what is committed after a look is there at the next one."""
    folder = shutil.copytree(demo_archive, tmp_path / "archive")
    wanted = "SELECT name FROM news.sources WHERE id = 'harbour-gazette'"
    with Archive.open(folder) as writer:
        for name in ("Gazette", "Another Gazette"):
            writer.db.execute("UPDATE sources SET name = ? WHERE id = 'harbour-gazette'", [name])
            with duckdb_on(folder) as reader:
                assert reader.sql("SHOW ALL TABLES").fetchall()
                for each in (*writer.db.table_names(), *writer.db.view_names()):
                    reader.sql(f'SELECT * FROM news."{each}" LIMIT 3').fetchall()
                assert reader.sql(wanted).fetchall() == [(name,)]
                reader.execute("DETACH news")
            assert (folder / "news.db-wal").stat().st_size > 0


def test_apsw_reads_every_table_and_view_beside_a_writer(demo_archive, tmp_path):
    """By a SQLite that is not Python's, and as docs/api.md says."""
    folder = shutil.copytree(demo_archive, tmp_path / "archive")
    wanted = "SELECT name FROM sources WHERE id = 'harbour-gazette'"
    reading = apsw.Connection(str(folder / "news.db"), flags=apsw.SQLITE_OPEN_READONLY)
    with Archive.open(folder) as writer, contextlib.closing(reading) as reader:
        for name in ("Gazette", "Another Gazette"):
            writer.db.execute("UPDATE sources SET name = ? WHERE id = 'harbour-gazette'", [name])
            assert reader.execute(wanted).fetchall() == [(name,)]
        for each in (*writer.db.table_names(), *writer.db.view_names()):
            reader.execute(f'SELECT * FROM "{each}" LIMIT 3').fetchall()
        found = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'ministers' ORDER BY rowid"
        assert reader.execute(found).fetchall() == writer.db.execute(found).fetchall() != []
        with pytest.raises(apsw.ReadOnlyError):
            reader.execute("DELETE FROM articles")


def test_it_says_what_it_is(opened, demo_archive):
    assert repr(opened) == f"OpenArchive({str(demo_archive)!r})"
    assert isinstance(opened, OpenArchive)
