"""Articles out of the archive: what is written is what is stored, whole or not at all."""

import csv
import gzip
import json
import shutil
import subprocess
import sys
from dataclasses import fields

import duckdb
import pandas
import polars
import pytest
import yaml
from conftest import command, newscrawler

from newscrawler.api import open_archive
from newscrawler.errors import NewscrawlerError
from newscrawler.export import formats, snapshot
from newscrawler.export.target import whole_or_none
from newscrawler.reports.whole_articles import WholeArticle, whole_articles
from newscrawler.storage.archive import Archive
from newscrawler.storage.database.backup import back_up


@pytest.fixture
def export(demo_archive, tmp_path):
    def run(*arguments):
        return newscrawler("export", "--archive", demo_archive, *arguments, cwd=tmp_path)

    return run


@pytest.fixture
def stored(demo_archive):
    with open_archive(demo_archive) as archive:
        yield {each.id: each for each in archive.articles()}


def test_lines_hold_every_article_as_it_is_stored(export, stored, tmp_path):
    done = export("all.jsonl")
    assert (done.returncode, done.stderr) == (0, "17 articles\n")
    written = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    assert [each["id"] for each in written] == sorted(stored)
    for each in written:
        assert tuple(each) == formats.COLUMNS
        article = stored[each["id"]]
        for name in ("url", "title", "text", "published", "content_hash", "word_count", "language", "relevance", "source"):
            assert each[name] == getattr(article, name), name
        assert (each["authors"], each["story"]) == (list(article.authors), article.story_id)
        assert each["original"] == (article.first_article_id == article.id)
        assert each["topics"] == [topic.label for topic in article.topics]


def test_a_query_takes_what_the_search_finds(export, demo_archive, tmp_path):
    with open_archive(demo_archive) as archive:
        found = [each.id for each in archive.articles("ministers")]
    assert export("some.csv", "ministers").returncode == 0
    with (tmp_path / "some.csv").open(encoding="utf-8", newline="") as file:
        assert [int(row["id"]) for row in csv.DictReader(file)] == found != []
    done = export("-", "--format", "jsonl", "ministers")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == found


def test_days_are_those_of_a_query(stored, demo_archive, tmp_path):
    days = sorted(each.published[:10] for each in stored.values() if each.published)
    first, last = days[len(days) // 2], days[-1][:7]
    with open_archive(demo_archive) as opened:
        expected = [each.id for each in opened.articles(f"since:{first} until:{last}")]
    assert 0 < len(expected) < len(stored)
    dated = ("--archive", demo_archive, "--since", first, "--until", last)
    assert command("export", "all.jsonl", *dated, "--snapshot", cwd=tmp_path).returncode == 0
    lines = (tmp_path / "all.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == expected
    until = snapshot.read_snapshot(tmp_path / "all.jsonl.snapshot.json").query.partition(" until:")[2]
    assert until[:7] == last  # the day itself, whatever it was called: a snapshot is read later
    assert len(until) == 10
    shown = command("search", "the OR a", "--every-copy", "--nl", *dated, cwd=tmp_path).stdout
    assert {json.loads(line)["id"] for line in shown.splitlines()} <= set(expected)
    none = command("export", "none.jsonl", "--archive", demo_archive, "--since", first, "--until", "1999", cwd=tmp_path)
    assert "nothing is since a day after until" in none.stderr


def test_parquet_is_read_by_pandas_polars_and_duckdb(export, stored, tmp_path):
    assert export("all.parquet").returncode == 0
    assert export("corpus/", "--format", "parquet").returncode == 0
    file, parts = tmp_path / "all.parquet", f"{tmp_path}/corpus/**/*.parquet"
    frame = pandas.read_parquet(file)
    assert list(frame["title"]) == [stored[each].title for each in sorted(stored)]
    assert sorted(pandas.read_parquet(tmp_path / "corpus")["id"]) == sorted(stored)
    assert polars.read_parquet(file)["authors"].to_list() == [list(stored[each].authors) for each in sorted(stored)]
    scanned = polars.scan_parquet(parts, hive_partitioning=True).select("id", "month").collect()
    assert dict(scanned.iter_rows()).keys() == stored.keys()
    with duckdb.connect() as db:
        counted = db.sql(
            f"SELECT month, count(*) FROM read_parquet('{parts}', hive_partitioning = true) GROUP BY 1"
        ).fetchall()
    assert sum(number for _, number in counted) == len(stored)


def test_markdown_has_yaml_before_each_article(export, stored, tmp_path):
    assert export("all.md").returncode == 0
    pieces = (tmp_path / "all.md").read_text("utf-8").split("---\n")
    heads = [yaml.safe_load(piece) for piece in pieces[1::2]]
    assert [each["url"] for each in heads] == [stored[each].url for each in sorted(stored)]
    assert all(stored[each].text.split("\n")[0] in (tmp_path / "all.md").read_text("utf-8") for each in stored)


def test_a_snapshot_says_what_it_holds_and_what_was_changed(export, tmp_path):
    assert export("all.jsonl.gz", "--snapshot").returncode == 0
    place = tmp_path / "all.jsonl.gz.snapshot.json"
    made = snapshot.read_snapshot(place)
    assert (made.articles, made.query, made.format, snapshot.differences(place)) == (17, "", "jsonl", [])
    again = export("all.jsonl.gz", "--snapshot", "--overwrite")
    assert (again.returncode, snapshot.read_snapshot(place).content) == (0, made.content)
    assert snapshot.read_snapshot(place).files == made.files  # no time of day in them
    file = tmp_path / "all.jsonl.gz"
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()).replace(b"frigate", b"trawler", 1), mtime=0))
    assert snapshot.differences(place) == ["all.jsonl.gz: is not as it was"]
    file.unlink()
    assert snapshot.differences(place) == [f"{file}: is not there"]


def test_a_snapshot_of_an_earlier_version_does_not_say_what_was_withheld(export, tmp_path):
    assert export("all.jsonl", "--snapshot").returncode == 0
    place = tmp_path / "all.jsonl.snapshot.json"
    assert snapshot.read_snapshot(place).withheld == 0
    told = json.loads(place.read_text())
    del told["withheld"]
    place.write_text(json.dumps(told | {"id": snapshot.snapshot_id(told)}))
    assert (snapshot.read_snapshot(place).withheld, snapshot.differences(place)) == (None, [])


def test_a_snapshot_of_what_is_not_utf_8(export, tmp_path):
    """As a shell hands on the bytes of another encoding."""
    assert export("bytes\udcff.jsonl", "frigat* \udcff", "--snapshot").returncode == 0
    place = tmp_path / "bytes\udcff.jsonl.snapshot.json"
    assert (snapshot.read_snapshot(place).query, snapshot.differences(place)) == ("frigat* ", [])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": 7}', "\x00", "[" * 100_000])
def test_what_is_no_snapshot_is_named(tmp_path, text):
    (tmp_path / "a.snapshot.json").write_text(text)
    with pytest.raises(NewscrawlerError, match=r"a\.snapshot\.json: no snapshot"):
        snapshot.read_snapshot(tmp_path / "a.snapshot.json")


def test_a_snapshot_with_one_word_changed_is_named(export, tmp_path):
    export("all.jsonl", "--snapshot")
    place = tmp_path / "all.jsonl.snapshot.json"
    place.write_text(place.read_text().replace('"articles": 17', '"articles": 18'))
    with pytest.raises(NewscrawlerError, match="it was changed since it was made"):
        snapshot.differences(place)


def test_what_is_there_stays_unless_told(export, tmp_path):
    (tmp_path / "all.csv").write_text("mine")
    done = export("all.csv")
    assert (done.returncode, (tmp_path / "all.csv").read_text()) == (1, "mine")
    assert "all.csv is there already; --overwrite takes its place" in done.stderr
    assert export("all.csv", "--overwrite", "--bom").returncode == 0
    assert (tmp_path / "all.csv").read_bytes().startswith(b"\xef\xbb\xbfid,url,")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.csv"]


@pytest.mark.parametrize(
    "place",
    [
        "run/demo-archive", "run/demo-archive/../demo-archive", "run", "run/..", "link", "run/demo-archive/pages",
        "run/demo-archive/pages/2026.parquet", "run/demo-archive/news.db", "run/demo-archive/news.db-wal",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["jsonl", "sqlite", "parquet"])
def test_nothing_takes_the_place_of_an_archive(demo_run, tmp_path, place, form):
    shutil.copytree(demo_run, tmp_path / "run")
    (tmp_path / "link").symlink_to("run/demo-archive")
    before = {path: path.stat().st_size for path in tmp_path.rglob("*")}
    folder = tmp_path / "run" / "demo-archive"
    done = command("export", "--archive", folder, place, "--format", form, "--overwrite", cwd=tmp_path)
    assert (done.returncode, "name another" in done.stderr) == (1, True), done.stderr
    after = {path: path.stat().st_size for path in tmp_path.rglob("*")}
    assert {path: after.get(path) for path in before if not path.name.endswith(("-wal", "-shm"))}.items() <= before.items()


def test_folders_that_exports_made_may_be_replaced(export, demo_archive, tmp_path):
    for form in ("parquet", "sqlite"):
        (tmp_path / form).mkdir()
        assert export(form, "--format", form).returncode == 1
        for _ in range(2):
            assert export(form, "--format", form, "--overwrite").returncode == 0
    (tmp_path / "parquet" / "thesis.txt").write_text("mine")
    done = export("parquet", "--format", "parquet", "--overwrite")
    assert (done.returncode, "parquet holds thesis.txt, which no export wrote" in done.stderr) == (1, True)
    back_up(demo_archive, tmp_path / "safe")
    done = export("safe", "--format", "sqlite", "--overwrite")
    assert (done.returncode, "safe holds news.db, which no export wrote" in done.stderr) == (1, True)
    with Archive.open(tmp_path / "sqlite"):
        pass
    assert export("sqlite", "--format", "sqlite", "--overwrite").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("all.foo",), 2, "all.foo ends like no format; name one with --format (jsonl, csv, markdown, parquet, "),
        (("-",), 2, "- ends like no format"),
        (("-", "--format", "parquet"), 2, "parquet cannot be written to stdout; name a file"),
        (("-", "--format", "csv", "--snapshot"), 2, "--snapshot stands beside a file"),
        (("nowhere/all.csv",), 1, "nowhere/all.csv: cannot be written (No such file or directory)"),
        (("all.csv", '"'), 1, "'\"' asks for nothing"),
        (("all.csv", "--archive", "nothing"), 1, "there is no archive in nothing"),
    ],
)
def test_what_cannot_be_done_is_one_line(export, tmp_path, arguments, code, told):
    done = export(*arguments)
    assert (done.returncode, told in done.stderr, "Traceback" in done.stderr) == (code, True, False), done.stderr
    assert list(tmp_path.iterdir()) == []


FULL = """
import resource, signal, sys
from newscrawler.export.target import text_file, whole_or_none
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))  # a file may not grow beyond it; the kernel says so as of a full disk
from pathlib import Path
with whole_or_none(Path("all.jsonl"), overwrite=False) as half, text_file(half, zipped=False) as out:
    out.write("x" * 50_000)
"""


def test_a_disk_that_fills_up_leaves_nothing(tmp_path):
    done = subprocess.run([sys.executable, "-c", FULL], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].startswith(
        "newscrawler.errors.NewscrawlerError: all.jsonl: cannot be written (File too"
    )
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_export_leaves_what_was_there(tmp_path):
    (tmp_path / "a").write_text("before")
    place = whole_or_none(tmp_path / "a", overwrite=True)
    place.__enter__().write_text("half")
    assert not place.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)  # it goes on, to whoever handles it
    assert (tmp_path / "a").read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_cells_that_a_spreadsheet_would_run_are_text(tmp_path):
    values = {each.name: None for each in fields(WholeArticle)}
    lists = dict.fromkeys(("authors", "tags", "captions", "topics", "mentions", "updates"), ())
    article = WholeArticle(**values | lists | {"title": "=1+1", "authors": ("@sum", "Jane Doe"), "text": "a\nb"})
    with (tmp_path / "a.csv").open("w", newline="") as out:
        formats.write_csv([article], out)
    with (tmp_path / "a.csv").open(newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["title"], row["authors"], row["text"]) == ("'=1+1", "'@sum; Jane Doe", "a\nb")


def test_ids_that_are_not_there_are_left_out(archive):
    assert list(whole_articles(archive.db, [1, 2**62])) == []
