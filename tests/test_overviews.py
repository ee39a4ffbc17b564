"""Pages that lead to articles, in every language's addresses and as lists are laid out; and articles at such addresses.

tests/cases/lists.json   language -> (a section's name, a headline of it, what a teaser tells, addresses of lists)
"""

import pytest
from conftest import CASES, NOW, as_json

from newscrawler.errors import ExtractionError
from newscrawler.extraction import extract

LISTS = as_json(CASES / "lists.json")


def headings(number, headline, told):
    return f'<div class="t"><h2><a href="/n/{number}">{headline} {number}</a></h2><p>{number}.11.2026</p><p>{told}</p></div>'


def lines(number, headline, told):
    return f'<li><a href="/n/{number}">{headline} {number}</a> <span>{number}.11.2026</span></li>'


def cards(number, headline, told):
    return f'<article><a href="/n/{number}"><h3>{headline} {number}</h3><p>{told}</p><time>{number}.11.2026</time></a></article>'


def rows(number, headline, told):
    return f'<tr><td>{number}.11.2026</td><td><a href="/n/{number}">{headline} {number}</a></td></tr>'


LAYOUTS = {headings: "div", lines: "ul", cards: "div", rows: "table"}


def type_of(language, inside, path):
    page = f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Gazette</title></head><body>
        <header><nav><a href="/">Home</a></nav></header><main>{inside}</main></body></html>"""
    try:
        return extract(page.encode(), f"https://gazette.example{path}", NOW).type
    except ExtractionError:
        return None


@pytest.mark.parametrize(
    ("language", "path", "at"),
    [(language, path, at) for language, case in LISTS.items() for at, path in enumerate(case["addresses"])],
)
def test_lists_are_no_articles(language, path, at):
    case = LISTS[language]
    layout = list(LAYOUTS)[at % len(LAYOUTS)]
    items = "".join(layout(10 + each, case["headline"], case["told"]) for each in range(8))
    inside = f"<h1>{case['section']}</h1><{LAYOUTS[layout]}>{items}</{LAYOUTS[layout]}>"
    assert type_of(language, inside, path) in ("listing", None)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("language", LISTS)
def test_lists_are_known_by_what_stands_on_them(language, layout):
    case = LISTS[language]
    items = "".join(layout(10 + each, case["headline"], case["told"]) for each in range(8))
    inside = f"<h1>{case['section']}</h1><{LAYOUTS[layout]}>{items}</{LAYOUTS[layout]}>"
    assert type_of(language, inside, "/a-page-of-the-gazette") in ("listing", None)


@pytest.mark.parametrize("language", LISTS)
def test_an_article_in_such_a_folder_stays_one(language):
    case = LISTS[language]
    text = "".join(f"<p>{case['told']} {each}</p>" for each in ("One", "Two", "Three"))
    folder = case["addresses"][-1].split("/")[1].partition("?")[0]
    related = f"<ul>{''.join(lines(10 + each, case['headline'], '') for each in range(3))}</ul>"
    inside = f"<h1>{case['headline']}</h1><p>22.11.2026</p>{text * 2}{related}"
    assert type_of(language, inside, f"/{folder}/sea/survey-vessel-maps-the-seabed-off-kelling") == "article"


def test_an_article_at_a_sections_address_stays_one():
    text = "<p>Two survey vessels began to map the seabed off Kelling on Tuesday, the hydrographic office said.</p>" * 7
    inside = f"<h1>Survey vessels map the seabed</h1><p>22.11.2026</p>{text}"
    assert type_of("pl", inside, "/temat/morze") == "article"
