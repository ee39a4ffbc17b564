"""A process that runs tasks: its limits, the signals that it ignores, and its end.  Its tasks are Python's own functions."""

import itertools
import os
import re
import signal
import subprocess
import sys
from collections import deque

import pytest
from command import HANG

from newscrawler.crawl import offspring, processes
from newscrawler.crawl.offspring import Adopted, can_adopt
from newscrawler.crawl.pool import Pool
from newscrawler.crawl.processes import GROWN, OUT_OF_CPU, STOPS, Task, WorkerDied, WorkerProcess, siblings


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


# --- those that begin together

_started_in = []


def _start():
    _started_in.append(os.getpid())


def _origin():
    return os.getpid(), *_started_in


@pytest.fixture
def family():
    family = siblings(3, _start)
    yield family
    for each in family:
        each.close()


def test_the_first_sibling_that_begins_starts_for_all(family):
    origins = [family[at].run(Task(_origin, (), 5.0)).value for at in (1, 0, 2)]
    pids = [own for own, *_ in origins]
    assert len(set(pids)) == 3
    assert [starts for _, *starts in origins] == [[pids[0]]] * 3
    assert [family[at].pid for at in (1, 0, 2)] == pids


def test_what_a_pool_reads_pages_with_is_loaded_once():
    before = set(offspring.active_children())
    with Pool(2) as pool:
        assert [each.value for each in pool.run(len, [("four",)] * 8)] == [4] * 8
        assert len(set(offspring.active_children()) - before) == 1  # forked from the other


@pytest.mark.parametrize("at", [0, 1], ids=["the first", "a forked one"])
def test_a_sibling_dies_alone_tells_of_what_and_starts_anew_by_itself(family, at):
    before = [each.run(Task(_origin, (), 5.0)).value for each in family]
    with pytest.raises(WorkerDied) as died:
        family[at].run(SPIN)
    assert died.value.code == OUT_OF_CPU
    after = [each.run(Task(_origin, (), 5.0)).value for each in family]
    assert after[at] == (family[at].pid, family[at].pid) != before[at]
    assert [each for each in after if each != after[at]] == [each for each in before if each != before[at]]


def test_siblings_end_with_their_own_pipes(family):
    """None holds the end of another's."""
    for each in family:
        each.run(Task(len, ("four",), 5.0))
    for each in family[::-1]:
        each._channel.close()
        each._process.join(HANG)
        assert each._process.exitcode == 0


def test_signals_of_a_stop_are_nothing_to_siblings(family):
    for each in family:
        for stop in STOPS:
            assert each.run(Task(signal.raise_signal, (stop,), 5.0)).error is None


def test_siblings_that_are_closed_leave_no_process(family):
    family[0].run(Task(len, ("four",), 5.0))
    processes = [each._process for each in family]
    family[2].run(Task(len, ("four",), 5.0))
    for each in family:
        each.close()
    assert [each.exitcode for each in processes] == [-signal.SIGKILL] * 3
    with pytest.raises(WorkerDied):
        family[1].run(Task(len, ("four",), 1.0))


def _die():
    os._exit(7)


def test_siblings_whose_start_ends_the_first_are_tried_one_by_one():
    family = siblings(2, _die)
    for _ in range(2):
        with pytest.raises(WorkerDied) as died:
            family[0].run(Task(len, ("four",), 5.0))
        assert died.value.code == 7
    assert family[1]._process is None


def test_where_nobody_adopts_each_starts_by_itself(monkeypatch):
    monkeypatch.setattr(processes, "can_adopt", lambda: False)
    family = siblings(2, _start)
    try:
        origins = [each.run(Task(_origin, (), 5.0)).value for each in family]
    finally:
        for each in family:
            each.close()
    assert [starts for _, *starts in origins] == [[own] for own, *_ in origins]


def test_a_child_that_somebody_else_has_waited_for_is_gone():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    gone = Adopted(child.pid)
    gone.kill()
    gone.join()
    assert gone.exitcode == 255


def test_who_adopts_for_good_goes_on_doing_so(family):
    offspring._prctl(offspring._SET_SUBREAPER, 1)
    try:
        family[0].run(Task(len, ("four",), 5.0))
        assert offspring._is_adopting() == can_adopt()
    finally:
        offspring._prctl(offspring._SET_SUBREAPER, 0)


_FORCED = """
import os, signal
from newscrawler.cli.stopping import end_process
from newscrawler.crawl.processes import Task, siblings

if __name__ == "__main__":
    for each in siblings(2, str):
        os.kill(each.run(Task(os.getpid, (), 5.0)).value, signal.SIGSTOP)
    end_process("It hangs.")
"""


def test_an_end_that_is_forced_takes_all_siblings_along(tmp_path):
    """They are stopped, and so do not see that their pipe has ended; each holds stderr until it is gone."""
    (tmp_path / "forced.py").write_text(_FORCED)
    done = subprocess.run([sys.executable, "forced.py"], cwd=tmp_path, capture_output=True, timeout=HANG, check=False)
    assert (done.returncode, done.stderr) == (130, b"It hangs.\n")
