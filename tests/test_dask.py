"""The processors of a cluster: the same results in the same order, also where a worker is killed; filed once."""

import os
import signal
import socket
import time

import pytest
from conftest import command, database

from newscrawler.crawl.cluster_news import ClusterNews
from newscrawler.crawl.pool import Result
from newscrawler.errors import EngineError, Failure, FailureKind

distributed = pytest.importorskip("distributed")

from newscrawler.crawl import dask_pool  # noqa: E402
from newscrawler.crawl.dask_pool import DaskPool, check_address, check_readers  # noqa: E402


def slowly(number: int, seconds: float) -> tuple[int, int]:
    time.sleep(seconds)
    return number, os.getppid()


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as found:
        yield found


def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(cluster):
    said = []
    with DaskPool(cluster.scheduler_address, say=said.append) as pool:
        results = pool.run(slowly, ((number, 0.01) for number in range(160)))
        number, worker = next(results).value
        os.kill(worker, signal.SIGKILL)
        rest = [each.value for each in results]
    assert [number, *(each for each, _ in rest)] == list(range(160))
    assert len({each for _, each in rest}) >= 2
    assert any("loading what pages are read with" in line for line in said)


def test_a_worker_of_the_cluster_has_processes_for_all_its_threads_and_loads_nothing_itself(cluster):
    def seen():
        import sys

        from newscrawler.crawl.dask_pool import _pools

        return [each.number for each in _pools.values()], "newscrawler.extraction" in sys.modules

    with DaskPool(cluster.scheduler_address) as pool:
        list(pool.run(slowly, ((number, 0.0) for number in range(4))))
        assert ([2], False) in pool._client.run(seen).values()


def test_what_is_stored_is_read_anew_by_the_cluster(cluster, demo_run, tmp_path):
    import shutil

    here, there = (shutil.copytree(demo_run / "demo-archive", tmp_path / name) for name in ("here", "there"))
    one = command("reprocess", "--extract", "--judge", "--archive", here, cwd=tmp_path)
    other = command(
        "reprocess", "--extract", "--judge", "--archive", there, "--dask", cluster.scheduler_address, cwd=tmp_path
    )
    assert other.returncode == one.returncode == 0, other.stderr
    assert other.stderr.splitlines()[-5:] == one.stderr.splitlines()[-5:]
    again = command("export", "all.warc.gz", "--archive", there, cwd=tmp_path)
    assert again.returncode == 0
    taken = command("import", "all.warc.gz", "--archive", "new", "--dask", cluster.scheduler_address, cwd=tmp_path)
    assert taken.returncode == 0, taken.stderr
    assert "new" in taken.stderr


def test_bad_input_is_said(tmp_path, cluster):
    done = command("reprocess", "--judge", "--dask", "tcp://127.0.0.1:1", cwd=tmp_path)
    assert (done.returncode, "there is no archive" in done.stderr) == (1, True)
    for address in ("scheduler", "http://scheduler:8786", "tcp://scheduler:x", "tcp://scheduler:99999", "[::1:8786"):
        with pytest.raises(EngineError, match="no address such as tcp://host:8786"):
            check_address(address)
    worker = next(iter(cluster.scheduler_info["workers"]))
    with pytest.raises(EngineError, match="that is a Worker of Dask; give the address of its scheduler"):
        check_address(worker)


def test_a_scheduler_that_is_not_there_is_said_at_once_and_nothing_has_begun(archive, tmp_path):
    """As an engine is: exit code 1.  A client would try for twenty seconds, and an archive say that it goes on."""
    began = time.monotonic()
    with pytest.raises(EngineError, match=r"no scheduler of Dask answers at tcp://127\.0\.0\.1:1 \(Connection refused\)"):
        check_address("tcp://127.0.0.1:1")
    assert time.monotonic() - began < 3
    archive.close()
    done = command("reprocess", "--judge", "--archive", archive.folder, "--dask", "tcp://127.0.0.1:1", cwd=tmp_path)
    assert (done.returncode, "is `dask scheduler` running" in done.stderr) == (1, True), done.stderr
    with database(archive.folder / "news.db") as db:
        assert db.execute("SELECT count(*) FROM reprocessings").fetchone()[0] == 0
    done = command("import", tmp_path / "newscrawler.toml", "--archive", "new", "--dask", "tcp://127.0.0.1:1", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "new").exists()) == (1, False), done.stderr


def test_whoever_listens_without_being_a_scheduler_is_waited_for_for_seconds(monkeypatch):
    monkeypatch.setattr(dask_pool, "KNOCK", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(EngineError, match=r"none within 0\.2 seconds"):
        check_address(f"tcp://127.0.0.1:{silent.getsockname()[1]}")


def test_workers_of_another_kind_are_refused():
    ours = ("1.0+abc", "terms")
    check_readers(Result(ours), ours)
    with pytest.raises(
        EngineError, match=r"is newscrawler 0\.9\+x with the terms terms, this is 1\.0\+abc.*one version and one"
    ):
        check_readers(Result(("0.9+x", "terms")), ours)
    with pytest.raises(EngineError, match="it was killed"):
        check_readers(Result(None, Failure(FailureKind.WORKER, "it was killed")), ours)


def test_what_is_said_of_a_cluster_while_it_works():
    said = []
    news = ClusterNews("tcp://a:1", said.append)
    looks = [
        (0, 0, 0, 0), (10, 0, 0, 0), (31, 0, 0, 0), (40, 2, 0, 0), (41, 2, 1, 0), (75, 2, 1, 0), (80, 2, 2, 0), (81, 2, 2, 8),
        (112, 2, 2, 1200), (113, 3, 2, 1200), (114, 1, 1, 1300), (115, 0, 0, 1300), (120, 1, 0, 1300), (124, 1, 1, 1300),
        (140, 2, 1, 1300), (143, 2, 2, 1400),
    ]  # fmt: skip
    for look in looks:
        news.look(*look)
    assert [line.removeprefix("tcp://a:1: ") for line in said] == [
        "no worker is there; waiting for one: dask worker tcp://a:1 --nthreads 1",
        "still no worker",
        "2 workers, loading what pages are read with (some seconds)",
        "1 of 2 workers have loaded",
        "2 workers have loaded after 40 seconds",
        "1,200 tasks done by 2 workers",
        "3 workers, 1 more",
        "1 worker, 2 less; its work is another one's",
        "its last worker is gone; waiting for one: dask worker tcp://a:1 --nthreads 1",
        "1 worker, loading what pages are read with (some seconds)",
        "1 worker has loaded after 4 seconds",
        "2 workers, 1 more",
        "2 workers have loaded after 3 seconds",
    ]
