"""The same work as of `pool`, by the workers of a Dask cluster: tasks in an order, results in the same one.

group of tasks --client--> a worker of the cluster --Pool there--> results, or none: the worker was lost, another's turn

Each worker has a process beside it that does the work within a crawl's limits, so that a page which kills one costs itself
alone.  What comes back is filed by whoever asked, as from processes of this machine: what was done twice counts once.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from distributed import Client, KilledWorker
from distributed.comm.addressing import get_address_host_port

from newscrawler import __version__
from newscrawler.config.lexicon import lexicon_of
from newscrawler.crawl.pool import AHEAD, MAX_WEIGHT, TOGETHER, Pool, Result
from newscrawler.errors import ConfigError, Failure, FailureKind, NewscrawlerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

GROUP = 2 * TOGETHER  # tasks that go over the network at once
_pools: dict[str, Pool] = {}  # of a worker of the cluster: one for each beat


def work(function: Callable[..., Any], group: list[tuple[Any, ...]], beat: str, lexicon: str) -> list[Result]:
    """In a worker of the cluster.  Raises ConfigError where it is another newscrawler than the one that asks."""
    if (__version__, lexicon_of(beat).version) != tuple(lexicon.split(" ")):
        raise ConfigError("a worker of the cluster has another newscrawler or other terms: give all machines the same")
    if beat not in _pools:
        # Dask's own processes may have no children, for these would outlive them; ours end with their pipe
        multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
        _pools[beat] = Pool(1, beat)
    return list(_pools[beat].run(function, group))


def _check(address: str) -> None:
    """Raises ConfigError for what is no address: a client would be half made, and take 40 seconds to go."""
    read: Any = get_address_host_port
    try:
        port = read(address)[1]
    except ValueError as error:
        raise ConfigError(f"--dask {address}: no address such as tcp://host:8786 ({error})") from error
    if not 0 < port < 65536:
        raise ConfigError(f"--dask {address}: no address such as tcp://host:8786 (there is no port {port})")


class DaskPool:
    """`run` and `close` as of a Pool.  Raises ConfigError where no scheduler is at the address."""

    def __init__(self, address: str, beat: str = "", seconds: float = 20.0) -> None:
        _check(address)
        try:
            connect: Any = Client
            self._client: Any = connect(address, timeout=seconds, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ConfigError(f"no scheduler of Dask answers at {address} ({error or 'no answer'})") from error
        self._beat, self._agreed = beat, f"{__version__} {lexicon_of(beat).version}"

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
        return max(1, int(sum(self._client.nthreads().values())))

    def _sent(self, function: Callable[..., Any], group: list[tuple[Any, ...]]) -> Any:
        return self._client.submit(work, function, group, self._beat, self._agreed, pure=False)

    def _results(self, function: Callable[..., Any], future: Any, group: list[tuple[Any, ...]]) -> list[Result]:
        try:
            found: list[Result] = future.result()
        except KilledWorker as error:
            if len(group) == 1:
                return [
                    Result(None, Failure(FailureKind.WORKER, f"workers of the cluster were lost on it: {error.last_worker}"))
                ]
            # one of them may be why: each alone, so that none pays for another
            return [each for one in group for each in self._results(function, self._sent(function, [one]), [one])]
        except NewscrawlerError:
            raise
        except Exception as error:
            raise NewscrawlerError(
                f"the cluster failed: {error}; run the same command again, it goes on from here"
            ) from error
        return found

    def close(self) -> None:
        self._client.close(timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
