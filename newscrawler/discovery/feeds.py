"""RSS, RDF and Atom bytes in, links out: the only file that imports feedparser."""

from __future__ import annotations

from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Any

from newscrawler.dates import parse_date
from newscrawler.errors import DiscoveryError
from newscrawler.items import Discovery, Link
from newscrawler.text import clean_line, without_bad_references
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from datetime import datetime

MAX_ITEMS = 20_000


def _address(entry: Any, base: str) -> str | None:
    """The article's address: the link, or a guid that is said to be one."""
    named = entry.get("link") or (entry.get("id") if entry.get("guidislink") else None)
    return absolute(named, base) if isinstance(named, str) and named.strip() else None


def _link(entry: Any, base: str, version: str, now: datetime) -> Link | None:
    address = _address(entry, base)
    if address is None:
        return None
    # RSS and RDF know no "updated": feedparser files their dc:date under that name
    updated = dict.get(entry, "updated")  # feedparser's own get would hand out "published" for it
    published = entry.get("published") or (updated if version.startswith("rss") else None)
    return Link(
        address, parse_date(published, now), parse_date(updated, now), clean_line(unescape(entry.get("title") or ""))
    )


def parse_feed(body: bytes, url: str, now: datetime) -> Discovery:
    """The links of an RSS or Atom feed, in its order, with stated dates and titles.

    Raises DiscoveryError where the bytes are no feed (a block page answered with 200, say).
    """
    import feedparser  # a tenth of a second to import: only the workers pay

    # handed over as a stream: feedparser takes a string for an address or a file's name
    parsed = feedparser.parse(
        BytesIO(without_bad_references(body.lstrip())), sanitize_html=False, resolve_relative_uris=False
    )
    version = parsed.get("version", "")
    if not version and not parsed.entries:
        raise DiscoveryError("not an RSS or Atom feed")
    base = absolute(parsed.feed.get("link"), url) or url
    seen: dict[str, Link] = {}
    for entry in parsed.entries[:MAX_ITEMS]:
        try:
            link = _link(entry, base, version, now)
        except (ValueError, TypeError, AttributeError):  # one bad item costs that item only
            continue
        if link is not None:
            seen.setdefault(link.url, link)
    return Discovery(links=tuple(seen.values()))
