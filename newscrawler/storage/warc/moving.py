"""WARC files that are written no more, moved from the archive's folder into its store (`store`).

    finished --copied and read back--> Moved --noted in one transaction--> the folder's file goes

A kill between any two steps leaves the file in both places, and the next time it goes on there.  Nothing that the store has
already is overwritten with anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.errors import ArchiveError
from newscrawler.storage.articles.captures import indexed_length
from newscrawler.storage.database.identity import identity
from newscrawler.storage.warc.store import Store, digest_of_file, stored_name
from newscrawler.storage.warc.writing import MAX_BYTES, SUFFIX

if TYPE_CHECKING:
    from datetime import date, datetime

    from newscrawler.storage.archive import Archive


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that its store has whole; `place`: the store."""

    file: str
    place: str
    bytes: int
    sha256: str


def finished(archive: Archive, before: date | None = None) -> list[str]:
    """Files in the folder that rows name, but for the one that is written; `before`: not those of that day or later."""
    found = []
    for path in sorted(archive.pages.folder.glob(f"*{SUFFIX}")):
        full = path.stat().st_size > MAX_BYTES
        if path.name != archive.pages.writing and (before is None or full or path.name < before.isoformat()):
            found.append(path.name)
    return [each for each in found if indexed_length(archive.db, each) > 0]


def put(folder: Path, file: str, archive: str, store: Store) -> Moved:
    """Copy a file into the store, and read it back; `archive`: whose it is.

    Raises ArchiveError where that fails, or where the store has another one of that name.
    """
    name, path = stored_name(archive, file), folder / file
    try:
        with path.open("rb") as stream:
            here = digest_of_file(stream)
        there = _there(store, name)
        if there is not None and there != here:
            if there[0] >= here[0]:
                raise ArchiveError(f"{store.address} has another {name}; it was left as it is, and {path} too")
            there = None  # a copy that was cut short
        if there is None:
            store.put(path, name)
        if _there(store, name) != here:
            raise ArchiveError(f"{path} came to {store.address} otherwise than it is; it stays in the folder")
    except OSError as error:
        raise ArchiveError(f"{path} cannot be moved to {store.address}: {error.strerror or error}; it stays") from error
    return Moved(file, store.address, *here)


def _there(store: Store, name: str) -> tuple[int, str] | None:
    if store.size(name) is None:
        return None
    with store.open(name) as stream:
        return digest_of_file(stream)


def note(archive: Archive, moved: Moved, now: datetime) -> bool:
    """Write down where a file is, and take it out of the folder; False where it was written on since.

    In the writer's thread.
    """
    path = archive.pages.folder / moved.file
    if archive.pages.writing == moved.file or not path.is_file() or path.stat().st_size != moved.bytes:
        return False
    with archive.transaction():
        archive.db.execute(
            """
            INSERT INTO warc_places (warc_file, place, bytes, sha256, moved) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (warc_file) DO UPDATE SET place = excluded.place, bytes = excluded.bytes, sha256 = excluded.sha256,
                                                  moved = excluded.moved
            """,
            [moved.file, moved.place, moved.bytes, moved.sha256, iso(now)],
        )
    path.unlink()
    return True


def move_out(archive: Archive, store: Store, now: datetime) -> list[Moved]:
    """All files of an archive that nobody else writes.  Raises ArchiveError as `put` does."""
    archive.pages.close()
    done = []
    for file in finished(archive):
        moved = put(archive.pages.folder, file, identity(archive.db), store)
        if note(archive, moved, now):
            done.append(moved)
    return done
