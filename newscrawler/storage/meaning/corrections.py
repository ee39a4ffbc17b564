"""What people said of events: a story is not of one, two are one.  Followed at once or when its stories are looked at again.

Remembered by articles, whose stories it is said of: so it holds when all events are made anew.  What was taken back, or
said otherwise since, is remembered too: another archive that still has it does not bring it again, and its number is no
other's.
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
    from collections.abc import Sequence
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
# the very same word of two stories, whoever said it
_SAME_WORD = """
    SELECT c.id FROM {} AS c
    JOIN articles AS one ON one.id = c.article_id JOIN articles AS other ON other.id = c.other_id
    WHERE c.kind = :kind AND c.decided = :decided AND one.story_id = :one AND other.story_id = :other LIMIT 1
"""
_NUMBER = """
    SELECT 1 + max((SELECT coalesce(max(id), 0) FROM event_corrections),
                   (SELECT coalesce(max(id), 0) FROM taken_back_corrections))
"""
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
    _forget(db, {story}, set(others), now)
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
    _forget(db, stories[0], stories[1], now)
    first, second = (events.original_of(db, min(each)) for each in stories)
    _remember(db, JOIN, first, second, now)
    return events.unite(db, [one, other], Relation.JOINED, BY_A_PERSON)


def take_back(db: Database, number: int, now: datetime) -> tuple[Said, list[int]]:
    """Let what a person said once count no more, as if it had not been; (what it was, which articles wait
    to be decided on anew).

    Raises ArchiveError where nobody said it.
    """
    said = record(db, Said, _ONE, number=number, limit=1) if 0 < number < 2**63 else None
    if said is None:
        raise ArchiveError(f"nothing was said under the number {number}; `newscrawler events said` shows the numbers")
    whole = db.execute(
        "SELECT id FROM event_corrections WHERE kind = ? AND article_id = ? AND decided = ?",
        [said.kind, said.article, said.decided],
    )
    _set_aside(db, [row[0] for row in whole.fetchall()], now)
    stories = [events.story_of_article(db, each) or 0 for each in (said.article, said.other)]
    waiting = [events.original_of(db, each) for each in (stories[:1] if said.kind == PART else _unjoined(db, stories))]
    for each in waiting:
        events.ask_for(db, each)
    return said, waiting


def was_taken_back(db: Database, number: int) -> bool:
    """Whether what had a number counts no more."""
    return db.execute("SELECT 1 FROM taken_back_corrections WHERE id = ?", [number]).fetchone() is not None


@dataclass(frozen=True, slots=True)
class _Word:
    """What another archive has of two articles that are here, by their numbers and stories here; `back`: until then."""

    kind: str
    articles: tuple[int, int]
    stories: tuple[int, int]
    at: datetime
    back: datetime | None = None


def take_over(db: Database, theirs: Database) -> int:
    """What people said of events in another archive, of articles that are here, too; how much of it is new here.

    Of two stories the last word counts, wherever it was said; a word that was taken back here or there counts in neither.
    What it was said of waits to be looked at.
    """
    for word in _words(db, theirs, "taken_back_corrections", "taken_back"):
        _take_over_back(db, word)
    taken = 0
    for word in _words(db, theirs, "event_corrections", "NULL"):
        if _is_said(db, word) or _is_same_word(db, "taken_back_corrections", word) is not None:
            continue
        _forget(db, {word.stories[0]}, {word.stories[1]}, word.at)
        _remember(db, word.kind, *word.articles, word.at)
        for each in word.stories:
            events.ask_for(db, events.original_of(db, each))
        taken += 1
    return taken


def _words(db: Database, theirs: Database, table: str, back: str) -> list[_Word]:
    """What a table of another archive has of articles that are here; what is no word of ours is passed over."""
    said = theirs.execute(
        f"SELECT c.kind, one.url_key, other.url_key, c.decided, {back} FROM {table} AS c "  # noqa: S608 ours
        "JOIN articles AS one ON one.id = c.article_id JOIN articles AS other ON other.id = c.other_id ORDER BY c.id"
    ).fetchall()
    here = dict(db.execute("SELECT url_key, id FROM articles").fetchall()) if said else {}
    found = []
    for kind, *keys, decided, taken_back in said:
        at, until, (article, other) = read_moment(decided), read_moment(taken_back), map(here.get, keys)
        if kind not in (PART, JOIN) or at is None or article is None or other is None or (taken_back and until is None):
            continue
        one, two = (events.story_of_article(db, each) or 0 for each in (article, other))
        found.append(_Word(kind, (article, other), (one, two), at, until))
    return found


def _take_over_back(db: Database, word: _Word) -> None:
    """Let a word that was taken back in another archive count no more here, and come no more."""
    assert word.back is not None
    if _is_same_word(db, "taken_back_corrections", word) is not None:
        return
    if (number := _is_same_word(db, "event_corrections", word)) is not None:
        take_back(db, number, word.back)
    else:
        _remember(db, word.kind, *word.articles, word.at)
        _set_aside(db, [row[0] for row in db.execute("SELECT max(id) FROM event_corrections").fetchall()], word.back)


def _is_same_word(db: Database, table: str, word: _Word) -> int | None:
    """The number that the very same word has here; None where it is not there."""
    one, other = word.stories
    asked = {"kind": word.kind, "decided": iso(word.at), "one": one, "other": other}
    row = db.execute(_SAME_WORD.format(table), asked).fetchone()
    return None if row is None else int(row[0])


def _is_said(db: Database, word: _Word) -> bool:
    """Whether something was said of two articles' stories then or since."""
    one, other = word.stories
    asked = {"some": json.dumps([one]), "others": json.dumps([other]), "decided": iso(word.at)}
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
    """Under a number that nothing had before, as a desk may still say it of what had it."""
    db.execute(
        f"INSERT INTO event_corrections (id, kind, article_id, other_id, decided) VALUES (({_NUMBER}), ?, ?, ?, ?)",  # noqa: S608 ours
        [kind, article, other, iso(now)],
    )


def _forget(db: Database, some: set[int], others: set[int], now: datetime) -> None:
    """What was said of two stories, one of some and one of others, counts no more: the last word does."""
    asked = {"some": json.dumps(sorted(some)), "others": json.dumps(sorted(others))}
    _set_aside(db, sorted({row[0] for row in db.execute(_BETWEEN, asked).fetchall()}), now)


def _set_aside(db: Database, numbers: Sequence[int], now: datetime) -> None:
    """Keep words as such that count no more."""
    asked = {"numbers": json.dumps(list(numbers)), "now": iso(now)}
    these = "FROM event_corrections WHERE id IN (SELECT value FROM json_each(:numbers))"
    columns = "id, kind, article_id, other_id, decided"
    db.execute(f"INSERT INTO taken_back_corrections ({columns}, taken_back) SELECT {columns}, :now {these}", asked)
    db.execute(f"DELETE {these}", asked)
