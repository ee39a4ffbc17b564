"""WARC records as bytes (ISO 28500:2017): what a fetch brought, made into records.  Pure, so that workers can do it.

    Page --make_record--> response        what the server said: headers byte for byte, the body freed of its codings
         --make_request-> request         what we had asked, but for what is secret
         --http_head----> revisit         the same headers again, and which stored response they confirm

Each is one gzip member of its own, so that it can be read alone by file, offset and length, and the same exchange makes the
same bytes: no time of day and nothing random is in it.
"""

from __future__ import annotations

import re
from base64 import b32encode
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from hashlib import sha1
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import deflate

from newscrawler.dates import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from newscrawler.items import Page

VERSION = "WARC/1.1"
LEVEL = 6  # libdeflate's: less than gzip makes of it at its 6, in half the time
SECRET = frozenset({"authorization", "proxy-authorization", "cookie"})  # headers of ours that nobody else is to have
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
_LINE_BREAKS = re.compile(rb"[\r\n]+")
_NO_ADDRESS = re.compile(r"[\x00-\x20\x7f<>]")
# The body is stored decoded, so these would lie; kept under the name that web archives use for such
_UNDONE = frozenset({"content-encoding", "transfer-encoding", "content-length"})


class RecordType(StrEnum):
    """The types of records that we write."""

    WARCINFO = "warcinfo"
    RESPONSE = "response"
    REQUEST = "request"
    REVISIT = "revisit"


class Profile(StrEnum):
    """Why a revisit record needs no body."""

    SAME_BYTES = "identical-payload-digest"
    NOT_MODIFIED = "server-not-modified"


@dataclass(frozen=True, slots=True)
class Revisit:
    """One more look at a page that is stored.  `refers_url` and `refers_date`: of that page's response record."""

    url: str
    at: datetime
    head: bytes  # status line and headers of the answer (`http_head`)
    profile: Profile
    refers_url: str
    refers_date: str
    digest: str | None = None  # of the body that came again; None where none came


def digest_of(body: bytes) -> str:
    """A digest as WARC headers have it.

    >>> digest_of(b"")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    return "sha1:" + b32encode(sha1(body, usedforsecurity=False).digest()).decode()


def _member(parts: Iterable[bytes]) -> bytes:
    return bytes(deflate.gzip_compress(b"".join(parts), LEVEL))


def _address(url: str) -> str:
    """An address that stays within its line.

    >>> _address("https://a.example/x y")
    'https://a.example/x%20y'
    """
    return _NO_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", url)


def _record_id(kind: RecordType, *of: str) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, ' '.join((kind, *of)))}>"


def _id_of(kind: RecordType, url: str, at: datetime, digest: str) -> str:
    """Two looks at an address are told apart by their microseconds, which WARC-Date does not keep."""
    return _record_id(kind, _address(url), at.astimezone(UTC).isoformat(), digest)


def _record(headers: Iterable[tuple[str, str | None]], block: bytes) -> bytes:
    named = [(name, value) for name, value in headers if value is not None]
    named += [("WARC-Block-Digest", digest_of(block)), ("Content-Length", str(len(block)))]
    lines = "\r\n".join((VERSION, *(f"{name}: {value}" for name, value in named)))
    return _member((lines.encode("utf-8", "replace"), b"\r\n\r\n", block, b"\r\n\r\n"))


def _header_bytes(line: str) -> bytes:
    """A header's bytes: `Page.headers` are Latin-1, by which every byte is a character."""
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:  # of a page that came otherwise
        return line.encode("utf-8", "replace")


def _block_head(first: str, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = (first, *(f"{name}: {value}" for name, value in headers))
    return b"\r\n".join(_LINE_BREAKS.sub(b" ", _header_bytes(line)) for line in lines) + b"\r\n\r\n"


def http_head(page: Page) -> bytes:
    """Status line and headers of an answer as they came, with an empty line behind them."""
    return _block_head(f"HTTP/1.1 {page.status} ", page.headers)


def _stored_head(page: Page) -> bytes:
    """The same, true of the body as it is stored: its codings undone."""
    length = str(len(page.body))
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _UNDONE and value != length else name, value)
        for name, value in page.headers
    ]
    if page.header("content-length") != length:
        headers.append(("Content-Length", length))
    return _block_head(f"HTTP/1.1 {page.status} ", headers)


def make_record(page: Page) -> tuple[bytes, str]:
    """(a response record of the page, the digest of its body)."""
    digest = digest_of(page.body)
    headers = (
        ("WARC-Type", RecordType.RESPONSE),
        ("WARC-Record-ID", _id_of(RecordType.RESPONSE, page.url, page.fetched, digest)),
        ("WARC-Date", iso(page.fetched)),
        ("WARC-Target-URI", _address(page.url)),
        ("WARC-IP-Address", page.ip),
        ("WARC-Payload-Digest", digest),
        ("Content-Type", "application/http; msgtype=response"),
    )
    return _record(headers, _stored_head(page) + page.body), digest


def make_request(page: Page, answer_digest: str) -> bytes | None:
    """A request record of what a page answered; None where nobody knows what was sent."""
    if not page.sent:
        return None
    parts = urlsplit(page.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = [(name, value) for name, value in page.sent if name.lower() not in SECRET]
    if all(name.lower() != "host" for name, _ in sent):
        sent.insert(0, ("Host", parts.netloc.rpartition("@")[2]))
    headers = (
        ("WARC-Type", RecordType.REQUEST),
        ("WARC-Record-ID", _id_of(RecordType.REQUEST, page.url, page.fetched, answer_digest)),
        ("WARC-Date", iso(page.fetched)),
        ("WARC-Target-URI", _address(page.url)),
        ("WARC-IP-Address", page.ip),
        ("WARC-Concurrent-To", _id_of(RecordType.RESPONSE, page.url, page.fetched, answer_digest)),
        ("Content-Type", "application/http; msgtype=request"),
    )
    return _record(headers, _block_head(f"GET {_address(path)} HTTP/1.1", sent))


def make_revisit(revisit: Revisit) -> bytes:
    """A revisit record: the answer's head, and the response record that has its body."""
    headers = (
        ("WARC-Type", RecordType.REVISIT),
        ("WARC-Record-ID", _id_of(RecordType.REVISIT, revisit.url, revisit.at, revisit.digest or "")),
        ("WARC-Date", iso(revisit.at)),
        ("WARC-Target-URI", _address(revisit.url)),
        ("WARC-Profile", _PROFILE + revisit.profile),
        ("WARC-Refers-To-Target-URI", _address(revisit.refers_url)),
        ("WARC-Refers-To-Date", revisit.refers_date),
        ("WARC-Payload-Digest", revisit.digest),
        ("Content-Type", "application/http; msgtype=response"),
    )
    return _record(headers, revisit.head)


def make_info(file: str, at: datetime, about: Mapping[str, str]) -> bytes:
    """The record that a file begins with: which program wrote it, by which settings."""
    fields = {"format": "WARC File Format 1.1", "conformsTo": "https://iipc.github.io/warc-specifications/"} | dict(about)
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items()).encode("utf-8", "replace")
    headers = (
        ("WARC-Type", RecordType.WARCINFO),
        ("WARC-Record-ID", _record_id(RecordType.WARCINFO, file, iso(at), digest_of(block))),
        ("WARC-Date", iso(at)),
        ("WARC-Filename", file),
        ("Content-Type", "application/warc-fields"),
    )
    return _record(headers, block)
