"""Processes that one of ours forks, and that are this process's own children all the same: Linux lets one adopt orphans.

A fork shares the memory of what it was forked from, and a parent alone learns how a process ended.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import threading
import time
import traceback
import weakref
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

_SET_SUBREAPER, _GET_SUBREAPER = 36, 37  # prctl.h
_LOOK = 0.01  # seconds between two looks at a process that is to end
_UNKNOWN = 255  # of a process whose end somebody else was told
_children: weakref.WeakSet[Adopted] = weakref.WeakSet()  # whoever has them
_window = threading.Lock()  # one adopts at a time, so that none closes the window of another


def active_children() -> list[Adopted]:
    """The adopted children that run, as `multiprocessing.active_children` lists its own, and not these."""
    return [each for each in list(_children) if each.exitcode is None]


def _prctl(option: int, value: object) -> bool:
    try:
        return bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)
    except (OSError, AttributeError, TypeError):  # no Linux
        return False


def can_adopt() -> bool:
    """Whether this system lets a process adopt."""
    return _prctl(_GET_SUBREAPER, ctypes.byref(ctypes.c_int()))


def _is_adopting() -> bool:
    found = ctypes.c_int()
    return _prctl(_GET_SUBREAPER, ctypes.byref(found)) and bool(found.value)


@contextmanager
def adopting() -> Iterator[None]:
    """Meanwhile orphans among this process's descendants become its children."""
    with _window:
        before = _is_adopting()  # whoever embeds this may be one that adopts for good
        _prctl(_SET_SUBREAPER, 1)
        try:
            yield
        finally:
            _prctl(_SET_SUBREAPER, int(before))


def forked(channel: Connection, others: Sequence[Connection], work: Callable[[Connection], None]) -> list[int]:
    """Fork an orphan for each of some channels, in which `work` runs on it; their numbers.  The process has one thread.

    Raises OSError where the system lets no more processes be.
    """
    gc.collect()
    gc.freeze()  # what is there now stays: to look it over again and again would copy it into each
    found = []
    for mine in others:
        unused = [channel, *(each for each in others if each is not mine)]
        found.append(_orphan(lambda mine=mine, unused=unused: _alone(mine, unused, work)))  # type: ignore[misc]
    for each in others:
        each.close()
    return found


def _alone(mine: Connection, unused: Sequence[Connection], work: Callable[[Connection], None]) -> None:
    """With an end held here, nobody would learn that its process has gone."""
    for each in unused:
        each.close()
    with suppress(EOFError, OSError):  # the parent has gone
        work(mine)


def _orphan(run: Callable[[], None]) -> int:
    """The number of a new process in which `run` runs, whose parent is none of ours."""
    reading, writing = os.pipe()
    if (between := os.fork()) == 0:
        code = 1
        try:
            os.close(reading)
            if pid := os.fork():
                os.write(writing, str(pid).encode())
            else:
                os.close(writing)
                run()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    os.waitpid(between, 0)
    with os.fdopen(reading) as told:
        number = told.read()
    if not number:
        raise OSError("no process could be forked")
    return int(number)


class Adopted:
    """A child by its number, with what `multiprocessing` has for its own."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None
        self._looking = threading.RLock()  # once it has been waited for, its number may be another one's
        _children.add(self)

    @property
    def exitcode(self) -> int | None:
        """None while it runs; minus the signal where one ended it."""
        with self._looking:
            if self._code is None:
                try:
                    pid, status = os.waitpid(self.pid, os.WNOHANG)
                except ChildProcessError:
                    self._code = _UNKNOWN
                else:
                    self._code = os.waitstatus_to_exitcode(status) if pid else None
            return self._code

    def kill(self) -> None:
        with self._looking:
            if self.exitcode is None:
                os.kill(self.pid, signal.SIGKILL)

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended, or for so many seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        while self.exitcode is None and (until is None or time.monotonic() < until):
            time.sleep(_LOOK)
