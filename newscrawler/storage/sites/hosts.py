"""Hosts that said "not now", kept in the archive, so that the next run waits too: as long as they asked, or as we choose."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import LONGEST_WAIT, from_iso, iso
from newscrawler.errors import POSTPONED

if TYPE_CHECKING:
    from newscrawler.storage.archive import Archive

# kinds of failure (errors.POSTPONED) by which a look is neither an answer nor a fault, for SQL
POSTPONED_KINDS = f"({', '.join(repr(each.value) for each in sorted(POSTPONED))})"
FIRST_WAIT = {429: timedelta(minutes=5), 503: timedelta(minutes=1)}
LONGEST_BACKOFF = timedelta(days=1)


def backoff(status: int, failures: int, stated: timedelta | None) -> timedelta:
    """How long to leave a host alone after its n-th 429 or 503 in a row: what it asked for, at least; doubling.

    One 503 that asks for nothing may be one page's trouble.

    >>> backoff(503, 1, None), backoff(429, 3, None), backoff(503, 1, timedelta(hours=1))
    (datetime.timedelta(0), datetime.timedelta(seconds=1200), datetime.timedelta(seconds=3600))
    """
    if status == 503 and failures <= 1 and stated is None:
        return timedelta(0)
    ours = min(LONGEST_BACKOFF, FIRST_WAIT.get(status, FIRST_WAIT[503]) * 2 ** min(failures - 1, 12))
    return max(stated, timedelta(0)) if stated is not None and failures <= 1 else max(stated or ours, ours)


def waiting(archive: Archive, now: datetime) -> dict[str, datetime]:
    """The hosts that are to be left alone, and until when; nothing further ahead than any rule of ours sets it."""
    rows = archive.db.execute(
        "SELECT host, not_before FROM hosts WHERE not_before > ? AND not_before < ?",
        [iso(now), iso(now + LONGEST_WAIT + timedelta(days=1))],
    ).fetchall()
    return {host: from_iso(until) for host, until in rows}


def note(archive: Archive, host: str, status: int, stated: timedelta | None, now: datetime) -> datetime | None:
    """Write down that a host answered 429 or 503; until when it is to be left alone, None where it is not."""
    row = archive.db.execute("SELECT failures FROM hosts WHERE host = ?", [host]).fetchone()
    failures = (row[0] if row else 0) + 1
    wait = backoff(status, failures, stated)
    until = now + wait if wait else None
    with archive.transaction():
        archive.db.execute(
            """
            INSERT INTO hosts (host, not_before, failures, reason, at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (host) DO UPDATE SET not_before = excluded.not_before, failures = excluded.failures,
                reason = excluded.reason, at = excluded.at
            """,
            [host, iso(until) if until else None, failures, f"HTTP {status}", iso(now)],
        )
    return until


def clear(archive: Archive, host: str) -> None:
    """A host answers again."""
    with archive.transaction():
        archive.db.execute("UPDATE hosts SET not_before = NULL, failures = 0 WHERE host = ?", [host])


def is_troubled(archive: Archive, host: str) -> bool:
    """Whether a host's last answer asked for patience."""
    row = archive.db.execute("SELECT failures > 0 FROM hosts WHERE host = ?", [host]).fetchone()
    return row is not None and bool(row[0])
