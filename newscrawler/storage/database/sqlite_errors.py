"""SQLite's errors as ours, each a sentence that says what to do.  Every verb imports this, and so it imports little."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newscrawler.errors import ArchiveBusy, ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEAST_ROOM = 100_000  # bytes that are free on a disk that is not full


@contextmanager
def explain_errors(path: Path) -> Iterator[None]:
    """SQLite's errors as ours.  What is not a matter of the file (a bug in a statement) stays as it is.

    Raises ArchiveBusy where the file is locked, ArchiveError where it cannot be opened, written or read.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        explained = _explained(error, path)
        if explained is None:
            raise
        raise explained from error


def _explained(error: sqlite3.DatabaseError, path: Path) -> ArchiveError | None:
    """An error that is a matter of the file, as ours; None for any other."""
    match result_code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return ArchiveBusy(f"{path} is locked by another program; close it or try again later")
        case sqlite3.SQLITE_FULL:
            return ArchiveError(f"{path}: the disk is full; make room and run the same command again")
        case sqlite3.SQLITE_IOERR if _is_full(path):
            return ArchiveError(f"{path}: the disk is full; make room and run the same command again")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_IOERR:
            return ArchiveError(f"{path} cannot be opened or written ({error}); check the folder's permissions")
        case sqlite3.SQLITE_NOTADB:
            return ArchiveError(f"{path} is not a SQLite database; move it away or name another folder with --archive")
        case sqlite3.SQLITE_CORRUPT:
            return ArchiveError(f"{path} is damaged ({error}); restore a backup")
    if str(error).startswith("Could not decode to UTF-8"):  # Python's own, without a code
        from newscrawler.text import clean_line

        column = (clean_line(str(error), 300) or "").partition(" with text")[0].rpartition("column ")[2]
        return ArchiveError(f"{path}: a row's {column} is no text (not UTF-8), as another program wrote it; mend that row")
    return None


def _is_full(path: Path) -> bool:
    """Whether there is no room beside a file for the shared memory that WAL wants: SQLite calls that an I/O error."""
    try:
        room = os.statvfs(path.parent)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < LEAST_ROOM


def result_code(error: sqlite3.Error | sqlite3.Warning) -> int | None:
    """SQLite's primary result code of an error (https://sqlite.org/rescode.html); None of one that Python raised itself."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if code is not None else None
