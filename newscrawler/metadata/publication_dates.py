"""When it was published and changed, and by which clock: `date_claims` weighed against each other.

published  the first claim that can be read, unless two independent ones agree on another day, or it is the day of the last
           change and readers see an earlier one: the page was rendered then
zone       as stated; of a moment in UTC, the offset of another claim or of the same minute shown on the page
modified   the first claim that is not before publication
order      3/4/2026 is of March or April by the region, by dates of the page that tell, or because one of them is to come
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import parse_date
from newscrawler.dates.months import month_of
from newscrawler.dates.written import Writing, find_day, iso_day, may_name_day
from newscrawler.metadata.date_claims import DateClaim, Evidence, Source, modified_claims, published_claims
from newscrawler.metadata.dated_elements import Place
from newscrawler.text.detection import language_of
from newscrawler.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawler.metadata.structured import Claims

_AMERICAN_HOSTS = frozenset({"us", "gov", "mil", "edu"})
MACHINE = 40  # characters of a meta element that may be a date
_WORD = re.compile(r"[^\W\d_]{3,}")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([/-])(\d{1,2})\2((?:19|20)\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a page; the origins name the claims that are believed."""

    published: str | None = None
    published_origin: str | None = None
    zone: str | None = None
    modified: str | None = None
    modified_origin: str | None = None


def month_first(language: str | None, host: str) -> bool | None:
    """Whether a page writes 3/4/2026 for a day of March; None where neither its language nor its host tells.

    >>> month_first("en-US", "a.example.com"), month_first("de", "a.example.com"), month_first("en", "a.example.co.uk")
    (True, False, False)
    >>> month_first("en", "navy.mil"), month_first("en", "a.example.com")
    (True, None)
    """
    if language not in ("en", None):
        return language in ("en-US", "fil")
    top = host.rpartition(".")[2]
    if top in _AMERICAN_HOSTS:
        return True
    return False if len(top) == 2 and top not in ("tv", "io", "co", "me", "ai") else None


def writing_of(claims: Claims, url: str, now: datetime, tag: str | None, beside: Sequence[str], sample: str) -> Writing:
    """How a page writes dates.  `tag`: the language that it states; `sample`: its text, which may be in another."""
    texts = [text for text in _visible_texts(claims, beside) if may_name_day(text)]
    language = tag
    if texts and _is_doubtful(texts, tag):
        found = language_of(sample, tag)[0]
        # the page's own language stays where the text's has no such months: a template around foreign words
        language = found if tag is None or any(find_day(text, Writing(found)) for text in texts) else tag
    return _with_day_order(claims, texts, now, Writing(language, month_first(tag or language, host_of(url))))


def _is_doubtful(texts: Iterable[str], tag: str | None) -> bool:
    """Whether dates need the language of the text: none is stated, or its months are not those that are written."""
    return tag is None or any(
        month_of(word, None) is None and (month_of(word, tag) is not None or not find_day(text, Writing(tag)))
        for text in texts
        for word in _WORD.findall(text)[:12]
    )


def read_dates(seen: Evidence, now: datetime, hint: tuple[str, str] | None) -> Dates:
    """The dates that a page is believed to state.  `hint`: what the endpoint said of its date, and the endpoint's kind."""
    stated = list(published_claims(seen, hint))
    changes = [(parse_date(each.text, now, seen.writing), each) for each in modified_claims(seen)]
    read = [(moment, each) for each in stated if (moment := parse_date(each.text, now, seen.writing))]
    changed = next((moment for moment, _ in changes if moment), None)
    published = _first_agreed_claim(read, changed)
    moment, claim = published or (None, None)
    # a page is not changed before it is published: such a claim is about something else
    modified = next(((at, each) for at, each in changes if at and at[:10] >= (moment or "")[:10]), (None, None))
    return Dates(
        moment,
        claim.origin if claim else None,
        _zone_of(published, stated, seen, now) if published else None,
        modified[0],
        modified[1].origin if modified[1] else None,
    )


# ---------------------------------------------------------------- which claim is believed


def _first_agreed_claim(read: Sequence[tuple[str, DateClaim]], changed: str | None) -> tuple[str, DateClaim] | None:
    if not read:
        return None
    first = read[0]
    strong = [each for each in read if each[1].source is not Source.REST]
    if len(_sources_of(first[0], strong)) > 1:
        return first
    for each in strong:
        is_change = changed is not None and _same_day(each[0], changed)
        if not _same_day(each[0], first[0]) and not is_change and len(_sources_of(each[0], strong)) > 1:
            return each
    if shown := _claim_with_swapped_day(first[0], strong):
        return shown
    if changed is not None and first[1].source in (Source.JSONLD, Source.META) and first[0][:10] >= changed[:10]:
        seen = next((each for each in strong if each[1].source is Source.VISIBLE), None)
        if seen is not None and seen[0][:10] < first[0][:10] and not _same_day(seen[0], first[0]):
            return seen
    return first


def _claim_with_swapped_day(moment: str, strong: Sequence[tuple[str, DateClaim]]) -> tuple[str, DateClaim] | None:
    """What readers see where it is the same day with day and month the other way round."""
    year, month, day = moment[:10].split("-")
    other = f"{year}-{day}-{month}"
    seen = (each for each in strong if each[1].source is Source.VISIBLE and each[0][:10] == other != moment[:10])
    return next(seen, None)


def _sources_of(moment: str, read: Iterable[tuple[str, DateClaim]]) -> set[Source]:
    return {claim.source for other, claim in read if _same_day(moment, other)}


def _same_day(one: str, other: str) -> bool:
    """Whether two dates may be of one day: to the day where both are bare, else within a day's offset."""
    if one[:10] == other[:10]:
        return True
    if len(one) == len(other) == 10:
        return False
    return abs(date.fromisoformat(one[:10]) - date.fromisoformat(other[:10])) <= timedelta(days=1)


# ---------------------------------------------------------------- which number is the month


def _with_day_order(claims: Claims, visible: Sequence[str], now: datetime, writing: Writing) -> Writing:
    """How the page writes 3/4/2026: as another of its dates shows, else so that it is not to come, else by its region."""
    orders: set[bool] = set()
    for text in (*visible, *(content for content in claims.meta.values() if 8 <= len(content) <= MACHINE)):
        for found in _NUMERIC.finditer(text):
            orders |= _orders(int(found[1]), int(found[3]), int(found[4]), claims, now)
    return replace(writing, month_first=orders.pop()) if len(orders) == 1 else writing


def _orders(one: int, two: int, year: int, claims: Claims, now: datetime) -> set[bool]:
    """The order that three numbers tell: {month comes first}; {} where they tell none."""
    readings = {True: iso_day(year, one, two), False: iso_day(year, two, one)}
    possible = {order for order, day in readings.items() if day and parse_date(day, now)}
    if len(possible) == 1 or one == two:
        return possible if one != two else set()
    known = {str(claims.jsonld.get(name))[:10] for name in ("datePublished", "dateModified")}
    known |= {each.stated[:10] for each in claims.moments if each.place is Place.OWN}
    return {order for order in possible if readings[order] in known}


def _visible_texts(claims: Claims, beside: Sequence[str]) -> Iterator[str]:
    yield from beside
    yield from _shown_by(claims)


def _shown_by(claims: Claims) -> Iterator[str]:
    yield from (text for each in claims.moments for text in (each.stated, each.text) if text)


# ---------------------------------------------------------------- whose clock


def _zone_of(published: tuple[str, DateClaim], stated: Sequence[DateClaim], seen: Evidence, now: datetime) -> str | None:
    """The offset of the publisher's clock; None where none is stated.

    Of a moment in UTC: another claim states it with its offset, or the page shows the same minute some hours away.
    """
    moment, claim = published
    if not moment.endswith("Z"):
        return None
    zone = stated_zone(claim.text)
    if zone != "+00:00":
        return zone
    shown = [*(line for line, _ in seen.lines), *_shown_by(seen.claims)]
    for text in (*(each.text for each in stated), *shown):
        other = stated_zone(text)
        if other and other != "+00:00" and parse_date(text, now, seen.writing) == moment:
            return other
    return next(filter(None, (_hours_away(text, moment, seen.writing) for text in shown)), zone)


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
