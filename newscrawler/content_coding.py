"""Content codings of HTTP (RFC 9110, 8.4.1): the bytes of an answer, and whether they are all there.

Scrapy's own decoding hands on what a stream that was cut had brought until then, as if that were the page.
"""

from __future__ import annotations

import sys
import zlib
from typing import TYPE_CHECKING

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ACCEPTED = ("gzip", "deflate", "br", "zstd")
BLOCK = 65_536  # bytes that are decoded at once: so much more than the limit is held at most
GZIP_MAGIC = b"\x1f\x8b"
_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's `wbits`


class IncompleteStream(ValueError):
    """The stream breaks off, or cannot be read on: what came is not the whole."""


class TooLarge(ValueError):
    """The stream holds more than the limit."""


def codings(stated: Sequence[str]) -> list[str]:
    """The codings of an answer in the order in which they were applied, of its Content-Encoding headers.

    >>> codings(["GZIP, br", "x-gzip"]), codings(["identity", ""])
    (['gzip', 'br', 'gzip'], [])
    """
    names = [name.strip().lower() for value in stated for name in value.split(",")]
    return [name.removeprefix("x-") for name in names if name not in ("", "identity", "none")]


def decoded(body: bytes, names: Sequence[str], limit: int) -> bytes:
    """A body freed of its codings, of at most `limit` bytes at each of them.

    Raises IncompleteStream where a stream does not end or is broken, TooLarge, and KeyError for a coding that is none of
    ACCEPTED.

    >>> decoded(zlib.compress(b"whole"), ["deflate"], 100)
    b'whole'
    """
    for name in reversed(names):
        body = _within(_DECODERS[name](body), name, limit)
    return body


def _within(parts: Iterator[bytes], name: str, limit: int) -> bytes:
    whole = bytearray()
    try:
        for part in parts:
            whole += part
            if len(whole) > limit:
                raise TooLarge(f"more than {limit} bytes of {name}")
    except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
        raise IncompleteStream(f"its {name} breaks off or is broken after {len(whole)} bytes: {error}") from error
    return bytes(whole)


def _zlib_parts(body: bytes, wbits: int) -> Iterator[bytes]:
    """Blocks of one stream or, of gzip, of several; what follows a stream and begins none is left aside, as browsers do."""
    while True:
        stream = zlib.decompressobj(wbits=wbits)
        while not stream.eof:
            part = stream.decompress(body, BLOCK)
            body = stream.unconsumed_tail
            if not part and not body and not stream.eof:
                raise EOFError("no end")
            yield part
        body = stream.unused_data
        if wbits != _GZIP or not body.startswith(GZIP_MAGIC):
            return


def _gzip(body: bytes) -> Iterator[bytes]:
    return _zlib_parts(body, _GZIP)


def _deflate(body: bytes) -> Iterator[bytes]:
    """What is called deflate is a zlib stream; some servers send the bare one."""
    is_zlib = len(body) >= 2 and body[0] & 15 == 8 and int.from_bytes(body[:2]) % 31 == 0  # RFC 1950, 2.2
    return _zlib_parts(body, _ZLIB if is_zlib else _RAW)


def _brotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    while not stream.is_finished():
        part = stream.process(body, output_buffer_limit=BLOCK)
        body = b""
        if not part and not stream.is_finished():
            raise EOFError("no end")
        yield part


def _zstd(body: bytes) -> Iterator[bytes]:
    while True:
        frame = zstd.ZstdDecompressor()
        while not frame.eof:
            part = frame.decompress(body, BLOCK)
            body = b""
            if not part and frame.needs_input and not frame.eof:
                raise EOFError("no end")
            yield part
        body = frame.unused_data
        if not body:
            return


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
