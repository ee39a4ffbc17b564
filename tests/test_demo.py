"""The whole path: the demo as a new user runs it, and what is in its archive afterwards."""

import contextlib
import json
import re
import shlex
import shutil
import sqlite3

import pytest
from conftest import command, newscrawler, warcio_check

from newscrawler.cli.demo import _demo_summary
from newscrawler.meaning import encoder


@pytest.fixture(scope="module")
def db(demo_archive):
    connection = sqlite3.connect(demo_archive / "news.db")
    yield connection
    connection.close()


def one(db, sql, *parameters):
    return db.execute(sql, parameters).fetchone()


def test_it_says_what_it_found_and_what_to_try(demo_archive):
    out = (demo_archive.parent / "demo.out").read_text()
    assert "17 articles in 14 stories: 3 republished copies were linked to their originals." in out
    assert "1 article changed: it has a revision.  4 off-topic articles were left out." in out
    assert [line.split()[:2] for line in out.splitlines() if line.startswith("  newscrawler")] == [
        ["newscrawler", "search"], ["newscrawler", "show"], ["newscrawler", "events"], ["newscrawler", "serve"]
    ]  # fmt: skip


def test_under_uv_run_it_names_the_commands_so(demo_archive, monkeypatch):
    told = _demo_summary(demo_archive, {"UV": "/usr/bin/uv"})
    assert told.count("\n  uv run --no-dev --extra semantic newscrawler ") == 4
    monkeypatch.setattr(encoder, "is_there", lambda: False)
    assert "\n  uv run --no-dev newscrawler search" in _demo_summary(demo_archive, {"UV": "/usr/bin/uv"})
    assert "\n  newscrawler search" in _demo_summary(demo_archive, {})


def test_no_event_is_shown_off_that_words_alone_made(demo_archive, tmp_path):
    folder = shutil.copytree(demo_archive, tmp_path / "archive")
    assert " events " in _demo_summary(folder, {})
    with contextlib.closing(sqlite3.connect(folder / "news.db", isolation_level=None)) as db:
        db.execute("UPDATE vectors SET vector = NULL")
    assert " events " not in _demo_summary(folder, {})


def test_the_commands_work(demo_archive):
    out = (demo_archive.parent / "demo.out").read_text()
    search, show, events, _ = [shlex.split(line)[1:] for line in out.splitlines() if line.startswith("  newscrawler")]
    found = command(*search, cwd=demo_archive.parent)
    assert "Harbour states agree joint frigate patrols" in found.stdout
    shown = command(*show, cwd=demo_archive.parent)
    assert "revision" in shown.stdout
    assert "bird strike" in shown.stdout
    told = command(*events, cwd=demo_archive.parent).stdout
    assert "2 stories in 2 languages" in told
    assert "de  The Harbour Gazette: Unterhändler kehren" in told


def test_progress_is_a_line_a_source(demo_archive):
    lines = (demo_archive.parent / "demo.err").read_text().splitlines()
    # which of a text's two copies arrives first is the network's business
    assert re.search(
        r"^harbour-gazette: 1[0-3] new, 0 revised, [0-3] duplicate, 4 off-topic, 0 failed$", "\n".join(lines), re.MULTILINE
    )
    assert re.search(
        r"^daily-relay: [0-3] new, 0 revised, [0-3] duplicate, 0 off-topic, 0 failed$", "\n".join(lines), re.MULTILINE
    )
    assert "2 of 2 sources answered; 13 new, 0 revised, 3 duplicate, 4 off-topic, 0 failed" in lines
    assert "2 of 2 sources answered; 1 new, 0 revised, 0 duplicate, 0 off-topic, 0 failed" in lines


def test_the_aggregators_copies_are_the_articles_words_and_nothing_else(db):
    pairs = db.execute(
        "SELECT a.text, b.text FROM copies JOIN articles a ON a.id = article_id JOIN articles b ON b.id = other_id"
    ).fetchall()
    assert len(pairs) == 3
    assert all(copy == original for copy, original in pairs)
    assert one(db, "SELECT count(*) FROM articles WHERE text LIKE '%Sorting by%' OR text LIKE '%Back to top%'") == (0,)
    assert one(
        db,
        """
        SELECT count(*), group_concat(DISTINCT source_id) FROM stories JOIN articles ON articles.id = first_article_id
        WHERE stories.articles = 2 AND stories.sources = 2
        """,
    ) == (3, "harbour-gazette")


def test_dates_say_where_they_came_from_and_none_is_invented(db):
    assert dict(db.execute("SELECT published_origin, count(*) FROM articles GROUP BY 1").fetchall()) == {
        "json-ld": 13,
        "feed": 3,
        None: 1,
    }
    assert one(db, "SELECT published, published_origin FROM articles WHERE title LIKE 'What is deterrence%'") == (None, None)


def test_four_languages_topics_and_mentions(db):
    assert {language for (language,) in db.execute("SELECT DISTINCT language FROM articles")} == {"en", "fr", "de", "es"}
    assert one(db, "SELECT count(*) FROM articles WHERE id NOT IN (SELECT article_id FROM article_topics)") == (0,)
    assert one(db, "SELECT count(*) > 0 FROM mentions WHERE kind = 'organisation'") == (1,)


def test_the_second_crawl_asks_conditionally_and_fetches_no_article_again(db):
    assert db.execute("SELECT status FROM polls WHERE run_id = 2 ORDER BY status").fetchall() == [(200,), (200,), (304,)]
    assert one(db, "SELECT count(*), count(DISTINCT url) FROM pages WHERE url NOT LIKE '%changing-story%'") == (20, 20)


def test_the_database_is_sound_and_every_page_can_be_read(demo_archive, db):
    assert one(db, "PRAGMA integrity_check") == ("ok",)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert warcio_check(demo_archive) == (0, "")
    from newscrawler.storage.warc.reading import read_page

    for url, *place in db.execute("SELECT url, warc_file, warc_offset, warc_length FROM pages").fetchall():
        assert b"<h1>" in read_page(demo_archive / "pages", *place)[1], url


def test_show_and_status_as_json(demo_archive):
    article = json.loads(command("show", "1", "--json", "--archive", demo_archive, cwd=demo_archive).stdout)
    assert article["id"] == 1
    assert article["topics"][0]["terms"]
    status = json.loads(command("status", "--json", "--archive", demo_archive, cwd=demo_archive).stdout)
    assert (status["articles"], status["links"]["dropped"], len(status["runs"])) == (17, 4, 3)
    assert status["languages_without_lexicon"] == []


def test_the_demo_runs_again_over_its_archive(demo_run, tmp_path):
    shutil.copytree(demo_run / "demo-archive", tmp_path / "demo-archive")
    port = re.search(r"127\.0\.0\.1:(\d+)", (tmp_path / "demo-archive" / "demo-sources.toml").read_text())[1]
    done = newscrawler("demo", "--port", port, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (demo_run / "demo.out").read_text()
