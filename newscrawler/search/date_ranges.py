"""Spans of days: as a person writes them, and as words of the index."""

from __future__ import annotations

import re
from datetime import date, timedelta

from newscrawler.dates import back
from newscrawler.storage.articles.labels import TIME, token

EARLIEST, AHEAD = 1900, 2  # years: none before, and none so far in the future, is looked for


def parse_date_range(value: str, today: date) -> tuple[date, date] | None:
    """First and last day of what a date, month, year or span back from today names.

    >>> parse_date_range("2026-02", date(2026, 11, 22)), parse_date_range("7d", date(2026, 11, 22))[0].isoformat()
    ((datetime.date(2026, 2, 1), datetime.date(2026, 2, 28)), '2026-11-15')
    """
    value = value.strip().lower()
    try:
        if value in ("today", "yesterday"):
            value = "0d" if value == "today" else "1d"
        if ago := back(today, value):
            day = ago
        elif found := re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?", value, re.ASCII):
            year, month = int(found[1]), int(found[2] or 0)
            last = date(year, month or 12, 28) + timedelta(days=4)
            return date(year, month or 1, 1), last - timedelta(days=last.day)
        elif found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:t.*)?", value, re.ASCII):
            day = date(int(found[1]), int(found[2]), int(found[3]))
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return day, day


def date_tokens(since: date | None, until: date | None, today: date, mark: str = TIME) -> list[str]:
    """Tokens of the years, months and days that make up a span, both ends included; `mark`: of which day of an article.

    >>> [each[1:].replace("\ue00f", "-") for each in date_tokens(date(2025, 11, 29), date(2027, 1, 1), date(2026, 1, 1))]
    ['2025-11-29', '2025-11-30', '2025-12', '2026', '2027-01-01']
    """
    first = since or date(EARLIEST, 1, 1)
    last = until or date(min(today.year + AHEAD, date.max.year - 1), 12, 31)
    found: list[str] = []
    while first <= last:
        text, after = _largest(first, last)
        found.append(token(mark, text))
        if after is None:
            break
        first = after
    return found


def _largest(first: date, last: date) -> tuple[str, date | None]:
    """The longest year, month or day that begins with `first` and ends by `last`; the day after it."""
    if first.month == 1 and first.day == 1 and date(first.year, 12, 31) <= last:
        return f"{first.year:04}", _after(date(first.year, 12, 31))
    month_end = date(first.year, first.month, _length(first))
    if first.day == 1 and month_end <= last:
        return f"{first:%Y-%m}".zfill(7), _after(month_end)
    return first.isoformat(), _after(first)


def _length(of: date) -> int:
    return (date(of.year + of.month // 12, of.month % 12 + 1, 1) - timedelta(1)).day if of.year < date.max.year else 31


def _after(day: date) -> date | None:
    return day + timedelta(1) if day < date.max else None
