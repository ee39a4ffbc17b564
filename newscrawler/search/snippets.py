"""A snippet of what search reads, put back into the letters that the article is written in: strings in, strings out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawler.text import FOLDS

if TYPE_CHECKING:
    from collections.abc import Iterable

MARK = ("\x02", "\x03")  # around a hit in a snippet; the archive's text holds no control characters
_MARKS = re.compile("[\x02\x03]")


def in_own_letters(snippet: str, originals: Iterable[str | None]) -> str:
    r"""A marked snippet as the text has it that it is of; unchanged where it is of none of them.

    >>> in_own_letters("…in \x02Lódź\x03 today", ["Seen in Łódź today"])
    '…in \x02Łódź\x03 today'
    """
    core = snippet.removeprefix("…").removesuffix("…")
    plain = _MARKS.sub("", core)
    before, behind = snippet[: snippet.index(core)], snippet[snippet.index(core) + len(core) :]
    for original in filter(None, originals):
        if plain in original:  # it is not of the search form, or that says the same
            return snippet
        if (found := _original(core, original)) is not None:
            return f"{before}{found}{behind}"
    return snippet


def _original(core: str, original: str) -> str | None:
    """The part of a text of whose search form `core` is, with the marks; spaces, which that form adds, do not count."""
    letters, places = _spelt_out(original)
    start = letters.find("".join(_MARKS.sub("", core).split()))
    if start < 0:
        return None
    parts: list[str] = []
    at, space = start, ""  # the space behind a hit is none of it
    for piece in re.split("([\x02\x03])", core):
        end = at + len("".join(_MARKS.sub("", piece).split()))
        if piece == MARK[0]:
            parts.append(f"{space}{piece}")
            space = ""
        elif piece == MARK[1]:
            parts.append(piece)
        elif end > at:
            stretch = original[places[at] : places[end] if end < len(places) else len(original)]
            parts.append(f"{space}{stretch.rstrip()}")
            at, space = end, stretch[len(stretch.rstrip()) :]
    return "".join(parts)


def _spelt_out(original: str) -> tuple[str, list[int]]:
    """(search form without spaces, place in the text of each of its characters)."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(original):
        for each in FOLDS.get(ord(character), character):
            if not each.isspace():
                letters.append(each)
                places.append(place)
    return "".join(letters), places
