"""Gzip that no header announced: many servers hand out .xml.gz files as they lie on the disk."""

from __future__ import annotations

from newscrawler.content_coding import GZIP_MAGIC, IncompleteStream, TooLarge, decoded
from newscrawler.errors import DiscoveryError, FailureKind

MAX_BYTES = 50_000_000  # the sitemap protocol's own limit


def inflated(body: bytes) -> bytes:
    """The bytes themselves, unzipped where they are gzip, twice too.

    Raises DiscoveryError where it is gzip that breaks off or cannot be read, or that holds more than MAX_BYTES.
    """
    while body.startswith(GZIP_MAGIC):
        try:
            body = decoded(body, ["gzip"], MAX_BYTES)
        except IncompleteStream as error:
            raise DiscoveryError(f"not whole: {error}", FailureKind.INCOMPLETE) from error
        except TooLarge as error:
            raise DiscoveryError(
                f"gzip of more than {MAX_BYTES // 1_000_000} MB, more than a sitemap may have", FailureKind.OUR_LIMIT
            ) from error
    return body
