"""Moments as we write them, without what reads dates of others: most commands show times and read none."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=256)  # the same moment is written into many columns
def iso(moment: datetime) -> str:
    """UTC, to the second: the way we write times that we measured.

    >>> iso(datetime(2026, 11, 22, 12, 30, tzinfo=UTC))
    '2026-11-22T12:30:00Z'
    """
    return f"{(moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat()[:19]}Z"


def read_moment(stamp: object) -> datetime | None:
    """A time that somebody stated, as `parse_date` writes it: UTC where no zone is stated; None where it is no time.

    >>> read_moment("2026-11-22T12:00:00Z") == read_moment("2026-11-22T12:00:00"), read_moment("not a date")
    (True, None)
    >>> read_moment("0001-01-01T00:00:00+01:00")
    """
    if not isinstance(stamp, str):
        return None
    try:
        at = datetime.fromisoformat(stamp)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        at.astimezone(UTC)
    except (ValueError, OverflowError):  # OverflowError: in UTC it is of no year
        return None
    return at


def from_iso(stamp: str) -> datetime:
    """The time that `iso` wrote: one that we measured.  Raises ValueError for any other text.

    >>> from_iso("2026-11-22T12:30:00Z") == datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    True
    """
    return datetime.fromisoformat(stamp)


def day_shown(published: str | None, modified: str | None, first_seen: str) -> str:
    """The day of an article in a list; where nobody states when it was published, of what else it is.

    >>> day_shown("2026-11-22T10:00:00Z", None, "2026-11-23T10:00:00Z"), day_shown(None, "2026-11-22", "2026-11-23")
    ('2026-11-22', 'updated 2026-11-22')
    """
    if published:
        return published[:10]
    return f"updated {modified[:10]}" if modified else f"seen {first_seen[:10]}"
