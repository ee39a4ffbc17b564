"""Dates as people write them, in the languages of `months.json`, to ISO 8601 days and moments.

A line is searched for days, then beside each day for a time; a day that can be read in two ways is none.
"""

from __future__ import annotations

import functools
import itertools
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from newscrawler.dates.calendars import PERSIAN, YEAR_FIRST, in_our_calendar, solar_numbers, year_of_two
from newscrawler.dates.day_patterns import DAY_PATTERNS, WHOLE_YEAR_PATTERNS
from newscrawler.dates.day_ranges import is_bound, joins_days
from newscrawler.dates.han_numbers import in_arabic_numerals
from newscrawler.dates.months import language_code, month_of, possible_months
from newscrawler.dates.weekdays import told_by_weekday, weekdays_of
from newscrawler.dates.zones import ZONE, offset_of

LONGEST = 300  # characters of a line that are looked at


@dataclass(frozen=True, slots=True)
class Writing:
    """How a page writes dates.  `month_first`: 3/4/2026 is in March; None: nobody knows, and it is no day."""

    language: str | None = None  # a BCP 47 tag
    month_first: bool | None = False


@dataclass(frozen=True, slots=True)
class Found:
    """A day in a line, and where it stands."""

    day: str  # ISO 8601
    start: int
    end: int
    clock: tuple[int, int, int, str] | None = None  # hour, minute, second, zone: where they stand inside the day

    @property
    def moment(self) -> str:
        return self.day if self.clock is None else at_clock(self.day, *self.clock)


PLAIN = Writing()
_MAY_BE = re.compile(
    r"(?:19|20)\d\d|\d\s?[./-]\s?\d{1,2}\s?[./-]\s?\d|年|\d[ ./-]{1,2}[^\W\d_]{3,9}[ ./-]{1,2}['’]?\d\d(?!\d)"
)
_GLUED = re.compile(r"^.*[a-z\u00df-\u00ff](?=[A-Z])")  # "NavyNovember": two elements run together
_WHOLE_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}
# digits of other scripts; marks of direction and width, which stand inside Arabic and Hebrew dates
_ZEROS = (
    0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0x1040, 0x17E0, 0xFF10,
)  # fmt: skip
_TRANSLATED: dict[int, str | None] = {zero + value: str(value) for zero in _ZEROS for value in range(10)}
_TRANSLATED |= dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F, 0x3000), " ")
_TRANSLATED |= dict.fromkeys((0xAD, 0x200B, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x2060, 0x2066, 0x2067, 0x2069, 0xFEFF))
_TRANSLATED[0xFF1A] = ":"


def plain_line(text: str) -> str:
    """The beginning of a line, in the digits, spaces and calendar that the patterns know."""
    line = text[:LONGEST]
    if text.isascii() and "25" not in line:  # as in no year of another calendar
        return line
    line = line if line.isascii() else line.translate(_TRANSLATED)
    if "年" in line and "月" in line:
        line = in_arabic_numerals(line)
    is_persian = not text.isascii() and _PERSIAN_DIGIT.search(text) is not None
    return in_our_calendar(line, is_persian=is_persian) if is_persian or _OTHER_CALENDAR.search(line) else line


_PERSIAN_DIGIT = re.compile("[\u06f0-\u06f9]")


# Thai, Persian and Vietnamese days: letters of their months, Buddhist years
_OTHER_CALENDAR = re.compile(
    r"[/.-]\s?25\d\d|[\u0e00-\u0e7f]|[\u1200-\u137f]|[\u0600-\u06ff].*1[34]\d\d|1[34]\d\d.*[\u0600-\u06ff]|[Tt]háng "
)


# ---------------------------------------------------------------- days


_ANY_DIGIT = re.compile("[\\d年]")  # of any script


def may_name_day(text: str) -> bool:
    """Whether a line has numbers as a day has them; most have none, and need not be looked at further."""
    if _ANY_DIGIT.search(text) is None:
        return False
    return _MAY_BE.search(text if text.isascii() else plain_line(text)) is not None


def find_days(line: str, writing: Writing = PLAIN) -> list[Found]:
    """The whole days that a line (of `plain_line`) names, in its order."""
    return [] if _MAY_BE.search(line) is None else list(_days_in(line, writing))


@lru_cache(maxsize=500)  # the same few lines are asked about for days, authors and titles
def _days_in(line: str, writing: Writing) -> tuple[Found, ...]:
    found: list[Found] = []
    if language_code(writing.language) in PERSIAN:
        found += itertools.starmap(Found, solar_numbers(line))
    patterns = DAY_PATTERNS if _WHOLE_YEAR.search(line) is None else WHOLE_YEAR_PATTERNS
    for pattern in patterns:
        for match in pattern.finditer(line):
            start, end = match.span()
            if any(start < each.end and each.start < end for each in found) or _numbers_a_document(line, match):
                continue
            day = _day_of(match.groupdict(), writing, (line[:start], line[end:]))
            if day and not is_bound(line, match, writing.language):
                found.append(Found(day, start, end, _inner_clock(match.groupdict())))
    found.sort(key=lambda each: each.start)
    joined = [at for at in range(len(found) - 1) if joins_days(line[found[at].end : found[at + 1].start])]
    twice = [at for at in joined if found[at].day == found[at + 1].day]  # one day in two calendars
    spans = [at for at in joined if at not in twice]
    return tuple(each for at, each in enumerate(found) if at not in spans and at - 1 not in spans and at - 1 not in twice)


def _numbers_a_document(line: str, match: re.Match[str]) -> bool:
    """Whether 12/XI/2026 stands beside words: the number of a decree, as Indonesians give it; or 12 V behind "Article"."""
    if _ROMAN.search(match[0]) and _OF_A_LAW.search(line, max(0, match.start() - 16), match.start()):
        return True
    is_slashed = _ROMAN_BETWEEN_SLASHES.search(match[0]) is not None
    return is_slashed and any(each.isalnum() for each in f"{line[: match.start()]}{line[match.end() :]}")


_ROMAN = re.compile(r"\d[\s.]+[IVX]{1,4}[\s.]+\d")
_OF_A_LAW = re.compile(
    r"(?:(?<!\w)(?:art(?:icles?|ículos?|igos?|icol[oi]|ikel|ykuł)?|chapter|section|clause|no|nr|čl(?:ánek)?|ст(?:атья|аття)?)\.?|[§№])\s*$",
    re.IGNORECASE,
)
_ROMAN_BETWEEN_SLASHES = re.compile(r"/\s?[IVX]{1,4}\s?/")


def _day_of(parts: dict[str, str | None], writing: Writing, beside: tuple[str, str]) -> str | None:
    if parts.get("mark"):
        return _numeric(parts, writing, beside)
    year = int(parts.get("year") or 0)
    if short := parts.get("short"):
        year = year_of_two(int(short), language_code(writing.language))
    if era := parts.get("era"):
        year = _ERAS[era] + int((parts["reign"] or "").replace("元", "1"))
    name, month = parts.get("name"), int(parts.get("month") or 0)
    if name:
        both = month_of(f"{name}{parts['more']}", writing.language) if parts.get("more") else None
        month = both or month_of(name, writing.language) or month_of(_GLUED.sub("", name), writing.language) or 0
        if not month:
            return by_weekday(name, (year, int(parts["day"] or 0)), beside, writing.language)
    return iso_day(year, month, int(parts["day"] or 0))


def by_weekday(name: str, year_day: tuple[int, int], beside: tuple[str, str], language: str | None) -> str | None:
    """The day of a month whose name several languages have, where the day of the week before or behind it tells which."""
    days = {iso_day(year_day[0], month, year_day[1]) for month in possible_months(name)} - {None}
    return told_by_weekday(filter(None, days), *beside, language)


def iso_day(year: int, month: int, day: int) -> str | None:
    """ISO 8601; None where the calendar has no such day."""
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return f"{year}-{month:02}-{day:02}"


def _numeric(parts: dict[str, str | None], writing: Writing, beside: tuple[str, str]) -> str | None:
    """The one day that three numbers can mean; None where they can mean several."""
    one, two = int(parts["one"] or 0), int(parts["two"] or 0)
    mark, short = (parts["mark"] or "").strip(), parts.get("three")
    code = language_code(writing.language)
    if short and code in YEAR_FIRST:
        return iso_day(2000 + one, two, int(short))
    year = year_of_two(int(short), code) if short else int(parts["year"] or 0)
    if short and len(short) < 2:
        return None
    day_first, month_first = iso_day(year, two, one), iso_day(year, one, two)
    # whoever writes full stops writes the day first
    readings = {day_first or month_first} - {None} if mark == "." else {day_first, month_first} - {None}
    if len(readings) == 2:
        if told := told_by_weekday(filter(None, readings), *beside, writing.language):
            return told
        if writing.month_first is None:
            return None
        readings = {month_first if writing.month_first else day_first}
    if short and code is None:
        readings |= {iso_day(2000 + one, two, int(short))} - {None}
    return readings.pop() if len(readings) == 1 else None


def find_day(text: str, writing: Writing = PLAIN) -> str | None:
    """The first whole day that a text names, as ISO 8601; None where it names none.

    >>> find_day("Donnerstag, 12. Dezember 2019, 10:30 Uhr"), find_day("Publié le 1er août 2020"), find_day("2019年12月2日")
    ('2019-12-12', '2020-08-01', '2019-12-02')
    >>> find_day("11/22/2026"), find_day("3/4/2026", Writing("en-US", month_first=True)), find_day("May 2026")
    ('2026-11-22', '2026-03-04', None)
    >>> find_day("24 listopada 2026", Writing("pl")), find_day("24 listopada 2026")
    ('2026-11-24', None)
    """
    found = find_days(plain_line(text), writing)
    return found[0].day if found else None


# ---------------------------------------------------------------- times of day

_HALVES_AFTER = (
    r"(?P<half>[ap]\.?\s?m\b\.?|[AP]\.?\s?M\b\.?|π\.?μ\.?|μ\.?μ\.?|[صم](?!\w)|"
    r"SA\b|CH\b|P?TG\b|PG\b|[mp]\.d\.|ÖÖ|ÖS|de\.|du\.|ጥዋት|ከሰዓት|ਪੂ\.ਦੁ\.|ਬਾ\.ਦੁ\.)?"
)
_HALVES_BEFORE = r"(?P<before>[AP]M|오전|오후|上午|下午|午前|午後|ÖÖ|ÖS|पूर्वाह्न|अपराह्न)?\s?"
_AFTERNOON = frozenset(
    {"pm", "μμ", "م", "ch", "ptg", "tg", "md", "ös", "du", "오후", "下午", "午後", "अपराह्न", "ከሰዓት", "ਬਾਦੁ"}
)
_MINUTES = r"(?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d)(?:\.\d+)?)?"
_TAIL = rf"\s*{_HALVES_AFTER}(?:\s?(?:Uhr|hrs|h|ч|val)\b\.?)?(?:[\s(]*(?P<zone>{ZONE}))?(?!\d)"
_CJK_CLOCK = r"(?P<hour>[012]?\d)\s?[時时点點시]\s?(?:(?P<minute>[0-5]?\d)\s?[分분])?(?:\s?(?P<second>[0-5]?\d)\s?[秒초])?"
_CLOCK = rf"{_HALVES_BEFORE}(?P<hour>[012]?\d)(?:\s?[:.hH]\s?(?:{_MINUTES})?)?{_TAIL}"
_SURE_CLOCK = rf"{_HALVES_BEFORE}(?P<hour>[012]?\d):{_MINUTES}{_TAIL}"
_AT = (
    r"(?:(?:at|um|à|às|as|a las|a les|ás|alle(?: ore)?|ore|ora|la|kl\.?|klo|kell|om|u|ob|(?:o\s+)?godz\.?|o|в|о|об|plkst\.?|"
    r"saat|pukul|lúc|ساعت|الساعة|בשעה)\s+)?"
)
_WEEKDAY = (
    r"(?:[(\uff08]?(?:[月火水木金土日](?:曜日?)?|[월화수목금토일](?:요일)?|"
    r"(?:星期|週|周)[一二三四五六日天])[)\uff09]?)?"
)
_OF_YEAR = r"(?:\s?(?:r|roku|р|року|г|года|п)\b\.?)?"  # "2026 r.", "2026 г."
_BETWEEN = rf"{_OF_YEAR}[\s,،|日일\u00b7\u2022\u2013\u2014/(.-]*"
_WORDS = r"(?:[(]?[^\W\d_]{1,14}(?:-[^\W\d_]{1,10})?[).:]?[,،]?\s*){0,2}"
_CLOCKS_AFTER = (
    re.compile(rf"[\s日일]*{_WEEKDAY}[\s|-]*{_HALVES_BEFORE}{_CJK_CLOCK}{_TAIL}"),
    re.compile(rf"[\s日일]*{_WEEKDAY}[\s|-]*{_SURE_CLOCK}"),
    re.compile(rf"(?:T|{_BETWEEN}{_AT}){_CLOCK}"),
    re.compile(rf"{_BETWEEN}{_WORDS}{_SURE_CLOCK}"),  # a day of the week, or "at" in whatever language, stands between
)
_CLOCK_BEFORE = re.compile(rf"(?<![\w.:]){_CLOCK}[\s,،|\u00b7\u2013\u2014-]*{_WORDS}$")


def at_clock(day: str, hour: int, minute: int, second: int, zone: str) -> str:
    """ISO 8601 of a day and a time; 24:00 is the next day's beginning."""
    if hour == 24:
        day, hour = (date.fromisoformat(day) + timedelta(days=1)).isoformat(), 0
    return f"{day}T{hour:02}:{minute:02}:{second:02}{offset_of(zone, day)}"


def _inner_clock(parts: dict[str, str | None]) -> tuple[int, int, int, str] | None:
    hour = int(parts.get("hour") or 99)
    return (hour, int(parts["minute"] or 0), int(parts["second"] or 0), parts["zone"] or "") if hour < 24 else None


def _read_clock(found: re.Match[str]) -> tuple[int, int, int, str] | None:
    parts = found.groupdict()
    half = (parts["half"] or parts["before"] or "").lower().replace(".", "").strip()
    if not (parts["minute"] or half):
        return None
    hour, minute, second = int(parts["hour"]), int(parts["minute"] or 0), int(parts["second"] or 0)
    if half and 0 < hour <= 12:
        is_late = half.replace(" ", "") in _AFTERNOON
        hour = hour % 12 + (12 if is_late else 0)
    if hour > 24 or (hour == 24 and (minute or second)):
        return None
    return hour, minute, second, parts["zone"] or ""


def moment_at(line: str, found: Found, start: int = 0, end: int | None = None) -> str:
    """A day of a line with the time beside it, where one stands there; looked for between `start` and `end`."""
    if found.clock is not None:
        return found.moment
    after, before = line[found.end : end], line[start : found.start]
    for pattern in _CLOCKS_AFTER:
        if (match := pattern.match(after)) and (clock := _read_clock(match)):
            return at_clock(found.day, *clock)
    match = _CLOCK_BEFORE.search(before)
    clock = _read_clock(match) if match else None
    return at_clock(found.day, *clock) if clock else found.day


# ---------------------------------------------------------------- lines


@functools.lru_cache(maxsize=2_048)
def day_of_line(line: str, writing: Writing = PLAIN) -> str | None:
    """The day that a line is written to tell: one that also says who, where or what kind, but is no sentence about it.

    >>> day_of_line("By Ana Lind, Harmia | 3 May 2026, 10:15 Uhr"), day_of_line("Posted on 3 May 2026 by Ana Lind in news")
    ('2026-05-03', '2026-05-03')
    >>> day_of_line("On 3 May 2019 a tanker sank."), day_of_line("Last week: storm hits coast, 14 November 2026")
    (None, None)
    """
    told = days_told(plain_line(line), writing)
    return told[0].day if told else None


def moment_of_line(line: str, writing: Writing = PLAIN) -> str | None:
    """As `day_of_line`, with the time of day where it stands beside the day, and its zone where one is stated.

    A zone is stated by an offset, or by a name that means one offset alone: CST, IST and BST do not.

    >>> moment_of_line("May 3, 2026 at 10:15 p.m. ET"), moment_of_line("3 May 2026 10:15 CEST")
    ('2026-05-03T22:15:00-04:00', '2026-05-03T10:15:00+02:00')
    >>> moment_of_line("Published 11:11 PM EST Nov 19, 2019"), moment_of_line("3 May 2026, 10:15 CST")
    ('2019-11-19T23:11:00-05:00', '2026-05-03T10:15:00')
    >>> moment_of_line("3 May 2026, 4 min read"), moment_of_line("3. Mai 2026, 10.15 Uhr")
    ('2026-05-03', '2026-05-03T10:15:00')
    >>> moment_of_line("3 May 2026 21:42 (GMT+7)"), moment_of_line("Sun May 3 15:21:41 CST 2026")
    ('2026-05-03T21:42:00+07:00', '2026-05-03T15:21:41')
    """
    line = plain_line(line)
    told = days_told(line, writing)
    return moment_at(line, told[0], 0, told[1].start if len(told) > 1 else None) if told else None


def days_told(line: str, writing: Writing = PLAIN) -> list[Found]:
    """The days of a line (of `plain_line`) that is written to tell them; none of a sentence's."""
    found = find_days(line, writing)
    if not found:
        return []
    rest = _words_beside(line, found[0])
    lower = [word for word in rest if word[0].islower() and _is_strange(word, writing.language)]
    uncased = sum(len(word) for word in rest if not word[0].islower() and not word[0].isupper())
    # a full stop behind the year is the language's, as in "24. siječnja 2026." and "24 лютого 2026 р."
    said = [word for word in rest if word.lower() not in SMALL]
    if (
        lower
        and line.rstrip().endswith((".", "!", "?"))
        and not _ABBREVIATED.search(line)
        and (len(said) > 1 or _YEAR_END.match(line[found[0].end :]) is None)
    ):
        return []
    return found if len(lower) <= MAX_LOWER and len(rest) <= MAX_REST and uncased <= MAX_UNCASED else []


def _words_beside(line: str, day: Found) -> list[str]:
    before, after = _JOINT.split(line[: day.start])[-1], _JOINT.split(line[day.end :])[0]
    return [word for part in (before, after) for word in _WORD.findall(part)]


def _is_strange(word: str, language: str | None) -> bool:
    is_known = word in SMALL or len(word) < 2 or month_of(word, language) is not None
    return not is_known and not weekdays_of(word, language)


def strange_words(line: str, writing: Writing = PLAIN) -> list[str]:
    """The words beside a line's first day that are no name, no month, no day of the week and none of a line's small words.

    >>> strange_words("Page generated at night on 3 May 2026"), strange_words("miércoles, 3 de mayo de 2026")
    (['generated', 'night'], [])
    """
    line = plain_line(line)
    found = find_days(line, writing)
    rest = _words_beside(line, found[0]) if found else []
    return [word for word in rest if word[0].islower() and _is_strange(word, writing.language)]


# "2026 m. liepos 4 d.", "24. novembra o 9 hod.": the full stop is the word's
_ABBREVIATED = re.compile(r"\d\s?(?:d|h|hod|val|godz|ч|год)\.\s*$")
# words of lines that state by whom, when and where: all but these are a sentence's
SMALL = frozenset(
    re.split(
        r"\s+",
        """by on in at and of the for to with posted published updated last min mins minutes read reading time words comments
    comment am pm uhr von vom um und im der die das den bei zum zur aktualisiert erstellt veröffentlicht lesezeit minuten
    kommentar kommentare par le la les et dans mis jour de du del el en por y publicado publié modifié actualizado a al
    di da e il lo alle ore pubblicato aggiornato às em o os as av af og och i op door om kl klo godz dnia r
    st nd rd th er h hrs m p v feira las les ob ora hodin godz roku van za na w z gada d thg tháng năm г года р року""",
    )
)
_YEAR_END = re.compile(r"\s?(?:г|р)?\.?\s*$")
_JOINT = re.compile(r"\s[|\u00b7\u2022\u22c5\u2219\u2013\u2014-]\s")
_WORD = re.compile(r"[^\W\d_]+")
MAX_LOWER, MAX_REST, MAX_UNCASED = 2, 14, 40  # words in lower case, words, and letters of scripts without case
