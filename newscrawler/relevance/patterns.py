"""The patterns of a lexicon: one or more words each, as `phrase_matcher` finds them in texts.

Written in small letters a word matches whatever its case; a capital wants a capital ("Turkey" is no turkey, "US" is not
"us").  `word*` takes any ending, `word~` one of three letters at most, `*word` and `*word*` match within a word (German
writes wars in one).  Scripts without spaces and Hangul are matched within a run of characters.  Arabic words match with
their article and the particles that are written onto them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

from newscrawler.relevance.splitting import RUN, fold
from newscrawler.text import UNSPACED, is_respelt

EXACT, PREFIX, NEAR, SUFFIX, INFIX, GLYPH = range(6)
_KINDS = {(False, ""): EXACT, (False, "*"): PREFIX, (False, "~"): NEAR, (True, ""): SUFFIX, (True, "*"): INFIX}
PREFIXING = "\u05d0"  # from here on words may carry others in front, or stand in a run of characters
MAX_ENDING = 3  # letters that a ~ stands for, at most
GLYPHS = re.compile(rf"[{UNSPACED}\uac00-\ud7a3]")
_PARTICLES = ("وبال", "وال", "بال", "فال", "كال", "ولل", "وب", "ول", "ال", "لل", "و", "ب", "ل", "ف", "ك")
_HEBREW = frozenset("ובלמהשכ")
PREFIXED = re.compile("[\u05d0-\u05ea\u0600-\u06ff]")  # scripts whose words carry particles in front


class Piece(NamedTuple):
    """One word of a pattern; pieces and patterns are made by ten thousands, and tuples in a third of a dataclass's time."""

    kind: int
    text: str  # folded, in small letters
    capital: str = ""  # as written, where it wants capitals

    def fits(self, raw: str, *, shouted: bool) -> bool:
        """Whether a word as written is one that this stands for."""
        if self.capital and not self.fits_case(raw, shouted=shouted):
            return False
        low = raw.lower()
        return self.fits_low(low) or (low >= PREFIXING and any(map(self.fits_low, variants(low))))

    def fits_case(self, raw: str, *, shouted: bool) -> bool:
        if not self.capital:
            return True
        if self.capital.isupper() and self.kind == EXACT:
            # "US" in a headline of capitals may be "us"; longer acronyms are told by their letters
            return raw == self.capital and not (shouted and len(raw) == 2)
        return raw[:1].isupper()

    def fits_low(self, low: str) -> bool:
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


class Entry(NamedTuple):
    """A pattern with what it stands for."""

    text: str
    pieces: tuple[Piece, ...]
    value: Any = None
    size: tuple[int, int] = (0, 0)
    anchor: int = 0  # the piece by which it is found: the first that is no word of COMMON


def _piece(word: str, before: bool, after: str) -> Piece:
    low = word.lower()
    capital = word if word != low else ""
    if not word.isascii():
        if GLYPHS.match(word):
            return Piece(GLYPH, low)
        if low.startswith("ال") and len(low) > 4:
            low = low[2:]
    return Piece(_KINDS.get((before, after), PREFIX), low, capital)


def holds_word(text: str) -> bool:
    """Whether `parse_pattern` makes something of a text; a tenth of its cost."""
    is_plain = text.isascii() or (unicodedata.is_normalized("NFKC", text) and not is_respelt(text))
    # of what is, folding takes no word away
    return RUN.search(text if is_plain else fold(text)) is not None


def parse_pattern(text: str, value: Any = None) -> Entry | None:
    """A pattern as the lexicon writes it; None where it holds no word.

    >>> [piece.text for piece in parse_pattern("Air Force*").pieces]
    ['air', 'force']
    """
    pieces: list[Piece] = []
    exact, letters = True, 0
    for part in fold(text).split():
        words = (part,) if part.isascii() and part.isalnum() else RUN.findall(part)
        for index, word in enumerate(words):
            before = index == 0 and part.startswith("*")
            after = part[-1] if index == len(words) - 1 and part[-1] in "*~" else ""
            piece = _piece(word, before, after)
            pieces.append(piece)
            exact, letters = exact and piece.kind in (EXACT, GLYPH), letters + len(piece.text)
    if not pieces:
        return None
    # of two that stand at one place the one with more words wins, then the more exact, then the longer
    return Entry(text, tuple(pieces), value, (len(pieces), 1000 * exact + letters))
