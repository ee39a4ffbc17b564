"""Saved searches, of the archive and of the desk: what each has found lately, how much is new, and a feed of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from datasette.utils.asgi import Response

from newscrawler.desk import shelves
from newscrawler.errors import DeskError
from newscrawler.reports.status import last_article_id
from newscrawler.search.editing import with_filter
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import Hit, Listing
from newscrawler.search.ranking import search as find
from newscrawler.search.saved import new_stories, saved_search, saved_searches
from newscrawler.web.compiled_search import cached_vocabulary
from newscrawler.web.desk import own as own_desk
from newscrawler.web.files import search_files
from newscrawler.web.room import NotFound
from newscrawler.web.search_params import SearchParams
from newscrawler.web.views import show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlite_utils import Database

    from newscrawler.desk.shelves import DeskSearch
    from newscrawler.search.vocabulary import ArchiveVocabulary
    from newscrawler.web.room import Room

MAX_SUMMARIES = 60  # saved searches that are run for the list
RECENT, HITS_EACH = "7d", 3
MOST_NEW = 50  # stories that are counted as new


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search with the newest of what it found lately; None where it was not run.

    `new`: stories that came since the reader looked, or since `alerts` told, MOST_NEW at most; `own`: of the desk.
    """

    name: str
    query: str
    created: str
    own: bool
    hits: list[Hit] | None
    new: int = 0
    since_alerts: bool = False

    def address(self, form: str = "") -> str:
        return f"/saved/{quote(self.name, safe='', errors='replace')}{form}"


@dataclass(frozen=True, slots=True)
class OfDesk:
    """What the desk knows of saved searches: its own, and the archive's last article when each was looked at."""

    searches: Sequence[DeskSearch]
    looked: Mapping[str, int]


NOTHING = OfDesk((), {})


def _of_desk(db: Database) -> OfDesk:
    return OfDesk(shelves.searches(db), shelves.looked(db))


async def _desk_part(room: Room) -> OfDesk:
    desk = await room.desk()
    try:
        return NOTHING if desk is None else await desk.read(_of_desk, NOTHING)
    except DeskError:  # which the page says by on_desk
        return NOTHING


def _summaries(db: Database, known: ArchiveVocabulary, of_desk: OfDesk) -> list[Saved]:
    listed = [(each.name, each.query, each.created, False, each.seen_id) for each in saved_searches(db)]
    listed += [(each.name, each.query, each.created, True, 0) for each in of_desk.searches]
    here, found = known.on(db), []
    for place, (name, query, created, own, told) in enumerate(sorted(listed, key=lambda each: each[0].casefold())):
        if place >= MAX_SUMMARIES:
            found.append(Saved(name, query, created, own, None))
            continue
        lately = compile_query(with_filter(query, "since", RECENT), here)
        hits = find(db, lately, Listing(limit=HITS_EACH, newest=True))
        after = of_desk.looked.get(name, told)
        new = new_stories(db, compile_query(query, here), after=after, limit=MOST_NEW) if after else 0
        found.append(Saved(name, query, created, own, hits, new, name not in of_desk.looked))
    return found


async def page(room: Room) -> Response:
    """All saved searches."""
    found = await room.read(_summaries, await cached_vocabulary(room), await _desk_part(room))
    context = {
        "title": "Saved searches",
        "searches": [(each, room.path(each.address())) for each in found],
        "most_new": MOST_NEW,
    }
    return await show(room, "saved.html", context, current="saved")


def _archives(db: Database, name: str) -> str | None:
    found = saved_search(db, name)
    return found.query if found else None


async def _query_of(room: Room, name: str) -> str:
    """Raises NotFound where there is no saved search of that name."""
    query = await room.read(_archives, name)
    if query is None:
        own = {each.name.casefold(): each.query for each in (await _desk_part(room)).searches}
        query = own.get(name.casefold())
    if query is None:
        raise NotFound(f"There is no saved search called {name[:80]!r}.")
    return query


async def one(room: Room, name: str, form: str | None = None) -> Response:
    """A saved search: its page of hits, or its feed.  Raises NotFound where there is none of that name."""
    name = unquote(name)
    query = await _query_of(room, name)
    ask = SearchParams(query, newest=True)
    if form is None:
        await _look(room, name)
        return Response.redirect(room.path(ask.address()))
    own = f"/saved/{quote(name, safe='', errors='replace')}.{form}"
    return await search_files.feed(room, ask, form, title=f"{name} · {room.title}", own=own)


async def _look(room: Room, name: str) -> None:
    """Remember on the desk that the reader has looked at what a saved search finds."""
    desk = await room.desk()
    if desk is None or not own_desk.is_readers_own(room.request):
        return
    try:
        await desk.write(shelves.look_at, name, await room.read(last_article_id), datetime.now(UTC))
    except DeskError:  # the search is shown all the same
        return
