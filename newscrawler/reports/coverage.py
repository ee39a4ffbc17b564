"""How far a backfill came: what it found, stored and left, by day.  Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.errors import NewscrawlerError
from newscrawler.storage.database.rows import records

if TYPE_CHECKING:
    from datetime import date

    from sqlite_utils import Database

_DAYS = "SELECT day, found, stored, pending, gap FROM coverage WHERE backfill_id = :id ORDER BY day"


_BY_LINK = """
    SELECT count(DISTINCT articles.id)
    FROM backfill_links JOIN links ON links.id = link_id JOIN articles ON articles.id = links.article_id
    WHERE backfill_id = ? AND day BETWEEN ? AND ? AND articles.published IS NULL
"""


@dataclass(frozen=True, slots=True)
class CoveredDay:
    """Links that were found of a day, articles stored, links to be fetched; `gap` (1, else 0): it looks like one."""

    day: str
    found: int
    stored: int
    pending: int
    gap: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """`finished`: when it had asked all that it planned, None: not yet.

    `by_link`: articles whose pages state no date, which are counted by what their sitemap or list said.
    """

    finished: str | None
    days: tuple[CoveredDay, ...]
    by_link: int


def coverage(db: Database, source_id: str, since: date, until: date) -> Coverage:
    """How far the backfill of these dates came.

    Raises NewscrawlerError where there was none, naming those that there are.
    """
    row = db.execute(
        "SELECT id, finished FROM backfills WHERE source_id = ? AND since = ? AND until = ?",
        [source_id, since.isoformat(), until.isoformat()],
    ).fetchone()
    if row is None:
        known = db.execute(
            "SELECT since, until FROM backfills WHERE source_id = ? ORDER BY id DESC LIMIT 3", [source_id]
        ).fetchall()
        there = "; there is " + ", ".join(f"{first} to {last}" for first, last in known) if known else ""
        raise NewscrawlerError(f"there is no backfill of {source_id} from {since} to {until}{there}")
    (by_link,) = db.execute(_BY_LINK, [row[0], since.isoformat(), until.isoformat()]).fetchone()
    return Coverage(row[1], tuple(records(db, CoveredDay, _DAYS, id=row[0])), by_link)
