"""Search by meaning: across languages, with filters and words, like an article, and what is said where it cannot be."""

import contextlib
import csv
import io
import re
import subprocess
import sys

import pytest
from command import HANG
from conftest import SOURCES, candidate, command, lease, rows, said
from reading_room import Visitor
from test_events import CASES_OF_EVENTS, arrival
from test_meaning import HEADLINES

from newscrawler.meaning import encoder
from newscrawler.meaning.coverage import shipped_coverage
from newscrawler.reports.sql_functions import NOT_BY_MEANING, add_functions
from newscrawler.reprocess import encoding, grouping
from newscrawler.search.distinctive import profile
from newscrawler.search.export import ExportRequest, exported
from newscrawler.search.facets import facets
from newscrawler.search.meaning import are_never_like, fused, is_nothing_like, is_of_no_language, may_be_chance
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import Count, Listing, count_exactly, every_hit, search
from newscrawler.search.saved import arrivals
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage.archive import Archive
from newscrawler.storage.meaning import vector_file, vectors
from newscrawler.storage.sites.sources import sync_sources
from newscrawler.web import compiled_search, room


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


def test_hits_say_whether_they_are_by_words_or_by_meaning(filled):
    told = {hit.title: hit.how_near for hit in found(filled, '(Kathmandu OR Fregatten) like:"collision of frigates"')}
    by = {title: how.partition(", ")[0] for title, how in told.items()}
    assert by[next(title for title in by if "Nepal" in title)] == "by words"
    assert by[next(title for title in by if title.startswith("Zwei Fregatten"))] == "by words and meaning"
    assert "by meaning" in by.values()
    assert {hit.found_by for hit in found(filled, 'like:"collision of frigates"')} == {"meaning"}
    assert {hit.how_near for hit in found(filled, "Kathmandu")} == {""}


def test_of_few_articles_all_are_put_in_order(filled):
    number = filled.db.execute("SELECT count(*) FROM vectors WHERE vector IS NOT NULL").fetchone()[0]
    near = [hit.near for hit in found(filled, 'like:"boarding" since:2000', limit=1_000, every_copy=True)]
    assert len(near) == number
    assert near == sorted(near, reverse=True)
    assert near[-1] < 0.15
    assert found(filled, 'like:"boarding"') == []  # of all articles those that are somewhat near


def test_an_event_is_a_filter(filled):
    (event,) = filled.db.execute(
        "SELECT event_id FROM event_stories JOIN articles USING (story_id) WHERE articles.title LIKE 'Zwei Fregatten%'"
    ).fetchone()
    hits = found(filled, f"event:{event} lang:de")
    assert [hit.language for hit in hits] == ["de"]
    assert len(found(filled, f"event:{event}")) == 5
    assert compile_query("event:99999", vocabulary(filled.db)).remarks
    assert compile_query("event:x", vocabulary(filled.db)).remarks


@pytest.mark.parametrize("text", ['like:"frigates collide"', "like:1 -lang:en", 'Kathmandu like:"collision of frigates"'])
def test_the_same_hits_are_listed_counted_and_taken_away(filled, text):
    query = compile_query(text, vocabulary(filled.db))
    copies, stories = (search(filled.db, query, Listing(1_000, 0, False, each)) for each in (True, False))
    listed = {hit.id for hit in copies}
    assert 0 < len(listed) < filled.db.execute("SELECT count(*) FROM articles").fetchone()[0]
    assert count_exactly(filled.db, query) == Count(len(copies), len(stories))
    assert {each.id for each in exported(filled.db, ExportRequest(query, every_copy=True))} == listed
    assert len(list(exported(filled.db, ExportRequest(query)))) == len(stories)
    assert list(every_hit(filled.db, query)) == sorted(listed)
    assert {hit.id for hit in search(filled.db, query, Listing(1_000, 0, True, True))} == listed
    found = facets(filled.db, query)
    assert (found.total, found.stories, found.sampled) == (len(copies), len(stories), 1)
    assert sum(each.count for each in found.fields["lang"]) == len(copies)
    assert {hit.id for hit in arrivals(filled.db, query, limit=1_000)} <= listed
    assert profile(filled.db, query, vocabulary(filled.db)).total == len(copies)


def test_what_is_taken_away_says_how_near_where_it_is_by_meaning(filled):
    known = vocabulary(filled.db)
    request = ExportRequest(compile_query('Kathmandu like:"collision of frigates"', known), every_copy=True, text=True)
    assert request.columns[-3:] == ("near", "found_by", "text")
    told = [dict(zip(request.columns, request.cells(each), strict=True)) for each in exported(filled.db, request)]
    hits = search(filled.db, request.query, Listing(1_000, 0, False, True))
    assert {each["id"]: each["near"] for each in told} == {
        each.id: None if each.near is None else round(each.near, 3) for each in hits
    }
    assert any(each["near"] for each in told)
    assert {each["id"]: each["found_by"] for each in told} == {each.id: each.found_by for each in hits}
    assert "near" not in ExportRequest(compile_query("Kathmandu", known), text=True).columns


def test_sql_says_that_it_does_not_find_by_meaning(filled):
    add_functions(filled.db.conn)
    remarks, plain = filled.db.execute(
        "SELECT newscrawler_remarks('like:1 lang:de'), newscrawler_remarks('lang:de')"
    ).fetchone()
    assert (remarks, plain) == (NOT_BY_MEANING, None)


def test_the_page_says_how_near_and_of_how_many(filled):
    visitor = Visitor(filled.folder / "news.db")
    try:
        page = said(visitor.get("/search?q=like:1+-lang:en&copies=1").text)
        rows = list(csv.DictReader(io.StringIO(visitor.get("/search.csv?q=like:1+-lang:en&copies=1").text)))
        assert f"{len(rows)} articles in" in page
        assert "By meaning: the nearest 400 at most" in page
        assert re.search(r"\bby meaning, 0\.\d\d near\b", page)
        assert NOT_BY_MEANING in said(visitor.get("/search/sql?q=like:1").text)
    finally:
        visitor.close()


def test_nothing_is_left_to_load_with_the_first_text():
    program = """
from time import process_time
from newscrawler.meaning.encoder import encode_query, make_ready
begun = process_time(); make_ready(); ready = process_time(); encode_query("two frigates collide", "en")
print((process_time() - ready) / (ready - begun))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=HANG)
    assert float(done.stdout) < 0.2


def test_what_looks_for_meaning_is_loaded_before_a_pages_limit_begins(filled, monkeypatch):
    loaded = []
    within = []  # a page's limit
    monkeypatch.setattr(compiled_search, "make_ready", lambda: loaded.append(bool(within)))

    def limited(connection, seconds, work):
        within.append(seconds)
        try:
            return work()
        finally:
            within.pop()

    monkeypatch.setattr(room, "run_limited", limited)
    visitor = Visitor(filled.folder / "news.db")
    try:
        assert visitor.get("/search?q=like:1").status_code == 200
        assert not loaded
        assert visitor.get('/search?q=like:"frigates collide"').status_code == 200
        assert loaded == [False]
    finally:
        visitor.close()


def test_vectors_that_the_file_lacks_are_found(filled):
    path = filled.folder / vector_file.NAME
    whole = path.read_bytes()
    before = [hit.id for hit in found(filled, 'like:"interest rates"')][:2]
    try:
        path.unlink()
        assert [hit.id for hit in found(filled, 'like:"interest rates"')][:2] == before
    finally:
        path.write_bytes(whole)


def test_an_article_whose_vector_was_made_anew_is_one_hit_in_its_place(filled):
    number = vectors.encoder_id(filled.db, encoder.encoder_name())
    listed = found(filled, "like:1", limit=1_000, every_copy=True)
    least = listed[-1].id
    again = vectors.vectors_of(filled.db, number, [least])
    vectors.keep(filled.db, number, again.items())
    assert vector_file.bring_up_to_date(filled.folder, filled.db, encoder.encoder_name()) == 1
    assert [hit.id for hit in found(filled, "like:1", limit=1_000, every_copy=True)] == [hit.id for hit in listed]


def test_vectors_of_another_encoder_are_named_where_nothing_can_be_like(filled):
    rename = "UPDATE encoders SET name = ? WHERE name = ?"
    (name,) = filled.db.execute("SELECT name FROM encoders").fetchone()
    with filled.transaction():
        filled.db.execute(rename, ["another 0.1", name])
    try:
        for like in ("ships at sea", "1"):
            done = command("search", f'like:"{like}"', "--archive", filled.folder, cwd=filled.folder)
            assert "made by another encoder; `newscrawler reprocess --vectors`" in done.stderr
    finally:
        with filled.transaction():
            filled.db.execute(rename, [name, "another 0.1"])


def test_why_nothing_is_like_an_article_that_is_not_there_or_has_no_vector(filled):
    of = dict(rows(filled, "SELECT language, max(id) FROM articles GROUP BY language"))
    assert is_nothing_like(filled.db, "99999") == "there is no article 99999"
    uncovered = f"article {of['sv']} has no vector: its language (sv) is not covered"
    assert is_nothing_like(filled.db, str(of["sv"])).startswith(uncovered)
    assert [is_nothing_like(filled.db, like) for like in (str(of["de"]), "ships at sea", "9" * 40)] == ["", "", ""]
    done = command("search", "like:99999", "--archive", filled.folder, cwd=filled.folder)
    assert (done.returncode, "there is no article 99999" in done.stderr) == (0, True)


def test_which_of_the_reasons_for_having_no_vector_it_is(filled):
    class Undone(Exception):
        pass

    def why(*changes):
        with contextlib.suppress(Undone), filled.transaction():
            for change in changes:
                filled.db.execute(change, [article])
            answers.append(is_nothing_like(filled.db, str(article)))
            raise Undone
        return answers.pop().partition(": ")[2]

    answers = []
    ((article,),) = rows(filled, "SELECT max(id) FROM articles WHERE language = 'de'")
    gone, waits = "DELETE FROM vectors WHERE article_id = ?", "INSERT INTO to_encode (article_id) VALUES (?)"
    none = "UPDATE vectors SET vector = NULL WHERE article_id = ?"
    unknown = "UPDATE articles SET language = NULL WHERE id = ?"
    assert why(gone, waits) == "it waits for one, which the next crawl or `newscrawler events --update` makes"
    assert why(gone) == "`newscrawler reprocess --vectors` makes it"
    assert why(none) == "it has no words to make one of"
    assert why(gone, waits, unknown).startswith("its language is not known;")
    assert why() == ""


def test_a_text_in_a_language_that_has_no_vectors_is_named(filled):
    doubted = {"розмінування Чорного моря": "uk", "razminiranje Crnog mora": "hr", "αποναρκοθέτηση Μαύρης Θάλασσας": "el"}
    for text, language in doubted.items():
        assert f"is not known ({language})" in is_of_no_language(text)
    # a few words: by letters that no language with vectors has, in a word that is no name
    for text in ("napad na tržnicu u Harkivu", "мир і війна", "minröjning på ålandshav"):
        assert "is not known" in is_of_no_language(text)
    known = ("mine clearance in the Black Sea", "軍艦の衝突", "разминирование Черного моря", "mines", "Fregatten", "1", "")
    assert [is_of_no_language(each) for each in known] == [""] * len(known)
    done = command("search", "--like", "розмінування Чорного моря", "--archive", filled.folder, cwd=filled.folder)
    assert "whose meaning is not known (uk)" in done.stderr


@pytest.mark.parametrize("language", sorted(set(HEADLINES) & set(shipped_coverage().languages)))
def test_few_words_of_a_language_that_has_vectors_are_not_doubted(language):
    texts = [text for title in HEADLINES[language] for text in (title, *_beginnings(title))]
    assert [each for each in texts if is_of_no_language(each)] == []


def _beginnings(title):
    if " " not in title:
        return title[:4], title[:8]
    return [" ".join(title.split()[:number]) for number in (1, 2, 3)]


@pytest.mark.parametrize(
    "text", ["élections Vučić", "Besuch in Malmø und Tromsø", "le président Erdoğan à Šibenik", "Zelenskyj"]
)
def test_names_of_others_are_not_doubted(text):
    assert is_of_no_language(text) == ""


def test_a_language_without_vectors_that_is_asked_for_is_named(filled):
    def told(text):
        return are_never_like(compile_query(text, vocabulary(filled.db)))

    (swedish,) = told('language:sv like:"ships at sea"')
    assert swedish.startswith("articles in Swedish have no vectors, so that like: finds none of them")
    assert told("lang:Swedish like:1") == told("lang:de lang:sv-SE like:1") == [swedish]
    for other in ('lang:de like:"ships"', '-lang:sv like:"ships"', 'lang:xx like:"ships"', "lang:sv ships", 'like:"sv"'):
        assert told(other) == [], other
    done = command("search", 'language:sv like:"ships at sea"', "--archive", filled.folder, cwd=filled.folder)
    assert swedish in done.stderr
    visitor = Visitor(filled.folder / "news.db")
    try:
        assert swedish.partition(";")[0] in said(visitor.get('/search?q=lang:sv+like:"ships+at+sea"').text)
    finally:
        visitor.close()


def test_two_texts_to_be_like_are_remarked_on(filled):
    assert may_be_chance(["frigates"]) == []
    assert may_be_chance(["frigates", "mines"]) == [
        "like: stands here 2 times: hits are like any of these, the best like all"
    ]
    two = command("search", 'like:"frigates" like:"mines at sea"', "--archive", filled.folder, cwd=filled.folder)
    assert "like: stands here 2 times" in two.stderr


def test_the_page_says_why_nothing_is_like_it_or_may_be_so_by_chance(filled):
    visitor = Visitor(filled.folder / "news.db")
    try:
        assert "there is no article 99999" in said(visitor.get("/search?q=like:99999").text)
        doubted = visitor.get('/search?q=like:"razminiranje+Crnog+mora"').text
        assert "whose meaning is not known (hr)" in said(doubted)
        assert "<code>newscrawler help events</code>" in doubted
        assert "<code>newscrawler serve --desk</code> opens it" in visitor.get("/desk").text
    finally:
        visitor.close()


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
