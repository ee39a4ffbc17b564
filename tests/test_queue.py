"""The queue of links has an end: bounds of what comes in, what is forgotten, what of it is said."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import NOW, SOURCES, candidate, command, database, rows
from hypothesis import given
from hypothesis import strategies as st
from reading_room import Visitor

from newscrawler.errors import Failure, FailureKind
from newscrawler.frontier import bounds, expiry
from newscrawler.frontier.bounds import LinkRow
from newscrawler.items import Discovery, DueEndpoint, Endpoint, Link, Poll
from newscrawler.reports.queue import notable_queues, queue_of
from newscrawler.reports.status import archive_status
from newscrawler.storage.sites import polls
from newscrawler.storage.sites.sources import forget_retired, retire_others, sync_sources

SITE = "https://gazette.example"
WEEK = timedelta(days=8)
SITEMAP = replace(SOURCES[0], endpoints=(*SOURCES[0].endpoints, Endpoint("sitemap", f"{SITE}/map.xml")))


def links(*numbers):
    return tuple(Link(f"{SITE}/{n}", f"2026-01-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z") for n in numbers)


def endpoint(archive, kind="rss"):
    sql = "SELECT id, url FROM endpoints WHERE source_id = 'gazette' AND kind = ? AND parent_id IS NULL"
    row = archive.db.execute(sql, [kind]).fetchone()
    return DueEndpoint(row[0], "gazette", kind, row[1])


def look(archive, named, *, at=NOW, kind="rss", status=200, failure=None, children=()):
    asked = kind if isinstance(kind, DueEndpoint) else endpoint(archive, kind)
    found = Discovery(named, tuple(Endpoint("sitemap", each) for each in children))
    return polls.record_poll(archive, Poll(asked, at, 0.1, status, found, failure=failure), 1)


@pytest.fixture
def run(archive):
    archive.start_run("crawl", NOW)
    sync_sources(archive, [SITEMAP, SOURCES[1]])
    archive.frontier.restrict(["gazette", "relay"])
    return archive


# --- bounds


def test_of_one_look_so_many_come_in_and_the_newest_do(run, monkeypatch):
    monkeypatch.setattr(bounds, "NEW_A_LOOK", 3)
    assert look(run, links(*range(10)))[0] == 3
    assert [url[-1] for (url,) in rows(run, "SELECT url FROM links ORDER BY url")] == ["7", "8", "9"]
    assert rows(run, "SELECT left_out FROM endpoints WHERE kind = 'rss' AND source_id = 'gazette'") == [(7,)]
    assert look(run, links(7, 8, 9))[0] == 0  # it names them still, and there is no other
    assert rows(run, "SELECT left_out FROM endpoints WHERE kind = 'rss' AND source_id = 'gazette'") == [(0,)]


def test_of_one_source_so_many_come_in_at_a_run(run, monkeypatch):
    monkeypatch.setattr(bounds, "NEW_A_RUN", 5)
    assert [look(run, links(*range(first, first + 4)), kind=kind)[0] for first, kind in ((0, "sitemap"), (10, "rss"))] == [
        4,
        1,
    ]
    assert run.frontier.bounds.left_out == {"gazette": 3}


def test_what_a_feed_names_finds_room_beside_a_full_sitemap(run, monkeypatch):
    monkeypatch.setattr(bounds, "WAITING", 8)
    monkeypatch.setattr(bounds, "WAITING_OF_SITEMAPS", 6)
    assert look(run, links(*range(100)), kind="sitemap")[0] == 6
    assert look(run, links(200, 201))[0] == 2
    assert look(run, links(300))[0] == 0
    push = run.frontier.push
    with run.transaction():  # a backfill was asked for, and knows no such end
        assert push(links(*range(400, 420)), "gazette", None, NOW) == 20


def test_a_sitemap_index_does_not_fill_the_archive(run):
    """Fifty sitemaps of ten thousand addresses each, as somebody may write them every day."""
    children = look(run, (), kind="sitemap", children=[f"{SITE}/map-{n}.xml" for n in range(50)])[1]
    assert len(children) == 50
    for number, child in enumerate(children[:4]):
        look(run, links(*range(number * 10_000, (number + 1) * 10_000)), kind=child)
    assert rows(run, "SELECT count(*) FROM links") == [(bounds.NEW_A_RUN,)]
    (queue,) = notable_queues(run.db)
    assert (queue.waiting, queue.left_out) == (bounds.NEW_A_RUN, 4 * 10_000 - bounds.NEW_A_RUN)


ROW = st.builds(
    lambda number, published, modified: LinkRow(f"{SITE}/{number}", f"k{number}", published, modified, None),
    st.integers(0, 40), *[st.sampled_from([None, "2026-01-01", "2026-02-02", "2025-12-31T10:00:00Z"])] * 2,
)  # fmt: skip


@given(st.lists(ROW, unique_by=lambda row: row.url_key, max_size=30), st.integers(0, 20))
def test_nothing_newer_is_left_out_than_what_comes_in(named, room):
    class Nothing:
        def execute(self, sql, *_):
            return self

        fetchone = staticmethod(lambda: (bounds.WAITING - room,))
        fetchall = staticmethod(list)

    taken = bounds.Bounds(Nothing()).within(named, "s", of_sitemap=False)
    left = [row for row in named if row not in taken]
    assert len(taken) == min(room, len(named))
    assert all(a.latest >= b.latest for a in taken for b in left)


# --- what is forgotten


def end(archive, *numbers, kind=FailureKind.NOT_FOUND, state="failed"):
    for n in numbers:
        archive.db.execute("UPDATE links SET state = ?, failure = ? WHERE url = ?", [state, kind.value, f"{SITE}/{n}"])


def weeks(archive, number, named, *, first=1, **more):
    for week in range(first, first + number):
        look(archive, named, at=NOW + week * WEEK, **more)


def there(archive):
    return [int(url.rsplit("/", 1)[1]) for (url,) in rows(archive, "SELECT url FROM links ORDER BY id")]


def test_what_came_to_nothing_is_forgotten_once_no_list_names_it(run):
    look(run, links(1, 2, 3))
    end(run, 1, 2)
    weeks(run, expiry.MISSED - 1, links(2))
    assert there(run) == [1, 2, 3]
    weeks(run, 2, links(2), first=expiry.MISSED)
    assert there(run) == [2, 3]  # one is named still, one waits
    assert queue_of(run.db, "gazette").forgotten == 1
    weeks(run, expiry.MISSED_WAITING, links(2), first=expiry.MISSED + 2)
    assert there(run) == [2]


def test_whoever_names_it_keeps_it(run):
    look(run, links(1))
    end(run, 1)
    for week in range(1, 12):
        look(run, (), at=NOW + week * WEEK)
        look(run, links(1), at=NOW + week * WEEK, kind="sitemap")
    assert there(run) == [1]


def test_what_has_an_article_is_never_forgotten(run):
    look(run, links(1, 2))
    leases = run.frontier.lease(9, NOW)
    run.file([candidate(lease, f"Text {lease.link_id}, and some more words.") for lease in leases])
    weeks(run, 3 * expiry.MISSED_WAITING, ())
    assert there(run) == [1, 2]


def test_what_was_asked_for_by_hand_or_by_a_backfill_stays(run):
    look(run, links(1))
    end(run, 1)
    with run.transaction():
        run.frontier.push(links(2), "gazette", None, NOW)
        run.db.execute("INSERT INTO backfills (source_id, since, until, created) VALUES ('gazette', '2026', '2026', '2026')")
        run.db.execute("INSERT INTO backfill_links (backfill_id, link_id) SELECT 1, id FROM links WHERE url LIKE '%/1'")
    end(run, 2)
    weeks(run, 3 * expiry.MISSED_WAITING, ())
    assert there(run) == [1, 2]


@pytest.mark.parametrize(
    "step",
    [
        {"status": 304}, {"status": None, "failure": Failure(FailureKind.NO_ANSWER)},
        {"status": 200, "failure": Failure(FailureKind.WRONG_KIND)},
    ],
    ids=["unchanged", "no answer", "not a feed"],
)  # fmt: skip
def test_no_look_but_one_at_the_whole_list_counts(run, step):
    look(run, links(1))
    end(run, 1)
    weeks(run, 2 * expiry.MISSED_WAITING, (), **step)
    assert there(run) == [1]


def test_neither_a_clock_nor_a_pause_makes_anything_old(run):
    look(run, links(1, 2))
    end(run, 1)
    for days in (400, -400, 400, 0):
        look(run, (), at=NOW + timedelta(days=days))
    assert there(run) == [1, 2]


def test_what_is_being_fetched_is_not_forgotten(run):
    look(run, links(1))
    (lease,) = run.frontier.lease(1, NOW)
    weeks(run, 2 * expiry.MISSED_WAITING, ())
    assert there(run) == [1]
    run.file([candidate(lease, "Some text that came late, but came.")])
    assert rows(run, "SELECT state FROM links") == [("done",)]


def test_so_many_are_forgotten_at_a_time(run, monkeypatch):
    monkeypatch.setattr(expiry, "_FORGET", expiry._FORGET.replace(f"LIMIT {expiry.BATCH}", "LIMIT 2"))
    look(run, links(*range(5)))
    end(run, *range(5))
    weeks(run, expiry.MISSED, ())
    numbers = [len(there(run))]
    for _ in range(3):
        look(run, (), at=NOW + expiry.MISSED * WEEK)
        numbers.append(len(there(run)))
    assert numbers == [3, 1, 0, 0]


def test_forgetting_reads_what_it_forgets_and_no_more(run):
    plan = run.db.execute(f"EXPLAIN QUERY PLAN {expiry._FORGET}", {"endpoint": 1, "leased": "[]"}).fetchall()
    assert any("links_unnamed (endpoint_id=? AND named<?)" in row[3] for row in plan), plan
    count = "SELECT count(*) FROM links WHERE state = 'pending' AND source_id = ?"
    assert "links_waiting" in run.db.execute(f"EXPLAIN QUERY PLAN {count}", ["gazette"]).fetchone()[3]


# --- what nobody asks any more


def retire(archive):
    retire_others(archive, ["relay"])
    archive.frontier.restrict(["relay"])


def test_a_source_out_of_the_catalogue_is_parked_with_what_is_known_of_it(run):
    look(run, links(1, 2))
    retire(run)
    assert polls.due(run, ["gazette", "relay"], NOW + WEEK, all_of_them=True)[0].source_id == "relay"
    assert run.frontier.lease(9, NOW) == []
    assert notable_queues(run.db) == [replace(queue_of(run.db, "gazette"), waiting=2, is_parked=True)]
    before = rows(run, "SELECT last_polled, rhythm FROM endpoints WHERE kind = 'rss' AND source_id = 'gazette'")
    sync_sources(run, [SITEMAP])  # it is back
    run.frontier.restrict(["gazette"])
    assert len(run.frontier.lease(9, NOW)) == 2
    assert rows(run, "SELECT last_polled, rhythm FROM endpoints WHERE kind = 'rss' AND source_id = 'gazette'") == before


def test_links_that_nobody_asks_for_are_forgotten_in_time(run):
    look(run, links(1, 2))
    end(run, 1)
    retire(run)
    for week in range(1, expiry.MISSED + 1):
        forget_retired(run, NOW + week * WEEK)
    assert there(run) == [2]
    for week in range(expiry.MISSED + 1, expiry.MISSED_WAITING + 1):
        forget_retired(run, NOW + week * WEEK)
    assert there(run) == []
    assert notable_queues(run.db) == []


def test_sitemaps_that_an_index_drops_leave_nothing_behind(run):
    (_, (child,)) = look(run, (), kind="sitemap", children=[f"{SITE}/map-1.xml"])
    look(run, links(1, 2), kind=child)
    end(run, 1)
    look(run, (), kind="sitemap", children=[f"{SITE}/map-2.xml"])
    for week in range(1, expiry.MISSED_WAITING + 1):
        forget_retired(run, NOW + week * WEEK)
    assert there(run) == []
    assert rows(run, "SELECT url FROM endpoints WHERE parent_id IS NOT NULL") == [(f"{SITE}/map-2.xml",)]
    assert rows(run, f"SELECT count(*) FROM polls WHERE endpoint_id = {child.id}") == [(0,)]
    assert rows(run, "PRAGMA foreign_key_check") == []


# --- what is said


@pytest.fixture
def said(run, monkeypatch):
    """A folder whose archive has a source with too many links and one that nobody asks."""
    monkeypatch.setattr(bounds, "NEW_A_LOOK", 3)
    look(run, links(*range(10)))
    with run.transaction():
        run.frontier.push([Link("https://relay.example/1")], "relay", None, NOW)
    retire_others(run, ["gazette"])
    run.close()
    return run.folder


def test_status_says_what_waits_and_what_had_no_room(said):
    text = command("status", "--archive", said, cwd=said).stdout
    assert "queue: gazette: 3 links wait, 7 new ones were left out; `newscrawler backfill` fetches a past" in text
    assert "parked: relay: 1 link waits, and the source is in no catalogue any more" in text
    told = json.loads(command("status", "--json", "--archive", said, cwd=said).stdout)
    assert [(each["source_id"], each["waiting"], each["left_out"], each["is_parked"]) for each in told["queues"]] == [
        ("gazette", 3, 7, False), ("relay", 1, 0, True),
    ]  # fmt: skip


def test_the_page_of_a_source_says_it_too(said):
    visitor = Visitor(said / "news.db")
    try:
        assert "3 links to be fetched; 7 new ones of the last looks had no room" in visitor.get("/source/gazette").text
        assert "nobody asks for them, the source is in no catalogue any more" in visitor.get("/source/relay").text
    finally:
        visitor.close()


def test_an_archive_in_order_says_nothing_of_it(demo_archive):
    with database(demo_archive / "news.db") as db:
        from sqlite_utils import Database

        assert archive_status(Database(db)).queues == ()
