"""Days that a text tells of: whole ones, and those without a year, which the day on which it was published tells.

A day is read by what the text's own language calls its months, more strictly than lines that state a date: a sentence
is full of numbers and words. A day of the week is one of seven and no day: who says "Saturday" may mean the last one or
the next one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from newscrawler.dates.months import NAME, SHORTEST, folded, language_code, shipped_months
from newscrawler.dates.weekdays import shipped_weekdays
from newscrawler.dates.written import Writing, find_day, find_days, iso_day, plain_line

if TYPE_CHECKING:
    from collections.abc import Iterator

HALF_A_YEAR = timedelta(days=183)
SURE = 4  # letters from which on a month's name is no other word, mostly; and of one that takes an ending
ENDING = 4  # letters of one at most
STEM = 5  # letters of a day of the week that stay in all cases
# languages that write a month's name before the day, and those that write 28.11. for a day
_NAME_FIRST = frozenset({"en", "hu", "lt", "lv", "fil", "kk", "ky", "mn", "eu"})
_NAME_LAST_TOO = frozenset({"en", "lv", "fil", "kk", "ky"})
_DOTTED = frozenset({"de", "cs", "sk", "fi", "et", "hr", "bs", "sr", "sl", "no", "da", "is", "lb"})
_SHORT = frozenset({"mai", "mei", "maj"})  # whole names of three letters
_CAPITAL = frozenset({"en", "de", "lb"})  # languages that write months with a capital: may, march, august
# languages whose months are words or numbers that only the patterns of whole days know, and the years that they count
_BY_WHOLE_DAY = {"fa": 621, "ps": 621, "th": -543, "vi": 0}
# patterns begin with the one character by which they are found: what stands before it is asked behind it
_DAY = r"(\d(?:(?<![\d.,:/-]\d)|(?<=[\u05d0-\u05ea]-\d))\d?)"
_DAY_NAME = re.compile(
    rf"{_DAY}(?:st|nd|rd|th|er|º|ª|°|\.|-?(?:го|е|ше|ма|ten))?\s+(?:(?:of|de|di|da|den)\s+|d[’'])?({NAME})(\s[\u0600-\u06ff]{{3,7}})?\.?"
)
_NAME_BEFORE = re.compile(rf"(?<![^\W\d_])({NAME})\.?\s+$")
_LONGEST_BEFORE = 24  # characters of a month's name and what stands behind it
_DAY_BEHIND = re.compile(r"\d(?<=\s\d)\d?(?![\d:]|[.,]\d|\s?%)")
_EASTERN = re.compile(r"(?<!\d)(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]")
_NUMBERS = re.compile(r"(?<![\d.,])(\d{1,2})\.\s?(\d{1,2})\.(?!\d)(?!\s?(?:19|20)\d\d)")
_OTHER = re.compile(r"(?<!\d)\d{1,2}\s+(?:tháng\s+\d{1,2}|[\u0600-\u06ff]{2,9}|[\u0e01-\u0e4e.]{4,12})")
_YEAR_BEHIND = re.compile(r"\.?[,،]?\s*(?:(?:de|del|of)\s+)?(?:1[34]|19|20|25)\d\d(?!\d)")
_DIGIT = re.compile(r"\d")
_END = re.compile(r"[\n.!?。！？।](?:(?<=[\n。！？।])|(?<=[^\d\s][.!?])\s+(?!\d))")  # "28. November" goes on
_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST + 1},}}")
_CAPITAL_WORD = re.compile(rf"[A-Z](?<![^\W\d_][A-Z])[^\W\d_]{{{SHORTEST},}}")
_EASTERN_WEEKDAY = re.compile(r"(?:星期|週|周)([一二三四五六日天])|([月火水木金土日])曜|([월화수목금토일])요일")
_EASTERN_DAYS = ("一二三四五六日", "月火水木金土日", "월화수목금토일")


def days_named(text: str, language: str | None, published: date) -> list[str]:
    """The days that a text names, as ISO 8601, each once: of each sentence whole ones first.

    `published`: the day that tells the year of those without one: the nearest such day is meant.

    >>> days_named("Am 28. November stießen sie zusammen, am 3. Mai 2019 nicht.", "de", date(2026, 12, 1))
    ['2019-05-03', '2026-11-28']
    >>> days_named("Сталося 28 листопада", "uk", date(2026, 12, 1)), days_named("28 listopada", "hr", date(2026, 12, 1))
    (['2026-11-28'], ['2026-10-28'])
    >>> days_named("On January 2 and on 2 may be", "en", date(2026, 12, 1)), days_named("11月28日", "ja", date(2026, 12, 1))
    (['2027-01-02'], ['2026-11-28'])
    """
    found: list[str] = []
    code = language_code(language)
    if _DIGIT.search(text) is None:
        return found
    for line in _lines_with_numbers(text):
        whole = find_days(line, Writing(language, month_first=None))
        found += [each.day for each in whole]
        taken = [(each.start, each.end) for each in whole]
        for start, end, day in _without_year(line, code, published):
            if not any(start < last and first < end for first, last in taken) and not _YEAR_BEHIND.match(line, end):
                found.append(day)
    return list(dict.fromkeys(found))


def _lines_with_numbers(text: str) -> Iterator[str]:
    """The sentences of a text in which a digit is, as the patterns know them."""
    start = 0
    for end, behind in [*((each.start() + 1, each.end()) for each in _END.finditer(text)), (len(text), len(text))]:
        if _DIGIT.search(text, start, end):
            yield plain_line(text[start:end].rstrip("\n"))
        start = behind


def _without_year(line: str, code: str | None, published: date) -> Iterator[tuple[int, int, str]]:
    """(where it begins, where it ends, the day) of days without a year."""
    for start, end, month, day in _months_and_days(line, code):
        if month and (nearest := nearest_day(month, day, published)):
            yield start, end, nearest
    if code in _BY_WHOLE_DAY:
        for match in _OTHER.finditer(line):
            if nearest := _nearest_by_whole_day(match[0], code or "", published):
                yield *match.span(), nearest


def _months_and_days(line: str, code: str | None) -> Iterator[tuple[int, int, int | None, int]]:
    for match in _EASTERN.finditer(line):
        yield *match.span(), int(match[1]), int(match[2])
    if code not in shipped_months():
        return
    if code not in _NAME_FIRST or code in _NAME_LAST_TOO:
        for match in _DAY_NAME.finditer(line):
            both = month_in(f"{match[2]}{match[3]}", code) if match[3] else None
            yield *match.span(), both or month_in(match[2], code), int(match[1])
    if code in _NAME_FIRST:
        for match in _DAY_BEHIND.finditer(line):
            start = match.start()
            if name := _NAME_BEFORE.search(line, max(0, start - _LONGEST_BEFORE), start):
                yield name.start(), match.end(), month_in(name[1], code), int(match[0])
    if code in _DOTTED:
        for match in _NUMBERS.finditer(line):
            yield *match.span(), int(match[2]), int(match[1])


def _nearest_by_whole_day(said: str, code: str, published: date) -> str | None:
    years = [published.year + each - _BY_WHOLE_DAY[code] for each in (-1, 0, 1)]
    joint = ", " if code == "vi" else " "
    days = [find_day(f"{said}{joint}{_in_digits(year, code)}", Writing(code)) for year in years]
    return _nearest([each for each in days if each], published)


def _in_digits(year: int, code: str) -> str:
    return str(year).translate(_PERSIAN_DIGITS) if code in ("fa", "ps") else str(year)


_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def month_in(name: str, code: str) -> int | None:
    """The month that a word is in a sentence of a language, 1 to 12; more strictly than `months.month_of`.

    >>> month_in("listopada", "pl"), month_in("marraskuuta", "fi"), month_in("may", "en"), month_in("May", "en")
    (11, 11, None, 5)
    """
    if code in _CAPITAL and name[0].islower():
        return None
    months, plain = shipped_months()[code], folded(name)
    if code == "he" and plain[:1] == "ב" and plain[1:] in months:
        plain = plain[1:]
    if plain in months:
        is_sure = len(plain) >= SURE or name[0].isupper() or plain in _SHORT
        return months[plain] if is_sure and len(plain) >= SHORTEST else None
    ends = range(max(SURE, len(plain) - ENDING), len(plain))
    found = {months[plain[:end]] for end in ends if plain[:end] in months}
    return found.pop() if len(found) == 1 else None


def nearest_day(month: int, day: int, published: date) -> str | None:
    """The day of a year nearest to one on which it is told; None where no year has it.

    >>> nearest_day(1, 2, date(2026, 12, 1)), nearest_day(11, 28, date(2027, 1, 3)), nearest_day(13, 1, date(2026, 1, 1))
    ('2027-01-02', '2026-11-28', None)
    """
    days = [iso_day(published.year + each, month, day) for each in (-1, 0, 1)]
    return _nearest([each for each in days if each], published)


def _nearest(days: list[str], published: date) -> str | None:
    near = [each for each in days if abs(date.fromisoformat(each) - published) <= HALF_A_YEAR]
    return min(near, key=lambda each: abs(date.fromisoformat(each) - published), default=None)


def weekdays_named(text: str, language: str | None) -> list[int]:
    """The days of the week that a text names, 0 is Monday, each once.

    >>> weekdays_named("Die Fregatte lief am Samstag ein", "de"), weekdays_named("в субботу", "ru")
    ([5], [5])
    >>> weekdays_named("they sat down", "en"), weekdays_named("周六上午", "zh"), weekdays_named("土曜日に", "ja")
    ([], [5], [5])
    """
    code = language_code(language)
    found = []
    if code in ("ja", "zh", "ko"):
        for match in _EASTERN_WEEKDAY.finditer(text):
            at = next(place for place, each in enumerate(match.groups()) if each)
            found.append(_EASTERN_DAYS[at].find(match[at + 1].replace("天", "日")))
    elif code in shipped_weekdays():
        words = (_CAPITAL_WORD if code in _CAPITAL else _WORD).findall(text)
        found = [day for each in words if (day := _weekday_of(each, code)) >= 0]
    return list(dict.fromkeys(found))


@lru_cache(50_000)
def _weekday_of(word: str, code: str) -> int:
    """The day of the week that a word is in a language; -1 where it is none."""
    names, plain = _weekday_names(code), folded(word)
    if plain in names:
        return names[plain]
    days = {day for name, day in _by_beginning(code).get(plain[:STEM], ()) if _is_declined(plain, name)}
    return days.pop() if len(days) == 1 else -1


def _is_declined(word: str, name: str) -> bool:
    """Whether a word may be a name in another case: laugardaginn of laugardagur, szombaton of szombat."""
    stem = name[:-2]
    return len(stem) >= STEM and word.startswith(stem) and len(word) <= len(name) + ENDING


@cache
def _by_beginning(code: str) -> dict[str, list[tuple[str, int]]]:
    """The names of days that are declined, by the letters with which a word has to begin: most words begin otherwise."""
    found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for name, day in _weekday_names(code).items():
        if len(name) - 2 >= STEM:
            found[name[:STEM]].append((name, day))
    return dict(found)


# cases of names that CLDR gives as they stand alone
_DECLINED = {
    "ru": "понедельника 0, вторника 1, среду 2, среды 2, четверга 3, пятницу 4, пятницы 4, субботу 5, субботы 5",
    "uk": "понеділка 0, вівторка 1, середу 2, середи 2, четверга 3, пятницю 4, пятниці 4, суботу 5, неділю 6, неділі 6",
    "pl": "srode 2, sobote 5, niedziele 6",
    "cs": "stredu 2, sobotu 5, nedeli 6",
    "sk": "stredu 2, sobotu 5, nedelu 6",
    "hr": "srijedu 2, subotu 5, nedjelju 6",
    "bs": "srijedu 2, subotu 5, nedjelju 6",
    "sr": "среду 2, суботу 5, недељу 6, sredu 2, subotu 5, nedelju 6",
    "sl": "sredo 2, soboto 5, nedeljo 6",
}


@cache
def _weekday_names(code: str) -> dict[str, int]:
    """Folded names of a language that are of one day and no short form, in the cases that news writes."""
    stated = shipped_weekdays()[code]
    names = {name: min(days) for name, days in stated.items() if len(days) == 1 and len(name) > SHORTEST}
    declined = (each.split() for each in _DECLINED.get(code, "").split(",") if each)
    return names | {folded(name): int(day) for name, day in declined}
