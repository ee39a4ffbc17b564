"""A second opinion on the main text: the only file that imports trafilatura.

Never `deduplicate=True`: that cache is global to the process, so a text would depend on the pages before it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from newscrawler.text import clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def second_opinion(tree: HtmlElement, *, precise: bool = True) -> str:
    """The main text by trafilatura on the shared tree, one paragraph a line; empty where it finds none.

    Its own rules alone: a third of the cost of its default.  What stands behind them there finds no more on our pages, and
    jusText's lists of words keep 25 MB.
    """
    import trafilatura  # half a second and 60 MB to import: only the workers pay

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    document = trafilatura.bare_extraction(
        tree, include_comments=False, with_metadata=False, fast=True, favor_precision=precise
    )
    return clean(document.text or "") if isinstance(document, trafilatura.settings.Document) else ""
