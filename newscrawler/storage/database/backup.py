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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from newscrawler.errors import ArchiveError
from newscrawler.storage.archive import LOCK, PAGES, make_folder
from newscrawler.storage.articles.pages import named_records
from newscrawler.storage.database.connect import DATABASE, DESK, connect_for_reading
from newscrawler.storage.database.identity import identity
from newscrawler.storage.database.sqlite_errors import explain_errors
from newscrawler.storage.warc.checks import places_of, wrong_with
from newscrawler.storage.warc.reading import read_record

if TYPE_CHECKING:
    from collections.abc import Sequence

TAIL = 1 << 16  # bytes at the end of what is there already that are compared before more is appended
BLOCK = 1 << 20  # bytes copied at a time
LARGEST_SETTING = 10_000_000  # bytes of a file beside the database that is taken along


@dataclass(frozen=True, slots=True)
class BackupReport:
    """Bytes of the database, bytes of WARC copied now, records checked, and those that could not be copied whole.

    `kept`: WARC files that the backup has whole and the archive no longer; they were left as they were.  `elsewhere`: those
    that are in the archive's store, and were not copied.
    """

    database_bytes: int
    warc_bytes: int
    records: int
    missing: tuple[str, ...]
    kept: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


def back_up(folder: Path, target: Path) -> BackupReport:
    """Back an archive up into a folder, which is new or holds an earlier backup of it.

    Raises ArchiveError where there is no archive, the target is no place for it, or a copy is not what was copied.
    """
    if target.resolve().is_relative_to(folder.resolve()) or folder.resolve().is_relative_to(target.resolve()):
        raise ArchiveError(f"{target}: a backup lies outside the archive that it is of; name another folder")
    which = _identity(folder)
    for each in (target, target / PAGES):
        make_folder(each, "name another folder for the backup")
    # a former backup; anything else, another archive or another program's database, stays as it is
    if (target / DATABASE).exists() and _identity(target) != which:
        raise ArchiveError(f"{target} holds another archive than {folder}; name another folder for the backup")
    part = target / f"{DATABASE}.part"
    try:
        size = copy_database(folder / DATABASE, part)
        report = _copy_pages(folder / PAGES, target / PAGES, part)
        _copy_settings(folder, target)
        _copy_desk(folder / DESK, target / DESK)
        part.replace(target / DATABASE)
        _sync(target)
    except OSError as error:
        raise ArchiveError(f"{target}: the backup cannot be written ({error.strerror}); the former one is kept") from error
    finally:
        part.unlink(missing_ok=True)
    return replace(report, database_bytes=size)


def _identity(folder: Path) -> str:
    """Which archive is in a folder.  Raises ArchiveError where none of ours is."""
    with closing(connect_for_reading(folder, any_schema=True)) as db:
        return identity(db)


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
        if loose is not None and found == ["ok"]:
            found = [f"rows of {loose[0]} point at rows of {loose[2]} that are not there"]
        raise ArchiveError(
            f"{path} is damaged ({'; '.join(found)[:200]}): no backup was made; `newscrawler doctor` says more"
        )
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return target.stat().st_size


def _copy_pages(pages: Path, target: Path, database: Path) -> BackupReport:
    """Bring WARC files up to what a database names; all of the report but the database's size."""
    copied = records = 0
    missing: list[str] = []
    kept: list[str] = []
    elsewhere: list[str] = []
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as db:
        named = named_records(db)
        ends = db.execute(
            f"SELECT warc_file, max(warc_offset + warc_length) FROM {named} GROUP BY warc_file ORDER BY warc_file"  # noqa: S608 ours
        ).fetchall()
        moved = _moved(db)
        for file, end in ends:
            if file in moved and not (pages / Path(file).name).is_file():
                elsewhere.append(file)
                continue
            name = Path(file).name  # whatever an archive that somebody sent names
            rows = [Place(offset, *rest) for offset, rest in sorted(places_of(db, file).items())]
            start, more = _bring_up(pages / name, target / name, end, rows)
            copied += more
            since = [row for row in rows if row.offset + row.length > start]
            records += len(since)
            missing += _broken(target / name, since)
            if start == more == 0 < end and (target / name).is_file():
                kept.append(str(pages / name))
    return BackupReport(0, copied, records, tuple(missing), tuple(kept), tuple(elsewhere))


def _moved(db: sqlite3.Connection) -> set[str]:
    """WARC files that are in the archive's store (warc.moving), which is no part of its folder."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'warc_places'").fetchone() is None:
        return set()
    return {row[0] for row in db.execute("SELECT warc_file FROM warc_places")}


class Place(NamedTuple):
    """Where a record is, in bytes, and the digest of its page that is stored; None where it is no page's."""

    offset: int
    length: int
    digest: str | None


def _broken(path: Path, rows: Sequence[Place]) -> list[str]:
    """What is wrong with the records of a WARC file at these places, in words."""
    found = []
    for offset, length, digest in rows:
        try:
            reason = wrong_with(read_record(path.parent, path.name, offset, length), length, digest)
        except ArchiveError as error:
            found.append(str(error))
        else:
            found += [f"{path} at {offset}: {reason}"] if reason else []
    return found


def _bring_up(path: Path, target: Path, end: int, rows: Sequence[Place]) -> tuple[int, int]:
    """Append to a WARC file's copy what it lacks up to `end`: (where it was appended, bytes).

    Where the two are not the same so far, it is copied anew, and the copy with fewer broken records stays: a disk that
    fails is what backups are for.
    """
    if not path.is_file():
        return 0, 0
    with path.open("rb") as source, target.open("r+b" if target.exists() else "w+b") as copy:
        start = min(copy.seek(0, os.SEEK_END), end)
        if _same_tail(source, copy, start):
            return start, _append(source, copy, start, end)
    anew = target.with_name(f"{target.name}.part")
    try:
        with path.open("rb") as source, anew.open("w+b") as copy:
            copied = _append(source, copy, 0, end)
        if len(_broken(anew, rows)) > len(_broken(target, rows)):
            return 0, 0
        anew.replace(target)
    finally:
        anew.unlink(missing_ok=True)
    return 0, copied


def _append(source: BinaryIO, copy: BinaryIO, start: int, end: int) -> int:
    """Copy the bytes from `start` to `end`, to the disk; how many there were."""
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
    return end - start - left


def _same_tail(source: BinaryIO, copy: BinaryIO, end: int) -> bool:
    start = max(0, end - TAIL)
    source.seek(start)
    copy.seek(start)
    return source.read(end - start) == copy.read(end - start)


def _copy_settings(folder: Path, target: Path) -> None:
    """What lies beside the database: metadata, settings, notes; no links, folders or databases."""
    for path in sorted(folder.iterdir()):
        ours = path.name.startswith((DATABASE, DESK)) or path.name == LOCK or path.suffix == ".backup"
        if not ours and path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST_SETTING:
            shutil.copyfile(path, target / path.name)


def _copy_desk(path: Path, target: Path) -> None:
    """The reader's desk as of one moment; one that is damaged as it is: it is no reason to have no backup."""
    if not path.is_file() or path.is_symlink():
        return
    part = target.with_name(f"{DESK}.part")
    try:
        copy_database(path, part)
    except (ArchiveError, sqlite3.DatabaseError):
        shutil.copyfile(path, part)
    part.replace(target)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
