"""When to look at a known article again.  Pure: its history and the time go in, a time comes out.

News changes in its first hours, and ever less afterwards: the visits are an hour, four hours, a day, a week and
a month after an article was first seen, and again after its words last changed.  No visit comes sooner than an
eighth of the article's age after the last one, so that a page that changes for ever is asked ever less often.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from newscrawler.dates import read_moment

STEPS = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(days=7), timedelta(days=30))
WHILE_GONE = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
# after visits in a row that brought no state of the article
TROUBLE = (
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(days=1),
    timedelta(days=2),
    timedelta(days=4),
    timedelta(days=7),
)
ROBOTS_WAIT = timedelta(days=7)  # robots.txt may change its mind
MIN_GAP = timedelta(minutes=45)  # between two visits, at least
AGE_SHARE = 8  # and this share of the article's age
MAX_WAIT = timedelta(days=30)
HORIZON = timedelta(days=35)  # further ahead no rule of ours plans: the clock was wrong when that was written
MAX_DOUBLINGS = 5  # doublings, for a source that states new dates for texts that have not changed


@dataclass(frozen=True, slots=True)
class History:
    """What is known of an article's life when its next visit is planned.

    `counted_from` is when the steps begin: it was first seen, its words changed, or it was found gone.
    `failures` counts visits in a row without an answer, `quiet` those that found nothing new.
    """

    address: str
    born: datetime
    counted_from: datetime
    gone: bool = False
    failures: int = 0
    quiet: int = 0


def jitter(address: str) -> float:
    """A factor of .9 .. 1.1, always the same for one address: what came together is not asked together."""
    return 0.9 + int.from_bytes(hashlib.blake2b(address.encode("utf-8", "replace"), digest_size=2).digest()) / 0xFFFF / 5


def _gap(history: History, now: datetime) -> timedelta:
    return max(MIN_GAP, min(MAX_WAIT, max(timedelta(0), now - history.born) / AGE_SHARE))


def next_visit(history: History, now: datetime) -> datetime | None:
    """When to look again, after a look at `now`; None: no more, unless its source states that it changed.

    Times that are ahead of `now` come of a clock that was wrong, and count as now.
    """
    factor = jitter(history.address)
    if history.failures > len(TROUBLE):  # it is not let be seen
        return now + MAX_WAIT * factor
    if history.failures:
        return now + TROUBLE[min(history.failures, len(TROUBLE)) - 1] * factor
    start = min(history.counted_from, now)
    for step in WHILE_GONE if history.gone else STEPS:
        if (at := start + step * factor) > now:
            return max(at, now + _gap(history, now))
    return None


def after_a_hint(history: History, last_visit: datetime, now: datetime) -> datetime:
    """When to look because a feed or sitemap states a date that is newer than our text.

    At once, but no sooner after the last look than the gap, doubled for each look that found nothing new:
    some sitemaps state today's date for all their pages, every day.
    """
    wait = min(MAX_WAIT, _gap(history, now) * (1 << min(history.quiet, MAX_DOUBLINGS)))
    return max(now, min(last_visit, now) + wait)


def born(published: str | None, first_seen: datetime) -> datetime:
    """Since when there is an article: its stated date, where that is before we saw it.

    A date alone is taken for the end of its day, a time without a zone for UTC.

    >>> born("2026-11-20", read_moment("2026-11-22T12:00:00Z")).isoformat()
    '2026-11-20T23:59:59+00:00'
    """
    stated = read_moment(f"{published}T23:59:59" if published and len(published) == 10 else published)
    return min(first_seen, stated) if stated else first_seen
