"""Spans of time: what people ask for ("7d"), and how long a server's answer asks us to wait or lasts."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from math import ceil

LONGEST_WAIT = timedelta(days=7)
NO_DAY = "neither a date (2026-11-01, 2026-11, 2026, yesterday) nor a span back from today (7d, 2w, 6m, 1y)"
_SPAN = re.compile(r"(\d{1,5})(min|[mhdw])")
_UNITS = {"min": "minutes", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_BACK = re.compile(r"(\d{1,6})(min|mo|[mhdwy])", re.ASCII)


def parse_date_range(value: str, today: date) -> tuple[date, date] | None:
    """First and last day of what a date, month, year or span back from today names, in whatever verb and in queries.

    >>> parse_date_range("2026-02", date(2026, 11, 22)), parse_date_range("7d", date(2026, 11, 22))[0].isoformat()
    ((datetime.date(2026, 2, 1), datetime.date(2026, 2, 28)), '2026-11-15')
    """
    value = re.sub(r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3", value.strip().lower(), flags=re.ASCII)
    try:
        if value in ("today", "yesterday"):
            value = "0d" if value == "today" else "1d"
        if ago := back(today, value):
            day = ago
        elif found := re.fullmatch(r"(\d{4})(?:-(0?[1-9]|1[0-2]))?", value, re.ASCII):
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


def parse_since(value: str, now: datetime) -> str:
    """The first day of what a date, month, year or span back from now names, as an ISO date.

    Raises ValueError, saying what is wanted.

    >>> at = datetime.fromisoformat("2026-11-22T12:00:00Z")
    >>> [parse_since(each, at) for each in ("7d", "6m", "yesterday", "2026-11")]
    ['2026-11-15', '2026-05-22', '2026-11-21', '2026-11-01']
    """
    return _days(value, now)[0].isoformat()


def parse_until(value: str, now: datetime) -> str:
    """The last day of it.  Raises ValueError.

    >>> parse_until("2026-02", datetime.fromisoformat("2026-11-22T12:00:00Z"))
    '2026-02-28'
    """
    return _days(value, now)[1].isoformat()


def _days(value: str, now: datetime) -> tuple[date, date]:
    found = parse_date_range(value, now.date())
    if found is None:
        raise ValueError(f"{value!r} is {NO_DAY}")
    return found


def back(today: date, span: str) -> date | None:
    """The day so many days (d), weeks (w), months (m or mo) or years (y) ago.

    Where the month is shorter it is its last day.  Hours (h) and minutes (min) count as the days that they touch.
    None where it is no such span.  Raises OverflowError and ValueError for one that goes back beyond the calendar.

    >>> [back(date(2026, 3, 31), span).isoformat() for span in ("1d", "1m", "1mo", "1y", "25h", "90min")]
    ['2026-03-30', '2026-02-28', '2026-02-28', '2025-03-31', '2026-03-29', '2026-03-30']
    """
    found = _BACK.fullmatch(span.strip().lower())
    if found is None:
        return None
    number, unit = int(found[1]), found[2]
    if days := {"min": 1 / 1440, "h": 1 / 24, "d": 1, "w": 7}.get(unit):
        return today - timedelta(days=ceil(number * days))
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "y" else 1)
    first = date(months // 12, months % 12 + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(today.day, last.day))


def parse_span(value: str) -> timedelta | None:
    """How long something lasts: 90m or 90min, 12h, 7d or 2w; None where it is none.  It has no months.

    >>> parse_span("12h"), parse_span("90min"), parse_span("soon"), parse_span("0d"), parse_span("6mo")
    (datetime.timedelta(seconds=43200), datetime.timedelta(seconds=5400), None, None, None)
    """
    found = _SPAN.fullmatch(value.strip())
    return timedelta(**{_UNITS[found[2]]: int(found[1])}) if found and int(found[1]) else None


def _of_mail(stated: str) -> datetime:
    """A date as mail and HTTP write it.  Raises ValueError."""
    from email.utils import parsedate_to_datetime  # brings sockets along, which a command that asks nobody does not need

    return parsedate_to_datetime(stated)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks us to wait, seconds or a date (RFC 9110, 10.2.3); a week at most.

    >>> at = datetime.fromisoformat("2026-11-22T12:00:00Z")
    >>> retry_after("120", at), retry_after("Sun, 22 Nov 2026 13:00:00 GMT", at), retry_after("later", at)
    (datetime.timedelta(seconds=120), datetime.timedelta(seconds=3600), None)
    """
    stated = (value or "").strip()
    try:
        wait = timedelta(seconds=int(stated)) if stated.isdecimal() else _of_mail(stated) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def freshness(control: str | None, expires: str | None, age: str | None, now: datetime) -> timedelta | None:
    """How long an answer says that it stays true (RFC 9111, 4.2.1); None where it says nothing, or not at all.

    >>> at = datetime.fromisoformat("2026-11-22T12:00:00Z")
    >>> freshness("public, max-age=600", None, "60", at), freshness("no-cache", "0", None, at)
    (datetime.timedelta(seconds=540), None)
    """
    stated = re.search(r"\bmax-age=(\d{1,8})", control or "", re.IGNORECASE)
    if stated:
        wait = timedelta(seconds=int(stated[1]) - (int(age) if age and age.isdecimal() and len(age) < 9 else 0))
    elif expires and not re.search(r"no-(?:cache|store)", control or "", re.IGNORECASE):
        try:
            wait = _of_mail(expires) - now
        except (ValueError, TypeError, OverflowError):
            return None
    else:
        return None
    return wait if timedelta(0) < wait <= timedelta(days=365) else None
