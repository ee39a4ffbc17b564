"""A month's name to its number, by the language that it is written in: "listopada" is November in Polish, October in
Croatian.  The names are Unicode CLDR's (`benchmarks/month_names.py` writes them), in all cases and widths.

Believed, in this order; where two answers of one step differ, there is none:
    the name as it stands in the language
    the name in English, which templates keep, and a beginning of it (three letters) in the language
    the language's name with an ending
    the name in any language at all
"""

from __future__ import annotations

import functools
import json
import unicodedata
from importlib.resources import files

_SIGNS = "".join(  # to Python, vowel signs are no letters: those of India, of Thailand to Myanmar, of Cambodia
    chr(code)
    for first, last in ((0x0900, 0x109F), (0x1780, 0x17FF))
    for code in range(first, last + 1)
    if unicodedata.category(chr(code)).startswith("M")
)
NAME = rf"(?:[^\W\d_]|[\u064b-\u0655{_SIGNS}]|\u200d|[’'](?=[^\W\d_])){{2,15}}"
# as Poles, Hungarians and others number months between day and year, in capitals
_ROMAN = {name: at for at, name in enumerate(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"], 1)}
SHORTEST = 3  # letters of a beginning
STEM, ENDING = 4, 4  # letters of a name that takes endings, and of the ending
# languages under several codes, or that pages call by an old one
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "tl": "fil", "sh": "sr", "mo": "ro", "gsw": "de", "yue": "zh"}
# letters that keyboards write for one another: Turkish dotless i; Arabic yeh and kaf, of Persian and Urdu
_ALIKE = str.maketrans({"ı": "i", "ى": "ی", "ي": "ی", "ك": "ک"})
Table = dict[str, int]


def folded(name: str) -> str:
    """Lower case, without diacritics and full stops: how names are compared.

    >>> folded("Août"), folded("Oca."), folded("KASIM"), folded("أكتوبر") == folded("اكتوبر")
    ('aout', 'oca', 'kasim', True)
    """
    if name.isascii():
        return name.lower().strip(" .")
    plain = unicodedata.normalize("NFD", name.casefold())
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return bare.translate(_ALIKE).strip(" .·׳'’॰")


def language_code(tag: str | None) -> str | None:
    """The code under which a language's months stand; None where a page states none.

    >>> language_code("nb-NO"), language_code("zh-Hant"), language_code(None)
    ('no', 'zh', None)
    """
    code = (tag or "").lower().replace("_", "-").partition("-")[0]
    return _SAME.get(code, code) or None


@functools.cache
def shipped_months() -> dict[str, Table]:
    """Language -> (folded name -> month)."""
    stated = json.loads((files("newscrawler.dates") / "months.json").read_text(encoding="utf-8"))["languages"]
    return {
        language: {name: month for month, names in enumerate(months, 1) for name in names}
        for language, months in stated.items()
    }


@functools.cache
def _of_all() -> dict[str, int | None]:
    """Folded name -> its month in whatever language; None where they differ."""
    found: dict[str, int | None] = {}
    for table in shipped_months().values():
        for name, month in table.items():
            found[name] = month if found.get(name, month) == month else None
    return found


@functools.cache
def _all_of_all() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for table in shipped_months().values():
        for name, month in table.items():
            found.setdefault(name, set()).add(month)
    return {name: frozenset(months) for name, months in found.items()}


def possible_months(name: str) -> frozenset[int]:
    """The months that a name is in some language.

    >>> sorted(possible_months("listopada")), sorted(possible_months("harbour"))
    ([10, 11], [])
    """
    return _all_of_all().get(folded(name), frozenset())


@functools.cache
def _beginnings(language: str) -> dict[str, int | None]:
    """Beginnings of a language's names -> the month; None where they begin several."""
    found: dict[str, int | None] = {}
    for name, month in shipped_months().get(language, {}).items():
        for end in range(SHORTEST, len(name)):
            found[name[:end]] = month if found.get(name[:end], month) == month else None
    return found


def _with_ending(name: str, table: Table) -> int | None:
    ends = range(max(STEM, len(name) - ENDING), len(name))
    found = {table[name[:end]] for end in ends if name[:end] in table}
    return found.pop() if len(found) == 1 else None


@functools.lru_cache(maxsize=4_096)
def month_of(name: str, language: str | None) -> int | None:
    """The month of a name, 1 to 12; None where it is none, or where nobody can tell which.  `language`: a BCP 47 tag.

    >>> month_of("listopada", "pl"), month_of("listopada", "hr"), month_of("listopada", None), month_of("listopada", "en")
    (11, 10, None, None)
    >>> month_of("Sept.", "en"), month_of("März", None), month_of("marraskuussa", "fi"), month_of("Mar", "fi")
    (9, 3, 11, None)
    >>> month_of("XI", "pl"), month_of("xi", "pl")
    (11, None)
    """
    if name in _ROMAN:
        return _ROMAN[name]
    plain, code = folded(name), language_code(language)
    months = shipped_months()
    own = months.get(code or "", {})
    if plain[:1] == "ב" and plain[1:] in months["he"]:  # "in November", as Hebrew writes its dates
        return months["he"][plain[1:]]
    if plain in own:
        return own[plain]
    near = {months["en"].get(plain), _beginnings(code).get(plain) if code in months else None} - {None}
    if near:
        return near.pop() if len(near) == 1 else None
    return _with_ending(plain, own) or _of_all().get(plain)
