"""The search that an address asks for, compiled once with what the archive calls its sources, topics and names."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.meaning.encoder import make_ready
from newscrawler.search.query import Query, compile_query
from newscrawler.search.vocabulary import ArchiveVocabulary, vocabulary
from newscrawler.web.search_params import NAMES, SearchParams, parse_params

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from newscrawler.web.room import Room

VOCABULARY_SECONDS = 60.0  # that the archive's vocabulary is kept


@dataclass(frozen=True, slots=True)
class _CachedVocabulary:
    """The archive's vocabulary, and when it was read."""

    known: ArchiveVocabulary
    at: float


async def cached_vocabulary(room: Room) -> ArchiveVocabulary:
    """What filters may name in this archive, as of a minute ago at most."""
    kept: _CachedVocabulary | None = getattr(room.datasette, "_newscrawler_words", None)
    if kept is None or time.monotonic() - kept.at > VOCABULARY_SECONDS:
        kept = _CachedVocabulary(await room.read(_whole_vocabulary), time.monotonic())
        room.datasette._newscrawler_words = kept
    return kept.known


def _whole_vocabulary(db: Database) -> ArchiveVocabulary:
    """Read in the reader's thread: pages use it where there is no connection."""
    return vocabulary(db).whole()


def params_of(room: Room) -> SearchParams:
    """What the address of a request asks for."""
    return parse_params({name: room.request.args.get(name) or "" for name in NAMES})


def _compile(db: Database, known: ArchiveVocabulary, texts: Sequence[str]) -> list[Query]:
    here = known.on(db)
    return [compile_query(each, here) for each in texts]


async def compiled(room: Room, *texts: str) -> list[Query]:
    """Queries of this archive.  What looks for meaning is loaded here, for no page's limit has time for that."""
    queries = await room.read(_compile, await cached_vocabulary(room), texts)
    if any(not like.isdecimal() for query in queries for like in query.like):
        await asyncio.to_thread(make_ready)
    return queries
