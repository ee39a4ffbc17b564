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

from newscrawler.text import MARKS, UNSPACED, is_marked, respelt, without_joiners

if TYPE_CHECKING:
    from collections.abc import Iterable

EXACT, PREFIX, NEAR, SUFFIX, INFIX, GLYPH = range(6)
MAX_ENDING = 3  # letters that a ~ stands for, at most
CACHE_SIZE = 40_000  # different words whose candidates are kept
PROBE_LETTERS = 3  # letters of a next word that are looked at first

_RUN = re.compile(rf"[{UNSPACED}]+|[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|[{MARKS}])*")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_FAR = re.compile("[\u0600-\u0fff\u1000-\u1cff\u2c00-\U0010ffff]")  # may be Arabic, Indic, or of an unspaced script
_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}
# what stands between words in texts that are else plain; NFKC makes nothing else of it
_MARKS = "\u2019\u2018\u201c\u201d\u201e\u2013\u2014\u2026\xab\xbb\xa0\u2022"
_GLYPHS = re.compile(rf"[{UNSPACED}\uac00-\ud7a3]")
_ARABIC = re.compile("[\u0600-\u06ff]")
# letters that writers use for each other become one
_FOLD_INDIC = {0x93C: "", 0x901: "\u0902"}  # Hindi's nukta, and chandrabindu for anusvara: writers leave them out
_FOLD_ARABIC = {ord(letter): plain for letter, plain in zip("أإآىةیک", "ااايهيك", strict=True)}
_PARTICLES = ("وبال", "وال", "بال", "فال", "كال", "ولل", "وب", "ول", "ال", "لل", "و", "ب", "ل", "ف", "ك")


_HEBREW = frozenset("ובלמהשכ")
_PREFIXED = re.compile("[\u05d0-\u05ea\u0600-\u06ff]")  # scripts whose words carry particles in front


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one part of an article, as written; a run of characters without spaces is one."""

    raw: list[str]
    shouted: bool = False  # all capitals: they tell nothing then


def fold(text: str) -> str:
    """Text with one way of writing for each letter; letter case stays."""
    if text.isascii():
        return text
    text = respelt(unicodedata.normalize("NFKC", text)).replace("İ", "I")
    if _FAR.search(text) and is_marked(text):
        text = without_joiners(text).translate(_FOLD_INDIC)
    text = text.replace("\u200c", " ")
    return text.translate(_FOLD_ARABIC) if _FAR.search(text) and _ARABIC.search(text) else text


def split(text: str) -> Words:
    """The words of a text.

    >>> split("L'Iran: NATO事務総長").raw
    ['L', 'Iran', 'NATO', '事務総長']
    >>> split("भारतीय सेना।").raw
    ['भारतीय', 'सेना']
    """
    if not text.isascii():
        for mark in _MARKS:
            text = text.replace(mark, " ")
    if text.isascii():
        return Words(text.translate(_ASCII).split(), text.isupper())
    folded = fold(text)
    if _FAR.search(folded) and (_UNSPACED.search(folded) or is_marked(folded)):
        return Words(_RUN.findall(folded), folded.isupper())
    return Words(_spaced(folded), folded.isupper())


def _spaced(text: str) -> list[str]:
    """The runs of letters and digits; half the time of a regular expression, as most texts hold few kinds of marks."""
    for mark in {each for each in set(text) if not each.isalnum()}:
        text = text.replace(mark, " ")
    return text.split()


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a pattern."""

    kind: int
    text: str  # folded, in small letters
    capital: str = ""  # as written, where it wants capitals

    def fits(self, raw: str, *, shouted: bool) -> bool:
        """Whether a word as written is one that this stands for."""
        if self.capital and not self.fits_case(raw, shouted=shouted):
            return False
        low = raw.lower()
        return self._fits(low) or (low >= "\u05d0" and any(map(self._fits, variants(low))))

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
                return low.startswith(self.text) and len(low) <= len(self.text) + MAX_ENDING
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
    size: tuple[int, int] = (0, 0)


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
    return Entry(text, tuple(pieces), value, (len(pieces), 1000 * exact + letters))


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may stand where a word stands, told by the next word: most that might be is dismissed by one look-up."""

    alone: tuple[Entry, ...] = ()  # of this word only, the preferred first
    inside: tuple[tuple[int, Entry], ...] = ()  # in a run of characters: where in it, which
    exact: dict[str, list[Entry]] = field(default_factory=dict)  # next word -> patterns
    stems: dict[str, list[Entry]] = field(default_factory=dict)  # beginning of the next word -> patterns
    lengths: tuple[int, ...] = ()  # of the stems
    other: tuple[Entry, ...] = ()  # whose next word no look-up tells
    starts: frozenset[str] = frozenset()  # the first letters of the next words that can be
    always: bool = True  # or anything may come next

    def following(self, low: str) -> list[Entry] | tuple[Entry, ...]:
        """The patterns of several words that may go on with a word."""
        found = self.exact.get(low, self.other)
        if found is not self.other and self.other:
            found = (*found, *self.other)
        for length in self.lengths:
            more = self.stems.get(low[:length])
            if more:
                found = (*found, *more)
        return found


def _candidates(entries: list[Entry]) -> Candidates:
    exact: defaultdict[str, list[Entry]] = defaultdict(list)
    stems: defaultdict[str, list[Entry]] = defaultdict(list)
    other = []
    for entry in entries:
        if len(entry.pieces) == 1:
            continue
        second = entry.pieces[1]
        short = second.kind != EXACT and len(second.text) < PROBE_LETTERS
        if short or _PREFIXED.match(second.text) or second.kind in (SUFFIX, INFIX, GLYPH):
            other.append(entry)
        else:
            (exact if second.kind == EXACT else stems)[second.text].append(entry)
    alone = sorted((each for each in entries if len(each.pieces) == 1), key=lambda each: each.size, reverse=True)
    lengths = tuple(sorted({len(stem) for stem in stems}))
    starts = frozenset(each[:PROBE_LETTERS] for each in (*exact, *stems))
    return Candidates(tuple(alone), (), dict(exact), dict(stems), lengths, tuple(other), starts, bool(alone or other))


Hit = tuple[int, int, Entry]  # word, offset within a run of characters, pattern


class Index:
    """Patterns, found by their first word."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._exact: defaultdict[str, list[Entry]] = defaultdict(list)
        self._stems: defaultdict[str, list[Entry]] = defaultdict(list)
        self._within: list[Entry] = []
        self._glyphs: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._add(entry)
        self._lengths = sorted({len(stem) for stem in self._stems})

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

    def hits(self, words: Words) -> list[Hit]:
        """Every pattern that stands in a text, none overlapping another."""
        return Walk((self,)).hits(words)[0]

    def look_up(self, word: str) -> Candidates | None:
        """What may stand at a word; None where nothing does, as mostly."""
        low = word.lower()
        if _GLYPHS.match(word):
            inside = tuple(self._inside(low))
            return Candidates(inside=inside) if inside else None
        found = [entry for each in variants(low) for entry in self._beginning(each)]
        found += [entry for entry in self._within if entry.pieces[0]._fits(low)]
        found = [entry for entry in found if entry.pieces[0].fits_case(word, shouted=False)]
        return _candidates(found) if found else None

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


def _goes_on(entry: Entry, words: Words, at: int) -> bool:
    """Whether a pattern that begins at a word has its further words there."""
    raw, pieces = words.raw, entry.pieces
    return at + len(pieces) <= len(raw) and all(
        piece.fits(raw[at + step], shouted=words.shouted) for step, piece in enumerate(pieces) if step
    )


def _longest(candidates: Candidates, following: str, words: Words, at: int) -> Entry | None:
    """The preferred pattern that stands at a word: of more words, more exact, longer."""
    best = None
    for entry in candidates.following(following.lower()):
        if (best is None or entry.size > best.size) and _goes_on(entry, words, at):
            best = entry
    if not words.shouted:
        return best or (candidates.alone[0] if candidates.alone else None)
    first = words.raw[at]
    return next((each for each in (best, *candidates.alone) if each and each.pieces[0].fits_case(first, shouted=True)), None)


class Walk(dict[str, "tuple[Candidates | None, ...] | None"]):
    """Several indexes walked at once.  Remembers what it found at a word: most words of a text are old."""

    def __init__(self, indexes: tuple[Index, ...]) -> None:
        self._indexes = indexes

    def __missing__(self, word: str) -> tuple[Candidates | None, ...] | None:
        if len(self) >= CACHE_SIZE:
            self.clear()
        found = tuple(index.look_up(word) for index in self._indexes)
        kept = self[word] = found if any(found) else None
        return kept

    def hits(self, words: Words) -> list[list[Hit]]:
        """The hits of each index, none of them overlapping another of its own."""
        after = [*words.raw[1:], ""]
        # most words are none that a pattern begins with: they must cost next to nothing
        spots = [(at, each) for at, each in enumerate(map(self.__getitem__, words.raw)) if each]
        return [
            _walk([(at, candidates, after[at]) for at, each in spots if (candidates := each[index])], words)
            for index in range(len(self._indexes))
        ]


def _walk(spots: Iterable[tuple[int, Candidates, str]], words: Words) -> list[Hit]:
    found: list[Hit] = []
    free = 0
    for at, candidates, following in spots:
        if at < free or not (candidates.always or following[:PROBE_LETTERS].lower() in candidates.starts):
            continue  # mostly: the first letters of the next word leave nothing to look for
        if candidates.inside:
            found += [(at, offset, entry) for offset, entry in candidates.inside if _goes_on(entry, words, at)]
        elif entry := _longest(candidates, following, words, at):
            found.append((at, 0, entry))
            free = at + len(entry.pieces)
    return found
