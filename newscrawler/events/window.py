"""Stories of some days, and which of them say what another one says: candidates by words and vectors, then a score a pair.

What is rare says more than what all say: words are weighted by how rare they are in their language within the window
(inverse document frequency), names over all languages.  The score of a pair is that of a small logistic model, one for
each kind of pair (`model.toml`): within a language or across, with vectors or without, articles or headlines alone.
"""

from __future__ import annotations

import heapq
import math
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from itertools import product
from operator import mul
from typing import TYPE_CHECKING

from newscrawler.events.evidence import NUMBER, as_row, of_row
from newscrawler.meaning.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newscrawler.events.evidence import Evidence, Row

MOST_BY_WORDS, MOST_BY_VECTOR = 30, 60  # candidates of each kind
COMMON = 400  # stories of a language that share a word: more say nothing, and only the last so many are looked at
LOOKED_AT = 4_000  # stories that share one word or more, those with the rarest first
LEAST = 0.05  # that a word or a name says
LEAST_RARE = 1.2  # natural units of information from which on a word brings candidates
SERIES_TITLE, SERIES_DAYS = 0.75, 0.7  # one source, nearly one title, another day: a column, a list, a forecast
# where there are few stories yet: as if so many had been there, and in how many of them a word of so many letters stood
BEFORE, IN_BEFORE = 100, (0, 30, 30, 25, 10, 4)
SHORT = len(IN_BEFORE)
SHOWN = 4  # words and names that a reason tells


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two stories have in common; `score` is over 0 where they are more likely of one event than not.

    `words`, `codes`: what both say and whom both name, with weights.
    """

    other: Evidence
    score: float
    features: tuple[float, ...] = field(repr=False)
    words: Mapping[str, float] = field(default_factory=dict, repr=False)
    codes: Mapping[str, float] = field(default_factory=dict, repr=False)

    @property
    def reason(self) -> str:
        """What speaks for it, in one line for people."""
        cosine, days = self.features[0], self.features[-1]
        shared, named = _most(self.words), _most(self.codes)
        numbers = [each[1:] for each in shared if each.startswith(NUMBER)]
        said = [each for each in shared if not each.startswith(NUMBER)]
        parts = [f"meaning {cosine:.2f}"] if cosine else []
        parts += [f"both name {', '.join(each.partition(':')[2] for each in named[:SHOWN])}"] * bool(named)
        parts += [f"both say {', '.join(said[:SHOWN])}"] * bool(said)
        parts += [f"numbers {', '.join(numbers[:SHOWN])}"] * bool(numbers)
        when = f"{days:.0f} days apart" if days >= 1.5 else f"{days * 24:.0f} hours apart"
        return "; ".join([*parts, when])


def _most(weights: Mapping[str, float]) -> list[str]:
    return sorted(weights, key=lambda each: (-weights[each], each))[: 2 * SHOWN]


FEATURES = ("meaning", "words", "numbers", "names", "other_names", "days")


@dataclass(frozen=True, slots=True)
class Model:
    """Kind of pair -> weights in the order of FEATURES, and what is added."""

    weights: Mapping[str, tuple[tuple[float, ...], float]]

    def score(self, kind: str, features: tuple[float, ...]) -> float:
        weights, bias = self.weights[kind]
        return sum(map(mul, weights, features), bias)


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


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What a story says by how rare it is in the window; lengths are those of all of it."""

    words: dict[str, float]
    length: float
    codes: dict[str, float]
    code_length: float


class Window:
    """Stories near in time.  They come one by one, or as they are kept, many at once (`rows`).

    `before`: vectors and languages of stories before them (`Shelf`).
    """

    def __init__(self, model: Model, rows: Iterable[Row] = (), before: Sequence[tuple[bytes, str]] = ()) -> None:
        self._model = model
        self._rows: list[Row] = []
        self._read: dict[int, Evidence] = {}  # of those that were looked at
        self._place: dict[int, int] = {}
        self._sizes: Counter[str] = Counter()
        self._codes: Counter[str] = Counter()
        self._postings: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._weighed: dict[int, _Weighed] = {}
        self._shelf = Shelf(before)
        for each in rows:
            self._add(each)

    def __len__(self) -> int:
        return len(self._place)

    def add(self, one: Evidence) -> None:
        """Let a story be found by those that come."""
        self._read[len(self._rows)] = one
        self._add(as_row(one))

    def _add(self, row: Row) -> None:
        # of every story of some days: what can wait until one is looked at is left for then
        story, _, language, _, said, codes, _, _, vector = row
        place = self._place[story] = len(self._rows)
        self._rows.append(row)
        self._sizes[language] += 1
        if codes:
            self._codes.update(codes.split())
        postings = self._postings[language]
        for word in said[said.index("|") + 1 :].split():
            postings[word].append(place)
        self._shelf.add(vector, language)

    def _story(self, place: int) -> Evidence:
        found = self._read.get(place)
        if found is None:
            found = self._read[place] = of_row(self._rows[place])
        return found

    def forget(self, story: int) -> None:
        """Let a story be found no more."""
        self._place.pop(story, None)

    # --- pairs

    def _word_weights(self, one: Evidence) -> dict[str, float]:
        postings, number = self._postings[one.language], _log(self._sizes[one.language] + BEFORE)
        return {
            word: max(
                LEAST,
                number
                - _log(
                    (len(postings[word]) if word in postings else 0) + (IN_BEFORE[len(word)] if len(word) < SHORT else 1)
                ),
            )
            for word in one.words
        }

    def _code_weights(self, one: Evidence) -> dict[str, float]:
        # countries are named often; what is not one is rare soon
        number = _log(len(self._rows) + BEFORE)
        return {code: max(LEAST, number - _log(self._codes[code] + IN_BEFORE[3])) for code in one.codes}

    def _weigh(self, one: Evidence, place: int | None = None) -> _Weighed:
        """What a story says, weighed; of one in the window as when it was first compared."""
        if place is not None and place in self._weighed:
            return self._weighed[place]
        words, codes = self._word_weights(one), self._code_weights(one)
        made = _Weighed(words, _length(words), codes, _length(codes))
        if place is not None:
            self._weighed[place] = made
        return made

    def near(self, one: Evidence, days: float) -> list[Likeness]:
        """The stories at most so many days away that have something in common with one, the likest first."""
        mine = self._weigh(one)
        places = self._by_words(one, mine)
        places.update(self._shelf.nearest(one.vector, one.language, MOST_BY_VECTOR))
        ordered = [place for place in sorted(places) if self._may_be_near(one, place, days)]
        cosines = self._shelf.cosines(one.vector, one.language, ordered)
        found = [
            self._likeness(one, other, cosine, (mine, self._weigh(other, place)))
            for place, cosine in zip(ordered, cosines, strict=True)
            for other in [self._story(place)]
        ]
        return sorted(found, key=lambda each: (-each.score, each.other.story))

    def _may_be_near(self, one: Evidence, place: int, days: float) -> bool:
        story, at, *_ = self._rows[place]
        return (
            abs(at - one.at) <= days
            and story != one.story
            and self._place.get(story) == place
            and not is_series(one, self._story(place))
        )

    def compare(self, one: Evidence, other: Evidence) -> Likeness:
        """What two stories have in common, whether they are in the window or not."""
        cosine = self._shelf.cosine((one.vector, one.language), (other.vector, other.language))
        return self._likeness(one, other, cosine, (self._weigh(one), self._weigh(other)))

    def _by_words(self, one: Evidence, mine: _Weighed) -> set[int]:
        """Places of those that share what is rare, the rarest words first, until enough were looked at."""
        sums: defaultdict[int, float] = defaultdict(float)
        left = LOOKED_AT
        for word in sorted(mine.words, key=mine.words.__getitem__, reverse=True):
            if left <= 0 or (weight := mine.words[word]) < LEAST_RARE:
                break
            for postings in self._postings.values():
                if word in postings:
                    places = postings[word][-COMMON:]
                    left -= len(places)
                    for place in places:
                        sums[place] += weight
        likest = heapq.nlargest(2 * MOST_BY_WORDS, sums, key=sums.__getitem__)
        rare = {code: weight for code, weight in mine.codes.items() if weight >= LEAST_RARE}
        if rare:
            for place in likest:
                sums[place] += sum(rare.get(code, 0.0) for code in self._story(place).codes)
        return set(heapq.nlargest(MOST_BY_WORDS, likest, key=sums.__getitem__))

    def _likeness(self, one: Evidence, other: Evidence, cosine: float, weighed: tuple[_Weighed, _Weighed]) -> Likeness:
        mine, theirs = weighed
        words = {word: min(mine.words[word], theirs.words[word]) for word in mine.words.keys() & theirs.words.keys()}
        codes = {code: mine.codes[code] for code in one.codes if code in theirs.codes}
        features = (
            cosine,
            _squares(words) / (mine.length * theirs.length) if words else 0.0,
            float(min(3, sum(word[0] == NUMBER for word in words))),
            _squares(codes) / (mine.code_length * theirs.code_length) if codes else 0.0,
            float(bool(one.codes and other.codes and not codes)),
            abs(one.at - other.at),
        )
        return Likeness(other, self._model.score(kind_of_pair(one, other), features), features, words, codes)


@lru_cache(100_000)
def _log(number: int) -> float:
    return math.log(number + 0.5)


def _squares(weights: Mapping[str, float]) -> float:
    return sum([each * each for each in weights.values()])


def _length(weights: Mapping[str, float]) -> float:
    return math.sqrt(_squares(weights))


def is_series(one: Evidence, other: Evidence) -> bool:
    """Whether two stories are what one source fills in anew every day, week or month: no two of them are one event.

    >>> from newscrawler.events.evidence import Evidence
    >>> first = Evidence(1, 10.0, source="a", title=("sancti", "list", "update"))
    >>> is_series(first, Evidence(2, 40.0, source="a", title=("sancti", "list", "update"))), is_series(first, first)
    (True, False)
    """
    if one.source != other.source or abs(one.at - other.at) < SERIES_DAYS:
        return False
    mine, theirs = _said(one.title), _said(other.title)
    return bool(mine) and len(mine & theirs) >= SERIES_TITLE * max(len(mine), len(theirs))


@lru_cache(4_096)
def _said(title: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for word in title if not word.startswith(NUMBER))
