"""Reading of cells that should hold JSON or a time, and may not: another program or an older version may have written them.

A page shows what is there; what cannot be read is as if it was not there.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any


def _loaded(cell: object) -> Any:
    if not isinstance(cell, str):
        return None
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return None


def strings(cell: object) -> list[str]:
    """The strings of a JSON array.

    >>> strings('["a", 1, "b"]'), strings("Jane Doe"), strings(None), strings('"a"')
    (['a', 'b'], [], [], [])
    """
    found = _loaded(cell)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def objects(cell: object) -> list[dict[str, Any]]:
    """The objects of a JSON array.

    >>> objects('[{"at": "x"}, 7]'), objects("{}")
    ([{'at': 'x'}], [])
    """
    found = _loaded(cell)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def mapping(cell: object) -> dict[str, Any]:
    """A JSON object.

    >>> mapping('{"modified": "json-ld"}'), mapping("[1]"), mapping("{")
    ({'modified': 'json-ld'}, {}, {})
    """
    found = _loaded(cell)
    return found if isinstance(found, dict) else {}


def matches(cell: object) -> list[dict[str, Any]]:
    """`verdicts.matches`: the terms of the lexicon that an article has, those whose places are numbers of words.

    >>> matches('[{"term": "ship", "topic": "x", "body": [1]}, {"term": 7}, {"term": "a", "body": ["x"]}]')
    [{'term': 'ship', 'topic': 'x', 'body': [1]}]
    """
    return [each for each in objects(cell) if isinstance(each.get("term"), str) and _has_places(each)]


def _has_places(match: dict[str, Any]) -> bool:
    topic = match.get("topic")
    places = [match.get(part, []) for part in ("title", "lead", "body")]
    return (topic is None or isinstance(topic, str)) and all(
        isinstance(each, list) and all(isinstance(number, int) for number in each) for each in places
    )


def moment(stamp: object) -> datetime | None:
    """A stored time, in UTC where it has no zone; None where it is none.

    >>> moment("2026-11-22T12:00:00Z") == moment("2026-11-22T12:00:00"), moment("not a date"), moment(None)
    (True, None, None)
    """
    if not isinstance(stamp, str):
        return None
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
