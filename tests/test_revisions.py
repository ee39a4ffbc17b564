"""What changed between two states of an article, whether a page is one at all, and the words that differ."""

import time

import pytest
from conftest import CASES, as_json
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.revisions import phrases
from newscrawler.revisions.changes import CORRECTED, REVISED, TOUCHED, UNCHANGED, change, kept
from newscrawler.revisions.removal import elsewhere, is_another, loss, refusal
from newscrawler.revisions.worddiff import ADDED, REMOVED, SAME, tokens, word_diff
from newscrawler.text import corrections, sentences

CHANGES = as_json(CASES / "revisions" / "changes.json")
GONE = as_json(CASES / "revisions" / "gone.json")
OTHERS = as_json(CASES / "revisions" / "others.json")


@pytest.mark.parametrize("case", CHANGES, ids=lambda case: case["name"])
def test_what_changed(case):
    found = change((case["title"], case["old"]), (case["new_title"], case["new"]))
    assert (found.kind, found.grown) == (case["kind"], case["grown"]), found.reason
    assert case["reason"] in (None, found.reason)
    assert found.reason


def _said(failure):
    return failure and failure.reason


@pytest.mark.parametrize("case", GONE, ids=lambda case: case["name"])
def test_whether_it_still_is_the_article(case):
    assert _said(loss((case["title"], case["old"]), (case["new_title"], case["new"]))) == case["reason"]


@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case["name"])
def test_whether_it_is_a_block_page_or_another_one(case):
    old, new = (case["title"], case["old"]), (case["new_title"], case["new"])
    assert (_said(refusal(old, new)), is_another(old, new)) == (case["refusal"], case["another"])
    assert not is_another(old, old)


def test_a_page_at_another_address():
    old = (None, "Four frigates left. They sail north. They are back in May.")
    assert elsewhere(old, (None, "Four frigates left. They sail north."), "https://a.example/moved") is None
    assert (
        _said(elsewhere(old, (None, "Latest news."), "https://a.example/news"))
        == "redirected to another text, https://a.example/news"
    )
    assert _said(elsewhere(old, (None, "Welcome."), "https://a.example/sign-in?x")) == (
        "redirected to a login form, https://a.example/sign-in?x"
    )
    assert elsewhere(old, (None, "Welcome."), "http://[::1")


WORDY = st.text(st.sampled_from("abcdefgh .!?\n0123456789,:ä防衛。\ud800\u0301-–'"), max_size=400)


@given(WORDY, WORDY)
def test_whatever_the_texts_there_is_one_kind_with_a_reason(old, new):
    found = change((None, old), (None, new))
    assert found.kind in (UNCHANGED, TOUCHED, REVISED, CORRECTED)
    assert (found.kind == UNCHANGED) == (old == new)
    assert found.reason
    loss((None, old), (None, new)), refusal((None, old), (None, new)), is_another((None, old), (None, new))
    assert 0 <= kept(old, new) <= 1


@given(WORDY, WORDY)
def test_the_pieces_of_a_diff_make_up_both_texts(old, new):
    paragraphs = word_diff(old, new)

    def side(how):
        sides = ["".join(text for kind, text in each.pieces if kind in (SAME, how)) for each in paragraphs
                 if any(kind in (SAME, how) for kind, _ in each.pieces)]  # fmt: skip
        return "\n".join(sides)

    # a paragraph of which nothing is left is no empty line of the other side
    assert side(REMOVED).replace("\n", "") == old.replace("\n", "")
    assert side(ADDED).replace("\n", "") == new.replace("\n", "")


@given(WORDY)
def test_tokens_are_the_text(text):
    assert "".join(tokens(text)) == text


@given(WORDY)
def test_sentences_lose_no_letter(text):
    assert [c for c in "".join(sentences(text)) if c.isalnum()] == [c for c in text if c.isalnum()]


@given(st.text(max_size=300))
@settings(max_examples=50)
def test_no_line_breaks_the_cues(line):
    corrections.correction(line)


def test_every_cue_is_found_where_it_stands():
    for head in corrections.HEADS:
        assert corrections.correction(f"{head}: the number of ships."), head
    for phrase in corrections.PHRASES:
        assert corrections.correction(f"Well, {phrase} story."), phrase
    for one, other in phrases.WORDS_APART:
        assert phrases.are_words_apart(f"{one}ing", f"{other}ing"), (one, other)
        assert phrases.are_words_apart(other, one), (one, other)


LINE = "The frigate left the port this morning with its whole crew. "


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LINE * 330_000, LINE * 330_000 + "And came back."),  # 20 MB on one line
        ((LINE + "\n") * 30_000, "First line.\n" + (LINE + "\n") * 30_000),
        ("\n".join(f"{n} {LINE}" for n in range(30_000)), "\n".join(f"{n} {LINE}" for n in range(1, 30_001))),
        ("a " * 1_000_000, "b " * 1_000_000),
        ("", LINE * 30_000),
        (
            "\n".join(f"Sentence {n} is here." for n in range(4_000)),
            "\n".join(f"Sentence {n} was there." for n in range(4_000)),
        ),
    ],
    ids=["one line", "one line more", "shifted", "all other", "out of nothing", "all reworded"],
)
def test_a_long_text_takes_no_long_time(old, new):
    started = time.process_time()
    assert change((None, old), (None, new)).kind == REVISED
    loss((None, old), (None, new)), refusal((None, old), (None, new)), is_another((None, old), (None, new))
    word_diff(old, new)
    # an honest bound would be a few seconds; a quadratic method takes hours
    assert time.process_time() - started < 60


def test_a_diff_shows_words_and_characters():
    (one,) = word_diff("国防部订购十二艘护卫舰。", "国防部订购十四艘护卫舰。")
    assert one.pieces == ((SAME, "国防部订购十"), (REMOVED, "二"), (ADDED, "四"), (SAME, "艘护卫舰。"))
    (one,) = word_diff("They will meet in May.", "They did not meet in May.")
    assert one.pieces == ((SAME, "They "), (REMOVED, "will"), (ADDED, "did not"), (SAME, " meet in May."))


def test_a_diff_keeps_paragraphs_apart():
    found = word_diff("One.\nTwo stays here.\nThree.", "One.\nNew words stand before.\nTwo stays there.\nThree.")
    assert [each.changed for each in found] == [False, True, True, False]
    assert found[1].pieces == ((ADDED, "New words stand before."),)
