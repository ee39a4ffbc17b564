"""Places and days that a text names, as codes: in which languages, what is none, and which stories become one by them."""

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import CASES, as_json
from hypothesis import assume, example, given
from hypothesis import strategies as st
from test_events import as_sets, filed, grouped

from newscrawler.dates.named_days import days_named, weekdays_named
from newscrawler.events import places
from newscrawler.events.evidence import Evidence, label_of
from newscrawler.events.pairs import FEATURES, shipped_weights
from newscrawler.events.places import folded, parse_places, places_in, shipped_places
from newscrawler.events.said import said_codes
from newscrawler.events.window import Window
from newscrawler.meaning.coverage import shipped_coverage

ROOT = Path(__file__).parent.parent
TOLD = as_json(CASES / "places_and_days.json")
PUBLISHED = date(2026, 12, 1)
MOST_BYTES = 400  # that the codes of places and days of a story take
AT = 20_788.5  # 1 December 2026, noon


@pytest.mark.parametrize("case", TOLD["places"], ids=lambda case: f"{case['language']}: {case['text'][:30]}")
def test_the_places_that_a_text_names(case):
    assert sorted(places_in(case["text"], case["language"], shipped_places())) == sorted(case["named"])


@pytest.mark.parametrize("case", TOLD["days"], ids=lambda case: f"{case['language']}: {case['text'][:30]}")
def test_the_days_that_a_text_names(case):
    assert sorted(days_named(case["text"], case["language"], PUBLISHED)) == case["days"]
    assert weekdays_named(case["text"], case["language"]) == case["weekdays"]


def test_one_happening_is_one_event_in_languages_that_share_no_word_and_have_no_vectors(tmp_path):
    cases = TOLD["stories"]
    assert not {case["language"] for case in cases} & set(shipped_coverage().languages)
    archive = filed(tmp_path / "a", list(enumerate(cases)))
    events = {case["event"] for case in cases}
    assert as_sets(grouped(archive)) == {
        frozenset(number for number, case in enumerate(cases) if case["event"] == event) for event in events
    }
    reasons = " ".join(row[0] for row in archive.db.execute("SELECT reason FROM event_stories"))
    assert "Black Sea, Varna" in reasons
    assert "both say 28 November 2026" in reasons
    archive.close()


def evidence(story, *codes, **more):
    return Evidence(story, AT, language="en" if story % 2 else "uk", codes=codes, words=(f"w{story}",), **more)


def test_what_was_read_before_there_were_places_and_days_speaks_neither_for_nor_against():
    old, new = evidence(1, "country:BG"), evidence(2, "country:BG", "place:Varna", "day:2026-11-28", "weekday:5")
    window = Window(shipped_weights())
    before = replace(new, codes=("country:BG",))
    of = window.compare(old, new)
    assert all(of.features[FEATURES.index(name)] == 0 for name in FEATURES if name.endswith(("places", "dates", "weekdays")))
    assert of.score == pytest.approx(window.compare(old, before).score)


@pytest.mark.parametrize(
    ("codes", "is_more"),
    [
        (("place:Varna", "day:2026-11-28"), True),
        (("place:Gdansk", "day:2026-11-28"), False),
        (("place:Varna", "day:2026-12-02"), False),
    ],
)
def test_the_same_place_and_day_says_more_than_the_same_of_one(codes, is_more):
    one, window = evidence(1, "place:Varna", "day:2026-11-28"), Window(shipped_weights())
    nothing = window.compare(one, evidence(2)).score
    both = window.compare(one, evidence(4, "place:Varna", "day:2026-11-28")).score
    score = window.compare(one, evidence(2, *codes)).score
    assert score == both > nothing if is_more else score < both


def test_names_that_are_never_a_towns_are_in_the_table_of_none():
    tree = ast.parse((ROOT / "benchmarks" / "place_names.py").read_text(encoding="utf-8"))
    (never,) = (
        each.value for each in tree.body if isinstance(each, ast.Assign) and getattr(each.targets[0], "id", "") == "NEVER"
    )
    (told,) = (each.value for each in ast.walk(never) if isinstance(each, ast.Constant) and "\n" in str(each.value))
    names = {each.replace("_", " ") for each in told.split()}
    assert "сталин" in names
    lines = (Path(places.__file__).parent / "places.tsv").read_text(encoding="utf-8").splitlines()
    assert not names & {name.partition("!")[0] for line in lines for name in line.split("\t")[1:]}


def test_stories_without_vectors_are_found_by_what_they_name():
    window = Window(shipped_weights())
    for number in range(10, 60):
        window.add(evidence(number, "country:US"))
    other = evidence(2, "place:Varna", "day:2026-11-28")
    window.add(other)
    found = window.near(evidence(1, "place:Varna", "day:2026-11-28"), 5.0)
    assert other.story in [each.other.story for each in found]


@given(text=st.text(max_size=400), language=st.sampled_from(["", "en", "de", "ru", "fa", "he", "ja", "th", "hu", "xx"]))
def test_any_text_has_codes_within_their_bounds(text, language):
    codes = said_codes(text, language, AT)
    assert len(" ".join(codes).encode()) <= MOST_BYTES
    assert all(" " not in code and label_of(code) for code in codes)
    assert len(set(codes)) == len(codes)


@given(st.one_of(st.text(max_size=60), st.text(alphabet="الموصل’'- İıſßͅヴァー", max_size=12)))
@example("' 0")
def test_a_folded_name_stays(name):
    once = folded(name)
    # the Arabic article goes once: what begins with its letters then (المانية) is a word of its own
    assume(not any(word.startswith("ال") for word in once.split()))
    assert folded(once) == once


def test_serbian_declines_in_both_its_scripts():
    places = shipped_places()
    assert places_in("Požar u Zagrebu", "sr", places) == places_in("Пожар у Загребу", "sr", places) == ["Zagreb"]


def test_what_is_a_word_of_a_language_is_a_place_where_it_cannot_begin_with_a_capital_otherwise():
    places = parse_places("Bar\tbar!hr\n", '[place]\n[[declined]]\nlanguages = "hr"\nendings = "a u"\n')
    assert places_in("Brod iz Bar plovi", "hr", places) == ["Bar"]
    assert places_in("Bar je pun. Bar je prazan.", "hr", places) == []
    assert places_in("The Bar is full", "", places) == []
