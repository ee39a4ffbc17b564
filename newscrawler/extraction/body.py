"""A second opinion on the main text: the only file that imports trafilatura.

Never `deduplicate=True`: that cache is global to the process, so a text would depend on the pages before it.
"""

from __future__ import annotations

import copy
import logging
import re
from typing import TYPE_CHECKING, Any

from newscrawler.markup.inline import as_read
from newscrawler.text import clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement


_JOINER = re.compile("[\u200c\u200d]")
_STAND_INS = {0x200C: "\u2e4e", 0x200D: "\u2e4f"}  # marks of medieval hands, which nobody prints
_JOINERS = {ord(mark): chr(joiner) for joiner, mark in _STAND_INS.items()}


def import_trafilatura() -> Any:
    """trafilatura, silent: half a second and 60 MB to import, which only the workers pay."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return trafilatura


def second_opinion(tree: HtmlElement, *, precise: bool = True) -> str:
    """The main text by trafilatura on the shared tree, one paragraph a line; empty where it finds none.

    Its own rules alone: a third of the cost of its default.  What stands behind them there finds no more on our pages, and
    jusText's lists of words keep 25 MB.
    """
    trafilatura = import_trafilatura()
    tree = as_read(tree)
    if joined := any(map(_JOINER.search, tree.itertext())):
        tree = _with_stand_ins(tree)
    document = trafilatura.bare_extraction(
        tree, include_comments=False, with_metadata=False, fast=True, favor_precision=precise
    )
    text = document.text or "" if isinstance(document, trafilatura.settings.Document) else ""
    return clean(text.translate(_JOINERS) if joined else text)


def _with_stand_ins(tree: HtmlElement) -> HtmlElement:
    """A copy of a tree with marks in place of the joiners that Persian and Hindi spell with: trafilatura drops them."""
    tree = copy.deepcopy(tree)
    for each in tree.iter():
        for part in ("text", "tail"):
            if (said := getattr(each, part)) and _JOINER.search(said):
                setattr(each, part, said.translate(_STAND_INS))
    return tree
