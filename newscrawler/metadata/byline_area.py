"""Lines around the headline: where pages write by whom and when.

Only the headline's own neighbourhood: a few lines above it, and those below it down to the article's first paragraphs.
Not what stands in a footer, an aside, the navigation, a box of other articles or of the day's date.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from newscrawler.dates.written import day_of_line, may_name_day
from newscrawler.markup.containers import HEADINGS
from newscrawler.markup.page_regions import box_of, headline_at, holders
from newscrawler.metadata.date_labels import Role, is_label, role_of
from newscrawler.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawler.markup.blocks import Block, Node, Page

ABOVE, BELOW = 4, 14  # blocks above and below the headline that are looked at
LONG = 250  # characters of a paragraph that ends the neighbourhood alone
PROSE = 80  # characters of a paragraph; one, of the lead, may stand above the credits
MAX_LINE_CHARACTERS, MAX_FAR_LINE_CHARACTERS = 140, 90  # characters of a line, and of one that may stand farther away
HEADED = 4  # blocks below a heading that may be what it heads
CARD, LINKED = 300, 12  # characters of a box that may be a card, and of the links in it
LONE = 60  # characters of a line that names a day and little else
MAX_STATING = 4  # lines that say that they state a date
SMALL = 8  # blocks of a box below the headline that holds the credits
DATELINE_CHARACTERS = 40  # characters of a paragraph that begins with place and day
_DATELINE = re.compile(r"(?:[^\W\d]+[,.]?\s+){0,3}[(]?\d{1,2}[.\s]")  # "Berlin, 3. Mai 2026 - ..."


def lines_beside(page: Page, title: str | None) -> tuple[str, ...]:
    """Short lines around the headline, the nearest below it first; then lines that say that they state a date."""
    at = _headline(page, title)
    around = holders(page.blocks[at].node) if at is not None else set()
    found = []
    if at is not None:
        found = [*_below(page, at, around), *_above(page, at, around)]
    named = [each for each in page.blocks if each.chars <= MAX_FAR_LINE_CHARACTERS and may_name_day(each.text)]
    dated = [each for each in named if not box_of(each.node, around)]
    found += itertools.islice((*_stating(page, dated), *_headed_published(page, named)), MAX_STATING)
    return (*found, *_lone_days(page, dated, around, set(found)))


def _lone_days(page: Page, dated: Sequence[Block], around: set[Node], known: set[str]) -> list[str]:
    """Lines that name a day and little else, wherever they stand; none where they name several: those are a list's."""
    lines = [
        block.text
        for block in dated
        if block.chars <= LONE
        and not block.links
        and day_of_line(block.text)
        and not _is_told(page, block)
        and not _is_headed(page, block, around)
        and not _in_card(block, around)
    ]
    return [line for line in lines if line not in known] if len({day_of_line(line) for line in lines}) == 1 else []


def _is_caption(block: Block) -> bool:
    """Whether a line stands below a picture, whose day is the picture's."""
    return any(each.tag in ("figure", "figcaption") for each in holders(block.node))


def _is_told(page: Page, block: Block) -> bool:
    """Whether a line's day is of something told: in a caption, in a list or table behind a paragraph, of the rights."""
    if _is_caption(block) or "\u00a9" in block.text:
        return True
    at = block.index
    while at >= 0 and not _ITEMS.isdisjoint(each.tag for each in holders(page.blocks[at].node)):
        at -= 1
    return 0 <= at < block.index and page.blocks[at].good >= PROSE


_ITEMS = frozenset({"li", "td", "dd", "dt"})


def _is_headed(page: Page, block: Block, around: set[Node]) -> bool:
    """Whether another heading than the page's stands right above a line: it begins another article."""
    above = page.blocks[max(0, block.index - HEADED) : block.index]
    return any(each.node.tag in HEADINGS and each.node not in around and not is_label(each.text) for each in above)


def _in_card(block: Block, around: set[Node]) -> bool:
    """Whether a line shares a small box with a link: another article's card."""
    step: Node | None = block.node.parent
    while step is not None and step not in around and step.chars <= CARD:
        if step.links >= LINKED:
            return True
        step = step.parent
    return False


def _headed_published(page: Page, named: Sequence[Block]) -> Iterator[str]:
    """Days below a heading that says "Published", in a sidebar too."""
    for block in named:
        before = page.blocks[block.index - 1] if block.index else block
        if before.node.tag in HEADINGS and is_label(before.text) and role_of(before.text) is Role.PUBLISHED:
            yield f"{before.text} {block.text}"


def _stating(page: Page, dated: Sequence[Block]) -> Iterator[str]:
    """Lines anywhere that say of a day that the page was published or changed on it."""
    for block in dated:
        line = _with_label(page, block)
        if role_of(line) is not Role.UNSAID or _STATES_DATE.match(line):
            yield line


_STATES_DATE = re.compile(r"\W*(?:datum|date|stand|fecha|data|tarih|дата|日期|日時)\b", re.IGNORECASE)


def _with_label(page: Page, block: Block) -> str:
    """A line, with the label that stands alone in the one before it: "Published:", a <dt>."""
    before = page.blocks[block.index - 1].text if block.index else ""
    if may_name_day(block.text) and is_label(before):
        return f"{before} {block.text}"
    return block.text


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
        if block.chars <= MAX_LINE_CHARACTERS:
            found.append(_with_label(page, block))
        elif _DATELINE.match(block.text):
            found.append(block.text[:DATELINE_CHARACTERS])
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
        if (
            block.chars <= MAX_LINE_CHARACTERS
            and shared is not None
            and shared.parent is not None
            and not box_of(block.node, around)
        ):
            found.append(_with_label(page, block))
    return found
