"""What a page claims about itself: JSON-LD (schema.org), OpenGraph and meta elements, the visible head.

Claims only, as they stand; `metadata` says which of them to believe.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

MAX_JSON = 1_000_000
MAX_DEPTH = 12
# schema.org types that are one article; an ItemList or a WebSite is not
ARTICLE_TYPES = frozenset({
    "Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle",
    "OpinionNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle", "BlogPosting", "LiveBlogPosting",
    "Report", "ScholarlyArticle", "TechArticle", "SocialMediaPosting", "PressRelease",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything stated, by where it was stated."""

    jsonld: dict[str, Any] = field(default_factory=dict)  # the article's object, {} where there is none
    meta: dict[str, str] = field(default_factory=dict)  # first content of each meta name or property, lower case
    itemprops: dict[str, str] = field(default_factory=dict)  # microdata dates
    headings: tuple[str, ...] = ()  # h1 texts
    title: str | None = None
    language: str | None = None
    canonical: str | None = None
    times: tuple[str, ...] = ()  # datetime attributes of <time>


def _types(node: dict[str, Any]) -> list[str]:
    stated = node.get("@type")
    return [each.rpartition("/")[2] for each in (stated if isinstance(stated, list) else [stated]) if isinstance(each, str)]


def _objects(node: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object of a JSON-LD document, outermost first; nesting is cut at MAX_DEPTH."""
    if depth > MAX_DEPTH:
        return
    if isinstance(node, list):
        for each in node:
            yield from _objects(each, depth + 1)
    elif isinstance(node, dict):
        yield node
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
            if isinstance(node.get(key), (list, dict)):
                yield from _objects(node[key], depth + 1)


def _loads(text: str) -> object:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    try:  # the commonest damage: a comma too many
        return json.loads(re.sub(r",\s*([}\]])", r"\1", text), strict=False)
    except (ValueError, RecursionError):
        return None


def _jsonld(tree: HtmlElement) -> dict[str, Any]:
    """The article among the page's JSON-LD objects: the first one with a headline, else the first one."""
    articles = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and 2 < len(script.text or "") <= MAX_JSON:
            articles += [node for node in _objects(_loads(script.text or "")) if ARTICLE_TYPES & set(_types(node))]
    return next((node for node in articles if node.get("headline")), articles[0] if articles else {})


def _metas(tree: HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("http-equiv") or ""
        content = (element.get("content") or "").strip()
        if name and content:
            metas.setdefault(name.strip().lower(), content[:5_000])
    return metas


def _itemprops(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iterfind(".//*[@itemprop]"):
        name = element.get("itemprop") or ""
        if name in ("datePublished", "dateModified"):
            value = element.get("content") or element.get("datetime") or element.text_content()
            found.setdefault(name, value.strip()[:100])
    return found


def read_claims(tree: HtmlElement) -> Claims:
    """All claims of a page's tree."""
    title = tree.find(".//title")
    canonical = next(
        (link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()), None
    )
    html = tree if tree.tag == "html" else tree.find(".//html")
    return Claims(
        jsonld=_jsonld(tree),
        meta=_metas(tree),
        itemprops=_itemprops(tree),
        headings=tuple(text for each in tree.iter("h1") if (text := each.text_content().strip()[:1_000])),
        title=title.text_content() if title is not None else None,
        language=(html.get("lang") or html.get("xml:lang")) if html is not None else None,
        canonical=canonical,
        times=tuple(each.get("datetime") or "" for each in tree.iter("time") if each.get("datetime"))[:20],
    )
