"""Crawls, one crawl, and what the archive's tables hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from newscrawler.reports import runs
from newscrawler.reports.queries import canned_queries
from newscrawler.storage import schema_docs
from newscrawler.web.svg import Bar, bars, ranks
from newscrawler.web.views import NotThere, number

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from newscrawler.web.views import Room

ENDS = {
    0: ("fine", "good"),
    3: ("some sources failed", "warn"),
    4: ("every source failed", "bad"),
    75: ("the archive was locked", "bad"),
    130: ("interrupted", "warn"),
    137: ("killed", "bad"),
}


def lasted(seconds: float | None) -> str:
    """How long a crawl took.

    >>> lasted(8), lasted(65), lasted(7325), lasted(None)
    ('8 s', '1 min 5 s', '2 h 2 min', '')
    """
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def ended(run: dict[str, Any]) -> tuple[str, str]:
    """How a crawl ended, in words and as a class: at work, or as its exit code says.

    >>> ended({"exit_code": 3, "finished": "x"}), ended({"exit_code": None, "finished": None})
    (('some sources failed', 'warn'), ('at work', 'good'))
    """
    if run["exit_code"] is None:
        return ("at work", "good") if run["finished"] is None else ("finished", "good")
    return ENDS.get(run["exit_code"], (f"ended with {run['exit_code']}", "bad"))


async def run_list(room: Room) -> Response:
    before = number(room.argument("before")) if room.argument("before") else None
    listed = await room.read(runs.run_list, before)
    for run in listed:
        run["lasted"], run["ended"] = lasted(run["seconds"]), ended(run)
    outcomes = [name for name, _ in Counter(name for run in listed for name in run["counts"]).most_common(6)]
    plot = bars(
        [
            Bar(f"run {run['id']}, {run['started'][:10]}", run["counts"].get("new", 0), room.path(f"/run/{run['id']}"))
            for run in reversed(listed)
        ],
        title="New articles of these crawls",
        scale="Crawl",
        kind="low",
    )
    context = {
        "title": "Crawls",
        "runs": listed,
        "outcomes": outcomes,
        "plot": plot,
        "older": listed[-1]["id"] if len(listed) == runs.PAGE and listed[-1]["id"] > 1 else None,
        "newest": before is None,
    }
    return await room.page("runs.html", context, current="runs")


async def run(room: Room, id: str) -> Response:
    told = await room.read(runs.run_page, number(id))
    if told is None:
        raise NotThere(f"There is no crawl {id} in this archive.")
    plot = ranks(
        [Bar(each["name"], each["articles"], room.path(f"/source/{each['id']}")) for each in told["by_source"]],
        title="By source",
    )
    context = {
        "title": f"Crawl {told['run']['id']}",
        "lasted": lasted(told["run"]["seconds"]),
        "ended": ended(told["run"]),
        "plot": plot,
        **told,
    }
    return await room.page("run.html", context, current="runs")


async def schema(room: Room) -> Response:
    base = room.datasette.urls.database(room.database)
    context = {
        "title": "Tables & SQL",
        "tables": schema_docs.tables(),
        "views": schema_docs.views(),
        "queries": list(canned_queries().values()),
        "table_path": lambda name: room.datasette.urls.table(room.database, name),
        "query_path": lambda name: f"{base}/{name}",
        "sql_path": lambda sql: f"{base}{_sql_form(room)}?{urlencode({'sql': sql})}",
        "may_ask": room.datasette.setting("default_allow_sql"),
    }
    return await room.page("schema.html", context, current="schema")


def _sql_form(room: Room) -> str:
    """Where Datasette takes SQL: beside the database on 0.65, below it on 1.0."""
    return "" if hasattr(room.datasette, "ensure_permissions") else "/-/query"
