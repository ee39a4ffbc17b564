"""Stated dates to ISO 8601 text, with the precision they were stated with.

    date alone                       2026-11-22
    date and time, no zone stated    2026-11-22T12:30:00
    date, time and zone              2026-11-22T12:30:00Z   (converted to UTC)

All three sort and compare as text.  What cannot be read, or cannot be true, is None: never a guess.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from dateutil import parser as dateutil_parser
from dateutil.tz import tzoffset

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web: a default of some content system
AHEAD = timedelta(days=2)  # clocks and zones differ; an embargoed date may be tomorrow

LONGEST_WAIT = timedelta(days=7)

_SPAN = re.compile(r"(\d{1,5})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_ISO_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_HALF = re.compile(r"\d\s?[ap]\.?m\b", re.IGNORECASE)  # which RFC 5322 does not know
_HAS_TIME = re.compile(r"\d{1,2}[:h.]\d{2}|T\d{2}")
# a written date must name its year, month and day: dateutil fills gaps from today's date
_WRITTEN_DAY = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?[ .]+[A-Za-z]{3,9}\.?,?[ ]+\d{4}\b|\b[A-Za-z]{3,9}\.?[ ]+\d{1,2}(?:st|nd|rd|th)?,?[ ]+\d{4}\b"
)
# RFC 5322 and RFC 3339 as feeds and sitemaps write them: read without the libraries' detours
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC|UT|Z|([+-])(\d{2}):?(\d{2}))"
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")


def _read_mail(value: str) -> datetime | None:
    found = _MAIL.fullmatch(value)
    if found is None or found[2] not in _MONTHS:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    try:
        moment = datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
        if sign is None:
            return moment
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        return None if offset >= timedelta(days=1) else moment - offset if sign == "+" else moment + offset
    except (ValueError, OverflowError):
        return None


def _read(value: str) -> datetime | None:
    """A datetime, naive where no zone was stated."""
    if _EPOCH.fullmatch(value):
        return datetime.fromtimestamp(int(value[:10]), UTC)
    try:
        if _ISO_DAY.match(value):
            return datetime.fromisoformat(value.replace(" UTC", "Z").replace(" Z", "Z"))
    except ValueError:
        pass
    try:
        if _HALF.search(value) is None and ("," in value[:6] or re.search(r"\d{2}:\d{2}:\d{2} ", value)):
            return parsedate_to_datetime(value)
    except ValueError:
        pass
    try:
        if _WRITTEN_DAY.search(value) or _ISO_DAY.match(value):
            # a zone by name alone (EST) is not one zone: then the date stays without
            first, second = (
                dateutil_parser.parse(
                    value,
                    default=default,
                    tzinfos=lambda name, offset: None if offset is None else tzoffset(name, offset),
                )
                # two defaults agree only where the day was stated
                for default in (datetime(2001, 1, 1), datetime(2002, 2, 2))
            )
            return first if first.date() == second.date() else None
    except (ValueError, OverflowError):
        pass
    return None


def parse_date(value: str | None, now: datetime) -> str | None:
    """ISO 8601 text of a stated date, None where it says none or one before 1990 or after `now` + 2 days.

    >>> at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> parse_date("Sun, 22 Nov 2026 13:30:00 +0100", at)
    '2026-11-22T12:30:00Z'
    >>> parse_date("2026-11-22", at), parse_date("2026-11-22T08:00", at), parse_date("November 5, 2026", at)
    ('2026-11-22', '2026-11-22T08:00:00', '2026-11-05')
    >>> parse_date("May 3, 2026 10:15 PM", at)
    '2026-05-03T22:15:00'
    >>> parse_date("9999-01-01", at), parse_date("yesterday", at), parse_date("November 2026", at)
    (None, None, None)
    """
    value = (value or "").strip()[:80]
    if not value:
        return None
    if mail := _read_mail(value):
        return iso(mail) if EARLIEST <= mail <= now + AHEAD else None
    if not value.isprintable() or not any(character.isdigit() for character in value):
        return None
    moment = _read(value)
    if moment is None:
        return None
    try:
        if not EARLIEST <= moment.replace(tzinfo=moment.tzinfo or UTC) <= now + AHEAD:
            return None
        if moment.tzinfo is not None:
            return iso(moment)
        if _HAS_TIME.search(value):
            return moment.isoformat(timespec="seconds")
        return moment.date().isoformat()
    except (OverflowError, ValueError):  # an offset of +9999
        return None


def parse_since(value: str, now: datetime) -> str:
    """An ISO date out of one, or out of a span back from now.  Raises ValueError, saying what is wanted.

    >>> at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> parse_since("7d", at), parse_since("2w", at), parse_since("2026-11-01", at)
    ('2026-11-15', '2026-11-08', '2026-11-01')
    """
    try:
        if span := parse_span(value):
            return (now - span).date().isoformat()
        return date.fromisoformat(value.strip()).isoformat()
    except (ValueError, OverflowError):
        raise ValueError(f"{value!r} is neither a date such as 2026-11-01 nor a span such as 7d or 2w") from None


def parse_span(value: str) -> timedelta | None:
    """A span of time such as 90m, 12h, 7d or 2w; None where it is none.

    >>> parse_span("12h"), parse_span("soon"), parse_span("0d")
    (datetime.timedelta(seconds=43200), None, None)
    """
    found = _SPAN.fullmatch(value.strip())
    return timedelta(**{_UNITS[found[2]]: int(found[1])}) if found and int(found[1]) else None


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks us to wait, seconds or a date (RFC 9110, 10.2.3); a week at most.

    >>> at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> retry_after("120", at), retry_after("Sun, 22 Nov 2026 13:00:00 GMT", at), retry_after("later", at)
    (datetime.timedelta(seconds=120), datetime.timedelta(seconds=3600), None)
    """
    stated = (value or "").strip()
    try:
        wait = timedelta(seconds=int(stated)) if stated.isdecimal() else parsedate_to_datetime(stated) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def freshness(control: str | None, expires: str | None, age: str | None, now: datetime) -> timedelta | None:
    """How long an answer says that it stays true (RFC 9111, 4.2.1); None where it says nothing, or not at all.

    >>> at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> freshness("public, max-age=600", None, "60", at), freshness("no-cache", "0", None, at)
    (datetime.timedelta(seconds=540), None)
    """
    stated = re.search(r"\bmax-age=(\d{1,8})", control or "", re.IGNORECASE)
    if stated:
        wait = timedelta(seconds=int(stated[1]) - (int(age) if age and age.isdecimal() and len(age) < 9 else 0))
    elif expires and not re.search(r"no-(?:cache|store)", control or "", re.IGNORECASE):
        try:
            wait = parsedate_to_datetime(expires) - now
        except (ValueError, TypeError, OverflowError):
            return None
    else:
        return None
    return wait if timedelta(0) < wait <= timedelta(days=365) else None


def iso(moment: datetime) -> str:
    """UTC, to the second: the way we write times that we measured.

    >>> iso(datetime(2026, 11, 22, 12, 30, tzinfo=UTC))
    '2026-11-22T12:30:00Z'
    """
    return f"{(moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat()[:19]}Z"


def from_iso(stamp: str) -> datetime:
    """The time that `iso` wrote.

    >>> from_iso("2026-11-22T12:30:00Z") == datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    True
    """
    return datetime.fromisoformat(stamp)
