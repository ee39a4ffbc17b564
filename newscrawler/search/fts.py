"""Expressions of FTS5 (https://www.sqlite.org/fts5.html#full_text_query_syntax): strings in, strings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.text import has_unspaced, search_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newscrawler.search.vocabulary import Vocabulary

MAX_PHRASE = 200  # words
FINDS_NOTHING = '""'  # finds nothing


def either(parts: Iterable[str]) -> str:
    """FTS5: any of the parts."""
    found = list(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


def labelled(tokens: Iterable[str]) -> str:
    """Any of some labels; FINDS_NOTHING where there are none."""
    quoted = [f'"{each}"' for each in tokens]
    return either(quoted) if quoted else FINDS_NOTHING


def _quoted(text: str, *, prefix: bool = False) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"{"*" if prefix else ""}'


def _in_column(column: str, expression: str) -> str:
    return f"{{{column} {column}_segmented}} : {expression}" if column else expression


def term_of(text: str, column: str = "", *, prefix: bool = False) -> str:
    """One quoted FTS5 term, and its search form where that is another: a script without spaces as a phrase of characters."""
    text = _phrase(text, prefix=prefix)
    forms = dict.fromkeys((text, _form(text)))
    found = [_in_column(column, _quoted(each, prefix=prefix)) for each in forms]
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


def near_of(texts: Sequence[tuple[str, bool]], distance: int, column: str = "") -> str:
    """Words or phrases (text, whether any ending will do) with so many words between them at most, in any order.

    >>> near_of([("ship", False), ("sink", True)], 5)
    'NEAR("ship" "sink"*, 5)'
    """
    plain = [(_phrase(text, prefix=prefix), prefix) for text, prefix in texts]
    # a text has all of its words as they are written, and all of them in their search form once more
    found = [
        _in_column(column, f"NEAR({' '.join(_quoted(text, prefix=prefix) for text, prefix in each)}, {distance})")
        for each in dict.fromkeys((tuple(plain), tuple((_form(text), prefix) for text, prefix in plain)))
    ]
    return either(found)


def _phrase(text: str, *, prefix: bool) -> str:
    return " ".join((text.rstrip("*") if prefix else text).split()[:MAX_PHRASE])


def _form(text: str) -> str:
    return (search_form(text) or "").strip() or text


def all_spellings(value: str, column: str, vocabulary: Vocabulary) -> str | None:
    """A word in all spellings that the archive has of it and folding keeps apart: Koebenhavn, København."""
    if not value.isalnum() or has_unspaced(value):
        return None
    known = vocabulary.spellings(value)
    return either(term_of(each, column) for each in dict.fromkeys([value, *known])) if known else None
