"""The same work as of `pool`, by the workers of a Dask cluster: tasks in an order, results in the same one.

group of tasks --client--> a worker of the cluster --Pool there--> results, or none: the worker was lost, another's turn

Each worker has processes beside it, one a thread, that do the work within a crawl's limits, so that a page which kills one
costs itself alone.  What pages are read with is loaded by those processes alone.  What comes back is filed by whoever asked,
as from processes of this machine: what was done twice counts once.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import sys
import threading
import time
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any, Self, cast

from distributed import Client, KilledWorker, get_worker
from distributed.comm.addressing import get_address_host_port
from distributed.core import rpc
from distributed.security import Security

from newscrawler.config.lexicon import lexicon_of
from newscrawler.crawl.cluster_news import ClusterNews
from newscrawler.crawl.pool import AHEAD, MAX_WEIGHT, TOGETHER, Pool, Result
from newscrawler.crawl.processes import Named
from newscrawler.errors import EngineError, Failure, FailureKind, NewscrawlerError
from newscrawler.reader import shipped_reader
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

GROUP = 2 * TOGETHER  # tasks that go over the network at once
KNOCK = 5.0  # seconds for a first answer of the scheduler
LONGEST = 20.0  # seconds until it has taken us in
LOOK = 1.0  # seconds between two looks at the cluster while it is waited for
_load = Named("newscrawler.crawl.tasks", "load")
# of a worker of the cluster: one for each beat and what was agreed on, the terms of the beat among it
_pools: dict[tuple[str, tuple[str, str]], Pool] = {}
_making = threading.Lock()


def work(function: Callable[..., Any], group: list[tuple[Any, ...]], beat: str, agreed: tuple[str, str]) -> list[Result]:
    """In a worker of the cluster.  Raises EngineError where it is another newscrawler than the one that asks."""
    return list(_pool(beat, agreed).run(function, group))


def load(beat: str, agreed: tuple[str, str]) -> None:
    """In a worker of the cluster: have there what pages are read with, before the first of them come.  Raises as `work`."""
    _pool(beat, agreed)


def _pool(beat: str, agreed: tuple[str, str]) -> Pool:
    key = (beat, agreed)
    with _making:
        if key not in _pools:
            # Dask's own processes may have no children, for these would outlive them; ours end with their pipe
            multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
            # and a child has no need of Dask's command, which it would import as the script that it comes from
            sys.modules["__main__"].__file__ = None
            pool = Pool(max(1, get_worker().state.nthreads), beat)
            try:
                (loaded,) = pool.run(_load, [()])
                check_readers(loaded, agreed)
            except BaseException:
                pool.close()
                raise
            _pools[key] = pool
    return _pools[key]


def check_readers(loaded: Result, agreed: tuple[str, str]) -> None:
    """Raises EngineError where a worker reads and judges otherwise than whoever asks, or cannot."""
    if loaded.failure is not None:
        raise EngineError(f"a worker of the cluster could not load what pages are read with: {loaded.failure.reason}")
    if loaded.value != agreed:
        theirs, ours = " with the terms ".join(loaded.value), " with the terms ".join(agreed)
        raise EngineError(
            f"a worker of the cluster is newscrawler {theirs}, this is {ours}: give all machines one version and one beat"
        )


def check_address(address: str) -> None:
    """Raises EngineError for what is no address, or where no scheduler answers within some seconds.

    A client would try for as long as it may, and then be half made, and take 40 seconds to go.
    """
    read: Any = get_address_host_port
    try:
        host, port = read(address)
    except Exception as error:  # of a way to connect that Dask has not, or not here
        raise EngineError(f"--dask {address}: no address such as tcp://host:8786 ({error})") from error
    if not 0 < port < 65536:
        raise EngineError(f"--dask {address}: no address such as tcp://host:8786 (there is no port {port})")
    try:
        socket.create_connection((host, port), KNOCK).close()
        kind = asyncio.run(_identity(address)).get("type")
    except Exception as error:  # whatever is there, and whatever it says
        why = getattr(error, "strerror", None) or str(error) or f"none within {KNOCK:g} seconds"
        raise EngineError(
            f"no scheduler of Dask answers at {address} ({why}); is `dask scheduler` running, and the address right?"
        ) from error
    if kind != "Scheduler":
        raise EngineError(f"--dask {address}: that is a {kind} of Dask; give the address of its scheduler")


async def _identity(address: str) -> dict[str, Any]:
    """What a node of Dask says of itself.  Raises OSError, of which TimeoutError is one, where none answers."""
    ask, own = cast(Any, rpc), cast(Any, Security)()
    node = ask(address, timeout=KNOCK, connection_args=own.get_connection_args("client"))
    try:
        return dict(await asyncio.wait_for(node.identity(), KNOCK))
    finally:
        await node.close_rpc()


class DaskPool:
    """`run` and `close` as of a Pool; `say` is told how it goes.

    Raises EngineError where no scheduler is at the address.
    """

    def __init__(self, address: str, beat: str = "", say: Callable[[str], object] = lambda line: None) -> None:
        check_address(address)
        try:
            connect: Any = Client
            self._client: Any = connect(address, timeout=LONGEST, set_as_default=False)
        except (OSError, ValueError) as error:
            raise EngineError(f"the scheduler of Dask at {address} does not take us in ({error or 'no answer'})") from error
        self._beat, self._agreed = beat, (shipped_reader(), lexicon_of(beat).version)
        self._news = ClusterNews(address, say)
        self._done, self._looked = 0, float("-inf")
        self._loading: dict[str, Any] = {}  # by worker
        self._look()

    def run(
        self,
        function: Callable[..., Any],
        tasks: Iterable[tuple[Any, ...]],
        weight: Callable[[tuple[Any, ...]], int] = lambda arguments: 0,
    ) -> Iterator[Result]:
        """As `Pool.run`.  Raises NewscrawlerError where the cluster is lost: what was filed is kept, and gone on from."""
        waiting: deque[tuple[Any, list[tuple[Any, ...]], int]] = deque()
        rest, under_way = iter(tasks), 0
        while group := list(islice(rest, GROUP)):
            heavy = sum(map(weight, group))
            waiting.append((self._sent(function, group), group, heavy))
            under_way += heavy
            while waiting and (len(waiting) >= AHEAD * self._threads or under_way > MAX_WEIGHT):
                future, sent, heavy = waiting.popleft()
                under_way -= heavy
                yield from self._results(function, future, sent)
        for future, sent, _ in waiting:
            yield from self._results(function, future, sent)

    @property
    def _threads(self) -> int:
        return max(1, int(sum(self._there().values())))

    def _there(self) -> dict[str, int]:
        """The workers that are there, with their threads.  Raises NewscrawlerError where the scheduler is lost."""
        try:
            found: dict[str, int] = self._client.nthreads()
        except Exception as error:
            raise _trouble(error) from error
        return found

    def _sent(self, function: Callable[..., Any], group: list[tuple[Any, ...]]) -> Any:
        # by name: a worker of the cluster would import what only the process beside it needs
        named = function if isinstance(function, Named) else Named(function.__module__, function.__qualname__)
        return self._client.submit(work, named, group, self._beat, self._agreed, pure=False)

    def _results(self, function: Callable[..., Any], future: Any, group: list[tuple[Any, ...]]) -> list[Result]:
        try:
            found = self._waited(future)
        except KilledWorker as error:
            if len(group) == 1:
                return [
                    Result(None, Failure(FailureKind.WORKER, f"workers of the cluster were lost on it: {error.last_worker}"))
                ]
            # one of them may be why: each alone, so that none pays for another
            return [each for one in group for each in self._results(function, self._sent(function, [one]), [one])]
        self._done += len(found)
        return found

    def _waited(self, future: Any) -> list[Result]:
        """What a group came to.  Raises KilledWorker, and NewscrawlerError for all else."""
        while True:
            self._look()
            try:
                found: list[Result] = future.result(timeout=LOOK)
            except (KilledWorker, NewscrawlerError):
                raise
            except Exception as error:
                # what is done may have been lost with its worker since, and is not there yet: then it is waited for
                if not isinstance(error, TimeoutError) or future.status == "error":
                    raise _trouble(error) from error
            else:
                return found

    def _look(self) -> None:
        """Now and then: who is there, who has loaded, how far it is.  Workers that are new begin to load.

        Raises NewscrawlerError where one cannot read our pages.
        """
        if time.monotonic() - self._looked < LOOK:
            return
        self._looked = time.monotonic()
        there = self._there()
        for worker in there.keys() - self._loading.keys():
            own = {"workers": [worker], "allow_other_workers": False, "pure": False, "priority": 1}
            self._loading[worker] = self._client.submit(load, self._beat, self._agreed, **own)
        loaded = [worker for worker, each in self._loading.items() if worker in there and each.done()]
        for worker in loaded:
            if self._loading[worker].status == "error":
                self._waited_no_more(self._loading[worker])
        self._loading = {worker: each for worker, each in self._loading.items() if worker in there}
        self._news.look(time.monotonic(), len(there), len(loaded), self._done)

    @staticmethod
    def _waited_no_more(loading: Any) -> None:
        error = loading.exception(timeout=KNOCK)
        if isinstance(error, NewscrawlerError):
            raise error
        if not isinstance(error, KilledWorker):  # of that the groups of pages will tell
            raise _trouble(error) from error

    def close(self) -> None:
        self._client.close(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _trouble(error: Exception) -> NewscrawlerError:
    """What an error of a worker, or of the cluster, means.

    >>> print(_trouble(ModuleNotFoundError("No module named 'newscrawler'")))
    the cluster has no newscrawler, or another one (No module named 'newscrawler'): give all its machines this one
    """
    why = clean_line(str(error), 200) or type(error).__name__
    # the scheduler reads what is asked for, too
    if isinstance(error, ImportError | AttributeError) or "deserialization" in why:
        return EngineError(f"the cluster has no newscrawler, or another one ({why}): give all its machines this one")
    return NewscrawlerError(f"the cluster failed: {why}; run the same command again, it goes on from here")
