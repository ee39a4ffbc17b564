"""A search as feeds and files: Atom and JSON Feed of what came last, CSV and JSON of all there is, as it is read."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import AsgiStream, Response

from newscrawler.export import feeds
from newscrawler.reports.rights import free_texts, reserved_among
from newscrawler.rights.conclusion import Standing
from newscrawler.search.export import ExportRequest, Progress, next_batch
from newscrawler.search.facets import Facets, facets
from newscrawler.search.ranking import Count, Hit, Listing, count_exactly
from newscrawler.search.ranking import search as find
from newscrawler.search.saved import arrivals
from newscrawler.search.snippets import MARK
from newscrawler.storage.database.identity import identity
from newscrawler.text.spreadsheets import defused
from newscrawler.web.compiled_search import cached_vocabulary, compiled, params_of
from newscrawler.web.room import LimitExceeded, is_public

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from sqlite_utils import Database

    from newscrawler.search.export import ExportedArticle
    from newscrawler.search.query import Query
    from newscrawler.search.vocabulary import ArchiveVocabulary
    from newscrawler.web.room import Room
    from newscrawler.web.search_params import SearchParams

FEED_ENTRIES = 50
RESERVED = "snippets and texts of articles whose rights are reserved"  # what a public room's files go without
ROWS_WITHOUT_STREAMS = 1_000  # of a file where Datasette streams nothing (allow_csv_stream, off in a public room)
BYTE_ORDER_MARK = "\ufeff"
CSV_TYPE, JSON_TYPE = "text/csv; charset=utf-8", "application/json; charset=utf-8"
_WITHOUT_MARKS = str.maketrans(dict.fromkeys("".join(MARK)))


def _newest_copies(db: Database, query: Query) -> list[Hit]:
    return find(db, query, Listing(FEED_ENTRIES, 0, True, True))


def _arrivals(db: Database, query: Query) -> list[Hit]:
    """What came last, whenever it was published: a feed's reader has seen what came before."""
    return arrivals(db, query, limit=FEED_ENTRIES)


def with_etag(room: Room, body: bytes, content_type: str) -> Response:
    """An answer with an entity tag, 304 for whoever has it already (RFC 9110)."""
    tag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if tag in (room.request.headers.get("if-none-match") or ""):
        return Response("", status=304, headers=headers, content_type=content_type)
    return Response(body, headers=headers, content_type=content_type)


def entry(room: Room, hit: Hit, archive: str) -> feeds.Entry:
    """A hit as an entry of a feed; `archive`: its identity."""
    return feeds.Entry(
        id=feeds.permanent(archive, f"article {hit.id}"),
        page=room.absolute(f"/article/{hit.id}"),
        url=hit.url,
        title=hit.title or "(no title)",
        source=hit.source,
        text=hit.snippet.translate(_WITHOUT_MARKS),
        published=hit.published,
        first_seen=hit.first_seen,
        language=hit.language,
        topics=hit.topics,
    )


async def entries_of(room: Room, found: Sequence[Hit]) -> list[feeds.Entry]:
    """Hits as entries, with the whole text where its licence lets everybody pass it on.

    Of what its publisher reserves without a word of it: feeds are read by others.
    """
    archive, ids = await room.read(identity), [each.id for each in found]
    reserved, free = await room.read(reserved_among, ids), await room.read(free_texts, ids)
    made = [(each.id, entry(room, each, archive)) for each in found]
    return [replace(shown, text="") if key in reserved else replace(shown, whole=free.get(key)) for key, shown in made]


def answer(room: Room, feed: feeds.Feed, form: str) -> Response:
    """A feed as Atom (`form` atom) or JSON Feed."""
    if form == "atom":
        return with_etag(room, feeds.atom(feed), feeds.ATOM_TYPE)
    return with_etag(room, feeds.json_feed(feed), feeds.JSON_FEED_TYPE)


async def feed(room: Room, ask: SearchParams, form: str, *, title: str, own: str) -> Response:
    """A search's newest hits as a feed; `form`: atom or feed.json."""
    (query,) = await compiled(room, ask.q)
    hits = await room.read(_newest_copies if ask.copies else _arrivals, query)
    archive, address = await room.read(identity), replace(ask, newest=True, page=1, share=False).address()
    entries = await entries_of(room, hits)
    made = feeds.Feed(
        (archive, address), title, room.absolute(address), room.absolute(own), entries,
        f"The {FEED_ENTRIES} that came last, each story once" if not ask.copies else f"The {FEED_ENTRIES} newest",
    )  # fmt: skip
    return answer(room, made, form)


async def export(room: Room, form: str) -> Response | AsgiStream:
    """A search in another form: atom, feed.json, csv or json."""
    ask = params_of(room)
    if form in ("atom", "feed.json"):
        title = f"{ask.q or 'Everything'} · {room.title}"
        return await feed(room, ask, form, title=title, own=ask.address(f".{form}"))
    (query,) = await compiled(room, ask.q)
    request = ExportRequest(query, ask.copies, room.argument("text") == "1")
    content_type = CSV_TYPE if form == "csv" else JSON_TYPE
    headers = {"content-disposition": f'attachment; filename="{_file_name(ask.q)}.csv"'} if form == "csv" else {}
    if room.request.method == "HEAD":
        return Response("", headers=headers, content_type=content_type)
    parts = _csv(room, request, bom=room.argument("bom") == "1") if form == "csv" else await _json(room, ask, request)

    async def stream(writer: Any) -> None:
        async for part in parts:
            await writer.write(part)

    return AsgiStream(stream, headers=headers, content_type=content_type)


def most_rows(room: Room) -> int | None:
    """Rows of a file, None for all."""
    return None if room.datasette.setting("allow_csv_stream") else ROWS_WITHOUT_STREAMS


async def _batches(room: Room, request: ExportRequest) -> AsyncIterator[list[ExportedArticle]]:
    """All that is found, batch by batch: others read in between, and nothing is kept."""
    progress, left = Progress(), most_rows(room)
    while not progress.done and left != 0:
        batch = await room.read(next_batch, request, progress)
        if left is not None:
            batch = batch[:left]
            left -= len(batch)
        if batch:
            yield [_for_others(each) for each in batch] if is_public(room.datasette) else batch


def _for_others(article: ExportedArticle) -> ExportedArticle:
    """A hit as it may go to readers whom nobody knows: of what its publisher reserves without its words."""
    if article.rights != Standing.RESERVED:
        return article
    return replace(article, snippet="", text="" if article.text is not None else None)


def _file_name(q: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", q.lower()))[:60] or "search"


def cell(value: object) -> object:
    """A value as a file for spreadsheets has it."""
    if isinstance(value, tuple):
        value = "; ".join(value)
    return defused(value) if isinstance(value, str) else value


async def _csv(room: Room, request: ExportRequest, *, bom: bool) -> AsyncIterator[str]:
    yield (BYTE_ORDER_MARK if bom else "") + _lines([request.columns])
    async for batch in _batches(room, request):
        yield _lines([[cell(value) for value in request.cells(each)] for each in batch])


def _lines(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace").decode()


def _facets(db: Database, known: ArchiveVocabulary, query: Query) -> Facets:
    return facets(db, query, known.on(db))


async def counted(room: Room, query: Query) -> Count | None:
    """All hits counted; None where that takes longer than a page may."""
    try:
        return await room.read(count_exactly, query)
    except LimitExceeded:
        return None


async def _json(room: Room, ask: SearchParams, request: ExportRequest) -> AsyncIterator[str]:
    query = request.query
    found = await room.read(_facets, await cached_vocabulary(room), query)
    count = await counted(room, query) if found.sampled > 1 else Count(found.total, found.stories or 0)
    head = {
        "query": ask.q,
        "remarks": query.remarks,
        "total": count.articles if count else found.total,
        "total_is_estimated": count is None and found.estimated,
        "stories": count.stories if count else None,
        "counts_are_of_one_hit_in": found.sampled,
        "facets": {name: [asdict(each) for each in values] for name, values in found.fields.items()},
        "timeline": asdict(found.timeline),
        "hits_at_most": most_rows(room),
    }
    if is_public(room.datasette):
        head["left_out"] = RESERVED
    return _object(head, room, request)


async def _object(head: dict[str, object], room: Room, request: ExportRequest) -> AsyncIterator[str]:
    yield json.dumps(head, ensure_ascii=False, default=str)[:-1] + ', "hits": ['
    between = ""
    async for batch in _batches(room, request):
        rows = (dict(zip(request.columns, request.cells(each), strict=True)) for each in batch)
        text = between + ",\n".join(json.dumps(each, ensure_ascii=False) for each in rows)
        between = ",\n"
        yield text.encode("utf-8", "replace").decode()
    yield "]}"
