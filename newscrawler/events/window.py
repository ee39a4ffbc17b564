"""Stories of some days, and which of them say what another one says: candidates by words and vectors, then a score a pair.

What is rare says more than what all say: words are weighted by how rare they are in their language within the window
(inverse document frequency), names over all languages.  The score of a pair is that of a small logistic model, one for
each kind of pair (`model.toml`): within a language or across, with vectors or without, articles or headlines alone.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from newscrawler.events.evidence import NUMBER, Evidence
from newscrawler.meaning.vectors import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_BY_WORDS, MOST_BY_VECTOR = 30, 30  # candidates of each kind
COMMON = 400  # stories that share a word: more say nothing, and only the last so many are looked at
LEAST_RARE = 1.2  # natural units of information from which on a word brings candidates
SERIES_TITLE, SERIES_DAYS = 0.75, 0.7  # one source, nearly one title, another day: a column, a list, a forecast
# where there are few stories yet: as if so many had been there, and in how many of them a word of so many letters stood
BEFORE, IN_BEFORE = 100, (0, 30, 30, 25, 10, 4)
SHOWN = 4  # words and names that a reason tells


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two stories have in common; `score` is over 0 where they are more likely of one event than not."""

    other: Evidence
    score: float
    features: tuple[float, ...] = field(repr=False)
    shared_words: tuple[str, ...] = ()
    shared_codes: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """What speaks for it, in one line for people."""
        cosine, days = self.features[0], self.features[-1]
        numbers = [each[1:] for each in self.shared_words if each.startswith(NUMBER)]
        said = [each for each in self.shared_words if not each.startswith(NUMBER)]
        parts = [f"meaning {cosine:.2f}"] if cosine else []
        parts += [f"both name {', '.join(each.partition(':')[2] for each in self.shared_codes[:SHOWN])}"] * bool(
            self.shared_codes
        )
        parts += [f"both say {', '.join(said[:SHOWN])}"] * bool(said)
        parts += [f"numbers {', '.join(numbers[:SHOWN])}"] * bool(numbers)
        when = f"{days:.0f} days apart" if days >= 1.5 else f"{days * 24:.0f} hours apart"
        return "; ".join([*parts, when])


FEATURES = ("meaning", "words", "numbers", "names", "other_names", "days")


@dataclass(frozen=True, slots=True)
class Model:
    """Kind of pair -> weights in the order of FEATURES, and what is added."""

    weights: Mapping[str, tuple[tuple[float, ...], float]]

    def score(self, kind: str, features: tuple[float, ...]) -> float:
        weights, bias = self.weights[kind]
        return bias + sum(weight * value for weight, value in zip(weights, features, strict=True))


def parse_model(text: str) -> Model:
    """Weights out of TOML."""
    return Model(
        {kind: (tuple(row[name] for name in FEATURES), row["bias"]) for kind, row in tomllib.loads(text)["pair"].items()}
    )


@cache
def shipped_weights() -> Model:
    """The weights that come with newscrawler; read once, at the edge."""
    return parse_model((resources.files("newscrawler.events") / "model.toml").read_text(encoding="utf-8"))


def kind_of_pair(one: Evidence, other: Evidence) -> str:
    """Which weights a pair is judged by."""
    text = "articles" if one.has_text and other.has_text else "headlines"
    where = "within" if one.language == other.language else "across"
    by = "vectors" if one.vector and other.vector else "names"
    return f"{text}-{where}-{by}"


Pair = tuple[
    tuple[dict[str, float], float], tuple[dict[str, float], float]
]  # of two stories: weights of words, their length


class Window:
    """Stories near in time.  They come one by one, and go all together (`narrowed`)."""

    def __init__(self, model: Model, stories: Iterable[Evidence] = ()) -> None:
        self._model = model
        self._stories: list[Evidence] = []
        self._place: dict[int, int] = {}
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._sizes: Counter[str] = Counter()
        self._codes: Counter[str] = Counter()
        self._postings: defaultdict[str, list[int]] = defaultdict(list)
        self._weighed: dict[int, tuple[dict[str, float], float]] = {}
        self._shelf = Shelf()
        for each in stories:
            self.add(each)

    def __len__(self) -> int:
        return len(self._place)

    def add(self, one: Evidence) -> None:
        """Let a story be found by those that come."""
        self.forget(one.story)
        place = len(self._stories)
        self._stories.append(one)
        self._place[one.story] = place
        self._sizes[one.language] += 1
        self._counts[one.language].update(one.words)
        self._codes.update(one.codes)
        for word in one.words:
            self._postings[word].append(place)
        self._shelf.add(one.vector)

    def forget(self, story: int) -> None:
        """Let a story be found no more."""
        self._place.pop(story, None)

    def narrowed(self, since: float, until: float) -> Window:
        """A window of those of its stories that are of a span of days."""
        return Window(self._model, [each for each in self.stories() if since <= each.at <= until])

    def stories(self) -> list[Evidence]:
        """Its stories, in the order in which they came."""
        return [self._stories[place] for place in sorted(self._place.values())]

    # --- pairs

    def _weight(self, word: str, language: str) -> float:
        seen = self._counts[language][word] + (IN_BEFORE[len(word)] if len(word) < len(IN_BEFORE) else 1)
        return max(0.05, math.log((self._sizes[language] + BEFORE) / (seen + 0.5)))

    def _code_weight(self, code: str) -> float:
        seen = self._codes[code] + IN_BEFORE[3]  # countries are named often; what is not one is rare soon
        return max(0.05, math.log((len(self._stories) + BEFORE) / (seen + 0.5)))

    def _weights(self, one: Evidence, place: int | None = None) -> tuple[dict[str, float], float]:
        """Weights of a story's words, and the length of all of them; of one in the window as when it was first compared."""
        if place is not None and place in self._weighed:
            return self._weighed[place]
        weights = {word: self._weight(word, one.language) for word in one.words}
        made = weights, math.sqrt(sum(each * each for each in weights.values()))
        if place is not None:
            self._weighed[place] = made
        return made

    def near(self, one: Evidence, days: float) -> list[Likeness]:
        """The stories at most so many days away that have something in common with one, the likest first."""
        mine = self._weights(one)
        places = self._by_words(one, mine[0], days)
        for place in self._shelf.nearest(one.vector, MOST_BY_VECTOR * 2):
            if abs(self._stories[place].at - one.at) <= days:
                places.add(place)
        ordered = sorted(places)
        cosines = self._shelf.cosines(one.vector, ordered)
        found = []
        for place, cosine in zip(ordered, cosines, strict=True):
            other = self._stories[place]
            if self._place.get(other.story) != place or other.story == one.story or is_series(one, other):
                continue
            found.append(self._likeness(one, other, cosine, (mine, self._weights(other, place))))
        return sorted(found, key=lambda each: (-each.score, each.other.story))

    def compare(self, one: Evidence, other: Evidence) -> Likeness:
        """What two stories have in common, whether they are in the window or not."""
        shelf = Shelf()
        shelf.add(other.vector)
        (cosine,) = shelf.cosines(one.vector, [0])
        return self._likeness(one, other, cosine, (self._weights(one), self._weights(other)))

    def _by_words(self, one: Evidence, weights: Mapping[str, float], days: float) -> set[int]:
        sums: Counter[int] = Counter()
        for word, weight in weights.items():
            if weight < LEAST_RARE:
                continue
            for place in self._postings.get(word, ())[-COMMON:]:
                sums[place] += weight  # type: ignore[assignment] # sums, not counts
        for code in one.codes:
            if (weight := self._code_weight(code)) >= LEAST_RARE:
                for place in sums:
                    if code in self._stories[place].codes:
                        sums[place] += weight  # type: ignore[assignment]
        near = {place: total for place, total in sums.items() if abs(self._stories[place].at - one.at) <= days}
        return set(sorted(near, key=lambda place: (-near[place], -place))[:MOST_BY_WORDS])

    def _likeness(self, one: Evidence, other: Evidence, cosine: float, weights: Pair) -> Likeness:
        (mine, my_length), (theirs, their_length) = weights
        words = {word: min(weight, theirs[word]) for word, weight in mine.items() if word in theirs}
        codes = {code: self._code_weight(code) for code in one.codes if code in other.codes}
        features = (
            cosine,
            sum(each * each for each in words.values()) / (my_length * their_length) if words else 0.0,
            float(min(3, sum(word.startswith(NUMBER) for word in words))),
            self._share_of_codes(codes, one, other),
            float(bool(one.codes and other.codes and not codes)),
            abs(one.at - other.at),
        )
        return Likeness(
            other,
            self._model.score(kind_of_pair(one, other), features),
            features,
            tuple(sorted(words, key=lambda each: (-words[each], each))[:8]),
            tuple(sorted(codes, key=lambda each: (-codes[each], each))[:8]),
        )

    def _share_of_codes(self, common: Mapping[str, float], one: Evidence, other: Evidence) -> float:
        """The cosine of whom two stories name, weighted."""
        if not common:
            return 0.0
        lengths = [sum(self._code_weight(code) ** 2 for code in each.codes) for each in (one, other)]
        return sum(each * each for each in common.values()) / math.sqrt(lengths[0] * lengths[1])


def is_series(one: Evidence, other: Evidence) -> bool:
    """Whether two stories are what one source fills in anew every day, week or month: no two of them are one event.

    >>> first = Evidence(1, 10.0, source="a", title=("sancti", "list", "update"))
    >>> is_series(first, Evidence(2, 40.0, source="a", title=("sancti", "list", "update"))), is_series(first, first)
    (True, False)
    """
    if one.source != other.source or abs(one.at - other.at) < SERIES_DAYS:
        return False
    mine, theirs = ({word for word in each.title if not word.startswith(NUMBER)} for each in (one, other))
    return bool(mine) and len(mine & theirs) >= SERIES_TITLE * max(len(mine), len(theirs))
