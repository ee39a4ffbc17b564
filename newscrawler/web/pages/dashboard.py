"""The front page, the sources, one source, and the health of all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

from newscrawler.dates import read_moment
from newscrawler.reports import frontpage, health, rights, sources
from newscrawler.reports.queries import canned_queries
from newscrawler.reports.windows import DAY, SPANS, WEEK, WindowRequest, yesterday_evening
from newscrawler.search.editing import filter_text
from newscrawler.web import wording
from newscrawler.web.desk import on_pages as on_desk
from newscrawler.web.desk.morning import opened
from newscrawler.web.drawing.svg import Bar, Caption, bars, ranks, sparkline
from newscrawler.web.drawing.tiles import Country, tiles
from newscrawler.web.room import NotFound, cells_of, number
from newscrawler.web.views import show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from datasette.utils.asgi import Response
    from markupsafe import Markup
    from sqlite_utils import Database

    from newscrawler.reports.frontpage import CountryCount, Edition
    from newscrawler.reports.health import DayOfRuns
    from newscrawler.reports.rights import Rights
    from newscrawler.reports.sources import LabelCount, SourceLine, SourceReport
    from newscrawler.web.room import Room

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
# windows to choose from, by their names in the address
WINDOWS = {"day": SPANS[0][1], "evening": "since yesterday 18:00", "week": SPANS[1][1]}
SINCE_HERE = "since you were here"
STALE = timedelta(hours=36)  # since the newest article came, after which the front page says that it is not today's


def search_path(room: Room, query: str) -> str:
    """The address of a search."""
    return f"{room.path('/search')}?{urlencode({'q': query})}"


def ago(stamp: str | None, now: datetime) -> str:
    """How long ago a moment was, in words.

    >>> now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> ago("2026-11-22T11:59:40Z", now), ago("2026-11-22T09:00:00Z", now), ago("2026-11-12T12:00:00Z", now), ago(None, now)
    ('just now', '3 hours ago', '10 days ago', 'never')
    """
    at = read_moment(stamp)
    if at is None:
        return "never" if not stamp else str(stamp)
    minutes = int((now - at).total_seconds() // 60)
    for size, word in ((60 * 24, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            many = minutes // size
            return f"{many} {word}{'' if many == 1 else 's'} ago"
    return "just now" if minutes > -2 else "in the future"


def _world(room: Room, countries: Sequence[CountryCount], title: str, narrowed: str = "") -> Markup:
    """The map of countries; `narrowed`: a filter that the searches it leads to have too."""
    named = [
        Country(
            each.code,
            each.name,
            each.articles,
            search_path(room, f"{filter_text('mentions', each.code)} {narrowed}".strip()),
        )
        for each in countries
    ]
    return tiles(named, title=title)


def _looks(looks: Sequence[int | None]) -> Markup:
    return sparkline(looks, title="New links a look")


async def front_page(room: Room) -> Response:
    """What came in lately."""
    now = datetime.now(UTC)
    asked = _asked_window(room, now)
    morning = await opened(room, now)
    report = await room.read(frontpage.front_page, asked, morning.unwanted)
    context: dict[str, object] = {
        "windows": _windows(room, asked.words or (report.edition.window.words if report.edition else "")),
        "here": f"{room.path('/')}?after={morning.here}" if morning.here else "",
        "is_here": asked.words == SINCE_HERE,
        "morning": morning,
        "unseen_path": _unseen_path(room, only_unseen=not morning.only_unseen),
        "title": "Today",
        "ago": lambda at: ago(at, now),
        "database_url": room.datasette.urls.database(room.database),
        "questions": [(name, canned_queries()[name].title) for name in QUESTIONS],
        "topic_path": lambda label: search_path(room, filter_text("topic", label)),
        "run": report.run,
        "troubles": report.troubles,
        "window": None,
    }
    if report.edition is not None:
        context |= cells_of(report.edition) | _plots_of(room, report.edition, now)
        context["desk_ids"] = ".".join(map(str, report.edition.shown))
        context["desk"] = await on_desk.on_desk(room, report.edition.shown, trouble=morning.trouble)
    return await show(room, "front.html", context, current="today")


def _asked_window(room: Room, now: datetime) -> WindowRequest:
    """The window that the address asks for; what it does not have is as if it was not asked for."""
    after = room.argument("after")
    if after.isascii() and after.isdigit() and len(after) <= 18:
        return WindowRequest(SINCE_HERE, after=int(after))
    name = room.argument("window")
    if name == "evening":
        return WindowRequest(WINDOWS[name], since=yesterday_evening(now.astimezone()))
    return WindowRequest(WINDOWS[name], {"day": DAY, "week": WEEK}[name]) if name in WINDOWS else WindowRequest()


def _windows(room: Room, shown: str) -> list[tuple[str, str, bool]]:
    """(How a window is called, its address, whether it is the one that is shown)."""
    return [(words, f"{room.path('/')}?window={name}", shown == words) for name, words in WINDOWS.items()]


def _unseen_path(room: Room, *, only_unseen: bool) -> str:
    """The same window with or without what was seen."""
    told = {name: room.argument(name) for name in ("window", "after")} | {"unseen": "1" if only_unseen else ""}
    query = urlencode({name: value for name, value in told.items() if value})
    return f"{room.path('/')}{'?' if query else ''}{query}"


def _plots_of(room: Room, edition: Edition, now: datetime) -> dict[str, object]:
    until = read_moment(edition.window.until)
    # an archive of old articles has nothing of these days: then there is nothing to see
    plotted = any(count for _, count in edition.days)
    days = [Bar(day, count, search_path(room, f"since:{day} until:{day}")) for day, count in edition.days]
    return {
        "stale": until is None or now - until > STALE,
        "plot": bars(days, Caption("Articles by day of publication"), kind="low") if plotted else "",
        "world": _world(room, edition.countries, "Countries that are named"),
    }


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
        "world": _world(room, report.countries, "Countries that it names", filter_text("source", report.source.id)),
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
