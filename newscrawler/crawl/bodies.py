"""How many bytes of answers lie between the network and the workers, and who has to wait for there to be fewer.

An answer begins only while there is room, for all and for its host.  One that grows large when there is none is given up
and asked again in a lane where few are at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOM = 32_000_000  # bytes with which no further answer begins
FULL = 64_000_000  # bytes with which no further one grows large
LARGE = 1_000_000  # bytes of one answer; a page has .2 million
HOST_ROOM = 4_000_000  # bytes of one host: whoever sends large pages waits for them to be read
LARGE_AT_ONCE = 2
PATIENCE = 30.0  # seconds; then an answer begins all the same, so that nothing waits for what was lost sight of


@dataclass(slots=True)
class Bodies:
    """Bytes under way and at hand; one event loop's."""

    arriving: Counter[int] = field(default_factory=Counter)  # by download
    held: Counter[str] = field(default_factory=Counter)  # by host: whole answers that somebody still has
    counted: weakref.WeakSet[object] = field(default_factory=weakref.WeakSet)  # those answers
    lane: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LARGE_AT_ONCE))
    _freed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def total(self) -> int:
        return self.arriving.total() + self.held.total()

    def has_room(self, host: str) -> bool:
        return self.total < ROOM and self.held[host] < HOST_ROOM

    async def room(self, host: str) -> None:
        """Wait until an answer of this host may begin."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while not self.has_room(host) and loop.time() < until:
            self._freed.clear()
            try:
                await asyncio.wait_for(self._freed.wait(), until - loop.time())
            except TimeoutError:
                return

    def arrive(self, download: int, size: int) -> bool:
        """Count bytes of a download; False where it is large and there is no room for that."""
        self.arriving[download] += size
        return self.arriving[download] <= LARGE or self.total <= FULL

    def end(self, download: int) -> None:
        """It is whole, or given up."""
        self.arriving.pop(download, None)
        self._freed.set()

    def hold(self, host: str, size: int) -> None:
        self.held[host] += size

    def let_go(self, host: str, size: int) -> None:
        self.held[host] -= size
        if self.held[host] <= 0:
            del self.held[host]
        self._freed.set()

    @contextlib.contextmanager
    def set_aside(self, host: str, answer: object, size: int) -> Iterator[None]:
        """Leave an answer uncounted while it waits for another of its host: that one may wait for room, and so for it."""
        if answer not in self.counted:
            yield
            return
        self.let_go(host, size)
        try:
            yield
        finally:
            self.hold(host, size)

    def hold_until_gone(self, host: str, answer: object, size: int) -> None:
        """Count an answer until nobody has it any more; the last may be a thread that handed it to a worker."""
        if size and answer not in self.counted:
            self.counted.add(answer)
            self.hold(host, size)
            loop = asyncio.get_running_loop()
            weakref.finalize(answer, _call_soon, loop, self.let_go, host, size).atexit = False


def _call_soon(loop: asyncio.AbstractEventLoop, function: Callable[..., None], *arguments: object) -> None:
    with contextlib.suppress(RuntimeError):  # it is closed
        loop.call_soon_threadsafe(function, *arguments)
