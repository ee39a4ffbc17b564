"""Expressions of FTS5 (https://www.sqlite.org/fts5.html#full_text_query_syntax): strings in, strings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.text import segmented

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawler.search.vocabulary import Vocabulary

MAX_PHRASE = 200  # words


def either(parts: Iterable[str]) -> str:
    """FTS5: any of the parts."""
    found = list(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


def term_of(text: str, column: str = "", *, prefix: bool = False) -> str:
    """One quoted FTS5 term; a script without spaces is looked up as the phrase of its characters too."""
    star = "*" if prefix else ""
    text = " ".join((text.rstrip("*") if prefix else text).split()[:MAX_PHRASE])

    def quoted(value: str, where: str) -> str:
        escaped = value.replace('"', '""')
        return f'{where} : "{escaped}"{star}' if where else f'"{escaped}"{star}'

    apart = segmented(text)
    if apart is None or column == "authors":
        return quoted(text, column)
    return f"({quoted(text, column)} OR {quoted(apart, 'title_segmented' if column else 'segmented')})"


def all_spellings(value: str, column: str, vocabulary: Vocabulary) -> str | None:
    """A word in all spellings that the archive has of it and SQLite's tokenizer keeps apart: København, Kobenhavn."""
    if not value.isalnum() or segmented(value) is not None:
        return None
    known = vocabulary.spellings(value)
    return either(term_of(each, column) for each in dict.fromkeys([value, *known])) if known else None
