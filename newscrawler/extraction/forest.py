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
# turned none beyond 1.6.  Seven of eight blocks are through after the first 30 trees.
LOOK_EVERY, SURE = 30, 1.8


@dataclass(slots=True)
class Forest:
    """Trees, compiled to conditional expressions when the first row needs them: three times as fast as a walk over lists."""

    names: tuple[str, ...]  # of the features, in the order of a row
    threshold: float
    trees: list[Any] = field(repr=False)
    parts: list[Callable[[Sequence[float]], float]] = field(default_factory=list, repr=False)  # of LOOK_EVERY trees each

    def log_odds(self, row: Sequence[float]) -> float:
        """Log-odds of one row of features."""
        total = 0.0
        for number in range(0, len(self.trees), LOOK_EVERY):
            if not -SURE < total < SURE:
                break
            if number == len(self.parts) * LOOK_EVERY:
                self.parts.append(_compiled(self.trees[number : number + LOOK_EVERY], len(self.names)))
            total += self.parts[number // LOOK_EVERY](row)
        return total

    def probability(self, row: Sequence[float]) -> float:
        """Probability of one row of features, 0..1."""
        return 1.0 / (1.0 + exp(-self.log_odds(row)))


def _expression(node: Any) -> str:
    """A nested tree as a Python expression; nothing but numbers of the file comes into it."""
    if not isinstance(node, list):
        value = float(node)
        assert isfinite(value)
        return repr(value)
    feature, threshold, left, right = node
    return f"({_expression(left)} if f{int(feature)}<={float(threshold)!r} else {_expression(right)})"


def _compiled(trees: list[Any], features: int) -> Callable[[Sequence[float]], float]:
    """The sum of some trees, as a function of a row."""
    arguments = ",".join(f"f{index}" for index in range(features))
    function: Callable[..., float] = eval(f"lambda {arguments}: {'+'.join(map(_expression, trees))}")  # noqa: S307 # see above
    return lambda row: function(*row)


@dataclass(frozen=True, slots=True)
class Forests:
    """`alone` judges a block by the page itself; `advised` also by what a second extractor says, where it was asked."""

    alone: Forest
    advised: Forest


def parse_forests(text: str) -> Forests:
    """Forests out of the text of their file.

    >>> found = parse_forests('{"names": ["a"], "threshold": 0.5, "alone": [[0, 1.5, -2, 2]], "advised": [1]}')
    >>> found.alone.probability([1.0]), found.advised.probability([1.0])
    (0.11920292202211755, 0.7310585786300049)
    """
    stated = json.loads(text)
    alone, advised = (
        Forest(tuple(stated["names"]), float(stated["threshold"]), stated[name]) for name in ("alone", "advised")
    )
    return Forests(alone, advised)


@cache
def shipped_forests() -> Forests:
    """The forests that come with newscrawler; read once, at the edge."""
    file = resources.files(__package__ or "newscrawler.extraction") / "blocks.json"
    return parse_forests(file.read_text(encoding="utf-8"))
