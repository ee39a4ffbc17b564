"""A tree in, the main text out: the only file that imports trafilatura.

Never `deduplicate=True`: that cache is global to the process, so a text would depend on the pages before it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawler.text import clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement

ENOUGH = 250  # characters below which a fast answer is asked again with the fallbacks
WHOLE_BODY = 400  # characters from which a JSON-LD body is worth having where the page itself has none


@dataclass(frozen=True, slots=True)
class Body:
    text: str
    extractor: str  # which candidate it is


def _trafilatura(tree: HtmlElement, **options: Any) -> str:
    import trafilatura  # half a second and 60 MB to import: only the workers pay

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    document = trafilatura.bare_extraction(tree, include_comments=False, with_metadata=False, **options)
    return clean(document.text or "") if isinstance(document, trafilatura.settings.Document) else ""


def _stated(jsonld: dict[str, Any]) -> str:
    text = jsonld.get("articleBody")
    return clean(text) if isinstance(text, str) and len(text) >= WHOLE_BODY and "<" not in text else ""


def main_text(tree: HtmlElement, jsonld: dict[str, Any]) -> Body | None:
    """The main text, one paragraph a line; None where the page has none.

    1. trafilatura's own rules on the shared tree, precise and `fast` (no second extractor): cheapest, and best on news
    2. where that finds little, trafilatura with readability and jusText behind it
    3. where the page has next to nothing without scripts, the body that its JSON-LD states
    """
    text = _trafilatura(tree, fast=True, favor_precision=True)
    if len(text) >= ENOUGH:
        return Body(text, "trafilatura-fast")
    fuller = _trafilatura(tree)
    stated = _stated(jsonld)
    best = max((stated, "json-ld"), (fuller, "trafilatura"), (text, "trafilatura-fast"), key=lambda each: len(each[0]))
    return Body(*best) if best[0] else None
