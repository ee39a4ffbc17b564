"""Spans of days, "14.-20. May 2026" or "5月14日～20日": of an event or a week under report, none is a day of publication."""

from __future__ import annotations

import re

from newscrawler.dates.months import NAME, month_of

BEFORE = 40  # characters before a day that may begin its span
# what stands between the bounds: "to" and "and", by language
_TO = (
    r"(?:to|through|thru|till?|until|and|bis|und|au|et|al?|y|e|à|tot|t/m|en|do|i|až|a|по|до|и|та|й|і|och|og|ja|la|și|έως|ως|μέχρι|"
    r"και|sampai|hingga|dan|đến|và|ile|ve|إلى|حتى|و|تا|עד|से|až do|s/d)"
)
_DASH = "[\u2010-\u2015\u2212~\uff5e\u301c-]"
_FROM_DAY = re.compile(
    rf"(?<![\w.:,/-])(?:(?P<day>\d{{1,2}})(?:\.?\s?{_DASH}\s?|\.?/|\.?\s+{_TO}\s+)|"
    rf"\d{{1,2}}(?:\.(?:0?\d|1[0-2])\.|/(?:0?\d|1[0-2]))(?:\s?{_DASH}\s?|\s+{_TO}\s+))$",
    re.IGNORECASE,
)
_FROM_MONTH = re.compile(
    rf"(?<![\w.:,/-])(?:\d{{1,2}}\.?\s+(?:d[eio]\s+)?(?P<name>{NAME})\.?|(?P<first_name>{NAME})\.?\s+\d{{1,2}})"
    rf"(?:\s*{_DASH}|\s+{_TO}\s)\s*$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\s?[日일]?\s?(?:[(（][^()（）]{{1,3}}[)）])?\s?(?:{_DASH}|至|到|から|부터)\s?(?:\d{{1,2}}\s?[月월]\s?)?\d{{1,2}}\s?[日일]"
)
_JOINED = re.compile(rf"\s*{_DASH}\s*|\s+{_TO}\s+|\s?(?:至|到|から|부터)\s?", re.IGNORECASE)


def is_bound(line: str, match: re.Match[str], language: str | None) -> bool:
    """Whether a day of a line begins or ends a span whose other bound is no whole day."""
    before = line[max(0, match.start() - BEFORE) : match.start()]
    if _BEHIND.match(line, match.end()):
        return True
    named = _FROM_MONTH.search(before)
    if named and month_of(named["name"] or named["first_name"], language):
        return True
    if not (found := _FROM_DAY.search(before)):
        return False
    day, first = match.groupdict().get("day"), found["day"]
    return first is None or (day is not None and 0 < int(first) < int(day))


def joins_days(between: str) -> bool:
    """Whether what stands between two whole days makes them the bounds of a span.

    >>> joins_days(" – "), joins_days(" bis "), joins_days(" | Updated: ")
    (True, True, False)
    """
    return _JOINED.fullmatch(between) is not None
