"""Spans of days as words of the index."""

from __future__ import annotations

from datetime import date, timedelta

from newscrawler.storage.articles.labels import TIME, token

EARLIEST, AHEAD = 1900, 2  # years: none before, and none so far in the future, is looked for


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
