"""Vectors that an archive has where this installation makes none, or makes others: what becomes of its events."""

import shutil
from datetime import UTC, datetime

import pytest
from conftest import SOURCES, command, rows
from test_events import CASES_OF_EVENTS, arrival

from newscrawler.meaning import encoder
from newscrawler.meaning.coverage import shipped_coverage
from newscrawler.reprocess import encoding, grouping
from newscrawler.storage.archive import Archive
from newscrawler.storage.meaning import vectors as stored
from newscrawler.storage.sites.sources import sync_sources

EVENTS = "SELECT story_id, event_id, reason FROM event_stories ORDER BY story_id"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of an archive with vectors and events."""
    with Archive.open(tmp_path_factory.mktemp("stored") / "archive") as archive:
        sync_sources(archive, SOURCES)
        archive.file([arrival(archive, number, case) for number, case in enumerate(CASES_OF_EVENTS)])
        encoding.make_vectors(archive)
        grouping.group(archive)
    return archive.folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "archive")


def asked(folder, *options):
    return command("events", *options, "--archive", folder, cwd=folder)


def events(folder):
    with Archive.open(folder) as archive:
        return rows(archive, EVENTS)


def test_a_rebuild_without_the_encoder_compares_what_is_there(folder, monkeypatch):
    before = events(folder)
    assert any("meaning" in reason for *_, reason in before)
    monkeypatch.setattr(encoder, "is_there", lambda: False)
    done = asked(folder, "--rebuild")
    assert (done.returncode, "and vectors that are there: vectors need the extra" in done.stderr) == (0, True)
    assert events(folder) == before


def test_a_rebuild_that_would_lose_vectors_is_refused(folder, monkeypatch):
    before = events(folder)
    monkeypatch.setattr(encoder, "is_there", lambda: False)
    monkeypatch.setattr(encoder, "compares", lambda: False)
    done = asked(folder, "--rebuild")
    assert done.returncode == 1
    assert "vectors that do not count here; vectors need the extra [semantic]" in done.stderr
    assert "--without-vectors" in done.stderr
    assert events(folder) == before
    assert asked(folder, "--rebuild", "--without-vectors").returncode == 0
    assert not any("meaning" in reason for *_, reason in events(folder))


def test_vectors_of_another_encoder_are_named_by_an_update_and_a_rebuild_is_refused(folder, monkeypatch):
    assert "encoder" not in asked(folder, "--update").stderr
    name = encoder.encoder_name()
    monkeypatch.setattr(encoder, "encoder_name", lambda: f"{name}-next")
    why = "made by another encoder and do not count; `newscrawler reprocess --vectors` makes them anew"
    assert why in asked(folder, "--update").stderr
    done = asked(folder, "--rebuild")
    assert (done.returncode, why in done.stderr) == (1, True)


def test_without_vectors_is_a_way_to_rebuild(folder):
    done = asked(folder, "--without-vectors")
    assert (done.returncode, "belongs to --rebuild" in done.stderr) == (2, True)


@pytest.fixture
def without(tmp_path, monkeypatch):
    """An archive whose stories were put into events before there were vectors; then one more came, and waits."""
    with Archive.open(tmp_path / "without") as archive, monkeypatch.context() as patch:
        sync_sources(archive, SOURCES)
        patch.setattr(encoder, "is_there", lambda: False)
        archive.file([arrival(archive, number, case) for number, case in enumerate(CASES_OF_EVENTS[:4])])
        grouping.group(archive)
        archive.file([arrival(archive, 4, CASES_OF_EVENTS[4])])
    return archive.folder


def covered(cases):
    return sum(case["language"] in shipped_coverage().languages for case in cases)


@pytest.mark.parametrize("verb", [("events", "--update"), ("reprocess", "--vectors")])
def test_stories_that_were_in_events_before_they_had_a_vector_are_counted_once(without, verb):
    with Archive.open(without) as archive, archive.transaction():  # a revision of one: it waits, and is decided on with it
        stored.ask_for(archive.db, 1)
    done = command(*verb, "--archive", without, cwd=without)
    late = covered(CASES_OF_EVENTS[1:4])
    assert late > 1
    said = (
        f"{late} stories were put into events before they had a vector; `newscrawler events --rebuild` decides on them anew"
    )
    assert said in done.stderr.splitlines()
    assert "before" not in command("events", "--update", "--archive", without, cwd=without).stderr


def test_a_copy_and_a_vector_that_is_made_anew_are_not_counted(without, monkeypatch):
    with Archive.open(without) as archive:
        copy = arrival(archive, 1, CASES_OF_EVENTS[0], url="https://gazette.example/copy")
        archive.file([copy])
        with archive.transaction():
            archive.db.execute("DELETE FROM to_group")
        assert rows(archive, "SELECT articles FROM stories WHERE id = 1") == [(2,)]
        made = encoding.make_vectors(archive)
        assert made.late == covered(CASES_OF_EVENTS[:4])
        assert made.made == covered(CASES_OF_EVENTS[:5]) + 1  # the copy, too
        monkeypatch.setattr(encoder, "encoder_name", lambda: "next")
        encoding.ask_for_all(archive)
        assert encoding.make_vectors(archive) == encoding.Made(made.made, made.without)


@pytest.mark.parametrize("verb", ["--update", "--rebuild"])
def test_beside_a_watch_the_command_says_that_it_makes_events_itself(folder, verb):
    itself = "A crawl or a watch makes events of what comes by itself"
    with Archive.open(folder) as archive:
        done = asked(folder, verb)  # another command that is no crawl
        assert (done.returncode, "another newscrawler is writing it" in done.stderr, itself in done.stderr) == (
            75,
            True,
            False,
        )
        archive.start_run("watch", datetime(2026, 11, 1, tzinfo=UTC))
        done = asked(folder, verb)
    assert done.returncode == 75
    assert "is in use: `newscrawler watch`" in done.stderr
    assert itself in done.stderr
    assert len(done.stderr.splitlines()) == 1
