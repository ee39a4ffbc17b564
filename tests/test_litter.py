"""What sites say on their own behalf amid an article, in every language of the lexicon; and what articles say of such things."""

import pytest
from conftest import CASES, NOW, as_json
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.extraction import examine
from newscrawler.extraction.line_kinds import is_caption, is_control, is_prompt, leads_elsewhere, names_another_page
from newscrawler.extraction.phrases import folded, shipped_phrases, shipped_wording
from newscrawler.markup.inline import marks_of, without_tab_notes
from newscrawler.relevance import shipped_lexicon

LITTER = as_json(CASES / "litter.json")
MORE = as_json(CASES / "litter_more.json")
KINDS = {"related": names_another_page, "caption": is_caption}
PROMPTS = {"newsletter", "app", "channel", "support", "affiliate"}
LINES = [(language, kind, line) for language, lines in LITTER.items() for kind, line in lines.items() if kind != "prose"]
PROSE = [(language, line) for language, lines in LITTER.items() for line in lines["prose"]]
JUDGES = (is_prompt, is_control, is_caption, leads_elsewhere, names_another_page)
PARAGRAPHS = (
    "The harbour council of Nordby voted on Thursday to close the eastern quay to cargo ships from May.",
    "The decision ends a dispute of four years between fishermen and the ministry, which had asked for the quay three times.",
    "“Nobody has lost a metre that he used,” said the harbour master, Tove Brand, after the vote of eleven hands against three.",
    "The boats will be based in Nordby from the summer on. Their crews, forty people in all, live in the customs house.",
)


def test_every_language_of_the_lexicon_has_phrases_and_cases():
    assert set(shipped_phrases()) == set(LITTER) == shipped_lexicon().languages()
    further = shipped_phrases("phrases_further.toml")
    assert set(further).isdisjoint(LITTER)
    assert all(set(words) <= set(shipped_phrases()["en"]) for words in further.values())


@pytest.mark.parametrize(("language", "kind", "line"), LINES, ids=[f"{language}-{kind}" for language, kind, _ in LINES])
def test_a_line_of_the_site(language, kind, line):
    judges = [KINDS[kind]] if kind in KINDS else [is_prompt] if kind in PROMPTS else [is_prompt, is_control]
    assert any(judge(line) for judge in judges)


@pytest.mark.parametrize(
    ("language", "line"), PROSE, ids=[f"{language}-{place % 4}" for place, (language, _) in enumerate(PROSE)]
)
def test_a_line_of_the_article(language, line):
    assert [judge.__name__ for judge in JUDGES if judge(line)] == []


@pytest.mark.parametrize("line", MORE["prompts"])
def test_a_prompt_in_other_words(line):
    assert is_prompt(line)


@pytest.mark.parametrize("line", MORE["controls"])
def test_a_button_of_a_shop(line):
    assert is_control(line)
    assert not is_control(f"{line}: the harbour council of Nordby voted on Thursday")


@pytest.mark.parametrize("line", [*MORE["notices"], *MORE["sharing"]])
def test_a_notice_of_the_site(line):
    assert is_control(line)
    assert not is_control(f"{line}: the harbour council of Nordby voted on Thursday")


@pytest.mark.parametrize("line", MORE["placeholders"])
def test_what_stands_in_the_place_of_a_video(line):
    assert is_control(line)
    assert not is_control(f"Nordby: {line}")


@pytest.mark.parametrize("line", MORE["captions"])
def test_the_how_many_eth_from_a_side_stands_under_a_picture(line):
    assert is_caption(line)


@pytest.mark.parametrize("note", MORE["tabs"])
def test_a_note_of_a_new_tab_in_other_words(note):
    assert without_tab_notes(f"Nordby ({note}) X") == without_tab_notes(f"Nordby {note}, X").replace(",", "") == "Nordby X"


@pytest.mark.parametrize("note", MORE["tabs_in_brackets"])
def test_a_new_window_alone_is_a_note_in_brackets_only(note):
    assert without_tab_notes(f"Nordby ({note}) X") == "Nordby X"
    assert without_tab_notes(f"Nordby {note} X") == f"Nordby {note} X"


@pytest.mark.parametrize("line", MORE["prose"])
def test_a_sentence_that_begins_like_one(line):
    assert [judge.__name__ for judge in JUDGES if judge is not leads_elsewhere and judge(line)] == []


@pytest.mark.parametrize("language", LITTER)
def test_between_paragraphs_the_site_is_silent(language):
    said, prose = [line for kind, line in LITTER[language].items() if kind != "prose"], LITTER[language]["prose"]
    body = [*PARAGRAPHS, *prose]
    between = [part for place, line in enumerate(body) for part in (line, *said[place :: len(body)])]
    page = f"<html><body><article><h1>The quay</h1>{''.join(f'<p>{line}</p>' for line in between)}</article></body></html>"
    found = examine(page.encode(), "https://a.example/2026/11/20/quay", NOW, content_type="text/html; charset=utf-8")
    assert found.article.text.split("\n") == body


@pytest.mark.parametrize("language", LITTER)
def test_behind_a_link_nothing_says_that_it_opens_elsewhere(language):
    note = LITTER[language]["tab"]
    assert (
        without_tab_notes(f"The filing ({note}) of Nordby, {note[0].lower()}{note[1:]}, is long.")
        == "The filing of Nordby, is long."
    )


@pytest.mark.parametrize("language", LITTER)
def test_a_short_article_is_without_the_words_of_its_site_too(language):
    said, prose = [line for kind, line in LITTER[language].items() if kind in PROMPTS], LITTER[language]["prose"][:2]
    lines = "".join(f"<p>{line}</p>" for line in (prose[0], *said, prose[1]))
    page = f'<html lang="{language}"><body><article><h1>The quay</h1>{lines}</article></body></html>'
    found = examine(page.encode(), "https://a.example/2026/11/20/quay", NOW, content_type="text/html; charset=utf-8")
    assert found.article.text.split("\n") == prose


def test_a_short_article_has_no_readings_and_its_quotation_marks():
    lines = "<p><ruby>國防部<rt>ㄍㄨㄛˊ</rt></ruby>發言人表示，艦隊五月離港。</p><p>港務長說：<q>沒有人失去一公尺</q>，爭議結束了。</p>"
    page = f'<html lang="zh-TW"><body><article><h1>艦隊離港</h1>{lines}</article></body></html>'
    text = examine(page.encode(), "https://a.example/x", NOW, content_type="text/html; charset=utf-8").article.text
    assert text == "國防部發言人表示，艦隊五月離港。\n港務長說：「沒有人失去一公尺」，爭議結束了。"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "“He told me ‘no’ and ‘never’,” she said, and “no more”."),
        ("de", "„Er sagte ‚nein‘ und ‚nie‘,“ sagte sie, und „genug“."),
        ("fr", "«Il m’a dit «non» et «jamais»,» dit-elle, et «assez»."),
        ("pl", "„Powiedział «nie» i «nigdy»,” mówiła, i „dość”."),
        ("ru", "«Он сказал „нет“ и „никогда“,» говорит она, и «хватит»."),
        ("ja", "「彼は『いや』、『決して』と言った」と彼女は話し、「もう十分」と結んだ。"),
        ("pt-BR", "“Ele disse ‘não’ e ‘nunca’,” contou ela, e “chega”."),
    ],
)
def test_a_quotation_within_another_has_the_inner_marks_of_the_language(language, said):
    outer, inner = marks_of(language)
    quoted = said.translate({ord(outer[0]): "<q>", ord(outer[1]): "</q>", ord(inner[0]): "<q>", ord(inner[1]): "</q>"})
    lines = "".join(f"<p>{each}</p>" for each in (PARAGRAPHS[0], quoted, PARAGRAPHS[1]))
    page = f'<html lang="{language}"><body><article><h1>The quay</h1>{lines}</article></body></html>'
    text = examine(page.encode(), "https://a.example/x", NOW, content_type="text/html; charset=utf-8").article.text
    assert text.split("\n")[1] == said


def test_a_cell_of_a_table_and_a_heading_of_the_article_stay():
    rows = "".join(
        f"<tr><td>{name}</td><td>{number} million crowns in the year</td></tr>"
        for name, number in (("Advertising", 12), ("Subscriptions", 31), ("Print", 7))
    )
    page = f"<article><h1>The paper</h1>{''.join(f'<p>{each}</p>' for each in PARAGRAPHS)}<table>{rows}</table></article>"
    text = examine(page.encode(), "https://a.example/x", NOW).article.text
    assert "Advertising | 12 million" in text


WARNED = "".join(
    f"<p>Nobody answers for what follows of rule {number} or of what was said of it here.</p>" for number in range(30)
)


@pytest.mark.parametrize(
    "called", ["disclaimer", "article-disclaimer", "disclaimer__text", "site-legal-disclaimer", "avertissement"]
)
def test_a_box_called_a_disclaimer_is_cut_however_long(called):
    story = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
    page = f'<article><h1>The quay</h1>{story}<div class="{called}"><div>{WARNED}</div></div></article>'
    found = examine(page.encode(), "https://a.example/x", NOW)
    assert found.article.text == "\n".join(PARAGRAPHS)
    assert "a disclaimer" in {why for _, why in found.cut}


@pytest.mark.parametrize("called", ["disclaimer", "has-disclaimer", "with_disclaimer_text", "article-body-disclaimers"])
def test_an_article_in_a_box_called_so_stays(called):
    story = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
    page = f'<article><h1>The quay</h1><div class="{called}">{story}</div></article>'
    assert examine(page.encode(), "https://a.example/x", NOW).article.text == "\n".join(PARAGRAPHS)


@given(st.text(max_size=400))
def test_any_line_has_an_answer(line):
    assert {judge(line) for judge in JUDGES} <= {True, False}


@given(st.sampled_from(LINES), st.sampled_from([str.upper, str.lower, "  {}  ".format, "{} ".format]))
def test_capitals_and_spaces_do_not_matter_to_prompts(case, spelt):
    _, kind, line = case
    if kind in PROMPTS:
        assert is_prompt(spelt(line))


@given(st.sampled_from(sorted(shipped_wording().control.whole)))
def test_a_control_is_one_in_any_spelling(said):
    assert is_control(f"{said.strip()}…")
    assert folded(said) == said
