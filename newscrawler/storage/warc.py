"""Raw responses as WARC (ISO 28500): the only file that imports warcio.

One gzip member a record, so that a record can be read alone by file, offset and length.  One file a day
(UTC), a further one from MAX_BYTES on.  `make_record` is pure and runs in a worker; `PageStore` appends.
"""

from __future__ import annotations

import os
import re
import zlib
from base64 import b32encode
from hashlib import sha1
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from zlib_ng import zlib_ng

from newscrawler.content_coding import decoded
from newscrawler.dates import iso
from newscrawler.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from newscrawler.items import Page

MAX_BYTES = 1_000_000_000
MAX_RECORD = 500_000_000  # bytes unpacked: ours are of 10 MB at most, those of others may be more
LEVEL = 6  # 9 costs twice the time for one per cent
GZIP = 31  # zlib's `wbits` for a gzip member
_LINE_BREAKS = re.compile(rb"[\r\n]+")
# The body is stored decoded, so these would lie; kept under the name that web archives use for such
_UNDONE = frozenset({"content-encoding", "transfer-encoding", "content-length"})


class _AsTheyCame(StatusAndHeaders):  # type: ignore[misc]
    """Headers as the bytes that they came as.  warcio would spell those beyond ASCII anew, and stumbles over some."""

    def to_ascii_bytes(self, header_filter: object = None) -> bytes:
        lines = [f"{self.protocol} {self.statusline}", *(f"{name}: {value}" for name, value in self.headers)]
        return b"\r\n".join(_LINE_BREAKS.sub(b" ", _header_bytes(line)) for line in lines) + b"\r\n\r\n"


def _header_bytes(line: str) -> bytes:
    """A header's bytes: `Page.headers` are Latin-1, by which every byte is a character."""
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:  # of a page that came otherwise
        return line.encode("utf-8", "replace")


def _http_headers(page: Page) -> StatusAndHeaders:
    length = str(len(page.body))
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _UNDONE and value != length else name, value)
        for name, value in page.headers
    ]
    if page.header("content-length") != length:
        headers.append(("Content-Length", length))
    return _AsTheyCame(str(page.status), headers, protocol="HTTP/1.1")


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
    """(HTTP headers, body) of a stored response.

    Raises ArchiveError, which names file and offset, where there is none, or one that is not whole: whose gzip member does
    not end, or whose body is not the one of its digest.
    """
    where = f"{folder / file} at {offset}"
    try:
        with (folder / Path(file).name).open("rb") as stream:
            stream.seek(offset)
            member = decoded(stream.read(length), ["gzip"], MAX_RECORD)
        for record in ArchiveIterator(BytesIO(member)):
            if record.http_headers is None:
                break
            headers, body = dict(record.http_headers.headers), record.content_stream().read()
            stated = record.rec_headers.get_header("WARC-Payload-Digest")
            if stated is not None and not _is_digest_of(stated, body):
                raise ArchiveError(f"{where}: cannot be read: its body is not the one that was stored")
            return headers, body
    except (OSError, ValueError, zlib.error, ArchiveLoadFailed) as error:
        raise ArchiveError(f"{where}: cannot be read: {error}") from error
    raise ArchiveError(f"{where}: no record there")


def _is_digest_of(stated: str, body: bytes) -> bool:
    """Whether a digest is that of a body, where it is of a kind that we know."""
    name, _, value = stated.partition(":")
    return name.lower() != "sha1" or value.upper() == b32encode(sha1(body, usedforsecurity=False).digest()).decode()
