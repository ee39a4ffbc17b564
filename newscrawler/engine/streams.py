"""Redis or Valkey: the streams of turns and of reports, who holds which host, and who is there.

    PREFIX:turns      stream, group "workers": a turn is delivered to one worker, and taken over where that one is silent
    PREFIX:results    stream, group "archivist": reports, each deleted once what it says is committed
    PREFIX:done:TURN  set: which tasks of a turn were reported of; kept a week
    PREFIX:host:HOST  who may ask a host; what remains of its life when it is let go is the host's pause
    PREFIX:agreement, PREFIX:archivist, PREFIX:workers

Everything is bounded: the archivist sends out so many turns, and workers wait while reports are not taken.  Where the
engine cannot be reached or is full, each call waits until it can, and says so once.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from redis import exceptions
from redis.asyncio import Redis

from newscrawler.engine.cancelling import cancellations, heed
from newscrawler.engine.messages import read_agreement, read_standing, write_agreement, write_report, write_turn
from newscrawler.engine.scripts import ENTER, PROLONG, RENEW
from newscrawler.engine.troubles import Troubles, words_of
from newscrawler.errors import EngineBusy, EngineError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from newscrawler.engine.messages import Agreement, Report, Turn

T = TypeVar("T")
Entry = tuple[bytes, dict[bytes, bytes]]

LEASE = 30.0  # seconds of silence after which a turn is another worker's, and a host anybody's; the same on all machines
BACKLOG = 500  # reports that wait for the archivist; with more no turn is begun, with twice as many nothing is reported
REMEMBERED = 7 * 86_400  # seconds that the tasks of a turn are known to be done
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between two tries of a call that failed

_DATABASE = re.compile(r"/?[0-9]{0,5}")  # as the path of an address
_LOST = (exceptions.ConnectionError, exceptions.TimeoutError, exceptions.BusyLoadingError, OSError)


def _is_full(error: Exception) -> bool:
    """Whether its memory or its disk is: MISCONF is said where it can no longer write its files."""
    return isinstance(error, exceptions.OutOfMemoryError) or any(
        each in str(error) for each in ("OOM command not allowed", "MISCONF")
    )


class Streams:
    """One machine's connection to the engine, under a name of its own (`me`)."""

    def __init__(self, url: str, me: str, prefix: str = "newscrawler", lease: float = LEASE) -> None:
        """Raises EngineError for an address that is none of an engine's."""
        try:
            self._redis: Any = Redis.from_url(url, socket_connect_timeout=5, socket_timeout=30, health_check_interval=15)
            if url.startswith(("redis:", "rediss:")) and not _DATABASE.fullmatch(urlsplit(url).path):
                raise ValueError("the part behind the last / is the number of a database")  # Redis would be asked for 0
        except ValueError as error:
            raise EngineError(f"{url!r} is no address of an engine ({error}); write redis://HOST:6379/0") from error
        self.me, self.url, self.lease = me, _without_password(url), lease
        self._turns, self._results = f"{prefix}:turns", f"{prefix}:results"
        self._prefix = prefix
        self._archivist = ""  # as which we are known, where we are it
        self.troubles = Troubles(self.url)

    # --- the connection

    async def open(self, *, writes: bool = True) -> None:
        """Make sure that the engine is there, with its streams where we write.  Raises EngineError where it is not."""
        try:
            await (self._groups() if writes else self._redis.ping())
        except exceptions.AuthenticationError as error:
            why = words_of(error)
            raise EngineError(f"{self.url} refuses us ({why}); write redis://USER:PASSWORD@HOST:6379/0") from error
        except _LOST as error:
            why = words_of(error)
            raise EngineError(
                f"{self.url} cannot be reached ({why}); is the engine running, and the address right?"
            ) from error
        except exceptions.ResponseError as error:
            advice = "; raise its maxmemory, or see to its disk" if _is_full(error) else ""
            raise EngineError(f"{self.url}: {words_of(error)}{advice}") from error

    async def _groups(self) -> None:
        for stream, group in ((self._turns, "workers"), (self._results, "archivist")):
            try:
                await self._redis.xgroup_create(stream, group, id="0", mkstream=True)
            except exceptions.ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def close(self) -> None:
        await self._redis.aclose()

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """The outcome of a call, asked for again for as long as the engine is away or full."""
        pause, cancelled, was_full = FIRST_PAUSE, cancellations(), False
        while True:
            try:
                outcome = await call()
            except _LOST as error:
                heed(cancelled)
                self.troubles.away(error)
            except exceptions.RedisError as error:
                if "NOGROUP" in str(error):  # it came back without what it had
                    await self._patiently(self._groups)
                elif _is_full(error):
                    was_full = True
                    self.troubles.full()
                else:
                    raise EngineError(f"{self.url}: {words_of(error)}") from error
            else:
                self.troubles.answered(after_full=was_full)
                heed(cancelled)
                return outcome
            heed(cancelled)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def clock(self) -> float:
        """The engine's time, in seconds since 1970.

        Raises EngineError for what no waiting mends.
        """
        seconds, micros = await self._patiently(self._redis.time)
        return float(seconds) + float(micros) / 1e6

    # --- what all agree on, and who is there

    async def agreement(self) -> Agreement | None:
        """What the archivist said last; None where there was none yet.  Raises EngineError for another format's."""
        key = f"{self._prefix}:agreement"
        written = await self._patiently(lambda: self._redis.get(key))
        return read_agreement(written, key) if written else None

    async def agree(self, agreement: Agreement) -> None:
        """Raises EngineError for what no waiting mends."""
        await self._patiently(lambda: self._redis.set(f"{self._prefix}:agreement", write_agreement(agreement)))

    async def be_the_archivist(self, archive: str) -> None:
        """Be it, for the archive of this identity.

        Raises EngineBusy where another archive's is.  An earlier one of ours is dead: we hold the lock of its archive.
        Raises EngineError for what no waiting mends.
        """
        key, self._archivist = f"{self._prefix}:archivist", f"{archive} {self.me}"
        if await self._patiently(lambda: self._redis.set(key, self._archivist, nx=True, px=int(self.lease * 1000))):
            return
        other = (await self._patiently(lambda: self._redis.get(key)) or b"").decode("utf-8", "replace")
        if other and other.partition(" ")[0] != archive:
            raise EngineBusy(
                f"{self.url} has an archivist of another archive, {other.partition(' ')[2]}; take another --name "
                f"(one that was killed is forgotten after {self.lease:g} seconds)"
            )
        await self._patiently(lambda: self._redis.set(key, self._archivist, px=int(self.lease * 1000)))

    async def still_the_archivist(self) -> bool:
        """Stay it for a while longer; False where the engine has forgotten or has another one.

        Raises EngineError for what no waiting mends.
        """
        key = f"{self._prefix}:archivist"
        return bool(
            await self._patiently(lambda: self._redis.eval(PROLONG, 1, key, self._archivist, int(self.lease * 1000)))
        )

    async def no_longer_the_archivist(self) -> None:
        key = f"{self._prefix}:archivist"
        await self._redis.eval(PROLONG, 1, key, self._archivist, 1)

    async def say_how_it_goes(self, state: Mapping[str, Any]) -> None:
        """For `workers`; nothing is waited for.

        Raises EngineError for what no waiting mends.
        """
        written = json.dumps(dict(state) | {"at": await self.clock()})
        await self._patiently(lambda: self._redis.hset(f"{self._prefix}:workers", self.me, written))

    async def leave(self) -> None:
        await self._redis.hdel(f"{self._prefix}:workers", self.me)

    async def state(self) -> dict[str, Any]:
        """What there is to see: workers by name, how many turns are out and reports wait, the archivist, the clock.

        Raises EngineError for what no waiting mends.
        """
        told = await self._patiently(lambda: self._redis.hgetall(f"{self._prefix}:workers"))
        oldest = await self._patiently(lambda: self._redis.xrange(self._results, count=1))
        now = await self.clock()
        archivist = (await self._redis.get(f"{self._prefix}:archivist") or b"").decode("utf-8", "replace")
        return {
            "archivist": archivist.partition(" ")[2] or None,
            "turns": await self._patiently(lambda: self._redis.xlen(self._turns)),
            "reports": await self.backlog(),
            "lag": round(max(0.0, now - int(oldest[0][0].split(b"-")[0]) / 1000), 1) if oldest else 0.0,
            "workers": {
                name.decode("utf-8", "replace"): seen
                for name, each in sorted(told.items())
                if (seen := read_standing(each, now)) is not None
            },
        }

    # --- turns

    def turn_at(self, entry: bytes) -> str:
        """What people can find an entry by."""
        return _named(self._turns, entry)

    async def send(self, turn: Turn) -> None:
        """Raises EngineError for what no waiting mends."""
        await self._patiently(lambda: self._redis.xadd(self._turns, write_turn(turn)))

    async def sent(self) -> list[Entry]:
        """All turns that are out, whoever has them.

        Raises EngineError for what no waiting mends.
        """
        return await self._patiently(lambda: self._redis.xrange(self._turns))

    async def take(self, seconds: float) -> Entry | None:
        """A turn for this worker: of one that has fallen silent, else the next; None where none comes in so many seconds.

        Raises EngineError for what no waiting mends.
        """
        if await self.backlog() >= BACKLOG:
            await asyncio.sleep(min(seconds, 0.2))
            return None
        found = await self._patiently(
            lambda: self._redis.xautoclaim(self._turns, "workers", self.me, int(self.lease * 1000), "0-0", count=1)
        )
        if found[1]:
            return self._entry(found[1][0])
        came = await self._patiently(
            lambda: self._redis.xreadgroup(
                "workers", self.me, {self._turns: ">"}, count=1, block=max(1, int(seconds * 1000))
            )
        )
        return self._entry(came[0][1][0]) if came else None

    @staticmethod
    def _entry(found: Any) -> Entry | None:
        return (found[0], found[1]) if found[1] is not None else None

    async def deliveries(self, entry: bytes) -> int:
        """To how many workers a turn has gone, this one among them.

        Raises EngineError for what no waiting mends.
        """
        found = await self._patiently(lambda: self._redis.xpending_range(self._turns, "workers", entry, entry, 1))
        return int(found[0]["times_delivered"]) if found else 1

    async def keep(self, entry: bytes) -> bool:
        """Hold a turn for a while longer; False where it is another worker's by now.

        Raises EngineError for what no waiting mends.
        """
        return bool(await self._patiently(lambda: self._redis.eval(RENEW, 1, self._turns, self.me, entry)))

    async def hand_back(self, entry: bytes) -> None:
        """Let whoever asks next have a turn, without waiting for our silence."""
        mine = {"min_idle_time": 0, "message_ids": [entry], "idle": int(2 * self.lease * 1000), "justid": True}
        await self._redis.xclaim(self._turns, "workers", self.me, **mine)

    async def done(self, turn: str) -> set[int]:
        """The tasks of a turn that somebody has reported of.

        Raises EngineError for what no waiting mends.
        """
        members = await self._patiently(lambda: self._redis.smembers(f"{self._prefix}:done:{turn}"))
        return {int(each) for each in members}

    async def finish(self, entry: bytes, end: Report) -> None:
        """Say that a turn is over, and take it out of the engine: both or neither.

        Raises EngineError for what no waiting mends.
        """

        async def ended() -> None:
            async with self._redis.pipeline(transaction=True) as together:
                together.xadd(self._results, write_report(end))
                together.xack(self._turns, "workers", entry)
                together.xdel(self._turns, entry)
                await together.execute()

        await self._patiently(ended)

    async def forget(self, entry: bytes) -> None:
        """Take out a turn that is none.

        Raises EngineError for what no waiting mends.
        """
        await self._patiently(lambda: self._redis.xdel(self._turns, entry))

    # --- hosts

    async def enter(self, host: str, seconds: float, life: float | None = None) -> bool:
        """Ask for a host for oneself, or keep it; whether it is ours, after waiting for so many seconds at most.

        Ours it is for `life` seconds, a lease where nothing is said.

        Raises EngineError for what no waiting mends.
        """
        key = f"{self._prefix}:host:{host}"
        px = max(1, int((self.lease if life is None else life) * 1000))
        until = asyncio.get_running_loop().time() + seconds
        while True:
            if await self._patiently(lambda: self._redis.eval(ENTER, 1, key, self.me, px)):
                return True
            if asyncio.get_running_loop().time() >= until:
                return False
            await asyncio.sleep(0.1)

    async def leave_host(self, host: str, pause: float) -> None:
        """Let go of a host: nobody has it before its pause is over, whatever any machine's clock says.

        Raises EngineError for what no waiting mends.
        """
        key = f"{self._prefix}:host:{host}"
        await self._patiently(lambda: self._redis.eval(PROLONG, 1, key, self.me, max(1, int(pause * 1000))))

    # --- reports

    def report_at(self, entry: bytes) -> str:
        """What people can find an entry by."""
        return _named(self._results, entry)

    async def backlog(self) -> int:
        """Raises EngineError for what no waiting mends."""
        return int(await self._patiently(lambda: self._redis.xlen(self._results)))

    async def report(self, report: Report) -> None:
        """Hand over what was found, once there is room for it, and note its task as done: both or neither.

        Raises EngineError for what no waiting mends.
        """
        while await self.backlog() >= 2 * BACKLOG:
            await asyncio.sleep(0.2)
        done = f"{self._prefix}:done:{report.turn}"

        async def reported() -> None:
            async with self._redis.pipeline(transaction=True) as together:
                together.xadd(self._results, write_report(report))
                if report.is_of_task:
                    together.sadd(done, report.number)
                    together.expire(done, REMEMBERED)
                await together.execute()

        await self._patiently(reported)

    async def reports(self, most: int, seconds: float, *, again: bool = False) -> list[Entry]:
        """What came in; `again`: what an archivist before this one took and did not confirm.

        Raises EngineError for what no waiting mends.
        """
        came = await self._patiently(
            lambda: self._redis.xreadgroup(
                "archivist",
                "archivist",
                {self._results: "0" if again else ">"},
                count=most,
                block=None if again else max(1, int(seconds * 1000)),
            )
        )
        return [(key, fields) for key, fields in came[0][1] if fields] if came else []

    async def confirm(self, entries: list[bytes]) -> None:
        """What these say is committed: they leave the engine.

        Raises EngineError for what no waiting mends.
        """

        async def confirmed() -> None:
            async with self._redis.pipeline(transaction=True) as together:
                together.xack(self._results, "archivist", *entries)
                together.xdel(self._results, *entries)
                await together.execute()

        if entries:
            await self._patiently(confirmed)


def _named(stream: str, entry: bytes) -> str:
    return f"entry {entry.decode('ascii', 'replace')} of the stream {stream}"


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
