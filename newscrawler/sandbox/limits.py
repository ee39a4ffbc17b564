"""What a SQL query may use, whoever wrote it: memory that holds, beside the time that Datasette and `room` give it.

SQLite's own limits (https://www.sqlite.org/limits.html) stop `randomblob(900000000)` before it allocates; the heap limit
stops a thousand columns of what is allowed; and rows are counted while they are handed over, since Python copies them.
Values that do not fit in memory while they are sorted go to a temporary file: `temp_store` stays as it is.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from newscrawler.storage.database import connect
from newscrawler.storage.database.sqlite import Database
from newscrawler.storage.schema import foreign
from newscrawler.storage.schema import versions as schema

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_VALUE = 10_000_000  # bytes of one value or row; an article of the largest text, with its segmented one, has nine
MAX_RESULT = 10_000_000  # bytes of all rows of one statement, as JSON; what is made of them takes ten times as much
MAX_PAGE_RESULT = 48_000_000  # the same of a page of ours, which shows little of it
TOO_LARGE = "the result is larger"
CLOSELY_WEIGHED = 1_000  # characters, from which the weight of a text is measured
HEAP = 256 * 2**20  # bytes, of all connections of the process
BUSY_SECONDS = 10.0
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 100,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 500,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 20,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


def weight(value: object) -> int:
    r"""Bytes that a value comes to in an answer, about: base64 of bytes, escapes of text.

    >>> weight(b"abc"), weight("abc"), weight("\x01" * 2000), weight(7)
    (4, 3, 12002, 0)
    """
    if isinstance(value, bytes):
        return len(value) * 4 // 3
    if not isinstance(value, str):
        return 0
    if len(value) < CLOSELY_WEIGHED:
        return len(value)
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


# as Datasette reads text, whose function in Python is called for each cell
_TEXT = partial(bytes.decode, errors="replace")


class _Rows:
    """A row factory that refuses to hand over more than `most` bytes of one cursor."""

    def __init__(self) -> None:
        self.most = MAX_RESULT
        self._cursor: Any = lambda: None  # weak: a cursor kept alive would keep its transaction open
        self._bytes = 0

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        if self._cursor() is not cursor:
            self._cursor, self._bytes = weakref.ref(cursor), 0
        for value in values:  # each row of each page comes through here
            if type(value) is str and len(value) < CLOSELY_WEIGHED:
                self._bytes += len(value)
            elif not isinstance(value, (int, float)) and value is not None:
                self._bytes += weight(value)
        if self._bytes > self.most:
            raise sqlite3.OperationalError(f"{TOO_LARGE} than {self.most // 1_000_000} MB; ask for less")
        return sqlite3.Row(cursor, values)


@contextmanager
def for_our_page(connection: sqlite3.Connection) -> Iterator[None]:
    """While a page of ours reads, it may have more."""
    rows = connection.row_factory
    if not isinstance(rows, _Rows):
        yield
        return
    rows.most = MAX_PAGE_RESULT
    try:
        yield
    finally:
        rows.most = MAX_RESULT


def apply(connection: sqlite3.Connection, *, every_view: bool = False) -> None:
    """Put the limits on a connection of Datasette's; an archive's has the views that newscrawler knows (`shadow_views`)."""
    if schema.state_of(Database(connection)) is schema.SchemaState.CURRENT:
        foreign.shadow_views(connection, every=every_view)
    for limit, most in LIMITS.items():
        connection.setlimit(limit, min(most, connection.getlimit(limit)))
    connect.bound(connection, heap=HEAP, busy_seconds=BUSY_SECONDS)
    connection.row_factory = _Rows()
    connection.text_factory = _TEXT
