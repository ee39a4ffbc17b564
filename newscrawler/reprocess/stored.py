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


def read_response(archive: Archive, page_id: int) -> StoredResponse:
    """A stored page with its headers and body.  Raises ArchiveError where its record is not there or not whole."""
    stored = page(archive.db, page_id)
    if stored is None:
        raise ArchiveError(f"page {page_id}: there is none of that number")
    return StoredResponse(stored, *read_page(archive.pages.folder, *stored.place))
