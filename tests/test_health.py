import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from conftest import NOW, candidate, lease, rows

from newscrawler.dates import iso
from newscrawler.discovery.sitemaps import believable
from newscrawler.errors import ArchiveBusy, ArchiveError, Failure, FailureKind, of_status
from newscrawler.items import Discovery, DueEndpoint, Endpoint, Link, Poll, Source
from newscrawler.reports.runs import run_report
from newscrawler.reports.sources import source_list, source_report
from newscrawler.sources.health import EndpointFacts, Finding, SourceFacts, judge_endpoint, judge_source
from newscrawler.storage.database import sqlite_errors
from newscrawler.storage.database.sqlite_errors import explain_errors
from newscrawler.storage.sites import findings, hosts, polls
from newscrawler.storage.sites import sources as stored_sources
from newscrawler.storage.sites.hosts import backoff

DAY = timedelta(days=1)


def facts(**more) -> EndpointFacts:
    usual = {"failures": 0, "reason": None, "failure": None, "newest": NOW - DAY, "last_new": NOW - DAY, "mean_gap": DAY}
    return EndpointFacts(1, "rss", **(usual | more))


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({}, None),
        ({"newest": NOW - 30 * DAY}, "frozen"),
        ({"newest": NOW - 30 * DAY, "mean_gap": 10 * DAY}, None),  # its own rhythm
        ({"newest": NOW - 900 * DAY, "mean_gap": 400 * DAY}, "frozen"),
        ({"newest": NOW - 10 * DAY, "mean_gap": timedelta(hours=1)}, None),  # holidays
        ({"newest": None, "last_new": NOW - 60 * DAY}, "frozen"),
        ({"failures": 1, "reason": "not a feed", "failure": FailureKind.WRONG_KIND}, "block-page"),
        ({"failures": 1, "reason": "HTTP 403", "failure": of_status(403).kind}, "refused"),
        ({"failures": 1, "reason": "HTTP 404", "failure": of_status(404).kind}, None),
        ({"failures": 2, "reason": "HTTP 404", "failure": of_status(404).kind}, "dead"),
        ({"failures": 2, "reason": "HTTP 500", "failure": of_status(500).kind}, None),
        ({"failures": 3, "reason": "HTTP 500", "failure": of_status(500).kind}, "unreachable"),
        ({"seen": (0, 0, 0, 12)}, "empty"),
        ({"seen": (0, 0, 0)}, None),  # it never had any
    ],
)
def test_endpoints(changed, kind):
    assert [each.kind for each in judge_endpoint(facts(**changed), NOW)] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        (SourceFacts(), []),
        (SourceFacts(words=(200,) * 20, words_before=(600,) * 60), ["thin"]),
        (SourceFacts(words=(200,) * 20, words_before=(400,) * 60), ["thin"]),  # half
        (SourceFacts(words=(300,) * 20, words_before=(400,) * 60), []),
        (SourceFacts(words=(200,) * 19, words_before=(600,) * 60), []),
        (SourceFacts((500,) * 20, (500,) * 20, undated=0.9, undated_before=0.0), ["undated"]),
        (SourceFacts(links=20, no_article=15), ["soft-404"]),
        (SourceFacts(links=20, refused=18), ["refused"]),
        (SourceFacts(links=5, no_article=5), []),
    ],
)
def test_sources(facts, kinds):
    assert [each.kind for each in judge_source(facts)] == kinds


THIN = {"thin": Finding("thin", "x", baseline=400.0)}
BARE = {"undated": Finding("undated", "x", baseline=0.0)}


@pytest.mark.parametrize(
    ("facts", "standing", "kinds"),
    [
        (SourceFacts(words=(150,) * 20, words_before=(150,) * 52 + (400,) * 48), THIN, ["thin"]),
        (SourceFacts(words=(150,) * 20, words_before=(150,) * 100), THIN, ["thin"]),
        (SourceFacts(words=(150,) * 5), THIN, ["thin"]),  # too few to tell
        (SourceFacts(words=(380,) * 20, words_before=(150,) * 100), THIN, []),
        (SourceFacts((500,) * 20, (500,) * 90, undated=0.9, undated_before=0.8), BARE, ["undated"]),
        (SourceFacts((500,) * 20, (500,) * 90, undated=0.1, undated_before=0.8), BARE, []),
    ],
)
def test_what_was_found_of_a_source_holds_until_it_is_well(facts, standing, kinds):
    assert [each.kind for each in judge_source(facts, standing)] == kinds


@pytest.mark.parametrize(
    ("changed", "standing", "kind"),
    [
        ({"seen": (0,) * 8}, "empty", "empty"),
        ({"seen": ()}, "empty", "empty"),  # 304: as it was
        ({"seen": (3, 0, 0)}, "empty", None),
        ({"failures": 1, "reason": "timeout", "failure": FailureKind.NO_ANSWER}, "block-page", "block-page"),
        ({"failures": 3, "reason": "timeout", "failure": FailureKind.NO_ANSWER}, "block-page", "unreachable"),
    ],
)
def test_what_was_found_of_an_endpoint_holds_until_it_is_well(changed, standing, kind):
    known = {standing: Finding(standing, "x", 1)}
    assert [each.kind for each in judge_endpoint(facts(**changed), NOW, known)] == ([kind] if kind else [])


def test_an_empty_feed_stays_found_as_long_as_it_is_empty(archive):
    for hour in range(30):
        poll(archive, NOW + timedelta(hours=hour), [item(1, NOW)] if hour < 3 else [])
        findings.check(archive, ["gazette"], NOW + timedelta(hours=hour))
    assert rows(archive, "SELECT kind, count(*), max(resolved) FROM findings") == [("empty", 1, None)]


def test_what_left_the_catalogue_troubles_nobody(archive):
    poll(archive, NOW, status=404, failure=of_status(404))
    poll(archive, NOW, status=404, failure=of_status(404))
    assert [each.kind for _, each in findings.check(archive, ["gazette"], NOW)] == ["dead"]
    findings.forget_others(archive, ["gazette"], NOW)
    assert len(rows(archive, "SELECT 1 FROM troubles")) == 1
    findings.forget_others(archive, ["other"], NOW)
    assert rows(archive, "SELECT 1 FROM troubles") == []


def test_the_end_of_a_day_is_looked_at_after_it(archive):
    source = Source(
        "daily",
        "Daily",
        "https://d.example/",
        "wire",
        endpoints=(Endpoint("sitemap", "https://d.example/{YYYY}-{MM}-{DD}"),),
    )
    stored_sources.sync_sources(archive, [source])

    def look(at, status=200):
        asked = polls.due(archive, ["daily"], at, all_of_them=True)
        for each in asked:
            failure = None if status == 200 else of_status(status)
            found = Poll(each, at, 0.1, status, Discovery(), etag='"x"' if status == 200 else None, failure=failure)
            polls.record_poll(archive, found, archive.start_run("t", at))
        return [(each.address[-2:], each.etag) for each in asked]

    assert look(NOW) == [("21", None), ("22", None)]
    assert look(NOW + timedelta(hours=1)) == [("22", '"x"')]
    assert look(NOW + DAY, 500) == [("22", '"x"'), ("23", None)]
    assert look(NOW + DAY) == [("22", '"x"'), ("23", None)]  # until it was had
    assert look(NOW + DAY) == [("23", '"x"')]


def poll(archive, at, links=(), **more):
    key, url = rows(archive, "SELECT id, url FROM endpoints WHERE source_id = 'gazette' AND parent_id IS NULL")[0]
    endpoint = DueEndpoint(key, "gazette", "rss", url)
    return polls.record_poll(
        archive,
        Poll(endpoint, at, 0.1, more.pop("status", 200), Discovery(tuple(links)), **more),
        archive.start_run("t", at),
    )


def item(number, at):
    return Link(f"https://gazette.example/{number}", iso(at))


def test_a_frozen_feed_is_named_until_it_moves_again(archive):
    for day in range(10):
        poll(archive, NOW + day * DAY, [item(day, NOW + day * DAY)])
    for day in (20, 30, 40):
        poll(archive, NOW + day * DAY, [item(9, NOW + 9 * DAY)])
    found = findings.check(archive, ["gazette"], NOW + 40 * DAY)
    assert [(source, each.kind) for source, each in found] == [("gazette", "frozen")]
    findings.check(archive, ["gazette"], NOW + 41 * DAY)
    assert rows(archive, "SELECT kind, count(*) FROM findings") == [("frozen", 1)]
    assert rows(archive, "SELECT kind, source FROM troubles") == [("frozen", "Gazette")]
    poll(archive, NOW + 42 * DAY, [item(42, NOW + 42 * DAY)])
    assert findings.check(archive, ["gazette"], NOW + 42 * DAY) == []
    assert rows(archive, "SELECT resolved FROM findings") == [(iso(NOW + 42 * DAY),)]


def test_a_redesign_that_halves_the_text_is_noticed(archive):
    for number in range(60):
        text = "word " * (300 if number < 40 else 80) + str(number)
        archive.file([candidate(lease(archive, f"https://gazette.example/{number}"), text)])
    assert [each.kind for _, each in findings.check(archive, ["gazette"], NOW)] == ["thin"]
    assert "80 words now" in rows(archive, "SELECT detail FROM troubles")[0][0] or "81 words now" in str(
        rows(archive, "SELECT detail FROM troubles")
    )


def test_a_validator_that_hides_changes_is_not_used_again(archive):
    poll(archive, NOW, [item(1, NOW)], etag='"same"')
    due = polls.due(archive, ["gazette"], NOW + timedelta(hours=2), all_of_them=True)[0]
    assert (due.etag, due.full) == ('"same"', False)
    assert polls.due(archive, ["gazette"], NOW + DAY, all_of_them=True)[0].full  # now and then it is asked for all
    poll(archive, NOW + DAY, [item(1, NOW), item(2, NOW)], etag='"same"')
    assert rows(archive, "SELECT validators FROM endpoints WHERE source_id = 'gazette'") == [("lying",)]
    assert polls.due(archive, ["gazette"], NOW + DAY * 1.1, all_of_them=True)[0].full


def test_the_lastmod_of_an_index_is_believed_until_it_is_found_false(archive):
    def look(at, lastmod):
        key, url = rows(archive, "SELECT id, url FROM endpoints WHERE source_id = 'gazette' AND parent_id IS NULL")[0]
        child = Endpoint("sitemap", "https://gazette.example/s1.xml", modified=lastmod)
        found = Poll(DueEndpoint(key, "gazette", "sitemap", url), at, 0.1, 200, Discovery(endpoints=(child,)))
        return polls.record_poll(archive, found, archive.start_run("t", at))[1]

    def children(at):
        return [each for each in polls.due(archive, ["gazette"], at, all_of_them=True) if each.url.endswith("s1.xml")]

    (child,) = look(NOW, "2026-11-20")
    run = archive.start_run("t", NOW)
    polls.record_poll(archive, Poll(child, NOW, 0.1, 200, Discovery((item(1, NOW),))), run)
    look(NOW + timedelta(hours=1), "2026-11-20")
    assert children(NOW + timedelta(hours=1)) == []  # it says that nothing has changed
    assert len(children(NOW - 365 * DAY)) == 1  # it was asked by a clock that ran a year ahead, and is set right
    look(NOW + timedelta(hours=2), "2026-11-22")
    assert len(children(NOW + timedelta(hours=2))) == 1
    polls.record_poll(archive, Poll(child, NOW + timedelta(hours=2), 0.1, 200, Discovery((item(2, NOW),))), run)
    look(NOW + 5 * DAY, "2026-11-22")
    assert len(children(NOW + 5 * DAY)) == 1  # believed for some days only
    polls.record_poll(archive, Poll(child, NOW + 5 * DAY, 0.1, 200, Discovery((item(3, NOW),))), run)
    assert rows(archive, "SELECT lastmod FROM endpoints WHERE lastmod IS NOT NULL") == [("false",)]
    assert len(children(NOW + 5 * DAY)) == 1


def test_a_sitemap_that_dates_everything_to_its_own_making_dates_nothing():
    same = [Link(f"https://a.example/{n}", modified="2026-11-22T00:00:00Z") for n in range(30)]
    assert {link.modified for link in believable(same)} == {None}
    assert believable(same[:5]) == same[:5]


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (None, Failure(FailureKind.HOST_WAIT, "not asked", wait=timedelta(hours=3))),
        (429, of_status(429, timedelta(hours=3))),
        (503, of_status(503, timedelta(hours=3))),
    ],
)
def test_waiting_for_a_host_is_no_fault_of_its_endpoint(archive, status, failure):
    now = datetime.now(UTC)
    poll(archive, now, status=status, failure=failure)
    assert rows(archive, "SELECT failures, state FROM endpoints WHERE source_id = 'gazette'") == [(0, "active")]
    assert findings.check(archive, ["gazette"], now) == []
    until = rows(archive, "SELECT next_poll FROM endpoints WHERE source_id = 'gazette'")[0][0]
    assert until >= iso(now + timedelta(hours=3))
    report = source_report(archive.db, "gazette")
    assert [(each.waits_until, each.failed) for each in report.endpoints] == [(until, 0)]
    assert [each.waits_until for each in source_list(archive.db) if each.id == "gazette"] == [until]
    counted = run_report(archive.db, rows(archive, "SELECT max(id) FROM runs")[0][0])
    assert (counted.polls.failed, counted.polls.postponed, counted.failed) == (0, 1, ())


def test_our_own_network_is_no_fault_of_an_endpoint(archive):
    now = datetime.now(UTC)
    for n in range(9):
        poll(archive, now + timedelta(days=n), status=None, failure=Failure(FailureKind.OFFLINE, "none of 3 hosts answers"))
    assert rows(archive, "SELECT failures, state FROM endpoints WHERE source_id = 'gazette'") == [(0, "active")]
    assert findings.check(archive, ["gazette"], now + timedelta(days=9)) == []


def test_a_busy_host_that_says_nothing_of_when_fails(archive):
    now = datetime.now(UTC)
    poll(archive, now, status=429, failure=of_status(429))
    assert rows(archive, "SELECT failures, state FROM endpoints WHERE source_id = 'gazette'") == [(1, "failing")]
    (failed,) = run_report(archive.db, rows(archive, "SELECT max(id) FROM runs")[0][0]).failed
    assert (failed.error, failed.unstated_status) == ("HTTP 429", None)
    poll(archive, now, failure=Failure(FailureKind.WRONG_KIND, "not a feed: page 2001"))
    (failed,) = run_report(archive.db, rows(archive, "SELECT max(id) FROM runs")[0][0]).failed
    assert failed.unstated_status == 200  # whatever numbers are in the words


@pytest.mark.parametrize(
    ("status", "failures", "stated", "minutes"),
    [
        (429, 1, None, 5),
        (429, 3, None, 20),
        (503, 1, None, 0),
        (503, 2, None, 2),
        (503, 1, 90, 90),
        (429, 2, 60, 60),
        (429, 40, None, 1440),
    ],
)
def test_backoff(status, failures, stated, minutes):
    wait = backoff(status, failures, timedelta(minutes=stated) if stated is not None else None)
    assert wait == timedelta(minutes=minutes)


def test_hosts_are_left_alone_over_runs(archive):
    until = hosts.note(archive, "a.example", 429, timedelta(hours=2), NOW)
    assert until == NOW + timedelta(hours=2)
    assert hosts.waiting(archive, NOW) == {"a.example": until}
    assert hosts.waiting(archive, NOW + timedelta(hours=3)) == {}
    hosts.clear(archive, "a.example")
    assert hosts.waiting(archive, NOW) == {}


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_LOCKED])
def test_a_locked_archive_is_known_by_sqlites_code_whatever_its_words(tmp_path, code):
    error = sqlite3.OperationalError("in another language")
    error.sqlite_errorcode = code
    with pytest.raises(ArchiveBusy), explain_errors(tmp_path):
        raise error


@pytest.mark.parametrize(("least", "told"), [(1 << 62, "the disk is full; make room"), (0, "cannot be opened or written")])
def test_what_a_full_disk_has_no_shared_memory_for_is_no_matter_of_permissions(tmp_path, monkeypatch, least, told):
    monkeypatch.setattr(sqlite_errors, "LEAST_ROOM", least)
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR | (19 << 8)  # SQLITE_IOERR_SHMSIZE
    with pytest.raises(ArchiveError, match=told), explain_errors(tmp_path / "news.db"):
        raise error


def test_words_alone_make_no_error_of_the_file(tmp_path):
    db = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError, match="no such column: full"), explain_errors(tmp_path):
        db.execute("SELECT full")
    db.close()


def test_bytes_that_another_program_called_text_are_told_in_a_line(tmp_path):
    with (
        closing(sqlite3.connect(":memory:")) as db,
        pytest.raises(ArchiveError, match=r"a row's 'title' is no text \(not UTF-8\)"),
        explain_errors(tmp_path),
    ):
        db.execute("SELECT cast(x'1b41ff' AS text) AS title").fetchall()
