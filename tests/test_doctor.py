"""The doctor names what is wrong and mends what can be mended; a well archive is well."""

import json
from datetime import UTC, datetime
from shutil import copytree

import pytest
from conftest import NOW, command, database, newscrawler

from newscrawler.doctor import surroundings
from newscrawler.doctor.findings import FindingKind
from newscrawler.doctor.network import HostAnswer, look_at_answers
from newscrawler.doctor.surroundings import (
    look_at_clock,
    look_at_folder,
    look_at_network,
    look_at_settings,
    look_at_versions,
)
from newscrawler.storage.archive import Archive
from newscrawler.storage.schema.triggers import todays_triggers


@pytest.fixture
def folder(demo_run, tmp_path):
    """A working folder with the demo's archive in it."""
    copytree(demo_run / "demo-archive", tmp_path / "archive")
    (tmp_path / "newscrawler.toml").write_text('contact = "desk@example.org"\n')
    with Archive.open(tmp_path / "archive"):  # of this version
        pass
    return tmp_path


def examine(folder, *more):
    """(exit code, findings by kind) of `newscrawler doctor`."""
    done = command("doctor", "--json", *more, cwd=folder)
    told = json.loads(done.stdout)
    assert told["well"] == (done.returncode == 0)
    return done.returncode, {each["kind"]: each for each in told["findings"] if not each["remark"]}


def test_a_well_archive_is_well(folder):
    before = (folder / "archive" / "news.db").read_bytes()
    assert examine(folder) == (0, {})
    assert "Nothing is wrong." in command("doctor", cwd=folder).stdout
    assert (folder / "archive" / "news.db").read_bytes() == before


LOOSE = "PRAGMA foreign_keys = OFF; UPDATE articles SET page_id = 4711 WHERE id = 1; INSERT INTO article_topics (article_id, topic_id, score, terms) VALUES (4712, (SELECT max(topic_id) FROM topics), 1, '[]');"  # fmt: skip
# what articles cannot be without; no article goes for want of it
LOST = "PRAGMA foreign_keys = OFF; DELETE FROM stories WHERE id IN (1, 2); DELETE FROM sources WHERE id = 'daily-relay';"
UNINDEXED = "INSERT INTO articles_fts(articles_fts) VALUES ('delete-all');"
OTHER_WORDS = (
    "INSERT INTO articles_fts(articles_fts, rowid, title, lead, text, segmented, title_segmented, authors, labels, authors_segmented) "
    "SELECT 'delete', id, title, lead, text, segmented, title_segmented, authors, labels, authors_segmented FROM articles WHERE id = 1; "
    "INSERT INTO articles_fts(rowid, title) VALUES (1, 'something else');"
)
STUCK = "UPDATE endpoints SET next_poll = '2199-01-01T00:00:00Z' WHERE id = 1;"
TRIGGER = "CREATE TRIGGER evil AFTER UPDATE ON endpoints BEGIN DELETE FROM articles; END;"
STRANGER = f"DROP TRIGGER articles_past; {TRIGGER.replace('evil', 'articles_past')}"
# as `sqlite-utils transform articles` leaves it; what comes then is in no index
UNMINDED = (
    "".join(
        f"DROP TRIGGER {name};"
        for name in ("articles_ai", "articles_ad", "articles_au", "articles_moved", "articles_past", "articles_replaced")
    )
    + "UPDATE articles SET title = 'Zeppelins over the fjord', published = '2001-02-03' WHERE id = 1;"
)
RIGHTS = "UPDATE articles SET rights = 'licence' WHERE id = 1;"
VIEW = "DROP VIEW troubles; CREATE VIEW troubles AS SELECT 'x' AS kind;"


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (LOOSE + LOST, "foreign-key"), (UNINDEXED, "full-text"), (OTHER_WORDS, "full-text"), (STUCK, "clock"), (TRIGGER, "foreign-code"),
        (STRANGER, "foreign-code"), (STRANGER.replace("articles_past", "articles_ai"), "foreign-code"), (UNMINDED, "schema"),
        (VIEW, "foreign-code"), (RIGHTS, "rights"), (STUCK + TRIGGER + LOST + UNINDEXED, "clock"),
    ],
)  # fmt: skip
def test_what_is_damaged_is_named_and_mended(folder, damage, kind):
    with database(folder / "archive" / "news.db") as db:
        articles = db.execute("SELECT count(*) FROM articles").fetchone()
        db.executescript(damage)
    code, found = examine(folder)
    assert code == 1
    assert found[kind]["mends"]
    assert examine(folder, "--fix") == (0, {})
    (kept,) = (folder / "archive").glob("*.backup")
    for path in (folder / "archive" / "news.db", kept):  # the copy is of before, whole as it was
        with database(path) as db:
            assert db.execute("SELECT count(*) FROM articles").fetchone() == articles
    assert "Parliament approves" in command("search", "frigat*", cwd=folder).stdout
    with database(folder / "archive" / "news.db") as db:
        triggers = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
        assert triggers == set(todays_triggers())
        days = "SELECT substr(coalesce(published, modified, first_seen), 1, 10) AS day, count(*) FROM articles GROUP BY day"
        assert dict(db.execute("SELECT day, articles FROM days WHERE articles > 0")) == dict(db.execute(days))


def test_a_broken_newscrawler_toml_is_a_finding_beside_the_others(folder):
    (folder / "newscrawler.toml").write_text("contact = 3 =")
    with database(folder / "archive" / "news.db") as db:
        db.executescript(STUCK)
    code, found = examine(folder, "--network")
    assert (code, set(found)) == (1, {"configuration", "clock"})
    assert "line 1" in found["configuration"]["detail"]


def test_an_archive_that_has_only_begun_is_mended(tmp_path):
    (tmp_path / "archive" / "pages").mkdir(parents=True)
    with database(tmp_path / "archive" / "news.db") as db:
        db.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
    assert examine(tmp_path, "--fix")[0] == 0


def test_a_story_whose_first_article_went_begins_with_the_next(folder):
    with database(folder / "archive" / "news.db") as db:
        story, first = db.execute("SELECT id, first_article_id FROM stories WHERE articles > 1").fetchone()
        db.executescript(f"PRAGMA foreign_keys = OFF; DELETE FROM articles WHERE id = {first};")
    examine(folder, "--fix")
    with database(folder / "archive" / "news.db") as db:
        left = db.execute("SELECT min(id), count(*) FROM articles WHERE story_id = ?", [story]).fetchone()
        assert db.execute("SELECT first_article_id, articles FROM stories WHERE id = ?", [story]).fetchone() == left


def test_tables_of_others_are_not_fallen_over(folder):
    with database(folder / "archive" / "news.db") as db:
        db.execute("""CREATE TABLE "o""dd; --" (c TEXT REFERENCES sources(id))""")
        db.execute("""INSERT INTO "o""dd; --" VALUES ('nobody')""")
        db.execute("CREATE TABLE pairs (a, b, PRIMARY KEY (a, b))")
        db.execute("CREATE TABLE others (a, b, FOREIGN KEY (a, b) REFERENCES pairs(a, b))")
        db.execute("INSERT INTO others VALUES (1, 2)")
    code, found = examine(folder, "--fix")
    assert (code, found["foreign-key"]["place"]) == (1, "others")  # it is theirs, and is told


def test_views_of_the_users_own_are_left(folder):
    with database(folder / "archive" / "news.db") as db:
        db.executescript("CREATE VIEW mine AS SELECT 1 AS x;" + STUCK)
    assert "note  foreign-code  view mine" in command("doctor", cwd=folder).stdout
    assert examine(folder, "--fix") == (0, {})
    with database(folder / "archive" / "news.db") as db:
        assert db.execute("SELECT x FROM mine").fetchone() == (1,)


def test_a_computed_column_is_named(folder):
    with database(folder / "archive" / "news.db") as db:
        db.execute("ALTER TABLE hosts ADD COLUMN bomb INTEGER AS (length(host))")
    assert examine(folder)[1]["foreign-code"]["place"] == "computed column bomb of hosts"


def _warc(folder):
    return max((folder / "archive" / "pages").iterdir())


def _cut(path):
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])


def _flip(path):
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 20] = bytes(
        each ^ 255 for each in raw[middle : middle + 20]
    )  # gzip's header has bytes that say nothing
    path.write_bytes(raw)


@pytest.mark.parametrize("damage", [_cut, _flip, lambda path: path.unlink()], ids=["cut", "flipped", "missing"])
def test_pages_that_are_not_whole_are_named(folder, damage):
    path = _warc(folder)
    damage(path)
    code, found = examine(folder)
    assert (code, found["warc"]["place"], found["warc"]["mends"]) == (1, f"pages/{path.name}", False)


def test_what_a_kill_tore_behind_the_last_page_is_no_loss(folder):
    path = _warc(folder)
    path.write_bytes(path.read_bytes() + path.read_bytes()[:100])
    done = command("doctor", cwd=folder)
    assert done.returncode == 0
    assert f"pages/{path.name}: at " in done.stdout
    assert "breaks off" in done.stdout


def test_a_damaged_database_is_named(folder):
    path = folder / "archive" / "news.db"
    with database(path) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'article_states'").fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    raw = bytearray(path.read_bytes())
    raw[(page - 1) * size : page * size] = bytes(size)
    path.write_bytes(raw)
    code, found = examine(folder)
    assert (code, found["integrity"]["mends"]) == (1, False)
    path.write_bytes(b"nothing" * 1000)
    assert set(examine(folder)[1]) == {"unreadable"}


def test_a_crawl_at_work_is_not_disturbed(folder):
    with database(folder / "archive" / "news.db") as db:
        db.executescript(STUCK)
    with Archive.open(folder / "archive"):
        assert command("doctor", cwd=folder).returncode == 1
        assert command("doctor", "--fix", cwd=folder).returncode == 75


def test_catalogues_that_are_named_and_missing(tmp_path):
    (tmp_path / "wrong.toml").write_text("[a]\ncolour = 1\n")
    (tmp_path / "newscrawler.toml").write_text(
        'contact = "desk@example.org"\ncatalogues = ["missing.toml", "wrong.toml"]\nbeat = "none.toml"\n'
    )
    found = [(each.kind, each.place, each.remark) for each in look_at_settings(tmp_path)]
    assert found == [
        (FindingKind.CATALOGUE, "missing.toml", False),
        (FindingKind.CATALOGUE, "wrong.toml", False),
        (FindingKind.CONFIGURATION, "none.toml", False),
    ]
    (tmp_path / "newscrawler.toml").write_text("colour = 1\n")
    assert [each.kind for each in look_at_settings(tmp_path)] == [FindingKind.CONFIGURATION]


def test_what_is_around(tmp_path):
    environment = {"HTTPS_PROXY": "proxy", "SSL_CERT_FILE": str(tmp_path / "no.pem"), "SSL_CERT_DIR": str(tmp_path / "no"), "X": "y"}  # fmt: skip
    assert {each.place for each in look_at_network(environment)} == {"HTTPS_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"}
    assert look_at_clock(datetime(1970, 1, 1, tzinfo=UTC))
    assert not look_at_clock(datetime(2026, 11, 22, tzinfo=UTC))
    (tmp_path / "news.db").touch()
    (tmp_path / "news.db").chmod(0o666)
    assert [each.place for each in look_at_folder(tmp_path) if each.kind is FindingKind.PERMISSIONS and not each.remark] == [
        str(tmp_path / "news.db")
    ]


def test_the_index_is_compared_without_writing(folder):
    with Archive.open(folder / "archive") as archive:
        archive.db.execute("BEGIN IMMEDIATE")
        assert "were not compared" in command("doctor", cwd=folder).stdout
        archive.db.execute("ROLLBACK")


def test_hosts_are_asked_where_one_wants_it(folder, web):
    """As a crawl asks them; without --network, nobody is."""
    (folder / "demo.toml").write_text(web.catalogue)
    (folder / "newscrawler.toml").write_text(
        'contact = "desk@example.org"\ncatalogues = ["demo.toml"]\nshipped_catalogue = false\nallow_networks = ["127.0.0.0/8"]\ndelay = 0\n'
    )
    assert examine(folder) == (0, {})
    assert web.log == []
    done = newscrawler("doctor", "--network", "--json", cwd=folder)
    assert (done.returncode, json.loads(done.stdout)["well"]) == (0, True), done.stderr
    assert {("127.0.0.1", "/", 200), ("localhost", "/", 200)} <= set(web.log)
    (folder / "newscrawler.toml").write_text(
        'contact = "desk@example.org"\ncatalogues = ["demo.toml"]\nshipped_catalogue = false\n'
    )
    done = newscrawler("doctor", "--network", cwd=folder)
    assert (done.returncode, "wrong  network  network: none of 2 hosts answered (" in done.stdout) == (1, True)


def test_clocks_of_others():
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    right, wrong = "Sun, 22 Nov 2026 11:59:30 GMT", "Sun, 22 Nov 2026 10:00:00 GMT"
    stored = HostAnswer("cache.example", 200, date=wrong, age="7200")
    assert (
        look_at_answers([HostAnswer("a.example", 200, date=right), stored, HostAnswer("b.example", 200, date="x")], now)
        == []
    )
    (found,) = look_at_answers([HostAnswer("a.example", 200, date=wrong)] * 2, now)
    assert (found.kind, found.remark, "120 minutes ahead" in found.detail) == (FindingKind.CLOCK, False, True)
    (found,) = look_at_answers([HostAnswer("a.example", 200, date=right), HostAnswer("b.example", None, "no answer")], now)
    assert (found.place, found.remark) == ("b.example", True)


def test_packages_that_are_too_old(monkeypatch):
    monkeypatch.setattr(surroundings.metadata, "requires", lambda name: ["scrapy>=99.1", "nosuchpackage>=1", "lxml>=5.3"])
    assert [each.place.split()[0] for each in look_at_versions()] == ["scrapy", "nosuchpackage"]
    monkeypatch.undo()
    assert look_at_versions() == []


@pytest.mark.parametrize("verb", ["crawl --due", "watch", "archivist"])
def test_whoever_crawls_is_seen_to(archive, verb):
    assert [finding.place for finding in surroundings.look_at_runs(archive.db, NOW)] == ["runs"]
    archive.start_run(verb, NOW)
    assert surroundings.look_at_runs(archive.db, NOW) == []
