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
from newscrawler.errors import DiscoveryError, Failure, FailureKind
from newscrawler.items import Discovery
from newscrawler.plugins import ENDPOINT_KINDS, installed
from newscrawler.text import clean_line
from newscrawler.text.encoding import as_utf8, markup_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from newscrawler.discovery import Hints


def _parse(kind: str, body: bytes, url: str, now: datetime, hints: Mapping[str, str]) -> Discovery:
    match kind:
        case "sitemap" | "news-sitemap":
            return _parse_sitemap(body, url, now, hints.get("charset"))
        case "listing":
            body = markup_of(body, f"text/html; charset={hints['charset']}")[0] if "charset" in hints else body
            return article_links(body, url, now, within=hints.get("within"), pattern=hints.get("pattern"))
        case "wordpress":
            return parse_wordpress(as_utf8(body, hints.get("charset")), url, now)
        case "api":
            return parse_api(as_utf8(body, hints.get("charset")), url, now, hints)
        case "rss" | "atom" | "json-feed":
            return parse_feed(body, url, now, charset=hints.get("charset"))
    if kind in (offered := installed(ENDPOINT_KINDS)):
        found = offered[kind](body, url, now, hints)
        if not isinstance(found, Discovery):
            raise DiscoveryError(
                f"the parser of kind {kind} returned {type(found).__name__}, not Discovery", FailureKind.BUG
            )
        return found
    return parse_feed(body, url, now, charset=hints.get("charset"))


def _parse_sitemap(body: bytes, url: str, now: datetime, charset: str | None) -> Discovery:
    """A sitemap, or a feed: the protocol lets a site name one as its sitemap (sitemaps.org, "Other Sitemap formats")."""
    try:
        return parse_sitemap(body, url, now, charset=charset)
    except DiscoveryError as error:
        try:
            return parse_feed(body, url, now, charset=charset)
        except DiscoveryError:
            raise error from None


def parse_endpoint(kind: str, body: bytes, url: str, now: datetime, hints: Hints = ()) -> Discovery:
    """What an endpoint of this kind names.  `url` is where the bytes came from, after redirects.

    `hints` are the catalogue's, and `charset`: the encoding that the answer's header states.
    """
    try:
        return _parse(kind, body, url, now, dict(hints))
    except DiscoveryError as error:
        return Discovery(failure=Failure(error.kind, clean_line(str(error), 300) or "cannot be read"))
