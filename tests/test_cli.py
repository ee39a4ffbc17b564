"""The command on a filled archive, and on everything that can be wrong with its input."""

import importlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from command import HANG
from conftest import command, database, environment, lines, newscrawler

from newscrawler.cli import main
from newscrawler.cli.verbs import VERBS
from newscrawler.reports.sql_functions import add_functions
from newscrawler.storage.archive import Archive

CATALOGUE = (
    '[a]\nname="A"\nhome="https://a.example/"\nkind="wire"\n[[a.endpoints]]\nkind="rss"\nurl="https://a.example/feed"\n'
)


def run(*arguments, cwd):
    """Where a crawl might start if it were not for what is wrong: apart."""
    return (newscrawler if arguments[0] in ("crawl", "save") else command)(*arguments, cwd=cwd)


@pytest.fixture
def folder(demo_run, tmp_path):
    """A working folder with the demo's archive in it, under the usual name."""
    shutil.copytree(demo_run / "demo-archive", tmp_path / "archive")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["crawl", "--catalogue", "missing.toml"], 2, "newscrawler: missing.toml: cannot be read: No such file or directory"),
        (["crawl", "--catalogue", "wrong.toml"], 2, "newscrawler: wrong.toml: [a]: unknown key 'colour'"),
        (["crawl", "--catalogue", "binary.toml"], 2, "newscrawler: binary.toml: not UTF-8 text"),
        (["crawl", "naval-new"], 2, "newscrawler: there is no source 'naval-new'; did you mean naval-news"),
        (["crawl", "--catalogue", "good.toml", "--archive", "notdb"], 1, "newscrawler: notdb/news.db is not a SQLite database; move it away"),
        (["search", "x", "--archive", "notdb"], 1, "newscrawler: notdb/news.db is not a SQLite database"),
        (["crawl", "--catalogue", "good.toml", "--archive", "newer"], 1, "newscrawler: newer/news.db was made by a newer newscrawler; upgrade"),
        (["search", "x", "--archive", "newer"], 1, "newscrawler: newer/news.db was made by a newer newscrawler; upgrade"),
        (["search", "x", "--archive", "nowhere"], 1, "newscrawler: there is no archive in nowhere; `newscrawler crawl` or"),
        (["migrate", "--archive", "nowhere"], 1, "newscrawler: there is no archive in nowhere"),
        (["serve", "--archive", "nowhere"], 1, "newscrawler: there is no archive in nowhere"),
        (["crawl", "--catalogue", "good.toml", "--archive", "good.toml"], 1, "newscrawler: good.toml"),
        (["show", "99"], 1, "newscrawler: there is no article 99; `newscrawler search` shows the ids"),
        (["sql", "selec 1"], 1, 'newscrawler: SQL: near "selec": syntax error'),
        (["sql", "delete from articles"], 1, "newscrawler: SQL: attempt to write a readonly database; this connection only reads"),
        (["sql", "attach 'x.db' as x"], 1, "newscrawler: SQL: not authorized; this connection only reads"),
        (["sql", "select 1; select 2"], 1, "newscrawler: SQL: You can only execute one statement at a time"),
        (["sql", ""], 1, "newscrawler: that statement returns no rows"),
        (["sql", "pragma journal_mode=delete"], 1, "newscrawler: SQL: not authorized; this connection only reads"),
        (["crawl", "--catalogue", "good.toml", "--archive", "foreign"], 1, "newscrawler: foreign/news.db is another program's database"),
        (["migrate", "--archive", "foreign"], 1, "newscrawler: foreign/news.db is another program's database"),
        (["demo", "--archive", "newer"], 1, "newscrawler: newer is an archive, and not the demo's"),
        (["crawl", "--catalogue", "good.toml", "--set", "DOWNLOAD_DELAY=abc"], 2, "newscrawler: --set 'DOWNLOAD_DELAY=abc': could not convert"),
        (["crawl", "--catalogue", "good.toml", "--set", "LOG_LEVEL=FOO"], 2, "newscrawler: --set 'LOG_LEVEL=FOO': 'FOO' is none of CRITICAL"),
        (["crawl", "--catalogue", "good.toml", "--set", "ITEM_PIPELINES={"], 2, "newscrawler: --set 'ITEM_PIPELINES={': Expecting property name"),
        (["crawl", "--catalogue", "good.toml", "--set", "NEWSCRAWLER_ALLOW_NETWORKS=foo"], 2, "newscrawler: --set 'NEWSCRAWLER_ALLOW_NETWORKS=foo': 'foo' does not"),
        (["crawl", "--catalogue", "good.toml", "--set", "NEWSCRAWLER_WORKERS=0"], 2, "newscrawler: --set 'NEWSCRAWLER_WORKERS=0': 0 workers cannot extract anything"),
        (["crawl", "--catalogue", "good.toml", "--set", "NEWSCRAWLER_REVISITS=abc"], 2, "newscrawler: --set 'NEWSCRAWLER_REVISITS=abc': invalid literal"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(folder, arguments, code, message):
    (folder / "good.toml").write_text(CATALOGUE)
    (folder / "wrong.toml").write_text(CATALOGUE.replace('kind="wire"', 'kind="wire"\ncolour="red"'))
    (folder / "binary.toml").write_bytes(b"\xff\xfe\x00")
    (folder / "notdb").mkdir()
    (folder / "notdb" / "news.db").write_bytes(b"no database, no database, no database" * 100)
    shutil.copytree(folder / "archive", folder / "newer")
    (folder / "newer" / "demo-sources.toml").unlink()
    (folder / "foreign").mkdir()
    with database(folder / "foreign" / "news.db") as db:
        db.execute("CREATE TABLE articles (x)")
    with database(folder / "newer" / "news.db") as db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('newscrawler', 'm999', '2030')")
    done = run(*arguments, cwd=folder)
    said = [line for line in lines(done) if not line.startswith("Say who you are")]
    assert (done.returncode, len(said), done.stdout) == (code, 1, "")
    assert said[0].startswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["crawl", "--since", "soon"],
            "'soon' is neither a date (2026-11-01, 2026-11, 2026, yesterday) nor a span back from today",
        ),
        (["crawl", "--limit", "0"], "0 is not in the range"),
        (["crawl", "--set", "NOPE=1"], "Scrapy has no setting NOPE"),
        (["crawl", "--set", "nope"], "write NAME=VALUE"),
        (["save", "ftp://a.example/"], "'ftp://a.example/' is no http or https address"),
        (["save"], "Missing argument"),
        (["show", "abc"], "'abc' is not a valid integer"),
        (["sources", "--kind", "blog"], "'blog' is not one of 'government'"),
        (["search"], "Missing argument"),
        (["nonsense"], "No such command 'nonsense'"),
        (["schedule", "install", "--every", "soon"], "'soon' is not a span of time such as 30m"),
    ],
)
def test_wrong_usage(folder, arguments, message):
    done = run(*arguments, cwd=folder)
    assert done.returncode == 2
    assert len(lines(done)) == 1
    assert message in done.stderr
    assert "--help`" in done.stderr


def test_save_from_an_empty_stdin(folder):
    assert "no address given" in newscrawler("save", "-", cwd=folder, stdin="\n").stderr
    bad = newscrawler("save", "-", cwd=folder, stdin="# mine\nexample.org\n\nftp://a.example/\n")
    assert bad.stderr.splitlines()[:2] == [
        "left out: stdin, line 2: 'example.org' is no http or https address",
        "left out: stdin, line 4: 'ftp://a.example/' is no http or https address",
    ]


def test_a_wrong_newscrawler_toml_is_said_by_every_verb_that_reads_it(folder):
    (folder / "newscrawler.toml").write_text('archiv = "x"\n')
    for verb in (["crawl"], ["search", "x"], ["status"], ["sources"]):
        done = run(*verb, cwd=folder)
        assert (done.returncode, len(lines(done))) == (2, 1)
        assert "newscrawler.toml: unknown key 'archiv'" in done.stderr


def test_an_unreachable_network_hints_at_the_demo(folder):
    (folder / "good.toml").write_text(CATALOGUE)
    proxy = {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    done = newscrawler("crawl", "--catalogue", "good.toml", "--archive", "new", cwd=folder, **proxy)
    assert done.returncode == 4
    assert "`newscrawler demo` works without one" in lines(done)[-1]
    assert {"news.db", "metadata.json", "settings.json", "pages", ".gitignore"} <= {
        path.name for path in (folder / "new").iterdir()
    }


@pytest.mark.parametrize("query", ["(", "*", '"', '" - {', "-", "since:yesterdayish"])
def test_a_query_that_asks_for_nothing_is_wrong_usage(folder, query):
    done = command("search", "--", query, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "asks for nothing" in done.stderr
    assert "Nothing found" not in done.stderr


def test_a_word_of_a_query_that_begins_with_a_dash_is_left_out(folder):
    def ids(*words):
        return {each["id"] for each in json.loads(command("search", *words, "--json", cwd=folder).stdout)}

    every, one = ids("since:2000"), ids("since:2000", "lang:en")
    assert ids("since:2000", "-lang:en") == ids("-lang:en", "-n50", "since:2000") == every - one
    assert every > every - one > set()
    wrong = command("search", "frigate", "-json", cwd=folder)
    assert (wrong.returncode, "the option is --json; to leave such a word out" in wrong.stderr) == (2, True)
    assert "No such option" in command("search", "frigate", "--jsn", cwd=folder).stderr


@pytest.mark.parametrize("query", ['mine-hunting "', "o'brien", "a:b", "NEAR(", "\u0661", "x" * 5000])
def test_no_query_of_words_is_an_error(folder, query):
    done = command("search", "--", query, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_search_formats(folder):
    found = json.loads(command("search", "frigat*", "--json", cwd=folder).stdout)
    assert {"id", "published", "source", "title", "url", "snippet", "carried_by"} <= set(found[0])
    assert not any(mark in found[0]["snippet"] for mark in "\x02\x03")
    assert command("search", "frigat*", "--csv", cwd=folder).stdout.startswith("id,published,")
    assert len(command("search", "frigat*", "--nl", "-n", "2", cwd=folder).stdout.splitlines()) == 2
    plain = command("search", "frigat*", cwd=folder).stdout
    assert "\x1b" not in plain  # no colours into a pipe
    assert command("search", "zeppelin", "--json", cwd=folder).stdout == "[]\n"


def test_sql_formats(folder):
    query = "select id, title, NULL as empty, x'00ff' as bytes from articles order by id limit 2"
    assert json.loads(command("sql", query, "--json", cwd=folder).stdout)[0]["bytes"] == "00ff"
    csv = command("sql", query, "--csv", cwd=folder).stdout.splitlines()
    assert (csv[0], len(csv)) == ("id,title,empty,bytes", 3)
    assert len(command("sql", query, "--nl", cwd=folder).stdout.splitlines()) == 2
    done = command("sql", query, cwd=folder)
    assert "id" in done.stdout.splitlines()[0]
    assert lines(done) == ["2 rows"]
    assert command("sql", "select 1 as a, 2 as a", "--nl", cwd=folder).stdout == '{"a": 1, "a_2": 2}\n'


def test_status_without_a_verb_and_help_without_an_archive(folder, tmp_path_factory):
    assert "17 articles in 14 stories" in command(cwd=folder).stdout
    assert command(cwd=tmp_path_factory.mktemp("empty")).stdout.startswith("Usage: newscrawler")


def test_sources_filters(folder):
    rows = [
        json.loads(line)
        for line in command("sources", "--country", "fr", "--kind", "trade-press", "--nl", cwd=folder).stdout.splitlines()
    ]
    assert "naval-news" in {row["id"] for row in rows}
    assert {(row["country"], row["kind"]) for row in rows} == {("FR", "trade-press")}


def test_a_broken_pipe_is_quiet(folder):
    command = f"{sys.executable} -m newscrawler sql 'select * from articles a, articles b, articles c' --nl | head -1"
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False, env=environment())
    assert (done.returncode, done.stderr) == (0, "")


def test_a_port_in_use(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for verb in (["serve", "--port", port], ["demo", "--port", port]):
            done = command(*verb, cwd=folder)
            assert done.returncode == 1
            assert "cannot be used (Address already in use); name another" in lines(done)[-1]


def test_migrate_says_what_it_did(folder):
    assert command("migrate", cwd=folder).stdout == "archive: nothing to do, the schema is current\n"


@pytest.mark.parametrize("command", [["newscrawler", "serve", "--port"], ["datasette", "archive/", "-p"]])
def test_datasette_serves_the_archive(folder, command):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, str(port)],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:

        def get(path):
            for _ in range(HANG * 5):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                        return answer.read().decode()
                except urllib.error.URLError as error:
                    if isinstance(error, urllib.error.HTTPError):
                        raise
                    time.sleep(0.2)
            return pytest.fail("Datasette did not start")

        assert "News archive: defence and diplomacy" in get("/")
        found = json.loads(get("/news/articles.json?_search=frigates&_shape=array"))
        assert found
        assert all("frigate" in (row["title"] + row["text"]).lower() for row in found)
        assert 'name="_search"' in get("/news/articles")
        assert json.loads(get("/news/reading_list.json?_shape=array"))
        assert json.loads(get("/news/search.json?q=frigate*&_shape=array"))
        for query in ("coverage_by_country", "topics_by_day"):
            assert json.loads(get(f"/news/{query}.json?_shape=array"))
    finally:
        process.terminate()
        process.wait()


def as_another_user(folder, *arguments):
    """The command by a user to whom nothing here belongs, for root is refused nothing."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("as root, another user is needed to be refused")
    for path in (folder, *folder.parents):
        if "pytest-of" in str(path):
            path.chmod(0o755)

    def run(*words):
        command = ["setpriv", "--reuid=65534", "--clear-groups", sys.executable, *words]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment())

    if run("-c", "import newscrawler.cli").returncode != 0:
        pytest.skip("the other user may not even read the interpreter")
    if run("-c", f"import os; os.listdir({str(folder)!r})").returncode != 0:
        pytest.skip("the other user may not enter a folder above this one")
    return run("-m", "newscrawler", *arguments)


def test_a_read_only_folder(folder):
    (folder / "good.toml").write_text(CATALOGUE)
    done = as_another_user(folder, "crawl", "--catalogue", "good.toml", "--archive", "fresh")
    assert done.returncode == 1
    assert "fresh cannot be written (Permission denied); name another folder with --archive" in done.stderr


def test_a_write_protected_archive_can_be_read(folder):
    from newscrawler.storage.archive import Archive

    with Archive.open(folder / "archive") as archive:
        archive.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (folder / "archive").chmod(0o755)  # whatever the umask of whoever runs this
    (folder / "archive" / "news.db").chmod(0o644)
    done = as_another_user(folder, "search", "frigat*")
    assert "Harbour states agree" in done.stdout, done.stderr


def test_a_full_disk_under_the_output_is_said_in_a_line(folder):
    with open("/dev/full", "w") as full:  # noqa: PTH123 a device
        command = [sys.executable, "-m", "newscrawler", "sources"]
        done = subprocess.run(
            command, cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=environment()
        )
    assert done.returncode == 1
    assert done.stderr.startswith("newscrawler: no space left")
    assert "Traceback" not in done.stderr


def test_show_raw_is_the_page(folder):
    raw = command("show", "1", "--raw", cwd=folder).stdout
    assert raw.startswith("<!doctype html>")


def test_datasette_speaks_the_query_language(folder):
    with closing(sqlite3.connect(":memory:")) as connection:
        add_functions(connection)
        compiled = [
            connection.execute("SELECT newscrawler_query(?)", [each]).fetchone()[0] for each in ("防衛省", None, '"')
        ]
        assert '("防衛省" OR "防 衛 省")' in compiled[0]
        assert compiled[1:] == ['""', '""']


def test_ctrl_c_ends_a_long_query(folder):
    endless = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"
    process = subprocess.Popen(
        [sys.executable, "-m", "newscrawler", "sql", endless],
        cwd=folder,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    # started and at work: its imports take far less than two seconds of CPU
    while int(Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11]) < 2 * os.sysconf("SC_CLK_TCK"):
        time.sleep(0.1)
    process.send_signal(2)
    _, stderr = process.communicate(timeout=HANG)
    assert (process.returncode, stderr.strip()) == (130, "newscrawler: interrupted")


def test_a_group_without_a_verb_shows_its_help(folder):
    done = command("schedule", cwd=folder)
    assert done.returncode == 2
    assert len(lines(done)) > 5


HEAVY = {
    "scrapy", "twisted", "trafilatura", "lxml", "datasette", "sqlite_utils", "numpy", "pandas", "tomlkit", "ssl", "asyncio",
    "newscrawler.extraction", "newscrawler.discovery", "newscrawler.process", "newscrawler.crawl",
}  # fmt: skip
UNASKED = {
    "newscrawler.metadata", "newscrawler.relevance", "newscrawler.markup", "newscrawler.dates.written", "newscrawler.urls.key",
    "newscrawler.items", "newscrawler.config.alert_rules", "importlib.metadata", "email", "zoneinfo",
}  # fmt: skip
LISTING = {"newscrawler", "newscrawler.cli", "newscrawler.cli.stopping", "newscrawler.cli.verbs", "newscrawler.errors",
           "newscrawler.storage", "newscrawler.storage.database", "newscrawler.storage.database.sqlite_errors"}  # fmt: skip


def imported(*words):
    """The modules that a command has imported when it ends."""
    look = (
        "import contextlib, sys, io\nfrom newscrawler.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n    main(sys.argv[1:])\n"
        "print(*sys.modules)"
    )
    return set(subprocess.check_output([sys.executable, "-c", look, *map(str, words)], text=True).split())


def test_help_lists_the_verbs_without_importing_them():
    modules = imported("--help")
    assert {each for each in modules if each.startswith("newscrawler")} == LISTING
    assert not modules & (HEAVY | {"tomllib"})


def test_search_waits_for_no_library_that_it_does_not_use(tmp_path):
    Archive.open(tmp_path).close()
    modules = imported("search", "--archive", tmp_path, "frigate")
    assert "newscrawler.search.ranking" in modules
    assert not modules & (HEAVY | UNASKED)


def test_the_list_of_verbs_says_what_their_help_begins_with():
    for name, (module, said) in VERBS.items():
        command = main.commands[name]
        assert command in importlib.import_module(f"newscrawler.cli.{module}").COMMANDS
        assert command.help.replace("\n", " ").startswith(said.rstrip("."))
