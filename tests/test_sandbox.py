"""An archive that somebody sent is data; what visitors ask of it runs where it can be killed."""

import json
import time
import urllib.error
import urllib.request
from contextlib import closing

import pytest
from command import HANG
from conftest import command, database
from reading_room import Visitor, served

from newscrawler.cli import reading_room
from newscrawler.errors import ArchiveError
from newscrawler.sandbox import PRIVATE_TABLES, SERVED
from newscrawler.sandbox.client import TEMPLATE
from newscrawler.storage.archive import Archive
from newscrawler.storage.database.connect import connect_for_reading
from newscrawler.storage.schema import triggers
from newscrawler.storage.schema import versions as schema
from newscrawler.storage.schema.foreign import foreign_objects

# each takes minutes within one call, which looks at no clock
LONG_CALLS = [
    "select instr(printf('%.9999999c', 'a'), printf('%.900000c', 'a') || 'b')",
    "select replace(printf('%.9999999c', 'a'), printf('%.900000c', 'a') || 'b', '')",
]


@pytest.fixture(scope="module")
def visitor(demo_archive):
    visitor = Visitor(demo_archive / "news.db", settings={"sql_time_limit_ms": 300})
    yield visitor
    visitor.close()


@pytest.mark.parametrize("sql", LONG_CALLS)
def test_a_long_call_is_ended_and_nobody_else_notices(visitor, sql):
    start = time.monotonic()
    assert visitor.get("/news.json", params={"sql": sql}).status_code == 400
    assert time.monotonic() - start < 60  # it has 1.3 s, on a busy machine
    assert visitor.get("/news.json?sql=select+1").status_code == 200


def test_a_filter_of_a_table_is_ended_as_well(visitor):
    ask = {"_where": "instr(printf('%.9999999c', 'a'), printf('%.900000c', 'a') || text) > 0"}
    assert visitor.get("/news/articles.json", params=ask).status_code == 400
    assert visitor.get("/news/articles.json?_size=1").status_code == 200


def test_the_template_is_started_again(visitor):
    assert visitor.get("/news.json?sql=select+1").status_code == 200
    TEMPLATE._process.kill()
    TEMPLATE._process.wait()
    assert visitor.get("/news.json?sql=select+1").status_code == 200


def test_every_view_of_ours_is_read_where_no_schema_is_trusted(visitor):
    for name in schema.views():
        assert "rows" in visitor.rows(f"select * from {name} limit 1"), name
    assert json.loads(visitor.rows("select matches from verdicts where matches <> '[]'")["rows"][0][0])[0]["term"]


@pytest.mark.parametrize("sql", ["select x'00ff' as a, 1.5 as b, null as c, 'ü' as d, 7 as \"quo\"\"ted\""])
def test_values_come_through(visitor, sql):
    assert visitor.rows(sql)["rows"] == [[{"$base64": True, "encoded": "AP8="}, 1.5, None, "ü", 7]]


def test_errors_are_sqlites(visitor):
    assert "no such column: x" in visitor.get("/news.json?sql=select+x").text
    many = visitor.get("/news.json", params={"sql": "with recursive c(i) as (select 1 union all select i+1 from c limit 5000) select i from c"})  # fmt: skip
    assert (many.json()["truncated"], len(many.json()["rows"])) == (True, 1000)
    assert visitor.get("/news/articles.json?_search=talks&_size=1").json()["rows"]


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200), (None, 200)])  # fmt: skip
@pytest.mark.parametrize("path", ["/news.json?sql=select+1", "/news/articles.json?_where=1", "/news.json?%73ql=select+1"])
def test_other_sites_run_no_sql(visitor, path, site, status):
    assert visitor.get(path, headers={"sec-fetch-site": site} if site else {}).status_code == status


def test_other_sites_may_link_here(visitor):
    for path in ("/search?q=talks", "/news/articles", "/article/1"):
        assert visitor.get(path, headers={"sec-fetch-site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/news/articles", "/news/articles.json", "/news/reading_list", "/search", "/news", "/article/1"]
)
def test_nothing_is_posted(visitor, path):
    status, headers, _ = visitor.raw(path, method="POST")
    assert (status, headers[b"allow"]) == (405, b"GET, HEAD")


def test_a_reading_room_takes_no_post_at_all(visitor, monkeypatch):
    monkeypatch.setenv(SERVED, "1")
    for path in ("/-/logout", "/-/static/app.css", "/nowhere"):
        assert visitor.raw(path, method="POST")[0] == 405


def test_the_public_sees_no_searches_runs_or_robots(demo_archive):
    told = reading_room.metadata(None, (), public=True)
    visitor = Visitor(demo_archive / "news.db", settings={"default_allow_sql": False}, metadata=told)
    for name in PRIVATE_TABLES:
        assert visitor.get(f"/news/{name}.json").status_code == 403
        assert f"/news/{name}" not in visitor.get("/news").text
    for path in ("/saved", "/saved/x.atom", "/runs", "/run/1"):
        assert visitor.get(path).status_code == 404
    front = visitor.get("/").text
    assert 'href="/run' not in front
    assert 'href="/saved"' not in front
    through = json.dumps({"table": "runs", "column": "id", "value": "1"})
    assert visitor.get("/news/articles.json", params={"_through": through}).status_code in {400, 403, 500}
    visitor.close()


@pytest.fixture
def sent(demo_run, tmp_path):
    """An archive as somebody who means harm might send it."""
    from shutil import copytree

    folder = copytree(demo_run / "demo-archive", tmp_path / "sent")
    with Archive.open(folder) as archive:
        archive.db.execute("PRAGMA journal_mode = DELETE")
    for name in ("plugins", "templates"):
        (folder / name).mkdir()
    (folder / "plugins" / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    # which Python would take for the web server, were it started here with its folder on the path
    (folder / "uvicorn.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    (folder / "templates" / "index.html").write_text("HIJACKED")
    (folder / "templates" / "database.html").write_text("HIJACKED")
    (folder / "metadata.json").write_text(
        json.dumps(
            {
                "title": "HIJACKED",
                "plugins": {"newscrawler": {"content_security_policy": "default-src *", "host_names": ["*"]}},
                "databases": {"news": {"queries": {"wipe": {"sql": "delete from articles", "write": True}}}},
            }
        )
    )
    (folder / "settings.json").write_text('{"sql_time_limit_ms": 600000}')
    with database(folder / "news.db") as db:
        db.execute("DROP VIEW troubles")
        db.execute("CREATE VIEW troubles AS SELECT 'HIJACKED' AS kind")
        db.execute("CREATE VIEW evil AS SELECT 'HIJACKED' AS x")
    return folder


def test_serve_runs_nothing_of_an_archives_folder(sent, tmp_path, monkeypatch):
    monkeypatch.chdir(sent)
    with served(sent) as base:

        def get(path, **headers):
            try:
                with urllib.request.urlopen(urllib.request.Request(base + path, headers=headers), timeout=HANG) as answer:
                    return answer.status, answer.headers, answer.read().decode()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.headers, error.read().decode()

        for path in ("/", "/news", "/news/troubles.json", "/-/settings.json"):
            status, headers, text = get(path)
            assert status == 200
            assert "HIJACKED" not in text
            assert "default-src *" not in headers["content-security-policy"]
        assert get("/search", Host="evil.example")[0] == 421
        assert get("/news/wipe")[0] == 404
        assert get("/news/evil")[0] == 403
        assert '"sql_time_limit_ms": 3000' in get("/-/settings.json")[2]
    assert not (tmp_path / "ran").exists()


def test_what_does_not_count_is_said(sent):
    with closing(connect_for_reading(sent)) as db:
        found = foreign_objects(db)
        assert db.execute("SELECT count(*) FROM troubles WHERE kind = 'HIJACKED'").fetchone() == (0,)
    assert [str(each) for each in found] == ["view evil", "view troubles"]
    said = " ".join(reading_room.remarks(sent, found, None))
    assert all(name in said for name in ("evil", "plugins", "templates", "metadata.json"))
    assert (
        reading_room.metadata(sent / "metadata.json", found, public=False)["title"] == "HIJACKED"
    )  # by name it is the user's


def test_an_archive_that_computes_is_not_served(sent):
    with database(sent / "news.db") as db:
        db.execute("ALTER TABLE articles ADD COLUMN bomb INTEGER AS (title LIKE '%a%a%a%b')")
    with pytest.raises(ArchiveError, match="computed column bomb of articles"):
        reading_room.check(sent)


def test_triggers_of_others_never_run(sent):
    with database(sent / "news.db") as db:
        db.execute("CREATE TRIGGER evil AFTER UPDATE ON sources BEGIN DELETE FROM articles; END")
        before = db.execute("SELECT count(*) FROM articles").fetchone()
    done = command("migrate", "--archive", sent, cwd=sent)
    assert done.returncode == 1
    assert "evil" in done.stderr
    assert "doctor --fix" in done.stderr
    with database(sent / "news.db") as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == before


def test_a_fresh_archive_holds_nothing_foreign(archive):
    assert foreign_objects(archive.db) == []
    assert len(triggers.triggers_ever()) >= 4
