"""A text's words, and the patterns that stand among them.  Strings in, hits out.

text --split--> Words (as written, and folded) --Index.hits--> [(word number, entry)], the longest at each place

A pattern is one or more words.  Written in small letters a word matches whatever its case; a capital wants a
capital ("Turkey" is no turkey, "US" is not "us").  `word*` takes any ending, `word~` one of three letters at
most, `*word` and `*word*` match within a word (German writes wars in one).  Scripts without spaces and Hangul
are matched within a run of characters, the longest pattern first.  Arabic words match with their article and
the particles that are written onto them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newscrawler.text import UNSPACED

if TYPE_CHECKING:
    from collections.abc import Iterable

EXACT, PREFIX, NEAR, SUFFIX, INFIX, GLYPH = range(6)
ENDING = 3  # letters that a ~ stands for, at most
REMEMBERED = 100_000  # different words whose candidates are kept

_RUN = re.compile(rf"[{UNSPACED}]+|[^\W_{UNSPACED}]+")
_PLAIN_RUN = re.compile(r"[^\W_]+")  # the same where no character of an unspaced script stands, in half the time
_UNSPACED = re.compile(f"[{UNSPACED}]")
_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}
_GLYPHS = re.compile(rf"[{UNSPACED}\uac00-\ud7a3]")
_ARABIC = re.compile("[\u0600-\u06ff]")
# vowel marks and the stretching stroke are ornament; letters that writers use for each other become one
_FOLD_ARABIC = dict.fromkeys([*range(0x064B, 0x0660), 0x0640, 0x0670]) | {
    ord(letter): plain for letter, plain in zip("أإآىةیک", "ااايهيك", strict=True)
}
_PARTICLES = ("وبال", "وال", "بال", "فال", "كال", "ولل", "وب", "ول", "ال", "لل", "و", "ب", "ل", "ف", "ك")


_HEBREW = frozenset("ובלמהשכ")
_PREFIXED = re.compile("[\u05d0-\u05ea\u0600-\u06ff]")  # scripts whose words carry particles in front


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one part of an article; a run of characters without spaces is one."""

    raw: list[str]
    low: list[str]
    shouted: bool = False  # all capitals: they tell nothing then


def fold(text: str) -> str:
    """Text with one way of writing for each letter; letter case stays."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text).replace("İ", "I").replace("\u200c", " ").replace("\u00ad", "")
    return text.translate(_FOLD_ARABIC) if _ARABIC.search(text) else text


def split(text: str) -> Words:
    """The words of a text.

    >>> split("L'Iran: NATO事務総長").low
    ['l', 'iran', 'nato', '事務総長']
    """
    if text.isascii():
        return Words(text.translate(_ASCII).split(), text.lower().translate(_ASCII).split(), text.isupper())
    folded = fold(text)
    raw = (_RUN if _UNSPACED.search(folded) else _PLAIN_RUN).findall(folded)
    return Words(raw, [word.lower() for word in raw], folded.isupper())


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a pattern."""

    kind: int
    text: str  # folded, in small letters
    capital: str = ""  # as written, where it wants capitals

    def fits(self, raw: str, low: str, *, shouted: bool) -> bool:
        return self.fits_case(raw, shouted=shouted) and any(self._fits(each) for each in variants(low))

    def fits_case(self, raw: str, *, shouted: bool) -> bool:
        if not self.capital:
            return True
        if self.capital.isupper() and self.kind == EXACT:
            # "US" in a headline of capitals may be "us"; longer acronyms are told by their letters
            return raw == self.capital and not (shouted and len(raw) == 2)
        return raw[:1].isupper()

    def _fits(self, low: str) -> bool:
        match self.kind:
            case 0:
                return low == self.text
            case 2:
                return low.startswith(self.text) and len(low) <= len(self.text) + ENDING
            case 3:
                return low.endswith(self.text)
            case 4:
                return self.text in low
            case _:
                return low.startswith(self.text)


@lru_cache(maxsize=50_000)
def variants(low: str) -> tuple[str, ...]:
    """A word as it may stand in the lexicon: Arabic also without article and particles."""
    if "\u05d0" <= low[:1] <= "\u05ea":
        return (low, *(low[size:] for size in (1, 2) if len(low) > size + 2 and all(each in _HEBREW for each in low[:size])))
    if not "\u0600" <= low[:1] <= "\u06ff":
        return (low,)
    return (
        low,
        *dict.fromkeys(low[len(each) :] for each in _PARTICLES if low.startswith(each) and len(low) > len(each) + 2),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A pattern with what it stands for."""

    text: str
    pieces: tuple[Piece, ...]
    value: Any = None
    size: tuple[int, int] = field(default=(0, 0))
    easy: bool = False  # one word, any case: looked up is found
    second: str = ""  # what the next word must be, where nothing else will do: the quick way to no


def _piece(word: str, before: bool, after: str) -> Piece:
    low = word.lower()
    if _GLYPHS.match(word):
        return Piece(GLYPH, low)
    if _ARABIC.match(word) and low.startswith("ال") and len(low) > 4:
        low = low[2:]
    kinds = {(False, ""): EXACT, (False, "*"): PREFIX, (False, "~"): NEAR, (True, ""): SUFFIX, (True, "*"): INFIX}
    return Piece(kinds.get((before, after), PREFIX), low, word if word != word.lower() else "")


def parse_pattern(text: str, value: Any = None) -> Entry | None:
    """A pattern as the lexicon writes it; None where it holds no word.

    >>> [piece.text for piece in parse_pattern("Air Force*").pieces]
    ['air', 'force']
    """
    pieces: list[Piece] = []
    for part in fold(text).split():
        words = _RUN.findall(part)
        for index, word in enumerate(words):
            before = index == 0 and part.startswith("*")
            after = part[-1] if index == len(words) - 1 and part[-1] in "*~" else ""
            pieces.append(_piece(word, before, after))
    if not pieces:
        return None
    # of two that stand at one place the one with more words wins, then the more exact, then the longer
    exact = all(piece.kind in (EXACT, GLYPH) for piece in pieces)
    letters = sum(len(piece.text) for piece in pieces)
    easy = len(pieces) == 1 and not pieces[0].capital
    plain = len(pieces) > 1 and pieces[1].kind == EXACT and not _PREFIXED.match(pieces[1].text)
    return Entry(text, tuple(pieces), value, (len(pieces), 1000 * exact + letters), easy, pieces[1].text if plain else "")


# (offset in the word, entry): those that need no certain next word; the others by that word
Candidates = tuple[tuple[tuple[int, Entry], ...], dict[str, tuple[tuple[int, Entry], ...]]]


class Index:
    """Patterns, found by their first word.  Remembers the words that it has seen: most words of a text are old."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._exact: defaultdict[str, list[Entry]] = defaultdict(list)
        self._stems: defaultdict[str, list[Entry]] = defaultdict(list)
        self._within: list[Entry] = []
        self._glyphs: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._add(entry)
        self._lengths = sorted({len(stem) for stem in self._stems})
        self._seen: dict[str, Candidates | None] = {}

    def _add(self, entry: Entry) -> None:
        first = entry.pieces[0]
        if first.kind == GLYPH:
            self._glyphs[first.text[:2]].append(entry)
        elif first.kind == EXACT:
            self._exact[first.text].append(entry)
        elif first.kind in (SUFFIX, INFIX):
            self._within.append(entry)
        else:
            self._stems[first.text].append(entry)

    def hits(self, words: Words) -> list[tuple[int, int, Entry]]:
        """(word, offset within a run of characters, entry) of every pattern, none overlapping another."""
        seen, low = self._seen, words.low
        if len(seen) > REMEMBERED:
            seen.clear()
        for word in set(low):
            if word not in seen:
                seen[word] = self._look_up(word)
        found: list[tuple[int, int, Entry]] = []
        free = 0
        after = iter((*low[1:], ""))
        # most words are common ones that only some next word would make a term: they must cost next to nothing
        places = [
            (at, (*pairs.get(following, ()), *alone))
            for at, (candidates, following) in enumerate(zip(map(seen.__getitem__, low), after, strict=False))
            if candidates
            for alone, pairs in [candidates]
            if alone or following in pairs
        ]
        for at, candidates in places:
            if at < free:
                continue
            for offset, entry in candidates:
                if entry.easy or self._stands(entry, words, at):
                    found.append((at, offset, entry))
                    if entry.pieces[0].kind != GLYPH:
                        free = at + len(entry.pieces)
                        break
        return found

    @staticmethod
    def _stands(entry: Entry, words: Words, at: int) -> bool:
        """Whether a pattern whose first word was looked up stands here: its capitals, its further words."""
        pieces, shouted = entry.pieces, words.shouted
        if pieces[0].capital and not pieces[0].fits_case(words.raw[at], shouted=shouted):
            return False
        if len(pieces) == 1:
            return True
        return at + len(pieces) <= len(words.low) and all(
            piece.fits(words.raw[at + step], words.low[at + step], shouted=shouted)
            for step, piece in enumerate(pieces)
            if step
        )

    def _look_up(self, word: str) -> Candidates | None:
        """What may stand at a word, the preferred patterns first; None where nothing does, as mostly."""
        if _GLYPHS.match(word):
            inside = tuple(self._inside(word))
            return (inside, {}) if inside else None
        found = [entry for each in variants(word) for entry in self._beginning(each)]
        found += [entry for entry in self._within if entry.pieces[0]._fits(word)]
        if not found:
            return None
        found.sort(key=lambda entry: entry.size, reverse=True)
        pairs: dict[str, tuple[tuple[int, Entry], ...]] = {}
        for entry in found:
            if entry.second:
                pairs[entry.second] = (*pairs.get(entry.second, ()), (0, entry))
        return tuple((0, entry) for entry in found if not entry.second), pairs

    def _beginning(self, word: str) -> list[Entry]:
        found = list(self._exact.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            found += [entry for entry in self._stems.get(word[:length], ()) if entry.pieces[0]._fits(word)]
        return found

    def _inside(self, run: str) -> list[tuple[int, Entry]]:
        """The patterns within a run of characters, the longest at each place."""
        found: list[tuple[int, Entry]] = []
        at = 0
        while at < len(run):
            candidates = [
                entry
                for entry in (*self._glyphs.get(run[at : at + 2], ()), *self._glyphs.get(run[at], ()))
                if run.startswith(entry.pieces[0].text, at)
                # one that goes on in the next word must end this one
                and (len(entry.pieces) == 1 or at + len(entry.pieces[0].text) == len(run))
            ]
            best = max(candidates, key=lambda entry: len(entry.pieces[0].text), default=None)
            if best is None:
                at += 1
                continue
            found.append((at, best))
            at += len(best.pieces[0].text)
        return found
