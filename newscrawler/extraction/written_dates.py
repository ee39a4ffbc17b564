"""Dates as people write them on pages, in some thirty languages, to ISO 8601 days."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import datetime
from zoneinfo import ZoneInfo

# month names by their beginnings, lower case and without accents; a longer beginning wins
_MONTHS = (
    ("jan janv jänner ene gen styc led янв січ ocak tammi sij ian ιαν sausio ינואר בינואר يناير जन", 1),
    ("feb fev fév févr febb lut uno únor фев лют şub sub helmi velj φεβ vasar פברואר בפברואר شباط فبراير फर", 2),
    ("mar mär mars märz maer mrt marz brez březen мар бер maali ozu μαρ kovo מרץ במרץ آذار مارس मार्च", 3),
    ("apr avr avril abr kwie dub апр кві nis huhti trav απρ baland אפריל באפריל نيسان أبريل إبريل अप्रैल", 4),
    ("may mai mei maj maggio mag magg maio mayo kvet květ май мая трав touko svib maj μαι geguz מאי במאי أيار مايو मई", 5),
    ("jun juin giu czerw červen cerven июн черв haz kesä kesa lip ιουν birzel יוני ביוני حزيران يونيو जून", 6),
    ("jul juil juillet lug lip červenec cervenec июл лип tem heinä heina srp ιουλ liepos יולי ביולי تموز يوليو जुल", 7),
    ("aug aou août aout ago sierp srp srpen авг серп ağu agu elo kolo αυγ rugpj אוגוסט באוגוסט أغسطس अग", 8),
    ("sep sept set wrze zari září сен вер eyl syys ruj σεπ rugsej ספטמבר בספטמבר أيلول سبتمبر सित", 9),
    ("oct okt oto out ott paz paź rij říj окт жов eki loka listop οκτ spal אוקטובר באוקטובר أكتوبر अक्", 10),
    ("nov list lis noy ноя лист kas marras stud νοε lapkr נובמבר בנובמבר نوفمبر नव", 11),
    ("dec dez déc dic gru pros дек груд ara joulu δεκ gruod דצמבר בדצמבר ديسمبر दिस", 12),
)  # fmt: skip


def _plain(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(each))


_BEGINNINGS = sorted(
    ((_plain(name), month) for names, month in _MONTHS for name in names.split()), key=lambda each: -len(each[0])
)
_NAME = r"(?:[^\W\d_]|[\u0900-\u0963]){2,12}"  # vowel signs are no letters
_YEAR = r"(?P<year>(?:19|20)\d{2})(?!:\d)"  # 28.09.1912:44 is of the year 2019
_PATTERNS = (
    re.compile(rf"(?<!\d){_YEAR}\s*[-/.年년]\s*(?P<month>\d{{1,2}})\s*[-/.月월]\s*(?P<day>\d{{1,2}})(?!\d)"),
    re.compile(rf"(?<![\d.])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.)?\s*(?:of|de|d[ei]|\.|-|/)?\s*(?P<name>{_NAME})\.?(?:\s?/\s?{_NAME})?,?\s*(?:of|de|del|\.|-|/)?\s*{_YEAR}"),
    re.compile(rf"(?P<name>[^\W\d_]{{3,12}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?,?\s+{_YEAR}"),
    re.compile(r"(?P<name>[^\W\d_]{3,12})\.?\s+(?P<day>[0-3]\d)(?P<year>20\d{2})(?!\d)"),  # two elements run together
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})\s*(?P<mark>[./|-])\s*(?P<month>\d{{1,2}})\s*(?P=mark)\s*{_YEAR}"),
    re.compile(rf"{_YEAR}\.?\s+(?P<name>[^\W\d_]{{3,12}})\.?\s+(?P<day>\d{{1,2}})"),
    # two digits for a year are a date only in the order that dots stand for
    re.compile(r"(?<![\d.,])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<short>\d{2})(?:(?![\d.,]\d|\d)|(?=\d{1,2}:\d\d))"),
)  # fmt: skip
# Arabic-Indic, Persian and Devanagari digits
_DIGITS = {first + value: str(value) for first in (0x660, 0x6F0, 0x966) for value in range(10)}
_DIGIT = re.compile(r"\d")


def _month(name: str) -> int | None:
    plain = _plain(name)
    return next((month for beginning, month in _BEGINNINGS if plain.startswith(beginning)), None)


def find_day(text: str, *, month_first: bool | None = False) -> str | None:
    """The first whole day that a text names, as ISO 8601; None where it names none.

    `month_first`: 3/4/2026 is in March, as American pages write it; None: nobody knows, and it is no day.

    >>> find_day("Donnerstag, 12. Dezember 2019, 10:30 Uhr"), find_day("Publié le 1er août 2020"), find_day("2019年12月2日")
    ('2019-12-12', '2020-08-01', '2019-12-02')
    >>> find_day("11/22/2026"), find_day("3/4/2026", month_first=True), find_day("May 2026")
    ('2026-11-22', '2026-03-04', None)
    """
    found = _found(text[:300], month_first=month_first)
    return found[0] if found else None


def day_of_line(line: str, *, month_first: bool | None = False) -> str | None:
    """The day that a line is written to tell: one that also says who, where or what kind, but is no sentence about it.

    >>> day_of_line("By Ana Lind, Harmia | 3 May 2026, 10:15 Uhr"), day_of_line("Posted on 3 May 2026 by Ana Lind in news")
    ('2026-05-03', '2026-05-03')
    >>> day_of_line("On 3 May 2019 a tanker sank."), day_of_line("Last week: storm hits coast, 14 November 2026")
    (None, None)
    """
    found = _told(line[:300], month_first=month_first)
    return found[0] if found else None


def moment_of_line(line: str, *, month_first: bool | None = False) -> str | None:
    """As `day_of_line`, with the time of day where it stands beside the day, and its zone where one is stated.

    A zone is stated by an offset, or by a name that means one offset alone: CST, IST and BST do not.

    >>> moment_of_line("May 3, 2026 at 10:15 p.m. ET"), moment_of_line("3 May 2026 10:15 CEST")
    ('2026-05-03T22:15:00-04:00', '2026-05-03T10:15:00+02:00')
    >>> moment_of_line("Published 11:11 PM EST Nov 19, 2019"), moment_of_line("3 May 2026, 10:15 CST")
    ('2019-11-19T23:11:00-05:00', '2026-05-03T10:15:00')
    >>> moment_of_line("3 May 2026, 4 min read"), moment_of_line("3. Mai 2026, 10.15 Uhr")
    ('2026-05-03', '2026-05-03T10:15:00')
    """
    line = line[:300]
    found = _told(line, month_first=month_first)
    if found is None:
        return None
    day, (start, end) = found
    clock = _CLOCK_AFTER.match(line[end:]) or _CLOCK_BEFORE.search(line[:start])
    if clock is None or not (clock["minute"] or clock["half"]):
        return day
    half = (clock["half"] or "").lower()[:1]
    hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
    if hour > (12 if half else 23):
        return day
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return f"{day}T{hour:02}:{minute:02}:00{_offset(clock['zone'] or '', day)}"


def _offset(zone: str, day: str) -> str:
    if place := _PLACES.get(zone):
        moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=ZoneInfo(place))
        return moment.isoformat()[-6:]
    if zone[:1] in ("+", "-"):
        digits = zone.replace(":", "")
        return f"{digits[:3]}:{digits[3:]}"
    return _OFFSETS.get(zone, "")


# names of one offset, and of the clock of a place
_OFFSETS = {
    "GMT": "+00:00", "UTC": "+00:00", "Z": "+00:00", "WEST": "+01:00", "CET": "+01:00", "MEZ": "+01:00", "CEST": "+02:00",
    "MESZ": "+02:00", "EET": "+02:00", "EEST": "+03:00", "MSK": "+03:00", "JST": "+09:00", "KST": "+09:00",
    "EST": "-05:00", "EDT": "-04:00", "CDT": "-05:00", "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00",
    "AEST": "+10:00", "AEDT": "+11:00",
}  # fmt: skip
_PLACES = {"ET": "America/New_York", "PT": "America/Los_Angeles"}
_CLOCK = (
    r"(?P<hour>[012]?\d)(?:\s?[:.h時时点시]\s?(?P<minute>[0-5]\d)?(?:[:.][0-5]\d(?:\.\d+)?)?(?:\s?[分분])?)?"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?|[AP]\.?\s?M\b\.?)?(?:\s?(?:Uhr|h|hrs|Uhr\))\b)?"
    r"[\s(]*(?P<zone>[+-](?:0\d|1[0-4]):?[0-5]\d|\b(?:[A-Z]{2,4}|Z)\b)?"
)
_AT = r"(?:(?:at|um|à|às|a las|alle(?: ore)?|ore|kl\.?|klo|om|o|godz\.?|в|о)\s+)?"
_CLOCK_AFTER = re.compile(rf"(?:T|[\s,|日일\u00b7\u2022\u2013\u2014/(-]*{_AT}){_CLOCK}(?!\w)")
_CLOCK_BEFORE = re.compile(rf"(?<![\w.:]){_CLOCK}[\s,|\u00b7]*(?:(?:on|am|le|del?)\s)?(?:[^\W\d_]+day,?\s)?$")


def _told(line: str, *, month_first: bool | None) -> tuple[str, tuple[int, int]] | None:
    """(the day that a line is written to tell, where it stands)."""
    found = _found(line, month_first=month_first)
    if found is None:
        return None
    start, end = found[1]
    before, after = _JOINT.split(line[:start])[-1], _JOINT.split(line[end:])[0]
    rest = [word for part in (before, after) for word in _WORD.findall(part)]
    lower = [word for word in rest if word[0].islower() and word not in _SMALL and _month(word) is None]
    uncased = [word for word in rest if not word[0].islower() and not word[0].isupper()]
    said = sum(map(len, uncased))
    if lower and line.rstrip().endswith((".", "!", "?")):
        return None
    return found if len(lower) <= MAX_LOWER and len(rest) <= MAX_REST and said <= MAX_UNCASED else None


# words of lines that state by whom, when and where: all but these are a sentence's
_SMALL = frozenset(
    re.split(
        r"\s+",
        """by on in at and of the for to with posted published updated last min mins minutes read reading time words comments
    comment am pm uhr von vom um und im der die das den bei zum zur aktualisiert erstellt veröffentlicht lesezeit minuten
    kommentar kommentare par le la les et dans mis jour de du del el en por y publicado publié modifié actualizado a al
    di da e il lo alle ore pubblicato aggiornato às em o os as av af og och i op door om kl klo godz dnia r
    st nd rd th er h m p v van za na w z""",
    )
)
_JOINT = re.compile(r"\s[|\u00b7\u2022\u22c5\u2219\u2013\u2014-]\s")
_WORD = re.compile(r"[^\W\d_]+")
MAX_LOWER, MAX_REST, MAX_UNCASED = 2, 14, 40  # words in lower case, words, and letters of scripts without case


def _found(text: str, *, month_first: bool | None) -> tuple[str, tuple[int, int]] | None:
    """(the first whole day of a text, where it stands)."""
    if _DIGIT.search(text) is None:
        return None
    if not text.isascii():
        text = text.translate(_DIGITS)
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            parts = found.groupdict()
            year, day = int(parts.get("year") or f"20{parts['short']}"), int(parts["day"])
            month = int(parts["month"]) if parts.get("month") else _month(parts["name"])
            if month_first is None and parts.get("mark") == "/" and day != month and max(day, month or 0) <= 12:
                continue
            if parts.get("mark") == "/" and month and (month > 12 or (month_first and day <= 12)):
                day, month = month, day
            if month and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
                return f"{year}-{month:02}-{day:02}", found.span()
    return None
