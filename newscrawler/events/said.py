"""What the beginning of a story says: its words and numbers as stems, the places and days that it names as codes.

Read where a story is new, and nowhere else.  Apart from `evidence`, which whoever searches imports, too: names of places and
days take long to load.
"""

from __future__ import annotations

from datetime import date, timedelta

from newscrawler.dates.named_days import days_named, weekdays_named
from newscrawler.events.evidence import DAY, WEEKDAY, beginning, stems
from newscrawler.events.figures import numbers_in
from newscrawler.events.places import KIND as PLACE
from newscrawler.events.places import places_in, shipped_places
from newscrawler.text.tails import without_publisher

MOST_WORDS = 70
HEADLINE = 3  # stems that a text has beside its title's, at most, where there is a headline alone
MOST_PLACES, MOST_DAYS, MOST_WEEKDAYS = 6, 4, 2  # that a story keeps, in the order of its text
LONGEST_PLACE = 20  # letters of a code


def stems_of(title: str | None, lead: str | None, text: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(stems of the title, stems of title and beginning); `language`: of two letters, "" where unknown.

    >>> stems_of("Über 1.200 Drohnen", None, "", "de")
    (('uber', '#1200', 'drohne'), ('uber', '#1200', 'drohne'))
    """
    head, body = numbers_in(without_publisher(title or ""), language), numbers_in(beginning(lead, text), language)
    of_title = stems(head)
    said = list(dict.fromkeys([*of_title, *stems(body)]))
    if len(said) <= len(of_title) + HEADLINE:  # a headline alone: its few words are names, more often than not
        of_title = stems(head, named=True)
        said = list(dict.fromkeys([*of_title, *stems(body, named=True)]))
    return tuple(of_title), tuple(said[:MOST_WORDS])


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
