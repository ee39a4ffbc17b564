"""A process that runs tasks: its limits, the signals that it ignores, and its end.  Its tasks are Python's own functions."""

import itertools
import os
import re
import signal
from collections import deque

import pytest
from command import HANG

from newscrawler.crawl import processes
from newscrawler.crawl.processes import GROWN, OUT_OF_CPU, STOPS, Task, WorkerDied, WorkerProcess


@pytest.fixture
def worker():
    worker = WorkerProcess(str)
    yield worker
    worker.close()


SPIN = Task(deque, (itertools.count(), 0), 0.2)  # in C, where no handler of Python's would run


@pytest.mark.parametrize("task", [SPIN, Task(re.search, ("(a|aa)+$", "a" * 60 + "b"), 0.2)])
def test_cpu_seconds_are_counted_from_the_task_on_and_reach_into_c(worker, task):
    taken = 0.0
    while taken < 0.6:  # three tasks' worth, by tasks that end
        done = worker.run(Task(sum, (range(2_000_000),), 5.0))
        taken += done.cpu
    assert worker.run(Task(sum, (range(1000),), 0.2)).value == 499_500
    with pytest.raises(WorkerDied) as died:
        worker.run(task)
    assert died.value.code == OUT_OF_CPU
    assert worker.run(Task(len, ("four",), 5.0)).value == 4


def test_signals_of_a_stop_are_nothing_to_it(worker):
    process = worker.run(Task(os.getpid, (), 5.0)).value
    for each in STOPS:
        assert worker.run(Task(signal.raise_signal, (each,), 5.0)).error is None
    assert worker.run(Task(os.getpid, (), 5.0)).value == process


def test_nor_are_they_while_it_starts(worker):
    """From its first instruction on: the group may be told to stop at any moment."""
    worker._begin()
    for each in STOPS:
        os.kill(worker._process.pid, each)
    assert worker.run(Task(len, ("four",), 5.0)).value == 4


def test_one_that_does_not_answer_is_ended(worker, monkeypatch):
    worker.run(Task(len, ("four",), 5.0))
    monkeypatch.setattr(processes, "WALL_SECONDS", 0.1)
    monkeypatch.setattr(processes, "DEAF_SECONDS", 0.1)
    os.kill(worker._process.pid, signal.SIGSTOP)
    with pytest.raises(WorkerDied) as died:
        worker.run(Task(len, ("four",), 5.0))
    assert died.value.code == -signal.SIGKILL


def test_one_that_dies_between_tasks_is_replaced(worker):
    worker.run(Task(len, ("four",), 1.0))
    worker._process.kill()
    worker._process.join(HANG)
    with pytest.raises(WorkerDied):
        worker.run(Task(len, ("four",), 1.0))
    assert worker.run(Task(len, ("four",), 1.0)).value == 4


def test_what_a_task_raises_is_no_death(worker):
    before = worker.run(Task(os.getpid, (), 5.0)).value
    assert repr(worker.run(Task(int, ("x",), 5.0)).error).startswith('RuntimeError("ValueError: invalid literal')
    assert worker.run(Task(os.getpid, (), 5.0)).value == before
    worker.renew()
    assert worker.run(Task(os.getpid, (), 5.0)).value != before


def test_a_closed_one_starts_no_more(worker):
    worker.close()
    with pytest.raises(WorkerDied):
        worker.run(Task(len, ("four",), 1.0))


_kept = []


def _keep(size):
    _kept.append(b"x" * size)  # touched, not only reserved
    return os.getpid()


def _load(size):
    return _keep(size)


def test_a_process_that_has_grown_is_replaced_but_not_for_what_the_first_task_of_a_kind_loads():
    grown, worker = GROWN + 50_000_000, WorkerProcess(str)
    tasks = [(_keep, 1_000), (_load, grown), (_keep, 1_000), (_load, 1_000), (_keep, grown), (_keep, 1_000), (_keep, 1_000)]
    try:
        pids = [worker.run(Task(function, (size,), 5.0)).value for function, size in tasks]
    finally:
        worker.close()
    assert len(set(pids[:5])) == 1
    assert pids[4] != pids[5] == pids[6]
