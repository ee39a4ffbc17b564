"""Opening the archive's database: every way that can fail is a sentence."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database

from newscrawler.errors import ArchiveBusy, ArchiveError
from newscrawler.storage import foreign, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE = "news.db"
BUSY_SECONDS = 30.0


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
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_IOERR:
            return ArchiveError(f"{path} cannot be opened or written ({error}); check the folder's permissions")
        case sqlite3.SQLITE_NOTADB:
            return ArchiveError(f"{path} is not a SQLite database; move it away or name another folder with --archive")
        case sqlite3.SQLITE_CORRUPT:
            return ArchiveError(f"{path} is damaged ({error}); restore a backup")
    return None


def result_code(error: sqlite3.Error | sqlite3.Warning) -> int | None:
    """SQLite's primary result code of an error (https://sqlite.org/rescode.html); None of one that Python raised itself."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if code is not None else None


def connect_for_writing(folder: Path) -> Database:
    """The writer's connection: WAL, foreign keys, autocommit outside our own transactions."""
    path = folder / DATABASE
    with explain_errors(path):
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


def connect_for_reading(folder: Path, *, any_schema: bool = False) -> Database:
    """A connection that cannot write: not this database, and no other one by ATTACH.

    Raises ArchiveError where there is no archive, or one of another schema (`any_schema`: of another program).
    """
    path = folder / DATABASE
    if not path.exists():
        raise ArchiveError(f"there is no archive in {folder}; `newscrawler crawl` or `newscrawler demo` makes one")
    with explain_errors(path):
        db = Database(_read_only(path))
        try:
            if not schema.is_ours(db):
                raise ArchiveError(f"{path} is another program's database; name another folder with --archive")
            if schema.is_newer(db):
                raise ArchiveError(f"{path} was made by a newer newscrawler; upgrade newscrawler to use it")
            if not any_schema and not schema.is_current(db):
                raise ArchiveError(f"{path} has an older schema; run `newscrawler migrate --archive {folder}`")
        except BaseException:
            db.close()
            raise
        if not any_schema:
            foreign.shadow_views(db.conn)
        db.conn.set_authorizer(_reads_only)
        return db


def _read_only(path: Path) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA cache_size = -32000")
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        # a write-protected copy: SQLite cannot make the files of its log there, and needs none
        refused = result_code(error) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not refused or _has_log(path):
            raise
        connection = sqlite3.connect(f"{address}&immutable=1", uri=True)
    except BaseException:
        connection.close()
        raise
    return connection


def _has_log(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def is_settled(folder: Path) -> bool:
    """Whether nobody can be writing an archive, so that SQLite may be told that its file is immutable.

    Where its folder cannot be written SQLite could not make the files of its log, and must be told.
    """
    return not os.access(folder, os.W_OK) and not _has_log(folder / DATABASE)


def bound(connection: sqlite3.Connection, *, heap: int, busy_seconds: float) -> None:
    """Bound a reader's connection: bytes that SQLite may have for all of the process, and how long it waits for a writer."""
    connection.execute(f"PRAGMA soft_heap_limit = {heap // 2}")  # where it begins to give memory back
    connection.execute(f"PRAGMA hard_heap_limit = {heap}")
    connection.execute(f"PRAGMA busy_timeout = {busy_seconds * 1_000:.0f}")


# pragmas that only tell; any other is refused where it is given a value
_TELLING = frozenset({
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
    "foreign_key_check", "integrity_check", "quick_check", "query_only",
})  # fmt: skip


def _reads_only(action: int, first: str | None, second: str | None, *_: object) -> int:
    changes = action == sqlite3.SQLITE_PRAGMA and second is not None and (first or "").lower() not in _TELLING
    return sqlite3.SQLITE_DENY if changes or action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK
