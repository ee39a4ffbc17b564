"""An archive as whoever writes its database has it: transactions.  It imports little, for what starts beside a crawl."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from newscrawler.storage.database.connect import DATABASE, connect_for_reading, connect_for_writing
from newscrawler.storage.database.sqlite import note_undone
from newscrawler.storage.database.sqlite_errors import explain_errors
from newscrawler.storage.schema import triggers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database


class Writing:
    """An archive's folder and database, open for writing, and the database's `path`; `close` it, or use a `with` block."""

    def __init__(self, folder: Path, db: Database) -> None:
        self.folder, self.db = folder, db
        self.path = folder / DATABASE
        self._in_transaction = False

    @classmethod
    def beside(cls, folder: Path) -> Writing:
        """The archive of a process that its one writer has started, and that writes by its leave: short transactions alone.

        Takes no lock and migrates nothing.  Raises ArchiveError where there is none of the current schema.
        """
        connect_for_reading(folder).close()
        with explain_errors(folder / DATABASE):
            return Writing(folder, connect_for_writing(folder))

    def close(self) -> None:
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One write transaction, or a part of the one that is open, whole or not at all."""
        if self.db.conn.in_transaction:
            with self.db.atomic():
                yield
            return
        with explain_errors(self.path):
            # immediate: a transaction that reads first and writes later could not wait for another writer
            self.db.execute("BEGIN IMMEDIATE")
            self._in_transaction = True
            try:
                yield
                self._complete()
                self.db.execute("COMMIT")
            except BaseException:
                note_undone(self.db)
                if self.db.conn.in_transaction:
                    self.db.execute("ROLLBACK")
                raise
            finally:
                self._in_transaction = False

    def _complete(self) -> None:
        """What has to be done before a transaction is committed."""
        triggers.index_waiting(self.db)
