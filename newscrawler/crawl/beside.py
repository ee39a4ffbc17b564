"""The process that makes vectors and events of what a crawl files, while it files (`reprocess.beside`)."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from newscrawler.items import Outcome
from newscrawler.storage.meaning.events import is_anything_waiting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlite_utils import Database

    from newscrawler.items import Decision

MODULE = "newscrawler.reprocess.beside"
SHARE = 0.03  # of its own time a crawl waits at its end for what it filed last …
LEAST = 5.0  # seconds, of a small one: a process takes two to start and look at a few articles …
LONGEST = 60.0  # and of one that went on for days
LOOK = 0.1  # seconds between two looks whether somebody wants to leave
PAUSE = 60.0  # seconds between two starts: what ends at once would end at once again
FINISH = b"finish\n"
SAYS_SOMETHING = frozenset((Outcome.NEW, Outcome.COPY, Outcome.REVISED))  # of which vectors or events are made


def patience(seconds: float) -> float:
    """For how many seconds a crawl that took so many waits at its end.

    >>> patience(20.0), patience(1_000.0), patience(86_400.0)
    (5.0, 30.0, 60.0)
    """
    return min(LONGEST, max(LEAST, SHARE * seconds))


class Beside:
    """Started by the first article, and again by one that comes after it ended; it ends with its pipe.

    Without a folder (of the archive) there is none.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._command = [sys.executable, "-P", "-m", MODULE, str(folder)]  # -P: not what lies in this folder
        self._process: subprocess.Popen[bytes] | None = None
        self._opened = time.monotonic()
        self._started = float("-inf")
        self._is_closed = False
        self._beginning = threading.Lock()  # articles come in the event loop, what is left is seen in the archive's thread

    @property
    def pid(self) -> int | None:
        """The number of the process that runs now; None while there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def came(self, decision: Decision) -> None:
        """Something was filed: where it says something new, let there be a process."""
        if decision.outcome in SAYS_SOMETHING:
            self._begin()

    def catch_up(self, db: Database) -> None:
        """Let there be a process where an earlier run, or one that was killed, left something."""
        if is_anything_waiting(db):
            self._begin()

    def _begin(self) -> None:
        """That there can be no process hinders nothing: what it would do waits."""
        with self._beginning:
            now = time.monotonic()
            if self.folder is None or self._is_closed or self.pid is not None or now - self._started < PAUSE:
                return
            self._let_go()
            self._started = now
            with contextlib.suppress(OSError):
                # a group of its own: what a terminal sends is for the crawl to answer
                self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, start_new_session=True)

    def close(self, is_over: Callable[[], bool] = lambda: False) -> None:
        """Let it do what waits, for as long as `patience` says and `is_over` does not; then it is gone, and no other comes.

        What it was about to write is not written, and waits.
        """
        with self._beginning:
            self._is_closed = True
        if self._process is None:
            return
        if not is_over():
            self._finish(patience(time.monotonic() - self._opened), is_over)
        self._process.kill()
        self._process.wait()
        self._let_go()

    def _finish(self, seconds: float, is_over: Callable[[], bool]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        until = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            self._process.stdin.write(FINISH)
            self._process.stdin.flush()
            while self.pid is not None and not is_over() and time.monotonic() < until:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(LOOK)

    def _let_go(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process = None
