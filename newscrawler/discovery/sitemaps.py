"""Sitemap bytes in, links out: urlset, news sitemaps, indexes and text files (sitemaps.org 0.9; Google's news extension).

Dates and titles are kept.  A news date is a publication date; `lastmod` says when the page last changed.
Element names are matched without their namespaces: sites misspell those.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from newscrawler.dates.stated import parse_date
from newscrawler.discovery.inflate import inflated
from newscrawler.discovery.item_titles import item_title
from newscrawler.discovery.repair import with_numeric_references
from newscrawler.discovery.xmlstream import XmlStream
from newscrawler.errors import DiscoveryError
from newscrawler.items import Discovery, Endpoint, Link
from newscrawler.text import clean_line, without_bad_references
from newscrawler.text.encoding import as_utf8
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

MAX_URLS = 100_000  # the protocol allows 50,000; some write more
MAX_LINE = 10_000  # bytes of a list of addresses
_TAGS = ("{*}url", "{*}sitemap", "{*}URL", "{*}Sitemap")
_ROOTS = ("urlset", "sitemapindex")
# sitemap-2.xml, sitemap.php?page=2, sitemap?page=2, news_sitemap?yyyy=2026&mm=11; not /how-to-write-a-sitemap?ref=x
_SITEMAP_PATH = re.compile(
    r"/[^?#]*sitemap[^?#]*\.(?:xml|gz)(?:$|\?)|/[^/?#]*sitemap[^/?#]*\.\w+\?|\.xml\.gz(?:$|\?)|"
    r"/(?:[a-z]+[_.-])?site-?maps?(?:[_.-]?(?:index|news|posts?|articles?|\d+))?/?\?[^#]*=[\w-]*\d",
    re.IGNORECASE,
)


@functools.lru_cache(maxsize=4_096)
def _name(tag: object) -> str:
    """Local name of an element's tag in lower case, "" of a comment."""
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _texts(entry: etree._Element) -> dict[str, str]:
    """What an entry states, by local name; of what is below it only the news extension counts: an image has a title too."""
    texts: dict[str, str] = {}
    for child in entry:
        name = _name(child.tag)
        if name == "news":
            for each in child:
                texts.setdefault(f"news:{_name(each.tag)}", (each.text or "").strip())
        elif name in ("loc", "lastmod", "publication_date") and name not in texts:
            texts[name] = (child.text or "").strip()
    return texts


def _entries(body: bytes, *, recover: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """("url" or "sitemap", what it states) of each entry."""
    stream = XmlStream(body, _TAGS, _is_entry, recover=recover)
    for element in stream:
        with contextlib.suppress(ValueError):  # bytes that are no text: one bad item costs that item only
            yield _name(element.tag), _texts(element)
    root = stream.root
    if root is None or _name(root.tag) not in _ROOTS:
        raise DiscoveryError(f"not a sitemap: the root element is {_name(root.tag)[:40] if root is not None else 'missing'}")


def _is_entry(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and _name(parent.tag) in _ROOTS


def _is_sitemap(address: str) -> bool:
    """Whether an entry of a urlset is a sitemap, which belongs into an index.

    >>> [_is_sitemap(f"https://a.example/{each}") for each in ("maps/sitemap-1.xml", "sitemap/2026.xml.gz", "sitemap.html")]
    [True, True, False]
    >>> [_is_sitemap(f"https://a.example/{each}") for each in ("sitemap?page=2", "how-to-write-a-sitemap?page=2", "sitemap")]
    [True, False, False]
    """
    return bool(_SITEMAP_PATH.search(address))


def _collect(body: bytes, url: str, now: datetime, *, recover: bool) -> Discovery:
    links: dict[str, Link] = {}
    children: dict[str, Endpoint] = {}
    for kind, row in _entries(body, recover=recover):
        address = absolute(row.get("loc"), url)
        if address is None or len(links) + len(children) >= MAX_URLS:
            continue
        modified = parse_date(row.get("lastmod"), now)
        if kind == "sitemap" or _is_sitemap(address):
            children.setdefault(address, Endpoint("sitemap", address, modified=modified))
        elif address not in links:
            published = parse_date(row.get("news:publication_date") or row.get("publication_date"), now)
            links[address] = Link(address, published, modified, item_title(row.get("news:title")))
    newest_first = sorted(children.values(), key=lambda each: each.modified or "", reverse=True)
    return Discovery(links=tuple(links.values()), endpoints=tuple(newest_first))


def _from_text(body: bytes, url: str) -> Discovery:
    """A sitemap as text: one address a line.  Raises DiscoveryError where it is none."""
    written = itertools.islice(BytesIO(body.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n")), 2 * MAX_URLS)
    lines = (line.decode("utf-8", "replace").strip() for line in written if len(line) <= MAX_LINE)
    named = filter(None, lines)
    first = list(itertools.islice(named, 50))
    if not first or not all(line.startswith(("http://", "https://")) for line in first):
        raise DiscoveryError("not a sitemap: neither XML nor a list of addresses")
    rows = itertools.islice(itertools.chain(first, named), MAX_URLS)
    found = dict.fromkeys(filter(None, (absolute(line, url) for line in rows)))
    return Discovery(links=tuple(map(Link, found)))


def parse_sitemap(body: bytes, url: str, now: datetime, *, charset: str | None = None) -> Discovery:
    """The links of a sitemap, or the sitemaps that an index names, newest first.

    Whatever its content type: the bytes decide.  Raises DiscoveryError where they are neither.
    """
    plain = as_utf8(inflated(body), charset)
    body = without_bad_references(plain).strip(b"\x00\t\n\r ").removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body.startswith(b"<"):
        return _from_text(body, url)
    with contextlib.suppress(etree.XMLSyntaxError, ValueError):
        return _collect(body, url, now, recover=False)
    body = with_numeric_references(body)
    try:
        return _collect(body, url, now, recover=True)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DiscoveryError(f"not a sitemap: {clean_line(str(error), 200)}") from error


def believable(links: Sequence[Link]) -> Sequence[Link]:
    """The links of a sitemap without their lastmod, where it is the same for all: the time when the file was made."""
    stated = {link.modified for link in links if link.modified}
    if len(links) < 20 or len(stated) != 1:
        return links
    return [replace(link, modified=None) for link in links]
