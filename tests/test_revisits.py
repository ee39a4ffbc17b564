"""Known articles: when they are looked at again, what comes of it, and what the archive keeps of their states."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from conftest import NOW, candidate, lease, rows
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.dates import iso
from newscrawler.errors import ABSENT, Failure, FailureKind, of_status
from newscrawler.frontier import revisits as visits
from newscrawler.items import Link, Outcome, Page
from newscrawler.process import prepare, without_text
from newscrawler.relevance import shipped_lexicon
from newscrawler.scheduling.revisits import (
    HORIZON,
    MAX_WAIT,
    MIN_GAP,
    STEPS,
    TROUBLE,
    WHILE_GONE,
    History,
    after_a_hint,
    born,
    jitter,
    next_visit,
)
from newscrawler.storage.database.connect import connect_for_writing
from newscrawler.storage.schema import versions as schema

URL = "https://gazette.example/1"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEXT = "Four frigates left the harbour on Monday. They sail north for an exercise. The minister came to see them off."
LONG = "\n".join(f"Paragraph {n}. {TEXT}" for n in range(10))


def history(**more):
    return History("gazette.example/1", **{"born": NOW, "counted_from": NOW} | more)


def visited(start, life, until=timedelta(days=400)):
    """The ages at which an article is looked at, where `life(age)` tells its history from then on."""
    ages, at = [], start
    while (at := next_visit(life(at - start), at)) and at - start < until:
        ages.append(at - start)
    return ages


# --- the schedule


def test_news_is_looked_at_after_an_hour_four_a_day_a_week_a_month():
    ages = visited(NOW, lambda age: history())
    assert len(ages) == len(STEPS)
    assert all(abs(age - step) <= step / 10 for age, step in zip(ages, STEPS, strict=True))


def test_the_jitter_is_an_addresss_own():
    assert next_visit(history(), NOW) == next_visit(history(), NOW)
    assert len({jitter(f"a.example/{n}") for n in range(50)}) > 40
    assert all(0.9 <= jitter(f"a.example/{n}") <= 1.1 for n in range(500))


def test_what_was_old_when_we_found_it_is_looked_at_once():
    assert len(visited(NOW, lambda age: history(born=NOW - timedelta(days=700)))) == 1
    found_late = visited(NOW, lambda age: history(born=NOW - timedelta(days=3)))
    assert found_late[0] >= timedelta(hours=9)
    assert 3 <= len(found_late) <= 4


def test_what_changes_is_looked_at_sooner_and_what_changes_for_ever_ever_less_often():
    ages = visited(NOW, lambda age: history(counted_from=NOW + age))
    gaps = [later - earlier for earlier, later in pairwise(ages)]
    assert gaps == sorted(gaps)
    assert sum(age <= DAY for age in ages) >= 12
    assert len(ages) < 70


def test_what_is_gone_is_looked_at_rarely():
    gone = NOW + 3 * HOUR
    ages = visited(gone, lambda age: history(gone=True, counted_from=gone))
    assert len(ages) == len(WHILE_GONE)
    assert ages[0] > timedelta(hours=21)


def test_troubles_wait_longer_each_time():
    waits = [next_visit(history(failures=n), NOW) - NOW for n in range(1, len(TROUBLE) + 1)]
    assert waits == sorted(waits)
    assert waits[0] < timedelta(hours=2)


def test_a_stated_change_is_looked_at_at_once_and_a_liar_ever_later():
    young = history(born=NOW - HOUR)
    assert after_a_hint(young, NOW - HOUR, NOW) == NOW
    assert after_a_hint(young, NOW, NOW) == NOW + MIN_GAP
    waits = [after_a_hint(history(born=NOW - 4 * DAY, quiet=n), NOW, NOW) - NOW for n in range(10)]
    assert waits == sorted(waits)
    assert waits[5] >= 16 * waits[0]
    assert after_a_hint(history(), NOW + 5 * 365 * DAY, NOW) <= NOW + MAX_WAIT  # a clock that was ahead


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, MOMENTS, MOMENTS, st.booleans(), st.integers(0, 20))
def test_whatever_the_clock_says_a_visit_is_ahead_and_never_far(first, counted, now, gone, failures):
    at = next_visit(History("x", first, counted, gone=gone, failures=failures), now)
    assert at is None or now + MIN_GAP <= at < now + HORIZON


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (None, NOW), ("2026-11-20", datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)), ("2026-11-22", NOW), ("2027-01-01", NOW),
        ("2026-11-22T11:00:00", NOW - HOUR), ("2026-11-22T11:00:00Z", NOW - HOUR), ("yesterday", NOW),
    ],
)  # fmt: skip
def test_since_when_there_is_an_article(published, expected):
    assert born(published, NOW) == expected


# --- the frontier


@pytest.fixture
def filed(archive):
    """An archive with one article, its validators known; revisits are on."""
    archive.frontier.restrict(["gazette", "relay"], None, 200)
    look(archive, TEXT, NOW, etag='"1"', last_modified="Sun, 22 Nov 2026 11:00:00 GMT")
    return archive


def look(archive, text, at, url=URL, **more):
    """File a state of an article as seen at a time; the decision."""
    asked = more.pop("asked", None) or lease(archive, url)
    (decision,) = archive.file([candidate(asked, text, fetched=at, **more)])
    return decision


def due(archive, at, n=100):
    """What is leased at a time, given back at once."""
    archive.frontier.restrict(["gazette", "relay"], None, 200)
    leases = archive.frontier.lease(n, at)
    for each in leases:
        archive.frontier.release(each)
    return leases


def test_nothing_is_due_at_once_and_then_it_is_with_its_validators(filed):
    assert due(filed, NOW + timedelta(minutes=30)) == []
    (again,) = due(filed, NOW + 2 * HOUR)
    assert (again.url, again.article_id, again.etag, again.last_modified) == (URL, 1, '"1"', "Sun, 22 Nov 2026 11:00:00 GMT")
    look(filed, TEXT, NOW + 2 * HOUR, asked=again)
    assert due(filed, NOW + 2 * HOUR) == []


def test_without_revisits_nothing_is_due(filed):
    filed.frontier.restrict(["gazette"])
    assert filed.frontier.lease(100, NOW + DAY) == []
    assert filed.frontier.count_due(NOW + DAY) == 0


def test_known_articles_come_after_new_ones_few_at_a_time_and_no_more_than_allowed(filed):
    for n in range(2, 12):
        look(filed, f"{TEXT} Number {n}.", NOW, f"https://gazette.example/{n}")
    with filed.transaction():
        filed.frontier.push([Link(f"https://gazette.example/new{n}") for n in range(3)], "gazette", None, NOW)
    filed.frontier.restrict(["gazette"], None, 5)
    later = NOW + 2 * HOUR
    assert filed.frontier.count_due(later) == 5
    first = filed.frontier.lease(100, later)
    assert [each.article_id is None for each in first] == [True] * 3
    second = filed.frontier.lease(100, later)
    assert len(second) == visits.MAX_REVISITS_PER_SOURCE
    assert all(each.article_id for each in second)
    assert filed.frontier.lease(100, later) == []
    assert filed.frontier.may_have_more("gazette")
    for _ in range(5):
        for each in second:
            look(filed, None, later, asked=each, status=304)
        second = filed.frontier.lease(100, later)
    assert rows(filed, "SELECT sum(visits) FROM revisits") == [(5,)]
    assert not filed.frontier.may_have_more("gazette")


@pytest.mark.parametrize("query", [visits._BY_TIME, visits._BY_A_WRONG_CLOCK])
def test_leasing_reads_what_is_due_only(archive, query):
    values = {"source": "a", "now": "b", "far": "c", "since": None, "limit": 1}
    plan = [row[3] for row in archive.db.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()]
    assert "revisits_by_next_visit" in plan[0], plan
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in plan), plan


def test_a_source_whose_feeds_are_being_asked_has_no_second_looks(filed):
    assert filed.frontier.lease(100, NOW + DAY, {"gazette"}) == []
    assert filed.frontier.may_have_more("gazette")
    assert len(filed.frontier.lease(100, NOW + DAY)) == 1


def test_a_source_that_nobody_asked_is_left_alone(filed):
    filed.frontier.restrict(["relay"], None, 200)
    assert filed.frontier.lease(100, NOW + DAY) == []


def test_since_leaves_older_articles_alone(filed):
    filed.frontier.restrict(["gazette"], "2026-11-23", 200)
    assert filed.frontier.lease(100, NOW + DAY) == []


def test_a_newer_date_of_the_source_brings_the_visit_forward_once(filed):
    (planned,) = rows(filed, "SELECT next_visit FROM revisits")[0]

    def state(modified, at):
        with filed.transaction():
            filed.frontier.push([Link(URL, modified=modified)], "gazette", None, at)
        return rows(filed, "SELECT next_visit FROM revisits")[0][0]

    look(filed, TEXT, NOW + 2 * DAY)
    (planned,) = rows(filed, "SELECT next_visit FROM revisits")[0]
    assert state("2026-11-22T11:30:00Z", NOW + 3 * DAY) == planned  # we have seen the page since
    at = NOW + 3 * DAY
    assert state("2026-11-25T10:00:00Z", at) == iso(at)
    (again,) = due(filed, at)
    assert (again.etag, again.last_modified) == (None, None)  # its server must not get away with a 304
    look(filed, TEXT, at, asked=again)
    assert state("2026-11-25T10:00:00Z", at + HOUR) > iso(at + HOUR)
    assert state("2026-11-25", at + HOUR) > iso(at + HOUR)


def test_a_clock_that_was_ahead_leaves_no_article_there(filed):
    ahead = NOW + 5 * 365 * DAY
    (again,) = due(filed, ahead)
    assert look(filed, TEXT, ahead, asked=again).outcome is Outcome.UNCHANGED
    assert rows(filed, "SELECT next_visit FROM revisits") == [(None,)]  # five years old: no more, it seemed
    (again,) = due(filed, NOW + HOUR)
    look(filed, TEXT, NOW + HOUR, asked=again)
    assert due(filed, NOW + HOUR) == []
    assert due(filed, NOW + 5 * HOUR)


def test_an_article_first_seen_by_a_clock_that_was_ahead_is_not_asked_for_ever(archive):
    archive.frontier.restrict(["gazette"], None, 200)
    look(archive, TEXT, NOW + 900 * DAY)
    at, asked = NOW, 0
    for _ in range(24 * 60):
        for each in due(archive, at):
            look(archive, TEXT, at, asked=each)
            asked += 1
        at += HOUR
    assert 3 <= asked <= 7


def test_a_clock_that_was_behind_does_no_harm(filed):
    look(filed, TEXT + " More of it.", NOW - 900 * DAY)
    assert due(filed, NOW + 2 * HOUR)


# --- what comes of a visit


def test_a_304_is_unchanged_and_leaves_validators_and_link_alone(filed):
    link = rows(filed, "SELECT state, reason, attempts FROM links")
    (again,) = due(filed, NOW + 2 * HOUR)
    decision = look(filed, None, NOW + 2 * HOUR, asked=again, status=304, failure=of_status(304))
    assert (decision.outcome, decision.reason) == (Outcome.UNCHANGED, "same address key, not modified (HTTP 304)")
    assert rows(filed, "SELECT etag, visits, quiet FROM revisits") == [('"1"', 1, 1)]
    assert rows(filed, "SELECT last_seen FROM articles") == [(iso(NOW + 2 * HOUR),)]
    assert rows(filed, "SELECT state, reason, attempts FROM links") == link
    assert rows(filed, "SELECT count(*) FROM revisions") == [(1,)]


def test_validators_go_with_their_text(filed):
    look(filed, TEXT + " Two came back.", NOW + HOUR, etag='"2"')
    assert rows(filed, "SELECT etag, last_modified FROM revisits") == [('"2"', None)]
    look(filed, None, NOW + 2 * HOUR, status=404, failure=of_status(404), etag='"404"')
    assert rows(filed, "SELECT etag FROM revisits") == [('"2"',)]


def test_validators_and_text_stand_or_fall_together(filed, monkeypatch):
    monkeypatch.setattr("newscrawler.storage.articles.filing.verdicts.keep", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        look(filed, TEXT + " Two came back.", NOW + HOUR, etag='"2"')
    assert rows(filed, "SELECT etag FROM revisits") == [('"1"',)]
    assert rows(filed, "SELECT text FROM articles") == [(TEXT,)]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"status": 404, "failure": of_status(404)}, "HTTP 404, not found"),
        ({"status": 410, "failure": of_status(410)}, "HTTP 410, gone"),
        ({"text": "Sorry.", "title": "Page not found"}, 'soft 404: it says "page not found"'),
    ],
)
def test_what_is_gone_keeps_its_text_and_comes_back(archive, more, reason):
    look(archive, LONG, NOW)
    decision = look(archive, more.pop("text", None), NOW + HOUR, **more)
    assert (decision.outcome, decision.reason) == (Outcome.GONE, reason)
    assert rows(archive, "SELECT text, gone_since, gone_reason FROM articles") == [(LONG, iso(NOW + HOUR), reason)]
    assert rows(archive, "SELECT change, text, reason FROM revisions WHERE id = 2") == [("gone", "", reason)]
    assert rows(archive, "SELECT state FROM links") == [("done",)]
    again = look(archive, None, NOW + 2 * DAY, status=404, failure=of_status(404))
    assert again.reason == "still gone: HTTP 404, not found"
    assert rows(archive, "SELECT count(*) FROM revisions") == [(2,)]
    assert rows(archive, "SELECT gone_since FROM articles") == [(iso(NOW + HOUR),)]
    look(archive, None, NOW + 5 * DAY, status=403, failure=of_status(403))  # which says nothing, of why it is gone neither
    back = look(archive, LONG, NOW + 8 * DAY)
    assert (back.outcome, back.change) == (Outcome.REVISED, "restored")
    assert rows(archive, "SELECT text, gone_since, gone_reason FROM articles") == [(LONG, None, None)]
    assert rows(archive, "SELECT change, reason FROM revisions WHERE id = 3") == [
        ("restored", f"there again, gone since {iso(NOW + HOUR)} (HTTP 404, not found); the same text")
    ]


def test_what_comes_back_changed_is_revised(filed):
    look(filed, None, NOW + HOUR, status=410, failure=of_status(410))
    assert look(filed, TEXT + "\nCorrection: It was Tuesday.", NOW + DAY).change == "corrected"
    assert rows(filed, "SELECT gone_since FROM articles") == [(None,)]


UNSEEN = {
    "503": {"status": 503, "failure": of_status(503)},
    "silence": {"status": None, "failure": Failure(FailureKind.NO_ANSWER, "timeout")},
    "forbidden": {"status": 403, "failure": of_status(403)},
    "for members": {"status": 401, "failure": of_status(401)},
    "for money": {"status": 402, "failure": of_status(402)},
    "withheld here": {"status": 451, "failure": of_status(451)},
    "empty": {"failure": Failure(FailureKind.NO_TEXT, "no text")},
    "a login wall": {"text": "Please log in to continue."},
    "a teaser": {"text": " ".join(LONG.split()[:30])},
    "a fraction": {"text": "Loading the news of today, one moment."},
}


@pytest.mark.parametrize("how", UNSEEN)
def test_what_we_do_not_see_is_not_gone_however_often(archive, how):
    look(archive, LONG, NOW, etag='"1"')
    more = {"text": None} | UNSEEN[how]
    for n in range(len(TROUBLE) + 4):
        (again,) = due(archive, NOW + (n + 1) * 40 * DAY)
        unseen = look(archive, at=NOW + (n + 1) * 40 * DAY, asked=again, **more)
        assert (unseen.outcome, unseen.reason) == (Outcome.RETRY, f"{unseen.candidate.failure_reason}; attempt {n + 1}")
    assert rows(archive, "SELECT text, gone_since FROM articles") == [(LONG, None)]
    assert rows(archive, "SELECT state FROM links") == [("done",)]
    assert rows(archive, "SELECT change FROM revisions") == [("new",)]
    assert rows(archive, "SELECT etag FROM revisits") == [('"1"',)]
    # what is gone does not come back by it, either
    look(archive, None, NOW + 500 * DAY, status=410, failure=of_status(410))
    still = look(archive, None, NOW + 501 * DAY, status=403, failure=of_status(403))
    assert (still.outcome, still.reason) == (Outcome.GONE, "still gone: HTTP 403, forbidden")


@pytest.mark.parametrize("kind", [FailureKind.OFFLINE, FailureKind.HOST_BUDGET, FailureKind.HOST_WAIT])
def test_what_was_not_tried_is_no_attempt(filed, kind):
    nobody = Failure(kind, "none of 3 hosts answers, or the host has had its share")
    for n in range(1, 20):
        look(filed, None, NOW + n * DAY, status=None, failure=nobody)
    assert rows(filed, "SELECT failures, failure FROM revisits") == [(1, kind)]
    assert rows(filed, "SELECT gone_since FROM articles") == [(None,)]
    for n in range(20, 40):
        look(filed, None, NOW + n * DAY, url=f"{URL}-new", status=None, failure=nobody)
    assert rows(filed, "SELECT state, attempts FROM links WHERE article_id IS NULL") == [("pending", 0)]


def test_retry_after_is_obeyed(filed):
    look(filed, None, NOW, status=503, failure=of_status(503, timedelta(days=3)))
    assert rows(filed, "SELECT next_visit FROM revisits") == [(iso(NOW + timedelta(days=3)),)]


def test_what_we_may_not_ask_says_nothing_of_the_article(filed):
    refused = look(
        filed, None, NOW + HOUR, status=None, failure=Failure(FailureKind.ROBOTS, "refused: robots.txt disallows it")
    )
    assert refused.outcome is Outcome.FAILED
    assert rows(filed, "SELECT gone_since, next_visit > '2026-11-28' FROM articles, revisits") == [(None, 1)]


def test_a_redirect_to_another_page_is_gone_and_one_to_the_article_moves_it(filed):
    from dataclasses import replace

    (again,) = due(filed, NOW + DAY)

    def led_to(url, text, at):
        made = candidate(again, text, fetched=at, etag='"x"')
        there = replace(made, url=url, url_key=url.partition("//")[2], article=replace(made.article, url=url))
        return filed.file([there])[0]

    other = led_to("https://gazette.example/live", "Other news of the day, all of it. Nothing of ships today.", NOW + DAY)
    assert (other.outcome, other.reason) == (Outcome.GONE, "redirected to another text, https://gazette.example/live")
    assert led_to("https://gazette.example/2026/1", TEXT, NOW + 2 * DAY).change == "restored"
    assert rows(filed, "SELECT url, url_key FROM articles") == [("https://gazette.example/2026/1", "gazette.example/2026/1")]
    # to another site's address an article never moves
    led_to("https://relay.example/9", TEXT, NOW + 3 * DAY)
    assert rows(filed, "SELECT url FROM articles") == [("https://gazette.example/2026/1",)]
    assert rows(filed, "SELECT etag FROM revisits") == [(None,)]


def test_a_variant_of_the_address_is_no_move(filed):
    assert look(filed, TEXT, NOW + HOUR, asked=lease(filed, f"{URL}?utm_source=rss")).outcome is Outcome.UNCHANGED
    assert rows(filed, "SELECT url, url_key FROM articles") == [(URL, "gazette.example/1")]


def test_a_304_of_another_page_says_nothing(filed):
    from dataclasses import replace

    (again,) = due(filed, NOW + DAY)
    made = candidate(again, None, fetched=NOW + DAY, status=304, failure=of_status(304))
    (decision,) = filed.file([replace(made, url="https://gazette.example/", url_key="gazette.example")])
    assert decision.outcome is Outcome.RETRY
    assert rows(filed, "SELECT etag, last_modified FROM revisits") == [(None, None)]


def test_prepare_says_what_is_missing_and_by_what_a_text_is_known():
    from newscrawler.items import Lease

    asked = Lease(1, "gazette", URL)

    def made(status, body=b"", **headers):
        head = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return prepare(Page(asked, URL, NOW, status, head, body), None, shipped_lexicon())

    assert all(made(status).failure.kind in ABSENT for status in (404, 410))
    assert not any(made(status).failure.kind in ABSENT for status in (200, 401, 402, 403, 451, 500, 304, None))
    assert made(200, b"<html><body>" + b"<i></i>" * 160_000).failure.kind not in ABSENT  # our limit, not the page's
    known = made(404, ETag='W/"1"', Last_Modified="Sun")
    assert (known.etag, known.last_modified) == ('W/"1"', "Sun")
    assert made(404, ETag='"' + "x" * 600 + '"').etag is None
    assert made(404, ETag='"\x00"').etag is None
    assert without_text(Page(asked, URL, NOW, 304), None).status == 304


# --- what becomes a row of revisions


def test_a_live_blog_that_grows_all_day_fills_two_rows_a_day(filed):
    archive, text, at, seen = filed, TEXT, NOW.replace(hour=6), []
    for day in range(2):
        for hour in range(12):
            text = f"{hour}:00 Entry {day}-{hour} says what happened at sea.\n{text}"
            seen.append(text)
            decision = look(archive, text, at + day * DAY + hour * HOUR, etag=f'"{day}-{hour}"')
            assert decision.outcome is Outcome.REVISED
    found = rows(archive, "SELECT change, text, states, grown FROM revisions ORDER BY id")
    # the first state of all; the last one of the first day; the second day's first and last
    assert [(change, states) for change, _, states, _ in found] == [
        ("new", 1), ("revised", 12), ("revised", 1), ("revised", 11)
    ]  # fmt: skip
    assert [text for _, text, *_ in found] == [TEXT, seen[11], seen[12], seen[23]]
    assert rows(archive, "SELECT text FROM articles") == [(text,)]
    assert rows(archive, "SELECT etag FROM revisits") == [('"1-11"',)]
    (reason,) = rows(archive, "SELECT reason FROM revisions WHERE id = 4")[0]
    assert "1 sentence added" in reason
    assert "the last of 11 states since 2026-11-23T07:00:00Z" in reason


def test_a_live_blog_by_its_own_schedule_is_read_all_day(filed):
    """Time is an argument: a day of a page that grows with every visit, visited when its time has come."""
    text, at, looks = TEXT, NOW, 0
    for _ in range(24 * 4):
        for each in due(filed, at):
            looks += 1
            text += f" Entry {looks} came in."
            look(filed, text, at, asked=each)
        at += timedelta(minutes=15)
    assert 9 <= looks <= 24
    assert rows(filed, "SELECT count(*) FROM revisions")[0][0] <= 5


def test_a_correction_of_a_live_blog_has_a_row_of_its_own(filed):
    states = [TEXT + " One more.", TEXT + " One more. Two more.", TEXT + " One more. Two more.\nCorrection: It was Tuesday.",
              TEXT + " One more. Two more.\nCorrection: It was Tuesday.\nThree more ships."]  # fmt: skip
    for n, text in enumerate(states):
        look(filed, text, NOW + n * timedelta(minutes=30))
    assert rows(filed, "SELECT change, states FROM revisions ORDER BY id") == [
        ("new", 1), ("revised", 2), ("corrected", 1), ("revised", 1)
    ]  # fmt: skip


def test_a_page_of_two_versions_does_not_flood(filed):
    one, other = TEXT, TEXT.replace("Four", "Five")
    for n in range(20):
        decision = look(filed, one if n % 2 else other, NOW + n * 5 * HOUR)
        assert decision.outcome is Outcome.REVISED
    assert rows(filed, "SELECT change, states, substr(text, 1, 4) FROM revisions ORDER BY id") == [
        ("new", 1, "Four"), ("revised", 1, "Five"), ("revised", 10, "Four"), ("revised", 9, "Five")
    ]  # fmt: skip
    assert rows(filed, "SELECT text FROM articles") == [(one,)]
    assert "the text of revision 1 again" in rows(filed, "SELECT reason FROM revisions WHERE id = 3")[0][0]


def test_a_text_that_is_other_each_time_fills_so_many_rows_a_day(filed):
    for n in range(40):
        look(filed, TEXT.replace("Monday", f"day {n}"), NOW.replace(hour=0) + n * timedelta(minutes=30))
    assert rows(filed, "SELECT count(*) <= 26, max(states) > 5 FROM revisions") == [(1, 1)]
    assert rows(filed, "SELECT count(*) FROM articles, revisions WHERE revisions.text = articles.text") == [(1,)]


def test_what_the_page_itself_counts_and_tells_is_no_revision(filed):
    for n in range(6):
        look(filed, f"{TEXT}\n{n} comments\nPort Alder 1{n}:30", NOW + n * timedelta(minutes=50))
    # that they are there at all is one
    assert rows(filed, "SELECT change, states FROM revisions ORDER BY id") == [("new", 1), ("revised", 1)]


def test_two_articles_of_one_text_and_other_dates_have_histories_of_their_own(filed):
    look(filed, TEXT, NOW, "https://gazette.example/2", published="2026-11-01")
    look(filed, TEXT + " More.", NOW + HOUR, "https://gazette.example/2")
    assert rows(filed, "SELECT article_id, change FROM revisions ORDER BY id") == [(1, "new"), (2, "new"), (2, "revised")]
    assert rows(filed, "SELECT text FROM articles WHERE id = 1") == [(TEXT,)]


@pytest.mark.parametrize("text", ["Word", "x" * 1_000_000, "word " * 200_000])
def test_texts_of_any_length_are_followed(filed, text):
    assert look(filed, text, NOW + HOUR).outcome in (Outcome.REVISED, Outcome.RETRY)


def test_an_older_archive_plans_for_its_last_month(tmp_path):
    db = connect_for_writing(tmp_path)
    schema.migrations().apply(db, stop_before="m006_revisits")
    db.execute("INSERT INTO sources (id, name, home, kind, keep) VALUES ('a', 'A', 'https://a.example/', 'wire', 'all')")
    with db.atomic():
        for n, seen in enumerate(("2026-09-01T00:00:00Z", "2026-11-01T00:00:00Z", "2026-11-22T00:00:00Z"), 1):
            db.execute("INSERT INTO stories (id, articles, sources) VALUES (?, 1, 1)", [n])
            db.execute(
                """
                INSERT INTO articles (id, url, url_key, source_id, text, word_count, story_id, first_seen, last_seen,
                                      content_hash, extractor)
                VALUES (?1, 'https://a.example/' || ?1, 'a.example/' || ?1, 'a', 'Text.', 1, ?1, ?2, ?2, 'x', 'x')
                """,
                [n, seen],
            )
    schema.migrate(db)
    assert db.execute("SELECT article_id, next_visit, counted_from FROM revisits ORDER BY 1").fetchall() == [
        (1, None, "2026-09-01T00:00:00Z"), (2, "2026-12-01T00:00:00Z", "2026-11-01T00:00:00Z"),
        (3, "2026-12-22T00:00:00Z", "2026-11-22T00:00:00Z"),
    ]  # fmt: skip
    db.close()


# --- doubtful states

FLASH = "Four frigates left the harbour on Monday. They sail north for an exercise."
OTHER_PAGE = {"title": "Gazette, daily news"}
OTHER = "\n".join(
    f"Story {n}: Rain is expected over the weekend. Schools open again, says the council. The cup final had no goals."
    for n in range(10)
)


def doubt(archive, text, at, **more):
    return look(archive, text, at, **OTHER_PAGE | more)


@pytest.mark.parametrize("text", [FLASH, LONG])
def test_a_block_page_says_nothing_of_the_article_however_often_it_comes(archive, text):
    look(archive, text, NOW, etag='"1"')
    blocked = {"title": "Attention Required! | Cloudflare", "etag": '"blocked"'}
    looks = [look(archive, "Sorry, you have been blocked", NOW + n * DAY, **blocked) for n in range(1, 12)]
    assert {each.outcome for each in looks} == {Outcome.RETRY}
    assert rows(archive, "SELECT title, text, gone_since FROM articles") == [("A title", text, None)]
    assert rows(archive, "SELECT etag, failure, failures FROM revisits") == [('"1"', "robot-check", 11)]
    assert rows(archive, "SELECT next_visit FROM revisits") < [(iso(NOW + 46 * DAY),)]
    # nor does any other answer by which we see nothing
    assert look(archive, None, NOW + 12 * DAY, status=403, failure=of_status(403)).outcome is Outcome.RETRY
    assert rows(archive, "SELECT failure, failures FROM revisits") == [("forbidden", 12)]
    assert look(archive, text, NOW + 13 * DAY).outcome is Outcome.UNCHANGED
    assert rows(archive, "SELECT change FROM revisions") == [("new",)]


def test_another_page_at_the_address_is_the_article_when_it_stays(archive):
    look(archive, LONG, NOW, etag='"1"')
    first = doubt(archive, OTHER, NOW + HOUR, etag='"other"')
    reason = "another text at its address, nothing of headline and text is kept"
    assert (first.outcome, first.change, first.reason) == (Outcome.RETRY, "doubtful", f"{reason}; attempt 1")
    for hours in (5, 20):
        assert doubt(archive, OTHER, NOW + hours * HOUR).change == "doubtful"
    assert rows(archive, "SELECT title, text, gone_since FROM articles") == [("A title", LONG, None)]
    assert rows(archive, "SELECT change, text, states, reason FROM revisions WHERE id > 1") == [
        ("doubtful", OTHER, 3, f"{reason}; seen 3 times")
    ]
    assert rows(archive, "SELECT etag, failures FROM revisits") == [('"1"', 3)]
    made = doubt(archive, OTHER, NOW + 26 * HOUR, etag='"other"')
    assert (made.outcome, made.change) == (Outcome.REVISED, "revised")
    assert "nothing kept, the same at 3 visits and more" in made.reason
    assert rows(archive, "SELECT text, gone_since FROM articles") == [(OTHER, None)]
    assert rows(archive, "SELECT change FROM revisions ORDER BY id") == [("new",), ("doubtful",), ("revised",)]
    assert rows(archive, "SELECT etag, failures FROM revisits") == [('"other"', 0)]


def test_a_page_that_is_the_article_again_was_no_state_of_it(archive):
    look(archive, LONG, NOW)
    for n in range(8):
        assert doubt(archive, OTHER, NOW + n * DAY + HOUR).change == "doubtful"
        assert look(archive, LONG, NOW + n * DAY + 2 * HOUR).outcome is Outcome.UNCHANGED
    assert rows(archive, "SELECT text FROM articles") == [(LONG,)]
    assert rows(archive, "SELECT change, states FROM revisions") == [("new", 1), ("doubtful", 1)]
    # and a state of the article is compared with its own states alone
    look(archive, LONG + "\nOne more ship sailed.", NOW + 10 * DAY)
    assert rows(archive, "SELECT reason FROM revisions WHERE id = 3") == [('1 sentence added: "One more ship sailed."',)]


def test_a_page_that_is_other_each_time_is_gone_in_the_end(archive):
    look(archive, LONG, NOW)
    outcomes = [doubt(archive, f"{OTHER}\nAnd this on day {n}.", NOW + n * DAY).outcome for n in range(1, len(TROUBLE) + 2)]
    assert outcomes == [Outcome.RETRY] * len(TROUBLE) + [Outcome.GONE]
    assert rows(archive, "SELECT change, states FROM revisions") == [("new", 1), ("doubtful", 1), ("gone", 1)]
    assert rows(archive, "SELECT text FROM articles") == [(LONG,)]
    # while it is gone the same rule holds
    for days in (20, 27):
        assert doubt(archive, OTHER, NOW + days * DAY).outcome is Outcome.GONE
    assert doubt(archive, OTHER, NOW + 57 * DAY).change == "revised"
    assert rows(archive, "SELECT text, gone_since FROM articles") == [(OTHER, None)]


def test_a_notice_in_a_language_that_we_do_not_know_never_is_the_text(archive):
    look(archive, FLASH, NOW)
    decisions = [doubt(archive, "Zutik dago orria, barkatu, laster itzuliko gara", NOW + n * DAY) for n in range(6)]
    assert [each.outcome for each in decisions[:3]] == [Outcome.RETRY, Outcome.RETRY, Outcome.GONE]
    assert decisions[2].reason.endswith("is kept; 3 times in a row")
    assert {each.outcome for each in decisions[3:]} == {Outcome.GONE}
    assert rows(archive, "SELECT text FROM articles") == [(FLASH,)]


def test_troubles_do_not_make_a_doubtful_text_seen_more_often(archive):
    look(archive, LONG, NOW)
    for n in (1, 2):
        look(archive, None, NOW + n * DAY, status=503, failure=of_status(503))
    assert doubt(archive, OTHER, NOW + 3 * DAY).change == "doubtful"
    assert doubt(archive, OTHER, NOW + 4 * DAY).change == "doubtful"
    assert doubt(archive, OTHER, NOW + 5 * DAY).change == "revised"


def test_the_raw_page_of_a_doubtful_text_is_kept(archive):
    from newscrawler.storage.warc.records import make_record

    asked = lease(archive, URL)
    one, other = (make_record(Page(asked, URL, NOW, 200, (), body))[0] for body in (b"one", b"other"))
    look(archive, LONG, NOW, record=one)
    doubt(archive, OTHER, NOW + HOUR, record=other)
    assert rows(archive, "SELECT change, page_id FROM revisions ORDER BY id") == [("new", 1), ("doubtful", 2)]
    assert rows(archive, "SELECT page_id FROM articles") == [(1,)]


def test_a_diff_leaves_doubtful_texts_out_unless_asked(archive):
    from newscrawler.errors import ArchiveError
    from newscrawler.reports.articles import states
    from newscrawler.reports.revision_pair import choose_pair

    look(archive, LONG, NOW)
    doubt(archive, OTHER, NOW + HOUR)
    with pytest.raises(ArchiveError, match="one state only"):
        choose_pair(1, states(archive.db, 1), None, None)
    assert [each.id for each in choose_pair(1, states(archive.db, 1), None, 2)] == [1, 2]
    look(archive, LONG + "\nOne more ship sailed.", NOW + 2 * HOUR)
    assert [each.id for each in choose_pair(1, states(archive.db, 1), None, None)] == [1, 3]


# --- what is compared in full


def test_a_sign_or_a_currency_is_another_text_though_its_hash_is_the_same(filed):
    texts = [f"{TEXT} They cost {sum_} million in all." for sum_ in ("$5", "€5", "£5", "$5")]
    for n, text in enumerate(texts):
        assert look(filed, text, NOW + (n + 1) * DAY).change == "revised"
    reasons = [reason for (reason,) in rows(filed, "SELECT reason FROM revisions WHERE id > 2 ORDER BY id")]
    assert reasons == [
        '1 sentence reworded: "$" → "€"', '1 sentence reworded: "€" → "£"',
        '1 sentence reworded: "£" → "$"; the text of revision 2 again',
    ]  # fmt: skip


def test_what_nobody_cleaned_is_filed_as_it_can_be(archive):
    from dataclasses import replace

    dirty = "Four\ud800 frig\x00ates left the harbour on Monday.\nThey sail north."
    made = candidate(lease(archive, URL), dirty, title="A \udfff title")
    made = replace(made, article=replace(
        made.article, authors=("A\ud800",), section="s\ud800", lead="l\ud800", image_url="i\ud800", canonical="c\ud800",
        tags=("防\ud800",), captions=("c\ud800",), origins={"t": "o\ud800"}, url=f"{URL}\ud800", language="e\ud800",
    ))  # fmt: skip
    (decision,) = archive.file([made])
    assert decision.outcome is Outcome.NEW
    clean = "Four frigates left the harbour on Monday.\nThey sail north."
    assert rows(archive, "SELECT title, text, authors, url, tags FROM articles") == [
        ("A  title", clean, '["A"]', URL, '["防"]')
    ]
    assert rows(archive, "SELECT title, text FROM revisions") == [("A  title", clean)]
    assert archive.file([replace(made, fetched=NOW + HOUR)])[0].outcome is Outcome.UNCHANGED
    more = replace(
        made, fetched=NOW + DAY, article=replace(made.article, text=dirty + " All\udc00 of them.", content_hash="1-x")
    )
    assert archive.file([more])[0].change == "revised"
    assert rows(archive, "SELECT text FROM articles") == [(clean + " All of them.",)]
    assert rows(archive, "SELECT text FROM revisions ORDER BY id DESC LIMIT 1") == [(clean + " All of them.",)]
