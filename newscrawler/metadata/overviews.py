"""Pages that lead elsewhere and tell nothing themselves: teasers, lists of links, calendars of events.

Known by what stands between the headings: an article has prose there, an overview a line or two about something that
is told on a page of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawler.markup.containers import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.markup.blocks import Block, Node, Page

LINKED = 0.7  # share of a block's characters that lead elsewhere
MIN_TEASERS = 5
MIN_PURE_TEASERS = 2  # where nothing else stands on the page
INTRODUCTION = 120  # characters about a section, above its teasers
MIN_LINKS = 12  # of a list of links
MAX_PROSE_CHARACTERS = 500  # characters of prose in a row that no overview has
BLURB = 300  # characters about one event
MAX_DAY = 60  # characters of a line that states a day
MIN_TITLE = 15  # characters of a link that is a headline, rather than a button
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d).*(?:19|20)\d\d|(?:19|20)\d\d.*(?<!\d)\d{1,2}(?!\d)")
_FRAME = frozenset({"nav", "header", "footer", "aside", "form"})


def _in_frame(node: Node | None) -> bool:
    while node is not None:
        if node.tag in _FRAME:
            return True
        node = node.parent
    return False


def _leads_elsewhere(block: Block) -> bool:
    return block.chars >= MIN_TITLE and block.links >= LINKED * len(block.text)  # as links are counted, Han too


def _sections(blocks: list[Block]) -> Iterator[tuple[Block, list[Block]]]:
    """Each heading below the first rank, with what stands behind it up to the next one."""
    head: Block | None = None
    below: list[Block] = []
    for block in blocks:
        if block.node.tag in HEADINGS and block.node.tag != "h1":
            if head is not None:
                yield head, below
            head, below = block, []
        else:
            below.append(block)
    if head is not None:
        yield head, below


def _has_teasers(blocks: list[Block]) -> bool:
    sections = list(_sections(blocks))
    teasers = [head for head, below in sections if _leads_elsewhere(head) and not _is_told(below)]
    return len(teasers) >= MIN_TEASERS and 2 * len(teasers) > len(sections)


def _is_told(below: list[Block]) -> bool:
    """Whether an item of a ranking is told here, in paragraphs: a teaser has one."""
    return sum(block.good > 0 for block in below) > 1 and sum(block.good for block in below) > BLURB / 2


def _has_only_teasers(blocks: list[Block]) -> bool:
    """Whether all prose is a line or two below a heading that leads elsewhere: a section that has two articles yet."""
    sections = list(_sections(blocks))
    teasers = [below for head, below in sections if _leads_elsewhere(head)]
    others = [block for head, below in sections if not _leads_elsewhere(head) for block in below]
    first = next((at for at, block in enumerate(blocks) if block.node.tag in HEADINGS - {"h1"}), 0)
    others += [block for block in blocks[:first] if block.node.tag != "h1"]
    return (
        len(teasers) >= MIN_PURE_TEASERS
        and sum(block.chars - block.links for block in others) <= INTRODUCTION
        and not any(block.good for block in others)
        and all(0 < sum(each.chars - each.links for each in below) <= BLURB for below in teasers)
    )


def _has_events(blocks: list[Block]) -> bool:
    """Whether most headings stand beside a day of their own, with next to nothing about each."""
    sections = list(_sections(blocks))
    if len(sections) < MIN_TEASERS or any(sum(each.good for each in below) > BLURB for _, below in sections):
        return False
    days = {block.text for block in blocks if block.chars < MAX_DAY and _DAY.search(block.text)}
    return len(days) >= MIN_TEASERS and 2 * len(days) > len(sections)


def _has_dated_links(blocks: list[Block]) -> bool:
    """Whether it is a list of links with a day beside each, and next to nothing else."""
    linked = [block for block in blocks if block.chars >= MIN_TITLE and 2 * block.links >= len(block.text)]
    days = [block for block in blocks if block.chars < MAX_DAY + block.links and _DAY.search(block.text)]
    told = sum(block.chars - block.links for block in blocks if block not in linked and block not in days)
    return min(len(linked), len(days)) >= MIN_TEASERS and len(days) >= len(linked) / 2 and told <= INTRODUCTION


def has_prose(page: Page) -> bool:
    """Whether a page tells more in a row, between headings and blocks with a headline's link, than an overview does."""
    blocks = [block for block in page.blocks if not _in_frame(block.node)]
    return _has_prose(blocks, {block.index for block in blocks if block.links >= MIN_TITLE})


def _has_prose(blocks: list[Block], links: set[int]) -> bool:
    run = longest = 0
    for block in blocks:
        run = 0 if block.index in links or block.node.tag in HEADINGS else run + block.good
        longest = max(longest, run)
    return longest > MAX_PROSE_CHARACTERS


def is_overview(page: Page) -> bool:
    """Whether a page consists of teasers, of links or of events."""
    blocks = [block for block in page.blocks if not _in_frame(block.node)]
    if _has_prose(blocks, {block.index for block in blocks if _leads_elsewhere(block)}):
        return False
    linked = [block for block in blocks if _leads_elsewhere(block)]
    plain = sum(len(block.text) - block.links for block in blocks)
    is_list = len(linked) >= MIN_LINKS and sum(block.links for block in linked) > 2 * plain
    return is_list or _has_dated_links(blocks) or _has_teasers(blocks) or _has_only_teasers(blocks) or _has_events(blocks)
