"""What an event's page draws and gives to take away: lanes of its stories, a citation, a list."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from conftest import command
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from newscrawler.dates import iso
from newscrawler.reports.events import Addition, EventRow, EventStory, additions
from newscrawler.web.drawing.lanes import WIDE, Mark, lanes
from newscrawler.web.files.citations import event_as_list, event_in_words

BEGAN = datetime(2026, 11, 24, 6, tzinfo=UTC)
NAMES = {"en": "English", "fr": "French"}


def mark(lane, hours, article=1, words="Relay: Two frigates collide"):
    return Mark(lane, iso(BEGAN + timedelta(hours=hours)), words, f"#a{article}")


def drawn(marks):
    made = lanes(marks, NAMES, "Who told of it when")
    return html.fromstring(str(made)) if made else None


def test_a_lane_a_language_in_order_of_their_first_and_the_first_of_all_marked():
    figure = drawn([mark("fr", 2, 2), mark("en", 1, 1), mark("en", 7, 3), mark("", 9, 4)])
    assert [each.text.strip() for each in figure.xpath("//span[@class='lane-name']")] == ["English", "French", "unknown"]
    assert figure.xpath("//a/@href") == ["#a3", "#a1", "#a2", "#a4"]  # the earliest of a lane lies on top
    assert figure.xpath("//path[contains(@class, 'lane-first')]/parent::a/@href") == ["#a1"]
    stamps = figure.xpath("//div[@class='plot-axis']/span/text()")
    assert stamps == ["2026-11-24 07:00", "2026-11-24 11:00", "2026-11-24 15:00"]


def test_what_comes_at_once_is_one_mark_that_says_how_many():
    figure = drawn([mark("en", 0), mark("en", 0, 2), mark("en", 0, 3), mark("fr", 5)])
    assert figure.xpath("//a/title/text()")[0].endswith("; and 2 more")
    assert len(figure.xpath("//a")) == 2


def test_nothing_is_drawn_of_one_language_one_time_or_two_stories():
    assert drawn([mark("en", 0), mark("en", 1), mark("en", 2)]) is None
    assert drawn([mark("en", 1), mark("fr", 1), mark("fr", 1)]) is None
    assert drawn([mark("en", 1), mark("fr", 2)]) is None
    assert drawn([Mark("en", "of old", "x", "#a1"), mark("fr", 1), mark("en", 2)]) is None
    assert drawn([]) is None


@given(
    st.lists(
        st.builds(mark, st.sampled_from(["en", "fr", "<b>"]), st.integers(0, 90_000), st.just(1), st.text(max_size=20)),
        max_size=30,
    )
)
def test_any_stories_are_drawn_within_their_lane_as_text(marks):
    figure = drawn(marks)
    if figure is not None:
        places = [float(each.split()[0][1:]) for each in figure.xpath("//path[contains(@class, 'lane-mark')]/@d")]
        assert all(0 <= each <= WIDE for each in places)
        assert {each.tag for each in figure.iter()} <= {
            "figure", "figcaption", "div", "span", "svg", "path", "a", "title",
        }  # fmt: skip


STORY = EventStory(
    1,
    7,
    "Relay",
    "GB",
    "en",
    "2026-11-24T06:00:00Z",
    "Two frigates collide",
    "https://relay.example/7",
    2,
    "first",
    None,
    "",
    None,
    "",
    "",
)
EVENT = EventRow(5, 2, 2, "2026-11-24T06:00:00Z", "2026-11-25T08:00:00Z", None, "en fr", "Two frigates collide", 0)


def test_how_an_event_is_cited():
    assert event_in_words(EVENT, [STORY], "My archive", "2026-12-01") == (
        "“Two frigates collide”, 2026-11-24 to 2026-11-25: 2 stories in en, fr, the first by Relay, https://relay.example/7 "
        "(event 5 of My archive, as grouped 2026-12-01)."
    )
    alone = replace(EVENT, ended=EVENT.began, spoken=None, title=None)
    assert event_in_words(alone, [STORY], "A", "2026-12-01").startswith("“(no title)”, 2026-11-24: 2 stories, the first by")


def test_stories_are_listed_a_line_each():
    bare = replace(STORY, country=None, language="", title=None, at="2026-11-25")
    assert event_as_list([STORY, bare]).splitlines() == [
        "2026-11-24 06:00  Relay (GB, en): Two frigates collide  https://relay.example/7",
        "2026-11-25  Relay: (no title)  https://relay.example/7",
    ]


def test_what_one_press_adds_is_told_in_words_and_is_nothing_that_others_say_otherwise(archive):
    archive.db.execute("PRAGMA foreign_keys = OFF")
    archive.db.execute("INSERT INTO mentions VALUES (1, 'country', 'FK', 'Falkland Islands', 1, 0)")
    english = replace(STORY, codes="country:FK place:Falkland_Islands day:2026-11-28", words="|#14")
    german = replace(STORY, language="de", codes="place:Falkland_Islands place:Baltic_Sea weekday:1", words="|")
    assert additions(archive.db, [english, german]) == [
        Addition("en", ("28 November 2026",), ("14",)),
        Addition("de", ("Baltic Sea",), ()),
    ]
    monday = replace(german, codes="weekday:1")
    assert additions(archive.db, [replace(monday, language="en"), monday]) == []
    assert additions(archive.db, [monday, replace(monday, language="en", codes="weekday:5")]) == []


@pytest.mark.parametrize(
    ("word", "usage", "says"),
    [
        ("part", "events part [OPTIONS] ID ARTICLE", "article 345 is not of event 12"),
        ("join", "events join [OPTIONS] ONE OTHER", "12 and 13 are one"),
        ("back", "events back [OPTIONS] NUMBER", "not an event's"),
        ("said", "events said [OPTIONS]\n", "List what people said"),
    ],
)
def test_each_word_of_events_has_a_page_of_its_own(tmp_path, word, usage, says):
    done = command("events", word, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"Usage: newscrawler {usage}" in done.stdout
    assert says in done.stdout
    assert "--archive DIR" in done.stdout
    assert "--rebuild" not in done.stdout
    assert "--rebuild" in command("events", "--help", word, cwd=tmp_path).stdout
