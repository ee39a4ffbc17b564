"""Saved searches: what each has found lately, and a feed of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from datasette.utils.asgi import Response

from newscrawler.search.query import compile_query, with_filter
from newscrawler.search.ranking import Hit, Listing
from newscrawler.search.ranking import search as find
from newscrawler.search.saved import saved_search, saved_searches
from newscrawler.web import search
from newscrawler.web.search_params import SearchParams
from newscrawler.web.views import NotFound

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawler.search.vocabulary import ArchiveVocabulary
    from newscrawler.web.views import Room

MAX_SUMMARIES = 60  # saved searches that are run for the list
RECENT, HITS_EACH = "7d", 3


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search with the newest of what it found lately; None where it was not run."""

    name: str
    query: str
    created: str
    hits: list[Hit] | None

    def address(self, form: str = "") -> str:
        return f"/saved/{quote(self.name, safe='', errors='replace')}{form}"


def _summaries(db: Database, known: ArchiveVocabulary) -> list[Saved]:
    here, found = known.on(db), []
    for place, each in enumerate(saved_searches(db)):
        hits = None
        if place < MAX_SUMMARIES:
            lately = compile_query(with_filter(each.query, "since", RECENT), here)
            hits = find(db, lately, Listing(limit=HITS_EACH, newest=True))
        found.append(Saved(each.name, each.query, each.created, hits))
    return found


def _query_of(db: Database, name: str) -> str:
    found = saved_search(db, name)
    if found is None:
        raise NotFound(f"There is no saved search called {name[:80]!r}.")
    return found.query


async def page(room: Room) -> Response:
    """All saved searches."""
    found = await room.read(_summaries, await search.cached_vocabulary(room))
    context = {
        "title": "Saved searches",
        "searches": [(each, room.path(SearchParams(each.query, newest=True).address())) for each in found],
    }
    return await room.page("saved.html", context, current="saved")


async def one(room: Room, name: str, form: str | None = None) -> Response:
    """A saved search: its page of hits, or its feed.  Raises NotFound where there is none of that name."""
    name = unquote(name)
    query = await room.read(_query_of, name)
    ask = SearchParams(query, newest=True)
    if form is None:
        return Response.redirect(room.path(ask.address()))
    own = f"/saved/{quote(name, safe='', errors='replace')}.{form}"
    return await search.feed(room, ask, form, title=f"{name} · {room.title}", own=own)
