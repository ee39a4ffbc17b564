"""Questions and answers that a page states as its own (schema.org's FAQPage): they are the article's where they stand on it.

Guides end with them, folded up, in containers of their own; in JSON-LD their texts are stated, in microdata their elements.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING

from newscrawler.markup.blocks import first_words
from newscrawler.text import words

if TYPE_CHECKING:
    from newscrawler.markup.blocks import Node, Page

STATED = 0.7  # of the pairs of a block's words that are those of a question or answer
MAX_CHARACTERS = 200_000  # of all that is stated
_MARKUP = re.compile(r"<[a-z!/][^>]{0,500}>", re.IGNORECASE)
_ANSWER, _QUESTION = "acceptedanswer", "mainentity"  # itemprop, as labels of nodes have it


def stated_answers(page: Page, said: tuple[str, ...], *, is_faq: bool) -> set[int]:
    """Indexes of the blocks that hold them.  `said`: the texts that JSON-LD states; `is_faq`: the page says what it is."""
    if not is_faq:
        return set()
    found = _in_microdata(page)
    pairs = {pair for text in said for pair in pairwise(words(unescape(_MARKUP.sub(" ", text[:MAX_CHARACTERS]))))}
    if pairs:
        found |= {block.index for block in page.blocks if _is_said(first_words(block), pairs)}
    return found


def _is_said(tokens: list[str], pairs: set[tuple[str, str]]) -> bool:
    here = list(pairwise(tokens))
    return len(here) > 1 and sum(map(pairs.__contains__, here)) >= STATED * len(here)


def _in_microdata(page: Page) -> set[int]:
    """Blocks of the questions that are the page's main entity and have an accepted answer."""
    answers = [node for node in page.nodes if _ANSWER in node.label]
    questions = {question for node in answers if (question := _question_of(node)) is not None}
    return {block.index for block in page.blocks if _question_of(block.node) in questions} if questions else set()


def _question_of(node: Node) -> Node | None:
    step: Node | None = node
    while step is not None and _QUESTION not in step.label.split():
        step = step.parent
    return step
