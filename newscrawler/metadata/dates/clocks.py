"""By which clock a page was published: the offset from UTC of its moment.

as stated; of a moment in UTC, the offset of another claim of it, else of the same minute shown on the page, else one that
makes it the day that readers see: of another time of the page, or of the country's clock
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from newscrawler.dates.stated import parse_date
from newscrawler.dates.written import Writing, find_day
from newscrawler.dates.zones import country_offsets
from newscrawler.metadata.dates.claims import DateClaim, Evidence, Source
from newscrawler.metadata.dates.elements import Place
from newscrawler.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawler.metadata.claims.structured import Claims

NEAR = 7  # days between two times of one page by which its clock was hardly changed for summer or winter


def zone_of(
    published: tuple[str, DateClaim], read: Sequence[tuple[str, DateClaim]], seen: Evidence, now: datetime
) -> str | None:
    """The offset of the publisher's clock; None where none is stated.  `read`: the claims, with their moments."""
    moment, claim = published
    if not moment.endswith("Z"):
        return None
    zone = stated_zone(claim.text)
    if zone != "+00:00":
        return zone
    shown = [*(line for line, _ in seen.lines), *_shown_by(seen.claims)]
    for text in (*(each.text for _, each in read), *shown):
        other = stated_zone(text)
        if other and other != "+00:00" and parse_date(text, now, seen.writing) == moment:
            return other
    same_minute = filter(None, (_hours_away(text, moment, seen.writing) for text in shown))
    return next(same_minute, None) or _zone_of_shown_day(moment, read, seen) or zone


def in_utc(published: tuple[str, DateClaim], read: Sequence[tuple[str, DateClaim]], seen: Evidence) -> tuple[str, DateClaim]:
    """What is believed, but for a local time that is stated as one in UTC: then the claim of the moment that it is.

    Content systems write 14:26Z into one place and 14:26+02:00 or 12:26Z into another; the country's clock tells which.
    """
    moment, claim = published
    if not moment.endswith("Z") or stated_zone(claim.text) != "+00:00":
        return published
    for other, each in read:
        if each.source is Source.REST or not other.endswith("Z") or other[17:] != moment[17:] or other == moment:
            continue
        at = datetime.fromisoformat(other)
        if any(
            at.astimezone(_zone(offset)).isoformat()[:19] == moment[:19]
            for offset in country_offsets(other, host_of(seen.url), seen.writing.language)
        ):
            return other, each
    return published


def _shown_by(claims: Claims) -> Iterator[str]:
    own = (each for each in claims.moments if each.place is not Place.OTHER)
    yield from (text for each in own for text in (each.stated, each.text) if text)


def _hours_away(text: str, moment: str, writing: Writing) -> str | None:
    """The offset of a shown time from the same minute in UTC; None where it shows another minute."""
    day, clock = find_day(text, writing), _CLOCK.search(text)
    if not day or not clock or int(clock[1]) > 23:
        return None
    half = (clock[3] or "").lower()[:1]
    hour = int(clock[1]) % 12 + (12 if half == "p" else 0) if half else int(clock[1])
    utc = datetime.fromisoformat(moment).replace(tzinfo=None, second=0)
    minutes = (datetime.fromisoformat(f"{day}T{hour:02}:{clock[2]}:00") - utc).total_seconds() / 60
    if not minutes or abs(minutes) > 14 * 60 or minutes % 30:
        return None
    return f"{'-' if minutes < 0 else '+'}{int(abs(minutes) // 60):02}:{int(abs(minutes) % 60):02}"


def _zone_of_shown_day(moment: str, read: Sequence[tuple[str, DateClaim]], seen: Evidence) -> str | None:
    """The offset by which a moment in UTC is of the one day that readers see, or that the address has."""
    days = {text[:10] for text, each in read if each.source in (Source.VISIBLE, Source.ADDRESS) and not text.endswith("Z")}
    if len(days) != 1 or moment[:10] in days:
        return None
    at = datetime.fromisoformat(moment)
    country = country_offsets(moment, host_of(seen.url), seen.writing.language)
    known = (*_offsets_near(at, seen.claims), *(country if len(country) == 1 else ()))
    return next((each for each in known if at.astimezone(_zone(each)).date().isoformat() in days), None)


def _offsets_near(at: datetime, claims: Claims) -> list[str]:
    """The one offset of the page's other times of those days, such as its readers' comments."""
    times = [each.stated for each in claims.moments if stated_zone(each.stated) not in (None, "+00:00")]
    near = [each for each in times if (other := _moment(each)) and abs((other - at).days) <= NEAR]
    offsets = {stated_zone(each) for each in near}
    return [each for each in offsets if each] if len(offsets) == 1 else []


def _moment(stated: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _zone(offset: str) -> tzinfo | None:
    return datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo


_CLOCK = re.compile(r"(?:(?<![\d.])|(?<=20\d\d))(\d{1,2})\s?[:.h]\s?([0-5]\d)(?![\d.])\s*([ap]\.?m)?", re.IGNORECASE)
_ZONE = re.compile(r"(?:[+-])(?:0\d|1[0-4]):?[0-5]\d\s*$")


def stated_zone(stated: str | None) -> str | None:
    """The offset from UTC at the end of a stated time.

    >>> stated_zone("2026-05-03T22:46:08-0300"), stated_zone("2026-05-03"), stated_zone("2026-05-03T10:00:00Z")
    ('-03:00', None, '+00:00')
    """
    found = _ZONE.search(stated or "")
    if found and len((stated or "").strip()) > 12:
        digits = found[0].strip().replace(":", "")
        return f"{digits[:3]}:{digits[3:]}"
    return "+00:00" if re.search(r"\d(?:Z| UTC| GMT)\s*$", stated or "") else None
