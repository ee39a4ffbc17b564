"""The WARC files of an archive: records appended, one gzip member each, so that each can be read alone by its place.

One file a day (UTC), a further one from MAX_BYTES on.  Each begins with a record that says which program wrote it, and how.
`records` makes the records, `reading` reads them.
"""

from __future__ import annotations

import contextlib
import os
import zlib
from datetime import UTC
from typing import TYPE_CHECKING, BinaryIO

from newscrawler.errors import ArchiveError
from newscrawler.storage.warc.records import make_info
from newscrawler.storage.warc.store import is_there

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

MAX_BYTES = 1_000_000_000
SUFFIX = ".warc.gz"


def whole_members(file: BinaryIO, start: int) -> int:
    """Offset after the last gzip member that is whole, reading from `start`."""
    end = start
    file.seek(start)
    inflater = zlib.decompressobj(wbits=31)
    position = start
    while block := file.read(1 << 20):
        while block:
            try:
                inflater.decompress(block)
            except zlib.error:
                return end
            rest = inflater.unused_data
            position += len(block) - len(rest)
            if not inflater.eof:
                break
            end, inflater, block = position, zlib.decompressobj(wbits=31), rest
    return end


class PageStore:
    """The WARC files of one archive.  One writer at a time; the archive's lock sees to that."""

    def __init__(self, folder: Path, software: str) -> None:
        self.folder = folder
        self.about = {"software": software}  # what the first record of each file says, by field
        self._file: BinaryIO | None = None
        self._name = ""
        self._day: date | None = None
        self._is_on_disk = True  # all that was written

    def has(self, file: str) -> bool:
        """Whether a file of rows is there: what was lost is stored anew."""
        return is_there(self.folder, file)

    @property
    def writing(self) -> str:
        """The file that is open; "": none is."""
        return self._name if self._file is not None else ""

    def append(
        self, record: bytes, at: datetime, indexed: Callable[[str], int], beside: bytes = b""
    ) -> tuple[str, int, int]:
        """Write a record, and `beside` it another that no row names; (file, offset, length) of the first.

        `at`: when it was captured.  `indexed(file)` is the offset up to which the archive knows a file.
        Raises ArchiveError where it cannot be written.
        """
        day = at.astimezone(UTC).date()
        if self._file is None or self._day != day or self._file.tell() > MAX_BYTES:
            self._open(day, at, indexed)
        assert self._file is not None
        offset = self._file.tell()
        self._is_on_disk = False
        try:
            self._file.write(record)
            self._file.write(beside)
        except OSError as error:
            raise ArchiveError(f"{self.folder / self._name}: cannot be written: {error.strerror}") from error
        return self._name, offset, len(record)

    def _open(self, day: date, at: datetime, indexed: Callable[[str], int]) -> None:
        if self._file is None:
            self._mend(indexed)
        self.close()
        self._day = day
        for number in range(1, 1_000):
            name = f"{day.isoformat()}-{number:03}{SUFFIX}"
            path = self.folder / name
            size = path.stat().st_size if path.exists() else 0
            # a file that was cut short or taken away is not written on: rows point into what it was
            if indexed(name) <= size <= MAX_BYTES:
                break
        try:
            self.folder.mkdir(exist_ok=True)
            new = not path.exists()
            file = path.open("w+b" if new else "r+b")
        except OSError as error:
            raise ArchiveError(f"{path}: cannot be written: {error.strerror}") from error
        if new:
            file.write(make_info(name, at, self.about))
        else:
            # a kill may have torn the last record: what is not whole was never named by a row
            file.truncate(whole_members(file, indexed(name)))
            file.seek(0, os.SEEK_END)
        self._file, self._name = file, name

    def _mend(self, indexed: Callable[[str], int]) -> None:
        """Cut off what a kill tore: of the file that was written last, which is seldom the one to be written next."""
        files = list(self.folder.glob(f"*{SUFFIX}"))
        if not files:
            return
        last = max(files, key=lambda path: path.stat().st_mtime)
        try:
            with last.open("r+b") as file:
                end, size = indexed(last.name), file.seek(0, os.SEEK_END)
                if end < size and (whole := whole_members(file, end)) < size:
                    file.truncate(whole)
        except OSError as error:
            raise ArchiveError(f"{last}: cannot be written: {error.strerror}") from error

    def flush(self) -> None:
        """Bring what was written to the disk: before the rows that name it are committed.

        Most transactions write none: a look at a feed would wait for the disk twice.  Raises ArchiveError where it fails.
        """
        if self._file is not None and not self._is_on_disk:
            try:
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError as error:
                raise ArchiveError(f"{self.folder / self._name}: cannot be written: {error.strerror}") from error
            self._is_on_disk = True

    def close(self) -> None:
        """Raises ArchiveError where what was written last cannot be brought to the disk; it is closed all the same."""
        file = self._file
        if file is None:
            return
        try:
            self.flush()
        finally:
            self._file = None
            with contextlib.suppress(OSError):  # it tries to write once more
                file.close()
