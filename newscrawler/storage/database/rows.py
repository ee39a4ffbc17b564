"""Rows of a query as records: what rooms hand each other has names and types."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from sqlite_utils import Database

T = TypeVar("T")


def plain_rows(db: Database, sql: str, values: Sequence[object] | Mapping[str, object]) -> sqlite3.Cursor:
    """Rows of numbers, thousands a page: as they come, not as rows of the connection's making, which weighs them."""
    cursor = db.conn.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, values)


def records(db: Database, make: Callable[..., T], sql: str, **parameters: object) -> list[T]:
    """The rows of a query, each as `make(column=value, ...)`: a record's class, or a function that reads its cells.

    Raises TypeError where the query's columns are not those that `make` takes.
    """
    cursor = db.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [make(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def record(db: Database, make: Callable[..., T], sql: str, **parameters: object) -> T | None:
    """The first row of a query as a record; None where there is no row."""
    return next(iter(records(db, make, sql, **parameters)), None)


def number(db: Database, sql: str, **parameters: object) -> int:
    """What a query counts: the first cell of its first row, 0 where that is NULL or there is none."""
    row = db.execute(sql, parameters).fetchone()
    return int(row[0] or 0) if row else 0


def version(db: Database) -> int:
    """A number that changes where another connection has written (https://sqlite.org/pragma.html#pragma_data_version)."""
    return number(db, "PRAGMA data_version")
