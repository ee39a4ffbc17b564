"""Worker processes: what they do, what they may use, and that they are replaced when they die."""

import asyncio
import itertools
import time
from collections import deque
from dataclasses import replace

import pytest
from command import HANG
from conftest import NOW

from newscrawler.crawl import tasks, workers
from newscrawler.crawl.processes import Task
from newscrawler.crawl.turns import DEATHS_A_HOST, HostAccount
from newscrawler.crawl.workers import Workers
from newscrawler.errors import FailureKind
from newscrawler.items import Lease, Page

LEASE = Lease(1, "s", "https://a.example/1")
GOOD = (
    b"<html><body><article><h1>Navy</h1>"
    + b"<p>The navy ordered four frigates with air defence missiles today.</p>" * 6
    + b"</article></body></html>"
)


def _nothing(*_):
    """What a worker does before its first task, instead of what it usually does."""


def page(body, status=200):
    return Page(LEASE, LEASE.url, NOW, status, (("Content-Type", "text/html"),), body)


@pytest.fixture
def pool():
    pool = Workers(1)
    yield pool
    pool.close()


def test_a_page_and_a_feed(pool):
    made = asyncio.run(pool.prepare(page(GOOD), None))
    assert made.article
    assert made.article.title == "Navy"
    assert made.record
    assert made.digest.startswith("sha1:")
    found = asyncio.run(
        pool.parse("rss", b"<rss><channel><item><link>https://a.example/1</link></item></channel></rss>", LEASE.url, NOW)
    )
    assert [link.url for link in found.links] == ["https://a.example/1"]
    assert (
        asyncio.run(pool.parse("rss", b"nothing", LEASE.url, NOW)).failure.reason
        == "not a feed: the root element is missing"
    )


def test_two_that_start_together_read_alike():
    pool = Workers(2)
    made = [page(GOOD), replace(page(GOOD), url="https://b.example/1")]
    try:
        read = asyncio.run(_both(pool, made))
    finally:
        pool.close()
    assert [each.article.text for each in read] == [read[0].article.text] * 2
    assert read[0].verdict == read[1].verdict


async def _both(pool, made):
    return await asyncio.gather(*(pool.prepare(each, None) for each in made))


def test_a_beat_that_cannot_be_read_ends_no_worker_that_starts():
    pool = Workers(2, "gone.toml")
    try:
        failure = asyncio.run(pool.prepare(page(GOOD), None)).failure
    finally:
        pool.close()
    assert failure.kind is FailureKind.WORKER
    assert "gone.toml: cannot be read" in failure.reason


def test_no_record_of_an_answer_that_is_no_page(pool):
    assert asyncio.run(pool.prepare(page(b"gone", 410), None)).record is None


SPIN = Task(deque, (itertools.count(), 0), 0.2)  # never ends, and never comes back from C


@pytest.fixture
def light_pool(monkeypatch):
    """One whose process starts at once, for it knows nothing of pages."""
    monkeypatch.setattr(workers, "start_workers", _nothing)
    pool = Workers(1)
    yield pool
    pool.close()


def test_a_task_that_takes_too_much_is_tried_twice_and_the_pool_goes_on(light_pool):
    with pytest.raises(workers._NoResult, match=r"it took its worker more than 0\.2 CPU seconds"):
        asyncio.run(light_pool._run("a.example", SPIN))
    assert light_pool.accounts["a.example"] == HostAccount(tasks=2, cpu=0.4, deaths=2)
    assert asyncio.run(light_pool._run("a.example", Task(len, ("four",), 5.0))) == 4


def test_a_page_whose_worker_is_killed_is_tried_once_more(light_pool):
    async def kill_and_wait():
        task = asyncio.ensure_future(light_pool._run("a.example", Task(time.sleep, (1.0,), 5.0)))
        while light_pool._all[0]._process is None:
            await asyncio.sleep(0.02)
        light_pool._all[0]._process.kill()
        await task

    asyncio.run(kill_and_wait())
    assert light_pool.accounts["a.example"].deaths == 1


def test_a_host_whose_pages_kill_is_left_for_the_next_run(pool):
    for _ in range(DEATHS_A_HOST):
        pool.accounts["a.example"].note(0.0, died=True)
    made = asyncio.run(pool.prepare(page(GOOD), None))  # no process need start for that
    assert made.failure.kind is FailureKind.HOST_BUDGET
    assert made.record is None
    assert asyncio.run(pool.parse("rss", b"", LEASE.url, NOW)).failure.kind is FailureKind.HOST_BUDGET
    assert pool.refusal("b.example") is None


def test_closing_ends_the_task_at_hand_and_says_nothing_of_it(light_pool):
    async def close_while_at_work():
        task = asyncio.ensure_future(light_pool._run("a.example", Task(time.sleep, (HANG,), 5.0)))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(light_pool.close)
        await asyncio.sleep(0.05)
        return task.done()

    assert asyncio.run(close_while_at_work()) is False


def test_a_stumbling_library_is_that_pages_failure(monkeypatch):
    def stumble(*args):
        raise RuntimeError("what is this?")

    monkeypatch.setattr(tasks, "prepare", stumble)
    made = tasks.work_page(page(GOOD), None)
    assert (made.article, made.failure_reason) == (None, "no article: extraction raised RuntimeError: what is this?")
    assert made.record  # the page is kept as evidence


def test_the_pool_is_not_started_for_nothing():
    pool = Workers(2)
    assert all(worker._process is None for worker in pool._all)
    pool.close()
