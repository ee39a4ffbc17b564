"""What one text has that another has not, word by word, for people to read: two texts in, passages out.

A word counts as taken over where it stands in a run of three words that both texts have (as copies are found,
dedup.fingerprints); what is left between are the passages that somebody wrote.  Linear in the texts, unlike a diff.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.revisions.worddiff import tokens
from newscrawler.text import shingles

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_PASSAGE_WORDS = 3  # words; shorter ones are turns of phrase
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Additions:
    """The passages of `one` that `other` has not, and how many words they are of how many."""

    passages: tuple[str, ...]
    words: int
    of: int


def additions(one: str, other: str) -> Additions:
    """The passages of one text that are not in the other.

    >>> additions("The ship left port at dawn, the mayor told us. Rain fell.", "The ship left port at dawn.").passages
    ('the mayor told us. Rain fell',)
    """
    parts = tokens(one)
    places = [at for at, part in enumerate(parts) if _WORD.match(part)]
    mine = [parts[at].casefold() for at in places]
    theirs = [part.casefold() for part in tokens(other) if _WORD.match(part)]
    taken = _taken_over(mine, theirs)
    passages, words = [], 0
    for start, end in _runs(taken):
        if end - start >= MIN_PASSAGE_WORDS:
            words += end - start
            passages.append("".join(parts[places[start] : places[end - 1] + 1]))
    return Additions(tuple(passages), words, len(mine))


def _taken_over(mine: Sequence[str], theirs: Sequence[str]) -> list[bool]:
    known = set(shingles(theirs))
    taken = [False] * len(mine)
    for at, run in enumerate(shingles(mine)):
        if run in known:
            taken[at : at + len(run)] = [True] * len(run)
    return taken


def _runs(taken: Sequence[bool]) -> list[tuple[int, int]]:
    """From and to of each run of words that were not taken over."""
    runs, start = [], None
    for at, each in enumerate([*taken, True]):
        if not each and start is None:
            start = at
        elif each and start is not None:
            runs.append((start, at))
            start = None
    return runs
