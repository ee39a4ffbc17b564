"""Two to four searches over the same time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils.asgi import Response

from newscrawler.search.editing import with_filter
from newscrawler.search.facets import Facets, facets, timelines
from newscrawler.search.query import compile_query
from newscrawler.web.compiled_search import cached_vocabulary, compiled
from newscrawler.web.drawing import charts, svg
from newscrawler.web.pages.timeline import bucket_label, bucket_value, caption
from newscrawler.web.search_params import SearchParams, parse_params
from newscrawler.web.views import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from newscrawler.search.query import Query
    from newscrawler.search.timeline import Timeline
    from newscrawler.search.vocabulary import ArchiveVocabulary
    from newscrawler.web.room import Room

MOST = 4  # searches: more bars beside each other nobody tells apart
_DATES = ("since", "until")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What an address asks for; the searches as they were typed, `dates` for all of them."""

    texts: tuple[str, ...]
    dates: tuple[tuple[str, str], ...]
    share: bool

    def asks(self) -> list[SearchParams]:
        """The searches within the dates; one that has a date of its own keeps it."""
        return [parse_params({"q": self._dated(each)}) for each in self.texts]

    def _dated(self, text: str) -> str:
        own = {each.field for each in compile_query(text).filters}
        for name, value in self.dates:
            text = text if name in own else with_filter(text, name, value)
        return text

    def address(self, form: str = "", *, share: bool | None = None) -> str:
        first, *others = self.texts or ("",)
        pairs = [("q", first), *(("with", each) for each in others), *self.dates]
        wanted = self.share if share is None else share
        return f"/compare{form}?{urlencode([*pairs, *([('share', '1')] if wanted else [])])}"


def _asked(room: Room) -> Comparison:
    typed = [room.argument("q"), *(room.request.args.getlist("with") or ())]
    texts = [parse_params({"q": each}).q for each in typed]
    dates = [(name, room.argument(name).strip()[:20]) for name in _DATES]
    return Comparison(
        tuple(filter(None, texts))[:MOST], tuple(each for each in dates if each[1]), room.argument("share") == "1"
    )


def _compared(db: Database, known: ArchiveVocabulary, queries: Sequence[Query]) -> tuple[list[Facets], list[Timeline]]:
    here = known.on(db)
    return [facets(db, each, here) for each in queries], timelines(db, queries)


async def page(room: Room, form: str | None) -> Response:
    """Searches over the same time; `form`: svg or csv, None for a page."""
    asked = _asked(room)
    context: dict[str, Any] = {
        "title": "Compare searches", "asked": asked, "fields": [*asked.texts, *[""] * MOST][:MOST], "plot": "", "sides": [],
        "dates": dict(asked.dates), "to": lambda form="", **more: room.path(asked.address(form, **more)),
    }  # fmt: skip
    if len(asked.texts) < 2:
        return await show(room, "compare.html", context, current="search")
    asks = asked.asks()
    queries = await compiled(room, *(each.q for each in asks))
    found, times = await room.read(_compared, await cached_vocabulary(room), queries)
    bars, told = _bars(times, share=asked.share), caption(times[0].unit, share=asked.share, names=asked.texts)
    if form == "svg":
        return Response(charts.drawing(bars, told, room.title), content_type=charts.SVG_TYPE)
    if form == "csv":
        return Response(_numbers(times, asked.texts), content_type=charts.CSV_TYPE)
    context["plot"] = svg.bars(bars, told)
    context["sides"] = [
        {"ask": ask, "href": room.path(ask.address()), "query": query, "found": each, "colour": colour, "text": text}
        for ask, query, each, colour, text in zip(asks, queries, found, svg.COLOURS, asked.texts, strict=False)
    ]
    return await show(room, "compare.html", context, current="search")


def _bars(times: Sequence[Timeline], *, share: bool) -> list[svg.Bar]:
    unit = times[0].unit
    bars = []
    for spans in zip(*(each.buckets for each in times), strict=True):
        first, *others = (bucket_value(each, share=share)[0] for each in spans)
        bars.append(svg.Bar(bucket_label(spans[0], unit), first, others=tuple(others)))
    return bars


def _numbers(times: Sequence[Timeline], names: Sequence[str]) -> str:
    """A row for each span: articles and percent of all, search by search."""
    head = ["first", "last", *(each for name in names for each in (name, f"{name} (percent)"))]
    rows = [
        [spans[0].start, spans[0].end, *(cell for each in spans for cell in (each.count, bucket_value(each, share=True)[0]))]
        for spans in zip(*(each.buckets for each in times), strict=True)
    ]
    return charts.numbers(rows, head)
