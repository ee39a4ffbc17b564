"""Raw responses as WARC (ISO 28500): the only file that imports warcio.

One gzip member a record, so that a record can be read alone by file, offset and length.  One file a day
(UTC), a further one from MAX_BYTES on.  `make_record` is pure and runs in a worker; `PageStore` appends.
"""

from __future__ import annotations

import os
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from zlib_ng import zlib_ng

from newscrawler.dates import iso
from newscrawler.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from newscrawler.items import Page

MAX_BYTES = 1_000_000_000
LEVEL = 6  # 9 costs twice the time for one per cent
GZIP = 31  # zlib's `wbits` for a gzip member
# The body is stored decoded, so these would lie; kept under the name that web archives use for such
_UNDONE = frozenset({"content-encoding", "transfer-encoding", "content-length"})


def _http_headers(page: Page) -> StatusAndHeaders:
    length = str(len(page.body))
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _UNDONE and value != length else name, value)
        for name, value in page.headers
    ]
    if page.header("content-length") != length:
        headers.append(("Content-Length", length))
    return StatusAndHeaders(str(page.status), headers, protocol="HTTP/1.1")


def _member(out: BytesIO) -> bytes:
    # no time of day in it: the same record makes the same bytes
    return zlib_ng.compress(out.getbuffer(), LEVEL, GZIP)


def make_record(page: Page) -> tuple[bytes, str]:
    """(one gzip member with the page as a WARC response record, its payload digest)."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=False)
    about = {"WARC-Date": iso(page.fetched)}
    if page.ip:
        about["WARC-IP-Address"] = page.ip
    record = writer.create_warc_record(
        page.url,
        "response",
        payload=BytesIO(page.body),
        length=len(page.body),  # else warcio copies the body to a temporary file, twice
        http_headers=_http_headers(page),
        warc_headers_dict=about,
    )
    writer.write_record(record)
    return _member(out), record.rec_headers.get_header("WARC-Payload-Digest")


def _info_record(name: str, software: str) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=False)
    writer.write_record(writer.create_warcinfo_record(name, {"software": software, "format": "WARC File Format 1.0"}))
    return _member(out)


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
        self.folder, self.software = folder, software
        self._file: BinaryIO | None = None
        self._name = ""
        self._day: date | None = None

    def append(self, record: bytes, day: date, indexed: Callable[[str], int]) -> tuple[str, int, int]:
        """Write a record; (file, offset, length).  `indexed(file)` is the offset up to which the archive knows a file.

        Raises ArchiveError where it cannot be written.
        """
        if self._file is None or self._day != day or self._file.tell() > MAX_BYTES:
            self._open(day, indexed)
        assert self._file is not None
        offset = self._file.tell()
        try:
            self._file.write(record)
        except OSError as error:
            raise ArchiveError(f"{self.folder / self._name}: cannot be written: {error.strerror}") from error
        return self._name, offset, len(record)

    def _open(self, day: date, indexed: Callable[[str], int]) -> None:
        self.close()
        self._day = day
        for number in range(1, 1_000):
            name = f"{day.isoformat()}-{number:03}.warc.gz"
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
            file.write(_info_record(name, self.software))
        else:
            # a kill may have torn the last record: what is not whole was never named by a row
            file.truncate(whole_members(file, indexed(name)))
            file.seek(0, os.SEEK_END)
        self._file, self._name = file, name

    def flush(self) -> None:
        """Bring what was written to the disk: before the rows that name it are committed.

        Raises ArchiveError where that fails.
        """
        if self._file is not None:
            try:
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError as error:
                raise ArchiveError(f"{self.folder / self._name}: cannot be written: {error.strerror}") from error

    def close(self) -> None:
        if self._file is not None:
            self.flush()
            self._file.close()
            self._file = None


def read_page(folder: Path, file: str, offset: int, length: int) -> tuple[dict[str, str], bytes]:
    """(HTTP headers, body) of a stored response.  Raises ArchiveError where there is none."""
    try:
        with (folder / Path(file).name).open("rb") as stream:
            stream.seek(offset)
            for record in ArchiveIterator(BytesIO(stream.read(length))):
                return dict(record.http_headers.headers), record.content_stream().read()
    except (OSError, ValueError, zlib.error, ArchiveLoadFailed) as error:
        raise ArchiveError(f"{folder / file} at {offset}: cannot be read: {error}") from error
    raise ArchiveError(f"{folder / file} at {offset}: no record there")
