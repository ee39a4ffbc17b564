"""A copy of an archive that is whole, made beside a running crawl.

The database is copied first, as of one moment (SQLite's backup API), and checked; then the WARC files up to the records
that this copy names, which were on the disk before their rows were.  WARC files only grow, so that a further backup into
the same folder copies what came since.  The new database takes the old one's place at the very end: whenever a backup is
cut short, the former one is still whole.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from newscrawler.errors import ArchiveError
from newscrawler.storage.archive import LOCK, PAGES, make_folder
from newscrawler.storage.connect import DATABASE, connect_for_reading, explain_errors
from newscrawler.storage.warc import read_page

TAIL = 1 << 16  # bytes at the end of what is there already that are compared before more is appended
BLOCK = 1 << 20  # bytes copied at a time
LARGEST_SETTING = 10_000_000  # bytes of a file beside the database that is taken along


@dataclass(frozen=True, slots=True)
class BackupReport:
    """Bytes of the database, bytes of WARC copied now, records checked, and those that could not be copied whole."""

    database_bytes: int
    warc_bytes: int
    records: int
    missing: tuple[str, ...]


def back_up(folder: Path, target: Path) -> BackupReport:
    """Back an archive up into a folder, which is new or holds an earlier backup of it.

    Raises ArchiveError where there is no archive, the target is no place for it, or a copy is not what was copied.
    """
    if target.resolve().is_relative_to(folder.resolve()) or folder.resolve().is_relative_to(target.resolve()):
        raise ArchiveError(f"{target}: a backup lies outside the archive that it is of; name another folder")
    connect_for_reading(folder, any_schema=True).close()
    make_folder(target)
    make_folder(target / PAGES)
    if (target / DATABASE).exists():
        connect_for_reading(target, any_schema=True).close()  # else it is no backup of ours, and stays as it is
    part = target / f"{DATABASE}.part"
    try:
        size = copy_database(folder / DATABASE, part)
        copied, records, missing = _copy_pages(folder / PAGES, target / PAGES, part)
        _copy_settings(folder, target)
        part.replace(target / DATABASE)
        _sync(target)
    except OSError as error:
        raise ArchiveError(f"{target}: the backup cannot be written ({error.strerror}); the former one is kept") from error
    finally:
        part.unlink(missing_ok=True)
    return BackupReport(size, copied, records, tuple(missing))


def copy_database(path: Path, target: Path, *, check: bool = True) -> int:
    """Copy a database as of one moment, also while it is written; its size in bytes.

    `check`: raises ArchiveError where the copy is damaged or has rows that point nowhere; a copy before repairs may be.
    """
    with explain_errors(target):
        target.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, that can be read where nothing can be written
            found = [row[0] for row in copy.execute("PRAGMA integrity_check(5)")] if check else ["ok"]
            loose = copy.execute("PRAGMA foreign_key_check").fetchone() if check else None
    if found != ["ok"] or loose is not None:
        raise ArchiveError(
            f"{path} is damaged ({'; '.join(found)[:200]}): no backup was made; `newscrawler doctor` says more"
        )
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return target.stat().st_size


def _copy_pages(pages: Path, target: Path, database: Path) -> tuple[int, int, list[str]]:
    """Bring WARC files up to what a database names: (bytes copied, records checked, those that are not whole)."""
    copied = records = 0
    missing: list[str] = []
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as db:
        ends = db.execute(
            "SELECT warc_file, max(warc_offset + warc_length) FROM pages GROUP BY warc_file ORDER BY warc_file"
        ).fetchall()
        for file, end in ends:
            name = Path(file).name  # whatever an archive that somebody sent names
            start, more = _bring_up(pages / name, target / name, end)
            copied += more
            rows = db.execute(
                "SELECT warc_offset, warc_length FROM pages WHERE warc_file = ? AND warc_offset + warc_length > ? "
                "ORDER BY warc_offset",
                [file, start],
            )
            for offset, length in rows:
                records += 1
                try:
                    read_page(target, file, offset, length)
                except ArchiveError as error:
                    missing.append(str(error))
    return copied, records, missing


def _bring_up(path: Path, target: Path, end: int) -> tuple[int, int]:
    """Append to a WARC file's copy what it lacks up to `end`: (where it was appended, bytes)."""
    if not path.is_file():
        return 0, 0
    with path.open("rb") as source, target.open("r+b" if target.exists() else "w+b") as copy:
        start = min(copy.seek(0, os.SEEK_END), end)
        if not _same_tail(source, copy, start):
            start = 0
        source.seek(start)
        copy.seek(start)
        left = end - start
        while left > 0 and (block := source.read(min(BLOCK, left))):
            copy.write(block)
            left -= len(block)
        if end > start:
            copy.truncate()
        copy.flush()
        os.fsync(copy.fileno())
        return start, end - start - left


def _same_tail(source: BinaryIO, copy: BinaryIO, end: int) -> bool:
    start = max(0, end - TAIL)
    source.seek(start)
    copy.seek(start)
    return source.read(end - start) == copy.read(end - start)


def _copy_settings(folder: Path, target: Path) -> None:
    """What lies beside the database: metadata, settings, notes; no links, folders or databases."""
    for path in sorted(folder.iterdir()):
        ours = path.name.startswith(DATABASE) or path.name == LOCK or path.suffix == ".backup"
        if not ours and path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST_SETTING:
            shutil.copyfile(path, target / path.name)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
