from datetime import UTC, datetime

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.dates import iso, parse_date


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2026-11-22T10:30:00+01:00", "2026-11-22T09:30:00Z"),
        ("2026-11-22T10:30:00.123Z", "2026-11-22T10:30:00Z"),
        ("2026-11-22 10:30:00", "2026-11-22T10:30:00"),
        ("2026-11-22", "2026-11-22"),
        ("20261122", "2026-11-22"),
        ("Sun, 22 Nov 2026 10:30:00 GMT", "2026-11-22T10:30:00Z"),
        ("Sun, 22 Nov 2026 10:30:00 -0500", "2026-11-22T15:30:00Z"),
        ("22 November 2026", "2026-11-22"),
        ("November 22nd, 2026", "2026-11-22"),
        ("Nov 22, 2026 3:04 PM EST", "2026-11-22T15:04:00"),  # a zone by name alone is not one zone
        ("1763800000", "2025-11-22T08:26:40Z"),
    ],
)
def test_stated_dates_keep_their_precision(stated, expected):
    assert parse_date(stated, NOW) == expected


@pytest.mark.parametrize(
    "stated",
    [
        "",
        None,
        "today",
        "November 2026",
        "2026",
        "9999-12-31",
        "1970-01-01",
        "0001-01-01T00:00:00Z",
        "2026-13-45",
        "22/11",
        "10:30",
        "2026-11-25",
        "Sun, 22 Nov 2026 13:30:00 +9999",
        "2026-11-22T12:00:00+24:00",
        "x" * 500,
    ],
)
def test_no_date_is_invented(stated):
    assert parse_date(stated, NOW) is None


@given(st.text(max_size=60) | st.from_regex(r"[0-9]{1,5}[-/. ][0-9A-Za-z]{1,4}[-/. ][0-9]{1,5}.{0,20}", fullmatch=True))
def test_whatever_is_stated_does_not_raise_and_is_not_in_the_future(stated):
    date = parse_date(stated, NOW)
    assert date is None or "1990" <= date[:4] <= "2026"


@given(st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2026, 11, 1)))
def test_our_own_times_are_read_back(moment):
    stamp = iso(moment.replace(tzinfo=UTC))
    assert parse_date(stamp, NOW) == stamp
