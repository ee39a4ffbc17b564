"""Words that say little: acts of everybody's, words that begin like a term, offices of which home politics speaks."""

import pytest

from newscrawler.relevance import evidence, judge, shipped_lexicon
from newscrawler.relevance.splitting import split

LEXICON = shipped_lexicon()
WIDE = [term for term in LEXICON.acts if 0 < term.weight < 1]
# two states in a sentence: an act of states, and what anybody does
CASES = [
    ("en", "France warns Iran over islands", "Man asked to leave France for Iran"),
    ("de", "Frankreich droht dem Iran wegen der Inseln", "Reise von Frankreich in den Iran beendet"),
    ("fr", "La France menace l'Iran à cause des îles", "Un voyage entre la France et l'Iran avec des amis"),
    ("es", "Francia amenaza a Irán por las islas", "Carta de un amigo de Francia en Irán"),
    ("ru", "Франция угрожает Ирану из-за острова", "Друзья из Франции открыли кафе в Иране"),
    ("hr", "Francuska prijeti Iranu zbog otoka", "Pismo prijatelja iz Francuske u Iran"),
    ("is", "Frakkland hótar Íran vegna eyja", "Bréf frá Frakklandi til Írans"),
    ("ja", "フランスがイランに警告", "フランスからイランへの手紙"),
    ("zh", "法国警告伊朗", "法国和伊朗的岛屿"),
]


@pytest.mark.parametrize(("language", "ours", "other"), CASES, ids=[case[0] for case in CASES])
def test_what_anybody_does_is_no_act_between_states(language, ours, other):
    found, none = (evidence(title, None, "", LEXICON, language)[0] for title in (ours, other))
    assert found.acts[0] > 0
    assert found.strong
    assert none.acts == (0, 0)
    assert not none.strong
    assert judge(other, None, "", LEXICON, language).decision == "drop"


def test_a_wide_act_is_evidence_beside_a_firm_one():
    alone, beside = (
        evidence(title, None, "", LEXICON, "en")[0] for title in ("France warns Iran", "France warns Iran, asked to leave")
    )
    assert beside.diplomacy[0] > alone.diplomacy[0]
    assert beside.acts == alone.acts


def test_every_language_of_acts_has_wide_ones_and_firm_ones():
    firm = {term.language for term in LEXICON.acts if term.weight > 1}
    assert {term.language for term in WIDE} == firm


@pytest.mark.parametrize(
    ("language", "word", "is_term"),
    [
        ("en", "author", True), ("en", "authors", True), ("en", "authorities", False), ("en", "authorised", False),
        ("en", "church", True), ("en", "Churchill", False), ("en", "recounts", True), ("en", "recounting", False),
        ("en", "MiG", True), ("en", "MiGs", True), ("en", "Might", False), ("en", "Migration", False), ("en", "Miguel", False),
        ("de", "Autorin", True), ("de", "autoritär", False), ("de", "Promis", True), ("de", "Promille", False),
        ("fr", "vin", True), ("fr", "vingt", False), ("es", "autora", True), ("es", "autoridades", False),
        ("it", "autore", True), ("it", "autorità", False), ("pt", "autores", True), ("pt", "autoridade", False),
        ("es", "podemos", False), ("es", "Podemos", True), ("pl", "autorka", True), ("pl", "autorytet", False), ("tr", "romanlar", True), ("tr", "Romanya", False),
    ],
)  # fmt: skip
def test_a_word_that_begins_like_a_term_counts_for_nothing(language, word, is_term):
    hits = LEXICON.walk(language)[0].hits(split(word))[0]
    assert any(entry.value.weight for _, _, entry in hits) == is_term


@pytest.mark.parametrize(
    ("language", "word", "is_act"),
    [
        ("en", "imports", True), ("en", "important", False), ("en", "commits", True), ("en", "committee", False),
        ("en", "deters", True), ("en", "determined", False), ("en", "press", True), ("en", "press conference", False),
        ("de", "Gaslieferung", True), ("de", "Gastgeber", False), ("de", "Waren", True), ("de", "waren", False),
        ("fr", "importe", True), ("fr", "importante", False), ("es", "importa", True), ("es", "importante", False),
        ("pl", "gazu", True), ("pl", "gazeta", False), ("pl", "mediach", False), ("pl", "mediacja", True),
        ("pl", "rozmieszczania", False), ("pl", "rozmowy", True), ("en", "hosts", True), ("en", "host", False),
    ],
)  # fmt: skip
def test_a_word_that_begins_like_an_act_is_none(language, word, is_act):
    hits = LEXICON.walk(language)[1].hits(split(word))[0]
    assert any(entry.value.weight for _, _, entry in hits) == is_act


def test_an_office_of_which_home_politics_speaks_weighs_half():
    """It is a minister's in one state, and in another what mayors run for."""
    assert [entry.value.weight for _, _, entry in LEXICON.walk("en")[0].hits(split("secretary of state"))[0]] == [2]
    assert [entry.value.weight for _, _, entry in LEXICON.walk("en")[0].hits(split("foreign minister"))[0]] == [4]


def test_an_office_is_diplomacy_in_talks_with_others_and_not_in_a_race_for_it():
    talks = judge(
        "Secretary of state meets Egyptian counterpart in Cairo",
        None,
        "The secretary of state and Egypt's foreign minister agreed on a truce plan. Washington and Cairo will send envoys.",
        LEXICON,
        "en",
    )
    race = judge(
        "Former mayor hopes to be secretary of state",
        None,
        "The campaign's transition team has a list of names. Voters and senators of his party would rather see a governor.",
        LEXICON,
        "en",
    )
    assert (talks.decision, race.decision != "keep") == ("keep", True), (talks.score, race.score)


def test_of_two_fields_an_article_is_about_the_one_that_its_evidence_names():
    army = judge(
        "Army tests new howitzers",
        None,
        "Soldiers of the brigade fired the howitzers on a range. The army buys forty guns and ammunition, the generals said.",
        LEXICON,
        "en",
    )
    envoys = judge(
        "Norland recalls its ambassador from Italy",
        None,
        "The foreign ministry summoned Italy's envoy. Italy said that diplomatic relations with France are not at stake.",
        LEXICON,
        "en",
    )
    assert army.defence >= 0.5 > army.diplomacy
    assert envoys.diplomacy >= 0.5 > envoys.defence
    assert all(max(each.defence, each.diplomacy) <= each.score for each in (army, envoys))
