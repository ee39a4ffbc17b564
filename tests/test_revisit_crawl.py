"""Second looks over HTTP: conditional requests, pages that are gone, and what the command shows of changes."""

import io
import json
import re
import shutil

import pytest
from conftest import DEMO, command, database, lines, newscrawler, warcio_check
from test_crawl import HTML, feed, page, site  # noqa: F401 a fixture

from newscrawler.cli.diff import _lines
from newscrawler.config import Config, parse_config
from newscrawler.demo.site import Answer
from newscrawler.errors import ConfigError
from newscrawler.items import DueEndpoint, Lease
from newscrawler.reports.articles import ArticleState
from newscrawler.revisions.worddiff import word_diff
from newscrawler.spiders.asking import _conditions
from newscrawler.storage.warc.reading import read_records

PATHS = (
    "/tag",
    "/date",
    "/missing",
    "/withdrawn",
    "/wall",
    "/soft",
    "/home",
    "/edited",
    "/busy",
    "/back",
    "/blocked",
    "/other",
)


def make_due(site):  # noqa: F811
    """An hour goes by."""
    with database(site.archive / "news.db") as db:
        db.execute("UPDATE revisits SET next_visit = '2026-01-01T00:00:00Z', last_visit = '2026-01-01T00:00:00Z'")
    site.web.log.clear()


def test_a_second_look_over_http(site):  # noqa: F811
    for path in PATHS:
        site.serve(path, page(f"Article{path}"))
    site.serve("/date", Answer(200, HTML, page("Date").body, (("Last-Modified", "Sun, 22 Nov 2026 11:00:00 GMT"),)))
    site.links(*PATHS)
    assert site.crawl().returncode == 0
    before = dict(site.rows("SELECT url, text FROM articles"))

    # right after it nothing is asked again
    site.web.log.clear()
    assert site.crawl().returncode == 0
    assert [target for _, target, _ in site.web.log if target in PATHS] == []

    make_due(site)
    assert site.crawl("--no-revisits").returncode == 0
    assert [target for _, target, _ in site.web.log if target in PATHS] == []

    site.serve("/missing", Answer(404, HTML, b"gone fishing"))
    site.serve("/withdrawn", Answer(410, HTML, b"gone"))
    site.serve(
        "/wall", page("Article/wall", "Article/wall would sail. Please log in to continue reading what we know of it.")
    )
    site.serve("/soft", page("Page not found", "We looked everywhere, and there is no such page here at all."))
    site.web.redirects["/home"] = f"{site.base}/"
    site.serve("/edited", page("Article/edited", page("Article/edited").body.decode().partition("<p>")[2].partition("</p>")[0]
                               .replace("four frigates", "five frigates") + "</p><p>Correction: There are five frigates."))  # fmt: skip
    site.serve(
        "/blocked", page("Attention Required! | Cloudflare", "Sorry, you have been blocked. You cannot read this page.")
    )
    other = [f"On day {n} the council spoke of schools, bread and trains, and came to no decision at all." for n in range(9)]
    site.serve("/other", page("Gazette, all the news", "</p><p>".join(other)))
    site.serve("/busy", Answer(503, HTML, b"later"))
    site.serve("/back", Answer(404, HTML, b"for now"))
    done = site.crawl()
    assert done.returncode == 0, done.stderr
    assert "s0: 0 new, 1 revised, 0 duplicate, 0 off-topic, 0 failed, 2 unchanged, 5 gone, 4 to try again" in lines(done)
    statuses = {target: status for _, target, status in site.web.log}
    assert (statuses["/tag"], statuses["/date"], statuses["/missing"]) == (304, 304, 404)
    confirmed = site.rows(
        "SELECT replace(url, rtrim(url, replace(url, '/', '')), '/'), confirmations.status FROM confirmations JOIN pages "
        "ON pages.id = page_id ORDER BY 1"
    )
    assert confirmed == [("/date", 304), ("/tag", 304)]
    assert warcio_check(site.archive) == (0, "")
    raw = b"".join(path.read_bytes() for path in sorted((site.archive / "pages").iterdir()))
    [info, *records] = read_records(io.BytesIO(raw))
    assert b"http-header-user-agent: newscrawler/" in info.block
    assert b"robots: RFC 9309, obeyed" in info.block
    asked = [each for each in records if each.type == "request"]
    assert len(asked) == sum(each.type == "response" for each in records)
    assert all(b"\r\nUser-Agent: newscrawler/" in each.block for each in asked)
    gone = dict(site.rows("SELECT replace(url, rtrim(url, replace(url, '/', '')), '/'), gone_reason FROM articles"))
    assert gone == {
        "/tag": None, "/date": None, "/edited": None, "/busy": None, "/blocked": None, "/other": None, "/wall": None,
        "/missing": "HTTP 404, not found", "/withdrawn": "HTTP 410, gone", "/back": "HTTP 404, not found",
        "/soft": 'no article: a page that was not found: it says "page not found"',
        "/home": "no article: redirected to the home page",
    }  # fmt: skip
    (wall,) = site.rows("SELECT revisits.reason FROM revisits JOIN articles ON id = article_id WHERE url LIKE '%/wall'")
    assert wall[0].startswith("no article: a page that asks to log in or to pay: it says ")
    after = dict(site.rows("SELECT url, text FROM articles"))
    assert {url for url in after if after[url] != before[url]} == {f"{site.base}/edited"}
    (change,) = site.rows("SELECT change, reason FROM changes WHERE change NOT IN ('gone', 'doubtful')")
    assert change == (
        "corrected", '1 sentence added, 4 reworded; notice: "Correction: There are five frigates."'
    )  # fmt: skip
    assert site.rows("SELECT url LIKE '%/other' FROM changes, articles WHERE articles.id = article_id AND change = 'doubtful'") == [
        (1,)
    ]  # fmt: skip
    assert site.rows("SELECT DISTINCT state FROM links") == [("done",)]

    site.serve("/back", page("Article/back"))
    make_due(site)
    assert site.crawl().returncode == 0
    assert site.rows("SELECT count(*) FROM articles WHERE url LIKE '%/back' AND gone_since IS NULL") == [(1,)]
    assert statuses["/tag"] == 304
    assert [status for _, target, status in site.web.log if target == "/back"] == [200]  # asked without conditions
    assert site.rows("PRAGMA foreign_key_check") == []


def test_new_articles_are_asked_before_known_ones(site):  # noqa: F811
    old, new = [f"/old{n}" for n in range(6)], [f"/new{n}" for n in range(6)]
    for path in (*old, *new):
        site.serve(path, page(f"Article{path}"))
    site.links(*old)
    site.crawl()
    make_due(site)
    site.links(*old, *new)
    (site.archive.parent / "newscrawler.toml").write_text("revisits = 3\n")
    assert site.crawl().returncode == 0
    asked = [target for _, target, _ in site.web.log if target in (*old, *new)]
    assert len(asked) == 9  # three old ones, as newscrawler.toml says
    assert asked[-1] in old
    assert (
        sum(asked.index(path) for path in asked if path in new) < sum(asked.index(path) for path in asked if path in old) * 2
    )


def test_save_says_that_a_page_is_gone(site):  # noqa: F811
    site.serve("/a", page("A"))
    common = ["--archive", site.archive, *DEMO]
    newscrawler("save", f"{site.base}/a", *common, cwd=site.archive.parent)
    site.serve("/a", Answer(410, HTML, b""))
    done = newscrawler("save", f"{site.base}/a", *common, cwd=site.archive.parent)
    assert done.returncode == 4
    assert f"{site.base}/a: gone: HTTP 410, gone" in lines(done)
    shown = command("show", "1", "--archive", site.archive, cwd=site.archive.parent).stdout
    assert re.search(r"^gone +since 20\S+: HTTP 410, gone$", shown, re.MULTILINE)
    assert re.search(r"^revision +2 20\S+ gone, 0 characters: HTTP 410, gone$", shown, re.MULTILINE)
    assert re.search(r"^next look +20", shown, re.MULTILINE)


def test_conditions_are_what_the_server_said():
    assert _conditions(Lease(1, "a", "https://a.example/")) == {}
    assert _conditions(Lease(1, "a", "https://a.example/", etag='W/"1"')) == {"If-None-Match": 'W/"1"'}
    assert _conditions(DueEndpoint(1, "a", "rss", "https://a.example/", last_modified="Sun")) == {"If-Modified-Since": "Sun"}


@pytest.mark.parametrize(
    ("toml", "expected"), [("", 200), ("revisits = true", 200), ("revisits = false", 0), ("revisits = 7", 7)]
)
def test_how_many_is_a_setting(toml, expected):
    assert parse_config(toml).revisits == expected
    assert Config().revisits == 200


@pytest.mark.parametrize("value", ["-1", '"many"', "1.5", "1000000"])
def test_a_wrong_setting_is_said(value):
    with pytest.raises(ConfigError, match=r"revisits = .* is not a whole number from 0 to 100000, true or false"):
        parse_config(f"revisits = {value}")


# --- show --diff


@pytest.fixture
def changed(demo_run, tmp_path):
    """(folder with the demo's archive, its changed article, that one's revisions)."""
    shutil.copytree(demo_run / "demo-archive", tmp_path / "archive")
    with database(tmp_path / "archive" / "news.db") as db:
        (article,) = db.execute("SELECT article_id FROM changes").fetchone()
        revisions = [row[0] for row in db.execute("SELECT id FROM revisions WHERE article_id = ? ORDER BY id", [article])]
    return tmp_path, article, revisions


def test_the_last_change(changed):
    folder, article, (first, last) = changed
    done = command("show", article, "--diff", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert f"revision {first} (" in done.stdout
    assert "The two pilots [-were taken to-]{+left+} hospital" in done.stdout
    assert "\x1b" not in done.stdout
    back = command("show", article, "--diff", "--from", last, "--to", first, cwd=folder).stdout
    assert "[-left-]{+were taken to+} hospital" in back


def test_a_diff_as_json(changed):
    folder, article, (first, last) = changed
    found = json.loads(command("show", article, "--diff", "--json", cwd=folder).stdout)
    assert (found["article_id"], found["from"]["id"], found["to"]["id"]) == (article, first, last)
    assert found["to"]["reason"]
    assert ["removed", "were taken to"] in found["text"][0]
    shown = json.loads(command("show", article, "--json", cwd=folder).stdout)
    assert [each["change"] for each in shown["revisions"]] == ["new", "revised"]
    assert shown["revisits"]["next_visit"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ARTICLE", "--diff", "--to", "9999"], 1, "has no text of a revision 9999; it has "),
        (["ARTICLE", "--diff", "--from", "9999"], 1, "has no text of a revision 9999; it has "),
        (["ARTICLE", "--diff", "--to", "FIRST"], 1, "say with --from what to compare it with"),
        (["ARTICLE", "--from", "1"], 2, "--from and --to choose what --diff compares; add --diff"),
        (["ARTICLE", "--diff", "--raw"], 2, "leave one of them out"),
        (["ARTICLE", "--diff", "--from", "x"], 2, "'x' is not a valid integer"),
        (["UNCHANGED", "--diff"], 1, "has one state only: it has not changed since we first had it"),
        (["999", "--diff"], 1, "there is no article 999; `newscrawler search` shows the ids"),
    ],
)
def test_wrong_diffs_are_one_line(changed, arguments, code, message):
    folder, article, (first, _) = changed
    values = {"ARTICLE": article, "FIRST": first, "UNCHANGED": article % 17 + 1}
    done = command("show", *(values.get(each, each) for each in arguments), cwd=folder)
    assert (done.returncode, len(lines(done)), done.stdout) == (code, 1, "")
    assert message in done.stderr


def test_a_terminal_has_colours_and_a_pipe_has_marks():
    state = ArticleState(1, "2026-11-22T12:00:00Z", None, "revised", "why", "T", "Same.")
    text = word_diff("Same.\nTwo ships.\nEnd.", "Same.\nTen ships.\nEnd.")
    plain = "\n".join(_lines(7, (state, state), word_diff("T", "T"), text, coloured=False))
    assert plain.endswith("\nT\n\n… 1 paragraph as before …\n\n[-Two-]{+Ten+} ships.\n\n… 1 paragraph as before …")
    coloured = "\n".join(_lines(7, (state, state), word_diff("T", "T"), text, coloured=True))
    assert "\x1b[31m\x1b[9mTwo\x1b[0m\x1b[32m\x1b[1mTen\x1b[0m ships." in coloured
    assert "[-" not in coloured
