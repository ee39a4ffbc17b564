"""Stored vectors in order, some without one: which of them are near to another, apart from what all have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawler.meaning.theme import Theme, sampled, theme_of
from newscrawler.meaning.vectors import BIT_BYTES, DIMENSIONS, bits_of, cosines, numeric

if TYPE_CHECKING:
    from collections.abc import Sequence

GROWN = 1.5  # times as many vectors: what they have in common is looked for anew
SETTLED = 4_000  # vectors from which on it stays as it is


class Shelf:
    """Vectors by place.  `before`: (vector, language) of others that tell what is common while there are few here."""

    def __init__(self, before: Sequence[tuple[bytes, str]] = ()) -> None:
        self._before = before
        self._blobs: list[bytes | None] = []
        self._languages: list[str] = []
        self._places: list[int] = []  # of those that have a vector
        self._table: Any = None  # signs of the first of them, a column each, and room for more
        self._signed = 0
        self._theme: Theme | None = None
        self._known = 0  # vectors of which the theme was made
        self._last: tuple[tuple[bytes, str], Any] | None = None  # a vector and its language, and it apart from the theme

    def add(self, vector: bytes | None, language: str) -> None:
        """Put one to the end."""
        if vector is not None:
            self._places.append(len(self._blobs))
        self._blobs.append(vector)
        self._languages.append(language)

    def read(self, blobs: Sequence[bytes | None], languages: Sequence[str]) -> None:
        """Put the first ones there."""
        self._blobs, self._languages = list(blobs), list(languages)
        self._places = [place for place, blob in enumerate(blobs) if blob is not None]

    def _rows(self, places: Sequence[int]) -> Any:
        theme = self._common()
        return theme.of_stored([self._blobs[each] or b"" for each in places], [self._languages[each] for each in places])

    def _at(self, number: int) -> tuple[bytes, str]:
        """(vector, language) of one of those that have one, by its number among them."""
        place = self._places[number]
        return self._blobs[place] or b"", self._languages[place]

    def _apart(self, vector: bytes, language: str) -> Any:
        """A vector apart from the theme, as one row; that of the last one is at hand."""
        theme = self._common()
        if self._last is None or self._last[0] != (vector, language):
            self._last = (vector, language), theme.of_stored([vector], [language])
        return self._last[1]

    def _common(self) -> Theme:
        number = len(self._places) + len(self._before)
        if self._theme is None or (self._known < SETTLED and number > GROWN * self._known):
            before = len(self._before)
            # those that are looked at: of tens of thousands a part
            known = [self._before[each] if each < before else self._at(each - before) for each in sampled(range(number))]
            self._theme, self._known = theme_of([each for each, _ in known], [each for _, each in known]), max(1, number)
            self._signed, self._last = 0, None
        return self._theme

    def _signs(self) -> Any:
        np = numeric()
        theme, first, number = self._common(), self._signed, len(self._places)
        if first < number:
            places = self._places[first:]
            blobs, languages = [self._blobs[each] or b"" for each in places], [self._languages[each] for each in places]
            if self._table is None or self._table.shape[1] < number:
                longer = np.empty((BIT_BYTES // 8, max(number, 2 * first)), dtype="<u8")
                if first:
                    longer[:, :first] = self._table[:, :first]
                self._table = longer
            signs = theme.signs_of_stored(blobs, languages)
            self._table[:, first:number] = np.frombuffer(signs, dtype="<u8").reshape(-1, BIT_BYTES // 8).T
            self._signed = number
        return self._table[:, :number]

    def nearest(self, vector: bytes | None, language: str, number: int) -> list[int]:
        """Places of those nearest to a vector, by their signs; none where it is None."""
        if vector is None or not self._places:
            return []
        np = numeric()
        table = self._signs()
        one = np.frombuffer(bits_of(self._apart(vector, language)), dtype="<u8")
        apart = np.zeros(table.shape[1], dtype=np.uint16)
        for signs, mine in zip(table, one, strict=True):
            apart += np.bitwise_count(signs ^ mine)
        # of equals the last ones: the same are found every time
        as_far = np.cumsum(np.bincount(apart, minlength=DIMENSIONS + 1))
        furthest = int(np.searchsorted(as_far, min(number, len(apart))))
        found = np.flatnonzero(apart <= furthest)[::-1]
        found = found[np.argsort(apart[found], kind="stable")][:number]
        return [self._places[each] for each in found.tolist()]

    def cosines(self, vector: bytes | None, language: str, places: Sequence[int]) -> list[float]:
        """How near those at some places are to a vector; 0 where one of the two is None."""
        known = [place for place in places if self._blobs[place] is not None] if vector is not None else []
        if not known or vector is None:
            return [0.0] * len(places)
        one = self._apart(vector, language)[0]
        near = dict(zip(known, cosines(self._rows(known), one), strict=True))
        return [near.get(place, 0.0) for place in places]

    def cosine(self, one: tuple[bytes | None, str], other: tuple[bytes | None, str]) -> float:
        """How near two vectors are that need not be here; 0 where one of them is None."""
        if one[0] is None or other[0] is None:
            return 0.0
        rows = self._common().of_stored([one[0], other[0]], [one[1], other[1]])
        return float(rows[0] @ rows[1])
