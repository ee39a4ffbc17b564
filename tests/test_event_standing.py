"""Events: text that stands under any title, and the daily editions of a newspaper, make one event of no two stories."""

import pytest
from conftest import CASES, as_json, rows
from test_events import as_sets, filed, grouped

from newscrawler.events.evidence import Evidence
from newscrawler.events.pairs import shipped_weights
from newscrawler.events.said import stems_of
from newscrawler.events.standing import edition_name, is_bare_list, shipped_editions, standing_words
from newscrawler.events.window import Window
from newscrawler.reprocess import grouping

STANDING = as_json(CASES / "standing.json")
WALL = STANDING["wall"]


def case(day, title, text):
    return {"day": day, "title": title, "text": text, "language": "en"}


WALLED = [case("2026-11-02", title, f"{text}\n{WALL}") for title, text in STANDING["walled"]]
BRIEFINGS = [case(*each) for each in STANDING["briefings"]]


def evidence(number, title, text):
    head, said = stems_of(title, None, text, "")
    return Evidence(number, 10.0, "en", "gazette", said, head)


@pytest.mark.parametrize(("language", "title", "named"), STANDING["editions"])
def test_what_names_a_daily_edition(language, title, named):
    assert edition_name(title, language) == named


def test_words_of_editions_are_small_and_each_in_one_list():
    for language, each in shipped_editions().items():
        kinds = [each.whole, each.names, each.letters, each.when, each.fillers]
        assert sum(map(len, kinds)) == len(frozenset().union(*kinds)), language
        assert all(word == word.lower() and word.isalpha() for kind in kinds for word in kind), language


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Kristen, Petteri, J. R. Anders, Baltic, Estonia, Finland, NATO, Mira Dawn, Navy", True),
        ("Kristen\nPetteri\nAnders\nBaltic\nEstonia\nFinland\nNATO\nNavy\nArmy", True),
        ("フィンランド、エストニア、NATO、海軍、陸軍、空軍、日本、フランス、英国", True),
        ("Kristen, Petteri, Anders and Baltic", False),
        ("At dawn, off Hanko, two ships, both Finnish, met. Then, at noon, they left, one by one, for port.", False),
        ("Estonia, Finland, NATO, the navy, the army, the air force, the guard and all others met in Turku on Monday, said the office.", False),
        ("", False),
    ],
)  # fmt: skip
def test_what_is_a_bare_list(text, bare):
    assert is_bare_list(text) is bare


def order(numbers, cases):
    return [(number, cases[number]) for number in numbers]


@pytest.mark.parametrize("numbers", [[0, 1, 2, 3, 4], [4, 2, 0, 3, 1]])
@pytest.mark.parametrize("cases", [WALLED, BRIEFINGS], ids=["wall", "briefings"])
def test_what_stands_under_any_title_welds_nothing(tmp_path, cases, numbers):
    archive = filed(tmp_path / "archive", order([each for each in numbers if each < len(cases)], cases))
    try:
        apart = {frozenset({number}) for number in range(len(cases))}
        assert as_sets(grouped(archive)) == apart
        grouping.regroup(archive)
        assert as_sets(grouped(archive)) == apart
    finally:
        archive.close()


def test_an_edition_is_kept_as_a_list_for_later_runs(tmp_path):
    archive = filed(tmp_path / "archive", order([0], BRIEFINGS))
    try:
        assert rows(archive, "SELECT type FROM event_evidence") == [("listing",)]
        assert rows(archive, "SELECT type FROM articles") == [("article",)]
    finally:
        archive.close()


def test_words_that_stand_are_left_out_and_said_so():
    one, other = (evidence(number, *STANDING["walled"][number]) for number in (0, 1))
    walled = [evidence(number, case["title"], case["text"]) for number, case in enumerate(WALLED[:2])]
    window = Window(shipped_weights())
    plain, left_out = window.compare(one, other), window.compare(*walled)
    assert plain.standing == 0
    assert left_out.standing > 20
    assert left_out.shared < 0.05
    assert f"{left_out.standing} words of a text that stands under any title left out" in left_out.reason


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Crane topples in harbour of Rostock", f"It fell onto a quay before dawn.\n{WALL}"),  # titles say the same
        ("", f"It fell onto a quay before dawn.\n{WALL}"),  # nothing says what it is about
        ("Orchard growers fear late frost", "A crane fell onto a quay in Rostock before dawn."),  # a sentence alone
        ("Free articles for subscribers of newsletter and archive", WALL),  # the title is about it
    ],
)
def test_words_that_a_title_has_to_do_with_stand_not(title, text):
    one, other = evidence(0, WALLED[0]["title"], WALLED[0]["text"]), evidence(1, title, text)
    shared = dict.fromkeys(set(one.words) & set(other.words), 2.0)
    shared |= dict.fromkeys(set(one.title) & set(shared), 5.0)
    assert not standing_words(shared, one, other)
