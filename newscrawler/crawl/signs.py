"""The sign of life, the figures and the errands of who crawls without an end: a watch, or an archivist of many machines."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler import __version__
from newscrawler.crawl import heartbeat
from newscrawler.crawl.metrics import Counts, Figures, prometheus_text
from newscrawler.crawl.session import utc_now
from newscrawler.dates import iso

if TYPE_CHECKING:
    from newscrawler.crawl.metrics import Sink
    from newscrawler.storage.sites.polls import Punctuality

# what is run now and then, told whether articles came since the last time
Errand = Callable[[bool], Coroutine[None, None, None]]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a crawl stands, as the archive's thread and the event loop tell it."""

    sources: Mapping[str, Punctuality]
    pending: int  # links that wait
    under_way: int  # links and endpoints
    memory: tuple[int, int]  # bytes of this process, and of its workers
    next_look: datetime | None = None


class Signs:
    """What is written every ten seconds, and begun with it; `counts` is what it tells of."""

    def __init__(self, folder: Path, sink: Sink | None = None) -> None:
        self.counts = Counts()
        self.figures: Figures | None = None
        self.errand: Errand | None = None
        self.on_sign: Callable[[], None] = lambda: None
        self._folder, self._sink = folder, sink
        self.started = utc_now()
        self._signed = float("-inf")
        self._on_errand: asyncio.Task[None] | None = None
        self._news_then = 0

    def is_due(self) -> bool:
        """Whether the last sign is old enough; begins the errand anew, once it has come back."""
        if time.monotonic() - self._signed < heartbeat.EVERY:
            return False
        self._signed = time.monotonic()
        self.on_sign()
        if self.errand is not None and (self._on_errand is None or self._on_errand.done()):
            news, before = self.counts.decisions["new"], self._news_then
            self._news_then = news
            self._on_errand = asyncio.ensure_future(self.errand(news != before))
        return True

    def put(self, standing: Standing) -> None:
        """Raises OSError, NewscrawlerError where they cannot be written."""
        usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        next_look = standing.next_look
        figures = self.figures = Figures(
            self.counts,
            standing.sources,
            standing.pending,
            standing.under_way,
            standing.memory,
            sum(each.ru_utime + each.ru_stime for each in usage),
            time.time(),
            next_look.timestamp() if next_look else None,
        )
        heartbeat.write(
            self._folder,
            heartbeat.Sign(
                os.getpid(), __version__, iso(self.started), iso(utc_now()), len(standing.sources), figures.endpoints,
                standing.pending, iso(next_look) if next_look else None,
            ),
        )  # fmt: skip
        if self._sink is not None:
            self._sink.put(prometheus_text(figures))

    async def call_back(self) -> None:
        """End an errand that is under way."""
        if self._on_errand is not None:
            self._on_errand.cancel()
            await asyncio.gather(self._on_errand, return_exceptions=True)

    def close(self, *, begins_anew: bool = False) -> None:
        """Take the sign of life away, unless it is given again at once, and tell no figures any more."""
        if not begins_anew:
            with contextlib.suppress(OSError):  # what cannot be taken away becomes stale
                heartbeat.remove(self._folder, os.getpid(), iso(self.started))
        if self._sink is not None:
            self._sink.close()
