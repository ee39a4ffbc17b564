"""What a reader gathers: collections, saved searches, followed events.

Every function that writes works within the transaction of store.writing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.errors import DeskError
from newscrawler.storage.database.rows import records
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

MAX_NAME = 80
MAX_QUERY = 1_000
_NAME = re.compile(r"[^\W_][\w .,'&+-]*")


@dataclass(frozen=True, slots=True)
class Collection:
    name: str
    created: str
    articles: int


@dataclass(frozen=True, slots=True)
class DeskSearch:
    """A search that was saved on the desk."""

    name: str
    query: str
    created: str


@dataclass(frozen=True, slots=True)
class FollowedEvent:
    """`event`: by what the archive knows it; `title`: as it was called then."""

    event: str
    title: str
    at: str


def checked_name(name: str) -> str:
    """A name as it is kept.  Raises DeskError for one that could not stand in an address or on one line."""
    found = clean_line(name) or ""
    if len(found) > MAX_NAME or not _NAME.fullmatch(found):
        raise DeskError(
            f"{found[:MAX_NAME]!r} cannot be a name: it takes letters, digits, spaces and .,'&+-, {MAX_NAME} at most, "
            "the first a letter or a digit."
        )
    return found


def collections(db: Database) -> list[Collection]:
    """All of them, by name."""
    return records(
        db,
        Collection,
        """
        SELECT name, created, (SELECT count(*) FROM collected WHERE collected.name = collections.name) AS articles
        FROM collections ORDER BY name
        """,
    )


def collections_of(db: Database, article_id: int) -> list[str]:
    """The names of the collections that an article is in."""
    rows = db.execute("SELECT name FROM collected WHERE article_id = ? ORDER BY name", [article_id]).fetchall()
    return [row[0] for row in rows]


def collected(db: Database, name: str) -> list[int] | None:
    """The articles of a collection, the last to be put there first; None where there is none of that name."""
    if not db.execute("SELECT 1 FROM collections WHERE name = ?", [name]).fetchone():
        return None
    rows = db.execute("SELECT article_id FROM collected WHERE name = ? ORDER BY at DESC, article_id DESC", [name])
    return [row[0] for row in rows.fetchall()]


def collect(db: Database, name: str, article_id: int, now: datetime) -> str:
    """Put an article into a collection, which is made where there is none; its name.  Raises DeskError."""
    name = checked_name(name)
    db.execute("INSERT INTO collections VALUES (?, ?) ON CONFLICT DO NOTHING", [name, iso(now)])
    (name,) = db.execute("SELECT name FROM collections WHERE name = ?", [name]).fetchone()
    db.execute("INSERT INTO collected VALUES (?, ?, ?) ON CONFLICT DO NOTHING", [name, article_id, iso(now)])
    return str(name)


def uncollect(db: Database, name: str, article_id: int) -> None:
    db.execute("DELETE FROM collected WHERE name = ? AND article_id = ?", [name, article_id])


def dissolve(db: Database, name: str) -> None:
    """A collection is no more; its articles stay where they are."""
    db.execute("DELETE FROM collected WHERE name = ?", [name])
    db.execute("DELETE FROM collections WHERE name = ?", [name])


def searches(db: Database) -> list[DeskSearch]:
    """All of them, by name."""
    return records(db, DeskSearch, "SELECT name, query, created FROM searches ORDER BY name")


def save_search(db: Database, name: str, query: str, now: datetime) -> str:
    """Save a search; its name.  Raises DeskError where the name is taken or is none, or there is no query."""
    name, query = checked_name(name), " ".join(query.split())[:MAX_QUERY]
    if not query:
        raise DeskError("There is nothing to save: the search has no words and no filters.")
    known = db.execute("SELECT query FROM searches WHERE name = ?", [name]).fetchone()
    if known is not None and known[0] != query:
        raise DeskError(
            f"{name!r} is the name of another saved search ({known[0]}); take another, or forget that one first."
        )
    db.execute("INSERT INTO searches VALUES (?, ?, ?) ON CONFLICT DO NOTHING", [name, query, iso(now)])
    return name


def forget_search(db: Database, name: str) -> None:
    db.execute("DELETE FROM searches WHERE name = ?", [name])
    db.execute("DELETE FROM looked WHERE name = ?", [name])


def looked(db: Database) -> dict[str, int]:
    """Saved search -> the archive's last article when its hits were looked at."""
    return dict(db.execute("SELECT name, last FROM looked").fetchall())


def look_at(db: Database, name: str, last: int, now: datetime) -> None:
    """Remember that the hits of a saved search were looked at."""
    db.execute(
        "INSERT INTO looked VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last = excluded.last, at = excluded.at",
        [name, last, iso(now)],
    )


def follow(db: Database, event: str, title: str, now: datetime) -> None:
    """Mark an event as followed."""
    db.execute("INSERT OR REPLACE INTO followed VALUES (?, ?, ?)", [event[:200], title[:400], iso(now)])


def unfollow(db: Database, event: str) -> None:
    db.execute("DELETE FROM followed WHERE event = ?", [event])


def followed(db: Database) -> list[FollowedEvent]:
    """The last to be marked first."""
    return records(db, FollowedEvent, "SELECT event, title, at FROM followed ORDER BY at DESC, event")
