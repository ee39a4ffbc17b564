"""Opening the archive's database: every way that can fail is a sentence."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database

from newscrawler.errors import ArchiveBusy, ArchiveError
from newscrawler.storage import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE = "news.db"
BUSY_SECONDS = 30.0


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """SQLite's errors as ours.  What is not a matter of the file (a bug in a statement) stays as it is."""
    try:
        yield
    except sqlite3.OperationalError as error:
        message = str(error)
        if "locked" in message or "busy" in message:
            raise ArchiveBusy(f"{path} is locked by another program; close it or try again later") from error
        if "full" in message:
            raise ArchiveError(f"{path}: the disk is full; make room and run the same command again") from error
        if "readonly" in message or "unable to open" in message or "disk I/O" in message:
            raise ArchiveError(f"{path} cannot be opened or written ({message}); check the folder's permissions") from error
        raise
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise ArchiveError(
                f"{path} is not a SQLite database; move it away or name another folder with --archive"
            ) from error
        if "malformed" in str(error):
            raise ArchiveError(f"{path} is damaged ({error}); restore a backup") from error
        raise


def connect_for_writing(folder: Path) -> Database:
    """The writer's connection: WAL, foreign keys, autocommit outside our own transactions."""
    path = folder / DATABASE
    with explained(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -32000")
            connection.execute("PRAGMA temp_store = MEMORY")
        except BaseException:
            connection.close()
            raise
        return Database(connection)


def connect_for_reading(folder: Path) -> Database:
    """A connection that cannot write: not this database, and no other one by ATTACH.

    Raises ArchiveError where there is no archive, or one of another schema.
    """
    path = folder / DATABASE
    if not path.exists():
        raise ArchiveError(f"there is no archive in {folder}; `newscrawler crawl` or `newscrawler demo` makes one")
    with explained(path):
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
        try:
            connection.execute("PRAGMA query_only = ON")
            db = Database(connection)
            if schema.is_newer(db):
                raise ArchiveError(f"{path} was made by a newer newscrawler; upgrade newscrawler to use it")
            if not schema.is_current(db):
                raise ArchiveError(f"{path} has an older schema; run `newscrawler migrate --archive {folder}`")
        except BaseException:
            connection.close()
            raise
        connection.set_authorizer(_no_attach)
        return db


def _no_attach(action: int, *_: object) -> int:
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK
