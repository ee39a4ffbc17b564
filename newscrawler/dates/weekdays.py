"""Days of the week by their names, which tell a day where its month or the order of its numbers does not.

The names are Unicode CLDR's (`benchmarks/month_names.py` writes them), folded as those of months are.
"""

from __future__ import annotations

import functools
import json
import re
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING

from newscrawler.dates.months import folded, language_code

if TYPE_CHECKING:
    from collections.abc import Iterable

# Persian's names have a mark between their parts, or a blank: what is left of "سه شنبه", Tuesday, is Saturday
_WORD = r"[^\W\d_](?:[^\W\d_]|[\u200c'’-](?=[^\W\d_])){1,15}"
_BEFORE = re.compile(rf"(?:({_WORD})\s)?({_WORD})[.)]?[\s,،(]*$")
_AFTER = re.compile(rf"[.,\s(]*(?:({_WORD})\s)?({_WORD})(?!\w)")
NEAR = 36  # characters beside a day in which its day of the week stands
_JOINTS = ("\u200c", "", " ")


@functools.cache
def shipped_weekdays() -> dict[str, dict[str, frozenset[int]]]:
    """Language -> (folded name -> days of the week, 0 is Monday)."""
    stated = json.loads((files("newscrawler.dates") / "weekdays.json").read_text(encoding="utf-8"))["languages"]
    return {
        language: {name: frozenset(day for day in range(7) if name in days[day]) for names in days for name in names}
        for language, days in stated.items()
    }


@functools.cache
def _of_all() -> dict[str, frozenset[int]]:
    found: dict[str, frozenset[int]] = {}
    for table in shipped_weekdays().values():
        for name, days in table.items():
            found[name] = found.get(name, frozenset()) | days
    return found


@functools.lru_cache(maxsize=1_024)
def weekdays_of(name: str, language: str | None) -> frozenset[int]:
    """The days of the week that a name may be, 0 is Monday; none where it is no such name.

    >>> sorted(weekdays_of("środa", "pl")), sorted(weekdays_of("Wed", None)), sorted(weekdays_of("harbour", "en"))
    ([2], [2], [])
    """
    plain = folded(name)
    own = shipped_weekdays().get(language_code(language) or "", {}).get(plain)
    return own or _of_all().get(plain, frozenset())


def told_by_weekday(days: Iterable[str], before: str, behind: str, language: str | None) -> str | None:
    """The one of some days (ISO 8601) that is of the day of the week named beside it; None where that tells none.

    >>> told_by_weekday({"2026-11-04", "2026-04-11"}, "Wednesday, ", "", "en")
    '2026-11-04'
    """
    beside = ((_BEFORE.search(before[-NEAR:]), 2), (_AFTER.match(behind[:NEAR]), 1))
    for found, nearest in beside:
        if found and (named := _named(found[1], found[2], found[nearest] or found[2], language)):
            fitting = [day for day in days if date.fromisoformat(day).weekday() in named]
            return fitting[0] if len(fitting) == 1 else None
    return None


def _named(first: str | None, second: str, nearest: str, language: str | None) -> frozenset[int]:
    """The days of the week that two words name together, or else the one nearest to the day."""
    names = [*(f"{first}{joint}{second}" for joint in _JOINTS if first), nearest]
    return next((days for name in names if (days := weekdays_of(name, language))), frozenset())
