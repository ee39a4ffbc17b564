"""The front page, the sources, one source, and the health of all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

from newscrawler.reports import frontpage, sources
from newscrawler.reports.json_cells import moment
from newscrawler.reports.queries import canned_queries
from newscrawler.reports.sources import LATEST
from newscrawler.web.svg import Bar, bars, ranks, sparkline
from newscrawler.web.tiles import Country, tiles
from newscrawler.web.views import NotThere, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datasette.utils.asgi import Response

    from newscrawler.web.views import Room

# canned queries that the front page names
QUESTIONS = (
    "fastest_sources",
    "coverage_by_country_and_week",
    "topics_over_time",
    "share_of_voice",
    "exclusive_stories",
    "new_names",
)
SOURCES = 100  # a page of the list
STALE = timedelta(hours=36)  # since the newest article came, after which the front page says that it is not today's


def asked(room: Room, query: str) -> str:
    """The address of a search."""
    return f"{room.path('/search')}?{urlencode({'q': query})}"


def term(field: str, value: str) -> str:
    """One filter of the query language.

    >>> term("topic", "naval"), term("topic", 'armed conflict')
    ('topic:naval', 'topic:"armed conflict"')
    """
    value = value.replace('"', " ")
    return f'{field}:"{value}"' if not value.replace("-", "").isalnum() else f"{field}:{value}"


def ago(stamp: str | None, now: datetime) -> str:
    """How long ago a moment was, in words.

    >>> now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> ago("2026-11-22T11:59:40Z", now), ago("2026-11-22T09:00:00Z", now), ago("2026-11-12T12:00:00Z", now), ago(None, now)
    ('just now', '3 hours ago', '10 days ago', 'never')
    """
    at = moment(stamp)
    if at is None:
        return "never" if not stamp else str(stamp)
    minutes = int((now - at).total_seconds() // 60)
    for size, word in ((60 * 24, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            many = minutes // size
            return f"{many} {word}{'' if many == 1 else 's'} ago"
    return "just now" if minutes > -2 else "in the future"


def _world(room: Room, countries: Sequence[dict[str, Any]], title: str, more: str = "") -> Any:
    named = [
        Country(
            each["code"], each["name"], each["articles"], asked(room, f"{term('mentions', each['name'])} {more}".strip())
        )
        for each in countries
    ]
    return tiles(named, title=title)


async def front(room: Room) -> Response:
    now = datetime.now(UTC)
    told = await room.read(frontpage.front_page)
    context: dict[str, Any] = {
        "title": "Today",
        "ago": lambda at: ago(at, now),
        "database_url": room.datasette.urls.database(room.database),
        "questions": [(name, canned_queries()[name].title) for name in QUESTIONS],
        **told,
        "state_of": told["trouble"],
    }
    if told["window"] is not None:
        until = moment(told["window"].until)
        context["stale"] = until is None or now - until > STALE
        # an archive of old articles has nothing of these days: then there is nothing to see
        context["plot"] = any(count for _, count in told["days"]) and bars(
            [Bar(day, count, asked(room, f"since:{day} until:{day}")) for day, count in told["days"]],
            title="Articles by day of publication",
            kind="low",
        )
        context["world"] = _world(room, told["countries"], "Countries that are named")
    for section in told.get("sections", ()):
        section["href"] = asked(room, term("topic", section["label"]))
    return await room.page("front.html", context, current="today")


async def source_list(room: Room) -> Response:
    now = datetime.now(UTC)
    listed = await room.read(sources.source_list)
    orders: dict[str, Any] = {
        "name": lambda each: each["name"].casefold(),
        "articles": lambda each: -each["week"],
        "newest": lambda each: (each["newest"] is None, [-ord(letter) for letter in each["newest"] or ""]),
        "country": lambda each: (each["country"] or "~", each["name"].casefold()),
        "trouble": lambda each: (-bool(each["findings"]) - each["failing"], each["name"].casefold()),
    }
    order = room.argument("sort", "articles")
    order = order if order in orders else "articles"
    wanted = room.argument("find").strip().casefold()
    if wanted:
        listed = [
            each for each in listed if wanted in f"{each['name']} {each['id']} {each['country']} {each['kind']}".casefold()
        ]
    pages = max(1, -(-len(listed) // SOURCES))
    at = min(number(room.argument("page", "1")), pages)
    shown = sorted(listed, key=orders[order])[(at - 1) * SOURCES : at * SOURCES]
    for each in shown:
        each["spark"] = sparkline(each["days"], title=f"Articles a day, last {sources.DAYS} days")
        each["ago"] = ago(each["newest"], now)
        each["href"] = room.path(f"/source/{quote(each['id'], safe='')}")
    context = {
        "title": "Sources",
        "sources": shown,
        "number": len(listed),
        "page": at,
        "pages": pages,
        "order": order,
        "orders": list(orders),
        "find": room.argument("find"),
        "troubled": sum(bool(each["findings"] or each["failing"]) for each in listed),
        "silent": sum(each["week"] == 0 for each in listed),
    }
    return await room.page("sources.html", context, current="sources")


def _shares(room: Room, items: Sequence[dict[str, Any]], before: str) -> list[Bar]:
    """Labels and their numbers as bars, each a link to the search for it; `before`: the query up to the field's name."""
    begun, _, field = before.rpartition(" ")
    return [
        Bar(each["label"] or "unknown", each["articles"], asked(room, f"{begun} {term(field, each['label'])}"))
        if each["label"]
        else Bar("unknown", each["articles"])
        for each in items
    ]


async def source(room: Room, id: str) -> Response:
    now, id = datetime.now(UTC), unquote(id)  # Datasette matches the address as it was sent
    told = await room.read(sources.source_page, id)
    if told is None:
        raise NotThere(f"There is no source {id[:60]} in this archive.")
    for endpoint in told["endpoints"]:
        endpoint["spark"] = sparkline(endpoint["polls"], title="New links a look")
    name = told["source"]["id"]
    context = {
        "title": told["source"]["name"],
        "ago": lambda at: ago(at, now),
        "search": asked(room, term("source", name)),
        "made_up": [
            (title, ranks(_shares(room, told[key], f"{term('source', name)} {field}"), title=f"Of its newest {LATEST}"))
            for title, key, field in (("What it writes about", "topics", "topic"), ("Languages", "languages", "lang"))
        ],
        "plot": bars(
            [Bar(label, count) for label, count in told["pace"]],
            title=f"Articles that came, by {'day' if told['scale'] == 'Day' else 'week'} (UTC)",
            scale=told["scale"],
        ),
        "world": _world(room, told["countries"], "Countries that it names", term("source", name)),
        **told,
    }
    return await room.page("source.html", context, current="sources")


async def health(room: Room) -> Response:
    now = datetime.now(UTC)
    told = await room.read(sources.health, now)
    for each in told["failing"]:
        each["spark"] = sparkline(each["polls"], title="New links a look")
    days = told["days"]
    series = [
        ("new", "New articles", "articles"),
        ("revised", "Articles found rewritten", "articles"),
        ("failed", "Links that failed", "links"),
        ("ended badly", "Crawls that ended with failures", "crawls"),
    ]
    context = {
        "title": "Health",
        "database_url": room.datasette.urls.database(room.database),
        "ago": lambda at: ago(at, now),
        "fresh": ranks(
            [Bar(words, count) for words, count in told["freshness"]],
            title="When sources last brought something new",
            unit="sources",
        ),
        "findings": sum(each["findings"] for each in told["kinds"]),
        "wrong": ranks(
            [Bar(each["kind"], each["findings"]) for each in told["kinds"]], title="What is wrong, by kind", unit="findings"
        ),
        "plots": [
            bars(
                [Bar(day["day"], day.get(name, 0)) for day in days],
                title=f"{words}, by day",
                unit=unit,
                kind="low",
            )
            for name, words, unit in series
        ],
        **told,
    }
    return await room.page("health.html", context, current="health")
