"""Numbers in a text, each as its value however its language writes it: a text in, its parts and the numbers between out.

    1,200 = 1.200 = 1 200 = 1'200        three digits behind a mark are thousands, whichever mark it is
    1.5 = 1,5                            behind the mark with which the language writes fractions
    0.125, 1.125 billion, 1,125 Mrd.     so are three digits behind that mark, after a 0 and before a million and more
    1.1 billion, 4万, 1억 2천만            with the words and characters that multiply

A space parts thousands in languages that write so, a no-break or thin one in all.  Digits behind letters and a hyphen (F-16,
COVID-19) are of a name, and no number.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from newscrawler.events.numbers import MYRIADS, shipped_number_words, with_han_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_POINT = "en zh ja ko th he hi bn ur ta te mr ne pa ms tl sw my km"  # write 1.5; others 1,5
_SPACED = "fr ru uk be bg pl cs sk sl sv no nb nn fi et lv lt hu es pt kk ky uz hy ka"  # write 1 200
POINT, SPACED = frozenset(_POINT.split()), frozenset(_SPACED.split())
_BY = {"百": 100, "백": 100, "千": 1_000, "천": 1_000, "만": 10**4, "억": 10**8, "조": 10**12} | MYRIADS
_NO_BREAK = re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))")
_MARKS = str.maketrans({"٬": ",", "٫": ".", "’": "'"})
_DIGITS = re.compile(r"\d+(?:[.,'٬٫’]\d+| \d{3}(?!\d))*")
_GROUPED = re.compile(r"(\d{1,3})([ .,'])(\d{3})((?:\2\d{3})*)(?:([.,])(\d+))?")
_OF_INDIA = re.compile(r"\d{1,2}(?:,\d\d)+,\d{3}")
_FRACTION = re.compile(r"(\d+)([.,])(\d+)")
_MULTIPLIED = re.compile(rf" ?[{''.join(_BY)}]+")
_HYPHENS = frozenset("-\u2010\u2011")
_WORD = re.compile(r"[ -]?([^\W\d_]+)")


class Part(NamedTuple):
    """A part of a text: `text`, the `numbers` that follow it as values, or the digits of the name at its end (`name`)."""

    text: str
    numbers: tuple[str, ...] = ()
    name: str = ""


def numbers_in(text: str, language: str) -> list[Part]:
    """A text in parts, in order.  `language`: of two letters, "" where unknown.

    >>> [each[:2] for each in numbers_in("1,200 drones, 1.1 billion", "en")]
    [('', ('1200',)), (' drones, ', ('1100000000',)), ('', ())]
    >>> [number for part in numbers_in("1.200 Drohnen, 1,5 Mio. t, F-16, 2'000 km", "de") for number in part.numbers]
    ['1200', '1500000', '2000']
    >>> [number for part in numbers_in("ドローン1200機、砲弾4万発、1億2千万円", "ja") for number in part.numbers]
    ['1200', '40000', '120000000']
    >>> [part.name for part in numbers_in("F-16s and COVID-19", "en") if part.name]
    ['16', '19']
    """
    text = with_han_numbers(unicodedata.normalize("NFKC", _NO_BREAK.sub("'", text)))
    found, at = [], 0
    for begin, end, numbers, name in _figures(text, language):
        found.append(Part(text[at:begin], numbers, name))
        at = end
    return [*found, Part(text[at:])]


def with_plain_numbers(text: str, language: str) -> str:
    """A text with its numbers as plain digits, those of names left out.

    >>> with_plain_numbers("1 200 soldats, 2,5 km, un F-16", "fr"), with_plain_numbers("4万人が避難", "ja")
    ('1200 soldats, 2.5 km, un F-', '40000人が避難')
    """
    return "".join(f"{part.text}{' '.join(part.numbers)}" for part in numbers_in(text, language))


def _figures(text: str, language: str) -> Iterator[tuple[int, int, tuple[str, ...], str]]:
    """(where digits begin, where they end, their values, those of a name); several values where marks part them."""
    scales = _scales(language)
    ended = 0
    for found in _DIGITS.finditer(text):
        begin, end = found.span()
        if begin < ended or _goes_on(text[begin - 1 : begin]):
            continue
        if text[begin - 1 : begin] in _HYPHENS and _goes_on(text[begin - 2 : begin - 1]):
            ended = begin + len(re.split(r"\D", found[0])[0])
            yield begin, ended, (), text[begin:ended]
            continue
        if _MULTIPLIED.match(text, end):
            value, ended = _in_myriads(text, begin, language)
            yield begin, ended, (_plain(value),), ""
            continue
        times, ended = _times(text, end, scales)
        if ended == end and found[0].isdecimal() and _goes_on(text[end : end + 1]):  # 16s, 12km: a word
            continue
        values = _values(found[0].translate(_MARKS), language, is_scaled=times >= 10**6)
        yield begin, ended, tuple(_plain(each) for each in [*values[:-1], values[-1] * times]), ""


def _goes_on(character: str) -> bool:
    """Whether a character beside a digit makes one word of both, in scripts that have capitals."""
    return character.lower() != character.upper()


def _scales(language: str) -> Mapping[str, int]:
    known = shipped_number_words().get(language)
    return known.scales if known is not None else {}


def _times(text: str, at: int, scales: Mapping[str, int]) -> tuple[int, int]:
    """(what the words behind a number make of it, where they end): thousand, million, *mil millones*."""
    times = 1
    for _ in range(2):
        found = _WORD.match(text, at) if scales else None
        if found is None or found[1].lower() not in scales:
            break
        times, at = times * scales[found[1].lower()], found.end(1)
    return times, at


def _in_myriads(text: str, at: int, language: str) -> tuple[Decimal, int]:
    """(value, where it ends) of what ten thousands and hundred millions make: 1億2千万, 3만 5000."""
    total, least = Decimal(0), 0
    while found := _DIGITS.match(text, at + (least > 0 and text[at : at + 1] == " ")):
        value = _values(found[0].translate(_MARKS), language, is_scaled=True)[-1]
        units = _MULTIPLIED.match(text, found.end())
        times = 1
        for each in units[0].strip() if units else "":
            times *= _BY[each]
        if least and (value * times >= least or (units is None and text[at : at + 1] == " " and value < 1_000)):
            break
        total, at, least = total + value * times, (units or found).end(), times
        if units is None:
            break
    return total, at


def _values(raw: str, language: str, *, is_scaled: bool) -> list[Decimal]:
    """The values of digits with marks between; several where the marks are none of a number."""
    own = "." if language in POINT else ","
    if " " in raw and language not in SPACED:
        return [value for each in raw.split(" ") for value in _values(each, language, is_scaled=is_scaled)]
    if (found := _GROUPED.fullmatch(raw)) and found[2] != found[5]:
        first, mark, second, more, _, fraction = found.groups()
        if not (mark == own and not more and fraction is None and (is_scaled or first == "0")):
            return [Decimal(f"{first}{second}{''.join(filter(str.isdecimal, more))}.{fraction or 0}")]
    if (found := _FRACTION.fullmatch(raw)) and (found[2] == own or is_scaled):
        return [Decimal(f"{found[1]}.{found[3]}")]
    if _OF_INDIA.fullmatch(raw):
        return [Decimal(raw.replace(",", ""))]
    return [Decimal(each) for each in re.findall(r"\d+", raw)]


def _plain(value: Decimal) -> str:
    """A value as digits: without zeros that say nothing."""
    said = f"{value:f}"
    return (said.rstrip("0").rstrip(".") if "." in said else said) or "0"
