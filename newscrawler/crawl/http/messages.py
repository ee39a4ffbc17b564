"""Requests as they are sent, and answers as they come in: where a head ends, and a body.  Pure.

Answers are read as browsers read them: lines may end in LF alone, lines of a head without a colon are passed over, a body
without a length ends with its connection.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Headers = Iterable[tuple[bytes, bytes]]

# bytes of an answer's heads, and of what stands behind its last chunk; a policy or a cookie in one line of 20 kB is an
# answer for browsers, and they stop here
MAX_HEAD = 262_144
MAX_SIZE_LINE = 4_096  # bytes of the line before a chunk
_STATUS = re.compile(rb"HTTP/(\d\.\d) +(\d{3})(?:\s|$)")
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;|$)")
_WITHOUT_BODY = frozenset((204, 304))


class BadAnswer(Exception):
    """What came is no answer of HTTP/1.1."""


class NoAnswer(Exception):
    """The connection ended before anything came."""


class IncompleteAnswer(Exception):
    """The connection ended within an answer, or its chunks are none."""


def request_bytes(method: str, target: str, host: str, headers: Headers, body: bytes = b"") -> bytes:
    r"""A request as it is sent.  What would end a line within a value becomes a space.

    >>> request_bytes("GET", "/a?b", "a.example", [(b"Accept", b"text/html\r\nX: y")])
    b'GET /a?b HTTP/1.1\r\nHost: a.example\r\nAccept: text/html X: y\r\n\r\n'
    """
    lines = [f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n".encode("ascii")]
    lines += [b"%b: %b\r\n" % (name, _one_line(value)) for name, value in headers]
    if body:
        lines.append(b"Content-Length: %d\r\n" % len(body))
    return b"".join((*lines, b"\r\n", body))


def _one_line(value: bytes) -> bytes:
    return b" ".join(value.splitlines()) if b"\n" in value or b"\r" in value else value


def parse_head(block: bytes) -> tuple[str, int, list[tuple[bytes, bytes]]]:
    r"""(version, status, headers) of a head, its empty line included.  Raises BadAnswer.

    >>> parse_head(b"HTTP/1.1 200 OK\r\nA: b\r\nno header\r\nC:d\r\n  e\r\n\r\n")
    ('1.1', 200, [(b'A', b'b'), (b'C', b'd  e')])
    """
    first, *lines = (line.removesuffix(b"\r") for line in block.split(b"\n"))
    stated = _STATUS.match(first)
    if stated is None:
        raise BadAnswer(f"its first line is {first[:60]!r}")
    whole: list[bytes] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and whole:  # a line that goes on
            whole[-1] += line
        else:
            whole.append(line)
    pairs = (line.partition(b":") for line in whole)
    headers = [(name.strip(), value.strip()) for name, colon, value in pairs if colon and name.strip()]
    return stated[1].decode(), int(stated[2]), headers


def _stated(headers: Headers, name: bytes) -> list[bytes]:
    """The members of all header lines of a name, which is in small letters."""
    return [part.strip() for key, value in headers if key.lower() == name for part in value.split(b",")]


def _length(headers: Headers) -> int | None:
    """How long a body is said to be.  Raises BadAnswer where that cannot be told."""
    stated = set(_stated(headers, b"content-length"))
    if not stated:
        return None
    (length, *others) = stated
    if others or not length.isdigit() or len(length) > 18:
        raise BadAnswer(f"its length is stated as {b', '.join(sorted(stated))[:60]!r}")
    return int(length)


class Answer:
    """An answer that comes in: `take` bytes until it `is_whole`, `end` where its connection does.

    `receive` is told of the head (0) and of the bytes of each piece of the body before it is kept; what it raises gives the
    answer up.
    """

    def __init__(self, method: str = "GET", receive: Callable[[Answer, int], None] = lambda answer, size: None) -> None:
        self.version, self.status = "", 0
        self.length: int | None = None  # of the body, as it is stated
        self.headers: list[tuple[bytes, bytes]] = []
        self.size = 0  # bytes of the body so far
        self.has_begun = self.is_whole = self.ends_with_connection = False
        self.leaves_more = False  # bytes came behind its end
        self._method, self._receive = method, receive
        self._body = BytesIO()
        self._head, self._line = bytearray(), b""
        self._heads = self._left = 0
        self._step: Callable[[bytes, int], int] = self._take_head

    @property
    def body(self) -> bytes:
        return self._body.getvalue()

    @property
    def may_be_followed(self) -> bool:
        """Whether its connection can be asked once more."""
        if not self.is_whole or self.ends_with_connection or self.leaves_more or self.version != "1.1":
            return False
        return b"close" not in (each.lower() for each in _stated(self.headers, b"connection"))

    def take(self, data: bytes) -> None:
        """Read on.  Raises BadAnswer, IncompleteAnswer, and what `receive` does."""
        self.has_begun = True
        at, end = 0, len(data)
        while at < end and not self.is_whole:
            at = self._step(data, at)
        self.leaves_more = self.leaves_more or at < end

    def end(self) -> None:
        """Nothing more comes.  Raises NoAnswer or IncompleteAnswer where it is not whole."""
        if self.is_whole:
            return
        if not self.has_begun:
            raise NoAnswer("the connection was closed before an answer came")
        if not self.ends_with_connection:
            raise IncompleteAnswer("the connection was closed before the answer's end")
        self.is_whole = True

    # --- its head

    def _take_head(self, data: bytes, at: int) -> int:
        before = len(self._head)
        self._head += data[at : at + MAX_HEAD]
        end = _end_of_head(self._head, max(0, before - 2))
        self._heads += (end if end >= 0 else len(self._head)) - before
        if self._heads > MAX_HEAD or (end < 0 and len(self._head) >= MAX_HEAD):
            raise BadAnswer(f"its head is larger than {MAX_HEAD} bytes")
        if end < 0:
            return len(data)
        block = bytes(self._head[:end])
        self._head.clear()
        self._begin(*parse_head(block))
        return at + end - before

    def _begin(self, version: str, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        if status == 101:
            raise BadAnswer("it changes to a protocol that nobody asked for")
        if 100 <= status < 200:
            return  # what is on its way: the answer comes behind it
        self.version, self.status, self.headers = version, status, headers
        coding = [each.lower() for each in _stated(headers, b"transfer-encoding") if each.lower() != b"identity"]
        self.length = None if coding else _length(headers)
        self._receive(self, 0)
        if self._method in ("HEAD", "CONNECT") or status in _WITHOUT_BODY or self.length == 0:
            self.is_whole = True
        elif coding:
            if coding != [b"chunked"]:
                raise BadAnswer(f"its transfer coding is {b', '.join(coding)[:60]!r}")
            self._step = self._take_size
        elif self.length is not None:
            self._left, self._step = self.length, self._take_length
        else:
            self.ends_with_connection, self._step = True, self._take_rest

    # --- its body

    def _keep(self, data: bytes, at: int, end: int) -> int:
        self.size += end - at
        self._receive(self, end - at)
        self._body.write(data if not at and end == len(data) else memoryview(data)[at:end])
        return end

    def _take_rest(self, data: bytes, at: int) -> int:
        return self._keep(data, at, len(data))

    def _take_length(self, data: bytes, at: int) -> int:
        end = self._keep(data, at, min(len(data), at + self._left))
        self._left -= end - at
        self.is_whole = not self._left
        return end

    def _take_line(self, data: bytes, at: int) -> tuple[bytes | None, int]:
        """(a line without its end, where it ends); None and the end of what is there where it is not whole yet."""
        end = data.find(b"\n", at)
        part = data[at : end if end >= 0 else len(data)]
        if len(self._line) + len(part) > MAX_SIZE_LINE:
            raise IncompleteAnswer("a line between its chunks is without end")
        self._line += part
        if end < 0:
            return None, len(data)
        line, self._line = self._line.removesuffix(b"\r"), b""
        return line, end + 1

    def _take_size(self, data: bytes, at: int) -> int:
        line, at = self._take_line(data, at)
        if line is not None:
            stated = _SIZE.match(line)
            if stated is None:
                raise IncompleteAnswer(f"a chunk's size is stated as {line[:60]!r}")
            self._left = int(stated[1], 16)
            self._step = self._take_chunk if self._left else self._take_trailer
        return at

    def _take_chunk(self, data: bytes, at: int) -> int:
        end = self._keep(data, at, min(len(data), at + self._left))
        self._left -= end - at
        if not self._left:
            self._step = self._take_end_of_chunk
        return end

    def _take_end_of_chunk(self, data: bytes, at: int) -> int:
        line, at = self._take_line(data, at)
        if line:
            raise IncompleteAnswer("a chunk is longer than its size")
        if line is not None:
            self._step = self._take_size
        return at

    def _take_trailer(self, data: bytes, at: int) -> int:
        line, end = self._take_line(data, at)
        self._heads += end - at
        if self._heads > MAX_HEAD:
            raise IncompleteAnswer(f"what stands behind its chunks is larger than {MAX_HEAD} bytes")
        self.is_whole = line == b""
        return end


def _end_of_head(data: bytearray, start: int) -> int:
    """Behind the empty line that ends a head; -1 where there is none yet."""
    ends = [at + len(mark) for mark in (b"\n\r\n", b"\n\n") if (at := data.find(mark, start)) >= 0]
    return min(ends, default=-1)
