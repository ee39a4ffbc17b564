"""Expressions of FTS5 (https://www.sqlite.org/fts5.html#full_text_query_syntax): strings in, strings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.text import has_unspaced, search_form

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawler.search.vocabulary import Vocabulary

MAX_PHRASE = 200  # words


def either(parts: Iterable[str]) -> str:
    """FTS5: any of the parts."""
    found = list(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


def term_of(text: str, column: str = "", *, prefix: bool = False) -> str:
    """One quoted FTS5 term, and its search form where that is another: a script without spaces as a phrase of characters."""
    star = "*" if prefix else ""
    text = " ".join((text.rstrip("*") if prefix else text).split()[:MAX_PHRASE])

    def quoted(value: str, where: str) -> str:
        escaped = value.replace('"', '""')
        return f'{where} : "{escaped}"{star}' if where else f'"{escaped}"{star}'

    where = f"{{{column} {column}_segmented}}" if column else ""
    form = (search_form(text) or "").strip()
    return f"({quoted(text, where)} OR {quoted(form, where)})" if form else quoted(text, where)


def all_spellings(value: str, column: str, vocabulary: Vocabulary) -> str | None:
    """A word in all spellings that the archive has of it and folding keeps apart: Koebenhavn, København."""
    if not value.isalnum() or has_unspaced(value):
        return None
    known = vocabulary.spellings(value)
    return either(term_of(each, column) for each in dict.fromkeys([value, *known])) if known else None
