"""How a verb stops when it is told to: by SIGINT, SIGTERM or SIGHUP, once or twice, at any moment.

outside a crawl      KeyboardInterrupt, as Ctrl-C does it: one line and exit code 130; a timer, where somebody swallows that
in a crawl           the first asks it to end, the second ends it where it stands
if all that hangs    a thread ends the process: what is committed is committed, as after a kill -9
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
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
LEAVING_SECONDS = 10.0  # from a stop outside a crawl to its end, whatever holds it up
_PARENTS = {"multiprocessing", "newscrawler.crawl.offspring"}  # of workers, where they are imported
_ours_to_take: list[Any] = [signal.SIG_DFL, signal.default_int_handler]  # whoever ignores one (nohup) means it


def give_way(handler: Any) -> None:
    """Let a handler that is there yield to those of a verb, and be there again after it."""
    _ours_to_take.append(handler)


@contextmanager
def _handled(handler: Any) -> Iterator[None]:
    """Let `handler` have the signals of a stop for a while, but for those that somebody else handles or ignores."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.getsignal(each) for each in STOPS}
    taken = [each for each in STOPS if before[each] in _ours_to_take or before[each] is interrupt]
    for each in taken:
        signal.signal(each, handler)
    try:
        yield
    finally:
        for each in taken:
            signal.signal(each, before[each])


def interrupt(number: int, frame: object) -> None:
    """A handler.  Raises KeyboardInterrupt, as Ctrl-C does, for every signal of a stop.

    Whatever is at work may swallow that, as callbacks of C code do: then the process is ended all the same.
    """
    signal.signal(signal.SIGALRM, lambda *_: end_process("newscrawler: interrupted"))
    signal.setitimer(signal.ITIMER_REAL, LEAVING_SECONDS)
    raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[None]:
    """Within, every signal of a stop raises KeyboardInterrupt."""
    with _handled(interrupt):
        yield


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
    """Leave at once: no destructor, no waiting for threads and requests that are under way; workers are taken along.

    They ignore a stop, for it is their parent's business, and a task may have minutes to go.  With a `farewell` it is
    forced, and waits for no reader of what is printed either.
    """
    for module in _PARENTS & sys.modules.keys():
        with contextlib.suppress(Exception):  # nothing keeps this from its end
            for each in sys.modules[module].active_children():
                each.kill()
    with contextlib.suppress(OSError, ValueError):  # into a pipe that nobody reads
        if farewell and _takes(2):
            os.write(2, f"{farewell}\n".encode())
        if not farewell or _takes(1):
            sys.stdout.flush()
        if not farewell or _takes(2):
            sys.stderr.flush()
    os._exit(INTERRUPTED)


def _takes(file: int) -> bool:
    """Whether a write would not wait: a reader that stands still (a pager) fills its pipe."""
    return bool(select.select((), (file,), (), 0)[1])
