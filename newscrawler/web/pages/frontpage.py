"""The front page: what came in lately."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from newscrawler.dates import read_moment
from newscrawler.reports import frontpage
from newscrawler.reports.queries import canned_queries
from newscrawler.reports.windows import DAY, SPANS, WEEK, WindowRequest, yesterday_evening
from newscrawler.search.editing import filter_text
from newscrawler.web.desk import on_pages as on_desk
from newscrawler.web.desk.morning import opened
from newscrawler.web.drawing.svg import Bar, Caption, bars
from newscrawler.web.room import cells_of
from newscrawler.web.search_links import search_path, world_map
from newscrawler.web.views import show
from newscrawler.web.wording import ago

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from newscrawler.reports.frontpage import Edition
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
# windows to choose from, by their names in the address
WINDOWS = {"day": SPANS[0][1], "evening": "since yesterday 18:00", "week": SPANS[1][1]}
SINCE_HERE = "since you were here"
STALE = timedelta(hours=36)  # since the newest article came, after which the front page says that it is not today's


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
        "world": world_map(room, edition.countries, "Countries that are named"),
    }
