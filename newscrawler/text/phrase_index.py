"""Phrases to be found among the words of a text."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from newscrawler.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_BETWEEN = 4  # words that the * of a phrase stands for
_Meaning = TypeVar("_Meaning")


@dataclass(frozen=True, slots=True)
class PhraseIndex(Generic[_Meaning]):
    """Phrases to be found among `words`, with what each means; a look-up a word, however many phrases there are.

    `by_first`: first word -> (pieces between the phrase's stars, meaning), longest first.
    """

    by_first: Mapping[str, Sequence[tuple[tuple[tuple[str, ...], ...], _Meaning]]]

    @classmethod
    def of(cls, phrases: Mapping[str, _Meaning]) -> PhraseIndex[_Meaning]:
        """An index of phrases; a * in one stands for up to four words."""
        by_first = defaultdict(list)
        for phrase, meaning in phrases.items():
            pieces = tuple(piece for each in phrase.split("*") if (piece := tuple(words(each))))
            if pieces:
                by_first[pieces[0][0]].append((pieces, meaning))
        for known in by_first.values():
            known.sort(key=lambda each: -sum(map(len, each[0])))
        return cls(dict(by_first))

    def find(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, _Meaning]]:
        """(first word, the word behind its last, meaning) of each phrase, in order; none begins within another.

        >>> list(PhraseIndex.of({"not found": 1, "was * not found": 2}).find(words("It was here, not found. Not found.")))
        [(1, 5, 2), (5, 7, 1)]
        """
        free = 0
        for at, known in enumerate(map(self.by_first.get, tokens)):
            if known is None or at < free:
                continue
            for pieces, meaning in known:
                if end := _end_of(pieces, tokens, at):
                    yield at, end, meaning
                    free = end
                    break


def _end_of(pieces: Sequence[tuple[str, ...]], tokens: Sequence[str], at: int) -> int | None:
    """The word behind a phrase that begins at a word; None where another one does."""
    end = at + len(pieces[0])
    if tuple(tokens[at:end]) != pieces[0]:  # as nearly all of them
        return None
    for piece in pieces[1:]:
        starts = range(end, end + MOST_BETWEEN + 1)
        start = next((start for start in starts if tuple(tokens[start : start + len(piece)]) == piece), None)
        if start is None:
            return None
        end = start + len(piece)
    return end
