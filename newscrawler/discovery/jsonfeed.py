"""JSON Feed bytes in, links out (jsonfeed.org, versions 1 and 1.1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newscrawler.dates import parse_date
from newscrawler.errors import DiscoveryError
from newscrawler.items import Discovery, Link
from newscrawler.text import clean_line
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from datetime import datetime


def read_json(body: bytes) -> Any:
    """A JSON document.  Raises DiscoveryError where the bytes are none."""
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise DiscoveryError(f"not JSON: {clean_line(str(error), 100)}") from error


def _text(item: dict[str, Any], *names: str) -> str | None:
    return next((value for name in names if isinstance(value := item.get(name), str) and value.strip()), None)


def _link(item: dict[str, Any], base: str, now: datetime) -> Link | None:
    named = _text(item, "url")
    identity = _text(item, "id")
    if named is None and identity is not None and identity.startswith(("http://", "https://")):
        named = identity
    address = absolute(named or _text(item, "external_url"), base)
    if address is None:
        return None
    published, modified = (parse_date(_text(item, key), now) for key in ("date_published", "date_modified"))
    return Link(address, published, modified, clean_line(_text(item, "title")))


def parse_json_feed(body: bytes, url: str, now: datetime, *, limit: int) -> Discovery:
    """The links of a JSON Feed, in its order.  Raises DiscoveryError where the bytes are none."""
    feed = read_json(body)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise DiscoveryError("not a JSON Feed: it has no list of items")
    base = absolute(_text(feed, "home_page_url"), url) or url
    seen: dict[str, Link] = {}
    for item in feed["items"][:limit]:
        link = _link(item, base, now) if isinstance(item, dict) else None
        if link is not None:
            seen.setdefault(link.url, link)
    return Discovery(links=tuple(seen.values()))
