"""The words that differ between two texts, for people to read: texts in, paragraphs of pieces out.

Paragraphs are matched first, then the words of those that changed; what would take too long is shown as a
whole, taken out and put in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from newscrawler.text import words

SAME, REMOVED, ADDED = "same", "removed", "added"
MAX_PARAGRAPHS = 2_000  # that differ, on either side
MAX_WORDS = 3_000  # of one changed paragraph, on either side
MIN_SIMILARITY = 0.3  # share of words by which a paragraph counts as changed and not as another one

Piece = tuple[str, str]  # same, removed or added; the text
# a word, a character of a script without spaces, a run of spaces, a sign
_TOKEN = re.compile(r"\s+|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,:]\d+)*|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, as pieces in reading order."""

    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        return any(how != SAME for how, _ in self.pieces)


def word_diff(old: str, new: str) -> list[Paragraph]:
    """Both texts as one, paragraph by paragraph.

    The pieces that are same or removed make up the old text, those that are same or added the new one.

    >>> word_diff("The ship has two guns.", "The ship has four guns.")[0].pieces
    (('same', 'The ship has '), ('removed', 'two'), ('added', 'four'), ('same', ' guns.'))
    """
    before, after = old.split("\n") if old else [], new.split("\n") if new else []
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    found = [_whole(SAME, each) for each in before[:head]]
    found += _middle(before[head : len(before) - tail], after[head : len(after) - tail])
    return found + [_whole(SAME, each) for each in before[len(before) - tail :]]


def _common(these: list[str], those: list[str]) -> int:
    """How many lines both begin with."""
    return next(
        (at for at, (one, other) in enumerate(zip(these, those, strict=False)) if one != other), min(len(these), len(those))
    )


def _whole(how: str, text: str) -> Paragraph:
    return Paragraph(((how, text),))


def _middle(before: list[str], after: list[str]) -> list[Paragraph]:
    if max(len(before), len(after)) > MAX_PARAGRAPHS:
        return [_whole(REMOVED, each) for each in before] + [_whole(ADDED, each) for each in after]
    found: list[Paragraph] = []
    for how, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if how == "equal":
            found += [_whole(SAME, each) for each in before[a:b]]
        else:
            found += _diff_replacement(before[a:b], after[c:d])
    return found


def _diff_replacement(before: list[str], after: list[str]) -> list[Paragraph]:
    """Some paragraphs for others: in order, each with the next one that has words in common with it."""
    found, waiting = [], list(after)
    for each in before:
        match = next((at for at, other in enumerate(waiting[:20]) if _is_similar(each, other)), None)
        if match is None:
            found.append(_whole(REMOVED, each))
            continue
        found += [_whole(ADDED, other) for other in waiting[:match]]
        found.append(Paragraph(tuple(_words(each, waiting[match]))))
        waiting = waiting[match + 1 :]
    return found + [_whole(ADDED, other) for other in waiting]


def _is_similar(one: str, other: str) -> bool:
    these, those = set(words(one[:20_000])), set(words(other[:20_000]))
    return len(these & those) >= MIN_SIMILARITY * max(1, min(len(these), len(those)))


def tokens(text: str) -> list[str]:
    """Words, numbers, spaces and signs; joined they are the text.  CJK characters stand alone.

    >>> tokens("F-16s: 防衛省")
    ['F', '-', '16', 's', ':', ' ', '防', '衛', '省']
    """
    found: list[str] = []
    for token in _TOKEN.findall(text):
        unspaced = token[0].isalpha() and len(words(token)) == len(token)
        found += list(token) if unspaced else [token]
    return found


def _words(old: str, new: str) -> list[Piece]:
    whole = [(REMOVED, old), (ADDED, new)]
    if max(len(old), len(new)) > 20 * MAX_WORDS:
        return whole
    before, after = tokens(old), tokens(new)
    if max(len(before), len(after)) > 2 * MAX_WORDS:
        return whole
    pieces: list[Piece] = []
    for how, a, b, c, d in SequenceMatcher(str.isspace, before, after, autojunk=False).get_opcodes():
        if how == "equal":
            pieces.append((SAME, "".join(before[a:b])))
            continue
        pieces += [piece for piece in ((REMOVED, "".join(before[a:b])), (ADDED, "".join(after[c:d]))) if piece[1]]
    return _smooth(pieces)


def _smooth(pieces: list[Piece]) -> list[Piece]:
    """A lone space between two changes belongs to them: a phrase for a phrase, not word for word."""
    merged: list[Piece] = []
    removed = added = ""
    for at, (how, text) in enumerate(pieces):
        within = how == SAME and text.isspace() and (removed or added) and at + 1 < len(pieces)
        if how == REMOVED or within:
            removed += text
        if how == ADDED or within:
            added += text
        if how == SAME and not within:
            merged += [piece for piece in ((REMOVED, removed), (ADDED, added)) if piece[1]]
            merged.append((SAME, text))
            removed = added = ""
    return merged + [piece for piece in ((REMOVED, removed), (ADDED, added)) if piece[1]]
