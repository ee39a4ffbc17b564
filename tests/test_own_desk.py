"""The reader's own desk: what it remembers, who may write on it, what happens where it cannot, and its way into the archive."""

import csv
import html
import io
import json
import os
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from conftest import command, said
from hypothesis import given
from hypothesis import strategies as st
from reading_room import Visitor, write_story

from newscrawler.desk import marks, shelves, store, tokens
from newscrawler.desk.tokens import TokenState, token, token_state
from newscrawler.errors import DeskBusy, DeskConflict, DeskError
from newscrawler.items import Source
from newscrawler.storage.archive import Archive
from newscrawler.storage.database.backup import back_up
from newscrawler.storage.sites.sources import sync_sources

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
OWN = {"host": "localhost:8001", "origin": "http://localhost:8001", "sec-fetch-site": "same-origin"}
OPENED = {"host": "localhost:8001", "sec-fetch-site": "none", "sec-fetch-dest": "document"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An archive of five stories, two of whose articles are doubtful."""
    folder = tmp_path_factory.mktemp("made") / "archive"
    with Archive.open(folder) as archive:
        sync_sources(archive, [Source(f"s{n}", f"Source {n}", f"https://s{n}.example/", "newspaper") for n in range(4)])
        with archive.transaction():
            for story in range(1, 6):
                write_story(archive.db, story, range(1 + story % 3), NOW + timedelta(minutes=story))
            for article in (1, 3):
                archive.db.execute(
                    "INSERT INTO article_verdicts VALUES (?, 'review', 0.31, 0.2, 'review: score 0.31 of 0.5: frigate*', '1', '2026-11-22T09:00:00Z', '[]')",
                    [article],
                )
    return folder


@pytest.fixture
def folder(made, tmp_path):
    """An archive that a test may write to."""
    return shutil.copytree(made, tmp_path / "archive")


def _visitor(folder):
    visitor = Visitor(folder / "news.db")
    visitor.folder = folder
    return visitor


@pytest.fixture(scope="module", autouse=True)
def _with_a_desk():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEWSCRAWLER_DESK", "1")
        patch.setenv("NEWSCRAWLER_SERVED", "1")
        yield


@pytest.fixture(scope="module")
def shared(made, tmp_path_factory):
    visitor = _visitor(shutil.copytree(made, tmp_path_factory.mktemp("shared") / "archive"))
    yield visitor
    visitor.close()


@pytest.fixture
def room(shared):
    """A reading room with a desk that nobody has used."""
    yield shared
    desk = shared.folder / "desk.db"
    if desk.is_dir():
        desk.rmdir()
    for each in shared.folder.glob("desk.db*"):
        each.unlink()


@pytest.fixture
def own_room(folder):
    """The same on an archive that the test may write to."""
    visitor = _visitor(folder)
    yield visitor
    visitor.close()


def _token(room, path="/desk"):
    return re.search(r'name="token" value="([^"]+)"', room.get(path, headers=OPENED).text)[1]


def do(room, what, *, headers=OWN, script=True, **fields):
    told = {"token": _token(room), "back": "/desk", "do": what, **fields}
    accept = {"accept": "application/json"} if script else {}
    return room.post("/desk/do", told, headers={**headers, **accept})


def pressed(page):
    """Values of the buttons that are pressed."""
    return re.findall(r'value="([^"]+)"[^>]*aria-pressed="true"', page)


def test_what_is_said_of_an_article_stands_beside_it(room):
    for what in ("seen:2", "keep:2", "belongs:1"):
        answer = do(room, what)
        assert (answer.status_code, answer.json()["ok"]) == (200, True)
    assert set(pressed(room.get("/article/2", headers=OPENED).text)) == {"unseen:2", "unkeep:2"}
    assert "undecide:1" in pressed(room.get("/article/1", headers=OPENED).text)
    assert "Story 1 by 1" in said(room.get("/desk", headers=OPENED).text)
    do(room, "unkeep:2")
    do(room, "unseen:2")
    with closing(sqlite3.connect(room.folder / "desk.db")) as db:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_without_script_a_post_leads_back_to_its_place(room):
    answer = do(room, "keep:3", script=False, back="/search?q=story")
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=story#a3")
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""):
        assert do(room, "keep:3", script=False, back=elsewhere).headers["location"].startswith("/desk")


def test_what_the_reader_opens_is_seen_and_what_others_ask_for_is_not(room):
    room.get("/article/2", headers=OPENED)
    for foreign in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-dest": "image"}, {"sec-purpose": "prefetch"}):
        room.get("/article/4", headers={**OPENED, **foreign})
    room.get("/article/4", headers={"host": "localhost:8001"})
    page = room.get("/search?q=story&copies=1", headers=OPENED).text
    assert [each for each in pressed(page) if each.startswith("unseen")] == ["unseen:2"]


def test_a_note_is_kept_and_no_other_ones_work_is_written_over(room):
    do(room, "note", article="2", text="Ask the ministry.\r\nTwice.", read="")
    page = room.get("/article/2", headers=OPENED).text
    assert "Ask the ministry.\nTwice." in page
    read = re.search(r'name="read" value="([^"]+)"', page)[1]
    assert do(room, "note", article="2", text="Asked.", read=read).json()["ok"]
    late = do(room, "note", article="2", text="From the other desk", read=read, script=False)
    assert late.status_code == 409
    assert "changed elsewhere" in said(late.text)
    assert "From the other desk" in late.text
    assert "Asked." in late.text
    assert do(room, "note", article="2", text="", read="").status_code == 409
    newest = re.search(r'name="read" value="([^"]+)"', room.get("/article/2", headers=OPENED).text)[1]
    do(room, "note", article="2", text=" ", read=newest)
    assert "Asked." not in room.get("/desk", headers=OPENED).text


def test_a_collection_is_a_page_a_feed_and_files(room):
    for article in (2, 5):
        do(room, "collect", article=str(article), name="Baltic & co")
    do(room, "note", article="5", text="=the key one", read="")
    address = "/desk/collection/Baltic%20%26%20co"
    page = room.get(address, headers=OPENED).text
    assert "2 articles" in said(page)
    assert f'type="application/atom+xml" title="Atom" href="{address}.atom"' in page
    feed = ElementTree.fromstring(room.get(f"{address}.atom", headers=OWN).content)
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 2
    rows = list(csv.DictReader(io.StringIO(room.get(f"{address}.csv", headers=OWN).text)))
    assert [(row["id"], row["note"]) for row in rows] == [("5", "'=the key one"), ("2", "")]
    told = json.loads(room.get(f"{address}.json?text=1", headers=OWN).text)
    assert [(each["id"], each["text"]) for each in told["articles"]] == [(5, "A text."), (2, "A text.")]
    assert len(json.loads(room.get(f"{address}.feed.json", headers=OWN).text)["items"]) == 2
    do(room, "uncollect:5:baltic & CO")
    assert "1 article," in said(room.get(address, headers=OPENED).text)
    do(room, "dissolve:Baltic & co")
    assert room.get(address, headers=OPENED).status_code == 404


def test_the_doubtful_are_reviewed_and_the_next_writer_takes_it_over(own_room, folder):
    room = own_room
    front = said(room.get("/", headers=OPENED).text)
    assert "2 doubtful articles to review" in front
    assert "relevance 31 of 100, and 50 belong here: frigate*" in room.get("/desk/review", headers=OPENED).text
    do(room, "drop:1")
    do(room, "belongs:3")
    page = said(room.get("/desk/review", headers=OPENED).text)
    assert "Nothing is doubtful." in page
    assert "2 reviews that the archive does not know yet" in page
    assert 1 not in [int(each) for each in re.findall(r'id="a(\d+)"', room.get("/", headers=OPENED).text)]
    with closing(sqlite3.connect(folder / "news.db")) as db:
        assert db.execute("SELECT count(*) FROM reviews").fetchone() == (0,)  # the web does not write there
    done = command("review", "--from-desk", "--archive", str(folder), cwd=folder)
    assert (done.returncode, done.stderr.strip()) == (0, "2 reviews of the desk taken over")
    with closing(sqlite3.connect(folder / "news.db")) as db:
        assert db.execute("SELECT article_id, decision FROM reviews ORDER BY 1").fetchall() == [(1, "drop"), (3, "keep")]
    assert "What you said" not in said(room.get("/desk/review", headers=OPENED).text)
    again = command("review", "--from-desk", "--archive", str(folder), cwd=folder)
    assert again.stderr.strip() == "0 reviews of the desk taken over"


def test_what_is_like_a_text_cannot_be_saved(room):
    answer = do(room, "save", name="near", q='like:"mines at sea"')
    assert (answer.status_code, "has no end" in answer.text) == (400, True)
    assert "Save this search as" not in said(room.get("/search?q=like:1", headers=OPENED).text)


def test_a_search_is_saved_with_a_feed(room):
    with closing(sqlite3.connect(room.folder / "news.db")) as db, db:
        db.execute("INSERT INTO saved_searches (name, query, created) VALUES ('mine', 'x', '2026-11-22T09:00:00Z')")
    assert do(room, "save", name="Stories", q="story lang:en").json()["ok"]
    saved = room.get("/saved", headers=OPENED).text
    assert 'title="Stories, Atom" href="/saved/Stories.atom"' in saved
    assert "on your desk" in said(saved)
    assert " new since" not in said(saved)  # what was there before is nothing new
    feed = ElementTree.fromstring(room.get("/saved/Stories.atom", headers=OWN).content)
    assert feed.find("{http://www.w3.org/2005/Atom}title").text.startswith("Stories")
    for name, words in (("mine", "saved in the archive"), ("../x", "cannot be a name"), ("Stories", "another saved search")):
        refused = do(room, "save", name=name, q="other").json()
        assert not refused["ok"]
        assert words in refused["said"]
    assert not do(room, "save", name="Nothing", q="  ").json()["ok"]
    assert "story lang:en" in said(room.get("/desk", headers=OPENED).text)
    do(room, "forget:Stories")
    assert "story lang:en" not in said(room.get("/desk", headers=OPENED).text)


def test_a_saved_search_says_how_much_is_new_since_it_was_looked_at(room):
    do(room, "save", name="All", q="story")
    with store.writing(room.folder, _identity(room.folder)) as db:
        shelves.look_at(db, "All", 3, NOW)  # stories 1 and 2 were there
    assert "3 new since you looked" in said(room.get("/saved", headers=OPENED).text)
    room.get("/saved/All.atom", headers=OWN)
    room.get("/saved/All", headers={"host": "localhost:8001", "sec-fetch-site": "cross-site", "sec-fetch-dest": "document"})
    assert "3 new since you looked" in said(room.get("/saved", headers=OPENED).text)
    assert room.get("/saved/All", headers=OPENED).headers["location"] == "/search?q=story&sort=newest"
    assert " new since" not in said(room.get("/saved", headers=OPENED).text)


def test_an_event_is_followed(room):
    do(room, "follow:17:The <b>treaty</b>: it holds")
    page = room.get("/desk", headers=OPENED).text
    assert "The &lt;b&gt;treaty&lt;/b&gt;: it holds" in page
    do(room, "unfollow:17")
    do(room, "follow:4711")  # an event that the archive does not have
    assert "Event 4711" in room.get("/desk", headers=OPENED).text
    do(room, "unfollow:4711")
    assert "treaty" not in room.get("/desk", headers=OPENED).text


def test_since_you_were_here_is_since_the_visit_before(room):
    def link():
        found = re.search(r'<li data-here><a href="([^"]+)"', room.get("/", headers=OPENED).text)
        return found and found[1]

    assert link() is None
    with store.writing(room.folder, _identity(room.folder)) as db:
        db.execute("UPDATE desk SET here_last = 4, here_at = '2026-11-22T01:00:00Z'")
    assert link() == "/?after=4"
    assert link() == "/?after=4"  # the same visit


def test_what_was_seen_can_be_left_out(room):
    do(room, "seen-all:1.3.6")
    every, unseen = (room.get(path, headers=OPENED).text for path in ("/?window=day", "/?window=day&unseen=1"))
    shown = [set(map(int, re.findall(r'id="a(\d+)"', page))) for page in (every, unseen)]
    assert 7 in shown[0]
    assert shown[1] == shown[0] - {1, 3, 6}


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({**OWN, "origin": "https://evil.example"}, "another site"),
        ({**OWN, "origin": "null"}, "another site"),
        ({**OWN, "origin": "http://localhost:9000"}, "another site"),
        ({**OWN, "sec-fetch-site": "cross-site"}, "another site"),
        ({**OWN, "sec-fetch-site": "same-site"}, "another site"),
        ({**OWN, "content-type": "text/plain"}, "forms only"),
    ],
)
def test_no_other_page_writes(room, headers, words):
    answer = do(room, "keep:2", headers=headers, script=False)
    assert answer.status_code == 403
    assert words in said(answer.text)
    assert "unkeep:2" not in pressed(room.get("/article/2", headers=OPENED).text)


@pytest.mark.parametrize("host", ["192.168.1.4:8001", "[2001:db8::1]:8001"])
def test_from_another_host_there_is_no_desk(room, host):
    assert room.get("/desk", headers={"host": host}).status_code == 404
    front = room.get("/", headers={"host": host})
    assert front.status_code == 200
    assert "/desk" not in front.text
    refused = room.post("/desk/do", {"do": "keep:2", "token": _token(room)}, headers={"host": host})
    assert refused.status_code in (403, 404)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("", "brings no token"),
        ("nonsense", "brings no token"),
        ("1-00000000", "opened more than 12 hours ago"),
        (
            tokens.token(b"of another process", int(datetime.now(UTC).timestamp())),
            "before the reading room was started anew",
        ),
    ],
    ids=["none", "nonsense", "old", "of another process"],  # a token is of this second, and a test's name is not
)
def test_a_token_that_is_none_or_no_longer_says_so(room, told, words):
    answer = do(room, "note", article="2", text="Do not lose me", token=told, script=False)
    assert answer.status_code == 403
    assert words in said(answer.text)
    assert "Do not lose me" in said(answer.text)


@pytest.mark.parametrize(
    "what",
    [
        "keep", "keep:", "keep:x", "keep:-1", "keep:9999999999999999999999", "nonsense:1", "", "seen-all:1.x", "collect:2",
        "uncollect:x:y", "keep:1\x00", "keep:²",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_a_sentence(room, what):
    answer = do(room, what)
    assert answer.status_code == 400
    assert not answer.json()["ok"]


def test_a_form_is_small(room):
    answer = do(room, "note", article="2", text="x" * 200_000)
    assert "100,000 bytes" in answer.json()["said"]
    many = {f"f{n}": "1" for n in range(50)}
    assert do(room, "keep:2", **many).status_code == 400


def test_only_one_address_takes_posts_and_it_takes_nothing_else(room):
    assert room.get("/desk/do", headers=OPENED).status_code == 405
    for path in ("/desk", "/article/1", "/news", "/-/logout"):
        assert room.post(path, {"do": "keep:1"}, headers=OWN).status_code == 405


def test_without_a_desk_nothing_of_it_is_there(own_room, folder, monkeypatch):
    monkeypatch.setenv("NEWSCRAWLER_DESK", "")
    assert own_room.get("/desk", headers=OPENED).status_code == 404
    assert "serve --desk" in own_room.get("/desk", headers=OPENED).text
    assert own_room.post("/desk/do", {"do": "keep:1"}, headers=OWN).status_code == 405
    page = own_room.get("/article/1", headers=OPENED).text
    assert 'id="desk"' not in page
    assert not (folder / "desk.db").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--public"], "leave out one of them"),
        (["--host", "0.0.0.0"], "this machine alone"),
        (["--host-name", "news.example"], "localhost alone"),
    ],
)
def test_a_desk_is_for_this_machine_alone(folder, options, words):
    done = command("serve", "--desk", *options, "--archive", str(folder), cwd=folder)
    assert done.returncode == 2
    assert words in done.stderr


def _identity(folder):
    from newscrawler.storage.database.connect import connect_for_reading
    from newscrawler.storage.database.identity import identity

    db = connect_for_reading(folder)
    try:
        return identity(db)
    finally:
        db.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written(own_room, folder):
    folder.chmod(0o500)
    try:
        assert "cannot be written" in do(own_room, "keep:2").json()["said"]
    finally:
        folder.chmod(0o700)


TROUBLES = {
    "a folder in its place": (lambda path: path.mkdir(), "cannot be written"),
    "no database": (lambda path: path.write_bytes(b"nothing of SQLite's, but long enough for a header " * 40), "damaged or no database"),
    "another program's": (lambda path: _strange(path), "another program's"),
    "of another archive": (lambda path: _set_up(path.parent, "other"), "belongs to another archive"),
    "of a later version": (lambda path: _later(path), "newer newscrawler"),
}  # fmt: skip


def _set_up(folder, archive):
    with store.writing(folder, archive):
        pass


def _strange(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE x (y)")


def _later(path):
    _set_up(path.parent, "x")
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize("name", TROUBLES)
def test_a_desk_that_cannot_be_used_is_said_on_pages_that_stay(room, name):
    spoil, words = TROUBLES[name]
    spoil(room.folder / "desk.db")
    for path in ("/", "/article/1", "/search?q=story"):
        answer = room.get(path, headers=OPENED)
        assert answer.status_code == 200
        assert words in html.unescape(said(answer.text))
        assert "Traceback" not in answer.text
    answer = room.get("/desk", headers=OPENED)
    assert answer.status_code == 503
    assert words in html.unescape(said(answer.text))


def test_two_desks_at_once_wait_for_each_other_or_say_so(folder, monkeypatch):
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.1)
    archive = _identity(folder)
    with store.writing(folder, archive) as one:
        marks.keep(one, 1, NOW)
        with pytest.raises(DeskBusy, match="try again"), store.writing(folder, archive):
            pass
    with store.writing(folder, archive) as two:
        marks.keep(two, 2, NOW)
    with store.reading(folder, archive) as db:
        assert set(marks.kept(db)) == {1, 2}


def _keep_and_fail(folder, archive):
    with store.writing(folder, archive) as db:
        marks.keep(db, 1, NOW)
        shelves.checked_name("")


def test_what_fails_within_a_transaction_changes_nothing(folder):
    archive = _identity(folder)
    with pytest.raises(DeskError):
        _keep_and_fail(folder, archive)
    with store.reading(folder, archive) as db:
        assert db is None or marks.kept(db) == []


def test_a_review_of_the_archive_that_is_newer_stays(folder):
    archive = _identity(folder)
    with store.writing(folder, archive) as db:
        marks.review(db, 1, marks.DROP, NOW)
        marks.review(db, 999, marks.DROP, NOW)
        marks.review(db, 3, marks.KEEP, NOW)
        marks.review(db, 3, None, NOW)
    with closing(sqlite3.connect(folder / "news.db")) as db, db:
        db.execute("INSERT INTO reviews VALUES (1, 'keep', '2026-11-23T00:00:00Z')")
    done = command("review", "--from-desk", "--archive", str(folder), cwd=folder)
    assert "0 reviews of the desk taken over; 2 of articles" in done.stderr
    with closing(sqlite3.connect(folder / "news.db")) as db:
        assert db.execute("SELECT article_id, decision FROM reviews").fetchall() == [(1, "keep")]


@given(made=st.integers(0, 2**40), later=st.integers(-100, 200_000), secret=st.binary(min_size=1))
def test_a_token_is_good_for_a_while(made, later, secret):
    told = token(secret, made)
    good = 0 <= later < tokens.HOURS * 3600
    assert token_state(told, secret, made + later) is (TokenState.GOOD if good else TokenState.EXPIRED)
    assert token_state(told, secret + b"x", made + later) is TokenState.EXPIRED


@given(told=st.text(max_size=60))
def test_no_text_is_a_token(told):
    assert token_state(told, b"secret", 1_000) is not TokenState.GOOD


def test_a_note_conflict_carries_what_stands_there(folder):
    archive = _identity(folder)
    with store.writing(folder, archive) as db:
        marks.write_note(db, 1, "one", read="", now=NOW)
    with pytest.raises(DeskConflict) as caught:
        _write_note(folder, archive, "two")
    assert caught.value.there == "one"


def _write_note(folder, archive, text):
    with store.writing(folder, archive) as db:
        marks.write_note(db, 1, text, read="", now=NOW)


def test_a_crawl_takes_over_what_was_said_and_a_broken_desk_stops_none(folder, caplog):
    from newscrawler.crawl.session import take_over_from_desk

    with store.writing(folder, _identity(folder)) as db:
        marks.review(db, 1, marks.DROP, NOW)
    with Archive.open(folder) as archive:
        take_over_from_desk(archive)
        assert archive.db.execute("SELECT article_id, decision FROM reviews").fetchall() == [(1, "drop")]
        (folder / "desk.db").write_bytes(b"nothing of SQLite's, but long enough for a header " * 40)
        take_over_from_desk(archive)
    assert "what was said on the desk was not taken over" in caplog.text


def test_a_backup_has_the_desk(folder, tmp_path):
    archive = _identity(folder)
    with store.writing(folder, archive) as db:
        marks.keep(db, 1, NOW)
    back_up(folder, tmp_path / "backup")
    with store.reading(tmp_path / "backup", archive) as db:
        assert marks.kept(db) == [1]
    (folder / "desk.db").write_bytes(b"nothing of SQLite's, but long enough for a header " * 40)
    back_up(folder, tmp_path / "backup")
    assert (tmp_path / "backup" / "desk.db").read_bytes() == (folder / "desk.db").read_bytes()
    assert not list((tmp_path / "backup").glob("*.part"))
