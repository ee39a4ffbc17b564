"""Headlines and the names of sites around them; whole pages are cases of tests/cases/extraction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.metadata.site_names import House, separators, without_site_name
from newscrawler.metadata.structured import Claims
from newscrawler.metadata.titles import headline, plain_title

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
