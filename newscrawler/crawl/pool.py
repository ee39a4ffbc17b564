"""Work on what is stored, or taken in, by all processors at once: tasks in an order, results in the same one.

Each process is a crawl's worker, with its limits: what kills it costs that task only, and is tried once more in a fresh one.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from queue import LifoQueue
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from newscrawler.crawl.processes import Task, WorkerDied, WorkerProcess, siblings
from newscrawler.crawl.workers import TRIES, death_of, start_workers
from newscrawler.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from newscrawler.errors import Failure

TOGETHER = 4  # tasks that go to a process at once: it waits for the next only so often
AHEAD = 12  # such groups for each process that are handed over: they are at work while a batch is committed
MAX_WEIGHT = 64_000_000  # bytes of pages that are handed over at once, whatever their number: memory stays flat
CPU_SECONDS = 5.0  # of one task, as of a page in a crawl


def each_of(function: Callable[..., Any], group: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What a function returns for each of several arguments."""
    return [function(*arguments) for arguments in group]


class Result(NamedTuple):
    """What came of a task: its value, or why there is none; the CPU seconds that it took its process."""

    value: Any
    failure: Failure | None = None
    cpu: float = 0.0


class Processors(Protocol):
    """Whoever does the work: processes of this machine (Pool), or of a cluster (dask_pool)."""

    def run(
        self,
        function: Callable[..., Any],
        tasks: Iterable[tuple[Any, ...]],
        weight: Callable[[tuple[Any, ...]], int] = ...,
    ) -> Iterator[Result]: ...


class Pool:
    """`number` processes, started together by the first task, that judge by `beat` beside the lexicon (crawl.workers)."""

    def __init__(self, number: int, beat: str = "") -> None:
        self.number = number
        self._idle: LifoQueue[WorkerProcess] = LifoQueue()
        self._all = siblings(number, start_workers, beat, number)
        for each in self._all:
            self._idle.put(each)
        self._threads = ThreadPoolExecutor(number, thread_name_prefix="pool")

    def run(
        self,
        function: Callable[..., Any],
        tasks: Iterable[tuple[Any, ...]],
        weight: Callable[[tuple[Any, ...]], int] = lambda arguments: 0,
    ) -> Iterator[Result]:
        """The results of a function of a module over arguments, in their order; few are read ahead.

        `weight`: the bytes of a task's arguments.  Raises ArchiveError where one of ours raised: that is a bug, and not the
        page's.
        """
        waiting: deque[tuple[Future[list[Result]], int]] = deque()
        rest, under_way = iter(tasks), 0
        while group := list(islice(rest, TOGETHER)):
            heavy = sum(map(weight, group))
            waiting.append((self._threads.submit(self._attempt_all, function, group), heavy))
            under_way += heavy
            while waiting and (len(waiting) >= AHEAD * self.number or under_way > MAX_WEIGHT):
                done, heavy = waiting.popleft()
                under_way -= heavy
                yield from done.result()
        for done, _ in waiting:
            yield from done.result()

    def _attempt_all(self, function: Callable[..., Any], group: list[tuple[Any, ...]]) -> list[Result]:
        """A group's results; where its process does not outlive it, each is tried alone, so that none pays for another."""
        if len(group) > 1:
            whole = self._attempt(Task(each_of, (function, group), CPU_SECONDS), tries=1)
            if whole.failure is None:
                return [Result(value, cpu=whole.cpu / len(group)) for value in whole.value]
        return [self._attempt(Task(function, arguments, CPU_SECONDS), TRIES) for arguments in group]

    def _attempt(self, task: Task, tries: int) -> Result:
        worker = self._idle.get()
        try:
            for attempt in range(tries):
                if attempt:
                    worker.renew()
                try:
                    done = worker.run(task)
                except WorkerDied as error:
                    death = error
                    continue
                if done.error is not None:
                    raise ArchiveError(f"{task.function.__name__} failed: {done.error}") from done.error
                return Result(done.value, cpu=done.cpu)
            return Result(None, death_of(death, CPU_SECONDS))
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End all processes at once, whatever is under way."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for each in self._all:
            each.close()
        self._threads.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
