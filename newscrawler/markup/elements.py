"""A page's elements by their tags and by what they are called, from one walk over its tree for all who ask."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

_STATING = frozenset({"itemprop", "itemtype", "property", "rel"})  # attributes of microdata and RDFa
# attributes by which sites' own tests and scripts know elements whose classes are made up of letters
TEST_NAMES = ("data-testid", "data-test-id", "data-test", "data-qa", "data-component", "data-cy")
_TELLING = _STATING | frozenset(TEST_NAMES)
_IN_BODIES = etree.XPath("descendant-or-self::body/descendant::*")


@dataclass(frozen=True, slots=True)
class Elements:
    """All elements of a tree, each list in the order of the page.  While they live, lxml makes none of them anew.

    Nothing here follows what is done to the tree later.
    """

    tree: HtmlElement
    every: Sequence[HtmlElement]
    tags: dict[str, list[HtmlElement]]
    classed: list[tuple[HtmlElement, str]] = field(default_factory=list)  # within the body, with what they are called
    items: list[HtmlElement] = field(default_factory=list)  # that state microdata or, <meta> aside, RDFa
    types: list[str] = field(default_factory=list)  # what is stated by itemtype
    related: list[HtmlElement] = field(default_factory=list)  # that have a rel
    tested: list[HtmlElement] = field(default_factory=list)  # within the body, that tests know by a name
    outside: set[HtmlElement] = field(default_factory=set)  # those that are within no body

    def of(self, tag: str) -> list[HtmlElement]:
        """The elements of a tag."""
        return self.tags.get(tag, [])

    def sorted(self, elements: Sequence[HtmlElement]) -> Sequence[HtmlElement]:
        """Some elements in the order of the page."""
        if len(elements) < 2:
            return elements
        places = {each: at for at, each in enumerate(self.every)}
        return sorted(elements, key=places.__getitem__)


def elements_of(tree: HtmlElement, every: Sequence[HtmlElement] | None = None) -> Elements:
    """The elements of a tree; `every`: what `tree.iter()` gives, where that is known."""
    every = list(tree.iter()) if every is None else every
    tags: defaultdict[str, list[HtmlElement]] = defaultdict(list)
    found = Elements(tree, every, tags)
    outside = found.outside
    classed: list[HtmlElement] = []
    stating: list[HtmlElement] = []
    tested: list[HtmlElement] = []
    for element in every:
        tags[element.tag].append(element)
        if names := element.keys():
            if "class" in names:
                classed.append(element)
            if not _TELLING.isdisjoint(names):
                (tested if _STATING.isdisjoint(names) else stating).append(element)
    outside.update(_outside(found))
    found.classed.extend((each, each.get("class") or "") for each in classed if each not in outside)
    found.tested.extend(each for each in tested if each not in outside)
    found.items.extend(filter(_is_item, stating))
    found.types.extend(kind for each in stating if (kind := each.get("itemtype")) is not None)
    found.related.extend(each for each in stating if each.get("rel") is not None)
    return found


def _is_item(element: HtmlElement) -> bool:
    if element.get("itemprop") is not None or (element.get("rel") or "").startswith("schema:"):
        return True
    return element.tag != "meta" and element.get("property") is not None


def _outside(found: Elements) -> set[HtmlElement]:
    """The elements that are within no body."""
    every, bodies = found.every, found.of("body")
    if len(bodies) == 1 and (every[-1] is bodies[0] or bodies[0] in every[-1].iterancestors("body")):
        return set(every[: every.index(bodies[0]) + 1])  # as nearly always, nothing follows it
    return set(every).difference(_IN_BODIES(found.tree))  # type: ignore[arg-type] # the path selects elements
