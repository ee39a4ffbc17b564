"""What a file of others is, and what it holds: captures of pages, articles as somebody told them, addresses, faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


class FileKind(StrEnum):
    """What may be taken in.  The values are kept in `imports.kind`."""

    WARC = "warc"
    WACZ = "wacz"
    JSON = "json"
    ADDRESSES = "addresses"
    FILES = "files"  # a list of such files
    ARCHIVE = "archive"  # another newscrawler's


@dataclass(frozen=True, slots=True)
class Capture:
    """An HTTP answer as somebody's crawler kept it: `block` is its head and its body, `digest` what the record states."""

    url: str
    at: datetime | None
    block: bytes = field(repr=False)
    ip: str | None = None
    digest: str | None = None

    @property
    def size(self) -> int:
        """Bytes, about."""
        return len(self.block)


@dataclass(frozen=True, slots=True)
class Told:
    """An article as somebody else read it, by the names that its file has for its parts."""

    url: str
    fields: dict[str, Any] = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes, about."""
        return sum(len(each) for each in self.fields.values() if isinstance(each, str))


@dataclass(frozen=True, slots=True)
class Address:
    """An address that is to be fetched."""

    url: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be read, and where."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Item:
    """The record or line of that number; None: it is whole and holds nothing for us, such as a request or a picture."""

    number: int
    what: Capture | Told | Address | Fault | None
