"""The bytes of a WARC file, unpacked BLOCK by BLOCK: gzip and zstd, whose members are told apart, or plain."""

from __future__ import annotations

import sys
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCK = 1 << 16  # bytes that are unpacked at once
MAX_DICTIONARY = 10_000_000  # bytes
_GZIP, _ZSTD, _ZSTD_DICTIONARY = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18"
_PLAIN_HEAD = b"\x1f\x8b\x08\x00"  # gzip's, without names or comments; RFC 1952
HEAD, TRAILER = 10, 8  # bytes of a member before and behind what is packed
MAX_UNPACKED = 100_000_000  # bytes of a damaged member, before its end is given up
PEEKED = 4_096  # bytes of a member that show what it begins with
_PADDING = b"\0\r\n"  # what tapes and joined files have behind a member; gzip passes over it, too
_ERRORS = (zlib.error, zstd.ZstdError, EOFError)


class BrokenFile(Exception):
    """The file cannot be read on from here; the message says why."""


class LongLine(BrokenFile):
    """A line has no end where one was to be; `skip_line` goes on behind it."""


class _Plain:
    """No compression at all, as if it were one."""

    eof = False
    unused_data = b""
    unconsumed_tail = b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        self.unconsumed_tail = data[max_length:]
        return data[:max_length]


def next_member(file: BinaryIO, at: int) -> int | None:
    """Where the gzip member behind a damaged one begins, and a record with it: that one ends, as DEFLATE says, all the same.

    None where nobody knows: within a member may lie whatever a page holds, what looks like the record of another site
    among it, so that nothing is searched for.
    """
    file.seek(at)
    raw = file.read(BLOCK)
    if raw[:4] != _PLAIN_HEAD:  # names and comments, which nobody writes in WARC files, would have to be read over
        return None
    inflater, at, raw, unpacked = zlib.decompressobj(-zlib.MAX_WBITS), at + len(raw), raw[HEAD:], 0
    try:
        while not inflater.eof and unpacked <= MAX_UNPACKED:
            if not raw:
                raw = file.read(BLOCK)
                at += len(raw)
                if not raw:
                    return None
            unpacked += len(inflater.decompress(raw, BLOCK))
            raw = inflater.unconsumed_tail
    except zlib.error:
        return None
    following = at - len(inflater.unused_data) + TRAILER
    file.seek(following)
    return following if inflater.eof and _begins_record(file.read(PEEKED)) else None


def _begins_record(member: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(member, 5) == b"WARC/"
    except zlib.error:
        return False


class Unpacked:
    """The bytes of a WARC file from `at` on, where `file` stands.

    `start`: where in the file the member at hand begins, `end`: where the last one ended.

    Raises BrokenFile where it cannot be unpacked.
    """

    def __init__(self, file: BinaryIO, at: int = 0) -> None:
        self._file = file
        self._at, self._raw = at, b""  # behind what was read of the file; what of that was not unpacked
        self._buffer = bytearray()
        self._inflater: Any | None = None
        self.start = self.end = 0
        self._load()
        try:
            self._new: Callable[[], Any] = self._codec()
        except _ERRORS as error:
            raise BrokenFile(f"its dictionary cannot be unpacked: {error}") from error

    def _load(self) -> bool:
        block = self._file.read(BLOCK)
        self._at += len(block)
        self._raw += block
        return bool(block)

    def _codec(self) -> Callable[[], Any]:
        if self._raw.startswith(_ZSTD_DICTIONARY):  # the frame that IIPC's zstd for WARC puts in front
            while len(self._raw) < 8 or len(self._raw) < 8 + int.from_bytes(self._raw[4:8], "little"):
                if not self._load() or len(self._raw) > MAX_DICTIONARY:
                    return partial(zstd.ZstdDecompressor)
            size = int.from_bytes(self._raw[4:8], "little")
            dictionary, self._raw = self._raw[8 : 8 + size], self._raw[8 + size :]
            if dictionary.startswith(_ZSTD):
                dictionary = zstd.ZstdDecompressor().decompress(dictionary, MAX_DICTIONARY)
            return partial(zstd.ZstdDecompressor, zstd.ZstdDict(dictionary))
        if self._raw.startswith(_ZSTD):
            return partial(zstd.ZstdDecompressor)
        return partial(zlib.decompressobj, 31) if self._raw.startswith(_GZIP) else _Plain

    def _fill(self) -> bool:
        """Unpack a little more; False at the end of the file.  Raises BrokenFile where that is in the midst of something."""
        while True:
            if self._inflater is None:
                if not self._raw and not self._load():
                    return False
                self.start, self._inflater = self._at - len(self._raw), self._new()
            full = not getattr(self._inflater, "needs_input", True)  # zstd keeps what it has not taken up
            ended = not full and not self._raw and not self._load()
            try:
                part = self._inflater.decompress(self._raw, BLOCK)
            except _ERRORS as error:
                raise BrokenFile(f"cannot be unpacked: {error}") from error
            self._raw = getattr(self._inflater, "unconsumed_tail", b"")
            if self._inflater.eof:
                self._raw, self._inflater = self._inflater.unused_data, None
                self.end = self._at - len(self._raw)
                self._pass_padding()
            elif ended and not part:
                if isinstance(self._inflater, _Plain):
                    self.end = self._at
                    return False
                raise BrokenFile("breaks off")
            if part:
                self._buffer += part
                return True

    def _pass_padding(self) -> None:
        """Stand where the next member begins, or at the file's end."""
        is_more = True
        while is_more:
            self._raw = self._raw.lstrip(_PADDING)
            is_more = not self._raw and self._load()

    @property
    def is_between(self) -> bool:
        """Whether what comes next begins a member of its own, or a record in a file without members."""
        return not self._buffer and self._inflater is None

    def line(self, limit: int) -> bytes:
        """Up to the next line feed, that included; empty at the file's end.  Raises LongLine beyond `limit` bytes."""
        searched = 0
        while (at := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > limit:
                raise LongLine("no WARC record")
            if not self._fill():
                at = searched - 1
                break
        found = bytes(self._buffer[: at + 1])
        del self._buffer[: at + 1]
        return found

    def skip_line(self) -> None:
        """Pass over what is left of a line, however long.  Raises BrokenFile where it cannot be unpacked."""
        while (at := self._buffer.find(b"\n")) < 0:
            self._buffer.clear()
            if not self._fill():
                return
        del self._buffer[: at + 1]

    def take(self, number: int, *, keep: bool = True) -> bytes:
        """So many bytes, or none of them where they are not kept.  Raises BrokenFile where there are fewer."""
        parts, left = [], number
        while left:
            if not self._buffer and not self._fill():
                raise BrokenFile(f"breaks off, {left} bytes before its end")
            part = bytes(self._buffer[:left])
            del self._buffer[: len(part)]
            left -= len(part)
            if keep:
                parts.append(part)
        return b"".join(parts)

    def finish_member(self) -> bool:
        """Whether nothing but its end was left of the member at hand; it is read to there.

        Raises BrokenFile where that is not to be had.
        """
        while not self._buffer and self._inflater is not None and not isinstance(self._inflater, _Plain):
            if not self._fill():
                break
        return self.is_between

    @property
    def position(self) -> int:
        """Where in the file the next byte stands, of one without members."""
        return self._at - len(self._raw) - len(self._buffer)

    @property
    def is_plain(self) -> bool:
        return self._new is _Plain
