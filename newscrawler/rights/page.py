"""What one page states: its headers, meta elements, links of licences, JSON-LD, and an RSL licence within it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from newscrawler.discovery.relations import header_links, relations
from newscrawler.items.rights import RightsKind, RightsOrigin, Statement
from newscrawler.rights import MAX_STATEMENTS, distinct, one_line
from newscrawler.rights.robots_tags import agent_of, robots_rules
from newscrawler.rights.rsl import TYPE, inline_licence
from newscrawler.rights.site import signals
from newscrawler.rights.tdm import reservations
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml.html import HtmlElement

    from newscrawler.markup.elements import Elements

MAX_HEADER = 8_000  # characters of one value
_HEADERS = frozenset({"x-robots-tag", "tdm-reservation", "tdm-policy", "content-signal", "link"})
_LICENCE_METAS = ("dcterms.license", "dc.license", "license", "licence")
_RIGHTS_METAS = ("dcterms.rights", "dc.rights", "dc.rights.copyright", "rights", "dcterms.rightsholder", "copyright")


def of_headers(headers: Iterable[tuple[str, str]], url: str) -> tuple[Statement, ...]:
    """What a response's headers state of the page at an address."""
    told: dict[str, list[str]] = {}
    for name, value in headers:
        if (lower := name.lower()) in _HEADERS:
            told.setdefault(lower, []).append(value[:MAX_HEADER])
    return distinct(_of_headers(told, url)) if told else ()


def _of_headers(told: Mapping[str, list[str]], url: str) -> Iterator[Statement]:
    yield from reservations(told.get("tdm-reservation", ()), told.get("tdm-policy", ()), RightsOrigin.HEADER, url)
    for value in told.get("content-signal", ()):
        yield from signals(value, RightsOrigin.HEADER)
    for value in told.get("x-robots-tag", ()):
        yield from robots_rules(value, RightsOrigin.HEADER)
    for address, stated in header_links(told.get("link", ())):
        if "license" in relations(stated.get("rel")):
            yield from _licence(address, stated.get("type", ""), url, RightsOrigin.HEADER)


def _licence(address: str, media_type: str, url: str, origin: RightsOrigin) -> Iterator[Statement]:
    """A link whose relation is `license`: to RSL by its type, else to whatever licence."""
    target = absolute(address, url)
    if target is None:
        return
    is_rsl = media_type.partition(";")[0].strip().lower() == TYPE
    yield Statement(
        RightsKind.RSL if is_rsl else RightsKind.LICENCE, target[:1_000], origin, terms=target if is_rsl else None
    )


def of_markup(
    elements: Elements, metas: Mapping[str, tuple[str, ...]], jsonld: Mapping[str, Any], names: Mapping[str, str], url: str
) -> tuple[Statement, ...]:
    """What a page's markup states.

    `metas`: the contents of its meta elements by name in lower case; `jsonld`: its article's object; `names`: of objects
    that are referred to, by @id.
    """
    linked = islice(_of_links(elements, url), MAX_STATEMENTS)
    return distinct([*_of_metas(metas, url), *linked, *_of_jsonld(jsonld, names, url)])


def _of_metas(metas: Mapping[str, tuple[str, ...]], url: str) -> Iterator[Statement]:
    yield from reservations(metas.get("tdm-reservation", ()), metas.get("tdm-policy", ()), RightsOrigin.META, url)
    for name, contents in metas.items():
        if ":" not in name and (agent := agent_of(name)) is not None:  # og:title and the like are many
            for content in contents:
                yield from robots_rules(content[:MAX_HEADER], RightsOrigin.META, agent or None)
    for name in _LICENCE_METAS:
        for content in metas.get(name, ()):
            yield from _named(content, url, RightsOrigin.META)
    for name in _RIGHTS_METAS:
        for content in metas.get(name, ()):
            yield from _named(content, url, RightsOrigin.META, RightsKind.COPYRIGHT)


def _named(value: str, url: str, origin: RightsOrigin, else_kind: RightsKind = RightsKind.LICENCE) -> Iterator[Statement]:
    """A licence by its address, or a line of text, which is of `else_kind`."""
    text = one_line(value)
    if text.startswith(("http://", "https://", "//")) and (address := absolute(text, url)):
        yield Statement(RightsKind.LICENCE, address, origin)
    elif text:
        yield Statement(else_kind, text, origin)


_RELATED = frozenset({"link", "a", "script"})


def _of_links(elements: Elements, url: str) -> Iterator[Statement]:
    licensing = [each for each in elements.related if each.tag in _RELATED and "icense" in (each.get("rel") or "")]
    scripts = [each for each in elements.of("script") if TYPE in (each.get("type") or "") and each.get("rel") is None]
    for element in elements.sorted(licensing + scripts):
        relation = element.get("rel")
        if relation is not None:
            if "license" in relations(relation) and not _is_of_picture(element):
                yield from _licence(element.get("href") or "", element.get("type") or "", url, RightsOrigin.LINK)
        elif line := inline_licence(element.text or ""):
            yield Statement(RightsKind.RSL, line, RightsOrigin.SCRIPT)


def _is_of_picture(element: HtmlElement) -> bool:
    return element.tag == "a" and next(element.iterancestors("figure", "figcaption"), None) is not None


def _of_jsonld(article: Mapping[str, Any], names: Mapping[str, str], url: str) -> Iterator[Statement]:
    """schema.org's license, usageInfo, acquireLicensePage, copyrightHolder and copyrightNotice of the article."""
    if not article:
        return
    for key in ("license", "usageInfo", "acquireLicensePage"):
        for text in _texts(article.get(key), names):
            yield from _named(text, url, RightsOrigin.JSON_LD)
    for key in ("copyrightHolder", "copyrightNotice"):
        for text in _texts(article.get(key), names):
            if line := one_line(text):
                yield Statement(RightsKind.COPYRIGHT, line, RightsOrigin.JSON_LD)


def _texts(value: Any, names: Mapping[str, str]) -> Iterator[str]:
    """The texts of a property: of several, of objects by address or name, of references."""
    for each in value[:10] if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            found = each.get("url") or each.get("name") or names.get(str(each.get("@id"))) or each.get("@id")
            if isinstance(found, str):
                yield found
