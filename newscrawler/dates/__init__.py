"""Dates and times: stated ones read (`stated`), written ones found in lines (`written`), and spans of time (`spans`)."""

from newscrawler.dates.spans import LONGEST_WAIT, back, freshness, parse_since, parse_span, retry_after
from newscrawler.dates.stated import day_shown, from_iso, iso, parse_date, read_moment

__all__ = [
    "LONGEST_WAIT", "back", "day_shown", "freshness", "from_iso", "iso", "parse_date", "parse_since", "parse_span",
    "read_moment", "retry_after",
]  # fmt: skip
