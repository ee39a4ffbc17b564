"""A ZIP file that lacks its end, where its directory was: the files in it by the headers that stand before each.

Of files that are stored as they are, which those of a WACZ are; APPNOTE 6.3.10, 4.3.7 and 4.5.3.
"""

from __future__ import annotations

import io
from struct import Struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = Struct("<4s2xHH8xI4xHH")  # mark, flags, method, packed size, lengths of name and extra fields
_SIZES_BEHIND, _STORED, _IN_EXTRA = 0x08, 0, 0xFFFFFFFF
MAX_FILES = 10_000


class Within(NamedTuple):
    """A file in a ZIP file: where its bytes begin, and how many they are, of which some may be missing."""

    name: str
    begin: int
    size: int


def stored_files(file: BinaryIO) -> Iterator[Within]:
    """Up to the first whose header is not there, or does not say how long it is."""
    at = 0
    for _ in range(MAX_FILES):
        file.seek(at)
        head = file.read(_HEADER.size)
        if len(head) < _HEADER.size:
            return
        mark, flags, method, size, name_length, extra_length = _HEADER.unpack(head)
        if mark != b"PK\x03\x04" or flags & _SIZES_BEHIND:
            return
        name, extra = file.read(name_length), file.read(extra_length)
        if size == _IN_EXTRA:  # ZIP64: both sizes, the packed one second
            if extra[:2] != b"\x01\x00" or len(extra) < 20:
                return
            size = int.from_bytes(extra[12:20], "little")
        begin = at + _HEADER.size + name_length + extra_length
        if method == _STORED:
            yield Within(name.decode("utf-8", "replace"), begin, size)
        at = begin + size


class Window(io.RawIOBase):
    """A part of a file as a file of its own."""

    def __init__(self, file: BinaryIO, begin: int, size: int) -> None:
        self._file, self._begin, self._size = file, begin, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As files do.  Raises ValueError for a place before the beginning."""
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if at < 0:
            raise ValueError(f"negative place: {at}")
        self._at = at
        return at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # of any buffer
        self._file.seek(self._begin + self._at)
        part = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)
