"""Whose turn it is: answers that may need much memory are put together one at a time, and small ones do not wait for them.

A page of a table or of a row is small by its address, and runs beside a few others.  Should its SQL bring much all the same
it waits for the turn of the large ones before any of it is read.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from newscrawler.sandbox.client import Session

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LARGE_ANSWERS, SMALL_ANSWERS = 1, 4  # that are put together at a time
SMALL_RESULT = 1_000_000  # bytes of JSON that a statement of a small answer brings
_OF_SMALL = frozenset({"_next", "_sort", "_sort_desc"})  # what an address of a small answer may ask for
# within a turn: what asks its own instance, as plugins may, must not wait for itself
_has_turn: ContextVar[bool] = ContextVar("has_turn", default=False)


def is_small(path: str, query: str) -> bool:
    """Whether an address is of a page of a table or a row as it stands: no file, no SQL, no filter, no size of its own.

    >>> is_small("/news/articles", "_next=50"), is_small("/news/articles/7", ""), is_small("/news/articles.json", "")
    (True, True, False)
    >>> is_small("/news/articles", "_size=max"), is_small("/news", "sql=select+1"), is_small("/news/articles", "url__like=a")
    (False, False, False)
    """
    if "." in path.rpartition("/")[2]:
        return False
    return all(name in _OF_SMALL for name, _ in parse_qsl(query, keep_blank_values=True))


def has_turn() -> bool:
    """Whether what runs has its turn already."""
    return _has_turn.get()


class Turns:
    """The turns of one instance."""

    def __init__(self) -> None:
        self._large = asyncio.Semaphore(LARGE_ANSWERS)
        self._small = asyncio.Semaphore(SMALL_ANSWERS)

    async def take(self, work: Callable[[Turn], Awaitable[None]], *, small: bool) -> None:
        """Do what answers a request when it is its turn, its SQL in a process of its own."""
        turn = Turn(self._large)
        await turn.take(self._small if small else self._large)
        token = _has_turn.set(True)
        try:
            async with Session.of_request(turn.before_much if small else None):
                await work(turn)
        finally:
            _has_turn.reset(token)
            turn.leave()


class Turn:
    """One answer's turn, which ends when there is an answer: who follows need not wait until a slow reader has it all."""

    def __init__(self, large: asyncio.Semaphore) -> None:
        self._large = large
        self._taken: list[asyncio.Semaphore] = []

    async def take(self, turns: asyncio.Semaphore) -> None:
        await turns.acquire()
        self._taken.append(turns)

    async def before_much(self, size: int) -> None:
        """Wait for the turn of the large ones where a statement brings so many bytes."""
        if size > SMALL_RESULT and self._large not in self._taken:
            await self.take(self._large)

    def leave(self) -> None:
        while self._taken:
            self._taken.pop().release()
