"""Gzip that no header announced: many servers hand out .xml.gz files as they lie on the disk."""

from __future__ import annotations

import zlib

from newscrawler.errors import DiscoveryError, FailureKind

MAX_BYTES = 50_000_000  # the sitemap protocol's own limit


def inflated(body: bytes) -> bytes:
    """The bytes themselves, unzipped where they are gzip; what a torn file still holds is kept.

    Raises DiscoveryError where it is gzip that cannot be read, or that holds more than MAX_BYTES.
    """
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        plain = zlib.decompressobj(wbits=31).decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise DiscoveryError(f"gzip that cannot be read: {error}", FailureKind.UNREADABLE) from error
    if len(plain) > MAX_BYTES:
        raise DiscoveryError(
            f"gzip of more than {MAX_BYTES // 1_000_000} MB, more than a sitemap may have", FailureKind.OUR_LIMIT
        )
    return inflated(plain) if plain.startswith(b"\x1f\x8b") and plain != body else plain
