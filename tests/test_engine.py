"""One crawl on many machines: what workers and the archivist say, whose turn a host is, and that nothing is lost or doubled."""

import asyncio
import contextlib
import itertools
import json
import logging
import os
import re
import signal
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from command import started
from conftest import NOW, candidate, command, database
from engines import Hosts, RedisServer, needs_redis, redis_server
from hypothesis import given
from hypothesis import strategies as st
from network import Machine, Network, needs_network
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from twisted.internet.testing import StringTransport
from twisted.web._newclient import Request
from twisted.web.http_headers import Headers

from newscrawler.cli import archivist as command_line
from newscrawler.cli import worker_health
from newscrawler.cli.logfile import log_with_time
from newscrawler.crawl import heartbeat, watching
from newscrawler.crawl.beside import Beside
from newscrawler.crawl.metrics import sink_for
from newscrawler.crawl.session import utc_now
from newscrawler.crawl.signs import Signs
from newscrawler.crawl.watching import Reloading
from newscrawler.crawl.workers import Workers
from newscrawler.downloads import Downloads
from newscrawler.engine import archivist, worker_signs
from newscrawler.engine.archivist import Archivist, Scope
from newscrawler.engine.dispatch import TASKS_A_TURN, Dispatch
from newscrawler.engine.filing import Filing
from newscrawler.engine.messages import (
    VERSION,
    Agreement,
    HostAnswer,
    Report,
    Robots,
    Task,
    TdmFile,
    Turn,
    TurnEnd,
    read_agreement,
    read_report,
    read_turn,
    write_agreement,
    write_report,
    write_turn,
)  # fmt: skip
from newscrawler.engine.session import OpenTurn, WorkerSession
from newscrawler.engine.streams import Streams
from newscrawler.engine.troubles import Troubles
from newscrawler.errors import ConfigError, EngineBusy, EngineError, Failure, FailureKind, of_status
from newscrawler.items import Discovery, DueEndpoint, Endpoint, Lease, Link, Poll, Source
from newscrawler.storage.archive import Archive
from newscrawler.storage.sites.sources import sync_sources

AGREED = Agreement(VERSION, "1.2.3", "abc")
ENDPOINT = DueEndpoint(1, "gazette", "rss", "https://gazette.example/feed", hints=(("within", "#news"),))
SOURCE = Source(
    "gazette", "The Gazette", "https://gazette.example/", "newspaper", endpoints=(Endpoint("rss", ENDPOINT.url),)
)


LEASE = Lease(1, "gazette", "https://gazette.example/1", attempts=2)
WORDS = "The navy ordered four frigates with air defence missiles, said the ministry of defence today in the harbour."
TASKS = (Task(1, lease=LEASE), Task(2, endpoint=ENDPOINT))


def turn(host="gazette.example", key="t1", tasks=TASKS):
    return Turn(key, host, AGREED, tasks, (SOURCE,), ("abc",), (Robots("https://gazette.example", 200, "User-agent: *"),))


REPORTS = [
    Report("t1", 1, candidate=replace(candidate(LEASE, WORDS), record=b"\x00\xff", request=b"r", head=b"HTTP/1.1 200 \xff", fingerprints=(2**63,))),
    Report("t1", 1, candidate=candidate(LEASE, None, failure=of_status(429, timedelta(hours=1)))),
    Report("t1", 2, poll=Poll(ENDPOINT, NOW, 0.5, 200, Discovery((Link("https://gazette.example/1", title="Ä"),)), etag='"x"')),
    Report("t1", 2, poll=Poll(ENDPOINT, NOW, 0.5, None, failure=Failure(FailureKind.NO_ANSWER, "x"), fresh=timedelta(1))),
    Report("t1", 0, robots=Robots("https://gazette.example", None, "")),
    Report("t1", 0, tdmrep=TdmFile("https://gazette.example", 200, '[{"location": "/", "tdm-reservation": 1}]')),
    Report("t1", 0, answer=HostAnswer("gazette.example", 503, timedelta(minutes=1))),
    Report("t1", 0, end=TurnEnd(timedelta(seconds=1.5))),
]  # fmt: skip


def stored(fields):
    """As an engine gives the fields of an entry back."""
    return {name.encode(): value if isinstance(value, bytes) else str(value).encode() for name, value in fields.items()}


# --- what is said


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_comes_as_it_went(report):
    assert read_report(stored(write_report(report))) == report


def test_a_turn_and_an_agreement_come_as_they_went():
    assert read_turn(
        stored(write_turn(replace(turn(), wait_until=NOW, is_troubled=True, tdmrep_due=("https://gazette.example",))))
    ) == replace(turn(), wait_until=NOW, is_troubled=True, tdmrep_due=("https://gazette.example",))
    assert read_agreement(write_agreement(AGREED)) == AGREED


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({b"v": b"99", b"turn": b"{}"}, "entry of the engine is of format '99', this is newscrawler's format"),
        ({b"turn": b"{}"}, "entry of the engine is of no format"),
        ({b"v": b"1", b"turn": b'{"id": 7}'}, "none that newscrawler wrote"),
        ({b"v": b"1", b"turn": b"\xff"}, "none that newscrawler wrote"),
        ({b"v": b"1"}, "none that newscrawler wrote"),
    ],
)
def test_an_entry_of_another_kind_is_never_guessed_at(fields, said):
    with pytest.raises(EngineError, match=said):
        read_turn(fields)


@given(st.dictionaries(st.sampled_from([b"v", b"turn", b"report", b"record"]), st.binary(max_size=200) | st.just(b"1")))
def test_whatever_an_engine_holds_is_an_error_with_a_reason(fields):
    for read in (read_turn, read_report):
        with pytest.raises(EngineError, match=r"^newscrawler:turns 1-0 of the engine is ") as said:
            read(fields, "newscrawler:turns 1-0")
        assert str(said.value).isascii()
        assert str(said.value).isprintable()
        assert len(str(said.value)) < 800


# --- whose turn it is


def test_a_clock_that_is_set_back_keeps_no_host_waiting_for_a_year():
    dispatch = Dispatch()
    dispatch.add("a.example", LEASE)
    ((host, tasks),) = dispatch.ready(NOW)
    dispatch.sent(turn(host, "1", tasks))
    dispatch.ended("1", NOW + timedelta(days=7))
    dispatch.add("a.example", LEASE)
    assert list(dispatch.ready(NOW)) == []
    assert len(list(dispatch.ready(NOW - timedelta(days=365)))) == 1


def test_a_host_has_one_turn_out_and_rests_after_it():
    dispatch = Dispatch()
    for number in range(TASKS_A_TURN + 3):
        dispatch.add("a.example", replace(LEASE, link_id=number))
    dispatch.add("b.example", ENDPOINT)
    assert dispatch.polls == {"gazette"}
    out = dict(dispatch.ready(NOW))
    assert {host: len(tasks) for host, tasks in out.items()} == {"a.example": TASKS_A_TURN, "b.example": 1}
    for host, tasks in out.items():
        dispatch.sent(turn(host, host, tasks))
    assert list(dispatch.ready(NOW)) == []
    for number in range(1, TASKS_A_TURN):
        assert dispatch.done("a.example", number)
    assert not dispatch.done("a.example", 1)  # reported of twice
    left = dispatch.ended("a.example", NOW + timedelta(seconds=9))
    assert [task.number for task in left] == [TASKS_A_TURN]  # nobody reported of it
    assert dispatch.ended("a.example", NOW) == ()
    assert list(dispatch.ready(NOW + timedelta(seconds=8))) == []
    assert [host for host, _ in dispatch.ready(NOW + timedelta(seconds=10))] == ["a.example"]


def test_a_turn_that_the_engine_lost_is_missed_at_the_second_look():
    dispatch = Dispatch()
    dispatch.sent(turn("a.example", "t1"))
    dispatch.sent(turn("b.example", "t2"))
    assert dispatch.missing({"t1", "t2"}) == []
    assert dispatch.missing({"t2"}) == []  # it may be on its way
    assert dispatch.missing({"t2"}) == ["t1"]


# --- through a real engine


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@contextlib.asynccontextmanager
async def connected(redis, *names, prefix, lease=30.0):
    streams = [Streams(redis.url, name, prefix, lease) for name in names]
    for each in streams:
        await each.open()
    try:
        yield streams
    finally:
        for each in streams:
            await each.close()


def test_a_turn_is_one_workers_and_anothers_where_that_one_is_silent(redis):
    async def run():
        async with connected(redis, "a", "b", prefix="silent", lease=0.6) as (a, b):
            await a.send(turn())
            entry, fields = await a.take(1)
            assert read_turn(fields) == turn()
            assert await b.take(0.1) is None
            assert await a.keep(entry)
            await asyncio.sleep(0.7)
            taken = await b.take(0.1)
            assert taken is not None
            assert taken[0] == entry
            assert not await a.keep(entry)  # it is b's now, and nobody takes it back
            assert await b.keep(entry)
            assert await b.deliveries(entry) == 2
            await b.report(REPORTS[0])
            assert await a.done("t1") == {1}
            await b.finish(entry, REPORTS[-1])
            assert await b.sent() == []
            assert [read_report(fields) for _, fields in await a.reports(9, 0.1)] == [REPORTS[0], REPORTS[-1]]

    asyncio.run(run())


def test_what_is_handed_back_is_the_next_workers_at_once(redis):
    async def run():
        async with connected(redis, "a", "b", prefix="back") as (a, b):
            await a.send(turn())
            entry, _ = await a.take(1)
            await a.hand_back(entry)
            assert (await b.take(1))[0] == entry

    asyncio.run(run())


def test_a_host_that_is_left_rests_for_its_pause_whoever_asks(redis):
    async def run():
        async with connected(redis, "a", "b", prefix="hosts") as (a, b):
            assert await a.enter("x.example", 0)
            assert await a.enter("x.example", 0)
            assert not await b.enter("x.example", 0)
            await b.leave_host("x.example", 0)  # not b's to leave
            assert not await b.enter("x.example", 0)
            await a.leave_host("x.example", 0.6)
            began = time.monotonic()
            assert await b.enter("x.example", 5)
            assert time.monotonic() - began > 0.4

    asyncio.run(run())


def test_a_host_is_held_for_its_pause_and_nothing_leaves_for_it_without_its_turn(redis):
    async def run():
        async with connected(redis, "a", prefix="held", lease=0.6) as (a,):
            session = WorkerSession(a, AGREED, Workers(1), 1)
            session.pause_of = lambda host: 100.0
            assert await session._enter("x.example", 0)
            assert await a._redis.pttl("held:host:x.example") > 100_000  # who is killed now has asked it just now
            await a.send(turn("x.example"))
            entry, fields = await a.take(1)
            session._open["x.example"] = OpenTurn(entry, read_turn(fields), float("inf"))
            assert session.withheld("x.example") is None
            await a._redis.set("held:host:x.example", "b")  # an engine came back without its last second
            holding = asyncio.ensure_future(session._hold_turns())
            await asyncio.sleep(0.2)
            holding.cancel()
            assert session.withheld("x.example").kind == FailureKind.HOST_WAIT

    asyncio.run(run())


def test_the_pause_of_a_host_is_counted_from_when_a_request_has_left():
    slot = SimpleNamespace(lastseen=0.0, delay=1.0)
    downloads = object.__new__(Downloads)
    downloads._crawler = SimpleNamespace(engine=SimpleNamespace(downloader=SimpleNamespace(slots={"x.example": slot})))

    async def run():
        connection = downloads._connections(lambda _: None, "").buildProtocol(None)
        connection.makeConnection(StringTransport())  # which took longer than the pause
        began = time.monotonic()
        connection.request(Request(b"GET", b"/", Headers({b"host": [b"x.example:8080"]}), None))
        await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        return began

    assert asyncio.run(run()) <= slot.lastseen <= time.monotonic()


def test_an_engine_has_one_archive(redis):
    async def run():
        async with connected(redis, "a", "b", prefix="two") as (a, b):
            await a.be_the_archivist("one")
            with pytest.raises(EngineBusy, match="archivist of another archive, a"):
                await b.be_the_archivist("two")
            await b.be_the_archivist("one")  # whose lock it holds: a was killed
            assert not await a.still_the_archivist()
            assert (await a.state())["archivist"] == "b"
            await b.no_longer_the_archivist()
            await asyncio.sleep(0.05)
            await a.be_the_archivist("two")

    asyncio.run(run())


def test_a_slow_archivist_slows_workers_and_an_engine_that_is_full_is_waited_for(redis, monkeypatch):
    monkeypatch.setattr("newscrawler.engine.streams.BACKLOG", 2)

    async def run():
        async with connected(redis, "a", "b", prefix="slow") as (a, b):
            await a.send(turn())
            for _ in range(4):
                await a.report(REPORTS[4])
            assert await a.take(0.1) is None  # no turn is begun
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(a.report(REPORTS[4]), 0.25)
            await b.confirm([key for key, _ in await b.reports(9, 0.1)])
            await a.report(REPORTS[4])
            await b.confirm([key for key, _ in await b.reports(9, 0.1)])
            await a._redis.config_set("maxmemory", "1")
            waiting = asyncio.ensure_future(a.report(REPORTS[4]))
            await asyncio.sleep(0.2)
            assert not waiting.done()
            await a._redis.config_set("maxmemory", "0")
            await asyncio.wait_for(waiting, 20)

    asyncio.run(run())


def filing(redis, folder, prefix, reports, *, confirmed=True):
    """Let an archivist file what stands in the engine; what the archive holds then."""

    async def run():
        archive = Archive.open(folder)
        streams = Streams(redis.url, "archivist", prefix)
        one = Archivist(archive, (), streams, Workers(1))  # of no source: nothing is due
        one.filing.begin_run()
        worker = Streams(redis.url, "worker", prefix)
        await worker.open()
        for report in reports:
            await worker.report(report)
        await worker.close()
        if not confirmed:

            async def killed(entries):
                raise KeyboardInterrupt  # after the commit, before the engine hears of it

            streams.confirm = killed
        try:
            await one.run(Scope(once=True), AGREED, lambda: "new")
        finally:
            one.close(0)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())
    with database(folder / "news.db") as db:
        return {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("articles", "revisions", "polls", "links")
        }


def test_what_is_delivered_twice_is_filed_once_though_the_archivist_was_killed(redis, tmp_path):
    folder = tmp_path / "archive"
    with Archive.open(folder) as archive:
        sync_sources(archive, [SOURCE])
    page = Report("t1", 1, candidate=candidate(LEASE, WORDS))
    poll = Report("t1", 2, poll=Poll(ENDPOINT, NOW, 0.5, 304))
    first = filing(redis, folder, "twice", [page, poll], confirmed=False)
    assert (first["articles"], first["polls"]) == (1, 1)
    second = filing(redis, folder, "twice", [page], confirmed=True)  # the old ones again, and one of them anew
    assert second == first


def test_a_turn_that_is_none_of_ours_is_taken_out_and_nothing_else(redis, archive, caplog):
    async def run():
        async with connected(redis, "a", prefix="foreign") as (a,):
            one = Archivist(archive, (), a, Workers(1))
            ours = turn("a.example", "ours")
            one._dispatch.sent(ours)
            await a.send(ours)
            await a._redis.xadd("foreign:turns", {"v": "99\x1b", "turn": "{}"})
            await one._miss_turns()
            await one._miss_turns()
            assert [read_turn(fields).id for _, fields in await a.sent()] == ["ours"]
            assert set(one._dispatch.out) == {"ours"}
            one._writer.close()

    asyncio.run(run())
    said = r"a turn is forgotten: entry \d+-\d+ of the stream foreign:turns of the engine is of format '99\\x1b"
    assert len(re.findall(said, caplog.text)) == 1


def test_what_is_logged_of_an_engine_begins_with_its_time(capsys):
    ours = logging.getLogger("newscrawler")
    before = list(ours.handlers)
    log_with_time()
    try:
        logging.getLogger("newscrawler.engine.archivist").warning("a turn is forgotten")
    finally:
        ours.handlers[:] = before
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ a turn is forgotten\n", capsys.readouterr().err)


def test_an_archivist_lets_events_be_made_beside_it(redis, archive):
    sync_sources(archive, [SOURCE])

    async def run():
        async with connected(redis, "a", prefix="beside") as (a,):
            one = Archivist(archive, (SOURCE,), a, Workers(1))
            one.beside = Beside(archive.folder)
            begun = []
            one.filing.begin_run()
            for report in (
                Report("t1", 1, poll=Poll(ENDPOINT, NOW, 0.5, 304)),
                Report("t1", 2, candidate=candidate(LEASE, WORDS)),
            ):
                await a.report(report)
                await one._file(await a.reports(9, 0.1))
                begun.append(one.beside.pid is not None)
            one.beside.close(lambda: True)
            one._writer.close()
            return begun

    assert asyncio.run(run()) == [False, True]


def test_an_archivist_that_goes_on_has_rounds_and_days_and_gives_signs(redis, archive, monkeypatch):
    """As a watch has: what a run bounds is bounded within half an hour, or a source's links would be left out for ever."""
    monkeypatch.setattr(archivist, "LOOK", timedelta(0))
    folder, rounds, told = archive.folder, [], []

    async def errand(has_news):
        told.append(has_news)

    async def run():
        async with connected(redis, "a", prefix="rounds") as (a,):
            one = Archivist(archive, (SOURCE,), a, Workers(1))
            one.filing.begin_run()
            signs = Signs(folder, sink_for(str(folder / "figures.prom")))
            signs.errand = errand
            one.sign(signs)
            one.on_round = lambda: rounds.append(one.archive.frontier.bounds)
            one.filing.on_poll(SimpleNamespace(failure=None, status=304), 0)
            before = one.archive.frontier.bounds
            one._rounds.began -= timedelta(days=1)
            working = asyncio.ensure_future(one.run(Scope(), AGREED, lambda: "new"))
            while not (rounds and (folder / "figures.prom").exists()):
                await asyncio.sleep(0.01)
            well = heartbeat.trouble(heartbeat.read(folder), utc_now()) is None
            one.stopping.set()
            await working
            one.close(0)
            return well, rounds[0] is not before

    assert asyncio.run(run()) == (True, True)
    assert 'newscrawler_polls_total{result="unchanged"} 1\n' in (folder / "figures.prom").read_text()
    assert (told, heartbeat.read(folder)) == ([False], None)  # the sign is taken away
    with database(folder / "news.db") as db:
        runs = db.execute("SELECT command, exit_code FROM runs ORDER BY id").fetchall()
    assert runs == [("archivist", 0), ("archivist", 0)]


def test_an_archivist_to_whom_no_worker_answers_says_so_once(redis, archive, monkeypatch, caplog):
    monkeypatch.setattr(archivist, "ALONE", timedelta(0))
    monkeypatch.setattr(archivist, "LOOK", timedelta(0))

    async def run():
        async with connected(redis, "a", "w", prefix="alone") as (a, w):
            one = Archivist(archive, (SOURCE,), a, Workers(1))
            one.filing.begin_run()
            working = asyncio.ensure_future(one.run(Scope(once=True), AGREED, lambda: "first"))
            while not caplog.messages:
                await asyncio.sleep(0.01)
            there = await w.sent()
            await asyncio.sleep(0.1)
            one.stopping.set()
            await working
            one.close(0)
            return len(there)

    assert asyncio.run(run()) == 1
    assert [each for each in caplog.messages if "is there a worker?" in each] == caplog.messages[:1]


def test_a_worker_lets_hosts_have_their_share_anew_each_round():
    """Four pages that cost a worker each would close a host for as long as the worker lives: months."""

    async def run(ago):
        async def said(told):
            session.closed = True

        session = WorkerSession(SimpleNamespace(lease=0.06, say_how_it_goes=said), AGREED, Workers(1), 1)
        session._learn(turn())
        for _ in range(4):
            session._workers.accounts["gazette.example"].note(0.0, died=True)
        session.asked["gazette.example"], session.is_heard = 3, True
        session._rounds.began -= ago
        await session._tell()
        kept = session.asked.total(), session.is_heard, session.refusal("gazette.example") is None, len(session._robots)
        session._workers.close()
        return kept

    assert asyncio.run(run(timedelta(minutes=5))) == (3, True, False, 1)
    assert asyncio.run(run(timedelta(minutes=31))) == (0, False, True, 0)


def test_a_stop_of_an_archivist_whose_loop_has_ended_is_heard_by_what_it_waits_for():
    loop, stopping = asyncio.new_event_loop(), asyncio.Event()
    stop = command_line._stop_of(SimpleNamespace(archive=SimpleNamespace(folder="x"), stopping=stopping), loop)
    loop.close()
    stop._ask()
    assert stopping.is_set()
    for end in (stop._tell, stop._told):
        os.close(end)


def test_what_a_host_reserves_is_asked_by_the_worker_of_its_turn(redis, archive):
    page = Lease(1, "gazette", "https://gazette.example/1")
    sync_sources(archive, [SOURCE])

    async def run():
        async with connected(redis, "a", prefix="rights") as (a,):
            one = Archivist(archive, (SOURCE,), a, Workers(1))
            sent = one._turn("gazette.example", (Task(1, lease=page),), AGREED)
            session = WorkerSession(a, AGREED, Workers(1), 1)
            session._learn(sent)
            asked = [
                await session.tdmrep_is_due(each)
                for each in ("https://gazette.example", "https://gazette.example", "https://b.example")
            ]
            await session.keep_tdmrep("https://gazette.example", 200, b'[{"location": "/", "tdm-reservation": 1}]')
            reports = [read_report(fields) for _, fields in await a.reports(9, 0.1)]
            one.filing.begin_run()
            one.filing.batch(reports, [])
            again = one._turn("gazette.example", (Task(1, lease=page),), AGREED)
            kept = archive.db.execute("SELECT origin, status FROM tdmrep").fetchall()
            one._writer.close()
            return asked, again.tdmrep_due, kept

    assert asyncio.run(run()) == ([True, False, False], (), [("https://gazette.example", 200)])


# --- across a network


def test_a_machine_whose_line_is_cut_loses_its_turn_and_its_host_to_another(tmp_path):
    needs_network()
    needs_redis()
    with Network(dict.fromkeys(("engine", "a", "b"), ("line",))) as network, contextlib.ExitStack() as ending:
        server = RedisServer(tmp_path, host=network.address("engine", "line"), on=network.on("engine"))
        with network.within("engine"):
            server.start()
        ending.callback(server.stop)
        there = [Machine(network, name) for name in ("a", "b")]
        for machine in there:
            ending.callback(machine.close)
        a, b = (Streams(server.url, name, "cut", 1.0) for name in ("a", "b"))
        for machine, streams in zip(there, (a, b), strict=True):
            machine.do(streams.open())
            ending.callback(lambda machine=machine, streams=streams: machine.do(streams.close()))
        there[0].do(a.send(turn()))
        entry, _ = there[0].do(a.take(5))
        assert there[0].do(a.enter("gazette.example", 0))
        network.cut("a", "line")
        asked = there[0].start(a.keep(entry))
        until(lambda: there[1].do(b.take(0.1)) is not None)
        assert there[1].do(b.enter("gazette.example", 60, life=3600))
        assert not asked.done()  # it waits, and asks nothing of the host meanwhile
        network.mend("a", "line")
        assert not asked.result(120)
        assert not there[0].do(a.enter("gazette.example", 0))
        assert there[1].do(b.keep(entry))


@pytest.mark.parametrize("seconds", [-3600, 31])
def test_a_machine_with_a_wrong_clock_is_refused(redis, tmp_path, monkeypatch, seconds):
    monkeypatch.setattr("newscrawler.engine.session.utc_now", lambda: utc_now() + timedelta(seconds=seconds))
    (tmp_path / "newscrawler.toml").write_text("shipped_catalogue = false\n")
    for words in (["worker"], ["archivist", "--once"]):
        done = command(*words, "--engine", redis.url, "--name", "clock", cwd=tmp_path)
        assert (done.returncode, "off the engine's; set both by NTP" in done.stderr) == (1, True), done.stderr


# --- processes


@pytest.mark.parametrize(("once", "code"), [(True, 130), (False, 0)])
def test_a_stop_ends_an_archivist_that_waits_for_its_engine(archive, monkeypatch, once, code):
    """A fake one, whose engine never comes back."""
    monkeypatch.setattr(command_line, "ENDING_SECONDS", 0.05)
    monkeypatch.setattr(command_line, "CLOSING_SECONDS", 1e6)  # then the process is ended: here it is the one of all tests
    told = []

    class Waiting:
        counts = ()
        fatal = None
        sources = ()
        stopping = asyncio.Event()

        async def run(self, *_):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(60)

        def close(self, code):
            self.filing.end_run(code, Counter(), ())
            told.append("closed")

    one = Waiting()
    one.archive, one.filing = archive, Filing(archive)
    assert command_line._run(one, Scope(once=once), AGREED) == code
    assert told == ["closed"]
    assert archive.db.execute("SELECT exit_code FROM runs").fetchall() == [(code,)]


def test_an_archivist_begins_anew_where_settings_have_changed_and_goes_on_where_they_cannot_be_read(
    archive, monkeypatch, capsys
):
    monkeypatch.setattr(watching, "TELL", 0)
    looks = iter([ConfigError("own.toml: not valid TOML"), None])

    def check():
        changing.asked = True
        if (wrong := next(looks)) is not None:
            raise wrong

    changing = Reloading(list, check)
    changing.asked = True

    class Working:
        counts, fatal, sources, begins_anew = (), None, (), False
        stopping = asyncio.Event()

        async def run(self, *_):
            await self.stopping.wait()

        def close(self, code):
            self.filing.end_run(code, Counter(), ())

    one = Working()
    one.archive, one.filing = archive, Filing(archive)
    assert command_line._run(one, Scope(), AGREED, changing) == 0
    assert one.begins_anew
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith(
        "Z settings and catalogue stay as they are, what is there now cannot be read: own.toml: not valid TOML"
    )
    assert second.endswith("Z reading settings and catalogue again …")


def test_an_archivist_that_is_told_to_end_while_it_begins_anew_ends(archive, monkeypatch):
    monkeypatch.setattr(command_line, "CLOSING_SECONDS", 1e6)  # as above

    class Ending:
        counts, fatal, sources, begins_anew = (), None, (), True
        stopping = asyncio.Event()

        async def run(self, *_):
            os.kill(os.getpid(), signal.SIGTERM)
            await self.stopping.wait()

        def close(self, code):
            self.filing.end_run(code, Counter(), ())

    one = Ending()
    one.archive, one.filing = archive, Filing(archive)
    assert (command_line._run(one, Scope(), AGREED), one.begins_anew) == (0, False)


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def settled(folder, hosts):
    (folder / "hosts.toml").write_text(hosts.catalogue())
    (folder / "newscrawler.toml").write_text(
        'catalogues = ["hosts.toml"]\nshipped_catalogue = false\ncontact = "x@example.org"\n'
        'delay = 0.2\nworkers = 1\nallow_networks = ["127.0.0.0/8"]\n'
    )


class Process:
    """A verb in a process of its own; what it says goes into a file."""

    def __init__(self, folder, *words):
        self.log = folder / f"{words[0]}-{time.monotonic_ns()}.log"
        nothing = Path(os.devnull)
        self.process = started([*map(str, words)], [nothing, nothing, self.log], folder)

    def kill(self):
        self.process.kill()
        self.process.join()

    def ended(self):
        """(exit code, what it said)."""
        self.process.join(300)
        return self.process.exitcode, self.log.read_text()


def until(condition):
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come to that")


def test_two_workers_and_a_kill_of_each_lose_nothing_and_double_nothing(folder):
    needs_redis()
    server = RedisServer(folder)
    server.start("--appendfsync", "always")
    with Hosts(3, 6, think=0.1) as hosts:
        settled(folder, hosts)
        engine = ("--engine", server.url, "--lease", "3")
        try:
            archivist = Process(folder, "archivist", *engine, "--once")
            doomed, survivor = (Process(folder, "worker", *engine, "--idle-exit", 30) for _ in range(2))
            pages = lambda: sum(path.startswith("/2026") for asked in hosts.asked.values() for _, path in asked)  # noqa: E731
            until(lambda: pages() > 3)
            doomed.kill()
            until(lambda: pages() > 7)
            archivist.kill()
            server.stop()  # with all that it has on the disk
            server.start("--appendfsync", "always")
            archivist = Process(folder, "archivist", *engine, "--once")
            told = command("status", "--engine", server.url, "--json", cwd=folder)
            assert json.loads(told.stdout)["workers"]
            code, output = archivist.ended()
            assert code == 0, output
            survivor.process.terminate()
            code, output = survivor.ended()
            assert (code, "reported" in output, "Traceback" in output) == (0, True, False), output
        finally:
            server.stop()
            for each in (archivist, doomed, survivor):
                each.kill()
    with database(folder / "archive" / "news.db") as db:
        assert db.execute("SELECT count(*), count(DISTINCT url) FROM articles").fetchone() == (18, 18)
        assert db.execute("SELECT count(*) FROM links WHERE state <> 'done'").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM revisions").fetchone() == (18,)
        assert db.execute("SELECT count(*) FROM tdmrep").fetchone() == (3,)  # each host was asked what it reserves
    times = {host: sorted(at for at, _ in asked) for host, asked in hosts.asked.items()}
    gaps = [b - a for all_of in times.values() for a, b in itertools.pairwise(all_of)]
    assert min(gaps) > 0.19  # of a delay of .2; the kernel says when each came, in steps of some milliseconds


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["worker", "--engine", "redis://127.0.0.1:1/0"], 1, "127.0.0.1:1/0 cannot be reached"),
        (["archivist", "--once", "--engine", "redis://:secret@127.0.0.1:1/0"], 1, "127.0.0.1:1/0 cannot be reached"),
        (["worker", "--engine", "http://x"], 1, "no address of an engine"),
        (["status", "--engine", "redis://127.0.0.1:1/0"], 1, "cannot be reached"),
        (["worker"], 2, "Missing option '--engine'"),
        (["archivist", "--catalogue", "none.toml", "--engine", "redis://127.0.0.1:1/0"], 2, "none.toml: cannot be read"),
        (
            ["archivist", "--catalogue", "one.toml", "gazette", "--engine", "redis://127.0.0.1:1/0"],
            2,
            "there is no source 'gazette'",
        ),
        (["archivist", "--set", "NO=1", "--engine", "redis://127.0.0.1:1/0"], 2, "has no setting NO"),
        (["archivist", "--metrics", "99999", "--engine", "redis://127.0.0.1:1/0"], 2, "give a port"),
        (["archivist", "--once", "--metrics", "a.prom", "--engine", "redis://127.0.0.1:1/0"], 2, "--metrics is without it"),
    ],
)
def test_an_engine_that_is_not_there_is_named(tmp_path, words, code, said):
    (tmp_path / "newscrawler.toml").write_text("shipped_catalogue = false\n")
    (tmp_path / "one.toml").write_text(
        '[navy]\nname="Navy"\nhome="https://navy.example/"\nkind="wire"\n'
        '[[navy.endpoints]]\nkind="rss"\nurl="https://navy.example/feed"\n'
    )
    done = command(*words, cwd=tmp_path)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert "secret" not in done.stderr
    assert not (tmp_path / "archive").exists()


def test_an_engine_that_is_not_there_leaves_an_archive_as_it_was(archive, tmp_path):
    archive.close()
    done = command("archivist", "--archive", archive.folder, "--engine", "redis://127.0.0.1:1/0", cwd=tmp_path)
    assert (done.returncode, "cannot be reached" in done.stderr) == (1, True)
    with database(archive.folder / "news.db") as db:
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (0,)


def test_no_archive_is_made_for_an_engine_of_another_one(redis, tmp_path):
    async def hold():
        streams = Streams(redis.url, "other:1", "taken")
        await streams.be_the_archivist("2026-11-22T00:00:00")
        await streams.close()

    asyncio.run(hold())
    done = command("archivist", "--engine", redis.url, "--name", "taken", "--once", cwd=tmp_path)
    assert (done.returncode, "take another --name" in done.stderr) == (75, True), done.stderr
    assert not (tmp_path / "archive").exists()


def test_an_archivist_waits_for_the_archive_where_that_is_wished(archive, tmp_path, monkeypatch):
    """Then it says what is wrong with its engine: the archive was free."""
    waited = []
    monkeypatch.setattr("newscrawler.cli.options.time.sleep", lambda seconds: waited.append(seconds) or archive.close())
    words = ("archivist", "--archive", archive.folder, "--engine", "redis://127.0.0.1:1/0")
    busy = command(*words, cwd=tmp_path)
    assert (busy.returncode, waited) == (75, []), busy.stderr
    done = command(*words, "--wait", cwd=tmp_path)
    assert (done.returncode, len(waited), done.stderr.count("waiting for that")) == (1, 1, 1), done.stderr
    assert "cannot be reached" in done.stderr


def test_an_archivist_says_with_the_time_what_is_wrong_with_its_engine(redis, tmp_path, monkeypatch):
    def run(one, *_):
        one._streams.troubles.away(OSError("gone"))
        one.filing.begin_run()
        one.close(0)
        return 0

    (tmp_path / "newscrawler.toml").write_text("shipped_catalogue = false\n")
    monkeypatch.setattr(command_line, "_run", run)
    done = command("archivist", "--once", "--engine", redis.url, cwd=tmp_path)
    assert re.search(rf"(?m)^20\d\d-\S+Z the engine {redis.url} cannot be reached \(gone\)", done.stderr), done.stderr


def test_a_password_that_is_refused_is_said_and_not_shown(redis, tmp_path):
    (tmp_path / "newscrawler.toml").write_text("shipped_catalogue = false\n")
    address = redis.url.replace("redis://", "redis://nobody:secret@")
    for words in (["worker"], ["archivist", "--once"], ["status"]):
        done = command(*words, "--engine", address, cwd=tmp_path)
        assert (done.returncode, "refuses us" in done.stderr, "secret" in done.stderr) == (1, True, False), done.stderr


def test_an_engine_that_is_full_can_be_looked_at_and_is_said_to_be_full(redis, tmp_path):
    (tmp_path / "newscrawler.toml").write_text("shipped_catalogue = false\n")
    with Redis.from_url(redis.url) as client:
        client.config_set("maxmemory", "1")
        try:
            looked = command("status", "--engine", redis.url, "--json", cwd=tmp_path)
            began = command("worker", "--engine", redis.url, "--name", "full", cwd=tmp_path)
        finally:
            client.config_set("maxmemory", "0")
    assert (looked.returncode, json.loads(looked.stdout)["archivist"]) == (0, None), looked.stderr
    assert (began.returncode, "raise its maxmemory" in began.stderr) == (1, True), began.stderr


def test_an_engine_that_is_full_keeps_what_workers_hold(redis):
    """It has no room for anything new; a turn that nobody could keep meanwhile would count as a lost worker's."""

    async def run():
        async with connected(redis, "a", "b", prefix="holding") as (a, b):
            await a.send(turn())
            entry, _ = await a.take(1)
            assert await a.enter("gazette.example", 0)
            await a._redis.config_set("maxmemory", "1")
            try:
                async with asyncio.timeout(5):
                    assert (await a.keep(entry), await a.enter("gazette.example", 0)) == (True, True)
                    assert not await b.enter("gazette.example", 0)
            finally:
                await a._redis.config_set("maxmemory", "0")

    asyncio.run(run())


def test_no_turn_waits_for_the_host_of_another_one_to_be_kept():
    """An engine that is full has no room for a host that is entered anew, and is asked for it on and on."""

    async def kept(entry):
        return True

    async def enter(host, seconds, life):
        if host == "waits.example":
            await asyncio.sleep(60)
        return True

    async def run():
        session = WorkerSession(SimpleNamespace(lease=0.3, keep=kept, enter=enter), AGREED, Workers(1), 2)
        for host in ("waits.example", "gazette.example"):
            session._open[host] = OpenTurn(host.encode(), turn(host), 0.0)
        holding = asyncio.ensure_future(session._hold_turns())
        await asyncio.sleep(0.2)  # four renewals
        holding.cancel()
        session._workers.close()
        return [session.withheld(host) is None for host in session._open]

    assert asyncio.run(run()) == [False, True]


def test_that_an_engine_is_full_is_said_once_whatever_it_answers_meanwhile(monkeypatch):
    monkeypatch.setattr("newscrawler.engine.streams.FIRST_PAUSE", 0.01)
    streams = Streams("redis://127.0.0.1:1/0", "a")
    said, is_full = [], True
    streams.troubles.say = said.append

    async def write():
        if is_full:
            raise ResponseError("OOM command not allowed when used memory > 'maxmemory'.")

    async def run():
        nonlocal is_full
        writing = asyncio.ensure_future(streams._patiently(write))
        for _ in range(3):
            await asyncio.sleep(0.02)
            await streams._patiently(lambda: asyncio.sleep(0))  # what takes no room
        is_full = False
        await writing

    asyncio.run(run())
    assert [each.rpartition("/0 ")[2][:7] for each in said] == ["is full", "has roo"]


@pytest.mark.parametrize("url", ["redis://127.0.0.1/abc", "redis://127.0.0.1:6379/0/1", "rediss://127.0.0.1/news"])
def test_the_database_of_an_engine_is_a_number(url):
    with pytest.raises(EngineError, match="number of a database"):
        Streams(url, "a")


def test_a_worker_of_another_lease_is_refused(redis, tmp_path):
    async def agree():
        async with connected(redis, "a", prefix="lease") as (a,):
            await a.agree(replace(AGREED, lease=6.0))

    asyncio.run(agree())
    done = command("worker", "--engine", redis.url, "--name", "lease", cwd=tmp_path)
    assert (done.returncode, "goes by --lease 6 seconds, this worker by 30" in done.stderr) == (1, True), done.stderr


def test_who_is_cancelled_while_the_engine_is_asked_ends():
    """redis-py may say then that the connection was closed, which is waited out where nobody was cancelled."""
    streams = Streams("redis://127.0.0.1:1/0", "worker")

    async def asked():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise RedisConnectionError("Connection closed by server.") from None

    async def run():
        task = asyncio.ensure_future(streams._patiently(asked))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task}, timeout=20)
        return task.cancelled()

    assert asyncio.run(run())


def test_an_engine_whose_disk_is_full_is_waited_for(monkeypatch, caplog):
    monkeypatch.setattr("newscrawler.engine.streams.FIRST_PAUSE", 0.01)
    answers = ["MISCONF Errors writing to the AOF file: No space left on device", None]

    async def call():
        if (answer := answers.pop(0)) is not None:
            raise ResponseError(answer)
        return "written"

    streams = Streams("redis://127.0.0.1:1/0", "a")
    assert asyncio.run(streams._patiently(call)) == "written"
    assert "is full; waiting until there is room" in caplog.text


def test_a_worker_of_another_kind_is_refused(redis, tmp_path):
    async def agree():
        async with connected(redis, "a", prefix="other") as (a,):
            await a.agree(AGREED)

    asyncio.run(agree())
    done = command("worker", "--engine", redis.url, "--name", "other", cwd=tmp_path)
    assert done.returncode == 1
    assert "give all machines one version and one beat" in done.stderr


# --- whether a worker is well


@pytest.fixture
def signs(tmp_path, monkeypatch):
    monkeypatch.setattr(worker_signs, "folder", lambda: tmp_path / "signs")
    return tmp_path / "signs"


def test_a_worker_says_that_it_is_well_and_whether_its_engine_is(signs, capsys):
    streams = SimpleNamespace(url="redis://a:6379/0", troubles=Troubles("redis://a:6379/0"))
    sign = worker_health.signing(streams, "news", pytest.fail)
    sign(2, 7)
    worker_health.ping("redis://a:6379/0", "news")
    assert capsys.readouterr().out == f"redis://a:6379/0: process {os.getpid()} has 2 turns and has reported 7 pages\n"
    streams.troubles.say = lambda line: None
    streams.troubles.away(OSError("gone"))
    sign(2, 7)
    worker_health.ping("redis://a:6379/0", "news")  # a restart would not bring the engine back
    assert capsys.readouterr().out.endswith("7 pages; its engine cannot be reached, it waits\n")
    with pytest.raises(SystemExit, match="1"):
        worker_health.ping("redis://a:6379/0", "other")
    assert "no worker of it runs on this machine" in capsys.readouterr().err
    worker_signs.remove(os.getpid())
    assert worker_signs.read("redis://a:6379/0", "news") == []
    assert signs.stat().st_mode & 0o777 == 0o700


def test_a_sign_of_a_worker_that_stands_still_or_was_killed_says_so(signs):
    still = worker_signs.WorkerSign(os.getpid(), "redis://a:6379/0", "news", "2026-11-22T12:00:00Z", 0, 0)
    worker_signs.write(still)
    worker_signs.write(replace(still, pid=2**22 + 1))  # no process has that number
    (signs / "worker-1.json").write_text('{"pid": "x"')
    found = worker_signs.read("redis://a:6379/0", "news")
    assert not (signs / f"worker-{2**22 + 1}.json").exists()  # of one that was killed nothing stays
    assert found == [still]
    assert worker_signs.trouble(found, utc_now()).startswith("no sign of life for ")
    signs.rename(signs.with_name("elsewhere"))
    signs.symlink_to(signs.with_name("elsewhere"))  # whoever shares /tmp may put one there
    said = []
    streams = SimpleNamespace(url="redis://a:6379/0", troubles=Troubles("redis://a:6379/0"))
    sign = worker_health.signing(streams, "news", said.append)
    sign(0, 0)
    sign(0, 0)
    assert said == [f"no sign of life can be written for `worker --ping`: {signs} is another user's"]
