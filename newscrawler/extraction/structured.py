"""What a page claims about itself: JSON-LD (schema.org), microdata, OpenGraph and meta elements, the visible head.

Claims only, as they stand; `metadata` says which of them to believe.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

from newscrawler.extraction.dated_elements import MAX_DATED, DatedElement, Place, read_dated
from newscrawler.extraction.jsonld import path_of, read_jsonld
from newscrawler.extraction.microdata import read_microdata
from newscrawler.extraction.page_regions import MAX_HEADINGS, around_headings, stands_elsewhere
from newscrawler.extraction.visible_text import seen_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from lxml.html import HtmlElement

LONGEST_BYLINE = 250
MAX_NAMED = 12
MIN_HEADING = 10
MAX_DAY = 30  # characters of a day inside a heading
# what a word of a class name begins with: author, article__author, postAuthor, entry-meta_date; never "authority"
_BYLINE = re.compile(
    r"(?:^|[\W_]|(?:article|entry|news|post|story))"
    r"(?:by-?line|authors?|writer|reporter|autor|autore|autoren|auteur|verfasser|redakteur|journalist)(?=$|[\W_\d]|[A-Z])",
    re.IGNORECASE,
)
_NO_BYLINE = re.compile(r"comment|related|card|teaser|bio|social|follow|avatar|image|photo|caption|description|-list|widget|"
                        r"sidebar|recommend|position|twitter|job|role|date|time", re.IGNORECASE)  # fmt: skip
_DATE_LABEL = re.compile(
    r"(?:^|[\W_]|(?:article|entry|news|post|story|publish|pub))"
    r"(?:date|time|publi|posted|timestamp|datum|fecha|tarih|data(?=$|[\W_])|stamp|updated?(?=$|[\W_])|modified)",
    re.IGNORECASE,
)
_STEMS = (
    "by",
    "aut",
    "writer",
    "reporter",
    "verfasser",
    "redakteur",
    "journalist",
    "dat",
    "tarih",
    "modif",
    "time",
    "publi",
    "posted",
    "fecha",
    "stamp",
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


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
    bylines: tuple[str, ...] = ()  # what stands in elements called byline or author, the nearest to a name first
    author_links: tuple[str, ...] = ()  # links of rel author; the first of the bylines too
    title: str | None = None
    language: str | None = None
    canonical: str | None = None
    moments: tuple[DatedElement, ...] = ()  # elements that state times
    state_dates: tuple[str, ...] = ()  # dates of publication in a page's application state, where nothing else states one

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
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv") or ""
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


_BY_REL = etree.XPath("//body//a[@rel='author']")
_CLASSED = etree.XPath("//body//*[@class]")


def _kind_of_label(label: str) -> str:
    lower = label.lower()
    for (
        stem
    ) in _STEMS:  # most labels have none; a substring is found faster than a pattern, and this loop is faster than any()
        if stem in lower:
            break
    else:
        return ""
    label = _CAMEL.sub("-", label)
    if _BYLINE.search(label) and not _NO_BYLINE.search(label):
        return "byline"
    return "date" if _DATE_LABEL.search(label) else ""


def _named_elements(tree: HtmlElement, around: Set[HtmlElement]) -> tuple[list[str], list[str], list[HtmlElement]]:
    """(links of rel author, bylines, elements called date) by what elements are called.

    Those links are the first bylines.
    """
    bylines: list[str] = []
    dated: list[HtmlElement] = []
    links = [seen_text(element)[:LONGEST_BYLINE] for element in _elements(_BY_REL, tree)]
    kinds: dict[str, str] = {}  # a page has few classes, each many times
    for element in _elements(_CLASSED, tree):
        label = element.get("class") or ""
        kind = kinds.get(label)
        if kind is None:
            kind = kinds[label] = _kind_of_label(label)
        if kind == "byline" and len(bylines) < MAX_NAMED:
            text = seen_text(element)
            if 3 < len(text) <= LONGEST_BYLINE and not stands_elsewhere(element, around):
                bylines.append(text)
        elif kind == "date" and len(dated) < MAX_DATED and element.tag != "time":
            dated.append(element)
    return links, list(dict.fromkeys(links + bylines)), dated


_STATE_DATE = re.compile(
    r"""\\?"(?:date_?published|published_?(?:date|at|on)|publish_?(?:date|time)|publication_?date|pub_?date|"""
    r"""first_?publish(?:ed)?_?(?:date|at)?|create_?date)\\?"\s*:\s*(?:\\?")?((?:19|20)\d{2}-?\d{2}-?\d{2}[\dT:.+Z-]*)""",
    re.IGNORECASE,
)


def _state_dates(tree: HtmlElement) -> Iterator[str]:
    """Dates of publication that a page's scripts state, at most MAX_NAMED."""
    for script in tree.iter("script"):
        yield from _STATE_DATE.findall(script.text or "")


def _elements(path: etree.XPath, tree: HtmlElement) -> list[HtmlElement]:
    return path(tree)  # type: ignore[return-value] # these paths select elements


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
    author_links, bylines, dated = _named_elements(tree, around)
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
        bylines=tuple(bylines),
        author_links=tuple(author_links),
        title=title.text_content() if title is not None else None,
        language=(page.get("lang") or page.get("xml:lang")) if page is not None else None,
        canonical=canonical,
        moments=moments,
        state_dates=() if is_dated else tuple(itertools.islice(_state_dates(tree), MAX_NAMED)),
    )
