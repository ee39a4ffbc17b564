"""Where in a text the terms of a verdict stand: word numbers in, character ranges out."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from newscrawler.relevance.splitting import fold, split
from newscrawler.text import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawler.items import TermMatch

Range = tuple[int, int, frozenset[str]]  # from, to (characters, the end excluded), the topics it speaks for
_CHUNK = re.compile(r"\S+")


def word_ranges(text: str) -> list[tuple[int, int]]:
    """The character range of each word of `phrase_matcher.split`; empty where they cannot be told apart.

    >>> word_ranges("L'Iran: NATO")
    [(0, 1), (2, 6), (8, 12)]
    """
    found = [each for chunk in _CHUNK.finditer(text) for each in _of_chunk(chunk[0], chunk.start())]
    return found if len(found) == len(split(text).raw) else []


def _of_chunk(chunk: str, start: int) -> Iterator[tuple[int, int]]:
    """The words of what stands between two spaces; where folding moved its letters they are the whole of it."""
    at, folded = 0, fold(chunk)
    for word in split(chunk).raw:
        if folded != chunk and word not in chunk[at:]:
            yield start, start + len(chunk)
            continue
        place = chunk.find(word, at)
        yield start + place, start + place + len(word)
        at = place + len(word)


def ranges(text: str, matches: Iterable[TermMatch], part: str) -> list[Range]:
    """Where terms stand in one part (title, lead or body) of an article; they do not overlap, in reading order.

    Terms of no weight or topic speak for nothing and are left out.
    """
    words = word_ranges(text)
    topics: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for match in matches:
        if not match.topic_id or not match.weight:
            continue
        for number in getattr(match, part):
            if place := _place(text, words, number, match.term):
                topics[place].add(match.topic_id)
    return list(_apart(sorted(topics.items())))


def _place(text: str, words: list[tuple[int, int]], number: int, term: str) -> tuple[int, int] | None:
    if not 0 <= number < len(words):
        return None
    start, end = words[number]
    bare = term.strip("*~")
    if is_unspaced(bare):  # within a run of characters that counts as one word
        within = text.find(bare, start, end)
        return (within, within + len(bare)) if within >= 0 else (start, end)
    last = min(number + max(1, len(split(bare).raw)), len(words)) - 1
    return start, words[last][1]


def _apart(places: list[tuple[tuple[int, int], set[str]]]) -> Iterator[Range]:
    """What overlaps becomes one range, that speaks for the topics of both."""
    waiting: tuple[int, int, set[str]] | None = None
    for (start, end), topics in places:
        if waiting and start < waiting[1]:
            waiting = (waiting[0], max(end, waiting[1]), waiting[2] | topics)
            continue
        if waiting:
            yield waiting[0], waiting[1], frozenset(waiting[2])
        waiting = (start, end, set(topics))
    if waiting:
        yield waiting[0], waiting[1], frozenset(waiting[2])
