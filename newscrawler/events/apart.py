"""What makes two stories of two happenings, whatever they have in common: a series, or days of their own."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from newscrawler.events.evidence import DAY, NUMBER, WEEKDAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawler.events.evidence import Evidence

SERIES_TITLE, SERIES_DAYS = 0.75, 0.7  # one source, nearly one title, another day: a column, a list, a forecast
NEXT_DAY = 0.75  # of a day between two stories, from which on one may tell of what came the day after
RECENT = 14  # days in which what a text names is likely what it tells of
EAST = 0.4  # of a day that Tokyo's mornings are ahead of UTC
_EPOCH = date(1970, 1, 1).toordinal()
_DATED = (f"{DAY}:", f"{WEEKDAY}:")


def is_series(one: Evidence, other: Evidence) -> bool:
    """Whether two stories are what one source fills in anew every day, week or month: no two of them are one event.

    >>> from newscrawler.events.evidence import Evidence
    >>> first = Evidence(1, 10.0, source="a", title=("sancti", "list", "update"))
    >>> is_series(first, Evidence(2, 40.0, source="a", title=("sancti", "list", "update"))), is_series(first, first)
    (True, False)
    """
    if one.source != other.source or abs(one.at - other.at) < SERIES_DAYS:
        return False
    mine, theirs = _title_words(one.title), _title_words(other.title)
    return bool(mine) and len(mine & theirs) >= SERIES_TITLE * max(len(mine), len(theirs))


@lru_cache(4_096)
def _title_words(title: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for word in title if not word.startswith(NUMBER))


def are_of_other_days(one: Evidence, other: Evidence) -> bool:
    """Whether the later of two stories names days of its own alone, each after all that the earlier one names.

    Of headlines none is said: few name a day, and those of their games or talks, more often than not.
    """
    if not (one.has_text and other.has_text) or abs(one.at - other.at) < NEXT_DAY:
        return False
    earlier, later = sorted((one, other), key=lambda each: each.at)
    before = recent_days(earlier.codes, earlier.at)
    after = before and recent_days(later.codes, later.at)
    return bool(after) and min(after) > max(before)


@lru_cache(20_000)
def recent_days(codes: tuple[str, ...], at: float) -> frozenset[int]:
    """The days (since 1970) of the last two weeks that codes name: a day of the week is the last one, today's with it.

    Days to come and those long ago are of the background, more often than not.

    >>> sorted(recent_days(("weekday:5", "day:2026-11-26", "day:2022-02-24"), 20787.5))  # on 30 November 2026, a Monday
    [20783, 20785]
    """
    if not any(code.startswith(_DATED) for code in codes):  # most name none
        return frozenset()
    today = int(at + EAST)
    found = {date.fromisoformat(value).toordinal() - _EPOCH for value in _values(codes, DAY)}
    found |= {today - (today + _EPOCH - 1 - int(value)) % 7 for value in _values(codes, WEEKDAY)}
    return frozenset(day for day in found if today - RECENT <= day <= today)


def _values(codes: Iterable[str], kind: str) -> list[str]:
    return [code[len(kind) + 1 :] for code in codes if code.startswith(f"{kind}:")]
