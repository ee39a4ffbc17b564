from datetime import UTC, date, datetime

import pytest
from babel.dates import format_date, format_datetime
from conftest import NOW
from hypothesis import assume, given
from hypothesis import strategies as st

from newscrawler.dates import iso
from newscrawler.dates.calendars import solar_day
from newscrawler.dates.months import month_of, shipped_months
from newscrawler.dates.stated import parse_date
from newscrawler.dates.written import Writing, find_day, moment_of_line
from newscrawler.discovery.feed_dates import feed_dates


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
        ("Nov 22, 2026 3:04 PM EST", "2026-11-22T20:04:00Z"),
        ("Nov 22, 2026 3:04 PM CST", "2026-11-22T15:04:00"),  # of Chicago, or of Beijing
        ("1763800000", "2025-11-22T08:26:40Z"),
        # offsets behind GMT or UTC are ahead of it, as JavaScript writes them
        ("Sat Oct 24 2026 15:21:41 GMT+0300 (Moscow Standard Time)", "2026-10-24T12:21:41Z"),
        ("2026-10-24 15:21:41 GMT +0200", "2026-10-24T13:21:41Z"),
        ("24 October 2026 21:42 (GMT+7)", "2026-10-24T14:42:00Z"),
        ("24 Oct 2026 21:42 UTC-03:00", "2026-10-25T00:42:00Z"),
        # names of several zones state none, but in e-mail's dates
        ("Sat Oct 24 15:21:41 CST 2026", "2026-10-24T15:21:41"),
        ("Sat, 24 Oct 2026 15:21:41 CST", "2026-10-24T21:21:41Z"),
        ("2026-10-24 15:21:41 PST", "2026-10-24T15:21:41"),
        ("2026-10-24T15:21:41[Europe/Paris]", "2026-10-24T13:21:41Z"),
        ("2026-10-24T15:21:41+02:00[Europe/Paris][u-ca=gregory]", "2026-10-24T13:21:41Z"),
        ("2026-10-24T24:00:00Z", "2026-10-25T00:00:00Z"),
        ("Sat, 24 Oct\n\t2026 15:21:41 GMT", "2026-10-24T15:21:41Z"),
        ("Thursday, 24 September 2026 15:21:41 +05:30", "2026-09-24T09:51:41Z"),
        ("24.10.2026, 21.42", "2026-10-24T21:42:00"),
        ("2026/10/4 15:07:41", "2026-10-04T15:07:41"),
        ("2025-3-11 9:05", "2025-03-11T09:05:00"),
        ("2026-10-24 03:21 PM", "2026-10-24T15:21:00"),
        ("za, 24 okt 2026 10:09:29 +0000", "2026-10-24T10:09:29Z"),
        # as Java writes RFC 822 in Korean and Japanese, and others in Chinese and Vietnamese
        ("금, 20 11월 2026 09:00:00 +0900", "2026-11-20T00:00:00Z"),
        ("金, 20 11 2026 09:00:00 +0900", "2026-11-20T00:00:00Z"),
        ("周五, 20 11月 2026 09:00:00 +0800", "2026-11-20T01:00:00Z"),
        ("T6, 20 Th11 2026 09:00:00 +0700", "2026-11-20T02:00:00Z"),
        ("20 11 2026 09:00:00 +0900", None),
        ("Fri, 20 11 2026 09:00:00 +0900", None),
        ("sam., 24 oct. 2026 10:09:29 +0200", "2026-10-24T08:09:29Z"),
        ("Сб, 24 окт 2026 10:19:00 +0300", "2026-10-24T07:19:00Z"),
        ("Κυρ, 25 Οκτ 2026 10:19:00 +0300", "2026-10-25T07:19:00Z"),
        ("令和8年10月24日", "2026-10-24"),
        ("2569-11-22T10:30:00+07:00", "2026-11-22T03:30:00Z"),  # as a Thai server's clock writes ISO 8601
        ("อา., 22 พ.ย. 2569 10:30:00 +0700", "2026-11-22T03:30:00Z"),
        ("یک‌شنبه ۱ آذر ۱۴۰۵ ساعت ۱۰:۳۰", "2026-11-22T10:30:00"),
        # the day of the week tells the month of a name that several languages have, and the order of two numbers
        ("pon., 16 lis 2026 10:09 +0100", "2026-11-16T09:09:00Z"),
        ("Środa, 18 listopada 2026", "2026-11-18"),
        ("Wednesday 11/04/2026", "2026-11-04"),
        ("Wed, 04/11/2026 10:15", "2026-11-04T10:15:00"),
        ("11/04/2026 Wednesday in Kelling", "2026-11-04"),
        ("سه شنبه, 3/5/2016", "2016-05-03"),  # Tuesday in two words, of which the second is Saturday
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
        "24 listopada 2026",  # November in Polish, October in Croatian
        "3/4/26",
        "3/4/2026",
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


REGIONAL = {"en": True, "fil": True}  # languages whose CLDR dates begin with the month
# not read yet: Lao's and Burmese months of one or two letters, some of Malayalam's
UNREAD = {("lo", "medium"), ("my", "medium"), ("ml", "long"), ("ml", "full")}


@given(
    st.dates(min_value=datetime(1991, 1, 1).date(), max_value=datetime(2026, 11, 1).date()),
    st.sampled_from(sorted(shipped_months())),
    st.sampled_from(["short", "medium", "long", "full"]),
)
def test_what_cldr_writes_is_read_back(day, language, form):
    assume((language, form) not in UNREAD)
    writing = Writing(language, month_first=REGIONAL.get(language, False))
    written = format_date(day, form, locale=language)
    if day.year >= 2010 or str(day.year) in written:  # a year of two digits is of this century
        assert find_day(written, writing) == day.isoformat()


@given(
    st.datetimes(min_value=datetime(2010, 1, 1), max_value=datetime(2026, 11, 1)),
    st.sampled_from(sorted(shipped_months())),
    st.sampled_from(["short", "medium"]),
)
def test_what_cldr_writes_is_read_back_with_its_time(moment, language, form):
    assume((language, form) not in UNREAD)
    moment = moment.replace(second=0, microsecond=0)
    writing = Writing(language, month_first=REGIONAL.get(language, False))
    assert moment_of_line(format_datetime(moment, form, locale=language), writing) == moment.isoformat()


@given(
    st.dates(min_value=datetime(1991, 1, 1).date(), max_value=datetime(2026, 11, 1).date()),
    st.sampled_from(sorted(shipped_months())),
    st.sampled_from(["long", "full"]),
    st.sampled_from([None, "en", "de"]),
)
def test_what_cannot_be_placed_is_no_other_day(day, language, form, stated):
    assert find_day(format_date(day, form, locale=language), Writing(stated, None)) in (None, day.isoformat())


@given(
    st.dates(min_value=date(1991, 1, 1), max_value=date(2026, 11, 1)), st.sampled_from(["d MMMM", "d MMM", "EEEEที่ d MMMM"])
)
def test_what_cldr_writes_with_a_buddhist_year_is_read_back(day, form):
    written = f"{format_date(day, form, locale='th')} {day.year + 543}"
    assert find_day(written, Writing("th")) == find_day(written) == day.isoformat()


@given(st.integers(1370, 1405), st.integers(1, 12), st.integers(1, 31), st.sampled_from(["fa", None]))
def test_years_of_the_solar_hijra_follow_each_other(year, month, day, language):
    """Each has 365 days or 366 and begins with spring; what it lacks is no day, and no other."""
    first, following = solar_day(year, 1, 1), solar_day(year + 1, 1, 1)
    assert (following - first).days in (365, 366)
    assert (first.month, first.day) in ((3, 20), (3, 21))
    found = solar_day(year, month, day)
    names = ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"]
    assert find_day(f"{day} {names[month - 1]} {year}", Writing(language)) == (found.isoformat() if found else None)
    assert found is None or first <= found < following


@pytest.mark.parametrize(
    ("name", "language", "month"),
    [
        ("listopada", "pl", 11), ("listopada", "hr", 10), ("listopada", None, None), ("listopadu", "cs", 11),
        ("lipca", "pl", 7), ("lipnja", "hr", 6), ("července", "cs", 7), ("červen", "cs", 6), ("srpna", "cs", 8),
        ("srpnja", "hr", 7), ("dicembre", "it", 12), ("desember", "nn", 12), ("Sept.", "en", 9), ("Sept", "de", 9),
        ("листопада", "uk", 11), ("лютого", "uk", 2), ("noyabrda", "uz", 11), ("Mar", "fi", None), ("Oct", "fi", 10),
        ("नवम्बर", "hi", 11), ("अक्तूबर", "hi", 10), ("דצמבר", "he", 12), ("מרס", "he", 3), ("Φλεβάρη", "el", 2),
        ("jula", "sr", 7), ("новембра", "sr", 11), ("septembra", "bs", 9), ("غشت", "ar", 8), ("اكتوبر", "ur", 10), ("জানুয়ারি", "bn", 1), ("mail", "et", 5),
        ("בנובמבר", "he", 11), ("ژانویهٔ", "fa", 1), ("octubre", "en", 10), ("mayor", "en", None),
    ],
)  # fmt: skip
def test_months_by_language(name, language, month):
    assert month_of(name, language) == month


@given(
    st.dates(min_value=date(2010, 1, 1), max_value=date(2026, 11, 1)),
    st.sampled_from(sorted(shipped_months())),
    st.booleans(),
)
def test_a_day_of_the_week_settles_a_day_that_can_be_read_in_two_ways(day, language, is_month_first):
    written = f"{day.month}/{day.day}/{day.year}" if is_month_first else f"{day.day}/{day.month}/{day.year}"
    found = find_day(f"{format_date(day, 'EEEE', locale=language)}, {written}", Writing(language, None))
    assert found in (None, day.isoformat())


@given(
    st.dates(min_value=date(2010, 1, 1), max_value=date(2026, 11, 1)),
    st.sampled_from(sorted(shipped_months())),
    st.sampled_from(["long", "full"]),
)
def test_a_day_of_the_week_beside_a_name_of_several_months_gives_no_other_day(day, language, form):
    """What nobody knows the language of is that day, or none."""
    assert find_day(format_date(day, form, locale=language), Writing(None, None)) in (None, day.isoformat())


@given(st.integers(1, 27), st.integers(1, 12), st.sampled_from(["-", "–", ". - ", ". bis ", " to ", " al ", " до "]))
def test_a_bound_of_a_span_is_no_day(first, month, to):
    assert find_day(f"{first}{to}{first + 1}. {CALENDAR[month - 1]} 2026", Writing("en")) is None


CALENDAR = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
            "December"]  # fmt: skip


SHIPS = {
    "pl": ("20 lis 2026 09:00 +0100", "Dwa statki badawcze kreślą mapę dna morskiego koło wyspy"),
    "ro": ("vin., 20 noi. 2026 09:00 +0100", "Două nave de cercetare cartografiază fundul mării lângă insule"),
}


@pytest.mark.parametrize("language", SHIPS)
def test_a_feed_without_a_language_is_read_in_that_of_its_titles(language):
    stated, title = SHIPS[language]
    dates = feed_dates(None, "https://gazette.example/feed.xml", datetime(2026, 11, 29, tzinfo=UTC))
    links = [dates.link(f"https://gazette.example/{at}", stated, None, f"{title} {at}") for at in range(5)]
    assert {each.published for each in links} == {None}
    assert {each.published for each in dates.settled(links)} == {"2026-11-20T08:00:00Z"}
