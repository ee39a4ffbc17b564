"""Bytes of an endpoint and its address in, links out.

`parse_endpoint` picks the parser by the endpoint's kind.  One bad item costs that item only; bytes that
are no feed, sitemap or listing at all are a Discovery with an `error`, because "200 OK" lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.discovery.feeds import parse_feed
from newscrawler.discovery.jsonapi import parse_api, parse_wordpress
from newscrawler.discovery.listings import article_links
from newscrawler.discovery.sitemaps import parse_sitemap
from newscrawler.errors import DiscoveryError
from newscrawler.items import Discovery
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def _parse(kind: str, body: bytes, url: str, now: datetime, hints: Mapping[str, str]) -> Discovery:
    match kind:
        case "sitemap" | "news-sitemap":
            return parse_sitemap(body, url, now)
        case "listing":
            return article_links(body, url, now, within=hints.get("within"), pattern=hints.get("pattern"))
        case "wordpress":
            return parse_wordpress(body, url, now)
        case "api":
            return parse_api(body, url, now, hints)
    return parse_feed(body, url, now)


def parse_endpoint(kind: str, body: bytes, url: str, now: datetime, hints: tuple[tuple[str, str], ...] = ()) -> Discovery:
    """What an endpoint of this kind names.  `url` is where the bytes came from, after redirects."""
    try:
        return _parse(kind, body, url, now, dict(hints))
    except DiscoveryError as error:
        return Discovery(error=clean_line(str(error), 300))
