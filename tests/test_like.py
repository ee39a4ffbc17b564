"""Search by meaning: across languages, with filters and words, like an article, and what is said where it cannot be."""

import pytest
from conftest import SOURCES, candidate, command, lease, rows
from test_events import CASES_OF_EVENTS, arrival
from test_meaning import HEADLINES

from newscrawler.meaning import encoder
from newscrawler.reprocess import encoding, grouping
from newscrawler.search.meaning import fused, is_nothing_like
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import Listing, search
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage import vector_file
from newscrawler.storage.archive import Archive
from newscrawler.storage.sources import sync_sources


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    with Archive.open(tmp_path_factory.mktemp("like") / "archive") as archive:
        sync_sources(archive, SOURCES)
        archive.file([arrival(archive, number, case) for number, case in enumerate(CASES_OF_EVENTS)])
        others = [(n, title) for n, title in enumerate(HEADLINES["en"][1:] + HEADLINES["sv"], 100)]
        archive.file([candidate(lease(archive, f"https://gazette.example/{n}"), f"{t}. {n}", title=t) for n, t in others])
        encoding.make_vectors(archive)
        grouping.group(archive)
        yield archive


def found(archive, text, **listing):
    return search(archive.db, compile_query(text, vocabulary(archive.db)), Listing(**listing))


@pytest.mark.parametrize(
    "query", ["Zusammenstoß von Kriegsschiffen", "軍艦の衝突", "two warships that collided off Bornholm"]
)
def test_a_query_in_one_language_finds_articles_of_others(filled, query):
    hits = found(filled, f'like:"{query}"')
    best = [hit for hit in hits[:4] if "Bornholm" in (hit.title or "") or "ボーンホルム" in (hit.title or "")]
    assert len({hit.language for hit in best}) >= 2
    assert hits[0].near == max(hit.near for hit in hits)
    assert all(0 < hit.near <= 1 for hit in hits)


def test_filters_hold(filled):
    assert {hit.language for hit in found(filled, 'like:"frigates collide" lang:fr')} == {"fr"}
    assert all(hit.published[:10] >= "2026-11-02" for hit in found(filled, 'like:"frigates" since:2026-11-02 lang:en'))
    assert found(filled, 'like:"frigates" source:nobody') == []
    assert 1 not in {hit.id for hit in found(filled, "like:1")}
    assert found(filled, "like:1 -lang:en")[0].near > 0.4


def test_words_and_meaning_are_fused(filled):
    hits = found(filled, 'Kathmandu like:"collision of frigates"')
    titles = [hit.title for hit in hits]
    assert any("Nepal" in title for title in titles[:2])
    assert any("Bornholm" in title for title in titles[:2])
    assert fused([[1, 2], [2, 1]]) == [1, 2]


def test_an_event_is_a_filter(filled):
    (event,) = filled.db.execute(
        "SELECT event_id FROM event_stories JOIN articles USING (story_id) WHERE articles.title LIKE 'Zwei Fregatten%'"
    ).fetchone()
    hits = found(filled, f"event:{event} lang:de")
    assert [hit.language for hit in hits] == ["de"]
    assert len(found(filled, f"event:{event}")) == 5
    assert compile_query("event:99999", vocabulary(filled.db)).remarks
    assert compile_query("event:x", vocabulary(filled.db)).remarks


def test_vectors_that_the_file_lacks_are_found(filled):
    path = filled.folder / vector_file.NAME
    whole = path.read_bytes()
    before = [hit.id for hit in found(filled, 'like:"interest rates"')][:2]
    try:
        path.unlink()
        assert [hit.id for hit in found(filled, 'like:"interest rates"')][:2] == before
    finally:
        path.write_bytes(whole)


def test_why_nothing_is_like_an_article_that_is_not_there_or_has_no_vector(filled):
    of = dict(rows(filled, "SELECT language, max(id) FROM articles GROUP BY language"))
    assert is_nothing_like(filled.db, "99999") == "there is no article 99999"
    assert f"article {of['sv']} has no vector" in is_nothing_like(filled.db, str(of["sv"]))
    assert [is_nothing_like(filled.db, like) for like in (str(of["de"]), "ships at sea", "9" * 40)] == ["", "", ""]
    done = command("search", "like:99999", "--archive", filled.folder, cwd=filled.folder)
    assert (done.returncode, "there is no article 99999" in done.stderr) == (0, True)


@pytest.mark.parametrize("query", ['-like:"x"', '(like:"ships" OR war)', "like:99999", 'like:"…"', 'like:""'])
def test_no_query_raises(filled, query):
    assert isinstance(found(filled, query), list)


def test_without_the_extra_it_says_what_is_missing(filled, monkeypatch):
    monkeypatch.setattr("newscrawler.search.query.is_there", lambda: False)
    query = compile_query('frigates like:"collision"', vocabulary(filled.db))
    assert encoder.MISSING in query.remarks[0]
    assert search(filled.db, query)


def test_the_command(filled):
    there = ("--archive", filled.folder)
    done = command("search", "--like", "Kollision von Fregatten", *there, cwd=filled.folder.parent)
    assert done.returncode == 0
    assert "by meaning, 0." in done.stdout
    refused = command("search", "--like", "x", "--save", "name", *there, cwd=filled.folder.parent)
    assert refused.returncode == 2
    nothing = command("search", *there, cwd=filled.folder.parent)
    assert nothing.returncode == 2
