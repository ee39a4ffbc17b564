"""Which of the articles that carry one text is the original, and what a text says of where it is from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newscrawler.agencies import dateline_agency
from newscrawler.dates import read_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = r"[A-ZÀ-ÖØ-ÞА-ЯЁІЇЄ][\w&’'.-]*(?:\s+(?:of|the|and|for|de|du|des|der|[A-ZÀ-ÖØ-ÞА-ЯЁІЇЄ][\w&’'-]*)){0,4}"
_FIRST = re.compile(
    r"(?:(?:[Ff]irst|[Oo]riginally) (?:published|appeared) (?:by|in|on|at)"
    r"|[Zz]uerst erschienen (?:bei|in|auf)|[Ii]nitialement publié (?:par|dans|sur)|[Pp]ublicado originalmente (?:por|en))\s+"
    rf"({_NAME})"
)
_SOURCE = re.compile(rf"^(?:Source|Quelle|Fuente|Fonte|Источник|Джерело|Źródło|Kaynak)\s*:\s*({_NAME})\s*\.?$", re.MULTILINE)
FIRST_YEAR = 1990
CREDIT_HEAD, CREDIT_TAIL = 600, 600  # characters in which a text says so


def first_publisher(text: str) -> str | None:
    r"""Whom a text names as its first publisher or its agency; None where it names nobody.

    >>> first_publisher("PARIS, Nov 22 (Reuters) - Ministers met."), first_publisher("Ministers met.\nSource: Le Monde")
    ('Reuters', 'Le Monde')
    >>> first_publisher("Ministers met. This article was first published by The Harbour Gazette.")
    'The Harbour Gazette'
    >>> first_publisher("Ministers met (again).") is None
    True
    """
    ends = f"{text[:CREDIT_HEAD]}\n{text[-CREDIT_TAIL:]}" if len(text) > CREDIT_HEAD + CREDIT_TAIL else text
    found = _FIRST.search(ends) or _SOURCE.search(ends)
    return found[1].strip(" .") if found else dateline_agency(ends)


@dataclass(frozen=True, slots=True)
class Member:
    """One article of a story, as far as it matters who was first."""

    id: int
    source: str  # name of the publisher
    host: str
    published: str | None
    first_seen: str
    credit: str | None = None  # whom its text credits
    canonical_host: str | None = None  # whose address its page names as its own


def _plain(name: str) -> str:
    return re.sub(r"\W+|\bthe\b", "", name.casefold())


def credits(one: Member, other: Member) -> bool:
    """Whether one article says that the other's publisher had it first."""
    if one.canonical_host is not None and one.canonical_host != one.host and one.canonical_host == other.host:
        return True
    if not one.credit or one.source == other.source:
        return False
    name = _plain(one.credit)
    return bool(name) and (name == _plain(other.source) or (len(name) > 3 and name in _plain(other.source)))


def _published_time(member: Member) -> datetime | None:
    """When it says it was published, as far as that can be: since there is a web, and not after we saw it."""
    stated, seen = read_moment(member.published), read_moment(member.first_seen)
    if stated is None or seen is None:
        return None
    return stated if stated.year >= FIRST_YEAR and stated <= seen + timedelta(days=1) else None


def _is_day(stated: str | None) -> bool:
    return len(stated or "") <= 10


def earlier(one: Member, other: Member) -> tuple[bool, str]:
    """Whether the first member was published before the second one, and how we know."""
    first, second = _published_time(one), _published_time(other)
    if first and second:
        if _is_day(one.published) or _is_day(other.published):
            if first.date() != second.date():
                return first.date() < second.date(), "published earlier, as stated"
        elif first != second:
            return first < second, "published earlier, as stated"
    if one.first_seen != other.first_seen:
        return one.first_seen < other.first_seen, "seen first"
    return one.id < other.id, "arrived first"


def original(members: Sequence[Member]) -> tuple[Member, str | None]:
    """Which member of a story is the original, and why (None for the only one).

    Whom others credit, most of all; else who was published earlier, as far as both say so; else whom we saw first.  The
    same answer in whichever order they come.

    >>> mirror = Member(1, "Mirror", "mirror.example", None, "2026-11-22T10:00:00Z", credit="The Gazette")
    >>> gazette = Member(2, "Gazette", "gazette.example", None, "2026-11-22T12:00:00Z")
    >>> original([mirror, gazette])[1]
    'credited by Mirror'
    """
    members = sorted(members, key=lambda member: member.id)
    by = {one.id: [other.source for other in members if other is not one and credits(other, one)] for one in members}
    most = max(len(sources) for sources in by.values())
    credited_most = [member for member in members if most and len(by[member.id]) == most]
    # two that credit each other say nothing
    if most and not all(any(credits(one, other) for other in credited_most) for one in credited_most):
        first, _ = _earliest(credited_most)
        return first, f"credited by {by[first.id][0]}"
    return _earliest(members)


def _earliest(members: Sequence[Member]) -> tuple[Member, str | None]:
    first, why = members[0], None
    for challenger in members[1:]:
        is_earlier, why = earlier(challenger, first)
        first = challenger if is_earlier else first
    return first, why
