"""Archives out of archives and into archives: the same articles, states, pages, verdicts, reviews and stories."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from conftest import NOW, SOURCES, candidate, lease, rows
from test_intake import BAKERY, NAVY, OTHER_NAVY, URL

from newscrawler.api import open_archive
from newscrawler.dates import iso
from newscrawler.dedup.fingerprints import fingerprints, shingled
from newscrawler.export.archives import write_archive, write_database
from newscrawler.export.origin import Origin
from newscrawler.intake.archives import place_and_identity, take_archive
from newscrawler.intake.run import Intake, Report
from newscrawler.items import Lease, Update
from newscrawler.items.rights import RightsKind, RightsOrigin, Statement
from newscrawler.reports import articles
from newscrawler.reports.whole_articles import whole_articles
from newscrawler.reprocess.verify import check_records, check_texts
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles import imports, verdicts
from newscrawler.storage.articles.withdrawal import withdraw
from newscrawler.storage.database.connect import connect_for_reading
from newscrawler.storage.sites.publishers import Publishers
from newscrawler.storage.sites.sources import sync_sources

WORDS = "url, content_hash, title, text, published, first_seen, last_seen, authors, language, origins, story_id, labels"
STATES = "article_id, seen, change, content_hash, reason, states"
SAME = {
    "articles": f"id, page_id, {WORDS}",
    "revisions": f"id, page_id, {STATES}",
    "pages": "id, url, fetched, digest",
    "verdicts": "*",
    "article_topics": "*",
    "mentions": "*",
    "reviews": "*",
    "copies": "*",
    "fingerprints": "*",
    "revisits": "*",
    "stories": "id, first_article_id, articles, sources",
    "sources": "id, name, home, keep",
}


def content(db, tables=SAME):
    found = {}
    for table, columns in tables.items():
        where = "WHERE articles > 0" if table == "stories" else ""
        found[table] = sorted(map(repr, db.execute(f"SELECT {columns} FROM {table} {where}").fetchall()))
    return found


def as_archive(db, folder, target, ids=None, write=write_archive):
    origin = Origin(db, folder / "pages", "", "", "", NOW)
    write(whole_articles(db, ids or articles.ids(db)), origin, target)
    return origin.lost


def test_a_sub_archive_is_an_archive(demo_archive, tmp_path):
    with closing(connect_for_reading(demo_archive)) as db:
        assert as_archive(db, demo_archive, tmp_path / "all") == []
        before = content(db)
        kept = [row[0] for row in db.execute("SELECT id FROM articles WHERE id % 3 = 0 ORDER BY id")]
        as_archive(db, demo_archive, tmp_path / "some", kept)
    with closing(connect_for_reading(tmp_path / "all")) as db:
        # pages of links without an article are not of it, nor sources without one
        now = content(db)
        for name in ("pages", "sources"):
            assert set(now.pop(name)) <= set(before.pop(name))
        assert now == before
        assert list(check_records(db, tmp_path / "all" / "pages")) == list(check_texts(db)) == []
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    with open_archive(tmp_path / "some") as some, open_archive(demo_archive) as whole:
        assert [each.id for each in some.articles()] == kept
        assert [some.page(each) for each in kept] == [whole.page(each) for each in kept]
        found = {hit.id for hit in whole.search("ministers", every_copy=True)} & set(kept)
        assert {hit.id for hit in some.search("ministers", every_copy=True)} == found
    assert sorted(each.name for each in tmp_path.iterdir()) == ["all", "some"]


def test_a_database_by_itself_is_taken_in_as_it_is(demo_archive, tmp_path):
    with closing(connect_for_reading(demo_archive)) as db:
        as_archive(db, demo_archive, tmp_path / "all.db", write=write_database)
        before = content(db)
    with Archive.open(tmp_path / "again") as again:
        done = take_all(again, tmp_path / "all.db")
        assert done.counts == {"new": 17}
        now = content(again.db)
        same = [name for name in SAME if name not in ("pages", "sources", "articles", "revisions")]
        assert {name: now[name] for name in same} == {name: before[name] for name in same}
        assert rows(again, "SELECT count(*) FROM pages") == [(0,)]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["again", "all.db"]


def take_all(archive, path, now=NOW, respect=frozenset(), faults=None):
    report = Report() if faults is None else Report(fault=lambda each: faults.append(each.reason))
    intake = Intake(archive, None, Publishers(SOURCES), now, report, respect=respect)
    with archive.transaction():
        at = imports.begin(archive.db, {"file": str(path), "kind": "archive", "size": None, "digest": None}, {}, now)
    return take_archive(intake, Path(path), at)


def test_our_own_archive_comes_back_hash_by_hash(demo_archive, tmp_path):
    with closing(connect_for_reading(demo_archive)) as db:
        before = content(db)
    with Archive.open(tmp_path / "again") as again:
        assert take_all(again, demo_archive).counts == {"new": 17}
        now = content(again.db)
        for name in ("pages", "sources"):
            assert set(now.pop(name)) <= set(before.pop(name))
        assert now == before
        assert rows(again, "SELECT DISTINCT import_id FROM articles") == [(1,)]
        assert rows(again, "SELECT count(DISTINCT segid) FROM articles_fts_idx") == [(1,)]  # indexed together
        assert rows(again, "SELECT * FROM articles_unindexed") == []
        again.db.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
        assert list(check_records(again.db, tmp_path / "again" / "pages")) == []
        whole = list(again.db.conn.iterdump())
        assert take_all(again, demo_archive).counts == {"there already": 17}  # nothing twice
        assert [each for each in again.db.conn.iterdump() if '"imports"' not in each] == [
            each for each in whole if '"imports"' not in each]  # fmt: skip


class Stopped(Exception):
    pass


def stopped_and_gone_on(archive, path, behind):
    """Taken in, but for a stop behind so many articles; what the whole has come to."""

    def stop(number):
        raise Stopped

    with archive.transaction():
        at = imports.begin(archive.db, {"file": str(path), "kind": "archive", "size": None, "digest": "d"}, {}, NOW)
    intake = Intake(archive, None, Publishers(SOURCES), NOW, Report(progress=stop))
    with mock.patch("newscrawler.intake.archives.BATCH", behind), pytest.raises(Stopped):
        take_archive(intake, path, at)
    at = imports.last(archive.db, "d", {})
    assert at.records
    return take_archive(Intake(archive, None, Publishers(SOURCES), NOW), path, at)


@pytest.mark.parametrize("behind", [2, 6, 12])
def test_stopped_at_any_place_it_comes_to_the_same(demo_archive, tmp_path, behind):
    """Into an empty archive with all its numbers; into another with the stories and copies that it has there."""
    # no story of theirs is found again by its words: that its articles are one is known from there alone
    theirs = tmp_path / "theirs"
    shutil.copytree(demo_archive, theirs)
    with closing(sqlite3.connect(theirs / "news.db")) as db, db:
        db.executescript("DELETE FROM recent_fingerprints; DELETE FROM gathered_fingerprints;")
    for own in ([], [candidate(Lease(0, "gazette", URL), TEXT)]):
        found = []
        for take in (take_all, lambda archive, path: stopped_and_gone_on(archive, path, behind)):
            with Archive.open(tmp_path / f"{len(own)}{len(found)}") as archive:
                sync_sources(archive, SOURCES)
                archive.file(own)
                assert take(archive, theirs).counts == {"new": 17}
                found.append(content(archive.db))
        assert found[0] == found[1]
        assert len(found[0]["copies"]) >= 3


def test_another_archive_in_the_same_folder_goes_on_nowhere(tmp_path):
    found = set()
    for name in ("one", "other"):
        Archive.open(tmp_path / name).close()
        (tmp_path / name).rename(tmp_path / "here")
        found |= {place_and_identity(tmp_path / "here") for _ in range(2)}
        (tmp_path / "here").rename(tmp_path / name)
    assert len(found) == 2


def test_pages_that_hold_no_article_keep_their_numbers(archive, demo_archive):
    """An archive that has fetched, and kept nothing."""
    archive.db.execute(
        "INSERT INTO pages (url, fetched, status, digest, warc_file, warc_offset, warc_length) VALUES (?, ?, 200, 'd', 'w', 0, 1)",
        [URL, iso(NOW)],
    )
    before = rows(archive, "SELECT * FROM pages")
    assert take_all(archive, demo_archive).counts == {"new": 17}
    assert rows(archive, "SELECT * FROM pages WHERE import_id IS NULL") == before
    joined = "SELECT count(*) FROM articles JOIN pages ON pages.id = page_id AND pages.url = articles.url"
    with closing(connect_for_reading(demo_archive)) as theirs:
        assert rows(archive, joined) == theirs.execute(joined).fetchall()


TEXT, OTHER, MORE = "\n".join(NAVY), "\n".join(OTHER_NAVY), "\n".join([*NAVY, "A third ship may follow in the summer."])


def test_two_archives_become_one(archive, tmp_path):
    """What both have becomes one article, with the states, the review and the last text of either."""
    day = timedelta(days=1)
    archive.file([candidate(lease(archive, URL), TEXT, fetched=NOW - 5 * day)])
    archive.file([candidate(lease(archive, "https://gazette.example/own"), "Only here is this text to be found.")])
    with Archive.open(tmp_path / "theirs") as theirs:
        sync_sources(theirs, SOURCES)
        theirs.file([candidate(lease(theirs, "https://relay.example/sub", "relay"), OTHER, fetched=NOW - 8 * day)])
        theirs.file([candidate(lease(theirs, "https://relay.example/copy", "relay"), TEXT, fetched=NOW - 7 * day)])
        theirs.file([candidate(lease(theirs, URL), TEXT, fetched=NOW - 6 * day)])
        theirs.file([candidate(Lease(0, "gazette", URL, article_id=3), MORE, fetched=NOW - 2 * day)])
        theirs.db.execute(  # a page of another text: it was no state of the article there, and is none here
            "INSERT INTO article_states (article_id, seen, change, text, content_hash) "
            "VALUES (3, '2026-11-18T12:00:00Z', 'doubtful', 'Bakers ask for rain.', 'x')"
        )
        verdicts.review(theirs.db, [1], "drop", NOW)
        verdicts.review(theirs.db, [3], "keep", NOW)
    verdicts.review(archive.db, [1], "drop", NOW - day)
    assert take_all(archive, tmp_path / "theirs").counts == {"new": 2, "merged": 1}
    found = rows(archive, "SELECT id, url, text, first_seen, last_seen FROM articles ORDER BY id")
    assert found[0] == (1, URL, MORE, "2026-11-16T12:00:00Z", "2026-11-20T12:00:00Z")
    assert [each[:3] for each in found[2:]] == [
        (3, "https://relay.example/sub", OTHER), (4, "https://relay.example/copy", TEXT)]  # fmt: skip
    states = rows(archive, "SELECT seen, change, text FROM revisions WHERE article_id = 1 ORDER BY seen")
    assert states == [("2026-11-16T12:00:00Z", "new", TEXT), ("2026-11-20T12:00:00Z", "revised", MORE)]
    assert rows(archive, "SELECT article_id, decision FROM reviews ORDER BY 1") == [(1, "keep"), (3, "drop")]
    # the copy is one of the story that its text has here
    assert rows(archive, "SELECT count(DISTINCT story_id) FROM articles WHERE id IN (1, 4)") == [(1,)]
    assert rows(archive, "PRAGMA foreign_key_check") == []
    assert take_all(archive, tmp_path / "theirs").counts == {"there already": 3}


def say(archive, kind, article, other, at=NOW):
    sql = "INSERT INTO event_corrections (kind, article_id, other_id, decided) VALUES (?, ?, ?, ?)"
    archive.db.execute(sql, [kind, article, other, at if isinstance(at, str) else iso(at)])


def said_of_events(archive):
    return rows(archive, "SELECT kind, article_id, other_id, decided FROM event_corrections ORDER BY id")


@pytest.mark.parametrize(
    ("kind", "at", "here", "comes"),
    [
        ("join", NOW, [], True),
        ("join", NOW, [("part", NOW - timedelta(days=1))], True),
        ("part", NOW, [("join", NOW + timedelta(days=1))], False),
        ("odd", NOW, [], False),
        ("join", "soon", [], False),
        ("join", "0001-01-01T00:00:00+23:00", [], False),
    ],
)
def test_what_was_said_of_events_comes_along_and_the_last_word_counts(archive, tmp_path, kind, at, here, comes):
    """Said of articles, which have other numbers here; what is taken in again is not said again."""
    sub, own = "https://relay.example/sub", "https://gazette.example/own"
    archive.file([candidate(lease(archive, own), "Only here is this text to be found.")])
    archive.file([candidate(lease(archive, sub, "relay"), OTHER), candidate(lease(archive, URL), TEXT)])
    for said in here:
        say(archive, said[0], 3, 2, said[1])
    with Archive.open(tmp_path / "theirs") as theirs:
        sync_sources(theirs, SOURCES)
        theirs.file([candidate(lease(theirs, URL), TEXT), candidate(lease(theirs, sub, "relay"), OTHER)])
        theirs.file([candidate(lease(theirs, "https://gazette.example/bread"), "\n".join(BAKERY))])
        say(theirs, kind, 1, 2, at)
    archive.db.execute("DELETE FROM to_group")
    for _ in range(2):
        take_all(archive, tmp_path / "theirs")
        expected = [(kind, 3, 2, iso(at))] if comes else [(each, 3, 2, iso(when)) for each, when in here]
        assert said_of_events(archive) == expected
    waiting = {row[0] for row in rows(archive, "SELECT article_id FROM to_group")}
    assert ({2, 3} <= waiting) == comes
    assert as_archive(archive.db, archive.folder, tmp_path / "part", ids=[2, 3]) == []
    with Archive.open(tmp_path / "part") as part:
        assert said_of_events(part) == said_of_events(archive)


def test_a_live_blog_that_says_something_else_keeps_nothing_of_its_entries(archive, tmp_path):
    def blog(lease, text, entry, fetched):
        made = candidate(lease, text, fetched=fetched)
        article = replace(made.article, updates=(Update(None, "Noon", entry),))
        return replace(made, article=article, fingerprints=tuple(fingerprints(shingled(article.whole_text))))

    day = timedelta(days=1)
    archive.file([blog(lease(archive, URL), TEXT, "A tug came out of the harbour to tow the ferry home.", NOW - 5 * day)])
    with Archive.open(tmp_path / "theirs") as theirs:
        sync_sources(theirs, SOURCES)
        theirs.file(
            [blog(lease(theirs, URL), OTHER, "Bakers of the town ask for rain and for cheaper flour.", NOW - 2 * day)]
        )
        expected = rows(theirs, "SELECT hash, article_id FROM fingerprints ORDER BY 1")
    assert take_all(archive, tmp_path / "theirs").counts == {"merged": 1}
    assert rows(archive, "SELECT hash, article_id FROM fingerprints ORDER BY 1") == expected


def test_a_text_that_was_withdrawn_in_one_archive_stays_in_the_other(archive, tmp_path):
    day, noarchive = timedelta(days=1), Statement(RightsKind.ROBOTS, "noarchive", RightsOrigin.HEADER)
    archive.file([candidate(lease(archive, URL), TEXT, fetched=NOW - 5 * day)])
    with Archive.open(tmp_path / "theirs") as theirs:
        sync_sources(theirs, SOURCES)
        theirs.file([candidate(lease(theirs, URL), TEXT, fetched=NOW - 2 * day, rights=(noarchive,))])
        theirs.file([candidate(lease(theirs, "https://relay.example/sub", "relay"), OTHER, rights=(noarchive,))])
        with theirs.transaction():
            withdraw(theirs.db, 1, NOW)
    assert take_all(archive, tmp_path / "theirs", respect=frozenset({"noarchive"})).counts == {"withheld": 2}
    assert take_all(archive, tmp_path / "theirs").counts == {"there already": 1, "new": 1}
    assert rows(archive, "SELECT text, withdrawn FROM articles ORDER BY id") == [(TEXT, None), (OTHER, None)]


def test_a_record_that_is_lost_costs_its_page_and_is_named(demo_archive, tmp_path):
    with closing(connect_for_reading(demo_archive)) as db:
        as_archive(db, demo_archive, tmp_path / "all")
    shutil.rmtree(tmp_path / "all" / "pages")
    with closing(connect_for_reading(tmp_path / "all")) as db:
        lost = as_archive(db, tmp_path / "all", tmp_path / "less")
    assert len(lost) >= 17
    with closing(connect_for_reading(tmp_path / "less")) as db:
        assert db.execute("SELECT count(*), count(page_id) FROM articles").fetchone() == (17, 0)


def test_what_is_wrong_in_an_archive_of_others_costs_itself(archive, tmp_path):
    """An archive that somebody sent is data, and may have been written by anything."""
    with Archive.open(tmp_path / "theirs") as theirs:
        sync_sources(theirs, SOURCES)
        made = [candidate(lease(theirs, f"https://relay.example/{n}", "relay"), f"{OTHER} {n}.") for n in range(4)]
        theirs.file(made)
        theirs.db.execute("PRAGMA foreign_keys = OFF")
        theirs.db.execute("UPDATE articles SET url = 'javascript:alert(1)' WHERE id = 1")
        theirs.db.execute("UPDATE articles SET first_seen = 'yesterday' WHERE id = 2")
        theirs.db.execute("UPDATE articles SET source_id = 'nobody' WHERE id = 3")
    archive.file([candidate(lease(archive, URL), TEXT)])
    faults = []
    assert take_all(archive, tmp_path / "theirs", faults=faults).counts == {"new": 2, "unreadable": 2}
    assert faults == [
        "article 1: its address is no http or https address",
        "article 2: when it was seen is no time",
    ]
    assert rows(archive, "SELECT name, home FROM sources WHERE id = 'nobody'") == [("nobody", "about:blank")]
