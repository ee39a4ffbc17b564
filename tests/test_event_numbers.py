"""Numbers of events: whatever is joined, parted, taken back and made anew, each leads to the event that its own story is in."""

import re
import shutil
from dataclasses import replace

import pytest
from conftest import command, rows
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_event_corrections import DAY, NOW, together
from test_event_week import WEEK, begun, event_of, take_in

from newscrawler.errors import ArchiveError
from newscrawler.events.decisions import Corrections, Decision, EventState, Relation, decide
from newscrawler.events.evidence import Evidence
from newscrawler.events.window import Likeness
from newscrawler.reports import events as reports
from newscrawler.reprocess import correcting, grouping
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles import stories
from newscrawler.storage.articles.withdrawal import withdraw
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
    correcting.part(archive, first, [events.original_of(archive.db, own)], NOW + DAY)
    assert event_numbers.current_event(archive.db, later) == events.event_of(archive.db, own) == later


def test_a_number_goes_with_the_story_that_its_own_became_part_of(archive):
    first, later = sorted(event_of(archive, each) for each in ("howitzers", "radar"))
    own = {number: own for number, (_, own) in numbers(archive).items()}
    whole, part = sorted((own[first], own[later]))
    lost = later if own[later] == part else first
    for each in stories_in(archive)[lost] - {part}:
        correcting.part(archive, lost, [events.original_of(archive.db, each)], NOW)
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
            correcting.part(archive, event, [events.original_of(archive.db, sorted(has)[other % len(has)])], now)
        elif what == "back":
            said = corrections.every_said(archive.db, 100)
            correcting.take_back(archive, said[one % len(said)].number if said else 1, now)
        else:
            grouping.regroup(archive)
    except ArchiveError:  # one event already, or nothing else in it, or nothing said
        pass


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=2, max_size=6))
@example(steps=[("join", 1, 2), ("join", 0, 1), ("back", 1, 0)])  # the older of two: the first is joined to its own event
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
            assert without_a_first(archive) == []


def without_a_first(archive):
    sql = """
        SELECT event_id FROM event_stories WHERE relation <> 'beside' GROUP BY event_id
        HAVING sum(relation IN ('first', 'follows')) <> 1
    """
    return rows(archive, sql)


def first_of(archive, event):
    return rows(archive, f"SELECT story_id FROM event_stories WHERE event_id = {event} AND relation = 'first'")


def test_an_event_keeps_a_first_whatever_becomes_of_that_story(archive):
    guns = event_of(archive, "howitzers")
    ((first,),) = first_of(archive, guns)
    correcting.part(archive, guns, [events.original_of(archive.db, first)], NOW)
    ((second,),) = first_of(archive, guns)
    assert second != first
    withdraw(archive.db, events.original_of(archive.db, second), NOW)
    with archive.transaction():
        archive.db.execute(
            "INSERT OR IGNORE INTO to_group (article_id) VALUES (?)", [events.original_of(archive.db, second)]
        )
    grouping.group(archive)
    assert len(first_of(archive, guns)) == 1
    correcting.take_back(archive, 1, NOW)
    assert without_a_first(archive) == []


def assert_names_what_is_there(archive, event, has):
    for each in reports.event_stories(archive.db, event):
        for told in re.findall(r"(?:goes on|apart) from event (\d+)", each.reason):
            assert event_numbers.current_event(archive.db, int(told)) in has


# --- what is said of why


def reason_of(archive, article):
    story = events.story_of_article(archive.db, article)
    found = reports.event_stories(archive.db, events.event_of(archive.db, story))
    return next(each.reason for each in found if each.story == story)


def test_a_reason_tells_what_a_person_took_out_of_which_event_and_when(archive):
    guns = event_of(archive, "howitzers")
    article = events.original_of(archive.db, max(stories_in(archive)[guns]))
    correcting.part(archive, guns, [article], NOW)
    for _ in range(2):
        assert reason_of(archive, article).startswith(f"a person took it out of event {guns} on {NOW:%Y-%m-%d}; ")
        grouping.regroup(archive)
    correcting.take_back(archive, 1, NOW)
    assert "a person" not in reason_of(archive, article)


def test_reasons_name_events_by_the_numbers_that_they_have_after_a_rebuild(archive):
    guns, radar = event_of(archive, "howitzers"), event_of(archive, "radar")
    with archive.transaction():
        archive.db.execute("UPDATE events SET follows_id = ? WHERE id = ?", [guns, radar])
        archive.db.execute(
            "UPDATE event_stories SET relation = 'follows', reason = 'goes on from event 107: both say event 9' "
            "WHERE story_id = (SELECT own_story_id FROM events WHERE id = ?)", [radar],
        )  # fmt: skip
    told = [each.reason for each in reports.event_stories(archive.db, radar) if each.relation == "follows"]
    assert told == [f"goes on from event {guns}: both say event 9"]


def test_several_stories_are_taken_out_into_one_event_and_back(archive):
    guns = event_of(archive, "howitzers")
    before = together(archive)
    some = sorted(stories_in(archive)[guns])[-3:]
    articles = [events.original_of(archive.db, each) for each in some]
    made = correcting.part(archive, guns, articles, NOW)
    for _ in range(2):
        assert stories_in(archive)[made] == set(some)
        grouping.regroup(archive)
    assert rows(archive, "SELECT count(*) FROM to_group") == [(0,)]
    (said,) = corrections.every_said(archive.db, 10)
    assert (said.number, said.kind, said.stories) == (1, "part", 3)
    correcting.take_back(archive, 1, NOW)
    assert together(archive) == before


def test_what_was_taken_out_goes_back_where_it_was_though_more_like_another(archive, monkeypatch):
    guns, radar = event_of(archive, "howitzers"), event_of(archive, "radar")
    article = events.original_of(archive.db, max(stories_in(archive)[guns]))
    correcting.part(archive, guns, [article], NOW)

    def likest_is_radar(one, likenesses, states, said):
        near = {states[each.other.story].id for each in likenesses if each.other.story in states} & {guns, radar}
        return Decision(Relation.SAME, "likest", radar if radar in near or not near else guns)

    monkeypatch.setattr(grouping, "decide", likest_is_radar)
    correcting.take_back(archive, 1, NOW)
    assert events.event_of(archive.db, events.story_of_article(archive.db, article)) == guns


def test_what_a_person_took_out_may_follow_what_it_was_of():
    one, other = (Evidence(n, at, "en", "relay", (), (), ()) for n, at in ((1, 20.0), (2, 20.3)))
    likeness = Likeness(one, 4.0, (0.9, 0.5, *[0.0] * 9))
    state = {1: EventState(1, frozenset({1}), 20.0, 20.0)}
    assert decide(other, [likeness], state).event == 1
    parted = decide(other, [likeness], state, Corrections(apart=frozenset({1})))
    assert (parted.event, parted.relation, parted.follows) == (None, Relation.FOLLOWS, 1)
    earlier = replace(other, at=19.8)
    assert decide(earlier, [likeness], state, Corrections(apart=frozenset({1}))).relation is Relation.FIRST


def test_the_command_shows_the_numbers_that_it_takes_and_says_whose_it_took_out(archive):
    guns = event_of(archive, "howitzers")
    *_, one, two = (each for each in reports.event_stories(archive.db, guns) if each.tells_of_it)
    archive.close()
    place = ("--archive", archive.folder)
    shown = command("events", guns, *place, cwd=archive.folder).stdout
    assert re.search(rf"^.*\b{two.article}\b.*{two.source}", shown, re.MULTILINE)
    explained = command("events", guns, "--explain", *place, cwd=archive.folder).stdout
    assert f"story {two.story}, article {two.article}  " in explained
    done = command("events", "part", guns, one.article, two.article, *place, cwd=archive.folder)
    assert done.returncode == 0, done.stderr
    for each in (one, two):
        assert f"article {each.article} ({each.source}: {each.title}) is in event" in done.stderr
    done = command("events", "part", guns, two.article, *place, cwd=archive.folder)
    assert f"article {two.article} is not of event {guns} but of event" in done.stderr


def test_no_reason_quotes_a_text_that_was_withdrawn(archive):
    sql = "SELECT story_id, other_id, reason FROM event_stories WHERE other_id IS NOT NULL ORDER BY story_id"
    story = next(other for _, other, reason in rows(archive, sql) if "both say" in reason)
    with archive.transaction():
        withdraw(archive.db, events.original_of(archive.db, story), NOW)
    told = {reason for one, other, reason in rows(archive, sql) if story in (one, other)}
    assert told == {"alike by a text that its publisher withdrew since"}
    assert any("both say" in reason for one, other, reason in rows(archive, sql) if story not in (one, other))
