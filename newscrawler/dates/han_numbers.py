"""Days whose numbers are Han characters, as decrees have them: 二〇二六年十一月二十八日, 令和八年十一月廿八日."""

from __future__ import annotations

import re

_ROWS = ("〇零○", "一壱", "二弐", "三参", "四", "五", "六", "七", "八", "九")
_DIGITS = {each: value for value, row in enumerate(_ROWS) for each in row}
_ONE, _TEN = f"[{''.join(_DIGITS)}]", "[十廿卅]"
_COUNT = rf"(?:{_ONE}?{_TEN}{_ONE}?|{_ONE}{{1,2}}|\d{{1,2}})"
_DAY = re.compile(
    rf"(?:(?P<era>令和|平成|民國|民国)\s?(?P<reign>元|(?:一?百)?{_COUNT}|{_ONE}{{3}}|一?百)|(?<!{_ONE})(?P<year>{_ONE}{{4}}))"
    rf"\s?年\s?(?P<month>{_COUNT})\s?月\s?(?P<day>{_COUNT})\s?[日号號]"
)
_TENS = {"十": 10, "廿": 20, "卅": 30}


def number_of(text: str) -> int:
    """A number below 200 in Han characters, by its tens or digit by digit; 0 where it is none.

    >>> number_of("十一"), number_of("二十八"), number_of("廿八"), number_of("一一五"), number_of("一百一十五")
    (11, 28, 28, 115, 115)
    """
    if text.isascii():
        return int(text) if text.isdigit() else 0
    hundred, _, rest = text.rpartition("百")
    found = 100 * bool(hundred or "百" in text)
    tens = next((each for each in rest if each in _TENS), None)
    if tens is None:
        return found + (int("".join(str(_DIGITS[each]) for each in rest)) if rest else 0)
    before, _, after = rest.partition(tens)
    found += _TENS[tens] * (_DIGITS[before] if before else 1)
    return found + (_DIGITS[after] if after else 0)


def in_arabic_numerals(line: str) -> str:
    """A line whose days in Han characters have Arabic numerals.

    >>> in_arabic_numerals("二〇二六年十一月二十八日 星期六"), in_arabic_numerals("令和八年十一月二十八日")
    ('2026年11月28日 星期六', '令和8年11月28日')
    """
    return _DAY.sub(_written, line)


def _written(found: re.Match[str]) -> str:
    year = "".join(str(_DIGITS[each]) for each in found["year"] or "")
    if not year:
        year = f"{found['era']}{'元' if found['reign'] == '元' else number_of(found['reign'])}"
    return f"{year}年{number_of(found['month'])}月{number_of(found['day'])}日"
