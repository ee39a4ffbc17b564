"""Acts between states: words of acts and names of states in, the acts out that one does to another.

"France warns Iran" holds no word that is ours; that a state does it to another makes it foreign affairs.  An act is a
word of `[[acts]]` with two different actors near it in one sentence of the title or the opening.  A state's leader or
its capital stands for it; two names of one state are one actor, so that home politics is no act.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from newscrawler.relevance.splitting import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newscrawler.relevance.gazetteer import Actor

REACH = 14  # words between an act and its actors, at most; clauses in a script without spaces
_STOP = "0end0of0sentence0"  # stands for a sentence's end: one walk over the words instead of one for each sentence
# no end of a sentence: the dots of "U.S."
_ENDING, _FULL, _CLOSING = ".!?…;", "。！？।؟۔;", '"”»)'
# begins with one set of characters, by which `re` finds the few places to look at: a tenth of the time
_END = re.compile(
    rf"[{_ENDING}{_FULL}\n](?:(?<=[\w{_CLOSING}]{{2}}[{_ENDING}])[{_ENDING}]*[{_CLOSING}]*\s+|(?<=[{_FULL}])[{_FULL}]*|(?<=\n)\n*)"
)


def sentence_starts(text: str) -> list[int]:
    """The number of the word with which each sentence begins.

    >>> sentence_starts("The U.S. met Iran. Nothing came of it.")
    [0, 5]
    """
    starts = [0]
    for at, word in enumerate(split(_END.sub(f" {_STOP} ", text)).raw):
        if word == _STOP:
            starts.append(at - len(starts) + 1)  # the stops before are no words of the text
    return sorted(set(starts))


def acts(words: Iterable[int], actors: Sequence[Actor], starts: Sequence[int]) -> list[int]:
    """Those of some words that are acts; `actors`: the states named, `starts`: `sentence_starts`.

    >>> acts([2], [(0, 0, "FR"), (3, 0, "IR")], [0])
    [2]
    >>> acts([2], [(0, 0, "FR"), (3, 0, "FR")], [0]), acts([2], [(0, 0, "FR"), (3, 0, "IR")], [0, 3])
    ([], [])
    """
    return [at for at in words if _between_two(at, actors, starts)]


def _between_two(at: int, actors: Sequence[Actor], starts: Sequence[int]) -> bool:
    sentence = bisect_right(starts, at)
    near = [each for each in actors if abs(each[0] - at) <= REACH and bisect_right(starts, each[0]) == sentence]
    # one word may name two: Brussels
    return len({each[:2] for each in near}) > 1 and len({code for _, _, code in near}) > 1
