"""SQL that a reader typed, run on a connection that cannot write."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawler.errors import QueryError
from newscrawler.reports.sql_functions import add_functions
from newscrawler.storage.database.sqlite_errors import result_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_VALUE = 100_000_000  # bytes: randomblob(900000000) is nobody's question


@dataclass(frozen=True, slots=True)
class Table:
    """The answer of a statement; `rows` are read as they are asked for.  Two columns of one name are told apart.

    `remarks`: what of its `newscrawler_query(…)` was not understood.
    """

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]
    remarks: Sequence[str] = ()


@contextmanager
def read_sql(connection: sqlite3.Connection, statement: str, parameters: Mapping[str, str]) -> Iterator[Table]:
    """The answer of a statement, to be read within the block.

    Raises QueryError for what SQLite refuses, and for a statement that returns no rows; KeyboardInterrupt where the reader
    ended it.
    """
    functions = add_functions(connection)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
    # a long query is C code all along: now and then Python must have its turn, or Ctrl-C would not be heard
    connection.set_progress_handler(lambda: 0, 100_000)
    try:
        cursor = connection.execute(statement, parameters)
        if cursor.description is None:
            raise QueryError("that statement returns no rows; `sql` is for reading")
        names = [column[0] for column in cursor.description]
        columns = tuple(name if names.index(name) == at else f"{name}_{at + 1}" for at, name in enumerate(names))
        yield Table(columns, cursor, functions.remarks)
    except (sqlite3.Error, sqlite3.Warning) as error:
        code = result_code(error)
        if code == sqlite3.SQLITE_INTERRUPT:
            raise KeyboardInterrupt from error
        raise QueryError(f"SQL: {error}{_hint(error, code)}") from error
    except (UnicodeEncodeError, OverflowError) as error:  # Python's own, of a statement or a value that SQLite cannot have
        raise QueryError(f"SQL: {error}") from error


def _hint(error: Exception, code: int | None) -> str:
    if code == sqlite3.SQLITE_TOOBIG:
        return f"; a value may have {MAX_VALUE // 1_000_000} MB"
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH):
        return "; this connection only reads"
    # Python's own, which has no code
    return "; tell it with -p NAME VALUE" if "did not supply a value" in str(error) else ""
