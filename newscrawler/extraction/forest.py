"""Gradient-boosted trees (Friedman 2001), read from a file and walked in plain Python: no library at run time.

`blocks.json` holds two forests, one tree a line.  A tree is a leaf's value, or [feature, threshold, left, right]: left where
the feature is at most the threshold.  The sum of all leaves is the log-odds that a block is the article's.
`benchmarks/train_extraction.py` writes the file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from math import exp, isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# After every so many trees a log-odds so large is final: of 3,467 blocks of pages not trained on, the rest of the trees
# turned none beyond 1.6.  Seven of eight blocks are through after the first of these parts.
LOOK_EVERY, SURE = 15, 1.8


@dataclass(slots=True)
class Forest:
    """Trees, compiled to conditional expressions when the first row needs them: three times as fast as a walk over lists."""

    names: tuple[str, ...]  # of the features, in the order of a row
    trees: list[Any] = field(repr=False)
    function: Callable[..., float] | None = field(default=None, repr=False)

    def probabilities(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """Probability of each row of features, 0..1."""
        log_odds = self.function = self.function or _compiled(self.trees, len(self.names))
        return [1.0 / (1.0 + exp(-log_odds(*row))) for row in rows]


def _expression(node: Any) -> str:
    """A nested tree as a Python expression; nothing but numbers of the file comes into it."""
    if not isinstance(node, list):
        value = float(node)
        assert isfinite(value)
        return repr(value)
    feature, threshold, left, right = node
    return f"({_expression(left)} if f{int(feature)}<={float(threshold)!r} else {_expression(right)})"


def _compiled(trees: list[Any], features: int) -> Callable[..., float]:
    """The sum of trees, as a function of a row's numbers; it is looked at after every LOOK_EVERY of them."""
    arguments = ",".join(f"f{index}" for index in range(features))
    lines = [f"def log_odds({arguments}):", " total = 0.0"]
    for number in range(0, len(trees), LOOK_EVERY):
        lines.append(f" total += {'+'.join(map(_expression, trees[number : number + LOOK_EVERY]))}")
        lines.append(f" if not -{SURE!r} < total < {SURE!r}: return total")
    made: dict[str, Callable[..., float]] = {}
    exec("\n".join([*lines, " return total"]), {}, made)  # noqa: S102 # see above
    return made["log_odds"]


@dataclass(frozen=True, slots=True)
class Forests:
    """`alone` judges a block by the page itself; `advised` also by what a second extractor says, where it was asked.

    The thresholds are probabilities from which a block is held for the article's: a page that says of itself that it is news
    has more beside its text, and less in it that looks like something else, than a guide or a list has.
    """

    alone: Forest
    advised: Forest
    threshold: float
    news_threshold: float


def parse_forests(text: str) -> Forests:
    """Forests out of the text of their file.

    >>> found = parse_forests('{"names": ["a"], "thresholds": [0.4, 0.5], "alone": [[0, 1.5, -2, 2]], "advised": [1]}')
    >>> found.alone.probabilities([[1.0], [2.0]]), found.advised.probabilities([[1.0]])
    ([0.11920292202211755, 0.8807970779778823], [0.7310585786300049])
    """
    stated = json.loads(text)
    alone, advised = (Forest(tuple(stated["names"]), stated[name]) for name in ("alone", "advised"))
    return Forests(alone, advised, *map(float, stated["thresholds"]))


@cache
def shipped_forests() -> Forests:
    """The forests that come with newscrawler; read once, at the edge."""
    file = resources.files(__package__ or "newscrawler.extraction") / "blocks.json"
    return parse_forests(file.read_text(encoding="utf-8"))
