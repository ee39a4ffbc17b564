"""Dates as people write them on pages, in some thirty languages, to ISO 8601 days."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange

# month names by their beginnings, lower case and without accents; a longer beginning wins
_MONTHS = (
    ("jan janv jänner ene gen styc led янв січ ocak tammi sij ian ιαν sausio", 1),
    ("feb fev fév févr febb lut uno únor фев лют şub sub helmi velj φεβ vasar", 2),
    ("mar mär mars märz maer mrt marz brez březen мар бер maali ozu μαρ kovo", 3),
    ("apr avr avril abr kwie dub апр кві nis huhti trav απρ baland", 4),
    ("may mai mei maj maggio mag magg maio mayo kvet květ май мая трав touko svib maj μαι geguz", 5),
    ("jun juin giu czerw červen cerven июн черв haz kesä kesa lip ιουν birzel", 6),
    ("jul juil juillet lug lip červenec cervenec июл лип tem heinä heina srp ιουλ liepos", 7),
    ("aug aou août aout ago sierp srp srpen авг серп ağu agu elo kolo αυγ rugpj", 8),
    ("sep sept set wrze zari září сен вер eyl syys ruj σεπ rugsej", 9),
    ("oct okt oto out ott paz paź rij říj окт жов eki loka listop οκτ spal", 10),
    ("nov list lis noy ноя лист kas marras stud νοε lapkr", 11),
    ("dec dez déc dic gru pros дек груд ara joulu δεκ gruod", 12),
)  # fmt: skip


def _plain(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(each))


_BEGINNINGS = sorted(
    ((_plain(name), month) for names, month in _MONTHS for name in names.split()), key=lambda each: -len(each[0])
)
_YEAR = r"(?P<year>(?:19|20)\d{2})(?!:\d)"  # 28.09.1912:44 is of the year 2019
_PATTERNS = (
    re.compile(rf"(?<!\d){_YEAR}\s*[-/.年년]\s*(?P<month>\d{{1,2}})\s*[-/.月월]\s*(?P<day>\d{{1,2}})(?!\d)"),
    re.compile(rf"(?<![\d.])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.)?\s*(?:of|de|d[ei]|\.|-|/)?\s*(?P<name>[^\W\d_]{{3,12}})\.?,?\s*(?:of|de|del|\.|-|/)?\s*{_YEAR}"),
    re.compile(rf"(?P<name>[^\W\d_]{{3,12}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.)?,?\s+{_YEAR}"),
    re.compile(r"(?P<name>[^\W\d_]{3,12})\.?\s+(?P<day>[0-3]\d)(?P<year>20\d{2})(?!\d)"),  # two elements run together
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})\s*(?P<mark>[./|-])\s*(?P<month>\d{{1,2}})\s*(?P=mark)\s*{_YEAR}"),
    re.compile(rf"{_YEAR}\.?\s+(?P<name>[^\W\d_]{{3,12}})\.?\s+(?P<day>\d{{1,2}})"),
    # two digits for a year are a date only in the order that dots stand for
    re.compile(r"(?<![\d.,])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<short>\d{2})(?:(?![\d.,]\d|\d)|(?=\d{1,2}:\d\d))"),
)  # fmt: skip
_DIGIT = re.compile(r"\d")


def _month(name: str) -> int | None:
    plain = _plain(name)
    return next((month for beginning, month in _BEGINNINGS if plain.startswith(beginning)), None)


def find_day(text: str, *, month_first: bool = False) -> str | None:
    """The first whole day that a text names, as ISO 8601; None where it names none.

    `month_first`: 3/4/2026 is in March, as American pages write it.

    >>> find_day("Donnerstag, 12. Dezember 2019, 10:30 Uhr"), find_day("Publié le 1er août 2020"), find_day("2019年12月2日")
    ('2019-12-12', '2020-08-01', '2019-12-02')
    >>> find_day("11/22/2026"), find_day("3/4/2026", month_first=True), find_day("May 2026")
    ('2026-11-22', '2026-03-04', None)
    """
    found = _found(text[:300], month_first=month_first)
    return found[0] if found else None


def day_of_line(line: str, *, month_first: bool = False) -> str | None:
    """The day that a line is written to tell: one that also says who, where or what kind, but is no sentence about it.

    >>> day_of_line("By Ana Lind, Harmia | 3 May 2026, 10:15 Uhr"), day_of_line("Posted on 3 May 2026 by Ana Lind in news")
    ('2026-05-03', '2026-05-03')
    >>> day_of_line("On 3 May 2019 a tanker sank."), day_of_line("Last week: storm hits coast, 14 November 2026")
    (None, None)
    """
    line = line[:300]
    found = _found(line, month_first=month_first)
    if found is None:
        return None
    day, (start, end) = found
    before, after = _JOINT.split(line[:start])[-1], _JOINT.split(line[end:])[0]
    rest = [word for part in (before, after) for word in _WORD.findall(part)]
    lower = [word for word in rest if word[0].islower() and word not in _SMALL and _month(word) is None]
    uncased = [word for word in rest if not word[0].islower() and not word[0].isupper()]
    said = sum(map(len, uncased))
    if lower and line.rstrip().endswith((".", "!", "?")):
        return None
    return day if len(lower) <= MAX_LOWER and len(rest) <= MAX_REST and said <= MAX_UNCASED else None


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


def _found(text: str, *, month_first: bool) -> tuple[str, tuple[int, int]] | None:
    """(the first whole day of a text, where it stands)."""
    if _DIGIT.search(text) is None:
        return None
    for pattern in _PATTERNS:
        for found in pattern.finditer(text):
            parts = found.groupdict()
            year, day = int(parts.get("year") or f"20{parts['short']}"), int(parts["day"])
            month = int(parts["month"]) if parts.get("month") else _month(parts["name"])
            if parts.get("mark") == "/" and month and (month > 12 or (month_first and day <= 12)):
                day, month = month, day
            if month and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
                return f"{year}-{month:02}-{day:02}", found.span()
    return None
