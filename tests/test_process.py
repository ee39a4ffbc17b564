"""What becomes of a page: each scenario has a name, and the list of them is the specification."""

from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import NOW, candidate

from newscrawler.errors import Failure, FailureKind, of_status
from newscrawler.items import Known, KnownArticle, Lease, Outcome, Page, Source
from newscrawler.process import MAX_ATTEMPTS, decide, prepare
from newscrawler.reader import shipped_reader
from newscrawler.relevance import shipped_lexicon
from newscrawler.revisions.changes import change
from newscrawler.text import content_hash

LEASE = Lease(1, "gazette", "https://gazette.example/1")
TEXT = "The two navies will share their patrols."
KNOWN = KnownArticle(
    7, "https://gazette.example/1", "gazette", 3, "A title", TEXT, content_hash(TEXT), read_by=shipped_reader()
)  # fmt: skip


def nothing_is_known():
    return candidate(LEASE, TEXT), Known()


def same_address_same_text():
    return candidate(LEASE, TEXT), Known(at_address=KNOWN)


def same_address_a_typo_of_punctuation():
    return candidate(LEASE, TEXT.replace(".", "!")), Known(at_address=KNOWN)


def same_address_another_sentence():
    return candidate(LEASE, TEXT + " From spring on."), Known(at_address=KNOWN)


def same_address_another_headline():
    return candidate(LEASE, TEXT, title="Another title"), Known(at_address=KNOWN)


def same_address_now_off_topic():
    return candidate(LEASE, "Nothing of that.", relevant=False, keep="relevant"), Known(at_address=KNOWN)


def same_text_elsewhere():
    return candidate(LEASE, TEXT), Known(same_text=KNOWN)


def off_topic_of_a_general_source():
    return candidate(LEASE, TEXT, relevant=False, keep="relevant"), Known()


def off_topic_of_a_source_kept_whole():
    return candidate(LEASE, TEXT, relevant=False, keep="all"), Known()


def off_topic_copy():
    return candidate(LEASE, TEXT, relevant=False, keep="relevant"), Known(same_text=KNOWN)


def no_article():
    return candidate(LEASE, None, failure=Failure(FailureKind.NO_TEXT, "no text")), Known()


def not_there_any_more():
    return candidate(LEASE, None, failure=of_status(410), status=410), Known(at_address=KNOWN)


def not_now():
    return candidate(LEASE, None, failure=of_status(503)), Known()


@pytest.mark.parametrize(
    ("scenario", "outcome", "change"),
    [
        (nothing_is_known, Outcome.NEW, None),
        (same_address_same_text, Outcome.UNCHANGED, None),
        (same_address_a_typo_of_punctuation, Outcome.REVISED, "touched"),
        (same_address_another_sentence, Outcome.REVISED, "revised"),
        (same_address_another_headline, Outcome.REVISED, "revised"),
        (same_address_now_off_topic, Outcome.REVISED, "revised"),
        (same_text_elsewhere, Outcome.COPY, None),
        (off_topic_of_a_general_source, Outcome.OFF_TOPIC, None),
        (off_topic_of_a_source_kept_whole, Outcome.NEW, None),
        (off_topic_copy, Outcome.OFF_TOPIC, None),
        (no_article, Outcome.RETRY, None),
        (not_there_any_more, Outcome.GONE, "gone"),
        (not_now, Outcome.RETRY, None),
    ],
)
def test_decide(scenario, outcome, change):
    decision = decide(*scenario())
    assert (decision.outcome, decision.change) == (outcome, change)
    assert decision.reason


def test_a_retry_waits_longer_each_time_and_ends():
    passing = candidate(LEASE, None, failure=of_status(503))
    waits = []
    for attempts in range(MAX_ATTEMPTS):
        decision = decide(replace(passing, lease=replace(LEASE, attempts=attempts)), Known())
        waits.append(decision.next_try and decision.next_try - NOW)
    assert waits[-1] is None
    assert decision.outcome is Outcome.FAILED
    assert waits[:-1] == sorted(waits[:-1])
    assert waits[0] >= timedelta(minutes=30)


def test_what_may_heal_is_asked_after_an_hour_a_day_and_a_week():
    for failure in (of_status(404), Failure(FailureKind.WORKER)):
        early = candidate(LEASE, None, failure=failure)
        made = [decide(replace(early, lease=replace(LEASE, attempts=n)), Known()) for n in range(4)]
        assert [each.next_try and each.next_try - NOW for each in made] == [
            timedelta(hours=1), timedelta(days=1), timedelta(days=7), None,
        ]  # fmt: skip
        assert made[-1].outcome is Outcome.FAILED
    for kind in (FailureKind.ADDRESS, FailureKind.TOO_LARGE, FailureKind.OUR_LIMIT, FailureKind.CACHE):
        assert decide(candidate(LEASE, None, failure=Failure(kind)), Known()).outcome is Outcome.FAILED


def test_change():
    assert change(("T", "A b."), ("T", "A b.")).kind == "unchanged"
    assert change((None, "A b."), (None, "a  b")).kind == "touched"
    assert change((None, "A b."), ("T", "A b.")).kind == "revised"


PAGE = (
    b"<html lang='en'><body><article><h1>Navy news</h1>"
    + b"<p>The navy ordered four frigates with air defence missiles today.</p>" * 5
    + b"</article></body></html>"
)


@pytest.mark.parametrize(
    ("page", "failure", "passing"),
    [
        ({"status": None, "failure": Failure(FailureKind.NO_ANSWER, "DNS lookup failed")}, "DNS lookup failed", True),
        (
            {"status": None, "failure": Failure(FailureKind.ROBOTS, "refused: robots.txt disallows it")},
            "refused: robots.txt disallows it",
            False,
        ),
        (
            {
                "status": None,
                "failure": Failure(FailureKind.ROBOTS_MISSING, status=500),
            },
            "not asked, robots.txt cannot be had: HTTP 500",
            True,
        ),
        ({"status": 404}, "HTTP 404, not found", False),
        ({"status": 403}, "HTTP 403, forbidden", False),
        ({"status": 429}, "HTTP 429", True),
        ({"status": 503}, "HTTP 503", True),
        ({"status": 200, "body": b""}, "no article: an empty page", False),
        (
            {"status": 200, "body": b"<h1>Home</h1>", "url": "https://gazette.example/"},
            "no article: redirected to the home page",
            False,
        ),
        ({"status": 200, "body": b"<p>one two</p>"}, "no article: 2 words of text", False),
    ],
)
def test_prepare_says_why_there_is_no_article(page, failure, passing):
    made = prepare(Page(LEASE, fetched=NOW, **{"url": LEASE.url} | page), None, shipped_lexicon())
    assert (made.article, made.failure_reason, made.failure.is_passing) == (None, failure, passing)


def test_prepare_an_article():
    source = Source("gazette", "Gazette", "https://gazette.example/", "newspaper", keep="relevant")
    made = prepare(Page(LEASE, LEASE.url, NOW, 200, (("Content-Type", "text/html"),), PAGE), source, shipped_lexicon())
    assert made.article
    assert made.verdict
    assert (made.article.title, made.keep, made.verdict.relevant, made.content_type) == (
        "Navy news",
        "relevant",
        True,
        "text/html",
    )


def test_a_caches_page_is_no_state_of_the_publishers_article():
    page = Page(LEASE, "https://www.google.com/amp/s/gazette.example/1", NOW, 200, (("Content-Type", "text/html"),), PAGE)
    made = prepare(page, None, shipped_lexicon())
    assert made.failure_reason == "no article: a cache's copy of https://gazette.example/1"
    assert decide(made, Known(at_address=KNOWN)).outcome is Outcome.FAILED
