"""Countries that a text plainly names, told without newscrawler: the measure of benchmarks/relevance.py.

A plain scan for CLDR's country names in the text's language, as written, whole words; and for CLDR's language names
that begin as the country's name does (Ukrainian, Ukraine), which are demonyms in most languages.  Names that are also
something else (Georgia, Jordan, Chad, Turkey, Guinea, Niger within Nigeria) prove nothing in such a scan and are left out.
"""

import re
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

AMBIGUOUS = {"GE", "JO", "TD", "TR", "GN", "GQ", "GW", "NE", "JE", "MC", "ML", "TG", "CU", "OM", "PE", "BJ", "LU", "SG"}
ALIKE = 4  # first letters in which a language's name is its country's
UNSPACED = ("zh", "ja", "th", "ko")


def _territories(locale: Locale) -> dict[str, str]:
    return {code: name for code, name in locale.territories.items() if len(code) == 2 and code.isalpha()}


@cache
def _patterns(language: str) -> list[tuple[str, re.Pattern[str]]]:
    try:
        locale = Locale.parse(language.replace("-", "_").split("_")[0])
    except (UnknownLocaleError, ValueError):
        return []
    names: dict[str, set[str]] = {}
    likely = get_global("likely_subtags")
    for code, name in _territories(locale).items():
        if code not in AMBIGUOUS and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"):
            names.setdefault(code, set()).add(name)
    for tongue, name in locale.languages.items():
        code = str(likely.get(tongue, "")).rpartition("_")[2]
        if any(name[:ALIKE] == each[:ALIKE] for each in names.get(code, ())):
            names[code].add(name)
    bounds = ("", "") if language.startswith(UNSPACED) else (r"\b", r"\b")
    return [
        (code, re.compile(bounds[0] + "(?:" + "|".join(map(re.escape, sorted(each, reverse=True))) + ")" + bounds[1]))
        for code, each in names.items()
    ]


def plainly_named(text: str, language: str | None) -> set[str]:
    """The ISO 3166-1 codes of countries that a text names beyond doubt.

    >>> sorted(plainly_named("Ukrainian and French officials met in Poland, near Georgia.", "en"))
    ['PL', 'UA']
    """
    return {code for code, pattern in _patterns(language or "en") if pattern.search(text)}
