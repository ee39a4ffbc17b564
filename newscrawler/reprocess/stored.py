"""Stored pages read back from their WARC records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawler.errors import ArchiveError
from newscrawler.storage.pages import page
from newscrawler.storage.warc import read_page

if TYPE_CHECKING:
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.pages import StoredPage


@dataclass(frozen=True, slots=True)
class StoredResponse:
    page: StoredPage
    headers: dict[str, str]
    body: bytes = field(repr=False)


def read_response(archive: Archive, page_id: int) -> StoredResponse | None:
    """A stored page with its headers and body; None where its record is not there or cannot be read."""
    stored = page(archive.db, page_id)
    if stored is None:
        return None
    try:
        return StoredResponse(stored, *read_page(archive.pages.folder, *stored.place))
    except ArchiveError:
        return None
