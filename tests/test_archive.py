"""The archive: what each outcome writes, what it survives, and how it fails."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import NOW, SOURCES, candidate, database, lease, rows

from newscrawler.dates import day_shown, iso
from newscrawler.doctor.database import look
from newscrawler.errors import ArchiveBusy, ArchiveError, Failure, FailureKind, of_status
from newscrawler.items import Discovery, Endpoint, Link, Outcome, Poll, TermMatch, TopicScore
from newscrawler.process import decide
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import search
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles import copies
from newscrawler.storage.database.connect import connect_for_reading, connect_for_writing
from newscrawler.storage.schema import versions as schema
from newscrawler.storage.sites import polls
from newscrawler.storage.sites import robots as robots_files
from newscrawler.storage.sites import sources as stored_sources

PROMISED = {
    "sources": "id name home country language kind",
    "endpoints": "id source_id kind url state last_polled next_poll newest_item failures reason",
    "polls": "endpoint_id at status links_seen links_new seconds error",
    "links": "url url_key source_id endpoint_id discovered published_hint title_hint state attempts next_try reason",
    "pages": "id url fetched status content_type digest warc_file warc_offset warc_length",
    "articles": "id url url_key source_id title authors published published_origin modified language section lead text word_count "
    "image_url story_id relevance first_seen last_seen content_hash extractor page_id",
    "revisions": "article_id seen last_seen change reason states title text content_hash page_id",
    "revisits": "article_id source_id next_visit last_visit visits",
    "stories": "id first_article_id articles sources",
    "copies": "article_id other_id relation score",
    "topics": "topic_id label",
    "article_topics": "article_id topic_id score terms",
    "mentions": "article_id kind code name count",
    "runs": "id started finished command exit_code counts",
    "saved_searches": "name query created",
    "articles_fts": "title lead text",
}


@pytest.mark.parametrize("table", PROMISED)
def test_the_promised_columns_are_there(archive, table):
    columns = {name for _, name, *_ in rows(archive, f"PRAGMA table_info({table})")}
    assert set(PROMISED[table].split()) <= columns


def test_the_file_is_as_datasette_and_sqlite_utils_want_it(archive):
    assert rows(archive, "PRAGMA journal_mode") == [("wal",)]
    assert rows(archive, "PRAGMA foreign_keys") == [(1,)]
    assert archive.db["articles"].detect_fts() == "articles_fts"
    assert {"metadata.json", "settings.json", "README.md", ".gitignore", "pages"} <= {
        path.name for path in archive.folder.iterdir()
    }
    for file in ("metadata.json", "settings.json"):
        json.loads((archive.folder / file).read_text())


def test_where_only_a_change_is_stated_its_day_is_the_articles(archive):
    made = candidate(lease(archive, "https://gazette.example/1"), "Four frigates patrol the strait.", modified="2026-11-20")
    archive.file([made])
    assert rows(archive, "SELECT published, modified FROM articles") == [(None, "2026-11-20")]
    assert rows(archive, "SELECT day FROM days WHERE articles > 0") == [("2026-11-20",)]
    (hit,) = search(archive.db, compile_query("frigates since:2026-11-20 until:2026-11-20"))
    assert day_shown(hit.published, hit.modified, hit.first_seen) == "updated 2026-11-20"


def test_articles_filed_together_are_indexed_together_as_they_are_at_the_end(archive):
    words = "Four frigates patrol the strait while ministers of nine countries meet in the harbour to speak of it all. " * 3
    texts = {"1": words, "2": f"{words} A corvette joins.", "1 ": f"{words} Bakers strike.", "3": "Radars hum."}
    made = [candidate(lease(archive, f"https://gazette.example/{name.strip()}"), text) for name, text in texts.items()]
    outcomes = [decision.outcome for decision in archive.file(made)]
    assert outcomes == [Outcome.NEW, Outcome.COPY, Outcome.REVISED, Outcome.NEW]
    assert rows(archive, "SELECT * FROM articles_unindexed") == []
    assert rows(archive, "SELECT count(DISTINCT segid) FROM articles_fts_idx") == [(1,)]  # a segment of FTS5 for all
    for query, found in (("bakers", [1]), ("frigates", [1]), ("corvette", [2]), ("hum", [3])):
        assert [hit.id for hit in search(archive.db, compile_query(query))] == found
    archive.db.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
    archive.file([candidate(lease(archive, "https://gazette.example/3"), "Sirens hum.")])  # one that is indexed
    assert [hit.id for hit in search(archive.db, compile_query("sirens"))] == [3]
    archive.db.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")


def test_an_article_that_is_taken_back_leaves_the_others_of_its_transaction_indexed(archive):
    names = ("brigs", "yawls", "ketches")
    one, other, third = (candidate(lease(archive, f"https://gazette.example/{name}"), f"{name} sail.") for name in names)
    with archive.transaction():
        with suppress(ZeroDivisionError), archive.db.atomic():
            archive.apply(decide(one, archive.known(one)))
            raise ZeroDivisionError
        for each in (other, third):
            archive.apply(decide(each, archive.known(each)))
    assert [len(search(archive.db, compile_query(word))) for word in names] == [0, 1, 1]
    assert rows(archive, "SELECT count(DISTINCT segid) FROM articles_fts_idx") == [(1,)]
    archive.db.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")


def test_a_note_that_articles_wait_for_the_index_is_left_by_nobody(archive):
    archive.file([candidate(lease(archive, "https://gazette.example/1"), "Brigs sail.")])
    archive.db.execute("INSERT INTO articles_unindexed VALUES (0)")  # another program, or whoever sent the archive
    archive.db.execute("UPDATE articles SET title = 'Yawls'")
    assert ("articles_unindexed", True) in [(each.place, each.mends) for each in look(archive.db, NOW)]
    schema.migrate(archive.db)
    assert [len(search(archive.db, compile_query(word))) for word in ("brigs", "yawls")] == [1, 1]
    assert look(archive.db, NOW) == []


def test_an_article_that_another_program_deleted_is_no_copy_of_anything(archive):
    words = "Four frigates patrol the strait while ministers of nine countries meet in the harbour to speak of it all. " * 3
    archive.file([candidate(lease(archive, "https://gazette.example/1"), words)])
    with closing(sqlite3.connect(archive.folder / "news.db")) as other, other:
        other.execute("DELETE FROM articles")
    (decision,) = archive.file([candidate(lease(archive, "https://gazette.example/2"), f"{words} A corvette joins.")])
    assert decision.outcome is Outcome.NEW


def test_articles_that_another_program_deleted_stand_in_no_copys_way(archive):
    words = "Four frigates patrol the strait while ministers of nine countries meet in the harbour to speak of it all. " * 3
    tails = [
        f"A corvette of the {number} squadron joins off the cape."
        for number in ("second", "third", "fourth", "fifth", "sixth", "ninth", "tenth")
    ]
    archive.file(
        [candidate(lease(archive, f"https://gazette.example/{n}"), f"{words} {tail}") for n, tail in enumerate(tails)]
    )
    left = max(rows(archive, "SELECT id FROM articles"))[0]
    with closing(sqlite3.connect(archive.folder / "news.db")) as other, other:
        other.execute("DELETE FROM articles WHERE id <> ?", [left])
    hashes = [value for (value,) in rows(archive, "SELECT DISTINCT hash FROM fingerprints")]
    assert copies.similar(archive.db, hashes)[0] == [left]


def test_terms_have_their_numbers_whoever_took_those_back(archive):
    def made(name, *terms):
        one = candidate(lease(archive, f"https://gazette.example/{name}"), f"{name} sail far.")
        return replace(
            one, verdict=replace(one.verdict, matches=tuple(TermMatch(each, "en", "a", 1.0, body=(0,)) for each in terms))
        )

    def shown():
        found = rows(archive, "SELECT article_id, matches FROM verdicts ORDER BY 1")
        return [(article, [each["term"] for each in json.loads(matches)]) for article, matches in found]

    with suppress(ZeroDivisionError), archive.transaction():
        one = made("brigs", "brig*")
        archive.apply(decide(one, archive.known(one)))
        raise ZeroDivisionError
    archive.file([made("yawls", "yawl*", "brig*")])
    assert shown() == [(1, ["yawl*", "brig*"])]
    with closing(sqlite3.connect(archive.folder / "news.db")) as other, other:
        other.execute("DELETE FROM matched_terms")
    archive.file([made("ketches", "brig*", "ketch*")])
    assert shown()[1] == (2, ["brig*", "ketch*"])


def test_a_number_that_another_program_set_free_is_taken_with_nothing_of_the_article_before(archive):
    def made(name, *topics):
        one = candidate(lease(archive, f"https://gazette.example/{name}"), f"{name} sail far.")
        scores = tuple(TopicScore(topic, topic, 0.5, ()) for topic in topics)
        return replace(one, verdict=replace(one.verdict, topics=scores))

    archive.file([made("brigs", "a", "b")])
    archive.db.execute("PRAGMA foreign_keys = OFF")  # as they are for every other program
    archive.db.execute("DELETE FROM articles")
    archive.db.execute("PRAGMA foreign_keys = ON")
    archive.file([made("yawls", "b")])
    assert rows(archive, "SELECT article_id, topic_id FROM article_topics") == [(1, "b")]


def test_a_new_article_is_filed_whole(archive):
    made = candidate(lease(archive, "https://gazette.example/1"), "Four frigates patrol the strait.", published="2026-11-21")
    (decision,) = archive.file([made])
    assert decision.outcome is Outcome.NEW
    assert rows(archive, "SELECT url, source_id, title, published, story_id, content_hash FROM articles") == [
        ("https://gazette.example/1", "gazette", "A title", "2026-11-21", 1, made.article.content_hash)
    ]
    assert rows(archive, "SELECT first_article_id, articles, sources FROM stories") == [(1, 1, 1)]
    assert rows(archive, "SELECT article_id, change, text FROM revisions") == [
        (1, "new", "Four frigates patrol the strait.")
    ]
    assert rows(archive, "SELECT state, attempts, article_id, reason FROM links") == [
        ("done", 1, 1, "new: every article of this source")
    ]
    assert rows(archive, "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'frigates'") == [(1,)]


def test_a_copy_shares_the_story_of_the_first(archive):
    text = "Four frigates patrol the strait."
    first = candidate(lease(archive, "https://gazette.example/1"), text)
    second = candidate(lease(archive, "https://relay.example/1", "relay"), text.upper())
    third = candidate(lease(archive, "https://relay.example/2", "relay"), text)
    assert [each.outcome for each in archive.file([first, second, third])] == [Outcome.NEW, Outcome.COPY, Outcome.COPY]
    assert rows(archive, "SELECT first_article_id, articles, sources FROM stories") == [(1, 3, 2)]
    assert rows(archive, "SELECT article_id, other_id, relation, score FROM copies") == [
        (2, 1, "copy", 1.0),
        (3, 1, "copy", 1.0),
    ]


def test_a_changed_text_is_a_revision_and_found_under_its_new_words_only(archive):
    asked = lease(archive, "https://gazette.example/1")
    archive.file([candidate(asked, "The landing gear had failed.")])
    later = candidate(asked, "A bird strike is assumed.", fetched=NOW + timedelta(hours=1))
    assert [each.outcome for each in archive.file([later, later])] == [Outcome.REVISED, Outcome.UNCHANGED]
    assert rows(archive, "SELECT change, text FROM revisions ORDER BY id") == [
        ("new", "The landing gear had failed."), ("revised", "A bird strike is assumed.")
    ]  # fmt: skip
    assert rows(archive, "SELECT text, first_seen, last_seen FROM articles") == [
        ("A bird strike is assumed.", iso(NOW), iso(NOW + timedelta(hours=1)))
    ]
    assert rows(archive, "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'gear'") == [(0,)]
    assert rows(archive, "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'bird'") == [(1,)]
    archive.db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('integrity-check')")


def test_a_clock_that_jumps_back_does_not_make_an_article_unseen(archive):
    asked = lease(archive, "https://gazette.example/1")
    archive.file([candidate(asked, "Text one.")])
    archive.file([candidate(asked, "Text one.", fetched=NOW - timedelta(days=900))])
    assert rows(archive, "SELECT last_seen FROM articles") == [(iso(NOW),)]


def test_no_page_changes_another_sites_article(archive):
    archive.file([candidate(lease(archive, "https://gazette.example/1"), "The original text.")])
    impostor = candidate(lease(archive, "https://relay.example/1", "relay"), "Something else.")
    archive.file([impostor])
    assert rows(archive, "SELECT text FROM articles WHERE source_id = 'gazette'") == [("The original text.",)]


def _fail(archive, url, source, failure):
    archive.file([candidate(lease(archive, url, source), None, failure=failure, status=failure.status)])


def test_the_links_own_site_opens_again_what_failed(archive):
    """Anyone may name a page of tomorrow; who publishes it names it when it is there."""
    url = "https://gazette.example/tomorrow"
    _fail(archive, url, "relay", of_status(404))
    archive.db.execute("UPDATE links SET state = 'failed'")
    with archive.transaction():
        assert archive.frontier.push([Link(url)], "relay", None, NOW) == 0  # the same one, once more
        assert archive.frontier.push([Link(url, "2026-11-22")], "relay", None, NOW) == 0  # not its site's
        assert archive.frontier.push([Link(url, "2026-11-22")], "gazette", None, NOW) == 1
    assert rows(archive, "SELECT state, next_try, attempts, source_id, published_hint FROM links") == [
        ("pending", None, 0, "gazette", "2026-11-22")
    ]
    _fail(archive, url, "gazette", of_status(404))
    with archive.transaction():
        assert archive.frontier.push([Link(url, "2026-11-22")], "gazette", None, NOW) == 0  # waits for its hour
        assert archive.frontier.push([Link(url, "2026-11-23")], "gazette", None, NOW) == 1


def test_what_robots_txt_refused_is_asked_when_the_rules_change(archive):
    refused = Failure(FailureKind.ROBOTS, "refused: robots.txt disallows it")
    for url, source in (("https://gazette.example/1", "gazette"), ("https://relay.example/1", "relay")):
        robots_files.save_robots(archive, url[:-2], NOW, 200, "Disallow: /")
        _fail(archive, url, source, refused)
    archive.db.execute("UPDATE links SET state = 'failed'")
    robots_files.save_robots(archive, "https://gazette.example", NOW, 200, "Disallow: /")  # as they were
    robots_files.save_robots(archive, "https://gazette.example", NOW, 503, "")  # none for now
    assert rows(archive, "SELECT state FROM links ORDER BY id") == [("failed",), ("failed",)]
    robots_files.save_robots(archive, "https://gazette.example", NOW, 200, "Allow: /")
    assert rows(archive, "SELECT state, attempts FROM links ORDER BY id") == [("pending", 0), ("failed", 1)]


def test_what_brings_no_article_says_why_and_passing_failures_wait(archive):
    dropped = candidate(lease(archive, "https://gazette.example/1"), "Bread.", relevant=False, keep="relevant")
    failed = candidate(lease(archive, "https://gazette.example/2"), None, failure=of_status(404), status=404)
    later = candidate(lease(archive, "https://gazette.example/3"), None, failure=of_status(503), status=503)
    archive.file([dropped, failed, later])
    assert rows(archive, "SELECT state, reason, next_try IS NOT NULL FROM links ORDER BY id") == [
        ("dropped", "off-topic: because", 0),
        ("pending", "retry: HTTP 404, not found; attempt 1", 1),
        ("pending", "retry: HTTP 503; attempt 1", 1),
    ]
    assert rows(archive, "SELECT failure FROM links ORDER BY id") == [(None,), ("not-found",), ("busy",)]
    assert rows(archive, "SELECT count(*) FROM articles") == [(0,)]


def test_evidence_is_stored(archive):
    made = candidate(lease(archive, "https://gazette.example/1"), "Four frigates.")
    verdict = type(made.verdict)(True, 0.9, "because", (TopicScore("medtop:1", "naval", 0.5, ("frigate*", "防衛")),))
    archive.file([type(made)(**{name: getattr(made, name) for name in made.__dataclass_fields__} | {"verdict": verdict})])
    assert rows(archive, "SELECT topic_id, label, score, terms FROM article_topics JOIN topics USING (topic_id)") == [
        ("medtop:1", "naval", 0.5, '["frigate*", "防衛"]')
    ]


def test_a_decision_that_fails_leaves_nothing_of_its_batch(archive):
    good = candidate(lease(archive, "https://gazette.example/1"), "Good text.")
    bad = candidate(lease(archive, "https://gazette.example/2"), "Bad text.", published=b"\xff")  # STRICT refuses bytes
    with pytest.raises(sqlite3.IntegrityError):
        archive.file([good, bad])
    assert rows(archive, "SELECT count(*) FROM articles") == [(0,)]
    assert rows(archive, "SELECT count(*) FROM stories") == [(0,)]
    assert rows(archive, "SELECT DISTINCT state FROM links") == [("pending",)]


# --- endpoints


def _endpoint(archive):
    return next(each for each in polls.due(archive, ["gazette"], NOW, all_of_them=True) if each.kind == "rss")


def _poll(archive, *, at=NOW, links=(), status=200, **more):
    return polls.record_poll(archive, Poll(_endpoint(archive), at, 0.1, status, Discovery(tuple(links)), **more), 1)


@pytest.fixture
def run(archive):
    assert archive.start_run("crawl", NOW) == 1


def test_validators_are_saved_with_their_links(archive, run):
    _poll(archive, links=[Link("https://gazette.example/1", "2026-11-20")], etag='"a"', last_modified="Sun")
    assert (_endpoint(archive).etag, _endpoint(archive).last_modified) == ('"a"', "Sun")
    _poll(archive, status=304)
    assert _endpoint(archive).etag == '"a"'
    _poll(archive, status=None, failure=Failure(FailureKind.NO_ANSWER, "timeout"))
    assert _endpoint(archive).etag == '"a"'
    _poll(archive)
    assert _endpoint(archive).etag is None
    assert rows(archive, "SELECT status, links_seen, links_new, error FROM polls") == [
        (200, 1, 1, None), (304, 0, 0, None), (None, 0, 0, "timeout"), (200, 0, 0, None)
    ]  # fmt: skip


def test_links_and_validator_stand_or_fall_together(archive, run, monkeypatch):
    monkeypatch.setattr(polls, "next_poll", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        _poll(archive, links=[Link("https://gazette.example/1")], etag='"a"')
    assert _endpoint(archive).etag is None
    assert rows(archive, "SELECT count(*) FROM links") == [(0,)]


def test_failures_count_and_an_answer_ends_them(archive, run):
    for _ in range(3):
        _poll(archive, status=500, failure=of_status(500))
    assert rows(archive, "SELECT state, failures, reason FROM endpoints WHERE source_id = 'gazette'") == [
        ("failing", 3, "HTTP 500")
    ]
    _poll(archive, links=[Link("https://gazette.example/1", "2026-11-20")])
    assert rows(archive, "SELECT state, failures, reason, newest_item FROM endpoints WHERE source_id = 'gazette'") == [
        ("active", 0, None, "2026-11-20")
    ]


def test_due_asks_only_whose_time_has_come(archive, run):
    assert len(polls.due(archive, ["gazette", "relay"], NOW, all_of_them=False)) == 2
    _poll(archive)
    assert [each.source_id for each in polls.due(archive, ["gazette", "relay"], NOW, all_of_them=False)] == ["relay"]
    assert len(polls.due(archive, ["gazette"], NOW + timedelta(hours=3), all_of_them=False)) == 1
    # a clock that was years ahead must not leave an endpoint stuck there
    archive.db.execute("UPDATE endpoints SET next_poll = '2031-01-01T00:00:00Z'")
    assert len(polls.due(archive, ["gazette"], NOW, all_of_them=False)) == 1


@pytest.mark.parametrize("query", [polls._DUE, polls._NEXT])
def test_what_is_due_is_read_by_its_time_and_not_of_all_endpoints(archive, query):
    plan = archive.db.execute(f"EXPLAIN QUERY PLAN {query}", polls._times_of(["gazette"], NOW)).fetchall()
    read = [step for *_, step in plan if step.split()[1:2] == ["e"]]
    assert {step.split("(")[0] for step in read} == {"SEARCH e USING INDEX endpoints_by_next_poll "}, plan


def test_the_next_that_is_due_is_the_soonest_of_these_sources_that_was_not_due(archive, run):
    assert polls.next_due(archive, ["gazette", "relay"], NOW) is None  # no look has said when
    for source, hours in (("gazette", 5), ("relay", 2)):
        moment = iso(NOW + timedelta(hours=hours))
        archive.db.execute("UPDATE endpoints SET next_poll = ? WHERE source_id = ?", [moment, source])
    both = ["gazette", "relay"]
    assert polls.next_due(archive, both, NOW) == NOW + timedelta(hours=2)
    assert polls.next_due(archive, both, NOW + timedelta(hours=2)) == NOW + timedelta(hours=5)
    assert polls.next_due(archive, ["gazette"], NOW) == NOW + timedelta(hours=5)
    assert polls.next_due(archive, both, NOW + timedelta(hours=5)) is None


def test_an_endpoint_that_left_the_catalogue_is_retired_and_comes_back(archive):
    gazette = SOURCES[0]
    moved = type(gazette)(
        gazette.id,
        gazette.name,
        gazette.home,
        gazette.kind,
        endpoints=(Endpoint("rss", "https://gazette.example/new"),),
    )
    stored_sources.sync_sources(archive, [moved])
    assert [each.url for each in polls.due(archive, ["gazette"], NOW, all_of_them=True)] == ["https://gazette.example/new"]
    stored_sources.sync_sources(archive, [gazette])
    assert [each.url for each in polls.due(archive, ["gazette"], NOW, all_of_them=True)] == ["https://gazette.example/feed"]


def test_a_sitemap_index_is_followed_two_deep(archive, run):
    def follow(endpoint, name):
        found = Discovery(endpoints=(Endpoint("sitemap", f"https://gazette.example/{name}.xml"),))
        return polls.record_poll(archive, Poll(endpoint, NOW, 0.1, 200, found), 1)[1]

    (child,) = follow(_endpoint(archive), "a")
    (grandchild,) = follow(child, "b")
    assert follow(grandchild, "c") == []
    assert follow(_endpoint(archive), "a") == []  # known already


def test_robots_are_kept_for_a_day_and_troubles_are_not(archive):
    origin = "https://gazette.example"
    assert robots_files.robots(archive, origin, NOW) is None
    robots_files.save_robots(archive, origin, NOW, 200, "User-agent: *")
    assert robots_files.robots(archive, origin, NOW + timedelta(hours=23)) == (200, "User-agent: *")
    assert robots_files.robots(archive, origin, NOW + timedelta(hours=25)) is None
    assert robots_files.robots(archive, origin, NOW - timedelta(hours=1)) is None  # the clock was set back
    for trouble in (503, 429, None):
        robots_files.save_robots(archive, origin, NOW, trouble, "")
        assert robots_files.robots(archive, origin, NOW) is None


# --- opening


def test_a_second_writer_is_told_who_writes(archive, run):
    code = f"from pathlib import Path; from newscrawler.storage.archive import Archive; Archive.open(Path({str(archive.folder)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ArchiveBusy" in done.stderr
    assert "`newscrawler crawl`, started 2026-11-22T12:00:00Z" in done.stderr


def test_readers_read_while_the_writer_writes(archive):
    with archive.transaction():
        archive.db.execute("INSERT INTO topics (topic_id, label) VALUES ('t', 'x')")
        reader = connect_for_reading(archive.folder)
        assert reader.execute("SELECT count(*) FROM topics").fetchone() == (0,)
    assert reader.execute("SELECT count(*) FROM topics").fetchone() == (1,)
    reader.close()


def test_another_programs_lock_is_busy(archive, monkeypatch):
    archive.db.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(archive.folder / "news.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for write in (
        lambda: archive.file([]),
        lambda: archive.start_run("x", NOW),
        lambda: archive.finish_run(1, NOW, exit_code=0, counts={}),
        lambda: stored_sources.sync_sources(archive, SOURCES),
        lambda: robots_files.save_robots(archive, "x", NOW, 200, ""),
        lambda: stored_sources.ask_by_hand(archive, ["https://gazette.example/1"], SOURCES, NOW),
        lambda: _poll(archive),
    ):
        with pytest.raises(ArchiveBusy, match="is locked by another program"):
            write()
    other.close()
    assert archive.start_run("x", NOW) == 1


def test_what_is_no_database(tmp_path):
    (tmp_path / "news.db").write_bytes(b"this is not a database, however long one looks at it" * 20)
    with pytest.raises(ArchiveError, match="is not a SQLite database; move it away"):
        Archive.open(tmp_path)
    with pytest.raises(ArchiveError, match="is not a SQLite database"):
        connect_for_reading(tmp_path)


def test_an_archive_of_the_future(archive):
    archive.db.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('newscrawler', 'm999_later', '2030')"
    )
    folder = archive.folder
    with pytest.raises(ArchiveError, match="newer newscrawler"):
        schema.migrate(archive.db)
    with pytest.raises(ArchiveError, match="newer newscrawler"):
        connect_for_reading(folder)


def test_an_archive_of_the_past_wants_migrate(tmp_path):
    connect_for_writing(tmp_path).close()
    with pytest.raises(ArchiveError, match="run `newscrawler migrate"):
        connect_for_reading(tmp_path)


def test_no_archive(tmp_path):
    with pytest.raises(ArchiveError, match="there is no archive in"):
        connect_for_reading(tmp_path)


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArchiveError, match=r"Not a directory|is a file"):
        Archive.open(tmp_path / "file")


def test_views_are_made_anew_where_they_differ(archive):
    archive.db.execute("DROP VIEW reading_list")
    archive.db.execute("CREATE VIEW reading_list AS SELECT 1 AS stale")
    schema.migrate(archive.db)
    assert "stale" not in archive.db.execute("SELECT sql FROM sqlite_master WHERE name = 'reading_list'").fetchone()[0]
    for view in ("reading_list", "most_carried", "changes", "source_health", "not_archived"):
        archive.db.execute(f"SELECT * FROM {view}").fetchall()


def test_a_reader_has_the_views_that_a_migration_has_yet_to_make(archive):
    for view in ("fingerprints", "verdicts", "reading_list"):
        archive.db.execute(f"DROP VIEW {view}")
    reader = connect_for_reading(archive.folder)
    for view in ("fingerprints", "verdicts", "reading_list"):
        reader.execute(f"SELECT * FROM {view}").fetchall()
    reader.close()


def test_the_repositorys_archive_folder_is_the_shipped_one():
    from pathlib import Path

    shipped = Path(schema.__file__).parents[1] / "folder"
    tracked = Path(__file__).parent.parent / "archive"
    for file in shipped.iterdir():
        assert (tracked / file.name.replace("gitignore", ".gitignore")).read_bytes() == file.read_bytes(), file.name


def test_another_programs_database_is_left_alone(tmp_path):
    with database(tmp_path / "news.db") as other:
        other.execute("CREATE TABLE articles (x)")
    before = (tmp_path / "news.db").read_bytes()
    for use in (Archive.open, connect_for_reading):
        with pytest.raises(ArchiveError, match="another program's database"):
            use(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["news.db"]
    assert (tmp_path / "news.db").read_bytes() == before


def test_a_killed_run_is_known_for_one_by_the_next(archive):
    archive.start_run("crawl", NOW)
    archive.start_run("crawl", NOW)
    assert rows(archive, "SELECT exit_code FROM runs ORDER BY id") == [(137,), (None,)]


def test_sitemaps_that_an_index_no_longer_names_are_not_asked(archive, run):
    def names(*files):
        found = Discovery(endpoints=tuple(Endpoint("sitemap", f"https://gazette.example/{file}.xml") for file in files))
        return [each.url[-5] for each in polls.record_poll(archive, Poll(_endpoint(archive), NOW, 0.1, 200, found), 1)[1]]

    def asked():
        return {each.url[-5] for each in polls.due(archive, ["gazette"], NOW, all_of_them=True) if each.kind == "sitemap"}

    assert names("a", "b") == ["a", "b"]
    assert names("b", "c") == ["c"]
    assert asked() == {"b", "c"}
    names("a", "c")
    assert asked() == {"a", "c"}
    gazette = SOURCES[0]
    moved = type(gazette)(
        gazette.id, gazette.name, gazette.home, gazette.kind, endpoints=(Endpoint("rss", "https://gazette.example/new"),)
    )
    stored_sources.sync_sources(archive, [moved])
    assert asked() == set()


def test_the_earliest_stated_copy_is_the_original(archive):
    text = "Four frigates patrol the strait."
    archive.file([candidate(lease(archive, "https://relay.example/1", "relay"), text, published="2026-11-21T10:00:00Z")])
    archive.file([candidate(lease(archive, "https://gazette.example/1"), text, published="2026-11-21T08:00:00Z")])
    archive.file([candidate(lease(archive, "https://relay.example/2", "relay"), text, published="2026-11-21T09:00:00Z")])
    assert rows(archive, "SELECT first_article_id, articles, sources FROM stories") == [(2, 3, 2)]


def test_a_reader_may_ask_the_schema_and_change_nothing(archive):
    db = connect_for_reading(archive.folder)
    assert db.execute("PRAGMA table_info(articles)").fetchall()
    for statement in ("PRAGMA journal_mode = delete", "ATTACH ':memory:' AS x", "DELETE FROM articles"):
        with pytest.raises(sqlite3.Error):
            db.conn.execute(statement)
    db.conn.execute("PRAGMA query_only = OFF")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.conn.execute("DELETE FROM articles")
    db.close()


def test_a_text_is_kept_once_and_each_state_has_its_own(archive):
    one, two = "The frigate sailed at dawn for the strait.", "The frigate sailed at dusk, and two tugs with it."
    here = lease(archive, "https://a.example/1")
    archive.file([candidate(here, one)])
    stored = "SELECT text FROM article_states ORDER BY id"
    assert rows(archive, stored) == [(None,)]
    archive.file([candidate(here, two, fetched=NOW + timedelta(days=2))])
    assert rows(archive, stored) == [(one,), (None,)]
    assert rows(archive, "SELECT text FROM revisions ORDER BY id") == [(one,), (two,)]
    archive.db.execute("UPDATE articles SET text = 'Another program wrote this.'")
    assert rows(archive, "SELECT text FROM revisions ORDER BY id") == [(one,), (two,)]
