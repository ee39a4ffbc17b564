"""Evidence in, scores out: a small logistic model over what the words of each part say, in any language.

It sees no word, only how much evidence for defence, for diplomacy and for other subjects stands in title,
lead and body, and how many countries are named: so what it learnt in one language holds in the next.
Whether an article is ours is one question; of which field it is another, asked of ours alone.
benchmarks/calibrate.py fits it; model.toml holds it.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field

FEATURES = (
    "defence_title", "defence_lead", "defence_body", "diplomacy_title", "diplomacy_lead", "diplomacy_body",
    "elsewhere_title", "elsewhere_lead", "elsewhere_body", "variety", "countries_head", "countries_body", "margin",
    "acts_title", "acts_opening", "lean", "strongest", "titled", "spread", "two_states", "two_in_title",
    "defence_terms", "diplomacy_terms",
    "sport", "markets", "courts", "politics", "living",
)  # fmt: skip
KINDS = FEATURES[-5:]  # topics of other subjects that speak for themselves
MOST = 0.6  # share of a topic's evidence from which on a field has most of it
TYPICAL_WORDS = 400  # words of a text; evidence of a longer one is worth less
LEAST_SHARE = 0.05  # of TYPICAL_WORDS; in a text of fewer a word is worth no more
STRETCHES, LEAST_STRETCH = 6, 40  # that a body is cut into, at most, and words of one, at least


@dataclass(slots=True)
class Evidence:
    """What the words of a text say: summed weights for each part (title, lead, body)."""

    defence: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    diplomacy: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    elsewhere: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    words: list[int] = field(default_factory=lambda: [0, 0, 0])
    kinds: dict[str, float] = field(default_factory=dict)  # topic of KINDS -> its summed weights
    strong: bool = True  # whether a term of ours speaks by itself; weak ones count in its company
    terms: int = 0  # different ones that count for us
    defence_terms: int = 0  # different ones of topics that are defence's above all
    diplomacy_terms: int = 0
    titled: bool = False  # whether one of them stands in the title; in the opening, where there is no title
    firm: set[int] = field(default_factory=set)  # stretches of the body in which a firm one of them stands
    firm_terms: int = 0  # different firm ones
    acts: tuple[int, int] = (0, 0)  # between states, in title and opening
    countries_head: int = 0  # different states in title and lead, by their names or by who speaks for them
    states_title: int = 0  # those of them in the title
    countries: int = 0  # mentions in all


def stretches(words: int) -> int:
    """Into how many equal stretches a body of so many words is cut: what an article is about runs through it."""
    return max(1, min(STRETCHES, words // LEAST_STRETCH))


@dataclass(frozen=True, slots=True)
class Model:
    """Coefficients of FEATURES for each score; `own`: the beat is the user's, whose topics have no such model."""

    bias: dict[str, float]
    weights: dict[str, tuple[float, ...]]
    own: bool = False

    def scores(self, features: tuple[float, ...]) -> dict[str, float]:
        """Each score, 0 to 1.  A field's is that of relevance times its chance among relevant articles."""
        found = {
            name: 1 / (1 + math.exp(-max(-30.0, min(30.0, bias + sum(map(float.__mul__, self.weights[name], features))))))
            for name, bias in self.bias.items()
        }
        relevant = found.get("relevant", 1.0)
        return {name: score if name == "relevant" else score * relevant for name, score in found.items()}


def parse_model(text: str) -> Model:
    tables = tomllib.loads(text)
    return Model(
        {name: float(table["bias"]) for name, table in tables.items()},
        {name: tuple(float(table.get(feature, 0.0)) for feature in FEATURES) for name, table in tables.items()},
    )


def _parts(values: list[float], words: list[int]) -> tuple[float, float, float]:
    """Log evidence of title, lead and body; a part that is not there speaks as its neighbour does."""
    title, lead, body = values
    lead = lead if words[1] else title
    title = title if words[0] else lead
    thinned = body / math.sqrt(max(LEAST_SHARE, words[2] / TYPICAL_WORDS)) if words[2] else lead
    return math.log1p(title), math.log1p(lead), math.log1p(thinned)


def _spread(found: Evidence) -> float:
    """In what share of a body's stretches firm terms stand; of one term said throughout no more than one is counted."""
    if not found.words[2]:
        return float(found.titled)
    return min(len(found.firm), found.firm_terms) / stretches(found.words[2])


def features(found: Evidence) -> tuple[float, ...]:
    """FEATURES of a text."""
    defence, diplomacy = _parts(found.defence, found.words), _parts(found.diplomacy, found.words)
    elsewhere = _parts(found.elsewhere, found.words)
    ours = sum(found.defence) + sum(found.diplomacy)
    theirs = sum(found.elsewhere)
    length = math.sqrt(max(LEAST_SHARE, sum(found.words) / TYPICAL_WORDS))
    return (
        *defence, *diplomacy, *elsewhere,
        math.log1p(found.terms / length),
        math.log1p(min(found.countries_head, 5)),
        math.log1p(found.countries / length),
        math.log1p(ours) - math.log1p(theirs),
        math.log1p(found.acts[0]), math.log1p(found.acts[1]),
        math.log1p(sum(found.defence)) - math.log1p(sum(found.diplomacy)),
        math.log1p(max(sum(found.defence), sum(found.diplomacy)) / length),
        float(found.titled),
        _spread(found),
        float(found.countries_head >= 2),
        float(found.states_title >= 2),
        math.log1p(found.defence_terms), math.log1p(found.diplomacy_terms),
        *(math.log1p(found.kinds.get(kind, 0.0) / length) for kind in KINDS),
    )  # fmt: skip
