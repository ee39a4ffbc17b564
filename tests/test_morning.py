"""A morning by story: which stories lead, for which window, each once, and how many carry them."""

import html
import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from conftest import said
from reading_room import Visitor, write_story

from newscrawler.dates import iso
from newscrawler.items import Source
from newscrawler.reports import frontpage
from newscrawler.reports.leading import first_stories
from newscrawler.reports.windows import DAY, WEEK, WindowRequest, yesterday_evening
from newscrawler.storage.archive import Archive
from newscrawler.storage.database.connect import connect_for_reading
from newscrawler.storage.sites.sources import sync_sources

LAST = datetime(2026, 11, 22, 9, tzinfo=UTC)
MANY = 30  # sources
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """Ten days: story 1 began before the last day and goes on in it, 2 is old, 3 to 5 are of the last day, 6 came late."""
    folder = tmp_path_factory.mktemp("morning") / "archive"
    with Archive.open(folder) as archive:
        sync_sources(archive, [Source(f"s{n}", f"Source {n}", f"https://s{n}.example/", "newspaper") for n in range(MANY)])
        with archive.transaction():
            db = archive.db
            write_story(db, 2, range(12), LAST - timedelta(days=6))
            write_story(db, 1, range(11), LAST - timedelta(hours=34))  # all but the last of them before the last day
            write_story(db, 1, range(11, 25), LAST - timedelta(hours=23))
            write_story(db, 6, range(3), LAST - timedelta(hours=9), published="2020-01-01")
            write_story(db, 3, range(5), LAST - timedelta(hours=8))
            write_story(db, 7, range(8), LAST - timedelta(hours=7), type="listing")
            write_story(db, 4, range(2), LAST - timedelta(hours=3))
            write_story(db, 5, [1], LAST)
            db.execute("INSERT INTO topics (topic_id, label) VALUES ('newscrawler:naval', 'naval')")
            db.execute("INSERT INTO article_topics SELECT id, 'newscrawler:naval', 0.9, '[]' FROM articles")
    return folder


@pytest.fixture(scope="module")
def db(shelf):
    db = connect_for_reading(shelf)
    yield db
    db.close()


@pytest.fixture(scope="module")
def room(shelf):
    visitor = Visitor(shelf / "news.db")
    yield visitor
    visitor.close()


def _stories(edition):
    return [each.headline.story_id for each in edition.leads]


def _after(db, story):
    return db.execute("SELECT max(id) FROM articles WHERE story_id = ?", [story]).fetchone()[0]


def test_a_story_leads_by_what_came_to_it_whoever_was_first(db):
    edition = frontpage.front_page(db, WindowRequest("in the last 24 hours", DAY)).edition
    assert _stories(edition) == [1, 3, 4, 5, 6]  # what came late counts for less
    lead = edition.leads[0]
    assert lead.headline.source == "Source 0"  # who had it first, long before the window
    assert (lead.others, lead.came, lead.others_came) == (24, 15, 15)
    third = edition.leads[1]
    assert (third.others, third.came, third.others_came) == (4, 5, 4)  # the first of them is no other


def test_what_is_listed_is_no_lead(db):
    assert 7 not in _stories(frontpage.front_page(db).edition)


def test_a_longer_window_has_what_a_shorter_one_has_not(db):
    edition = frontpage.front_page(db, WindowRequest("in the last 7 days", WEEK)).edition
    assert _stories(edition)[:2] == [1, 2]
    assert edition.window.since == iso(LAST + timedelta(hours=0) - WEEK)


def test_since_an_article_is_what_came_after_it(db):
    edition = frontpage.front_page(db, WindowRequest("", after=_after(db, 3))).edition
    assert _stories(edition) == [4, 5]
    nothing = frontpage.front_page(db, WindowRequest("", after=10**12)).edition
    assert (nothing.leads, nothing.counts.articles) == ((), 0)


def test_a_story_stands_on_the_page_once(db):
    edition = frontpage.front_page(db).edition
    shown = [*edition.leads, *(each for section in edition.sections for each in section.stories)]
    stories = [each.headline.story_id for each in shown]
    assert len(stories) == len(set(stories))
    assert set(stories) >= {1, 3, 4, 5}


def test_stories_of_one_event_stand_under_the_first_of_them(shelf, tmp_path):
    folder = shutil.copytree(shelf, tmp_path / "events")
    with closing(sqlite3.connect(folder / "news.db")) as other, other:
        other.execute("INSERT INTO events (id, stories, languages, first_story_id) VALUES (1, 2, 2, 3), (2, 1, 1, 5)")
        other.execute(
            "INSERT INTO event_stories (story_id, event_id, relation, reason)"
            " VALUES (3, 1, 'first', 'x'), (4, 1, 'same', 'x'), (5, 2, 'first', 'x')"
        )
    visitor = Visitor(folder / "news.db")
    try:
        page = visitor.get("/?window=day").text
    finally:
        visitor.close()
    assert re.findall(r'<article class="entry[^"]*" id="a(\d+)"', page) == ["13", "41", "56", "38"]
    assert "Also of this event Story 4 by 0 Source 0; 1 other since" in said(page)
    connection = connect_for_reading(folder)
    assert first_stories(connection, [1, 2, 3]) == {1: 3, 2: 5}
    connection.close()


def test_what_is_hidden_is_told_under_another_article_or_not_at_all(db):
    first, only = (db.execute("SELECT min(id) FROM articles WHERE story_id = ?", [each]).fetchone()[0] for each in (1, 5))
    edition = frontpage.front_page(db, WindowRequest("", DAY), frontpage.Unwanted({first, only})).edition
    assert 5 not in _stories(edition)
    lead = edition.leads[0]
    assert (lead.headline.story_id, lead.is_first) == (1, False)
    assert lead.headline.source == "Source 24"


def test_yesterday_evening_is_of_the_readers_zone():
    zone = datetime(2026, 11, 22, 7, tzinfo=UTC).astimezone().tzinfo
    assert yesterday_evening(datetime(2026, 11, 22, 7, tzinfo=zone)).hour == 18
    east = datetime.fromisoformat("2026-11-22T07:00:00+09:00")
    assert iso(yesterday_evening(east)) == "2026-11-21T09:00:00Z"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/?window=day", "in the last 24 hours"),
        ("/?window=evening", "since yesterday 18:00"),
        ("/?window=week", "in the last 7 days"),
        ("/?window=nonsense", "in the last 24 hours"),
        ("/?after=3", "since you were here"),
        ("/?after=-3", "in the last 24 hours"),
        ("/?after=99999999999999999999999", "in the last 24 hours"),
    ],
)
def test_an_address_names_the_window(room, address, words):
    answer = room.get(address)
    assert answer.status_code == 200
    assert f", {words} (" in said(answer.text)


def test_the_page_counts_copies_as_people_do(room):
    page = room.get("/?window=day").text
    assert "first in Source 0; 24 others since, 15 of them new" in said(page)
    assert "first in Source 0; 4 others since" in said(page)
    assert "copies" not in said(page)
    assert len(re.findall(r'<a [^>]*href="/story/1"', page)) == 1


def test_a_window_in_which_nothing_came_says_so(room):
    assert "Nothing came since you were here." in said(room.get("/?after=999999").text)


def test_the_front_page_announces_its_feeds(room):
    announced = re.findall(r'<link rel="alternate" type="([^"]+)"[^>]*href="([^"]+)"', room.get("/").text)
    assert announced == [("application/atom+xml", "/today.atom"), ("application/feed+json", "/today.feed.json")]
    feed = ElementTree.fromstring(room.get("/today.atom").content)
    entries = feed.findall(f"{ATOM}entry")
    assert len({each.find(f"{ATOM}id").text for each in entries}) == len(entries) == 5
    assert entries[0].find(f"{ATOM}updated").text == iso(LAST)
    items = json.loads(room.get("/today.feed.json").text)["items"]
    told = {each["url"].rpartition("/")[2]: each["content_text"] for each in items}
    assert told["1"].startswith("First in Source 0; 24 others since. ")


def test_a_feed_has_the_whole_text_where_everybody_may_pass_it_on(told_story):
    feed = json.loads(told_story.get("/search.feed.json?q=word3&copies=1").text)["items"]
    texts = {each["url"].rpartition("/")[2]: each["content_text"] for each in feed}
    assert texts["1"].endswith("told us more")
    assert "word59" not in texts["2"]
    assert not texts["3"]


def test_from_hit_to_hit_and_back_to_the_list(told_story):
    page = told_story.get("/search?q=word3&copies=1&sort=newest").text
    order = re.findall(r'<h3 dir="auto"><a href="/article/(\d+)\?q=word3&amp;sort=newest&amp;copies=1&amp;at=(\d+)"', page)
    assert [at for _, at in order] == ["1", "2", "3", "4"]
    second = told_story.get(f"/article/{order[1][0]}?q=word3&sort=newest&copies=1&at=2").text
    assert "Hit 2 of word3" in said(second)
    assert f'href="/search?q=word3&amp;sort=newest&amp;copies=1#a{order[1][0]}"' in second
    for rel, place in (("prev", 1), ("next", 3)):
        there = html.unescape(re.search(rf'rel="{rel}" href="([^"]+)"', second)[1])
        article = order[place - 1][0]
        assert told_story.get(there).headers["location"].startswith(f"/article/{article}?")
    assert 'rel="prev"' not in told_story.get(f"/article/{order[0][0]}?q=word3&at=1").text
    assert told_story.get("/search/hit?q=word3&at=77").headers["location"] == "/search?q=word3&page=4"
    for nonsense in ("x", "0", "-1", "9" * 30, "²"):
        assert "Hit" not in said(told_story.get(f"/article/1?q=word3&at={nonsense}").text)
        assert told_story.get(f"/search/hit?q=word3&at={nonsense}").status_code == 302


def test_print_says_what_was_searched(told_story):
    page = told_story.get("/search?q=word3+lang:en&sort=newest").text
    assert "Search: word3 lang:en , newest first" in said(page)


def test_a_story_is_told_in_the_order_of_publication(told_story):
    page = told_story.get("/story/1").text
    words = said(page)
    assert "First in Source 1; 3 others since, 4 sources in all" in words
    assert re.findall(r'<li class="entry[^"]*" id="a(\d+)"', page) == ["4", "2", "1", "3"]
    assert "came 2026-11-22 12:00 UTC" in words
    for what, who in (("Added words of their own", 1), ("Cut it by a tenth and more", 3), ("Corrected it", 4)):
        told = re.search(rf"<dt>{what}.*?</dt><dd>(.*?)</dd>", page)[1]
        assert f'href="#a{who}"' in told
        assert told.count("<a ") == 1


@pytest.fixture(scope="module")
def told_story(tmp_path_factory):
    """Four articles of one story: 2 is the original, 4 came last and says that it was published first."""
    folder = tmp_path_factory.mktemp("story") / "archive"
    text = " ".join(f"word{n}" for n in range(60))
    with Archive.open(folder) as archive:
        sync_sources(archive, [Source(f"s{n}", f"Source {n}", f"https://s{n}.example/", "newspaper") for n in range(4)])
        with archive.transaction():
            db = archive.db
            write_story(db, 1, range(4), LAST)
            db.execute("UPDATE articles SET text = ?", [text])
            db.execute("UPDATE articles SET text = text || ' and the mayor of the town told us more' WHERE id = 1")
            db.execute("UPDATE articles SET text = substr(text, 1, 200) WHERE id = 3")
            db.execute("UPDATE stories SET first_article_id = 2")
            db.execute("UPDATE articles SET rights = CASE id WHEN 1 THEN 'licence' WHEN 3 THEN 'reserved' END")
            for article, hour in ((1, 7), (2, 6), (3, 8), (4, 5)):
                db.execute("UPDATE articles SET published = ? WHERE id = ?", [f"2026-11-22T0{hour}:00:00Z", article])
            db.execute(
                "INSERT INTO article_states (article_id, seen, change, title, text, content_hash)"
                " VALUES (4, '2026-11-22T13:00:00Z', 'corrected', 'T', 'x', 'x')"
            )
    visitor = Visitor(folder / "news.db")
    yield visitor
    visitor.close()
