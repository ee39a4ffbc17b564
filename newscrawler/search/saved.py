"""Saved searches: queries worth watching, and what is new for each since it was last asked.

They are the reader's, not the crawl's: writing one takes no lock of the archive, only SQLite's own for a moment.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.errors import ArchiveError
from newscrawler.search.ranking import Hit, hits, matching, newest
from newscrawler.storage.articles.copies import shapes
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from newscrawler.search.query import Query

MAX_NAME = 80
_COLUMNS = "name, query, created, seen_id, asked, events"
_NAME = re.compile(r"[^\W_][\w .,'&+-]*")

_AFTER = "SELECT rowid FROM articles_fts WHERE {where} AND rowid > :after ORDER BY rowid DESC LIMIT :limit"
# an earlier article of the same story that is a hit too: then the story is not new
_KNOWN_STORIES = """
    SELECT DISTINCT articles.story_id
    FROM articles JOIN articles_fts ON articles_fts.rowid = articles.id
    WHERE {where} AND articles_fts.rowid IN (
        SELECT id FROM articles WHERE story_id IN (SELECT value FROM json_each(:stories)) AND id <= :after
    )
"""

# hits up to an article, of some stories
_OF_STORIES = """
    SELECT articles_fts.rowid FROM articles_fts
    WHERE {where} AND articles_fts.rowid IN (
        SELECT id FROM articles WHERE story_id IN (SELECT value FROM json_each(:stories)) AND id <= :after
    )
    ORDER BY articles_fts.rowid DESC LIMIT :limit
"""
# what is taken in from a file was seen by others, earlier: it came with the file
_FIRST_WAITING = """
    SELECT min(article_id)
    FROM to_group JOIN articles ON articles.id = article_id LEFT JOIN imports ON imports.id = import_id
    WHERE article_id > ? AND max(first_seen, coalesce(finished, started, first_seen)) >= ?
"""
_EVENTS = "SELECT story_id, event_id FROM event_stories WHERE story_id IN (SELECT value FROM json_each(:stories))"
# an earlier hit of the same event: then the event is not new
_KNOWN_EVENTS = """
    SELECT DISTINCT event_stories.event_id
    FROM event_stories
    JOIN articles ON articles.story_id = event_stories.story_id
    JOIN articles_fts ON articles_fts.rowid = articles.id
    WHERE {where} AND event_stories.event_id IN (SELECT value FROM json_each(:events)) AND articles_fts.rowid IN (
        SELECT articles.id FROM event_stories JOIN articles ON articles.story_id = event_stories.story_id
        WHERE event_stories.event_id IN (SELECT value FROM json_each(:events)) AND articles.id <= :after
    )
"""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """`seen_id`: the last article that was looked at for it; `asked`: when, None: never.

    `events`: of each event that it names the stories that were told of, as JSON; None: those up to that article.
    """

    name: str
    query: str
    created: str
    seen_id: int = 0
    asked: str | None = None
    events: str | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """Stories that joined the events of a query, which was `before` them."""

    before: Query
    stories: frozenset[int]


@dataclass(frozen=True, slots=True)
class Since:
    """What arrived after an article, each story once or (`each_event`) each event."""

    after: int = 0
    each_event: bool = False
    joined: Joined | None = None


EVER = Since()


def checked_name(name: str) -> str:
    """A name as it is kept.  Raises ArchiveError for one that could not stand in an address or on one line."""
    found = clean_line(name) or ""
    if len(found) > MAX_NAME or not _NAME.fullmatch(found):
        raise ArchiveError(
            f"{name!r} cannot name a saved search: {MAX_NAME} characters at most, letters, digits, spaces and .,'&+-"
        )
    return found


def saved_searches(db: Database) -> list[SavedSearch]:
    """All of them, by name."""
    rows = db.conn.execute(f"SELECT {_COLUMNS} FROM saved_searches ORDER BY name")  # noqa: S608 ours
    return [SavedSearch(*row) for row in rows]


def saved_search(db: Database, name: str) -> SavedSearch | None:
    rows = db.conn.execute(f"SELECT {_COLUMNS} FROM saved_searches WHERE name = ?", [name])  # noqa: S608 ours
    return next((SavedSearch(*row) for row in rows), None)


def save(db: Database, name: str, query: str, now: datetime, events: str | None = None) -> bool:
    """Save a search, or another query under a name that is there (True).  What is in the archive already is not new.

    `events`: the stories of the events that it names, as `SavedSearch` has them.
    """
    name = checked_name(name)
    replaced = saved_search(db, name) is not None
    db.execute(
        """
        INSERT INTO saved_searches (name, query, created, seen_id, events)
        VALUES (?, ?, ?, (SELECT coalesce(max(id), 0) FROM articles), ?)
        ON CONFLICT (name) DO UPDATE SET
            query = excluded.query, created = excluded.created, seen_id = excluded.seen_id, asked = NULL,
            events = excluded.events
        """,
        [name, query, iso(now), events],
    )
    return replaced


def forget(db: Database, name: str) -> None:
    """Raises ArchiveError where there is none of that name."""
    if not db.execute("DELETE FROM saved_searches WHERE name = ?", [name]).rowcount:
        raise ArchiveError(f"there is no saved search {name!r}; `newscrawler alerts --list` shows them")


def mark_seen(db: Database, name: str, seen_id: int, now: datetime, events: str | None = None) -> None:
    """Remember that all articles up to `seen_id` were told of, and of the events that it names these stories."""
    sql = "UPDATE saved_searches SET seen_id = max(seen_id, ?), asked = ?, events = ? WHERE name = ?"
    db.execute(sql, [seen_id, iso(now), events, name])


def arrivals(db: Database, query: Query, since: Since = EVER, limit: int = 100) -> list[Hit]:
    """The hits that arrived after an article, the last first, one a story.  For feeds and alerts: by arrival, not by date.

    A copy of a story that was a hit before is nothing new; with `each_event` neither is another story of an event that was.
    What `joined` arrived by that.
    """
    return hits(db, _arrived(db, query, since, limit), query)


def first_waiting(db: Database, after: int, since: str) -> int | None:
    """The first article behind a number that came since a time and waits for its event; None where none does."""
    found: int | None = db.execute(_FIRST_WAITING, [after, since]).fetchone()[0]
    return found


def new_stories(db: Database, query: Query, *, after: int, limit: int) -> int:
    """How many `arrivals` there are, `limit` at most."""
    return len(_arrived(db, query, Since(after), limit))


def _arrived(db: Database, query: Query, since: Since, limit: int) -> list[int]:
    """The first hit of each story, or each event, that arrived after an article."""
    if not query.fts:
        return []
    after, joined = since.after, since.joined
    if query.like:
        ids = [each for each in sorted(newest(db, query).ids, reverse=True) if each > after][: 3 * limit]
    else:
        where, values = matching(query)
        rows = db.conn.execute(_AFTER.format(where=where), {**values, "after": after, "limit": 3 * limit})
        ids = [row[0] for row in rows] + _hits_of(db, query, joined, after, 3 * limit)
    before = joined.before if joined else query
    stories = {article: story for article, (story, _) in shapes(db, ids).items()}
    told = sorted(set(stories.values()))
    known = _known(db, before, _KNOWN_STORIES, "stories", (told, after)) if after else set()
    events: dict[int, int] = (
        dict(db.conn.execute(_EVENTS, {"stories": json.dumps(told)}).fetchall()) if since.each_event else {}
    )
    known_events = _known(db, before, _KNOWN_EVENTS, "events", (list(events.values()), after)) if after and events else set()
    first: dict[tuple[str, int], int] = {}
    for each in reversed(ids):
        story, event = stories[each], events.get(stories[each])
        if story not in known and event not in known_events:
            # its first article that is a hit
            first.setdefault(("story", story) if event is None else ("event", event), each)
    return sorted(first.values(), reverse=True)[:limit]


def _hits_of(db: Database, query: Query, joined: Joined | None, after: int, limit: int) -> list[int]:
    """The hits up to an article among the stories that joined, the last first."""
    if joined is None or not joined.stories:
        return []
    where, values = matching(query)
    asked = {**values, "stories": json.dumps(sorted(joined.stories)), "after": after, "limit": limit}
    return [row[0] for row in db.conn.execute(_OF_STORIES.format(where=where), asked)]


def _known(db: Database, query: Query, sql: str, name: str, asked: tuple[Sequence[int], int]) -> set[int]:
    """Those of some stories or events (`name`) that had a hit up to an article."""
    where, values = matching(query)
    numbers, after = asked
    rows = db.conn.execute(sql.format(where=where), {**values, name: json.dumps(numbers), "after": after})
    return {row[0] for row in rows}
