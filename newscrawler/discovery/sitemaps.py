"""Sitemap bytes in, links out: urlset, news sitemaps and indexes (sitemaps.org 0.9; Google's news extension).

Dates and titles are kept.  A news date is a publication date; `lastmod` says when the page last changed.
Element names are matched without their namespaces: sites misspell those.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from lxml import etree

from newscrawler.dates import parse_date
from newscrawler.errors import DiscoveryError
from newscrawler.items import Discovery, Endpoint, Link
from newscrawler.text import clean_line, without_bad_references
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from datetime import datetime

MAX_BYTES = 50_000_000  # the protocol's own limit
MAX_URLS = 50_000
MAX_CHILDREN = 50  # the newest sitemaps of an index: an archive of years is a backfill's work


def _inflated(body: bytes) -> bytes:
    """The bytes themselves, unzipped where they are gzip: many servers forget to say so."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, MAX_BYTES)
    except zlib.error as error:
        raise DiscoveryError(f"gzip that cannot be read: {error}") from error


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _texts(element: etree._Element) -> dict[str, str]:
    """First text of each child or grandchild by local name.

    `loc` is taken of the entry alone: an image has one too.
    """
    texts: dict[str, str] = {}
    for child in element.iter():
        name, text = _name(child), (child.text or "").strip()
        if text and name not in texts and (name != "loc" or child.getparent() is element):
            texts[name] = text
    return texts


def _root(body: bytes) -> etree._Element:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(without_bad_references(_inflated(body)).strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DiscoveryError(f"not a sitemap: {error}") from error
    if root is None or _name(root) not in ("urlset", "sitemapindex"):
        raise DiscoveryError(f"not a sitemap: the root element is {_name(root)[:40] if root is not None else 'missing'}")
    return root


def _children(root: etree._Element, url: str) -> tuple[Endpoint, ...]:
    rows = [_texts(entry) for entry in root if _name(entry) == "sitemap"]
    rows.sort(key=lambda row: row.get("lastmod", ""), reverse=True)
    addresses = (absolute(row.get("loc"), url) for row in rows)
    return tuple(Endpoint("sitemap", address) for address in dict.fromkeys(addresses) if address)[:MAX_CHILDREN]


def parse_sitemap(body: bytes, url: str, now: datetime) -> Discovery:
    """The links of a sitemap, or the sitemaps that an index names, newest first.

    Raises DiscoveryError where the bytes are neither.
    """
    root = _root(body)
    if _name(root) == "sitemapindex":
        return Discovery(endpoints=_children(root, url))
    seen: dict[str, Link] = {}
    for entry in root:
        if _name(entry) != "url" or len(seen) >= MAX_URLS:
            continue
        try:
            row = _texts(entry)
        except ValueError:  # bytes that are no text: one bad item costs that item only
            continue
        address = absolute(row.get("loc"), url)
        if address and address not in seen:
            published, modified = (parse_date(row.get(key), now) for key in ("publication_date", "lastmod"))
            seen[address] = Link(address, published, modified, clean_line(row.get("title")))
    return Discovery(links=tuple(seen.values()))
