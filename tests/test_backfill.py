import json
from dataclasses import replace
from datetime import UTC, date, datetime

import click
import pytest
from conftest import DEMO, SOURCES, candidate, newscrawler
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.cli.backfill import _report
from newscrawler.demo.site import Answer
from newscrawler.items import Discovery, Endpoint, Link
from newscrawler.reports.coverage import coverage
from newscrawler.scheduling.backfill import (
    UNDATED_PAGES,
    Step,
    counted_day,
    day_of,
    days_missed,
    follow,
    gaps,
    is_undated,
    is_wanted,
    plan,
)
from newscrawler.sources.templates import PAGE_SIZE, expand, granularity, spans, wordpress_address
from newscrawler.storage.archive import Archive
from newscrawler.storage.sites import backfills
from newscrawler.storage.sites.sources import sync_sources

SINCE, UNTIL = date(2025, 1, 30), date(2025, 2, 2)
NOW = datetime(2025, 3, 1, tzinfo=UTC)


def test_templates_are_asked_for_each_of_their_spans():
    day = Endpoint("sitemap", "https://a.example/s.xml?yyyy={YYYY}&mm={MM}&dd={DD}")
    month = Endpoint("sitemap", "https://a.example/{YYYY}-{MM}.xml")
    urls = [step.url for step in plan([day, month], SINCE, UNTIL)]
    assert urls[0] == "https://a.example/s.xml?yyyy=2025&mm=01&dd=30"
    assert len(urls) == 4 + 2
    assert urls[-1] == "https://a.example/2025-02.xml"


def test_what_is_not_asked_is_not_planned():
    assert plan([Endpoint("rss", "https://a.example/feed", state="dead")], SINCE, UNTIL) == []


@given(
    st.dates(date(1995, 1, 1), date(2030, 1, 1)), st.integers(0, 800), st.sampled_from(["day", "month", "year", "window"])
)
def test_spans_cover_every_day_once(since, length, unit):
    until = date.fromordinal(since.toordinal() + length)
    days = [day for first, last in spans(since, until, unit) for day in range(first.toordinal(), last.toordinal() + 1)]
    assert days == list(range(since.toordinal(), until.toordinal() + 1))


def test_places():
    assert expand("https://a.example/?f={SINCE}&t={UNTIL}&p={PAGE}&o={OFFSET}", SINCE, UNTIL, page=3) == (
        f"https://a.example/?f=2025-01-30&t=2025-02-02&p=3&o={2 * PAGE_SIZE}"
    )
    assert granularity("https://a.example/{PAGE}") is None
    assert "after=2025-01-29" in wordpress_address("https://a.example/wp-json/", SINCE, UNTIL)
    assert "modified_after=2025-01-30" in wordpress_address("https://a.example/wp-json/wp/v2/posts", SINCE)


def test_pages_go_on_until_one_is_empty():
    (step,) = plan([Endpoint("api", "https://a.example/?from={SINCE}&to={UNTIL}&page={PAGE}")], SINCE, date(2025, 1, 31))
    full = Discovery(tuple(Link(f"https://a.example/{n}", "2025-01-30") for n in range(PAGE_SIZE)))
    (further,) = follow(step, full, SINCE, UNTIL)
    assert further.url.endswith("page=2")
    assert follow(further, Discovery(), SINCE, UNTIL) == []


def links(*numbers, day="2025-01-30"):
    return tuple(Link(f"https://a.example/{n}", day) for n in numbers)


@pytest.mark.parametrize(
    ("address", "hints", "found", "fresh", "goes_on"),
    [
        ("?page={PAGE}", (), Discovery(links(*range(10))), 10, True),  # however many a page holds
        ("?page={PAGE}", (), Discovery(), 0, False),
        ("?page={PAGE}", (), Discovery(links(*range(10))), 0, False),  # the last page once more
        ("?page={PAGE}", (), Discovery(links(*range(10), day="2024-12-31")), 10, False),
        ("?page={PAGE}", (), Discovery((*links(1, day="2024-12-31"), *links(2))), 2, True),
        ("?page={PAGE}", (("page_size", "20"),), Discovery(links(*range(10))), 10, False),
        ("?start={OFFSET}", (), Discovery(links(*range(10))), 10, False),
        ("?start={OFFSET}", (("page_size", "10"),), Discovery(links(*range(10))), 10, True),
        ("?start={OFFSET}", (), Discovery(links(*range(10)), rows=100), 10, True),  # what had no address counts
    ],
)
def test_how_far_pages_go(address, hints, found, fresh, goes_on):
    (step,) = plan([Endpoint("api", f"https://a.example/{address}", hints=hints)], SINCE, UNTIL)
    further = follow(step, found, SINCE, UNTIL, fresh=fresh)
    assert len(further) == goes_on
    if goes_on and "{OFFSET}" in address:
        assert further[0].url.endswith(f"start={dict(hints).get('page_size', PAGE_SIZE)}")


def test_wordpress_counts_rows():
    step = plan([Endpoint("wordpress", "https://a.example/wp-json/")], SINCE, SINCE)[0]
    assert follow(step, Discovery(links(1), rows=100), SINCE, SINCE)
    assert not follow(step, Discovery(links(1), rows=99), SINCE, SINCE)


def test_a_list_that_dates_nothing_ends_somewhere():
    def pages(*, undated):
        number, steps = 0, [Step("listing", "https://a.example/news")]
        while steps and number < 50:
            number += 1
            (step,) = steps
            found = Discovery((Link("https://a.example/a"),), (Endpoint("listing", f"https://a.example/{number}"),))
            steps = follow(step, found, SINCE, UNTIL, fresh=1, undated=undated)
        return number

    assert pages(undated=False) == UNDATED_PAGES
    assert pages(undated=True) == 50


def test_what_nothing_dates_is_left_out_and_counted():
    step, false = (
        Step("sitemap", "https://a.example/s.xml"),
        Step("sitemap", "https://a.example/s.xml", (("_lastmod", "false"),)),
    )
    plain, changed = Link("https://a.example/a"), Link("https://a.example/a", modified="2025-02-01")
    assert (is_undated(plain, step), is_wanted(plain, step, SINCE, UNTIL)) == (True, False)
    assert is_wanted(plain, step, SINCE, UNTIL, undated=True)
    assert (is_undated(changed, step), is_undated(changed, false)) == (False, True)
    pages = plan([Endpoint("api", "https://a.example/?page={PAGE}")], SINCE, SINCE)[0]
    assert is_undated(plain, pages)  # its address names no date
    index = Discovery(endpoints=(Endpoint("sitemap", "https://a.example/old.xml", modified="2024-12-01"),))
    assert [each.hint("_lastmod") for each in follow(false, index, SINCE, UNTIL)] == ["false"]


@pytest.mark.parametrize(
    ("found", "pace", "missing"),
    [
        ({6: 5, 7: 4, 9: 5, 10: 3}, None, {8}),  # a week from a Monday: its like tells
        ({6: 5}, None, set()),
        ({6: 5}, (8.0, 0.5), {7, 8, 9, 10}),
        ({6: 1}, (0.4, 0.1), set()),  # a source of two articles a week
    ],
)
def test_gaps_of_a_week(found, pace, missing):
    days = [date(2025, 1, 6 + n) for n in range(7)]
    named = {f"2025-01-{day:02}": number for day, number in found.items()}
    assert gaps(named, days, pace=pace) == {f"2025-01-{day:02}" for day in missing}


def test_the_days_of_a_failed_step_are_gaps():
    days = [date(2025, 1, 30), date(2025, 1, 31)]
    daily = plan([Endpoint("sitemap", "https://a.example/{DD}")], days[0], days[1])
    assert days_missed(daily[0], {"2025-01-30": 3}, days) == {"2025-01-30"}
    assert days_missed(Step("sitemap", "https://a.example/s.xml"), {"2025-01-30": 3}, days) == {"2025-01-31"}
    assert days_missed(Step("rss", "https://a.example/feed"), {}, days) == set()


def test_pages_are_asked_until_they_end(web, tmp_path):
    table = web.catalogue[: web.catalogue.index("[[harbour-gazette.endpoints]]")]
    table += f'[[harbour-gazette.endpoints]]\nkind = "api"\nurl = "{web.gazette}/api/{{PAGE}}"\n'
    table += f'[[harbour-gazette.endpoints]]\nkind = "sitemap"\nurl = "{web.gazette}/plain-{{DD}}.txt"\n'
    table += f'[[harbour-gazette.endpoints]]\nkind = "sitemap"\nurl = "{web.gazette}/plain.txt"\n'
    (tmp_path / "c.toml").write_text(table)
    for page in (1, 2, 3):
        items = [{"url": f"{web.gazette}/en/gone/{page}{n}", "date": f"2026-11-{17 + page}"} for n in range(10)]
        web.extra["127.0.0.1", f"/api/{page}"] = Answer(200, "application/json", json.dumps(items).encode())
    for day in (18, 19, 20):
        status = 500 if day == 19 else 200
        web.extra["127.0.0.1", f"/plain-{day}.txt"] = Answer(status, "text/plain", f"{web.gazette}/en/{day}".encode())
    web.extra["127.0.0.1", "/plain.txt"] = Answer(200, "text/plain", f"{web.gazette}/en/never".encode())
    command = ["backfill", "harbour-gazette", "--catalogue", "c.toml", "--since", "2026-11-18", "--until", "2026-11-20"]
    done = newscrawler(*command, "--yes", "--limit", 0, "--csv", *DEMO, cwd=tmp_path)
    assert done.returncode == 3, done.stderr  # one step failed, and not for a page behind the last
    assert [line.split(",")[1::3] for line in done.stdout.splitlines()[1:]] == [["11", "0"], ["10", "1"], ["11", "0"]]
    assert "left out: 1 link that nothing dates; --undated fetches it too" in done.stderr.replace("them", "it")
    more = newscrawler(*command, "--yes", "--limit", 0, "--undated", *DEMO, cwd=tmp_path)
    assert "left out" not in more.stderr
    assert [path for _, path, _ in web.log].count("/plain.txt") == 2


def test_an_index_leads_to_what_may_hold_the_dates():
    index = Discovery(
        endpoints=(
            Endpoint("sitemap", "https://a.example/old.xml", modified="2024-12-01"),
            Endpoint("sitemap", "https://a.example/new.xml", modified="2025-03-01"),
            Endpoint("sitemap", "https://a.example/2025-01.xml"),
            Endpoint("sitemap", "https://a.example/2025-03.xml"),
            Endpoint("sitemap", "https://a.example/pages.xml"),
        )
    )
    urls = [step.url for step in follow(Step("sitemap", "https://a.example/i.xml"), index, SINCE, UNTIL)]
    assert urls == [f"https://a.example/{name}.xml" for name in ("new", "2025-01", "pages")]


def test_a_listing_goes_on_until_it_is_older():
    step, following = Step("listing", "https://a.example/news"), (Endpoint("listing", "https://a.example/news?page=2"),)
    late = Discovery((Link("https://a.example/1", "2025-03-01"),), following)
    assert [each.url for each in follow(step, late, SINCE, UNTIL)] == ["https://a.example/news?page=2"]
    old = Discovery((Link("https://a.example/1", "2024-03-01"),), following)
    assert follow(step, old, SINCE, UNTIL) == []


def test_which_links_are_of_the_dates():
    plain, daily = (
        Step("sitemap", "https://a.example/s.xml"),
        plan([Endpoint("sitemap", "https://a.example/{DD}")], SINCE, SINCE)[0],
    )
    yes = [
        Link("https://a.example/a", "2025-02-01T10:00:00Z"),
        Link("https://a.example/2025/02/01/x"),
        Link("https://a.example/m", modified="2025-02-05"),
    ]
    no = [Link("https://a.example/b", "2025-02-03"), Link("https://a.example/2024/02/01/x"), Link("https://a.example/c")]
    assert [is_wanted(link, plain, SINCE, UNTIL) for link in (*yes, *no)] == [True] * 3 + [False] * 3
    assert is_wanted(no[2], daily, SINCE, UNTIL)
    assert day_of(no[2], daily) == "2025-01-30"


def test_gaps_are_days_without_anything_on_which_there_mostly_is_something():
    days = [date(2025, 1, 6 + n) for n in range(21)]  # three weeks from a Monday
    found = {day.isoformat(): 2 for day in days if day.weekday() < 5 and day != date(2025, 1, 15)}
    assert gaps(found, days) == {"2025-01-15"}
    assert len(gaps({}, days)) == 21


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--since", "2025-02-01", "--until", "2025-01-01"], "is after --until"),
        (["--since", "2999-01-01"], "is in the future"),
        (["--since", "1950-01-01"], "before the web"),
        (["--since", "soon"], "neither a date"),
    ],
)
def test_impossible_dates(tmp_path, arguments, complaint):
    done = newscrawler("backfill", "uk-mod", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_backfill_goes_on_and_reports(web, tmp_path):
    (tmp_path / "c.toml").write_text(web.catalogue)
    command = ["backfill", "harbour-gazette", "--catalogue", "c.toml", "--since", "2026-11-15", "--until", "2026-11-22"]
    planned = newscrawler(*command, "--dry-run", *DEMO, cwd=tmp_path)
    assert planned.returncode == 0
    assert "2 requests to begin with" in planned.stderr
    assert "estimate: 2 requests at least (how much it publishes is not known yet), 1 min at" in planned.stderr
    assert web.log == []
    first = newscrawler(*command, "--yes", "--limit", 3, "--json", *DEMO, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "not finished" in first.stderr
    asked = [path for _, path, _ in web.log if "feed.xml" in path or "sitemap" in path]
    second = newscrawler(*command, "--yes", *DEMO, cwd=tmp_path)
    assert second.returncode == 0, second.stderr
    assert "0 to be fetched" in second.stderr
    assert [path for _, path, _ in web.log if "feed.xml" in path or "sitemap" in path] == asked  # no step is taken twice
    pages = [path for _, path, status in web.log if path.startswith("/en/") and status == 200]
    assert len(pages) == len(set(pages))
    report = newscrawler(*command, "--report", "--csv", cwd=tmp_path)
    assert report.stdout.splitlines()[0] == "day,found,stored,pending,gap"
    assert len(report.stdout.splitlines()) == 9


def test_articles_whose_pages_state_no_date_are_counted_by_what_the_sitemap_said(tmp_path, capsys):
    with Archive.open(tmp_path / "archive") as archive:
        sync_sources(archive, SOURCES)
        number = backfills.begin(archive, "gazette", (SINCE, UNTIL), NOW)
        step = Step("sitemap", "https://gazette.example/s.xml")
        backfills.prepare(archive, number, [step])
        links = [Link(f"https://gazette.example/{name}", modified=f"{SINCE}T10:00:00Z") for name in "abc"]
        brought = backfills.Brought(tuple(links), ())
        backfills.record_step(archive, number, backfills.next_step(archive, number), brought, NOW)
        (first, second, _) = backfills.leases(archive, number, NOW, 9)
        for lease, published in ((first, None), (second, f"{UNTIL}T08:00:00Z")):
            made = candidate(lease, f"Text of {lease.url}.", title=lease.url)
            archive.file([replace(made, article=replace(made.article, published=published))])
        backfills.cover(archive, number, NOW)
        report = coverage(archive.db, "gazette", SINCE, UNTIL)
        days = {each.day: (each.found, each.stored, each.pending, each.gap) for each in report.days}
        assert (days[SINCE.isoformat()], days[UNTIL.isoformat()]) == ((2, 1, 1, 0), (1, 1, 0, 0))
        assert report.by_link == 1
        assert archive.db.execute("SELECT count(*) FROM articles WHERE published IS NULL").fetchone() == (1,)
    with click.Context(click.Command("backfill")):
        assert _report(tmp_path / "archive", "gazette", SINCE, UNTIL, "csv") == 0
    said = capsys.readouterr().err
    assert "3 found, 2 stored, 1 to be fetched" in said
    assert "; 1 by the day that a sitemap or list says, their pages state none" in said


def test_a_lastmod_that_was_found_false_counts_for_no_day():
    link = Link("https://a.example/m", modified="2025-02-01T10:00:00Z")
    step = Step("sitemap", "https://a.example/s.xml")
    assert counted_day(link, step) == "2025-02-01"
    assert counted_day(link, Step("sitemap", "https://a.example/s.xml", (("_lastmod", "false"),))) is None
    assert counted_day(replace(link, published="2025-01-31"), step) == "2025-01-31"
