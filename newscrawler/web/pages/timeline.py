"""A search over time: the plot of its page, the same as a table, as a drawing and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from newscrawler.search.facets import facets
from newscrawler.web.compiled_search import cached_vocabulary, compiled, params_of
from newscrawler.web.drawing import charts, svg
from newscrawler.web.views import show

if TYPE_CHECKING:
    from markupsafe import Markup
    from sqlite_utils import Database

    from newscrawler.search.query import Query
    from newscrawler.search.timeline import Bucket, Timeline
    from newscrawler.search.vocabulary import ArchiveVocabulary
    from newscrawler.web.room import Room
    from newscrawler.web.search_params import SearchParams

MIN_FOR_SHARE = 5  # articles of a bucket, of which a share is none
_FORMS = {"day": "%Y-%m-%d", "week": "week of %Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def bucket_label(bucket: Bucket, unit: str) -> str:
    """A span of days as a chart names it."""
    return bucket.start.strftime(_FORMS[unit])


def bucket_value(bucket: Bucket, *, share: bool) -> tuple[float | None, str | None]:
    """(Number or percentage of a bucket, why it has none): a share of very few articles says nothing."""
    if not share:
        return bucket.count, None
    if bucket.share is None:
        return None, None
    if bucket.share and bucket.count / bucket.share < MIN_FOR_SHARE:
        return None, f"a share of fewer than {MIN_FOR_SHARE} articles is left out"
    return round(100 * bucket.share, 2), None


def caption(unit: str, *, share: bool, names: tuple[str, ...] = (), table: str | None = None) -> svg.Caption:
    title = f"{'Share of all articles' if share else 'Articles'} a {unit}"
    return svg.Caption(title, "%" if share else "articles", unit.title(), names, table)


def _bars(room: Room, ask: SearchParams, query: Query, timeline: Timeline) -> list[svg.Bar]:
    undated = " ".join(query.without_dates.split())
    bars = []
    for each in timeline.buckets:
        value, note = bucket_value(each, share=ask.share)
        within = room.path(ask.within_days(each.start.isoformat(), each.end.isoformat(), undated).address())
        bars.append(svg.Bar(bucket_label(each, timeline.unit), value, within, note=note))
    return bars


def plot(room: Room, ask: SearchParams, query: Query, timeline: Timeline) -> Markup:
    """A bar for each span, each a search within its days; its numbers stand on a page of their own."""
    table = room.path(ask.address("/timeline"))
    return svg.bars(_bars(room, ask, query, timeline), caption(timeline.unit, share=ask.share, table=table))


def strays(room: Room, ask: SearchParams, query: Query, timeline: Timeline) -> list[tuple[str, str, int]]:
    """(Days, the search within them, hits) that are too far off to be plotted with the others."""
    undated = " ".join(query.without_dates.split())
    return [
        (
            str(each.first) if each.first == each.last else f"{each.first} to {each.last}",
            room.path(ask.within_days(each.first.isoformat(), each.last.isoformat(), undated).address()),
            each.count,
        )
        for each in timeline.strays
    ]


def _timeline(db: Database, known: ArchiveVocabulary, query: Query) -> Timeline:
    return facets(db, query, known.on(db)).timeline


async def page(room: Room, form: str | None) -> Response:
    """The timeline of a search alone; `form`: svg or csv, None for a page."""
    ask = params_of(room)
    (query,) = await compiled(room, ask.q)
    timeline = await room.read(_timeline, await cached_vocabulary(room), query)
    bars, told = _bars(room, ask, query, timeline), caption(timeline.unit, share=ask.share)
    if form == "csv":
        rows = [
            (each.start, each.end, each.count, None if each.share is None else round(100 * each.share, 3))
            for each in timeline.buckets
        ]
        return Response(charts.numbers(rows, ("first", "last", "articles", "percent")), content_type=charts.CSV_TYPE)
    if form == "svg":
        source = f"{room.title}; search: {ask.q or 'everything'}"
        return Response(charts.drawing(bars, told, source), content_type=charts.SVG_TYPE)
    context: dict[str, Any] = {
        "title": f"{ask.q or 'Everything'} over time",
        "ask": ask,
        "plot": svg.bars(
            bars, svg.Caption(told.title, told.unit, told.scale, table=room.path(ask.address("/timeline.csv")))
        ),
        "table": svg.table(bars, told),
        "strays": strays(room, ask, query, timeline),
        "to": lambda form: room.path(ask.address(form)),
    }
    return await show(room, "timeline.html", context, current="search")
