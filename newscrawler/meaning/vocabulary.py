"""The encoder's vocabulary out of its file (a sentencepiece model, old layout), in a third of its package's time.

pieces    field 1, one after another from the first byte on: the piece's text, its score, its type where it has one
the rest  field 3, the trainer's: in its field 2 how letters are written before they are looked for
"""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass, field

_A_PIECE, _SCORE = 0x0A, 0x15  # tags: field 1, of bytes; its field 2, of four bytes
_LONGEST = 110  # bytes of a text: with what stands beside it less than 128, so that its length is one byte


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`prefixes`: text -> the number of the piece that it is, from 1 on, or 0 where pieces only begin with it.

    `end`: bytes of the file that the pieces take.
    """

    pieces: list[str] = field(repr=False)
    scores: array[float] = field(repr=False)
    prefixes: dict[str, int] = field(repr=False)
    end: int


def read_vocabulary(data: bytes) -> Vocabulary:
    """The pieces at the beginning of a file.  Raises ValueError where one is not written as these are."""
    said, ends, at = [], [], 0
    try:
        while data[at] == _A_PIECE:
            begin = at + 4
            end = begin + data[at + 3]
            said.append(data[begin:end])
            ends.append(end)
            at += 2 + data[at + 1]
    except IndexError:
        raise ValueError("a vocabulary that ends within a piece") from None
    if {data[end] for end in ends} != {_SCORE} or max(map(len, said)) > _LONGEST:
        raise ValueError("pieces of a vocabulary that are written otherwise")
    scores = array("f", b"".join([data[end + 1 : end + 5] for end in ends]))
    if sys.byteorder == "big":
        scores.byteswap()
    pieces = [each.decode() for each in said]
    return Vocabulary(pieces, scores, _prefixes(pieces), at)


def _prefixes(pieces: list[str]) -> dict[str, int]:
    found = {piece: number for number, piece in enumerate(pieces, 1)}
    for piece in pieces:
        shorter = piece[:-1]
        while shorter and shorter not in found:  # all that are shorter than one that is there are there
            found[shorter] = 0
            shorter = shorter[:-1]
    return found
