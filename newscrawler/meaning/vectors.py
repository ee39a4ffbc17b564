"""Vectors as they are stored and compared: 512 signed bytes each, and one bit of each for looking at a million.

Every vector is kept off the mean of its language: what all headlines of a language have in common says nothing, and hides
for languages that the encoder half knows what they do say.  numpy comes in here alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bits = NDArray[np.uint64]

DIMENSIONS = 512
BIT_BYTES = DIMENSIONS // 8  # of its signs
_WORDS = 1 + BIT_BYTES // 8  # of a record: a number and the article's, then the signs
SCANNED = 1 << 15  # rows looked at at once, so that what is counted stays in the processor's cache
KEPT_APART = 256  # vectors that wait until a table is made longer


def _numpy() -> Any:
    import numpy  # late, and only where there are vectors

    return numpy


def unit(rows: Floats) -> Floats:
    """Rows of length 1; a row of nothing stays nothing."""
    np = _numpy()
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    found: Floats = rows / np.maximum(lengths, 1e-9)[:, None]
    return found


def packed(rows: Floats) -> list[bytes]:
    """Rows as signed bytes, the largest number of each as 127.  Only directions are kept."""
    np = _numpy()
    scale = 127 / np.maximum(np.abs(rows).max(axis=1), 1e-9)
    return [each.tobytes() for each in np.rint(rows * scale[:, None]).astype(np.int8)]


def unpacked(blobs: Sequence[bytes]) -> Floats:
    """Stored vectors as rows of length 1."""
    np = _numpy()
    rows = np.frombuffer(b"".join(blobs), dtype=np.int8).reshape(len(blobs), DIMENSIONS).astype(np.float32)
    return unit(rows)


def centred(sums: Floats, mean: bytes | None) -> Floats:
    """Vectors off the mean of their language, which is stored as they are; None: there is none to take off.

    The mean's direction is taken out of each, as far as it has it.
    """
    if mean is None:
        return unit(sums)
    return unit(unit(sums) - unit_mean(mean))


def unit_mean(mean: bytes) -> Floats:
    """A stored mean: half floats, which keep its length."""
    np = _numpy()
    found: Floats = np.frombuffer(mean, dtype=np.float16).astype(np.float32)
    return found


def cosines(rows: Floats, one: Floats) -> list[float]:
    """How near rows of length 1 are to another one, -1 to 1."""
    return [float(each) for each in rows @ one]


def bits_of(rows: Floats) -> bytes:
    """The signs of rows, one bit each."""
    np = _numpy()
    found: bytes = np.packbits(rows > 0, axis=1).tobytes()
    return found


def bits_in(buffer: bytes | memoryview | Any) -> Bits:
    """Records of a number, an article and signs (`storage.vector_file`) as rows of words, in the memory where they are."""
    found: Bits = _numpy().frombuffer(buffer, dtype="<u8").reshape(-1, _WORDS)
    return found


def articles_in(table: Bits) -> NDArray[np.int64]:
    """The articles that records are of."""
    found: NDArray[np.int64] = (table[:, 0] >> 32).astype("int64")
    return found


def nearest(table: Bits, one: bytes, number: int, among: Sequence[int] | None = None) -> list[int]:
    """Articles whose records have the most signs in common with one, the nearest first; of equals the last ones.

    `among`: of these articles alone.  A million take some 60 ms (`numpy.bitwise_count`), and ten bytes a record of memory.
    """
    np = _numpy()
    if among is not None:
        table = table[np.isin(articles_in(table), np.asarray(among, dtype=np.int64))]
    if not len(table) or number <= 0:
        return []
    other = np.frombuffer(one, dtype="<u8")
    apart = np.empty(len(table), dtype=np.int64)
    for start in range(0, len(table), SCANNED):
        part = table[start : start + SCANNED, 1:]
        apart[start : start + len(part)] = np.bitwise_count(part ^ other).sum(axis=1, dtype=np.uint16)
    # of equals the last to arrive: numbered from the end
    apart *= len(table)
    apart += np.arange(len(table) - 1, -1, -1)
    found = np.argpartition(apart, min(number, len(apart)) - 1)[:number]
    ordered = found[np.argsort(apart[found])]
    return [int(each) for each in articles_in(table[ordered])]


class Shelf:
    """Stored vectors in order, some without one; which of them are near to another."""

    def __init__(self) -> None:
        self._blobs: list[bytes | None] = []
        self._signs: list[bytes] = []  # of those that are not in the table yet
        self._places: list[int] = []  # of each row of the table
        self._table: Any = None

    def add(self, vector: bytes | None) -> None:
        """Put one to the end."""
        if vector is not None:
            self._places.append(len(self._blobs))
            self._signs.append(bits_of(_signed(vector)))
        self._blobs.append(vector)

    def _all_signs(self) -> Any:
        np = _numpy()
        if self._signs:
            new = np.frombuffer(b"".join(self._signs), dtype="<u8").reshape(-1, BIT_BYTES // 8)
            kept = 0 if self._table is None else len(self._table)
            if not kept or len(new) > KEPT_APART:
                self._table = new if not kept else np.concatenate([self._table, new])
                self._signs = []
                new = new[:0]
            return self._table, new
        return self._table, None

    def nearest(self, vector: bytes | None, number: int) -> list[int]:
        """Places of those nearest to a vector, by their signs; none where it is None."""
        if vector is None or not self._places:
            return []
        np = _numpy()
        one = np.frombuffer(bits_of(_signed(vector)), dtype="<u8")
        parts = [each for each in self._all_signs() if each is not None and len(each)]
        apart = np.concatenate([np.bitwise_count(each ^ one).sum(axis=1, dtype=np.int32) for each in parts])
        found = np.argpartition(apart, min(number, len(apart)) - 1)[:number]
        return [self._places[int(each)] for each in found]

    def cosines(self, vector: bytes | None, places: Sequence[int]) -> list[float]:
        """How near those at some places are to a vector; 0 where one of the two is None."""
        known = [place for place in places if self._blobs[place] is not None] if vector is not None else []
        if not known or vector is None:
            return [0.0] * len(places)
        rows = unpacked([self._blobs[place] or b"" for place in known])
        near = dict(zip(known, cosines(rows, unpacked([vector])[0]), strict=True))
        return [near.get(place, 0.0) for place in places]


def _signed(vector: bytes) -> Any:
    np = _numpy()
    return np.frombuffer(vector, dtype=np.int8)[None]
