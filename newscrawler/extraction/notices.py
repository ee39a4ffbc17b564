"""Correction notices and editors' notes of an article: part of it, though they stand in a box or footer of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.markup.page_regions import box_of, holders
from newscrawler.text import has_unspaced
from newscrawler.text.corrections import correction

if TYPE_CHECKING:
    from newscrawler.markup.blocks import Block, Page

BEFORE, BEHIND = 6, 10  # blocks of a page before and behind the text, among which they stand
LEAST, LONGEST = 40, 1_500  # characters of one


def is_notice(block: Block) -> bool:
    """Whether a block tells what was corrected or noted of an article; one with links asks readers to tell of faults."""
    size = block.chars * (2 if has_unspaced(block.text) else 1)
    return LEAST <= size <= LONGEST and not block.anchors and "@" not in block.text and correction(block.text) is not None


def own_notices(page: Page, chosen: list[int], headline: int | None) -> set[int]:
    """Blocks between the headline and the text, or behind the text, that are notices of it."""
    if not chosen or headline is None:
        return set()
    around = holders(page.blocks[headline].node) | holders(page.blocks[chosen[-1]].node)
    before = page.blocks[max(headline + 1, chosen[0] - BEFORE) : chosen[0]]
    behind = []
    for block in page.blocks[chosen[-1] + 1 : chosen[-1] + 1 + BEHIND]:
        if block.node.tag in ("h1", "h2"):
            break  # what follows has a heading of its own
        behind.append(block)
    return {block.index for block in (*before, *behind) if is_notice(block) and box_of(block.node, around) is None}
