"""Memory between the network and the workers: who has to wait, and that everybody's turn comes."""

import asyncio

from newscrawler.crawl.bodies import FULL, HOST_ROOM, LARGE, ROOM, Bodies


def test_an_answer_grows_large_only_where_there_is_room():
    bodies = Bodies()
    assert bodies.arrive(1, LARGE)
    assert bodies.arrive(1, LARGE)
    bodies.hold("a.example", FULL)
    assert bodies.arrive(2, LARGE)
    assert not bodies.arrive(2, 1)
    bodies.end(2)
    bodies.let_go("a.example", FULL)
    assert bodies.arrive(2, 2 * LARGE)


def test_a_host_of_large_pages_waits_for_itself_and_all_wait_where_memory_is_short():
    async def wait():
        bodies = Bodies()
        bodies.hold("large.example", HOST_ROOM)
        await asyncio.wait_for(bodies.room("other.example"), 1)
        own = asyncio.ensure_future(bodies.room("large.example"))
        bodies.hold("many.example", ROOM)
        other = asyncio.ensure_future(bodies.room("other.example"))
        await asyncio.sleep(0.01)
        waiting = (own.done(), other.done())
        bodies.let_go("many.example", ROOM)
        await asyncio.sleep(0.01)
        waiting += (own.done(), other.done())
        bodies.let_go("large.example", HOST_ROOM)
        await asyncio.wait_for(own, 1)
        return waiting, bodies.total

    assert asyncio.run(wait()) == ((False, False, False, True), 0)


def test_an_answer_that_waits_for_another_one_of_its_host_does_not_hold_it_up():
    class Answer:
        pass

    async def wait():
        bodies, answer, stranger = Bodies(), Answer(), Answer()
        bodies.hold_until_gone("large.example", answer, HOST_ROOM)
        with bodies.set_aside("large.example", stranger, HOST_ROOM):
            room = [bodies.has_room("large.example")]
        with bodies.set_aside("large.example", answer, HOST_ROOM):
            room.append(bodies.has_room("large.example"))
        return [*room, bodies.has_room("large.example")]

    assert asyncio.run(wait()) == [False, True, False]


def test_what_was_lost_sight_of_holds_nobody_up_for_ever(monkeypatch):
    monkeypatch.setattr("newscrawler.crawl.bodies.PATIENCE", 0.05)

    async def wait():
        bodies = Bodies()
        bodies.hold("a.example", ROOM)
        await asyncio.wait_for(bodies.room("a.example"), 5)
        return True

    assert asyncio.run(wait())


def test_an_answer_counts_until_nobody_has_it():
    class Answer:
        pass

    async def come_and_go():
        bodies, answer = Bodies(), Answer()
        bodies.hold_until_gone("a.example", answer, 5)
        bodies.hold_until_gone("a.example", answer, 5)
        totals = [bodies.total]
        del answer
        await asyncio.sleep(0.01)
        return [*totals, bodies.total]

    assert asyncio.run(come_and_go()) == [5, 0]
