"""Hosts take turns at the workers: pure scheduling, without a process."""

import asyncio
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from newscrawler.crawl.turns import CPU_A_HOST, CPU_A_TASK, DEATHS_A_HOST, HostAccount, Turns


async def _work(turns, host, served, at_work, cancel=False):
    async def task():
        async with turns.turn(host):
            at_work[host] += 1
            assert at_work[host] == 1, "one task of a host at a time"
            served.append(host)
            try:
                await asyncio.sleep(0)
            finally:
                at_work[host] -= 1

    made = asyncio.ensure_future(task())
    await asyncio.sleep(0)
    if cancel:
        made.cancel()
    return made


def test_a_host_of_many_pages_waits_for_itself():
    async def serve():
        turns, served, at_work = Turns(1), [], Counter()
        async with turns.turn("before"):
            tasks = [await _work(turns, host, served, at_work) for host in ("many",) * 5 + ("one", "other")]
        await asyncio.gather(*tasks)
        return served

    served = asyncio.run(serve())
    assert served == ["many", "one", "other", "many", "many", "many", "many"]


def test_a_slow_host_holds_one_worker_of_two():
    async def serve():
        turns = Turns(2)
        async with turns.turn("slow"):
            waiting = asyncio.ensure_future(turns.turn("slow").__aenter__())
            for _ in range(10):
                async with turns.turn("quick"):
                    pass
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        async with turns.turn("slow"), turns.turn("quick"):
            return True

    assert asyncio.run(serve())


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=40), st.integers(1, 4))
def test_everyone_is_served_whoever_gives_up(hosts, number):
    async def serve():
        turns, served, at_work = Turns(number), [], Counter()
        tasks = [await _work(turns, host, served, at_work, cancel) for host, cancel in hosts]
        ended = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
        assert not [each for each in ended if isinstance(each, Exception)]
        kept = Counter(host for host, cancel in hosts if not cancel)
        assert not kept - Counter(served)
        assert (turns._free, turns._waiting, turns._at_work) == (number, {}, set())

    asyncio.run(serve())


@given(st.integers(0, 10_000), st.floats(0, CPU_A_TASK))
def test_a_host_of_ordinary_pages_is_never_refused(tasks, seconds):
    assert HostAccount(tasks, tasks * seconds).refusal is None


def test_a_host_of_expensive_or_deadly_pages_is():
    account = HostAccount()
    while account.refusal is None:
        account.note(4.0)
    assert account.tasks == 9
    assert account.cpu < 1.3 * CPU_A_HOST
    account = HostAccount()
    for _ in range(DEATHS_A_HOST):
        assert account.refusal is None
        account.note(0.0, died=True)
    assert account.refusal == f"its pages have cost {DEATHS_A_HOST} workers in this run"
