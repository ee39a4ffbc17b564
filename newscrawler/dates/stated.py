"""The one reader of stated dates: of feeds, sitemaps, JSON-LD, meta elements, attributes and visible lines alike.

    date alone                       2026-11-22
    date and time, no zone stated    2026-11-22T12:30:00
    date, time and zone              2026-11-22T12:30:00Z   (converted to UTC)

All three sort and compare as text.  What cannot be read, or cannot be true, is None: never a guess.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from newscrawler.dates.calendars import PERSIAN, in_our_calendar, in_our_years
from newscrawler.dates.mail import read_mail
from newscrawler.dates.moments import iso
from newscrawler.dates.months import language_code
from newscrawler.dates.written import Writing, at_clock, iso_day, moment_of_line, plain_line
from newscrawler.dates.zones import offset_of, place_offset

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web: a default of some content system
AHEAD = timedelta(hours=14)  # by which the clock of no place is ahead of UTC, whatever zone is stated
LONGEST_DATE = 120  # characters
UNKNOWN = Writing(None, month_first=None)

# RFC 5322 as feeds write it: read without the detours
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC|UT|Z|([+-])(\d{2}):?(\d{2}))"
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?(?:\.\d+)?")
# ISO 8601 and RFC 3339, with what people make of them: one digit, slashes, a blank before the zone, GMT+2
_ISO = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2}))"
    r"(?:(?:[Tt]|\s*,?\s+)(\d{1,2}):?(\d{2})(?::?(\d{2}|(?<=:)\d(?!\d))(?:[.,]\d{1,9})?)?\s*"
    r"([Zz]|(?![AP]M)[A-Z]{2,5}|(?:GMT|UTC|UT)?\s?[+\u2212-]\d{1,2}(?::?\d{2})?)?)?"
)
_USUAL = re.compile(r"\d{4}-\d\d-\d\dT[01]\d:\d\d:\d\d(?:\.\d{3})?(?:Z|[+-]\d\d:\d\d)?")  # no need to look further
_TAGS = re.compile(r"\s?\[(!?[A-Za-z][\w./+=-]*)\]")  # RFC 9557: [Europe/Paris][u-ca=gregory]

_NO_OFFSET = re.compile(r":\d\d(?:\.\d+)?\s?[+-]\d{2}:?\d{2}$")  # +9999: what was read without it is another moment


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


def _read_iso(value: str) -> str | None:
    """ISO 8601 of one of its forms, its place's offset put in; None where it is none."""
    bare = _TAGS.sub("", value) if value.endswith("]") else value
    found = _ISO.fullmatch(bare)
    if found is None:
        return None
    year, _, month, day, compact_month, compact_day, hour, minute, second, zone = found.groups()
    stated = iso_day(int(year), int(month or compact_month), int(day or compact_day))
    if stated is None or hour is None:
        return stated
    hours, minutes, seconds = int(hour), int(minute), int(second or 0)
    if hours > 24 or minutes > 59 or seconds > 60 or (hours == 24 and (minutes or seconds)):
        return None
    offset = offset_of((zone or "").upper(), stated)
    if zone and not offset and not zone.isalpha():
        return None
    place = next((each for each in _TAGS.findall(value) if "=" not in each), None) if not zone else None
    moment = at_clock(stated, hours, minutes, min(seconds, 59), "")
    return moment + (offset or (place_offset(place.removeprefix("!"), moment) if place else ""))


def stated_moment(value: str, writing: Writing = UNKNOWN) -> str | None:
    """ISO 8601 of a stated date, with the precision and the offset that it was stated with; None where it is none.

    >>> stated_moment("2026-11-22T10:00:00[Europe/Paris]"), stated_moment("2026-11-22T24:00:00Z")
    ('2026-11-22T10:00:00+01:00', '2026-11-23T00:00:00+00:00')
    >>> stated_moment("Sat Oct 24 2026 15:21:41 GMT+0200 (CEST)"), stated_moment("3. Mai 2026, 21.42")
    ('2026-10-24T15:21:41+02:00', '2026-05-03T21:42:00')
    """
    text = plain_line(" ".join(value.replace("\u200c", " ").split())[:LONGEST_DATE])
    if not text.isprintable() or not any(map(str.isdigit, text)):
        return None
    if language_code(writing.language) in PERSIAN:
        text = in_our_calendar(text, is_persian=True)
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC).isoformat(timespec="seconds")
    stated = _read_iso(text) or read_mail(text, writing) or moment_of_line(text, writing)
    return None if stated and len(stated) == 19 and _NO_OFFSET.search(text) else stated


def parse_date(value: str | None, now: datetime, writing: Writing = UNKNOWN) -> str | None:
    """ISO 8601 text of a stated date, None where it says none or one before 1990 or that has begun nowhere at `now`.

    >>> at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> parse_date("Sun, 22 Nov 2026 13:30:00 +0100", at)
    '2026-11-22T12:30:00Z'
    >>> parse_date("2026-11-22", at), parse_date("2026-11-22T08:00", at), parse_date("November 5, 2026", at)
    ('2026-11-22', '2026-11-22T08:00:00', '2026-11-05')
    >>> parse_date("May 3, 2026 10:15 PM", at)
    '2026-05-03T22:15:00'
    >>> parse_date("2026-11-23", at), parse_date("2026-11-24", at), parse_date("2026-11-23T03:00:00Z", at)
    ('2026-11-23', None, None)
    >>> parse_date("9999-01-01", at), parse_date("yesterday", at), parse_date("November 2026", at)
    (None, None, None)
    """
    value = (value or "").strip()
    if not value:
        return None
    if mail := _read_mail(value):
        return iso(mail) if EARLIEST <= mail <= now + AHEAD else None
    value = in_our_years(value)
    stated = value if _is_usual(value) else stated_moment(value, writing)
    if stated is None:
        return None
    try:
        moment = datetime.fromisoformat(stated)
        if not EARLIEST <= moment.replace(tzinfo=moment.tzinfo or UTC) <= now + AHEAD:
            return None
        return iso(moment) if moment.tzinfo is not None else stated[:19]
    except (OverflowError, ValueError):  # year 0, an offset that leaves the calendar
        return None


def _is_usual(value: str) -> bool:
    return value[:2] in ("19", "20") and _USUAL.fullmatch(value) is not None
