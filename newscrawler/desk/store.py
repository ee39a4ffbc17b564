"""desk.db: opened for a request or a command and closed after it, so that two desks at once see each other's work.

It keeps SQLite's rollback journal: a desk in a folder that cannot be written is still read.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING

from newscrawler.errors import DeskBusy, DeskError
from newscrawler.storage.database.connect import DESK
from newscrawler.storage.database.sqlite import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION = 0x6E77646B  # application_id of our desks (https://www.sqlite.org/fileformat.html#application_id): "nwdk"
VERSION = 2  # user_version; 2 has corrections
BUSY_SECONDS = 3.0
_TABLE = re.compile(r"^CREATE TABLE (\w+) .+?(?=;\n)", re.DOTALL | re.MULTILINE)


@contextmanager
def reading(folder: Path, archive: str) -> Iterator[Database | None]:
    """The desk of an archive for reading; None where nobody has used it yet.  Raises DeskError.

    `archive`: the archive's identity; a desk of another archive means other articles by the same numbers.
    """
    path = folder / DESK
    if not path.exists():
        yield None
        return
    with _explained(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
        try:
            db = Database(connection)
            is_there = _is_set_up(db, archive, path)
            if is_there:
                _complete(connection, "CREATE TEMP TABLE")  # what an older desk does not have is empty
            yield db if is_there else None
        finally:
            connection.close()


@contextmanager
def writing(folder: Path, archive: str) -> Iterator[Database]:
    """The desk of an archive for one transaction, made where there is none.  Raises DeskError."""
    path = folder / DESK
    with _explained(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("BEGIN IMMEDIATE")
            db = Database(connection)
            if not _is_set_up(db, archive, path):
                _set_up(connection, archive)
            elif _complete(connection):
                connection.execute(f"PRAGMA user_version = {VERSION}")
            yield db
            connection.execute("COMMIT")
        finally:
            connection.close()


def _complete(connection: sqlite3.Connection, create: str = "CREATE TABLE") -> bool:
    """Make the tables that are not there; whether there were any."""
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    schema = resources.files("newscrawler.desk").joinpath("schema.sql").read_text(encoding="utf-8")
    tables = {found[1]: found[0] for found in _TABLE.finditer(schema)}
    missing = [statement for name, statement in tables.items() if name not in there]
    for each in missing:
        connection.execute(each.replace("CREATE TABLE", create, 1))
    return bool(missing)


def _set_up(connection: sqlite3.Connection, archive: str) -> None:
    _complete(connection)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("INSERT INTO desk (archive) VALUES (?)", [archive])


def _is_set_up(db: Database, archive: str, path: Path) -> bool:
    """Whether there are tables of ours in it.  Raises DeskError where they are another program's, version's or archive's."""
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if not application and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
        return False
    if application != APPLICATION:
        raise DeskError(f"{path} is another program's database; move it away, and a desk is made in its place")
    if version > VERSION:
        raise DeskError(f"{path} was made by a newer newscrawler; upgrade newscrawler to use it")
    row = db.execute("SELECT archive FROM desk").fetchone()
    if row is None or row[0] != archive:
        raise DeskError(f"{path} belongs to another archive: its numbers mean other articles; move it to where that one is")
    return True


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """SQLite's errors as ours."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise DeskBusy(
                f"{path} is being written by another program; nothing was changed, try again in a moment"
            ) from error
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
            raise DeskError(
                f"{path} cannot be written: the folder or the file is read-only, or the disk fails; nothing was changed"
            ) from error
        if code == sqlite3.SQLITE_FULL:
            raise DeskError(f"{path}: the disk is full; nothing was changed") from error
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise DeskError(f"{path} is damaged or no database ({error}); move it away, and a desk is made anew") from error
        raise
