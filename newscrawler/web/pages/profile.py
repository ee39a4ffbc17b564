"""What sets a search's hits apart: words, names and topics against the rest of the archive, and a map of their countries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from newscrawler.search.distinctive import country_shares, profile
from newscrawler.search.logodds import PRIOR
from newscrawler.web.compiled_search import cached_vocabulary, compiled, params_of
from newscrawler.web.drawing import charts, maps
from newscrawler.web.drawing.highlighting import direction
from newscrawler.web.drawing.tiles import Country, tiles
from newscrawler.web.views import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from newscrawler.search.distinctive import Profile
    from newscrawler.search.query import Query
    from newscrawler.search.vocabulary import ArchiveVocabulary
    from newscrawler.web.room import Room

COLUMNS = ("kind", "language", "what", "percent_of_hits", "percent_of_others", "standard_errors")
LISTED = 8  # countries in the list beside the map; the table below has all


def _profile(db: Database, known: ArchiveVocabulary, query: Query) -> Profile:
    return profile(db, query, known.on(db))


def _rows(found: Profile, known: ArchiveVocabulary) -> Iterator[tuple[object, ...]]:
    """The rows of the file: words, then names and topics, then countries with numbers of hits."""
    for group in found.words:
        for each in group.words:
            yield "word", group.code, each.key, _percent(each.inside), _percent(each.outside), round(each.score, 2)
    for each in found.names:
        field, _, label = known.named.get(each.key, ("", "", ""))
        if label:
            yield field, None, label, _percent(each.inside), _percent(each.outside), round(each.score, 2)


def _percent(share: float) -> float:
    return round(100 * share, 2)


async def map_file(room: Room, form: str) -> Response:
    """The countries of a search as a map in proportion (`form`: svg), or as its numbers (csv)."""
    ask, known = params_of(room), await cached_vocabulary(room)
    (query,) = await compiled(room, ask.q)
    found = await room.read(country_shares, query, known)
    if form == "csv":
        return Response(maps.numbers(found.countries, found.total), content_type=charts.CSV_TYPE)
    named = [Country(each.code, each.name, each.named) for each in found.countries]
    about = f"about, from one hit in {found.step}; " if found.step > 1 else ""
    source = f"{about}{room.title}; search: {ask.q or 'everything'}"
    return Response(maps.drawing(named, "Countries that the hits name", source), content_type=charts.SVG_TYPE)


async def page(room: Room, form: str | None) -> Response:
    """The page of a search, or what is in its tables as CSV (`form`)."""
    ask, known = params_of(room), await cached_vocabulary(room)
    (query,) = await compiled(room, ask.q)
    found = await room.read(_profile, known, query)
    if form == "csv":
        return Response(charts.numbers(list(_rows(found, known)), COLUMNS), content_type=charts.CSV_TYPE)

    def narrowed(field: str, value: str) -> str:
        return room.path(ask.with_facet(field, value, "").address())

    named = [
        Country(each.code, each.name, each.named, narrowed("mentions", each.code)) for each in found.countries if each.named
    ]
    context: dict[str, Any] = {
        "title": f"{ask.q or 'Everything'}: words, names and a map",
        "ask": ask,
        "found": found,
        "names": [(known.named[each.key], each) for each in found.names if each.key in known.named],
        "map": tiles(named, title="Countries that the hits name", listed=LISTED) if named else "",
        "narrowed": narrowed,
        "with_word": lambda word: room.path(ask.with_query(f'{ask.q} "{word}"'.strip()).address()),
        "direction": direction,
        "prior": round(1 / PRIOR),
        "to": lambda form: room.path(ask.address(form)),
    }
    return await show(room, "words.html", context, current="search")
