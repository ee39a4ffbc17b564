"""A database as the program uses it: a connection and transactions within transactions; the rest of sqlite-utils on demand.

sqlite-utils takes longer to import than most commands take for all else, and three quarters of what is asked of it are
statements.  Where pandas and numpy are installed it imports both, to take their types as values of columns, which nothing
here has: 50 MB and more than a second.  So this is the one door by which it comes in, without those two.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlite_utils import Database, Migrations

HEAVY = ("pandas", "numpy")


@contextmanager
def _without(names: tuple[str, ...]) -> Iterator[None]:
    """Modules that are not imported yet cannot be imported in the block; afterwards they can."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: an import raises ImportError
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)


def empty_migrations(name: str) -> Migrations:
    """A set of migrations of sqlite-utils, with nothing in it yet."""
    with _without(HEAVY):
        from sqlite_utils import Migrations

    return Migrations(name)


def times_undone(db: Database) -> int:
    """How often something was undone: what was remembered of the database before may be false."""
    return getattr(db, "undone", 0)


def note_undone(db: Any) -> None:
    """Say that a transaction or a part of one is undone."""
    db.undone = times_undone(db) + 1


class _Database:
    """sqlite-utils' Database of a connection, whose own methods are there without importing it; any other imports it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.conn = connection
        self.execute = connection.execute
        self.undone = 0

    @contextmanager
    def atomic(self) -> Iterator[_Database]:
        """All of the block or nothing; within another block a savepoint.

        The savepoints of one connection share a name, of which SQLite takes the innermost: so its statements stay prepared.
        """
        outer = self.conn.in_transaction
        self.execute("SAVEPOINT nested" if outer else "BEGIN")
        try:
            yield self
            self.execute("RELEASE nested" if outer else "COMMIT")
        except BaseException:
            note_undone(self)
            if self.conn.in_transaction:  # a full disk ends the whole transaction
                if outer:
                    self.execute("ROLLBACK TO nested")
                    self.execute("RELEASE nested")
                else:
                    self.execute("ROLLBACK")
            raise

    def close(self) -> None:
        self.conn.close()

    @cached_property
    def _whole(self) -> Database:
        with _without(HEAVY):
            from sqlite_utils import Database

        return Database(self.conn, execute_plugins=False, recursive_triggers=False)  # `connect` says what is on

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    def __getitem__(self, table: str) -> Any:
        return self._whole[table]


if not TYPE_CHECKING:
    Database = _Database  # typed as the class whose part it plays

__all__ = ["Database", "empty_migrations", "note_undone", "times_undone"]
