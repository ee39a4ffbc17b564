"""Stored pages gone over again: through the same hall, without the network, and never as the publisher's change."""

import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import NOW, candidate, command, database, environment, lease, newscrawler, reprocess, rows

from newscrawler.crawl.pool import Pool
from newscrawler.errors import ArchiveError, Failure, FailureKind
from newscrawler.items import Lease, Page
from newscrawler.reader import shipped_reader
from newscrawler.storage.articles.cells import reading_of
from newscrawler.storage.articles.pages_to_reread import Scope
from newscrawler.storage.database.connect import connect_for_reading
from newscrawler.storage.warc.records import http_head, make_record

STORY = [
    "The coast guard has ordered three cutters from the yard on the northern river, the minister said on Monday.",
    "They replace boats that have been at sea for forty years and will be handed to a museum of the harbour.",
    "The first of them is to sail in spring, after the crews have learnt to work with her new radars and guns.",
]


def html(title="Coast guard orders three cutters", paragraphs=STORY):
    text = "".join(f"<p>{each}</p>" for each in paragraphs)
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def stored(archive, url, body, *, at=NOW, **more):
    """What a crawl of another version made of a page: by default a text that ours would not."""
    asked = more.pop("lease", None) or lease(archive, url)
    page = Page(asked, url, at, 200, (("Content-Type", "text/html; charset=utf-8"),), body)
    record, digest = make_record(page)
    made = candidate(asked, more.pop("text", "\n".join([*STORY, "Read more of our stories."])), fetched=at, record=record,
                     digest=digest, head=http_head(page), **more)  # fmt: skip
    return archive.file([made])[0]


URL = "https://gazette.example/2026/cutters"


def test_what_we_read_otherwise_is_no_revision_and_is_marked(archive):
    stored(archive, URL, html(), title="A title")
    before = rows(archive, "SELECT first_seen, last_seen FROM articles")
    visits = rows(archive, "SELECT * FROM revisits")
    counts = reprocess(archive, extract=True)["articles"]
    assert (counts["reread"], counts["text otherwise"], counts["title otherwise"]) == (1, 1, 1)
    assert rows(archive, "SELECT title, text FROM articles") == [("Coast guard orders three cutters", "\n".join(STORY))]
    assert rows(archive, "SELECT change, title, text FROM revisions") == [
        ("new", "Coast guard orders three cutters", "\n".join(STORY))
    ]
    assert rows(archive, "SELECT first_seen, last_seen FROM articles") == before
    assert rows(archive, "SELECT * FROM revisits") == visits
    assert rows(archive, "SELECT article_id, page_id, read_by, read_before FROM rereadings") == [
        (1, 1, shipped_reader(), shipped_reader())
    ]
    assert "text" in rows(archive, "SELECT fields FROM rereadings")[0][0]
    # the verdict is of the words as they are read now
    assert rows(archive, "SELECT count(*) FROM verdicts WHERE reason <> 'because'") == [(1,)]
    assert reprocess(archive, extract=True)["articles"] == {"unchanged": 1}
    # and the next look of a crawl finds nothing that its publisher changed
    again = stored(archive, URL, html(), at=NOW + timedelta(hours=1), text="\n".join(STORY),
                   title="Coast guard orders three cutters", lease=Lease(0, "gazette", URL, article_id=1))  # fmt: skip
    assert again.outcome == "unchanged"


def test_earlier_states_are_read_anew_too(archive):
    stored(archive, URL, html())
    later = [*STORY, "A fourth one may follow if the parliament votes for it."]
    revised = stored(archive, URL, html(paragraphs=later), at=NOW + timedelta(days=1), text="\n".join([*later, "Read more."]),
                     lease=Lease(0, "gazette", URL, article_id=1))  # fmt: skip
    assert revised.outcome == "revised"
    counts = reprocess(archive, extract=True)
    assert counts["articles"]["reread"] == counts["states"]["reread"] == 1
    states = [(change, text.split("\n")) for change, text in rows(archive, "SELECT change, text FROM revisions ORDER BY id")]
    assert states == [("new", STORY), ("revised", later)]
    assert rows(archive, "SELECT text FROM articles") == [("\n".join(later),)]
    assert len(rows(archive, "SELECT * FROM rereadings")) == 1  # of what the article says


def test_what_pages_state_of_rights_is_read_from_them_and_obeyed(archive):
    noarchive = html().replace(b"<head>", b"<head><meta name='robots' content='noarchive'>")
    stored(archive, URL, noarchive)
    stored(archive, f"{URL}/2", html("Another one", STORY[::-1]), text="\n".join(STORY[::-1]), title="Another one")
    assert rows(archive, "SELECT rights, rights_stated FROM articles WHERE rights IS NOT NULL") == []
    reprocess(archive, extract=True)
    assert rows(archive, "SELECT rights FROM articles ORDER BY id") == [("reserved",), (None,)]
    assert reprocess(archive, extract=True, respect=frozenset({"noarchive"}))["articles"] == {"withdrawn": 1, "unchanged": 1}
    assert rows(archive, "SELECT text, withdrawn IS NOT NULL, rights FROM articles WHERE id = 1") == [("", 1, "reserved")]
    assert rows(archive, "SELECT text FROM revisions WHERE article_id = 1") == [("",)]
    assert reprocess(archive, extract=True)["articles"] == {"unchanged": 1}  # what is out stays out


def test_pages_of_failed_links_become_articles_where_they_are(archive):
    failure = Failure(FailureKind.NO_TEXT, "no text")
    stored(archive, URL, html(), text=None, failure=failure)
    stored(
        archive, "https://gazette.example/empty", b"<html><body><p>Nothing.</p></body></html>", text=None, failure=failure
    )
    before = rows(archive, "SELECT state, attempts, next_try, reason FROM links WHERE url LIKE '%empty'")
    archive.db.execute("UPDATE sources SET keep = 'all'")
    assert reprocess(archive, judge=True) == {}  # what failed has no words that could be judged
    counts = reprocess(archive, extract=True)["links"]
    assert counts == {"new": 1, "no article": 1}
    assert rows(archive, "SELECT url, page_id, read_by FROM articles") == [(URL, 1, shipped_reader())]
    assert rows(archive, f"SELECT state, article_id, attempts FROM links WHERE url = '{URL}'") == [("done", 1, 1)]
    assert rows(archive, "SELECT state, attempts, next_try, reason FROM links WHERE url LIKE '%empty'") == before
    assert rows(archive, "SELECT count(*) FROM pages") == [(2,)]


def test_a_page_that_led_elsewhere_is_found_by_its_link(archive):
    asked = lease(archive, "https://gazette.example/short")
    page = Page(asked, URL, NOW, 200, (("Content-Type", "text/html"),), html())
    record, digest = make_record(page)
    made = candidate(asked, None, failure=Failure(FailureKind.NO_TEXT, "no text"), record=record, digest=digest)
    archive.file([replace(made, url=URL)])
    archive.db.execute("UPDATE sources SET keep = 'all'")
    assert reprocess(archive, extract=True)["links"] == {"new": 1}
    assert rows(archive, "SELECT state, article_id FROM links") == [("done", 1)]


def test_a_page_that_yields_far_less_keeps_what_was_read(archive):
    stored(archive, URL, b"<html><body><article><h1>Cutters</h1><p>One short line is left of it all.</p></article></body></html>",
           text="\n".join(STORY * 3))  # fmt: skip
    stored(archive, "https://gazette.example/none", b"<html><body></body></html>", text="\n".join(STORY) + " Other.")
    before = rows(archive, "SELECT text, read_by FROM articles")
    assert reprocess(archive, extract=True)["articles"] == {"kept": 2}
    assert rows(archive, "SELECT text, read_by FROM articles") == before


def test_only_what_is_asked_for_is_gone_over(archive):
    stored(archive, URL, html(), at=NOW)
    relay = "https://relay.example/1"
    stored(
        archive,
        relay,
        html("Another"),
        at=NOW + timedelta(days=9),
        lease=lease(archive, relay, "relay"),
        text="\n".join(STORY[1:]),
    )
    one = reprocess(archive, extract=True, scope=Scope("relay"))["articles"]
    assert sum(one[each] for each in ("reread", "unchanged") if each in one) == 1
    assert [row[0] for row in rows(archive, "SELECT article_id FROM rereadings")] == [2]
    since = reprocess(archive, extract=True, judge=True, scope=Scope(since="2026-11-25"))
    assert since["judge"]["judged"] == 1
    assert sum(count for name, count in since["articles"].items() if " " not in name) == 1


def test_cells_that_are_no_json_stop_nobody(archive):
    stored(archive, URL, html())
    archive.db.execute("UPDATE articles SET updates = '{[', tags = '7', origins = '[]', captions = 'x'")
    assert reading_of(archive.db, 1).article.updates == ()
    assert reprocess(archive, extract=True)["articles"]["reread"] == 1
    assert rows(archive, "SELECT updates, tags FROM articles") == [("[]", "[]")]


@pytest.fixture
def changed(demo_run, tmp_path):
    """The demo's archive, with texts that another version may have read."""
    folder = tmp_path / "archive"
    shutil.copytree(demo_run / "demo-archive", folder)
    assert command("reprocess", "--extract", cwd=tmp_path).returncode == 0  # of this version, host lines learnt
    with database(folder / "news.db") as db:
        db.execute("UPDATE articles SET text = text || char(10) || 'Subscribe now.', content_hash = 'x' || id")
        db.execute("DELETE FROM reprocessings")
    return tmp_path


def dump(folder):
    with closing(connect_for_reading(folder / "archive")) as db:
        return {
            table: db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("articles", "revisions", "links", "stories", "verdicts", "rereadings", "reprocessings", "pages")
        }


def test_a_dry_run_shows_what_would_change_and_writes_nothing(changed):
    before = dump(changed)
    done = command("reprocess", "--extract", "--judge", "--dedup", "--dry-run", cwd=changed)
    assert done.returncode == 0, done.stderr
    assert "pages of articles: 17 reread" in done.stderr
    assert "(otherwise: text 17)" in done.stderr
    assert "nothing was written" in done.stderr
    assert done.stdout.count("[-Subscribe now.-]") == 10  # samples
    assert "stories: 14 stories" in done.stderr
    assert dump(changed) == before
    done = command("reprocess", "--extract", cwd=changed)
    assert done.stdout == ""
    assert "pages of articles: 17 reread" in done.stderr
    assert not any("Subscribe now." in row[0] for row in rows_of(changed, "SELECT text FROM articles"))
    shown = command("show", "1", cwd=changed).stdout
    assert "reread     20" in shown


def rows_of(folder, sql):
    with database(folder / "archive" / "news.db") as db:
        return db.execute(sql).fetchall()


def test_one_that_was_killed_goes_on_where_it_was(changed):
    """A page a transaction, each slowed: some are done when it is killed, and only the others are read again."""
    (changed / "sitecustomize.py").write_text(
        "import time, newscrawler.extraction as extraction, newscrawler.reprocess.run as run\n"
        "run.BATCH = 1\n"
        "examine = extraction.examine\n"
        "def slow(*args, **named):\n"
        "    time.sleep(.3)\n"
        "    return examine(*args, **named)\n"
        "extraction.examine = slow\n"
    )
    words = [sys.executable, "-m", "newscrawler", "reprocess", "--extract"]
    process = subprocess.Popen(
        words, cwd=changed, env=environment() | {"PYTHONPATH": str(changed)}, stderr=subprocess.DEVNULL
    )
    done = 0
    for _ in range(600):
        time.sleep(0.1)
        done = rows_of(changed, "SELECT count(*) FROM rereadings")[0][0]
        if done >= 3 or process.poll() is not None:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = rows_of(changed, "SELECT count(*) FROM rereadings")[0][0]
    assert 3 <= done < 17
    (changed / "sitecustomize.py").unlink()
    again = newscrawler("reprocess", "--extract", cwd=changed)
    assert again.returncode == 0, again.stderr
    assert "goes on where it was stopped" in again.stderr
    assert "pages of articles: 17 reread" in again.stderr  # what was done is counted with the rest
    assert rows_of(changed, "SELECT count(*), count(DISTINCT article_id) FROM rereadings") == [(17, 17)]
    assert rows_of(changed, "SELECT count(*) FROM reprocessings WHERE finished IS NULL") == [(0,)]
    third = newscrawler("reprocess", "--extract", cwd=changed)
    assert "goes on" not in third.stderr
    assert "17 unchanged" in third.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--extract", "--source", "nobody"], 1, "the archive has no source 'nobody'"),
        (["--dedup", "--since", "7d"], 2, "--dedup is about all articles"),
        (["--extract", "--since", "someday"], 2, "someday"),
        (["--judge", "--beat", "missing.toml"], 2, "missing.toml"),
    ],
)
def test_wrong_wishes_are_told_in_one_line(changed, arguments, code, message):
    done = command("reprocess", *arguments, cwd=changed)
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_page_that_kills_its_process_costs_itself_only():
    tasks = [("1 + 1",), ("__import__('os')._exit(9)",), ("2 + 2",), ("3 + 3",), ("4 + 4",)]
    with Pool(1) as pool:
        found = list(pool.run(eval, tasks))
        assert [each.value for each in found] == [2, None, 4, 6, 8]
        assert found[1].failure.reason == "its worker died (exit code 9)"
        with pytest.raises(ArchiveError, match="eval failed: ZeroDivisionError"):
            list(pool.run(eval, [("1 / 0",)]))
