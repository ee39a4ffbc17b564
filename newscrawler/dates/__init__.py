"""Dates and times: ours (`moments`), others' as stated (`stated`) and written in lines (`written`), spans (`spans`)."""

from newscrawler.dates.moments import day_shown, from_iso, iso, read_moment
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

__all__ = [
    "LONGEST_WAIT", "NO_DAY", "back", "day_shown", "freshness", "from_iso", "iso", "parse_date_range", "parse_since",
    "parse_span", "parse_until", "read_moment", "retry_after",
]  # fmt: skip
