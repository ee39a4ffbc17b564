"""A second opinion on the main text: the only file that imports trafilatura.

Never `deduplicate=True`: that cache is global to the process, so a text would depend on the pages before it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from newscrawler.text import clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def second_opinion(tree: HtmlElement, *, fast: bool = True) -> str:
    """The main text by trafilatura on the shared tree, one paragraph a line; empty where it finds none.

    `fast` runs its own rules alone, the precise ones: a third of the cost of its default.  Otherwise
    readability and jusText stand behind them.
    """
    import trafilatura  # half a second and 60 MB to import: only the workers pay

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    document = trafilatura.bare_extraction(
        tree, include_comments=False, with_metadata=False, fast=fast, favor_precision=fast
    )
    return clean(document.text or "") if isinstance(document, trafilatura.settings.Document) else ""
