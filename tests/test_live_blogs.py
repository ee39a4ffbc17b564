"""A live blog's entries are beside its text, and all that reads an article reads them too."""

import json
from dataclasses import replace

from command import command
from conftest import CASES, NOW, as_json, candidate, lease, rows

import newscrawler
from newscrawler.items import Page, Update
from newscrawler.process import prepare
from newscrawler.relevance import shipped_lexicon
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import search
from newscrawler.storage.articles.letters import fold_letters
from newscrawler.storage.articles.texts_to_judge import judged_articles

CASE = CASES / "extraction" / "live-blog"
INTRODUCTION = "The council of the island met on Monday to speak of the storm that had closed the harbour."
ENTRIES = (
    Update("18:40", "Gannet sinks", "The patrol boat Gannet sank at her mooring before the crew could reach the quay."),
    Update("17:15", None, "All schools of the island close early, and the ferry waits in the outer harbour tonight."),
)


def _filed(archive, entries=ENTRIES, address="https://gazette.example/live"):
    made = candidate(lease(archive, address), INTRODUCTION)
    return archive.file([replace(made, article=replace(made.article, type="live", updates=entries))])[0]


def test_search_and_verdicts_read_the_entries(archive):
    _filed(archive)
    for words in ("gannet", "ferry", '"at her mooring"', "council"):
        assert [hit.title for hit in search(archive.db, compile_query(words))] == ["A title"], words
    [stored] = judged_articles(archive.db, after=0, limit=9)
    assert stored.text.split("\n") == [INTRODUCTION, ENTRIES[0].title, ENTRIES[0].text, ENTRIES[1].text]


def test_entries_that_are_no_json_stop_nobody(archive):
    _filed(archive)
    archive.db.execute("UPDATE articles SET updates = '{[', segmented = NULL")
    fold_letters(archive.db)
    [stored] = judged_articles(archive.db, after=0, limit=9)
    assert stored.text == INTRODUCTION


def test_new_entries_under_the_same_introduction_are_found(archive):
    _filed(archive, ENTRIES[:1])
    assert _filed(archive).outcome.value == "unchanged"
    assert search(archive.db, compile_query("ferry"))
    assert len(json.loads(rows(archive, "SELECT updates FROM articles")[0][0])) == 2


def test_an_earlier_archive_comes_to_it(archive):
    _filed(archive)
    archive.db.execute("UPDATE articles SET segmented = NULL")
    assert not search(archive.db, compile_query("gannet"))
    fold_letters(archive.db)
    assert search(archive.db, compile_query("gannet"))


def test_relevance_and_copies_read_the_entries(archive):
    where = lease(archive, "https://gazette.example/live")
    page = Page(where, where.url, NOW, 200, (("Content-Type", "text/html"),), (CASE / "page.html").read_bytes())
    made = prepare(page, None, shipped_lexicon())
    alone = replace(made.article, updates=())
    assert len(made.article.updates) == 3
    assert made.article.whole_text.startswith(alone.whole_text)
    assert len(made.fingerprints) > len(candidate(where, alone.text).fingerprints)


def test_a_batch_prints_the_entries(tmp_path):
    record = {"id": "live", "html": str(CASE / "page.html"), "url": "https://gazette.example/live/storm"}
    (tmp_path / "batch.jsonl").write_text(json.dumps(record))
    done = command("extract", "--batch", "batch.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["updates"] == as_json(CASE / "expected.json")["article"]["updates"]


def test_plain_text_has_the_entries():
    expected = as_json(CASE / "expected.json")
    done = command("extract", CASE / "page.html", "--url", expected["url"], cwd=CASE)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.split("\n")
    for entry in expected["article"]["updates"]:
        head = " ".join(filter(None, (entry["at"], entry["title"])))
        at = lines.index(head)
        assert "\n".join(lines[at + 1 :]).startswith(entry["text"])


def test_microdata_says_that_a_page_is_live_where_it_is_of_the_headline():
    prose = "<p>The storm drew near, the coast guard said on Wednesday after a visit to the yard of the town.</p>" * 5
    page = "<main{}><h1>Storm reaches the coast</h1>{}</main><aside><div{}><h3>Ferry turns back</h3></div></aside>"
    live = ' itemscope itemtype="https://schema.org/LiveBlogPosting"'
    kinds = [
        newscrawler.extract(page.format(own, prose, others), url="https://gazette.example/storm-reaches-coast").type
        for own, others in ((live, ""), ("", live))
    ]
    assert kinds == ["live", "article"]
