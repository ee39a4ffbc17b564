"""One search over several archives: each asked by itself, its hits merged with the others' in the order of one archive.

archives -> parts (the query, as each understands it) -> hits of each, in its order -> merged by arrival, by date or by
weight -> each story and each address once -> hits

Connections of their own, and no ATTACH: of that SQLite allows ten, and its index cannot be asked across files anyway.
"""

from __future__ import annotations

import heapq
import itertools
import json
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler.errors import QueryError
from newscrawler.search import export, ranking
from newscrawler.search.meaning import fused, is_nothing_like, nearest_articles
from newscrawler.search.query import Query, compile_query
from newscrawler.search.ranking import FIRST_PAGE, MAX_DEPTH, RANKED_HITS, RERANKED_HITS, Count, Hit, Listing
from newscrawler.search.spelling import MAX_CORRECTIONS, corrections
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage.connect import DATABASE
from newscrawler.storage.sqlite_errors import explain_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlite_utils import Database

    from newscrawler.search.export import ExportedArticle, ExportRequest

Found = tuple[int, int]  # (which part, the number of an article there)
NUMBERED = frozenset({"story", "event"})  # fields whose values are numbers of one archive

_LAST_ARRIVAL = "SELECT first_seen FROM articles INDEXED BY articles_in_stories ORDER BY id DESC LIMIT 1"
_LAST_DAY = "SELECT day FROM days WHERE articles > 0 ORDER BY day DESC LIMIT 1"
_ARRIVALS = """
    SELECT id, first_seen FROM articles INDEXED BY articles_in_stories WHERE id IN (SELECT value FROM json_each(:ids))
"""
_DATES = """
    SELECT id, coalesce(published, modified, first_seen) FROM articles INDEXED BY articles_in_stories
    WHERE id IN (SELECT value FROM json_each(:ids))
"""
_ADDRESSES = "SELECT id, url FROM articles WHERE id IN (SELECT value FROM json_each(:ids))"


@dataclass(frozen=True, slots=True)
class Part:
    """One of the archives that are searched, and the query as its vocabulary understands it."""

    folder: Path
    db: Database
    query: Query

    def told(self, sql: str, ids: Sequence[int]) -> dict[int, str]:
        """Article -> what a statement tells of it."""
        return dict(self.db.conn.execute(sql, {"ids": json.dumps(ids)}).fetchall())

    def last(self, sql: str) -> str:
        row = self.db.conn.execute(sql).fetchone()
        return row[0] if row else ""

    def asked(self, ask: Callable[[Part], list[int]]) -> list[int]:
        """What it answers; an error names its file."""
        with explain_errors(self.folder / DATABASE):
            return ask(self)


def parts_of(text: str, archives: Sequence[tuple[Path, Database]]) -> list[Part]:
    """A query as each archive understands it.

    Raises QueryError where several are asked for a number that only one of them can mean.
    """
    parts = []
    for folder, db in archives:
        with explain_errors(folder / DATABASE):
            parts.append(Part(folder, db, compile_query(text, vocabulary(db))))
    for each in parts[0].query.filters if len(parts) > 1 else ():
        if each.field in NUMBERED or (each.field == "like" and each.value.isdecimal()):
            raise QueryError(f"{each.text} is a number of one archive, and several were named; name the one that it is of")
    return parts


def remarks(parts: Sequence[Part]) -> list[str]:
    """What no archive understood: what one knows is no matter of the query."""
    common = set.intersection(*(set(each.query.remarks) for each in parts))
    return [each for each in parts[0].query.remarks if each in common]


def count(parts: Sequence[Part]) -> Count:
    """All hits of all archives, each by itself: what stands in two of them counts twice."""
    counts = []
    for each in parts:
        with explain_errors(each.folder / DATABASE):
            counts.append(ranking.count_exactly(each.db, each.query))
    return Count(sum(each.articles for each in counts), sum(each.stories for each in counts))


def meant(parts: Sequence[Part]) -> list[str]:
    """Queries that may have been meant, by what the archives know."""
    found = itertools.chain.from_iterable(corrections(each.db, each.query) for each in parts)
    return list(dict.fromkeys(found))[:MAX_CORRECTIONS]


def unlike(parts: Sequence[Part]) -> list[str]:
    """Why nothing is like an article that was asked for by its number, as each archive says it."""
    found = (is_nothing_like(each.db, like) for each in parts for like in each.query.like)
    return list(dict.fromkeys(filter(None, found)))


def ranked(parts: Sequence[Part], listing: Listing = FIRST_PAGE) -> list[Found]:
    """What `ranking.ranked` gives, of all archives as if they were one.

    What has the same address in two archives is there once, where it is best, unless `every_copy`.
    """
    if len(parts) == 1:
        (only,) = parts
        return [(0, each) for each in only.asked(lambda part: ranking.ranked(part.db, part.query, listing))]
    offset, wanted = listing.offset, min(listing.offset, MAX_DEPTH) + listing.limit
    if listing.limit <= 0:
        return []
    number = wanted if listing.every_copy else 2 * wanted + 20
    while True:
        found = _in_order(parts, listing, number)
        if listing.every_copy:
            return found[offset:wanted]
        once = _once(parts, found[:number])[:wanted]
        if len(once) == wanted or len(found) < number:
            return once[offset:]
        number *= 5  # stories of many copies


def _in_order(parts: Sequence[Part], listing: Listing, number: int) -> list[Found]:
    if any(each.query.like for each in parts):
        return _by_meaning(parts)
    if listing.newest or not any(each.query.words for each in parts):
        return _by_date(parts, number)
    return _best(parts, max(number, RERANKED_HITS))


def _asked(parts: Sequence[Part]) -> list[int]:
    """The parts in which something can be found."""
    return [number for number, each in enumerate(parts) if each.query.fts]


def _latest_first(parts: Sequence[Part], sql: str) -> list[tuple[int, str]]:
    """(which part, its last moment), the latest first."""
    return sorted(((each, parts[each].last(sql)) for each in _asked(parts)), key=itemgetter(1), reverse=True)


def _merged(held: list[tuple[str, Found]], more: Iterable[tuple[str, Found]], most: int) -> list[tuple[str, Found]]:
    """Two lists as one, the latest moment first; within an archive its own order stays, also where moments contradict it."""
    return list(itertools.islice(heapq.merge(held, more, key=itemgetter(0), reverse=True), most))


def _best(parts: Sequence[Part], wanted: int = RANKED_HITS) -> list[Found]:
    """The last RANKED_HITS of all to arrive, the best first, as `ranking.best` has it: of them `wanted` at least.

    An archive that ends before the last of them is not asked, nor one that ends before so many that have the words in
    their title: those come first whatever it has.
    """
    held: list[tuple[str, Found]] = []
    place: dict[Found, int] = {}
    for number, last in _latest_first(parts, _LAST_ARRIVAL):
        if len(held) == RANKED_HITS and last < held[-1][0]:
            break
        if sum(arrived > last and not place[each] for arrived, each in held) >= wanted:
            break
        part = parts[number]
        with explain_errors(part.folder / DATABASE):
            own = _places(part)
            arrived = part.told(_ARRIVALS, list(own))
        place |= {(number, each): where for each, where in own.items()}
        held = _merged(held, [(arrived[each], (number, each)) for each in own if each in arrived], RANKED_HITS)
    found = sorted((each for _, each in held), key=lambda each: place[each])
    weighed = found[:RERANKED_HITS]
    weight: dict[Found, float] = {}
    for number in {number for number, _ in weighed}:
        part = parts[number]
        own_weights = ranking.weights(part.db, part.query, [each for of, each in weighed if of == number])
        weight |= {(number, each): value for each, value in own_weights.items()}
    return [*sorted(weighed, key=lambda each: -weight.get(each, 0.0)), *found[RERANKED_HITS:]]


def _places(part: Part) -> dict[int, int]:
    if part.query.words:
        return ranking.places(part.db, part.query)
    return dict.fromkeys(ranking.last_hits(part.db, part.query, RANKED_HITS), 2)  # it knows a name that others do not


def _by_date(parts: Sequence[Part], number: int) -> list[Found]:
    """The last of all to be published, the last first.  An archive whose last day is before theirs is not asked."""
    held: list[tuple[str, Found]] = []
    for each, last in _latest_first(parts, _LAST_DAY):
        if len(held) == number and last < held[-1][0][:10]:
            break
        ids = parts[each].asked(lambda part: ranking.by_date(part.db, part.query, number))
        dates = parts[each].told(_DATES, ids)
        held = _merged(held, [(dates[article], (each, article)) for article in ids], number)
    return [found for _, found in held]


def _by_meaning(parts: Sequence[Part]) -> list[Found]:
    """What says nearly what is looked for, the nearest of all first; with words by reciprocal rank of both."""
    rankings = []
    for text in dict.fromkeys(itertools.chain.from_iterable(each.query.like for each in parts)):
        near: list[tuple[float, Found]] = []
        for number in _asked(parts):
            part = parts[number]
            unfiltered = len(part.query.filters) == len(part.query.like)
            with explain_errors(part.folder / DATABASE):
                own = nearest_articles(part.db, text, part.query.beside_words, everything=unfiltered)
            near += [(score, (number, article)) for article, score in own]
        rankings.append([found for _, found in sorted(near, key=itemgetter(0), reverse=True)])
    return fused([*rankings, _best(parts)] if any(each.query.words for each in parts) else rankings)


def _once(parts: Sequence[Part], found: Sequence[Found]) -> list[Found]:
    """The first of each story and address, in the same order; a story stands under its original where that is a hit."""
    shown: dict[Found, Found] = {}
    addresses: dict[Found, str] = {}
    for number in {number for number, _ in found}:
        part = parts[number]
        own = [each for of, each in found if of == number]
        once = ranking.one_a_story(part.db, own)
        shown |= {(number, a): (number, b) for a, b in zip(once, ranking.originals(part.db, once, part.query), strict=True)}
        told = part.told(_ADDRESSES, [article for of, article in shown.values() if of == number])
        addresses |= {(number, each): url for each, url in told.items()}
    first: dict[str, Found] = {}
    for each in found:
        if each in shown:
            first.setdefault(addresses.get(shown[each], ""), shown[each])
    return list(first.values())


def page(parts: Sequence[Part], listing: Listing = FIRST_PAGE) -> list[tuple[Part, Hit]]:
    """The hits of `ranked`, to show, each with the archive that it is of."""
    found = ranked(parts, listing)
    made: dict[Found, Hit] = {}
    for number in {number for number, _ in found}:
        part = parts[number]
        with explain_errors(part.folder / DATABASE):
            own = ranking.hits(part.db, [each for of, each in found if of == number], part.query)
        made |= {(number, hit.id): hit for hit in own}
    return [(parts[each[0]], made[each]) for each in found if each in made]


def articles(parts: Sequence[Part], listing: Listing, request: ExportRequest) -> Iterator[tuple[Part, ExportedArticle]]:
    """The hits of `ranked` as rows with what is known of them."""
    found = ranked(parts, listing)
    made: dict[Found, ExportedArticle] = {}
    for number in {number for number, _ in found}:
        part = parts[number]
        own = [each for of, each in found if of == number]
        made |= {(number, each.id): each for each in export.articles_of(part.db, own, request.asking(part.query))}
    return ((parts[each[0]], made[each]) for each in found if each in made)


def every(parts: Sequence[Part], request: ExportRequest) -> Iterator[tuple[Part, ExportedArticle]]:
    """All that is found, the last to arrive first; each story and each address once, unless `every_copy`.

    Archives are read beside one another, batch by batch; what is kept in memory is a number for each address.
    """
    rows = heapq.merge(*(_exported(each, request) for each in parts), key=lambda row: row[1].first_seen, reverse=True)
    if len(parts) == 1 or request.every_copy:
        return rows
    return _each_address_once(rows)


def _exported(part: Part, request: ExportRequest) -> Iterator[tuple[Part, ExportedArticle]]:
    with explain_errors(part.folder / DATABASE):
        for each in export.exported(part.db, request.asking(part.query)):
            yield part, each


def _each_address_once(rows: Iterator[tuple[Part, ExportedArticle]]) -> Iterator[tuple[Part, ExportedArticle]]:
    told: set[int] = set()
    for part, each in rows:
        if (address := hash(each.url)) not in told:
            told.add(address)
            yield part, each
