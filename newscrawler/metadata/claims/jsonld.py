"""JSON-LD (schema.org) of a page: its article, page and breadcrumbs, from graphs, arrays and broken JSON alike."""

from __future__ import annotations

import html
import itertools
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newscrawler.text import spaceless
from newscrawler.text.json_values import loads_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newscrawler.markup.elements import Elements

MAX_JSON = 1_000_000
MAX_DEPTH = 12
MAX_OBJECTS = 5_000
MAX_STEPS = 12
MAX_PARTS = 50
FAQ, LIVE = "FAQPage", "LiveBlogPosting"
# schema.org types that are one article; an ItemList or a WebSite is not
ARTICLE_TYPES = frozenset({
    "Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle",
    "OpinionNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle", "BlogPosting", LIVE,
    "Report", "ScholarlyArticle", "TechArticle", "SocialMediaPosting", "PressRelease", "AdvertiserContentArticle",
    "SatiricalArticle", "MedicalScholarlyArticle", "Review", "Recipe", "HowTo", "ClaimReview",
})  # fmt: skip
PAGE_TYPES = frozenset({"WebPage", "ItemPage", "VideoObject", "CollectionPage", "AboutPage", "Product"})
# a property with the prefix of schema.org's, or as an address of it
_PREFIXED = re.compile(r'"(?:schema:|https?://(?:www\.)?schema\.org[/#])(\w{1,60})"\s*:')
_FIELDS = ("headline", "datePublished", "dateModified", "articleSection", "description", "inLanguage", "articleBody")


def _types(node: dict[str, Any]) -> list[str]:
    stated = node.get("@type")
    return [
        re.split("[/:#]", each)[-1] for each in (stated if isinstance(stated, list) else [stated]) if isinstance(each, str)
    ]


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
    text = _PREFIXED.sub(r'"\1":', text)
    text = re.sub(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*$", "", text.strip()).strip().rstrip(";")
    attempts: tuple[Callable[[], str], ...] = (
        lambda: text,
        lambda: re.sub(r",\s*([}\]])", r"\1", text),
        lambda: html.unescape(text),
        lambda: "[" + re.sub(r"\}\s*\{", "},{", text) + "]",
    )
    for attempt in attempts:
        try:
            return loads_json(attempt(), strict=False)
        except (ValueError, RecursionError):
            continue
    return _salvaged(text)


def read_jsonld(elements: Elements, headings: Iterable[str]) -> dict[str, Any]:
    """The article, the page, its parts and answers, all types, names by @id and the trail of its JSON-LD, as in `Claims`.

    `headings`: what the page shows as its h1s.
    """
    articles, pages, parts, types, trails, questions = [], [], [], [], [], []
    names: dict[str, str] = {}
    for script in elements.of("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not 2 < len(script.text or "") <= MAX_JSON:
            continue
        for node in _objects(_loads(script.text or "")):
            kinds = _types(node)
            types += kinds
            if ARTICLE_TYPES & set(kinds):
                articles.append(node)
            elif PAGE_TYPES & set(kinds):
                pages.append(node)
            elif "WebPageElement" in kinds:
                parts.append(node)
            elif "BreadcrumbList" in kinds:
                trails.append(_trail(node))
            elif "Question" in kinds:
                questions.append(node)
            if isinstance(node.get("@id"), str) and (name := name_of(node)):
                names.setdefault(node["@id"], name)
    article = _of_this_page(articles, elements, headings) if len(articles) > 1 else articles[0] if articles else {}
    page = next((node for node in pages if node.get("datePublished")), pages[0] if pages else {})
    trail = max(trails, key=len, default=())
    return {
        "jsonld": article,
        "page": page,
        "parts": tuple(parts[:MAX_PARTS]),
        "types": tuple(dict.fromkeys(types)),
        "names": names,
        "trail": trail,
        "answers": tuple(itertools.chain.from_iterable(map(_said, questions[:MAX_PARTS]))) if FAQ in types else (),
    }


def name_of(node: dict[str, Any]) -> str | None:
    """What an object is called: by its name, or a person by both of hers."""
    parts = [node.get("givenName"), node.get("familyName")]
    name = node.get("name") or (" ".join(map(str, parts)) if all(isinstance(each, str) for each in parts) else None)
    return name if isinstance(name, str) else None


def _said(question: dict[str, Any]) -> Iterator[str]:
    """A question and the answers that its page accepts, markup and all."""
    answers = question.get("acceptedAnswer")
    for node in (question, *(answers if isinstance(answers, list) else [answers])):
        for key in ("name", "text"):
            if isinstance(node, dict) and isinstance(said := node.get(key), str):
                yield said


def _of_this_page(articles: list[dict[str, Any]], elements: Elements, headings: Iterable[str]) -> dict[str, Any]:
    """Of several articles the one whose headline or address the page has itself, else the first one with a headline."""
    said = {spaceless(each) for each in headings}
    addresses = {path_of(each.get("href")) for each in elements.of("link") if (each.get("rel") or "").lower() == "canonical"}
    for meta in elements.of("meta"):
        if meta.get("property") == "og:title":
            said.add(spaceless(meta.get("content") or ""))
        elif meta.get("property") == "og:url":
            addresses.add(path_of(meta.get("content")))

    def fits(node: dict[str, Any]) -> tuple[bool, bool, bool]:
        headline = one_text(node.get("headline")) or ""
        named = [one_text(node.get(key)) for key in ("url", "@id", "mainEntityOfPage")]
        is_here = any(path in addresses for each in named if (path := path_of(each)))
        return spaceless(html.unescape(headline)) in said - {""}, is_here, bool(headline)

    return max(articles, key=fits)  # the first of those that fit as well


def path_of(address: str | None) -> str | None:
    """An address without its host, query and fragment; None where it is only a host's."""
    if not address:
        return None
    try:
        return urlsplit(address.strip()).path.rstrip("/") or None
    except ValueError:  # "http://[" and hosts that are none
        return None


def _trail(breadcrumbs: dict[str, Any]) -> tuple[str, ...]:
    """The names of a BreadcrumbList, outermost first."""
    items = breadcrumbs.get("itemListElement")
    steps = [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
    places = [each.get("position") for each in steps]
    if all(isinstance(each, int) for each in places):
        steps.sort(key=lambda each: each["position"])
    found = []
    for step in steps[:MAX_STEPS]:
        item = step.get("item")
        name = step.get("name") or (item.get("name") if isinstance(item, dict) else None)
        if isinstance(name, str) and name.strip():
            found.append(" ".join(html.unescape(name).split())[:200])
    return tuple(found)


def one_text(value: object) -> str | None:
    """The one text in a JSON-LD value, which may be a list, an object or a number."""
    if isinstance(value, list):
        value = next((each for each in value if each), None)
    if isinstance(value, dict):
        value = value.get("url") or value.get("@value") or value.get("name") or value.get("@id")
    if isinstance(value, int) and not isinstance(value, bool):  # seconds or milliseconds since 1970
        return str(value)
    return value if isinstance(value, str) and value.strip() else None
