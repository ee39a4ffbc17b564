"""What people said of events: a story is not of one, two are one.  Followed at once or when its stories are looked at again.

Remembered by articles, whose stories it is said of: so it holds when all events are made anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.dates import iso, read_moment
from newscrawler.errors import ArchiveError
from newscrawler.events.decisions import Corrections, Relation
from newscrawler.storage.database.rows import record, records
from newscrawler.storage.meaning import events

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

PART, JOIN = "part", "join"
BY_A_PERSON = "a person said so"
_BETWEEN = """
    SELECT c.id FROM event_corrections AS c
    JOIN articles AS one ON one.id = c.article_id JOIN articles AS other ON other.id = c.other_id
    JOIN json_each(:some) AS a ON a.value IN (one.story_id, other.story_id)
    JOIN json_each(:others) AS b ON b.value IN (one.story_id, other.story_id) AND b.value <> a.value
"""
# what was said at once: of one article, as one kind, at one time
_SAID = """
    SELECT min(c.id) AS number, c.kind, c.article_id AS article, c.other_id AS other, c.decided,
           named.title AS title, others.title AS other_title
    FROM event_corrections AS c
    JOIN articles AS named ON named.id = c.article_id JOIN articles AS others ON others.id = c.other_id
    WHERE {} GROUP BY c.kind, c.article_id, c.decided ORDER BY number DESC LIMIT :limit
"""
_OF_EVENT = _SAID.format(
    "EXISTS (SELECT 1 FROM json_each(:stories) AS story WHERE story.value IN (named.story_id, others.story_id))"
)
_ONE = _SAID.format(
    "(c.kind, c.article_id, c.decided) IN (SELECT kind, article_id, decided FROM event_corrections WHERE id = :number)"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said once.  `number`: by what it is taken back; `article`: what was parted, or one event's first;
    `other`: an article of the event that it was parted from, or the other event's first.
    """

    number: int
    kind: str
    article: int
    other: int
    decided: str
    title: str | None
    other_title: str | None


def any_corrections(db: Database) -> bool:
    return db.execute("SELECT 1 FROM event_corrections LIMIT 1").fetchone() is not None


def corrections_of(db: Database, story: int) -> Corrections:
    """What was said of a story, by the stories that the articles are of now."""
    rows = db.execute(
        """
        SELECT c.kind, iif(one.story_id = :story, other.story_id, one.story_id)
        FROM event_corrections AS c
        JOIN articles AS one ON one.id = c.article_id JOIN articles AS other ON other.id = c.other_id
        WHERE one.story_id = :story OR other.story_id = :story
        """,
        {"story": story},
    ).fetchall()
    said = {kind: frozenset(each for name, each in rows if name == kind and each != story) for kind in (PART, JOIN)}
    return Corrections(said[PART], said[JOIN])


def said_of(db: Database, event: int, limit: int = 50) -> list[Said]:
    """What people said of an event and of the stories that it has, the last first."""
    return records(db, Said, _OF_EVENT, stories=json.dumps(sorted(events.stories_of(db, event))), limit=limit)


def every_said(db: Database, limit: int) -> list[Said]:
    """What people said of events, the last first."""
    return records(db, Said, _SAID.format("1"), limit=limit)


def part(db: Database, event: int, article: int, now: datetime) -> int:
    """Remember that an article's story is not of an event; its first article, which waits for another one.

    Raises ArchiveError where the event does not have it, or has nothing else.
    """
    story = events.story_of_article(db, article)
    if story is None or events.event_of(db, story) != event:
        raise ArchiveError(
            f"article {article} is not of event {event}; `newscrawler events {event} --explain` shows its stories"
        )
    others = sorted(events.stories_of(db, event) - {story})
    if not others:
        raise ArchiveError(f"event {event} has this one story; there is nothing to part it from")
    _forget(db, {story}, set(others))
    for other in others:  # with none of them again, whichever of them the event is made from
        _remember(db, PART, article, events.original_of(db, other), now)
    original = events.original_of(db, story)
    events.ask_for(db, original)
    return original


def join(db: Database, one: int, other: int, now: datetime) -> int:
    """Remember that two events are one, and make them one; its number.  Raises ArchiveError where they are one already."""
    if one == other:
        raise ArchiveError(f"event {one} is one event already")
    stories = [events.stories_of(db, each) for each in (one, other)]
    for number, there in zip((one, other), stories, strict=True):
        if not there:
            raise ArchiveError(f"event {number} has no stories")
    _forget(db, *stories)
    first, second = (events.original_of(db, min(each)) for each in stories)
    _remember(db, JOIN, first, second, now)
    return events.unite(db, [one, other], Relation.JOINED, BY_A_PERSON)


def take_back(db: Database, number: int) -> tuple[Said, list[int]]:
    """Forget what a person said once, as if it had not been; (what it was, the articles that wait to be decided on anew).

    Raises ArchiveError where nobody said it.
    """
    said = record(db, Said, _ONE, number=number, limit=1) if 0 < number < 2**63 else None
    if said is None:
        raise ArchiveError(f"nothing was said under the number {number}; `newscrawler events said` shows the numbers")
    db.execute(
        "DELETE FROM event_corrections WHERE kind = ? AND article_id = ? AND decided = ?",
        [said.kind, said.article, said.decided],
    )
    stories = [events.story_of_article(db, each) or 0 for each in (said.article, said.other)]
    waiting = [events.original_of(db, each) for each in (stories[:1] if said.kind == PART else _unjoined(db, stories))]
    for each in waiting:
        events.ask_for(db, each)
    return said, waiting


def take_over(db: Database, theirs: Database) -> int:
    """What people said of events in another archive, of articles that are here, too; how much of it is new here.

    Of two stories the last word counts, wherever it was said.  What it was said of waits to be looked at.
    """
    here = dict(db.execute("SELECT url_key, id FROM articles").fetchall()) if any_corrections(theirs) else {}
    said = [] if not here else theirs.execute(
        "SELECT c.kind, one.url_key, other.url_key, c.decided FROM event_corrections AS c "
        "JOIN articles AS one ON one.id = c.article_id JOIN articles AS other ON other.id = c.other_id ORDER BY c.id"
    ).fetchall()  # fmt: skip
    taken = 0
    for kind, *keys, decided in said:
        at, (article, other) = read_moment(decided), map(here.get, keys)
        if kind not in (PART, JOIN) or at is None or article is None or other is None or _is_said(db, article, other, at):
            continue
        stories = [events.story_of_article(db, each) or 0 for each in (article, other)]
        _forget(db, {stories[0]}, {stories[1]})
        _remember(db, kind, article, other, at)
        for each in stories:
            events.ask_for(db, events.original_of(db, each))
        taken += 1
    return taken


def _is_said(db: Database, article: int, other: int, at: datetime) -> bool:
    """Whether something was said of two articles' stories then or since."""
    stories = [events.story_of_article(db, each) or 0 for each in (article, other)]
    asked = {"some": json.dumps(stories[:1]), "others": json.dumps(stories[1:]), "decided": iso(at)}
    return db.execute(f"{_BETWEEN} WHERE c.decided >= :decided LIMIT 1", asked).fetchone() is not None


def _unjoined(db: Database, firsts: list[int]) -> list[int]:
    """The stories that are of no event now that two are not one any more, by the first story of each."""
    event = events.event_of(db, firsts[0])
    if event is None or event != events.event_of(db, firsts[1]):
        return []
    rest = sorted(events.stories_of(db, event) - {min(firsts)})
    for story in rest:
        events.take_out(db, story)
    merged = db.execute("SELECT max(id) FROM events WHERE merged_into = ?", [event]).fetchone()[0]
    if merged is not None:  # its number is its own again
        events.begin_again(db, merged, max(firsts))
    return rest


def _remember(db: Database, kind: str, article: int, other: int, now: datetime) -> None:
    db.execute(
        "INSERT INTO event_corrections (kind, article_id, other_id, decided) VALUES (?, ?, ?, ?)",
        [kind, article, other, iso(now)],
    )


def _forget(db: Database, some: set[int], others: set[int]) -> None:
    """What was said of two stories, one of some and one of others, counts no more: the last word does."""
    asked = {"some": json.dumps(sorted(some)), "others": json.dumps(sorted(others))}
    db.execute(f"DELETE FROM event_corrections WHERE id IN ({_BETWEEN})", asked)  # noqa: S608 ours
