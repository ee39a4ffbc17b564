"""One search over several archives: each asked by itself, its hits merged with the others' in the order of one archive.

archives -> parts (the query, as each understands it) -> hits, merged (`merged`), what is in two of them once (`same`)

Connections of their own, and no ATTACH: of that SQLite allows ten, and its index cannot be asked across files anyway.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Generic, TypeVar

from newscrawler.errors import QueryError
from newscrawler.search import export, ranking
from newscrawler.search.answers import Answers
from newscrawler.search.meaning import are_never_like, is_nothing_like, may_be_chance
from newscrawler.search.merged import ranked
from newscrawler.search.parts import Part, by_part, of_each
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import FIRST_PAGE, Count, Hit, Listing
from newscrawler.search.same import Shared, also_in, shared
from newscrawler.search.spelling import MAX_CORRECTIONS, corrections
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage.database.connect import DATABASE
from newscrawler.storage.database.sqlite_errors import explain_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from sqlite_utils import Database

    from newscrawler.search.export import ExportedArticle, ExportRequest
    from newscrawler.search.query import Query

H = TypeVar("H", bound=Hit)
NUMBERED = frozenset({"story", "event"})  # fields whose values are numbers of one archive


@dataclass(frozen=True, slots=True)
class Shown(Generic[H]):
    """A hit, the archive that its numbers are of, and the folders of others in which the same article is found, too."""

    part: Part
    hit: H
    also_in: tuple[Path, ...] = ()


@dataclass(slots=True)
class _Understanding:
    """A query as archives understand it: once for those that say the same to what it asks of them."""

    text: str
    today: date
    known: list[tuple[Answers, Query]] = field(default_factory=list)

    def of(self, folder: Path, db: Database) -> Query:
        answers = Answers(db)
        with explain_errors(folder / DATABASE):
            for others, query in self.known:
                if answers.agrees(others):
                    return query
            query = compile_query(self.text, vocabulary(answers.database), today=self.today)
        self.known.append((answers, query))
        return query


def parts_of(text: str, archives: Sequence[tuple[Path, Database]]) -> list[Part]:
    """A query as each archive understands it.

    Raises QueryError where several are asked for a number that only one of them can mean.
    """
    understanding = _Understanding(text, datetime.now(UTC).date())
    parts = [Part(folder, db, cache(partial(understanding.of, folder, db))) for folder, db in archives]
    for each in parts[0].query.filters if len(parts) > 1 else ():
        if each.field in NUMBERED or (each.field == "like" and each.value.isdecimal()):
            raise QueryError(f"{each.text} is a number of one archive, and several were named; name the one that it is of")
    return parts


def remarks(parts: Sequence[Part]) -> list[str]:
    """What no archive understood: what one knows is no matter of the query."""
    if not parts[0].query.remarks:
        return []
    common = set.intersection(*(set(each.query.remarks) for each in parts))
    return [each for each in parts[0].query.remarks if each in common]


def count(parts: Sequence[Part]) -> Count:
    """All hits of all archives; what is in two of them counts once."""
    if len(parts) == 1:
        return parts[0].asked(_count)
    told = shared(parts)
    return Count(told.articles, told.stories)


def _count(part: Part) -> Count:
    return ranking.count_exactly(part.db, part.query)


def meant(parts: Sequence[Part]) -> list[str]:
    """Queries that may have been meant, by what the archives know."""
    found = itertools.chain.from_iterable(corrections(each.db, each.query) for each in parts)
    return list(dict.fromkeys(found))[:MAX_CORRECTIONS]


def unlike(parts: Sequence[Part]) -> list[str]:
    """Why nothing is like what was asked for, as each archive says it."""
    found = (is_nothing_like(each.db, like) for each in parts for like in each.query.like)
    return list(dict.fromkeys(filter(None, found)))


def doubts(parts: Sequence[Part]) -> list[str]:
    """Why what is like a text may be so by chance, what several of these mean, and which languages have no vectors."""
    found = ((*may_be_chance(each.query.like), *are_never_like(each.query)) for each in parts)
    return list(dict.fromkeys(itertools.chain.from_iterable(found)))


def page(parts: Sequence[Part], listing: Listing = FIRST_PAGE) -> list[Shown[Hit]]:
    """The hits of `ranked`, to show."""
    found = ranked(parts, listing)
    made = {(number, hit.id): hit for number, hit in of_each(parts, by_part(found), _hits)}
    others = also_in(parts, found)
    return [Shown(parts[each[0]], made[each], others.get(each, ())) for each in found if each in made]


def _hits(part: Part, ids: Sequence[int]) -> list[Hit]:
    return ranking.hits(part.db, list(ids), part.query)


def _exported_of(part: Part, ids: list[int], request: ExportRequest) -> list[ExportedArticle]:
    return export.articles_of(part.db, ids, request.asking(part.query))


def articles(parts: Sequence[Part], listing: Listing, request: ExportRequest) -> Iterator[Shown[ExportedArticle]]:
    """The hits of `ranked` as rows with what is known of them."""
    found = ranked(parts, listing)
    made: dict[tuple[int, int], ExportedArticle] = {}
    for number, ids in by_part(found).items():
        made |= {(number, each.id): each for each in parts[number].asked(_exported_of, ids, request)}
    others = also_in(parts, found)
    return (Shown(parts[each[0]], made[each], others.get(each, ())) for each in found if each in made)


def every(parts: Sequence[Part], request: ExportRequest) -> Iterator[Shown[ExportedArticle]]:
    """All that is found, the last to arrive first; each story once, or each article with `every_copy`.

    Archives are read beside one another, batch by batch; what is kept in memory is a number for each address.
    """
    each_own = (_exported(number, each, request) for number, each in enumerate(parts))
    rows = heapq.merge(*each_own, key=lambda row: row[1].first_seen, reverse=True)
    told = shared(parts) if len(parts) > 1 else Shared()
    seen: set[object] = set()
    for number, each in rows:
        key = told.key_of.get((number, each.id))
        same = key if request.every_copy else told.groups.of((number, each.story))
        if same is not None and (request.every_copy or len(parts) > 1):
            if same in seen:
                continue
            seen.add(same)
        folders = (parts[other].folder for other in told.parts_of.get(key or "", ()) if other != number)
        yield Shown(parts[number], each, tuple(folders))


def _exported(number: int, part: Part, request: ExportRequest) -> Iterator[tuple[int, ExportedArticle]]:
    with explain_errors(part.file):
        for each in export.exported(part.db, request.asking(part.query)):
            yield number, each
