"""The archive as its one writer sees it: opened, locked, migrated; decisions filed in batches.

One process writes (a file lock says so) from one thread; readers read beside it (WAL).  Every batch is one
transaction and every decision in it a savepoint: whole or not at all.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import sqlite3
from contextlib import closing
from importlib import resources
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from newscrawler import __version__, process
from newscrawler.dates import iso
from newscrawler.errors import ArchiveBusy, ArchiveError
from newscrawler.frontier import SqliteFrontier
from newscrawler.items import Outcome
from newscrawler.storage.articles import captures, filing, rereading
from newscrawler.storage.database.connect import DATABASE, connect_for_reading, connect_for_writing
from newscrawler.storage.database.shipped_files import is_unedited
from newscrawler.storage.database.sqlite_errors import explain_errors
from newscrawler.storage.schema import triggers
from newscrawler.storage.schema import versions as schema
from newscrawler.storage.sites import profiles
from newscrawler.storage.warc.writing import PageStore
from newscrawler.storage.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlite_utils import Database

    from newscrawler.items import Candidate, Decision, Known, Page, Reread
    from newscrawler.markup.site_lines import SiteProfile

log = logging.getLogger(__name__)

LOCK = ".lock"
PAGES = "pages"
KILLED = 137  # the exit code that shells give to kill -9


OTHER = "name another folder with --archive"


def _unwritable(folder: Path, error: OSError, remedy: str = OTHER) -> ArchiveError:
    if isinstance(error, FileExistsError | NotADirectoryError):
        return ArchiveError(f"{folder} is a file, not a folder; {remedy}")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ArchiveError(f"{folder}: the disk is full; make room and run the same command again")
    return ArchiveError(f"{folder} cannot be written ({error.strerror}); {remedy}")


def make_folder(folder: Path, remedy: str = OTHER) -> None:
    """Make a folder that may be there already.  Raises ArchiveError, with a remedy, where it cannot be made or written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error, remedy) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ArchiveError(f"{folder} cannot be written (Permission denied); {remedy}")


def _put(content: bytes, target: Path) -> None:
    """Write a file whole or not at all: half of one would pass for a user's own ever after."""
    half = target.with_name(f"{target.name}.new")
    try:
        half.write_bytes(content)
        half.replace(target)
    except OSError:
        half.unlink(missing_ok=True)
        raise


def furnish(folder: Path) -> None:
    """Make the archive's folder with all that Datasette wants.

    Files that are there already stay as they are; metadata.json is renewed where nobody has edited it.
    Raises ArchiveError where it cannot be made or written.
    """
    make_folder(folder)
    try:
        (folder / PAGES).mkdir(exist_ok=True)
        for file in (resources.files("newscrawler.storage") / "folder").iterdir():
            target = folder / file.name.replace("gitignore", ".gitignore")
            renewed = file.name == "metadata.json" and is_unedited(target) and target.read_bytes() != file.read_bytes()
            if not target.exists() or renewed:
                _put(file.read_bytes(), target)
    except OSError as error:
        raise _unwritable(folder, error) from error


def acquire(folder: Path) -> FileLock:
    """The lock of an archive's one writer, held.

    Raises ArchiveBusy where another process has it, ArchiveError where the folder cannot be written.
    """
    # whichever thread closes the archive lets go of it: a crawl's is closed by its writer's
    lock = FileLock(folder / LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        run = _run_at_work(folder)
        who = run or "another newscrawler is writing it"
        raise ArchiveBusy(f"{folder} is in use: {who}; try again when it has finished", by_run=bool(run)) from None
    except OSError as error:
        raise _unwritable(folder, error) from error
    return lock


class Archive(Writing):
    """The writer's archive.  Use `Archive.open`, and `close` or a `with` block."""

    def __init__(self, folder: Path, db: Database, lock: FileLock) -> None:
        super().__init__(folder, db)
        self.frontier = SqliteFrontier(db)
        self.pages = PageStore(folder / PAGES, f"newscrawler/{__version__}")
        self._lock = lock
        self.migrated: list[str] = []

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open an archive for writing, making it where there is none.

        Raises ArchiveBusy where another process writes it, ArchiveError for all else that is wrong.
        """
        make_folder(folder)
        if (folder / DATABASE).exists():
            connect_for_reading(folder, any_schema=True).close()  # before anything is written beside a stranger's file
        lock = acquire(folder)
        try:
            furnish(folder)
            with explain_errors(folder / DATABASE):
                archive = cls(folder, connect_for_writing(folder), lock)
                try:
                    archive.migrated = schema.migrate(archive.db)
                except BaseException:
                    archive.db.close()
                    raise
        except BaseException:
            lock.release()
            raise
        return archive

    def close(self) -> None:
        try:
            self.pages.close()
        finally:
            super().close()
            self._lock.release()

    def _complete(self) -> None:
        """WARC bytes reach the disk before the rows that name them are committed."""
        super()._complete()
        self.pages.flush()

    def index_together(self) -> None:
        """Let the articles that are written from now on be indexed at once, where a transaction is open, at its end."""
        if self._in_transaction:
            triggers.index_later(self.db)

    def known(self, candidate: Candidate) -> Known:
        """What the archive has at the candidate's address and of its text."""
        return filing.known(self.db, candidate)

    def profile(self, url: str) -> SiteProfile | None:
        """What recurs over the articles of an address's host."""
        return profiles.profile(self.db, url)

    def read_by_another(self, page: Page) -> tuple[Reread, Page] | None:
        """The stored page of the article at a page's address, where another version of newscrawler read it."""
        return rereading.read_by_another(self.db, self.pages.folder, page)

    def apply(self, decision: Decision) -> None:
        """Write a decision, whole or not at all."""
        if decision.outcome in (Outcome.NEW, Outcome.COPY):
            self.index_together()
        with self.db.atomic():
            filing.apply(self.db, decision, captures.keep(self.db, decision, self.pages))

    def file(self, candidates: Sequence[Candidate]) -> list[Decision]:
        """Decide on candidates in order, each after those before it are applied, in one transaction."""
        with self.transaction():
            decisions = [process.file(candidate, self) for candidate in candidates]
        for candidate in candidates:
            self.frontier.release(candidate.lease)
        return decisions

    def start_run(self, command: str, now: datetime) -> int:
        with self.transaction():
            # we hold the lock, so whoever did not finish was killed
            self.db.execute("UPDATE runs SET exit_code = ? WHERE finished IS NULL AND exit_code IS NULL", [KILLED])
            cursor = self.db.execute(
                "INSERT INTO runs (started, command, pid) VALUES (?, ?, ?)", [iso(now), command, os.getpid()]
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def finish_run(self, run_id: int, now: datetime, *, exit_code: int, counts: dict[str, int]) -> None:
        with self.transaction():
            self.db.execute(
                "UPDATE runs SET finished = ?, exit_code = ?, counts = ? WHERE id = ?",
                [iso(now), exit_code, json.dumps(counts), run_id],
            )


def _run_at_work(folder: Path) -> str:
    """The run that has not finished, if its process is alive, in words; "" where the archive names none."""
    try:
        with closing(connect_for_reading(folder)) as db:
            query = "SELECT command, started, pid FROM runs WHERE finished IS NULL AND exit_code IS NULL"
            row = db.execute(f"{query} ORDER BY id DESC LIMIT 1").fetchone()
        if row:
            os.kill(row[2], 0)
            return f"`newscrawler {row[0]}`, started {row[1]}, process {row[2]}"
    except (ArchiveError, sqlite3.Error, OSError):
        pass
    return ""
