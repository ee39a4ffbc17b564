"""The processors of a cluster: the same results in the same order, also where a worker is killed; filed once."""

import os
import signal
import time
from unittest import mock

import pytest
from conftest import command

from newscrawler.errors import ConfigError

distributed = pytest.importorskip("distributed")

from newscrawler.crawl.dask_pool import DaskPool, work  # noqa: E402


def slowly(number: int, seconds: float) -> tuple[int, int]:
    time.sleep(seconds)
    return number, os.getppid()


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as found:
        yield found


def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(cluster):
    with DaskPool(cluster.scheduler_address) as pool:
        results = pool.run(slowly, ((number, 0.01) for number in range(160)))
        number, worker = next(results).value
        os.kill(worker, signal.SIGKILL)
        rest = [each.value for each in results]
    assert [number, *(each for each, _ in rest)] == list(range(160))
    assert len({each for _, each in rest}) >= 2


def test_what_is_stored_is_read_anew_by_the_cluster(cluster, demo_run, tmp_path):
    import shutil

    here, there = (shutil.copytree(demo_run / "demo-archive", tmp_path / name) for name in ("here", "there"))
    one = command("reprocess", "--extract", "--judge", "--archive", here, cwd=tmp_path)
    other = command(
        "reprocess", "--extract", "--judge", "--archive", there, "--dask", cluster.scheduler_address, cwd=tmp_path
    )
    assert other.returncode == one.returncode == 0, other.stderr
    assert other.stderr.splitlines()[-6:] == one.stderr.splitlines()[-6:]
    again = command("export", "all.warc.gz", "--archive", there, cwd=tmp_path)
    assert again.returncode == 0
    taken = command("import", "all.warc.gz", "--archive", "new", "--dask", cluster.scheduler_address, cwd=tmp_path)
    assert taken.returncode == 0, taken.stderr
    assert "new" in taken.stderr


def test_bad_input_is_said(tmp_path):
    done = command("reprocess", "--judge", "--dask", "tcp://127.0.0.1:1", cwd=tmp_path)
    assert (done.returncode, "there is no archive" in done.stderr) == (1, True)
    with pytest.raises(ConfigError, match=r"no scheduler of Dask answers at tcp://127\.0\.0\.1:1"):
        DaskPool("tcp://127.0.0.1:1", seconds=0.2)
    with mock.patch("newscrawler.crawl.dask_pool.Client") as client:
        for address in ("scheduler", "http://scheduler:8786", "tcp://scheduler:x", "tcp://scheduler:99999", "[::1:8786"):
            with pytest.raises(ConfigError, match="no address such as tcp://host:8786"):
                DaskPool(address)
        client.assert_not_called()
    with pytest.raises(ConfigError, match="give all machines the same"):
        work(slowly, [], "", "0.0 other")
