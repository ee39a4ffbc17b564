import json

import pytest
from conftest import CASES
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.relevance import THRESHOLD, judge, parse_lexicon, shipped_lexicon

LEXICON = shipped_lexicon()
TABLE = json.loads((CASES / "relevance.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["title"])
def test_case(case):
    verdict = judge(case["title"], None, case["text"], LEXICON)
    assert verdict.relevant == case["relevant"], verdict.reason
    assert set(case.get("topics", [])) <= {topic.topic_id for topic in verdict.topics}
    assert set(case.get("mentions", [])) <= {mention.code for mention in verdict.mentions}


def test_the_reason_names_the_terms():
    verdict = judge("Navy orders four frigates", None, "The navy ordered four frigates.", LEXICON)
    assert "frigate*" in verdict.reason
    assert all(topic.terms for topic in verdict.topics)


def test_no_term_no_relevance():
    verdict = judge("Rye bread", None, "A prize for bread.", LEXICON)
    assert (verdict.score, verdict.relevant, verdict.topics, verdict.reason) == (
        0.0,
        False,
        (),
        "no term of the lexicon",
    )


@given(st.text(max_size=200), st.text(max_size=500))
def test_any_text_has_a_score_within_bounds(title, text):
    verdict = judge(title, None, text, LEXICON)
    assert 0 <= verdict.score < 1
    assert verdict.relevant == (verdict.score >= THRESHOLD)


def test_longest_term_wins_and_weight_zero_silences():
    lexicon = parse_lexicon(
        """
        version = "test"
        [topics]
        war = { id = "t:war", label = "war" }
        [[terms]]
        weight = 0
        en = ["trade war*"]
        [[terms]]
        topic = "war"
        weight = 2
        en = ["war*", "civil war"]
        """,
        "[label]\n[country]\nFR = ['France']",
    )
    assert judge(None, None, "a trade war, two trade wars", lexicon).score == 0
    assert judge(None, None, "a civil war", lexicon).topics[0].terms == ("civil war",)
    assert judge(None, None, "France, France", lexicon).mentions[0].count == 2
