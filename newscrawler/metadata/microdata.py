"""Microdata (schema.org) of a page's article: the few properties that metadata asks for, not those of what else is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from newscrawler.markup.page_regions import names_others
from newscrawler.markup.visible_text import seen_text
from newscrawler.metadata.dated_elements import Place, own_paths_of, place_of
from newscrawler.metadata.paywall import FREE

if TYPE_CHECKING:
    from collections.abc import Set

    from lxml.html import HtmlElement

MAX_VALUE = 500
MAX_STATED = 12
PROPERTIES = frozenset({"datePublished", "dateModified", "dateCreated", "headline", "author", "articleSection"})
_ITEMS = etree.XPath("//*[@itemprop]")
# whose author, where one stands within another, is not the article's
_ANOTHERS = re.compile(
    r"schema\.org/(?:\w*Comment|UserComments|Review|Quotation|ImageObject|VideoObject|Answer|Question)$", re.IGNORECASE
)
_COMMENT = re.compile(r"\bcomments?\b|\bcomment-|kommentare?\b|disqus|respond", re.IGNORECASE)


def read_microdata(tree: HtmlElement, around: Set[HtmlElement]) -> tuple[dict[str, str], tuple[str, ...]]:
    """(property -> its first value, all values of `isAccessibleForFree`).  `around`: the elements that hold the headline."""
    found: dict[str, str] = {}
    accessible: list[str] = []
    own_paths = own_paths_of(tree)
    elements: list[HtmlElement] = _ITEMS(tree)  # type: ignore[assignment] # the path selects elements
    for element in elements:
        for name in (element.get("itemprop") or "").split():
            if name == FREE and len(accessible) < MAX_STATED:
                accessible.append(_value(element))
            elif name in PROPERTIES and name not in found:
                if name == "author" and _is_anothers(element, around):
                    continue
                if name.startswith("date") and place_of(element, around, own_paths) is Place.OTHER:
                    continue
                if value := _value(_named(element) if name == "author" else element):
                    found[name] = value
    return found, tuple(accessible)


def _named(author: HtmlElement) -> HtmlElement:
    named = author.find(".//*[@itemprop='name']")
    return author if named is None else named


def _value(element: HtmlElement) -> str:
    stated = element.get("content") or element.get("datetime") or (element.get("href") if element.tag == "link" else None)
    return (stated or seen_text(element)).strip()[:MAX_VALUE]


def _is_anothers(author: HtmlElement, around: Set[HtmlElement]) -> bool:
    """Whether an author is a reader's, a reviewer's or a picture's, or another article's."""
    for above in author.iterancestors():
        if above in around:
            return False
        label = f"{above.get('class') or ''} {above.get('id') or ''}"
        if _ANOTHERS.search(above.get("itemtype") or "") or _COMMENT.search(label) or names_others(label):
            return True
        if above.tag == "aside":
            return True
    return False
