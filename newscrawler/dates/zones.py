"""A time's zone as it is written, to an offset such as +02:00.

Believed are offsets (behind GMT or UTC with JavaScript's sign: GMT+0300 is ahead of UTC), names that mean one offset
alone, names of a place's clock, and IANA's names.  CST, IST and BST mean several, and so do MST and PST outside e-mail
dates: they state nothing.
"""

from __future__ import annotations

import functools
import re
import tomllib
from datetime import datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

OFFSETS = {
    "GMT": "+00:00", "UTC": "+00:00", "UT": "+00:00", "Z": "+00:00", "WEST": "+01:00", "CET": "+01:00", "MEZ": "+01:00",
    "CEST": "+02:00", "MESZ": "+02:00", "EET": "+02:00", "EEST": "+03:00", "MSK": "+03:00", "TRT": "+03:00",
    "МСК": "+03:00", "WIB": "+07:00", "WITA": "+08:00", "WIT": "+09:00", "HKT": "+08:00", "SGT": "+08:00",
    "JST": "+09:00", "KST": "+09:00", "EST": "-05:00", "EDT": "-04:00", "CDT": "-05:00", "MDT": "-06:00",
    "PDT": "-07:00", "AEST": "+10:00", "AEDT": "+11:00", "NZST": "+12:00", "NZDT": "+13:00",
}  # fmt: skip
# what RFC 822 (5.1) says of the names that stand for more elsewhere
MAIL_OFFSETS = OFFSETS | {"CST": "-06:00", "MST": "-07:00", "PST": "-08:00"}
PLACES = {"ET": "America/New_York", "PT": "America/Los_Angeles", "CET/CEST": "Europe/Paris"}
_HOURS = r"[+\u2212\u2013-]\s?(?:0?\d|1[0-4])(?:[:.]?[0-5]\d)?(?![\d:])"
_NAMES = "|".join(sorted(map(re.escape, [*OFFSETS, *PLACES]), key=len, reverse=True))
ZONE = rf"(?:(?:\b(?:GMT|UTC|UT)\s*\(?)?(?:{_HOURS})|\b(?:{_NAMES})\b)"  # what may follow a clock time
_OFFSET = re.compile(r"([+\u2212\u2013-])\s?(\d{1,2})[:.]?(\d{2})?$")
_IANA = re.compile(r"[A-Z][A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}")


def offset_of(zone: str, day: str, names: dict[str, str] = OFFSETS) -> str:
    """The offset that a zone stands for on a day (ISO 8601); "" where it says nothing.

    >>> offset_of("GMT+7", "2026-11-22"), offset_of("ET", "2026-07-01"), offset_of("CST", "2026-07-01")
    ('+07:00', '-04:00', '')
    >>> offset_of("GMT+0530", "2026-11-22"), offset_of("UTC", "2026-11-22"), offset_of("-3", "2026-11-22")
    ('+05:30', '+00:00', '-03:00')
    """
    if place := PLACES.get(zone):
        return place_offset(place, f"{day}T12:00:00")
    if found := _OFFSET.search(zone):
        hours, minutes = int(found[2]), int(found[3] or 0)
        if hours > 14 or minutes > 59:
            return ""
        return f"{'+' if found[1] == '+' else '-'}{hours:02}:{minutes:02}"
    return names.get(zone.strip(" ()"), "")


def place_offset(name: str, moment: str) -> str:
    """The offset of a place's clock (IANA's name) at a local time; "" where nobody knows the place.

    >>> place_offset("Europe/Paris", "2026-11-22T10:00:00"), place_offset("Nowhere/Land", "2026-11-22T10:00:00")
    ('+01:00', '')
    """
    if not _IANA.fullmatch(name):
        return ""
    try:
        return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(name)).isoformat()[19:]
    except (KeyError, ValueError, OSError):
        return ""


# ---------------------------------------------------------------- countries


@functools.cache
def shipped_clocks() -> dict[str, list[str]]:
    """Country -> IANA's names of its clocks."""
    return tomllib.loads((files("newscrawler.dates") / "country_clocks.toml").read_text(encoding="utf-8"))


_EVERYBODYS = frozenset({"ai", "co", "io", "la", "me", "tv"})  # domains that are sold to all the world


def country_offsets(moment: str, host: str, language: str | None) -> tuple[str, ...]:
    """The offsets of a country's clocks at a moment (ISO 8601, UTC), by the host's domain or the language's region.

    >>> country_offsets("2020-12-05T23:15:00Z", "a.it", "it"), country_offsets("2026-07-01T00:00:00Z", "a.com", "de-AT")
    (('+01:00',), ('+02:00',))
    >>> country_offsets("2026-07-01T00:00:00Z", "a.com", "de"), country_offsets("2026-07-01T00:00:00Z", "a.com", "en-US")
    ((), ('-04:00', '-05:00', '-06:00', '-07:00'))
    """
    top = host.partition(":")[0].rpartition(".")[2]
    region = next((part.lower() for part in re.split("[-_]", language or "")[1:] if len(part) == 2), "")
    places = (None if top in _EVERYBODYS else shipped_clocks().get(top)) or shipped_clocks().get(region, [])
    try:
        at = datetime.fromisoformat(moment)
        return tuple(dict.fromkeys(at.astimezone(ZoneInfo(place)).isoformat()[19:] for place in places))
    except (KeyError, ValueError, OSError, OverflowError):
        return ()
