"""RSS, RDF, Atom and JSON Feed bytes in, links out: the only file that imports feedparser.

XML that is well-formed is read by our own reader (`feedxml`), which takes a hundred thousand items in its stride;
what is broken is read twice, by feedparser and by a recovering parser, and whichever finds more is believed.
"""

from __future__ import annotations

import contextlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lxml import etree

from newscrawler.discovery.feed_dates import FeedDates, feed_dates
from newscrawler.discovery.feedxml import read_xml_feed
from newscrawler.discovery.inflate import inflated
from newscrawler.discovery.item_titles import item_title
from newscrawler.discovery.jsonfeed import parse_json_feed
from newscrawler.discovery.repair import with_numeric_references
from newscrawler.errors import DiscoveryError
from newscrawler.items import Discovery, Link
from newscrawler.text import without_bad_references
from newscrawler.text.encoding import as_utf8
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from datetime import datetime

MAX_ITEMS = 100_000
FEEDPARSER_BYTES = 4_000_000  # more would cost it more CPU seconds than a feed may


def _address(entry: Any, base: str) -> str | None:
    """The article's address: the link, or a guid that is said to be one."""
    named = entry.get("link") or (entry.get("id") if entry.get("guidislink") else None)
    return absolute(named, base) if isinstance(named, str) and named.strip() else None


def _link(entry: Any, base: str, version: str, dates: FeedDates) -> Link | None:
    address = _address(entry, base)
    if address is None:
        return None
    # RSS and RDF know no "updated": feedparser files their dc:date under that name
    updated = dict.get(entry, "updated")  # feedparser's own get would hand out "published" for it
    published = entry.get("published") or (updated if version.startswith("rss") else None)
    return dates.link(address, published, updated, item_title(entry.get("title")))


def _by_feedparser(body: bytes, url: str, now: datetime) -> Discovery:
    import feedparser  # a tenth of a second to import: only those who need it pay

    # handed over as a stream: feedparser takes a string for an address or a file's name
    parsed = feedparser.parse(BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    version = parsed.get("version", "")
    if not version and not parsed.entries:
        raise DiscoveryError("not a feed")
    base = absolute(parsed.feed.get("link"), url) or url
    dates = feed_dates(parsed.feed.get("language"), url, now)
    seen: dict[str, Link] = {}
    for entry in parsed.entries[:MAX_ITEMS]:
        try:
            link = _link(entry, base, version, dates)
        except (ValueError, TypeError, AttributeError):  # one bad item costs that item only
            continue
        if link is not None:
            seen.setdefault(link.url, link)
    return Discovery(links=dates.settled(seen.values()))


def _repaired(body: bytes, url: str, now: datetime) -> Discovery:
    """The links of a feed whose XML is broken.  Raises DiscoveryError where no reading finds a feed."""
    body = with_numeric_references(body)
    found: list[Discovery] = []
    complaint: DiscoveryError | None = None
    with contextlib.suppress(etree.XMLSyntaxError, ValueError):  # that was all that was wrong
        return read_xml_feed(body, url, now, limit=MAX_ITEMS)
    try:
        found.append(read_xml_feed(body, url, now, limit=MAX_ITEMS, recover=True))
    except (DiscoveryError, etree.XMLSyntaxError, ValueError) as error:
        complaint = error if isinstance(error, DiscoveryError) else DiscoveryError(f"not a feed: {error}")
    if len(body) <= FEEDPARSER_BYTES:
        try:
            found.append(_by_feedparser(body, url, now))
        except DiscoveryError as error:
            complaint = complaint or error
    if not found:
        raise complaint or DiscoveryError("not a feed")
    return max(found, key=lambda each: len(each.links))


def parse_feed(body: bytes, url: str, now: datetime, *, charset: str | None = None) -> Discovery:
    """The links of a feed of any format, in its order, with stated dates and titles, and how often it changes.

    `charset` is what the answer's header says of its encoding.  Raises DiscoveryError where the bytes are no feed (a
    block page answered with 200, say).
    """
    body = as_utf8(inflated(body), charset).lstrip(b"\x00\t\n\r \xef\xbb\xbf")
    if not body:
        raise DiscoveryError("not a feed: the answer is empty")
    if body[:1] in (b"{", b"["):
        return parse_json_feed(body, url, now, limit=MAX_ITEMS)
    body = without_bad_references(body)
    try:
        return read_xml_feed(body, url, now, limit=MAX_ITEMS)
    except (etree.XMLSyntaxError, ValueError):
        return _repaired(body, url, now)
