from datetime import timedelta

import pytest
from conftest import NOW, candidate, rows

from newscrawler.dates import iso
from newscrawler.frontier import PER_SOURCE
from newscrawler.items import Link


def push(archive, source, *urls, **dates):
    with archive.transaction():
        return archive.frontier.push([Link(url, dates.get(url.rsplit("/", 1)[1])) for url in urls], source, None, NOW)


def leased(archive, n=100, at=NOW):
    return [lease.url for lease in archive.frontier.lease(n, at)]


def test_an_address_is_pushed_once_whatever_its_variant(archive):
    assert push(archive, "gazette", "https://gazette.example/1", "https://gazette.example/1?utm_source=x") == 1
    assert push(archive, "relay", "https://www.gazette.example/1/") == 0
    assert rows(archive, "SELECT url, source_id FROM links") == [("https://gazette.example/1", "gazette")]


def test_newest_first_and_undated_last(archive):
    push(
        archive,
        "gazette",
        "https://g.example/a",
        "https://g.example/b",
        "https://g.example/c",
        a="2026-11-01",
        c="2026-11-20",
    )
    assert leased(archive) == ["https://g.example/c", "https://g.example/a", "https://g.example/b"]


def test_a_large_source_does_not_keep_others_waiting(archive):
    push(archive, "gazette", *(f"https://g.example/{n}" for n in range(100)))
    push(archive, "relay", "https://r.example/1")
    first = archive.frontier.lease(100, NOW)
    assert len(first) == PER_SOURCE + 1
    assert leased(archive) == []
    archive.frontier.release(first[0])
    assert len(leased(archive)) == 1


def test_what_is_leased_is_not_leased_again_and_stays_pending(archive):
    push(archive, "gazette", "https://g.example/1")
    assert leased(archive) == ["https://g.example/1"]
    assert leased(archive) == []
    assert rows(archive, "SELECT state FROM links") == [("pending",)]


def test_a_link_that_is_to_wait_waits(archive):
    push(archive, "gazette", "https://g.example/1")
    archive.db.execute("UPDATE links SET next_try = ?", [iso(NOW + timedelta(hours=1))])
    assert leased(archive) == []
    archive.frontier.restrict(["gazette"])
    assert leased(archive, at=NOW + timedelta(hours=2)) == ["https://g.example/1"]


@pytest.mark.parametrize(("since", "expected"), [(None, 3), ("2026-11-10", 2), ("2026-11-30", 1)])
def test_since_leaves_older_links_alone_but_not_undated_ones(archive, since, expected):
    push(
        archive,
        "gazette",
        "https://g.example/a",
        "https://g.example/b",
        "https://g.example/c",
        a="2026-11-01",
        c="2026-11-20",
    )
    archive.frontier.restrict(["gazette"], since)
    assert len(leased(archive)) == expected


def test_an_address_that_an_article_already_has_is_done(archive):
    push(archive, "gazette", "https://g.example/short")
    (lease,) = archive.frontier.lease(1, NOW)
    made = candidate(lease, "Some text.")
    redirected = type(made)(
        **{name: getattr(made, name) for name in made.__dataclass_fields__} | {"url_key": "g.example/long"}
    )
    archive.file([redirected])
    push(archive, "gazette", "https://g.example/long")
    assert rows(archive, "SELECT state, article_id FROM links WHERE url_key = 'g.example/long'") == [("done", 1)]


def test_other_sources_are_left_alone(archive):
    push(archive, "gazette", "https://g.example/1")
    archive.frontier.restrict(["relay"])
    assert leased(archive) == []


def test_a_clock_that_was_wrong_leaves_no_link_in_the_future(archive):
    push(archive, "gazette", "https://g.example/1")
    archive.db.execute("UPDATE links SET next_try = '2038-01-01T00:00:00Z'")
    assert leased(archive) == ["https://g.example/1"]


def test_links_of_a_source_that_is_gone_go_to_who_names_them(archive):
    push(archive, "gazette", "https://g.example/1", "https://g.example/2")
    archive.db.execute("UPDATE endpoints SET state = 'retired' WHERE source_id = 'gazette'")
    archive.frontier.restrict(["relay"])
    assert leased(archive) == []
    assert push(archive, "relay", "https://g.example/1") == 0
    assert leased(archive) == ["https://g.example/1"]
    assert rows(archive, "SELECT source_id FROM links ORDER BY id") == [("relay",), ("gazette",)]


def test_since_goes_by_lastmod_where_no_date_is_stated(archive):
    with archive.transaction():
        archive.frontier.push(
            [Link("https://g.example/old", modified="2025-01-01"), Link("https://g.example/new", modified="2026-11-21")],
            "gazette",
            None,
            NOW,
        )
    archive.frontier.restrict(["gazette"], "2026-11-15")
    assert leased(archive) == ["https://g.example/new"]


def test_leasing_does_not_read_the_links_that_wait(archive):
    from newscrawler import frontier

    for query in (frontier._FRESH, frontier._RETRIED):
        plan = archive.db.execute(
            f"EXPLAIN QUERY PLAN {query}", {"source": "a", "now": "b", "far": "c", "since": None, "limit": 1}
        ).fetchall()
        assert any("links_fresh" in row[3] or "links_waiting" in row[3] for row in plan), plan
        assert not any("TEMP B-TREE" in row[3] for row in plan), plan


def test_a_cache_of_the_web_is_never_asked(archive):
    push(archive, "gazette", "https://www.google.com/amp/s/gazette.example/1")
    assert leased(archive) == ["https://gazette.example/1"]


def test_the_own_feed_of_a_site_takes_over_what_another_one_named_first(archive):
    address = "https://news.gazette.example/1"
    push(archive, "relay", address, **{"1": "2020-01-01"})
    named = "SELECT source_id, published_hint FROM links"
    assert rows(archive, named) == [("relay", "2020-01-01")]
    assert push(archive, "gazette", address) == 1  # its own feed states no day: nobody's day is left
    assert rows(archive, named) == [("gazette", None)]
    push(archive, "relay", address, **{"1": "2020-01-01"})
    assert rows(archive, named) == [("gazette", None)]
    (lease,) = archive.frontier.lease(9, NOW)
    assert (lease.source_id, archive.frontier.lease(9, NOW)) == ("gazette", [])


def test_what_is_being_fetched_is_not_taken_over(archive):
    push(archive, "relay", "https://gazette.example/1")
    (lease,) = archive.frontier.lease(9, NOW)
    assert push(archive, "gazette", "https://gazette.example/1") == 0
    assert (lease.source_id, archive.frontier.lease(9, NOW)) == ("relay", [])
