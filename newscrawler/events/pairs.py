"""What two stories have in common, as one score: over 0 where they are more likely of one event than not.

That of a small logistic model, one for each kind of pair (`model.toml`): within a language or across, with vectors or
without, articles or headlines alone.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from operator import mul
from typing import TYPE_CHECKING

from newscrawler.events.apart import are_of_other_days

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawler.events.evidence import Evidence

# What a pair says at most, with vectors and by names alone, and what it counts against it that one tells of a later day.
# Where words are all the evidence their weight knows no end: one such pair outvoted all others of an event, and the day.
# What is named and called the same is the same ship, and no happening.
SURE, SURE_BY_NAMES = 8.0, 4.0
LATER, LATER_BY_NAMES = 4.0, 6.0
FEATURES = (
    "meaning", "words", "numbers", "names", "other_names", "places", "other_places", "dates", "other_dates", "weekdays",
    "days",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """Kind of pair -> weights in the order of FEATURES, and what is added."""

    weights: Mapping[str, tuple[tuple[float, ...], float]]

    def judge(self, one: Evidence, other: Evidence, features: tuple[float, ...]) -> tuple[float, float]:
        """(what speaks for two stories being of one event, what that has lost by the later one's telling of a later day)."""
        weights, bias = self.weights[kind_of_pair(one, other)]
        sure, later = (SURE, LATER) if one.vector and other.vector else (SURE_BY_NAMES, LATER_BY_NAMES)
        later *= are_of_other_days(one, other)
        return min(sure, sum(map(mul, weights, features), bias)) - later, later


def parse_model(text: str) -> Model:
    """Weights out of TOML."""
    return Model(
        {kind: (tuple(row[name] for name in FEATURES), row["bias"]) for kind, row in tomllib.loads(text)["pair"].items()}
    )


@cache
def shipped_weights() -> Model:
    """The weights that come with newscrawler; read once, at the edge."""
    return parse_model((resources.files("newscrawler.events") / "model.toml").read_text(encoding="utf-8"))


_KINDS = {
    (text == "articles", where == "within", by == "vectors"): f"{text}-{where}-{by}"
    for text, where, by in product(("articles", "headlines"), ("within", "across"), ("vectors", "names"))
}


def kind_of_pair(one: Evidence, other: Evidence) -> str:
    """Which weights a pair is judged by."""
    text, where = one.has_text and other.has_text, one.language == other.language
    return _KINDS[text, where, bool(one.vector and other.vector)]
