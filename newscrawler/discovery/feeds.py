"""RSS, RDF and Atom bytes in, links out: the only file that imports feedparser."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from newscrawler.dates import parse_date
from newscrawler.errors import DiscoveryError
from newscrawler.items import Discovery, Link
from newscrawler.text import clean_line
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from datetime import datetime

MAX_ITEMS = 20_000


def _address(entry: Any, base: str) -> str | None:
    """The article's address: the link, or a guid that is said to be one."""
    named = entry.get("link") or (entry.get("id") if entry.get("guidislink") else None)
    return absolute(named, base) if isinstance(named, str) and named.strip() else None


def _published(entry: Any, version: str, now: datetime) -> str | None:
    # RSS and RDF know no "updated": feedparser files their dc:date under that name
    stated = entry.get("published") or (entry.get("updated") if version.startswith("rss") else None)
    return parse_date(stated, now) if isinstance(stated, str) else None


def parse_feed(body: bytes, url: str, now: datetime) -> Discovery:
    """The links of an RSS or Atom feed, in its order, with stated dates and titles.

    Raises DiscoveryError where the bytes are no feed (a block page answered with 200, say).
    """
    import feedparser  # a tenth of a second to import: only the workers pay

    # handed over as a stream: feedparser takes a string for an address or a file's name
    parsed = feedparser.parse(BytesIO(body.lstrip()), sanitize_html=False, resolve_relative_uris=False)
    version = parsed.get("version", "")
    if not version and not parsed.entries:
        raise DiscoveryError("not an RSS or Atom feed")
    base = absolute(parsed.feed.get("link"), url) or url
    seen: dict[str, Link] = {}
    for entry in parsed.entries[:MAX_ITEMS]:
        address = _address(entry, base)
        if address and address not in seen:
            seen[address] = Link(address, _published(entry, version, now), clean_line(entry.get("title")))
    return Discovery(links=tuple(seen.values()))
