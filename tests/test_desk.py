"""The desk of the reading room, on real archives: front page, sources, health, crawls, tables, and the canned queries."""

import json
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from conftest import NOW, candidate, command, database, lease, said
from datasette.app import Datasette

from newscrawler.dates import iso
from newscrawler.errors import QueryError
from newscrawler.reports import frontpage, health, runs, sources
from newscrawler.reports.id_ranges import first_id
from newscrawler.reports.queries import bind_parameters, canned_queries, parse
from newscrawler.reports.sql_functions import add_functions
from newscrawler.storage.archive import Archive, furnish
from newscrawler.storage.database.identity import identity
from newscrawler.storage.database.shipped_files import is_unedited, made
from newscrawler.storage.schema import docs as schema_docs
from newscrawler.web.drawing.tiles import shipped_layout

PAGES = ("/", "/sources", "/sources?sort=trouble", "/health", "/runs", "/schema")
AT = "2026-11-22T11:30:00Z"


def get(database, *paths, **more):
    """The answers of Datasette to these addresses."""
    import asyncio

    async def ask():
        datasette = Datasette(files=[str(database)], **more)
        await datasette.invoke_startup()
        return [await datasette.client.get(path) for path in paths]

    return asyncio.run(ask())


@pytest.fixture
def desk(archive):
    """Four articles of two sources by one run: a story of two, one that was rewritten, one gone; and what goes wrong."""
    db = archive.db
    run = archive.start_run("crawl", NOW - timedelta(minutes=40))
    told = "The ministers of both countries signed a treaty on joint patrols along the border. " * 6
    wanted = {
        "treaty": ("gazette", told, {"published": "2026-11-22T10:00:00Z"}),
        "copied": ("relay", told, {"published": "2026-11-22T10:45:00Z"}),
        "frigates": ("gazette", "Four frigates left the harbour on Sunday for an exercise with the allies. " * 8, {}),
        "mine": ("relay", "Mine hunters of six navies met in the Baltic to clear what two wars left behind. " * 8, {}),
    }
    for number, (name, (source, text, more)) in enumerate(wanted.items()):
        come = NOW - timedelta(minutes=35 - number)
        held = lease(archive, f"https://{source}.example/{name}", source)
        archive.file([candidate(held, text, title=f"The {name} <b>& co</b>", fetched=come, **more)])
    db.execute("UPDATE articles SET language = 'en', relevance = 0.8, type = 'article'")
    db.execute("INSERT INTO topics (topic_id, label) VALUES ('newscrawler:naval', 'naval')")
    db.execute("INSERT INTO article_topics SELECT id, 'newscrawler:naval', 0.9, '[]' FROM articles")
    db.execute("INSERT INTO mentions SELECT id, 'country', 'EE', 'Estonia', 2, 1 FROM articles")
    db.execute("INSERT INTO mentions SELECT id, 'country', 'FI', 'Finland', 1, 0 FROM articles WHERE id < 3")
    db.execute(
        "INSERT INTO article_states (article_id, seen, change, title, text, content_hash, reason) "
        "VALUES (3, ?, 'revised', 'T', 'Shorter.', 'x', '1 paragraph removed')",
        [AT],
    )
    db.execute("UPDATE articles SET gone_since = ?, gone_reason = 'HTTP 410, twice' WHERE id = 4", [AT])
    feed, other = (row[0] for row in db.execute("SELECT id FROM endpoints ORDER BY id LIMIT 2").fetchall())
    db.execute("UPDATE endpoints SET state = 'failing', reason = 'HTTP 503', failures = 4 WHERE id = ?", [other])
    for endpoint, status, new, error in ((feed, 200, 3, None), (other, 503, 0, "HTTP 503")):
        db.execute(
            "INSERT INTO polls (endpoint_id, run_id, at, status, links_seen, links_new, seconds, error) VALUES (?,?,?,?,?,?,?,?)",
            [endpoint, run, iso(NOW - timedelta(minutes=38)), status, 5, new, 0.5, error],
        )
    db.execute(
        "INSERT INTO findings (source_id, endpoint_id, kind, detail, first_seen, last_seen) VALUES ('relay', ?, 'unreachable', ?, ?, ?)",
        [other, "fails: HTTP 503", AT, AT],
    )
    archive.finish_run(run, NOW - timedelta(minutes=20), exit_code=3, counts={"new": 4, "failed": 1})
    return archive


def test_the_front_page_says_what_is_new(desk):
    edition = frontpage.front_page(desk.db).edition
    assert edition.window.words == "in the last 30 days"  # four articles are no day's front page
    assert edition.counts == frontpage.WindowCounts(articles=4, stories=3, sources=2, changes=1)
    first = edition.leads[0]
    assert (first.headline.title, first.headline.carried_by) == ("The treaty <b>& co</b>", 2)
    assert (first.is_first, first.others, first.came) == (True, 1, 2)
    assert [each.title[:12] for each in edition.revisions] == ["The frigates"]
    assert edition.revisions[0].difference < 0
    assert [each.id for each in edition.gone] == [4]
    assert [(each.code, each.articles) for each in edition.countries] == [("EE", 4), ("FI", 2)]
    assert sum(number for _, number in edition.days) == 4


def test_what_a_review_dropped_is_not_on_the_front_page(desk):
    desk.db.execute("INSERT INTO reviews (article_id, decision, decided) VALUES (1, 'drop', ?)", [AT])
    leads = frontpage.front_page(desk.db).edition.leads
    assert 1 not in [each.headline.id for each in leads]
    assert [(each.headline.id, each.is_first) for each in leads if each.headline.story_id == 1] == [(2, False)]


def test_news_leads_before_what_was_published_long_ago(desk):
    desk.db.execute("UPDATE articles SET published = '2019-01-01' WHERE id IN (1, 2)")
    assert frontpage.front_page(desk.db).edition.leads[-1].headline.id == 1


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_and_holds_no_markup_of_an_article(desk, path):
    (answer,) = get(desk.folder / "news.db", path)
    assert answer.status_code == 200
    assert "<b>&" not in answer.text
    assert "<b>& co" not in answer.text
    assert "style=" not in answer.text
    assert not re.search(r"<script(?![^>]*src=)", answer.text)


def test_the_pages_say_what_is_there(desk):
    front, sources, source, health, runs, run, schema = get(
        desk.folder / "news.db", "/", "/sources", "/source/relay", "/health", "/runs", "/run/1", "/schema"
    )
    assert "The treaty &lt;b&gt;&amp; co&lt;/b&gt;" in front.text
    assert "4 articles of 2 sources in 3 stories" in said(front.text)
    assert "does not answer" in said(front.text)
    assert "/search?q=mentions%3AEE" in front.text
    assert "2 sources; 1 in trouble" in said(sources.text)
    assert "does not answer" in said(sources.text)
    assert "failing HTTP 503 (4 in a row)" in said(source.text)
    assert "1 finding; " in said(health.text)
    assert "; ;" not in said(health.text)
    assert "some sources failed" in said(runs.text)
    assert "4 new, 1 failed" in said(run.text)
    assert "2: 0 unchanged (304), 1 failed; 10 links named, 3 new" in said(run.text)
    assert "4 articles" in said(run.text)
    assert all(f'id="{table.name}"' in schema.text for table in (*schema_docs.tables(), *schema_docs.views()))
    assert all(query.title in schema.text for query in canned_queries().values())


def test_the_trouble_of_sources_is_a_feed(desk):
    soon = datetime.now(UTC) - timedelta(hours=1)
    desk.db.execute(
        "INSERT INTO findings (source_id, kind, detail, first_seen, last_seen, resolved) VALUES ('gazette', 'thin', '<b>&', ?, ?, ?)",
        [AT, AT, iso(soon)],
    )
    page, atom, told = get(desk.folder / "news.db", "/health", "/health.atom", "/health.feed.json")
    announced = re.findall(r'<link rel="alternate" type="([^"]+)"[^>]*href="([^"]+)"', page.text)
    assert announced == [("application/atom+xml", "/health.atom"), ("application/feed+json", "/health.feed.json")]
    assert atom.headers["content-type"].startswith("application/atom+xml")
    names = {"a": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.fromstring(atom.content)
    assert [each.text for each in feed.findall("a:entry/a:title", names)] == [
        "Gazette: well again (only beginnings)", "Relay: does not answer",
    ]  # fmt: skip
    assert len({each.text for each in feed.findall("a:entry/a:id", names)}) == 2
    assert feed.find("a:updated", names).text == iso(soon)
    ended, began = json.loads(told.text)["items"]
    assert (ended["content_text"], began["content_text"]) == ("<b>&", "fails: HTTP 503")
    assert began["url"].endswith("/source/relay")


def test_a_feed_without_entries_says_when_that_came(desk):
    def updated(*paths):
        return [re.search(r"<updated>([^<]+)", each.text)[1] for each in get(desk.folder / "news.db", *paths)]

    # what was wrong got well long ago
    desk.db.execute("UPDATE findings SET resolved = '2026-11-23T09:00:00Z'")
    begun = f"{identity(desk.db)[:19].replace(' ', 'T')}Z"
    assert updated("/health.atom", "/search.atom?q=nowhere") == ["2026-11-23T09:00:00Z", begun]
    # nothing ever was
    desk.db.execute("DELETE FROM findings")
    assert updated("/health.atom") == [begun]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/source/nobody", "There is no source nobody"),
        ("/source/%3Cscript%3E", "There is no source &lt;script&gt;"),
        ("/run/99", "There is no crawl 99"),
        ("/run/x", "nothing under the number x"),
        ("/run/99999999999999999999999999", "nothing under the number"),
        ("/runs?before=x", "nothing under the number x"),
    ],
)
def test_what_is_not_there_is_a_page_of_ours(desk, path, words):
    (answer,) = get(desk.folder / "news.db", path)
    assert answer.status_code == 404
    assert words in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_archive_is_told_what_to_do(tmp_path, path):
    Archive.open(tmp_path / "archive").close()
    (answer,) = get(tmp_path / "archive" / "news.db", path)
    assert answer.status_code == 200
    assert path != "/" or "newscrawler crawl" in said(answer.text)


def test_a_database_without_our_schema_gets_an_honest_page(tmp_path):
    with database(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE articles (a)")
    for answer in get(tmp_path / "other.db", *PAGES):
        assert "is a news archive" in answer.text


def test_an_archive_that_was_filled_long_ago_says_so(desk):
    desk.db.execute("UPDATE articles SET first_seen = '2020-01-01T00:00:00Z'")
    (answer,) = get(desk.folder / "news.db", "/")
    assert "The last news" in said(answer.text)
    assert "newscrawler schedule" in said(answer.text)


def test_pages_stand_below_a_base_url(desk):
    answer, schema = get(desk.folder / "news.db", "/", "/schema", settings={"base_url": "/news-room/"})
    links = re.findall(r'(?:href|action)="(/[^"]*)"', answer.text + schema.text)
    assert len(links) > 50
    assert [link for link in links if not link.startswith("/news-room/")] == []


def test_where_sql_is_off_no_page_offers_it(desk):
    on, off = (get(desk.folder / "news.db", "/schema", settings={"default_allow_sql": value})[0] for value in (True, False))
    assert "?sql=" in on.text
    assert "?sql=" not in off.text


def test_a_crawl_at_work_and_one_that_was_killed(desk):
    second = desk.start_run("crawl", NOW)
    assert runs.newest_runs(desk.db)[0].seconds is None
    report = runs.run_report(desk.db, second)
    assert (report.before, report.after, report.brought) == (1, None, 0)
    desk.db.execute("UPDATE runs SET exit_code = 137 WHERE id = ?", [second])
    assert "killed" in get(desk.folder / "news.db", f"/run/{second}")[0].text


def test_a_page_of_runs_ends_and_goes_on(archive):
    for number in range(runs.PAGE + 2):
        archive.finish_run(archive.start_run("crawl", NOW + timedelta(hours=number)), NOW, exit_code=0, counts={})
    first, last = get(archive.folder / "news.db", "/runs", "/runs?before=3")
    assert 'rel="next" href="?before=3"' in first.text
    assert 'rel="next"' not in last.text


def test_freshness_counts_every_source_that_is_asked_once(desk):
    desk.db.execute("UPDATE endpoints SET last_polled = ?, last_new = ?", [AT, AT])
    report = health.health_report(desk.db, NOW)
    assert dict(report.freshness)["within an hour"] == 2
    assert sum(number for _, number in report.freshness) == 2


def test_a_source_that_went_quiet_is_named(desk):
    for number in range(40):
        held = lease(desk, f"https://relay.example/old-{number}", "relay")
        come = NOW - timedelta(days=30) + timedelta(hours=12 * number)
        desk.file(
            [candidate(held, f"Something else happened on day {number} of that month, {number} times. " * 9, fetched=come)]
        )
    # ids are in order of arrival
    ids = desk.db.execute("SELECT id FROM articles ORDER BY first_seen").fetchall()
    desk.db.execute("PRAGMA foreign_keys = OFF")
    for new, (old,) in enumerate(ids, 1000):
        desk.db.execute("UPDATE articles SET id = ? WHERE id = ?", [new, old])
    desk.db.execute("UPDATE articles SET source_id = 'gazette' WHERE first_seen > '2026-11-20'")
    report = health.health_report(desk.db, NOW)
    assert [each.source_id for each in report.quiet] == ["relay"]


def test_the_pace_of_a_source_is_by_week_where_it_is_slow_and_by_day_where_not(desk):
    report = sources.source_report(desk.db, "gazette")
    scale, weeks = report.scale, report.pace
    assert (scale, len(weeks), weeks[-1]) == ("Week of", 52, ("2026-11-16", 2))
    for number in range(30):
        held = lease(desk, f"https://gazette.example/more-{number}")
        text = f"What happened as number {number} was of another kind, and {number} people saw it. " * 9
        desk.file([candidate(held, text, fetched=NOW + timedelta(days=1, minutes=number))])
    report = sources.source_report(desk.db, "gazette")
    assert (report.scale, len(report.pace), report.pace[-2:]) == ("Day", 60, (("2026-11-22", 2), ("2026-11-23", 30)))


def test_windows_find_the_first_row_of_a_time(desk):
    assert first_id(desk.db, "articles", "2020") == 1
    assert first_id(desk.db, "articles", iso(NOW - timedelta(minutes=34))) == 2
    assert first_id(desk.db, "articles", "2027") == 5
    assert first_id(desk.db, "polls", "2027") == 3
    assert first_id(desk.db, "revisions", AT) == 5


# canned queries


@pytest.mark.parametrize("name", canned_queries())
def test_a_canned_query_answers_in_datasette_and_on_the_command_line(desk, name):
    add_functions(desk.db.conn)
    query = canned_queries()[name]
    cursor = desk.db.execute(query.sql, bind_parameters(query, {}))
    names, here = [column[0] for column in cursor.description], cursor.fetchall()
    assert len(set(names)) == len(names)
    (answer,) = get(desk.folder / "news.db", f"/news/{name}.json?_shape=arrays")
    assert answer.status_code == 200, answer.text
    assert [tuple(row) for row in answer.json()["rows"]] == here


@pytest.mark.parametrize(
    ("name", "told", "expected"),
    [
        ("coverage_by_country", {}, [("Estonia", None, 4, 4), ("Finland", None, 2, 0)]),
        ("coverage_by_country_and_week", {"country": "fi"}, [("2026-11-16", "Finland", 2, 0, 50.0)]),
        ("co_mentions", {}, [("Estonia", "Finland", 2, 0)]),
        ("who_mentions_whom", {"name": "finland"}, [("The Gazette", "Finland", "country", 1, 1, 50.0)]),
        ("share_of_voice", {"country": "FI"}, [(None, 2, 100.0, 100.0, 1.0)]),
        ("fastest_sources", {}, [("The Gazette", 1, 1, 100.0, 45.0)]),
        ("who_follows_whom", {}, [("The Relay", "The Gazette", 1, 0.0)]),
        ("languages", {}, [("en", 4, 100.0, 2, 0.8, None)]),
        ("topics_over_time", {"topic": "Naval"}, [("2026-11-16", "naval", 4, 100.0)]),
        ("deleted_articles", {}, [("2026-11-22T11:30:00Z",)]),
        ("silent_edits", {}, [("2026-11-22T11:30:00Z",)]),
        ("biggest_revisions", {}, [(None, "2026-11-22T11:30:00Z")]),
        ("corrections", {}, []),
        ("new_names", {}, [("Estonia", "country", 4, 2), ("Finland", "country", 2, 2)]),
        ("most_carried_stories", {}, [(2, 2, "The treaty <b>& co</b>", "The Gazette")]),
        ("agency_dependence", {}, [("The Relay", None, 2, 0, 1, 50.0), ("The Gazette", None, 2, 0, 0, 0.0)]),
    ],
)
def test_what_a_canned_query_answers(desk, name, told, expected):
    query = canned_queries()[name]
    found = desk.db.execute(query.sql, bind_parameters(query, told)).fetchall()
    sources = dict(desk.db.execute("SELECT id, name FROM sources").fetchall())
    assert len(found) >= len(expected)
    for row, wanted in zip(found, expected, strict=False):
        wanted = [{"The Gazette": sources["gazette"], "The Relay": sources["relay"]}.get(cell, cell) for cell in wanted]
        assert [cell if want is not None else None for cell, want in zip(row, wanted, strict=False)] == wanted


@pytest.mark.parametrize("name", ["languages", "biggest_revisions", "topics_over_time"])
def test_more_days_than_the_calendar_has_are_all_of_them(desk, name):
    query = canned_queries()[name]
    assert desk.db.execute(query.sql, bind_parameters(query, {"days": "999999999"})).fetchall()


def test_an_edit_that_the_page_owns_to_is_not_silent(desk):
    query = canned_queries()["silent_edits"]
    assert len(desk.db.execute(query.sql, bind_parameters(query, {})).fetchall()) == 1
    desk.db.execute("UPDATE articles SET modified = '2026-11-22T11:29:00Z'")
    assert desk.db.execute(query.sql, bind_parameters(query, {})).fetchall() == []


def test_a_query_of_the_user_stands_before_ours(desk):
    metadata = {"databases": {"news": {"queries": {"languages": {"sql": "select 'mine' as whose"}}}}}
    for answer in get(desk.folder / "news.db", *["/news/languages.json?_shape=arrays"] * 2, metadata=metadata):
        assert answer.json()["rows"] == [["mine"]]


def test_another_database_has_none_of_our_queries(desk, tmp_path):
    with database(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE t (a)")
    (answer,) = get(tmp_path / "other.db", "/other/languages.json")
    assert answer.status_code == 404


BIG = {
    "articles",
    "mentions",
    "article_topics",
    "revisions",
    "links",
    "polls",
    "stories",
    "copies",
    "article_verdicts",
    "pages",
}


def scans(db, sql, values) -> list[str]:
    """The steps of a query's plan that read a big table whole."""
    aliases = {alias: table for table, alias in re.findall(r"(?:FROM|JOIN) (\w+)(?: AS (\w+))?", sql)} | {
        each: each for each in BIG
    }
    steps = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()]
    # a partial index holds few; one that ends at its first row is no scan of a table
    partial = ("articles_that_are_gone", "revisions_that_changed", "stories_carried", "links_fresh")
    return [
        step for step in steps
        if step.startswith("SCAN ") and aliases.get(step.split()[1]) in BIG and not any(name in step for name in partial)
    ]  # fmt: skip


@pytest.mark.parametrize("name", canned_queries())
def test_no_canned_query_reads_a_big_table_whole(desk, name):
    add_functions(desk.db.conn)
    query = canned_queries()[name]
    assert scans(desk.db, query.sql, bind_parameters(query, {})) == []


def test_the_plan_of_a_whole_scan_is_seen(desk):
    assert scans(desk.db, "SELECT count(*) FROM articles WHERE word_count > 5", {})


@pytest.mark.parametrize(
    "ask",
    [
        frontpage.front_page,
        sources.source_list,
        lambda db: sources.source_report(db, "relay"),
        lambda db: health.health_report(db, NOW),
        runs.newest_runs,
        lambda db: runs.run_report(db, 1),
    ],
    ids=["front", "sources", "source", "health", "runs", "run"],
)
def test_no_page_reads_a_big_table_whole(desk, ask):
    asked = []
    desk.db.conn.set_trace_callback(asked.append)
    ask(desk.db)
    desk.db.conn.set_trace_callback(None)
    whole = [
        (sql, found)
        for sql in asked
        if sql.strip().upper().startswith(("SELECT", "WITH")) and (found := scans(desk.db, sql, {}))
    ]
    assert whole == []
    assert len(asked) > 0


def test_a_parameter_without_description_is_an_error():
    with pytest.raises(ValueError, match="days is not described"):
        parse("x", "-- Title\n-- What.\nSELECT ${days}")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"dayz": "1"}, "has no parameter dayz; it has: name, days, limit"),
        ({"days": "a week"}, "is a number, not 'a week'"),
        ({"days": "-3"}, "is a number"),
        ({"limit": "9" * 30}, "is a number"),
    ],
)
def test_wrong_parameters_are_named(told, words):
    with pytest.raises(QueryError, match=re.escape(words)):
        bind_parameters(canned_queries()["who_mentions_whom"], told)


def test_the_command_runs_queries_by_name(desk, tmp_path):
    def ask(*words):
        return command("sql", *words, "--archive", desk.folder, cwd=tmp_path)

    listed = ask("--list")
    assert all(f"{name}: " in listed.stdout for name in canned_queries())
    assert {row["name"] for row in json.loads(ask("--list", "--json").stdout)} == set(canned_queries())
    found = json.loads(ask("who_mentions_whom", "-p", "name", "Finland", "-p", "limit", "1", "--json").stdout)
    assert [row["mentions"] for row in found] == ["Finland"]
    assert json.loads(ask("select :a as a", "-p", "a", "x", "--json").stdout) == [{"a": "x"}]
    assert json.loads(ask("search", "-p", "q", "frigat*", "--json").stdout)[0]["title"] == "The frigates <b>& co</b>"
    assert ask("languages", "--show").stdout.startswith("SELECT")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["most_carried"], "did you mean most_carried_stories?"),
        (["zzzz"], "`newscrawler sql --list` shows them"),
        (["languages", "-p", "q", "x"], "languages has no parameter q; it has: days"),
        (["select :a"], "tell it with -p NAME VALUE"),
        ([], "name a query"),
    ],
)
def test_a_wrong_query_is_one_line(desk, tmp_path, words, said):
    done = command("sql", *words, "--archive", desk.folder, cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


# the folder's metadata


def test_metadata_that_nobody_edited_is_renewed(tmp_path):
    folder = tmp_path / "archive"
    furnish(folder)
    shipped, file = (folder / "metadata.json").read_bytes(), folder / "metadata.json"
    assert is_unedited(file)
    told = json.loads(shipped)
    told["title"] = "An older title"
    told["plugins"]["newscrawler"]["made"] = made(told)
    file.write_text(json.dumps(told), encoding="utf-8")
    furnish(folder)
    assert file.read_bytes() == shipped


@pytest.mark.parametrize("text", ['{"title": "Mine"}', "[]", "not json", ""])
def test_metadata_of_the_user_stays(tmp_path, text):
    folder = tmp_path / "archive"
    furnish(folder)
    (folder / "metadata.json").write_text(text, encoding="utf-8")
    furnish(folder)
    assert (folder / "metadata.json").read_text(encoding="utf-8") == text


def test_metadata_with_settings_of_the_user_stays(tmp_path):
    folder = tmp_path / "archive"
    furnish(folder)
    told = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    told["plugins"]["newscrawler"]["content_security_policy"] = "default-src 'self'"
    (folder / "metadata.json").write_text(json.dumps(told), encoding="utf-8")
    assert not is_unedited(folder / "metadata.json")


def test_edited_metadata_stays(tmp_path):
    folder = tmp_path / "archive"
    furnish(folder)
    file = folder / "metadata.json"
    file.write_text(file.read_text(encoding="utf-8").replace("News archive", "Our archive"), encoding="utf-8")
    furnish(folder)
    assert "Our archive" in file.read_text(encoding="utf-8")


def test_the_map_has_a_square_for_every_state():
    layout = shipped_layout()
    assert len(layout) > 190
    assert len(set(layout.values())) == len(layout)
    assert {"US", "TW", "PS", "XK", "UA", "NZ"} <= layout.keys()
