"""The sources, one source, and the health of all of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from newscrawler.reports import health, rights, sources
from newscrawler.search.editing import filter_text
from newscrawler.web import wording
from newscrawler.web.drawing.svg import Bar, Caption, bars, ranks, sparkline
from newscrawler.web.room import NotFound, cells_of, number
from newscrawler.web.search_links import search_path, world_map
from newscrawler.web.views import show
from newscrawler.web.wording import ago

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from datasette.utils.asgi import Response
    from markupsafe import Markup
    from sqlite_utils import Database

    from newscrawler.reports.health import DayOfRuns
    from newscrawler.reports.rights import Rights
    from newscrawler.reports.sources import LabelCount, SourceLine, SourceReport
    from newscrawler.web.room import Room

SOURCES = 100  # a page of the list


def _looks(looks: Sequence[int | None]) -> Markup:
    return sparkline(looks, title="New links a look")


def _newest_first(each: SourceLine) -> tuple[bool, list[int]]:
    return each.newest is None, [-ord(letter) for letter in each.newest or ""]


ORDERS: dict[str, Callable[[SourceLine], Any]] = {
    "name": lambda each: each.name.casefold(),
    "articles": lambda each: -each.week,
    "newest": _newest_first,
    "country": lambda each: (each.country or "~", each.name.casefold()),
    "trouble": lambda each: (-bool(each.findings) - each.failing, each.name.casefold()),
}


async def source_list(room: Room) -> Response:
    """All sources, in one of ORDERS, a page of them."""
    now = datetime.now(UTC)
    listed = await room.read(sources.source_list)
    order = room.argument("sort", "articles")
    order = order if order in ORDERS else "articles"
    wanted = room.argument("find").strip().casefold()
    if wanted:
        listed = [each for each in listed if wanted in f"{each.name} {each.id} {each.country} {each.kind}".casefold()]
    pages = max(1, -(-len(listed) // SOURCES))
    at = min(number(room.argument("page", "1")), pages)
    context = {
        "title": "Sources",
        "sources": sorted(listed, key=ORDERS[order])[(at - 1) * SOURCES : at * SOURCES],
        "spark": lambda days: sparkline(days, title=f"Articles a day, last {sources.DAYS} days"),
        "ago": lambda stamp: ago(stamp, now),
        "number": len(listed),
        "page": at,
        "pages": pages,
        "order": order,
        "orders": list(ORDERS),
        "find": room.argument("find"),
        "troubled": sum(bool(each.findings or each.failing) for each in listed),
        "silent": sum(each.week == 0 for each in listed),
    }
    return await show(room, "sources.html", context, current="sources")


def _shares(room: Room, items: Sequence[LabelCount], source: str, field: str) -> list[Bar]:
    """Labels and their numbers as bars, each a link to the search for it within a source."""
    return [
        Bar(
            each.label, each.articles, search_path(room, f"{filter_text('source', source)} {filter_text(field, each.label)}")
        )
        if each.label
        else Bar("unknown", each.articles)
        for each in items
    ]


def _source(db: Database, id: str, now: datetime) -> tuple[SourceReport | None, Rights | None, dict[str, int]]:
    return sources.source_report(db, id), rights.rights_of_source(db, id, now), rights.standings(db, id)


async def source(room: Room, id: str) -> Response:
    """One source.  Raises NotFound where there is none of that id."""
    now, id = datetime.now(UTC), unquote(id)  # Datasette matches the address as it was sent
    report, stated, standings = await room.read(_source, id, now)
    if report is None:
        raise NotFound(f"There is no source {id[:60]} in this archive.")
    shares = (("What it writes about", report.topics, "topic"), ("Languages", report.languages, "lang"))
    daily = report.scale == "Day"
    context = {
        "title": report.source.name,
        "ago": lambda at: ago(at, now),
        "spark": _looks,
        "search": search_path(room, filter_text("source", report.source.id)),
        "rights": stated,
        "standings": standings,
        "made_up": [
            (title, ranks(_shares(room, items, report.source.id, field), title=f"Of its newest {sources.LATEST}"))
            for title, items, field in shares
        ],
        "plot": bars(
            [Bar(label, count) for label, count in report.pace],
            Caption(f"Articles that came, by {'day' if daily else 'week'} (UTC)", scale=report.scale),
        ),
        "world": world_map(room, report.countries, "Countries that it names", filter_text("source", report.source.id)),
    }
    return await show(room, "source.html", context | cells_of(report), current="sources")


def _run_plots(days: Sequence[DayOfRuns]) -> list[Markup]:
    """What the crawls of the last days came to, a plot each."""
    series: tuple[tuple[str, str, Callable[[DayOfRuns], int]], ...] = (
        ("New articles", "articles", lambda day: day.outcomes.get("new", 0)),
        ("Articles found rewritten", "articles", lambda day: day.outcomes.get("revised", 0)),
        ("Links that failed", "links", lambda day: day.outcomes.get("failed", 0)),
        ("Crawls that ended with failures", "crawls", lambda day: day.failed_runs),
    )
    return [
        bars([Bar(day.day, value(day)) for day in days], Caption(f"{title}, by day", unit), kind="low")
        for title, unit, value in series
    ]


async def health_page(room: Room) -> Response:
    """How all sources fare."""
    now = datetime.now(UTC)
    report = await room.read(health.health_report, now)
    fresh = [Bar(since, count) for since, count in report.freshness]
    kinds = [Bar(wording.finding(each.kind), each.findings) for each in report.kinds]
    context = {
        "title": "Health",
        "database_url": room.datasette.urls.database(room.database),
        "ago": lambda at: ago(at, now),
        "spark": _looks,
        "fresh": ranks(fresh, title="When sources last brought something new", unit="sources"),
        "findings": sum(each.findings for each in report.kinds),
        "wrong": ranks(kinds, title="What is wrong, by kind", unit="findings"),
        "plots": _run_plots(report.days),
    }
    return await show(room, "health.html", context | cells_of(report), current="health")
