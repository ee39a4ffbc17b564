"""Worker processes: what they do, what they may use, and that they are replaced when they die."""

import asyncio

import pytest
from conftest import NOW

from newscrawler.crawl import workers
from newscrawler.crawl.workers import Workers
from newscrawler.items import Lease, Page

LEASE = Lease(1, "s", "https://a.example/1")
GOOD = (
    b"<html><body><article><h1>Navy</h1>"
    + b"<p>The navy ordered four frigates with air defence missiles today.</p>" * 6
    + b"</article></body></html>"
)


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


def test_no_record_of_an_answer_that_is_no_page(pool):
    assert asyncio.run(pool.prepare(page(b"gone", 410), None)).record is None


def _burn_cpu():
    workers._limit_cpu(1)
    while True:
        pass


def _eat_memory():
    return len(bytearray(4_000_000_000))


def test_too_much_cpu_ends_the_task_and_the_pool_goes_on(pool):
    error = asyncio.run(_caught(pool, _burn_cpu))
    assert workers._death(error, 1).reason == "it took its worker more than 1 CPU seconds"
    assert asyncio.run(pool.prepare(page(GOOD), None)).article


async def _caught(pool, function):
    try:
        await pool._run(function)
    except Exception as error:
        return error
    return None


def test_too_much_memory_is_an_error_of_that_task(pool):
    assert isinstance(asyncio.run(_caught(pool, _eat_memory)), MemoryError)
    assert asyncio.run(pool.prepare(page(GOOD), None)).article


def test_a_stumbling_library_is_that_pages_failure(monkeypatch):
    def stumble(*args):
        raise RuntimeError("what is this?")

    monkeypatch.setattr(workers, "prepare", stumble)
    made = workers.work_page(page(GOOD), None)
    assert (made.article, made.failure_reason) == (None, "no article: extraction raised RuntimeError: what is this?")
    assert made.record  # the page is kept as evidence


def test_the_pool_is_not_started_for_nothing():
    pool = Workers(2)
    assert pool._pool is None
    pool.close()
