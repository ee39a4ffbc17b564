import re
from collections import Counter
from pathlib import Path

import pytest
from conftest import candidate, lease
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawler.reports.queries import canned_queries
from newscrawler.reports.sql_functions import add_functions
from newscrawler.search import facets, ranking
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import Listing, search
from newscrawler.search.snippets import MARK, in_own_letters
from newscrawler.search.vocabulary import NOTHING, vocabulary
from newscrawler.text import search_form

TEXTS = {
    "frigates": "The navies will share four frigates and two mine-hunting vessels, Minister O'Brien said.",
    "lecornu": "Le ministre Lecornu a présenté la défense aérienne à l'Assemblée.",
    "tokyo": "防衛省は新型ミサイルの発射試験を実施したと発表した。NATO事務総長も歓迎した。",
    "thai": "กระทรวงกลาโหมประกาศการซ้อมรบร่วม",
    "korea": "국방부는 연합훈련을 실시했다고 밝혔다.",
    "sport": "The home side won the match. Frigates were not involved.",
}


@pytest.fixture
def filled(archive):
    archive.file(
        [candidate(lease(archive, f"https://gazette.example/{name}"), text, title=name) for name, text in TEXTS.items()]
    )
    return archive.db


def found(db, query, **more):
    return {hit.title for hit in search(db, compile_query(query), **more)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("frigates", {"frigates", "sport"}),
        ("frigates -match", {"frigates"}),
        ('"four frigates"', {"frigates"}),
        ('"frigates four"', set()),
        ("frig*", {"frigates", "sport"}),
        ("lecornu OR navies", {"lecornu", "frigates"}),
        ("defense aerienne", {"lecornu"}),
        ("DÉFENSE", {"lecornu"}),
        ("mine-hunting", {"frigates"}),
        ("o'brien", {"frigates"}),
        ('mine-hunting "', {"frigates"}),
        ("防衛省", {"tokyo"}),
        ("ミサイルの発射", {"tokyo"}),
        ('"発射試験を実施した"', {"tokyo"}),
        ("NATO事務総長", {"tokyo"}),
        ("กลาโหม", {"thai"}),
        ("연합훈련을", {"korea"}),
        ("", set(TEXTS)),
        ("-match", set(TEXTS) - {"sport"}),
        ("NOT match frigates", {"frigates"}),
        ("frigates AND match", {"sport"}),
        ('"" ( ) * AND NEAR(', set()),
        ("frigates (", {"frigates", "sport"}),
        ("frigates ___ and", {"frigates"}),
    ],
)
def test_search(filled, query, expected):
    assert found(filled, query) == expected


@pytest.mark.parametrize("name", TEXTS)
def test_any_phrase_of_a_text_finds_it(filled, name):
    text = TEXTS[name]
    words = text.split()
    phrases = [" ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)]
    if len(words) == 1:
        slices = [text[start : start + 5] for start in range(0, len(text) - 5, 3)]
        phrases = [each for each in slices if "NATO" in each or not any(c in each for c in "NATO")]  # no half words
    missed = [phrase for phrase in phrases if name not in found(filled, f'"{phrase}"') and any(c.isalnum() for c in phrase)]
    assert missed == []


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60) | st.text(alphabet="\"-*()^:{}+,ORAND NEAR'\\\x00", max_size=30))
def test_no_query_raises(filled, query):
    search(filled, compile_query(query))


def test_what_was_not_understood_is_said():
    assert compile_query('frigate " {').remarks == ('left out: " {',)
    assert compile_query("word " * 500).remarks


def test_snippets_mark_the_hits_and_limits_hold(filled):
    (hit,) = search(filled, compile_query('"four frigates"'))
    assert f"{MARK[0]}four frigates{MARK[1]}" in hit.snippet
    assert len(search(filled, compile_query("frigates"), Listing(limit=1))) == 1
    assert search(filled, compile_query("frigates since:2099-01-01")) == []
    assert [h.title for h in search(filled, compile_query("frigates"), Listing(newest=True))] == ["sport", "frigates"]
    (japanese,) = search(filled, compile_query("発射試験"))
    assert "発射試験" in japanese.snippet.replace(MARK[0], "").replace(MARK[1], "")


@pytest.mark.parametrize("read", [1, 2, 200])
@pytest.mark.parametrize(
    "query",
    ['"grey ship"', '"grey ship" -yacht', '(ship OR boat) (harbour OR "grey ship")', "grey NEAR/2 ship", "shi* grey"],
)
def test_where_the_words_stand_is_told_however_many_hits_are_read(archive, monkeypatch, read, query):
    monkeypatch.setattr(ranking, "MARKED_HITS", read)
    shown = {"title": ("Grey ship seen", "Nothing."), "lead": ("Something", "A grey ship was seen."), "text": ("", None)}
    for name, (title, lead) in shown.items():
        address = f"https://gazette.example/{name}"
        archive.file([candidate(lease(archive, address), f"Of the {name}: a grey ship went by.", title=title)])
        archive.db.execute("UPDATE articles SET lead = ? WHERE url = ?", [lead, address])
    places = ranking.places(archive.db, compile_query(query))
    urls = dict(archive.db.execute("SELECT id, url FROM articles").fetchall())
    assert {urls[each].rpartition("/")[2]: place for each, place in places.items()} == {"title": 0, "lead": 1, "text": 2}


@pytest.mark.parametrize("query", ["ship", '"grey ship"', "shi*"])
@pytest.mark.parametrize(("size", "step"), [(12, 1), (3, 4)])
def test_hits_are_all_counted_where_facets_are_of_a_sample(archive, monkeypatch, query, size, step):
    monkeypatch.setattr(facets, "EXACT_BELOW", 5)
    monkeypatch.setattr(facets, "SAMPLE_SIZE", size)
    archive.file([candidate(lease(archive, f"https://gazette.example/{n}"), f"A grey ship number {n}.") for n in range(12)])
    sample = facets.sample_of(archive.db, compile_query(query))
    assert (sample.total, sample.step, sample.estimated) == (12, step, False)
    of_every = facets._labels(archive.db, [each for each in range(1, 13) if each * facets.SPREAD % 2**32 % step == 0])[0]
    assert sample.tokens == Counter(of_every.split())


def folding_rows():
    text = (Path(__file__).parent.parent / "docs" / "search.md").read_text(encoding="utf-8")
    section = text.split("## Which letters are one")[1].split("\n## ")[0]
    for row in section.splitlines():
        cells = [re.findall("`([^`]+)`", cell) for cell in row.strip("|").split("|")]
        if len(cells) == 4 and cells[1]:
            yield pytest.param(cells[1][0], cells[2], cells[3], id=cells[1][0])


@pytest.mark.parametrize(("written", "by", "not_by"), [*folding_rows()])
def test_which_letters_are_one(archive, written, by, not_by):
    text = f"Yesterday la {written} (x)."
    archive.file(
        [
            candidate(lease(archive, "https://gazette.example/1"), text, title="text"),
            candidate(lease(archive, "https://gazette.example/2"), "Nothing of that kind.", title=f"la {written}"),
        ]
    )
    known = vocabulary(archive.db)
    for queries, number in ((by, 1), (not_by, 0)):
        for asked in queries:
            for vocabulary_asked in (known, NOTHING) if "oe" not in asked else (known,):
                titled = compile_query(f"title:{asked}", vocabulary_asked)
                assert len(search(archive.db, compile_query(asked, vocabulary_asked))) == 2 * number, asked
                assert len(search(archive.db, titled)) == number, f"title:{asked}"


@given(st.text(alphabet="Łaß \u064d\u0645防\n", min_size=1, max_size=40), st.data())
def test_a_snippet_comes_back_in_the_letters_of_the_text(text, data):
    form = " ".join((search_form(text) or text).split())
    start = data.draw(st.integers(0, len(form)))
    end = data.draw(st.integers(start, len(form)))
    shown = in_own_letters(f"…{form[:start]}{MARK[0]}{form[start:end]}{MARK[1]}{form[end:]}", [text])
    assert "".join(re.sub("[…\x02\x03]", "", shown).split()) in "".join(text.split())


def test_the_canned_search_shows_the_letters_of_the_text(archive):
    archive.file([candidate(lease(archive, "https://gazette.example/1"), "Okręty wpłynęły w niedzielę do Łodzi i Gdańska.")])
    add_functions(archive.db.conn)
    (row,) = archive.db.query(canned_queries()["search"].sql, {"q": "lodzi", "limit": "", "every_copy": ""})
    assert "do Łodzi i Gdańska" in row["snippet"]
