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
from math import exp
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

# After every so many trees a log-odds so large is final: of 3,467 blocks of pages not trained on, the rest of the trees
# turned none beyond 1.6.  Seven of eight blocks are through after the first 30 trees.
LOOK_EVERY, SURE = 30, 1.8


@dataclass(frozen=True, slots=True)
class Forest:
    names: tuple[str, ...]  # of the features, in the order of a row
    threshold: float
    # each tree as parallel lists; a negative feature marks a leaf, whose value is in `thresholds`
    trees: tuple[tuple[list[int], list[float], list[int]], ...] = field(repr=False)

    def log_odds(self, row: Sequence[float]) -> float:
        """Log-odds of one row of features."""
        total = 0.0
        for number, (features, thresholds, rights) in enumerate(self.trees):
            if not number % LOOK_EVERY and not -SURE < total < SURE:
                break
            at = 0
            feature = features[0]
            while feature >= 0:
                at = at + 1 if row[feature] <= thresholds[at] else rights[at]
                feature = features[at]
            total += thresholds[at]
        return total

    def probability(self, row: Sequence[float]) -> float:
        """Probability of one row of features, 0..1."""
        return 1.0 / (1.0 + exp(-self.log_odds(row)))


def _flat(tree: Any) -> tuple[list[int], list[float], list[int]]:
    """A nested tree as lists in depth-first order: the left child follows its parent."""
    features: list[int] = []
    thresholds: list[float] = []
    rights: list[int] = []

    def add(node: Any) -> None:
        if not isinstance(node, list):
            features.append(-1)
            thresholds.append(float(node))
            rights.append(0)
            return
        feature, threshold, left, right = node
        at = len(features)
        features.append(int(feature))
        thresholds.append(float(threshold))
        rights.append(0)
        add(left)
        rights[at] = len(features)
        add(right)

    add(tree)
    return features, thresholds, rights


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
        Forest(tuple(stated["names"]), float(stated["threshold"]), tuple(map(_flat, stated[name])))
        for name in ("alone", "advised")
    )
    return Forests(alone, advised)


@cache
def shipped_forests() -> Forests:
    """The forests that come with newscrawler; read once, at the edge."""
    file = resources.files(__package__ or "newscrawler.extraction") / "blocks.json"
    return parse_forests(file.read_text(encoding="utf-8"))
