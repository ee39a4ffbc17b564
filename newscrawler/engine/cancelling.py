"""Cancellations that a call swallows: redis-py 8.1 may take one for a connection that was closed, and ask again."""

from __future__ import annotations

import asyncio


def cancellations() -> int:
    """How often this task was cancelled.  Whoever is cleaning up was, and may still ask the engine."""
    task = asyncio.current_task()
    return task.cancelling() if task is not None else 0


def heed(cancelled: int) -> None:
    """Raises CancelledError where this task was cancelled more than so many times."""
    if cancellations() > cancelled:
        raise asyncio.CancelledError
