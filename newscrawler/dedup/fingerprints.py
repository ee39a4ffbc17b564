"""A text's shingles, and the few of them that the archive keeps to find its copies again.

A shingle is three words in a row, or six characters of a script without spaces.  Of all shingles those are
kept whose hash falls under a mask (content-defined sampling: Manber 1994, Broder 1997), so that two texts
keep the same ones of what they share, whatever stands around it.  The beginning is sampled eight times
as densely: teasers, short wire items and trimmed copies are beginnings.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field

from newscrawler.text import has_unspaced, is_unspaced, words_by_line

WORDS_A_SHINGLE, CHARACTERS_A_SHINGLE = 3, 6
DENSE_SHINGLES = 128  # shingles that count as the beginning
DENSE_MASK, SPARSE_MASK = 7, 63  # one in 8, one in 64
MIN_SAMPLED = 8  # sampled shingles, where a text has so many
MAX_SAMPLED = 400  # of one text
MAX_WORDS = 50_000  # of a text that are looked at: a book is no news article


@dataclass(frozen=True, slots=True)
class Shingled:
    """A text as words and as shingles, in order: the 32-bit hash of the shingle that begins at each word."""

    words: list[str] = field(repr=False)
    hashes: list[int] = field(repr=False)


def _span(word: str) -> int:
    return CHARACTERS_A_SHINGLE if is_unspaced(word) else WORDS_A_SHINGLE


def shingled(text: str) -> Shingled:
    """The words and shingles of a text; a text shorter than a shingle is one shingle, an empty one none.

    >>> len(shingled("ministers meet in Paris again").hashes), len(shingled("Ministers").hashes), shingled("").hashes
    (3, 1, [])
    >>> shingled("防衛省は十日").hashes == shingled("防衛省は十日!").hashes
    True
    """
    text = text[: 12 * MAX_WORDS]
    parts = words_by_line(text)[:MAX_WORDS]
    if not parts:
        return Shingled([], [])
    crc = zlib.crc32
    encoded = (" \n".join(parts) + " ").encode("utf-8", "replace").split(b"\n")  # words, each with a space behind it
    if has_unspaced(text):
        spans = [(at, at + _span(part)) for at, part in enumerate(parts)]
        hashes = [crc(b"".join(encoded[start:end])) for start, end in spans if end <= len(parts)]
    else:
        hashes = list(map(crc, map(b"".join, zip(encoded, encoded[1:], encoded[2:], strict=False))))
    return Shingled(parts, hashes or [crc(b"".join(encoded))])


def sample(hashes: list[int]) -> list[int]:
    """Positions of the shingles that the archive keeps, in order.

    >>> sample([16, 1, 2, 3]), sample([])
    ([0, 1, 2, 3], [])
    """
    kept = [at for at, value in enumerate(hashes[:DENSE_SHINGLES]) if not value & DENSE_MASK]
    kept += [at for at, value in enumerate(hashes[DENSE_SHINGLES:], DENSE_SHINGLES) if not value & SPARSE_MASK]
    if len(kept) < MIN_SAMPLED:
        # in a mixed order: by the hashes themselves, the smallest would tell nothing new
        by_mix = sorted(range(len(hashes)), key=lambda at: hashes[at] * 2654435761 & 0xFFFFFFFF)
        kept = sorted({*kept, *by_mix[:MIN_SAMPLED]})
    return kept[:MAX_SAMPLED]


def fingerprint(text: Shingled, at: int) -> int:
    """The name under which the archive keeps one shingle: 32 signed bits, independent of the sampling hash."""
    shingle = " ".join(text.words[at : at + _span(text.words[at])])
    return int.from_bytes(hashlib.blake2b(shingle.encode("utf-8", "replace"), digest_size=4).digest(), "big", signed=True)


def fingerprints(text: Shingled) -> dict[int, int]:
    """Fingerprint -> position of its shingle, for all that the archive keeps of a text."""
    return {fingerprint(text, at): at for at in reversed(sample(text.hashes))}
