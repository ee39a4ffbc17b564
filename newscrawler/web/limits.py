"""What a SQL query may use, whoever wrote it: memory that holds, beside the time that Datasette and `room` give it.

SQLite's own limits (https://www.sqlite.org/limits.html) stop `randomblob(900000000)` before it allocates; the heap limit
stops a thousand columns of what is allowed; and rows are counted while they are handed over, since Python copies them.
Values that do not fit in memory while they are sorted go to a temporary file: `temp_store` stays as it is.
"""

from __future__ import annotations

import sqlite3
import weakref
from typing import Any

MAX_VALUE = 12_000_000  # bytes of one value or row; an article of the largest text, with its segmented one, has nine
MAX_RESULT = 48_000_000  # bytes of all rows of one statement
HEAP = 256 * 2**20  # bytes, of all connections of the process
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 100,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 500,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 20,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}


class _Rows:
    """A row factory that refuses to hand over more than MAX_RESULT bytes of one cursor."""

    def __init__(self) -> None:
        self._cursor: Any = lambda: None  # weak: a cursor kept alive would keep its transaction open
        self._bytes = 0

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        if self._cursor() is not cursor:
            self._cursor, self._bytes = weakref.ref(cursor), 0
        self._bytes += sum(len(value) for value in values if isinstance(value, (str, bytes)))
        if self._bytes > MAX_RESULT:
            raise sqlite3.OperationalError(f"the result is larger than {MAX_RESULT // 1_000_000} MB; ask for less")
        return sqlite3.Row(cursor, values)


def bound(connection: sqlite3.Connection) -> None:
    """Put the limits on a connection of Datasette's."""
    for limit, most in LIMITS.items():
        connection.setlimit(limit, min(most, connection.getlimit(limit)))
    connection.execute(f"PRAGMA soft_heap_limit = {HEAP // 2}")
    connection.execute(f"PRAGMA hard_heap_limit = {HEAP}")
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.row_factory = _Rows()
