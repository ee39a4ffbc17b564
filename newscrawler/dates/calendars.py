"""Days of other calendars as days of ours: Thai dates count Buddhist years, Persian and Afghan ones the solar Hijra's.

    24 พฤศจิกายน 2569, 24 พ.ย. 69, 24/11/2569   Buddhist years are 543 ahead (Thailand, since 1941)
    ۳ آذر ۱۴۰۵, ۱۴۰۵/۰۹/۰۳, ۳ قوس ۱۴۰۵            the solar Hijra, by its 33-year cycle, which keeps to the equinox from 1178
                                             to 1633 (Heydari-Malayeri, "A concise review of the Iranian calendar", 2004)
    ኅዳር 19 ቀን 2019 ዓ.ም                       Ethiopia's year begins on 11 September, 7 years and 8 months behind ours
    24 tháng mười một 2026                   Vietnamese months in words; "tháng chạp" is the moon's, and no month of ours

The moon's Hijra (1448) depends on who saw the moon, and is nobody's day here.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

BUDDHIST = 543  # years ahead
BUDDHIST_YEARS = 50  # Thai years of two digits from here on are 25..
YEAR_FIRST = frozenset({"ja", "ko", "zh", "hu", "lt", "fa"})  # languages that write 26/11/24 (CLDR, short dates)
_TH = (
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "มค กพ มีค เมย พค มิย กค สค กย ตค พย ธค",
)
_FA = (
    "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
    "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت",  # Dari
    "وری غویی غبرګولی چنګاښ زمری وږی تله لړم لیندۍ مرغومی سلواغه کب",  # Pashto
)
_AM = (
    "መስከረም ጥቅምት ኅዳር ታኅሣሥ ጥር የካቲት መጋቢት ሚያዝያ ግንቦት ሰኔ ሐምሌ ነሐሴ ጳጉሜን",
    "መስከረም ጥቅምት ህዳር ታህሳስ ጥር የካቲት መጋቢት ሚያዚያ ግንቦት ሰኔ ሀምሌ ነሀሴ ጳጉሜ",
    "መስከረም ጥቅምት ሕዳር ታኅሳስ ጥር የካቲት መጋቢት ሚያዝያ ግንቦት ሰኔ ሃምሌ ነሓሴ ጷጉሜን",
)
_VI = "một hai ba tư năm sáu bảy tám chín mười mười_một mười_hai"
_MONTHS = {name: at for names in (*_TH, *_FA) for at, name in enumerate(names.split(), 1)}
_WORDED = {name.replace("_", " "): at for at, name in enumerate(_VI.split(), 1)} | {"bốn": 4, "bẩy": 7}
_ALIKE = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", ".": None, " ": None, "\u200c": None})


def year_of_two(number: int, code: str | None) -> int:
    """The year that two digits at the end of a day stand for in a language; 0 where that writes the year first.

    >>> year_of_two(26, "en"), year_of_two(69, "th"), year_of_two(24, "hu")
    (2026, 2026, 0)
    """
    if code in YEAR_FIRST:
        return 0
    return 2000 + number + (500 - BUDDHIST if code == "th" and number >= BUDDHIST_YEARS else 0)


def _either(names: str, joint: str = "") -> str:
    """A pattern of names, the longest first; `joint`: what may stand behind each of their letters."""
    listed = sorted(names.split(), key=len, reverse=True)
    return "|".join("".join(f"{'[یيى]' if each == 'ی' else each}{joint}" for each in name) for name in listed)


_SHORT = rf"{_either('มค กพ พค กค สค กย ตค พย ธค', '[.]?')}|มี[.]?ค[.]?|เม[.]?ย[.]?|มิ[.]?ย[.]?"
_THAI = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s*({_either(_TH[0])}|{_SHORT})"
    r"\s*(?:[พค]\.?\s?ศ\.?)?\s*(2[45]\d\d|20\d\d|[5-9]\d)(?!\d)"
)
_THAI_NUMBERS = re.compile(r"(?<![\d./-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(25\d\d)(?!\d)")
_PERSIAN = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s+({'|'.join(map(_either, _FA))})(?:\s?\u200c?ماه)?(?:\s+سال)?\s*[،,]?\s*(1[34]\d\d)(?!\d)"
)
# as years of the sun these are of our days; as the moon's they were before the web
_PERSIAN_NUMBERS = re.compile(r"(?<![\d./-])(1(?:3[89]|4[01])\d)\s?([/-])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?![\d/])")
_IN_WORDS = "|".join(sorted(_WORDED, key=len, reverse=True))
_VIETNAMESE = re.compile(
    rf"(?<!\d)(\d{{1,2}})\s+tháng\s+({_IN_WORDS})(?!\w)[\s,-]*(?:năm\s+)?((?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w)tháng\s+({_IN_WORDS}|\d{{1,2}})\s+(\d{{1,2}})\s*,\s*((?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_ETHIOPIAN_MONTHS = {name: at for names in _AM for at, name in enumerate(names.split(), 1)}
_OF_ETHIOPIA = _either(" ".join(_AM))
_ETHIOPIAN = re.compile(
    rf"(?:({_OF_ETHIOPIA})\s+(\d{{1,2}})(?:\s+ቀን)?|(?<!\d)(\d{{1,2}})\s+({_OF_ETHIOPIA}))[\s፣,]*(20[01]\d)(?!\d)"
    r"(?:\s*ዓ\.?\s?ም\.?)?"
)
# an Ethiopian year says that it is one
_ETHIOPIAN_NUMBERS = re.compile(r"(?<![\d./-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(20[01]\d)\s*(?:ዓ\.?\s?ም\.?|ዓመተ ምሕረት)")
_HAS_ETHIOPIC = re.compile("[\u1200-\u137f]")
_BEFORE_ETHIOPIA = date(8, 8, 26).toordinal()  # the day before the first of its calendar
_HAS_THAI, _HAS_ARABIC = re.compile("[\u0e00-\u0e7f]"), re.compile("[\u0600-\u06ff]")


PERSIAN = frozenset({"fa", "ps", "prs"})  # languages whose bare numbers may be of the solar Hijra


def in_our_calendar(line: str, *, is_persian: bool = False) -> str:
    """A line in which days of these calendars are written as ISO 8601; others stay as they are.

    `is_persian`: whether numbers alone may be of the solar Hijra, by the page's language or by their digits; a line with
    letters of that script says so itself.

    >>> in_our_calendar("เผยแพร่ 24 พ.ย. 2569 10:30 น."), in_our_calendar("3 آذر 1405 - 10:30")
    ('เผยแพร่ 2026-11-24 10:30 น.', '2026-11-24 - 10:30')
    >>> in_our_calendar("24/11/2569"), in_our_calendar("1448/06/03"), in_our_calendar("Bill 1405/09/03")
    ('2026-11-24', '1448/06/03', 'Bill 1405/09/03')
    """
    if "25" in line:
        line = _THAI_NUMBERS.sub(lambda found: _buddhist(found, found[4], int(found[3]), found[1]), line)
    if is_persian:
        line = _PERSIAN_NUMBERS.sub(_of_numbers, line)
    if line.isascii():
        return line
    if _HAS_THAI.search(line):
        line = _THAI.sub(lambda found: _buddhist(found, found[3], _month(found[2]), found[1]), line)
    if _HAS_ARABIC.search(line):
        line = _PERSIAN.sub(lambda found: _solar(found, int(found[3]), _month(found[2]), int(found[1])), line)
        line = _PERSIAN_NUMBERS.sub(_of_numbers, line)
    if _HAS_ETHIOPIC.search(line):
        line = _ETHIOPIAN.sub(_ethiopian_named, line)
        line = _ETHIOPIAN_NUMBERS.sub(lambda found: _ethiopian(found, int(found[4]), int(found[3]), int(found[1])), line)
    if "áng " in line:
        line = _VIETNAMESE.sub(lambda found: _of_ours(found, int(found[3]), _worded(found[2]), int(found[1])), line)
        line = _MONTH_FIRST.sub(lambda found: _of_ours(found, int(found[3]), _worded(found[1]), int(found[2])), line)
    return line


def _ethiopian_named(found: re.Match[str]) -> str:
    name, day = (found[1], found[2]) if found[1] else (found[4], found[3])
    return _ethiopian(found, int(found[5]), _ETHIOPIAN_MONTHS[name], int(day))


def _ethiopian(found: re.Match[str], year: int, month: int, day: int) -> str:
    """Thirteen months, the last of five days, or six before a leap year of Julius Caesar's."""
    last = 30 if month < 13 else 6 if year % 4 == 3 else 5
    if not (1 <= month <= 13 and 1 <= day <= last):
        return found[0]
    days = 365 * (year - 1) + year // 4 + 30 * (month - 1) + day
    return date.fromordinal(_BEFORE_ETHIOPIA + days).isoformat()


def in_our_years(stated: str) -> str:
    """A machine's date without the Buddhist years that a Thai server's clock writes into ISO 8601.

    >>> in_our_years("2569-11-24T10:30:00+07:00"), in_our_years("2026-11-24")
    ('2026-11-24T10:30:00+07:00', '2026-11-24')
    """
    return f"{int(stated[:4]) - BUDDHIST}{stated[4:]}" if _BUDDHIST_ISO.match(stated) else stated


_BUDDHIST_ISO = re.compile(r"25\d\d-\d\d-\d\d(?!\d)")


def solar_numbers(line: str) -> list[tuple[str, int, int]]:
    """(day in ISO 8601, start, end) of the numbers of a line that are days of the solar Hijra, were it Persian."""
    found = ((_of_numbers(each), *each.span()) for each in _PERSIAN_NUMBERS.finditer(line))
    return [each for each in found if each[0].startswith(("19", "20"))]


def _month(name: str) -> int:
    return _MONTHS[name.translate(_ALIKE)]


def _worded(name: str) -> int:
    return int(name) if name.isdigit() else _WORDED[" ".join(name.lower().split())]


def _buddhist(found: re.Match[str], year: str, month: int, day: str) -> str:
    number = int(year) + (2500 if len(year) == 2 else 0)
    return _of_ours(found, number - (BUDDHIST if number > 2400 else 0), month, int(day))


def _of_ours(found: re.Match[str], year: int, month: int, day: int) -> str:
    is_day = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    return f"{year:04}-{month:02}-{day:02}" if is_day else found[0]


def _of_numbers(found: re.Match[str]) -> str:
    return _solar(found, int(found[1]), int(found[3]), int(found[4]))


def _solar(found: re.Match[str], year: int, month: int, day: int) -> str:
    told = solar_day(year, month, day)
    return found[0] if told is None else told.isoformat()


def solar_day(year: int, month: int, day: int) -> date | None:
    """A day of the solar Hijra in our calendar; None where it has no such day.

    >>> solar_day(1404, 1, 1), solar_day(1403, 12, 30), solar_day(1404, 12, 30)
    (datetime.date(2025, 3, 21), datetime.date(2025, 3, 20), None)
    """
    if not (1178 <= year <= 1633 and 1 <= month <= 12):
        return None
    length = 31 if month <= 6 else 30 if month < 12 or (25 * year + 11) % 33 < 8 else 29
    if not 1 <= day <= length:
        return None
    before = 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
    return _EPOCH + timedelta(days=365 * (year - 1) + (8 * year + 21) // 33 + before + day - 1)


_EPOCH = date(622, 3, 21)  # so that 1 Farvardin 1404 is 21 March 2025
