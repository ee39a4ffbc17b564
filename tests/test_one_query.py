"""One query, compiled once: page, feeds, files, command, SQL function, canned query and API find the same articles."""

import csv
import html
import io
import json
import re
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import NOW, SOURCES, candidate, lease
from reading_room import Visitor

from newscrawler.api import open_archive
from newscrawler.cli import main
from newscrawler.dates import iso
from newscrawler.items import Mention, Source, TopicScore
from newscrawler.reports.queries import bind_parameters, canned_queries
from newscrawler.reports.sql_functions import add_functions
from newscrawler.reprocess.grouping import group
from newscrawler.search.facets import facets
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import count_exactly
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles.labels import relabel
from newscrawler.storage.sites.sources import sync_sources

ROOT = Path(__file__).parent.parent
SANCTIONS = TopicScore("medtop:20000642", "economic sanction", 0.8, ("sanctions",), "iptc")
NAVAL = TopicScore("newscrawler:naval", "naval", 0.6, ("frigate",))
NAMES = (
    Mention("country", "FR", "France", 3, main=True), Mention("country", "UA", "Ukraine", 2),
    Mention("organisation", "NATO", "NATO", 1),
)  # fmt: skip
MORE = (
    Source("bbc", "BBC News", "https://www.bbc.example/", "broadcaster", country="GB", endpoints=SOURCES[0].endpoints),
    Source("reuters", "Reuters", "https://reuters.example/", "wire", country="FR", endpoints=SOURCES[1].endpoints),
)
LONG = " ".join(["The two navies met and shared what they had."] * 45)
# (source, address, published, language, type, authors, topics, names, title, text); the last two are copies of one story
ARTICLES = (
    ("gazette", "https://gazette.example/1", iso(NOW), "en", "opinion", ("Jane Doe",), [NAVAL], NAMES[:2], "Joint patrol: a frigate and a treaty, frigates",
     f"Ministers of Paris agreed on a joint patrol of four frigates from two yards at the NATO summit. {LONG}"),
    ("relay", "https://relay.example/2", "2026-11-02", "fr", "article", (), [SANCTIONS], NAMES, "L’OTAN et les sanctions",
     "Les ministres ont prolongé les sanctions; l’OTAN salue la décision de Paris."),
    ("bbc", "https://www.bbc.example/news/3", "2026-11-01T08:00:00Z", "en", "article", ("Ann Lee",), [NAVAL, SANCTIONS], NAMES[1:],
     "Ceasefire holds as frigates sail", "The fregat left its yard. A sport match was called off near the frigates and the yards."),
    ("reuters", "https://news.gov.uk/4", "2026-03-05", "de", "article", (), [], (), "Fregatten im Hafen",
     "Die Fregatten lagen am Montag im Hafen, sagte ein Minister. Mehr war nicht zu erfahren von den Schiffen."),
    ("reuters", "https://reuters.example/5", None, "de", "article", (), [], (), "Fregatten im Hafen",
     "Die Fregatten lagen am Montag im Hafen, sagte ein Minister. Mehr war nicht zu erfahren von den Schiffen."),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An archive in which each example of the documents finds something."""
    folder = tmp_path_factory.mktemp("one") / "archive"
    with Archive.open(folder) as archive:
        sync_sources(archive, [*(replace(each, country="FR") for each in SOURCES), *MORE])
        archive.frontier.restrict([each.id for each in (*SOURCES, *MORE)])
        for source, url, published, language, kind, authors, topics, names, title, text in ARTICLES:
            one = candidate(lease(archive, url, source), text, title=title, published=published)
            article = replace(one.article, language=language, type=kind, authors=authors)
            verdict = replace(one.verdict, topics=tuple(topics), mentions=tuple(names))
            archive.file([replace(one, article=article, verdict=verdict)])
        with archive.transaction():
            db = archive.db
            db.execute("UPDATE articles SET paywall = id % 2 WHERE id < 4")
            db.execute("UPDATE articles SET gone_since = ? WHERE id = 4", [iso(NOW)])
            db.conn.executemany(
                "INSERT INTO article_states (article_id, seen, change, text, content_hash) VALUES (?, ?, ?, '', '')",
                [(1, iso(NOW), "revised"), (2, "2026-11-03T09:00:00Z", "corrected")],
            )
            db.execute("INSERT INTO stories (id, articles, sources, merged_into) VALUES (42, 0, 0, 2)")
            relabel(db, range(1, 9))
        group(archive)
        archive.db.execute("INSERT INTO events (id, merged_into) SELECT 12, event_id FROM event_stories WHERE story_id = 2")
    return folder


@pytest.fixture(scope="module")
def room(folder):
    visitor = Visitor(folder / "news.db")
    yield visitor
    visitor.close()


OPERATORS = [
    "", "frigates", "ministers paris", "ministers/paris", '"joint patrol"', "fregat*", "nato OR otan", "frigates -sport",
    "frigates NOT sport", '-"joint patrol"', "-topic:sanctions", "-source:bbc", "title:frigates", 'by:"jane doe"', "source:bbc",
    "source:bbc source:reuters", "source:nobody", "country:fr", "frigates country:GB", "country:France lang:de", "lang:french",
    "topic:naval", "-topic:naval frigates", "topic:sanctions", "topic:Sanktionen", "topic:20000642", "mentions:ukraine",
    "mentions:NATO mentions:FR", "type:opinion", "since:2026-11", "until:2026-11-02", "since:2026-11-01 until:2026-11-02",
    "event:1", "event:12", "event:99", "story:4", "story:42", "-story:4", "story:999", "(nato frigates) OR otan", "-(frigates OR otan)",
    "title:(frigates OR fregatten)", "source:(bbc OR reuters) lang:de", "frigates NEAR/5 yards", "frigates NEAR/1 paris",
    '"yards frigates"~5', "changed:yes", "changed:corrected", "changed:2026-11-03", "changed:no", "gone:yes", "gone:no",
    "paywall:yes", "paywall:no", "-paywall:yes", "words:>300", "words:<=20", "words:10-30", "kind:wire", "-kind:broadcasters",
    "site:gov.uk", "site:bbc.example", "site:reuters.example OR site:gov.uk", "lang:xx OR frigates", "country:xx",
    "frigates OR lang:de since:2026-03", "foo:bar", '"', "NOT", "(", "type:poem", "since:soon frigates",
]  # fmt: skip


def in_all(folder, room, query):
    """Way of asking -> ids of the articles that it finds, each copy."""
    asked = {"q": query, "copies": "1"}
    found = {}
    page = room.get("/search", params=asked)
    assert page.status_code == 200, query
    found["page"] = re.findall(r'<h3 dir="auto"><a href="/article/(\d+)[?"]', page.text)
    found["page, newest"] = re.findall(
        r'<h3 dir="auto"><a href="/article/(\d+)[?"]', room.get("/search", params=asked | {"sort": "newest"}).text
    )
    found["atom"] = re.findall(r'/article/(\d+)" type="text/html"', room.get("/search.atom", params=asked).text)
    feed = room.get("/search.feed.json", params=asked).json()
    found["json feed"] = [item["url"].rpartition("/")[2] for item in feed["items"]]
    found["csv"] = [row["id"] for row in csv.DictReader(io.StringIO(room.get("/search.csv", params=asked).text))]
    whole = room.get("/search.json", params=asked).json()
    found["json"] = [hit["id"] for hit in whole["hits"]]
    assert whole["total"] == len(found["json"]), query
    sql = "select articles.id from articles_fts join articles on articles.id = articles_fts.rowid where articles_fts match newscrawler_query(:q)"
    answer = room.get("/news.json", params={"sql": sql, "q": query, "_shape": "arrays"}).json()
    found["sql function"] = [row[0] for row in answer["rows"]]
    if query:  # which the canned query waits for
        rows = room.get(
            "/news/search.json", params={"q": query, "limit": "100", "every_copy": "1", "_shape": "array"}
        ).json()
        found["canned query"] = [row["id"] for row in rows if row["id"] is not None]
    return {name: sorted(map(int, ids)) for name, ids in found.items()}


@pytest.mark.parametrize("query", OPERATORS)
def test_each_operator_finds_the_same_in_all_ways(folder, room, query):
    found = in_all(folder, room, query)
    expected = found["json"]
    assert found == dict.fromkeys(found, expected)
    with open_archive(folder) as archive:
        db = archive._db
        compiled = compile_query(query, vocabulary(db))
        assert count_exactly(db, compiled).articles == len(expected)
        assert facets(db, compiled).total == len(expected)
        if compiled.fts or compiled.filters:
            with warnings.catch_warnings(action="ignore"):  # remarks
                assert sorted(each.id for each in archive.articles(query)) == expected
            assert from_command(folder, "--", query) == expected
            told = CliRunner().invoke(main, ["search", "--archive", str(folder), "--count", "--", query]).stdout
            assert told.startswith(f"{len(expected)} article")


def from_command(folder, *arguments):
    done = CliRunner().invoke(main, ["search", "--archive", str(folder), "--every-copy", "--nl", *arguments])
    assert done.exit_code == 0, done.output
    return sorted(json.loads(line)["id"] for line in done.stdout.splitlines())


def test_every_operator_of_the_language_is_asked():
    """A field that nobody counts in all ways is one that may mean two things."""
    from newscrawler.search.syntax import FIELDS

    asked = " ".join(OPERATORS)
    # what is like a text has no end, and is counted nowhere: tests/test_like.py
    assert [name for name in set(FIELDS.values()) - {"like"} if f"{name}:" not in asked] == []


@pytest.mark.parametrize("query", ["foo:bar", "source:nobody", "words:many", "frigates since:soon"])
def test_remarks_are_shown_wherever_one_asks(folder, room, query):
    (said, *_) = room.get("/search.json", params={"q": query}).json()["remarks"]
    assert said in html.unescape(room.get("/search", params={"q": query}).text)
    rows = room.get("/news/search.json", params={"q": query, "_shape": "array"}).json()
    assert said in rows[0]["remarks"]
    asked = ["sql", "--archive", str(folder), "select newscrawler_query(:q) as q", "-p", "q", query]
    assert said in CliRunner().invoke(main, asked).stderr
    assert said in CliRunner().invoke(main, ["search", "--archive", str(folder), query]).stderr


def examples():
    """Every query that help and documents show as one that finds something."""
    told = (ROOT / "docs" / "search.md").read_text(encoding="utf-8")
    table = told[: told.index("All terms must hold")]
    cells = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    for each in re.findall(r"`([^`]+)`", " ".join(cells)):
        yield each
    page = (ROOT / "newscrawler/web/templates/room/language.html").read_text(encoding="utf-8")
    for each in re.findall(r"<code>([^<]+)</code>", page):
        yield html.unescape(each)
    lines = main.commands["search"].help.split("\b")[2].splitlines()
    for each in re.findall(r'(?:^|\s)([a-z]+:(?:"[^"]+"|\S+))', "\n".join(lines)):
        yield each


@pytest.mark.parametrize("example", sorted({each for each in examples() if each != "type:"}))
def test_every_example_finds_something(folder, example):
    with open_archive(folder) as archive:
        compiled = compile_query(example, vocabulary(archive._db))
        assert compiled.remarks == ()
        if compiled.like:  # which needs vectors: tests/test_like.py
            compiled = replace(compiled, like=())
        relative = re.search(r":\d+[dwmy]\b|today|yesterday", example)  # of a day that is not the archive's
        assert relative or count_exactly(archive._db, compiled).articles > 0 or example == "until:2026-11-20", example


def test_files_say_what_is_known(room):
    row = next(csv.DictReader(io.StringIO(room.get("/search.csv?q=patrol&text=1").text)))
    assert row["authors"] == "Jane Doe"
    assert row["type"] == "opinion"
    assert int(row["words"]) > 300
    assert row["hash"].startswith("1-")
    assert row["story"] == "1"
    assert row["text"].startswith("Ministers of Paris")
    assert "text" not in room.get("/search.json?q=patrol").json()["hits"][0]
    assert room.get("/search.csv?q=patrol&bom=1").content.startswith(b"\xef\xbb\xbfid,")
    assert room.get("/search.csv?q=patrol").content.startswith(b"id,")


def test_a_file_has_each_story_once_under_its_original(room):
    once = room.get("/search.json?q=fregatten").json()
    assert ([hit["id"] for hit in once["hits"]], once["total"], once["stories"]) == ([4], 2, 1)
    page = room.get("/search?q=fregatten").text
    assert "2 articles" in page
    assert "in 1 story" in page


def test_batches_leave_nothing_out(folder, monkeypatch):
    from newscrawler.search import export

    monkeypatch.setattr(export, "BATCH", 2)
    with open_archive(folder) as archive:
        for every_copy in (True, False):
            request = export.ExportRequest(compile_query("", vocabulary(archive._db)), every_copy)
            found = [each.id for each in export.exported(archive._db, request)]
            assert found == ([5, 4, 3, 2, 1] if every_copy else [4, 3, 2, 1])


def test_the_sql_of_a_search_names_the_query_as_typed(room):
    page = html.unescape(room.get("/search/sql", params={"q": "it's country:fr"}).text)
    assert "newscrawler_query('it''s country:fr')" in page
    assert not re.search("[\ue000-\uf8ff]", page)


@pytest.mark.parametrize(
    ("q", "form", "expected"),
    [
        ("a since:7d", {"since": "2026-01-02", "until": ""}, "a since:2026-01-02"),
        ("a since:2026-01-02", {"since": "2026-01-02", "until": ""}, "a since:2026-01-02"),
        ("a since:2026-01-02 until:2026-02-03", {"since": "", "until": "2026-02-03"}, "a until:2026-02-03"),
        ("a since:2026-01 until:2026-01", {"since": "2026-01-01", "until": "2026-01-31"}, "a since:2026-01 until:2026-01"),
        ("a since:2026-01-02", {"since": "", "until": ""}, "a"),
        ("a", {"since": "", "until": "2026-02-03"}, "a until:2026-02-03"),
    ],
)
def test_the_form_of_dates_sets_and_clears(room, q, form, expected):
    moved = room.get("/search", params={"q": q, **form})
    assert moved.status_code == 302
    assert parse_q(moved.headers["location"]) == expected


def parse_q(address):
    from urllib.parse import parse_qs, urlsplit

    return parse_qs(urlsplit(address).query)["q"][0]


def test_estimates_and_caps_are_said_where_the_number_stands(room, monkeypatch):
    monkeypatch.setattr("newscrawler.search.facets.EXACT_BELOW", 2)
    monkeypatch.setattr("newscrawler.search.facets.DENSE_ABOVE", 1)
    page = room.get("/search?q=frigates").text
    link = re.search(r'<a href="([^"]+)">count exactly</a>', page)[1]
    assert "about" in page
    exact = room.get(html.unescape(link)).text
    assert "count exactly" not in exact
    assert re.search(r'class="count">2 articles<small> in 2 stories', exact)
    monkeypatch.setattr("newscrawler.web.pages.search.RANKED_HITS", 1)
    assert "The best of the last 1 to arrive" in room.get("/search?q=frigates").text


def test_words_and_values_that_were_meant_are_named(folder, room):
    page = html.unescape(room.get("/search?q=frigats").text)
    assert "Did you mean" in page
    assert "frigates</a>" in page
    assert "/search?q=source%3Agazette" in room.get("/search?q=source:gazete").text
    page = html.unescape(room.get("/search?q=frigats+source:gazete").text)
    assert "frigates source:gazette</a>" in page  # mended by half, it finds nothing
    assert not {"frigates source:gazete</a>", "frigats source:gazette</a>"} & set(re.findall(r"[^>]+</a>", page))
    done = CliRunner().invoke(main, ["search", "--archive", str(folder), "minstr", "frigats"])
    assert "Did you mean minister frigates?" in done.stderr


def test_the_canned_query_is_one_statement(folder):
    with open_archive(folder) as archive:
        add_functions(archive.connection)
        canned = canned_queries()["search"]
        rows = archive.connection.execute(canned.sql, bind_parameters(canned, {"q": "fregatten"})).fetchall()
        assert [row[0] for row in rows] == [4]


def test_where_nothing_streams_a_file_ends_and_says_so(folder, monkeypatch):
    monkeypatch.setattr("newscrawler.web.files.search_files.ROWS_WITHOUT_STREAMS", 2)
    visitor = Visitor(folder / "news.db", settings={"allow_csv_stream": False})
    whole = visitor.get("/search.json?q=&copies=1").json()
    assert (len(whole["hits"]), whole["hits_at_most"], whole["total"]) == (2, 2, 5)
    assert len(list(csv.DictReader(io.StringIO(visitor.get("/search.csv?copies=1").text)))) == 2
    assert "files the last 2" in re.sub(r"\s+", " ", visitor.get("/search?q=frigates").text)
    visitor.close()


def test_a_head_of_a_file_is_no_file(room):
    status, headers, body = room.raw("/search.csv?q=frigates", method="HEAD")
    assert (status, body) == (200, b"")
    assert headers[b"content-type"].startswith(b"text/csv")


def test_a_page_cannot_lend_its_text_the_labels_of_filters(archive):
    text = "Ships \ue000bbc \ue008x left the harbour on Monday with a band, and the mayor waved at them."
    with_label = candidate(lease(archive, "https://gazette.example/label"), "Ships left the harbour.", title=text)
    archive.file([replace(with_label, article=replace(with_label.article, text=text, title=text))])
    stored = archive.db.execute("SELECT title || text FROM articles").fetchone()[0]
    assert not re.search("[\ue000-\ue00f]", stored)
