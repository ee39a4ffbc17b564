"""Who carries an event, copies too: blind spots by page, feed, command and query, and who was first of whose text."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from command import HANG
from conftest import command, rows, said
from lxml import html
from reading_room import Visitor
from test_event_week import WEEK, begun, take_in

from newscrawler.reports import event_press
from newscrawler.storage.articles import verdicts
from newscrawler.web import views

TALKS = [(number, WEEK[number]) for number in (10, 12, 14)]  # in Britain, Germany and France
COPY = {**WEEK[10], "source": "shimbun", "day": "2026-11-25T12:00:00Z"}  # in Japan, of the British one
LONG_AGO = 30_000  # days, wherever the clock stands
ASKED = {"by": "FR,DE", "not_by": "JP"}


@pytest.fixture
def talks(tmp_path):
    archive = begun(tmp_path / "archive")
    take_in(archive, [*TALKS, (900, COPY)])
    assert rows(archive, "SELECT count(*), sum(articles) FROM stories") == [(3, 4)]
    assert rows(archive, "SELECT DISTINCT event_id FROM event_stories") == [(1,)]
    yield archive
    archive.close()


def blind_spots(archive, days=LONG_AGO, **asked):
    """What each of the four says: events by their numbers."""
    place = ("--json", "--archive", archive.folder)
    values = [word for name, value in {**asked, "days": days}.items() for word in ("-p", name, value)]
    chosen = [word for name, value in asked.items() for word in (f"--{name.replace('_', '-')}", value)]
    queried = command("sql", "blind_spots", *values, *place, cwd=archive.folder)
    listed = command("events", *chosen, "--since", f"{days}d", *place, cwd=archive.folder)
    visitor = Visitor(archive.folder / "news.db", settings={"sql_time_limit_ms": HANG * 1_000})
    told = "&".join(f"{name}={value}" for name, value in {**asked, "days": days}.items())
    try:
        page = html.fromstring(visitor.get(f"/events?{told}").text).xpath("//ol[@class='entries']//h2/a/@href")
        feed = [each["url"] for each in visitor.get(f"/events.feed.json?{told}").json()["items"]]
    finally:
        visitor.close()
    return {
        "query": sorted(each["event"] for each in json.loads(queried.stdout)),
        "command": sorted(each["event"] for each in json.loads(listed.stdout)),
        "page": sorted(int(each.rsplit("/", 1)[1]) for each in page),
        "feed": sorted(int(each.rsplit("/", 1)[1]) for each in feed),
    }


def all_four(*events):
    return {each: [*events] for each in ("query", "command", "page", "feed")}


def test_a_copy_is_carried_by_its_source(talks, monkeypatch):
    monkeypatch.setattr(views, "READ_SECONDS", HANG)
    assert blind_spots(talks, **ASKED) == all_four()
    assert blind_spots(talks, by="JP", not_by="US") == all_four(1)
    with talks.transaction():
        verdicts.review(talks.db, [row[0] for row in rows(talks, "SELECT id FROM articles WHERE source_id = 'shimbun'")],
                        "drop", datetime(2026, 12, 1, tzinfo=UTC))  # fmt: skip
    assert blind_spots(talks, **ASKED) == all_four(1)
    assert blind_spots(talks, by="JP", not_by="US") == all_four()


def test_who_was_first_of_whose_text(talks, monkeypatch):
    monkeypatch.setattr(views, "READ_SECONDS", HANG)
    who = event_press.carriers(talks.db, 1)
    assert [(each.of, each.who) for each in event_press.first_by(who, "country")] == [
        ("GB", "Relay"), ("DE", "Anzeiger"), ("FR", "Courrier"), ("JP", "Shimbun, a copy of Relay"),
    ]  # fmt: skip
    assert [(each.of, each.who) for each in event_press.first_by(who, "language")] == [
        ("en", "Relay"), ("de", "Anzeiger"), ("fr", "Courrier"),
    ]  # fmt: skip
    done = command("events", 1, "--archive", talks.folder, cwd=talks.folder)
    assert "; JP Shimbun, a copy of Relay 2026-11-25T12:00" in done.stdout
    visitor = Visitor(talks.folder / "news.db", settings={"sql_time_limit_ms": HANG * 1_000})
    try:
        assert "Japan Shimbun , a copy of Relay" in said(visitor.get("/event/1").text)
    finally:
        visitor.close()


def test_a_copy_that_appeared_before_its_original_was_first(talks):
    talks.db.execute("UPDATE articles SET published = '2026-11-25T05:00:00Z' WHERE source_id = 'shimbun'")
    first, *_ = event_press.carriers(talks.db, 1)
    assert (first.source, first.copy_of, first.at) == ("Shimbun", "Relay", "2026-11-25T05:00:00Z")


def test_who_carries_an_event_is_looked_up_by_its_stories(talks):
    plan = rows(talks, "EXPLAIN QUERY PLAN SELECT 1 FROM event_press WHERE event = 1 AND +country IN ('FR')")
    steps = [detail for *_, detail in plan]
    assert "stories_of_events" in steps[0]
    assert not [each for each in steps if each.startswith("SCAN")]
    assert [each for each in steps if "articles USING COVERING INDEX articles_by_story" in each]


def test_all_four_count_days_and_stories_alike(tmp_path, monkeypatch):
    monkeypatch.setattr(views, "READ_SECONDS", HANG)
    archive = begun(tmp_path / "archive")
    take_in(archive, [(number, WEEK[number]) for number in (10, 14, 18, 24, 40, 42, 27, 31)])  # in Britain and France each
    talks, crash, survey, guns = (event for (event,) in rows(archive, "SELECT id FROM events ORDER BY began"))
    with archive.transaction():
        archive.db.execute("UPDATE event_stories SET relation = 'beside' WHERE event_id = ? AND score IS NOT NULL", [guns])

    def asked():
        """When the last event was three days ago, one on the first day that counts, one on the day before."""
        today = datetime.now(UTC).date()
        ended = {talks: (8, "23:59:59"), crash: (7, "00:00:00"), survey: (3, "12:00:00"), guns: (3, "12:00:00")}
        with archive.transaction():
            for event, (days, time) in ended.items():
                day = today - timedelta(days=days)
                archive.db.execute("UPDATE events SET ended = ? WHERE id = ?", [f"{day}T{time}Z", event])
        found = [blind_spots(archive, days, by="FR", not_by="JP") for days in (2, 7, 8)]
        return found if datetime.now(UTC).date() == today else asked()  # midnight came between

    assert asked() == [all_four(), all_four(crash, survey), all_four(talks, crash, survey)]
    archive.close()


def test_an_event_has_one_title_wherever_it_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(views, "READ_SECONDS", HANG)
    archive = begun(tmp_path / "archive")
    early = [(number, {**WEEK[number], "day": f"2026-11-25T0{hour}:00:00Z"}) for hour, number in ((5, 16), (6, 14))]
    take_in(
        archive, [(10, WEEK[10]), (11, WEEK[11]), (18, WEEK[18]), *early]
    )  # English, and Ukrainian and French before that
    ((event,),) = rows(archive, "SELECT id FROM events WHERE stories > 1")
    with archive.transaction():
        archive.db.execute("UPDATE articles SET relevance = source_id = 'visnyk'")  # what leads the front page
    title = WEEK[10]["title"]
    place = ("--archive", archive.folder)

    def named():
        (row,) = json.loads(command("events", "--json", *place, cwd=archive.folder).stdout)
        whole = command("events", event, *place, cwd=archive.folder).stdout
        asked = ("-p", "by", "UA", "-p", "not_by", "JP", "-p", "days", LONG_AGO, "--json", *place)
        (queried,) = json.loads(command("sql", "blind_spots", *asked, cwd=archive.folder).stdout)
        visitor = Visitor(archive.folder / "news.db", settings={"sql_time_limit_ms": HANG * 1_000})
        try:
            listed, shown = (html.fromstring(visitor.get(each).text) for each in ("/events?days=30000", f"/event/{event}"))
            (entry,) = visitor.get("/events.feed.json?days=30000").json()["items"]
            today = [each for each in visitor.get("/today.feed.json").json()["items"] if "Also of this event" in str(each)]
        finally:
            visitor.close()
        return [
            (row["title"], row["title_language"]), whole.partition("\n")[0].partition(": ")[2], queried["title"],
            *listed.xpath("//h2/a/text()"), *listed.xpath("//h2/@lang"), *shown.xpath("//h1/text()"),
            entry["title"], entry["language"], *[(each["title"], WEEK[16]["title"] in str(each)) for each in today],
        ]  # fmt: skip

    assert named() == [(title, "en"), title, title, title, "en", title, title, "en", (title, True)]
    with archive.transaction():  # of the most common language, the first of five by its code, is no story of it now
        archive.db.execute("""
            UPDATE event_evidence SET language = CASE
                WHEN source_id = 'ledger' THEN 'tr'
                WHEN story_id IN (SELECT story_id FROM event_stories WHERE event_id = ?) THEN 'sv' ELSE 'fi' END
            WHERE language = 'en'
        """, [event])  # fmt: skip
    first = WEEK[16]["title"]
    assert named() == [(first, "uk"), first, first, first, "uk", first, first, "uk", (first, True)]
    archive.close()
