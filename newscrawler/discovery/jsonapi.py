"""JSON of query APIs and of WordPress' REST interface in, links out.

A catalogue entry may say where the items are and what their fields are called, as dotted paths (`title.rendered`);
else the longest list of objects with addresses is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawler.dates.stated import parse_date
from newscrawler.discovery.item_titles import item_title
from newscrawler.discovery.jsonfeed import read_json
from newscrawler.errors import DiscoveryError, FailureKind
from newscrawler.items import Discovery, Link
from newscrawler.text import clean_line
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

# WordPress gives local dates without a zone, and the same in GMT without saying so
WORDPRESS = {"link": "link", "title": "title.rendered", "published": "date_gmt", "modified": "modified_gmt"}
_LINKS = ("url", "link", "web_url", "webUrl", "html_url", "permalink", "href", "uri")
_TITLES = ("title", "headline", "webTitle", "name", "title.rendered")
_DATES = (
    "published",
    "date_published",
    "published_at",
    "publication_date",
    "public_timestamp",
    "webPublicationDate",
    "date",
    "pubDate",
)
MAX_ITEMS = 10_000


def _at(value: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _text(item: Any, paths: tuple[str, ...]) -> str | None:
    return next((found for path in paths if isinstance(found := _at(item, path), str) and found.strip()), None)


def _lists(value: Any, depth: int = 0) -> Iterator[list[Any]]:
    if isinstance(value, list):
        if any(isinstance(each, dict) for each in value):
            yield value
    elif isinstance(value, dict) and depth < 5:
        for each in value.values():
            yield from _lists(each, depth + 1)


def _items(document: Any, path: str | None) -> list[Any]:
    if path is not None:
        found = _at(document, path)
        if not isinstance(found, list):
            raise DiscoveryError(f"the answer has no list at {path!r}", FailureKind.UNREADABLE)
        return found
    return max(_lists(document), key=lambda each: sum(_text(item, _LINKS) is not None for item in each), default=[])


def _gmt(stated: str | None, path: str) -> str | None:
    return f"{stated}Z" if stated and path.endswith("_gmt") and not stated.endswith("Z") else stated


def _link(item: Any, hints: Mapping[str, str], url: str, now: datetime) -> Link | None:
    def named(hint: str, usual: tuple[str, ...]) -> str | None:
        return _gmt(_text(item, (hints[hint],) if hint in hints else usual), hints.get(hint, ""))

    address = absolute(named("link", _LINKS), url)
    if address is None:
        return None
    published, modified = parse_date(named("published", _DATES), now), parse_date(named("modified", ()), now)
    return Link(address, published, modified, item_title(named("title", _TITLES)))


def parse_api(body: bytes, url: str, now: datetime, hints: Mapping[str, str]) -> Discovery:
    """The links of a JSON answer.  Raises DiscoveryError where it is no JSON, or says that something went wrong."""
    document = read_json(body)
    if (failure := _failure(document)) and "items" not in hints:
        raise DiscoveryError(failure, FailureKind.UNREADABLE)
    seen: dict[str, Link] = {}
    items = _items(document, hints.get("items"))
    for item in items[:MAX_ITEMS]:
        link = _link(item, hints, url, now) if isinstance(item, dict) else None
        if link is not None:
            seen.setdefault(link.url, link)
    return Discovery(links=tuple(seen.values()), rows=len(items))


def _failure(document: Any) -> str | None:
    """What an answer says that went wrong, as WordPress and its like say it, whatever the status."""
    if not isinstance(document, dict) or not isinstance(document.get("code"), str):
        return None
    if not {"message", "data"} & document.keys() and len(document) > 1:
        return None  # a list of items may have a code too
    return clean_line(f"the API says: {document.get('message') or document['code']}", 200)


def parse_wordpress(body: bytes, url: str, now: datetime) -> Discovery:
    """The posts that WordPress' REST interface lists.  Raises DiscoveryError where it lists none but complains."""
    if not isinstance(read_json(body), list):
        raise DiscoveryError(_failure(read_json(body)) or "not WordPress' list of posts")
    return parse_api(body, url, now, WORDPRESS)
