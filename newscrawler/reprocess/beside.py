"""Vectors and events of what a crawl files, made while it files: a process of its own, which the crawl starts.

    the crawl --"finish" on stdin--> this: what waits, round by round, in short transactions beside the crawl's

The crawl holds the archive's lock, and this writes by its leave: it ends with its pipe.  Whenever it is ended, what it has
not done waits for the next one.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler.crawl.memory import collect_less
from newscrawler.errors import ArchiveError
from newscrawler.reprocess.encoding import make_vectors
from newscrawler.reprocess.grouping import Grouping, group
from newscrawler.storage.database.connect import DATABASE
from newscrawler.storage.database.sqlite_errors import explain_errors
from newscrawler.storage.meaning import events
from newscrawler.storage.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable

KINDNESS = 19  # the least: the crawl's own processes are not to wait for a processor
ROUND = 5.0  # seconds between two rounds at least: what came together is looked at in order of time
IDLE = 300.0  # seconds without work after which it goes; the next article starts another one
GONE = b""  # what a pipe says whose other end is closed


class Pipe:
    """What the crawl says: nothing, to finish, or that it has gone."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.is_to_finish = False

    def listen(self, seconds: float = 0.0) -> None:
        """Hear what is said within so many seconds.  Raises SystemExit where nobody is there any more."""
        if select.select([self._descriptor], [], [], seconds)[0]:
            if os.read(self._descriptor, 64) == GONE:
                raise SystemExit(0)
            self.is_to_finish = True


def work(archive: Writing, pipe: Pipe, now: Callable[[], float] = time.monotonic) -> None:
    """Rounds of what waits, until it is told to finish and nothing does, or for IDLE seconds nothing did."""

    def listen(number: int) -> None:
        pipe.listen()

    grouping: Grouping | None = None
    worked = now()
    while now() - worked < IDLE:
        finishes = pipe.is_to_finish
        if events.is_anything_waiting(archive.db):
            make_vectors(archive, listen)
            if grouping is None or not grouping.encoder:  # the first vectors of all name their encoder
                grouping = Grouping(archive.db)
            group(archive, listen, grouping)
            worked = now()
        if finishes:
            return
        if not pipe.is_to_finish:  # told in the midst of a round
            pipe.listen(ROUND)


def main() -> None:
    """`python -m newscrawler.reprocess.beside FOLDER`, with a pipe as stdin."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # it ends without a word
    os.nice(KINDNESS)
    collect_less()
    folder = Path(sys.argv[1])
    # what waits then waits for the next one
    with contextlib.suppress(ArchiveError, OSError), Writing.beside(folder) as archive, explain_errors(folder / DATABASE):
        work(archive, Pipe(sys.stdin.fileno()))


if __name__ == "__main__":
    main()
