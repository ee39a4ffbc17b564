"""Numbers as words into digits: words of a text in a language -> the same words, numbers among them as digits."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# a ten and a one, a hundred and a ten, two numbers
AND = frozenset(["and", "und", "et", "y", "e", "en", "og", "och", "i", "a", "и", "та", "і", "й", "ve"])
_HAN = {each: value for value, each in enumerate("一二三四五六七八九", 1)} | {"两": 2, "兩": 2}
_TIMES = {"十": 10, "百": 100, "千": 1_000}
MYRIADS = {"万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12}
_HAN_PEOPLE = re.compile(r"[一二两兩三四五六七八九十百]{1,5}(?=[人名])")
_HAN_MANY = re.compile(
    r"(?<![\d一二两兩三四五六七八九十百])[一二两兩三四五六七八九十百][一二两兩三四五六七八九十百千万萬億亿兆零〇]*[千万萬億亿兆]"
    r"[一二两兩三四五六七八九十百千零〇]*"
)


@dataclass(frozen=True, slots=True)
class NumberWords:
    """Word -> its number: `ones`, 1 among them, `tens`, `times` (hundred, thousand) and `about` (a dozen).

    `scales`: what multiplies digits, a thousand and more.
    """

    ones: Mapping[str, int]
    tens: Mapping[str, int]
    times: Mapping[str, int]
    about: Mapping[str, int]
    scales: Mapping[str, int]


def _in_order(told: str, values: Sequence[int]) -> dict[str, int]:
    return {form: value for forms, value in zip(told.split(), values, strict=False) for form in forms.split("/")}


@cache
def shipped_number_words() -> Mapping[str, NumberWords]:
    """Language -> its words (number_words.toml)."""
    text = (resources.files(__package__ or "newscrawler.events") / "number_words.toml").read_text(encoding="utf-8")
    found = {}
    for language, told in tomllib.loads(text).items():
        about = [each.partition("=") for each in told["about"].split()]
        found[language] = NumberWords(
            _in_order(told["ones"], range(1, 20)),
            _in_order(told["tens"], range(20, 100, 10)),
            _in_order(told["times"], (100, 1_000)),
            {form: int(number) for number, _, forms in about for form in forms.split("/")},
            _in_order(told["scales"], (10**3, 10**6, 10**9, 10**12)),
        )
    return found


def as_digits(words: Sequence[str], language: str) -> list[str]:
    """Words with numbers as digits; 1 alone is left, which in most languages is an article, too.

    >>> " ".join(as_digits("twenty-three dead , two hundred hurt , a dozen held , one shot".replace("-", " ").split(), "en"))
    '23 dead , 200 hurt , a 12 held , one shot'
    >>> as_digits(["killed", "on", "fire"], "en"), as_digits(["treinta", "y", "dos"], "es"), as_digits(["on", "iki"], "tr")
    (['killed', 'on', 'fire'], ['32'], ['12'])
    """
    known = shipped_number_words().get(language)
    if known is None:
        return list(words)
    found, at = [], 0
    while at < len(words):
        value, end = _number(words, at, known)
        found.append(words[at] if value is None else str(value))
        at = end
    return found


def _number(words: Sequence[str], at: int, known: NumberWords) -> tuple[int | None, int]:
    """(the number that begins at a word, None where none does; where it ends)."""
    word = words[at]
    value, end = _below_hundred(words, at, known)
    if value is None and word.isdecimal() and len(word) < 5:
        value, end = int(word), at + 1
    if value is None and word in known.times:
        value, end = 1, at
    if value is None:
        return known.about.get(word), at + 1
    for _ in range(2):  # two hundred thousand
        if end < len(words) and words[end] in known.times:
            value, end = value * known.times[words[end]], end + 1
            if value < 1_000:
                more, last = _below_hundred(words, end + (end < len(words) and words[end] in AND), known)
                value, end = (value + more, last) if more is not None else (value, end)
    if end < len(words) and words[end] in known.about:  # two dozen
        return value * known.about[words[end]], end + 1
    alone = value == 1 and end == at + 1 and not word.isdecimal()
    return (None if alone else value), end


def _below_hundred(words: Sequence[str], at: int, known: NumberWords) -> tuple[int | None, int]:
    word = words[at] if at < len(words) else ""
    if word not in known.tens and known.ones.get(word) != 10:
        return known.ones.get(word), at + 1
    ten = known.tens.get(word, 10)
    after = at + 1 + (at + 1 < len(words) and words[at + 1] in AND)
    one = known.ones.get(words[after], 10) if after < len(words) else 10
    return (ten + one, after + 1) if one < 10 and (ten > 10 or len(known.ones) < 11) else (ten, at + 1)


def with_han_as_digits(text: str) -> str:
    """Numbers of people in Chinese characters as digits.

    >>> with_han_as_digits("二十七人が死亡、两名士兵、百人、十五人"), with_han_as_digits("三国")
    ('27人が死亡、2名士兵、100人、15人', '三国')
    """
    return _HAN_PEOPLE.sub(lambda found: str(_of_han(found[0])), text)


def with_han_numbers(text: str) -> str:
    """Numbers of a thousand and more in Chinese characters as digits.

    >>> with_han_numbers("四万発、三千五百人、十二万、一億二千万、二十七人")
    '40000発、3500人、120000、120000000、二十七人'
    """
    return _HAN_MANY.sub(lambda found: str(_of_han(found[0])), text)


def _of_han(said: str) -> int:
    total, part, last = 0, 0, 0
    for each in said:
        if each in MYRIADS:
            total, part, last = total + (part + last or 1) * MYRIADS[each], 0, 0
        elif each in _TIMES:
            part, last = part + (last or 1) * _TIMES[each], 0
        else:
            last = _HAN.get(each, 0)
    return total + part + last
