"""WARC files that the archivist writes no more go to the archive's store, beside its work: nothing waits for an upload."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from newscrawler.crawl.session import utc_now
from newscrawler.errors import NewscrawlerError
from newscrawler.storage.database.identity import identity
from newscrawler.storage.warc import moving as warc_moving
from newscrawler.storage.warc.store import store

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawler.crawl.writer import ArchiveWriter
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.warc.store import Store

log = logging.getLogger(__name__)


class Moving:
    """Moves files of days that are over, one at a time, where a store is set."""

    def __init__(self, archive: Archive, writer: ArchiveWriter) -> None:
        self._archive, self._writer, self._store = archive, writer, store()
        self._identity = identity(archive.db)
        self._running: asyncio.Task[None] | None = None

    def look(self, now: datetime) -> None:
        """Begin with what is there to be moved, unless that is still at work."""
        if self._store is not None and (self._running is None or self._running.done()):
            self._running = asyncio.ensure_future(self._move(self._store, now))

    async def _move(self, to: Store, now: datetime) -> None:
        """What cannot be moved stays, is said, and is tried again at the next look."""
        try:
            for file in await self._writer.call(warc_moving.finished, self._archive, now.date()):
                moved = await asyncio.to_thread(warc_moving.put, self._archive.pages.folder, file, self._identity, to)
                if await self._writer.call(warc_moving.note, self._archive, moved, utc_now()):
                    log.info("%s is in %s now", file, moved.place)
        except NewscrawlerError as error:
            log.warning("%s", error)

    async def end(self) -> None:
        """Wait for nothing: what was not noted is in both places, and is moved the next time."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
