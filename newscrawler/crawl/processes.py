"""A process that runs one task at a time within limits, and another one when it has died.

    WorkerProcess(start).run(task) --> pipe --> the process: start(), then task after task

Those that begin together (`siblings`) start once: the first of them forks the others, which share its memory.

The task's timers are the process's own, and what they do is what the kernel does by default: end it.  So they
reach into C code as well; they measure from the task's beginning, and no step of the clock, sleep of the
machine or load on it counts.  A stop is the parent's business: the process ignores the signals by which one comes,
and ends when its pipe does.
"""

from __future__ import annotations

import atexit
import multiprocessing
import signal
import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any, NamedTuple

from newscrawler.crawl.memory import resident_memory
from newscrawler.crawl.offspring import Adopted, adopting, can_adopt, forked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

WALL_SECONDS = 120.0  # of one task, for a worker that sleeps or swaps
DEAF_SECONDS = 30.0  # beyond those: its own timer has not ended it (somebody stopped it)
TASKS = 2_000  # then a fresh process, so that no leak of a library grows for days …
GROWN = 100_000_000  # … nor one of bytes in hours: libxml2's event parser keeps the tree of a document that is cut
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
OUT_OF_CPU, OUT_OF_TIME = -signal.SIGPROF, -signal.SIGALRM  # how a process ends whose timer has run out

_context = multiprocessing.get_context("spawn")  # never fork: the parent has threads and a reactor
_births_and_deaths = threading.Lock()  # multiprocessing waits for its children in whichever thread starts one


@dataclass(frozen=True, slots=True)
class Named:
    """A function of a module that is imported by the process which calls it, and not by who asks for that."""

    module: str
    name: str

    @property
    def __name__(self) -> str:
        return self.name

    def __call__(self, *arguments: Any) -> Any:
        return getattr(import_module(self.module), self.name)(*arguments)


class Task(NamedTuple):
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    cpu_seconds: float


class Done(NamedTuple):
    """What a task returned, or the exception that it raised, the CPU seconds that it took, and what it left behind."""

    value: Any
    error: Exception | None
    cpu: float
    resident: int  # bytes of memory, of the whole process


class WorkerDied(Exception):
    """The process ended before the task did; `code` is its exit code, minus the signal."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"exit code {code}")
        self.code = code


def _serve(
    channel: Connection, start: Callable[..., None], arguments: tuple[Any, ...], others: Sequence[Connection] = ()
) -> None:
    """The process: tasks out of the pipe, until it ends.  Before the first one it forks a process for each other channel."""
    for each in STOPS:
        signal.signal(each, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    start(*arguments)
    try:
        if others:
            channel.send(forked(channel, others, _work))
        _work(channel)
    except (EOFError, OSError):  # the parent has gone
        return


def _work(channel: Connection) -> None:
    """Raises EOFError or OSError when the parent has gone."""
    while True:
        channel.send(_done(*channel.recv()))


def _done(function: Callable[..., Any], arguments: tuple[Any, ...], cpu_seconds: float) -> Done:
    began = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
    value, error = None, None
    try:
        value = function(*arguments)
    except Exception as raised:
        # as it is it might not go through a pipe
        error = raised if isinstance(raised, MemoryError) else RuntimeError(f"{type(raised).__name__}: {raised}")
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return Done(value, error, time.process_time() - began, resident_memory())


def siblings(number: int, start: Callable[..., None], *arguments: Any) -> list[WorkerProcess]:
    """So many processes of which the first that begins starts for all: what `start` loads they share, in time and memory.

    A process in the place of one that ended starts by itself, as each does where a system knows no adoption.
    """
    made = [WorkerProcess(start, *arguments) for _ in range(number)]
    family = _Family(made)
    for each in made:
        each._family = family
    return made


class _Family:
    """Processes that begin together, once."""

    def __init__(self, members: Sequence[WorkerProcess]) -> None:
        self.birth = threading.Lock()  # held until the first one has forked the others
        self._waiting = list(members) if can_adopt() else []

    def others_of(self, member: WorkerProcess) -> list[WorkerProcess]:
        """Those that are to begin with the one that begins now: the first time all the others, then none."""
        waiting, self._waiting = self._waiting, []
        return [each for each in waiting if each is not member]


class WorkerProcess:
    """Started by its first task, after `start(*arguments)`.  Any thread may call; one is served at a time."""

    def __init__(self, start: Callable[..., None], *arguments: Any) -> None:
        self._start, self._arguments = start, arguments
        self._family = _Family((self,))
        self._serving = threading.Lock()
        self._process: SpawnProcess | Adopted | None = None
        self._channel: Connection | None = None
        self._tasks = 0
        self._kinds: set[Callable[..., Any]] = set()  # functions of its tasks so far
        self._least = 0  # bytes of memory after the task that left the fewest, from the first one of the newest kind on
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """The number of the process that runs now; None while there is none."""
        process = self._process
        return process.pid if process is not None else None

    def run(self, task: Task) -> Done:
        """Waits for the task.  Raises WorkerDied where the process ended before it."""
        with self._serving:
            if self._tasks >= TASKS:
                self._end()
            channel = self._channel or self._begin()
            self._tasks += 1
            try:
                channel.send(task)
                if not channel.poll(WALL_SECONDS + DEAF_SECONDS):
                    self._kill()
                done: Done = channel.recv()
            except (EOFError, OSError) as error:
                raise WorkerDied(self._end()) from error
            if task.function not in self._kinds:  # its first page brings in all that pages are read with: no leak
                self._kinds.add(task.function)
                self._least = done.resident
            self._least = min(self._least, done.resident)
            if done.resident > self._least + GROWN:
                self._end()
            return done

    def renew(self) -> None:
        """Let the next task have a process that has run none."""
        with self._serving:
            if self._tasks:
                self._end()

    def stop(self) -> None:
        """End at once, the task at hand included; whoever waits for it is told that the process died."""
        self._is_closed = True
        self._kill()

    def close(self) -> None:
        """The same, and wait until it has ended."""
        self.stop()
        with self._serving:
            self._end()

    def _begin(self) -> Connection:
        with self._family.birth:
            if self._channel is None:  # else a sibling has begun for both
                others = self._family.others_of(self)
                with adopting() if others else nullcontext():
                    self._spawn(others)
            if (channel := self._channel) is None:
                raise WorkerDied(None)
            return channel

    def _spawn(self, others: Sequence[WorkerProcess]) -> None:
        """Start a process, and let it fork those of others.  Raises WorkerDied where it does not live to tell of them."""
        if self._is_closed:
            raise WorkerDied(None)
        ours, theirs = _context.Pipe()
        pipes = [_context.Pipe() for _ in others]
        arguments = (theirs, self._start, self._arguments, [end for _, end in pipes])
        with _births_and_deaths:
            resource_tracker.ensure_running()  # it would undo the mask, were it started meanwhile
            process = _context.Process(target=_serve, args=arguments, daemon=True)
            # what is blocked here is blocked in the process from its first instruction on, until it ignores it
            before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
            try:
                process.start()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for end in (theirs, *(end for _, end in pipes)):
            end.close()
        self._take(process, ours)
        if others:
            self._take_for(others, [pipe for pipe, _ in pipes])

    def _take_for(self, others: Sequence[WorkerProcess], channels: Sequence[Connection]) -> None:
        try:
            if self._channel is None or not self._channel.poll(WALL_SECONDS + DEAF_SECONDS):
                raise EOFError
            pids = self._channel.recv()
        except (EOFError, OSError) as error:
            for each in channels:
                each.close()
            raise WorkerDied(self._end()) from error
        for other, pid, channel in zip(others, pids, channels, strict=True):
            other._take(Adopted(pid), channel)

    def _take(self, process: SpawnProcess | Adopted, channel: Connection) -> None:
        """Have a process that runs."""
        atexit.register(self.close)  # multiprocessing would ask it to end, which it ignores, and wait
        self._process, self._channel, self._tasks, self._kinds = process, channel, 0, set()
        if self._is_closed:  # meanwhile
            self._kill()

    def _kill(self) -> None:
        if (process := self._process) is not None:
            process.kill()

    def _end(self) -> int | None:
        """The exit code of the process, which is no more afterwards."""
        process, channel = self._process, self._channel
        self._process = self._channel = None
        if process is None or channel is None:
            return None
        channel.close()
        atexit.unregister(self.close)
        process.join(1)
        if process.exitcode is None:
            process.kill()
        with _births_and_deaths:
            process.join()
            return process.exitcode
