"""Blocks of other articles among those that were chosen: all of a page are here, so that no forest decides."""

import pytest

from newscrawler.extraction import parse_html
from newscrawler.extraction.litter import About
from newscrawler.extraction.other_articles import boxes_of_others, next_articles, teasers_behind
from newscrawler.extraction.phrases import shipped_phrases
from newscrawler.markup.blocks import read_blocks

TITLE = "Nordby closes its eastern quay for patrol boats"
PARAGRAPHS = "".join(
    f"<p>The harbour council voted for the {number} time on the eastern quay, which the ministry had asked for, and the "
    "fishermen, who feared for their berths, left the hall before the end.</p>"
    for number in ("first", "second", "third", "fourth", "fifth", "sixth")
)
OWN = f"<article><h1>{TITLE}</h1>{PARAGRAPHS}</article>"
TEASERS = "".join(
    f"<div class='c'><h3><a href='/{number}'>Survey ship finds wreck number {number} off Kelling</a></h3><p>It lay in {number} metres.</p></div>"
    for number in range(4)
)


def cut(rule, body):
    """(texts that a rule takes off where all blocks were chosen, texts of the others)."""
    page = read_blocks(parse_html(f"<html><body>{body}</body></html>".encode(), "text/html"))
    found = rule(page, [block.index for block in page.blocks], About(TITLE))
    return [block.text for block in page.blocks if block.index in found], [
        block.text for block in page.blocks if block.index not in found
    ]


def texts(body):
    return cut(lambda *_: {}, body)[1]


def test_many_teasers_that_are_articles_go_where_the_article_stands_out():
    teasers = "".join(
        f"<article><h3><a href='/{number}'>Wreck number {number}</a></h3><p>It lay in {number} metres.</p></article>"
        for number in range(40)
    )
    assert cut(next_articles, OWN + teasers) == (texts(teasers), texts(OWN))


def test_many_articles_that_are_the_parts_of_one_text_stay():
    parts = "".join(
        f"<article><h2><a href='/{number}'>House number {number}</a></h2>{PARAGRAPHS[:400]}</p></article>"
        for number in range(12)
    )
    assert cut(next_articles, f"<h1>{TITLE}</h1>{parts}")[0] == []


def test_a_row_of_teasers_goes_behind_a_text_and_stays_as_its_own_list():
    assert cut(teasers_behind, f"{OWN}<section>{TEASERS}</section>") == (texts(TEASERS), texts(OWN))
    assert cut(teasers_behind, f"<main><h1>{TITLE}</h1>{PARAGRAPHS}{TEASERS}</main>")[0] == []
    introduction = f"<article><h1>{TITLE}</h1><p>Four wrecks lie off Kelling.</p></article>"
    assert cut(teasers_behind, f"{introduction}<section>{TEASERS}</section>")[0] == []
    words = TEASERS.replace("Survey ship finds wreck number", "Wreck").replace(" off Kelling", "")
    assert cut(teasers_behind, f"{OWN}<section>{words}</section>")[0] == []  # one-word headings that fold what is below


@pytest.mark.parametrize("name", ["related-posts", "jp-relatedposts", "read-next", "you-might-also-like", "most-read box"])
def test_a_box_goes_by_its_name(name):
    box = f"<div class='{name}'><p>Survey ship finds an old wreck</p><p>It lay in forty metres.</p></div>"
    body = f"<article><h1>{TITLE}</h1><div>{PARAGRAPHS}{box}{PARAGRAPHS}</div></article>"
    assert cut(boxes_of_others, body)[0] == texts(box)


@pytest.mark.parametrize("name", ["map-and-related", "readmore-wrapper", "related-word-list", "post-content"])
def test_other_names_tell_nothing(name):
    assert cut(boxes_of_others, f"{OWN}<div class='{name}'>{TEASERS}</div>")[0] == []


def test_what_holds_the_headline_or_the_first_paragraph_is_no_box():
    assert cut(boxes_of_others, f"<div class='related-content'>{OWN}</div>")[0] == []


def heading(listed):
    return next(filter(None, (each.strip() for each in listed.split(","))))


@pytest.mark.parametrize("language", sorted(shipped_phrases()))
def test_a_box_goes_by_its_heading_in_every_language(language):
    box = f"<div><div><h3>{heading(shipped_phrases()[language]['others'])}</h3></div>{TEASERS}</div>"
    assert cut(boxes_of_others, OWN + box) == (texts(box), texts(OWN))


def test_a_heading_amid_the_text_goes_alone_and_one_of_references_stays():
    said = "<h3>Auch interessant</h3>"
    body = f"<article><h1>{TITLE}</h1>{PARAGRAPHS}{{}}{PARAGRAPHS}</article>"
    assert cut(boxes_of_others, body.format(said))[0] == ["Auch interessant"]
    assert cut(boxes_of_others, body.format("<h2>See also</h2><ul><li>Wreck of Kelling</li></ul>"))[0] == []
    assert cut(boxes_of_others, body.format("<h2>More stories from the harbour of Nordby</h2>"))[0] == []
