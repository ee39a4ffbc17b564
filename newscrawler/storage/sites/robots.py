"""robots.txt files in the archive: kept for a day, so that runs and restarts ask a host once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import from_iso, iso
from newscrawler.storage.articles import rights

if TYPE_CHECKING:
    from newscrawler.storage.archive import Archive

ROBOTS_LIFETIME = timedelta(hours=24)  # RFC 9309, 2.4


def robots(archive: Archive, origin: str, now: datetime) -> tuple[int | None, str] | None:
    """(status, text) of a host's robots.txt as fetched within a day; None where it must be asked.

    An answer that disallows for now (no answer, 5xx) is never kept: the host may be back.
    """
    row = archive.db.execute("SELECT fetched, status, body FROM robots WHERE origin = ?", [origin]).fetchone()
    fetched = from_iso(row[0]) if row else None
    if fetched is None or not timedelta(0) <= now - fetched < ROBOTS_LIFETIME or robots_missing(row[1]):
        return None
    return row[1], row[2]


def robots_missing(status: int | None) -> bool:
    """Whether such an answer leaves us without rules, which disallows for now (RFC 9309, 2.3.1.4)."""
    return status is None or status >= 500 or status == 429


def save_robots(archive: Archive, origin: str, now: datetime, status: int | None, body: str) -> None:
    """Keep a host's rules.  Links that other rules refused are asked again."""
    with archive.transaction():
        before = archive.db.execute("SELECT status, body FROM robots WHERE origin = ?", [origin]).fetchone()
        stated = rights.of_site(archive.db, origin)
        archive.db.execute(
            """
            INSERT INTO robots (origin, fetched, status, body) VALUES (?, ?, ?, ?)
            ON CONFLICT (origin) DO UPDATE SET fetched = excluded.fetched, status = excluded.status,
                body = iif(?, body, excluded.body)
            """,
            # where no rules can be had, what was stated of rights before holds
            [origin, iso(now), status, body, robots_missing(status)],
        )
        if not robots_missing(status) and before != (status, body):
            archive.frontier.reopen_refused(origin)
        if not robots_missing(status) and rights.of_site(archive.db, origin) != stated:
            rights.conclude_site(archive.db, origin, now)
