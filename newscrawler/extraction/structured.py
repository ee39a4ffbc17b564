"""What a page claims about itself: JSON-LD (schema.org), microdata, OpenGraph and meta elements, the visible head.

Claims only, as they stand; `metadata` says which of them to believe.
"""

from __future__ import annotations

import html
import itertools
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

from newscrawler.extraction.places import MAX_HEADINGS, around_headings, stands_elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Set

    from lxml.html import HtmlElement

MAX_JSON = 1_000_000
MAX_DEPTH = 12
MAX_OBJECTS = 5_000
LONGEST_BYLINE = 250
MAX_NAMED = 12
MAX_TIMES = 500
MIN_HEADING = 10
# schema.org types that are one article; an ItemList or a WebSite is not
ARTICLE_TYPES = frozenset({
    "Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle",
    "OpinionNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle", "BlogPosting", "LiveBlogPosting",
    "Report", "ScholarlyArticle", "TechArticle", "SocialMediaPosting", "PressRelease", "AdvertiserContentArticle",
    "SatiricalArticle", "MedicalScholarlyArticle", "Review", "Recipe", "HowTo", "ClaimReview",
})  # fmt: skip
PAGE_TYPES = frozenset({"WebPage", "ItemPage", "VideoObject", "CollectionPage", "AboutPage", "Product"})
_FIELDS = ("headline", "datePublished", "dateModified", "articleSection", "description", "inLanguage", "articleBody")
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
    r"(?:date|time|publi|posted|timestamp|datum|fecha|data(?=$|[\W_])|stamp)",
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
    "time",
    "publi",
    "posted",
    "fecha",
    "stamp",
)
_COMMENTS = re.compile(r"\bcomments?\b|\bcomment-|kommentare?\b|disqus", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything stated, by where it was stated."""

    jsonld: dict[str, Any] = field(default_factory=dict)  # the article's object, {} where there is none
    page: dict[str, Any] = field(default_factory=dict)  # the WebPage's or video's object
    types: tuple[str, ...] = ()  # of all objects
    trail: tuple[str, ...] = ()  # names of the page's BreadcrumbList, outermost first
    names: dict[str, str] = field(default_factory=dict)  # @id -> name, for references
    meta: dict[str, str] = field(default_factory=dict)  # first content of each meta name or property, lower case
    metas: dict[str, tuple[str, ...]] = field(default_factory=dict)  # all contents of those that may be several
    itemprops: dict[str, str] = field(default_factory=dict)  # microdata: dates, headline, author
    headings: tuple[str, ...] = ()  # h1 texts
    unkicked: dict[str, str] = field(default_factory=dict)  # an h1 -> the same without its kicker's own element
    bylines: tuple[str, ...] = ()  # what stands in elements called byline or author, the nearest to a name first
    author_links: tuple[str, ...] = ()  # links of rel author; the first of the bylines too
    title: str | None = None
    language: str | None = None
    canonical: str | None = None
    times: tuple[str, ...] = ()  # datetime attributes of <time>
    dated: tuple[str, ...] = ()  # texts of elements called date or time
    clocks: tuple[str, ...] = ()  # what states times, wherever it stands: it may tell a zone, never a day
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


def _types(node: dict[str, Any]) -> list[str]:
    stated = node.get("@type")
    return [each.rpartition("/")[2] for each in (stated if isinstance(stated, list) else [stated]) if isinstance(each, str)]


def _objects(node: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object of a JSON-LD document, outermost first; nesting is cut at MAX_DEPTH."""
    if depth > MAX_DEPTH:
        return
    if isinstance(node, list):
        for each in node[:MAX_OBJECTS]:
            yield from _objects(each, depth + 1)
    elif isinstance(node, dict):
        yield node
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemReviewed", "author", "publisher", "creator",
                    "breadcrumb"):  # fmt: skip
            if isinstance(node.get(key), (list, dict)):
                yield from _objects(node[key], depth + 1)


def _salvaged(text: str) -> dict[str, str]:
    """The simple fields of an object that no parser reads, by their names."""
    found = {}
    for name in _FIELDS:
        if match := re.search(rf'"{name}"\s*:\s*"((?:[^"\\]|\\.){{1,200000}})"', text):
            try:
                found[name] = str(json.loads(f'"{match[1]}"', strict=False))
            except ValueError:
                found[name] = match[1]
    kind = re.search(r'"@type"\s*:\s*\[?\s*"(\w{1,60})"', text)
    author = re.search(r'"author"\s*:\s*[\[{][^}\]]{0,300}?"name"\s*:\s*"([^"\\]{1,120})"', text)
    if author:
        found["author"] = author[1]
    return found | {"@type": kind[1]} if found and kind else {}


def _loads(text: str) -> object:
    """A JSON-LD document; the damage that templates do is mended: comments, commas too many, entities, a cut."""
    text = re.sub(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*$", "", text.strip()).strip().rstrip(";")
    attempts: tuple[Callable[[], str], ...] = (
        lambda: text,
        lambda: re.sub(r",\s*([}\]])", r"\1", text),
        lambda: html.unescape(text),
        lambda: "[" + re.sub(r"\}\s*\{", "},{", text) + "]",
    )
    for attempt in attempts:
        try:
            return json.loads(attempt(), strict=False)
        except (ValueError, RecursionError):
            continue
    return _salvaged(text)


def _jsonld(tree: HtmlElement) -> dict[str, Any]:
    """The article, the page, all types, names by @id and the trail of the page's JSON-LD, as `Claims` calls them.

    The article is the first object of such a type with a headline, else the first one.
    """
    articles, pages, types, names, trails = [], [], [], {}, []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not 2 < len(script.text or "") <= MAX_JSON:
            continue
        for node in _objects(_loads(script.text or "")):
            kinds = _types(node)
            types += kinds
            if ARTICLE_TYPES & set(kinds):
                articles.append(node)
            elif PAGE_TYPES & set(kinds):
                pages.append(node)
            elif "BreadcrumbList" in kinds:
                trails.append(_trail(node))
            if isinstance(node.get("@id"), str) and isinstance(node.get("name"), str):
                names[node["@id"]] = node["name"]
    article = next((node for node in articles if node.get("headline")), articles[0] if articles else {})
    page = next((node for node in pages if node.get("datePublished")), pages[0] if pages else {})
    trail = max(trails, key=len, default=())
    return {"jsonld": article, "page": page, "types": tuple(dict.fromkeys(types)), "names": names, "trail": trail}


def _trail(breadcrumbs: dict[str, Any]) -> tuple[str, ...]:
    """The names of a BreadcrumbList, outermost first."""
    items = breadcrumbs.get("itemListElement")
    steps = [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
    places = [each.get("position") for each in steps]
    if all(isinstance(each, int) for each in places):
        steps.sort(key=lambda each: each["position"])
    found = []
    for step in steps[:MAX_NAMED]:
        item = step.get("item")
        name = step.get("name") or (item.get("name") if isinstance(item, dict) else None)
        if isinstance(name, str) and name.strip():
            found.append(" ".join(html.unescape(name).split())[:200])
    return tuple(found)


def _metas(tree: HtmlElement) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv") or ""
        content = (element.get("content") or element.get("value") or "").strip()
        if name and content:
            metas.setdefault(name.strip().lower(), []).append(content[:5_000])
    first = {name: contents[0] for name, contents in metas.items()}
    return first, {name: tuple(contents[:50]) for name, contents in metas.items() if len(contents) > 1}


def _text(element: HtmlElement) -> str:
    """What a reader sees of an element: no styles, no soft hyphens, a space where a block or a line ends."""
    parts: list[str] = []
    for each in element.iter():
        if each.tag not in _UNSEEN and each.text:
            parts.append(f" {each.text}" if each.tag in _BREAKING else each.text)
        if each is not element and each.tail:
            parts.append(f" {each.tail}" if each.tag in _BREAKING else each.tail)
    return " ".join(_INVISIBLE.sub("", "".join(parts)).split())


def _unkicked(heading: HtmlElement) -> str | None:
    """An h1's text without the elements that are called kicker; None where it has none, or nothing else."""
    kickers = [
        each
        for each in _elements(_INSIDE, heading)
        if _KICKER_LABEL.search(each.get("class") or "") and not _HEADLINE_LABEL.search(each.get("class") or "")
    ]
    if not kickers:
        return None
    whole, kicker = _text(heading), _text(kickers[0])
    rest = whole.removeprefix(kicker).removesuffix(kicker).strip(" |:\u2013\u2014-")
    return rest if kicker and len(rest) > MIN_HEADING and len(rest) < len(whole) else None


_INSIDE = etree.XPath(".//*[@class]")
_KICKER_LABEL = re.compile(
    r"kicker|over-?line|topline|dachzeile|roof-?line|spitzmarke|eyebrow|vorzeile|sur-?title|super-?title|pre-?title|"
    r"topic-label|entry-section|list-category",
    re.IGNORECASE,
)
_HEADLINE_LABEL = re.compile(r"headline(?!--topline)", re.IGNORECASE)
_UNSEEN = frozenset({"style", "script", "noscript", "svg", "template", "rt", "rp"})
_BREAKING = frozenset({"br", "div", "p", "li", "h1", "h2", "h3", "h4", "section", "td"})
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u2060\ufeff]")


_ITEMPROPS = frozenset({"datePublished", "dateModified", "dateCreated", "headline", "author", "articleSection"})


def _itemprops(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in _elements(_ITEMS, tree):
        for name in (element.get("itemprop") or "").split():
            if name in _ITEMPROPS and name not in found:
                if name == "author":
                    named = element.find(".//*[@itemprop='name']")
                    element = named if named is not None else element
                value = element.get("content") or element.get("datetime") or _text(element)
                if value.strip():
                    found[name] = value.strip()[:500]
    return found


_BY_REL = etree.XPath("//body//a[@rel='author']")
_CLASSED = etree.XPath("//body//*[@class]")
_ITEMS = etree.XPath("//*[@itemprop]")


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


def _named_elements(tree: HtmlElement, around: Set[HtmlElement]) -> tuple[list[str], ...]:
    """(links of rel author, bylines, dates, both in boxes of other things) by what elements are called.

    Those links are the first bylines.
    """
    found: dict[str, list[str]] = {"byline": [], "date": [], "elsewhere": []}
    links = [_text(element)[:LONGEST_BYLINE] for element in _elements(_BY_REL, tree)]
    kinds: dict[str, str] = {}  # a page has few classes, each many times
    for element in _elements(_CLASSED, tree):
        label = element.get("class") or ""
        kind = kinds.get(label)
        if kind is None:
            kind = kinds[label] = _kind_of_label(label)
        if kind and len(found[kind]) < MAX_NAMED:
            text = _text(element)
            fits = 3 < len(text) <= LONGEST_BYLINE if kind == "byline" else _may_be_date(text)
            if fits:
                found["elsewhere" if stands_elsewhere(element, around) else kind].append(text)
    bylines = list(dict.fromkeys(links + found["byline"]))
    return links, bylines, found["date"], found["elsewhere"][:MAX_NAMED]


def _times(tree: HtmlElement, around: Set[HtmlElement]) -> Iterator[str]:
    """The datetime attributes of <time>, but those of readers' comments and of other things than the article."""
    for element in itertools.islice(tree.iter("time"), MAX_TIMES):
        stated = element.get("datetime")
        if not stated or stands_elsewhere(element, around):
            continue
        if not any(_COMMENTS.search(f"{up.get('class')} {up.get('id')}") for up in element.iterancestors()):
            yield stated


_STATE_DATE = re.compile(
    r"""\\?"(?:date_?published|published_?(?:date|at|on)|publish_?(?:date|time)|publication_?date|pub_?date|"""
    r"""first_?publish(?:ed)?_?(?:date|at)?|create_?date)\\?"\s*:\s*(?:\\?")?((?:19|20)\d{2}-?\d{2}-?\d{2}[\dT:.+Z-]*)""",
    re.IGNORECASE,
)


def _state_dates(tree: HtmlElement) -> Iterator[str]:
    """Dates of publication that a page's scripts state, at most MAX_NAMED."""
    for script in tree.iter("script"):
        yield from _STATE_DATE.findall(script.text or "")


def _may_be_date(text: str) -> bool:
    return 6 <= len(text) <= 120 and any(map(str.isdigit, text))


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
    jsonld = _jsonld(tree)
    meta, metas = _metas(tree)
    around = around_headings(tree)
    author_links, bylines, dated, elsewhere = _named_elements(tree, around)
    times, itemprops = tuple(itertools.islice(_times(tree, around), 20)), _itemprops(tree)
    is_dated = (
        times or "datePublished" in (*jsonld["jsonld"], *jsonld["page"], *itemprops) or "article:published_time" in meta
    )
    headings = list(itertools.islice(tree.iter("h1"), MAX_HEADINGS))
    return Claims(
        **jsonld,
        meta=meta,
        metas=metas,
        itemprops=itemprops,
        headings=tuple(text for each in headings if (text := _text(each)[:1_000])),
        unkicked={_text(each)[:1_000]: rest for each in headings if (rest := _unkicked(each))},
        bylines=tuple(bylines),
        author_links=tuple(author_links),
        title=title.text_content() if title is not None else None,
        language=(page.get("lang") or page.get("xml:lang")) if page is not None else None,
        canonical=canonical,
        times=times,
        dated=tuple(dated),
        clocks=(
            *(each for time in itertools.islice(tree.iter("time"), MAX_NAMED) if (each := time.get("datetime"))),
            *elsewhere,
        ),
        state_dates=() if is_dated else tuple(itertools.islice(_state_dates(tree), MAX_NAMED)),
    )


def one_text(value: object) -> str | None:
    """The one text in a JSON-LD value, which may be a list, an object or a number."""
    if isinstance(value, list):
        value = next((each for each in value if each), None)
    if isinstance(value, dict):
        value = value.get("url") or value.get("@value") or value.get("name") or value.get("@id")
    return value if isinstance(value, str) and value.strip() else None
