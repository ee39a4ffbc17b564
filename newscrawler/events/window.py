"""Stories of some days, and which of them say what another one says: candidates by words and vectors, then a score a pair.

What is rare says more than what all say: words are weighted by how rare they are in their language within the window
(inverse document frequency), names over all languages.  What a pair has in common is scored in `pairs`.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newscrawler.events.apart import is_series
from newscrawler.events.evidence import DAY, NUMBER, SAY, WEEKDAY, as_row, label_of, of_row
from newscrawler.events.places import KIND as PLACE
from newscrawler.events.postings import Postings
from newscrawler.events.standing import EVERYDAY, standing_words
from newscrawler.meaning.shelf import Shelf
from newscrawler.meaning.vectors import numeric

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newscrawler.events.evidence import Evidence, Row
    from newscrawler.events.pairs import Model

MOST_BY_WORDS, MOST_BY_VECTOR, MOST_BY_CODES = 30, 60, 20  # candidates of each kind
COMMON = 400  # stories of a language that share a word: more say nothing, and only the last so many are looked at
LOOKED_AT = 4_000  # stories that share one word or more, those with the rarest first
LEAST = 0.05  # that a word or a name says
LEAST_NAMED = 4.0  # that the codes of two stories have to say together
LEAST_RARE = 1.2  # natural units of information from which on a word brings candidates
# where there are few stories yet: as if so many had been there, and in how many of them a word of so many letters stood
BEFORE, IN_BEFORE = 100, (0, 30, 30, 25, 10, 4)
SHORT = len(IN_BEFORE)
PLACES_BEFORE = 3  # the same of a place or a day
ENOUGH_SAID = 6.0  # that places say together at most: one that a few of two thousand stories name says as much
SHOWN = 4  # words and names that a reason tells


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two stories have in common; `score` is over 0 where they are more likely of one event than not.

    `words`, `codes`: what both say and whom both name, with weights; `standing`: how many words both have word for word that
    stand under any title, and are left out; `later`: what it counts against them that one tells of a later day.
    """

    other: Evidence
    score: float
    features: tuple[float, ...] = field(repr=False)
    words: Mapping[str, float] = field(default_factory=dict, repr=False)
    codes: Mapping[str, float] = field(default_factory=dict, repr=False)
    standing: int = 0
    later: float = 0.0

    @property
    def shared(self) -> float:
        """How much of their words both say, 0 to 1."""
        return self.features[1]

    @property
    def kin(self) -> float:
        """How near the two are, whatever the days that they tell of: who goes on from an event is near it."""
        return self.score + self.later

    @property
    def is_later(self) -> bool:
        """Whether the later of the two tells of a later day."""
        return self.later > 0

    @property
    def reason(self) -> str:
        """What speaks for it, in one line for people."""
        cosine, days = self.features[0], self.features[-1]
        shared, named = _most(self.words), _most(self.codes)
        numbers = [each[1:] for each in shared if each.startswith(NUMBER)]
        said = [each for each in shared if not each.startswith(NUMBER)]
        parts = [f"meaning {cosine:.2f}"] if cosine else []
        days_said = [label_of(each) for each in sorted(named) if each.startswith(DATED)]
        named = [label_of(each) for each in named if not each.startswith(DATED)]
        parts += [f"both name {', '.join(named[:SHOWN])}"] * bool(named)
        parts += [f"{SAY} {', '.join([*days_said, *said][:SHOWN])}"] * bool(days_said or said)
        parts += [f"numbers {', '.join(numbers[:SHOWN])}"] * bool(numbers)
        parts += [f"{self.standing} words of a text that stands under any title left out"] * bool(self.standing)
        parts += ["it tells of a later day"] * self.is_later
        hours = round(days * 24)
        when = f"{days:.0f} days apart" if days >= 1.5 else f"{hours} hour{'s' * (hours != 1)} apart"
        return "; ".join([*parts, when])


def _most(weights: Mapping[str, float]) -> list[str]:
    return sorted(weights, key=lambda each: (-weights[each], each))[: 2 * SHOWN]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What a story says by how rare it is in the window; `length`: of all its words, `lengths`: of each kind of code."""

    length: float
    codes: dict[str, float]
    lengths: dict[str, float]


class Window:
    """Stories near in time.  They come one by one, or as they are kept, many at once (`rows`).

    `before`: vectors and languages of stories before them (`Shelf`).
    """

    def __init__(self, model: Model, rows: Iterable[Row] = (), before: Sequence[tuple[bytes, str]] = ()) -> None:
        self._model = model
        self._rows: list[Row] = []
        self._read: dict[int, Evidence] = {}  # of those that were looked at
        self._place: dict[int, int] = {}
        self._codes: Counter[str] = Counter()
        self._postings, self._named = Postings(), Postings()  # who says a word, who names a code
        self._weighed: dict[int, _Weighed] = {}
        self._shelf = Shelf(before)
        self._begin(list(rows))

    def _begin(self, rows: list[Row]) -> None:
        # of every story of some days: what can wait until one is looked at is left for then
        self._place = {row[0]: place for place, row in enumerate(rows)}
        self._rows = rows
        self._codes.update(" ".join([row[5] for row in rows]).split())
        self._shelf.read([row[8] for row in rows], [row[2] for row in rows])
        packs = any(row[8] is not None for row in rows)  # who made vectors has what packs words
        self._postings.read([row[2] for row in rows], [row[4][row[4].index("|") + 1 :] for row in rows], packs=packs)
        self._named.read([""] * len(rows), [row[5] for row in rows], packs=packs)
        self._lengths = self._postings.lengths(_weights) or []

    def __len__(self) -> int:
        return len(self._place)

    def add(self, one: Evidence) -> None:
        """Let a story be found by those that come."""
        place = self._place[one.story] = len(self._rows)
        self._read[place] = one
        self._rows.append(as_row(one))
        self._codes.update(one.codes)
        self._postings.add(place, one.language, one.words)
        self._named.add(place, "", one.codes)
        self._shelf.add(one.vector, one.language)

    def _story(self, place: int) -> Evidence:
        found = self._read.get(place)
        if found is None:
            found = self._read[place] = of_row(self._rows[place])
        return found

    def forget(self, story: int) -> None:
        """Let a story be found no more."""
        self._place.pop(story, None)

    # --- pairs

    def _word_weights(self, languages: Sequence[str], words: Sequence[str]) -> list[dict[str, float]]:
        """What words say in each of some languages."""
        before = [IN_BEFORE[len(word)] if len(word) < SHORT else 1 for word in words]
        found = []
        for language, numbers in zip(languages, self._postings.numbers(languages, words), strict=True):
            total = _log(self._postings.sizes[language] + BEFORE)
            said = [max(LEAST, total - _log(number + more)) for number, more in zip(numbers, before, strict=True)]
            found.append(dict(zip(words, said, strict=True)))
        return found

    def _code_weights(self, one: Evidence) -> dict[str, float]:
        # countries are named often; what is not one is rare soon
        number = _log(len(self._rows) + BEFORE)
        return {code: max(LEAST, number - _log(self._codes[code] + _before(code))) for code in one.codes}

    def _weigh(self, one: Evidence, length: float | None = None) -> _Weighed:
        """What a story says, weighed; `length`: that of its words, where it is known."""
        codes = self._code_weights(one)
        if length is None:
            length = _length(self._word_weights([one.language], one.words)[0])
        squares: dict[str, float] = defaultdict(float)
        for code, weight in codes.items():
            squares[_kind(code)] += weight * weight
        return _Weighed(length, codes, {kind: math.sqrt(value) for kind, value in squares.items()})

    def _weigh_other(self, other: Evidence, place: int) -> _Weighed:
        """The same of one in the window, as when it was first compared, or as it was read with all others."""
        found = self._weighed.get(place)
        if found is None:
            length = self._lengths[place] if place < len(self._lengths) else None
            found = self._weighed[place] = self._weigh(other, length)
        return found

    def _lesser(self, one: Evidence, mine: Mapping[str, float], languages: Iterable[str]) -> dict[str, Mapping[str, float]]:
        """Language -> what a story's words say to one of it: the lesser of both.  `mine`: in its own."""
        others = sorted({*languages} - {one.language})
        weights = self._word_weights(others, one.words)
        theirs = {
            language: {word: min(mine[word], weight) for word, weight in each.items()}
            for language, each in zip(others, weights, strict=True)
        }
        return {one.language: mine, **theirs}

    def near(self, one: Evidence, days: float) -> list[Likeness]:
        """The stories at most so many days away that have something in common with one, the likest first."""
        (said,) = self._word_weights([one.language], one.words)
        mine = self._weigh(one, _length(said))
        places = self._by_words(said, mine.codes)
        places.update(self._shelf.nearest(one.vector, one.language, MOST_BY_VECTOR))
        places.update(self._by_codes(mine.codes, has_vector=one.vector is not None))
        ordered = [place for place in sorted(places) if self._may_be_near(one, place, days)]
        words = self._lesser(one, said, [self._rows[place][2] for place in ordered])
        found = []
        for place, cosine in zip(ordered, self._shelf.cosines(one.vector, one.language, ordered), strict=True):
            other = self._story(place)
            found.append(self._likeness(one, other, cosine, (words[other.language], mine, self._weigh_other(other, place))))
        return sorted(found, key=lambda each: (-each.score, -each.shared, each.other.story))

    def _may_be_near(self, one: Evidence, place: int, days: float) -> bool:
        story, at, _, source, *_ = self._rows[place]
        return (
            abs(at - one.at) <= days
            and story != one.story
            and self._place.get(story) == place
            and not (source == one.source and is_series(one, self._story(place)))
        )

    def compare(self, one: Evidence, other: Evidence) -> Likeness:
        """What two stories have in common, whether they are in the window or not."""
        cosine = self._shelf.cosine((one.vector, one.language), (other.vector, other.language))
        (said,) = self._word_weights([one.language], one.words)
        words = self._lesser(one, said, [other.language])[other.language]
        return self._likeness(one, other, cosine, (words, self._weigh(one, _length(said)), self._weigh(other)))

    def _by_words(self, words: Mapping[str, float], codes: Mapping[str, float]) -> set[int]:
        """Places of those that share what is rare, the rarest words first, until enough were looked at."""
        sums: defaultdict[int, float] = defaultdict(float)
        left = LOOKED_AT
        rare_words = [word for word, weight in words.items() if weight >= LEAST_RARE]
        rare_words.sort(key=words.__getitem__, reverse=True)
        for word, places in zip(rare_words, self._postings.places(rare_words, COMMON), strict=True):
            if left <= 0:
                break
            left -= len(places)
            weight = words[word]
            for place in places:
                sums[place] += weight
        likest = heapq.nlargest(2 * MOST_BY_WORDS, sums, key=sums.__getitem__)
        rare = {code: weight for code, weight in codes.items() if weight >= LEAST_RARE}
        if rare:
            for place in likest:
                sums[place] += sum([rare.get(code, 0.0) for code in self._rows[place][5].split()])
        return set(heapq.nlargest(MOST_BY_WORDS, likest, key=sums.__getitem__))

    def _by_codes(self, codes: Mapping[str, float], *, has_vector: bool) -> list[int]:
        """Places of those that name the same, where no words need be alike and no vectors are there to compare."""
        sums: defaultdict[int, float] = defaultdict(float)
        rare = [code for code, weight in codes.items() if weight >= LEAST_RARE]
        for code, places in zip(rare, self._named.places(rare, COMMON), strict=True):
            for place in places:
                sums[place] += codes[code]
        found = [place for place, weight in sums.items() if weight >= LEAST_NAMED]
        if has_vector:
            found = [place for place in found if self._rows[place][-1] is None]
        return heapq.nlargest(MOST_BY_CODES, found, key=sums.__getitem__)

    def _likeness(
        self, one: Evidence, other: Evidence, cosine: float, weighed: tuple[Mapping[str, float], _Weighed, _Weighed]
    ) -> Likeness:
        said, mine, theirs = weighed
        words = {word: said[word] for word in filter(said.__contains__, other.words)}
        standing = standing_words(words, one, other)
        length, length_too = mine.length, theirs.length
        if standing:
            left_out = _squares({word: words.pop(word) for word in standing})
            length, length_too = (_without(left_out, whole, words) for whole in (length, length_too))
        if one.language != other.language and not (one.vector and other.vector):
            words = {word: weight for word, weight in words.items() if word not in EVERYDAY}
        codes = {code: mine.codes[code] for code in one.codes if code in theirs.codes}
        features = (
            cosine,
            _squares(words) / (length * length_too) if words else 0.0,
            float(min(3, sum(word[0] == NUMBER for word in words))),
            *_named(codes, mine, theirs),
            *_said(PLACE, codes, mine, theirs),
            *_said(DAY, codes, mine, theirs),
            _said(WEEKDAY, codes, mine, theirs)[0],
            abs(one.at - other.at),
        )
        score, later = self._model.judge(one, other, features)
        return Likeness(other, score, features, words, codes, len(standing), later)


NAMED = "name"  # all that relevance finds, as one kind
DATED = (f"{DAY}:", f"{WEEKDAY}:")
_APART = frozenset({PLACE, DAY, WEEKDAY})


@lru_cache(50_000)
def _kind(code: str) -> str:
    kind = code.partition(":")[0]
    return kind if kind in _APART else NAMED


@lru_cache(50_000)
def _before(code: str) -> int:
    return PLACES_BEFORE if _kind(code) in (PLACE, DAY) else IN_BEFORE[3]


def _named(codes: Mapping[str, float], mine: _Weighed, theirs: _Weighed) -> tuple[float, float]:
    """(share of names that both have, 1 where both name somebody and nobody both)."""
    one, other = mine.lengths.get(NAMED), theirs.lengths.get(NAMED)
    if one is None or other is None:
        return 0.0, 0.0
    both = _squares({code: weight for code, weight in codes.items() if _kind(code) == NAMED})
    return both / (one * other), float(not both)


def _said(kind: str, codes: Mapping[str, float], mine: _Weighed, theirs: _Weighed) -> tuple[float, float]:
    """(how much it says that both have codes of a kind, 1 at most, 1 where both have some and none in common).

    Where one has none, nothing is said: it may have been read before such codes were.
    """
    if kind not in mine.lengths or kind not in theirs.lengths:
        return 0.0, 0.0
    both = sum([weight for code, weight in codes.items() if _kind(code) == kind])
    return min(1.0, both / ENOUGH_SAID), float(not both)


def _weights(sizes: Any, numbers: Any, letters: Any) -> Any:
    """What words say, all at once: as `Window._word_weights`."""
    np = numeric()
    before = np.array([*IN_BEFORE, 1])[letters]
    return np.maximum(LEAST, np.log(sizes + BEFORE + 0.5) - np.log(numbers + before + 0.5))


@lru_cache(100_000)
def _log(number: int) -> float:
    return math.log(number + 0.5)


def _squares(weights: Mapping[str, float]) -> float:
    return sum([each * each for each in weights.values()])


def _without(left_out: float, length: float, shared: Mapping[str, float]) -> float:
    # what a story says was weighed when it was first compared: less than what is shared by now it cannot be
    return math.sqrt(max(length * length - left_out, _squares(shared), LEAST))


def _length(weights: Mapping[str, float]) -> float:
    return math.sqrt(_squares(weights))
