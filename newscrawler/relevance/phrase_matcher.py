"""The patterns that stand among a text's words.  Words in, hits out.

text --splitting.split--> Words --Index.hits--> [(word number, entry)], the longest at each place

`patterns` says what one matches.  In a run of characters without spaces the longest pattern counts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawler.relevance.patterns import (
    EXACT,
    GLYPH,
    GLYPHS,
    INFIX,
    NEAR,
    PREFIX,
    PREFIXED,
    PREFIXING,
    SUFFIX,
    Entry,
    variants,
)
from newscrawler.text.any_of import any_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Set

    from newscrawler.relevance.splitting import Words

CACHE_SIZE = 40_000  # different words whose candidates are kept
# The words that stand on every line: a pattern that begins with one is found by its next word
_COMMON = """
a aan alla am and as at att au auf aus aux av avec bei bij by com con contre d dal dans das de del della dem den der
det di die dos du e een ein eine el em en et for from gli het i il im in into l la las le les lo los met mit na nach
nel o och of og on op or os par para pas por pour på s się som son su sur the til to um uma una und une van vom von
voor vor w with y z zu zum zur в до з за и из к на о от по с у і
"""
COMMON = frozenset(_COMMON.split())
PROBE_LETTERS = 3  # letters that a stem has at least to be looked up
HEAD = 4  # letters by which most words are told to begin with no stem
COUNTED = "日月年"  # behind a number: days, months, years


def _anchored(entry: Entry, common: Collection[str]) -> Entry:
    """An entry with its anchor."""
    for number, piece in enumerate(entry.pieces):
        if piece.kind != EXACT or piece.text not in common:
            return entry._replace(anchor=number) if number and piece.kind in (EXACT, PREFIX, NEAR) else entry
    return entry


def _common(entries: Iterable[Entry]) -> set[str]:
    """The words of COMMON that are no pattern by themselves: such a one would take the place of what begins with it."""
    alone = [entry.pieces[0] for entry in entries if len(entry.pieces) == 1]
    exact = {piece.text for piece in alone if piece.kind == EXACT}
    stems = {piece.text for piece in alone if piece.kind in (PREFIX, NEAR)}
    others = [piece for piece in alone if piece.kind in (SUFFIX, INFIX)]
    return {
        word
        for word in COMMON - exact
        if not any(word[:size] in stems for size in range(1, len(word) + 1))
        and not any(each.fits_low(word) for each in others)
    }


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may stand where a word stands, told by the next word: most that might be is dismissed by one look-up."""

    alone: tuple[Entry, ...] = ()  # of this word only, the preferred first
    inside: tuple[tuple[int, Entry], ...] = ()  # in a run of characters: where in it, which; none overlapping another
    exact: dict[str, list[Entry]] = field(default_factory=dict)  # next word -> patterns
    stems: dict[str, list[Entry]] = field(default_factory=dict)  # beginning of the next word -> patterns
    lengths: tuple[int, ...] = ()  # of the stems
    other: tuple[Entry, ...] = ()  # whose next word no look-up tells
    behind: tuple[Entry, ...] = ()  # that begin before this word, with words of COMMON; the preferred first
    known: dict[str, tuple[Entry, ...]] = field(default_factory=dict)  # next word as written -> `following`
    tails: tuple[tuple[int, Entry], ...] = ()  # at the end of a run: those that go on in the next word, the preferred first
    every: tuple[tuple[int, Entry], ...] = ()  # the longest at each place of a run, before those that overlap are taken out

    def following(self, word: str) -> tuple[Entry, ...]:
        """The patterns of several words whose second one this is, the preferred first, and the preferred one of one word."""
        if len(self.known) >= CACHE_SIZE:
            self.known.clear()
        low = word.lower()
        found = [*self.exact.get(low, ()), *self.other]
        for length in self.lengths:
            found += self.stems.get(low[:length], ())
        found = [entry for entry in found if entry.pieces[1].fits(word, shouted=False)]
        found.sort(key=lambda entry: entry.size, reverse=True)
        kept = self.known[word] = (*found, *self.alone[:1])
        return kept


def _candidates(entries: list[Entry]) -> Candidates:
    exact: defaultdict[str, list[Entry]] = defaultdict(list)
    stems: defaultdict[str, list[Entry]] = defaultdict(list)
    other = []
    for entry in entries:
        if len(entry.pieces) == 1 or entry.anchor:
            continue
        second = entry.pieces[1]
        short = second.kind != EXACT and len(second.text) < PROBE_LETTERS
        if short or PREFIXED.match(second.text) or second.kind in (SUFFIX, INFIX, GLYPH):
            other.append(entry)
        else:
            (exact if second.kind == EXACT else stems)[second.text].append(entry)
    alone = sorted((each for each in entries if len(each.pieces) == 1), key=lambda each: each.size, reverse=True)
    behind = sorted((each for each in entries if each.anchor), key=lambda each: (each.anchor, each.size), reverse=True)
    lengths = tuple(sorted({len(stem) for stem in stems}))
    return Candidates(tuple(alone), (), dict(exact), dict(stems), lengths, tuple(other), tuple(behind))


Hit = tuple[int, int, Entry]  # word, offset within a run of characters, pattern
_Spot = tuple[int, Candidates, tuple[Entry, ...]]  # word, what may stand there, that of it which goes on with the next word
_UNKNOWN = (Entry("", ()),)  # of a next word that was not yet looked at


class Index:
    """Patterns, found by their first word that is not among the most common."""

    def __init__(self, entries: Iterable[Entry], base: Index | None = None) -> None:
        """An index of its own entries, and of those of another one, which stand behind its own."""
        self.entries = list(entries)
        # what holds of each entry holds of all
        self.common: Set[str] = _common(self.entries) & (COMMON if base is None else base.common)
        if base is not None and base.common != self.common:  # some of its patterns are found by another word
            self.entries, base = [*self.entries, *base.entries], None
        self._exact: defaultdict[str, list[Entry]] = defaultdict(list)
        self._stems: defaultdict[str, list[Entry]] = defaultdict(list)
        self._within: list[Entry] = []
        self._glyphs: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            self._add(_anchored(entry, self.common))
        if base is not None:
            self._join(base)
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for stem in self._stems:
            lengths[stem[:HEAD]].add(len(stem))
        self.short = tuple(stem for stem in self._stems if len(stem) < HEAD)
        self._shortest = sorted(set(map(len, self.short)))
        self._lengths = {head: sorted({*each, *self._shortest}) for head, each in lengths.items() if len(head) == HEAD}
        self.starts = self._exact.keys() | self._lengths.keys()  # whole words, and what longer ones may begin with
        self.is_within = any_of(entry.pieces[0].text for entry in self._within) if self._within else None

    def _join(self, base: Index) -> None:
        self.entries += base.entries
        self._exact, self._stems, self._glyphs = (
            defaultdict(list, {**theirs, **{key: [*found, *theirs.get(key, ())] for key, found in own.items()}})
            for own, theirs in ((self._exact, base._exact), (self._stems, base._stems), (self._glyphs, base._glyphs))
        )
        self._within += base._within

    def _add(self, entry: Entry) -> None:
        first = entry.pieces[entry.anchor]
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
        if low >= PREFIXING and GLYPHS.match(word):
            return self._in_run(low)
        found = [entry for each in variants(low) for entry in self._beginning(each)]
        if self.is_within is not None and self.is_within(low):
            found += [entry for entry in self._within if entry.pieces[0].fits_low(low)]
        found = [entry for entry in found if entry.pieces[entry.anchor].fits_case(word, shouted=False)]
        return _candidates(found) if found else None

    def _beginning(self, word: str) -> list[Entry]:
        found = list(self._exact.get(word, ()))
        for length in self._lengths.get(word[:HEAD], self._shortest):
            if length > len(word):
                break
            found += [entry for entry in self._stems.get(word[:length], ()) if entry.pieces[entry.anchor].fits_low(word)]
        return found

    def _in_run(self, run: str) -> Candidates | None:
        """What stands in a run of characters: the longest at each place, and what its end may begin."""
        every: list[tuple[int, Entry]] = []
        tails: list[tuple[int, Entry]] = []
        for at in range(len(run)):
            here = self._at(run, at)
            if not here:
                continue
            tails += [(at, entry) for entry in here if len(entry.pieces) > 1 and at + len(entry.pieces[0].text) == len(run)]
            if alone := [entry for entry in here if len(entry.pieces) == 1]:
                every.append((at, max(alone, key=lambda entry: len(entry.pieces[0].text))))
        if not every and not tails:
            return None
        tails.sort(key=lambda each: each[1].size, reverse=True)
        return Candidates(inside=tuple(_apart(every, 0, len(run))), every=tuple(every), tails=tuple(tails))

    def _at(self, run: str, at: int) -> list[Entry]:
        """The patterns of which a word stands at a place in a run of characters."""
        found = [*self._glyphs.get(run[at : at + 2], ()), *(self._glyphs.get(run[at], ()) if at + 1 < len(run) else ())]
        return [entry for entry in found if run.startswith(entry.pieces[0].text, at)] if found else found


def _apart(every: Iterable[tuple[int, Entry]], start: int, end: int) -> list[tuple[int, Entry]]:
    """Those of a run's patterns that stand between two of its characters, none overlapping the one before."""
    kept = []
    for offset, entry in every:
        after = offset + len(entry.pieces[0].text)
        if offset >= start and after <= end:
            kept.append((offset, entry))
            start = after
    return kept


def _goes_on(entry: Entry, words: Words, at: int) -> bool:
    """Whether a pattern that begins at a word has its further words there."""
    raw, pieces = words.raw, entry.pieces
    if at + len(pieces) > len(raw):
        return False
    for piece in pieces[1:]:
        at += 1
        if not piece.fits(raw[at], shouted=words.shouted):
            return False
    return True


def _when_shouted(candidates: Candidates, entries: Iterable[Entry], words: Words, at: int) -> list[Entry]:
    """Those of a word's patterns that stand there in a text of capitals alone."""
    every = (*entries, *candidates.alone[1:])
    return [each for each in every if each.pieces[0].fits_case(words.raw[at], shouted=True) and _goes_on(each, words, at)]


class Walk:
    """Several indexes walked at once.  Remembers what it found at a word: most words of a text are old."""

    def __init__(self, indexes: tuple[Index, ...]) -> None:
        self._indexes = indexes
        self._silent: set[str] = set()  # words by which no pattern is found
        self._found: dict[str, tuple[Candidates | None, ...]] = {}
        self._starts = set[str]().union(*(index.starts for index in indexes))
        self._short = tuple(stem for index in indexes for stem in index.short)
        self._within = [index.is_within for index in indexes if index.is_within is not None]

    def likely(self, words: Iterable[str]) -> list[str]:
        """Those of some words at which something may stand: most are dismissed by their first letters."""
        starts, short, within = self._starts, self._short, self._within
        return [
            word
            for word in words
            if (low := word.lower()) in starts
            or low[:HEAD] in starts
            or low >= PREFIXING
            or low.startswith(short)
            or (within and any(is_within(low) for is_within in within))
        ]

    def _learn(self, words: set[str]) -> None:
        """Find out what stands at words; where there is no more room, all that was known before is forgotten."""
        if len(self._silent) + len(self._found) >= CACHE_SIZE:
            self._silent.clear()
            self._found.clear()
        new = words - self._found.keys()
        for word in self.likely(new):
            found = tuple(index.look_up(word) for index in self._indexes)
            if any(found):
                self._found[word] = found
        self._silent |= new - self._found.keys()

    def hits(self, words: Words) -> list[list[Hit]]:
        """The hits of each index, none of them overlapping another of its own."""
        raw = words.raw
        # most words are none by which a pattern is found: they must cost next to nothing
        speaking = set(raw) - self._silent
        if not speaking <= self._found.keys():
            self._learn(speaking)
            speaking -= self._silent
        known = self._found
        spots = [(at, known[word]) for at, word in enumerate(raw) if word in speaking] if speaking else []
        after = [*raw[1:], ""]
        return [_walk(_alive(spots, index, after), words) for index in range(len(self._indexes))]


def _alive(spots: list[tuple[int, tuple[Candidates | None, ...]]], index: int, after: list[str]) -> list[_Spot]:
    """The words at which something may stand: mostly the next word leaves nothing to look for."""
    return [
        (at, candidates, entries)
        for at, each in spots
        if (candidates := each[index]) and ((entries := candidates.known.get(after[at], _UNKNOWN)) or candidates.behind)
    ]


def _walk(spots: Iterable[_Spot], words: Words) -> list[Hit]:
    found: list[Hit] = []
    free, used = 0, 0  # the first word of which something is free, and how many of its characters are not
    for at, candidates, entries in spots:
        if at < free:
            continue
        if candidates.every or candidates.tails:
            taken = used if at == free else 0
            hits = _within(candidates, words, at, taken or _counting(words, at))
            found += hits
            if hits and len(hits[-1][2].pieces) > 1:
                free, used = _after(at, hits[-1][2])
            continue
        if candidates.behind and (hit := _behind(candidates, words, at, free)):
            found.append(hit)
            free, used = _after(hit[0], hit[2])
            continue
        if entries is _UNKNOWN:
            entries = candidates.following(words.raw[at + 1] if at + 1 < len(words.raw) else "")
        if words.shouted:
            entries = tuple(_when_shouted(candidates, entries, words, at))
        for entry in entries:
            size = len(entry.pieces)
            if size == 1:
                found.append((at, 0, entry))
                free, used = at + 1, 0
                break
            if size == 2 or _goes_on(entry, words, at):
                found.append((at, 0, entry))
                free, used = _after(at, entry)
                break
    return found


def _counting(words: Words, at: int) -> int:
    """The characters at the beginning of a run that count what stands before it: 28日朝 is a morning, no two states."""
    return 1 if words.raw[at][0] in COUNTED and at and words.raw[at - 1].isdigit() else 0


def _after(at: int, entry: Entry) -> tuple[int, int]:
    """The first word of which something is free after a pattern at a word, and how many of its characters are not.

    What ends within a run of characters leaves the rest of it.
    """
    last, size = entry.pieces[-1], len(entry.pieces)
    return (at + size - 1, len(last.text)) if last.kind == GLYPH else (at + size, 0)


def _within(candidates: Candidates, words: Words, at: int, used: int) -> list[Hit]:
    """The patterns in a run of characters: one that goes on in the next word stands before those that it covers.

    `used`: the characters at its beginning that belong to the pattern before.
    """
    tails = candidates.tails
    tail = next((each for each in tails if each[0] >= used and _goes_on(each[1], words, at)), None) if tails else None
    if tail is None and not used:
        return [(at, offset, entry) for offset, entry in candidates.inside]
    kept = _apart(candidates.every, used, tail[0] if tail else len(words.raw[at]))
    return [(at, offset, entry) for offset, entry in ([*kept, tail] if tail else kept)]


def _behind(candidates: Candidates, words: Words, at: int, free: int) -> Hit | None:
    """The preferred pattern that is found by a word and begins before it, where nothing else stands yet."""
    for entry in candidates.behind:
        start = at - entry.anchor
        if start >= free and entry.pieces[0].fits(words.raw[start], shouted=words.shouted) and _goes_on(entry, words, start):
            return start, 0, entry
    return None
