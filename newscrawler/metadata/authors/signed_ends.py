"""Lines at the end of an article that sign it: behind its last paragraph, in its container or a small box beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawler.markup.page_regions import box_of
from newscrawler.metadata.authors.bylines import label_of, says_by
from newscrawler.metadata.authors.credit_words import Kind
from newscrawler.metadata.authors.jobs import has_job_behind
from newscrawler.metadata.authors.signatures import signature_of

if TYPE_CHECKING:
    from newscrawler.markup.blocks import Block, Node, Page

PROSE = 80  # characters of a paragraph
LONE, FAR = 60, 90  # characters of a line that signs, and of one that says so with a colon
SIGN_DEPTH = 3  # elements between a signature in a box of its own and what holds the text
SIGNED, LABELLED_BEHIND = 2, 8  # blocks behind the last paragraph that may be signatures, and those with a label and a colon
LABEL = 20  # characters of a label that is alone in a block
CARD, LINKED = 300, 12  # characters of a box that may be a card, and of the links in it


def last_paragraph(page: Page, at: int) -> Block | None:
    """The last paragraph of the container that holds most of the text below the headline."""
    prose = [block for block in page.blocks[at + 1 :] if block.good >= PROSE and block.node.parent is not None]
    if not prose:
        return None
    home = max((block.node.parent for block in prose), key=lambda each: each.good if each else 0)
    return next(block for block in reversed(prose) if block.node.parent is home)


def signed_lines(page: Page, last: Block | None, around: set[Node]) -> list[str]:
    """Lines behind the article's last paragraph that sign it: "Text: Ana Lind", "By" and a name."""
    if last is None:
        return []
    home = last.node.parent
    found = []
    for block in page.blocks[last.index + 1 : last.index + 1 + LABELLED_BEHIND]:
        if block.node.tag in ("h1", "h2", "h3"):
            break  # another article
        line = _with_label_of_author(page, block)
        is_near = block.index <= last.index + SIGNED and block.chars <= LONE and _signs(line)
        if (
            (is_near or (len(line) <= FAR and _STATED.match(line) and says_by(line)))
            and not block.node.tag.startswith("h")
            and (block.node.parent is home or _is_beside(block, home, around))
        ):
            found.append(line)
    return found


_STATED = re.compile(r"[^\W\d_]{2,20}:\s\w")  # "Text: Ana Lind", of which a line may stand farther away


def _with_label_of_author(page: Page, block: Block) -> str:
    before = page.blocks[block.index - 1].text
    return f"{before} {block.text}" if len(before) <= LABEL and label_of(before) is Kind.AUTHOR else block.text


def _is_beside(block: Block, home: Node | None, around: set[Node]) -> bool:
    """Whether a line stands in a small box of its own beside the text, which is no other article's."""
    if home is None or home.parent is None or in_card(block, around) or box_of(block.node, around):
        return False
    step = block.node.parent
    for _ in range(SIGN_DEPTH):
        if step is None or step is home or step is home.parent:
            break
        if step.tag in OF_ITS_OWN or step.blocks > SIGNED:
            return False
        step = step.parent
    return step is home or step is home.parent


OF_ITS_OWN = frozenset({"article", "li"})


def _signs(line: str) -> bool:
    """Whether a line signs an article: by what it begins with, or by a job behind a name, as Korean papers do."""
    return says_by(line) or signature_of(line) is not None or (not line.isascii() and has_job_behind(_ADDRESS.sub("", line)))


_ADDRESS = re.compile(r"\s*[(\[]?[\w.+-]+@[\w.-]+[)\]]?$")


def in_card(block: Block, around: set[Node]) -> bool:
    """Whether a line shares a small box with a link: another article's card."""
    step: Node | None = block.node.parent
    while step is not None and step not in around and step.chars <= CARD:
        if step.links >= LINKED:
            return True
        step = step.parent
    return False
