"""Headlines and the names of sites around them; whole pages are cases of tests/cases/extraction.

tests/cases/titles.json   a title element, h1 and og:site_name where there are some, and the headline
"""

import json
from pathlib import Path

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.extraction import extract
from newscrawler.metadata.claims.structured import Claims
from newscrawler.metadata.titles.believed import headline
from newscrawler.metadata.titles.marks import plain_title
from newscrawler.metadata.titles.site_names import House, separators, without_site_name

TITLES = json.loads((Path(__file__).parent / "cases" / "titles.json").read_text(encoding="utf-8"))
TEXT = (
    "<p>Two survey vessels began to map the seabed off Kelling on Tuesday, the hydrographic office of the islands said.</p>"
    * 4
)
WORDS = st.lists(
    st.sampled_from(["Fregatte", "sails", "пост", "frégate", "护卫舰", "26", "»Aldra«", "(NV)", "yes-men", "F-35"]),
    min_size=3,
    max_size=8,
)


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("Talks resume | The Post", "The Post", "Talks resume"),
        ("Talks resume - The Post", "The Post", "Talks resume"),
        ("Talks resume – at last", None, "Talks resume – at last"),
        ("F-35 - a short history", "The Post", "F-35 - a short history"),
        ("The Post", "The Post", "The Post"),
        ("Talks resume - minister hopeful - Post Online", "Post", "Talks resume - minister hopeful"),
        (
            "Talks resume - The Post says that it was never asked",
            "The Post",
            "Talks resume - The Post says that it was never asked",
        ),
        ("The Post: talks resume on Monday", "The Post", "talks resume on Monday"),
        ("Переговоры возобновлены » Вестник", "Вестник", "Переговоры возобновлены"),
        ("Talks « at last » resume", None, "Talks « at last » resume"),
        ("会谈重新开始_国际_邮报", "邮报", "会谈重新开始"),
    ],
)
def test_site_names_come_off_titles(title, site, expected):
    assert without_site_name(title, House((site,) if site else ())) == expected


@pytest.mark.parametrize("case", TITLES, ids=lambda case: f"{case['title'][:40]} {case.get('h1', '')[:30]}")
def test_titles_as_papers_write_them(case):
    site = f'<meta property="og:site_name" content="{case["site"]}">' if "site" in case else ""
    page = f"""<!doctype html><html lang="{case.get("lang", "en")}"><head><meta charset="utf-8">{site}
        <title>{case["title"]}</title></head><body><article>{case.get("h1", "")}{TEXT}</article></body></html>"""
    assert extract(page.encode(), "https://gazette.example/a", NOW).title == case["wanted"]


@pytest.mark.parametrize(
    ("title", "site"),
    [
        ("Life in the post-war economy", "The Post"),
        ("War - and what the news made of it", None),
        ("Ships at sea - a journal", None),
        ("Minister: „Wir bleiben im Hafen“ - und die Flotte auch", None),
        ("「海の平和」：首相の会見", None),
        ("Trade and the world-economy", None),
        ("Programme of 3 May 2026", None),
        ("Фрегат вышел в море - и вернулся", None),
    ],
)
def test_what_looks_like_a_name_stays_where_it_is_the_headlines(title, site):
    assert without_site_name(title, House((site,) if site else ())) == title


@pytest.mark.parametrize(
    ("host", "expected"), [("gazette.example", "Talks resume"), ("post.example", "Talks resume - Northby Gazette")]
)
def test_a_host_names_the_house_where_nothing_else_does(host, expected):
    assert without_site_name("Talks resume - Northby Gazette", House(host=host)) == expected


@given(WORDS, st.sampled_from([" | ", " - ", " – ", " » ", " :: ", "｜"]))
def test_a_name_behind_a_separator_comes_off_and_nothing_else(said, separator):
    title = " ".join(said)
    assert without_site_name(f"{title}{separator}The Lindby Courier", House(("The Lindby Courier",))) == title


@given(st.text(max_size=120))
def test_any_title_is_read_and_a_plain_one_stays(text):
    title = plain_title(text)
    assert title is None or plain_title(title) == title
    assert all(0 <= start < end <= len(text) for start, end in separators(text))
    without_site_name(text, House(("The Post",), "post.example", ("News",)))


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=3), st.text(max_size=40))
def test_any_claims_give_a_title_or_none(title, headings, name):
    claims = Claims(title=title, headings=tuple(headings), meta={"og:site_name": name})
    found, origin = headline(claims, "post.example", None)
    assert (found is None) == (origin is None)
