"""Cases are directories of tests/cases/extraction: page.html and expected.json with what must come out of it."""

import time
from dataclasses import asdict, is_dataclass

import pytest
from conftest import NOW, as_json, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.errors import ExtractionError, Failure
from newscrawler.extraction import examine, extract, parse_html
from newscrawler.extraction.boilerplate import strip_frame
from newscrawler.extraction.features import NAMES
from newscrawler.extraction.forest import shipped_forests
from newscrawler.items import Article
from newscrawler.metadata.claims.structured import read_claims
from newscrawler.metadata.reconcile import language_tag
from newscrawler.text.encoding import decode


def outcome(*page, **more):
    return examine(*page, **more).outcome


def test_a_page_without_an_article_is_an_error_for_who_asks_for_the_article():
    with pytest.raises(ExtractionError, match='it says "page not found"'):
        extract(
            b"<html><title>Page not found</title><p>It has sailed, or never lay in this harbour.</p></html>",
            "https://a.example/x",
            NOW,
        )


@pytest.mark.parametrize("case", cases("extraction"), ids=lambda path: path.name)
def test_case(case):
    expected = as_json(case / "expected.json")
    hint = expected.get("hint")
    found = outcome(
        (case / "page.html").read_bytes(),
        expected["url"],
        NOW,
        content_type=expected.get("content_type", "text/html"),
        date_hint=tuple(hint) if hint else None,
    )
    if "failure" in expected:
        assert isinstance(found, Failure)
        assert found.reason == expected["failure"]
        return
    assert isinstance(found, Article), found
    for key, value in expected["article"].items():
        actual = getattr(found, key)
        if isinstance(actual, tuple):
            actual = [asdict(each) if is_dataclass(each) else each for each in actual]
        assert actual == value, key


NAVIGATION = (
    b"<nav><ul>"
    + b"".join(b"<li><a href='/%d'>News and reports number %d</a></li>" % (number, number) for number in range(30))
    + b"</ul></nav>"
)


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"", "an empty page"),
        (b"   \n ", "an empty page"),
        (b"%PDF-1.7 ...", "not an HTML page"),
        (bytes(range(256)) * 20, "not an HTML page"),
        (b"<?xml version='1.0'?>\n<rss version='2.0'><channel><title>Feed</title></channel></rss>", "not an HTML page"),
        (b"\x89PNG\r\n\x1a\n....", "not an HTML page"),
        (b"<html><body></body></html>", "no text"),
        (b'{"headline": "Navies", "body": "The two navies will share their patrols."}', "not an HTML page"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "not an HTML page"),
        (NAVIGATION, "no text"),
        (NAVIGATION + b"<!-- never closed <p>The ministers met on Monday.</p>", "no text"),
        (b"<p>Please enable JavaScript to continue using this application.</p>", "no text"),
        (b"<table>" + b"<tr><td>1</td></tr>" * 30_000 + b"</table>", "a page of more than 60000 elements"),
        (b"<p>" * 300_000, "a page of more than 240000 tags"),
    ],
)
def test_no_article_says_why(body, failure):
    assert outcome(body, "https://a.example/", NOW).reason == failure


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 10_000 + b"deep",
        b"<!-- unclosed <p>text",
        b"<svg>" * 500 + b"<p>text</p>",
        b"<" * 100_000,
        b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script><p>text</p>",
        b'<script type="application/ld+json">{"@type":"NewsArticle","headline":{"a":[1]},"author":7,"datePublished":[[]]}</script><p>text</p>',
        b"<html><body><p>\xff\xfe\xd8\x00 text \x00 here</p>",
    ],
)
def test_hostile_pages_are_an_answer(body):
    assert isinstance(outcome(body, "https://a.example/", NOW), (Failure, Article))


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([None, "text/html", "text/html; charset=nonsense", "text/html; charset=utf-16"]),
)
def test_bytes_of_any_kind_are_an_answer(body, content_type):
    assert isinstance(outcome(body, "https://a.example/", NOW, content_type=content_type), (Failure, Article))


def test_the_same_page_gives_the_same_article_whatever_came_before():
    page = (cases("extraction")[0] / "page.html").read_bytes()
    first = outcome(page, "https://a.example/x", NOW)
    assert outcome(page, "https://a.example/x", NOW) == first


def test_jsonld_in_graphs_lists_and_with_a_comma_too_many():
    tree = parse_html(
        b'<script type="application/ld+json">{"@graph":[{"@type":"WebSite","headline":"no"},{"@type":["Thing","NewsArticle"],"headline":"yes",}]}</script>',
        None,
    )
    assert tree is not None
    assert read_claims(tree).jsonld["headline"] == "yes"


def test_language_tags():
    assert [language_tag(each) for each in ("en", "EN-us", "sr-Latn", "x", "", None, "english")] == [
        "en",
        "en-US",
        "sr-Latn",
        None,
        None,
        None,
        None,
    ]


def test_a_sentence_that_sounds_like_a_control_stays():
    text = "The ministers met.\nRelated articles of the treaty were discussed for two hours, and none was changed before the session closed.\nThey left."
    assert strip_frame(text) == text
    assert strip_frame("Advertisement") == "Advertisement"  # nothing else is left


@pytest.mark.parametrize(
    "content_type", ["application/rss+xml", "application/json", "image/png", "application/pdf", "text/plain"]
)
def test_what_says_that_it_is_no_page_is_none(content_type):
    assert outcome(b"Some text. " * 50, "https://a.example/", NOW, content_type=content_type).reason == "not an HTML page"


@pytest.mark.parametrize("bad", ["\x02", "\x07", "&#2;", "&#xD800;", "\x00"])
def test_one_control_character_does_not_cost_the_article(bad):
    text = "The navy ordered four frigates with air defence missiles today, the ministry said. " * 5
    found = outcome(f"<html><body><article><p>{text}{bad}</p></article></body></html>".encode(), "https://a.example/", NOW)
    assert isinstance(found, Article)
    assert found.text == text.strip()


def test_a_charset_that_is_no_encoding():
    page = b"<p>The navy ordered four frigates with air defence missiles today, the ministry said.</p>"
    assert isinstance(outcome(page * 5, "https://a.example/", NOW, content_type="text/html; charset=hex"), Article)


def test_a_thousand_closing_lines():
    assert strip_frame("The article.\n" + "Related articles\n" * 3_000) == "The article."


PARAGRAPH = "<p>The navy ordered four frigates with air defence missiles today, the ministry said on Monday.</p>"
OBJECTS = [
    '{"@type":{"a":1},"headline":{"a":[1]},"author":[[[[7]]]],"keywords":{"a":7},"isAccessibleForFree":[],"articleBody":7}',
    '{"@type":"NewsArticle","headline":{"a":[1]},"author":7,"datePublished":[[]],"liveBlogUpdate":"x","publisher":[1],"image":[[{}]]}',
    '{"@graph":[{"@type":"NewsArticle","@id":"#a","headline":"A","author":{"@id":"#a"},"mainEntityOfPage":{"@id":"#a"}}]}',
    '{"@type":"NewsArticle","headline":"' + "x" * 5_000_000 + '"}',
    "[" * 100_000,
    '{"@type":"NewsArticle","headline":"a' + "{}," * 100_000,
]


@pytest.mark.parametrize("text", OBJECTS, ids=["types", "values", "cycle", "5 MB", "deep", "broken"])
def test_jsonld_of_any_kind_is_survived(text):
    page = f'<script type="application/ld+json">{text}</script>' + "".join(
        PARAGRAPH.replace("four", number) for number in ("two", "three", "four", "five")
    )
    found = outcome(page.encode(), "https://a.example/", NOW)
    assert isinstance(found, Article)
    assert "five frigates" in found.text


def test_a_stack_of_marks_is_cut_before_it_costs_its_square():
    stacked = PARAGRAPH.replace("four", "four" + "&#769;&#790;" * 100_000)
    found = outcome(f"<article>{PARAGRAPH * 3}{stacked}</article>".encode(), "https://a.example/", NOW)
    assert isinstance(found, Article)
    assert "four\u0301\u0316" in found.text
    assert len(found.text) < 5_000


@pytest.mark.parametrize(
    ("page", "failure"),
    [
        ("<div>" * 10_000 + PARAGRAPH, "a page nested more than 200 elements deep"),
        ("<svg>" * 5_000 + PARAGRAPH, "a page nested more than 200 elements deep"),
        ("<table><tr>" + "<td>1</td>" * 300_000, "a page of more than 240000 tags"),
        ("<" * 5_000_000, "a page of more than 240000 tags"),
        ("a" * 5_000_000, "a page of more than 3000000 characters of text"),
        (PARAGRAPH * 110_000, "a page of more than 10000000 bytes"),
        ("<h1>Results of all games</h1><table>" + ("<tr>" + "<td>12.5</td>" * 6) * 4_000, "numbers, and no text"),
        ("<p>" + "3141 " * 50_000, "numbers, and no text"),
        ("<p " + " ".join(f"a{number}" for number in range(30_000)) + PARAGRAPH, "an element of more than 1000 attributes"),
    ],
    ids=["divs", "svg", "cells", "5 MB of <", "5 MB of text", "11 MB", "table of numbers", "digits", "attributes"],
)
def test_hostile_pages_are_no_article_and_cost_little(page, failure):
    started = time.process_time()
    assert outcome(page.encode(), "https://a.example/", NOW).reason == failure
    assert time.process_time() - started < 5


def test_many_boxes_cost_no_more_than_other_containers():
    def seconds(name):
        boxes = "".join(
            f"<div class='{name}'><h3>Box {number}</h3><p>{number} {PARAGRAPH}</p></div><p>{PARAGRAPH} {number}</p>"
            for number in range(1_500)
        )
        started = time.process_time()
        examine(f"<html><body><article><h1>Boxes</h1>{boxes}</article></body></html>".encode(), "https://a.example/", NOW)
        return time.process_time() - started

    seconds("figures")
    assert seconds("info-box") < 2 * seconds("figures")


def test_an_unclosed_comment_hides_only_what_it_hides():
    found = outcome(f"<body><article>{PARAGRAPH * 4}<!-- open {PARAGRAPH * 50}".encode(), "https://a.example/", NOW)
    assert isinstance(found, Article)
    assert "open" not in found.text


RUSSIAN = "<p>Министерство обороны сообщило о новых учениях флота в Чёрном море, которые начнутся в среду.</p>" * 4
JAPANESE = "<p>防衛省は新しい護衛艦を発表した。艦は来年から就役する予定である。</p>" * 4


@pytest.mark.parametrize(
    ("body", "content_type", "encoding"),
    [
        (RUSSIAN.encode(), "text/html; charset=windows-1251", "utf-8"),  # the bytes say otherwise
        (RUSSIAN.encode("cp1251"), "text/html; charset=utf-8", "cp1251"),
        (RUSSIAN.encode("koi8-r"), None, "koi8_r"),
        (JAPANESE.encode("cp932"), "text/html; charset=utf-8", "cp932"),
        (b'<meta charset="shift_jis">' + JAPANESE.encode("cp932"), None, "cp932"),
        (b"\xef\xbb\xbf" + RUSSIAN.encode(), "text/html; charset=koi8-r", "utf-8"),
        (RUSSIAN.encode()[:-1] + b"\xd0", None, "utf-8"),  # cut in the middle of a letter
    ],
)
def test_encodings(body, content_type, encoding):
    text, found = decode(body, content_type)
    assert found in (encoding, encoding.replace("-", ""))
    assert "флота" in text or "護衛艦" in text


ENGLISH = "<p>“We cannot leave this passage to chance,” the minister said at the yard — and left.</p>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (ENGLISH.encode() + b"<!-- \xe9t\xe9 -->", "text/html; charset=utf-8"),
        (ENGLISH.encode().replace(b"\x9c", b"", 1), "text/html; charset=utf-8"),
        (ENGLISH.encode() + b"<!-- caf\xe9 -->", None),
        (b"<p>We cannot leave this passage to chance, the minister said at the caf\xc3.</p>", "text/html; charset=utf-8"),
    ],
)
def test_a_broken_byte_costs_that_letter_alone(body, content_type):
    assert decode(body, content_type)[1] == "utf-8"


def test_a_letter_that_makes_a_word_in_another_encoding_costs_nothing():
    body = b"<p>We cannot leave this passage to chance, the minister said at the caf\xe9.</p>"
    text, encoding = decode(body, "text/html; charset=utf-8")
    assert ("café." in text, encoding) == (True, "cp1252")


LONG = "The two navies will share their patrols of the strait, the ministers said after a day of talks at the base."


def test_an_article_beside_a_table_of_its_numbers():
    table = (
        "<table>"
        + "".join(f"<tr><td>{row}</td><td>{row * 317}</td><td>4{row}.5</td></tr>" for row in range(60))
        + "</table>"
    )
    found = outcome(
        f"<article><h1>Counted</h1>{ENGLISH}{PARAGRAPH}<p>{LONG}</p>{table}</article>".encode(), "https://a.example/b", NOW
    )
    assert isinstance(found, Article)
    assert "59 | 18703 | 459.5" in found.text


def test_a_forest_stops_early_only_where_it_is_sure():
    forest = shipped_forests().alone
    assert len(forest.names) == len(NAMES)
    row = [0.0] * len(NAMES)
    assert 0 < forest.probabilities([row])[0] < 1


def test_a_heading_without_end_is_no_text():
    endless = "<h1>" + "Harbour council votes again " * 40_000 + "</h1>"
    story = (
        "<p>The harbour council voted to close the eastern quay, so that two patrol boats can moor there from May on.</p>"
    )
    others = "<p>The boats, forty people in all, come from Holm; the ministry pays for bollards and lights on the mole.</p>"
    found = extract(f"<html><body>{endless}{story}{others}</body></html>".encode(), "https://a.example/1", NOW)
    assert found.text.startswith("The harbour council voted")
    assert len(found.text) < 1_000
    with pytest.raises(ExtractionError):
        extract(f"<html><body>{endless}</body></html>".encode(), "https://a.example/1", NOW)


LEAD = "The defence ministers of both countries agreed on Tuesday that their navies will patrol the strait together from spring."
UNDER_A_PICTURE = f'<figure><img src="a.jpg"><figcaption>{LEAD}</figcaption></figure>'
REPEATED = {
    "beside the body": (f"{UNDER_A_PICTURE}<p>{LEAD}</p>", 1),
    "before the picture": (f"<p>{LEAD}</p>{UNDER_A_PICTURE}", 1),
    "in a wrapper": (f'{UNDER_A_PICTURE}<div class="lead"><p>{LEAD}</p></div>', 1),
    "an alt text": (f'<img src="a.jpg" alt="{LEAD}"><header><p>{LEAD}</p></header>', 1),
    "a caption said twice": (f'<div class="image"><img src="a.jpg" alt="{LEAD}"><p>{LEAD}</p></div>', 0),
}


@pytest.mark.parametrize("form", REPEATED)
def test_a_lead_whose_words_a_caption_repeats_is_kept_in_whichever_wrapper(form):
    head, times = REPEATED[form]
    told = "tells what else the ministry said of the frigates and of their crews"
    body = "".join(f"<p>Paragraph {n} {told}.</p>" for n in range(5))
    story = f'<article><h1>Ministers agree on patrols</h1>{head}<div class="content">{body}</div></article>'
    page = f'<html lang="en"><body>{story}</body></html>'
    found = extract(page.encode(), "https://gazette.example/1", NOW)
    assert found.text.count(LEAD) == times
    assert "Paragraph 4 tells" in found.text
