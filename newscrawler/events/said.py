"""Places and days that the beginning of a story names, as codes: what is read where a story is new, and nowhere else.

Apart from `evidence`, which whoever searches imports, too: names of places and days take long to load.
"""

from __future__ import annotations

from datetime import date, timedelta

from newscrawler.dates.named_days import days_named, weekdays_named
from newscrawler.events.evidence import DAY, WEEKDAY, beginning
from newscrawler.events.places import KIND as PLACE
from newscrawler.events.places import places_in, shipped_places
from newscrawler.text.tails import without_publisher

MOST_PLACES, MOST_DAYS, MOST_WEEKDAYS = 6, 4, 2  # that a story keeps, in the order of its text
LONGEST_PLACE = 20  # letters of a code


def opening(title: str | None, lead: str | None, text: str) -> str:
    """Title and beginning, in which places and days are looked for."""
    return f"{without_publisher(title or '')}.\n{beginning(lead, text)}"


def said_codes(text: str, language: str, at: float) -> tuple[str, ...]:
    """Places and days that the beginning of a story names, as codes that need no translation; `at`: days since 1970.

    >>> said_codes("Am Samstag, 28. November, kollidierten vor Warnemünde zwei Fregatten in der Ostsee.", "de", 20788.5)
    ('place:Baltic_Sea', 'day:2026-11-28', 'weekday:5')
    """
    published = date(1970, 1, 1) + timedelta(days=int(at))
    places = [code[:LONGEST_PLACE] for code in places_in(text, language, shipped_places())]
    days = days_named(text, language, published)[:MOST_DAYS]
    weekdays = weekdays_named(text, language)[:MOST_WEEKDAYS]
    return (
        *(f"{PLACE}:{each}" for each in places[:MOST_PLACES]),
        *(f"{DAY}:{each}" for each in days),
        *(f"{WEEKDAY}:{each}" for each in weekdays),
    )
