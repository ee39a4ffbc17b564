"""What a page claims about itself: JSON-LD (schema.org), microdata, OpenGraph and meta elements, the visible head.

Claims only, as they stand; `metadata` says which of them to believe.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawler.dates.written import Writing, find_days, may_name_day, plain_line
from newscrawler.markup.elements import elements_of
from newscrawler.markup.page_regions import MAX_HEADINGS, around_headings
from newscrawler.markup.visible_text import seen_text
from newscrawler.metadata.claims.jsonld import FAQ, LIVE, path_of, read_jsonld
from newscrawler.metadata.claims.microdata import PROPERTIES, read_microdata
from newscrawler.metadata.claims.named_elements import Named, read_named
from newscrawler.metadata.dates.elements import DatedElement, Place, read_dated
from newscrawler.metadata.dates.states import read_state_dates

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from newscrawler.markup.elements import Elements

MIN_HEADING = 10
MAX_TAILS = 3  # elements at the end of a heading that may be none of its words
MAX_DAY = 30  # characters of a day inside a heading


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything stated, by where it was stated."""

    jsonld: dict[str, Any] = field(default_factory=dict)  # the article's object, {} where there is none
    page: dict[str, Any] = field(default_factory=dict)  # the WebPage's or video's object
    parts: tuple[dict[str, Any], ...] = ()  # WebPageElements, which may be withheld from readers
    types: tuple[str, ...] = ()  # of all objects
    answers: tuple[str, ...] = ()  # questions and answers of a FAQPage, markup and all
    is_live: bool = False  # whether microdata says so of what is around the headline
    is_faq: bool = False  # whether JSON-LD or microdata has a FAQPage
    is_news: bool = False  # whether an object of JSON-LD or microdata is a NewsArticle or one of its kinds
    trail: tuple[str, ...] = ()  # names of the page's BreadcrumbList, outermost first
    names: dict[str, str] = field(default_factory=dict)  # @id -> name, for references
    meta: dict[str, str] = field(default_factory=dict)  # first content of each meta name or property, lower case
    metas: dict[str, tuple[str, ...]] = field(default_factory=dict)  # all contents of those that may be several
    itemprops: dict[str, str] = field(default_factory=dict)  # microdata: dates, headline, author
    accessible: tuple[str, ...] = ()  # microdata: all that is said of isAccessibleForFree
    headings: tuple[str, ...] = ()  # h1 texts
    unkicked: dict[str, str] = field(default_factory=dict)  # an h1 -> the same without its kicker's own element
    unled: dict[str, str] = field(default_factory=dict)  # an h1 -> the same without the short element that begins it
    untailed: dict[str, tuple[str, ...]] = field(default_factory=dict)  # an h1 -> the same without elements that end it
    named: Named = field(default_factory=Named)  # by what elements are called and where they lead
    title: str | None = None
    language: str | None = None
    canonical: str | None = None
    moments: tuple[DatedElement, ...] = ()  # elements that state times
    state_dates: tuple[str, ...] = ()  # dates of publication in a page's application state, where nothing else states one

    @property
    def contents(self) -> dict[str, tuple[str, ...]]:
        """All contents of each meta name or property."""
        return {name: (content,) for name, content in self.meta.items()} | self.metas

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


def _metas(elements: Elements) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    metas: dict[str, list[str]] = {}
    for element in elements.of("meta"):
        item = element.get("itemprop") or ""
        item = "" if item in PROPERTIES else item  # microdata, which knows whose it is
        name = element.get("property") or element.get("name") or item or element.get("http-equiv") or ""
        content = (element.get("content") or element.get("value") or "").strip()
        if name and content:
            metas.setdefault(name.strip().lower(), []).append(content[:5_000])
    first = {name: contents[0] for name, contents in metas.items()}
    return first, {name: tuple(contents[:50]) for name, contents in metas.items() if len(contents) > 1}


def _own_headings(elements: Elements, canonical: str | None) -> list[HtmlElement]:
    """The h1s, but those that lead elsewhere: a logo, another article's headline.  All, where the address is unknown."""
    headings = elements.of("h1")[:MAX_HEADINGS]
    here = path_of(canonical)
    if not here or len(headings) < 2:
        return headings
    return [each for each in headings if not _leads_elsewhere(each, here)] or headings


def _leads_elsewhere(heading: HtmlElement, here: str) -> bool:
    link = heading.find(".//a[@href]")
    link = link if link is not None else next(heading.iterancestors("a"), None)
    target = link.get("href") if link is not None else None
    return bool(target) and not str(target).startswith("#") and path_of(target) != here


def _unkicked(heading: HtmlElement, writing: Writing) -> str | None:
    """An h1's text without the elements that are called kicker or hold a day; None where it has none, or nothing else."""
    whole = rest = seen_text(heading)
    badges = [text for each in heading.iterdescendants() if _is_badge(each) and (text := seen_text(each))]
    days = [
        text for each in heading.iterdescendants() if isinstance(each.tag, str) and _is_day(text := seen_text(each), writing)
    ]
    for _ in (*badges, *days):
        for badge in (*badges, *days):
            rest = rest.removeprefix(badge).strip(_AROUND)
            # a day behind a space may be the headline's own: "Programme of 3 May 2026"
            if badge in badges or not rest.removesuffix(badge).endswith(" "):
                rest = rest.removesuffix(badge).strip(_AROUND)
    return rest if len(rest) > MIN_HEADING and len(rest) < len(whole) else None


def _unled(heading: HtmlElement) -> str | None:
    """An h1's text without a short element that it begins with, whatever that is called; None where there is none."""
    first = next((each for each in heading if isinstance(each.tag, str)), None)
    if first is None or (heading.text or "").strip():
        return None
    led, whole = seen_text(first), seen_text(heading)
    rest = whole.removeprefix(led).strip(_AROUND)
    return rest if led and len(led) <= MAX_DAY and MIN_HEADING < len(rest) < len(whole) else None


def _untailed(heading: HtmlElement) -> tuple[str, ...]:
    """An h1's text without the elements that end it, the last of them, two and so on: a subtitle, a count, a button."""
    whole = seen_text(heading)
    found: list[str] = []
    for child in reversed(heading[-MAX_TAILS:]):
        text = seen_text(child) if child.tag.__class__ is str else ""
        if (child.tail or "").strip() or (text and not whole.endswith(text)):
            break
        before = whole.removesuffix(text).rstrip()
        whole = before.strip(_AROUND)
        if len(whole) < MIN_HEADING or before[-1] in ":\uff1a":  # behind a colon the headline goes on
            break
        if text:
            found.append(whole)
    return tuple(found)


_AROUND = " |:\u2013\u2014-"


def _is_day(text: str, writing: Writing) -> bool:
    """Whether a text is a whole day and nothing else."""
    if not 7 < len(text) <= MAX_DAY or not may_name_day(text):
        return False
    days = find_days(plain_line(text), writing)
    return bool(days) and not re.search(r"\w", f"{text[: days[0].start]}{text[days[0].end :]}".strip("日일"))


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


def _states_news(elements: Elements, types: tuple[str, ...]) -> bool:
    """Whether an object is of schema.org's NewsArticle, or a kind of it: OpinionNewsArticle and the like."""
    return any(each.strip().rstrip("/").endswith("NewsArticle") for each in (*types, *elements.types))


def read_claims(tree: HtmlElement, elements: Elements | None = None) -> Claims:
    """All claims of a page's tree."""
    elements = elements or elements_of(tree)
    titles = elements.of("title")  # an svg has some, too
    title = next((each for each in titles if (parent := each.getparent()) is not None and parent.tag == "head"), None)
    title = next(iter(titles), None) if title is None else title
    canonical = next(
        (link.get("href") for link in elements.of("link") if "canonical" in (link.get("rel") or "").lower().split()), None
    )
    page = tree if tree.tag == "html" else tree.find(".//html")
    writing = Writing((page.get("lang") or page.get("xml:lang")) if page is not None else None)
    headings = _own_headings(elements, canonical)
    shown = [text for each in headings if (text := seen_text(each)[:1_000])]
    jsonld = read_jsonld(elements, shown)
    meta, metas = _metas(elements)
    around = around_headings(elements)
    named, dated = read_named(elements, around)
    moments = read_dated(elements, dated, around)
    itemprops, accessible = read_microdata(elements, around)
    is_dated = (
        any(each.place is Place.OWN and each.stated for each in moments)
        or "datePublished" in (*jsonld["jsonld"], *jsonld["page"], *itemprops)
        or "article:published_time" in meta
    )
    return Claims(
        **jsonld,
        is_news=_states_news(elements, jsonld["types"]),
        is_live=any((each.get("itemtype") or "").strip().rstrip("/").endswith(LIVE) for each in around),
        is_faq=any(each.strip().rstrip("/").endswith(FAQ) for each in (*jsonld["types"], *elements.types)),
        meta=meta,
        metas=metas,
        itemprops=itemprops,
        accessible=accessible,
        headings=tuple(shown),
        unkicked={seen_text(each)[:1_000]: rest for each in headings if (rest := _unkicked(each, writing))},
        unled={seen_text(each)[:1_000]: rest for each in headings if (rest := _unled(each))},
        untailed={seen_text(each)[:1_000]: rests for each in headings if len(each) and (rests := _untailed(each))},
        named=named,
        title=title.text_content() if title is not None else None,
        language=writing.language,
        canonical=canonical,
        moments=moments,
        state_dates=() if is_dated else read_state_dates(elements, shown, path_of(canonical)),
    )
