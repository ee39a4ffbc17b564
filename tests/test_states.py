"""An article's whole life: each state a page that proves itself, citations of one state, lists of what publishers changed."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from conftest import NOW, candidate, lease
from reading_room import Visitor

from newscrawler.cli import main
from newscrawler.dates import iso
from newscrawler.items import Mention
from newscrawler.reports import changes, states
from newscrawler.reports.queries import bind_parameters, canned_queries
from newscrawler.search.related import related
from newscrawler.storage.archive import Archive
from newscrawler.storage.warc.records import digest_of

ROOT = Path(__file__).parent.parent
ATOM = {"a": "http://www.w3.org/2005/Atom"}
FIRST = "The council agreed on twelve ships. They are to be built in two yards, and the crews will train from next spring."
THEN = FIRST.replace("twelve", "fourteen")
CORRECTED = f"{THEN}\nCorrection: an earlier version of this article said that the ships would be built in one yard."


@pytest.fixture(scope="module")
def demo(demo_run, tmp_path_factory):
    """The demo's archive, whose pages are stored, with an article taken away and one changed long after."""
    import shutil

    folder = tmp_path_factory.mktemp("states") / "archive"
    shutil.copytree(demo_run / "demo-archive", folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An archive in which articles change silently, are corrected, go and come back."""
    folder = tmp_path_factory.mktemp("life") / "archive"
    with Archive.open(folder) as archive:
        from conftest import SOURCES

        from newscrawler.storage.sites.sources import sync_sources

        sync_sources(archive, SOURCES)
        archive.frontier.restrict([each.id for each in SOURCES])
        for hours, text in ((0, FIRST), (2, THEN), (30, CORRECTED)):
            archive.file(
                [
                    _at(
                        archive,
                        "https://gazette.example/ships",
                        text,
                        hours,
                        "Twelve ships" if not hours else "Fourteen ships",
                    )
                ]
            )
        archive.file(
            [
                _at(
                    archive,
                    "https://relay.example/quay",
                    "A quay was opened by the mayor on Monday, with a band.",
                    0,
                    "A quay",
                    "relay",
                )
            ]
        )
        with archive.transaction():
            db = archive.db
            db.execute(
                "UPDATE articles SET gone_since = ?, gone_reason = 'HTTP 410' WHERE id = 2", [iso(NOW + timedelta(days=3))]
            )
            db.execute(
                "INSERT INTO article_states (article_id, seen, change, title, text, content_hash, reason) VALUES (2, ?, 'gone', 'A quay', '', '', 'HTTP 410')",
                [iso(NOW + timedelta(days=3))],
            )
    return folder


def _at(archive, url, text, hours, title, source="gazette"):
    return replace(
        candidate(
            lease(archive, url, source), text, title=title, published="2026-01-10", fetched=NOW + timedelta(hours=hours)
        ),
    )


@pytest.fixture(scope="module")
def room(folder):
    visitor = Visitor(folder / "news.db")
    yield visitor
    visitor.close()


def rows(folder, sql):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return db.execute(sql).fetchall()


def test_every_state_has_a_page_with_its_own_words_time_and_hash(folder, room):
    found = rows(folder, "SELECT id, article_id, coalesce(last_seen, seen), text, content_hash, change FROM revisions")
    assert len(found) >= 5
    for id_, article, at, text, content_hash, change in found:
        page = room.get(f"/article/{article}/at/{id_}")
        assert page.status_code == 200
        assert f'datetime="{at}"' in page.text
        if change != "gone":
            assert text.splitlines()[0] in page.text
            assert content_hash in page.text
            assert f"newscrawler show {article} --at {id_}" in page.text


def test_a_citation_names_one_state_in_all_its_forms(folder, room):
    for id_, article, at, title, content_hash in rows(
        folder, "SELECT id, article_id, coalesce(last_seen, seen), title, content_hash FROM revisions WHERE change <> 'gone'"
    ):
        page = room.get(f"/article/{article}/at/{id_}").text
        forms = [re.search(rf'id="{name}"[^>]*>(.*?)</p', page, re.DOTALL)[1] for name in ("citation",)]
        forms += [re.search(rf'<pre id="{name}"[^>]*>(.*?)</pre>', page, re.DOTALL)[1] for name in ("bibtex", "csl")]
        for form in forms:
            assert title in form
            assert content_hash in form
            assert at in form
            assert f"state {id_} of article {article}" in form
        item = json.loads(forms[2].replace("&#34;", '"'))[0]
        assert item["accessed"] == {"date-parts": [[int(part) for part in at[:10].split("-")]]}


def test_an_article_is_cited_by_the_state_that_it_shows(folder, room):
    page = room.get("/article/1").text
    ((id_, at, content_hash),) = rows(
        folder,
        "SELECT id, coalesce(last_seen, seen), content_hash FROM revisions WHERE article_id = 1 ORDER BY id DESC LIMIT 1",
    )
    citation = re.search(r'id="citation">(.*?)</p', page, re.DOTALL)[1]
    assert (at in citation, content_hash in citation, f"state {id_}" in citation) == (True, True, True)
    ((current,),) = rows(folder, "SELECT content_hash FROM articles WHERE id = 1")
    assert current == content_hash
    for (revision,) in rows(folder, "SELECT id FROM revisions WHERE article_id = 1"):
        assert f'href="/article/1/at/{revision}"' in page
    assert "10 months after it appeared" in page


def test_a_gone_article_says_so_and_leads_to_its_words(folder, room):
    ((gone,),) = rows(folder, "SELECT id FROM revisions WHERE change = 'gone'")
    page = room.get("/article/2").text
    assert "Gone from its address since" in page
    for address in set(re.findall(r'href="(/article/2/[^"]+)"', page)):
        if "/raw" not in address:
            assert room.get(address.replace("&amp;", "&")).status_code == 200, address
    state = room.get(f"/article/2/at/{gone}").text
    assert "had the article no more" in state
    last = re.search(r'href="(/article/2/at/\d+)">The last words', state)[1]
    assert "A quay was opened" in room.get(last).text


def test_the_diff_leads_to_both_states(room):
    page = room.get("/article/1/diff").text
    assert len(set(re.findall(r'href="/article/1/at/(\d+)"', page))) == 2


@pytest.mark.parametrize(
    "address", ["/article/1/at/999", "/article/2/at/1", "/article/99/at/1", "/article/1/at/x", "/article/1/at/0"]
)
def test_a_state_that_is_not_there_is_said(room, address):
    assert room.get(address).status_code == 404


def test_a_state_is_checked_against_its_bytes(demo):
    ((article, revision),) = rows(
        demo, "SELECT article_id, id FROM revisions WHERE page_id IS NOT NULL AND change <> 'gone' ORDER BY id DESC LIMIT 1"
    )
    asked = ["show", str(article), "--at", str(revision), "--archive", str(demo)]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    assert done.stdout.count("(right)") == 2
    assert json.loads(CliRunner().invoke(main, [*asked, "--json"]).stdout)["digest_is_right"] is True
    visitor = Visitor(demo / "news.db")
    page = visitor.get(f"/article/{article}/at/{revision}").text
    file, offset = re.search(r"<dt>WARC file</dt><dd>([^ ]+) <span[^>]*>offset (\d+)", page).groups()
    assert rows(demo, f"SELECT count(*) FROM pages WHERE warc_file = '{file}' AND warc_offset = {offset}") == [(1,)]
    digest = re.search(r"<dt>Digest</dt><dd>(\S+)", page)[1]
    raw = visitor.get(re.search(r'href="(/article/\d+/raw\?revision=\d+)"', page)[1]).content
    assert digest_of(raw) == digest
    visitor.close()
    with closing(sqlite3.connect(demo / "news.db")) as db, db:
        db.execute("UPDATE article_states SET text = 'Other words.' WHERE id = ?", [revision])
    wrong = CliRunner().invoke(main, asked)
    assert wrong.exit_code == 1
    assert "WRONG: these are other words" in wrong.stdout


@pytest.mark.parametrize("more", [["--diff"], ["--raw"]])
def test_one_state_is_no_diff_and_no_page(folder, more):
    assert CliRunner().invoke(main, ["show", "1", "--at", "1", *more, "--archive", str(folder)]).exit_code == 2
    done = CliRunner().invoke(main, ["show", "1", "--at", "999", "--archive", str(folder)])
    assert done.exit_code != 0


def test_the_documents_line_recomputes_a_hash(folder):
    text = (ROOT / "docs" / "revisions.md").read_text(encoding="utf-8")
    (code,) = [each for each in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "hashed" in each]
    for words, content_hash in rows(folder, "SELECT text, content_hash FROM revisions WHERE change <> 'gone'"):
        scope = {"text": words}
        exec(code, scope)
        assert scope["hashed"] == content_hash


def test_lists_of_changes_show_the_words(room):
    silent = room.get("/silent-edits").text
    assert "<del>twelve</del><ins>fourteen</ins>" in silent
    assert "Correction: an earlier version" in room.get("/corrections").text
    gone = room.get("/deletions").text
    assert "A quay" in gone
    assert "HTTP 410" in gone
    for page in (silent, gone):
        for address in set(re.findall(r'href="(/article/[^"]+)"', page)):
            assert room.get(address.replace("&amp;", "&")).status_code == 200, address


def test_lists_of_changes_are_filtered_by_source_and_days(room):
    assert "fourteen" in room.get("/silent-edits?source=gazette").text
    assert "fourteen" not in room.get("/silent-edits?source=relay").text
    assert "fourteen" not in room.get("/silent-edits?days=1").text
    assert "Nothing of this kind" in room.get("/corrections?source=relay").text
    for odd in ("?days=x", "?days=-1", "?page=0", "?page=99", "?source=%00%ff", "?days=99999999999"):
        assert room.get(f"/deletions{odd}").status_code == 200
    assert "No source called" in room.get("/deletions?source=nobody").text


@pytest.mark.parametrize(("kind", "number"), [("silent-edits", 2), ("corrections", 1), ("deletions", 1)])
def test_each_list_has_feeds(room, kind, number):
    atom = room.get(f"/{kind}.atom")
    entries = ElementTree.fromstring(atom.content).findall("a:entry", ATOM)
    assert len(entries) == number
    items = room.get(f"/{kind}.feed.json").json()["items"]
    assert [each["id"] for each in items] == [entry.find("a:id", ATOM).text for entry in entries]
    again = room.get(f"/{kind}.atom", headers={"if-none-match": atom.headers["etag"]})
    assert again.status_code == 304
    page = room.get(f"/{kind}").text
    assert f'href="/{kind}.atom"' in page


def test_the_lists_have_what_the_canned_queries_have(folder, room):
    from newscrawler.storage.database.connect import connect_for_reading

    db = connect_for_reading(folder)
    for kind, name, column in (
        ("silent-edits", "silent_edits", "seen"), ("corrections", "corrections", "seen"), ("deletions", "deleted_articles", "gone_since"),
    ):  # fmt: skip
        canned = canned_queries()[name]
        found = [(row["article_id"], row[column]) for row in db.query(canned.sql, bind_parameters(canned, {}))]
        listed = [(each.article_id, each.seen) for each in changes.published_changes(db, changes.Wanted(kind, days=90))]
        assert sorted(found) == sorted(listed), kind
    assert states.current_state(db, 1).text == CORRECTED
    assert states.current_state(db, 99) is None
    db.close()


def test_related_coverage_is_about_the_same_thing(archive):
    titles = [
        "Davis Cup final",
        "Magic cleaning",
        "Frigates for Tallinn",
        "Tallinn orders ships",
        "The council meets",
        "A harvest",
    ]
    archive.file([
        candidate(lease(archive, f"https://gazette.example/{n}"), f"Text number {n} of its own words {n * 7}.", title=title)
        for n, title in enumerate(titles)
    ])  # fmt: skip
    named = {1: ["EE"], 2: ["EE"], 3: ["EE", "RU"], 4: ["EE"], 5: ["RU", "EE"], 6: ["UA"]}
    with archive.transaction():
        for article, codes in named.items():
            for code in codes:
                each = Mention("country", code, code, 1)
                archive.db.execute("INSERT INTO mentions VALUES (?, ?, ?, ?, 1, 0)", [article, each.kind, code, code])
    assert related(archive.db, 1) == []
    assert {each.id for each in related(archive.db, 3)} == {4, 5}
