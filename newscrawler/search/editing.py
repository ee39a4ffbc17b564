"""A query's text changed, as a person would change it: text in, text out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from newscrawler.search import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.search.syntax import Node, Term

REPLACED = ("since", "until", "story")  # fields of which a query has one
_BEFORE, _BEHIND = re.compile(r"(?:^|\s)(?:OR|\||NOT)\s+$"), re.compile(r"^\s+(?:OR|\|)(?=\s)")
_EMPTY = re.compile(r"-?(?:[A-Za-z]+:)?\(\s*\)")


class Placed(Protocol):
    """What stands at [start, end) of a query."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def filter_text(name: str, value: str) -> str:
    """A filter as one types it.

    >>> filter_text("mentions", "United Kingdom"), filter_text("lang", "fr")
    ('mentions:"United Kingdom"', 'lang:fr')
    """
    value = value.replace('"', " ").strip()
    return f'{name}:"{value}"' if not value or re.search(r"[\s()]", value) else f"{name}:{value}"


def _terms(node: Node) -> Iterator[Term]:
    match node:
        case syntax.Term():
            yield node
        case syntax.Not():
            yield from _terms(node.of)
        case syntax.Near():
            yield from node.terms
        case _:
            for each in node.parts:
                yield from _terms(each)


def with_filter(text: str, name: str, value: str) -> str:
    """A query with one filter more; dates and stories take the place of the ones that are there.

    >>> with_filter("frigates since:2026-01-01", "since", "7d")
    'frigates since:7d'
    """
    if name in REPLACED:
        text = without_field(text, name)
    alone = (each for each in syntax.parse(text).root.parts if isinstance(each, syntax.Term))
    if any(each.field == name and each.value == value for each in alone):
        return " ".join(text.split())
    return " ".join(f"{text} {filter_text(name, value)}".split())


def with_dates(text: str, since: str | None, until: str | None) -> str:
    """A query with a first and a last day, in the place of those that are there.

    >>> with_dates("frigates since:2026-01-01", "7d", None), with_dates("", "2026-01", "2026-02")
    ('frigates since:7d', 'since:2026-01 until:2026-02')
    """
    for name, value in (("since", since), ("until", until)):
        text = with_filter(text, name, value) if value else text
    return text


def without_field(text: str, name: str) -> str:
    """A query without its filters by a field, wherever they stand.

    >>> without_field("frigates since:7d until:2026", "until")
    'frigates since:7d'
    """
    found = [each for each in _terms(syntax.parse(text).root) if each.field == name]
    for each in sorted(found, key=lambda one: -one.start):
        text = without(text, each)
    return " ".join(text.split())


def without(text: str, taken: Placed) -> str:
    """A query with one of its filters taken out, and what of OR and brackets is left of it.

    >>> without("frigates lang:fr baltic", syntax.parse("frigates lang:fr baltic").root.parts[1])
    'frigates baltic'
    >>> without("a OR lang:fr b", syntax.parse("a OR lang:fr").root.parts[0].parts[1])
    'a b'
    """
    before, behind = text[: taken.start], text[taken.end :]
    alternative = False
    while found := _BEFORE.search(before):
        alternative |= "NOT" not in found[0]
        before = before[: found.start()] + " "
    if not alternative and (found := _BEHIND.search(behind)):
        behind = behind[found.end() :]
    left = f"{before} {behind}"
    while (tidied := _EMPTY.sub(" ", left)) != left:
        left = tidied
    return " ".join(left.split())
