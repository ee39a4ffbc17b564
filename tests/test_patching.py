"""What stands between the forest's verdicts and the article: the chances are stated here, so that no training moves them."""

from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawler.extraction import parse_html
from newscrawler.extraction.patching import SWITCH_COST_ACROSS, SWITCH_COST_WITHIN, choose_blocks, steady_run
from newscrawler.markup.blocks import read_blocks
from newscrawler.markup.elements import elements_of

PARAGRAPH = "<p>The coast guard has measured its patrol boats against each other, and one of the oldest, number {}, came out best of all of them: her crew was back in the harbour before two others had found the raft.</p>"
PARAGRAPHS = "".join(map(PARAGRAPH.format, range(3)))
RESULTS = "<table><tr><td>1</td><td>Heron</td><td>31:04</td></tr><tr><td>2</td><td>Tern</td><td>36:40</td></tr></table>"


def page_of(body):
    return read_blocks(parse_html(f"<html><body><main>{body}</main></body></html>".encode(), "text/html"))


def chosen(body, **chances):
    """Texts of the chosen blocks, and of those that trail; what begins with no stated word has a chance of .9."""
    page = page_of(body)
    stated = {
        block.index: next((chance for word, chance in chances.items() if block.text.startswith(word)), 0.9)
        for block in page.blocks
    }
    found = choose_blocks(page, {index: chance for index, chance in stated.items() if chance}, 0.5)
    return tuple([page.blocks[index].text for index in part] for part in found)


def lines(*parts):
    """Texts of the blocks of some markup."""
    return [block.text for block in page_of("".join(parts)).blocks]


def test_a_paragraph_just_below_the_threshold_stays_among_its_like():
    body = PARAGRAPHS + "<p>Nobody was hurt.</p>" + PARAGRAPH.format("four")
    assert chosen(body, Nobody=0.4) == (lines(body), [])
    assert chosen(body, Nobody=0.2)[0] == lines(PARAGRAPHS, PARAGRAPH.format("four"))


def test_a_notice_alone_behind_the_article_goes_and_one_that_the_forest_is_sure_of_stays():
    links = "<ul><li>Harbour master retires</li><li>Harbour ferry</li></ul>"
    body = PARAGRAPHS + links + "<div><p>Attention: comments that insult others are removed.</p></div>"
    found, trailing = chosen(body, Harbour=0.03, Attention=0.53)
    assert found == lines(PARAGRAPHS)
    assert trailing == ["Attention: comments that insult others are removed."]
    assert chosen(body, Harbour=0.03, Attention=0.8)[1] == []


def test_a_likely_block_alone_above_the_article_stays():
    body = "<header><p>Standfirst of the story.</p></header><ul><li>Harbour ferry</li></ul>" + PARAGRAPHS
    assert chosen(body, Standfirst=0.53, Harbour=0.03)[0] == ["Standfirst of the story.", *lines(PARAGRAPHS)]


def test_a_table_among_the_paragraphs_is_the_article_s_whole():
    body = PARAGRAPHS + RESULTS + PARAGRAPHS.replace("guard", "patrol")
    cells = {"Heron": 0.3, "Tern": 0.12, "31": 0.12, "36": 0.12, "1": 0.1, "2": 0.1}
    assert chosen(body, **cells)[0] == lines(body)


def test_a_list_of_links_or_below_or_elsewhere_is_not():
    after = PARAGRAPHS.replace("guard", "patrol")
    items = ("Heron", "Tern", "Plover")
    ours = "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
    linked = ours.replace("<li>", "<li><a href='/x'>").replace("</li>", "</a></li>")
    chances = dict.fromkeys(items, 0.2)
    assert chosen(PARAGRAPHS + ours + after, **chances)[0] == lines(PARAGRAPHS, ours, after)
    assert chosen(PARAGRAPHS + linked + after, **chances)[0] == lines(PARAGRAPHS, after)
    assert chosen(PARAGRAPHS + after + ours, **chances)[0] == lines(PARAGRAPHS, after)
    assert chosen(f"{PARAGRAPHS}<aside>{ours}</aside>{after}", **chances)[0] == lines(PARAGRAPHS, after)
    unlikely = dict.fromkeys(items, 0.05)
    assert chosen(PARAGRAPHS + ours + after, **unlikely)[0] == lines(PARAGRAPHS, after)


def test_a_quoted_post_is_the_article_s_with_its_author_and_one_below_it_is_not():
    post = "<blockquote class='twitter-tweet'><p>We are on our way.</p>— The Heron (@heron) 18 November 2026</blockquote>"
    after = PARAGRAPH.format("four")
    chances = {"We": 0.3, "—": 0.05}
    assert chosen(PARAGRAPHS + post + after, **chances)[0] == lines(PARAGRAPHS, post, after)
    assert chosen(PARAGRAPHS + post, **chances)[0] == lines(PARAGRAPHS)


def test_nothing_judged_is_nothing_chosen():
    assert choose_blocks(page_of(PARAGRAPHS), {}, 0.5) == ([], [])
    assert choose_blocks(page_of(""), {}, 0.5) == ([], [])


def worth(page, odds, guess):
    """What a sequence is worth: the log-odds of its blocks less the price of its changes."""
    homes = [block.node.parent for block in page.blocks]
    prices = [SWITCH_COST_WITHIN if one is other else SWITCH_COST_ACROSS for one, other in pairwise(homes)]
    changes = sum(price for price, (one, other) in zip(prices, pairwise(guess), strict=True) if one != other)
    return sum(odds[index] for index, taken in enumerate(guess) if taken) - changes


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.floats(-3, 3)), min_size=1, max_size=9))
def test_the_steady_run_is_the_best_of_all_sequences(blocks):
    page = page_of(
        "".join(f"<div><p>block {n}</p></div>" if apart else f"<p>block {n}</p>" for n, (apart, _) in enumerate(blocks))
    )
    odds = {index: each for index, (_, each) in enumerate(blocks)}
    found = steady_run(page, odds)
    best = max(worth(page, odds, guess) for guess in product((False, True), repeat=len(blocks)))
    assert worth(page, odds, [index in found for index in odds]) == pytest.approx(best)


@pytest.mark.parametrize(
    "page",
    [
        "<head class=h><title class=t>A</title></head><body><p class=a rel=author>B<i class=b>",
        "<body><p class=a>B</p></body><p class=after itemprop=author>C</p>",
        "<frameset class=f><frame class=g>",
    ],
)
def test_elements_are_those_that_a_search_of_the_tree_finds(page):
    tree = parse_html(f"<html>{page}</html>".encode(), "text/html")
    found = elements_of(tree)
    assert found.classed == [(each, each.get("class")) for each in tree.xpath("//body//*[@class]")]
    assert found.items == tree.xpath("//*[@itemprop]")
    assert found.outside == set(tree.iter()) - set(tree.xpath("//body//*"))


def test_a_question_that_opens_its_answer_is_a_heading_and_a_menus_button_is_none():
    answer = "<p>Because anchors drag over the sand when the storm turns.</p>"
    questions = "<h3><button>Why is the cable cut so often?</button></h3>" + answer + "<h3><button>Menu</button></h3>"
    dense = "<h3><button>なぜ海底ケーブルは切れるのか</button></h3>" + answer
    texts = [(block.node.tag, block.text) for block in page_of(questions + dense).blocks]
    assert [text for tag, text in texts if tag == "h3"] == ["Why is the cable cut so often?", "なぜ海底ケーブルは切れるのか"]


ITEM = "<div class='item item-{0}'><h3>Ship {0}</h3><div class='text'>{1} of the fleet has towed targets and never hit one.</div></div>"


def test_the_same_part_of_every_item_is_the_article_s_where_most_are():
    rest = "".join(ITEM.format(number, "Another") for number in range(4)) + ITEM.format(4, "Last")
    body = PARAGRAPHS + rest + "<div class='other'><div class='text'>Nobody of the fleet reads this newsletter.</div></div>"
    found, trailing = chosen(body, Last=0.12, Nobody=0.12)
    assert found == lines(PARAGRAPHS, rest)
    assert trailing == []
    most_are_not = chosen(PARAGRAPHS + rest.replace("Another", "Last", 3), Last=0.12)[0]
    assert sum(each.startswith("Last") for each in most_are_not) == 0
    linked = rest.replace("Last of", "<a href='/last'>Last of").replace("one.</div></div>", "one.</a></div></div>")
    assert "Last" not in " ".join(chosen(PARAGRAPHS + linked, Last=0.12)[0])
