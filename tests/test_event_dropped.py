"""What a review dropped counts in no event and shows in none, and is there again when a person says so."""

import json
from datetime import UTC, datetime

import pytest
from command import HANG
from conftest import SOURCES, command, rows
from reading_room import Visitor
from test_events import CASES_OF_EVENTS, arrival

from newscrawler.reports import events as reports
from newscrawler.reports.event_facts import event_of_article
from newscrawler.reprocess import encoding, grouping
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import search
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles import verdicts
from newscrawler.storage.meaning import events as stored
from newscrawler.storage.schema import versions as schema
from newscrawler.storage.sites.sources import sync_sources

COLLISION = [each for each in CASES_OF_EVENTS if each["event"] == CASES_OF_EVENTS[0]["event"]]
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def file(archive, number, case, **more):
    archive.file([arrival(archive, number, case, **more)])
    encoding.make_vectors(archive)
    grouping.group(archive)
    (row,) = rows(archive, f"SELECT id FROM articles WHERE url LIKE '%/{number}'")
    return row[0]


@pytest.fixture
def told(tmp_path):
    """(archive, articles of one event in order of time: three that tell of it and a live blog beside)."""
    archive = Archive.open(tmp_path / "archive")
    sync_sources(archive, SOURCES)
    kinds = ("article", "article", "article", "live")
    told = [
        file(archive, number, case, type=kind) for number, (case, kind) in enumerate(zip(COLLISION, kinds, strict=False))
    ]
    assert rows(archive, "SELECT DISTINCT event_id FROM event_stories") == [(1,)]
    yield archive, told
    archive.close()


def drop(archive, *articles, decision="drop"):
    with archive.transaction():
        verdicts.review(archive.db, articles, decision, NOW)


def kept(archive):
    return rows(archive, "SELECT stories, languages, began, ended, first_story_id FROM events WHERE id = 1")[0]


def found(archive, query):
    return {each.id for each in search(archive.db, compile_query(query, vocabulary(archive.db)))}


def test_it_counts_and_shows_nowhere_and_comes_back(told):
    archive, (first, *others) = told
    before = kept(archive)
    whole = reports.event_row(archive.db, 1)
    drop(archive, first)
    row = reports.event_row(archive.db, 1)
    assert (row.stories, row.beside, row.languages) == (whole.stories - 1, whole.beside, whole.languages - 1)
    assert row.began > whole.began
    drop(archive, others[0])  # whose title it had, in the most common language
    assert reports.event_row(archive.db, 1).title not in (None, whole.title)
    drop(archive, others[0], decision="keep")
    assert kept(archive)[0] == before[0] - 1
    assert {each.article for each in reports.event_stories(archive.db, 1)} == set(others)
    assert found(archive, "event:1") == set(others)
    assert event_of_article(archive.db, others[0]).stories == before[0] - 1
    language = COLLISION[0]["language"]
    assert [reports.events_since(archive.db, None, [each]) != [] for each in (language, whole.spoken.split()[-1])] != [
        True
    ] * 2
    drop(archive, first, decision="keep")
    assert kept(archive) == before


def test_what_stands_beside_is_not_counted_once_dropped(told):
    archive, articles = told
    assert reports.event_row(archive.db, 1).beside == 1
    drop(archive, articles[3])
    row = reports.event_row(archive.db, 1)
    assert (row.stories, row.beside) == (3, 0)


def test_it_is_the_press_of_no_country(told):
    archive, articles = told
    archive.db.execute("UPDATE sources SET country = iif(id = 'relay', 'GB', 'DE')")
    archive.db.conn.commit()
    asked = ["GB"], ["DE"]
    assert reports.blind_spots(archive.db, *asked, None) == []
    drop(archive, *articles[1::2])
    assert [each.id for each in reports.blind_spots(archive.db, *asked, None)] == [1]
    words = ("-p", "by", "GB", "-p", "not_by", "DE", "-p", "days", "30000", "--json", "--archive", archive.folder)
    done = command("sql", "blind_spots", *words, cwd=archive.folder.parent)
    assert [each["event"] for each in json.loads(done.stdout)] == [1]


def test_an_event_of_which_all_was_dropped_is_shown_nowhere_and_keeps_its_number(told):
    archive, articles = told
    drop(archive, *articles)
    assert kept(archive)[0] == 0
    assert reports.event_row(archive.db, 1) is None
    assert reports.events_since(archive.db, None, least=1) == []
    done = command("events", "1", "--archive", archive.folder, cwd=archive.folder.parent)
    assert (done.returncode, done.stdout) == (1, "")
    assert "all of event 1" in done.stderr
    grouping.regroup(archive)
    drop(archive, articles[0], decision="keep")
    assert reports.event_row(archive.db, 1).stories == 1
    visitor = Visitor(archive.folder / "news.db", settings={"sql_time_limit_ms": HANG * 1_000})
    try:
        assert visitor.get("/event/1").status_code == 200
    finally:
        visitor.close()


def test_archives_of_before_are_counted_anew(told):
    archive, articles = told
    drop(archive, articles[0])
    wanted = kept(archive)
    archive.db.execute("UPDATE events SET stories = 9, languages = 9, first_story_id = 1, began = '2020', ended = '2030'")
    archive.db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm034_dropped_of_events'")
    archive.db.conn.commit()
    assert schema.migrate(archive.db) == ["m034_dropped_of_events"]
    assert kept(archive) == wanted
    assert stored.event_of(archive.db, 1) == 1
