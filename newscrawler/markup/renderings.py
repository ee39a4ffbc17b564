"""What a page has twice: its article for large screens and small, for printers, or each paragraph once for each of them.

One of the copies is left out.  What tells them is where the two of a paragraph stand: in two elements that hold the same
paragraphs, or side by side in elements of two names.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from newscrawler.markup.nodes import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawler.markup.nodes import Block, Node

COPIES = 3  # of an article on one page: for desktop, for phones, for printers
SWALLOWED = 600  # characters of a block that may hold others, or of a run of repeated paragraphs
PARAGRAPH = 80  # characters of one that nobody writes twice
DENSE_PARAGRAPH, DENSE = 50, 1.2  # of one in Han, kana, Hangul and the like, of which each counts for so many at least
PARAGRAPHS = 3  # so many of them are a rendering
LINE, LINES = 25, 6  # characters of a shorter line; so many of them are one, too, where they have SWALLOWED characters
LEAST = 200  # characters of lines that stand side by side in elements of two names
MAX_LINKED = 0.4  # of a line's characters
# of the characters of two renderings, what they have in common: of one of them, and of the other, which may hold more
NEARLY_ALL, LEAST_SHARE = 0.85, 0.4
NEAR = 8  # blocks between two of one paragraph in elements of two names
MOST_OF_A_LINE = 8  # times that a line stands there; what stands there more often is a button's

_LISTS = ("ul", "ol", "dl", "table", "tbody")

_Twins = tuple["Block", "Block"]
# the two elements that hold the two copies, or the two names that these have beside each other
_Places = tuple["Node", "Node"] | tuple[str, str]


def repeated(blocks: list[Block]) -> set[int]:
    """The indexes of blocks that say again what others say."""
    return _swallowing(blocks) | _said_twice(blocks)


def _swallowing(blocks: list[Block]) -> set[int]:
    """Blocks that hold, run together, what others hold paragraph by paragraph: the article a second time."""
    large = [block for block in blocks if block.chars >= SWALLOWED]
    if not large:
        return set()
    starts = [(block.index, block.text[:70], block.chars) for block in blocks if block.chars >= PARAGRAPH]
    found = set()
    for block in large:
        inside = [
            size for index, start, size in starts if index != block.index and size < block.chars and start in block.text
        ]
        if len(inside) >= 3 and sum(inside) >= block.chars / 2:
            found.add(block.index)
    return found


def _said_twice(blocks: list[Block]) -> set[int]:
    """The lesser copy of paragraphs that stand on the page twice, where they are a run: an article's second rendering.

    A paragraph that its own container says again (a law that repeals five times) or that stands there more than
    COPIES times is no rendering of anything.  Shorter lines go with the paragraphs where nearly all of a rendering does.
    """
    lines = _alike(block for block in blocks if block.chars >= LINE)
    if not lines:
        return set()
    twins = [
        (same[0], other)
        for same in lines
        if _is_paragraph(same[0]) and len(same) <= COPIES and len({block.node.parent for block in same}) == len(same)
        for other in same[1:]
    ]
    if twins:
        over = _heads(blocks)
        twins = [pair for pair in twins if not _are_parts(_sides(pair[0].node, pair[1].node), over)]
    distinct = {one.text for one, _ in twins}
    if len(distinct) < PARAGRAPHS and sum(map(len, distinct)) < SWALLOWED:
        twins = []
    lesser: list[_Twins] = []
    if twins or sum(line.chars for line, *_ in lines if line.links < MAX_LINKED * line.chars) >= LEAST:
        lesser = _of_renderings(blocks)
    before = sum(_weight(one) for one, _ in twins or lesser)
    after = sum(_weight(other) for _, other in twins or lesser)
    return {(one if after > 1.5 * before else other).index for one, other in (*twins, *lesser)}


def _of_renderings(blocks: list[Block]) -> list[_Twins]:
    """All that two renderings have in common, whatever its length."""
    told: defaultdict[_Places, list[_Twins]] = defaultdict(list)
    for same in _alike(blocks):
        if len(same) <= MOST_OF_A_LINE:
            for one, other in combinations(same, 2):
                for place in _places(one, other):
                    told[place].append((one, other))
    many = {
        place: pairs for place, pairs in told.items() if _are_many(pairs, LEAST if isinstance(place[0], str) else SWALLOWED)
    }
    if not many:
        return []
    over, sizes = _heads(blocks), _sizes_by_name(blocks)
    return [
        pair
        for place, pairs in many.items()
        if not _are_parts(place, over) and _say_the_same(place, pairs, sizes)
        for pair in pairs
    ]


def _heads(blocks: list[Block]) -> dict[Node, str]:
    """The titles with which elements begin."""
    over: dict[Node, str] = {}
    seen: set[Node] = set()
    for block in blocks:
        title = block.text if block.node.tag in HEADINGS or (0.9 * block.chars <= block.bold <= PARAGRAPH) else ""
        step: Node | None = block.node
        while step is not None and step not in seen:
            seen.add(step)
            if title:
                over[step] = title
            step = step.parent
    return over


def _are_parts(place: _Places, over: dict[Node, str]) -> bool:
    """Whether two elements are parts of one text, however much of it they both say: two lists, or sections of two titles."""
    first, second = place
    if isinstance(first, str) or isinstance(second, str):
        return False
    if first.tag in _LISTS and first.tag == second.tag and first.label == second.label:
        return True
    return first in over and second in over and over[first] != over[second]


def _are_many(pairs: list[_Twins], least: int) -> bool:
    """Whether so much of two renderings is prose as no two menus have in common; `least`: characters of short lines."""
    lines = [one for one, _ in pairs if one.chars >= LINE and one.links < MAX_LINKED * one.chars]
    is_long = len(lines) >= LINES and sum(line.chars for line in lines) >= least
    return is_long or sum(map(_is_paragraph, lines)) >= PARAGRAPHS


def _say_the_same(place: _Places, pairs: list[_Twins], sizes: dict[str, int]) -> bool:
    """Whether two elements say nearly the same, and not only some of it as two tables do; or all those of one name."""
    first, second = place
    here = _share({one.index: one.chars for one, _ in pairs}, _size(first, sizes))
    there = _share({other.index: other.chars for _, other in pairs}, _size(second, sizes))
    return max(here, there) >= NEARLY_ALL and (min(here, there) >= LEAST_SHARE or isinstance(first, str))


def _share(sizes: dict[int, int], whole: int) -> float:
    return sum(sizes.values()) / max(1, whole)


def _size(place: Node | str, sizes: dict[str, int]) -> int:
    """Characters of an element, or of all that have a name."""
    return sizes[place] if isinstance(place, str) else place.chars


def _sizes_by_name(blocks: list[Block]) -> dict[str, int]:
    """The characters that stand within elements of each name, counted once for all who ask."""
    sizes: defaultdict[str, int] = defaultdict(int)
    for block in blocks:
        names = set()
        step: Node | None = block.node
        while step is not None:
            names.add(step.label)
            step = step.parent
        for name in names:
            sizes[name] += block.chars
    return sizes


def _alike(blocks: Iterable[Block]) -> list[list[Block]]:
    """Blocks of one text, where there are several, in the page's order."""
    said: defaultdict[str, list[Block]] = defaultdict(list)
    for block in blocks:
        said[block.text].append(block)
    return [same for same in said.values() if len(same) > 1]


def _is_paragraph(block: Block) -> bool:
    if block.chars >= PARAGRAPH:
        return True
    is_dense = block.chars >= DENSE_PARAGRAPH and block.chars > DENSE * len(block.text)
    return is_dense and block.links < MAX_LINKED * block.chars  # a headline that leads elsewhere is as long


def _places(one: Block, other: Block) -> set[_Places]:
    """Where two blocks stand: what holds the one and not the other; by name, too, where they stand side by side."""
    first, second = _sides(one.node, other.node)
    if first is second:
        return set()
    found: set[_Places] = {(first, second)}
    if first.label != second.label and first.chars == second.chars and other.index - one.index <= NEAR:
        found.add((first.label, second.label))
    return found


def _sides(one: Node, other: Node) -> tuple[Node, Node]:
    """The outermost elements that hold one of two, and not the other; the same twice where one holds the other."""
    while one.depth > other.depth and one.parent is not None:
        one = one.parent
    while other.depth > one.depth and other.parent is not None:
        other = other.parent
    while one.parent is not other.parent and one.parent is not None and other.parent is not None:
        one, other = one.parent, other.parent
    return one, other


def _weight(block: Block) -> int:
    return block.node.parent.good if block.node.parent else 0
