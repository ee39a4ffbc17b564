import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.relevance.splitting import split
from newscrawler.text import (
    FOLDS,
    clean,
    clean_line,
    content_hash,
    has_unspaced,
    is_parsable,
    search_form,
    storable,
    words,
    words_by_line,
)
from newscrawler.text.any_of import any_of

anything = st.text(alphabet=st.characters(), max_size=300)


@given(anything)
def test_clean_text_can_be_stored_and_cleaning_twice_is_cleaning_once(value):
    cleaned = clean(value)
    cleaned.encode("utf-8")  # no lone surrogate
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned


@given(anything, st.sampled_from("a\t\n\0\x7f\x85\xad\u200b\ud800\ue003\ufeff防é"))
def test_a_text_is_looked_through_as_each_of_its_characters(value, one):
    value = value + one + value
    assert storable(value) == "".join(map(storable, value))
    assert has_unspaced(value) == any(map(has_unspaced, value))


def test_clean_has_a_limit():
    assert len(clean("a" * 3_000_000)) == 1_000_000
    assert clean_line("  \n ") is None
    assert clean_line(None) is None


@given(anything)
def test_hash_ignores_layout(value):
    assert content_hash(value) == content_hash(f"  {value.replace(' ', '   ')} \n")


def test_hash_is_stable_across_versions_and_machines():
    # when one of these changes, HASH_VERSION must change too: the hashes are in people's archives
    assert content_hash("The ministers met in Paris.") == "1-f5062169a3b12241c163b72a300d13b7"
    assert content_hash("防衛省") == "1-8a7f05762ab64b094b54c8a593ac418c"


def test_hash_tells_texts_apart():
    assert content_hash("Ministers met in Paris") != content_hash("Ministers met in London")
    assert content_hash("防衛省") != content_hash("防衛庁")


@given(anything)
def test_the_search_form_is_its_own(value):
    form = search_form(value)
    assert form is None or search_form(form) in (None, form)


def test_only_what_the_tokenizer_cannot_fold_has_a_search_form():
    assert search_form("only words, défense, Москва, Київ, हिन्दी") is None
    assert (search_form("防衛省は発表した") or "").split() == list("防衛省は発表した")
    assert search_form("สวัสดี") is not None


def test_what_filled_archives_were_folded_with():
    """Another table of letters needs a migration that makes the index of filled archives anew."""
    table = repr(sorted(FOLDS.items())).encode()
    assert hashlib.sha256(table).hexdigest()[:16] == "bcf327816929732e"


@pytest.mark.parametrize(
    "text",
    ["सेना", "সেনাবাহিনী", "இராணுவம்", "సైన్యం", "ಸೇನೆ", "സൈന്യം", "හමුදාව", "ਫ਼ੌਜ", "સેના", "ސިފައިން", "क्\u200dष", "శ్రీ\u200cనగర్"],
)
def test_vowel_signs_are_part_of_their_word_in_every_script(text):
    assert len(words(f"({text}).")) == len(split(f"({text}).").raw) == 1
    assert words(f"{text} {text}") == 2 * words(text)


def test_a_mark_alone_is_no_word():
    assert words("\u093e - \u09bf \u2764\ufe0f") == [] == split("\u093e").raw


@given(st.lists(st.text(st.sampled_from("aΣσς ß'\u02bc\u0301\u00ad\u200d防ड़ि\u093eंم\u064eﬁ\r\u2028"), max_size=8)))
def test_no_word_goes_on_in_the_next_line(lines):
    text = "\n".join(lines)
    assert words_by_line(text) == words(text)


few_letters = st.text(alphabet="aetkw.\\é関\ud800", max_size=6)  # common ones, rare ones, one that patterns mean otherwise


@given(st.lists(few_letters, max_size=8), st.text(alphabet="aetkw.\\é関\ud800", max_size=40))
def test_one_look_finds_whether_a_text_has_any_of_some_literals(literals, value):
    assert (any_of(literals)(value) is not None) == any(literal in value for literal in literals)


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    st.sampled_from("\0\x08\t\n\x0b\r\x1f ａ\ufeff\ufffd\ufffe\uffff"),
)
def test_markup_is_parsable_without_what_xml_forbids(value, one):
    forbidden = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", value + one + value)
    assert is_parsable((value + one + value).encode()) == (forbidden is None)
