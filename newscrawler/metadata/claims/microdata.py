"""Microdata and RDFa (schema.org) of a page's article: the few properties that metadata asks for, not what else is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawler.markup.page_regions import names_comments, names_others
from newscrawler.markup.visible_text import seen_text
from newscrawler.metadata.dates.elements import Place, own_paths_of, place_of

if TYPE_CHECKING:
    from collections.abc import Set

    from lxml.html import HtmlElement

    from newscrawler.markup.elements import Elements

MAX_VALUE = 500
MAX_STATED = 12
FREE = "isAccessibleForFree"
PROPERTIES = frozenset({"datePublished", "dateModified", "dateCreated", "headline", "author", "articleSection"})
_SAME = {"creator": "author"}
_PREFIX = re.compile(r"(?:schema:|https?://(?:www\.)?schema\.org[/#])(?=\w)")
# whose author, where one stands within another, is not the article's
_ANOTHERS = re.compile(
    r"(?:^|[/:#\s])(?:\w*Comment|UserComments|Review|Quotation|ImageObject|VideoObject|Answer|Question)$", re.IGNORECASE
)


def read_microdata(elements: Elements, around: Set[HtmlElement]) -> tuple[dict[str, str], tuple[str, ...]]:
    """(property -> its first value, all values of `isAccessibleForFree`).  `around`: the elements that hold the headline."""
    found: dict[str, str] = {}
    accessible: list[str] = []
    own_paths = own_paths_of(elements)
    for element in elements.items:
        for name in _properties(element):
            if name == FREE and len(accessible) < MAX_STATED:
                accessible.append(_value(element))
            elif (name := _SAME.get(name, name)) in PROPERTIES and name not in found:
                if name == "author" and _is_anothers(element, around):
                    continue
                if name.startswith("date") and place_of(element, around, own_paths) is Place.OTHER:
                    continue
                if value := _value(_named(element) if name == "author" else element):
                    found[name] = value
    return found, tuple(accessible)


def _named(author: HtmlElement) -> HtmlElement:
    return next(
        (each for each in author.iterdescendants() if each.tag.__class__ is str and "name" in _properties(each)), author
    )


def _properties(element: HtmlElement) -> list[str]:
    """The names of an element's properties, without schema.org's prefix.

    >>> from lxml import html
    >>> _properties(html.fromstring("<p property='dc:date schema:dateCreated'>"))
    ['dc:date', 'dateCreated']
    """
    return [_PREFIX.sub("", each) for name in ("itemprop", "property", "rel") for each in (element.get(name) or "").split()]


def _value(element: HtmlElement) -> str:
    stated = element.get("content") or element.get("datetime") or (element.get("href") if element.tag == "link" else None)
    return (stated or seen_text(element)).strip()[:MAX_VALUE]


def _is_anothers(author: HtmlElement, around: Set[HtmlElement]) -> bool:
    """Whether an author is a reader's, a reviewer's or a picture's, or another article's."""
    for above in author.iterancestors():
        if above in around:
            return False
        label = f"{above.get('class') or ''} {above.get('id') or ''}"
        if (
            _ANOTHERS.search(above.get("itemtype") or above.get("typeof") or "")
            or names_comments(label)
            or names_others(label)
        ):
            return True
        if above.tag == "aside":
            return True
    return False
