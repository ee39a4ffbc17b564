"""What sets some articles apart from others: log-odds ratios with an informative Dirichlet prior.  Counts in, scores out.

Monroe, Colaresi and Quinn, "Fightin' Words" (Political Analysis 16, 2008), with articles as what is counted: a word that
one article says forty times tells of that article.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PRIOR = 0.2  # of the articles inside are what the prior weighs: more says nothing of few, less makes chance of the rare tell
SURE = 2.58  # standard errors from which a difference is chance once in a hundred: thousands of words are compared
LEAST = 3  # articles inside that have what is to be told of


@dataclass(frozen=True, slots=True)
class Distinctive:
    """A key that the articles inside have more often than those outside: shares of each, 0 to 1.

    `score`: the log-odds ratio in its standard errors (the z of the paper).
    """

    key: str
    inside: float
    outside: float
    score: float


def log_odds(
    inside: Mapping[str, int], number: int, outside: Mapping[str, int], others: int, *, least: int = LEAST
) -> list[Distinctive]:
    """The keys that `number` articles have more often than `others`, the surest first; values: articles that have a key.

    The prior is what both together have: a key that nobody has outside is no wonder where it is rare inside, too.

    >>> [each.key for each in log_odds({"the": 98, "mine": 40, "odd": 1}, 100, {"the": 950, "mine": 4}, 1000)]
    ['mine']
    >>> log_odds({"mine": 40, "the": 100}, 100, {"mine": 400, "the": 1000}, 1000)
    []
    """
    found, prior = [], PRIOR * number
    for key, here in inside.items():
        if here < least:
            continue
        there = min(outside.get(key, 0), others)
        alpha = prior * (here + there + 0.5) / (number + others + 1)  # what all have is no wonder either
        rest = prior - alpha
        cells = here + alpha, number - here + rest, there + alpha, others - there + rest
        ratio = math.log(cells[0] / cells[1]) - math.log(cells[2] / cells[3])
        # all four terms of the variance: a word is rare among words, not among articles
        score = ratio / math.sqrt(sum(1 / each for each in cells))
        if score >= SURE:
            found.append(Distinctive(key, here / number, there / others if others else 0.0, score))
    return sorted(found, key=lambda each: (-each.score, each.key))
