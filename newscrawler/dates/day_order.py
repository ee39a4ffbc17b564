"""Which of two numbers is the month: 3/4/2026, by the region that writes it and by other dates of the same place."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from newscrawler.dates.stated import parse_date
from newscrawler.dates.written import iso_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# Unicode CLDR 47, short dates; the rest of the regions write the day first, or the year, or (Canada) as they like
_MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "VI", "AS", "MP", "MH", "UM", "PA"})
_EITHER = frozenset({"CA"})
_AMERICAN_HOSTS = frozenset({"us", "gov", "mil", "edu", "ph", "pr", "gu"})
_NO_COUNTRY = frozenset({"tv", "io", "co", "me", "ai", "ca"})  # hosts of everybody, or of a country that writes both
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([/-])(\d{1,2})\2((?:19|20)\d\d)(?!\d)")


def month_first(language: str | None, host: str, locale: str | None = None) -> bool | None:
    """Whether a page writes 3/4/2026 for a day of March; None where neither its language nor its host tells.

    `language`: what its text is in (BCP 47), `locale`: what it says besides of language and region.

    >>> month_first("en-US", "a.example.com"), month_first("de", "a.example.com"), month_first("en", "a.example.co.uk")
    (True, False, False)
    >>> month_first("en", "navy.mil"), month_first("en", "a.example.com"), month_first("en", "a.example.com", "en_GB")
    (True, None, False)
    """
    code, region = _parts(language)
    if code not in ("en", None):
        return code == "fil" or (code == "es" and region in ("PR", "PA"))
    top = host.partition(":")[0].rpartition(".")[2]
    is_country = len(top) == 2 and top not in _NO_COUNTRY and top not in _AMERICAN_HOSTS
    if region:
        is_first = region in _MONTH_FIRST
        return None if region in _EITHER or (is_first and is_country) else is_first  # a template's language, or the site's
    if top in _AMERICAN_HOSTS:
        return True
    if is_country:
        return False
    stated, region = _parts(locale)
    if not region or (code and stated != code):
        return None
    return month_first(locale, "")


def _parts(tag: str | None) -> tuple[str | None, str | None]:
    """(language, region) of a tag such as en-US, en_US or zh-Hant-TW."""
    code, *more = re.split(r"[-_.]", tag or "")
    return code.lower() or None, next((each.upper() for each in more if len(each) == 2 and each.isalpha()), None)


def orders_told(text: str, now: datetime, known: Iterable[str] = ()) -> set[bool]:
    """The orders that a text's numbers tell: {month comes first}; {} where they tell none.

    A day that is none, or still to come, is told by nobody; `known`: days (ISO 8601) that the same place states.
    """
    found: set[bool] = set()
    for numbers in _NUMERIC.finditer(text):
        one, two, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
        if one == two:
            continue
        readings = {True: iso_day(year, one, two), False: iso_day(year, two, one)}
        possible = {order for order, day in readings.items() if day and parse_date(day, now)}
        if len(possible) > 1:
            possible = {order for order in possible if near_days(readings[order] or "", known)}
        found |= possible if len(possible) == 1 else set()
    return found


def near_days(day: str, known: Iterable[str]) -> bool:
    """Whether a day is within two of one of some others; all ISO 8601, and what is none is near to none.

    >>> near_days("2026-11-04", ["2026-11-05T02:00:00Z"]), near_days("2026-04-11", ["2026-11-05", "soon"])
    (True, False)
    """
    return any(
        ISO_DAY.match(each) and abs((date.fromisoformat(each[:10]) - date.fromisoformat(day)).days) <= NEAR for each in known
    )


NEAR = 2  # days between two statements of one day: zones, and a change on the day after
ISO_DAY = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")
