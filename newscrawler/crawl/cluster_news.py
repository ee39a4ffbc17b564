"""What is said of a cluster while it works: each change once, and now and then how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.crawl.lines import counted

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY = 30.0  # seconds between two lines of how far it is


class ClusterNews:
    """`say`: where a line goes."""

    def __init__(self, address: str, say: Callable[[str], object]) -> None:
        self._address, self._say = address, say
        self._began: float | None = None  # when the last of the workers that are there came
        self._spoke: float | None = None
        self._workers: int | None = None  # that were there at the last look
        self._loaded = 0

    def look(self, now: float, workers: int, loaded: int, done: int) -> None:
        """So many workers are there, so many of them have loaded, so much is done; `now` in seconds.

        >>> news = ClusterNews("tcp://a:8786", print)
        >>> news.look(0.0, 2, 0, 0)
        tcp://a:8786: 2 workers, loading what pages are read with (some seconds)
        >>> news.look(4.0, 2, 2, 0)
        tcp://a:8786: 2 workers have loaded after 4 seconds
        >>> news.look(5.0, 1, 1, 8)
        tcp://a:8786: 1 worker, 1 less; its work is another one's
        """
        if workers > (self._workers or 0):
            self._began = now
        self._spoke = now if self._spoke is None else self._spoke
        line = (
            self._of_workers(workers, loaded) or self._of_loading(now, workers, loaded) or self._of_work(now, workers, done)
        )
        self._workers, self._loaded = workers, loaded
        if line:
            self._spoke = now
            self._say(f"{self._address}: {line}")

    def _of_workers(self, workers: int, loaded: int) -> str:
        before = self._workers
        if workers == before:
            return ""
        if not workers:
            left = "its last worker is gone" if before else "no worker is there"
            return f"{left}; waiting for one: dask worker {self._address} --nthreads 1"
        if not before:
            return (
                f"{counted(workers, 'worker')}, loading what pages are read with (some seconds)" if loaded < workers else ""
            )
        if workers < before:
            return f"{counted(workers, 'worker')}, {before - workers} less; its work is another one's"
        return f"{counted(workers, 'worker')}, {workers - before} more"

    def _of_loading(self, now: float, workers: int, loaded: int) -> str:
        if loaded <= self._loaded or loaded < workers:
            return ""
        after = now - (self._began or 0.0)
        return f"{counted(workers, 'worker')} {'has' if workers == 1 else 'have'} loaded after {after:.0f} seconds"

    def _of_work(self, now: float, workers: int, done: int) -> str:
        if now - (self._spoke or 0.0) < EVERY:
            return ""
        if not workers:
            return "still no worker"
        if self._loaded < workers and not done:
            return f"{self._loaded} of {counted(workers, 'worker')} have loaded"
        return f"{done:,} tasks done by {counted(workers, 'worker')}"
