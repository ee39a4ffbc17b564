"""What is said between the reading room and the process that runs a visitor's SQL: JSON behind its length.

JSON and not pickle: what comes back is from a process that a visitor may have taken over.
"""

from __future__ import annotations

import base64
import json
import sqlite3
import struct
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEADER = struct.Struct("!I")
MAX_MESSAGE_BYTES = 200_000_000  # bytes of a message; an answer of the largest result stays far below


@dataclass(frozen=True, slots=True)
class Place:
    """Which database a process opens.  `immutable`: nobody writes it; `closed`: tables that no visitor may read."""

    path: str
    immutable: bool
    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement.  `most`: rows to return, None for all; `seconds`: after which it is stopped."""

    sql: str
    params: Mapping[str, Any] | Sequence[Any]
    most: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it: columns (None where it has none) and rows, or the name of an exception and what it says."""

    columns: Sequence[str] | None
    rows: Sequence[Sequence[Any]]
    error: str | None = None
    message: str = ""


def _bytes_as_text(value: object) -> object:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    raise TypeError(f"{type(value).__name__} is no value of SQLite's")


def _text_as_bytes(found: dict[str, Any]) -> Any:
    return base64.b64decode(found["base64"]) if found.keys() == {"base64"} else found


def encode(message: Place | Statement | Answer) -> bytes:
    """A message as it is sent.  Raises TypeError for a value that SQLite does not have.

    >>> decode(Answer, encode(Answer(["a"], [[b"x"], [None]]))[HEADER.size :])
    Answer(columns=['a'], rows=[[b'x'], [None]], error=None, message='')
    """
    body = json.dumps(asdict(message), default=_bytes_as_text).encode("ascii")
    return HEADER.pack(len(body)) + body


def decode(kind: type[Any], body: bytes) -> Any:
    """A message of a kind, from its bytes without their length.  Raises ValueError and TypeError for what is none."""
    return kind(**json.loads(body, object_hook=_text_as_bytes))


def as_rows(answer: Answer) -> list[sqlite3.Row]:
    """An answer's rows as templates want them: SQLite's own, which only a cursor with these columns makes.

    >>> [dict(row) for row in as_rows(Answer(["a", 'b"c'], [[1, None]]))]
    [{'a': 1, 'b"c': None}]
    """
    if not answer.columns:
        return []
    names = ", ".join('NULL AS "{}"'.format(name.replace('"', '""')) for name in answer.columns)
    with closing(sqlite3.connect(":memory:")) as connection:
        cursor = connection.cursor()
        cursor.execute(f"SELECT {names}")
        return [sqlite3.Row(cursor, tuple(row)) for row in answer.rows]
