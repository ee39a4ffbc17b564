"""Signs of all vectors in one file beside the database, so that a search looks at a million in a tenth of a second.

    a head       the encoder whose vectors they are, in 72 bytes
    a record     number and article in 4 bytes each, the vector's 512 signs in 64 bytes

The file has nothing that the database lacks: where it is missing, torn or another encoder's, it is made anew.  Records are
appended after the rows that they are of were committed; whoever reads asks the database for what the file lacks.
"""

from __future__ import annotations

import mmap
import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from newscrawler.meaning.vectors import BIT_BYTES, bits_in, bits_of, unpacked
from newscrawler.storage.meaning import vectors

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    from newscrawler.meaning.vectors import Bits
    from newscrawler.storage.meaning.vectors import StoredVector

NAME = "news.vectors"
HEAD = b"newscrawler signs 1\n"
RECORD = 8 + BIT_BYTES
CHUNK = 5_000  # vectors read at once


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Signs:
    """Signs of vectors: `table` has one row of nine words for each, numbers in the first; `last`: the last number in it."""

    table: Bits
    last: int


def head_of(encoder: str) -> bytes:
    """The first bytes of a file of an encoder's signs."""
    return (HEAD + encoder.encode()[: RECORD - len(HEAD)]).ljust(RECORD, b"\0")


def _records(found: list[StoredVector]) -> bytes:
    signs = bits_of(unpacked([each.vector for each in found]))
    return b"".join(
        struct.pack("<II", each.number, each.article_id) + signs[at * BIT_BYTES : (at + 1) * BIT_BYTES]
        for at, each in enumerate(found)
    )


def _whole_size(path: Path, encoder: str) -> int:
    """The bytes of a file that are whole records behind the right head; 0 where it has none."""
    try:
        with path.open("rb") as file:
            if file.read(RECORD) != head_of(encoder):
                return 0
        return path.stat().st_size // RECORD * RECORD
    except OSError:
        return 0


def _last_number(path: Path, size: int) -> int:
    with path.open("rb") as file:
        file.seek(size - RECORD)
        return int(struct.unpack("<I", file.read(4))[0])


def bring_up_to_date(folder: Path, db: Database, encoder: str) -> int:
    """Append what the file lacks; how many.  For the archive's writer alone.  Raises OSError where the disk says no."""
    path, number = folder / NAME, vectors.encoder_id(db, encoder)
    if number is None:
        return 0
    size = _whole_size(path, encoder)
    last = _last_number(path, size) if size > RECORD else 0
    if last > vectors.last_number(db):  # of a later state of a database that was brought back
        size = last = 0
    if not size:  # a file of its own: who searches the one that was there has it mapped, and would die of its cutting
        path.unlink(missing_ok=True)
        path.write_bytes(head_of(encoder))
        size = RECORD
    with path.open("r+b") as file:
        file.truncate(size)
        file.seek(0, 2)
        added = 0
        while found := vectors.made_since(db, number, last, CHUNK):
            file.write(_records(found))
            last, added = found[-1].number, added + len(found)
    return added


_Mapped = tuple[str, str, int, int, int]  # the file, its encoder, and which state of it
_in_use: WeakValueDictionary[_Mapped, Signs] = WeakValueDictionary()  # who searches at once shares one map


def signs(folder: Path, encoder: str) -> Signs:
    """The signs in the file, mapped and not read; none where there is no such file.  The map goes with its last user."""
    path = folder / NAME
    size = _whole_size(path, encoder)
    if size <= RECORD:
        return Signs(bits_in(b""), 0)
    with path.open("rb") as file:
        state = os.fstat(file.fileno())
        key = (str(path), encoder, state.st_ino, state.st_mtime_ns, size)
        found = _in_use.get(key)
        if found is None:
            mapped = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
            (last,) = struct.unpack_from("<I", mapped, size - RECORD)
            found = _in_use[key] = Signs(bits_in(memoryview(mapped)[RECORD:]), last)
    return found


def signs_of(found: list[StoredVector]) -> Bits:
    """The same of vectors that the file lacks."""
    return bits_in(_records(found) if found else b"")
