"""Two states of an article in, what kind of change it is out."""

from __future__ import annotations

from newscrawler.text import content_hash

UNCHANGED, TOUCHED, REVISED = "unchanged", "touched", "revised"


def change(old: tuple[str | None, str], new: tuple[str | None, str]) -> str:
    """How (title, text) changed.

    unchanged   not at all
    touched     case, punctuation or layout: the words are the same
    revised     words of the title or the text

    >>> change(("Ministers meet", "In Paris."), ("Ministers meet", "In Paris"))
    'touched'
    >>> change(("Ministers meet", "In Paris."), ("Ministers met", "In Paris."))
    'revised'
    """
    if old == new:
        return UNCHANGED
    same_words = all(content_hash(before or "") == content_hash(after or "") for before, after in zip(old, new, strict=True))
    return TOUCHED if same_words else REVISED
