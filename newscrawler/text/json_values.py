"""JSON of the web in, Python's values out: what no number can hold costs itself, and not the document around it."""

from __future__ import annotations

import json
from typing import Any

MAX_DIGITS = 30  # of an integer; Python itself refuses more than some thousand, and a document with them


def loads_json(text: str, *, strict: bool = True) -> Any:
    """The value of a JSON document, as `json.loads`; integers beyond sense are None.

    Raises ValueError where the text is none, RecursionError where it is nested too deep.

    >>> loads_json('[1, ' + "9" * 5_000 + ', "a"]')
    [1, None, 'a']
    """
    try:
        return json.loads(text, strict=strict)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return json.loads(text, strict=strict, parse_int=_integer)


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= MAX_DIGITS else None
