"""The crawls, and one crawl."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newscrawler.reports import runs
from newscrawler.web.drawing.svg import Bar, Caption, bars, ranks
from newscrawler.web.room import NotFound, cells_of, number
from newscrawler.web.views import show

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from newscrawler.web.room import Room

ENDS = {
    0: ("fine", "good"),
    3: ("some sources failed", "warn"),
    4: ("every source failed", "bad"),
    75: ("the archive was locked", "bad"),
    130: ("interrupted", "warn"),
    137: ("killed", "bad"),
}


def duration(seconds: float | None) -> str:
    """How long a crawl took.

    >>> duration(8), duration(65), duration(7325), duration(None)
    ('8 s', '1 min 5 s', '2 h 2 min', '')
    """
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def end_of(run: runs.Run) -> tuple[str, str]:
    """How a crawl ended, in words and as a class: at work, or as its exit code says.

    >>> end_of(runs.Run(1, "2026-11-22T10:00:00Z", "2026-11-22T10:05:00Z", "crawl", 3, {}, 300.0))
    ('some sources failed', 'warn')
    """
    if run.exit_code is None:
        return ("at work", "good") if run.finished is None else ("finished", "good")
    return ENDS.get(run.exit_code, (f"ended with {run.exit_code}", "bad"))


async def run_list(room: Room) -> Response:
    """A page of crawls, the last first."""
    before = number(room.argument("before")) if room.argument("before") else None
    listed = await room.read(runs.newest_runs, before)
    outcomes = [name for name, _ in Counter(name for run in listed for name in run.counts).most_common(6)]
    plot = bars(
        [
            Bar(f"run {run.id}, {run.started[:10]}", run.counts.get("new", 0), room.path(f"/run/{run.id}"))
            for run in reversed(listed)
        ],
        Caption("New articles of these crawls", scale="Crawl"),
        kind="low",
    )
    context = {
        "title": "Crawls",
        "runs": [(run, duration(run.seconds), end_of(run)) for run in listed],
        "outcomes": outcomes,
        "plot": plot,
        "older": listed[-1].id if len(listed) == runs.PAGE and listed[-1].id > 1 else None,
        "newest": before is None,
    }
    return await show(room, "runs.html", context, current="runs")


async def run(room: Room, id: str) -> Response:
    """One crawl.  Raises NotFound where there is none of that number."""
    report = await room.read(runs.run_report, number(id))
    if report is None:
        raise NotFound(f"There is no crawl {id} in this archive.")
    by_source = [Bar(each.name, each.articles, room.path(f"/source/{each.id}")) for each in report.by_source]
    context = {
        "title": f"Crawl {report.run.id}",
        "duration": duration(report.run.seconds),
        "end": end_of(report.run),
        "plot": ranks(by_source, title="By source"),
    }
    return await show(room, "run.html", context | cells_of(report), current="runs")
