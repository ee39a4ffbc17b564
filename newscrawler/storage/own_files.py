"""Which files are an archive's own: what a user names to be written is never one of them."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from newscrawler.errors import ArchiveError
from newscrawler.storage.archive import LOCK, PAGES
from newscrawler.storage.database.connect import DATABASE, DESK, connect_for_reading
from newscrawler.storage.meaning.vector_file import NAME as VECTORS

_OF_WRITERS = ("runs", "imports", "polls")  # tables in which an archive that has collected has rows
_BEGINNINGS = (DATABASE, DESK, VECTORS, LOCK)  # of names: SQLite's files beside a database are called after it


def archive_of(path: Path) -> Path | None:
    """The folder of the archive that a file, or one that would be made there, is a part of; None where it is of none.

    Raises OSError where the path cannot be followed.
    """
    path = Path(os.path.realpath(path))
    if path.name.startswith(_BEGINNINGS) and (path.parent / PAGES).is_dir() and (path.parent / DATABASE).exists():
        return path.parent
    pages = (each for each in (path, *path.parents) if each.name == PAGES)
    return next((each.parent for each in pages if (each.parent / DATABASE).exists()), None)


def refuse_own(path: Path) -> None:
    """Raises ArchiveError where writing into a file would write over a part of an archive."""
    if (folder := archive_of(path)) is not None:
        raise ArchiveError(f"{path} is a part of the archive in {folder}, and would be lost; name another place")


def has_collected(folder: Path) -> bool:
    """Whether an archive, or what it is a backup of, has crawled or imported; where that cannot be known, it has."""
    try:
        with closing(connect_for_reading(folder, any_schema=True)) as db:
            return any(db.execute(f"SELECT EXISTS (SELECT 1 FROM {each})").fetchone()[0] for each in _OF_WRITERS)  # noqa: S608 ours
    except (ArchiveError, sqlite3.Error):
        return True
