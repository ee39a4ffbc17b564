"""Files as they come: gzipped or not, and never more of them than memory should hold."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from newscrawler.errors import ExtractionError

if TYPE_CHECKING:
    from pathlib import Path

MAX_FILE = 50_000_000  # bytes, as they are and unpacked
_GZIP = b"\x1f\x8b"


def unpacked(raw: bytes, name: str, most: int = MAX_FILE) -> bytes:
    """The bytes, gunzipped where they are gzipped (RFC 1952, several members included).

    Raises ExtractionError where there are more than `most`, or a gzip file is not whole.
    """
    parts: list[bytes] = []
    left = most
    while raw[:2] == _GZIP:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            parts.append(member.decompress(raw, left + 1))
        except zlib.error as error:
            raise ExtractionError(f"{name}: not a whole gzip file ({error})") from error
        left -= len(parts[-1])
        if left < 0:
            break
        if not member.eof:
            raise ExtractionError(f"{name}: not a whole gzip file (it ends too early)")
        raw = member.unused_data.lstrip(b"\0")
    if left < 0 or (not parts and len(raw) > most):
        raise ExtractionError(f"{name}: larger than {most} bytes; an article's page is not")
    return b"".join(parts) if parts else raw


def read_page_file(path: Path, most: int = MAX_FILE) -> bytes:
    """The bytes of a file, gunzipped where they are gzipped.  Raises ExtractionError where it cannot be read."""
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        raise ExtractionError(f"{path}: {getattr(error, 'strerror', None) or error}".replace("\0", "\\0")) from error
    return unpacked(raw, str(path), most)
