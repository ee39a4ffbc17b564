"""Hits as feeds: Atom (RFC 4287) and JSON Feed 1.1.  Values in, bytes out."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from newscrawler.text import parsable

if TYPE_CHECKING:
    from collections.abc import Sequence

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
JSON_FEED_TYPE = "application/feed+json; charset=utf-8"
NEVER = "1970-01-01T00:00:00Z"  # a feed must say when it changed, and an empty one never has


@dataclass(frozen=True, slots=True)
class Entry:
    """One hit: `page` is its address here, `url` where it was published; `id` as `permanent` makes it."""

    id: str
    page: str
    url: str
    title: str
    source: str
    text: str
    published: str | None
    first_seen: str
    language: str | None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A list of hits with its name; `page`: the same list for people; `own`: this feed's address."""

    id: str
    title: str
    page: str
    own: str
    entries: Sequence[Entry]

    @property
    def updated(self) -> str:
        return max((each.first_seen for each in self.entries), default=NEVER)


def permanent(archive: str, what: str) -> str:
    """The name of a feed or an entry, whatever host and port it is read from (RFC 4287, 4.2.6): a UUID of version 5.

    >>> permanent("2026-11-22 21:14:54.720963+00:00", "article 7")
    'urn:uuid:ea80fc2b-1c95-588c-b8b3-25a80a53457f'
    """
    return uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, f"newscrawler archive {archive}"), what).urn


def stamp(stated: str) -> str | None:
    """A stated time as RFC 3339 wants it, where it was stated whole; a date alone is none.

    >>> stamp("2026-11-22T12:30:00Z"), stamp("2026-11-22")
    ('2026-11-22T12:30:00Z', None)
    """
    return stated if len(stated) == 20 and stated.endswith("Z") else None


def atom(feed: Feed) -> bytes:
    root = ElementTree.Element("feed", {"xmlns": ATOM})
    _text(root, "title", feed.title)
    _text(root, "id", feed.id)
    _text(root, "updated", feed.updated)
    ElementTree.SubElement(root, "link", {"rel": "self", "href": parsable(feed.own), "type": "application/atom+xml"})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "href": parsable(feed.page), "type": "text/html"})
    _text(root, "generator", "newscrawler")
    for each in feed.entries:
        _entry(root, each)
    whole: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return whole


def _entry(root: ElementTree.Element, each: Entry) -> None:
    language = {"xml:lang": parsable(each.language)} if each.language else {}
    entry = ElementTree.SubElement(root, "entry", language)
    _text(entry, "title", each.title)
    _text(entry, "id", each.id)
    _text(entry, "updated", each.first_seen)
    if published := stamp(each.published or ""):
        _text(entry, "published", published)
    ElementTree.SubElement(entry, "link", {"rel": "alternate", "href": parsable(each.page), "type": "text/html"})
    if each.url.lower().startswith(("http://", "https://")):
        ElementTree.SubElement(entry, "link", {"rel": "via", "href": parsable(each.url)})
    _text(ElementTree.SubElement(entry, "author"), "name", each.source)
    for topic in each.topics:
        ElementTree.SubElement(entry, "category", {"term": parsable(topic)})
    _text(entry, "summary", each.text)


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = parsable(text)


def json_feed(feed: Feed) -> bytes:
    items = [
        {
            "id": each.id,
            "url": each.page,
            **({"external_url": each.url} if each.url.lower().startswith(("http://", "https://")) else {}),
            "title": each.title,
            "content_text": each.text,
            **({"date_published": published} if (published := stamp(each.published or "")) else {}),
            "date_modified": each.first_seen,
            "authors": [{"name": each.source}],
            **({"language": each.language} if each.language else {}),
            **({"tags": list(each.topics)} if each.topics else {}),
        }
        for each in feed.entries
    ]
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.own,
        "items": items,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8", "replace")
