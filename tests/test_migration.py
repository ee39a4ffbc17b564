"""An archive of the schema before `m009_search`, brought to today's."""

import pytest
from sqlite_utils import Database, Migrations

from newscrawler.dedup.fingerprints import fingerprints, shingled
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import Listing, search
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles.labels import TIME, token
from newscrawler.storage.schema import versions as schema
from newscrawler.storage.schema.triggers import missing_triggers, todays_triggers
from newscrawler.storage.sites.profiles import unpacked
from newscrawler.text import content_hash

BEFORE = "m009_search"


def archive_before(migration, path):
    """An archive with one source that has the migrations before one."""
    db = Database(path)
    earlier = Migrations("newscrawler")
    for name, step in schema.STEPS.items():
        if name == migration:
            break
        earlier(name=name)(step)
    earlier.apply(db)
    db.execute(
        "INSERT INTO sources (id, name, home, country, kind, keep) VALUES ('relay', 'Relay', '', 'FR', 'agency', 'all')"
    )
    return db


@pytest.fixture
def old(tmp_path):
    """A database that earlier migrations alone made, with three articles."""
    db = archive_before(BEFORE, tmp_path / "news.db")
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
    yield db
    db.close()


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


def test_what_nobody_dates_is_of_the_day_of_its_last_change(old):
    old.execute("UPDATE articles SET modified = '2026-11-15T10:00:00Z' WHERE id = 2")
    schema.migrate(old)
    days = "SELECT day, articles FROM days WHERE articles > 0 ORDER BY day"
    assert old.execute(days).fetchall() == [("2026-11-01", 2), ("2026-11-15", 1)]
    assert token(TIME, "2026-11-15") in old.execute("SELECT labels FROM articles WHERE id = 2").fetchone()[0].split()
    old.execute("UPDATE articles SET modified = '2026-11-16' WHERE id = 2")
    assert old.execute(days).fetchall() == [("2026-11-01", 2), ("2026-11-16", 1)]
    old.execute("UPDATE articles SET published = '2026-11-14' WHERE id = 2")
    assert old.execute(days).fetchall() == [("2026-11-01", 2), ("2026-11-14", 1)]
    old.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")


def test_it_is_the_same_schema_as_a_new_one(old, tmp_path):
    new = Database(tmp_path / "new.db")
    schema.migrate(new)
    schema.migrate(old)
    listed = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '\\_sqlite%' ESCAPE '\\' ORDER BY type, name"
    assert old.execute(listed).fetchall() == new.execute(listed).fetchall()
    new.close()


def test_texts_with_vowel_signs_are_named_anew(tmp_path):
    db = archive_before("m014_marks", tmp_path / "news.db")
    texts = {1: "सेना ने सीमा पर नया पुल बनाया", 2: TEXTS_WITHOUT_MARKS}
    for number, text in texts.items():
        db.execute("INSERT INTO stories (id, first_article_id, articles, sources) VALUES (?, ?, 1, 1)", [number] * 2)
        db.execute(
            """
            INSERT INTO articles (id, url, url_key, source_id, title, text, word_count, story_id, first_seen, last_seen,
                                  content_hash, extractor)
            VALUES (:id, :id, :id, 'relay', 'A title', :text, 2, :id, '2026-11-20T10:00:00Z', '2026', :hash, 'test')
            """,
            {"id": number, "text": text, "hash": f"1-old-{number}"},
        )
        db.execute("INSERT INTO fingerprints (hash, article_id) VALUES (?, ?)", [number, number])
    db.conn.commit()
    assert schema.migrate(db)[0] == "m014_marks"
    named = dict(db.execute("SELECT id, content_hash FROM articles").fetchall())
    assert named == {1: content_hash(texts[1]), 2: "1-old-2"}
    kept = {row[0] for row in db.execute("SELECT hash FROM fingerprints WHERE article_id = 1").fetchall()}
    assert kept == set(fingerprints(shingled(texts[1])))
    assert db.execute("SELECT hash FROM fingerprints WHERE article_id = 2").fetchall() == [(2,)]
    db.close()


TEXTS_WITHOUT_MARKS = "Ships left the harbour."
TEXTS = {
    1: "Die Ver\xadteidi\xadgung der K\u00fcste war am Montag das Thema, und alle Minister kamen nach Stra\u00dfburg.",
    2: "\u0423 \u0412\u02bc\u0454\u0442\u043d\u0430\u043c\u0456 \u0437\u0431\u0443\u0434\u0443\u0432\u0430\u043b\u0438 \u0444\u0440\u0435\u0433\u0430\u0442 \u0456 \u0434\u0432\u0430 \u043a\u043e\u0440\u0432\u0435\u0442\u0438.",
    3: "Die Verteidigung der K\u00fcste war am Montag das Thema, und alle Minister kamen nach Stra\u00dfburg.",
    4: "Ships left the harbour for a drill of the two navies in the north.",
}


def test_letters_of_a_filled_archive_are_folded_and_words_named_anew(tmp_path):
    db = archive_before("m012_letters", tmp_path / "news.db")
    for number, text in TEXTS.items():
        db.execute("INSERT INTO stories (id, first_article_id, articles, sources) VALUES (?, ?, 1, 1)", [number] * 2)
        values = {
            "id": number,
            "title": text[:10],
            "text": text,
            "hash": f"1-{number}" if number < 3 else content_hash(text),
        }
        db.execute(
            """
            INSERT INTO articles (id, url, url_key, source_id, title, text, word_count, story_id, first_seen, last_seen,
                                  content_hash, extractor, authors)
            VALUES (:id, :id, :id, 'relay', :title, :text, 2, :id, '2026-11-20T10:00:00Z', '2026', :hash, 'test', '["Wł. Łoś"]')
            """,
            values,
        )
        db.execute(
            "INSERT INTO revisions (article_id, seen, change, title, text, content_hash) VALUES (:id, '2026', 'new', :title, :text, :hash)",
            values,
        )
        kept = fingerprints(shingled(text)) if number > 2 else [number]
        db.conn.executemany("INSERT INTO fingerprints (hash, article_id) VALUES (?, ?)", [(each, number) for each in kept])
    db.conn.commit()
    assert schema.migrate(db)[0] == "m012_letters"
    kept = dict(db.execute("SELECT id, text FROM articles").fetchall())
    assert (kept[1], kept[2]) == (TEXTS[3], TEXTS[2])
    for table in ("articles", "revisions"):
        named = db.execute(f"SELECT text, content_hash FROM {table}").fetchall()
        assert [each for text, each in named] == [content_hash(text) for text, _ in named]
    hashes = {number: set(fingerprints(shingled(kept[number]))) for number in kept}
    stored = {
        number: {row[0] for row in db.execute("SELECT hash FROM fingerprints WHERE article_id = ?", [number]).fetchall()}
        for number in kept
    }
    assert stored == hashes
    asked = ("verteidigung", "strasburg", "strassburg", "В'єтнамі", "by:los", "drill")
    found = {query: {hit.id for hit in search(db, compile_query(query), Listing(every_copy=True))} for query in asked}
    assert found == {
        "verteidigung": {1, 3},
        "strasburg": set(),
        "strassburg": {1, 3},
        "В'єтнамі": {2},
        "by:los": {1, 2, 3, 4},
        "drill": {4},
    }
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")
    db.execute("DELETE FROM articles WHERE id = 1")
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")
    db.close()


OLD_REASONS = {
    "retry: DNS lookup failed: no results for hostname lookup: a.example.; attempt 2": "no-answer",
    "failed: User timeout caused connection failure.; given up after 14 attempts": "no-answer",
    "failed: timeout": "no-answer",
    "failed: Connection refused": "no-answer",
    "gone: Connection was refused by other side: 111: Connection refused.; 6 times in a row": "no-answer",
    "retry: ResponseNeverReceived; attempt 1": "no-answer",
    "gone: redirected to a login form, https://a.example/login": "login",
    'gone: soft 404: it says "page not found"': "soft-404",
    'gone: soft 404: it says "HTTP 404"': "soft-404",
    'gone: a wall: it says "subscribe to read", with 40 words of 400': "login",
    "gone: still gone: HTTP 410, gone": "gone",
    "gone: the text collapsed: 3 words of 400": None,
    "retry: another text at its address, nothing of headline and text is kept; attempt 1": None,
    "failed: article 7 is there already: HTTP 451, withheld for legal reasons": "legal",
    "failed: HTTP 404, not found": "not-found",
    "retry: HTTP 503; attempt 1": "busy",
    "retry: not asked, robots.txt cannot be had: HTTP 404; attempt 1": "robots-missing",
    "failed: no article: its worker said HTTP 404": "worker",
    "failed: refused: a.example is at 10.0.0.1, no public address; allow_networks in newscrawler.toml opens it": "address",
    "failed: no article: an empty page": "no-text",
    "new: about HTTP 404": None,
}


def test_old_sentences_are_named(tmp_path):
    db = archive_before("m011_failures", tmp_path / "news.db")
    db.conn.executemany(
        "INSERT INTO links (url, url_key, source_id, discovered, reason, state) VALUES (:reason, :reason, 'relay', '2026', :reason, 'failed')",
        [{"reason": reason} for reason in OLD_REASONS],
    )
    db.execute("INSERT INTO endpoints (id, source_id, kind, url, reason) VALUES (1, 'relay', 'rss', 'a', 'timeout')")
    run = "INSERT INTO runs (id, started, command) VALUES (1, '2026', 'crawl')"
    db.execute(run)
    db.conn.executemany(
        "INSERT INTO polls (endpoint_id, run_id, at, status, error, seconds, links_seen, links_new) VALUES (1, 1, '2026', ?, ?, 0, 0, 0)",
        [(None, "words of a system of which we know nothing"), (200, "words of which we know nothing"), (200, "not a feed")],
    )
    db.conn.commit()
    assert schema.migrate(db)[0] == "m011_failures"
    assert dict(db.execute("SELECT reason, failure FROM links").fetchall()) == OLD_REASONS
    assert db.execute("SELECT failure FROM endpoints").fetchall() == [("no-answer",)]
    assert db.execute("SELECT failure FROM polls ORDER BY id").fetchall() == [("no-answer",), (None,), ("wrong-kind",)]
    db.close()


def test_a_text_that_the_article_has_is_kept_once_and_lines_of_one_article_in_its_hosts_window(tmp_path):
    db = archive_before("m026_states", tmp_path / "news.db")
    db.execute("INSERT INTO stories (id, first_article_id, articles, sources) VALUES (1, 1, 1, 1)")
    db.execute(
        """
        INSERT INTO articles (id, url, url_key, source_id, text, word_count, story_id, first_seen, last_seen, content_hash,
                              extractor) VALUES (1, 'u', 'u', 'relay', 'Now.', 1, 1, '2026', '2026', 'h', 'test')
        """
    )
    for number, (change, text) in enumerate((("new", "Once."), ("revised", "Now."), ("gone", "")), 1):
        db.execute(
            "INSERT INTO revisions (id, article_id, seen, change, text, content_hash) VALUES (?, 1, '2026', ?, ?, 'h')",
            [number, change, text],
        )
    name, other = ("a" * 16 + ":" + "b" * 16, "c" * 16 + ":" + "d" * 16)
    lines = [("e" * 16, f'["{name}"]', 1), ("f" * 16, f'["{name}", "{other}"]', 1), ("0" * 16, '["an older name"]', 1)]
    db.conn.executemany("INSERT INTO site_lines (host, line, pages, articles, seen) VALUES ('h', ?, ?, ?, '2026')", lines)
    before = db.execute("SELECT * FROM revisions ORDER BY id").fetchall()
    columns = [row[1] for row in db.execute("PRAGMA table_info(revisions)").fetchall()]
    db.conn.commit()
    assert schema.migrate(db) == list(schema.STEPS)[list(schema.STEPS).index("m026_states") :]
    assert db.execute(f"SELECT {', '.join(columns)} FROM revisions ORDER BY id").fetchall() == before
    assert db.execute("SELECT id, text FROM article_states ORDER BY id").fetchall() == [(1, "Once."), (2, None), (3, "")]
    assert db.execute("SELECT line FROM site_lines").fetchall() == [("f" * 16,)]
    ((window,),) = db.execute("SELECT articles FROM site_windows WHERE host = 'h'").fetchall()
    assert unpacked(window) == [(name, ("e" * 16,))]
    db.close()


_PLACES = '"title":[1],"lead":[2,3],"body":[7]'
_FRIGATE = '{"term":"frégate*","language":"fr","topic":"naval","weight":%s}'
_BOMB = '{"term":"a \\"bomb\\"","language":"en","topic":null,"weight":0,"body":[9,11]}'
MATCHES = (
    f"[{_FRIGATE[:-1]},{_PLACES}}},{_BOMB}]" % "1.5",
    f'[{_FRIGATE[:-1]},"lead":[4]}}]' % "2",
    f'[{_FRIGATE},{{"term":1}},{{"term":"a","body":["z"]}}]' % "1.5",
    "[]", "x", "7",
)  # fmt: skip


def _add_article(db, number):
    db.execute("INSERT INTO stories (id, articles, sources) VALUES (?, 1, 1)", [number])
    cells = {"id": number, "url": f"https://relay.example/{number}", "url_key": number, "source_id": "relay"}
    cells |= {"story_id": number, "title": "A", "text": "x", "content_hash": "h", "word_count": 1, "extractor": "e"}
    cells |= {"authors": "[]", "first_seen": "2026-01-01", "last_seen": "2026-01-01", "relevance": 1}
    columns, names = ", ".join(cells), ", ".join(f":{name}" for name in cells)
    db.execute(f"INSERT INTO articles ({columns}) VALUES ({names})", cells)


def test_terms_of_verdicts_get_numbers_and_are_shown_in_words(tmp_path):
    db = archive_before("m031_matched_terms", tmp_path / "news.db")
    for number in range(1, len(MATCHES) + 1):
        _add_article(db, number)
    db.conn.executemany(
        "INSERT INTO verdicts VALUES (?, 'keep', 0.5, 0.25, 'because', '1', '2026', ?)", enumerate(MATCHES, 1)
    )
    before = db.execute("SELECT * FROM verdicts ORDER BY 1").fetchall()
    db.conn.commit()
    assert schema.migrate(db)[0] == "m031_matched_terms"
    assert db.execute("SELECT * FROM verdicts ORDER BY 1").fetchall() == before
    assert db.execute("SELECT term, weight FROM matched_terms").fetchall() == [
        ("frégate*", 1.5), ('a "bomb"', 0.0), ("frégate*", 2.0)
    ]  # fmt: skip
    assert db.execute("SELECT places FROM article_verdicts LIMIT 2").fetchall() == [
        ("[[1,[7],[1],[2,3]],[2,[9,11]]]",), ("[[3,[],[],[4]]]",)
    ]  # fmt: skip
    db.close()


_WEIGHTS = ("NaN", "1e999", f"1{'0' * 400}")
_TERMS = (_FRIGATE.replace("naval", str(number)).replace("frégate", str(number)) % 1 for number in range(40_000))
ODD = (
    *(_FRIGATE % weight for weight in _WEIGHTS),
    '{"term":"a\\ud800","language":"en","topic":null,"weight":1}',
    "[" * 9_999 + "]" * 9_999,
    ",".join(_TERMS),
    _FRIGATE.replace("naval", "n" * 1_000) % 1,
)


def test_whatever_another_program_left_of_verdicts_no_archive_stays_behind(tmp_path):
    db = archive_before("m031_matched_terms", tmp_path / "news.db")
    sql = "INSERT INTO verdicts VALUES (?, 'keep', 0.5, 0.25, 'because', '1', '2026', ?)"
    odd = [f"[{each}]" for each in ODD]
    with db.atomic():
        for number, matches in enumerate([*odd, f"[[1,[2]],7,{_FRIGATE}]" % 1], 1):
            _add_article(db, number)
            db.execute(sql, [number, matches])
    db.execute("PRAGMA foreign_keys = ON")
    schema.migrate(db)
    shown = [matches for (matches,) in db.execute("SELECT matches FROM verdicts ORDER BY article_id").fetchall()]
    assert shown == [*odd, f"[{_FRIGATE}]" % 1]  # a list is no term's number
    db.close()


def test_a_few_bytes_of_a_verdict_are_not_shown_as_gigabytes(archive):
    archive.db.execute("PRAGMA foreign_keys = OFF")
    archive.db.execute(
        "INSERT INTO matched_terms VALUES (1, ?, 'en', NULL, 1), (2, ?, 'en', NULL, 1)", ["a" * 10**5, "b" * 998]
    )
    for number in (1, 2):
        places = f"[{','.join([f'[{number}]'] * 5_000)}]"
        archive.db.execute("INSERT INTO article_verdicts VALUES (?, 'keep', 0, 0, '', '1', '2026', ?)", [number, places])
    shown = archive.db.execute("SELECT length(matches) FROM verdicts ORDER BY article_id").fetchall()
    assert shown[0] == (2,)
    assert 998_000 < shown[1][0] < 1_100_000


def test_fingerprints_of_before_are_settled_beside_whatever_view_there_is(tmp_path):
    db = archive_before("m032_fingerprints", tmp_path / "news.db")
    rows = [(-5, 1), (5, 1), (5, 2)]
    db.conn.executemany("INSERT INTO fingerprints VALUES (?, ?)", rows)
    db.execute("CREATE VIEW often AS SELECT hash FROM fingerprints GROUP BY hash HAVING count(*) > 1")
    db.execute("CREATE VIEW broken AS SELECT * FROM nowhere")
    db.conn.commit()
    later = ["m033_taken_back", "m034_dropped_of_events", "m035_own_stories", "m036_followed_events"]
    assert schema.migrate(db) == ["m032_fingerprints", *later]
    assert db.execute("SELECT * FROM settled_fingerprints").fetchall() == rows
    db.execute("INSERT INTO recent_fingerprints VALUES (3, '[-5]')")
    assert db.execute("SELECT * FROM fingerprints ORDER BY article_id, hash").fetchall() == [*rows, (-5, 3)]
    assert db.execute("SELECT hash FROM often ORDER BY 1").fetchall() == [(-5,), (5,)]  # of the view, not of its old table
    db.close()


def test_a_verdict_whose_article_another_program_deleted_keeps_no_archive_from_us(tmp_path):
    db = archive_before("m031_matched_terms", tmp_path / "news.db")
    db.execute("INSERT INTO verdicts VALUES (7, 'keep', 0.5, 0.25, 'because', '1', '2026', '[]')")
    db.conn.commit()
    db.execute("PRAGMA foreign_keys = ON")
    assert schema.migrate(db)[0] == "m031_matched_terms"
    assert db.execute("SELECT * FROM verdicts").fetchall() == []
    db.close()


@pytest.mark.parametrize("number", [1, 2])
def test_a_row_that_another_program_replaces_leaves_its_text_to_its_states(tmp_path, number):
    with Archive.open(tmp_path) as archive:
        db = archive.db
        columns = "id, url, url_key, source_id, text, word_count, story_id, first_seen, last_seen, content_hash, extractor"
        row = f"INTO articles ({columns}) VALUES (?, 'u', 'u', 'relay', ?, 1, 1, '2026', '2026', 'h', 'test')"
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute(f"INSERT {row}", [1, "Now."])
        for change, text in (("new", "Once."), ("revised", None)):
            db.execute(
                "INSERT INTO article_states (article_id, seen, change, text, content_hash) VALUES (1, '2026', ?, ?, 'h')",
                [change, text],
            )
        db.execute(f"INSERT OR REPLACE {row}", [number, "Theirs."])
        assert db.execute("SELECT text FROM article_states ORDER BY id").fetchall() == [("Once.",), ("Now.",)]


def test_triggers_that_another_program_dropped_come_back_with_what_they_minded(tmp_path):
    with Archive.open(tmp_path) as archive:
        for name in todays_triggers():
            archive.db.execute(f"DROP TRIGGER {name}")
        archive.db.execute("PRAGMA foreign_keys = OFF")
        archive.db.execute(
            """
            INSERT INTO articles (id, url, url_key, source_id, title, text, word_count, story_id, published, first_seen,
                                  last_seen, content_hash, extractor)
            VALUES (1, 'u', 'u', 'relay', 'Zeppelins', 'Now.', 1, 1, '2026-02-03', '2026', '2026', 'h', 'test')
            """
        )
    with Archive.open(tmp_path) as archive:
        assert missing_triggers(archive.db) == []
        found = archive.db.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'zeppelins'").fetchall()
        days = archive.db.execute("SELECT day, articles FROM days").fetchall()
    assert (found, days) == ([(1,)], [("2026-02-03", 1)])
