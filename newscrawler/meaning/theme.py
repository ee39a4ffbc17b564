"""What some days' vectors have in common, and how near two of them are apart from that.

Stories of one theme are all near each other, and those of one language nearer still: what is alike there says little.  The
mean of each language is taken off, and along the few directions in which the vectors differ most they are drawn together
(a whitening of those alone, shrunk towards none where there are few vectors).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from newscrawler.meaning.vectors import DIMENSIONS, numeric, unit, unpacked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawler.meaning.vectors import Floats

T = TypeVar("T")

DIRECTIONS = 16
STRENGTH = 0.75  # of the whitening: at 1 all of the directions would say as little as any other
NONE_BEFORE = 1_000  # vectors without a theme that count beside those that there are
MEAN_BEFORE, LANGUAGE_BEFORE = 50, 20  # the same for the mean of all, and vectors of that mean for that of a language
SAMPLED = 2_000  # vectors looked at, at most
_ROUNDS, _BESIDE = 6, 8  # of the search for directions, and how many are looked for besides
_AT_ONCE = 4_096  # rows
_SIGNED_AT_ONCE = 256  # rows: what is computed of them stays in the processor's cache


@dataclass(frozen=True, slots=True)
class Theme:
    """`means`: a row for each of `languages`, and one of all; `directions`: in columns, `kept`: how much of each is."""

    languages: Mapping[str, int]
    means: Floats = field(repr=False)
    directions: Floats = field(repr=False)
    kept: Floats = field(repr=False)

    def taken_off(self, rows: Floats, languages: Sequence[str]) -> Floats:
        """Rows of length 1 without what they have in common, of length 1 again."""
        means = self.means[[self.languages.get(each, -1) for each in languages]]
        apart: Floats = rows - means
        apart = unit(apart)
        along = apart @ self.directions
        apart -= (along * (1 - self.kept)) @ self.directions.T
        return unit(apart)

    def of_stored(self, blobs: Sequence[bytes], languages: Sequence[str]) -> Floats:
        """The same of stored vectors, a part at a time."""
        np = numeric()
        found: Floats = np.empty((len(blobs), DIMENSIONS), dtype=np.float32)
        for start in range(0, len(blobs), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            found[part] = self.taken_off(unpacked(blobs[part]), languages[part])
        return found

    def signs_of_stored(self, blobs: Sequence[bytes], languages: Sequence[str]) -> bytes:
        """The signs (`vectors.bits_of`) of the same, which lengths do not change: what is taken off is compared with."""
        np = numeric()
        found = []
        # a stored row less what is taken off is row - along * (1 - kept) @ directions - its length * (the same of its mean)
        means = self.means - (self.means @ self.directions * (1 - self.kept)) @ self.directions.T
        off = np.concatenate([self.directions.T, means])
        for start in range(0, len(blobs), _SIGNED_AT_ONCE):
            part = slice(start, start + _SIGNED_AT_ONCE)
            rows = np.frombuffer(b"".join(blobs[part]), dtype=np.int8).reshape(-1, DIMENSIONS).astype(np.float32)
            much = np.zeros((len(rows), len(off)), dtype=np.float32)
            much[:, :DIRECTIONS] = rows @ self.directions * (1 - self.kept)
            of = [self.languages.get(each, len(means) - 1) + DIRECTIONS for each in languages[part]]
            much[np.arange(len(rows)), of] = np.sqrt(np.einsum("ij,ij->i", rows, rows))
            found.append(np.packbits(rows > much @ off, axis=1).tobytes())
        return b"".join(found)


def theme_of(blobs: Sequence[bytes], languages: Sequence[str]) -> Theme:
    """What stored vectors have in common; of no vectors a theme that changes nothing.

    Not more than SAMPLED of them are looked at, evenly (`sampled`).
    """
    np = numeric()
    blobs, languages = sampled(blobs), sampled(languages)
    rows = unpacked(blobs)
    known = {language: place for place, language in enumerate(sorted(set(languages)))}
    which = np.array([known[each] for each in languages], dtype=np.intp)
    means = np.empty((len(known) + 1, DIMENSIONS), dtype=np.float32)
    means[-1] = rows.sum(axis=0) / (len(rows) + MEAN_BEFORE)
    for place in known.values():
        those = rows[which == place]
        means[place] = (those.sum(axis=0) + LANGUAGE_BEFORE * means[-1]) / (len(those) + LANGUAGE_BEFORE)
    directions, shares = _leading(unit(rows - means[which]))
    # what all directions had before, and the vectors without a theme have
    all_ = len(rows) + NONE_BEFORE
    with_them = (len(rows) * shares + NONE_BEFORE / DIMENSIONS) / all_
    rest = (1 - with_them.sum()) / (DIMENSIONS - DIRECTIONS)
    kept = np.minimum(1, (np.maximum(with_them, rest) / rest) ** (-STRENGTH / 2)).astype(np.float32)
    return Theme(known, means, directions, kept)


def sampled(every: Sequence[T]) -> Sequence[T]:
    """As many of a row as are looked at, evenly, and the same of those.

    >>> sampled([1, 2, 3]), len(sampled(range(2 * SAMPLED + 1)))
    ([1, 2, 3], 1334)
    """
    return every[:: -(-len(every) // SAMPLED) or 1]


def _leading(rows: Floats) -> tuple[Floats, Floats]:
    """The directions in which rows differ most (as columns), and the share of their lengths in each; found by iteration."""
    np = numeric()
    # where the search begins is the same every time
    found = np.random.default_rng(0).normal(size=(DIMENSIONS, DIRECTIONS + _BESIDE)).astype(np.float32)
    for _ in range(_ROUNDS if len(rows) else 1):
        found = np.linalg.qr(rows.T @ (rows @ found) if len(rows) else found)[0]
    along = rows @ found
    inner, (values, vectors) = found, np.linalg.eigh(along.T @ along)
    directions = (inner @ vectors)[:, ::-1][:, :DIRECTIONS]
    shares = values[::-1][:DIRECTIONS] / max(1, len(rows))
    return directions.astype(np.float32), shares.astype(np.float32)
