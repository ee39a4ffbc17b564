"""From what the forest says of each block to the blocks of the article, seen as one run.

A forest judges block by block, and so it leaves a paragraph out between its like, keeps a notice that stands alone
below the article, and does not know the cells of a table or who wrote a quoted post for text.  Five things are done:

    a steady run   the most likely sequence of "article" and "not" where each change between the two has a price
                   (Viterbi 1967, doi:10.1109/TIT.1967.1054010): it adds blocks, and takes off what trails behind
    whole rows     a row of a table of which most is chosen
    whole lists    a list or table among the paragraphs of the container that holds most of the text
    whole items    the same part of every item, where items of one shape stand in a row and most of their parts were chosen
    whole posts    a post of a social network that is quoted between the article's first block and its last

Neither parses, measures or asks anything more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from math import log
from typing import TYPE_CHECKING

from newscrawler.extraction.features import kind_of
from newscrawler.markup.containers import KINDS, TAGS, distances
from newscrawler.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from newscrawler.markup.blocks import Block, Node, Page

# The price of a change, in log-odds: between blocks of one container, and where a container begins or ends.  Chosen with
# forests that saw no page of the publisher; both halves of the publishers gain from .3 to .6 alike.
SWITCH_COST_WITHIN, SWITCH_COST_ACROSS = 0.4, 0.2
NO_TEXT = -4.0  # log-odds of a block that was not worth judging

CELLS = frozenset({"td", "th"})
LISTS = frozenset({"table", "ul", "ol", "dl"})
MIN_ARTICLE_CHARACTERS = 500  # characters of an article that lists may belong to
HOME = 0.6  # of the article's text: what stands directly in a container that is its home
MIN_LIST_PROBABILITY = 0.1  # mean probability of a list, by characters
MAX_LINK_SHARE = 0.1  # of its characters
POST = "twitter-tweet"  # what the markup that such a post is embedded with calls it
# of paragraphs between the headline and the text: blocks below the headline; probabilities with which they are taken
MAX_LEAD_BLOCKS, LIKELY_LEAD_PROBABILITY, MIN_LEAD_PROBABILITY = 15, 0.3, 0.05
MIN_LEAD_IN_DESCRIPTION = 0.7  # of their words, in the page's description
MAX_STEPS_TO_CONTAINER = 2  # steps up to a container of a kind that stands beside the text
_BESIDE = [
    *(place for place, (name, _) in enumerate(KINDS) if name in ("related", "caption", "promo", "nav", "comment", "share")),
    *(len(KINDS) + TAGS.index(tag) for tag in ("aside", "nav", "footer", "figure", "form")),
]
MIN_LIST_BLOCKS = 3
# of items: how many at least, the share of a part's characters that was chosen, the probability of what is added, how far up
# from a block an item may be, and how much of what is added may be links
MIN_ITEMS, MOST_OF_A_PART, MIN_PART_PROBABILITY, MAX_STEPS_TO_ITEM, MAX_LINKED_PART = 3, 0.6, 0.1, 3, 0.3
MIN_BLOCKS_ABOVE = 2  # chosen ones, above a list
MAX_STEPS_TO_TABLE = 6  # from a cell up to its table


def steady_run(page: Page, odds: dict[int, float]) -> set[int]:
    """The blocks of the likeliest sequence.  `odds`: log-odds of the blocks that were judged."""
    if not odds:
        return set()
    no, yes = 0.0, odds.get(0, NO_TEXT)
    turned: list[tuple[bool, bool]] = []  # whether the best way to "no" and to "yes" is a change
    before: Node | None = None
    for block in page.blocks:
        home = block.node.parent
        if block.index:
            price = SWITCH_COST_WITHIN if home is before else SWITCH_COST_ACROSS
            turned.append((yes - price > no, no - price > yes))
            no, yes = max(no, yes - price), max(yes, no - price) + odds.get(block.index, NO_TEXT)
        before = home
    found, inside = set(), yes > no
    for index in range(len(page.blocks) - 1, -1, -1):
        if inside:
            found.add(index)
        if index and turned[index - 1][inside]:
            inside = not inside
    return found & odds.keys()


def _homes(blocks: list[Block], chosen: list[int]) -> set[Node]:
    """Containers in which most of the chosen text stands directly, or a paragraph's element away."""
    sizes: Counter[Node] = Counter()
    for index in chosen:
        node = blocks[index].node
        sizes[node] += blocks[index].chars
        if node.parent is not None:
            sizes[node.parent] += blocks[index].chars
    total = sum(blocks[index].chars for index in chosen)
    return {node for node, chars in sizes.items() if total >= MIN_ARTICLE_CHARACTERS and chars >= HOME * total}


def _list_in(block: Block, homes: set[Node]) -> Node | None:
    """The list or table that stands in one of these containers and holds the block."""
    step = block.node
    for _ in range(MAX_STEPS_TO_TABLE):
        if step.parent is None:
            return None
        if step.tag in LISTS and step.parent in homes:
            return step
        step = step.parent
    return None


def whole_lists(page: Page, chosen: list[int], chances: dict[int, float]) -> set[int]:
    """Blocks of lists and tables that belong to the text around them.  `chances`: probabilities of what was judged."""
    blocks = page.blocks
    homes = _homes(blocks, chosen) if len(chosen) > MIN_BLOCKS_ABOVE else set()
    if not homes:
        return set()
    lists: defaultdict[Node, list[Block]] = defaultdict(list)
    for block in blocks[chosen[MIN_BLOCKS_ABOVE - 1] + 1 : chosen[-1]]:
        if (found := _list_in(block, homes)) is not None:
            lists[found].append(block)
    return {block.index for items in lists.values() if _is_of_the_text(items, chances) for block in items}


def _is_of_the_text(items: list[Block], chances: dict[int, float]) -> bool:
    chars = sum(block.chars for block in items)
    likely = sum(block.chars * chances.get(block.index, 0.0) for block in items)
    return (
        len(items) >= MIN_LIST_BLOCKS
        and likely >= MIN_LIST_PROBABILITY * chars
        and sum(block.links for block in items) <= MAX_LINK_SHARE * chars
    )


def whole_rows(page: Page, chosen: list[int]) -> set[int]:
    """Cells of rows of which most were chosen: a row without one of its numbers says something else."""
    rows: defaultdict[Node, list[int]] = defaultdict(list)
    for index in chosen:
        node = page.blocks[index].node
        if node.tag in CELLS and node.parent is not None:
            rows[node.parent].append(index)
    found: set[int] = set()
    for row, indexes in rows.items():
        if len(indexes) < row.blocks and 2 * len(indexes) > row.blocks:
            around = page.blocks[max(0, indexes[0] - row.blocks) : indexes[-1] + row.blocks]
            found |= {block.index for block in around if block.node.parent is row}
    return found


def whole_items(page: Page, chosen: list[int], chances: dict[int, float]) -> set[int]:
    """Blocks that stand in an item as chosen ones stand in the items beside it: rankings, chronologies, steps."""
    blocks, known = page.blocks, set(chosen)
    missing: defaultdict[_Place, list[int]] = defaultdict(list)
    for index, chance in chances.items():
        block = blocks[index]
        if index not in known and chance >= MIN_PART_PROBABILITY and block.links <= MAX_LINKED_PART * block.chars:
            for _, place in _places(block):
                missing[place].append(index)
    if not missing:
        return set()
    characters: Counter[_Place] = Counter()
    taken: Counter[_Place] = Counter()
    items: defaultdict[_Place, set[Node]] = defaultdict(set)
    homes = {home for home, _ in missing}
    for index in chances.keys() | known:
        for item, place in _places(blocks[index], homes):
            if place in missing:
                characters[place] += blocks[index].chars
                taken[place] += blocks[index].chars if index in known else 0
                items[place].add(item)
    return {
        index
        for place, indexes in missing.items()
        if len(items[place]) >= MIN_ITEMS and taken[place] >= MOST_OF_A_PART * characters[place]
        for index in indexes
    }


# what holds items, and the elements from a block up to one of them, by tags and labels
_Place = tuple["Node", tuple[tuple[str, str], ...]]


def _places(block: Block, homes: Set[Node] | None = None) -> Iterator[tuple[Node, _Place]]:
    """(item, where in such items the block stands) for each element around a block's own that may be an item.

    `homes`: what holds the items that are asked for, where not all are.
    """
    way = [block.node]
    item = block.node.parent
    for _ in range(MAX_STEPS_TO_ITEM):
        if item is None or item.parent is None:
            return
        way.append(item)
        if homes is None or item.parent in homes:  # most are of none, and need no names
            yield item, (item.parent, tuple([(each.tag, kind_of(each.label)) for each in way]))
        item = item.parent


def whole_posts(page: Page, chosen: list[int]) -> set[int]:
    """Blocks of posts that are quoted within the article: what they say, by whom and when."""
    if not chosen:
        return set()
    return {block.index for block in page.blocks[chosen[0] : chosen[-1]] if _is_post(block.node)}


def _is_post(node: Node) -> bool:
    return POST in node.label or (node.parent is not None and POST in node.parent.label)


def leading_paragraphs(
    page: Page, chosen: list[int], chances: dict[int, float], headline: int | None, lead: str | None
) -> set[int]:
    """Paragraphs between the headline and the first that was chosen: a news story's lead is often in a box of its own.

    What is likely enough, or says again what the page's description says.  Nothing that stands beside: an aside, a
    caption, what is called related, a promotion.
    """
    if headline is None or not chosen or not 0 < chosen[0] - headline <= MAX_LEAD_BLOCKS:
        return set()
    said = frozenset(words(lead or ""))
    found = set()
    for block in page.blocks[headline + 1 : chosen[0]]:
        chance = chances.get(block.index, 0.0)
        if block.good and chance >= MIN_LEAD_PROBABILITY and not _stands_beside(block.node):
            tokens = words(block.text)
            again = sum(map(said.__contains__, tokens)) >= MIN_LEAD_IN_DESCRIPTION * len(tokens)
            if chance >= LIKELY_LEAD_PROBABILITY or again:
                found.add(block.index)
    return found


def _stands_beside(node: Node) -> bool:
    known = distances(node)
    return any(known[place] <= MAX_STEPS_TO_CONTAINER for place in _BESIDE) or node.hidden


def _characters(page: Page, indexes: set[int]) -> int:
    return sum(page.blocks[index].chars for index in indexes)


def choose_blocks(page: Page, chances: dict[int, float], threshold: float) -> tuple[list[int], list[int]]:
    """(the article's blocks, those that were likely and yet trail off behind it), both in the page's order."""
    likely = {index for index, chance in chances.items() if chance >= threshold}
    even = log(threshold / (1.0 - threshold))
    steady = steady_run(page, {index: log(chance / (1.0 - chance)) - even for index, chance in chances.items()})
    end = max(steady, default=len(page.blocks))
    trailing = {index for index in likely if index > end}
    if (
        _characters(page, trailing) > _characters(page, likely | steady) / 2
    ):  # it is the article, and what stands before is not
        trailing = set()
    chosen = sorted((likely | steady) - trailing)
    added = whole_lists(page, chosen, chances) | whole_posts(page, chosen) | whole_items(page, chosen, chances)
    chosen = sorted({*chosen, *added})
    return sorted({*chosen, *whole_rows(page, chosen)}), sorted(trailing)
