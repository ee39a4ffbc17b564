"""Verdicts in the archive: kept with their evidence, gone over again, reviewed by people whose word holds."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from conftest import NOW, candidate, command, lease, newscrawler, reprocess, rows

from newscrawler.errors import ArchiveError
from newscrawler.items import Mention, Page, TermMatch, TopicScore, Verdict
from newscrawler.relevance import shipped_lexicon
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import search
from newscrawler.storage.articles import verdicts
from newscrawler.storage.articles.labels import stored_labels
from newscrawler.storage.warc.records import make_record

LEXICON = shipped_lexicon()
WAR = (
    "The navy ordered four frigates with air defence missiles for the war in Ukraine, the defence ministry said on Monday. "
)
TEXTS = {
    "https://gazette.example/navy": WAR * 3,
    "https://gazette.example/bread": "The baker liked the crust of the rye bread. " * 5,
}
BREAD = '[[terms]]\ntopic = "conflict"\nweight = 4\nen = ["rye bread", "crust*"]\n'


@pytest.fixture
def filled(archive):
    """Two articles, of which only one is ours."""
    archive.file([candidate(lease(archive, url), text, title=text[:20]) for url, text in TEXTS.items()])
    return archive


@pytest.fixture
def own_demo(demo_run, tmp_path):
    """The demo's archive, to be written."""
    return shutil.copytree(demo_run / "demo-archive", tmp_path / "demo")


def decisions(archive):
    return rows(archive, "SELECT article_id, decision FROM verdicts ORDER BY article_id")


def test_a_verdict_is_kept_with_its_evidence(archive):
    verdict = Verdict(
        True, 0.4, "doubtful", (TopicScore("medtop:20000056", "armed conflict", 0.5, ("war",), "iptc"),),
        (Mention("country", "UA", "Ukraine", 3, main=True),), 0.3, 0.2, "review",
        (TermMatch("war", "en", "medtop:20000056", 2.0, title=(0,), body=(4, 9)),), "v1",
    )  # fmt: skip
    archive.file([candidate(lease(archive, "https://gazette.example/1"), "Some text of war.")])
    with archive.transaction():
        verdicts.keep(archive.db, 1, verdict, NOW)
        verdicts.keep(archive.db, 1, verdict, NOW)  # again: in the place of the last one
    assert rows(archive, "SELECT decision, defence, diplomacy, reason, lexicon, judged FROM verdicts") == [
        ("review", 0.3, 0.2, "doubtful", "v1", "2026-11-22T12:00:00Z")
    ]
    matches = json.loads(rows(archive, "SELECT matches FROM verdicts")[0][0])
    assert matches == [
        {"term": "war", "language": "en", "topic": "medtop:20000056", "weight": 2.0, "title": [0], "body": [4, 9]}
    ]
    assert rows(archive, "SELECT topic_id, scheme FROM topics") == [("medtop:20000056", "iptc")]
    assert rows(archive, "SELECT code, count, main FROM mentions") == [("UA", 3, 1)]
    assert rows(archive, "SELECT id, decision FROM reading_list") == [(1, "review")]
    assert [row[0] for row in rows(archive, "SELECT id FROM to_review")] == [1]


@pytest.fixture
def beat(tmp_path):
    """A file of terms by which bread is our subject."""
    (tmp_path / "bread.toml").write_text(BREAD)
    return str(tmp_path / "bread.toml")


def test_judging_again_changes_what_the_lexicon_says(filled, beat):
    assert reprocess(filled, judge=True)["judge"]["judged"] == 2
    assert decisions(filled) == [(1, "keep"), (2, "drop")]
    labelled = dict(rows(filled, "SELECT id, labels FROM articles"))
    assert dict(stored_labels(filled.db, labelled)) == labelled  # so that search filters by what was judged
    assert rows(filled, "SELECT language, language_origin FROM articles WHERE id = 1") == [("en", "text")]
    assert reprocess(filled, judge=True, beat=beat)["judge"]["drop to keep"] == 1
    assert decisions(filled) == [(1, "keep"), (2, "keep")]
    assert rows(filled, "SELECT DISTINCT lexicon FROM verdicts")[0][0].startswith(f"{LEXICON.version}+")


def test_what_a_person_said_holds(filled):
    reprocess(filled, judge=True)
    with filled.transaction():
        verdicts.review(filled.db, [1], "drop", NOW)
    query = compile_query("frigates OR bread")
    assert [hit.id for hit in search(filled.db, query)] == [2]
    reprocess(filled, judge=True)
    # and a later crawl brings a new text of it
    filled.file([candidate(lease(filled, "https://gazette.example/navy"), WAR * 4 + "More.", title="Other")])
    assert rows(filled, "SELECT article_id, decision FROM reviews") == [(1, "drop")]
    assert [row[0] for row in rows(filled, "SELECT id FROM reading_list")] == [2]
    with filled.transaction():
        verdicts.review(filled.db, [1], "keep", NOW)
    assert rows(filled, "SELECT decision FROM reading_list WHERE id = 1") == [("keep",)]
    with pytest.raises(ArchiveError, match="no article 99"), filled.transaction():
        verdicts.review(filled.db, [2, 99], "drop", NOW)
    assert len(rows(filled, "SELECT * FROM reviews")) == 1


def test_an_off_topic_page_gets_another_chance(archive, beat):
    url = "https://gazette.example/bread"
    body = f"<html lang='en'><body><article><h1>Rye bread wins</h1><p>{TEXTS[url]}</p></article></body></html>".encode()
    archive.db.execute("UPDATE sources SET keep = 'relevant'")
    link = lease(archive, url)
    record, digest = make_record(Page(link, url, NOW, 200, (("Content-Type", "text/html"),), body))
    archive.file([candidate(link, TEXTS[url], relevant=False, keep="relevant", record=record, digest=digest)])
    assert rows(archive, "SELECT state, (SELECT count(*) FROM articles) FROM links") == [("dropped", 0)]
    assert reprocess(archive, judge=True)["links"] == {"off-topic": 1}
    assert reprocess(archive, judge=True, beat=beat)["links"] == {"new": 1}
    assert rows(archive, "SELECT title, page_id FROM articles") == [("Rye bread wins", 1)]
    assert rows(archive, "SELECT page_id FROM revisions") == [(1,)]
    assert rows(archive, "SELECT state FROM links") == [("done",)]
    assert rows(archive, "SELECT count(*) FROM pages") == [(1,)]


def test_reprocess_and_review_from_the_command(own_demo, tmp_path):
    (tmp_path / "beat.toml").write_text("[thresholds]\nkeep = 1.0\n", encoding="utf-8")
    done = command("reprocess", "--judge", "--archive", own_demo, "--beat", "beat.toml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "articles: 17 judged" in done.stderr
    listed = command("review", "--archive", own_demo, "--json", cwd=tmp_path)
    doubtful = json.loads(listed.stdout)
    assert len(doubtful) > 10
    first = doubtful[0]["id"]
    done = command("review", "keep", first, "--archive", own_demo, cwd=tmp_path)
    assert (done.returncode, done.stderr.strip()) == (0, "1 article to keep, remembered")
    shown = command("show", first, "--archive", own_demo, cwd=tmp_path).stdout
    assert ", reviewed: keep, 20" in shown
    assert "review, defence 0." in shown
    whole = json.loads(command("show", first, "--archive", own_demo, "--json", cwd=tmp_path).stdout)
    assert (whole["verdict"]["decision"], whole["review"]["decision"]) == ("review", "keep")
    assert "review     keep, said a person" in command("judge", first, "--archive", own_demo, cwd=tmp_path).stdout
    left = json.loads(command("review", "--archive", own_demo, "--json", cwd=tmp_path).stdout)
    assert first not in [each["id"] for each in left]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["review", "keep"], 2, "name the articles to keep"),
        (["review", "keep", "999"], 1, "there is no article 999"),
        (["reprocess"], 2, "say what to do again"),
        (["judge", "999"], 1, "there is no article 999"),
        (["judge", "empty.html"], 1, "empty.html: no"),
        (["judge", "1", "--beat", "bad.toml"], 2, "bad.toml: terms[1].weight = 'high' is not a number from 0 to 10"),
        (["judge", "noise.dat"], 1, "noise.dat: neither an HTML page nor a text"),
        (["topics", "nothing"], 2, "there is no topic 'nothing'"),
    ],
)
def test_wrong_input_is_told_in_one_line(own_demo, tmp_path, arguments, code, message):
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "noise.dat").write_bytes(b"\x01\0\x7f" * 50)
    (tmp_path / "empty.html").write_text("<html></html>")
    (tmp_path / "bad.toml").write_text('[[terms]]\ntopic = "conflict"\nweight = "high"\nen = ["a"]\n')
    archive = [] if arguments[0] == "topics" else ["--archive", own_demo]
    done = command(*arguments, *archive, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_judge_explains_line_by_line(own_demo, tmp_path):
    (tmp_path / "article.txt").write_text(
        "Navy orders frigates\nA price war. The navy of Georgia in Tbilisi ordered four frigates.\n"
    )
    done = command("judge", "article.txt", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for part in (
        "decision   keep: score",
        "lexicon",
        "naval (newscrawler:naval)",
        "Georgia (country) 2, main",
        "frigate*",
        "count for nothing",
    ):
        assert part in done.stdout
    whole = json.loads(command("judge", "article.txt", "--json", cwd=tmp_path).stdout)
    assert {"decision", "defence", "diplomacy", "topics", "mentions", "matches", "lexicon"} <= whole.keys()
    stored = command("judge", "1", "--archive", own_demo, cwd=tmp_path)
    assert "Terms that say so" in stored.stdout
    page = tmp_path / "page.html"
    page.write_text(f"<html lang='en'><body><article><h1>Navy</h1><p>{WAR * 3}</p></article></body></html>")
    assert "language   en" in command("judge", page, cwd=tmp_path).stdout


def test_judge_fetches_an_address_and_stores_nothing(web, tmp_path):
    (tmp_path / "newscrawler.toml").write_text('allow_networks = ["127.0.0.0/8"]\ndelay = 0\n')
    done = newscrawler("judge", f"{web.gazette}/en/changing-story", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "decision" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["newscrawler.toml"]
    missing = newscrawler("judge", f"{web.gazette}/nothing-here", cwd=tmp_path)
    assert (missing.returncode, "HTTP 404" in missing.stderr) == (1, True)


def test_topics_lists_terms_and_the_beat_of_newscrawler_toml(tmp_path):
    listed = json.loads(command("topics", "--json", cwd=tmp_path).stdout)
    assert {"medtop:20000056", "newscrawler:naval"} <= {each["id"] for each in listed}
    assert {each["scheme"] for each in listed} == {"iptc", "own", "elsewhere"}
    acts = json.loads(command("topics", "relations", "--json", cwd=tmp_path).stdout)
    assert {"language": "en", "weight": 1.5, "term": "warns", "counts": "between states"} in acts
    (tmp_path / "newscrawler.toml").write_text('beat = "bees.toml"\n')
    (tmp_path / "bees.toml").write_text(
        'replace = true\n[topics.bees]\nid = "my:bees"\nlabel = "bees"\n[[terms]]\ntopic = "bees"\nweight = 2\nen = "bee*"\n'
    )
    assert [each["id"] for each in json.loads(command("topics", "--json", cwd=tmp_path).stdout)] == ["my:bees"]
    assert json.loads(command("topics", "bees", "--json", cwd=tmp_path).stdout) == [
        {"language": "en", "weight": 2.0, "term": "bee*", "counts": "always"}
    ]
    (tmp_path / "bees.toml").write_text("colour = 1")
    crawl = newscrawler("crawl", cwd=tmp_path)
    assert (crawl.returncode, "bees.toml: the file: unknown key 'colour'" in crawl.stderr) == (2, True)


def test_what_has_no_lexicon_is_said_by_judge_and_status(own_demo, tmp_path):
    (tmp_path / "basque.txt").write_text(
        "Ontzi berria portura iritsi da\n"
        + "Gaur goizean ontzi berri bat iritsi da portura, eta herritarrak pozik daude. " * 5,
        encoding="utf-8",
    )
    shown = command("judge", "basque.txt", cwd=tmp_path).stdout
    assert "for which there is no lexicon" in shown
    assert "decision   review" in shown
    assert json.loads(command("judge", "basque.txt", "--json", cwd=tmp_path).stdout)["has_lexicon"] is False
    with closing(sqlite3.connect(own_demo / "news.db")) as db, db:
        db.execute("UPDATE sources SET language = 'eu' WHERE id = (SELECT min(id) FROM sources)")
    note = "no lexicon for eu: what is in these languages is kept for review, never dropped"
    assert note in command("status", "--archive", own_demo, cwd=tmp_path).stdout
    status = json.loads(command("status", "--json", "--archive", own_demo, cwd=tmp_path).stdout)
    assert status["languages_without_lexicon"] == ["eu"]
    with closing(sqlite3.connect(own_demo / "news.db")) as db, db:
        doubtful = "SELECT min(article_id) FROM article_verdicts"
        db.execute(f"UPDATE article_verdicts SET decision = 'review' WHERE article_id = ({doubtful})")
        db.execute(f"UPDATE articles SET language = 'mg' WHERE id = ({doubtful})")
    status = json.loads(command("status", "--json", "--archive", own_demo, cwd=tmp_path).stdout)
    assert status["languages_without_lexicon"] == ["eu", "mg"]
