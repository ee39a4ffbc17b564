"""Dates and times: stated ones read (`stated`), written ones found in lines (`written`), and spans of time (`spans`)."""

from newscrawler.dates.spans import (
    LONGEST_WAIT,
    NO_DAY,
    back,
    freshness,
    parse_date_range,
    parse_since,
    parse_span,
    parse_until,
    retry_after,
)  # fmt: skip
from newscrawler.dates.stated import day_shown, from_iso, iso, parse_date, read_moment

__all__ = [
    "LONGEST_WAIT", "NO_DAY", "back", "day_shown", "freshness", "from_iso", "iso", "parse_date", "parse_date_range",
    "parse_since", "parse_span", "parse_until", "read_moment", "retry_after",
]  # fmt: skip
