"""A collection to take away: Atom and JSON Feed, CSV and JSON, each with the reader's notes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from datasette.utils.asgi import Response

from newscrawler.export import feeds
from newscrawler.search.export import ExportRequest, articles_of
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import hits
from newscrawler.storage.database.identity import identity
from newscrawler.web.files import search_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawler.search.export import ExportedArticle
    from newscrawler.search.ranking import Hit
    from newscrawler.storage.database.sqlite import Database
    from newscrawler.web.room import Room

# the ending of the address, its name, and the media type where it is a feed
FORMS = (
    ("atom", "Atom", "application/atom+xml"),
    ("feed.json", "JSON Feed", "application/feed+json"),
    ("csv", "CSV", ""),
    ("json", "JSON", ""),
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A collection: its articles, the last to be put there first, and the reader's notes by article."""

    name: str
    ids: Sequence[int]
    notes: Mapping[int, str]


def _hits(db: Database, ids: Sequence[int]) -> list[Hit]:
    return hits(db, list(ids), compile_query(""))


def _rows(db: Database, ids: Sequence[int], request: ExportRequest) -> list[ExportedArticle]:
    return articles_of(db, ids, request)


async def answer(room: Room, gathered: Gathered, form: str, own: str) -> Response:
    """A collection in one of FORMS; `own`: its address."""
    if form in ("atom", "feed.json"):
        return await _feed(room, gathered, form, own)
    request = ExportRequest(compile_query(""), every_copy=True, text=room.argument("text") == "1")
    rows = await room.read(_rows, gathered.ids, request)
    columns = (*request.columns, "note")
    cells = [(*request.cells(each), gathered.notes.get(each.id, "")) for each in rows]
    if form == "json":
        body = {"collection": gathered.name, "articles": [dict(zip(columns, each, strict=True)) for each in cells]}
        return Response(
            json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8", "replace"), content_type=search_files.JSON_TYPE
        )
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(
        [columns, *([search_files.cell(value) for value in each] for each in cells)]
    )
    return Response(out.getvalue().encode("utf-8", "replace"), content_type=search_files.CSV_TYPE)


async def _feed(room: Room, gathered: Gathered, form: str, own: str) -> Response:
    found = await room.read(_hits, gathered.ids[: search_files.FEED_ENTRIES])
    archive = await room.read(identity)
    address = own.removesuffix(f".{form}")
    made = feeds.Feed(
        (archive, address), f"{gathered.name} · {room.title}", room.absolute(address), room.absolute(own),
        await search_files.entries_of(room, found),
        f"The {search_files.FEED_ENTRIES} articles that were put there last",
    )  # fmt: skip
    return search_files.answer(room, made, form)
