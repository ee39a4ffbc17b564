"""Pages that stand where an article was asked for, in every language; and articles that speak of such pages."""

import pytest
from conftest import CASES, NOW, as_json
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.block_pages import ASKING, Looks, block_page, find_cue
from newscrawler.block_pages.phrases import KINDS, Grade, cue_index, shipped_phrases
from newscrawler.errors import FailureKind
from newscrawler.extraction import examine
from newscrawler.relevance import shipped_lexicon
from newscrawler.text import words

WALLS = as_json(CASES / "block_pages" / "walls.json")
ARTICLES = as_json(CASES / "block_pages" / "articles.json")
URL = "https://post.example/2026/11/20/helicopters"


def looks(case, *, signed):
    return Looks(case["text"], case["title"], page_title=f"{case['title']} | Gazette", is_signed=signed,
                 has_password_field=case.get("password", False))  # fmt: skip


@pytest.mark.parametrize("case", WALLS, ids=lambda case: f"{case['language']}, {case.get('name', case['kind'])}")
def test_a_page_that_is_no_article(case):
    found = block_page(looks(case, signed=case.get("signed", False)))
    assert found is not None
    assert found.kind == case["kind"], found
    assert found.cue in found.reason


@pytest.mark.parametrize("case", ARTICLES, ids=lambda case: f"{case['language']}, {case['name']}")
def test_an_article_that_speaks_of_such_pages(case):
    """Signed, and unsigned where it does not need that."""
    assert block_page(looks(case, signed=True)) is None
    assert case["signed"] or block_page(looks(case, signed=False)) is None


def test_every_kind_is_known_in_every_language_of_the_lexicon_and_of_its_cases():
    languages = shipped_lexicon().languages()
    for kind in KINDS:
        for have in (
            {each for grade in Grade for each in shipped_phrases().get((kind, grade), ())},
            {case["language"] for case in WALLS if case["kind"] == kind},
        ):
            assert languages <= have, (kind, languages - have)
    assert languages <= {case["language"] for case in ARTICLES}


def test_every_phrase_is_found_where_it_stands():
    for (kind, grade), languages in shipped_phrases().items():
        for phrase in (each for phrases in languages.values() for each in phrases):
            found = cue_index(grade).find(words(f"Ahoy: {phrase.replace('*', 'one two')}!"))
            assert list(found), (kind, phrase)


@given(st.text(max_size=300), st.text(max_size=300), st.booleans())
def test_whatever_it_says_there_is_an_answer(title, text, signed):
    block_page(Looks(text, title, title, title, signed, signed))
    find_cue(text, ASKING)


def test_a_title_of_the_form_beside_an_article_does_not_count():
    form = Looks("The frigate sails. " * 3, "Frigate sails", heading="Log in", page_title="Frigate sails | Gazette",
                 has_password_field=True)  # fmt: skip
    assert block_page(form) is None


@pytest.mark.parametrize(("heading", "text"), [
    ("404", "The frigate has left this port. Have a look at the map."),
    ("Harbour", "Sorry, the page that you are looking for could not be found."),
    ("Harbour", "We could not find that page. Try the map."),
])  # fmt: skip
def test_a_page_that_was_not_found_below_the_sites_name(heading, text):
    found = block_page(Looks(text, "Gazette", heading=heading, page_title="Gazette"))
    assert found is not None
    assert found.kind is FailureKind.SOFT_404


def page(title, *paragraphs, head=""):
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return f"<html lang=en><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>{body}</main></body></html>"


def test_a_page_says_what_stands_in_the_articles_place():
    found = examine(
        page("Wartungsarbeiten", "Die Hafenpost ist heute Nacht geschlossen, wie jeden Monat.").encode(), URL, NOW
    )
    assert (found.article, found.failure.kind, found.failure.is_passing) == (None, FailureKind.MAINTENANCE, True)
    assert found.failure.reason == 'a page of a site that is down: it says "wartungsarbeiten"'
    gone = examine(page("Stránka nenalezena", "Článek už odplul. Zkuste titulní stranu novin.").encode(), URL, NOW)
    assert (gone.failure.kind, gone.failure.is_passing) == (FailureKind.SOFT_404, False)


def test_a_signed_essay_under_such_a_headline_is_an_article():
    essay = [
        f"In week {n} nobody missed page {n}. Then reader {n} wrote to us about it, and we looked for more."
        for n in range(9)
    ]
    signed = (
        '<meta name="author" content="Ana Linde"><meta property="article:published_time" content="2026-11-20T08:00:00Z">'
    )
    assert examine(page("Page not found", *essay, head=signed).encode(), URL, NOW).article
    assert examine(page("Page not found", *essay).encode(), URL, NOW).failure
