"""WARC files read (ISO 28500): ours and those of others, gzipped by record or as a whole, zstd, or plain.

file --Unpacked--> bytes --read_records--> WarcRecord, WarcRecord, ... or, where one is not whole, WarcDamage

Nothing is believed of them: what is unpacked at once is bounded, a record that says to be larger than `limit` is passed over
and named, and no date is made up for one that has none.  One that is not whole ends the file there, but where it is a gzip
member: then reading goes on with the next member that begins with a record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from newscrawler.dates import read_moment
from newscrawler.errors import ArchiveError
from newscrawler.storage.warc.records import digest_of
from newscrawler.storage.warc.store import read_at
from newscrawler.storage.warc.unpacking import BrokenFile, Unpacked, next_member

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from datetime import datetime
    from pathlib import Path

MAX_RECORD = 100_000_000  # bytes of a record, unpacked: ours are of 10 MB at most, those of others may be more
MAX_PASSED = 4_000_000_000  # bytes of a record that is too large, before nothing more of its file is read
MAX_HEADERS = 100_000  # bytes of a record's own headers
MAX_RESUMED = 100  # damaged members of a file behind which it is read on; each may be read twice


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record.  `offset` and `length`: of its member in the file; a length of 0 where it shares it with others."""

    headers: tuple[tuple[str, str], ...]
    block: bytes = field(repr=False)
    offset: int
    length: int

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def type(self) -> str | None:
        return self.header("warc-type")

    @property
    def url(self) -> str | None:
        """What it is of; WARC/1.0 may write it in angle brackets."""
        url = self.header("warc-target-uri")
        return url[1:-1] if url and url.startswith("<") and url.endswith(">") else url

    @property
    def date(self) -> datetime | None:
        """When it was captured; None where it does not say, or says what is no time."""
        return read_moment(self.header("warc-date"))


@dataclass(frozen=True, slots=True)
class WarcDamage:
    """Why a record could not be read.  `ends`: nothing behind it in its file can be read either."""

    offset: int
    reason: str
    ends: bool = True


def _headers(stream: Unpacked) -> tuple[tuple[str, str], ...] | None:
    """A record's headers; None at the end of the file.  Raises BrokenFile where there is no record."""
    first = b"\r\n"
    while first in (b"\r\n", b"\n"):  # some write more empty lines between records than two
        first = stream.line(MAX_HEADERS)
    if not first:
        return None
    if not first.startswith(b"WARC/"):
        raise BrokenFile("no WARC record")
    found: list[tuple[str, str]] = []
    size = 0
    while (line := stream.line(MAX_HEADERS)).strip():
        size += len(line)
        if size > MAX_HEADERS:
            raise BrokenFile(f"more than {MAX_HEADERS} bytes of headers")
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text[0] in " \t" and found:  # WARC/1.0 folds lines
            name, value = found.pop()
            found.append((name, f"{value} {text.strip()}"))
            continue
        name, colon, value = text.partition(":")
        if colon:
            found.append((name.strip(), value.strip()))
    if not line:
        raise BrokenFile("breaks off in its headers")
    return tuple(found)


def read_records(file: BinaryIO, limit: int = MAX_RECORD) -> Iterator[WarcRecord | WarcDamage]:
    """Every record of a WARC file, and what is not whole of it, in order.  Raises nothing for what is in it."""
    at = 0
    for number in range(MAX_RESUMED + 1):
        damage = yield from _read_from(file, at, limit)
        if damage is None:
            return
        following = None
        if number < MAX_RESUMED and not damage.is_plain and file.seekable():
            following = next_member(file, damage.at.offset)
        if following is None:
            yield damage.at
            return
        yield replace(damage.at, reason=f"{damage.at.reason}; read on at {following}", ends=False)
        at = following
        file.seek(at)


class _Ended(NamedTuple):
    """Where reading came to an end, and whether in a file whose records are no members."""

    at: WarcDamage
    is_plain: bool


def _read_from(file: BinaryIO, begin: int, limit: int) -> Generator[WarcRecord | WarcDamage, None, _Ended | None]:
    """The records from a place on, where the file stands, up to one that is not whole; None where all are."""
    offset, stream, any_plain = begin, None, False
    try:
        stream = Unpacked(file, begin)
        while True:
            stream.finish_member()
            alone = stream.is_between
            offset = stream.position if stream.is_plain or alone else stream.start
            headers = _headers(stream)
            if headers is None:
                return None
            any_plain = stream.is_plain
            record = _record(stream, headers, limit)
            if isinstance(record, str):
                yield WarcDamage(offset, record, ends=False)
                continue
            ended = stream.finish_member()
            end = stream.position if stream.is_plain else stream.end
            yield WarcRecord(headers, record, offset, end - offset if stream.is_plain or (alone and ended) else 0)
    except BrokenFile as error:
        # a first member whose mark is damaged looks like a file without members
        return _Ended(WarcDamage(offset, str(error)), stream is None or any_plain)


def _record(stream: Unpacked, headers: tuple[tuple[str, str], ...], limit: int) -> bytes | str:
    """A record's block, or why it was passed over.  Raises BrokenFile where it does not end as it says."""
    stated = next((value for name, value in headers if name.lower() == "content-length"), "")
    if not (stated.isascii() and stated.isdecimal()) or len(stated) > 18:
        raise BrokenFile(f"a record of no length ({stated[:50]!r})")
    length = int(stated)
    if length > MAX_PASSED:
        raise BrokenFile(f"a record of {length} bytes")
    block = stream.take(length, keep=length <= limit)
    if stream.take(4) != b"\r\n\r\n":
        raise BrokenFile("does not end where it says")
    return block if length <= limit else f"{length} bytes, more than the {limit} that are read"


def http_parts(block: bytes) -> tuple[int | None, tuple[tuple[str, str], ...], bytes]:
    """(status, headers, body) of an HTTP answer; None for a status that is no number.  Header bytes are Latin-1."""
    head, _, body = block.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    status = [*first.split(None, 2), "", ""][1]
    pairs = (line.partition(":") for line in lines)
    headers = tuple((name.strip(), value.strip()) for name, colon, value in pairs if colon)
    return int(status) if status.isdecimal() and len(status) == 3 else None, headers, body


def read_record(folder: Path, file: str, offset: int, length: int) -> WarcRecord:
    """One record of an archive's WARC files.

    Raises ArchiveError, which names file and offset, where there is none, or one that is not whole: whose member does not
    end, or whose block or body is not the one of its digest.
    """
    where = f"{folder / file} at {offset}"
    try:
        found = next(read_records(BytesIO(read_at(folder, file, offset, length))), None)
    except (OSError, ValueError, OverflowError) as error:
        raise ArchiveError(f"{where}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if found is None:
        raise ArchiveError(f"{where}: no record there")
    if isinstance(found, WarcDamage):
        raise ArchiveError(f"{where}: cannot be read: {found.reason}")
    if wrong := wrong_digest(found):
        raise ArchiveError(f"{where}: cannot be read: {wrong}")
    return found


def read_page(folder: Path, file: str, offset: int, length: int) -> tuple[dict[str, str], bytes]:
    """(HTTP headers, body) of a stored response.  Raises ArchiveError as `read_record` does, and where it is no response."""
    record = read_record(folder, file, offset, length)
    if record.type != "response":
        raise ArchiveError(f"{folder / file} at {offset}: no record there of a response")
    _, headers, body = http_parts(record.block)
    return dict(headers), body


def exchange_at(folder: Path, file: str, offset: int, length: int) -> tuple[bytes, bytes]:
    """(the bytes of a record as they are stored, those of the request beside it; empty where none stands there).

    Raises ArchiveError as `read_record` does.
    """
    record = read_record(folder, file, offset, length)
    both = read_at(folder, file, offset, length + MAX_HEADERS)
    raw, rest = both[:length], both[length:]
    beside = next(read_records(BytesIO(rest)), None)
    if isinstance(beside, WarcRecord) and beside.header("warc-concurrent-to") == record.header("warc-record-id"):
        return raw, rest[: beside.length]
    return raw, b""


def wrong_digest(record: WarcRecord) -> str | None:
    """Which of a record's digests its bytes belie; None where all that we know how to compute are right."""
    block = record.header("warc-block-digest")
    if not is_digest_of(block, record.block):
        return "its bytes are not those that were stored"
    payload = record.header("warc-payload-digest")
    # a revisit states the digest of a body that it does not have
    if record.type == "response" and not is_digest_of(payload, http_parts(record.block)[2]):
        return "its body is not the one that was stored"
    return None


def is_digest_of(stated: str | None, body: bytes) -> bool:
    """Whether a digest is that of a body, where one is stated that we know how to compute: SHA-1 in base 32."""
    if stated is None or not stated.lower().startswith("sha1:"):
        return True
    return f"sha1:{stated[5:].upper()}" == digest_of(body)
