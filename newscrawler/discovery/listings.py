"""Home, section and listing pages in, article links out.

Each link is judged by the shape of its address, by its words and by where it stands; then with its kin: links whose
addresses have one template, and links that stand in one kind of box, are mostly of one kind.  What the page states
itself (JSON-LD ItemList) is believed.  No site has a parser of its own; a catalogue entry may narrow the page down.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

from lxml import etree

from newscrawler.dates.stated import parse_date
from newscrawler.discovery.html import anchors, parse_html, spaced_text, text_of
from newscrawler.discovery.urlshape import Shape, shape
from newscrawler.items import Discovery, Endpoint, Link
from newscrawler.text import clean_line, words
from newscrawler.urls import absolute, same_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime


_NAVIGATION = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|navigation|menu|submenu|footer|foot|breadcrumbs?|pagination|pager|paging|social|share|"
    r"sharing|tags?|lang|language|languages|login|toolbar|topbar|skip|sitemap|subnav|mainnav|copyright|legal)(?:$|[-_ ])",
    re.IGNORECASE,
)
_DATE_TEXT = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d+ (?:min|hour|hr|day)s?\b", re.IGNORECASE)
_DOTTED = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)\b")
_SPOKEN = re.compile(
    r"\b(?:19|20)\d\d-\d\d-\d\d\b|\b\d{1,2} [A-Z][a-z]{2,8}\.? (?:19|20)\d\d\b|\b[A-Z][a-z]{2,8}\.? \d{1,2}, (?:19|20)\d\d\b"
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
_ITEM_BOXES = frozenset({"article", "li", "tr", "dd", "dt", "section", "div", "td"})
THRESHOLD = 0.0


@dataclass(slots=True)
class _Found:
    """One address of a page, with all that its anchors say."""

    url: str
    shape: Shape
    text: str = ""
    heading: bool = False
    navigation: bool = True  # in every place
    picture: bool = False
    dated: str | None = None
    boxes: set[str] = field(default_factory=set)
    stated: bool = False  # by JSON-LD
    score: float = 0.0


def _box(element: etree._Element) -> str:
    """The kind of box that a link stands in: tags and classes of four elements around it."""
    names = []
    for parent in element.iterancestors():
        names.append(f"{parent.tag}.{' '.join((parent.get('class') or '').split()[:2])}")
        if len(names) == 4:
            break
    return "<".join(names)


def _is_navigation(element: etree._Element) -> bool:
    for level, parent in enumerate(element.iterancestors()):
        if parent.tag in ("nav", "footer"):
            return True
        if parent.tag in ("body", "html", "main", "article"):
            return False
        if level > 5:  # so far out a class names the page's frame
            continue
        marks = f"{parent.get('class') or ''} {parent.get('id') or ''} {parent.get('role') or ''}"
        if _NAVIGATION.search(marks):
            return True
    return False


def _near_date(element: etree._Element) -> str | None:
    """The date that stands in the smallest box around a link with a date in it; at most three boxes up."""
    for level, parent in enumerate(element.iterancestors()):
        if level > 3 or parent.tag in ("ul", "ol", "body", "table", "main"):
            return None
        stamp = next((each.get("datetime") or text_of(each, 60) for each in parent.iter("time")), None)
        if stamp:
            return stamp
        if parent.tag in _ITEM_BOXES and level < 3:
            text = spaced_text(parent)
            if _DATE_TEXT.search(text):
                return text
    return None


def _collect(root: etree._Element, base: str, url: str) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    here = urldefrag(url).url.rstrip("/")
    for element, address in anchors(root, base):
        if address.rstrip("/") == here or not same_site(address, url):
            continue
        entry = found.get(address)
        if entry is None:
            entry = found[address] = _Found(address, shape(address))
        text = text_of(element) or (element.get("title") or "")
        if len(text) > len(entry.text):
            entry.text = text
        around = [element.getparent(), *element]
        entry.heading |= any(each is not None and each.tag in _HEADINGS for each in around) or any(
            parent.tag in _HEADINGS for parent in element.iterancestors()
        )
        entry.navigation &= _is_navigation(element)
        entry.picture |= next(element.iter("img", "picture"), None) is not None
        entry.dated = entry.dated or _near_date(element)
        entry.boxes.add(_box(element))
    return found


def _words_score(text: str) -> float:
    number = len(words(text))
    if number == 0:
        return 0.0
    return -1.2 if number <= 2 else 0.0 if number == 3 else 0.8 if number <= 5 else 1.8


def _slug_score(of: Shape) -> float:
    number = max(of.words, of.letters // 8 if of.words <= 2 else 0)
    return (-1.0, -0.8, -0.3, 0.5, 1.2, 1.8, 2.2)[min(number, 6)]


def _own_score(entry: _Found, here: Shape) -> float:
    """What speaks for a link by itself; above zero is an article.  `here` is the page's own address."""
    of = entry.shape
    score = -1.2 + _slug_score(of) + _words_score(entry.text)
    score += 2.4 * of.dated + of.day + 2.2 * of.identified + 1.8 * of.item_query + 0.6 * of.article_word
    score -= 1.8 * min(len(of.sections - here.sections), 2)  # a folder that the page itself is in says nothing
    score -= (1.5 + 2.0 * (not of.dated)) * (
        of.host.partition(".")[0] != here.host.partition(".")[0]
    )  # another house of theirs
    score += 0.6 * entry.heading + 0.5 * (entry.dated is not None) + 0.3 * entry.picture
    score -= 1.2 * entry.navigation
    score -= 0.6 * (of.depth <= 1 and of.words <= 2)
    return score + 4.0 * entry.stated


def _means(found: Iterable[_Found], keys: Any) -> dict[str, tuple[float, int]]:
    groups: dict[str, list[float]] = defaultdict(list)
    for entry in found:
        for key in keys(entry):
            groups[key].append(max(-4.0, min(4.0, entry.score)))
    return {key: (sum(scores) / len(scores), len(scores)) for key, scores in groups.items()}


def _with_kin(found: dict[str, _Found]) -> None:
    """Move each score towards those of the links that share its template or its box."""
    templates = _means(found.values(), lambda entry: (entry.shape.template,))
    boxes = _means(found.values(), lambda entry: entry.boxes)
    for entry in found.values():
        template, number = templates[entry.shape.template]
        box, size = max(boxes[key] for key in entry.boxes)
        kin = (0.6 * template if number >= 3 else 0.0) + (0.4 * box if size >= 3 else 0.0)
        entry.score += kin


def _by_house_style(found: dict[str, _Found]) -> None:
    """Where nearly all that are surely articles have a date or a number in their address, the rest are suspect."""
    sure = [entry for entry in found.values() if entry.score > 2.0]
    if len(sure) < 8:
        return
    for mark in ("dated", "identified"):
        if sum(getattr(entry.shape, mark) for entry in sure) >= 0.8 * len(sure):
            for entry in found.values():
                entry.score -= 2.0 * (not entry.shape.dated and not entry.shape.identified and not entry.shape.item_query)
            return


def _judge(found: dict[str, _Found], url: str) -> None:
    here = shape(url)
    for entry in found.values():
        entry.score = _own_score(entry, here)
    _with_kin(found)
    _by_house_style(found)


# --- what the page states of itself


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 8:
        return
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield each
            for inner in each.values():
                if isinstance(inner, (dict, list)):
                    yield from _objects(inner, depth + 1)


def _itemlist_addresses(root: etree._Element) -> Iterator[str]:
    """The addresses that an ItemList of the page's JSON-LD names."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for each in _objects(data):
            if each.get("@type") != "ListItem":
                continue
            item = each.get("item")
            named = each.get("url") or (item.get("url") or item.get("@id") if isinstance(item, dict) else item)
            if isinstance(named, str):
                yield named


def _believe(root: etree._Element, found: dict[str, _Found]) -> None:
    """A breadcrumb is an ItemList too: what is believed is only what has the shape of more than a section."""
    for named in _itemlist_addresses(root):
        entry = found.get(named)
        if entry is not None and not entry.navigation and entry.shape.words >= 3:
            entry.stated = True


def article_links(
    body: bytes, url: str, now: datetime, *, within: str | None = None, pattern: str | None = None
) -> Discovery:
    """The article links of a page, in its order, with the words of their anchors and the dates beside them.

    `within` is an XPath of the elements to look in, `pattern` a regular expression that article addresses match:
    hints of a catalogue.  `endpoints` holds the page's next page, if it names one.  Raises DiscoveryError where the
    bytes are no page.
    """
    root, base = parse_html(body, url)
    found = _collect(root, base, url)
    _believe(root, found)
    _judge(found, url)
    kept = [entry for entry in found.values() if _is_kept(entry, pattern)]
    if within is not None:
        inside = {address for part in _parts(root, within) for _, address in anchors(part, base)}
        kept = [entry for entry in kept if entry.url in inside]
    links = tuple(Link(each.url, _date(each, now), None, clean_line(each.text, 500)) for each in kept)
    following = next_page(root, base, url)
    return Discovery(links=links, endpoints=(Endpoint("listing", following),) if following else ())


def _parts(root: etree._Element, within: str) -> list[etree._Element]:
    """The elements that an XPath of the catalogue names; none where it is no XPath of elements."""
    try:
        named = root.xpath(within)
    except etree.XPathError:
        return []
    return [each for each in named if isinstance(each, etree._Element)] if isinstance(named, list) else []


def _is_kept(entry: _Found, pattern: str | None) -> bool:
    if entry.shape.file or entry.shape.home:
        return False
    return bool(re.search(pattern, entry.url)) if pattern is not None else entry.score > THRESHOLD


def _date(entry: _Found, now: datetime) -> str | None:
    """The day that stands beside a link; None where no whole date does, or it could be two."""
    text = entry.dated or ""
    if at := parse_date(text, now):
        return at
    if numbers := _DOTTED.search(text):
        day, month, year = numbers.groups()
        return parse_date(f"{year}-{int(month):02}-{int(day):02}", now)
    spoken = _SPOKEN.search(text)
    return parse_date(spoken[0], now) if spoken else None


_NEXT = """
    next older » > › → ›› suivant suivante weiter nächste siguiente próxima successiva volgende następna dalej далее
    следующая наступна 次へ 下一页 下一頁 다음 التالي הבא
"""
_NEXT_WORDS = frozenset(_NEXT.split())


def next_page(root: etree._Element, base: str, url: str) -> str | None:
    """Where a listing goes on: rel="next", or a link that says so."""
    for element in root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split():
            return _other(element, base, url)
    for element, _ in anchors(root, base):
        spoken = (text_of(element, 40) or element.get("aria-label") or element.get("title") or "").lower().split()
        if spoken and len(spoken) <= 3 and (spoken[0] in _NEXT_WORDS or spoken[-1] in _NEXT_WORDS):
            return _other(element, base, url)
    return None


def _other(element: etree._Element, base: str, url: str) -> str | None:
    address = absolute(element.get("href"), base)
    return address if address and same_site(address, url) and address != urldefrag(url).url else None
