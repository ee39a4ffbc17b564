"""What is new for a saved search that names events (`event:12`): also an article that was there before it was of the event.

Articles come, and are grouped later: up to which article somebody was told does not say which of them were told of.  So
the stories of each event that a query names are remembered, and a hit that was none with those stories is new.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.search import saved
from newscrawler.search.query import compile_query
from newscrawler.search.saved import Joined, SavedSearch, Since, arrivals, first_waiting
from newscrawler.search.vocabulary import ArchiveVocabulary, vocabulary
from newscrawler.storage.articles.labels import STORY, token
from newscrawler.storage.meaning.event_counts import stories_of_event

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlite_utils import Database

    from newscrawler.search.query import Filter, Query
    from newscrawler.search.ranking import Hit

GROUPED = timedelta(minutes=15)  # in which an article's event is found; what waits longer is told of without it
_LAST = "SELECT coalesce(max(id), 0) FROM articles"
_UP_TO = "SELECT DISTINCT story_id FROM articles WHERE story_id IN (SELECT value FROM json_each(?)) AND id <= ?"

Stories = dict[int, frozenset[int]]  # event, as a query names it -> its stories


@dataclass(frozen=True, slots=True)
class Told:
    """Up to which article one was told, and of which stories of the events that the query names; None: it names none."""

    seen: int = 0
    events: Stories | None = None

    @property
    def as_json(self) -> str | None:
        """The stories as they are kept."""
        if self.events is None:
            return None
        return json.dumps({str(event): sorted(stories) for event, stories in self.events.items()})


@dataclass(frozen=True, slots=True)
class News:
    """What is new, the last first, and what is told once it was."""

    hits: list[Hit]
    told: Told


class _WithStories(ArchiveVocabulary):
    """A vocabulary in which events have the stories that are given."""

    def __init__(self, of: ArchiveVocabulary, stories: Mapping[int, frozenset[int]]) -> None:
        super().__init__(of.db, of._kept)
        self.stories = stories

    def event(self, number: int) -> list[str]:
        if number not in self.stories:
            return super().event(number)
        return [token(STORY, str(each)) for each in sorted(self.stories[number], reverse=True)]


def _number(of: Filter) -> int | None:
    return int(of.value) if of.field == "event" and of.value.isdecimal() and len(of.value) <= 18 else None


def _named(query: Query, *, negative: bool) -> set[int]:
    """The events that a query names, or of which it wants none."""
    return {number for each in query.filters if each.negative is negative and (number := _number(each)) is not None}


def _events_now(db: Database, query: Query) -> Stories:
    """The stories that the events have which a query names."""
    return {number: frozenset(stories_of_event(db, number)) for number in sorted(_named(query, negative=False))}


def _events_told(db: Database, now: Stories, search: SavedSearch) -> Stories:
    """The stories of these that were told of: of an event of which none were remembered, those up to the article."""
    kept = {int(event): frozenset(map(int, told)) for event, told in json.loads(search.events or "{}").items()}
    found = {}
    for number, stories in now.items():
        rows = [] if number in kept else db.conn.execute(_UP_TO, [json.dumps(sorted(stories)), search.seen_id])
        found[number] = kept.get(number, frozenset(row[0] for row in rows))
    return found


def told_of(db: Database, search: SavedSearch) -> Told:
    """What was told of for a saved search, as far as it is kept."""
    now = _events_now(db, compile_query(search.query, vocabulary(db)))
    return Told(search.seen_id, _events_told(db, now, search) if now else None)


def save(db: Database, name: str, query: str, now: datetime) -> bool:
    """As `saved.save`, and what its events have is not new either.  Raises ArchiveError as that does."""
    last: int = db.execute(_LAST).fetchone()[0]
    told = told_of(db, SavedSearch(name, query, iso(now), last))
    return saved.save(db, name, query, now, told.as_json)


def news(db: Database, search: SavedSearch, now: datetime, *, limit: int, each_event: bool = False) -> News:
    """What is new for a saved search since it was last told of; with `each_event` the first story of each event alone.

    Where it hangs on what an article's event is (`each_event`, `-event:12`), an article is new when that is known, or after
    `GROUPED`; until then what came after it waits, too.
    """
    known = vocabulary(db)
    query = compile_query(search.query, known)
    last: int = db.execute(_LAST).fetchone()[0]
    joined, events = None, None
    if named := _events_now(db, query):
        before = _events_told(db, named, search)
        query = compile_query(search.query, _WithStories(known, named))
        joined = Joined(
            compile_query(search.query, _WithStories(known, before)),
            frozenset().union(*(stories - before[number] for number, stories in named.items())),
        )
        events = {number: stories | before[number] for number, stories in named.items()}
    hits = arrivals(db, query, Since(search.seen_id, each_event, joined), limit)
    hangs_on_events = each_event or bool(_named(query, negative=True))
    if hangs_on_events and (waits := first_waiting(db, search.seen_id, iso(now - GROUPED))) is not None:
        hits, last = [each for each in hits if each.id < waits], waits - 1
    return News(hits, Told(last, events))
