"""The search page, and the same hits as feeds and files; two searches compared."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import re
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from datasette.utils.asgi import Response

from newscrawler.reports.status import identity
from newscrawler.search.facets import FIELDS, Bucket, Facets, Timeline, facets, timelines
from newscrawler.search.query import Query, compile_query, with_filter, without
from newscrawler.search.ranking import Hit, Listing
from newscrawler.search.ranking import search as find
from newscrawler.search.saved import arrivals
from newscrawler.search.snippets import MARK
from newscrawler.search.statements import statements
from newscrawler.search.vocabulary import ArchiveVocabulary, vocabulary
from newscrawler.text import defused
from newscrawler.web import feeds, svg
from newscrawler.web.highlighting import direction
from newscrawler.web.search_params import MAX_PAGES, SearchParams, parse_params

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup
    from sqlite_utils import Database

    from newscrawler.web.views import Room

PAGE_SIZE = 20
FEED_ENTRIES = 50
MIN_FOR_SHARE = 5  # articles of a bucket, of which a share is none
EXPORT_ROWS = 1_000
VOCABULARY_SECONDS = 60.0  # that the archive's vocabulary is kept
LABELS = {
    "source": "Source", "country": "Published in", "lang": "Language", "type": "Kind", "topic": "Topic",
    "mentions": "Mentions", "month": "Month",
}  # fmt: skip
_WITHOUT_MARKS = str.maketrans(dict.fromkeys("".join(MARK)))
_HIGHLIGHT = re.compile(f"{MARK[0]}([^{MARK[1]}]*){MARK[1]}")


@dataclass(frozen=True, slots=True)
class _CachedVocabulary:
    """The archive's vocabulary, and when it was read."""

    known: ArchiveVocabulary
    at: float


async def cached_vocabulary(room: Room) -> ArchiveVocabulary:
    """What filters may name in this archive, as of a minute ago at most."""
    kept: _CachedVocabulary | None = getattr(room.datasette, "_newscrawler_words", None)
    if kept is None or time.monotonic() - kept.at > VOCABULARY_SECONDS:
        kept = _CachedVocabulary(await room.read(vocabulary), time.monotonic())
        room.datasette._newscrawler_words = kept
    return kept.known


def _params(room: Room) -> SearchParams:
    return parse_params({name: room.request.args.get(name) or "" for name in ("q", "sort", "copies", "page", "share")})


def _hits(db: Database, known: ArchiveVocabulary, ask: SearchParams, start: int, number: int) -> list[Hit]:
    query = compile_query(ask.q, known.on(db))
    return find(db, query, Listing(number, start, ask.newest, ask.copies))


def _arrivals(db: Database, known: ArchiveVocabulary, text: str) -> list[Hit]:
    """What came last, whenever it was published: a feed's reader has seen what came before."""
    return arrivals(db, compile_query(text, known.on(db)), limit=FEED_ENTRIES)


def _query_and_facets(db: Database, known: ArchiveVocabulary, text: str) -> tuple[Query, Facets]:
    here = known.on(db)
    query = compile_query(text, here)
    return query, facets(db, query, here)


def _that_have_hits(db: Database, known: ArchiveVocabulary, texts: Sequence[str]) -> list[str]:
    """Those of some queries that find anything."""
    here = known.on(db)
    return [each for each in texts if find(db, compile_query(each, here), Listing(limit=1))]


def _neighbours(query: Query) -> list[str]:
    """Wider queries, to suggest where one finds nothing: a filter less, any of its words, their beginnings."""
    wider = [without(query.text, each) for each in query.filters]
    words = [each for each in query.text.split() if each.isalnum() and each not in {"OR", "AND", "NOT"}]
    if len(words) > 1:
        wider += [" OR ".join(words), *([" ".join(words[:-1])] if len(words) > 2 else [])]
    wider += [f"{words[0]}*"] if len(words) == 1 and len(words[0]) > 3 else []
    return [each for each in dict.fromkeys(wider) if each.strip() and each != query.text][:6]


def pieces(snippet: str) -> list[tuple[str, bool]]:
    r"""A snippet as (text, whether it is a hit).

    >>> pieces("a \x02ship\x03 left")
    [('a ', False), ('ship', True), (' left', False)]
    """
    return [(text, at % 2 == 1) for at, text in enumerate(_HIGHLIGHT.split(snippet)) if text]


async def page(room: Room) -> Response:
    ask = _params(room)
    dates = {name: room.argument(name).strip() for name in ("since", "until")}
    if any(dates.values()):  # of the form; they belong to the query
        q = ask.q
        for name, value in dates.items():
            q = with_filter(q, name, value) if value else q
        return Response.redirect(room.path(ask.with_query(q).address()))
    known = await cached_vocabulary(room)
    (query, found), hits = await asyncio.gather(
        room.read(_query_and_facets, known, ask.q),
        room.read(_hits, known, ask, (ask.page - 1) * PAGE_SIZE, PAGE_SIZE + 1),
    )
    suggestions = [] if hits or not ask.q else await room.read(_that_have_hits, known, _neighbours(query))
    context = {
        "title": ask.q or "Search",
        "ask": ask,
        "query": query,
        "hits": hits[:PAGE_SIZE],
        "more": len(hits) > PAGE_SIZE and ask.page < MAX_PAGES,
        "found": found,
        "groups": _groups(room, ask, query, found),
        "plot": _plot(room, ask, query, found.timeline),
        "dated": [each for each in query.filters if each.field in ("since", "until")],
        "suggestions": [(each, room.path(ask.with_query(each).address())) for each in suggestions],
        "to": _Links(room.path),
        "pieces": pieces,
        "direction": direction,
    }
    return await room.page("search.html", context, current="search")


@dataclass(frozen=True, slots=True)
class _Links:
    """Addresses for a template, below Datasette's base_url."""

    path: Callable[[str], str]

    def __call__(self, ask: SearchParams, form: str = "", **changes: Any) -> str:
        return self.path(SearchParams(**{**asdict(ask), **changes}).address(form))


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value of a facet, and the address that adds it, or takes it out where it is `on`."""

    label: str
    count: int
    on: bool
    href: str


@dataclass(frozen=True, slots=True)
class FacetGroup:
    field: str
    label: str
    links: tuple[FacetLink, ...]


def _groups(room: Room, ask: SearchParams, query: Query, found: Facets) -> list[FacetGroup]:
    """The facets that have more than one value, or one that is on."""
    on = {(each.field, each.value.casefold()): each for each in query.filters if not each.negative}
    undated = " ".join(query.without_dates.split())
    groups = []
    for field in FIELDS:
        links = []
        for each in found.fields.get(field, ()):
            active = on.get((field, each.value.casefold()))
            target = ask.without_filter(active) if active else ask.with_facet(field, each.value, undated)
            links.append(FacetLink(each.label, each.count, bool(active), room.path(target.address())))
        if len(links) > 1 or any(each.on for each in links):
            groups.append(FacetGroup(field, LABELS[field], tuple(links)))
    return groups


def _label(bucket: Bucket, unit: str) -> str:
    form = {"day": "%d %b %Y", "week": "week of %d %b %Y", "month": "%b %Y", "year": "%Y"}[unit]
    return bucket.start.strftime(form)


def _value(bucket: Bucket, *, share: bool) -> tuple[float | None, str | None]:
    """(Number or percentage of a bucket, why it has none): a share of very few articles says nothing."""
    if not share:
        return bucket.count, None
    if bucket.share is None:
        return None, None
    if bucket.share and bucket.count / bucket.share < MIN_FOR_SHARE:
        return None, f"a share of fewer than {MIN_FOR_SHARE} articles is left out"
    return round(100 * bucket.share, 2), None


def _plot(room: Room, ask: SearchParams, query: Query, timeline: Timeline) -> Markup:
    undated = " ".join(query.without_dates.split())
    bars = []
    for each in timeline.buckets:
        value, note = _value(each, share=ask.share)
        within = room.path(ask.within_days(each.start.isoformat(), each.end.isoformat(), undated).address())
        bars.append(svg.Bar(_label(each, timeline.unit), value, within, note=note))
    of = "Share of all articles" if ask.share else "Articles"
    unit = "%" if ask.share else "articles"
    return svg.bars(bars, svg.Caption(f"{of} a {timeline.unit}", unit, timeline.unit.title()))


def _export(hits: Sequence[Hit]) -> list[dict[str, object]]:
    return [
        {**asdict(each), "snippet": each.snippet.translate(_WITHOUT_MARKS), "topics": list(each.topics)} for each in hits
    ]


def _with_etag(room: Room, body: bytes, content_type: str) -> Response:
    """An answer with an entity tag, 304 for whoever has it already (RFC 9110)."""
    tag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if tag in (room.request.headers.get("if-none-match") or ""):
        return Response("", status=304, headers=headers, content_type=content_type)
    return Response(body, headers=headers, content_type=content_type)


def _entry(room: Room, hit: Hit, archive: str) -> feeds.Entry:
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


async def feed(room: Room, ask: SearchParams, form: str, *, title: str, own: str) -> Response:
    """A search's newest hits as a feed; `form`: atom or feed.json."""
    newest = SearchParams(ask.q, newest=True, copies=ask.copies)
    known = await cached_vocabulary(room)
    hits = await (room.read(_hits, known, newest, 0, FEED_ENTRIES) if ask.copies else room.read(_arrivals, known, ask.q))
    archive, address = await room.read(identity), newest.address()
    entries = [_entry(room, each, archive) for each in hits]
    made = feeds.Feed(feeds.permanent(archive, address), title, room.absolute(address), room.absolute(own), entries)
    if form == "atom":
        return _with_etag(room, feeds.atom(made), feeds.ATOM_TYPE)
    return _with_etag(room, feeds.json_feed(made), feeds.JSON_FEED_TYPE)


async def export(room: Room, form: str) -> Response:
    """The page's hits in another form: atom, feed.json, csv or json."""
    ask = _params(room)
    if form in ("atom", "feed.json"):
        title = f"{ask.q or 'Everything'} · {room.title}"
        return await feed(room, ask, form, title=title, own=ask.address(f".{form}"))
    known = await cached_vocabulary(room)
    hits = await room.read(_hits, known, ask, 0, EXPORT_ROWS)
    if form == "csv":
        headers = {"content-disposition": f'attachment; filename="{_file_name(ask.q)}.csv"'}
        return Response(_csv(hits), headers=headers, content_type="text/csv; charset=utf-8")
    query, found = await room.read(_query_and_facets, known, ask.q)
    whole = {
        "query": ask.q,
        "remarks": query.remarks,
        "total": found.total,
        "counts_are_of_one_hit_in": found.sampled,
        "facets": {name: [asdict(each) for each in values] for name, values in found.fields.items()},
        "timeline": asdict(found.timeline),
        "hits": _export(hits),
    }
    body = json.dumps(whole, ensure_ascii=False, default=str).encode("utf-8", "replace")
    return Response(body, content_type="application/json; charset=utf-8")


def _file_name(q: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", q.lower()))[:60] or "search"


def _csv(hits: Sequence[Hit]) -> str:
    out = io.StringIO()
    rows = [{**each, "topics": "; ".join(hit.topics)} for each, hit in zip(_export(hits), hits, strict=True)]
    writer = csv.DictWriter(out, fieldnames=list(Hit.__dataclass_fields__), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(
        {name: defused(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows
    )
    return out.getvalue()


def _compile(db: Database, known: ArchiveVocabulary, text: str) -> Query:
    return compile_query(text, known.on(db))


async def sql(room: Room) -> Response:
    ask = _params(room)
    query = await room.read(_compile, await cached_vocabulary(room), ask.q)
    database = room.datasette.urls.database(room.database)
    shown = [(name, text, f"{database}?sql={quote(text)}") for name, text in statements(query)]
    context = {
        "title": f"SQL of {ask.q or 'everything'}",
        "ask": ask,
        "query": query,
        "statements": shown,
        "may_run": room.datasette.setting("default_allow_sql"),
        "back": room.path(ask.address()),
    }
    return await room.page("sql.html", context, current="search")


def _compared(
    db: Database, known: ArchiveVocabulary, texts: Sequence[str]
) -> tuple[list[Query], list[Facets], list[Timeline]]:
    here = known.on(db)
    queries = [compile_query(each, here) for each in texts]
    return queries, [facets(db, each, here) for each in queries], timelines(db, queries, here)


async def compare(room: Room) -> Response:
    """Two searches over the same time."""
    asks = [parse_params({"q": room.argument(name)}) for name in ("q", "with")]
    share = room.argument("share") == "1"
    context: dict[str, Any] = {"title": "Compare two searches", "asks": asks, "share": share, "plot": "", "sides": []}
    if all(each.q for each in asks):
        known = await cached_vocabulary(room)
        queries, found, times = await room.read(_compared, known, [each.q for each in asks])
        context["plot"] = _comparison_plot(times, [each.q for each in asks], share=share)
        context["sides"] = [
            {"ask": ask, "href": room.path(ask.address()), "query": query, "found": each}
            for ask, query, each in zip(asks, queries, found, strict=True)
        ]
    return await room.page("compare.html", context, current="search")


def _comparison_plot(times: Sequence[Timeline], names: Sequence[str], *, share: bool) -> Markup:
    def value(bucket: Bucket) -> float | None:
        return _value(bucket, share=share)[0]

    one, other = times
    bars = [
        svg.Bar(_label(each, one.unit), value(each), other=value(beside))
        for each, beside in zip(one.buckets, other.buckets, strict=True)
    ]
    title = f"{'Share of all articles' if share else 'Articles'} a {one.unit}"
    return svg.bars(bars, svg.Caption(title, "%" if share else "articles", one.unit.title(), names))
