"""Reading of cells that should hold JSON or a time, and may not: another program or an older version may have written them.

A page shows what is there; what cannot be read is as if it was not there.
"""

from __future__ import annotations

import json
from typing import Any

from newscrawler.items import TermMatch, Update


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


def _objects(cell: object) -> list[dict[str, object]]:
    found = _loaded(cell)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def texts(cell: object) -> dict[str, str]:
    """A JSON object's strings.

    >>> texts('{"modified": "json-ld", "n": 7}'), texts("[1]"), texts("{")
    ({'modified': 'json-ld'}, {}, {})
    """
    found = _loaded(cell)
    return {name: each for name, each in found.items() if isinstance(each, str)} if isinstance(found, dict) else {}


def counts(cell: object) -> dict[str, int]:
    """A JSON object's whole numbers.

    >>> counts('{"new": 3, "x": "y"}'), counts(None)
    ({'new': 3}, {})
    """
    found = _loaded(cell)
    return {name: each for name, each in found.items() if isinstance(each, int)} if isinstance(found, dict) else {}


def updates(cell: object) -> list[Update]:
    """`articles.updates`: the entries of a live blog that have a text.

    >>> updates('[{"at": null, "title": "More", "text": "It goes on."}, {"at": "x"}, 7]')
    [Update(at=None, title='More', text='It goes on.')]
    """
    found = [(each, text) for each in _objects(cell) if (text := _text(each.get("text"))) is not None]
    return [Update(_text(each.get("at")), _text(each.get("title")), text) for each, text in found]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def term_matches(cell: object) -> list[TermMatch]:
    """`verdicts.matches`: the terms of the lexicon that an article has, those whose places are numbers of words.

    >>> [each.term for each in term_matches('[{"term": "ship", "body": [1]}, {"term": 7}, {"term": "a", "body": ["x"]}]')]
    ['ship']
    """
    return [match for each in _objects(cell) if (match := _term_match(each))]


def _term_match(stored: dict[str, Any]) -> TermMatch | None:
    term, topic, weight = stored.get("term"), stored.get("topic"), stored.get("weight")
    places = {part: stored.get(part, []) for part in ("title", "lead", "body")}
    if not isinstance(term, str) or not (topic is None or isinstance(topic, str)):
        return None
    if not all(isinstance(each, list) and all(isinstance(number, int) for number in each) for each in places.values()):
        return None
    return TermMatch(
        term,
        _text(stored.get("language")) or "",
        topic,
        weight if isinstance(weight, (int, float)) else 0.0,
        **{part: tuple(numbers) for part, numbers in places.items()},
    )
