"""Vectors as they are stored and compared: 512 signed bytes each, and one bit of each for looking at a million.

Every vector is kept off the mean of its language: what all headlines of a language have in common says nothing, and hides
for languages that the encoder half knows what they do say.  numpy comes in here alone.
"""

from __future__ import annotations

import os
from functools import cache
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


@cache
def numeric() -> Any:
    """numpy, imported where there are vectors alone.  It works in one thread: rows are few, and threads would wait."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    import numpy

    return numpy


def unit(rows: Floats) -> Floats:
    """Rows of length 1; a row of nothing stays nothing."""
    np = numeric()
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    found: Floats = rows / np.maximum(lengths, 1e-9)[:, None]
    return found


def packed(rows: Floats) -> list[bytes]:
    """Rows as signed bytes, the largest number of each as 127.  Only directions are kept."""
    np = numeric()
    scale = 127 / np.maximum(np.abs(rows).max(axis=1), 1e-9)
    return [each.tobytes() for each in np.rint(rows * scale[:, None]).astype(np.int8)]


def unpacked(blobs: Sequence[bytes]) -> Floats:
    """Stored vectors as rows of length 1."""
    np = numeric()
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
    np = numeric()
    found: Floats = np.frombuffer(mean, dtype=np.float16).astype(np.float32)
    return found


def cosines(rows: Floats, one: Floats) -> list[float]:
    """How near rows of length 1 are to another one, -1 to 1."""
    return [float(each) for each in rows @ one]


def bits_of(rows: Floats) -> bytes:
    """The signs of rows, one bit each."""
    np = numeric()
    found: bytes = np.packbits(rows > 0, axis=1).tobytes()
    return found


def bits_in(buffer: bytes | memoryview | Any) -> Bits:
    """Records of a number, an article and signs (`storage.meaning.vector_file`) as rows of words, without a copy."""
    found: Bits = numeric().frombuffer(buffer, dtype="<u8").reshape(-1, _WORDS)
    return found


def articles_in(table: Bits) -> NDArray[np.int64]:
    """The articles that records are of."""
    found: NDArray[np.int64] = (table[:, 0] >> 32).astype("int64")
    return found


def nearest(table: Bits, one: bytes, number: int, among: Sequence[int] | None = None) -> list[int]:
    """Articles whose records have the most signs in common with one, the nearest first; of equals the last ones.

    `among`: of these articles alone.  A million take some 60 ms (`numpy.bitwise_count`), and ten bytes a record of memory.
    """
    np = numeric()
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
