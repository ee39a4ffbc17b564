"""What follows from all that is stated of a page: reserved, under a licence, or stated without saying either.

A reservation holds over whatever permits, the page's own licence too; within TDMRep, markup holds over the header and the
header over the file (section 6.4).  What is stated to another crawler concludes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from newscrawler.dates import read_moment
from newscrawler.items.rights import RightsKind, RightsOrigin, Statement
from newscrawler.rights.rsl import permits_all
from newscrawler.rights.site import AGENT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# licences by which everybody may pass a text on, as their addresses and SPDX's short names have them
_OPEN = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/[a-z0-9-]+"
    r"|https?://(?:www\.)?nationalarchives\.gov\.uk/doc/open-government-licence\b"
    r"|https?://(?:www\.)?etalab\.gouv\.fr/.*licen[cs]e"
    r"|https?://(?:www\.)?govdata\.de/dl-de/"
    r"|CC0(?:-1\.0)?$|CC[ -]BY(?:-(?:NC|SA|ND))*(?:[ -]\d\.\d)?$|CC-PDDC$|OGL-UK-\d\.\d$|etalab-\d\.\d$|public[ -]domain$",
    re.IGNORECASE,
)
_RESERVING = frozenset({"noarchive", "nosnippet", "noai"})
_TDM_ORDER = (RightsOrigin.META, RightsOrigin.HEADER, RightsOrigin.TDMREP)
_RESERVED = "reserved"  # what the catalogue says of a publisher who reserves all


class Standing(StrEnum):
    """What is known of the rights in a text.  The values are what columns `rights` hold; nothing stated is NULL there."""

    RESERVED = "reserved"
    LICENCE = "licence"
    UNKNOWN = "unknown"  # something is stated, and it neither reserves nor permits: whose it is, say


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What follows, and the statement that it follows from."""

    standing: Standing
    by: Statement


def is_open(licence: str) -> bool:
    """Whether a licence, by address or SPDX's name, lets everybody pass a text on.

    >>> is_open("https://creativecommons.org/licenses/by-nd/4.0/deed.en"), is_open("https://a.example/terms")
    (True, False)
    """
    return _OPEN.match(licence.strip()) is not None


def for_us(stated: Iterable[Statement]) -> list[Statement]:
    """The statements that are for all crawlers or for newscrawler."""
    return [each for each in stated if each.agent in (None, AGENT)]


def _tdm(stated: list[Statement]) -> Statement | None:
    """The reservation that holds: of the place that comes first; of two values there, the one that reserves."""
    for origin in _TDM_ORDER:
        there = [each for each in stated if each.kind is RightsKind.TDM and each.origin is origin]
        if there:
            return max(there, key=lambda each: each.value)
    return None


def _reserves(each: Statement, now: datetime) -> bool:
    match each.kind:
        case RightsKind.SIGNAL:
            return each.value.endswith("=no")
        case RightsKind.RSL:
            return not permits_all(each.value)  # at an address: bound to terms that nobody here has read
        case RightsKind.ROBOTS:
            return each.value in _RESERVING
        case RightsKind.UNAVAILABLE:
            return is_over(each, now)
        case RightsKind.LICENCE:
            return each.value == _RESERVED
        case _:
            return False


def is_over(each: Statement, now: datetime) -> bool:
    """Whether the date of an `unavailable_after` has come; never of one that could not be read."""
    at = read_moment(each.at)
    return at is not None and at <= now


def withholding(stated: Iterable[Statement], respect: frozenset[str], now: datetime) -> Statement | None:
    """The statement by which a page is not to be kept, of those that are to be respected; None where there is none."""
    for each in for_us(stated) if respect else ():
        is_rule = each.kind is RightsKind.ROBOTS and each.value in respect
        if is_rule or (each.kind is RightsKind.UNAVAILABLE and each.kind.value in respect and is_over(each, now)):
            return each
    return None


def conclude(stated: Iterable[Statement], now: datetime) -> Conclusion | None:
    """What follows from all that is stated of a page, its site's files and its publisher; None where nothing is stated."""
    ours = for_us(stated)
    tdm = _tdm(ours)
    if tdm is not None and tdm.value == "1":
        return Conclusion(Standing.RESERVED, tdm)
    if reserving := next((each for each in ours if _reserves(each, now)), None):
        return Conclusion(Standing.RESERVED, reserving)
    for each in ours:
        is_licence = each.kind in (RightsKind.LICENCE, RightsKind.COPYRIGHT) and is_open(each.value)
        if is_licence or (each.kind is RightsKind.RSL and permits_all(each.value)):
            return Conclusion(Standing.LICENCE, each)
    left = tdm or next((each for each in ours if each.kind is not RightsKind.TDM), None)
    return Conclusion(Standing.UNKNOWN, left) if left else None


def told(each: Statement) -> str:
    """A statement in one line for people.

    >>> told(Statement(RightsKind.TDM, "1", RightsOrigin.HEADER, terms="https://a.example/tdm"))
    'tdm-reservation 1 (header), terms https://a.example/tdm'
    """
    what = each.value if each.kind is RightsKind.ROBOTS else f"{each.kind} {each.value}"
    whom = f" for {each.agent}" if each.agent else ""
    unread = ", no date that can be read" if each.kind is RightsKind.UNAVAILABLE and each.at is None else ""
    terms = f", terms {each.terms}" if each.terms and each.terms != each.value else ""
    return f"{what}{whom} ({each.origin}){unread}{terms}"
