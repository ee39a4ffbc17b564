"""Which stories of a window say a word, and how many of a language do.

Stories that come one by one are kept word by word.  Those that are read at once, tens of thousands of them, are packed where
numpy is at hand: a number for each word of each story, sorted, so that a word's stories stand in a row.

    37 bits   of the word (a hash)      3 bits    its letters, 6 at most
     7 bits   the language              17 bits   the story's place
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from newscrawler.meaning.vectors import numeric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

PLACE_BITS, LANGUAGE_BITS, LETTER_BITS = 17, 7, 3
MOST_PLACES, MOST_LANGUAGES, MOST_LETTERS = 1 << PLACE_BITS, 1 << LANGUAGE_BITS, 6
_BELOW = PLACE_BITS + LANGUAGE_BITS + LETTER_BITS  # bits under the word's
_AT_ONCE = 512  # stories: what is computed of them stays in the processor's cache
_MASK = (1 << 64) - 1
_BASE, _MIX, _FOLD = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 29  # any odd numbers, and bits
_SEPARATORS, _END = 0x20, 0x0A  # of words, and up to there; of stories
_CONTINUES = 0x8080808080808080  # the first bit of each of eight bytes


class Postings:
    """Places of stories by language and word, in order."""

    def __init__(self) -> None:
        self.sizes: Counter[str] = Counter()  # stories of a language
        self._late: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._packed: Packed | None = None

    def add(self, place: int, language: str, words: Iterable[str]) -> None:
        """One more story, at the end."""
        self.sizes[language] += 1
        postings = self._late[language]
        for word in words:
            postings[word].append(place)

    def read(self, languages: Sequence[str], said: Sequence[str], *, packs: bool) -> None:
        """The first stories, by the words of each with spaces between; `packs`: numpy is at hand."""
        if packs and len(said) <= MOST_PLACES and len(set(languages)) <= MOST_LANGUAGES:
            self.sizes.update(languages)
            self._packed = Packed(languages, said)
            return
        for place, (language, each) in enumerate(zip(languages, said, strict=True)):
            self.add(place, language, each.split())

    def numbers(self, languages: Sequence[str], words: Sequence[str]) -> list[list[int]]:
        """How many stories say each of some words, a row a language."""
        found = [[0] * len(words) for _ in languages] if self._packed is None else self._packed.numbers(languages, words)
        for language, numbers in zip(languages, found, strict=True):
            if late := self._late.get(language):
                for at, word in enumerate(words):
                    if word in late:
                        numbers[at] += len(late[word])
        return found

    def places(self, words: Sequence[str], most: int) -> Iterator[list[int]]:
        """The last so many stories of each language, of those read and those that came, that say each of some words."""
        packed = self._packed.places(words, most) if self._packed is not None else ([] for _ in words)
        for word, found in zip(words, packed, strict=True):
            for postings in self._late.values():
                if word in postings:
                    found.extend(postings[word][-most:])
            yield found

    def lengths(self, weight: Callable[[Any, Any, Any], Any]) -> list[float] | None:
        """How long each of the stories that were packed is, all weights of its words squared; None where none are.

        `weight`: (stories of the language, stories that say the word, letters of it) -> weights, all as arrays.
        """
        return None if self._packed is None else self._packed.lengths(self.sizes, weight)


class Packed:
    """Words of stories, packed once."""

    def __init__(self, languages: Sequence[str], said: Sequence[str]) -> None:
        np = numeric()
        self._languages = {language: number for number, language in enumerate(sorted(set(languages)))}
        numbers = np.array([self._languages[each] for each in languages], dtype=np.uint64)
        parts = [np.empty(0, dtype=np.uint64)]
        for start in range(0, len(said), _AT_ONCE):
            words, places = _hashed(said[start : start + _AT_ONCE])
            places += np.uint64(start)
            parts.append(words << np.uint64(PLACE_BITS + LANGUAGE_BITS) | numbers[places] << np.uint64(PLACE_BITS) | places)
        self._keys = np.concatenate(parts)
        self._keys.sort()
        self._stories = len(said)

    def _ranges(self, firsts: Any, bits: int) -> tuple[Any, Any]:
        """Where what begins with each of some numbers stands, and where it ends; `bits`: those below."""
        np = numeric()
        least = firsts << np.uint64(bits)
        begins = np.searchsorted(self._keys, least)
        return begins, np.searchsorted(self._keys, least | np.uint64((1 << bits) - 1), side="right")

    def numbers(self, languages: Sequence[str], words: Sequence[str]) -> list[list[int]]:
        """How many stories say each of some words, a row a language."""
        np = numeric()
        known = [self._languages[each] for each in languages if each in self._languages]
        keys = np.array(list(map(key_of, words)), dtype=np.uint64) << np.uint64(LANGUAGE_BITS)
        begins, ends = self._ranges(np.array(known, dtype=np.uint64)[:, None] | keys, PLACE_BITS)
        rows = iter((ends - begins).tolist())
        return [next(rows) if each in self._languages else [0] * len(words) for each in languages]

    def places(self, words: Sequence[str], most: int) -> Iterator[list[int]]:
        """The last so many stories of each language that say each of some words."""
        np = numeric()
        bounds = self._ranges(np.array(list(map(key_of, words)), dtype=np.uint64), PLACE_BITS + LANGUAGE_BITS)
        for begin, end in zip(*(each.tolist() for each in bounds), strict=True):
            keys = self._keys[begin:end]
            if end - begin > most:
                _, firsts = np.unique(keys >> np.uint64(PLACE_BITS), return_index=True)
                keys = np.concatenate([each[-most:] for each in np.split(keys, firsts[1:])])
            yield (keys & np.uint64(MOST_PLACES - 1)).tolist()

    def lengths(self, sizes: Counter[str], weight: Callable[[Any, Any, Any], Any]) -> list[float]:
        """See `Postings.lengths`."""
        np = numeric()
        said = self._keys >> np.uint64(PLACE_BITS)
        firsts = np.flatnonzero(np.concatenate([[True], said[1:] != said[:-1]])[: len(said)])
        number = np.diff(np.append(firsts, len(said)))
        languages = (said[firsts] & np.uint64(MOST_LANGUAGES - 1)).astype(np.intp)
        letters = (said[firsts] >> np.uint64(LANGUAGE_BITS) & np.uint64((1 << LETTER_BITS) - 1)).astype(np.intp)
        of = np.array([sizes[language] for language in self._languages] or [0], dtype=np.float64)
        weights = weight(of[languages], number, letters)
        places = (self._keys & np.uint64(MOST_PLACES - 1)).astype(np.intp)
        squares = np.bincount(places, weights=np.repeat(weights * weights, number), minlength=self._stories)
        found: list[float] = np.sqrt(squares).tolist()
        return found


@lru_cache(100_000)
def key_of(word: str) -> int:
    """The bits of a word: a hash of it, and its letters."""
    said, value = word.encode(), 0
    for start in range(0, len(said), 8):
        value = ((value ^ int.from_bytes(said[start : start + 8], "little")) * _BASE) & _MASK
        value ^= value >> _FOLD
    return (value * _MIX & _MASK) >> _BELOW << LETTER_BITS | min(MOST_LETTERS, len(word))


@cache
def _masks() -> Any:
    """What of eight bytes is of a word that has so many of them."""
    np = numeric()
    return np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)


def _hashed(said: Sequence[str]) -> tuple[Any, Any]:
    """(`key_of` each word of some texts, the text that it is in): all at once, eight bytes of each word at a time."""
    np = numeric()
    text = np.frombuffer(("\n" + "\n".join(said) + "\n").encode() + bytes(8), dtype=np.uint8)
    between = text[:-8] <= _SEPARATORS
    bounds = np.flatnonzero(between[1:] != between[:-1]) + 1
    firsts, sizes = bounds[::2], bounds[1::2] - bounds[::2]
    eight = np.ndarray(len(text) - 7, dtype="<u8", buffer=text, strides=(1,))  # from each byte on
    part = eight[firsts] & _masks()[np.minimum(sizes, 8)]
    values, within = _stirred(part), _within(part)
    longer, start = np.flatnonzero(sizes > 8), 8
    while len(longer):
        part = eight[firsts[longer] + start] & _masks()[np.minimum(sizes[longer] - start, 8)]
        values[longer] = _stirred(values[longer] ^ part)
        within[longer] += _within(part)
        start += 8
        longer = longer[sizes[longer] > start]
    letters = np.minimum(sizes - within, MOST_LETTERS).astype(np.uint64)
    words = np.diff(np.searchsorted(firsts, np.flatnonzero(text[:-8] == _END)))
    places = np.repeat(np.arange(len(said), dtype=np.uint64), words)
    return values * np.uint64(_MIX) >> np.uint64(_BELOW) << np.uint64(LETTER_BITS) | letters, places


def _stirred(values: Any) -> Any:
    np = numeric()
    found = values * np.uint64(_BASE)
    found ^= found >> np.uint64(_FOLD)
    return found


def _within(eight: Any) -> Any:
    """How many of eight bytes go on with a letter, as those of UTF-8 do that begin with the bits 10."""
    np = numeric()
    return np.bitwise_count(eight & ~(eight << np.uint64(1)) & np.uint64(_CONTINUES)).astype(np.intp)
