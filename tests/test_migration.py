"""An archive of the schema before `m009_search`, brought to today's."""

import pytest
from sqlite_utils import Database, Migrations

from newscrawler.search.query import compile_query
from newscrawler.search.ranking import search
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage import schema

BEFORE = "m009_search"


@pytest.fixture
def old(tmp_path):
    """A database that earlier migrations alone made, with three articles."""
    db = Database(tmp_path / "news.db")
    earlier = Migrations("newscrawler")
    for each in schema.migrations._migrations:
        if each.name == BEFORE:
            break
        earlier(name=each.name)(each.fn)
    earlier.apply(db)
    db.execute(
        "INSERT INTO sources (id, name, home, country, kind, keep) VALUES ('relay', 'Relay', '', 'FR', 'agency', 'all')"
    )
    db.execute("INSERT INTO topics (topic_id, label, scheme) VALUES ('medtop:1', 'sanctions', 'iptc')")
    for number, (title, published) in enumerate(
        [("Frigates", "2026-11-01"), ("防衛省の発表", None), ("Bread", "2026-11-01")], 1
    ):
        db.execute("INSERT INTO stories (id, first_article_id, articles, sources) VALUES (?, ?, 1, 1)", [number] * 2)
        db.execute(
            """
            INSERT INTO articles (id, url, url_key, source_id, title, text, word_count, story_id, first_seen, last_seen,
                                  content_hash, extractor, published, language)
            VALUES (:id, :id, :id, 'relay', :title, 'Some text.', 2, :id, '2026-11-20T10:00:00Z', '2026', :id, 'test', :published, 'en')
            """,
            {"id": number, "title": title, "published": published},
        )
    db.execute("INSERT INTO article_topics (article_id, topic_id, score, terms) VALUES (1, 'medtop:1', 0.5, '[]')")
    db.execute(
        "INSERT INTO mentions (article_id, kind, code, name, count, main) VALUES (1, 'country', 'UA', 'Ukraine', 1, 1)"
    )
    db.execute("INSERT INTO reviews (article_id, decision, decided) VALUES (3, 'drop', '2026')")
    db.conn.commit()
    return db


def test_an_older_archive_learns_the_filters(old):
    assert schema.migrate(old)[0] == BEFORE
    found = {
        query: [hit.id for hit in search(old, compile_query(query, vocabulary(old)))]
        for query in (
            "",
            "topic:sanctions mentions:ukraine country:fr",
            "title:防衛省",
            "bread",
            "since:2026-11-02",
            "by:nobody",
        )
    }
    assert found == {
        "": [2, 1],
        "topic:sanctions mentions:ukraine country:fr": [1],
        "title:防衛省": [2],
        "bread": [],
        "since:2026-11-02": [2],
        "by:nobody": [],
    }
    assert old.execute("SELECT day, articles FROM days ORDER BY day").fetchall() == [("2026-11-01", 2), ("2026-11-20", 1)]
    old.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")
    assert old["articles"].detect_fts() == "articles_fts"
    assert schema.migrate(old) == []


def test_it_is_the_same_schema_as_a_new_one(old, tmp_path):
    new = Database(tmp_path / "new.db")
    schema.migrate(new)
    schema.migrate(old)
    listed = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '\\_sqlite%' ESCAPE '\\' ORDER BY type, name"
    assert old.execute(listed).fetchall() == new.execute(listed).fetchall()
