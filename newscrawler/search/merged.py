"""The hits of several archives in the order that one archive of the same articles would have.

parts -> hits of each, in its order -> merged by arrival, by date or by weight -> each story and each article once

The latest archives are asked first, and no others once those can add nothing.
"""

from __future__ import annotations

import heapq
import itertools
import time
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from newscrawler.search import ranking
from newscrawler.search.meaning import fused, nearest_articles
from newscrawler.search.parts import AT_ONCE, by_part, each_told, of_each, together
from newscrawler.search.ranking import FIRST_PAGE, MAX_DEPTH, RANKED_HITS, RERANKED_HITS, Listing
from newscrawler.search.same import Groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from newscrawler.search.parts import Found, Part

Lists = dict[int, list[int]]  # which part -> its articles
MOMENTS = 100  # articles whose arrival is asked for at once
SLOW = 0.001  # seconds: archives that take longer are asked several at once, which costs a tenth of it

_SPAN = "SELECT (SELECT min(first_seen) FROM articles), (SELECT max(first_seen) FROM articles)"
_LAST_DAY = "SELECT day FROM days WHERE articles > 0 ORDER BY day DESC LIMIT 1"
_ARRIVALS = """
    SELECT id, first_seen FROM articles INDEXED BY articles_in_stories WHERE id IN (SELECT value FROM json_each(:these))
"""
_STORIES = """
    SELECT articles.id, articles.story_id, articles.url_key, stories.first_article_id, original.url_key
    FROM articles JOIN stories ON stories.id = articles.story_id
    LEFT JOIN articles AS original ON original.id = stories.first_article_id
    WHERE articles.id IN (SELECT value FROM json_each(:these))
"""


class _Told(NamedTuple):
    """What is known of a hit."""

    story: int
    key: str
    original: int | None
    original_key: str | None


@dataclass(slots=True)
class _Known:
    """What parts that were asked said: their last hits to arrive, the last first, `asked` at most; and where the words are.

    `places`: 0 title, 1 lead, 2 elsewhere; of a search by date nothing.
    """

    asked: dict[int, int] = field(default_factory=dict)
    hits: Lists = field(default_factory=dict)
    places: dict[int, dict[int, int]] = field(default_factory=dict)
    titled: Lists = field(default_factory=dict)

    def add(self, number: int, places: dict[int, int], asked: int) -> None:
        self.asked[number], self.hits[number], self.places[number] = asked, list(places), places
        self.titled[number] = [each for each, place in places.items() if not place]

    @property
    def number(self) -> int:
        return sum(map(len, self.hits.values()))

    def are_hits(self, part: Part, number: int, ids: list[int]) -> set[int]:
        return part.asked(_are_hits, ids, self.hits.get(number), self.asked.get(number, 0))


def _are_hits(part: Part, ids: list[int], last: list[int] | None, asked: int) -> set[int]:
    return ranking.are_hits(part.db, part.query, ids, last, asked)


def ranked(parts: Sequence[Part], listing: Listing = FIRST_PAGE) -> list[Found]:
    """What `ranking.ranked` gives, of all archives as if they were one.

    An article of two archives is there once, where it stands first, with `every_copy`, too.
    """
    if len(parts) == 1:
        (only,) = parts
        return [(0, each) for each in only.asked(_own_order, listing)]
    offset, wanted = listing.offset, min(listing.offset, MAX_DEPTH) + listing.limit
    if listing.limit <= 0:
        return []
    number = wanted if listing.every_copy else max(RERANKED_HITS, wanted + wanted // 4)
    known = _Known()
    while True:
        found = _in_order(parts, listing, number, known)
        once = _once(parts, found[:number], known, every_copy=listing.every_copy)[:wanted]
        if len(once) == wanted or len(found) < number:
            return once[offset:]
        number *= 5  # stories of many copies


def _own_order(part: Part, listing: Listing) -> list[int]:
    return ranking.ranked(part.db, part.query, listing)


def _in_order(parts: Sequence[Part], listing: Listing, number: int, known: _Known) -> list[Found]:
    if parts[0].query.like:  # which asks nothing of an archive
        return _by_meaning(parts)
    if listing.newest or not any(each.query.words for each in parts):
        return _by_date(parts, number, known)
    return _best(parts, max(number, RERANKED_HITS), known)


def _latest_first(parts: Sequence[Part], sql: str, column: int) -> list[tuple[int, tuple[str, ...]]]:
    """(which part, what a statement says of it), the latest in a column first."""
    asked = [(number, each.only(sql)) for number, each in enumerate(parts)]
    told = [(number, tuple(each or "" for each in said or ("", ""))) for number, said in asked]
    return sorted(told, key=lambda each: each[1][column], reverse=True)


def _merge(lists: Mapping[int, Sequence[int]], moments: Mapping[Found, str]) -> Iterable[Found]:
    """Lists as one, the latest moment first; within an archive its own order stays, also where moments contradict it."""
    told = ([(moments.get((of, each), ""), (of, each)) for each in ids] for of, ids in lists.items())
    return (found for _, found in heapq.merge(*told, key=itemgetter(0), reverse=True))


def _best(parts: Sequence[Part], wanted: int, known: _Known) -> list[Found]:
    """The last RANKED_HITS of all to arrive, the best first, as `ranking.best` has it: of them `wanted` at most.

    An archive that ends before the last of them is not asked, nor one that ends before so many that have the words in
    their title: those come first whatever it has.  `known`: what was asked before, and is now.
    """
    spans = _latest_first(parts, _SPAN, 1)
    # of archives that each have a time of their own, hits are in order without asking for any moment
    apart = all(first > last for (_, (first, _)), (_, (_, last)) in itertools.pairwise(spans))
    waiting = [each for each in spans if each[0] not in known.hits]
    at_once = 1
    while waiting and not _suffice(parts, known, waiting[0][1][1], wanted, apart=apart):
        asked, waiting = [number for number, _ in waiting[:at_once]], waiting[at_once:]
        room = RANKED_HITS - known.number if apart else RANKED_HITS
        began = time.perf_counter()
        places = together([parts[number] for number in asked], _places, [room] * len(asked))
        at_once = AT_ONCE if at_once > 1 or time.perf_counter() - began > SLOW else 1
        for number, own in zip(asked, places, strict=True):
            known.add(number, own, room)
    lists = {of: known.hits[of] for of, _ in spans if of in known.hits}
    found = _by_place(parts, _last_of_all(parts, lists, apart=apart), known, wanted, apart=apart)
    weighed = found[:RERANKED_HITS]
    weight = {(of, each): value for of, (each, value) in of_each(parts, by_part(weighed), _weights)}
    return [*sorted(weighed, key=lambda each: -weight.get(each, 0.0)), *found[RERANKED_HITS:]]


def _weights(part: Part, ids: Sequence[int]) -> Iterable[tuple[int, float]]:
    return ranking.weights(part.db, part.query, list(ids)).items()


def _places(part: Part, number: int) -> dict[int, int]:
    """The last hits of a part to arrive, each with where it has the words."""
    if part.query.words:
        return ranking.places(part.db, part.query, ranking.newest(part.db, part.query, number))
    return dict.fromkeys(ranking.last_hits(part.db, part.query, number), 2)  # it knows a name that others do not


def _suffice(parts: Sequence[Part], known: _Known, last: str, wanted: int, *, apart: bool) -> bool:
    """Whether what parts have that were asked is enough, where the others end at a moment."""
    titled = sum(map(len, known.titled.values())) >= wanted
    if apart or not (titled or known.number >= RANKED_HITS):
        return titled or known.number >= RANKED_HITS
    if titled and sum(moment > last for moment in each_told(parts, known.titled, _ARRIVALS).values()) >= wanted:
        return True
    if known.number < RANKED_HITS:
        return False
    kept = _last_of_all(parts, known.hits, apart=False)
    ends = {of: ids[-1:] for of, ids in kept.items()}
    return last < min(each_told(parts, ends, _ARRIVALS).values(), default="")


def _last_of_all(parts: Sequence[Part], lists: Lists, *, apart: bool) -> Lists:
    """The last RANKED_HITS to arrive, of lists whose last to arrive stand first, if `apart` the latest list first."""
    if len(lists) == 1 or sum(map(len, lists.values())) <= RANKED_HITS:
        return {of: ids[:RANKED_HITS] for of, ids in lists.items()}
    if apart:
        return _cut(lists)
    ends = each_told(parts, {of: [*ids[:1], *ids[-1:]] for of, ids in lists.items()}, _ARRIVALS)
    first = {of: ends.get((of, ids[0]), "") for of, ids in lists.items() if ids}
    order = sorted(first, key=lambda of: first[of], reverse=True)
    if all(ends.get((one, lists[one][-1]), "") >= first[other] for one, other in itertools.pairwise(order)):
        return _cut({of: lists[of] for of in order})  # hits of spans of time of their own
    lazily = (_arrivals(parts[of], of, ids) for of, ids in lists.items())
    merged = (found for _, found in heapq.merge(*lazily, key=itemgetter(0), reverse=True))
    return by_part(itertools.islice(merged, RANKED_HITS))


def _cut(lists: Lists) -> Lists:
    """The first RANKED_HITS of lists one after the other."""
    kept: Lists = {}
    room = RANKED_HITS
    for of, ids in lists.items():
        if room and ids:
            kept[of] = ids[:room]
            room -= len(kept[of])
    return kept


def _arrivals(part: Part, number: int, ids: Sequence[int]) -> Iterator[tuple[str, Found]]:
    """When articles came, asked for as far as it is read."""
    for start in range(0, len(ids), MOMENTS):
        told = part.told(_ARRIVALS, stretch := ids[start : start + MOMENTS])
        yield from ((told.get(each, ""), (number, each)) for each in stretch)


def _by_place(parts: Sequence[Part], lists: Lists, known: _Known, wanted: int, *, apart: bool) -> list[Found]:
    """The first by where they have the words; of one place the last to arrive first."""
    held = {of: _first_by_place(ids, known.places[of], wanted) for of, ids in lists.items()}
    moments: dict[Found, str] = {}
    if len(held) > 1 and not apart:
        moments = each_told(parts, {of: [*itertools.chain(*own)] for of, own in held.items()}, _ARRIVALS)
    found: list[Found] = []
    for place in range(3):
        at = {of: own[place] for of, own in held.items()}
        found += [(of, each) for of, ids in at.items() for each in ids] if apart else _merge(at, moments)
    return found[:wanted]


def _first_by_place(ids: Sequence[int], place: Mapping[int, int], wanted: int) -> tuple[list[int], list[int], list[int]]:
    """By place the ids that have the words there, `wanted` in all at most."""
    by: tuple[list[int], list[int], list[int]] = ([], [], [])
    for each in ids:
        by[place[each]].append(each)
    title, lead, elsewhere = by
    room = wanted - len(title)
    return title[:wanted], lead[: max(0, room)], elsewhere[: max(0, room - len(lead))]


def _by_date(parts: Sequence[Part], number: int, known: _Known) -> list[Found]:
    """The last of all to be published, the last first.  An archive whose last day is before theirs is not asked."""
    held: list[Found] = []
    dates: dict[Found, str] = {}
    for each, (last, *_) in _latest_first(parts, _LAST_DAY, 0):
        if len(held) == number and last < dates[held[-1]][:10]:
            break
        hits, own = parts[each].asked(_dated, number)
        known.asked[each], known.hits[each] = RANKED_HITS + 1, hits
        dates |= {(each, article): at for article, at in own.items()}
        held = list(itertools.islice(_merge(by_part(held) | {each: list(own)}, dates), number))
    return held


def _dated(part: Part, number: int) -> tuple[list[int], dict[int, str]]:
    last = ranking.newest(part.db, part.query, RANKED_HITS + 1)
    return last.ids, ranking.dated(part.db, part.query, number, last)


def _by_meaning(parts: Sequence[Part]) -> list[Found]:
    """What says nearly what is looked for, the nearest of all first; with words by reciprocal rank of both."""
    rankings = []
    for text in dict.fromkeys(itertools.chain.from_iterable(each.query.like for each in parts)):
        near: list[tuple[float, Found]] = []
        for number, part in enumerate(parts):
            if part.query.fts:
                near += [(score, (number, article)) for article, score in part.asked(_nearest, text)]
        rankings.append([found for _, found in sorted(near, key=itemgetter(0), reverse=True)])
    if not any(each.query.words for each in parts):
        return fused(rankings)
    by_words = [each.asking(replace(each.query, like=())) for each in parts]
    return fused([*rankings, _best(by_words, RANKED_HITS, _Known())])


def _nearest(part: Part, text: str) -> list[tuple[int, float]]:
    unfiltered = len(part.query.filters) == len(part.query.like)
    return nearest_articles(part.db, text, part.query.beside_words, everything=unfiltered)


def _stories(part: Part, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    return part.rows(_STORIES, ids)


def _once(parts: Sequence[Part], found: Sequence[Found], known: _Known, *, every_copy: bool) -> list[Found]:
    """The first of each article, or of each story, in the same order; stories under their originals where those are hits."""
    told = {(of, row[0]): _Told(*row[1:]) for of, row in of_each(parts, by_part(found), _stories)}
    groups = Groups()
    for (number, _), of in told.items() if not every_copy else ():
        for key in filter(None, (of.key, of.original_key)):
            groups.join((number, of.story), key)
    first: dict[object, Found] = {}
    for each in found:
        if each in told:
            first.setdefault(groups.of(told[each].key), each)
    shown = list(first.values())
    if every_copy or parts[0].query.like:
        return shown
    hits = set(found)
    originals = {each: (each[0], told[each].original or each[1]) for each in shown}
    for number, ids in by_part(each for each in originals.values() if each not in hits).items():
        hits |= {(number, article) for article in known.are_hits(parts[number], number, ids)}
    return [originals[each] if originals[each] in hits else each for each in shown]
