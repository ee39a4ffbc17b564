"""Captions, kept apart from the text: what stands under a picture, and its second rendering in the text."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from newscrawler.extraction.features import kind_of
from newscrawler.markup.blocks import BEGINNING, HEADINGS, first_words
from newscrawler.markup.page_regions import box_of, holders

if TYPE_CHECKING:
    from collections.abc import Set

    from newscrawler.markup.blocks import Block, Node, Page

MAX_CAPTIONS = 60
LONGEST = BEGINNING  # characters; a longer one is a paragraph in a figure
MIN_WORDS, BRIEF = 5, 150  # words at least, characters at most, of what may be the beginning of an alt text
PICTURES, TOLD, TIMES = 5, 100, 2  # captions of a gallery; characters of each; how much more they say than the rest
PARAGRAPHS = 3  # so many that pictures say too are the article's
_NAMING = HEADINGS | {"td", "th", "dt"}
_WHOLE = frozenset({"body", "article", "main", "section"})
_CAPTION = r"caption|legende|bildunterschrift|pie-?(?:de-?)?foto|didascalia|podpis"
_LABEL = re.compile(_CAPTION)
_PICTURES = re.compile(rf"{_CAPTION}|image|img|photo|pict|bild|foto|media|gallery|slide|thumb|video")


def _called(node: Node, tag: str, label: re.Pattern[str]) -> Node | None:
    """The element, or one of the two above it, that has this tag or is called so; no whole article."""
    step: Node | None = node
    for _ in range(3):
        if step is None or step.tag == tag or (step.tag not in _WHOLE and label.search(step.label)):
            return step
        step = step.parent
    return None


def _is_caption(block: Block) -> bool:
    """Whether a block stands in a figcaption, or in what is called a caption and is no article of that name."""
    found = _called(block.node, "figcaption", _LABEL)
    return found is not None and found.chars < 2 * LONGEST


def _may_be_caption(block: Block) -> bool:
    """Whether a block may be a caption said again: an item's heading and a cell are often their picture's alt text too."""
    return block.chars <= LONGEST and block.node.tag not in _NAMING


def _says_again(block: Block, said: set[str]) -> bool:
    """Whether a block is one of those, or how one begins: alt texts often go on with the photographer's name."""
    mine = " ".join(first_words(block))
    if mine in said:
        return True
    if len(mine) > BRIEF or mine.count(" ") < MIN_WORDS - 1:
        return False
    beginning = f"{mine} "
    return any(each.startswith(beginning) for each in said)


def _opening_paragraph(page: Page, chosen: list[int]) -> int | None:
    """The first paragraph, in whichever wrapper: a caption may repeat the words of a lead.

    One in a box that is a picture's, or is called so, is that picture's caption a second time, unless others stand with it.
    """
    first = next((each for each in chosen if page.blocks[each].good), None)
    if first is None or page.blocks[first].node.tag != "p":
        return None
    home = page.blocks[first].node.parent
    alike = sum(page.blocks[each].good > 0 and page.blocks[each].node.parent is home for each in chosen)
    return first if alike > 2 or _called(page.blocks[first].node, "figure", _PICTURES) is None else None


def gallery(page: Page, chosen: list[int], headline: int | None) -> set[int]:
    """Blocks of the captions where these are the article: many that are long, alike, and say more than all else does."""
    if headline is None:
        return set()
    alike: defaultdict[tuple[str, str, int], list[Block]] = defaultdict(list)
    around = holders(page.blocks[headline].node)
    for block in page.blocks[headline + 1 :]:
        if block.good and not block.anchors and _is_caption(block) and box_of(block.node, around) is None:
            alike[block.node.tag, kind_of(block.node.label), block.node.depth].append(block)
    found = max(alike.values(), key=len, default=[])
    told = sum(block.chars for block in found)
    if len(found) < PICTURES or told < TOLD * len(found):
        return set()
    captions = {block.index for block in found}
    besides = sum(page.blocks[index].chars for index in chosen if index not in captions)
    return captions if told >= TIMES * besides else set()


def read_captions(page: Page, chosen: list[int], pictured: Set[int]) -> tuple[tuple[str, ...], set[int]]:
    """The captions among and near the chosen blocks, and which chosen blocks are captions.  `pictured`: a gallery's text.

    A chosen block that says what a caption or a picture's alt text says is that caption a second time.
    """
    if not chosen:
        return (), set()
    first, last = chosen[0] - 12, chosen[-1] + 3
    captions = [
        block.index
        for block in page.blocks
        if first <= block.index <= last and block.chars <= LONGEST and block.index not in pictured and _is_caption(block)
    ]
    said = {" ".join(first_words(page.blocks[index])) for index in captions} | page.alts
    own = set(captions)
    again = {index for index in chosen if _may_be_caption(page.blocks[index]) and _says_again(page.blocks[index], said)}
    again -= pictured
    if sum(page.blocks[index].good > 0 for index in again - own) >= PARAGRAPHS:  # put into the alt texts of its pictures
        again &= own
    again.discard(_opening_paragraph(page, [each for each in chosen if each not in own]))
    if sum(page.blocks[index].chars for index in chosen if index not in own | again) < 200:
        return (), set()
    texts = dict.fromkeys(page.blocks[index].text for index in sorted(own | again) if page.blocks[index].chars > 3)
    return tuple(texts)[:MAX_CAPTIONS], (own | again) & set(chosen)
