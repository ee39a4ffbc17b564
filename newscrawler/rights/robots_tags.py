"""X-Robots-Tag and `<meta name="robots">`: what is asked of whoever copies or shows a page.

Read as Google documents them (docs/rights.md): rules are separated by commas, in any case; a rule behind `name:` is for that
crawler, and so are those that follow it in the same header.  What permits (index, follow) states nothing.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import iso, read_moment
from newscrawler.dates.stated import stated_moment
from newscrawler.items.rights import RightsKind, RightsOrigin, Statement
from newscrawler.rights import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_RULES = {
    "noarchive": ("noarchive",), "nocache": ("noarchive",), "nosnippet": ("nosnippet",), "noindex": ("noindex",),
    "none": ("noindex",), "noai": ("noai",), "max-snippet:0": ("nosnippet",),
}  # fmt: skip
_WITH_VALUE = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
_UNAVAILABLE = re.compile(r"unavailable[_-]after\s*[:=]?\s*(.*)", re.IGNORECASE)
_FOR_AGENT = re.compile(r"([a-z][\w.-]{1,60})\s*:\s*(.*)", re.IGNORECASE)
_WEEKDAY = re.compile(r"[^\W\d_]{3,12}\.?")
_TWO_DIGITS = re.compile(r"(\d{1,2}-[A-Za-z]{3}-)(\d{2})(?=\s)")  # the year of RFC 850
# names of meta elements that crawlers go by, beside "robots" and our own
_AGENTS = re.compile(r"[a-z][a-z0-9]*bot(?:-[a-z]+)?|slurp|teoma|baiduspider|yandex|newscrawler")
MAX_RULES = 100


def withdrawn_at(stated: str) -> str | None:
    """UTC of an `unavailable_after` date (RFC 822, 850, ISO 8601); a day alone ends with it.  None where it is no date.

    >>> withdrawn_at("25-Aug-2007 15:00:00 EST"), withdrawn_at("2026-09-21"), withdrawn_at("soon")
    ('2007-08-25T20:00:00Z', '2026-09-22T00:00:00Z', None)
    """
    moment = stated_moment(_TWO_DIGITS.sub(lambda found: f"{found[1]}20{found[2]}", stated))
    at = read_moment(moment)
    if at is None or moment is None:
        return None
    try:
        return iso(at + timedelta(days=1) if len(moment) == 10 else at)
    except (OverflowError, ValueError):
        return None


def _rules(value: str) -> Iterator[str]:
    """The rules of one header or content; a date with a comma behind its weekday stays whole."""
    parts = iter(value.split(",")[:MAX_RULES])
    for part in parts:
        rule = part.strip()
        dated = _UNAVAILABLE.search(rule)
        if dated and _WEEKDAY.fullmatch(dated[1].strip()):
            rule = f"{rule}, {next(parts, '').strip()}"
        yield rule


def robots_rules(value: str, origin: RightsOrigin, agent: str | None = None) -> Iterator[Statement]:
    """What one X-Robots-Tag or content of a meta element states; `agent`: the crawler that the element is named after.

    >>> [(each.value, each.agent) for each in robots_rules("noarchive, otherbot: nosnippet, index", RightsOrigin.HEADER)]
    [('noarchive', None), ('nosnippet', 'otherbot')]
    """
    for rule in _rules(value):
        named = _FOR_AGENT.fullmatch(rule)
        if named and named[1].lower().replace("-", "_") not in {each.replace("-", "_") for each in _WITH_VALUE}:
            agent, rule = named[1].lower(), named[2].strip()
        if dated := _UNAVAILABLE.fullmatch(rule):
            if stated := one_line(dated[1]):
                yield Statement(RightsKind.UNAVAILABLE, stated, origin, agent, at=withdrawn_at(stated))
            continue
        for told in _RULES.get("".join(rule.lower().split()), ()):
            yield Statement(RightsKind.ROBOTS, told, origin, agent)


def agent_of(name: str) -> str | None:
    """The crawler that a meta element's name (lower case) is for: "" for all, None where it is no such element.

    >>> agent_of("robots"), agent_of("googlebot-news"), agent_of("description")
    ('', 'googlebot-news', None)
    """
    if name == "robots":
        return ""
    return name if _AGENTS.fullmatch(name) else None
