"""Pages that are as full as they get weigh at most 60 kB, unpacked."""

from datetime import UTC, datetime, timedelta

import pytest
from reading_room import Visitor, write_story

from newscrawler.items import Source
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles.labels import relabel
from newscrawler.storage.sites.sources import sync_sources

MOST = 60 * 1024  # bytes
LAST = datetime(2026, 11, 22, 9, tzinfo=UTC)
SOURCES, STORIES, TOPICS = 30, 80, 12
TITLE = "Ministers of four countries agree on a joint patrol of the strait after week of talks"
TEXT = (
    f"{TITLE}, officials said. " + "The two fleets are to meet in the roadstead in spring, a spokesman told reporters. " * 20
)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Eighty stories of one to eight copies within two days, with headlines, leads and topics of the usual length."""
    folder = tmp_path_factory.mktemp("heavy") / "archive"
    countries, languages = ("FR", "DE", "PL", "JP", "EE", "US"), ("en", "fr", "de")
    with Archive.open(folder) as archive:
        sync_sources(
            archive,
            [
                Source(
                    f"s{n}", f"The Evening Observer of Town {n}", f"https://s{n}.example/", "newspaper",
                    country=countries[n % 6], languages=(languages[n % 3],),
                )
                for n in range(SOURCES)
            ],
        )  # fmt: skip
        with archive.transaction():
            db = archive.db
            for story in range(STORIES, 0, -1):  # in the order in which they came
                write_story(
                    db,
                    story,
                    [n % SOURCES for n in range(story, story + 1 + story % 8)],
                    LAST - timedelta(minutes=30 * story + 480),
                )
            db.execute(
                "UPDATE articles SET title = :title || ' ' || id, lead = substr(:text, 1, 240), text = :text || id, word_count = 300",
                {"title": TITLE, "text": TEXT},
            )
            db.conn.executemany(
                "INSERT INTO topics (topic_id, label) VALUES (?, ?)",
                [(f"t:{n}", f"freedom of navigation {n}") for n in range(TOPICS)],
            )
            db.execute(
                f"INSERT INTO article_topics SELECT articles.id, 't:' || ((articles.id + n.value) % {TOPICS}), 0.9, '[]' FROM articles, json_each('[1,2,3,4]') AS n"
            )
            db.conn.executemany(
                "INSERT INTO mentions (kind, code, name, count, main, article_id) SELECT 'country', ?, ?, 2, 1, id FROM articles",
                [(each, each) for each in ("UA", "IR", "TR", "CN", "IN", "BR", "ZA", "NO")],
            )
            relabel(db, [row[0] for row in db.execute("SELECT id FROM articles").fetchall()])
    visitor = Visitor(folder / "news.db")
    yield visitor
    visitor.close()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/schema",
        "/source/s1",
        "/search?q=%22joint+patrol%22",
        "/search?q=fleets+since%3A2026-01-01",
        "/events",
        "/sources",
    ],
)
def test_a_full_page_is_light(room, path):
    answer = room.get(path)
    assert answer.status_code == 200
    assert len(answer.text.encode()) <= MOST


def test_the_pages_that_are_weighed_are_full(room):
    assert room.get("/search?q=%22joint+patrol%22").text.count('class="entry') == 20
    assert room.get("/").text.count('class="entry') >= 20
