"""Numbers of events: whatever is joined, parted, taken back and made anew, each leads to the event that its own story is in."""

import re
import shutil

import pytest
from conftest import rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_event_corrections import DAY, NOW
from test_event_week import WEEK, begun, event_of, take_in

from newscrawler.errors import ArchiveError
from newscrawler.reports import events as reports
from newscrawler.reprocess import correcting, grouping
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles import stories
from newscrawler.storage.meaning import corrections, event_numbers, events

SOME = [n for n, case in enumerate(WEEK) if case["event"] in ("howitzers", "radar", "digest")][:12]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with begun(tmp_path_factory.mktemp("numbered") / "archive") as archive:
        take_in(archive, [(number, WEEK[number]) for number in SOME])
    return archive.folder


@pytest.fixture
def archive(made, tmp_path):
    with Archive.open(shutil.copytree(made, tmp_path / "archive")) as archive:
        yield archive


def stories_in(archive):
    """Each event's number -> its stories."""
    found = {}
    for story, event in rows(archive, "SELECT story_id, event_id FROM event_stories ORDER BY story_id"):
        found.setdefault(event, set()).add(story)
    return found


def numbers(archive):
    """Each number that there ever was -> (the event that it leads to, the story that it goes with)."""
    sql = "SELECT id, coalesce(merged_into, id), own_story_id FROM events"
    return {number: (leads, own) for number, leads, own in rows(archive, sql)}


def test_two_events_that_were_joined_have_their_numbers_again_after_rebuilds(archive):
    guns, radar = event_of(archive, "howitzers"), event_of(archive, "radar")
    grouping.regroup(archive)
    before = stories_in(archive)
    correcting.join(archive, guns, radar, NOW)
    for _ in range(2):
        grouping.regroup(archive)
        assert stories_in(archive)[min(guns, radar)] >= before[guns] | before[radar]  # what was joined stays one
        assert event_numbers.current_event(archive.db, max(guns, radar)) == min(guns, radar)
    correcting.take_back(archive, 1, NOW)
    for _ in range(2):
        assert stories_in(archive) == before
        grouping.regroup(archive)


def test_a_number_comes_back_where_its_story_begins_an_event_again(archive):
    first, later = sorted(event_of(archive, each) for each in ("howitzers", "radar"))
    (own,) = rows(archive, f"SELECT own_story_id FROM events WHERE id = {later}")[0]
    correcting.join(archive, first, later, NOW)
    correcting.part(archive, first, events.original_of(archive.db, own), NOW + DAY)
    assert event_numbers.current_event(archive.db, later) == events.event_of(archive.db, own) == later


def test_a_number_goes_with_the_story_that_its_own_became_part_of(archive):
    first, later = sorted(event_of(archive, each) for each in ("howitzers", "radar"))
    own = {number: own for number, (_, own) in numbers(archive).items()}
    whole, part = sorted((own[first], own[later]))
    lost = later if own[later] == part else first
    for each in stories_in(archive)[lost] - {part}:
        correcting.part(archive, lost, events.original_of(archive.db, each), NOW)
    with archive.transaction():
        stories.unite(archive.db, [whole, part])
    assert event_numbers.current_event(archive.db, lost) == events.event_of(archive.db, whole)


STEP = st.tuples(st.sampled_from(["join", "part", "back", "rebuild"]), st.integers(0, 99), st.integers(0, 99))


def done(archive, what, one, other, now):
    there = sorted(stories_in(archive).items())
    event, has = there[one % len(there)]
    try:
        if what == "join":
            correcting.join(archive, event, there[other % len(there)][0], now)
        elif what == "part":
            correcting.part(archive, event, events.original_of(archive.db, sorted(has)[other % len(has)]), now)
        elif what == "back":
            said = corrections.every_said(archive.db, 100)
            correcting.take_back(archive, said[one % len(said)].number if said else 1, now)
        else:
            grouping.regroup(archive)
    except ArchiveError:  # one event already, or nothing else in it, or nothing said
        pass


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=2, max_size=6))
def test_a_number_leads_to_the_event_that_its_own_story_is_in(made, tmp_path_factory, steps):
    with Archive.open(shutil.copytree(made, tmp_path_factory.mktemp("numbers") / "archive")) as archive:
        for number, (what, one, other) in enumerate(steps):
            before, had = numbers(archive), stories_in(archive)
            done(archive, what, one, other, NOW + number * DAY)
            after, has = numbers(archive), stories_in(archive)
            assert before.keys() <= after.keys()  # none is forgotten
            for each, (leads, own) in after.items():
                assert own in has[leads], each
                assert (leads == each) == (each in has), each
                if each in before and own != before[each][1]:  # its own story was taken out of it: the rest keep it
                    assert what in ("part", "back"), each
                    assert each in had, each
                    assert each in has, each
                    assert before[each][1] not in has[each], each
                    assert own in had[each], each
            for event in has:
                assert_names_what_is_there(archive, event, has)


def assert_names_what_is_there(archive, event, has):
    for each in reports.event_stories(archive.db, event):
        for told in re.findall(r"(?:goes on|apart) from event (\d+)", each.reason):
            assert event_numbers.current_event(archive.db, int(told)) in has
