"""Hostile hosts beside the demo newspaper, in one crawl and one a day later: a test for each case in `cases/`."""

import pytest
from conftest import NOW, command, database, warcio_check
from crawling import Outcome, filled, read_cases, run_both, title_of, words_of
from filelock import FileLock
from hosts import CANARY

from newscrawler.demo import site
from newscrawler.demo.server import DemoWeb

CASES = read_cases()
FIRST, LATER = 0, 1
KNOWN = {
    "links", "asked", "count", "most", "endpoint", "nowhere", "never", "requests", "no_file", "once", "articles", "fields", "text", "without",
    "longest", "one_story", "revisions", "same_texts", "waits_at_most", "polled_within", "canary",
}  # fmt: skip


@pytest.fixture(scope="session")
def outcome(tmp_path_factory, worker_id) -> Outcome:
    """The two crawls, made once for all who test at once."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "hostile"
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "outcome.json").exists():
            with DemoWeb(NOW) as demo:
                run_both(folder, demo)
        return Outcome.load(folder)


def links(outcome, case, when):
    """address (own ones as paths) -> "state failure" of a case's links."""
    base = outcome.words[case.name]["base"]
    found = outcome.rows(when, "SELECT url, state, coalesce(failure, '') FROM links WHERE source_id = ?", case.name)
    return {url.removeprefix(base): f"{state} {failure}".strip() for url, state, failure in found}


def matching(found, wanted):
    """The one address that is `wanted`, which may begin or end with %."""
    bare = wanted.strip("%")
    return [
        url for url in found
        if url == wanted or (wanted.startswith("%") and wanted.endswith("%") and bare in url)
        or (wanted.startswith("%") and url.endswith(bare)) or (wanted.endswith("%") and url.startswith(bare))
    ]  # fmt: skip


def check(outcome, case, when, expect):
    """All that a case expects of its host after a crawl."""
    words = outcome.words[case.name]
    found = links(outcome, case, when)
    for wanted, state in expect.get("links", {}).items():
        urls = matching(found, wanted)
        if state == "absent":
            assert not urls, found
        else:
            assert len(urls) == 1, (wanted, found)
            assert found[urls[0]] == state, (wanted, found)
    asked = [path for host, path, _, _ in outcome.logs[when] if host == case.host]
    for path, times in expect.get("asked", {}).items():
        assert asked.count(path) == times, asked
    if "count" in expect:
        assert len(found) == expect["count"], found
    if "most" in expect:
        assert len(found) <= expect["most"], len(found)
    if "endpoint" in expect:
        sql = "SELECT trim(state || ' ' || coalesce(failure, '')) FROM endpoints WHERE source_id = ? AND parent_id IS NULL"
        assert outcome.rows(when, sql, case.name) == [(expect["endpoint"],)]
    if "nowhere" in expect:
        with database(outcome.folder / f"after-{when}" / "news.db") as db:
            assert not [line for line in db.iterdump() if expect["nowhere"] in line and case.host in line]
    if "requests" in expect:
        assert len(asked) <= expect["requests"]
    if "no_file" in expect:
        assert not [path for path in outcome.folder.rglob("*") if expect["no_file"] in path.name]
    if "once" in expect:
        text = "\n".join(words_of(expect["once"]))
        assert (
            outcome.rows(when, "SELECT count(*) FROM articles WHERE source_id = ? AND text = ?", case.name, text)[0][0] <= 1
        )
    if "one_story" in expect:
        text = "\n".join(words_of(expect["one_story"]))
        told = outcome.rows(when, "SELECT count(*), count(DISTINCT story_id) FROM articles WHERE text = ?", text)
        news = "SELECT count(*) FROM links WHERE source_id = ? AND reason LIKE 'new%' AND url NOT LIKE '%/good'"
        assert (told[0][1], outcome.rows(when, news, case.name)) == (1, [(1,)])
    unknown = expect.keys() - KNOWN
    assert not unknown
    check_times(outcome, case, when, expect)
    check_articles(outcome, case, when, expect, words["base"])


def check_articles(outcome, case, when, expect, base):
    sql = "SELECT * FROM articles WHERE source_id = ?"
    columns = [row[1] for row in outcome.rows(when, "PRAGMA table_info(articles)")]
    stored = [dict(zip(columns, row, strict=True)) for row in outcome.rows(when, sql, case.name)]
    by_path = {each["url"].removeprefix(base): each for each in stored}
    if "articles" in expect:
        assert by_path.keys() - {"/good"} == set(expect["articles"]), by_path.keys()
    for path, fields in expect.get("fields", {}).items():
        got = {name: by_path[path][name] for name in fields}
        assert got == {name: None if value == "NULL" else value for name, value in fields.items()}
    for path, parts in expect.get("text", {}).items():
        assert not [part for part in parts if part not in by_path[path]["text"]]
    for path, parts in expect.get("without", {}).items():
        assert not [part for part in parts if part in by_path[path]["text"]]
    if "longest" in expect:
        assert not [name for each in stored for name, value in each.items() if len(str(value)) > expect["longest"]]
    if "revisions" in expect:
        sql = "SELECT substr(a.url, ?), r.change FROM revisions r JOIN articles a ON a.id = r.article_id WHERE a.source_id = ? AND r.change <> 'new'"
        assert dict(outcome.rows(when, sql, len(base) + 1, case.name)) == expect["revisions"]
    if "never" in expect:
        sql = "SELECT r.change FROM revisions r JOIN articles a ON a.id = r.article_id WHERE a.source_id = ?"
        assert not {row[0] for row in outcome.rows(when, sql, case.name)} & set(expect["never"])
    if expect.get("same_texts"):
        sql = "SELECT url, text FROM articles WHERE source_id = ? ORDER BY url"
        assert outcome.rows(FIRST, sql, case.name) == outcome.rows(LATER, sql, case.name)


def check_times(outcome, case, when, expect):
    """That nothing is put off for ever, counted from when the crawl began."""
    columns = {"waits_at_most": ("next_try", "links"), "polled_within": ("next_poll", "endpoints")}
    for name, (column, table) in columns.items():
        if name in expect:
            sql = f"SELECT julianday({column}) - julianday((SELECT max(started) FROM runs)) FROM {table} WHERE source_id = ?"
            days = [row[0] for row in outcome.rows(when, sql, case.name) if row[0] is not None]
            assert max(days) <= expect[name]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(outcome, case):
    given = filled(case.given, outcome.words[case.name])
    first = given.get("expect", {})
    check(outcome, case, FIRST, first)
    later = given.get("expect_later", {name: first[name] for name in ("articles",) if name in first})
    check(outcome, case, LATER, later if "never" in later else {"revisions": {}} | later)


@pytest.mark.parametrize("case", [case for case in CASES if not case.given.get("alone")], ids=lambda case: case.name)
def test_the_good_article_beside_it(outcome, case):
    """Whatever a host does, its good article is stored whole, once, and never "revised" by it."""
    base = outcome.words[case.name]["base"]
    for when in (FIRST, LATER):
        sql = "SELECT id, title, text, published, authors FROM articles WHERE url = ?"
        ((number, title, text, published, authors),) = outcome.rows(when, sql, f"{base}/good")
        assert (title, published, authors) == (title_of(f"{case.name}/good"), None, "[]")
        assert text.split("\n") == words_of(f"{case.name}/good")
        assert outcome.rows(when, "SELECT change FROM revisions WHERE article_id = ?", number) == [("new",)]


@pytest.mark.parametrize("when", [FIRST, LATER])
def test_the_newspaper_is_exact(outcome, when):
    stories = {each.slug: each for each in site.read_stories(site.shipped_articles(), NOW, 1)}
    found = outcome.rows(when, "SELECT url, title, text FROM articles WHERE source_id = 'harbour-gazette'")
    assert len(found) == len({url for url, _, _ in found}) >= 5
    for url, title, text in found:
        story = stories[url.rpartition("/")[2].partition("?")[0]]
        assert title == story.title
        assert text.split("\n")[-len(story.paragraphs) :] == list(story.paragraphs)


@pytest.mark.parametrize("when", [FIRST, LATER])
def test_the_archive_is_whole(outcome, when):
    folder = outcome.folder / f"after-{when}"
    assert outcome.rows(when, "PRAGMA integrity_check") == [("ok",)]
    assert outcome.rows(when, "PRAGMA foreign_key_check") == []
    assert outcome.rows(when, "SELECT count(*) - count(DISTINCT url_key) FROM articles") == [(0,)]
    assert warcio_check(folder) == (0, "")
    told = command("doctor", "--archive", folder, cwd=folder.parent)
    assert (
        "wrong" not in [line.split()[0] for line in told.stdout.splitlines() if "pages were fetched later" not in line][:-1]
    )


def test_nobody_asked_the_forbidden_address(outcome):
    for log in outcome.logs:
        assert not [each for each in log if each[2] == CANARY or each[0] == CANARY]


@pytest.mark.parametrize("when", [FIRST, LATER])
def test_a_crawl_of_all_that_says_one_line_a_thing(outcome, when):
    code, stderr = outcome.ended[when]
    assert code == 3, stderr  # some sources failed
    assert "Traceback" not in stderr
    assert not [character for character in stderr if ord(character) < 32 and character != "\n"]
    assert max(map(len, stderr.splitlines())) < 500


def test_the_victims_articles_are_its_own(outcome):
    sql = "SELECT source_id, title, authors, published, text FROM articles WHERE url LIKE 'http://victim.example:%' ORDER BY url"
    for when in (FIRST, LATER):
        other, story = outcome.rows(when, sql)
        assert other == ("victim", title_of("victim/other"), "[]", None, "\n".join(words_of("victim/other")))
        assert story == ("victim", title_of("victim/story"), '["Ada Wren"]', None, "\n".join(words_of("victim/story")))


def test_there_are_cases_enough():
    assert len(CASES) >= 80
    assert len({number for case in CASES for number in case.guarantees}) >= 15
    assert all(case.why and case.guarantees for case in CASES)
