"""What the forest is told of blocks: the short cuts on the way say what the long way says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.extraction.features import _capitals_and_digits
from newscrawler.markup.containers import _KINDS_OF_WORDS, KINDS, _kinds_of_word, _stems

NAMES = tuple(name for name, _ in KINDS)
PARTS = (*_stems()[1], "s", "box", "-", "_", "y", "ies", "ing", "text", "wrap", "x", "t", "e")


@pytest.mark.parametrize(
    ("word", "kinds"),
    [
        ("newsletter-signup", ["article", "promo"]),
        ("subhead", ["lead"]),
        ("ad", ["promo"]),
        ("shadow", []),
        ("c-teaser__text", ["related"]),
        ("teaser-text", ["related", "lead"]),
        ("replies", ["comment"]),
        ("reply", ["comment"]),
        ("repl", []),
        ("upnext", ["related"]),
    ],
)
def test_a_word_of_a_class_names_kinds(word, kinds):
    assert [NAMES[kind] for kind in _kinds_of_word(word)] == kinds


@given(st.lists(st.sampled_from(PARTS), max_size=5).map("".join))
def test_no_kind_is_missed_by_its_beginning(word):
    assert _kinds_of_word(word) == tuple(index for index, kind in _KINDS_OF_WORDS if kind.search(word))


@given(st.text(min_size=1, max_size=60))
def test_capitals_and_digits_of_all_scripts_are_counted(text):
    shares = sum(map(str.isupper, text)) / len(text), sum(map(str.isdigit, text)) / len(text)
    assert _capitals_and_digits(text) == shares
