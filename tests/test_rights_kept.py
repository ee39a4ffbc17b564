"""What is stated of rights in the archive: concluded, concluded anew, obeyed."""

import asyncio
import csv
import gzip
import io
import json
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from conftest import NOW, SOURCES, candidate, command, database, lease, newscrawler, rows
from reading_room import Datasette, Visitor

from newscrawler.api import open_archive
from newscrawler.cli import reading_room
from newscrawler.dates import iso
from newscrawler.doctor.rights import look as doctor
from newscrawler.errors import ArchiveError, FailureKind
from newscrawler.export.formats import FORMATS
from newscrawler.export.snapshot import read_snapshot
from newscrawler.items import Discovery, Link, Outcome, Page, Poll
from newscrawler.items.rights import RightsKind, RightsOrigin, Statement
from newscrawler.process import obeyed
from newscrawler.reports.rights import Rights, all_standings, reserved_among, rights_of, rights_of_source, standings
from newscrawler.reprocess.grouping import group
from newscrawler.rights.conclusion import Standing
from newscrawler.sandbox import PRIVATE_TABLES
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles import rights
from newscrawler.storage.articles.withdrawal import withdraw
from newscrawler.storage.database import content_checks
from newscrawler.storage.database.reserved_words import SEARCH_TABLE
from newscrawler.storage.sites import polls, site_rights
from newscrawler.storage.sites.robots import save_robots
from newscrawler.storage.warc.records import make_record

GAZETTE = "https://gazette.example"
TEXT = "Two frigates left the harbour at dawn for an exercise in the north.\nTheir crews come back in the autumn."
NOARCHIVE = Statement(RightsKind.ROBOTS, "noarchive", RightsOrigin.HEADER)
ALL = frozenset({"noarchive", "unavailable_after"})
SITE_WIDE = b'[{"location": "/", "tdm-reservation": 1}]'
STANDINGS = "SELECT url, rights FROM articles ORDER BY id"


def until(at):
    return Statement(RightsKind.UNAVAILABLE, iso(at), RightsOrigin.META, at=iso(at))


def file(archive, url, *stated, text=TEXT, **more):
    return archive.file([candidate(lease(archive, url), text, rights=stated, **more)])[0]


def test_what_is_stated_of_a_page_is_kept_and_concluded_from(archive):
    file(archive, f"{GAZETTE}/1")
    file(archive, f"{GAZETTE}/2", NOARCHIVE)
    file(archive, f"{GAZETTE}/3", Statement(RightsKind.LICENCE, "CC-BY-4.0", RightsOrigin.JSON_LD))
    file(archive, f"{GAZETTE}/4", Statement(RightsKind.COPYRIGHT, "Gazette Ltd", RightsOrigin.JSON_LD))
    assert [each[1] for each in rows(archive, STANDINGS)] == [None, "reserved", "licence", "unknown"]
    assert rights.all_stated(archive.db, 2) == (NOARCHIVE,)
    file(archive, f"{GAZETTE}/2")  # seen again: it says nothing of it any more
    assert rows(archive, "SELECT rights, rights_stated FROM articles WHERE id = 2") == [(None, None)]


def test_what_a_site_states_later_counts_for_what_is_there(archive):
    file(archive, f"{GAZETTE}/news/1")
    file(archive, "http://gazette.example/news/2")  # another origin, of the same name
    file(archive, "https://relay.example/1")
    save_robots(archive, GAZETTE, NOW, 200, "User-agent: *\nContent-Signal: ai-train=no")
    assert rows(archive, STANDINGS) == [
        (f"{GAZETTE}/news/1", "reserved"),
        ("http://gazette.example/news/2", None),
        ("https://relay.example/1", None),
    ]
    save_robots(archive, GAZETTE, NOW, 503, "")  # no rules for now: what was stated holds
    assert rows(archive, STANDINGS)[0][1] == "reserved"
    save_robots(archive, GAZETTE, NOW, 404, "")
    assert rows(archive, STANDINGS)[0][1] is None


def test_what_a_feed_states_counts_for_articles_of_its_own_site(archive):
    def looked(licence, *urls):
        xml = f'<r:content xmlns:r="https://rslstandard.org/rsl">{licence}</r:content>' if licence else None
        links = tuple(Link(url, licence=xml) for url in urls)
        polls.record_poll(archive, Poll(feed, NOW, 0.1, 200, Discovery(links)), 1)

    (feed,) = polls.due(archive, ["gazette"], NOW, all_of_them=True)
    archive.start_run("crawl", NOW)
    own, strange = f"{GAZETTE}/1", "https://relay.example/1"
    looked("<r:prohibits>ai-train</r:prohibits>", own, strange)
    file(archive, own)
    file(archive, strange, text=f"{TEXT} And more of it.")
    assert rows(archive, STANDINGS) == [(own, "reserved"), (strange, None)]
    assert str(rights_of(archive.db, 1, NOW)) == "reserved: rsl prohibits ai-train (feed)"
    looked("", own)  # which is no permission
    assert rows(archive, STANDINGS)[0][1] == "reserved"
    looked("<r:permits>all</r:permits>", own)
    assert rows(archive, STANDINGS)[0][1] == "licence"


def test_a_tdmrep_file_is_asked_once_a_week(archive):
    file(archive, f"{GAZETTE}/news/1")
    assert site_rights.tdmrep_is_due(archive, GAZETTE, NOW)
    site_rights.save_tdmrep(archive, GAZETTE, NOW, 200, SITE_WIDE)
    assert rows(archive, STANDINGS)[0][1] == "reserved"
    assert not site_rights.tdmrep_is_due(archive, GAZETTE, NOW + timedelta(days=6))
    assert site_rights.tdmrep_is_due(archive, GAZETTE, NOW + timedelta(days=7))
    site_rights.save_tdmrep(
        archive, GAZETTE, NOW, None, b""
    )  # no answer: what it said stays, and it is asked again tomorrow
    assert rows(archive, STANDINGS)[0][1] == "reserved"
    assert not site_rights.tdmrep_is_due(archive, GAZETTE, NOW + timedelta(hours=23))
    assert site_rights.tdmrep_is_due(archive, GAZETTE, NOW + timedelta(days=1))
    for body in (b"<!doctype html>", b"[" * 10_000_000, b"[" + b" " * 10_000_000 + SITE_WIDE[1:], b"\xff\x00"):
        site_rights.save_tdmrep(archive, GAZETTE, NOW, 200, body)
        assert rows(archive, "SELECT body FROM tdmrep") == [(None,)]
    assert rows(archive, STANDINGS)[0][1] is None


def test_what_the_catalogue_says_counts_for_all_of_a_source(archive):
    file(archive, f"{GAZETTE}/1")
    file(archive, "https://relay.example/1", text=TEXT * 2)
    said = [replace(SOURCES[0], rights="CC-BY-4.0"), SOURCES[1]]
    assert site_rights.begin(archive, said, NOW, frozenset()) == 0
    assert [each[1] for each in rows(archive, STANDINGS)] == ["licence", None]
    site_rights.begin(archive, SOURCES, NOW, frozenset())
    assert [each[1] for each in rows(archive, STANDINGS)] == [None, None]


def test_noarchive_is_obeyed_where_a_user_says_so(archive):
    made = candidate(lease(archive, f"{GAZETTE}/1"), TEXT, rights=(NOARCHIVE,), record=b"page", digest="sha1:x")
    assert obeyed(made, frozenset()) == made == obeyed(made, frozenset({"unavailable_after"}))
    bare = obeyed(made, ALL)
    assert (bare.article, bare.record, bare.digest, bare.rights) == (None, None, None, (NOARCHIVE,))
    assert archive.file([bare])[0].outcome is Outcome.FAILED
    assert rows(archive, "SELECT state, failure, reason FROM links") == [
        ("failed", "withheld", "failed: not kept, as its publisher asks: noarchive (header)")
    ]
    assert rows(archive, "SELECT count(*) FROM pages") == rows(archive, "SELECT count(*) FROM articles") == [(0,)]
    for_others = replace(made, rights=(replace(NOARCHIVE, agent="otherbot"),))
    assert obeyed(for_others, ALL) == for_others
    assert obeyed(replace(made, status=304), ALL).article is not None


def test_a_text_that_was_kept_goes_when_its_publisher_says_noarchive(archive):
    file(archive, f"{GAZETTE}/1")
    again = obeyed(candidate(lease(archive, f"{GAZETTE}/1"), TEXT, rights=(NOARCHIVE,)), ALL)
    archive.file([again])
    assert again.failure.kind is FailureKind.WITHHELD
    assert rows(archive, "SELECT text, withdrawn IS NOT NULL FROM articles") == [("", 1)]


def test_a_text_goes_when_its_day_has_come_and_comes_back_when_it_may(archive):
    file(archive, f"{GAZETTE}/1", until(NOW + timedelta(days=1)), title="Frigates sail")
    file(archive, f"{GAZETTE}/2", Statement(RightsKind.UNAVAILABLE, "soon", RightsOrigin.META), text=f"{TEXT} And more.")
    assert rows(archive, "SELECT rights, unavailable_after IS NULL FROM articles") == [("unknown", 0), ("unknown", 1)]
    later = NOW + timedelta(days=2)
    assert site_rights.begin(archive, SOURCES, later, frozenset()) == 0  # reserved from then on, and kept
    assert rows(archive, "SELECT rights, text <> '' FROM articles") == [("reserved", 1), ("unknown", 1)]
    assert site_rights.begin(archive, SOURCES, later, ALL) == 1
    assert site_rights.begin(archive, SOURCES, later, ALL) == 0
    assert rows(archive, "SELECT title, text, lead, withdrawn FROM articles WHERE id = 1") == [
        ("Frigates sail", "", None, iso(later))
    ]
    assert rows(archive, "SELECT text FROM revisions WHERE article_id = 1") == [("",)]
    assert rows(archive, "SELECT count(*) FROM fingerprints WHERE article_id = 1") == [(0,)]
    assert rows(archive, "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'harbour'") == [(2,)]
    assert [each.id for each in content_checks.articles(archive.db, after=0, limit=9)] == [2]
    back = file(archive, f"{GAZETTE}/1", title="Frigates sail", fetched=later)
    assert (back.outcome, back.change) == (Outcome.REVISED, "restored")
    assert rows(archive, "SELECT text, rights, withdrawn, unavailable_after FROM articles WHERE id = 1") == [
        (TEXT, None, None, None)
    ]
    past = obeyed(candidate(lease(archive, f"{GAZETTE}/3"), TEXT, rights=(until(NOW),)), ALL)
    assert past.failure.kind is FailureKind.WITHHELD


def test_what_is_reserved_does_not_go_to_others(archive, tmp_path):
    file(archive, f"{GAZETTE}/1", NOARCHIVE, title="Reserved")
    file(archive, f"{GAZETTE}/2", text=f"{TEXT} And more of it.", title="Open")
    archive.close()
    run = partial(newscrawler, "export", "--archive", archive.folder, cwd=tmp_path)
    told = run("-", "--format", "jsonl", "--respect-rights")
    assert told.returncode == 0
    assert [(each["rights"], each["text"]) for each in map(json.loads, told.stdout.splitlines())] == [
        ("reserved", ""),
        (None, f"{TEXT} And more of it."),
    ]
    assert "the text of 1 reserved article left out" in told.stderr
    whole = run("-", "--format", "jsonl")
    assert [bool(json.loads(line)["text"]) for line in whole.stdout.splitlines()] == [True, True]
    assert "reserved" not in whole.stderr
    part = run("part.db", "--respect-rights", "--snapshot")
    assert read_snapshot(tmp_path / "part.db.snapshot.json").withheld == 1
    assert "1 reserved article left out" in part.stderr
    with database(tmp_path / "part.db") as made:
        assert made.execute("SELECT title FROM articles").fetchall() == [("Open",)]


def test_by_default_what_is_for_others_goes_without_what_is_reserved(archive, tmp_path):
    assert {name for name, form in FORMATS.items() if form.for_others} == {"atom", "jsonfeed", "wacz"}
    file(archive, f"{GAZETTE}/1", NOARCHIVE, title="Reserved")
    archive.close()
    run = partial(newscrawler, "export", "--archive", archive.folder, cwd=tmp_path)
    for name in ("all.atom", "all.feed.json", "all.wacz"):
        assert "reserved article left out; `newscrawler help rights` says why" in run(name).stderr
    assert "harbour" not in (tmp_path / "all.atom").read_text("utf-8") + (tmp_path / "all.feed.json").read_text("utf-8")
    assert "left out" not in run("all.atom", "--overwrite", "--no-respect-rights").stderr
    assert "harbour" in (tmp_path / "all.atom").read_text("utf-8")


def test_a_person_sees_what_is_stated_and_what_follows(archive, tmp_path):
    others = replace(NOARCHIVE, agent="otherbot")
    file(archive, f"{GAZETTE}/1", Statement(RightsKind.TDM, "1", RightsOrigin.META, terms=f"{GAZETTE}/tdm"), others)
    file(archive, "https://relay.example/1", others, text=f"{TEXT} And more of it.")
    assert rights_of(archive.db, 1, NOW) == Rights(
        Standing.RESERVED,
        f"tdm-reservation 1 (meta), terms {GAZETTE}/tdm",
        (f"tdm-reservation 1 (meta), terms {GAZETTE}/tdm", "noarchive for otherbot (header), which is not for us"),
    )
    assert str(rights_of(archive.db, 2, NOW)) == "nothing stated to us"
    assert rights_of(archive.db, 3, NOW) is rights_of_source(archive.db, "relay", NOW) is None
    site_rights.save_tdmrep(archive, "https://relay.example", NOW, 200, SITE_WIDE)
    assert str(rights_of_source(archive.db, "relay", NOW)) == "reserved: tdm-reservation 1 (tdmrep.json)"
    assert standings(archive.db, "relay") == {"reserved": 1}
    assert reserved_among(archive.db, [1, 2, 7]) == {1, 2}
    assert all_standings(archive.db) == {"reserved": 2}
    archive.close()
    status = partial(newscrawler, "status", "--archive", archive.folder, cwd=tmp_path)
    assert (
        "rights: 2 reserved (`newscrawler help rights`)\nreserved: gazette: 1; the newest by tdm-reservation 1 (meta)"
        in status().stdout
    )
    told = json.loads(status("--json").stdout)
    assert told["rights"] == {"reserved": 2}
    assert told["reserved"][1] == {"source_id": "relay", "articles": 1, "by": "tdm-reservation 1 (tdmrep.json)"}
    shown = newscrawler("show", "1", "--archive", archive.folder, cwd=tmp_path).stdout
    assert f"rights     reserved: tdm-reservation 1 (meta), terms {GAZETTE}/tdm" in shown
    rows_ = newscrawler("search", "frigates", "--csv", "--archive", archive.folder, cwd=tmp_path).stdout
    assert [each["rights"] for each in csv.DictReader(io.StringIO(rows_))] == ["reserved"]  # each story once


def test_sources_say_what_their_publishers_state(archive, tmp_path):
    file(archive, f"{GAZETTE}/1", NOARCHIVE)
    file(archive, f"{GAZETTE}/2")
    site_rights.save_tdmrep(archive, GAZETTE, NOW, 200, SITE_WIDE)
    site_rights.begin(archive, [replace(SOURCES[1], rights="CC-BY-4.0")], NOW, frozenset())
    archive.close()
    asked = ("--archive", str(archive.folder), "--json")
    both = json.loads(newscrawler("sources", "rights", *asked, cwd=tmp_path).stdout)
    gazette = {
        "source": "gazette", "standing": "reserved", "by": "tdm-reservation 1 (tdmrep.json)",
        "reserved": 2, "licence": 0, "unknown": 0, "nothing_stated": 0,
    }  # fmt: skip
    assert both == [gazette, {"source": "relay", "standing": "licence", "by": "licence CC-BY-4.0 (catalogue)"} | dict.fromkeys(list(gazette)[3:], 0)]  # fmt: skip
    assert json.loads(newscrawler("sources", "rights", "gazette", *asked, cwd=tmp_path).stdout) == [gazette]
    unknown = newscrawler("sources", "rights", "gazete", *asked, cwd=tmp_path)
    assert unknown.returncode == 2
    assert "nothing is stated of gazete" in unknown.stderr


def test_the_doctor_names_texts_against_the_rules_and_conclusions_that_do_not_follow(archive):
    file(archive, f"{GAZETTE}/1", NOARCHIVE)
    file(archive, f"{GAZETTE}/2", until(NOW + timedelta(days=1)), text=f"{TEXT}\nOtherwise.")

    def found(*respect, now=NOW):
        return [(each.place, each.remark, each.mends) for each in doctor(archive.db, frozenset(respect), now)]

    reserved = ("articles", True, False)
    assert found() == [reserved]
    assert found("unavailable_after") == [reserved]
    assert found("noarchive") == [("articles.text", False, False), reserved]
    later = NOW + timedelta(days=2)  # the next crawl's beginning concludes it
    assert found("unavailable_after", now=later) == [("articles.text", False, False), reserved]
    with archive.transaction():
        withdraw(archive.db, 1, NOW)
        archive.db.execute("UPDATE articles SET rights = 'licence'")
    assert found("noarchive") == [("articles.rights", False, True)]
    with archive.transaction():
        rights.conclude_again(archive.db, NOW)
    assert found("noarchive") == [reserved]
    assert [each[1] for each in rows(archive, STANDINGS)] == ["reserved", "unknown"]


def test_no_word_of_a_withdrawn_text_stays_with_what_its_story_says(archive):
    file(archive, f"{GAZETTE}/1", title="Frigates leave Varna")
    group(archive)
    said = "SELECT words, codes, has_text FROM event_evidence"
    assert len(rows(archive, said)[0][0].partition("|")[2].split()) > 5
    with archive.transaction():
        withdraw(archive.db, 1, NOW)
    assert rows(archive, said) == [("frigat leave varna|frigat leave varna", "", 0)]


def test_the_reading_room_shows_what_is_stated_and_gives_no_word_of_it_to_others(archive):
    file(archive, f"{GAZETTE}/1", NOARCHIVE)
    file(archive, f"{GAZETTE}/2", text=f"{TEXT} And more, much more of it.")
    site_rights.save_tdmrep(archive, GAZETTE, NOW, 200, SITE_WIDE)
    with archive.transaction():
        withdraw(archive.db, 2, NOW)
    archive.close()

    async def asked(*paths, **settings):
        room = Datasette([str(archive.folder / "news.db")], settings=settings)
        return [(await room.client.get(path)).text for path in paths]

    first, second, source, feed = asyncio.run(asked("/article/1", "/article/2", "/source/gazette", "/search.atom?q=harbour"))
    assert "noarchive (header)" in first
    assert "tdm-reservation 1 (tdmrep.json)" in first
    assert "Its publisher asks that its text be kept no longer" in second
    assert "<dt>Articles reserved</dt><dd>2</dd>" in source
    assert "<summary />" in feed
    assert "frigates left the harbour" not in feed
    files = ("/search.json?q=harbour&text=1", "/search.csv?q=harbour&text=1")
    assert all("frigates left the harbour" in each for each in asyncio.run(asked(*files)))
    told, cells = asyncio.run(asked(*files, default_allow_sql=False))
    assert "frigates left the harbour" not in told + cells
    assert "left_out" in json.loads(told)
    assert [each["rights"] for each in csv.DictReader(io.StringIO(cells))] == ["reserved"]


WITH_WORDS = (
    "/article/1", "/article/1/at/1", "/search?q=harbour", "/story/1", "/", "/source/gazette", "/silent-edits?days=3650",
    "/silent-edits.atom?days=3650", "/article/1/diff", "/article/2/diff?with=1", "/news/articles.json?_search=harbour&_shape=array",
    "/news/articles/1.json", "/news/revisions.json", "/news/article_states.json", "/news/reading_list.json", "/news/changes.json",
    "/news/search.json?q=harbour", "/news/site_lines.json", "/news/articles_fts.json",
)  # fmt: skip


def test_a_public_room_shows_no_word_of_what_is_reserved_and_says_so(archive):
    file(archive, f"{GAZETTE}/1", NOARCHIVE)
    file(archive, f"{GAZETTE}/2", text="The frigates were named at the harbour, said a spokesman of the fleet on Sunday.")
    file(archive, f"{GAZETTE}/1", NOARCHIVE, text=f"{TEXT} And more of it.", fetched=NOW + timedelta(days=1))
    archive.close()
    told = {}
    for public, asked in ((False, WITH_WORDS[:3]), (True, WITH_WORDS)):
        settings, metadata = {"default_allow_sql": not public}, reading_room.metadata(None, (), public=public)
        with closing(Visitor(archive.folder / "news.db", settings=settings, metadata=metadata)) as visitor:
            told[public] = {path: visitor.get(path).text for path in asked}
    assert [path for path, text in told[True].items() if "exercise in the north" in text] == []
    assert all("exercise in the north" in text for text in told[False].values())
    for path in WITH_WORDS[:2]:
        assert "its words are not shown here" in told[True][path]
    assert "none of its words are shown here" in told[True]["/search?q=harbour"]
    assert [row["id"] for row in json.loads(told[True]["/news/articles.json?_search=harbour&_shape=array"])] == [2, 1]


def test_every_table_with_words_is_known_to_what_withholds_them(archive):
    """A table that comes later must not be what the public reads them in."""
    words = {"text", "lead", "segmented", "captions", "updates", "body"}
    asked = "SELECT DISTINCT m.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table' AND c.name IN ({})"
    found = {name for (name,) in rows(archive, asked.format(", ".join(f"'{each}'" for each in words)))}
    assert found - set(PRIVATE_TABLES) == {"articles", "article_states", SEARCH_TABLE, "tdmrep"}


def test_the_page_of_a_text_that_was_withdrawn_is_printed_to_whoever_insists(archive, tmp_path):
    page = Page(lease(archive, f"{GAZETTE}/1"), f"{GAZETTE}/1", NOW, 200, (("Content-Type", "text/html"),), b"<p>Frigates")
    record, digest = make_record(page)
    archive.file([candidate(page.lease, TEXT, record=record, digest=digest)])
    with archive.transaction():
        withdraw(archive.db, 1, NOW)
    archive.close()
    for asked in (("page", "1"), ("page", "1", "--capture"), ("show", "1", "--raw")):
        told = newscrawler(*asked, "--archive", archive.folder, cwd=tmp_path)
        assert (told.returncode, told.stdout) == (1, "")
        assert "the text of article 1 was withdrawn" in told.stderr
    assert newscrawler("page", "1", "--withdrawn", "--archive", archive.folder, cwd=tmp_path).stdout == "<p>Frigates"


def test_the_page_of_a_text_that_was_withdrawn_goes_nowhere_else(archive, tmp_path):
    texts = {1: "Frigates left the harbour.", 2: "Bakers ask for rain."}
    for number, text in texts.items():
        asked = lease(archive, f"{GAZETTE}/{number}")
        page = Page(asked, asked.url, NOW, 200, (("Content-Type", "text/html"),), f"<p>{text}".encode())
        record, digest = make_record(page)
        archive.file([candidate(asked, text, record=record, digest=digest)])
    with archive.transaction():
        withdraw(archive.db, 1, NOW)
    archive.close()
    place = ("--archive", archive.folder)
    for target in ("pages.warc", "pages.wacz", "part/"):
        done = command(
            "export",
            target,
            *place,
            "--no-respect-rights",
            *(("--format", "sqlite") if target == "part/" else ()),
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        assert target == "part/" or "the pages of 1 withdrawn text left out" in done.stderr
    (packed,) = (each for each in zipfile.ZipFile(tmp_path / "pages.wacz").namelist() if each.endswith(".warc.gz"))
    packed = gzip.decompress(zipfile.ZipFile(tmp_path / "pages.wacz").read(packed))
    written = (tmp_path / "pages.warc").read_bytes(), packed
    assert [texts[1].encode() in each for each in written] == [False, False]
    assert [texts[2].encode() in each for each in written] == [True, True]
    for folder in (tmp_path / "part", archive.folder):
        with open_archive(folder) as opened:
            assert opened.page(2) == f"<p>{texts[2]}".encode()
            with pytest.raises(ArchiveError, match=r"withdrawn|no stored page"):
                opened.page(1)
    with Archive.open(tmp_path / "part") as part:
        assert rows(part, "SELECT id, page_id IS NULL, withdrawn IS NULL FROM articles") == [(1, 1, 0), (2, 0, 1)]
