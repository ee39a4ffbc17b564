"""Opening the archive's database: every way that can fail is a sentence."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

from newscrawler.errors import ArchiveError
from newscrawler.storage.database.sqlite import Database
from newscrawler.storage.database.sqlite_errors import explain_errors, result_code
from newscrawler.storage.schema import foreign
from newscrawler.storage.schema import versions as schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DATABASE = "news.db"
DESK = "desk.db"  # the reader's own, beside it (newscrawler.desk)
BUSY_SECONDS = 30.0


def connect_for_writing(folder: Path) -> Database:
    """The writer's connection: WAL, foreign keys, autocommit outside our own transactions."""
    path = folder / DATABASE
    with explain_errors(path):
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA recursive_triggers = ON")  # a row that is replaced leaves the index, too
            connection.execute("PRAGMA cache_size = -32000")
            connection.execute("PRAGMA temp_store = MEMORY")
            # the log is copied back every 16 MB, not every 4: indexes change pages all over the file, and many twice
            connection.execute("PRAGMA wal_autocheckpoint = 4000")
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
    """A search asks several archives at once: what reads may go from thread to thread, one at a time."""
    address = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
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
        connection = sqlite3.connect(f"{address}&immutable=1", uri=True, check_same_thread=False)
    except BaseException:
        connection.close()
        raise
    return connection


class VersionOfFiles:
    """Whether database files were changed, as connections of its own see it (https://sqlite.org/pragma.html#pragma_data_version)."""

    def __init__(self) -> None:
        self._connections: dict[Path, sqlite3.Connection] = {}

    def now(self, paths: Sequence[Path]) -> tuple[int, ...] | None:
        """Numbers that stay the same as long as nobody has written; None where a file does not tell at once."""
        try:
            return tuple(self._of(path) for path in paths)
        except sqlite3.Error:
            return None

    def close(self) -> None:
        """Let go of the files; asked again it opens them anew."""
        while self._connections:
            self._connections.popitem()[1].close()

    def _of(self, path: Path) -> int:
        connection = self._connections.get(path)
        if connection is None:
            connection = self._connections[path] = _read_only(path)
            connection.execute("PRAGMA busy_timeout = 0")
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        return int(version)


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
