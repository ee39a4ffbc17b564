"""Whose turn it is: hosts one after another, each with one task at a time, and how much each may take in one run.

Slow pages are their own host's patience: whoever sends few finds a worker free.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CPU_A_HOST = 30.0  # seconds in one run …
CPU_A_TASK = 0.5  # … and so many for each task: an ordinary page takes .03, a large source has thousands
DEATHS_A_HOST = 4  # workers, of two pages that are tried twice


@dataclass(slots=True)
class HostAccount:
    """What the tasks of one host have taken in this run."""

    tasks: int = 0
    cpu: float = 0.0  # seconds
    deaths: int = 0  # of workers

    def note(self, cpu: float, *, died: bool = False) -> None:
        self.tasks += 1
        self.cpu += cpu
        self.deaths += died

    @property
    def refusal(self) -> str | None:
        """Why the host has had its share of this run; None while it has not.

        >>> HostAccount(tasks=1000, cpu=30.0).refusal, HostAccount(tasks=10, cpu=70.0).refusal
        (None, 'its pages have had their 35 CPU seconds of this run')
        """
        if self.deaths >= DEATHS_A_HOST:
            return f"its pages have cost {self.deaths} workers in this run"
        allowed = CPU_A_HOST + CPU_A_TASK * self.tasks
        return f"its pages have had their {allowed:.0f} CPU seconds of this run" if self.cpu >= allowed else None


class Turns:
    """So many tasks at a time, of each host one, hosts in turn."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._at_work: set[str] = set()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}  # the host that was served last is the last one

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(host, deque()).append(called)
        self._call_next()
        try:
            await called
            yield
        finally:
            if called.cancelled():
                self._forget(host, called)
            else:
                self._at_work.discard(host)
                self._free += 1
            self._call_next()

    def _call_next(self) -> None:
        while self._free and (host := next((each for each in self._waiting if each not in self._at_work), None)):
            queue = self._waiting.pop(host)
            called = queue.popleft()
            if queue:
                self._waiting[host] = queue
            if not called.cancelled():
                self._free -= 1
                self._at_work.add(host)
                called.set_result(None)

    def _forget(self, host: str, called: asyncio.Future[None]) -> None:
        """Whoever was called no more has no place in the queue."""
        queue = self._waiting.get(host, deque())
        if called in queue:
            queue.remove(called)
        if not queue:
            self._waiting.pop(host, None)
