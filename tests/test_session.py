"""One crawl's session on a real archive: its tally, its writer's thread, what it leaves behind, and what it prints."""

import asyncio
import contextlib
import errno
import io
import os
import sqlite3
from datetime import timedelta
from unittest import mock

import pytest
from conftest import NOW, SOURCES, candidate, database, lease, rows
from scrapy.exceptions import DropItem
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from newscrawler.crawl import writer as writing
from newscrawler.crawl.lines import source_line
from newscrawler.crawl.session import CrawlSession, session_of, utc_now
from newscrawler.crawl.tally import Tally
from newscrawler.crawl.workers import Workers
from newscrawler.crawl.writer import ArchiveWriter
from newscrawler.errors import ArchiveBusy, Failure, FailureKind, of_status
from newscrawler.extensions import ProgressExtension, QuietFormatter, SessionExtension
from newscrawler.items import Discovery, DueEndpoint, Endpoint, Lease, Link, Outcome, Page, Poll, Source
from newscrawler.pipelines import HallPipeline
from newscrawler.storage.archive import Archive

PROSE = "<p>The navy ordered four frigates with air defence missiles, said the ministry of defence today.</p>" * 6
HTML = (("Content-Type", "text/html; charset=utf-8"),)


MISSING, BROKEN = of_status(404), of_status(500)
WAIT = of_status(429, timedelta(hours=2))


def poll(source, failure=None):
    return Poll(DueEndpoint(1, source, "rss", "https://x.example/feed"), NOW, 0.1, 200, failure=failure)


@contextlib.contextmanager
def locked(archive):
    """Another program writes the archive's database, and for longer than we wait."""
    archive.db.execute("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(archive.folder / "news.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


# --- the tally


def test_a_source_has_ended_when_nothing_of_it_is_at_work_and_the_frontier_is_empty():
    tally, more = Tally(), {"gazette": True}
    tally.expect_polls(["gazette", "gazette", "relay"])
    tally.polled(poll("gazette"), 1)
    assert tally.busy == {"gazette", "relay"}
    tally.took([Lease(1, "gazette", "https://gazette.example/1")])
    tally.polled(poll("gazette", MISSING), 0)
    assert tally.busy == {"relay"}
    assert tally.finished_sources(lambda name: more.get(name, False)) == []
    tally.decided("gazette", Outcome.NEW)
    tally.finished(Lease(1, "gazette", "https://gazette.example/1"))
    assert tally.finished_sources(lambda name: more.get(name, False)) == []  # more may come of it
    more["gazette"] = False
    assert tally.finished_sources(lambda name: more.get(name, False)) == ["gazette"]
    assert tally.finished_sources(lambda name: False, everything=True) == []  # once, and of relay nothing was heard
    assert (tally.leased, tally.known_work, tally.done_work) == (0, 4, 3)
    assert (tally.counts(), tally.active_sources()) == ({Outcome.NEW: 1}, ["gazette"])


@pytest.mark.parametrize(
    ("polls", "failed", "code"),
    [
        ([], [], 0),
        ([("a", None), ("b", None)], [], 0),
        ([("a", MISSING), ("a", None)], [], 0),  # one of its endpoints answered
        ([("a", MISSING), ("b", None)], ["a"], 3),
        ([("a", MISSING), ("b", MISSING)], ["a", "b"], 4),
        ([("a", WAIT)], [], 0),  # neither answered nor failed
        ([("a", WAIT), ("b", MISSING)], ["b"], 4),
    ],
)
def test_exit_codes_by_what_answered(polls, failed, code):
    tally = Tally()
    for source, failure in polls:
        tally.expect_polls([source])
        tally.polled(poll(source, failure), 0)
    assert (tally.failed_sources(), tally.exit_code()) == (failed, code)


# --- the writer


@pytest.fixture
def writer(archive):
    writer = ArchiveWriter(archive)
    yield writer
    writer.close()


def texts(archive, number):
    """Candidates that have nothing in common."""
    return [
        candidate(
            lease(archive, f"https://gazette.example/{n}"), " ".join(f"w{n}x{word}" for word in range(40)), title=f"T{n}"
        )
        for n in range(number)
    ]


async def together(writer, candidates):
    return await asyncio.gather(*(writer.file(each) for each in candidates))


def test_what_waits_is_committed_together_and_in_order(archive, writer, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 4)
    candidates, commits = texts(archive, 10), []
    archive.db.conn.set_trace_callback(lambda sql: commits.append(sql) if sql.startswith("COMMIT") else None)
    decisions = asyncio.run(together(writer, candidates))
    archive.db.conn.set_trace_callback(None)
    assert [each.outcome for each in decisions] == [Outcome.NEW] * 10
    assert [each.candidate for each in decisions] == candidates
    assert rows(archive, "SELECT title FROM articles ORDER BY id") == [(f"T{n}",) for n in range(10)]
    assert len(commits) == 3  # of at most four each


def test_a_call_comes_after_what_was_handed_over_before(archive, writer):
    async def file_and_count():
        filing = asyncio.ensure_future(writer.file(texts(archive, 1)[0]))
        await asyncio.sleep(0)  # handed over, and not done
        await asyncio.sleep(0)
        counted = await writer.call(rows, archive, "SELECT count(*) FROM articles")
        await filing
        return counted

    assert asyncio.run(file_and_count()) == [(1,)]


def test_a_candidate_that_cannot_be_stored_costs_itself(archive, writer, caplog):
    good, bad, other = texts(archive, 3)
    object.__setattr__(bad.article, "title", object())  # SQLite has no such type: a bug of ours, as it would show
    decisions = asyncio.run(together(writer, [good, bad, other]))
    assert [each.outcome for each in decisions] == [Outcome.NEW, Outcome.FAILED, Outcome.NEW]
    assert rows(archive, "SELECT title FROM articles ORDER BY id") == [("T0",), ("T2",)]
    assert "a bug" in rows(archive, "SELECT reason FROM links WHERE state = 'failed'")[0][0]
    assert "a bug: https://gazette.example/1 could not be stored" in caplog.text
    assert writer.fatal is None


def test_a_lock_that_does_not_end_is_told_once_and_ends_the_writing(archive):
    told = []
    writer = ArchiveWriter(archive, on_fatal=told.append)
    candidates = texts(archive, 2)
    with locked(archive):
        for each in candidates:
            with pytest.raises(ArchiveBusy, match="locked by another program"):
                asyncio.run(writer.file(each))
        with pytest.raises(ArchiveBusy, match="locked by another program"):
            asyncio.run(writer.call(archive.db.execute, "DELETE FROM runs"))  # no transaction of ours around it
    assert (told, writer.fatal) == ([writer.fatal], told[0])
    last = []
    writer.finish(last.append)
    assert last == []  # nothing more is asked of it
    writer.close()


def test_a_disk_that_is_full_at_the_very_end_is_told(tmp_path, monkeypatch):
    archive = Archive.open(tmp_path / "archive")
    writer = ArchiveWriter(archive)
    archive.pages.append(b"a record that no row names yet", NOW, lambda name: 0)

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    writer.close()
    assert "cannot be written: No space left on device" in str(writer.fatal)
    monkeypatch.undo()
    with Archive.open(archive.folder):  # nobody holds it any more
        pass


def test_drain_waits_for_all_that_was_handed_over(archive, writer):
    async def hand_over_and_drain():
        filing = [asyncio.ensure_future(writer.file(each)) for each in texts(archive, 3)]
        await asyncio.sleep(0)
        await writer.drain()
        counted = archive.db.execute("SELECT count(*) FROM articles").fetchone()
        await asyncio.gather(*filing)
        return counted

    assert asyncio.run(hand_over_and_drain()) == (3,)


# --- the session


@pytest.fixture
def crawl(tmp_path):
    """A session of its own; what a test does not close is closed as after a second Ctrl-C."""
    session = CrawlSession(Archive.open(tmp_path / "archive"), SOURCES, command="crawl", workers=Workers(1))
    yield session
    session.abandon()


def read(session, sql):
    with database(session.archive.folder / "news.db") as db:
        return db.execute(sql).fetchall()


def page(link, body=PROSE, status=200):
    html = f"<html lang='en'><body><article><h1>Frigates</h1>{body}</article></body></html>"
    return Page(link, link.url, utc_now(), status, HTML, html.encode() if status == 200 else b"")


async def named_link(session):
    """A lease of the one link that polls of all endpoints name."""
    found = Discovery((Link("https://gazette.example/news/frigates"),))
    for endpoint in await session.open():
        mine = found if endpoint.source_id == "gazette" else Discovery()
        await session.record_poll(Poll(endpoint, utc_now(), 0.1, 200, mine))
    (link,) = await session.lease(10)
    return link


async def one_article(session):
    """That link's way through the hall."""
    link = await named_link(session)
    decision = await session.file(await session.prepare(page(link)))
    session.finished(link)
    assert await session.lease(10) == []
    return link, decision


def test_a_crawl_from_opening_to_close(crawl):
    told, said = [], []
    crawl.on_decision = said.append
    crawl.epilogue = told.append

    async def go():
        link, decision = await one_article(crawl)
        ended = crawl.finished_sources()
        await asyncio.gather(crawl.close(), crawl.close())
        return link, decision, ended

    link, decision, ended = asyncio.run(go())
    assert (link.source_id, decision.outcome, said) == ("gazette", Outcome.NEW, [decision])
    assert sorted(ended) == ["gazette", "relay"]
    assert told == [crawl.archive]
    assert (crawl.exit_code(), crawl.closed, crawl.interrupted) == (0, True, False)
    assert read(crawl, "SELECT command, exit_code, finished IS NOT NULL FROM runs") == [("crawl", 0, 1)]
    assert read(crawl, "SELECT title, source_id FROM articles") == [("Frigates", "gazette")]
    with Archive.open(crawl.archive.folder):  # nobody holds it any more
        pass


def test_an_interrupt_keeps_what_was_committed(crawl):
    asyncio.run(one_article(crawl))
    crawl.abandon()
    crawl.abandon()  # a second Ctrl-C
    assert crawl.exit_code() == 130
    assert read(crawl, "SELECT exit_code FROM runs") == [(130,)]
    assert read(crawl, "SELECT count(*) FROM articles") == [(1,)]


def test_bugs_are_the_exit_code_whatever_else_happened(crawl):
    crawl.bugs += 1
    crawl.abandon()
    assert crawl.exit_code() == 1


def test_an_archive_that_cannot_go_on_stops_the_crawl(crawl):
    stops = []
    crawl.stop = lambda: stops.append(crawl.fatal)

    async def go():
        with locked(crawl.archive), pytest.raises(ArchiveBusy):
            await crawl.open()

    asyncio.run(go())
    assert (len(stops), crawl.exit_code()) == (1, 75)
    crawl.abandon()
    assert read(crawl, "SELECT finished FROM runs") == [(None,)]  # nobody may say how it ended


def test_silence_is_ours_while_none_of_several_hosts_answered(tmp_path):
    session = CrawlSession(Archive.open(tmp_path / "archive"), SOURCES, command="crawl", workers=Workers(1))
    timeout = Failure(FailureKind.NO_ANSWER, "timeout")
    session.asked.update(("a.example", "b.example"))
    assert session.silence(timeout) is timeout
    session.asked.update(("c.example",))
    assert not session.silence(timeout).is_attempt
    assert not session.silence(Failure(FailureKind.ROBOTS_MISSING, "timeout")).is_attempt
    told = Failure(FailureKind.ROBOTS_MISSING, status=500)
    assert session.silence(told) is told
    asyncio.run(session.host_answered("b.example", 404, None))
    assert session.silence(timeout) is timeout
    asyncio.run(session.begin_round(0))
    session.asked.update(("a.example", "b.example", "c.example"))
    assert not session.silence(timeout).is_attempt
    session.abandon()


def test_each_round_takes_up_what_a_killed_process_beside_left(tmp_path):
    session = CrawlSession(Archive.open(tmp_path / "archive"), SOURCES, command="watch", workers=Workers(1))
    session.beside = mock.Mock()
    asyncio.run(session.begin_round(0))
    session.beside.catch_up.assert_called_once_with(session.archive.db)
    session.abandon()


def test_a_host_that_asked_for_patience_is_known_to_the_next_session(tmp_path):
    folder = tmp_path / "archive"

    async def asked(session):
        await session.host_answered("busy.example", 429, timedelta(hours=2))
        await session.host_answered("fine.example", 200, None)
        return dict(session.waits)

    async def answered(session):
        await session.open()
        known = dict(session.waits)
        await session.host_answered("busy.example", 200, None)
        return known

    first = CrawlSession(Archive.open(folder), SOURCES, command="crawl", workers=Workers(1))
    waits = asyncio.run(asked(first))
    first.abandon()
    assert list(waits) == ["busy.example"]
    assert timedelta(minutes=119) < waits["busy.example"] - utc_now() <= timedelta(hours=2)
    second = CrawlSession(Archive.open(folder), SOURCES, command="crawl", workers=Workers(1))
    assert list(asyncio.run(answered(second))) == ["busy.example"]
    assert second.waits == {}
    second.abandon()
    assert read(second, "SELECT count(*) FROM runs") == [(2,)]


def test_an_answer_without_a_body_needs_no_worker(crawl):
    async def go():
        link = Lease(1, "gazette", "https://gazette.example/1", article_id=1)
        return await crawl.prepare(page(link, status=304))

    made = asyncio.run(go())
    assert (made.status, made.article, made.record) == (304, None, None)
    assert all(worker._process is None for worker in crawl._workers._all)


# --- what Scrapy sees of it


@pytest.fixture
def crawler(crawl):
    """A crawler that has the session, as the command makes it."""
    crawler = get_crawler(settings_dict={"NEWSCRAWLER_SOURCE_BUDGET": 7})
    crawler.session = crawl
    return crawler


def test_a_page_goes_through_the_hall(crawl, crawler):
    hall = HallPipeline.from_crawler(crawler)

    async def go():
        link = await named_link(crawl)
        return crawl.tally.leased, await hall.process_item(page(link))

    at_work, made = asyncio.run(go())
    assert (at_work, made.outcome, crawl.tally.leased) == (1, Outcome.NEW, 0)


def test_a_page_that_the_archive_does_not_take_is_dropped_and_not_waited_for(crawl, crawler):
    hall = HallPipeline.from_crawler(crawler)

    async def go():
        link = Lease(99, "gazette", "https://gazette.example/1")
        crawl.adopt(link)
        with locked(crawl.archive), pytest.raises(DropItem, match="locked"):
            await hall.process_item(page(link, status=304))

    asyncio.run(go())
    assert (crawl.tally.leased, crawl.fatal.exit_code) == (0, 75)


def test_the_extension_counts_bugs_and_hands_the_budget_on(crawl, crawler):
    extension = SessionExtension.from_crawler(crawler)
    extension._bug()
    assert (crawl.bugs, crawl.archive.frontier.budget) == (1, 7)
    assert session_of(crawler) is crawl


def test_without_a_session_the_extension_opens_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(
        '[a]\nname="A"\nhome="https://a.example/"\nkind="wire"\n[[a.endpoints]]\nkind="rss"\nurl="https://a.example/f"\n'
    )
    (tmp_path / "newscrawler.toml").write_text('catalogues = ["mine.toml"]\nshipped_catalogue = false\n')
    crawler = get_crawler(settings_dict={"NEWSCRAWLER_ARCHIVE": "kept", "NEWSCRAWLER_WORKERS": 1})
    SessionExtension.from_crawler(crawler)
    session = session_of(crawler)
    assert ([*session.sources], session.archive.folder.resolve()) == (["a"], tmp_path / "kept")
    session.abandon(interrupted=False)
    assert read(session, "SELECT command, exit_code FROM runs") == [("scrapy crawl default", 0)]  # the name of its spider


def test_a_crawler_without_a_session_is_told_what_is_missing():
    with pytest.raises(AssertionError, match="SessionExtension"):
        session_of(get_crawler())


def test_a_line_for_each_source_and_each_once(crawl, crawler):
    stream = io.StringIO()
    progress = ProgressExtension(crawler, stream)
    crawl.tally.expect_polls(["gazette", "gazette", "relay"])
    crawl.tally.polled(poll("gazette"), 0)
    crawl.tally.polled(poll("gazette", BROKEN), 0)
    crawl.tally.polled(poll("relay", MISSING), 0)
    for outcome in (Outcome.NEW, Outcome.NEW, Outcome.GONE, Outcome.UNCHANGED, Outcome.RETRY):
        crawl.tally.decided("gazette", outcome)
    progress.spider_opened()
    progress.engine_stopped()
    progress.engine_stopped()
    assert stream.getvalue().splitlines() == [
        "gazette: 2 new, 0 revised, 0 duplicate, 0 off-topic, 0 failed, 1 unchanged, 1 gone, 1 to try again (1 endpoint failed: HTTP 500)",
        "relay: failed: HTTP 404, not found",
    ]
    assert source_line(crawl, "relay") == "relay: failed: HTTP 404, not found"


def test_no_page_is_printed_into_a_log(crawl):
    formatter, spider = QuietFormatter(), None
    link = Lease(1, "gazette", "https://gazette.example/1")
    response = HtmlResponse(link.url, body=PROSE.encode())
    lines = [
        formatter.scraped(page(link), response, spider),
        formatter.item_error(page(link), ValueError("x"), response, spider),
    ]
    for line in lines:
        printed = line["msg"] % line["args"]
        assert "frigates" not in printed
        assert link.url in printed


def test_endpoints_that_a_look_names_are_expected_before_it_counts_as_done(tmp_path):
    index = Source(
        "maps", "Maps", "https://maps.example/", "wire", endpoints=(Endpoint("sitemap", "https://maps.example/i.xml"),)
    )
    session = CrawlSession(Archive.open(tmp_path / "archive"), (index,), command="crawl", workers=Workers(1))

    async def go():
        (due,) = await session.open()
        named = Discovery(endpoints=(Endpoint("sitemap", "https://maps.example/2026.xml", modified=utc_now().isoformat()),))
        children = await session.record_poll(Poll(due, utc_now(), 0.1, 200, named))
        return children, set(session.tally.busy), session.finished_sources()

    children, busy, ended = asyncio.run(go())
    session.abandon()
    assert ([child.url for child in children], busy, ended) == (["https://maps.example/2026.xml"], {"maps"}, [])
