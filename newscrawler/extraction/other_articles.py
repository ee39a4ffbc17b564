"""Blocks of other articles than the page's own: the next one below it, boxes of related ones, rows of teasers."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from newscrawler.extraction.boilerplate import MAX_CREDIT
from newscrawler.extraction.line_kinds import heads_other_articles
from newscrawler.markup.containers import HEADINGS
from newscrawler.markup.page_regions import headline_at, holders, names_related
from newscrawler.metadata.authors.bylines import is_credit
from newscrawler.text import words

if TYPE_CHECKING:
    from newscrawler.extraction.litter import About
    from newscrawler.markup.blocks import Block, Node, Page

REST = 0.12  # of the chosen text; a rule that leaves less has found the article itself
MIN_TEXT_CHARACTERS = 250  # characters
OPENING = 6  # blocks with which an article begins: headline, byline, lead
MANY = 8  # elements <article>: so many small ones are how some sites mark up the parts of one text
STANDS_OUT = 5  # times the text of the next longest, for which an article below its own headline is one among teasers
# of the text besides, at most in a box of other articles that more of the text follows, and in one behind all of it
BOX_SHARE, LAST_BOX_SHARE = 0.5, 2
TEASERS, TEASER = 3, 300  # in a row of them; characters of each at most
LEAST_HEADLINE = 20  # characters of a teaser's headline; what a link alone folds and unfolds is headed with a word
LEAST_DENSE, DENSE = 12, 1.2  # of one in a script whose letters count for more than one
TEASERS_SHARE = 0.5  # of the text beside them, at most in such a row
LINKED = 0.8  # of a heading's characters, where it is a link


def ancestors(node: Node) -> list[Node]:
    """A node and those that hold it, the innermost first."""
    found = []
    step: Node | None = node
    while step is not None:
        found.append(step)
        step = step.parent
    return found


def _outermost(node: Node) -> Node | None:
    return next((each for each in reversed(ancestors(node)) if each.tag == "article"), None)


def next_articles(page: Page, chosen: list[int], about: About) -> dict[int, str]:
    """Blocks of a further <article> than the one that holds the headline, or the first long one."""
    blocks = page.blocks
    if sum(node.tag == "article" for node in page.nodes) < 2:
        return {}
    homes = {index: _outermost(blocks[index].node) for index in chosen}
    sizes: Counter[Node] = Counter()
    for index, home in homes.items():
        if home is not None:
            sizes[home] += blocks[index].good
    if len(sizes) < 2:
        return {}
    at = headline_at(page, about.title)
    own = _outermost(blocks[at].node) if at is not None else None
    stands_out = own is not None and sizes[own] >= STANDS_OUT * max(sizes[each] for each in sizes if each is not own)
    if own is None or sizes[own] < MIN_TEXT_CHARACTERS:
        own = next((home for home in sizes if sizes[home] >= MIN_TEXT_CHARACTERS), None)
    if own is None or sizes[own] < REST * sum(sizes.values()) or (len(sizes) > MANY and not stands_out):
        return {}
    openings = _openings(page, set(sizes))
    beside = {
        home
        for home in sizes
        if home is not own and (_begins_as_articles_do(page, openings[home]) or _other_post(home, own))
    }
    return {index: "another article of the page" for index, home in homes.items() if home in beside}


def _openings(page: Page, homes: set[Node]) -> dict[Node, list[Block]]:
    """The first blocks of each of these."""
    found: dict[Node, list[Block]] = {home: [] for home in homes}
    for block in page.blocks:
        for node in ancestors(block.node):
            if node in found and len(found[node]) < OPENING:
                found[node].append(block)
    return found


def _begins_as_articles_do(page: Page, opening: list[Block]) -> bool:
    """Whether an <article> begins with an h1, a headline that is a link, or a byline.  Sections do not."""
    return any(block.node.tag == "h1" or _is_linked_heading(block) or _is_byline(page, block.index) for block in opening)


def _is_linked_heading(block: Block) -> bool:
    return block.node.tag in HEADINGS and block.links >= LINKED * block.chars


def _other_post(home: Node, own: Node) -> bool:
    """Whether two elements are called different posts of one content system, post-12 and post-7."""
    here, there = _POST.findall(home.label), _POST.findall(own.label)
    return bool(here) and bool(there) and set(here).isdisjoint(there)


_POST = re.compile(r"\b(?:post|node)-(\d+)\b")


def after_another_headline(page: Page, chosen: list[int], about: About) -> dict[int, str]:
    """What follows a headline that is not this article's, where enough of this one stands before it.

    Such a headline begins a container like the one that this article's is in, beside it: an h1, or an h2 and a byline.
    """
    at = headline_at(page, about.title)
    if at is None or page.blocks[at].node.tag not in ("h1", "h2"):
        return {}
    own = set(words(about.title or ""))
    homes = ancestors(page.blocks[at].node)[1:]
    others = [
        block for block in page.blocks[at + 1 :]
        if block.node.tag in ("h1", "h2") and len(own & set(words(block.text))) <= 0.5 * len(own)
    ]  # fmt: skip
    beginning = [block for block in others if _begins_beside(page, block, homes)]
    # where an h1 stands amid a text, it is no more than a subheading here
    tops = {"h1"} if all(block in beginning for block in others if block.node.tag == "h1") else set()
    first = next((block.index for block in beginning if block.node.tag in tops or _is_byline(page, block.index + 1)), None)
    if first is None or sum(page.blocks[index].good for index in chosen if at < index < first) < MIN_TEXT_CHARACTERS:
        return {}
    return {index: "below another headline" for index in chosen if index >= first}


def _begins_beside(page: Page, block: Block, homes: list[Node]) -> bool:
    """Whether a block is the first or second of a container that stands beside one of `homes` and is named like it."""
    alike = {(node.parent, node.tag, node.label) for node in homes}
    before = ancestors(page.blocks[block.index - 2].node)
    return any(
        (node.parent, node.tag, node.label) in alike and node not in homes and node not in before
        for node in ancestors(block.node)[1:]
    )


def _is_byline(page: Page, index: int) -> bool:
    line = page.blocks[index].text if index < len(page.blocks) else ""
    return 0 < len(line) <= MAX_CREDIT and is_credit(line)


def boxes_of_others(page: Page, chosen: list[int], about: About) -> dict[int, str]:
    """Blocks of boxes that are called related, recommended and the like, or headed so; and such headings alone.

    No box holds the headline or the first paragraph; one that more of the text follows is small.
    """
    blocks = page.blocks
    around = _around_the_beginning(page, chosen, about)
    heads = {index for index in chosen if _may_head(blocks[index]) and heads_other_articles(blocks[index].text)}
    boxes = {box for index in heads if (box := _box_below(page, index)) is not None}
    inside: defaultdict[Node, list[int]] = defaultdict(list)
    for index in chosen:
        for node in ancestors(blocks[index].node):
            if node in around:
                break
            if node in boxes or (node.tag not in HEADINGS and names_related(node.label)):
                inside[node].append(index)
    headed = _links_below(page, chosen, heads)
    found = {index for index in heads if not _heads_a_list(page, chosen, index)} | headed
    left = {index: blocks[index].chars for index in chosen if index not in found}
    characters = sum(left.values())
    for box, indexes in reversed(inside.items()):
        own = [index for index in indexes if index in left]
        rest = characters - sum(left[index] for index in own)
        # what a box holds stands in a row: nothing else is left behind it where what is left ends within it
        is_last = rest >= MIN_TEXT_CHARACTERS and next(reversed(left)) <= indexes[-1]
        if box.chars <= (LAST_BOX_SHARE if is_last else BOX_SHARE) * rest:
            characters = rest
            for index in own:
                del left[index]
    return dict.fromkeys((index for index in chosen if index not in left), "another article's teaser")


def _around_the_beginning(page: Page, chosen: list[int], about: About) -> set[Node]:
    """What holds the headline or the first paragraph."""
    at = headline_at(page, about.title)
    first = next((index for index in chosen if page.blocks[index].good), None)
    return set().union(*(holders(page.blocks[index].node) for index in (at, first) if index is not None))


def _may_head(block: Block) -> bool:
    return block.node.tag not in ("li", "td", "th", "dt", "dd")


def _box_below(page: Page, index: int) -> Node | None:
    """What a heading heads: the innermost that holds more than it, where that begins with it."""
    node = page.blocks[index].node
    while node.parent is not None and node.parent.blocks == node.blocks:
        node = node.parent
    home = node.parent
    return None if home is None or (index and home in ancestors(page.blocks[index - 1].node)) else home


def _heads_a_list(page: Page, chosen: list[int], index: int) -> bool:
    """Whether a list follows that was chosen: references that are the article's."""
    return any(page.blocks[each].node.tag == "li" for each in chosen if index < each <= index + 2)


def _links_below(page: Page, chosen: list[int], heads: set[int]) -> set[int]:
    """Headings of other articles with the headlines right below them: lines or items that are links from end to end.

    References have more in them than a link.
    """
    found: set[int] = set()
    for place, index in enumerate(chosen):
        if index not in heads or page.blocks[index].anchors:
            continue  # a link is the button of what stands before it
        below = list(itertools.takewhile(lambda each: _is_linked_headline(page.blocks[each]), chosen[place + 1 :]))
        if below:
            found.update((index, *below))
    return found


def _is_linked_headline(block: Block) -> bool:
    least = LEAST_DENSE if block.chars > DENSE * len(block.text) else LEAST_HEADLINE
    return block.links >= LINKED * block.chars and block.chars >= least


def teasers_behind(page: Page, chosen: list[int], about: About) -> dict[int, str]:
    """A row of teasers behind the text: a headline that is a link and a line or two each, in a container of their own.

    A list of the article's own stands where its introduction does, or is longer than that.
    """
    blocks = page.blocks
    around = _around_the_beginning(page, chosen, about)
    rows: defaultdict[tuple[str, str, Node], set[Node]] = defaultdict(set)
    for index in chosen:
        if blocks[index].chars >= LEAST_HEADLINE and _is_linked_heading(blocks[index]):
            for node in ancestors(blocks[index].node)[1:3]:
                if node.parent is not None and node.parent not in around and node.chars <= TEASER:
                    rows[node.tag, node.label, node.parent].add(node)
    row_of = {node: row for row, nodes in rows.items() if len(nodes) >= TEASERS for node in nodes}
    if not row_of:
        return {}
    inside: defaultdict[tuple[str, str, Node], list[int]] = defaultdict(list)
    before: dict[tuple[str, str, Node], int] = {}
    characters = 0
    for index in chosen:
        for row in {row_of[node] for node in ancestors(blocks[index].node) if node in row_of}:
            before.setdefault(row, characters)
            inside[row].append(index)
        characters += blocks[index].chars
    found: set[int] = set()
    for row, indexes in inside.items():
        if sum(blocks[index].chars for index in indexes) <= TEASERS_SHARE * before[row]:
            found.update(indexes)
    return dict.fromkeys(found, "another article's teaser")
