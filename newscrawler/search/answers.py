"""What an archive says while a query is understood, so that others that say the same need not understand it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from newscrawler.storage.database.rows import plain_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlite_utils import Database

Row = tuple[Any, ...]


class _Rows:
    """The rows of a statement, as a cursor gives them."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def fetchall(self) -> list[Row]:
        return self._rows

    def fetchone(self) -> Row | None:
        return self._rows[0] if self._rows else None


class Answers:
    """An archive for a vocabulary, that keeps what it was asked and what it said: each statement is asked once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._said: dict[tuple[str, str], tuple[Sequence[Any] | Mapping[str, Any], list[Row]]] = {}

    @property
    def database(self) -> Database:
        """For whoever asks a database by `db.conn.execute`, and nothing else."""
        return cast("Database", self)

    @property
    def conn(self) -> Answers:
        return self

    def execute(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> _Rows:
        key = (sql, repr(values))
        if key not in self._said:
            self._said[key] = (values, plain_rows(self._db, sql, values).fetchall())
        return _Rows(self._said[key][1])

    def agrees(self, other: Answers) -> bool:
        """Whether it says the same as another to all that the other was asked: nothing after the first difference."""
        return all(self.execute(sql, values).fetchall() == rows for (sql, _), (values, rows) in other._said.items())
