"""The hits of several archives in the order that one archive of the same articles would have.

parts -> hits of each, in its order -> merged by arrival, by date or by weight -> each story and each article once

The latest archives are asked first, and no others once those can add nothing.
"""

from __future__ import annotations

import heapq
import itertools
import time
from dataclasses import replace
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
Places = dict[int, dict[int, int]]  # which part -> its hits, the last to arrive first, each with where it has the words
MOMENTS = 100  # articles whose arrival is asked for at once
SLOW = 0.001  # seconds: archives that take longer are asked several at once, which costs a tenth of it

_LAST_ARRIVAL = "SELECT first_seen FROM articles INDEXED BY articles_in_stories ORDER BY id DESC LIMIT 1"
_LAST_DAY = "SELECT day FROM days WHERE articles > 0 ORDER BY day DESC LIMIT 1"
_ARRIVALS = """
    SELECT id, first_seen FROM articles INDEXED BY articles_in_stories WHERE id IN (SELECT value FROM json_each(:these))
"""
_DATES = """
    SELECT id, coalesce(published, modified, first_seen) FROM articles INDEXED BY articles_in_stories
    WHERE id IN (SELECT value FROM json_each(:these))
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
    asked: Places = {}
    while True:
        found = _in_order(parts, listing, number, asked)
        once = _once(parts, found[:number], every_copy=listing.every_copy)[:wanted]
        if len(once) == wanted or len(found) < number:
            return once[offset:]
        number *= 5  # stories of many copies


def _own_order(part: Part, listing: Listing) -> list[int]:
    return ranking.ranked(part.db, part.query, listing)


def _in_order(parts: Sequence[Part], listing: Listing, number: int, asked: Places) -> list[Found]:
    if any(each.query.like for each in parts):
        return _by_meaning(parts)
    if listing.newest or not any(each.query.words for each in parts):
        return _by_date(parts, number)
    return _best(parts, max(number, RERANKED_HITS), asked)


def _latest_first(parts: Sequence[Part], sql: str) -> list[tuple[int, str]]:
    """(which part, its last moment) of those in which something can be found, the latest first."""
    asked = [number for number, each in enumerate(parts) if each.query.fts]
    return sorted(((each, parts[each].last(sql)) for each in asked), key=itemgetter(1), reverse=True)


def _merge(lists: Mapping[int, Sequence[int]], moments: Mapping[Found, str]) -> Iterable[Found]:
    """Lists as one, the latest moment first; within an archive its own order stays, also where moments contradict it."""
    told = ([(moments.get((of, each), ""), (of, each)) for each in ids] for of, ids in lists.items())
    return (found for _, found in heapq.merge(*told, key=itemgetter(0), reverse=True))


def _best(parts: Sequence[Part], wanted: int, places: Places) -> list[Found]:
    """The last RANKED_HITS of all to arrive, the best first, as `ranking.best` has it: of them `wanted` at most.

    An archive that ends before the last of them is not asked, nor one that ends before so many that have the words in
    their title: those come first whatever it has.  `places`: what was asked before, and is now.
    """
    waiting = [each for each in _latest_first(parts, _LAST_ARRIVAL) if each[0] not in places]
    at_once = 1
    while waiting and not _suffice(parts, places, waiting[0][1], wanted):
        asked, waiting = [number for number, _ in waiting[:at_once]], waiting[at_once:]
        began = time.perf_counter()
        places |= zip(asked, together([parts[number] for number in asked], _places), strict=True)
        at_once = AT_ONCE if at_once > 1 or time.perf_counter() - began > SLOW else 1
    kept = _last_of_all(parts, {number: list(own) for number, own in places.items()})
    found = _by_place(parts, kept, places, wanted)
    weighed = found[:RERANKED_HITS]
    weight = {(of, each): value for of, (each, value) in of_each(parts, by_part(weighed), _weights)}
    return [*sorted(weighed, key=lambda each: -weight.get(each, 0.0)), *found[RERANKED_HITS:]]


def _weights(part: Part, ids: Sequence[int]) -> Iterable[tuple[int, float]]:
    return ranking.weights(part.db, part.query, list(ids)).items()


def _places(part: Part) -> dict[int, int]:
    """The last hits of a part to arrive, each with where it has the words."""
    if part.query.words:
        return ranking.places(part.db, part.query, ranking.newest(part.db, part.query, RANKED_HITS))
    return dict.fromkeys(ranking.last_hits(part.db, part.query, RANKED_HITS), 2)  # it knows a name that others do not


def _suffice(parts: Sequence[Part], places: Mapping[int, Mapping[int, int]], last: str, wanted: int) -> bool:
    """Whether what parts have that were asked is enough, where the others end at a moment."""
    titled = {of: [each for each, place in own.items() if not place] for of, own in places.items()}
    if sum(map(len, titled.values())) >= wanted:
        arrived = each_told(parts, titled, _ARRIVALS)
        if sum(moment > last for moment in arrived.values()) >= wanted:
            return True
    if sum(map(len, places.values())) < RANKED_HITS:
        return False
    kept = _last_of_all(parts, {of: list(own) for of, own in places.items()})
    ends = {of: ids[-1:] for of, ids in kept.items()}
    return last < min(each_told(parts, ends, _ARRIVALS).values(), default="")


def _last_of_all(parts: Sequence[Part], lists: Lists) -> Lists:
    """The last RANKED_HITS to arrive, of lists whose last to arrive stand first."""
    if len(lists) == 1 or sum(map(len, lists.values())) <= RANKED_HITS:
        return {of: ids[:RANKED_HITS] for of, ids in lists.items()}
    ends = each_told(parts, {of: [*ids[:1], *ids[-1:]] for of, ids in lists.items()}, _ARRIVALS)
    first = {of: ends.get((of, ids[0]), "") for of, ids in lists.items() if ids}
    order = sorted(first, key=lambda of: first[of], reverse=True)
    if all(ends.get((one, lists[one][-1]), "") >= first[other] for one, other in itertools.pairwise(order)):
        merged: Iterable[Found] = ((of, each) for of in order for each in lists[of])  # spans of time of their own
    else:
        lazily = (_arrivals(parts[of], of, ids) for of, ids in lists.items())
        merged = (found for _, found in heapq.merge(*lazily, key=itemgetter(0), reverse=True))
    return by_part(itertools.islice(merged, RANKED_HITS))


def _arrivals(part: Part, number: int, ids: Sequence[int]) -> Iterator[tuple[str, Found]]:
    """When articles came, asked for as far as it is read."""
    for start in range(0, len(ids), MOMENTS):
        told = part.told(_ARRIVALS, stretch := ids[start : start + MOMENTS])
        yield from ((told.get(each, ""), (number, each)) for each in stretch)


def _by_place(parts: Sequence[Part], lists: Lists, places: Mapping[int, Mapping[int, int]], wanted: int) -> list[Found]:
    """The first by where they have the words; of one place the last to arrive first."""
    held = {of: sorted(ids, key=places[of].__getitem__)[:wanted] for of, ids in lists.items()}
    moments = each_told(parts, held, _ARRIVALS) if len(held) > 1 else {}
    found: list[Found] = []
    for place in range(3):
        found += _merge({of: [each for each in ids if places[of][each] == place] for of, ids in held.items()}, moments)
    return found[:wanted]


def _by_date(parts: Sequence[Part], number: int) -> list[Found]:
    """The last of all to be published, the last first.  An archive whose last day is before theirs is not asked."""
    held: list[Found] = []
    dates: dict[Found, str] = {}
    for each, last in _latest_first(parts, _LAST_DAY):
        if len(held) == number and last < dates[held[-1]][:10]:
            break
        ids = parts[each].asked(_dated, number)
        dates |= each_told(parts, {each: ids}, _DATES)
        lists = by_part(held) | {each: ids}
        held = list(itertools.islice(_merge(lists, dates), number))
    return held


def _dated(part: Part, number: int) -> list[int]:
    return ranking.by_date(part.db, part.query, number, ranking.newest(part.db, part.query, RANKED_HITS + 1))


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
    by_words = [replace(each, query=replace(each.query, like=())) for each in parts]
    return fused([*rankings, _best(by_words, RANKED_HITS, {})])


def _nearest(part: Part, text: str) -> list[tuple[int, float]]:
    unfiltered = len(part.query.filters) == len(part.query.like)
    return nearest_articles(part.db, text, part.query.beside_words, everything=unfiltered)


def _stories(part: Part, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    return part.rows(_STORIES, ids)


def _once(parts: Sequence[Part], found: Sequence[Found], *, every_copy: bool) -> list[Found]:
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
    if every_copy or any(each.query.like for each in parts):
        return shown
    hits = set(found)
    originals = {each: (each[0], told[each].original or each[1]) for each in shown}
    for number, ids in by_part(each for each in originals.values() if each not in hits).items():
        hits |= {(number, article) for article in parts[number].hits_among(ids)}
    return [originals[each] if originals[each] in hits else each for each in shown]
