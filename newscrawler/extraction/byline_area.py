"""Lines around the headline: where pages write by whom and when.

Only the headline's own neighbourhood: a few lines above it, and those below it down to the article's first paragraphs.
Not what stands in a footer, an aside, the navigation, a box of other articles or of the day's date.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawler.extraction.cleaning import headline_at
from newscrawler.extraction.containers import HEADINGS
from newscrawler.extraction.page_regions import box_of, holders
from newscrawler.text import words

if TYPE_CHECKING:
    from newscrawler.extraction.blocks import Node, Page

ABOVE, BELOW = 4, 14  # blocks above and below the headline that are looked at
LONG = 250  # characters of a paragraph that ends the neighbourhood alone
PROSE = 80  # characters of a paragraph; one, of the lead, may stand above the credits
LINE, STATED = 140, 90  # characters of a line, and of one that may stand farther away
SMALL = 8  # blocks of a box below the headline that holds the credits
HEAD = 40  # characters of a paragraph that begins with place and day
_STATES_DATE = re.compile(
    r"\W*(?:published|posted|veröffentlicht|erschienen|erstellt|datum|date|publié|publicado|pubblicato|stand|opublikowano|"
    r"опубликовано|gepubliceerd|julkaistu|publicerad|publisert)\b",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"(?:[^\W\d]+[,.]?\s+){0,3}[(]?\d{1,2}[.\s]")  # "Berlin, 3. Mai 2026 - ..."


def lines_beside(page: Page, title: str | None) -> tuple[str, ...]:
    """Short lines around the headline, the nearest below it first; then lines that say that they state a date."""
    at = _headline(page, title)
    around = holders(page.blocks[at].node) if at is not None else set()
    found = []
    if at is not None:
        found = [*_below(page, at, around), *_above(page, at, around)]
    found += [
        block.text
        for block in page.blocks
        if block.chars <= STATED and _STATES_DATE.match(block.text) and not box_of(block.node, around)
    ][:3]
    return tuple(found)


def _headline(page: Page, title: str | None) -> int | None:
    at = headline_at(page, title)
    if at is not None:
        return at
    headings = [block for block in page.blocks if block.node.tag in ("h1", "h2")]
    said = words(title or "")  # of one word, which says too little of where the article is
    return next((block.index for block in headings if words(block.text) == said), headings[0].index if headings else None)


def _below(page: Page, at: int, around: set[Node]) -> list[str]:
    found, prose, said = [], 0, words(page.blocks[at].text)
    headed: set[Node] = set()
    for block in page.blocks[at + 1 : at + 1 + BELOW]:
        if prose > 1 or (block.node.tag == "h1" and words(block.text) != said):
            break
        if box := box_of(block.node, around):
            if block.node.tag in HEADINGS:
                headed.add(box)  # what has a heading of its own is about something else
            if box.tag in ("nav", "footer") or box in headed or box.good or box.blocks > SMALL:
                continue
        if block.chars <= LINE:
            found.append(block.text)
        elif _DATELINE.match(block.text):
            found.append(block.text[:HEAD])
        prose += block.good >= PROSE and block.node.tag not in ("figcaption", "li")
        if block.good > LONG:
            break
    return found


def _above(page: Page, at: int, around: set[Node]) -> list[str]:
    """Lines above the headline, the nearest first, that share an element with it which is not the whole page's."""
    found = []
    for block in reversed(page.blocks[max(0, at - ABOVE) : at]):
        shared: Node | None = block.node
        while shared is not None and shared not in around:
            shared = shared.parent
        if block.chars <= LINE and shared is not None and shared.parent is not None and not box_of(block.node, around):
            found.append(block.text)
    return found
