"""Saved searches that name events: what joins an event later is told once, whoever asks."""

import json
from datetime import timedelta

import pytest
from conftest import NOW, candidate, command, lease

from newscrawler import process
from newscrawler.alerting import positions
from newscrawler.alerting.sending import Sender
from newscrawler.config.alert_rules import AlertRule
from newscrawler.search import following
from newscrawler.search.saved import saved_search
from newscrawler.storage.articles import imports

FOLLOW = AlertRule("stdout", "follow")


class Desk:
    """An archive whose articles come, and join events, as a test says; `told` asks what is new by `alerts --due`."""

    def __init__(self, archive):
        self.archive, self.db, self.sent = archive, archive.db, []
        self.sender = Sender(archive.db, archive.folder, lambda message, channel: self.sent.append(message))

    def come(self, number, text):
        page = candidate(lease(self.archive, f"https://gazette.example/{number}"), f"{text} " * 40, title=f"Title {number}")
        with self.archive.transaction():
            process.file(page, self.archive)

    def join(self, event, *articles):
        """As grouping does it: the articles wait no more, their stories are of the event."""
        with self.db.conn:
            self.db.execute("INSERT OR IGNORE INTO events (id, stories) VALUES (?, 1)", [event])
            for each in articles:
                self.db.execute("DELETE FROM to_group WHERE article_id = ?", [each])
                self.db.execute(
                    "INSERT OR REPLACE INTO event_evidence SELECT story_id, id, 0, 'en', source_id, 'article', '', '', 1"
                    " FROM articles WHERE id = ?",
                    [each],
                )
                self.db.execute(
                    "INSERT OR REPLACE INTO event_stories (story_id, event_id, relation, reason)"
                    " SELECT story_id, ?, 'same', '' FROM articles WHERE id = ?",
                    [event, each],
                )

    def leave(self, article):
        with self.db.conn:
            self.db.execute(
                "DELETE FROM event_stories WHERE story_id = (SELECT story_id FROM articles WHERE id = ?)", [article]
            )

    def save(self, query):
        with self.db.conn:
            following.save(self.db, "follow", query, NOW)

    def told(self, rule=FOLLOW, now=NOW):
        self.sent.clear()
        self.sender.run([rule], now)
        return [item.title for message in self.sent for item in message.items]


@pytest.fixture
def desk(archive):
    made = Desk(archive)
    made.come(1, "A frigate collided with a trawler off Bornholm")
    made.come(2, "Ministers met in Geneva about quotas of herring")
    made.join(1, 1)
    made.join(2, 2)
    return made


def test_what_joins_an_event_after_it_was_passed_over_is_told_once(desk):
    desk.save("event:1")
    assert desk.told() == []
    desk.come(3, "Inquiry into the loss of the trawler begins")
    assert desk.told() == []  # which event it is of is not known yet
    desk.join(1, 3)
    assert desk.told() == ["Title 3"]
    assert desk.told() == []
    desk.join(1, 2)  # an old article, by a story that came late or by hand
    assert desk.told() == ["Title 2"]
    desk.leave(2)
    assert desk.told() == []
    desk.join(1, 2)
    assert desk.told() == []


def test_what_was_of_the_event_when_it_was_saved_is_not_new(desk):
    desk.save("event:1")
    desk.join(1, 2)  # before anybody asked
    assert desk.told() == ["Title 2"]


def test_an_event_that_turns_out_to_be_another_brings_its_stories(desk):
    desk.save("event:2")
    assert desk.told() == []
    with desk.db.conn:
        desk.db.execute("UPDATE event_stories SET event_id = 1")
        desk.db.execute("UPDATE events SET merged_into = 1 WHERE id = 2")
    assert desk.told() == ["Title 1"]
    assert desk.told() == []


@pytest.mark.parametrize("query", ["event:1 OR herring", "(event:1 OR herring) -sport"])
def test_what_was_told_by_a_word_is_not_told_by_its_event(desk, query):
    desk.save(query)
    desk.come(3, "Quotas of herring are what the trawler was after")
    assert desk.told() == ["Title 3"]
    desk.come(4, "Inquiry into the loss begins")
    assert desk.told() == []
    desk.join(1, 2, 3, 4)
    assert desk.told() == ["Title 4"]


def test_other_filters_hold_for_what_joins(desk):
    desk.save("event:1 title:3")
    desk.come(3, "Inquiry into the loss of the trawler begins")
    desk.come(4, "Divers found the wreck in forty metres of water")
    assert desk.told() == []
    desk.join(1, 3, 4)
    assert desk.told() == ["Title 3"]


def test_without_an_event_waits_until_the_event_is_known(desk):
    desk.save("trawler -event:1")
    desk.come(3, "Inquiry into the loss of the trawler begins")
    desk.come(4, "A trawler was sold to a museum in Esbjerg")
    assert desk.told() == []
    desk.join(1, 3)
    assert desk.told() == []
    desk.join(2, 4)
    assert desk.told() == ["Title 4"]
    desk.come(5, "A trawler caught fire in the port of Skagen")
    assert desk.told() == []
    assert desk.told(now=NOW + timedelta(hours=1)) == ["Title 5"]  # nobody groups


def test_the_first_story_of_a_followed_event_is_told_alone(desk):
    rule = AlertRule("stdout", "follow", each_event=True)
    desk.save("event:1 title:(3 OR 4)")
    desk.come(3, "Inquiry into the loss of the trawler begins")
    assert desk.told(rule, NOW + timedelta(hours=1)) == []  # passed over
    desk.join(1, 3)
    assert desk.told(rule) == ["Title 3"]
    desk.come(4, "Divers found the wreck in forty metres of water")
    assert desk.told(rule, NOW + timedelta(hours=1)) == []
    desk.join(1, 4)
    assert desk.told(rule) == []


def test_what_an_import_brings_waits_from_when_it_was_taken_in(desk):
    rule = AlertRule("stdout", "follow", each_event=True)
    desk.save("trawler")
    desk.come(3, "Inquiry into the loss of the trawler begins")
    desk.come(4, "Divers found the trawler in forty metres of water")
    taken_in = imports.begin(desk.db, {"file": "a", "kind": "jsonl", "size": 1, "digest": ""}, {}, NOW)
    with desk.db.conn:
        changes = "UPDATE articles SET first_seen = '2026-11-01T10:00:00Z', import_id = ? WHERE id > 2"
        desk.db.execute(changes, [taken_in.id])
    assert desk.told(rule, NOW + timedelta(minutes=5)) == []
    desk.join(3, 3, 4)
    assert desk.told(rule, NOW + timedelta(minutes=10)) == ["Title 3"]
    desk.come(5, "A trawler was sold to a museum in Esbjerg")
    with desk.db.conn:
        desk.db.execute(changes, [taken_in.id])
    assert desk.told(rule, NOW + timedelta(minutes=16)) == ["Title 5"]  # nobody groups


def test_a_digest_begins_with_what_the_event_has_when_it_is_set_up(desk):
    desk.save("event:1")
    rule = AlertRule("stdout", "follow", hours=("12:30",))
    assert desk.told(rule, NOW.replace(hour=12, minute=0)) == []
    desk.join(1, 2)
    assert desk.told(rule, NOW.replace(hour=12, minute=40)) == ["Title 2"]


def test_positions_and_searches_of_before_go_on(desk):
    desk.save("event:1")
    with desk.db.conn:
        desk.db.execute("UPDATE saved_searches SET events = NULL")
    desk.told()
    path = desk.archive.folder / positions.FILE
    stated = json.loads(path.read_text())
    for each in stated["alerts"].values():
        del each["events"]
    path.write_text(json.dumps(stated))
    assert desk.told() == []
    desk.join(1, 2)
    assert desk.told() == ["Title 2"]


def test_the_command_tells_it_once_too(desk):
    desk.save("event:1")
    desk.come(3, "Inquiry into the loss of the trawler begins")
    folder = desk.archive.folder
    asked = ("alerts", "follow", "--archive", str(folder))
    assert command(*asked, cwd=folder).returncode == 5
    desk.join(1, 3)
    assert "Title 3" in command(*asked, "--peek", cwd=folder).stdout
    assert "Title 3" in command(*asked, cwd=folder).stdout
    assert command(*asked, cwd=folder).returncode == 5
    assert saved_search(desk.db, "follow").seen_id == 3
    news = following.news(desk.db, saved_search(desk.db, "follow"), NOW, limit=9)
    assert (news.hits, news.told.seen) == ([], 3)
