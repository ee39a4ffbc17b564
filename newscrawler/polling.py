"""When to look at an endpoint again.  Pure: the past looks and the time go in, a time comes out."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

FLOOR = timedelta(minutes=15)
CEILING = timedelta(hours=24)
FIRST = timedelta(minutes=60)
FASTER, SLOWER = 0.7, 1.5  # after a look that brought links, after one that did not
BACKOFF = 2.0
FIRST_BACKOFF = timedelta(minutes=30)


def jitter(name: str) -> float:
    """A share of -.1 .. +.1 that is always the same for one name, so that hosts are not asked in step."""
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=2).digest()) / 0xFFFF * 0.2 - 0.1


def next_interval(previous: timedelta | None, links_new: int, failures: int) -> timedelta:
    """The time to wait, within FLOOR and CEILING.

    `failures` counts the failed looks in a row, this one included; each doubles the wait.
    """
    if failures:
        return min(CEILING, FIRST_BACKOFF * BACKOFF ** min(failures - 1, 16))
    if previous is None:
        return FIRST
    # an interval that a failure or a long pause stretched is no measure of the source
    return min(CEILING, max(FLOOR, min(previous, CEILING) * (FASTER if links_new else SLOWER)))


def next_poll(now: datetime, *, previous: timedelta | None, links_new: int, failures: int, name: str) -> datetime:
    """When to look again: `now` plus the interval, with the jitter of `name` (the endpoint's address)."""
    return now + next_interval(previous, links_new, failures) * (1 + jitter(name))
