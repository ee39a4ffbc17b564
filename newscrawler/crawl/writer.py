"""The archive in its one thread: whatever a crawl asks of it, in order, and decisions filed in batches.

The event loop never waits for SQLite: `call` hands work to the thread, `file` lets what has gathered meanwhile be
committed together (no timer, no fixed size of a batch).
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from newscrawler.errors import ArchiveError, Failure, FailureKind
from newscrawler.storage.database.sqlite_errors import explain_errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.items import Candidate, Decision
    from newscrawler.storage.archive import Archive

T = TypeVar("T")
log = logging.getLogger(__name__)

BATCH = 200  # decisions a transaction at most


class ArchiveWriter:
    """`on_fatal` is called once, in the loop's thread, with the error by which the archive cannot go on."""

    def __init__(self, archive: Archive, on_fatal: Callable[[ArchiveError], None] = lambda error: None) -> None:
        self.archive = archive
        self.fatal: ArchiveError | None = None
        self.on_fatal = on_fatal
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archive")
        self._to_file: list[tuple[Candidate, asyncio.Future[Decision]]] = []
        self._filing: asyncio.Task[None] | None = None

    async def call(self, function: Callable[..., T], *args: object, **named: object) -> T:
        """Run a function of the archive in its thread, after all that was handed over before.

        Raises what the function raises; ArchiveError for what SQLite says.
        """
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, lambda: self._explained(function, *args, **named))
        except ArchiveError as error:
            self._give_up(error)
            raise

    def call_and_wait(self, function: Callable[..., T], *args: object, **named: object) -> T:
        """The same from outside the loop, which it blocks; for the end of a crawl."""
        return self._thread.submit(lambda: self._explained(function, *args, **named)).result()

    def _explained(self, function: Callable[..., T], *args: object, **named: object) -> T:
        with explain_errors(self.archive.path):
            return function(*args, **named)

    def _give_up(self, error: ArchiveError) -> None:
        if self.fatal is None:
            self.fatal = error
            self.on_fatal(error)

    async def file(self, candidate: Candidate) -> Decision:
        """Decide on a candidate and keep it.  Whatever waits meanwhile is committed together."""
        decided: asyncio.Future[Decision] = asyncio.get_running_loop().create_future()
        self._to_file.append((candidate, decided))
        if self._filing is None or self._filing.done():
            self._filing = asyncio.ensure_future(self._file_waiting())
        return await decided

    async def drain(self) -> None:
        """Wait until all that was handed over is committed."""
        if self._filing is not None:
            await asyncio.gather(self._filing, return_exceptions=True)

    async def _file_waiting(self) -> None:
        while self._to_file:
            batch, self._to_file = self._to_file[:BATCH], self._to_file[BATCH:]
            try:
                decisions = await self.call(self._file_batch, [candidate for candidate, _ in batch])
            except Exception as error:
                for _, decided in batch:
                    if not decided.done():
                        decided.set_exception(error)
            else:
                for (_, decided), decision in zip(batch, decisions, strict=True):
                    if not decided.done():
                        decided.set_result(decision)

    def _file_batch(self, candidates: list[Candidate]) -> list[Decision]:
        """In the archive's thread.  A candidate that the archive will not take costs itself, not its batch."""
        try:
            return self.archive.file(candidates)
        except ArchiveError:
            raise
        except Exception:
            if len(candidates) > 1:
                return [self._file_batch([candidate])[0] for candidate in candidates]
            log.exception("a bug: %s could not be stored", candidates[0].url)
            failure = Failure(FailureKind.BUG, "could not be stored: a bug, see the log")
            return self.archive.file([replace(candidates[0], article=None, verdict=None, failure=failure)])

    def finish(self, closing: Callable[[Archive], None]) -> None:
        """Let the archive do a last thing.  Raises nothing for what SQLite says of it: that is `fatal`."""
        try:
            if self.fatal is None:
                self.call_and_wait(closing, self.archive)
        except ArchiveError as error:
            self._give_up(error)

    def close(self) -> None:
        """Raises nothing where the disk takes no more: that is `fatal`."""
        try:
            self._thread.submit(self.archive.close).result()
        except ArchiveError as error:  # no row names what was not brought to the disk
            self.fatal = self.fatal or error
        finally:
            self._thread.shutdown()
