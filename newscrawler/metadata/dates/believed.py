"""When it was published and changed, and by which clock: `claims` weighed against each other.

published  the first claim that can be read, unless two independent ones agree on another day, or it is the day of the last
           change or the moment of fetching and readers see an earlier one: the page was rendered then
zone       `clocks`
modified   the first claim that is not before publication
order      3/4/2026 is of March or April by the region, by dates of the page that tell, or because one of them is to come
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from newscrawler.dates.day_order import ISO_DAY, month_first, orders_told
from newscrawler.dates.months import month_of
from newscrawler.dates.stated import parse_date
from newscrawler.dates.written import Writing, find_day, find_days, may_name_day, plain_line
from newscrawler.metadata.claims.jsonld import one_text
from newscrawler.metadata.dates.claims import DateClaim, Evidence, Source, modified_claims, published_claims
from newscrawler.metadata.dates.clocks import in_utc, zone_of
from newscrawler.metadata.dates.elements import Place
from newscrawler.text.detection import language_of
from newscrawler.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawler.metadata.claims.structured import Claims

RENDERING = timedelta(minutes=5)  # between when a page was made for us and when we have it
MACHINE = 40  # characters of a meta element that may be a date
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a page; the origins name the claims that are believed."""

    published: str | None = None
    published_origin: str | None = None
    zone: str | None = None
    modified: str | None = None
    modified_origin: str | None = None


def writing_of(claims: Claims, url: str, now: datetime, tag: str | None, beside: Sequence[str], sample: str) -> Writing:
    """How a page writes dates.  `tag`: the language that it states; `sample`: its text, which may be in another."""
    texts = [text for text in _visible_texts(claims, beside) if may_name_day(text)]
    language = tag
    if texts and _is_doubtful(texts, tag):
        found = language_of(sample, tag)[0]
        # the page's own language stays where it reads more than the text's: a template around foreign words
        language = found if tag is None or 0 < _days_read(texts, found) >= _days_read(texts, tag) else tag
    order = month_first(tag or language, host_of(url), _locale(claims))
    return _with_day_order(claims, texts, now, Writing(language, order))


def _days_read(texts: Iterable[str], language: str | None) -> int:
    return sum(len(find_days(plain_line(text), Writing(language))) for text in texts)


def _locale(claims: Claims) -> str | None:
    """What the page says of its language and region, beside the language of its root."""
    stated = (claims.jsonld.get("inLanguage"), claims.meta.get("og:locale"), claims.meta.get("content-language"))
    return next((each for each in stated if isinstance(each, str) and len(each) > 3), None)


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
    published = _with_its_time(_first_agreed_claim(read, changed, now), read)
    if published is not None:
        published = in_utc(published, read, seen)
    moment, claim = published or (None, None)
    modified, change = _last_change([(at, each) for at, each in changes if at], moment)
    return Dates(
        moment,
        claim.origin if claim else None,
        zone_of(published, read, seen, now) if published else None,
        modified,
        change.origin if change else None,
    )


def _last_change(changes: Sequence[tuple[str, DateClaim]], published: str | None) -> tuple[str | None, DateClaim | None]:
    """The first claim, unless readers see a later day: what a template states stays where nobody fills it in.

    A page is not changed before it is published: such a claim is about something else.
    """
    known = [(at, each) for at, each in changes if at[:10] >= (published or "")[:10]]
    if not known:
        return None, None
    shown = (each for each in known if each[1].source is Source.VISIBLE and each[0][:10] > known[0][0][:10])
    return next((each for each in shown if not _same_day(each[0], known[0][0])), known[0])


# ---------------------------------------------------------------- which claim is believed


def _first_agreed_claim(
    read: Sequence[tuple[str, DateClaim]], changed: str | None, now: datetime
) -> tuple[str, DateClaim] | None:
    if not read:
        return None
    changed = changed or _moment_of_rendering(read[0], now)
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


def _moment_of_rendering(first: tuple[str, DateClaim], now: datetime) -> str | None:
    """A moment in UTC at which the page was fetched: templates write it where they do not know that of publication."""
    moment, claim = first
    if claim.source not in (Source.JSONLD, Source.META) or not moment.endswith("Z"):
        return None
    return moment if abs(now - datetime.fromisoformat(moment)) <= RENDERING else None


def _with_its_time(
    believed: tuple[str, DateClaim] | None, read: Sequence[tuple[str, DateClaim]]
) -> tuple[str, DateClaim] | None:
    """The first claim that states the hour of the day that is believed, where that has none, or midnight for none."""
    if believed is None or believed[0][10:] not in _NO_TIME:
        return believed
    strong = (each for each in read if each[1].source is not Source.REST)
    return next((each for each in strong if each[0][:10] == believed[0][:10] and each[0][10:] not in _NO_TIME), believed)


_NO_TIME = ("", "T00:00:00", "T00:00:00Z")


def _claim_with_swapped_day(moment: str, strong: Sequence[tuple[str, DateClaim]]) -> tuple[str, DateClaim] | None:
    """What readers see, or the address has, where it is the same day with day and month the other way round."""
    year, month, day = moment[:10].split("-")
    other = f"{year}-{day}-{month}"
    seen = (each for each in strong if each[1].source in _IN_SIGHT and each[0][:10] == other != moment[:10])
    return next(seen, None)


_IN_SIGHT = (Source.VISIBLE, Source.ADDRESS)


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
    stated = [*(content for content in claims.meta.values() if 8 <= len(content) <= MACHINE), *_stated_days(claims)]
    texts = [text for text in (*visible, *stated) if text.count("/") > 1 or text.count("-") > 1]
    known = [text for text in stated if ISO_DAY.match(text)] if texts else []
    for text in texts:
        orders |= orders_told(text, now, known)
    return replace(writing, month_first=orders.pop()) if len(orders) == 1 else writing


def _stated_days(claims: Claims) -> Iterator[str]:
    """What markup states of the article's dates, and of nothing else's."""
    for each in (claims.jsonld, claims.page, claims.itemprops):
        yield from (text for name in _DATES if (text := one_text(each.get(name))))
    yield from (each.stated for each in claims.moments if each.place is Place.OWN and each.stated)


_DATES = ("datePublished", "dateModified", "dateCreated")


def _visible_texts(claims: Claims, beside: Sequence[str]) -> Iterator[str]:
    yield from beside
    yield from (text for each in claims.moments for text in (each.stated, each.text) if text)
