"""The search page, and the SQL behind it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from datasette.utils.asgi import Response

from newscrawler.reports.sql_functions import without_meaning
from newscrawler.search.editing import with_filter, without, without_field
from newscrawler.search.facets import FIELDS, Facets, facets
from newscrawler.search.meaning import RESCORED, are_never_like, is_nothing_like, may_be_chance
from newscrawler.search.query import Query, compile_query
from newscrawler.search.ranking import MAX_DEPTH, RANKED_HITS, Listing, newest, ranked
from newscrawler.search.ranking import search as find
from newscrawler.search.snippets import MARK
from newscrawler.search.spelling import RARE, corrections
from newscrawler.search.statements import statements
from newscrawler.web.compiled_search import cached_vocabulary, compiled, params_of
from newscrawler.web.desk import on_pages as on_desk
from newscrawler.web.drawing.highlighting import direction
from newscrawler.web.files.search_files import counted, most_rows
from newscrawler.web.guard.withheld import withheld
from newscrawler.web.pages import timeline as over_time
from newscrawler.web.search_params import MAX_PAGES, SearchParams
from newscrawler.web.views import show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlite_utils import Database

    from newscrawler.search.ranking import Count, Hit
    from newscrawler.search.vocabulary import ArchiveVocabulary
    from newscrawler.web.room import Room

PAGE_SIZE = 20
LABELS = {
    "source": "Source", "country": "Published in", "lang": "Language", "type": "Kind", "topic": "Topic",
    "mentions": "Mentions", "month": "Month",
}  # fmt: skip
_HIGHLIGHT = re.compile(f"{MARK[0]}([^{MARK[1]}]*){MARK[1]}")


def _found(db: Database, known: ArchiveVocabulary, query: Query, listing: Listing) -> tuple[Facets, list[Hit]]:
    """Facets and a page of hits, of one walk of the index."""
    last = newest(db, query)
    return facets(db, query, known.on(db), last), find(db, query, listing, last)


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


def _dated(room: Room, ask: SearchParams) -> SearchParams | None:
    """The search with the dates of the form: one that is filled in is set, one that is empty is cleared.

    None where the address has none of them.  A date that says what the query says already stays as it was typed (7d).
    """
    asked = [name for name in ("since", "until") if name in room.request.args]
    if not asked:
        return None
    q, before = ask.q, compile_query(ask.q)
    for name in asked:
        value, now = room.argument(name).strip(), before.since if name == "since" else before.until
        if value and value != (now and now.isoformat()):
            q = with_filter(q, name, value)
        elif not value:
            q = without_field(q, name)
    return ask.with_query(q)


@dataclass(frozen=True, slots=True)
class Total:
    """How many hits there are, and what of that is not known exactly: `about`, where articles are estimated.

    `stories`, `pages`: None where nobody counted; `capped`: why pages end before the hits do.
    """

    articles: int
    about: bool
    stories: int | None
    pages: int | None
    capped: str | None
    uncounted: bool = False  # somebody asked, and it took too long


def _total(ask: SearchParams, query: Query, found: Facets, count: Count | None) -> Total:
    articles, stories = (count.articles, count.stories) if count else (found.total, found.stories)
    each_copy = ask.copies or query.of_story
    listed = articles if each_copy else stories
    best = bool(query.words) and not ask.newest and not query.like
    capped = None
    if query.like:
        capped = f"By meaning: the nearest {RESCORED} at most, for there is no end to what is more or less near."
    elif best and articles > RANKED_HITS:
        capped = f"The best of the last {RANKED_HITS:,} to arrive; “newest first” and files go further."
    elif listed is None or listed > MAX_DEPTH:
        capped = f"Pages end at {MAX_DEPTH:,}; files have all."
    known = listed is not None and not (capped and best)
    pages = min(MAX_PAGES, max(1, -(-(listed or 0) // PAGE_SIZE))) if known else None
    return Total(articles, found.estimated and not count, stories, pages, capped, ask.exact and count is None)


def _by_meaning(db: Database, query: Query, is_found: bool) -> list[str]:
    """Why nothing is like what was asked for, or may be so by chance."""
    nothing = [] if is_found else [is_nothing_like(db, like) for like in query.like]
    return [*filter(None, nothing), *may_be_chance(query.like), *are_never_like(query)]


async def page(room: Room) -> Response:
    """The hits of a search with its facets and timeline."""
    ask = params_of(room)
    if (dated := _dated(room, ask)) is not None:
        return Response.redirect(room.path(dated.address()))
    known = await cached_vocabulary(room)
    (query,) = await compiled(room, ask.q)
    listing = Listing(PAGE_SIZE + 1, (ask.page - 1) * PAGE_SIZE, ask.newest, ask.copies)
    found, hits = await room.read(_found, known, query, listing)
    reserved = await withheld(room, [each.id for each in hits])
    count = await counted(room, query) if ask.exact and found.stories is None else None
    meant = await room.read(corrections, query) if ask.q and found.total <= RARE else []
    suggestions = [] if hits or not ask.q else await room.read(_that_have_hits, known, _neighbours(query))
    context = {
        "title": ask.q or "Search",
        "doubts": await room.read(_by_meaning, query, bool(hits)) if query.like else [],
        "ask": ask,
        "query": query,
        "hits": hits[:PAGE_SIZE],
        "withheld": reserved,
        "more": len(hits) > PAGE_SIZE and ask.page < MAX_PAGES,
        "found": found,
        "total": _total(ask, query, found, count),
        "groups": _groups(room, ask, query, found),
        "plot": over_time.plot(room, ask, query, found.timeline),
        "strays": over_time.strays(room, ask, query, found.timeline),
        "dated": [each for each in query.filters if each.field in ("since", "until")],
        "meant": [(each, room.path(ask.with_query(each).address())) for each in meant],
        "suggestions": [(each, room.path(ask.with_query(each).address())) for each in suggestions],
        "to": _Links(room.path),
        "own_address": room.absolute(ask.address()),
        "hit_path": lambda hit, place: room.path(ask.hit_address(f"/article/{hit.id}", (ask.page - 1) * PAGE_SIZE + place)),
        "topic_path": _topic_path(room, ask),
        "file_rows": most_rows(room),
        "pieces": pieces,
        "direction": direction,
        "desk": await on_desk.on_desk(room, [each.id for each in hits[:PAGE_SIZE]]),
    }
    return await show(room, "search.html", context, current="search")


def _topic_path(room: Room, ask: SearchParams) -> Callable[[str], str]:
    """A page has eighty of them, and of few topics: the query is not read anew for each."""
    return cache(lambda topic: room.path(ask.with_facet("topic", topic, "").address()))


@dataclass(frozen=True, slots=True)
class _Links:
    """Addresses for a template, below Datasette's base_url."""

    path: Callable[[str], str]

    def __call__(self, ask: SearchParams, form: str = "", **changes: Any) -> str:
        files = {name: changes.pop(name, False) for name in ("bom", "text")}
        return self.path(SearchParams(**{**asdict(ask), **changes}).address(form, **files))


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
    others: int  # values that are not shown


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
            groups.append(FacetGroup(field, LABELS[field], tuple(links), found.others.get(field, 0)))
    return groups


def place_in_list(room: Room) -> int | None:
    """The number of a hit in its list, as an address says it; None where it does not."""
    told = room.argument("at")
    return int(told) if told.isascii() and told.isdigit() and 0 < len(told) <= 5 and int(told) > 0 else None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where an article stands in the search that it was opened from: its number there, and the ways on and back."""

    at: int
    q: str
    before: str | None
    after: str
    back: str


def neighbours(room: Room, article_id: int) -> Neighbours | None:
    """None where the address of the article names no place in a list."""
    ask, at = params_of(room), place_in_list(room)
    if at is None:
        return None
    before = room.path(ask.hit_address("/search/hit", at - 1)) if at > 1 else None
    back = SearchParams(ask.q, ask.newest, ask.copies, page=min(MAX_PAGES, (at - 1) // PAGE_SIZE + 1)).address()
    after = room.path(ask.hit_address("/search/hit", at + 1))
    return Neighbours(at, ask.q, before, after, f"{room.path(back)}#a{article_id}")


async def hit(room: Room) -> Response:
    """The article that is hit number `at` of a search; where the list ends before, its last page."""
    ask, at = params_of(room), place_in_list(room) or 1
    (query,) = await compiled(room, ask.q)
    found = await room.read(ranked, query, Listing(1, at - 1, ask.newest, ask.copies))
    if found:
        return Response.redirect(room.path(ask.hit_address(f"/article/{found[0]}", at)))
    last = SearchParams(ask.q, ask.newest, ask.copies, page=max(1, min(MAX_PAGES, -(-(at - 1) // PAGE_SIZE))))
    return Response.redirect(room.path(last.address()))


async def sql(room: Room) -> Response:
    """The search as SQL to go on from."""
    ask = params_of(room)
    query = without_meaning(*await compiled(room, ask.q))
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
    return await show(room, "sql.html", context, current="search")
