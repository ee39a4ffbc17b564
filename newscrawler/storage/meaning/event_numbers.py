"""The numbers of events: to which event each leads, whatever becomes of its stories.

A number goes with a story (`events.own_story_id`), the first of its event.  An event that has stories keeps its number:
where its own story leaves it, the first of those that stay is its own from then on.  The number of an event without
stories leads to the event that its own story is in (`merged_into`), and is that story's again where it begins one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.storage.meaning.event_counts import settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

OF_ANOTHER = re.compile(r"(?<=^goes on from event )\d+|(?<=^apart from event )\d+")  # in a reason
_EMPTY = "NOT EXISTS (SELECT 1 FROM event_stories WHERE event_id = events.id)"
_STAYS = f"""
    UPDATE events SET own_story_id = coalesce(first_story_id, own_story_id)
    WHERE own_story_id IN (SELECT value FROM json_each(?)) AND NOT ({_EMPTY})
      AND id IS NOT (SELECT event_id FROM event_stories WHERE story_id = own_story_id)
"""  # noqa: S608 ours
_LEADS = f"""
    UPDATE events SET merged_into = (SELECT event_id FROM event_stories WHERE story_id = own_story_id)
    WHERE own_story_id IN (SELECT value FROM json_each(?)) AND {_EMPTY}
      AND own_story_id IN (SELECT story_id FROM event_stories)
"""  # noqa: S608 ours
_OF_ITS_OWN = f"SELECT min(id) FROM events WHERE own_story_id IN (SELECT value FROM json_each(?)) AND {_EMPTY}"  # noqa: S608 ours
_COUNTED = "stories, languages, first_story_id, began, ended, follows_id"


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was before all events were made anew; `is_event`: its event had stories."""

    number: int
    own: int | None
    is_event: bool


def current_event(db: Database, event: int) -> int | None:
    """The event that a number leads to now; None where there never was one."""
    if not 0 < event < 2**63:
        return None
    row = db.execute("SELECT coalesce(merged_into, id) FROM events WHERE id = ?", [event]).fetchone()
    return row[0] if row else None


def own_story(db: Database, event: int) -> int | None:
    """The story that an event's number goes with; None of one of an archive of before that has none."""
    row = db.execute("SELECT own_story_id FROM events WHERE id = ?", [event]).fetchone()
    return row[0] if row else None


def has_its_own(db: Database, story: int, event: int) -> None:
    """Let a story that leaves an event have a number again that leads there: what went with which was not kept before."""
    known = "SELECT 1 FROM events WHERE own_story_id = :story AND merged_into = :event"
    db.execute(
        f"""
        UPDATE events SET own_story_id = :story WHERE NOT EXISTS ({known}) AND id = (
            SELECT max(led.id) FROM events AS led JOIN events AS there ON there.id = led.merged_into
            WHERE there.id = :event AND led.own_story_id = there.own_story_id
        )
        """,  # noqa: S608 ours
        {"story": story, "event": event},
    )


def begin(db: Database, stories: Sequence[int]) -> int:
    """The number of a new event of some stories, of which the first is its first: that which one of them had, where there
    is one that no event has.
    """
    again = db.execute(_OF_ITS_OWN, [json.dumps(list(stories))]).fetchone()[0]
    if again is not None:
        db.execute("UPDATE events SET merged_into = NULL, follows_id = NULL WHERE id = ?", [again])
        return int(again)
    number = db.execute("INSERT INTO events (own_story_id) VALUES (?)", [stories[0]]).lastrowid
    assert number is not None
    return number


def have_moved(db: Database, stories: Sequence[int]) -> None:
    """Let the numbers follow stories that are in other events than before, or in none; these are counted by now."""
    moved = json.dumps(list(stories))
    db.execute(_STAYS, [moved])
    db.execute(_LEADS, [moved])


def is_part_of(db: Database, story: int, whole: int) -> None:
    """Let the numbers of a story that became part of another one go with that."""
    db.execute("UPDATE events SET own_story_id = ? WHERE own_story_id = ?", [whole, story])
    have_moved(db, [whole])


def set_aside(db: Database) -> list[Number]:
    """All numbers with the stories that they go with, of which none is heeded until they are given back."""
    found = _numbers(db, "? = 0", 0)
    db.execute("UPDATE events SET own_story_id = NULL")
    return found


def of_event(db: Database, event: int) -> list[Number]:
    """An event's number and those that lead to it, with the stories that they go with."""
    return _numbers(db, "? IN (id, merged_into)", event)


def _numbers(db: Database, which: str, event: int) -> list[Number]:
    sql = f"SELECT id, own_story_id, NOT ({_EMPTY}) FROM events WHERE {which} ORDER BY id"  # noqa: S608 ours
    found = db.execute(sql, [event]).fetchall()
    return [Number(number, own, bool(is_event)) for number, own, is_event in found]


def last_number(db: Database) -> int:
    """The last number that an event was given."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])


def give_back(db: Database, numbers: Sequence[Number], last: int) -> None:
    """After events were made anew, under numbers after `last`: each has one of those that its stories go with, the earliest
    that an event had; the rest lead to where their own story is.
    """
    now = dict(db.execute("SELECT story_id, event_id FROM event_stories").fetchall())
    for each in numbers:
        db.execute("UPDATE events SET own_story_id = ? WHERE id = ?", [each.own, each.number])
        if each.own in now and now[each.own] != each.number and each.number in now.values():
            _vacate(db, each.number)  # others have come to it: to which event, is told by its own story
    now = dict(db.execute("SELECT story_id, event_id FROM event_stories").fetchall())
    new = dict[int, int]()
    for each in sorted(numbers, key=lambda each: (not each.is_event, each.number)):
        if each.own in now and now[each.own] > last:
            new.setdefault(now[each.own], each.number)
    _tell_by_new_numbers(db, new, last)
    _renumber(db, new)
    unseen = f"SELECT id FROM events WHERE {_EMPTY} AND id > ?"  # noqa: S608 ours
    db.execute(f"DELETE FROM events WHERE id IN ({unseen})", [last])  # noqa: S608 ours
    for row in db.execute(f"SELECT id FROM events WHERE {_EMPTY} AND stories > 0").fetchall():  # noqa: S608 ours
        settle(db, row[0])
    have_moved(db, list(now))


def _vacate(db: Database, event: int) -> None:
    number = db.execute("INSERT INTO events (follows_id) SELECT follows_id FROM events WHERE id = ?", [event]).lastrowid
    db.execute("UPDATE event_stories SET event_id = ? WHERE event_id = ?", [number, event])
    assert number is not None
    settle(db, number)
    settle(db, event)
    db.execute("UPDATE events SET own_story_id = first_story_id WHERE id = ?", [number])


def _renumber(db: Database, new: dict[int, int]) -> None:
    db.execute("CREATE TEMP TABLE renumbered (made INTEGER PRIMARY KEY, number INTEGER NOT NULL)")
    db.conn.executemany("INSERT INTO temp.renumbered VALUES (?, ?)", new.items())
    db.execute(
        f"UPDATE events SET ({_COUNTED}) = (SELECT {_COUNTED} FROM events AS made WHERE made.id = renumbered.made), "  # noqa: S608 ours
        "merged_into = NULL FROM temp.renumbered WHERE events.id = renumbered.number"
    )
    db.execute("UPDATE event_stories SET event_id = renumbered.number FROM temp.renumbered WHERE event_id = renumbered.made")
    db.execute("DROP TABLE temp.renumbered")


def _tell_by_new_numbers(db: Database, new: dict[int, int], last: int) -> None:
    """Let events that follow others, and reasons, name these by the numbers that they get; `last`: of those of before."""
    sql = "SELECT id, merged_into FROM events WHERE id > ? AND merged_into IS NOT NULL"
    united: dict[int, int] = dict(db.execute(sql, [last]).fetchall())

    def told(number: int) -> int:
        made = united.get(number, number)
        return new.get(made, made)

    follows = db.execute("SELECT follows_id, id FROM events WHERE follows_id IS NOT NULL").fetchall()
    db.conn.executemany(
        "UPDATE events SET follows_id = ? WHERE id = ?", [(told(before), event) for before, event in follows]
    )
    sql = "SELECT reason, story_id FROM event_stories WHERE reason GLOB 'goes on from event *' OR reason GLOB 'apart from *'"
    reasons = db.execute(sql).fetchall()
    renamed = [(OF_ANOTHER.sub(lambda found: str(told(int(found[0]))), reason), story) for reason, story in reasons]
    db.conn.executemany("UPDATE event_stories SET reason = ? WHERE story_id = ?", renamed)
