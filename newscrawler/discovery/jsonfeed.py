"""JSON Feed bytes in, links out (jsonfeed.org, versions 1 and 1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawler.discovery.feed_dates import FeedDates, feed_dates
from newscrawler.discovery.item_titles import item_title
from newscrawler.errors import DiscoveryError, FailureKind
from newscrawler.items import Discovery, Link
from newscrawler.text import clean_line
from newscrawler.text.json_values import loads_json
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from datetime import datetime

MAX_VALUES = 1_000_000  # counted before it is read, for each takes up to a hundred bytes; commas of texts are among them


def read_json(body: bytes) -> Any:
    """A JSON document.  Raises DiscoveryError where the bytes are none, or say more than we read."""
    if sum(map(body.count, (b"{", b"[", b","))) > MAX_VALUES:
        raise DiscoveryError(f"JSON of more than {MAX_VALUES} values", FailureKind.OUR_LIMIT)
    try:
        return loads_json(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise DiscoveryError(f"not JSON: {clean_line(str(error), 100)}") from error


def _text(item: dict[str, Any], *names: str) -> str | None:
    return next((value for name in names if isinstance(value := item.get(name), str) and value.strip()), None)


def _link(item: dict[str, Any], base: str, dates: FeedDates) -> Link | None:
    named = _text(item, "url")
    identity = _text(item, "id")
    if named is None and identity is not None and identity.startswith(("http://", "https://")):
        named = identity
    address = absolute(named or _text(item, "external_url"), base)
    if address is None:
        return None
    return dates.link(address, _text(item, "date_published"), _text(item, "date_modified"), item_title(_text(item, "title")))


def parse_json_feed(body: bytes, url: str, now: datetime, *, limit: int) -> Discovery:
    """The links of a JSON Feed, in its order.  Raises DiscoveryError where the bytes are none."""
    feed = read_json(body)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise DiscoveryError("not a JSON Feed: it has no list of items")
    base = absolute(_text(feed, "home_page_url"), url) or url
    dates = feed_dates(_text(feed, "language"), url, now)
    seen: dict[str, Link] = {}
    for item in feed["items"][:limit]:
        link = _link(item, base, dates) if isinstance(item, dict) else None
        if link is not None:
            seen.setdefault(link.url, link)
    return Discovery(links=dates.settled(seen.values()))
