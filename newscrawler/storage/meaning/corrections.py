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
from newscrawler.storage.meaning.event_numbers import has_its_own, of_event, own_story

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from newscrawler.storage.meaning.event_numbers import Number

PART, JOIN = "part", "join"
BY_A_PERSON = "a person said so"
_BETWEEN = """
    SELECT c.id FROM event_corrections AS c
    JOIN articles AS one ON one.id = c.article_id JOIN articles AS other ON other.id = c.other_id
    JOIN json_each(:some) AS a ON a.value IN (one.story_id, other.story_id)
    JOIN json_each(:others) AS b ON b.value IN (one.story_id, other.story_id) AND b.value <> a.value
"""
# what was said at once, as its first row has it
_SAID = """
    SELECT number, kind, article, other, decided, title, other_title, stories FROM (
        SELECT c.said AS number, min(c.id), c.kind, c.article_id AS article, c.other_id AS other, c.decided,
               named.title AS title, others.title AS other_title,
               count(DISTINCT iif(c.kind = 'part', c.article_id, NULL)) AS stories
        FROM event_corrections AS c
        JOIN articles AS named ON named.id = c.article_id JOIN articles AS others ON others.id = c.other_id
        WHERE {} GROUP BY c.said
    ) ORDER BY number DESC LIMIT :limit
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
_NEXT = """
    SELECT 1 + max((SELECT coalesce(max({0}), 0) FROM event_corrections),
                   (SELECT coalesce(max({0}), 0) FROM taken_back_corrections))
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said once.  `number`: by what it is taken back; `article`: what was parted, or one event's first;
    `other`: an article of the event that it was parted from, or the other event's first; `stories`: how many were parted.
    """

    number: int
    kind: str
    article: int
    other: int
    decided: str
    title: str | None
    other_title: str | None
    stories: int


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


def part(db: Database, event: int, articles: Sequence[int], now: datetime) -> list[int]:
    """Remember that some articles' stories are not of an event, and, of several, that they are of one; their first articles,
    in order of their stories, which wait for another event.

    Raises ArchiveError where the event does not have all of them, or has nothing else.
    """
    named = _parted(db, event, articles)
    others = sorted(events.stories_of(db, event) - named.keys())
    if not others:
        raise ArchiveError(
            f"event {event} has this one story; there is nothing to part it from"
            if len(named) == 1
            else f"these are all stories of event {event}; there is nothing to part them from"
        )
    _forget(db, set(named), set(others), now)
    said = _next(db, "said")
    for article in named.values():
        for other in others:  # with none of them again, whichever of them the event is made from
            _remember(db, (PART, article, events.original_of(db, other)), now, said)
    first, *rest = named
    for each in rest:
        _forget(db, {first}, {each}, now)
        _remember(db, (JOIN, named[first], named[each]), now, said)
    originals = [events.original_of(db, story) for story in sorted(named)]
    for original in originals:
        events.ask_for(db, original)
    return originals


def _parted(db: Database, event: int, articles: Sequence[int]) -> dict[int, int]:
    """Story -> article of those that are to be parted.  Raises ArchiveError that names all that the event does not have."""
    named, wrong = dict[int, int](), []
    for article in dict.fromkeys(articles):
        story = events.story_of_article(db, article)
        there = events.event_of(db, story) if story is not None else None
        if story is None:
            wrong.append(f"there is no article {article}")
        elif there != event:
            wrong.append(f"article {article} is not of event {event}{f' but of event {there}' if there else ''}")
        else:
            named[story] = article
    if wrong:
        raise ArchiveError(
            f"{'; '.join(wrong)}; `newscrawler events {event}` shows the articles that it has, by their numbers"
        )
    return named


def join(db: Database, one: int, other: int, now: datetime) -> int:
    """Remember that two events are one, and make them one; its number.  Raises ArchiveError where they are one already."""
    if one == other:
        raise ArchiveError(f"event {one} is one event already")
    stories = [events.stories_of(db, each) for each in (one, other)]
    for number, there in zip((one, other), stories, strict=True):
        if not there:
            raise ArchiveError(f"event {number} has no stories")
    _forget(db, stories[0], stories[1], now)
    first, second = (own_story(db, each) or min(there) for each, there in zip((one, other), stories, strict=True))
    said = _next(db, "said")
    pairs = [(first, second), *((first, each) for each in sorted(stories[1] - {second}))]
    for one_of, other_of in (*pairs, *((each, second) for each in sorted(stories[0] - {first}))):  # all of both stay one
        _remember(db, (JOIN, events.original_of(db, one_of), events.original_of(db, other_of)), now, said)
    return events.unite(db, [one, other], Relation.JOINED, BY_A_PERSON)


def take_back(db: Database, number: int, now: datetime) -> tuple[Said, list[int]]:
    """Let what a person said once count no more, as if it had not been; (what it was, which articles wait
    to be decided on anew).

    Raises ArchiveError where nobody said it.
    """
    said = record(db, Said, _SAID.format("c.said = :number"), number=number, limit=1) if 0 < number < 2**63 else None
    if said is None:
        raise ArchiveError(f"nothing was said under the number {number}; `newscrawler events said` shows the numbers")
    rows = db.execute("SELECT id, kind, article_id FROM event_corrections WHERE said = ?", [number]).fetchall()
    _set_aside(db, [row[0] for row in rows], now)
    if said.kind == PART:
        stories = sorted({events.story_of_article(db, article) or 0 for _, kind, article in rows if kind == PART})
    else:
        stories = _unjoined(db, [events.story_of_article(db, each) or 0 for each in (said.article, said.other)])
    waiting = [events.original_of(db, each) for each in stories]
    for each in waiting:
        events.ask_for(db, each)
    return said, waiting


def joined_by(db: Database, said: Said) -> list[int]:
    """The numbers of what joins two articles' stories, be it by way of others; none where nothing that counts does."""
    rows = db.execute(
        """
        SELECT one.story_id, other.story_id, c.said FROM event_corrections AS c
        JOIN articles AS one ON one.id = c.article_id JOIN articles AS other ON other.id = c.other_id WHERE c.kind = 'join'
        """
    ).fetchall()
    begin, end = (events.story_of_article(db, each) or 0 for each in (said.article, said.other))
    ways: dict[int, frozenset[int]] = {begin: frozenset()}
    new = [begin]
    while new and end not in ways:
        found = {}
        for one, other, number in rows:
            for here, there in ((one, other), (other, one)):
                if here in new and there not in ways:
                    found[there] = ways[here] | {number}
        ways |= found
        new = list(found)
    return sorted(ways.get(end, ()))


def numbers_of(db: Database, number: int) -> list[Number]:
    """The numbers of the events that something was said of, with the stories that they go with."""
    sql = """
        SELECT DISTINCT event_id FROM event_corrections AS c JOIN articles ON articles.id IN (c.article_id, c.other_id)
        JOIN event_stories USING (story_id) WHERE c.said = ?
    """
    there = [row[0] for row in db.execute(sql, [min(number, 2**63 - 1)]).fetchall()]
    return [each for event in there for each in of_event(db, event)]


def was_taken_back(db: Database, number: int) -> bool:
    """Whether all of what had a number counts no more."""
    sql = "SELECT ? IN (SELECT said FROM {}_corrections)"
    counts, counts_no_more = (db.execute(sql.format(table), [number]).fetchone()[0] for table in ("event", "taken_back"))
    return bool(counts_no_more) and not counts


@dataclass(frozen=True, slots=True)
class _Word:
    """What another archive has of two articles that are here, by their numbers and stories here; `back`: until then;
    `said`: what it was said with, there.
    """

    kind: str
    articles: tuple[int, int]
    stories: tuple[int, int]
    at: datetime
    said: int | None
    back: datetime | None = None


def take_over(db: Database, theirs: Database) -> int:
    """What people said of events in another archive, of articles that are here, too; how much of it is new here.

    Of two stories the last word counts, wherever it was said; a word that was taken back here or there counts in neither.
    What it was said of waits to be looked at.
    """
    words = _words(db, theirs, "event_corrections", "NULL")
    for word in _words(db, theirs, "taken_back_corrections", "taken_back"):
        _take_over_back(db, word, in_part=any(each.said == word.said for each in words))
    said = dict[int | None, int]()
    for word in words:
        if _is_said(db, word) or _is_same_word(db, "taken_back_corrections", word) is not None:
            continue
        _forget(db, {word.stories[0]}, {word.stories[1]}, word.at)
        _remember(db, (word.kind, *word.articles), word.at, said.setdefault(word.said, _next(db, "said")))
        for each in word.stories:
            events.ask_for(db, events.original_of(db, each))
    return len(said)


def _words(db: Database, theirs: Database, table: str, back: str) -> list[_Word]:
    """What a table of another archive has of articles that are here; what is no word of ours is passed over."""
    said = theirs.execute(
        f"SELECT c.kind, one.url_key, other.url_key, c.decided, c.said, {back} FROM {table} AS c "  # noqa: S608 ours
        "JOIN articles AS one ON one.id = c.article_id JOIN articles AS other ON other.id = c.other_id ORDER BY c.id"
    ).fetchall()
    here = dict(db.execute("SELECT url_key, id FROM articles").fetchall()) if said else {}
    found = []
    for kind, *keys, decided, number, taken_back in said:
        at, until, (article, other) = read_moment(decided), read_moment(taken_back), map(here.get, keys)
        if kind not in (PART, JOIN) or at is None or article is None or other is None or (taken_back and until is None):
            continue
        one, two = (events.story_of_article(db, each) or 0 for each in (article, other))
        found.append(_Word(kind, (article, other), (one, two), at, number, until))
    return found


def _take_over_back(db: Database, word: _Word, *, in_part: bool) -> None:
    """Let a word that was taken back in another archive count no more here, and come no more; `in_part`: others that were
    said with it count on there.
    """
    assert word.back is not None
    if _is_same_word(db, "taken_back_corrections", word) is not None:
        return
    number = _is_same_word(db, "event_corrections", word)
    if number is not None and not in_part:
        take_back(db, db.execute("SELECT said FROM event_corrections WHERE id = ?", [number]).fetchone()[0], word.back)
        return
    if number is None:
        _remember(db, (word.kind, *word.articles), word.at, _next(db, "said"))
        number = db.execute("SELECT max(id) FROM event_corrections").fetchone()[0]
    _set_aside(db, [number], word.back)


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
    """The stories that are of no event now that two are not one any more, by the story that each one's number goes with."""
    event = events.event_of(db, firsts[0])
    if event is None or event != events.event_of(db, firsts[1]):
        return []
    own = own_story(db, event)
    stays, leaves = sorted(firsts, key=lambda each: (each != own, each))
    rest = sorted(events.stories_of(db, event) - {stays})
    for story in rest:
        events.take_out(db, story)
    has_its_own(db, leaves, event)
    events.begin_again(db, leaves)
    return [stays, *rest]


def _next(db: Database, column: str) -> int:
    """A number that nothing had before, as a desk may still say it of what had it."""
    return int(db.execute(_NEXT.format(column)).fetchone()[0])


def _remember(db: Database, word: tuple[str, int, int], now: datetime, said: int) -> None:
    columns = "id, kind, article_id, other_id, decided, said"
    row = [_next(db, "id"), *word, iso(now), said]
    db.execute(f"INSERT INTO event_corrections ({columns}) VALUES (?, ?, ?, ?, ?, ?)", row)  # noqa: S608 ours


def _forget(db: Database, some: set[int], others: set[int], now: datetime) -> None:
    """What was said of two stories, one of some and one of others, counts no more: the last word does."""
    asked = {"some": json.dumps(sorted(some)), "others": json.dumps(sorted(others))}
    _set_aside(db, sorted({row[0] for row in db.execute(_BETWEEN, asked).fetchall()}), now)


def _set_aside(db: Database, numbers: Sequence[int], now: datetime) -> None:
    """Keep words as such that count no more."""
    asked = {"numbers": json.dumps(list(numbers)), "now": iso(now)}
    these = "FROM event_corrections WHERE id IN (SELECT value FROM json_each(:numbers))"
    columns = "id, kind, article_id, other_id, decided, said"
    db.execute(f"INSERT INTO taken_back_corrections ({columns}, taken_back) SELECT {columns}, :now {these}", asked)
    db.execute(f"DELETE {these}", asked)
