"""What a reader says of events on the desk, until whoever writes the archive next takes it over.

Every function works within the transaction of store.writing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.storage.database.rows import records
from newscrawler.storage.meaning.corrections import JOIN, PART

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlite_utils import Database

__all__ = ["BACK", "JOIN", "KINDS", "PART", "Correction", "pending", "say", "taken_over", "unsay"]

BACK = "back"
KINDS = (PART, JOIN, BACK)


@dataclass(frozen=True, slots=True)
class Correction:
    """What the archive does not know yet.  `about`: the article that is not of the event, the event that is the same, or
    the number of what is taken back.
    """

    id: int
    kind: str
    event: int
    about: int
    at: str


def say(db: Database, kind: str, event: int, about: int, now: datetime) -> None:
    """Say one of KINDS of an event; what was said already is said once."""
    unsay(db, kind, event, about)
    db.execute("INSERT INTO corrections (kind, event, about, at) VALUES (?, ?, ?, ?)", [kind, event, about, iso(now)])


def unsay(db: Database, kind: str, event: int, about: int) -> None:
    """Take back what the archive has not taken over yet."""
    db.execute(
        "DELETE FROM corrections WHERE kind = ? AND event = ? AND about = ? AND taken_over IS NULL", [kind, event, about]
    )


def pending(db: Database) -> list[Correction]:
    """What the archive does not know yet, the first said first."""
    return records(db, Correction, "SELECT id, kind, event, about, at FROM corrections WHERE taken_over IS NULL ORDER BY id")


def taken_over(db: Database, said: Sequence[tuple[Correction, str | None]], now: datetime) -> None:
    """Remember that the archive was told these, each with why it did not follow (None: it did)."""
    for each, trouble in said:
        db.execute("UPDATE corrections SET taken_over = ?, trouble = ? WHERE id = ?", [iso(now), trouble, each.id])
