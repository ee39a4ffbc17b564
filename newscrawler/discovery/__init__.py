"""Bytes of an endpoint and its address in, links out.

`parse_endpoint` picks the parser by the endpoint's kind.  One bad item costs that item only; bytes that
are no feed or sitemap at all are a Discovery with an `error`, because "200 OK" lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.discovery.feeds import parse_feed
from newscrawler.discovery.sitemaps import parse_sitemap
from newscrawler.errors import DiscoveryError
from newscrawler.items import Discovery
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from datetime import datetime

PARSERS = {"rss": parse_feed, "atom": parse_feed, "sitemap": parse_sitemap, "news-sitemap": parse_sitemap}


def parse_endpoint(kind: str, body: bytes, url: str, now: datetime) -> Discovery:
    """What an endpoint of this kind names.  `url` is where the bytes came from, after redirects."""
    try:
        return PARSERS[kind](body, url, now)
    except DiscoveryError as error:
        return Discovery(error=clean_line(str(error), 300))
