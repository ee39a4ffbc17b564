"""Dates in the form of e-mail (RFC 822 and 5322), which feeds use in every language."""

from __future__ import annotations

import re

from newscrawler.dates.months import NAME, month_of
from newscrawler.dates.written import PLAIN, Writing, by_weekday, iso_day
from newscrawler.dates.zones import MAIL_OFFSETS, offset_of

_MAIL = re.compile(
    rf"(?:(?P<weekday>{NAME}|[^\W\d_]|T[2-7]|CN)\.?,?\s+)?(?P<day>\d{{1,2}})[\s-]+(?:de\s+)?"
    rf"(?:(?P<name>{NAME})\.?|(?:[Tt]h(?:g|áng)?\.?\s?)?(?P<month>1[0-2]|0?[1-9])(?:\s?[\u6708\uc6d4])?)[\s-]+(?P<year>\d{{4}}|\d\d)\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
    r"(?:\s*(?P<zone>(?:GMT|UTC|UT)?\s?[+-]\d{1,2}:?\d{2}|(?![AP]M)[A-Z]{1,5})(?:\s*\([^)]{0,60}\))?)?"
)


def read_mail(text: str, writing: Writing = PLAIN) -> str | None:
    """ISO 8601 of a date as RFC 822 and 5322 write it, its names in any language; None where it is another form.

    >>> read_mail("Sat, 24 Oct 26 15:21 CST"), read_mail("za, 24 okt 2026 10:09:29 +0000")
    ('2026-10-24T15:21:00-06:00', '2026-10-24T10:09:29+00:00')
    >>> read_mail("wt., 24 lis 2026 10:09 +0100"), read_mail("24 lis 2026 10:09 +0100")
    ('2026-11-24T10:09:00+01:00', None)
    """
    found = _MAIL.fullmatch(text)
    if found is None:
        return None
    year, day_of_month = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0), int(found["day"])
    if found["month"] and not _states_month(found):
        return None
    if month := int(found["month"] or 0) or month_of(found["name"], writing.language):
        day = iso_day(year, month, day_of_month)
    else:
        day = by_weekday(found["name"], (year, day_of_month), (found["weekday"] or "", ""), writing.language)
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if day is None or hour > 23:
        return None
    return f"{day}T{hour:02}:{minute:02}:{second:02}{offset_of(found['zone'] or '', day, MAIL_OFFSETS)}"


def _states_month(found: re.Match[str]) -> bool:
    """Whether a number is a month: by its mark, or in the form that Java gives it in Japanese and Korean.

    Those write the day of the week with one character, and the zone: "金, 20 11 2026 09:00:00 +0900".
    """
    between = found.string[found.end("day") : found.start("year")]
    is_marked = any(map(str.isalpha, between))
    return is_marked or (found["weekday"] is not None and found["weekday"] > "\u2e80" and found["zone"] is not None)
