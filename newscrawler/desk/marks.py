"""What a reader says of articles: seen, for later, a note, belongs here or not; and when the front page was looked at.

Every function works within the transaction of store.writing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import iso, read_moment
from newscrawler.errors import DeskConflict, DeskError
from newscrawler.storage.database.rows import record, records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

MAX_NOTE = 20_000  # characters
VISIT = timedelta(minutes=30)  # without a look at the front page end a visit
KEEP, DROP = "keep", "drop"

_MARKS = """
    SELECT value, EXISTS (SELECT 1 FROM seen WHERE article_id = value), EXISTS (SELECT 1 FROM kept WHERE article_id = value),
           EXISTS (SELECT 1 FROM notes WHERE article_id = value), (SELECT decision FROM reviews WHERE article_id = value)
    FROM json_each(?)
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the reader said of one article; `review`: keep or drop, None: nothing."""

    seen: bool = False
    kept: bool = False
    noted: bool = False
    review: str | None = None


NO_MARK = Mark()


@dataclass(frozen=True, slots=True)
class Note:
    """`at`: when it was written last, to the microsecond; who changes it names what they have read."""

    article_id: int
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class PendingReview:
    """What a reader said of an article and the archive does not know yet."""

    article_id: int
    decision: str
    at: str


@dataclass(frozen=True, slots=True)
class Here:
    """The archive's last article when the visit before this one ended (0: there was none)."""

    before: int


def marks(db: Database, ids: Sequence[int]) -> dict[int, Mark]:
    """Article -> its mark, of those that have one."""
    rows = db.execute(_MARKS, [json.dumps(list(ids))]).fetchall()
    return {row[0]: Mark(bool(row[1]), bool(row[2]), bool(row[3]), row[4]) for row in rows if any(row[1:])}


def see(db: Database, article_id: int, now: datetime) -> None:
    db.execute("INSERT INTO seen VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at", [article_id, iso(now)])


def unsee(db: Database, article_id: int) -> None:
    db.execute("DELETE FROM seen WHERE article_id = ?", [article_id])


def keep(db: Database, article_id: int, now: datetime) -> None:
    db.execute("INSERT INTO kept VALUES (?, ?) ON CONFLICT DO NOTHING", [article_id, iso(now)])


def unkeep(db: Database, article_id: int) -> None:
    db.execute("DELETE FROM kept WHERE article_id = ?", [article_id])


def kept(db: Database) -> list[int]:
    """Articles for later, the last to be kept first."""
    return [row[0] for row in db.execute("SELECT article_id FROM kept ORDER BY at DESC, article_id DESC").fetchall()]


MOST_SEEN = 50_000  # of the last that were seen


def every_seen(db: Database) -> list[int]:
    """The articles that the reader has seen, the newest MOST_SEEN."""
    rows = db.execute("SELECT article_id FROM seen ORDER BY article_id DESC LIMIT ?", [MOST_SEEN]).fetchall()
    return [row[0] for row in rows]


def note(db: Database, article_id: int) -> Note | None:
    return record(db, Note, "SELECT article_id, text, at FROM notes WHERE article_id = :id", id=article_id)


def notes(db: Database) -> list[Note]:
    """All notes, the last to be written first."""
    return records(db, Note, "SELECT article_id, text, at FROM notes ORDER BY at DESC")


def write_note(db: Database, article_id: int, text: str, *, read: str, now: datetime) -> None:
    """Write a note; an empty one is taken away.  `read`: the version that the writer has seen, "": none.

    Raises DeskConflict where it was written elsewhere since, DeskError where it is too long.
    """
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MAX_NOTE:
        raise DeskError(f"The note has {len(text):,} characters; {MAX_NOTE:,} is the most. Nothing was changed.")
    known = note(db, article_id)
    if known is not None and known.at != read and known.text != text:
        raise DeskConflict(
            "This note was changed elsewhere since you opened it. Both are below; nothing was changed.", known.text
        )
    if text:
        stamp = now.isoformat(timespec="microseconds")
        db.execute("INSERT OR REPLACE INTO notes (article_id, text, at) VALUES (?, ?, ?)", [article_id, text, stamp])
    else:
        db.execute("DELETE FROM notes WHERE article_id = ?", [article_id])


def review(db: Database, article_id: int, decision: str | None, now: datetime) -> None:
    """Say that a doubtful article belongs here or not; None takes back what the archive has not taken over yet."""
    if decision is None:
        db.execute("DELETE FROM reviews WHERE article_id = ? AND taken_over IS NULL", [article_id])
        return
    db.execute(
        "INSERT OR REPLACE INTO reviews (article_id, decision, at) VALUES (?, ?, ?)", [article_id, decision, iso(now)]
    )


def pending_reviews(db: Database) -> list[PendingReview]:
    """What the archive does not know yet, the first said first."""
    asked = "SELECT article_id, decision, at FROM reviews WHERE taken_over IS NULL ORDER BY at, article_id"
    return records(db, PendingReview, asked)


def taken_over(db: Database, reviews: Sequence[PendingReview], now: datetime) -> None:
    """Remember that the archive has these; what was said anew in the meantime stays."""
    for each in reviews:
        db.execute(
            "UPDATE reviews SET taken_over = ? WHERE article_id = ? AND at = ? AND decision = ?",
            [iso(now), each.article_id, each.at, each.decision],
        )


def here(db: Database) -> Here:
    return Here(db.execute("SELECT here_before FROM desk").fetchone()[0])


def look(db: Database, last: int, now: datetime) -> Here:
    """Remember a look at the front page, whose archive ends with article `last`."""
    before, known, at = db.execute("SELECT here_before, here_last, here_at FROM desk").fetchone()
    moment = read_moment(at)
    if moment is None or now - moment > VISIT:
        before = known
    db.execute("UPDATE desk SET here_before = ?, here_last = ?, here_at = ?", [before, last, iso(now)])
    return Here(before)
