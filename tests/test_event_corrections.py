"""What people say of events: by the command and on the desk, held when all is made anew, taken back as if never said."""

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from command import HANG
from conftest import command, rows, said
from lxml import html
from reading_room import Visitor
from test_event_week import WEEK, begun, event_of, found_in, take_in
from test_own_desk import OPENED, OWN

from newscrawler.desk import corrections as on_desk
from newscrawler.desk import store
from newscrawler.desk.takeover import take_over, take_over_from_desk
from newscrawler.errors import ArchiveError
from newscrawler.reprocess import correcting, grouping
from newscrawler.storage.archive import Archive
from newscrawler.storage.database.identity import identity
from newscrawler.storage.meaning import corrections, events
from newscrawler.web import views

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    archive = begun(tmp_path_factory.mktemp("corrected") / "archive")
    take_in(archive, list(enumerate(WEEK)))
    archive.close()
    return archive.folder


@pytest.fixture
def folder(made, tmp_path):
    """An archive of a week's news that a test may write to."""
    return shutil.copytree(made, tmp_path / "archive")


@pytest.fixture
def archive(folder):
    with Archive.open(folder) as archive:
        yield archive


def article_of(archive, name, language):
    number = next(n for n, case in enumerate(WEEK) if (case["event"], case["language"]) == (name, language))
    return rows(archive, f"SELECT id FROM articles WHERE url LIKE '%/{number}'")[0][0]


def together(archive):
    """Which stories are together, whatever the numbers."""
    found = {}
    for story, event in rows(archive, "SELECT story_id, event_id FROM event_stories"):
        found.setdefault(event, set()).add(story)
    return {frozenset(each) for each in found.values()}


def event_with(archive, article):
    return events.event_of(archive.db, events.story_of_article(archive.db, article))


def test_what_was_parted_and_is_taken_back_is_as_it_was(archive):
    before, guns, french = together(archive), event_of(archive, "howitzers"), article_of(archive, "howitzers", "fr")
    correcting.part(archive, guns, [french], NOW)
    assert event_with(archive, french) != guns
    correcting.join(archive, guns, event_of(archive, "radar"), NOW)
    assert [each.number for each in corrections.every_said(archive.db, 10)] == [2, 1]
    for unlisted in (3, 4):  # though rows are more
        with pytest.raises(ArchiveError, match="nothing was said"):
            correcting.take_back(archive, unlisted, NOW)
    correcting.take_back(archive, 2, NOW)
    (one,) = corrections.every_said(archive.db, 10)
    assert (one.kind, one.article, one.other_title is not None) == ("part", french, True)
    correcting.take_back(archive, one.number, NOW)
    assert event_with(archive, french) == guns
    assert together(archive) == before
    assert corrections.every_said(archive.db, 10) == []
    assert rows(archive, "SELECT count(*) FROM to_group") == [(0,)]


def test_what_was_joined_and_is_taken_back_is_as_it_was_under_its_numbers(archive):
    before, numbers = together(archive), found_in(archive)
    guns, radar = event_of(archive, "howitzers"), event_of(archive, "radar")
    kept = correcting.join(archive, guns, radar, NOW)
    assert kept == min(guns, radar)
    (one,) = corrections.said_of(archive.db, kept)
    correcting.take_back(archive, one.number, NOW)
    assert together(archive) == before
    assert found_in(archive) == numbers
    assert rows(archive, f"SELECT merged_into FROM events WHERE id = {max(guns, radar)}") == [(None,)]


def test_the_last_word_on_two_stories_counts(archive):
    before, guns, french = together(archive), event_of(archive, "howitzers"), article_of(archive, "howitzers", "fr")
    correcting.part(archive, guns, [french], NOW)
    correcting.join(archive, guns, event_with(archive, french), NOW)
    for _ in range(2):  # none of its stories is apart from it any more, whichever comes first
        assert together(archive) == before
        grouping.regroup(archive)
    correcting.part(archive, guns, [french], NOW)
    for _ in range(2):
        assert event_with(archive, french) != guns
        grouping.regroup(archive)


@pytest.mark.parametrize("number", [0, -1, 99, 2**63])
def test_nothing_is_taken_back_that_nobody_said(archive, number):
    with pytest.raises(ArchiveError, match="nothing was said"):
        correcting.take_back(archive, number, NOW)


def test_the_command_lists_what_was_said_and_takes_it_back(folder, archive):
    guns, french = event_of(archive, "howitzers"), article_of(archive, "howitzers", "fr")
    archive.close()
    place = ("--archive", folder)
    assert "Nobody said anything" in command("events", "said", *place, cwd=folder).stderr
    assert command("events", "part", guns, french, *place, cwd=folder).returncode == 0
    listed = command("events", "said", "--csv", *place, cwd=folder).stdout.splitlines()
    assert listed[0] == "number,kind,article,other,decided,title,other_title,stories"
    assert f"part,{french}," in listed[1]
    done = command("events", "back", listed[1].split(",")[0], *place, cwd=folder)
    assert f"taken back: article {french}" in done.stderr
    for words, code in (
        (("back",), 2),
        (("back", "x"), 2),
        (("back", "7"), 1),
        (("said", "1"), 2),
        (("said", "--explain"), 2),
    ):
        done = command("events", *words, *place, cwd=folder)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), words
        assert ("x is no number that `newscrawler events said` lists" in done.stderr) == ("x" in words)


def test_all_articles_that_cannot_be_parted_are_named(archive):
    guns, radar, french = event_of(archive, "howitzers"), event_of(archive, "radar"), article_of(archive, "howitzers", "fr")
    other = article_of(archive, "radar", "en")
    with pytest.raises(ArchiveError) as refused:
        correcting.part(archive, guns, [french, other, 999_999], NOW)
    assert str(refused.value).startswith(
        f"article {other} is not of event {guns} but of event {radar}; there is no article 999999; "
    )
    assert corrections.every_said(archive.db, 10) == []


def test_a_join_that_a_later_one_holds_is_taken_back_and_said_to_change_nothing(folder, archive):
    numbers = sorted(set(found_in(archive).values()))[:3]
    first, second, third = numbers
    correcting.join(archive, third, second, NOW)
    correcting.join(archive, second, first, NOW)
    joined = together(archive)
    archive.close()
    told = [command("events", "back", number, "--archive", folder, cwd=folder).stderr for number in (1, 2)]
    assert told[0].endswith("; no story changes its event, for by number 2, too, they are of one\n")
    assert "no story changes" not in told[1]
    with Archive.open(folder) as archive:
        assert together(archive) != joined


def test_what_was_taken_back_here_or_there_comes_with_no_archive_again(archive, folder, tmp_path):
    """Two archives that tell each other what was said, in turn: a word that was taken back counts in neither."""
    guns, french = event_of(archive, "howitzers"), article_of(archive, "howitzers", "fr")
    before = together(archive)
    correcting.part(archive, guns, [french], NOW)
    archive.close()
    shutil.copytree(folder, tmp_path / "other")
    with Archive.open(folder) as archive, Archive.open(tmp_path / "other") as other:
        (one,) = corrections.every_said(archive.db, 10)
        correcting.take_back(archive, one.number, NOW + DAY)
        assert corrections.take_over(archive.db, other.db) == 0
        grouping.group(archive)
        assert (corrections.every_said(archive.db, 10), together(archive)) == ([], before)
        assert corrections.take_over(other.db, archive.db) == 0
        grouping.group(other)
        assert (corrections.every_said(other.db, 10), together(other)) == ([], before)
        # what is said after that is another word
        correcting.part(other, event_of(other, "howitzers"), [french], NOW + 2 * DAY)
        assert corrections.take_over(archive.db, other.db) > 0
        assert [each.kind for each in corrections.every_said(archive.db, 10)] == ["part"]


def test_a_number_is_of_one_word_for_ever(archive):
    """What the desk takes back is what stood there, though the command took that back and said something else meanwhile."""
    guns, radar, french = event_of(archive, "howitzers"), event_of(archive, "radar"), article_of(archive, "howitzers", "fr")
    own = identity(archive.db)
    correcting.part(archive, guns, [french], NOW)
    (one,) = corrections.every_said(archive.db, 10)
    with store.writing(archive.folder, own) as desk:
        on_desk.say(desk, "back", guns, one.number, NOW)
    correcting.take_back(archive, one.number, NOW)
    joined = correcting.join(archive, guns, radar, NOW)
    done = take_over(archive, own, NOW)
    assert (done.corrected, done.refused) == (1, ())
    assert [each.kind for each in corrections.said_of(archive.db, joined)] == ["join"]


# --- on the desk


@pytest.fixture
def room(folder, monkeypatch):
    monkeypatch.setenv("NEWSCRAWLER_DESK", "1")
    monkeypatch.setenv("NEWSCRAWLER_SERVED", "1")
    monkeypatch.setattr(views, "READ_SECONDS", HANG)
    visitor = Visitor(folder / "news.db", settings={"sql_time_limit_ms": HANG * 1_000})
    yield visitor
    visitor.close()


def page_of(room, event):
    return room.get(f"/event/{event}", headers=OPENED)


def do(room, event, what, **fields):
    page = page_of(room, event).text
    told = {"token": re.search(r'name="token" value="([^"]+)"', page)[1], "back": f"/event/{event}", "do": what, **fields}
    return room.post("/desk/do", told, headers={**OWN, "accept": fields.pop("accept", "application/json")})


def pressed(page):
    return re.findall(r'value="([^"]+)"[^>]*aria-pressed="true"', page.text)


def numbers_in(folder):
    with Archive.open(folder) as archive:
        return event_of(archive, "howitzers"), event_of(archive, "radar"), article_of(archive, "howitzers", "fr")


def test_a_story_is_taken_out_on_the_page_and_by_the_next_writer(room, folder):
    guns, _, french = numbers_in(folder)
    assert f'value="part:{french}:{guns}"' in page_of(room, guns).text
    assert do(room, guns, f"part:{french}:{guns}").json() == {
        "ok": True, "said": "Not of this event: the archive follows when it is written next.",
    }  # fmt: skip
    page = page_of(room, guns)
    assert f"unpart:{french}:{guns}" in pressed(page)
    firsts = html.fromstring(page.text).xpath("//section[@aria-labelledby='by-language']//th[@scope='row']/text()")
    assert "English" in firsts
    assert "French" not in firsts  # nor does it count on the page any more
    assert "Article" in said(room.get("/desk", headers=OPENED).text)
    with Archive.open(folder) as archive:
        assert event_with(archive, french) == guns  # the web does not write there
        take_over_from_desk(archive)
        assert grouping.group(archive).total() == 1
        assert event_with(archive, french) != guns
        grouping.regroup(archive)
        assert event_with(archive, french) != guns
        (one,) = corrections.said_of(archive.db, guns)
    page = page_of(room, guns)
    assert pressed(page) == []
    assert "is not of the event of" in said(page.text)
    assert do(room, guns, f"back:{one.number}:{guns}").json()["ok"]
    assert pressed(page_of(room, guns)) == [f"unback:{one.number}:{guns}"]
    done = command("events", "--update", "--archive", folder, cwd=folder)
    assert "1 correction of events taken over" in done.stderr
    assert "What people said of it" in page_of(room, guns).text
    assert "is not of the event of" not in said(page_of(room, guns).text)
    with Archive.open(folder) as archive:
        assert event_with(archive, french) == guns


def test_two_events_are_one_on_the_page_and_by_the_next_writer(room, folder):
    guns, radar, _ = numbers_in(folder)
    for typed in (f"http://localhost:8001/event/{radar}#stories", f"event {radar}", str(radar)):
        assert do(room, guns, f"join:{guns}", other=typed).json()["ok"], typed
    for event in (guns, radar):
        assert "One event with" in said(page_of(room, event).text)
    assert do(room, guns, f"unjoin:{guns}:{radar}").json()["said"] == "Taken back."
    assert "One event with" not in said(page_of(room, radar).text)
    answer = do(room, radar, f"join:{radar}", other=str(guns), accept="text/html")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/event/{radar}#said")
    done = command("review", "--from-desk", "--archive", folder, cwd=folder)
    assert "1 correction of events taken over" in done.stderr
    first, second = sorted((guns, radar))
    assert room.get(f"/event/{second}").headers["location"] == f"/event/{first}"
    assert "is of one event with" in said(page_of(room, first).text)


def test_events_of_the_same_days_that_name_the_same_are_offered(room, folder):
    guns, _, french = numbers_in(folder)
    with Archive.open(folder) as archive:
        correcting.part(archive, guns, [french], NOW)
        apart = event_with(archive, french)
    offered = re.findall(r'value="join:(\d+):(\d+)"', page_of(room, guns).text)
    assert (str(guns), str(apart)) in offered[:3]


@pytest.mark.parametrize(
    ("what", "other", "says"),
    [
        ("part:9999:{guns}", "", "Article 9999 is not of event"),
        ("part:{french}:{radar}", "", "is not of event"),
        ("part:x:{guns}", "", "is no number"),
        ("part:{french}", "", "is no number"),
        ("join:{guns}", "", "is no number of an event"),
        ("join:{guns}", "twelve", "is no number of an event"),
        ("join:{guns}", "{guns}", "are one already"),
        ("join:{guns}", "99999", "There is no event 99999"),
        ("join:{guns}", "9" * 30, "is no number of an event"),
        ("join:²:{radar}", "", "is no number"),
        ("back:x:{guns}", "", "is no number"),
    ],
)
def test_what_cannot_be_said_of_an_event_is_refused_in_a_sentence(room, folder, what, other, says):
    guns, radar, french = numbers_in(folder)
    told = {"guns": guns, "radar": radar, "french": french}
    answer = do(room, guns, what.format(**told), other=other.format(**told))
    assert (answer.status_code, answer.json()["ok"]) == (400, False)
    assert says in answer.json()["said"]
    with store.reading(folder, _identity(folder)) as desk:
        assert desk is None or on_desk.pending(desk) == []


def test_no_other_page_says_anything_of_events_and_readers_without_a_desk_see_no_buttons(room, folder, monkeypatch):
    guns, _, french = numbers_in(folder)
    answer = room.post(
        "/desk/do", {"do": f"part:{french}:{guns}", "token": "x"}, headers={**OWN, "origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    answer = room.post("/desk/do", {"do": f"part:{french}:{guns}", "token": "x"}, headers=OWN)
    assert answer.status_code == 403
    monkeypatch.delenv("NEWSCRAWLER_DESK")
    assert "not of this event" not in page_of(room, guns).text


def test_a_desk_that_cannot_be_written_says_so_and_the_page_stays(room, folder):
    guns, _, french = numbers_in(folder)
    (folder / "desk.db").mkdir()
    answer = do(room, guns, f"part:{french}:{guns}")
    assert (answer.status_code, "cannot be written" in answer.json()["said"]) == (400, True)
    page = page_of(room, guns)
    assert page.status_code == 200
    assert "The desk remembers nothing for now" in said(page.text)


def test_a_desk_that_another_program_writes_is_asked_again_later(room, folder, monkeypatch):
    guns, _, french = numbers_in(folder)
    do(room, guns, f"part:{french}:{guns}")
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(folder / "desk.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        answer = do(room, guns, f"part:{french}:{guns}")
        assert (answer.status_code, "try again in a moment" in answer.json()["said"]) == (503, True)


def test_something_is_said_while_a_crawl_writes_the_archive(room, folder):
    guns, _, french = numbers_in(folder)
    with Archive.open(folder) as archive, archive.transaction():
        archive.db.execute("UPDATE events SET stories = stories WHERE id = 1")
        assert do(room, guns, f"part:{french}:{guns}").json()["ok"]
    with store.reading(folder, _identity(folder)) as desk:
        assert [(each.kind, each.event, each.about) for each in on_desk.pending(desk)] == [("part", guns, french)]


def _identity(folder):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return identity(db)


def test_what_the_archive_cannot_follow_is_named_and_said_no_more(archive, folder, caplog):
    guns, french = event_of(archive, "howitzers"), article_of(archive, "howitzers", "fr")
    own = identity(archive.db)
    with store.writing(folder, own) as desk:
        for kind, about in (
            ("part", french),
            ("part", french),
            ("part", 9999),
            ("join", 7777),
            ("join", guns),
            ("back", 99),
        ):
            on_desk.say(desk, kind, guns, about, NOW)
    done = take_over(archive, own, NOW)
    assert (done.corrected, len(done.refused)) == (1, 4)
    assert take_over(archive, own, NOW) == type(done)()
    with store.writing(folder, own) as desk:
        on_desk.say(desk, "part", guns, french, NOW)
    grouping.group(archive)
    take_over_from_desk(archive)  # it was taken out meanwhile
    assert "is not followed: article" in caplog.text


def test_a_desk_of_the_version_before_is_read_and_gets_what_is_new(folder):
    own = _identity(folder)
    with store.writing(folder, own) as desk:
        desk.execute("INSERT INTO kept VALUES (1, '2026-11-22T09:00:00Z')")
        desk.execute("DROP TABLE corrections")
        desk.execute("PRAGMA user_version = 1")
    with store.reading(folder, own) as desk:
        assert on_desk.pending(desk) == []
    with closing(sqlite3.connect(folder / "desk.db")) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1,)  # to read changes nothing
    with store.writing(folder, own) as desk:
        on_desk.say(desk, "part", 1, 1, NOW)
    with store.reading(folder, own) as desk:
        assert len(on_desk.pending(desk)) == 1
        assert desk.execute("SELECT article_id FROM kept").fetchall() == [(1,)]
        assert desk.execute("PRAGMA user_version").fetchone() == (store.VERSION,)
