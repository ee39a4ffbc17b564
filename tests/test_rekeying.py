"""An archive whose keys an earlier rule made, after `m007_address_keys`."""

import pytest
from conftest import NOW, SOURCES, command, rows

from newscrawler.items import Link
from newscrawler.storage.archive import Archive
from newscrawler.storage.schema import versions as schema
from newscrawler.storage.schema.rekeying import rekey
from newscrawler.storage.sites.sources import sync_sources
from newscrawler.urls import url_key

SITE = "https://gazette.example"
ARTICLES = [  # (address, the key that the earlier rule gave it)
    ("/one?ref=rss", "gazette.example/one?ref=rss"),
    ("/one", "gazette.example/one"),  # has what the first would get
    ("/news/two-ships/print", "gazette.example/news/two-ships/print"),
    ("/news/two-ships?view=print", "gazette.example/news/two-ships?view=print"),  # both would move to the same
    ("/c%E9", "gazette.example/c\ufffd"),
    ("/story.php?sid=3", "gazette.example/story.php"),
    ("/same", "gazette.example/same"),
]
LINKS = [  # (address, earlier key, state, article)
    ("/one?ref=rss", "gazette.example/one?ref=rss", "done", 1),
    ("/one", "gazette.example/one", "done", 2),
    ("/same?cmp=x&PHPSESSID=1", "gazette.example/same?PHPSESSID=1", "pending", None),
    ("/waiting", "gazette.example/waiting", "pending", None),
    ("/waiting?print=1", "gazette.example/waiting?print=1", "pending", None),
    ("/lost?from=rss", "gazette.example/lost?from=rss", "failed", None),
    ("/story.php?sid=4", "gazette.example/story.php", "pending", None),
    ("/gone?print=1", "gazette.example/gone?print=1", "failed", None),
    ("/gone?view=print", "gazette.example/gone?view=print", "pending", None),
    # each wants the key that the next one has, and the last one's is free
    ("/b", "gazette.example/a", "pending", None),
    ("/c", "gazette.example/b", "pending", None),
    ("/d", "gazette.example/c", "pending", None),
]


@pytest.fixture
def old_archive(tmp_path):
    """An archive as it was before the migration."""
    with Archive.open(tmp_path / "archive") as archive:
        sync_sources(archive, SOURCES)
        with archive.transaction():
            for place, (path, key) in enumerate(ARTICLES, 1):
                archive.db.execute(
                    "INSERT INTO stories (id, first_article_id, articles, sources) VALUES (?, ?, 1, 1)", [place] * 2
                )
                archive.db.execute(
                    """
                    INSERT INTO articles (id, url, url_key, source_id, title, text, word_count, story_id, first_seen, last_seen,
                                          content_hash, extractor)
                    VALUES (?, ?, ?, 'gazette', 'A title', 'Some text.', 2, ?, '2026', '2026', ?, 'test')
                    """,
                    [place, SITE + path, key, place, f"1-{place}"],
                )
            for path, key, state, article in LINKS:
                archive.db.execute(
                    "INSERT INTO links (url, url_key, source_id, discovered, state, article_id) VALUES (?, ?, 'gazette', '2026', ?, ?)",
                    [SITE + path, key, state, article],
                )
            archive.db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm007_address_keys'")
    return tmp_path / "archive"


def test_keys_are_made_anew_and_nothing_is_lost(old_archive):
    with Archive.open(old_archive) as archive:
        assert archive.migrated == ["m007_address_keys"]
        assert rows(archive, "SELECT id, url_key FROM articles ORDER BY id") == [
            (1, "gazette.example/one?ref=rss"),
            (2, "gazette.example/one"),
            (3, "gazette.example/news/two-ships"),
            (4, "gazette.example/news/two-ships?view=print"),
            (5, "gazette.example/c%E9"),
            (6, "gazette.example/story.php?sid=3"),
            (7, "gazette.example/same"),
        ]
        assert rows(archive, "SELECT id, url_key, state, article_id, reason FROM links ORDER BY id") == [
            (1, "gazette.example/one?ref=rss", "done", 1, None),
            (2, "gazette.example/one", "done", 2, None),
            (3, "gazette.example/same", "done", 7, "unchanged: same address key as article 7"),
            (4, "gazette.example/waiting", "pending", None, None),
            (5, "gazette.example/waiting?print=1", "done", None, "unchanged: same address key as link 4"),
            (6, "gazette.example/lost", "failed", None, None),
            (7, "gazette.example/story.php?sid=4", "pending", None, None),
            (8, "gazette.example/gone", "failed", None, None),
            (9, "gazette.example/gone?view=print", "pending", None, None),
            (10, "gazette.example/b", "pending", None, None),
            (11, "gazette.example/c", "pending", None, None),
            (12, "gazette.example/d", "pending", None, None),
        ]
        assert rows(archive, "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'text'") == [(7,)]
        assert rows(archive, "PRAGMA foreign_key_check") == []


def test_the_archive_goes_on_with_the_new_keys(old_archive):
    with Archive.open(old_archive) as archive, archive.transaction():
        assert (
            archive.frontier.push([Link(f"{SITE}/amp/news/two-ships"), Link(f"{SITE}/one?ref=nav")], "gazette", None, NOW)
            == 1
        )
        assert rows(archive, "SELECT state, article_id FROM links WHERE url_key = 'gazette.example/news/two-ships'") == [
            ("done", 3)
        ]


def test_a_second_time_changes_nothing(old_archive):
    with Archive.open(old_archive) as archive:
        before = rows(archive, "SELECT * FROM links"), rows(archive, "SELECT * FROM articles")
        with archive.transaction():
            rekey(archive.db)
        assert (rows(archive, "SELECT * FROM links"), rows(archive, "SELECT * FROM articles")) == before


def test_the_command_says_so(old_archive):
    done = command("migrate", "--archive", old_archive, cwd=old_archive.parent)
    assert (done.returncode, done.stdout) == (0, f"{old_archive}: m007_address_keys\n")


def test_all_migrations_on_an_archive_of_the_first_schema(tmp_path):
    """The first migration alone, rows as the first rule made them, then all the others."""
    from newscrawler.storage.database.connect import connect_for_writing

    db = connect_for_writing(tmp_path)
    schema.migrations().apply(db, stop_before="m002_copies")
    with db.atomic():
        db.execute(
            "INSERT INTO sources (id, name, home, kind, keep) VALUES ('gazette', 'G', 'https://gazette.example', 'x', 'all')"
        )
        db.execute(
            "INSERT INTO links (url, url_key, source_id, discovered) VALUES (?, 'gazette.example/two-ships/print', 'gazette', '2026')",
            [f"{SITE}/two-ships/print"],
        )
    schema.migrate(db)
    assert db.execute("SELECT url_key FROM links").fetchall() == [(url_key(f"{SITE}/two-ships"),)]
    db.close()
