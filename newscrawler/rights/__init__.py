r"""What publishers state of their rights: read from pages, headers and site files, and what follows (docs/rights.md).

    headers, markup --statements--> of a page   \
    robots.txt, tdmrep.json --------> of a site  } --conclude--> reserved, licence or unknown, and by which statement
    catalogue, feed ----------------> of both   /

Nothing here raises for what the web writes: what cannot be read states nothing.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from newscrawler.items.rights import RightsKind, RightsOrigin, Statement
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MAX_STATEMENTS", "distinct", "one_line", "statements_in", "statements_json"]

MAX_STATEMENTS = 40  # of one page or site: more is a page gone wrong
MAX_VALUE = 300  # characters


def one_line(value: object) -> str:
    """A stated value as it is kept: one line of at most MAX_VALUE characters, "" where it is no text."""
    return (clean_line(value, MAX_VALUE) or "") if isinstance(value, str) else ""


def distinct(stated: Iterable[Statement]) -> tuple[Statement, ...]:
    """Statements in their order, each once, at most MAX_STATEMENTS of them."""
    return tuple(dict.fromkeys(stated))[:MAX_STATEMENTS]


def statements_json(stated: Iterable[Statement]) -> str | None:
    """Statements as the archive keeps them: a JSON array of objects without what is None; None where there are none."""
    told = [{name: value for name in _NAMES if (value := getattr(each, name)) is not None} for each in stated]
    return json.dumps(told, ensure_ascii=False) if told else None


_NAMES = tuple(each.name for each in fields(Statement))


def statements_in(cell: str | None) -> tuple[Statement, ...]:
    """The statements that `statements_json` wrote; none of what another program wrote."""
    try:
        told = json.loads(cell) if cell else []
    except (ValueError, RecursionError):
        return ()
    return tuple(each for entry in (told if isinstance(told, list) else []) if (each := _statement(entry)) is not None)


def _statement(entry: Any) -> Statement | None:
    if (
        not isinstance(entry, dict)
        or not set(entry) <= set(_NAMES)
        or not all(isinstance(each, str) for each in entry.values())
    ):
        return None
    try:
        kind, origin = RightsKind(entry.get("kind", "")), RightsOrigin(entry.get("origin", ""))
    except ValueError:
        return None
    return Statement(**{**entry, "kind": kind, "origin": origin}) if "value" in entry else None
