"""Addresses with places for dates and pages in them: `https://a.example/sitemap.xml?yyyy={YYYY}&mm={MM}&dd={DD}`.

{YYYY} {YY} {MM} {M} {DD} {D}   a day, month or year: the address names what came out then
{SINCE} {UNTIL}                 ISO dates of a window, both included
{PAGE} {OFFSET}                 1, 2, 3 ...; 0, n, 2n ...
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACEHOLDERS = ("YYYY", "YY", "MM", "M", "DD", "D", "SINCE", "UNTIL", "PAGE", "OFFSET")
_PLACE = re.compile(r"\{([A-Za-z_-]+)\}")
PAGE_SIZE = 100  # what {OFFSET} counts in, where the catalogue gives no page_size


def placeholders(url: str) -> frozenset[str]:
    return frozenset(_PLACE.findall(url))


def unknown_placeholders(url: str) -> list[str]:
    """Names in braces that mean nothing here."""
    return sorted(placeholders(url) - set(PLACEHOLDERS))


def granularity(url: str) -> str | None:
    """What one address of the template covers: day, month, year or window; None where it names no date.

    >>> granularity("https://a.example/{YYYY}/{MM}"), granularity("https://a.example/?from={SINCE}&to={UNTIL}")
    ('month', 'window')
    """
    names = placeholders(url)
    if names & {"SINCE", "UNTIL"}:
        return "window"
    if names & {"DD", "D"}:
        return "day"
    if names & {"MM", "M"}:
        return "month"
    return "year" if names & {"YYYY", "YY"} else None


def expand(url: str, since: date, until: date | None = None, *, page: int = 1, size: int = PAGE_SIZE) -> str:
    """The address for a day (or its month, or its year), or for a window of days; addresses without places stay.

    >>> expand("https://a.example/?y={YYYY}&m={MM}&d={D}", date(2025, 1, 5))
    'https://a.example/?y=2025&m=01&d=5'
    """
    values = {
        "YYYY": f"{since.year:04}", "YY": f"{since.year % 100:02}", "MM": f"{since.month:02}", "M": str(since.month),
        "DD": f"{since.day:02}", "D": str(since.day), "SINCE": since.isoformat(), "UNTIL": (until or since).isoformat(),
        "PAGE": str(page), "OFFSET": str((page - 1) * size),
    }  # fmt: skip
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), url)


def spans(since: date, until: date, unit: str, *, days: int = 7) -> Iterator[tuple[date, date]]:
    """The days, months, years or windows of `days` that cover since..until, both included."""
    at = since
    while at <= until:
        match unit:
            case "day":
                end = at
            case "month":
                end = (at.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            case "year":
                end = date(at.year, 12, 31)
            case _:
                end = at + timedelta(days=days - 1)
        yield at, min(end, until)
        at = end + timedelta(days=1)


def wordpress_address(url: str, since: date, until: date | None = None, *, page: int = 1) -> str:
    """WordPress' REST interface asked for the posts of a window: `url` is that of the site's interface or of its posts.

    Without an end: for what was changed since, new posts among it (`modified_after`).
    """
    path, _, query = url.partition("?")
    if "/wp/v2/" not in path:
        path = f"{path.rstrip('/')}/wp/v2/posts"
    wanted = {"per_page": str(PAGE_SIZE), "page": str(page), "_fields": "link,title,date_gmt,modified_gmt"}
    if until is None:
        wanted |= {"modified_after": f"{since}T00:00:00", "orderby": "modified"}
    else:
        wanted |= {"after": f"{since - timedelta(days=1)}T23:59:59", "before": f"{until}T23:59:59"}
    return f"{path}?{urlencode([*parse_qsl(query), *wanted.items()])}"


def span_before(url: str, today: date) -> date | None:
    """The last day of the day, month or year before today's, as a template counts them; None where it counts none.

    >>> span_before("https://a.example/{YYYY}/{MM}", date(2026, 12, 15))
    datetime.date(2026, 11, 30)
    """
    starts = {"day": today, "month": today.replace(day=1), "year": date(today.year, 1, 1)}
    start = starts.get(granularity(url) or "")
    return start - timedelta(days=1) if start is not None else None


def addresses_due(url: str, today: date, covered: date | None) -> list[str]:
    """The addresses of a template of days, months or years to ask now: today's, and before it the one that ended last.

    That one is asked until it was looked at after its end, for what came out after the last look; `covered` is the last day
    for which that is so.

    >>> addresses_due("https://a.example/{YYYY}/{MM}", date(2026, 12, 1), date(2026, 10, 31))
    ['https://a.example/2026/11', 'https://a.example/2026/12']
    """
    before, now = span_before(url, today), [expand(url, today)]
    if before is None or (covered is not None and covered >= before):
        return now
    return [expand(url, before), *now]
