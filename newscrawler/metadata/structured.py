"""What a page claims about itself: JSON-LD (schema.org), microdata, OpenGraph and meta elements, the visible head.

Claims only, as they stand; `metadata` says which of them to believe.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawler.markup.page_regions import MAX_HEADINGS, around_headings
from newscrawler.markup.visible_text import seen_text
from newscrawler.metadata.dated_elements import DatedElement, Place, read_dated
from newscrawler.metadata.jsonld import path_of, read_jsonld
from newscrawler.metadata.microdata import PROPERTIES, read_microdata
from newscrawler.metadata.named_elements import MAX_NAMED, Named, read_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

MIN_HEADING = 10
MAX_DAY = 30  # characters of a day inside a heading


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything stated, by where it was stated."""

    jsonld: dict[str, Any] = field(default_factory=dict)  # the article's object, {} where there is none
    page: dict[str, Any] = field(default_factory=dict)  # the WebPage's or video's object
    parts: tuple[dict[str, Any], ...] = ()  # WebPageElements, which may be withheld from readers
    types: tuple[str, ...] = ()  # of all objects
    trail: tuple[str, ...] = ()  # names of the page's BreadcrumbList, outermost first
    names: dict[str, str] = field(default_factory=dict)  # @id -> name, for references
    meta: dict[str, str] = field(default_factory=dict)  # first content of each meta name or property, lower case
    metas: dict[str, tuple[str, ...]] = field(default_factory=dict)  # all contents of those that may be several
    itemprops: dict[str, str] = field(default_factory=dict)  # microdata: dates, headline, author
    accessible: tuple[str, ...] = ()  # microdata: all that is said of isAccessibleForFree
    headings: tuple[str, ...] = ()  # h1 texts
    unkicked: dict[str, str] = field(default_factory=dict)  # an h1 -> the same without its kicker's own element
    named: Named = field(default_factory=Named)  # by what elements are called and where they lead
    title: str | None = None
    language: str | None = None
    canonical: str | None = None
    moments: tuple[DatedElement, ...] = ()  # elements that state times
    state_dates: tuple[str, ...] = ()  # dates of publication in a page's application state, where nothing else states one

    @property
    def bylines(self) -> tuple[str, ...]:
        """What stands in elements called byline or author, the nearest to a name first."""
        return self.named.bylines

    @property
    def publisher(self) -> str | None:
        """The name of the publisher whom the JSON-LD article names, by reference too."""
        stated = self.jsonld.get("publisher")
        stated = stated[0] if isinstance(stated, list) and stated else stated
        if not isinstance(stated, dict):
            return None
        name = stated.get("name") or self.names.get(str(stated.get("@id")))
        return name if isinstance(name, str) else None


def _metas(tree: HtmlElement) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        item = element.get("itemprop") or ""
        item = "" if item in PROPERTIES else item  # microdata, which knows whose it is
        name = element.get("property") or element.get("name") or item or element.get("http-equiv") or ""
        content = (element.get("content") or element.get("value") or "").strip()
        if name and content:
            metas.setdefault(name.strip().lower(), []).append(content[:5_000])
    first = {name: contents[0] for name, contents in metas.items()}
    return first, {name: tuple(contents[:50]) for name, contents in metas.items() if len(contents) > 1}


def _own_headings(tree: HtmlElement, canonical: str | None) -> list[HtmlElement]:
    """The h1s, but those that lead elsewhere: a logo, another article's headline.  All, where the address is unknown."""
    headings = list(itertools.islice(tree.iter("h1"), MAX_HEADINGS))
    here = path_of(canonical)
    if not here or len(headings) < 2:
        return headings
    return [each for each in headings if not _leads_elsewhere(each, here)] or headings


def _leads_elsewhere(heading: HtmlElement, here: str) -> bool:
    link = heading.find(".//a[@href]")
    link = link if link is not None else next(heading.iterancestors("a"), None)
    target = link.get("href") if link is not None else None
    return bool(target) and not str(target).startswith("#") and path_of(target) != here


def _unkicked(heading: HtmlElement) -> str | None:
    """An h1's text without the elements that are called kicker or hold a day; None where it has none, or nothing else."""
    badges = [text for each in heading.iterdescendants() if _is_badge(each) and (text := seen_text(each))]
    whole = rest = seen_text(heading)
    for _ in badges:
        for badge in badges:
            rest = rest.removeprefix(badge).removesuffix(badge).strip(" |:\u2013\u2014-")
    return rest if len(rest) > MIN_HEADING and len(rest) < len(whole) else None


def _is_badge(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str):
        return False
    label = element.get("class") or ""
    if _KICKER_LABEL.search(label):
        return not _HEADLINE_LABEL.search(label)
    return (element.tag == "time" or _DAY_LABEL.search(label) is not None) and len(seen_text(element)) <= MAX_DAY


_KICKER_LABEL = re.compile(
    r"kicker|over-?line|topline|dachzeile|roof-?line|spitzmarke|eyebrow|vorzeile|sur-?title|super-?title|pre-?title|"
    r"topic-label|entry-section|list-category",
    re.IGNORECASE,
)
_DAY_LABEL = re.compile(r"(?:^|[\s_-])(?:date|day|month|year|datum|fecha|time|timestamp)(?=$|[\s_-])", re.IGNORECASE)
_HEADLINE_LABEL = re.compile(r"headline(?!--topline)", re.IGNORECASE)


_STATE_DATE = re.compile(
    r"""\\?"(?:date_?published|published_?(?:date|at|on)|publish_?(?:date|time)|publication_?date|pub_?date|"""
    r"""first_?publish(?:ed)?_?(?:date|at)?|create_?date)\\?"\s*:\s*(?:\\?")?((?:19|20)\d{2}-?\d{2}-?\d{2}[\dT:.+Z-]*|1\d{9}(?:\d{3})?(?=[,}\s"\\]))""",
    re.IGNORECASE,
)


def _state_dates(tree: HtmlElement) -> Iterator[str]:
    """Dates of publication that a page's scripts state, at most MAX_NAMED."""
    for script in tree.iter("script"):
        yield from _STATE_DATE.findall(script.text or "")


def read_claims(tree: HtmlElement) -> Claims:
    """All claims of a page's tree."""
    title = tree.find(".//head/title")
    title = title if title is not None else tree.find(".//title")
    canonical = next(
        (link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()), None
    )
    page = tree if tree.tag == "html" else tree.find(".//html")
    headings = _own_headings(tree, canonical)
    shown = [text for each in headings if (text := seen_text(each)[:1_000])]
    jsonld = read_jsonld(tree, shown)
    meta, metas = _metas(tree)
    around = around_headings(tree)
    named, dated = read_named(tree, around)
    moments = read_dated(tree, dated, around)
    itemprops, accessible = read_microdata(tree, around)
    is_dated = (
        any(each.place is Place.OWN and each.stated for each in moments)
        or "datePublished" in (*jsonld["jsonld"], *jsonld["page"], *itemprops)
        or "article:published_time" in meta
    )
    return Claims(
        **jsonld,
        meta=meta,
        metas=metas,
        itemprops=itemprops,
        accessible=accessible,
        headings=tuple(shown),
        unkicked={seen_text(each)[:1_000]: rest for each in headings if (rest := _unkicked(each))},
        named=named,
        title=title.text_content() if title is not None else None,
        language=(page.get("lang") or page.get("xml:lang")) if page is not None else None,
        canonical=canonical,
        moments=moments,
        state_dates=() if is_dated else tuple(itertools.islice(_state_dates(tree), MAX_NAMED)),
    )
