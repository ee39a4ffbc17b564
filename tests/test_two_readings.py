"""What changes because newscrawler reads otherwise is no edit of a publisher: the stored page is read anew before it is compared."""

import asyncio
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import NOW, candidate, lease, rows
from test_later_visits import ARTICLE, SITE, SOURCE, TEXT, html

from newscrawler import __version__, reader
from newscrawler.crawl.session import CrawlSession
from newscrawler.crawl.workers import Workers
from newscrawler.items import Outcome, Page
from newscrawler.reader import shipped_reader
from newscrawler.storage.archive import Archive

URL = f"{SITE}/en/2026/frigates"
EARLIER = (
    "A reading of an earlier version, with a line that was none of the article's.\nShare this article with your friends."
)


@pytest.fixture
def visit(tmp_path):
    """Looks at an article as a crawl does, day by day; the decision on each."""
    archive = Archive.open(tmp_path / "archive")
    session = CrawlSession(archive, [SOURCE], command="crawl", workers=Workers(1))
    loop = asyncio.new_event_loop()

    async def look(day, body):
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        asked = await session.call(_leased, archive)
        page = Page(asked, URL, NOW + timedelta(days=day), 200, headers, body)
        return await session.file(await session.prepare(page))

    def _leased(archive):
        from newscrawler.storage.sites.sources import sync_sources

        sync_sources(archive, [SOURCE])
        return lease(archive, URL)

    look_ = lambda day, body: loop.run_until_complete(look(day, body))  # noqa: E731
    look_.archive, look_.session = archive, session
    yield look_
    session.abandon(interrupted=False)
    loop.close()


def _as_another_read_it(archive, version="0.0.1"):
    """As if an earlier version had read the article, and otherwise."""
    with archive.transaction():
        archive.db.execute("UPDATE articles SET text = ?, content_hash = '1-old', read_by = ?", [EARLIER, version])
        archive.db.execute("UPDATE article_states SET text = ?, content_hash = '1-old'", [EARLIER])


def _ask(visit, sql):
    return visit.session._writer.call_and_wait(rows, visit.archive, sql)


def _do(visit, function, *args):
    visit.session._writer.call_and_wait(function, visit.archive, *args)


@pytest.mark.parametrize("version", ["0.0.1", None, f"{__version__}+00000000"])
def test_a_page_that_nobody_edited_has_no_revision_after_an_upgrade(visit, version):
    visit(0, ARTICLE)
    _do(visit, _as_another_read_it, version)
    decision = visit(1, ARTICLE)
    assert (decision.outcome, decision.change) == (Outcome.UNCHANGED, None)
    assert _ask(visit, "SELECT change, text FROM revisions") == [("new", "\n".join(TEXT))]
    assert _ask(visit, "SELECT text, read_by FROM articles") == [("\n".join(TEXT), shipped_reader())]
    assert _ask(visit, "SELECT read_before, fields LIKE '%text%' FROM rereadings") == [(version, 1)]


def test_code_data_and_libraries_have_a_mark_of_their_own(monkeypatch):
    ours = shipped_reader()
    for changed in ("ROOMS", "LIBRARIES"):
        shipped_reader.cache_clear()
        with monkeypatch.context() as patched:
            patched.setattr(reader, changed, getattr(reader, changed)[1:])
            assert shipped_reader() != ours
    shipped_reader.cache_clear()
    assert shipped_reader() == ours


def test_an_edit_after_an_upgrade_says_only_what_was_edited(visit):
    visit(0, ARTICLE)
    _do(visit, _as_another_read_it)
    decision = visit(1, html("Frigates sail north", [*TEXT, "The queen waved to them from the mole until they had gone."]))
    assert decision.change == "revised"
    assert decision.why == '1 sentence added: "The queen waved to them from the mole until they had gone."'
    assert _ask(visit, "SELECT count(*) FROM rereadings") == [(1,)]
    assert _ask(visit, "SELECT count(*) FROM revisions WHERE text LIKE '%Share this%'") == [(0,)]


def test_what_this_version_read_is_read_once(visit):
    visit(0, ARTICLE)
    visit(1, html("Frigates sail north", [*TEXT, "The queen waved to them from the mole until they had gone."]))
    assert _ask(visit, "SELECT count(*) FROM rereadings") == [(0,)]


def test_where_the_page_cannot_be_read_anew_nothing_is_said_of_the_publisher(visit):
    visit(0, ARTICLE)
    _do(visit, _as_another_read_it)
    shutil.rmtree(visit.archive.folder / "pages")
    (visit.archive.folder / "pages").mkdir()
    decision = visit(1, html("Frigates sail north", [*TEXT, "Share this article with your friends."]))
    assert decision.change in ("reread", None), decision.reason
    assert _ask(visit, "SELECT count(*) FROM revisions WHERE change IN ('revised', 'corrected', 'touched', 'gone')") == [
        (0,)
    ]
    assert _ask(visit, "SELECT gone_since FROM articles") == [(None,)]


READING = "\n".join(TEXT)


@pytest.mark.parametrize(
    ("new", "change", "outcome"),
    [
        (f"{READING}\nOne sentence more of whomever it is.", "reread", Outcome.REVISED),
        (READING.replace("Four frigates", "Five frigates"), "reread", Outcome.REVISED),
        (READING, None, Outcome.UNCHANGED),
        (TEXT[0], None, Outcome.FAILED),
        ("Nothing of headline and text is here, and nobody knows what all of these words are about.", None, Outcome.FAILED),
    ],
    ids=["more", "other words", "the same", "a part", "another text"],
)
def test_two_readings_without_a_page_are_not_compared_as_edits(archive, new, change, outcome):
    asked = lease(archive, URL)
    archive.file([candidate(asked, READING)])
    with archive.transaction():
        archive.db.execute("UPDATE articles SET read_by = '0.0.1', page_id = NULL")
    made = candidate(asked, new, fetched=NOW + timedelta(days=1))
    if outcome is Outcome.FAILED:
        made = replace(made, article=replace(made.article, title="Something else altogether"))
    (decision,) = archive.file([made])
    assert (decision.change, decision.outcome) == (change, outcome), decision.reason
    if change:
        assert "read by newscrawler 0.0.1, whose page cannot be read anew" in decision.why
        assert rows(archive, "SELECT text, read_by FROM articles") == [(new, shipped_reader())]
    if outcome is Outcome.FAILED:
        assert rows(archive, "SELECT text, gone_since FROM articles") == [(READING, None)]


def test_asking_who_read_an_article_reads_no_table_whole(archive):
    from newscrawler.storage.articles import rereading

    asked = lease(archive, URL)
    page = Page(asked, URL, NOW, 200)
    plans = []
    archive.db.conn.set_trace_callback(plans.append)
    rereading.read_by_another(archive.db, archive.pages.folder, page)
    archive.db.conn.set_trace_callback(None)
    (sql,) = plans
    found = archive.db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    assert not any(row[3].startswith("SCAN articles") for row in found), found
