"""Whose turn a host is: what waits to be asked, by host, and which turns are out.  Knows neither Redis nor the archive.

A host has one turn out at a time, so that whatever it asks for between two requests is kept by one worker alone.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import LONGEST_WAIT
from newscrawler.engine.messages import Task
from newscrawler.items import Lease

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from newscrawler.engine.messages import Turn
    from newscrawler.items import DueEndpoint

FURTHEST = LONGEST_WAIT + timedelta(days=1)
TASKS_A_TURN = 16
TURNS_OUT = 256  # what the engine holds of them is bounded, however many hosts there are


@dataclass(slots=True)
class _Host:
    waiting: deque[DueEndpoint | Lease] = field(default_factory=deque)
    turn: str | None = None  # the one that is out
    free_at: datetime | None = None  # not to be asked before


def _rests(host: _Host, now: datetime) -> bool:
    """Whether a host is to be left alone still; a time further ahead than any pause is that of a clock that was set back."""
    return host.free_at is not None and now < host.free_at <= now + FURTHEST


@dataclass(slots=True)
class Out:
    """A turn that is out, and which of its tasks nobody has reported of."""

    turn: Turn
    left: dict[int, Task]
    is_missed: bool = False  # the engine did not have it when we last looked


class Dispatch:
    def __init__(self) -> None:
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self.out: dict[str, Out] = {}
        self.waiting = 0

    @property
    def tasks(self) -> int:
        """How many tasks wait or are out."""
        return self.waiting + sum(len(each.left) for each in self.out.values())

    @property
    def polls(self) -> set[str]:
        """Sources whose endpoints wait or are out."""
        asked = [task.endpoint for each in self.out.values() for task in each.left.values()]
        waiting = [each for host in self._hosts.values() for each in host.waiting if not isinstance(each, Lease)]
        return {each.source_id for each in (*asked, *waiting) if each is not None}

    def add(self, host: str, asked: DueEndpoint | Lease) -> None:
        self._hosts[host].waiting.append(asked)
        self.waiting += 1

    def ready(self, now: datetime) -> Iterator[tuple[str, tuple[Task, ...]]]:
        """(host, tasks) of each turn that may go out now."""
        room = TURNS_OUT - len(self.out)
        for name, host in list(self._hosts.items()):
            if room <= 0:
                return
            if not host.waiting or host.turn is not None or _rests(host, now):
                continue
            taken = [host.waiting.popleft() for _ in range(min(TASKS_A_TURN, len(host.waiting)))]
            self.waiting -= len(taken)
            room -= 1
            yield name, tuple(_task(number, asked) for number, asked in enumerate(taken, start=1))

    def sent(self, turn: Turn) -> None:
        """A turn is out; also one that an earlier archivist sent."""
        self._hosts[turn.host].turn = turn.id
        self.out[turn.id] = Out(turn, {task.number: task for task in turn.tasks})

    def done(self, turn: str, number: int) -> bool:
        """A task was reported of; whether anybody still waited for that."""
        out = self.out.get(turn)
        return out is not None and out.left.pop(number, None) is not None

    def ended(self, turn: str, free_at: datetime) -> tuple[Task, ...]:
        """A turn is over; the tasks that nobody reported of."""
        out = self.out.pop(turn, None)
        if out is None:
            return ()
        host = self._hosts[out.turn.host]
        host.turn, host.free_at = None, free_at
        if not host.waiting and not out.left:
            self._forget_idle(free_at)
        return tuple(out.left.values())

    def _forget_idle(self, now: datetime) -> None:
        """Hosts with nothing left: the next turn of any begins after more than their pause."""
        if len(self._hosts) > 4 * TURNS_OUT:
            for name, host in list(self._hosts.items()):
                if not host.waiting and host.turn is None and not _rests(host, now):
                    del self._hosts[name]

    def missing(self, there: set[str]) -> list[str]:
        """Turns that the engine has lost (it was restarted without its last second): missing at two looks in a row."""
        lost = [key for key, out in self.out.items() if key not in there and out.is_missed]
        for key, out in self.out.items():
            out.is_missed = key not in there
        return lost


def _task(number: int, asked: DueEndpoint | Lease) -> Task:
    return Task(number, lease=asked) if isinstance(asked, Lease) else Task(number, endpoint=asked)
