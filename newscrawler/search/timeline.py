"""Days and their hits as a timeline: which days it shows, in spans of which length, and what lies too far off.  Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

STRAY, FEW_HITS = 0.02, 4  # share of the hits that may be strays, of each end; hits that are too few to have any
FAR = 30  # days, at least, from a stray to what it is none of
MAX_BUCKETS = 64


@dataclass(frozen=True, slots=True)
class Bucket:
    """A span of days, both included; `share` is of all articles of the span, None where there is none."""

    start: date
    end: date
    count: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Stray:
    """Hits of days far from all others, first and last of them, that a timeline leaves out."""

    first: date
    last: date
    count: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """`unit`: day, week, month or year; `strays`: before and after the buckets, where there are any."""

    unit: str
    buckets: tuple[Bucket, ...]
    strays: tuple[Stray, ...] = ()


def buckets_of(
    counts: Mapping[date, int], base: Mapping[date, int], span: tuple[date, date], unit: str
) -> tuple[Bucket, ...]:
    starts = [start_of(span[0], unit)]
    while starts[-1] < (after := next_start(starts[-1], unit)) <= span[1]:
        starts.append(after)
    of_span, of_base = _counted(counts, starts, after), _counted(base, starts, after)
    buckets = []
    for start, end, count, every in zip(starts, [*starts[1:], after], of_span, of_base, strict=True):
        # both may be estimates
        share = min(1.0, count / every) if every else None
        buckets.append(Bucket(start, end - timedelta(days=1), count, share))
    return tuple(buckets)


def _counted(counts: Mapping[date, int], starts: Sequence[date], end: date) -> list[int]:
    """How much of the counts of days falls into each of the spans that begin so, the last of which ends before `end`."""
    found = [0] * len(starts)
    for day, number in counts.items():
        if starts[0] <= day < end:
            found[bisect_right(starts, day) - 1] += number
    return found


def without_strays(counts: Mapping[date, int]) -> tuple[date, date]:
    """The days from first to last, without hits at either end that are few (STRAY of all, or a single one) and far off.

    Far: FAR at least, and without them the span is half as long, or shorter still.
    """
    days = sorted(counts)
    total, few = sum(counts.values()), max(1, int(STRAY * sum(counts.values())))
    if total < FEW_HITS:
        return days[0], days[-1]
    # each end is judged as if the other's strays were gone already
    inmost = days[list(_cuts(days, counts, few))[-1]]
    last = days[-1]
    backwards = days[::-1]
    for at in _cuts(backwards, counts, few):
        if (backwards[at] - inmost).days <= (last - inmost).days / 2:
            last = backwards[at]
    first = days[0]
    for at in _cuts(days, counts, few):
        if (last - days[at]).days <= (last - first).days / 2:
            first = days[at]
    return first, last


def _cuts(days: Sequence[date], counts: Mapping[date, int], few: int) -> Iterator[int]:
    """How many days may be cut off: those of few hits, FAR from what is kept."""
    cut = 0
    for at, day in enumerate(days):
        if at == 0 or abs((day - days[at - 1]).days) >= FAR:
            yield at
        cut += counts[day]
        if cut > few:
            return


def strays_of(counts: Mapping[date, int], span: tuple[date, date]) -> tuple[Stray, ...]:
    """Hits before and after the days that are shown."""
    before, after = [each for each in counts if each < span[0]], [each for each in counts if each > span[1]]
    return tuple(Stray(min(days), max(days), sum(counts[each] for each in days)) for days in (before, after) if days)


@lru_cache(20_000)  # a search has the same days as the one before
def day_of(value: str) -> date | None:
    """A day as it is written (2026-11-30); None where it is none."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def unit_of(first: date, last: date) -> str:
    days = (last - first).days + 1
    if days <= MAX_BUCKETS:
        return "day"
    if days <= 7 * MAX_BUCKETS:
        return "week"
    return "month" if days <= 31 * 2 * MAX_BUCKETS else "year"


def start_of(day: date, unit: str) -> date:
    match unit:
        case "week":
            return day - timedelta(days=day.weekday()) if day > date(1, 1, 7) else day
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def next_start(start: date, unit: str) -> date:
    match unit:
        case "week":
            return start + timedelta(days=7)
        case "month":
            return (start.replace(day=28) + timedelta(days=4)).replace(day=1)
        case "year":
            return date(min(start.year + 1, date.max.year), 1, 1)
    return start + timedelta(days=1)
