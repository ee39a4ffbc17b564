"""How a verb stops when it is told to: by SIGINT, SIGTERM or SIGHUP, once or twice, at any moment.

outside a crawl      KeyboardInterrupt, as Ctrl-C does it: one line and exit code 130
in a crawl           the first asks it to end, the second ends it where it stands
if all that hangs    a thread ends the process: what is committed is committed, as after a kill -9
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130
_OURS_TO_TAKE = (signal.SIG_DFL, signal.default_int_handler)  # whoever ignores one (nohup) means it


@contextmanager
def _handled(handler: Any) -> Iterator[None]:
    """Let `handler` have the signals of a stop for a while, but for those that somebody else handles or ignores."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.getsignal(each) for each in STOPS}
    taken = [each for each in STOPS if before[each] in _OURS_TO_TAKE or before[each] is interrupt]
    for each in taken:
        signal.signal(each, handler)
    try:
        yield
    finally:
        for each in taken:
            signal.signal(each, before[each])


def interrupt(number: int, frame: object) -> None:
    """A handler.  Raises KeyboardInterrupt, as Ctrl-C does, for every signal of a stop."""
    raise KeyboardInterrupt


def interruptible() -> Any:
    """Within, every signal of a stop raises KeyboardInterrupt."""
    return _handled(interrupt)


class Stop:
    """The stop of one crawl.

    `ask` is called at the first signal, `end` at the second, both as signal handlers are: between any two
    instructions of the main thread.  `seconds` after the first the process is ended with exit code 130, and
    `farewell` is the line that says so.
    """

    def __init__(self, ask: Callable[[], None], end: Callable[[], None], *, seconds: float, farewell: str) -> None:
        self._ask, self._end = ask, end
        self._seconds, self._farewell = seconds, farewell
        self._signals = 0
        self._told, self._tell = os.pipe()  # a handler may take no lock, and a thread cannot be started without one

    @contextmanager
    def handling(self) -> Iterator[None]:
        threading.Thread(target=self._watch, name="stop", daemon=True).start()
        try:
            with _handled(self._signalled):
                yield
        finally:
            if not self._signals:
                os.close(self._tell)  # the thread reads that, and ends

    def _signalled(self, number: int, frame: object) -> None:
        self._signals += 1
        if self._signals == 1:
            os.write(self._tell, b".")
            self._ask()
        else:
            self._end()

    def _watch(self) -> None:
        told = os.read(self._told, 1)
        os.close(self._told)
        if told:
            time.sleep(self._seconds)
            end_process(self._farewell)


def quieten() -> None:
    """What Scrapy, Twisted and asyncio say from here on is about what we leave undone, and nobody's news."""
    logging.disable(logging.CRITICAL)
    sys.unraisablehook = lambda _: None


def end_process(farewell: str = "") -> None:
    """Leave at once: no destructor, no waiting for threads and requests that are under way."""
    if farewell:
        os.write(2, f"{farewell}\n".encode())
    with contextlib.suppress(OSError, ValueError):  # into a pipe that nobody reads
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(INTERRUPTED)
