import json
import re
import tomllib
import unicodedata
from importlib import resources
from pathlib import Path

import pytest
from conftest import CASES, as_json
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newscrawler.errors import LexiconError
from newscrawler.relevance import evidence, extend, judge, shipped_lexicon
from newscrawler.relevance.acts import acts, sentence_starts
from newscrawler.relevance.gazetteer import KINDS, main_countries
from newscrawler.relevance.language import detect, language_of
from newscrawler.relevance.patterns import GLYPH, holds_word, parse_pattern
from newscrawler.relevance.phrase_matcher import Index, Walk
from newscrawler.relevance.score import FEATURES, Evidence, Model, features, stretches
from newscrawler.relevance.splitting import composed, fold, split

LEXICON = shipped_lexicon()
TABLE = as_json(CASES / "relevance.json")
SENSES = as_json(CASES / "senses.json")
ACTS = as_json(CASES / "acts.json")
WORDING = as_json(CASES / "wording.json")
EVERYDAY = as_json(CASES / "everyday.json")
NAMES = as_json(CASES / "names.json")
BRIEFS = as_json(CASES / "briefs.json")
OURS = {"defence", "diplomacy", "both"}
BEAT = """
replace = true
[topics]
bees = { id = "my:bees", label = "bees" }
[[terms]]
topic = "bees"
weight = 3
en = ["bee*", "honey"]
"""


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["title"])
@pytest.mark.parametrize("told", [True, False], ids=["language told", "language unknown"])
def test_case(case, told):
    verdict = judge(case["title"], None, case["text"], LEXICON, case["lang"] if told else None)
    if not told:  # the safe terms of all languages: less is found, but nothing that is not ours is kept
        assert case["decision"] == "keep" or verdict.decision != "keep", verdict.reason
        return
    assert verdict.decision == case["decision"], (verdict.reason, verdict.matches)
    assert verdict.relevant == (verdict.decision != "drop")
    assert set(case.get("topics", [])) <= {topic.topic_id for topic in verdict.topics}
    assert set(case.get("mentions", [])) <= {mention.code for mention in verdict.mentions}
    assert set(case.get("main", [])) <= {mention.code for mention in verdict.mentions if mention.main}


@pytest.mark.parametrize("case", SENSES, ids=lambda case: case["sense"])
def test_a_word_of_two_senses_means_what_its_company_says(case):
    ours, other = (judge(title, None, text, LEXICON, case["lang"]) for title, text in (case["ours"], case["other"]))
    assert (ours.decision, other.decision) == ("keep", "drop"), (ours.reason, other.reason)


@pytest.mark.parametrize("case", EVERYDAY, ids=lambda case: case["lang"])
def test_no_everyday_word_is_taken_for_a_term_that_it_begins_like(case):
    for word in case["words"]:
        hits = LEXICON.walk(case["lang"])[0].hits(split(word))[0]
        ours = [entry.value for _, _, entry in hits if entry.value.topic not in LEXICON.others]
        assert all(term.weight <= 1 for term in ours), (word, ours)


@pytest.mark.parametrize("case", WORDING, ids=lambda case: case["title"])
def test_what_states_and_forces_do_is_found_in_everyday_words(case):
    verdict = judge(case["title"], None, case["text"], LEXICON, case["lang"])
    assert verdict.decision == "keep", (verdict.score, verdict.matches)
    assert (verdict.diplomacy > verdict.defence) == (case["field"] == "diplomacy")


@pytest.mark.parametrize("case", BRIEFS, ids=lambda case: f"{case['lang']} {case['title']}")
def test_a_brief_is_missed_by_no_language_and_kept_for_no_figure_of_speech(case):
    decision = judge(case["title"], None, case["text"], LEXICON, case["lang"]).decision
    assert decision != ("drop" if case["about"] in OURS else "keep")


def test_of_the_briefs_most_are_kept_that_are_ours_and_dropped_that_are_not():
    called = [(case["about"] in OURS, judge(case["title"], None, case["text"], LEXICON, case["lang"])) for case in BRIEFS]
    ours, others = ([verdict.decision for is_ours, verdict in called if is_ours == wanted] for wanted in (True, False))
    assert ours.count("keep") >= 0.75 * len(ours)
    assert others.count("drop") >= 0.7 * len(others)


def test_every_term_of_a_game_is_the_games():
    text = "Soldiers and tanks fire missiles at the army's frigate. "
    game = "The multiplayer mode of the video game runs on Xbox."
    assert judge("Tank battle", None, text, LEXICON, "en").decision == "keep"
    verdict = judge("Tank battle", None, text + game, LEXICON, "en")
    assert verdict.decision == "drop"
    assert not any(match.weight for match in verdict.matches if match.term in ("frigate*", "missile*", "soldier*"))


def test_a_term_of_two_senses_weighs_in_the_company_of_firm_ones():
    text = "Wages at the yard fell; the union said so. The submarine, a frigate and the navy's brigade met mediators."
    weights = {match.term: match.weight for match in judge("At the yard", None, text, LEXICON, "en").matches}
    assert weights["mediator*"] > 0
    text = "Wages at the yard fell; the union said so, and the mediators met."
    weights = {match.term: match.weight for match in judge("At the yard", None, text, LEXICON, "en").matches}
    assert weights["mediator*"] == 0


def test_market_words_yield_to_trade_between_states():
    text = (
        "The United States will impose new tariffs on imports from China from Monday. Trade talks between the two governments end "
        "without a deal. Inflation and consumer prices will rise, economists and investors say, and shares of retailers fell."
    )
    weights = {
        match.term: match.weight for match in judge("Tariffs on China from Monday", None, text, LEXICON, "en").matches
    }
    assert weights["inflation"] == 0
    assert judge("Tariffs on China from Monday", None, text, LEXICON, "en").decision == "keep"
    market = judge("Shares fall as investors sell", None, text.replace("Trade talks", "Talks"), LEXICON, "en")
    assert {match.term: match.weight for match in market.matches}["inflation"] > 0
    home = text.replace("United States", "government").replace("China", "abroad")
    assert {match.term: match.weight for match in judge("Tariffs", None, home, LEXICON, "en").matches}["inflation"] > 0


def test_senses_name_terms_that_there_are():
    assert LEXICON.senses.of.keys() <= {(term.language, term.text) for term in LEXICON.terms}


@pytest.mark.parametrize("case", NAMES, ids=lambda case: case["text"][:40])
def test_countries(case):
    verdict = judge(None, None, case["text"], LEXICON, case["lang"])
    found = {mention.code for mention in verdict.mentions if mention.kind == "country"}
    wanted = set(case["countries"])
    assert wanted <= found
    # metonyms of what is said may come on top in languages that write them in one word, nowhere else
    assert found - wanted <= ({"KR"} if case["lang"] in ("ja", "ko") else set())


def test_the_reason_names_the_terms_and_their_places():
    verdict = judge("Navy orders four frigates", None, "The navy ordered four frigates. A price war.", LEXICON, "en")
    assert "frigate*" in verdict.reason
    assert verdict.lexicon == LEXICON.version
    assert all(topic.terms for topic in verdict.topics)
    places = {match.term: (match.title, match.body) for match in verdict.matches}
    assert places["frigate*"] == ((3,), (4,))
    silent = next(match for match in verdict.matches if match.term == "price war*")
    assert (silent.weight, silent.topic_id) == (0, None)


@pytest.mark.parametrize("text", ["", "A prize for bread.", "\x00\ud800", "ሰላም ለዓለም", "!!! ???"])
def test_no_term_no_relevance(text):
    verdict = judge(None, None, text, LEXICON, "xx")
    assert (verdict.score, verdict.decision, verdict.topics, verdict.reason) == (0.0, "drop", (), "no term of the lexicon")


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("አራት የባህር ዳርቻ ፍሪጌቶች", "Ethiopic"),
        ("වෙරළ ෆ්‍රිගේට් හතරක්", "Sinhala"),
        ("เรือฟริเกตสี่ลำ", "Thai"),
        ("ოთხი ფრეგატი, F-31", "Georgian"),
    ],
)
def test_a_text_too_short_for_a_detector_is_reviewed_where_nobody_reads_its_letters(text, script):
    verdict = judge(text, None, text, LEXICON, None)
    assert (verdict.decision, verdict.reason) == ("review", f"review: no lexicon for a language in {script} letters")
    bees = extend(LEXICON, BEAT, "bees.toml")
    assert judge(text, None, text, bees, None).decision == "drop"


def test_what_is_in_a_language_without_terms_is_reviewed():
    verdict = judge("Androany maraina", None, "Nandeha tany an-tsena ny mponina.", LEXICON, "mg-MG")
    assert (verdict.decision, verdict.relevant, verdict.score) == ("review", True, 0.0)
    assert verdict.reason == "review: no lexicon for the language mg-MG"
    assert judge("Androany maraina", None, "Nandeha tany an-tsena ny mponina.", LEXICON, None).decision == "drop"
    assert LEXICON.unread(["mg", "de-AT", "hr", "bs", "xx", "eu", "mg", "et", "lv", "lt"]) == ["eu", "mg"]
    bees = extend(LEXICON, BEAT, "bees.toml")
    assert judge("Renitantely", None, "Manidina ny renitantely.", bees, "mg").decision == "drop"


@pytest.mark.parametrize("text", ["Peace talks; shares fell, investors sold.", "Armistice signed, a striker scored goals"])
def test_a_brief_of_unknown_language_is_not_dropped_for_a_word_of_another_subject(text):
    assert judge(text, None, "", LEXICON, None).decision != "drop"
    assert judge("Shares fell, investors sold", None, "", LEXICON, None).decision == "drop"


def test_many_weak_terms_about_one_thing_are_evidence():
    text = "One was wounded in the blast near the border. The siege and the raids go on."
    assert judge("Fighting at the border: two killed", None, text, LEXICON, "en").score > 0
    assert judge("A day in the village", None, text, LEXICON, "en").score == 0
    assert judge("Two killed", None, "One was wounded.", LEXICON, "en").score == 0


def test_a_leaders_name_said_often_is_no_foreign_affair():
    text = "Putin posted a photo. Putin smiled. Critics of Putin laughed about Putin, and Putin posted again. "
    assert judge("Putin posts a photo", None, text, LEXICON, "en").decision != "keep"
    act = "Putin met the foreign minister for talks on sanctions; the ambassador was there."
    assert judge("Putin receives an envoy", None, act, LEXICON, "en").decision == "keep"


@pytest.mark.parametrize("case", ACTS, ids=lambda case: case["lang"])
def test_what_a_state_does_to_another_is_an_act(case):
    """In every language of the lexicon; what is done within one state is none."""
    between, home = (evidence(case[each], None, "", LEXICON, case["lang"])[0] for each in ("between", "home"))
    assert between.acts[0] > 0
    assert home.acts == (0, 0)


def test_every_language_of_acts_has_a_case():
    assert {term.language for term in LEXICON.acts} == {case["lang"] for case in ACTS}


def test_an_act_is_a_term_with_its_place():
    verdict = judge("France warns Iran", None, "Nothing more is known.", LEXICON, "en")
    (act,) = (match for match in verdict.matches if match.topic_id)
    assert (act.term, act.title, act.topic_id) == ("warns", (1,), "medtop:20000638")
    assert verdict.score > 0


@pytest.mark.parametrize(
    ("title", "is_act"),
    [
        ("Macron warns Putin", True),
        ("Macron warns France", False),
        ("Trump accuses Biden", False),
        ("Brussels warns", False),  # one word, though it names two
        ("NATO chief meets Zelensky in Kyiv", True),
        ("Iran goes to the polls. France warns its shops", False),  # two sentences
        (
            "France warns its shops, its cafés, its bakers, its banks, its trains and all its many other places of Iran",
            False,
        ),
    ],
)
def test_an_act_has_two_actors_near_it_in_one_sentence(title, is_act):
    assert bool(sum(evidence(None, None, title, LEXICON, "en")[0].acts)) == is_act


@given(
    st.lists(st.integers(0, 60)),
    st.lists(st.tuples(st.integers(0, 60), st.just(0), st.sampled_from("ABC"))),
    st.sets(st.integers(1, 60)),
)
def test_acts_are_some_of_the_words_and_more_actors_make_no_fewer(words, actors, starts):
    bounds = [0, *sorted(starts)]
    found = acts(words, actors, bounds)
    assert set(found) <= set(words)
    assert set(found) <= set(acts(words, [*actors, (0, 0, "D")], bounds))


@given(st.text(max_size=300))
def test_sentences_begin_at_words_that_there_are(text):
    starts = sentence_starts(text)
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert starts[-1] <= len(split(text).raw)


def test_a_long_text_is_read_to_a_limit():
    verdict = judge("War", None, "soldiers marched to the front line " * 300_000, LEXICON, "en")
    assert {match.term for match in verdict.matches} >= {"soldier*", "war"}
    assert all(len(match.body) <= 20 for match in verdict.matches)


@pytest.mark.parametrize("word", ["war", "frigate", "missile", "ambassador"])
@pytest.mark.parametrize("title", [None, "Yes"])
def test_one_word_said_again_and_again_counts_no_more_than_its_first_few_places(word, title):
    few, many = (judge(title, None, f"{word} " * count, LEXICON, "en") for count in (40, 4_000))
    assert many.score <= few.score
    assert many.decision != "keep"


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["title"])
def test_no_field_is_surer_than_that_it_is_relevant_at_all(case):
    verdict = judge(case["title"], None, case["text"], LEXICON, case["lang"])
    assert max(verdict.defence, verdict.diplomacy) <= verdict.score


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=100), st.text(max_size=300), st.sampled_from(["en", "de", "ar", "ja", "ko", "tl", None]))
def test_any_text_has_scores_within_bounds_and_the_same_ones_again(title, text, language):
    verdict = judge(title, None, text, LEXICON, language)
    assert all(0 <= score <= 1 for score in (verdict.score, verdict.defence, verdict.diplomacy))
    assert verdict.relevant <= (any(match.weight for match in verdict.matches) or not LEXICON.reads(language))
    assert verdict == judge(title, None, text, LEXICON, language)


@pytest.mark.parametrize("own", [["Iran*", "navy yard", "*marine*", "军"], ["the", "Iran*"], ["of*"], []])
def test_an_index_behind_another_finds_what_one_of_both_finds(own):
    """Also where a word that is among the most common is a pattern of its own: others are found by another word then."""
    others = ["of state", "the Hague", "navy of Iran", "*kriegs*", "海军", "in Geneva", "off*"]
    text = split("The Hague: the navy of Iran, of state and in Geneva 海军 Kriegsmarine officers")
    both, behind = (
        Index(map(parse_pattern, [*own, *others])),
        Index(map(parse_pattern, own), Index(map(parse_pattern, others))),
    )
    found, expected = ([(at, offset, entry.text) for at, offset, entry in index.hits(text)] for index in (behind, both))
    assert found == expected


def test_a_word_in_a_run_of_characters_is_found_beside_one_that_goes_on():
    index = Index([parse_pattern(text) for text in ("방산", "방산 수출", "외교 위기")])
    found = [
        [entry.text for _, _, entry in index.hits(split(text))]
        for text in ("방산 업체", "방산 수출", "국내방산 수출", "외교")
    ]
    assert found == [["방산"], ["방산 수출"], ["방산 수출"], []]
    index = Index([parse_pattern(text) for text in ("第1次世界大戦", "第2次世界大戦")])
    assert [entry.text for _, _, entry in index.hits(split("それは第2次世界大戦"))] == ["第2次世界大戦"]


def test_a_term_of_several_words_that_ends_within_a_run_of_characters_leaves_the_rest_of_it():
    index = Index(
        [parse_pattern(text) for text in ("第7艦隊", "艦隊", "艦隊司令", "司令部", "무력 충돌", "충돌", "충돌 위험")]
    )
    found = [
        [(at, offset, entry.text) for at, offset, entry in index.hits(split(text))]
        for text in ("第7艦隊", "艦隊", "第7艦隊司令部", "무력 충돌이", "무력 충돌 위험")
    ]
    assert found == [
        [(0, 0, "第7艦隊")],
        [(0, 0, "艦隊")],
        [(0, 0, "第7艦隊"), (2, 2, "司令部")],
        [(0, 0, "무력 충돌")],
        [(0, 0, "무력 충돌")],
    ]
    assert evidence("第7艦隊", None, "", LEXICON, "ja")[0].defence[0] == 3


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("28日朝、港で火災", set()),
        ("２９日中に復旧する", set()),
        ("日朝協議を再開", {"JP", "KP"}),
        ("6カ国の日中", {"JP", "CN"}),
    ],
)
def test_a_day_of_the_month_names_no_two_states(text, states):
    found = judge(text, None, f"{text}、と発表した。", LEXICON, "ja").mentions
    assert {each.code for each in found if each.kind == "country"} == states


@given(
    st.text(alphabet="第7艦隊司令部 F35戦闘機、"),
    st.lists(st.text(alphabet="第7艦隊司令部 F35戦闘機", min_size=1), max_size=8),
)
def test_no_hit_overlaps_another_in_runs_of_characters(text, patterns):
    index = Index([entry for each in patterns if (entry := parse_pattern(each))])
    end = (0, 0)
    for at, offset, entry in index.hits(split(text)):
        assert (at, offset) >= end
        last = entry.pieces[-1]
        start = offset if len(entry.pieces) == 1 else 0
        end = (at + len(entry.pieces) - 1, start + len(last.text)) if last.kind == GLYPH else (at + len(entry.pieces), 0)


def test_an_ending_and_a_middle_of_a_word_are_found_by_their_letters():
    index = Index([parse_pattern(text) for text in ("*krieg", "*rakete*", "*ab*", "kri~", "ü*")])
    found = {
        word: sorted(entry.text for _, _, entry in index.hits(split(word)))
        for word in ("Bürgerkrieg", "Mittelrakete", "Habe")
    }
    assert found == {"Bürgerkrieg": ["*krieg"], "Mittelrakete": ["*rakete*"], "Habe": ["*ab*"]}
    assert [entry.text for _, _, entry in index.hits(split("über"))] == ["ü*"]
    assert [entry.text for _, _, entry in index.hits(split("krise"))] == ["kri~"]


def test_every_shipped_term_finds_itself():
    for language in ("en", "de", "ar", "zh", "ko", "tr", "he"):
        walk = LEXICON.walk(language)[0]
        for term in [term for term in LEXICON.terms if term.language == language][::17]:
            text = term.text.replace("*", "").replace("~", "")
            found = [entry.value.text for _, _, entry in walk.hits(split(text))[0]]
            assert found, (language, term.text)


@pytest.mark.parametrize(
    ("pattern", "text", "hit"),
    [
        ("war", "WAR and peace", True),
        ("war", "warm", False),
        ("war*", "warm", True),
        ("*krieg*", "Bürgerkriegen", True),
        ("Инди~", "Индии", True),
        ("Инди~", "Индивидуально", False),
        ("Turkey", "a turkey", False),
        ("US", "tell us", False),
        ("US", "GIVE US PEACE", False),
        ("U.S.", "the U.S. army", True),
        ("cease fire", "cease-fire", True),
        ("جيش", "والجيش", True),
        ("防衛", "新防衛省", True),
        ("무력 충돌", "무력 충돌이", True),
        ("İran", "İRAN", True),
    ],
)
def test_pattern(pattern, text, hit):
    assert bool(Index([parse_pattern(pattern)]).hits(split(text))) == hit


def test_a_word_is_found_by_a_stem_of_any_length_beside_others():
    index = Index([parse_pattern(each) for each in ("uk*", "nav*", "naval~", "navigation*", "*marine*", "جيش")])
    walk = Walk((index,))
    for word in ("UKs", "uk", "navy", "navals", "navigational", "Kriegsmarinen", "والجيش"):
        assert walk.likely([word]) == [word]
        assert index.look_up(word), word
    assert walk.likely(["nation", "u", "", "ma", "بحر"]) == ["بحر"]
    assert index.look_up("nation") is index.look_up("") is index.look_up("بحر") is None


@given(st.text(st.one_of(st.characters(), st.sampled_from("*~ \u0640\u02bc\ufe70\u093c\u200d\u0301")), max_size=4))
def test_a_text_holds_a_word_where_a_pattern_is_made_of_it(text):
    assert holds_word(text) == (parse_pattern(text) is not None)


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_longest_term_wins_and_weight_zero_silences():
    lexicon = extend(
        LEXICON,
        """
        replace = true
        [topics]
        war = { id = "t:war", label = "war" }
        [[terms]]
        weight = 0
        en = "trade war*"
        [[terms]]
        topic = "war"
        weight = 2
        en = ["war*", "civil war"]
        """,
        "beat.toml",
    )
    assert judge(None, None, "a trade war, two trade wars", lexicon, "en").score == 0
    assert judge(None, None, "a civil war", lexicon, "en").topics[0].terms == ("civil war",)


def test_a_beat_may_replace_ours():
    lexicon = extend(LEXICON, BEAT, "bees.toml")
    verdict = judge("Bees return", None, "The bees make honey again. The army watches.", lexicon, "en")
    assert (verdict.decision, [topic.topic_id for topic in verdict.topics]) == ("keep", ["my:bees"])
    assert verdict.topics[0].scheme == "own"
    assert judge("Army marches", None, "The army marches.", lexicon, "en").decision == "drop"


def test_a_beat_adds_and_changes():
    text = """
    [thresholds]
    keep = 0.9
    [topics]
    arctic = { id = "my:arctic", label = "Arctic", defence = 1 }
    naval = { label = "at sea" }
    [[terms]]
    topic = "arctic"
    weight = 4
    en = "icebreaker*, polar route"
    [[terms]]
    weight = 0
    en = ["frigate*"]
    """
    lexicon = extend(LEXICON, text, "arctic.toml")
    assert lexicon.version.startswith(f"{LEXICON.version}+")
    verdict = judge("Icebreaker and frigate", None, "The icebreaker met a frigate of the navy.", lexicon, "en")
    labels = {topic.topic_id: topic.label for topic in verdict.topics}
    assert labels["my:arctic"] == "Arctic"
    assert labels["newscrawler:naval"] == "at sea"
    assert not any("frigate*" in topic.terms for topic in verdict.topics)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = ", "b.toml: not valid TOML"),
        ("wieght = 1", "b.toml: the file: unknown key 'wieght'; known are"),
        ("replace = 1", "b.toml: replace = 1 is not true or false"),
        ("replace = true", "b.toml: replace = true, but there are no [[terms]]"),
        (
            '[[terms]]\ntopic = "conflict"\nweight = "high"\nen = ["a"]',
            "b.toml: terms[1].weight = 'high' is not a number from 0 to 10",
        ),
        ('[[terms]]\ntopic = "conflict"\nweight = true\nen = ["a"]', "b.toml: terms[1].weight = True is not a number"),
        ('[[terms]]\ntopic = "conflict"\nen = ["a"]', "b.toml: terms[1]: weight missing"),
        ('[[terms]]\nweight = 1\nen = ["a"]', "b.toml: terms[1]: topic missing"),
        ('[[terms]]\ntopic = "nope"\nweight = 1\nen = ["a"]', "b.toml: terms[1].topic = 'nope' is unknown"),
        ('[[terms]]\ntopic = "conflict"\nweight = 1\nenglish = ["a"]', "b.toml: terms[1]: unknown key 'english'"),
        ("terms = [1]", "b.toml: terms[1] is not a table"),
        ('[[terms]]\ntopic = ["conflict"]\nweight = 1\nen = ["a"]', "b.toml: terms[1].topic = ['conflict'] is unknown"),
        ('[[terms]]\ntopic = "conflict"\nweight = 1\nxx = ["a"]', "b.toml: terms[1]: unknown key 'xx'"),
        ('[[terms]]\ntopic = "conflict"\nweight = 1', "b.toml: terms[1] holds no terms"),
        ('[[terms]]\ntopic = "conflict"\nweight = 1\nen = [1]', "b.toml: terms[1].en is not a list of terms"),
        ('[[terms]]\ntopic = "conflict"\nweight = 1\nen = ["!"]', "b.toml: terms[1].en: '!' holds no word"),
        ('[[senses]]\ntopic = "naval"\nen = ["a"]', "b.toml: senses[1].topic = 'naval' is no topic of another subject"),
        ('[[senses]]\ntopic = "sport"', "b.toml: senses[1] holds no terms"),
        ("senses = [1]", "b.toml: senses[1] is not a table"),
        ('senses = "a"', "b.toml: senses is not a list of tables"),
        ('terms = "a"', "b.toml: terms is not a list of tables"),
        ("topics = 1", "b.toml: topics is not a table"),
        ('[topics.x]\nid = "x"', "b.toml: topics.x: label missing"),
        ('[topics.x]\nid = "x"\nlabel = "x"\ncolour = "red"', "b.toml: topics.x: unknown key 'colour'"),
        ('[topics.war]\nyields = "trade"', "b.toml: topics.war.yields = 'trade' is for a topic with elsewhere = true"),
        ('[topics.sport]\nyields = "nope"', "b.toml: topics.sport.yields = 'nope' is unknown"),
        ("[topics.sport]\nyields = 1", "b.toml: topics.sport.yields = 1 is not a text"),
        ("[thresholds]\nkeep = 2", "b.toml: thresholds.keep = 2 is not a number from 0 to 1"),
        ("[thresholds]\nreview = 0.8", "b.toml: thresholds.review = 0.8 is above thresholds.keep"),
    ],
)
def test_a_wrong_beat_is_told_by_file_and_key(text, message):
    with pytest.raises(LexiconError) as error:
        extend(LEXICON, text, "b.toml")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


ENGLISH = "The ministers of both countries met on Tuesday and agreed that the talks should go on before the winter. " * 3
GERMAN = (
    "Die Minister beider Länder trafen sich am Dienstag und vereinbarten, die Gespräche vor dem Winter fortzusetzen. " * 3
)


@pytest.mark.parametrize(
    ("text", "claim", "found"),
    [
        (ENGLISH, "en-GB", ("en-GB", "both")),
        (ENGLISH, "de", ("en", "text")),
        (GERMAN, None, ("de", "text")),
        (f"“{ENGLISH}” {GERMAN * 4}", "de", ("de", "both")),  # an article that opens with a quotation
        (f"“{ENGLISH}” {GERMAN * 4}", None, ("de", "text")),
        ("NATO", None, (None, None)),
        ("NATO", "fr", ("fr", "page")),
        ("", None, (None, None)),
        ("1 2 3 4 5 " * 40, None, (None, None)),
        ("自衛隊と米軍は共同訓練を実施し、両国の部隊が参加した。訓練は来週まで続く。" * 3, "en", ("ja", "text")),
    ],
)
def test_language(text, claim, found):
    assert language_of(text, claim) == found


def test_a_language_may_be_written_under_several_codes():
    norwegian = (
        "Forsvarsministeren sa tirsdag at regjeringen vil styrke beredskapen i nord, og at øvelsen skal fortsette. " * 3
    )
    assert detect(norwegian)[0] in ("no", "nb", "nn", "da")
    assert language_of(norwegian, "nb") == ("nb", "both")


def test_main_countries():
    named = {("country", "UA"): 9, ("country", "RU"): 7, ("country", "FR"): 1, ("organisation", "NATO"): 20}
    from collections import Counter

    assert main_countries(Counter(named)) == {"UA", "RU"}
    assert main_countries(Counter()) == set()


def test_the_data_is_whole():
    folder = Path(__file__).parent.parent / "newscrawler" / "relevance"
    files = [path for path in folder.rglob("*") if path.suffix in (".toml", ".json")]
    assert sum(path.stat().st_size for path in files) < 3_000_000
    assert {topic.scheme for topic in LEXICON.topics.values()} == {"iptc", "own"}
    assert {"en", "fr", "de", "es", "it", "pl", "uk", "ru", "tr", "ar", "zh", "ja", "ko", "pt"} <= LEXICON.languages()
    assert set(LEXICON.names.others) == set(KINDS) - {"country"}
    assert json.loads((folder / "names" / "cldr.json").read_text(encoding="utf-8"))["source"].startswith("Unicode CLDR")


@pytest.mark.parametrize(
    ("patterns", "text", "found"),
    [
        # what begins with a word that stands on every line is found by its next one, and still the longest
        (["the union", "union leader*", "union"], "The union leaders met the union", ["the union", "the union"]),
        (["in the gulf", "gulf"], "ships in the Gulf, a gulf", ["in the gulf", "gulf"]),
        (["in the gulf", "cat in", "the gulf"], "a cat in the gulf", ["cat in", "the gulf"]),
        (["a", "a frigate", "frigate"], "a frigate", ["a frigate"]),
        (["UN", "un council", "council"], "the UN council", ["un council"]),
        (["to the"], "to the sea", ["to the"]),
        (["the US"], "GIVE THE US PEACE", []),
        (["on the front"], "ON THE FRONT", ["on the front"]),
    ],
)
def test_a_pattern_that_begins_with_a_common_word(patterns, text, found):
    assert [entry.text for _, _, entry in Index(map(parse_pattern, patterns)).hits(split(text))] == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("naïve — “armée”, 100 %", ["naïve", "armée", "100"]),
        ("в Киеве·город", ["в", "Киеве", "город"]),
        ("a\ud800b ä", ["a", "b", "ä"]),
    ],
)
def test_words_stand_between_whatever_is_no_letter_or_digit(text, words):
    assert split(text).raw == words


@pytest.mark.parametrize(
    "text", ["1 2 3 4.5 % 6/7 " * 50, "!?… — “” ()", "💥💣🚢" * 100, "\u0301\u0940\u200d" * 50, "_" * 500]
)
@pytest.mark.parametrize("language", ["en", "ar", "hi", "ja", "et", None])
def test_a_text_without_letters_says_nothing(text, language):
    verdict = judge(text[:50], text[:50], text, LEXICON, language)
    assert (verdict.decision, verdict.score, verdict.mentions) == ("drop", 0.0, ())
    assert not any(match.weight for match in verdict.matches)


@pytest.mark.parametrize(
    ("word", "language"), [("war ", "en"), ("war", "en"), ("戦争", "ja"), ("戦争。", "ja"), ("the ", "en"), ("a-", None)]
)
def test_one_word_a_million_times(word, language):
    verdict = judge(word * 100, word * 1_000, word * 1_000_000, LEXICON, language)
    assert 0 <= verdict.score <= 1
    assert all(len(where) <= 20 for match in verdict.matches for where in (match.title, match.lead, match.body))


def test_a_language_that_the_page_lies_about():
    text = (
        "Die Marine bestellt vier Fregatten mit Flugabwehrraketen, sagte der Verteidigungsminister. Die Bundeswehr übt mit der "
        "Nato in der Ostsee, und der Botschafter Polens begrüßte die Entscheidung. "
    ) * 3
    language, origin = language_of(text, "en")
    assert (language, origin) == ("de", "text")
    assert judge("Vier Fregatten", None, text, LEXICON, language).decision == "keep"
    for lie in ("en", "ja", "et", "mg", "xx", "", "-", "de-x-" + "a" * 10_000):
        assert 0 <= judge("Vier Fregatten", None, text, LEXICON, lie).score <= 1


@pytest.mark.parametrize(
    ("title", "text", "states"),
    [
        ("Putin receives Modi", "Nothing more is known.", 2),  # who speaks for a state stands for it
        ("Putin in Moscow", "Nothing more is known.", 1),
        ("Spain votes", "Nothing more is known.", 1),
        ("A day at sea", "Nothing more is known.", 0),
    ],
)
def test_states_of_the_head_are_counted_by_whoever_speaks_for_them(title, text, states):
    assert evidence(title, None, text, LEXICON, "en")[0].countries_head == states


@pytest.mark.parametrize(
    ("title", "decision"),
    [
        ("Lavrov: nothing is new about Poland", "review"),
        ("Lavrov: nothing is new about Russia", "drop"),  # one state under two names
        ("Lavrov: nothing is new", "drop"),
        ("Lavrov in Poland: shares fell, investors sold, the index lost", "drop"),
    ],
)
def test_who_speaks_for_a_state_beside_another_one_in_a_title_is_as_good_as_an_act(title, decision):
    assert judge(title, None, "", LEXICON, "en").decision == decision
    assert judge("A day at sea", None, title, LEXICON, "en").decision == "drop"


def test_a_member_of_a_union_is_one_state():
    between, member = (
        evidence(title, None, "", LEXICON, "de")[0] for title in ("EU verurteilt Slowakei", "Proteste im EU-Land Slowakei")
    )
    assert (between.states_title, member.states_title) == (2, 1)
    assert between.acts[0] > 0 == member.acts[0]


def test_of_the_terms_each_is_its_fields():
    army, envoys = (
        evidence(title, None, "", LEXICON, "en")[0] for title in ("Frigates and howitzers", "Ambassadors and diplomats")
    )
    assert (army.defence_terms, army.diplomacy_terms) == (2, 0)
    assert (envoys.defence_terms, envoys.diplomacy_terms) == (0, 2)


def test_what_runs_through_a_text_and_stands_in_its_title_is_told_from_what_is_said_in_passing():
    village = "The mayor opened the bakery and the school of the village. "
    ships = [f"The {ship} sailed. " for ship in ("frigate", "submarine", "corvette", "destroyer", "minesweeper", "warship")]
    passing = village * 18 + "".join(ships) + village * 18
    through = "".join(village * 6 + each for each in ships)
    named, other = (evidence("Frigate sails", None, text, LEXICON, "en")[0] for text in (through, passing))
    assert (named.titled, other.titled) == (True, True)
    assert len(named.firm) == stretches(named.words[2]) == named.firm_terms == 6
    assert len(other.firm) <= 2
    assert not evidence("A day in the village", None, through, LEXICON, "en")[0].titled
    weighed = [LEXICON.model.scores(features(each))["relevant"] for each in (named, other)]
    assert weighed[0] > weighed[1]


@given(st.text(alphabet=st.one_of(st.characters(max_codepoint=0xFF), st.sampled_from("Ａ！　゙がカﾞｶ\u0301の海"))))
def test_texts_are_composed_as_unicode_says(text):
    assert composed(text) == unicodedata.normalize("NFKC", text)


def test_a_fields_score_is_its_share_of_relevance():
    names = ("relevant", "defence", "diplomacy")
    model = Model({"relevant": 0.0, "defence": 0.0, "diplomacy": -40.0}, dict.fromkeys(names, (0.0,) * len(FEATURES)))
    scores = model.scores(features(Evidence()))
    assert (scores["relevant"], scores["defence"]) == (0.5, 0.25)
    assert 0 < scores["diplomacy"] < 1e-12


@given(st.text(alphabet=st.one_of(st.characters(max_codepoint=0xFF), st.sampled_from("’“…–•"))))
@example("Ver\xadteidigung, 5ª, ½")
def test_a_text_of_western_europe_has_the_words_that_it_has_beside_other_scripts(text):
    assert split(text).raw == split(f"{text} жж").raw[:-1]


@given(st.text(alphabet="ab.!?;…”) \n。؟", max_size=20))
def test_sentences_end_where_two_letters_stand_before_a_dot_and_a_space_behind_it(text):
    readable = re.compile(r"(?<=[\w\"”»)]{2})[.!?…;]+[\"”»)]*\s+|[。！？।؟۔;]+|\n+")
    assert len(sentence_starts(f"aa {text} aa")) == len(
        {len(split(f"aa {text}"[: each.end()]).raw) for each in readable.finditer(f"aa {text} aa")} | {0}
    )


@given(st.integers(0, 100_000))
def test_a_text_is_cut_into_stretches_that_are_no_shorter_than_a_sentence(words):
    assert 1 <= stretches(words) <= max(1, words // 40)


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet="海軍のフリゲート艦。、 navy", max_size=200))
def test_a_share_of_stretches_is_a_share_in_scripts_without_spaces_too(text):
    found = evidence(None, None, text, LEXICON, "ja")[0]
    assert len(found.firm) <= stretches(found.words[2])


@given(
    st.lists(st.floats(0, 50), min_size=9, max_size=9),
    st.lists(st.integers(0, 500), min_size=3, max_size=3),
    st.integers(0, 8),
    st.floats(0.1, 20),
)
def test_more_evidence_speaks_for_a_score_and_other_subjects_against_it(sums, words, part, more):
    def scores(values):
        evidence = Evidence(
            list(values[:3]), list(values[3:6]), list(values[6:]), list(words), {"sport": sum(values[6:])}, 3
        )
        return LEXICON.model.scores(features(evidence))

    raised = list(sums)
    raised[part] += more
    before, after = scores(sums), scores(raised)
    if part < 6:
        assert after["relevant"] >= before["relevant"] - 1e-12
        field = "defence" if part < 3 else "diplomacy"
        assert after[field] >= before[field] - 1e-12
    else:
        assert all(after[name] <= before[name] + 1e-12 for name in before)


@pytest.mark.parametrize(
    ("language", "text", "countries"),
    [
        ("de", "Das Verteidigungsministerium in Warschau bestellt 96 Haubitzen.", {"PL"}),
        ("de", "Das Verteidigungsministerium bestellt 96 Haubitzen.", set()),
        ("ru", "Минобороны Великобритании сообщило об учениях.", {"GB"}),
        ("ja", "中国外務省は声明を発表した。", {"CN"}),
        ("ja", "外務省は声明を発表した。", set()),
        ("ko", "중국 외교부는 성명을 발표했다.", {"CN"}),
        ("tr", "Rusya Dışişleri Bakanlığı açıklama yaptı.", {"RU"}),
        ("es", "El Ministerio de Defensa ruso dijo que murieron tres soldados.", {"RU"}),
        ("es", "El Ministerio de Defensa de Colombia compra helicópteros.", {"CO"}),
        ("fr", "Le ministère des Affaires étrangères du Mali convoque un ambassadeur.", {"ML"}),
        ("de", "Das Bundesverteidigungsministerium bestellt 96 Haubitzen.", {"DE"}),
    ],
)
def test_a_ministry_that_several_states_call_so_names_none(language, text, countries):
    lexicon = shipped_lexicon()
    verdict = judge(text[:60], None, text, lexicon, language)
    assert {each.code for each in verdict.mentions if each.kind == "country"} == countries
    assert all(each.kind != "unstated" for each in verdict.mentions)
    named = {each.code for each in verdict.mentions if each.kind == "ministry"}
    assert named == ({"DE-BMVG"} if "Bundes" in text else set())


@pytest.mark.parametrize(("language", "ministry"), [
    ("de", "Verteidigungsministerium"), ("es", "Ministerio de Defensa"), ("ru", "Минобороны"), ("ko", "외교부"),
])  # fmt: skip
def test_a_verdict_counts_a_ministry_as_a_state_whosever_it_is(language, ministry):
    lexicon = shipped_lexicon()
    sums, *_ = evidence(ministry, None, f"{ministry}. {ministry}.", lexicon, language)
    assert (sums.countries, sums.countries_head, sums.states_title) == (3, 1, 1)


@pytest.mark.parametrize(
    ("language", "text", "countries"),
    [
        ("ru", "Сборная США по хоккею обыграла сборную Канады.", {"US", "CA"}),
        ("uk", "Збірна США перемогла збірну Польщі.", {"US", "PL"}),
        ("sk", "Minister hol. vlády rokoval s fr. kolegom v Poľsku.", {"PL"}),
        ("sq", "Presidenti i Niger foli për kufirin.", {"NE"}),
        ("sq", "Ushtria e vendit Nigeri u tërhoq.", {"NG"}),
        ("mn", "Нигер улсын цэрэг", {"NE"}),
        ("mn", "Нигери улсын цэрэг", {"NG"}),
        ("en", "A cutter towed them to the Turks and Caicos Islands.", {"TC"}),
        ("en", "The governor of Turks & Caicos spoke.", {"TC"}),
        ("ru", "На Виргинских о-вах прошли учения.", {"VI", "VG"}),
    ],
)
def test_no_territory_is_named_by_what_stands_beside_its_name_or_by_anothers_stem(language, text, countries):
    verdict = judge(None, None, text, shipped_lexicon(), language)
    assert {each.code for each in verdict.mentions if each.kind == "country"} == countries


def test_no_name_of_cldr_is_short_for_another_country():
    folder = resources.files("newscrawler.relevance") / "names"
    table = json.loads((folder / "cldr.json").read_text(encoding="utf-8"))["names"]
    by_hand = tomllib.loads((folder / "countries.toml").read_text(encoding="utf-8"))
    for language, codes in table.items():
        others = {each.strip(): code for code, texts in by_hand.get(language, {}).items() for each in texts.split(",")}
        for code, texts in codes.items():
            assert not [each for each in texts[1:] if others.get(each, code) != code or each.rstrip("~*").endswith(".")]
