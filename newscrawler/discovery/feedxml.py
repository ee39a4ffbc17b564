"""RSS 0.9x to 2.0, RDF and Atom read element by element: a hundred thousand items in bounded memory.

Namespaces decide by what feeds mean, not by what they declare: an unknown one is taken for RSS's own.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lxml import etree

from newscrawler.discovery.feed_dates import FeedDates, feed_dates
from newscrawler.discovery.item_titles import item_title
from newscrawler.discovery.relations import relations
from newscrawler.discovery.xmlstream import XmlStream
from newscrawler.errors import DiscoveryError
from newscrawler.items import Discovery, Link
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_STRING = etree.XPath("string()")
_TAGS = ("{*}item", "{*}entry", "{*}Item", "{*}ITEM", "{*}Entry")
MAX_PERIOD = 31_536_000.0  # seconds
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
# elements of other vocabularies that share a name with one of ours, such as media:title and itunes:title
_FOREIGN = (
    "search.yahoo.com/mrss",
    "itunes",
    "google.com/schemas",
    "podcast",
    "georss",
    "slash",
    "/thr/",
    "modules/content",
)
_RSL = "{https://rslstandard.org/rsl}content"
MAX_LICENCE = 100_000  # characters of its XML
PERIODS = {"hourly": 3_600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}
_PUBLISHED = ("pubdate", "published", "issued", "date", "created")
_MODIFIED = ("updated", "modified", "lastbuilddate")
_WANTED = frozenset({"title", "guid", "id", "origlink", *_PUBLISHED, *_MODIFIED})


@dataclass(slots=True)
class _Entry:
    """What one item states, by lower-case local name; the first statement counts."""

    texts: dict[str, str] = field(default_factory=dict)
    links: list[tuple[str, str, str, str]] = field(default_factory=list)  # rel, type, address, base
    base: str = ""
    licence: str | None = None  # RSL's content element, with all that is in it


@functools.lru_cache(maxsize=4_096)
def _name(tag: object) -> str:
    """Local name of an element's tag, in lower case; "" of a comment and of other vocabularies' elements."""
    if not isinstance(tag, str):
        return ""
    space, _, name = tag[1:].rpartition("}") if tag[:1] == "{" else ("", "", tag)
    return "" if any(part in space for part in _FOREIGN) else name.rpartition(":")[2].lower()


def _base_of(element: etree._Element, outer: str) -> str:
    stated = element.get(_BASE)
    return (absolute(stated, outer) or outer) if stated else outer


def _full_text(element: etree._Element) -> str:
    return str(_STRING(element)) if len(element) else element.text or ""


def _relation(link: etree._Element) -> str:
    return min(relations(link.get("rel")) or {"alternate"}, key=lambda each: each != "alternate")


def _read_entry(element: etree._Element, outer: str) -> _Entry:
    entry = _Entry(base=_base_of(element, outer))
    if about := element.get(_ABOUT):
        entry.texts["about"] = about
    for child in element:
        name = _name(child.tag)
        if name == "link":
            address = child.get("href") or (child.text or "").strip()
            if address:
                entry.links.append((_relation(child), child.get("type") or "", address, _base_of(child, entry.base)))
        elif name == "content" and (source := child.get("src")):
            # an Atom entry whose text is elsewhere needs no other link (RFC 4287, 4.1.3.2)
            entry.links.append(("content", child.get("type") or "", source, _base_of(child, entry.base)))
        elif name == "guid" and (child.get("isPermaLink") or "").lower() == "false":
            entry.texts.setdefault("guid-only", _full_text(child))
        elif child.tag == _RSL:
            entry.licence = entry.licence or _licence(child)
        elif name in _WANTED and name not in entry.texts and (text := _full_text(child).strip()):
            entry.texts[name] = text
    return entry


def _licence(element: etree._Element) -> str | None:
    xml = etree.tostring(element, encoding="unicode", with_tail=False)
    return xml if len(xml) <= MAX_LICENCE else None


def _address(entry: _Entry) -> str | None:
    """The article's address: where a proxy of links says it came from, the link, then an id that is an address."""
    if original := absolute(entry.texts.get("origlink"), entry.base):
        return original
    usual = [each for each in entry.links if each[0] == "alternate" or (each[0] == "content" and _is_page(each[1]))]
    usual.sort(key=lambda each: (each[0], bool(each[1]) and "html" not in each[1]))
    for _, _, address, base in usual:
        if found := absolute(address, base):
            return found
    guid = entry.texts.get("guid")
    if guid and (found := absolute(guid, entry.base)):
        return found
    for name in ("about", "id", "guid-only"):
        text = entry.texts.get(name, "").strip()
        if text.startswith(("http://", "https://")) and (found := absolute(text, entry.base)):
            return found
    return None


def _is_page(media_type: str) -> bool:
    """Whether a stated type may be an article's; a picture or film is none."""
    return not media_type or media_type.startswith(("text", "html", "xhtml", "application/xhtml"))


def _first(entry: _Entry, names: tuple[str, ...]) -> str | None:
    return next((entry.texts[name] for name in names if name in entry.texts), None)


def _link(entry: _Entry, dates: FeedDates) -> Link | None:
    address = _address(entry)
    if address is None:
        return None
    title = item_title(entry.texts.get("title"))
    link = dates.link(address, _first(entry, _PUBLISHED), _first(entry, _MODIFIED), title)
    return replace(link, licence=entry.licence) if entry.licence else link


def _items(root: etree._Element) -> Iterator[etree._Element]:
    """A feed's elements before its items: those of the root and of its channel."""
    for child in root:
        yield child
        if _name(child.tag) == "channel":
            yield from child


def _home(root: etree._Element) -> str | None:
    """The address of the feed's home page, against which its links are meant."""
    for element in _items(root):
        if _name(element.tag) == "link" and _relation(element) == "alternate":
            return element.get("href") or element.text
    return None


def _language(root: etree._Element) -> str | None:
    """The language that a feed states: `<language>` (dc:language), else xml:lang."""
    stated = (element.text for element in _items(root) if _name(element.tag) == "language")
    return next(stated, None) or root.get(_LANG)


def _period(root: etree._Element) -> float | None:
    """Seconds between two changes, as the feed states them: ttl, or the syndication module's period by its frequency."""
    stated = {_name(element.tag): (element.text or "").strip() for element in _items(root)}
    try:
        if ttl := float(stated.get("ttl") or 0) * 60:
            return ttl if 0 < ttl < MAX_PERIOD else None
        frequency = max(1.0, float(stated.get("updatefrequency") or 1))
    except ValueError:
        return None
    period = PERIODS.get(stated.get("updateperiod", "").lower())
    return period / frequency if period else None


def _outer_base(entry: etree._Element, url: str, home: str | None) -> str:
    """What the links of an item start from: xml:base of what is around it, else the home page, else the feed."""
    stated = [element for element in entry.iterancestors() if element.get(_BASE)]
    if not stated:
        return absolute(home, url) or url
    base = url
    for element in reversed(stated):
        base = _base_of(element, base)
    return base


def _check_root(root: etree._Element | None) -> None:
    name = _name(root.tag) if root is not None else ""
    if name not in ROOTS:
        raise DiscoveryError(f"not a feed: the root element is {name[:40] or 'missing'}")


def _entries(stream: XmlStream, url: str, limit: int) -> Iterator[tuple[_Entry, str | None]]:
    """Item by item, each with the feed's language."""
    outer: str | None = None
    language: str | None = None
    for number, element in enumerate(stream):
        if outer is None:
            _check_root(stream.root)
            assert stream.root is not None  # the root of an element
            outer, language = _outer_base(element, url, _home(stream.root)), _language(stream.root)
        if number < limit:
            yield _read_entry(element, outer), language


def read_xml_feed(body: bytes, url: str, now: datetime, *, limit: int, recover: bool = False) -> Discovery:
    """The links of an XML feed.

    Raises DiscoveryError where the root is no feed's or too much in it is no item; etree.XMLSyntaxError where the
    XML is broken and not to be recovered.
    """
    # an item of another vocabulary, inside ours, has no name
    stream = XmlStream(body, _TAGS, lambda element: bool(_name(element.tag)), recover=recover)
    seen: dict[str, Link] = {}
    dates: FeedDates | None = None
    for entry, language in _entries(stream, url, limit):
        dates = dates or feed_dates(language, url, now)
        try:
            link = _link(entry, dates)
        except (ValueError, TypeError):  # one bad item costs that item only
            continue
        if link is not None:
            seen.setdefault(link.url, link)
    _check_root(stream.root)
    assert stream.root is not None
    links = dates.settled(seen.values()) if dates else ()
    return Discovery(links=links, period=_period(stream.root))
