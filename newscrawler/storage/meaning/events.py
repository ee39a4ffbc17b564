"""The SQL of events: whose stories wait, what stories say, who is in which event, what people said of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import read_moment
from newscrawler.events.decisions import EventState, Relation
from newscrawler.events.evidence import as_row, of_row
from newscrawler.storage.database.rows import records
from newscrawler.storage.meaning.event_counts import settle
from newscrawler.storage.meaning.event_numbers import begin, have_moved, is_part_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

    from newscrawler.events.decisions import Decision
    from newscrawler.events.evidence import Evidence, Row

LISTING = "listing"
NOT_NEWS = ("live", LISTING)  # types of articles that tell of many things
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WAITING = """
    SELECT stories.id AS story, originals.id AS article, originals.title, originals.lead,
           substr(originals.text, 1, 4000) AS text, originals.language, originals.source_id AS source, originals.type,
           originals.published, originals.first_seen, json_group_array(due.article_id) AS waits,
           (SELECT json_group_array(json_array(kind, code)) FROM (
                SELECT kind, code FROM mentions WHERE article_id = originals.id ORDER BY count DESC, kind, code LIMIT 20
           )) AS mentions
    FROM (SELECT value AS article_id FROM json_each(:articles)) AS due
    JOIN articles ON articles.id = due.article_id
    JOIN stories ON stories.id = articles.story_id
    JOIN articles AS originals ON originals.id = stories.first_article_id
    GROUP BY stories.id
"""
_DUE = """
    SELECT article_id FROM to_group
    WHERE NOT :encoded OR NOT EXISTS (SELECT 1 FROM to_encode WHERE to_encode.article_id = to_group.article_id)
    ORDER BY article_id LIMIT :limit
"""
_EVIDENCE = """
    SELECT event_evidence.story_id, at, language, source_id, words, codes, has_text,
           type NOT IN (SELECT value FROM json_each(:not_news)),
           iif(vectors.encoder_id = :encoder, vectors.vector, NULL)
    FROM event_evidence LEFT JOIN vectors ON vectors.article_id = event_evidence.article_id
"""


@dataclass(frozen=True, slots=True)
class Ungrouped:
    """A story whose event is still to be found, by its original; `waits`: its articles that came or changed, as JSON."""

    story: int
    article: int
    title: str | None
    lead: str | None
    text: str = field(repr=False)
    language: str | None
    source: str
    type: str
    published: str | None
    first_seen: str
    waits: str
    mentions: str

    @property
    def articles(self) -> list[int]:
        """Its articles that came or changed."""
        return [int(each) for each in json.loads(self.waits)]

    @property
    def named(self) -> list[tuple[str, str]]:
        """(kind, code) of whom it names, most named first."""
        return [(kind, code) for kind, code in json.loads(self.mentions)]

    @property
    def at(self) -> float:
        """Days since 1970: when it was published as far as that can be, else when we saw it."""
        return believed_at(self.published, self.first_seen)


def believed_at(published: str | None, first_seen: str) -> float:
    """Days since 1970 at which an article was published as far as that can be, else at which we saw it.

    >>> believed_at("1970-01-02", "1970-01-03T00:00:00Z"), believed_at("2070-01-01", "1970-01-03T00:00:00Z")
    (1.5, 2.0)
    """
    seen = read_moment(first_seen) or EPOCH
    stated = read_moment(published)
    # a day alone is its noon, and not later than we saw it
    if stated is not None and len(published or "") <= 10:
        stated = min(stated + timedelta(hours=12), max(stated, seen))
    believed = seen if stated is None or stated > seen + timedelta(days=1) else stated
    return (believed - EPOCH) / timedelta(days=1)


def ask_for(db: Database, article_id: int) -> None:
    """Note that the story of an article is to be looked at."""
    db.execute("INSERT OR IGNORE INTO to_group (article_id) VALUES (?)", [article_id])


def waiting(db: Database, limit: int, *, encoded: bool = False) -> tuple[list[int], list[Ungrouped]]:
    """(articles that wait, the stories that they are of); `encoded`: none that waits for its vector, too."""
    articles = [row[0] for row in db.execute(_DUE, {"limit": limit, "encoded": encoded})]
    return articles, stories_as_they_are(db, articles) if articles else []


def is_anything_waiting(db: Database) -> bool:
    """Whether an article waits for its vector or its event."""
    return db.execute("SELECT 1 FROM to_group LIMIT 1").fetchone() is not None


def how_many_waiting(db: Database) -> int:
    """How many articles wait for their events."""
    return int(db.execute("SELECT count(*) FROM to_group").fetchone()[0])


def stories_as_they_are(db: Database, articles: Sequence[int]) -> list[Ungrouped]:
    """The stories of articles, as their originals are now."""
    return records(db, Ungrouped, _WAITING, articles=json.dumps(list(articles)))


def wait_no_more(db: Database, articles: Iterable[int]) -> None:
    db.conn.executemany("DELETE FROM to_group WHERE article_id = ?", [(each,) for each in articles])


def original_waits_no_more(db: Database, article: int, *, encoded: bool) -> None:
    """An original that a copy's story was decided by has been read, too; `encoded`: where it waits for no vector."""
    sql = "DELETE FROM to_group WHERE article_id = :article AND (NOT :encoded OR article_id NOT IN to_encode)"
    db.execute(sql, {"article": article, "encoded": encoded})


# --- what stories say


def keep_evidence(db: Database, story: Ungrouped, one: Evidence) -> None:
    """Write what a story says in the place of what it said."""
    _, at, language, source, said, codes, has_text, is_news, _ = as_row(one)
    kind = story.type if is_news or story.type in NOT_NEWS else LISTING  # a daily edition lists what happened
    db.execute(
        "INSERT OR REPLACE INTO event_evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [one.story, story.article, at, language, source, kind, said, codes, int(has_text)],
    )


def articles_read(db: Database, stories: Sequence[int]) -> dict[int, int]:
    """Story -> the article that its evidence was read from."""
    sql = "SELECT story_id, article_id FROM event_evidence WHERE story_id IN (SELECT value FROM json_each(?))"
    return dict(db.execute(sql, [json.dumps(list(stories))]).fetchall())


def evidence_between(db: Database, encoder: int, since: float, until: float, limit: int) -> list[Row]:
    """What the stories of events say of a span of days, the latest so many of them, in order of time."""
    sql = f"""{_EVIDENCE}
        JOIN event_stories ON event_stories.story_id = event_evidence.story_id
        WHERE at >= :since AND at <= :until ORDER BY at DESC, event_evidence.story_id DESC LIMIT :limit
    """
    values = {"encoder": encoder, "since": since, "until": until, "limit": limit, "not_news": json.dumps(NOT_NEWS)}
    return db.execute(sql, values).fetchall()[::-1]


def vectors_before(db: Database, encoder: int, until: float, limit: int) -> list[tuple[bytes, str]]:
    """(vector, language) of the latest stories before a time, so many at most."""
    sql = """
        SELECT vector, language FROM event_evidence JOIN vectors ON vectors.article_id = event_evidence.article_id
        WHERE at < ? AND encoder_id = ? AND vector IS NOT NULL ORDER BY at DESC LIMIT ?
    """
    return list(db.execute(sql, [until, encoder, limit]).fetchall())


def evidence_of(db: Database, encoder: int, stories: Sequence[int]) -> list[Evidence]:
    """What some stories say, in order of time."""
    sql = f"""{_EVIDENCE}
        WHERE event_evidence.story_id IN (SELECT value FROM json_each(:stories))
        ORDER BY at, event_evidence.story_id
    """  # noqa: S608 ours
    values = {"encoder": encoder, "stories": json.dumps(list(stories)), "not_news": json.dumps(NOT_NEWS)}
    return [of_row(row) for row in db.execute(sql, values)]


# --- who is in which event


def states_of(db: Database, stories: Sequence[int]) -> dict[int, EventState]:
    """Story -> its event as it is now, of those that are in one.  Of live blogs, lists and digests none is said."""
    of = dict(
        db.execute(
            """
            SELECT story_id, event_id FROM event_stories
            WHERE story_id IN (SELECT value FROM json_each(?)) AND relation <> 'beside'
            """,
            [json.dumps(list(stories))],
        ).fetchall()
    )
    rows = db.execute(
        """
        SELECT event_id, json_group_array(story_id), min(at), max(at)
        FROM event_stories JOIN event_evidence USING (story_id)
        WHERE event_id IN (SELECT value FROM json_each(?)) AND relation <> 'beside' GROUP BY event_id
        """,
        [json.dumps(sorted(set(of.values())))],
    ).fetchall()
    states = {event: EventState(event, frozenset(json.loads(ids)), first, last) for event, ids, first, last in rows}
    return {story: states[event] for story, event in of.items() if event in states}


def event_of(db: Database, story: int) -> int | None:
    row = db.execute("SELECT event_id FROM event_stories WHERE story_id = ?", [story]).fetchone()
    return row[0] if row else None


def keep(db: Database, one: Evidence, decision: Decision) -> int:
    """Write what becomes of a story; its event.  The first of an event that stays in it stays its first."""
    before, was_first = event_of(db, one.story), _is_first(db, one.story)
    event = decision.event
    if was_first and event is not None and event == before and decision.relation is not Relation.BESIDE:
        settle(db, event)
        return event
    if event is None:  # an event that it alone was stays its own
        alone = before is not None and _size(db, before) == 1
        event = before if alone and before is not None else begin(db, [one.story])
        db.execute("UPDATE events SET follows_id = ? WHERE id = ?", [decision.follows, event])
    score = None if decision.score is None else round(decision.score, 3)
    db.execute(
        """
        INSERT OR REPLACE INTO event_stories (story_id, event_id, relation, score, reason, other_id)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [one.story, event, decision.relation.value, score, decision.reason, decision.other],
    )
    settle(db, event)
    if before != event:
        if before is not None:
            _has_lost(db, before, was_first=was_first)
        have_moved(db, [one.story])
    return event


def _is_first(db: Database, story: int) -> bool:
    sql = "SELECT 1 FROM event_stories WHERE story_id = ? AND relation IN ('first', 'follows')"
    return db.execute(sql, [story]).fetchone() is not None


def _has_lost(db: Database, event: int, *, was_first: bool) -> None:
    """Settle an event that a story left: where that was its first, the earliest of the rest is it now."""
    if was_first:
        left = "an event's first story left it, and this is the earliest of the rest"
        db.execute(
            """
            UPDATE event_stories SET relation = 'first', score = NULL, reason = ?, other_id = NULL WHERE story_id = (
                SELECT story_id FROM event_stories JOIN event_evidence USING (story_id)
                WHERE event_id = ? AND relation <> 'beside' ORDER BY at, story_id LIMIT 1
            )
            """,
            [left, event],
        )
    settle(db, event)


def follow(db: Database, event: int, decision: Decision) -> None:
    """Have an event follow an earlier one, where it follows none: a story of that, which came later, showed it."""
    sql = "UPDATE events SET follows_id = :before WHERE id = :event AND follows_id IS NULL AND id <> :before"
    if db.execute(sql, {"event": event, "before": decision.follows}).rowcount:
        sql = (
            "UPDATE event_stories SET relation = ?, score = ?, reason = ?, other_id = ? WHERE event_id = ? AND relation = ?"
        )
        score = None if decision.score is None else round(decision.score, 3)
        known = [decision.relation.value, score, decision.reason, decision.other]
        db.execute(sql, [*known, event, Relation.FIRST.value])


def stories_of(db: Database, event: int) -> set[int]:
    """The stories of an event."""
    return {row[0] for row in db.execute("SELECT story_id FROM event_stories WHERE event_id = ?", [event])}


def story_of_article(db: Database, article: int) -> int | None:
    """The story of an article; None where there is no such article."""
    row = db.execute("SELECT story_id FROM articles WHERE id = ?", [article]).fetchone() if 0 < article < 2**63 else None
    return row[0] if row else None


def original_of(db: Database, story: int) -> int:
    """The first article of a story."""
    return int(db.execute("SELECT first_article_id FROM stories WHERE id = ?", [story]).fetchone()[0])


def take_out(db: Database, story: int) -> None:
    """Take a story out of an event that has others."""
    event, was_first = event_of(db, story), _is_first(db, story)
    db.execute("DELETE FROM event_stories WHERE story_id = ?", [story])
    if event is not None:
        _has_lost(db, event, was_first=was_first)
        have_moved(db, [story])


def _size(db: Database, event: int) -> int:
    return int(db.execute("SELECT count(*) FROM event_stories WHERE event_id = ?", [event]).fetchone()[0])


def unite(db: Database, events: Iterable[int], relation: Relation = Relation.SAME, reason: str | None = None) -> int:
    """Make one event of several: the oldest takes the others' stories, and their numbers lead to it."""
    first, *others = sorted(set(events))
    for other in others:
        if reason is not None:
            db.execute(
                "UPDATE event_stories SET relation = ?, reason = ? WHERE event_id = ? AND relation IN ('first', 'follows')",
                [relation.value, reason, other],
            )
        moved = sorted(stories_of(db, other))
        db.execute("UPDATE event_stories SET event_id = ? WHERE event_id = ?", [first, other])
        settle(db, other)
        have_moved(db, moved)
    leads_here = "SELECT id FROM events WHERE :first IN (id, merged_into)"
    db.execute(f"UPDATE events SET follows_id = NULL WHERE id = :first AND follows_id IN ({leads_here})", {"first": first})  # noqa: S608 ours
    settle(db, first)
    return first


def part_from(db: Database, event: int, stories: Sequence[int], reason: str) -> None:
    """Make an event of some stories of another one, the first of them its first, and say why."""
    was_first = any(_is_first(db, each) for each in stories)
    number = begin(db, stories)
    db.conn.executemany("UPDATE event_stories SET event_id = ? WHERE story_id = ?", [(number, each) for each in stories])
    sql = "UPDATE event_stories SET relation = ?, score = NULL, reason = ?, other_id = NULL WHERE story_id = ?"
    db.execute(sql, [Relation.FIRST.value, reason, stories[0]])
    _has_lost(db, event, was_first=was_first)
    settle(db, number)
    have_moved(db, stories)


def begin_again(db: Database, story: int) -> None:
    """Let a story that is in no event begin one: the number of its own that was united with another is its again."""
    reason = "the first of an event that a person had joined with another"
    number = begin(db, [story])
    db.execute(
        "INSERT INTO event_stories (story_id, event_id, relation, score, reason, other_id) VALUES (?, ?, ?, NULL, ?, NULL)",
        [story, number, Relation.FIRST.value, reason],
    )
    settle(db, number)
    have_moved(db, [story])


def forget_story(db: Database, story: int, whole: int) -> None:
    """A story that has become part of another one is in no event of its own; its numbers go with that."""
    event, was_first = event_of(db, story), _is_first(db, story)
    db.execute("DELETE FROM event_stories WHERE story_id = ?", [story])
    db.execute("DELETE FROM event_evidence WHERE story_id = ?", [story])
    if event is not None:
        _has_lost(db, event, was_first=was_first)
        have_moved(db, [story])
    is_part_of(db, story, whole)


def forget_all(db: Database) -> dict[int, int]:
    """Take all stories out of their events, and all wait again; story -> the event that it was in."""
    before = dict(db.execute("SELECT story_id, event_id FROM event_stories").fetchall())
    db.execute("DELETE FROM event_stories")
    db.execute("DELETE FROM event_evidence")
    db.execute("INSERT OR IGNORE INTO to_group (article_id) SELECT first_article_id FROM stories WHERE merged_into IS NULL")
    return before


def moved_since(db: Database, before: dict[int, int]) -> int:
    """How many stories are in another event than they were.  `before`: story -> its event."""
    after = dict(db.execute("SELECT story_id, event_id FROM event_stories").fetchall())
    return sum(after.get(story) != event for story, event in before.items())
