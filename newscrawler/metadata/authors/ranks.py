"""Military ranks before names: "Staff Sgt. Ana Lind", "ppłk Anna Lind", "полковник Анна Линд".

The words are in credits.toml, all languages at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawler.metadata.authors.credit_words import shipped_credit_words

if TYPE_CHECKING:
    from newscrawler.metadata.authors.credit_words import CreditWords

LONGEST = 8  # words of a rank: "Chief Mass Communication Specialist 1st Class"
NAMED = 2  # words of a name that stay behind it
_JOINING = frozenset(re.split(" ", "and & und et y e og och en i ja и та a ve dan và by και"))


def without_ranks(text: str) -> str:
    """Some names without the ranks before them, where a whole name is left that is no desk's or house's.

    >>> without_ranks("Staff Sgt. Ana Lind and Capt. Bo Ek"), without_ranks("Petty Officer 2nd Class Ana Lind")
    ('Ana Lind and Bo Ek', 'Ana Lind')
    >>> without_ranks("Captain Lind"), without_ranks("Ana Major Lind"), without_ranks("ppłk Anna Lind")
    ('Captain Lind', 'Ana Major Lind', 'Anna Lind')
    """
    words = shipped_credit_words()
    tokens = text.split()
    said = [each.casefold().strip(".,()") for each in tokens]
    if words.ranks.isdisjoint(said):
        return text
    kept: list[str] = []
    at = 0
    while at < len(tokens):
        end = _end_of_rank(said, at, words) if not kept or _parts(kept[-1]) else at
        if end > at and _is_name(tokens[end : end + NAMED]) and not any(map(words.desk.has, said[end : end + LONGEST])):
            at = end
        kept.append(tokens[at])
        at += 1
    return " ".join(kept)


def _end_of_rank(said: list[str], at: int, words: CreditWords) -> int:
    """Where the rank ends that begins at a word; `at` where none does."""
    end = at
    while end < min(len(said), at + LONGEST) and (said[end] in words.ranks or said[end] in words.beside_ranks):
        end += 1
    return end if not words.ranks.isdisjoint(said[at:end]) else at


def _parts(word: str) -> bool:
    return word.casefold() in _JOINING or word[-1] in ",;:|/"


def _is_name(words: list[str]) -> bool:
    return len(words) == NAMED and not any(each[0].islower() or each[0].isdigit() or each[0] in "([" for each in words)
