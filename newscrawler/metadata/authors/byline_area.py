"""Lines around the headline: where pages write by whom and when.

Only the headline's own neighbourhood: a few lines above it, and those below it down to the article's first paragraphs.
Not what stands in a footer, an aside, the navigation, a box of other articles or of the day's date.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from newscrawler.dates.written import Writing, day_of_line, find_days, may_name_day, plain_line, strange_words
from newscrawler.markup.containers import HEADINGS
from newscrawler.markup.page_regions import box_of, headline_at, holders, stands_in_post
from newscrawler.metadata.authors.biographies import biography_lines
from newscrawler.metadata.authors.bylines import label_of, says_by
from newscrawler.metadata.authors.credit_words import Kind
from newscrawler.metadata.authors.persons import is_job
from newscrawler.metadata.authors.signatures import dispatch_of
from newscrawler.metadata.authors.signed_ends import CARD, OF_ITS_OWN, in_card, last_paragraph, signed_lines
from newscrawler.metadata.dates.labels import Role, is_label, read_labels, role_of, tells_of_entry
from newscrawler.text import has_unspaced, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawler.markup.blocks import Block, Node, Page

ABOVE, BELOW = 4, 14  # blocks above and below the headline that are looked at
LONG = 250  # characters of a paragraph that ends the neighbourhood alone
PROSE = 80  # characters of a paragraph; one, of the lead, may stand above the credits
MAX_LINE_CHARACTERS, MAX_FAR_LINE_CHARACTERS = 140, 90  # characters of a line, and of one that may stand farther away
HEADLINE, LONG_HEADLINE = 4, 7  # words of a link that is another article's, in a heading or a card, and elsewhere
HEADED = 4  # blocks below a heading that may be what it heads
HAN_PROSE = 60  # of one in Han, kana or Hangul, whose letters count for more than one each
HAN_LINK = 24  # of a link of such letters that is a headline
LONE = 60  # characters of a line that names a day and little else
MAX_STATING_LINE, BEGINNING = 160, 40  # characters of a line that begins by saying so, and of its beginning
MAX_STATING = 4  # lines that say that they state a date
AMID, LEADS = 4, 2  # blocks behind a line that may go on with the text, and paragraphs that may stand above the credits
HAN = 12  # letters of scripts without spaces in a line that names a day and little else
SMALL = 8  # blocks of a box below the headline that holds the credits
MENU, LINKED = 2, 0.8  # links of a menu, and the share of its characters in them
DATELINE_CHARACTERS = 40  # characters of a paragraph that begins with place and day
_OPENING = re.compile(r"\(([^()]{0,24}\d[^()]{3,24})\)\s*[-–—:]?\s?\w.{40}")
_DATELINE = re.compile(r"(?:[^\W\d]+[,.]?\s+){0,3}[(]?\d{1,2}[.\s]")  # "Berlin, 3. Mai 2026 - ..."


def lines_beside(page: Page, title: str | None) -> tuple[str, ...]:
    """Short lines around the headline, the nearest below it first; then lines that say that they state a date."""
    at = _headline(page, title)
    around = holders(page.blocks[at].node) if at is not None else set()
    found, last = [], None
    if at is not None:
        last = last_paragraph(page, at)
        found = [*_below(page, at, around), *_above(page, at, around), *signed_lines(page, last, around)]
    found += biography_lines(page, last)
    named = [
        each
        for each in page.blocks
        if _is_short(each.text) and may_name_day(each.text) and not stands_in_post(each.node, around)
    ]
    boxes = {each.index: box_of(each.node, around) for each in named}
    dated = [each for each in named if boxes[each.index] is None]
    boxed = [each for each in named if boxes[each.index] is not None]
    margins = [each for each in boxed if each.node.tag == "dd" or _is_footer(boxes[each.index])]
    stating = (*_stating(page, dated, around), *_headed_published(page, named), *_in_margins(page, margins, around))
    found += itertools.islice(stating, MAX_STATING)
    dated = [each for each in dated if each.chars <= LONE]
    return (*found, *_lone_days(page, dated, around, set(found)))


def _lone_days(page: Page, dated: Sequence[Block], around: set[Node], known: set[str]) -> list[str]:
    """Lines that name a day and little else, wherever they stand; none where they name several: those are a list's."""
    lines = [
        block.text
        for block in dated
        if not block.links
        and day_of_line(block.text)
        and not says_more(block.text)
        and not _is_labelled_otherwise(page, block)
        and not _is_told(page, block)
        and not _is_headed(page, block, around)
        and not in_card(block, around)
    ]
    return [line for line in lines if line not in known] if len({day_of_line(line) for line in lines}) == 1 else []


def _is_labelled_otherwise(page: Page, block: Block) -> bool:
    """Whether the label before a day says that it is of a change or of something else, or a <dt> what we do not know."""
    before = page.blocks[block.index - 1] if block.index else block
    if block.node.tag == "dd" and before.node.tag == "dt":
        labelled = f"{before.text.rstrip(' :')}: {block.text}"
        return role_of(labelled) in (Role.CHANGED, Role.OTHER) or says_more(labelled)
    return is_label(before.text) and role_of(before.text) in (Role.CHANGED, Role.OTHER)


def says_more(line: str) -> bool:
    """Whether a line says of its day what it is of, in words that we do not know, or tells something: it dates nothing.

    >>> says_more("Letzter Seitenlauf: 3. Mai 2026"), says_more("Kelling, den 3. Mai 2026")
    (True, False)
    """
    if role_of(line) is not Role.UNSAID:
        return not _states_day(line)
    before, colon, _ = line.partition(":" if ":" in line else "\uff1a")
    if colon and not any(map(str.isdigit, before)):
        return label_of(before) is not Kind.AUTHOR and not _STATES_DATE.match(before)
    return (
        len(strange_words(line)) > 1
        or sum(not each.isascii() and each.isalpha() and each >= "\u2e80" for each in line) > HAN
    )


def _is_caption(block: Block) -> bool:
    """Whether a line stands below a picture, whose day is the picture's."""
    if any(each.tag in _PICTURED for each in holders(block.node)):
        return True
    return any(_CAPTION.search(each.label) for each in (block.node, block.node.parent) if each is not None)


def _is_told(page: Page, block: Block) -> bool:
    """Whether a line's day is of something told: in a caption, amid paragraphs, in a list behind one, of the rights."""
    if _is_caption(block) or "\u00a9" in block.text:
        return True
    at = block.index
    while at >= 0 and not _ITEMS.isdisjoint(each.tag for each in holders(page.blocks[at].node)):
        at -= 1
    if at < block.index:
        return at >= 0 and page.blocks[at].good >= PROSE
    return _is_amid_prose(page, block)


def _is_amid_prose(page: Page, block: Block) -> bool:
    """Whether paragraphs of one container stand before and right behind a line: a letter's day that the text quotes."""
    behind = page.blocks[block.index + 1 : block.index + 1 + AMID]
    homes = {each.node.parent for each in behind if each.good >= PROSE}
    before = sum(each.good >= PROSE and each.node.parent in homes for each in page.blocks[: block.index]) if homes else 0
    return before > LEADS


_ITEMS = frozenset({"li", "td", "dd", "dt"})
_PICTURED = frozenset({"figure", "figcaption"})
# "caption" alone is what design systems call small print
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:wp|image|img|photo|picture|media|figure|video|gallery|slide|foto|bild)[\s_-]*captions?|"
    r"(?:^|\s)caption(?:-text)?(?:$|\s)|bildunterschrift|pie-?de-?foto|didascalia"
)


def _is_headed(page: Page, block: Block, around: set[Node]) -> bool:
    """Whether another heading than the page's stands right above a line: it begins another article."""
    above = page.blocks[max(0, block.index - HEADED) : block.index]
    return any(each.node.tag in HEADINGS and each.node not in around and not is_label(each.text) for each in above)


def _is_teasers(page: Page, block: Block, around: set[Node], said: list[str]) -> bool:
    """Whether a line's day is of another article that is named amid this one's text: a linked headline is in its box.

    `said`: the words of this one's headline, which may lead to itself.
    """
    is_long = len(strange_words(block.text)) >= HEADLINE or (has_unspaced(block.text) and block.links >= HAN_LINK)
    if 2 * block.links > block.chars and is_long:
        return True
    step = None if says_by(block.text) or role_of(block.text) is not Role.UNSAID else block.node.parent
    near = page.blocks[max(0, block.index - HEADED) : block.index + HEADED]
    while step is not None and step not in around and step.chars <= CARD:
        least = HEADLINE if step.tag in OF_ITS_OWN else LONG_HEADLINE
        held = [each for each in near if step in holders(each.node)]
        if any(_is_linked_headline(each, said, HEADLINE if each.node.tag in HEADINGS else least) for each in held):
            return True
        step = step.parent
    return False


def _is_linked_headline(block: Block, said: list[str], least: int) -> bool:
    """Whether a block is a link of so many words that are not those of this article's headline, and no day."""
    if 2 * block.links <= block.chars or may_name_day(block.text) or is_job(block.text):
        return False
    found = words(block.text)
    return found != said and (len(found) >= least or (has_unspaced(block.text) and block.links >= HAN_LINK))


def _headed_published(page: Page, named: Sequence[Block]) -> Iterator[str]:
    """Days below a heading that says "Published", in a sidebar too, and lead nowhere."""
    for block in named:
        if 2 * block.links > block.chars:
            continue
        before = page.blocks[block.index - 1] if block.index else block
        if before.node.tag in HEADINGS and is_label(before.text) and role_of(before.text) is Role.PUBLISHED:
            yield f"{before.text} {block.text}"


def _stating(page: Page, dated: Sequence[Block], around: set[Node]) -> Iterator[str]:
    """Lines anywhere that say of a day that the page was published or changed on it.

    Where several days of publication are stated, those in cards and those that lead elsewhere are other articles'.
    """
    found = [(block, line) for block in dated if _states_day(line := _with_label(page, block)[:MAX_STATING_LINE])]
    days = {day_of_line(line) for _, line in found if role_of(line) is Role.PUBLISHED}
    if len(days) > 1:
        own = [each for each in found if not _is_others(page, each[0], around)]
        found = own
    yield from (line for _, line in found)


def _is_others(page: Page, block: Block, around: set[Node]) -> bool:
    return 2 * block.links > block.chars or in_card(block, around) or _is_headed(page, block, around)


def _is_short(line: str) -> bool:
    return len(line) <= MAX_STATING_LINE or tells_of_entry(line)


def _states_day(line: str) -> bool:
    """Whether a line says that it states a date, of publication or of a change."""
    if _STATES_DATE.match(line):
        return len(line) <= MAX_FAR_LINE_CHARACTERS
    if role_of(line) not in _TELLING or (
        len(line) > MAX_FAR_LINE_CHARACTERS and not tells_of_entry(line) and role_of(line[:BEGINNING]) not in _TELLING
    ):
        return False
    told = _roles_told(line)
    return not told or not told.isdisjoint(_TELLING)


def _roles_told(line: str) -> set[Role]:
    """What a line says of its days; nothing where their language has to be known to read them."""
    return {each.role for each in read_labels(line, Writing())}


_TELLING = (Role.PUBLISHED, Role.CHANGED)


def _in_margins(page: Page, margins: Sequence[Block], around: set[Node]) -> list[str]:
    """Days that a footer calls published, or a list of the page's properties beside it; none where they state several."""
    lines = []
    for block in margins:
        line = _with_label(page, block)
        is_property = block.node.tag == "dd" and page.blocks[block.index - 1].node.tag == "dt" and line != block.text
        if is_property or (Role.PUBLISHED in _roles_told(line) and not in_card(block, around)):
            lines.append(_up_to_day(line))
    return lines if len({day_of_line(line) for line in lines}) == 1 else []


def _is_footer(box: Node | None) -> bool:
    return box is not None and (box.tag == "footer" or _FOOTER.search(box.label) is not None)


_FOOTER = re.compile(r"(?:^|[\s_-])footer(?:$|[\s_-])")


def _up_to_day(line: str) -> str:
    """A line up to its last day: behind that, footers have categories."""
    days = find_days(plain_line(line))
    return line[: days[-1].end] if days and plain_line(line) == line else line


_DATE = (
    r"(?:datum|date|fecha|data|dato|tarih|tarihi|дата|päivämäärä|dátum|ημερομηνία|tanggal|ngày|التاريخ|תאריך|日期|日時|날짜)"
)
_STATES_DATE = re.compile(rf"\W*{_DATE}\b", re.IGNORECASE)
_IS_DATE = re.compile(rf"{_DATE}\s*[:\uff1a]?", re.IGNORECASE)


def _with_label(page: Page, block: Block) -> str:
    """A line, with the label that stands alone in the one before it: "Published:", a <dt>; else in the one behind it."""
    if not may_name_day(block.text):
        return block.text
    before = page.blocks[block.index - 1].text if block.index else ""
    is_property = block.node.tag == "dd" and page.blocks[block.index - 1].node.tag == "dt" and len(before) <= LONE
    if is_label(before) or (is_property and (_IS_DATE.fullmatch(before) or role_of(before) is not Role.UNSAID)):
        return f"{before} {block.text}"
    behind = [each.text for each in page.blocks[block.index + 1 : block.index + 3]]
    # what stands before the next day is that one's
    if block.chars <= LONE and len(behind) > 1 and _is_bare_label(behind[0]) and not may_name_day(behind[1]):
        return block.text if says_more(block.text) else f"{behind[0]}: {block.text}"
    return block.text


def _is_bare_label(line: str) -> bool:
    return is_label(line) and role_of(line) is Role.PUBLISHED and not line.rstrip().endswith((":", "\uff1a"))


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
        if block.chars <= MAX_LINE_CHARACTERS and words(block.text) == said:
            continue
        if prose > 1 or block.node.tag == "h1":
            break
        if may_name_day(block.text) and (_is_caption(block) or stands_in_post(block.node, around)):
            continue  # who took a picture when, who posted elsewhere
        if may_name_day(block.text) and _is_teasers(page, block, around, said):
            continue
        if box := box_of(block.node, around):
            if block.node.tag in HEADINGS:
                headed.add(box)  # what has a heading of its own is about something else
            if box.tag in ("nav", "footer") or box in headed or box.good or box.blocks > SMALL:
                continue
        if opening := _OPENING.match(block.text):  # "(3 May 2026) The harbour"
            found.append(opening[1])
        elif day := day_of_release(block.text):
            found.append(day)
        elif dispatch := dispatch_of(block.text):
            found.append(dispatch[0])
        elif block.chars <= MAX_LINE_CHARACTERS:
            found.append(_with_label(page, block))
        elif _DATELINE.match(block.text):
            found.append(block.text[:DATELINE_CHARACTERS])
        prose += _is_prose(block) and block.node.tag != "li" and not _in_figcaption(block)
        if block.good > LONG:
            break
    return found


def day_of_release(text: str) -> str | None:
    """The day in the dateline that a release begins with, behind its place and before a mark; None where there is none.

    >>> day_of_release("WASHINGTON (Nov. 28, 2026) - The navy"), day_of_release("NORDBY, May 3, 2026 /PRNewswire/ -- A yard")
    ('Nov. 28, 2026', 'May 3, 2026')
    >>> day_of_release("On May 3, 2026 the navy"), day_of_release("The yard said on May 3, 2026 - a Friday - that")
    (None, None)
    """
    found = _RELEASE.search(text[:DATELINE]) if ", " in text[:DATELINE] else None
    if found is None or not found.start() or any(each[0].islower() for each in text[: found.start()].split()):
        return None
    return found[1]


DATELINE = 100  # characters of a dateline
_RELEASE = re.compile(
    r"\b((?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s\d{1,2},\s20\d\d)\s?(?:\]|[)]?\s?(?:/|[-–—]|\(|:))"
)


def _is_prose(block: Block) -> bool:
    return block.good >= PROSE or (block.good >= HAN_PROSE and block.text.endswith(("\u3002", "\ub2e4.")))


def _in_figcaption(block: Block) -> bool:
    return any(each.tag == "figcaption" for each in holders(block.node))


def _above(page: Page, at: int, around: set[Node]) -> list[str]:
    """Lines above the headline, the nearest first, that share an element with it which is not the whole page's."""
    found = []
    for block in reversed(page.blocks[max(0, at - ABOVE) : at]):
        shared: Node | None = block.node
        while shared is not None and shared not in around:
            shared = shared.parent
        if (
            block.chars <= MAX_LINE_CHARACTERS
            and not (block.anchors > MENU and block.links >= LINKED * block.chars)
            and shared is not None
            and shared.parent is not None
            and not box_of(block.node, around)
        ):
            found.append(_with_label(page, block))
    return found
