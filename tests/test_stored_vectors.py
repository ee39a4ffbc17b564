"""Vectors that an archive has where this installation makes none, or makes others: what becomes of its events."""

import shutil

import pytest
from conftest import SOURCES, command, rows
from test_events import CASES_OF_EVENTS, arrival

from newscrawler.meaning import encoder
from newscrawler.reprocess import encoding, grouping
from newscrawler.storage.archive import Archive
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
