"""A home page in, what a crawl could follow out: feeds that it announces, feeds that it links, sitemaps, WordPress.

Nothing here asks anybody: `newscrawler add` tries what is proposed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from newscrawler.discovery.html import anchors, parse_html, text_of
from newscrawler.discovery.relations import header_links, relations
from newscrawler.discovery.urlshape import SECTIONS, shape
from newscrawler.text import clean_line
from newscrawler.urls import absolute, same_site

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from lxml import etree

FEED_TYPES = {
    "application/rss+xml": "rss", "application/rss": "rss", "application/rdf+xml": "rss", "text/rss": "rss",
    "text/rss+xml": "rss", "application/atom+xml": "atom", "application/feed+json": "json-feed",
}  # fmt: skip
# types that may be anything: then the address or the title must speak of a feed
_VAGUE_TYPES = frozenset({"application/xml", "text/xml", "application/json"})
_FEED_WORDS = re.compile(r"(?:^|[^a-z])(?:rss|atom|feeds?|rdf|rss2|jsonfeed)(?:[^a-z]|$)|feed\.json$|feed/?$", re.IGNORECASE)
_COMMENT_WORDS = re.compile(r"comment|commentaire|kommentar|comentario|commenti|/comments?/", re.IGNORECASE)
_NOT_A_FEED = re.compile(r"wp-json|oembed|/xmlrpc|opensearch|\.(?:png|gif|jpe?g|svg|css|js|html?)(?:$|\?)", re.IGNORECASE)
# where content systems keep the feed of a site that announces none, the commonest first
GUESSED_FEEDS = (
    "feed/",
    "rss",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "feeds/",
    "feed.json",
    "?feed=rss2",
    "en/rss.xml",
)
GUESSED_SITEMAPS = (
    "news-sitemap.xml",
    "sitemap_news.xml",
    "sitemap-news.xml",
    "sitemap.xml",
    "sitemap_index.xml",
    "sitemap.xml.gz",
)
MAX_SECTIONS = 12
_WORDPRESS = "https://api.w.org/"  # the relation by which it announces its REST interface


@dataclass(frozen=True, slots=True)
class Announced:
    """A feed that a page names.  `comments`: of readers' comments, which nobody wants as news."""

    kind: str  # rss, atom or json-feed
    url: str
    title: str | None = None
    comments: bool = False


@dataclass(frozen=True, slots=True)
class SiteClues:
    """What a home page says of its site; unknown is None."""

    feeds: tuple[Announced, ...] = ()  # announced by <link>
    linked_feeds: tuple[str, ...] = ()  # addresses of <a> that look like feeds
    sitemaps: tuple[str, ...] = ()
    wordpress: str | None = None  # the address of its REST API
    sections: tuple[str, ...] = ()
    name: str | None = None
    language: str | None = None


def _feed(reference: str, stated: Mapping[str, str], base: str) -> Announced | None:
    """The feed that a link names by its rel, type and title; None where it names none."""
    rel = relations(stated.get("rel"))
    if not {"alternate", "feed"} & rel or "stylesheet" in rel:
        return None
    # old pages write feed: for http:
    address = absolute(re.sub(r"^feed:(?://)?(?=https?:)|^feed:(?=//)", "", reference.strip()), base)
    kind = _kind(stated, rel, address) if address else None
    if address is None or kind is None:
        return None
    title = clean_line(stated.get("title"), 200)
    comments = bool(_COMMENT_WORDS.search(f"{title or ''} {urlsplit(address).path}"))
    return Announced(kind, address, title, comments)


def _kind(link: Mapping[str, str], rel: Collection[str], address: str) -> str | None:
    stated = (link.get("type") or "").partition(";")[0].strip().lower()
    if stated in FEED_TYPES:
        return FEED_TYPES[stated]
    if stated in _VAGUE_TYPES or (not stated and "feed" in rel):
        spoken = f"{urlsplit(address).path} {link.get('title') or ''}"
        if _NOT_A_FEED.search(address) or not ("feed" in rel or _FEED_WORDS.search(spoken)):
            return None
        return "json-feed" if "json" in stated else "rss"
    return None


def _announced(root: etree._Element, base: str) -> Iterator[Announced]:
    for element in root.iter("link"):
        stated = {name: element.get(name, "") for name in ("rel", "type", "title")}
        if found := _feed(element.get("href") or "", stated, base):
            yield found


def announced_feeds(body: bytes, url: str) -> tuple[Announced, ...]:
    """The feeds that a page announces in <link rel="alternate">, in its order.

    Raises DiscoveryError where the bytes are no page.
    """
    root, base = parse_html(body, url)
    return tuple({each.url: each for each in reversed(list(_announced(root, base)))}.values())[::-1]


def _linked_feeds(root: etree._Element, base: str, url: str) -> Iterator[str]:
    for _, address in anchors(root, base):
        path = urlsplit(address).path.lower()
        looks = re.search(
            r"(?:^|/)(?:rss|feeds?|atom|rdf)(?:/|$|\.)|\.(?:rss|rdf|atom)$|(?:rss|feed|atom)[\w-]*\.xml$", path
        )
        hosted = urlsplit(address).netloc.lower().startswith(("feeds.", "rss.", "feed.")) and len(path) > 1
        if (looks or hosted) and (hosted or same_site(address, url)) and not _NOT_A_FEED.search(address):
            yield address


def _wordpress(root: etree._Element, base: str) -> str | None:
    for element in root.iter("link"):
        if (element.get("rel") or "").lower() == _WORDPRESS:
            return absolute(element.get("href"), base)
    return None


def _sections(root: etree._Element, base: str, url: str) -> Iterator[str]:
    """Pages of the site that are listings rather than articles or services."""
    news = re.compile(
        r"news|press|media|world|politi|defen[cs]e|diploma|security|international|article|actualit|nachricht|noticia|aktuell|communi",
        re.IGNORECASE,
    )
    for element, address in anchors(root, base):
        of = shape(address)
        path = urlsplit(address).path
        if (
            same_site(address, url)
            and 1 <= of.depth <= 3
            and of.words <= 3
            and not (of.identified or of.dated or of.file or of.home)
        ):
            spoken = f"{path} {text_of(element, 60)}"
            if (
                news.search(spoken)
                and not (of.sections - {"news", "section", "sections", "topics", "category", "topic"}) & SECTIONS
            ):
                yield address.partition("?")[0] if not urlsplit(address).query else address


def _meta(root: etree._Element, *names: str) -> str | None:
    for element in root.iter("meta"):
        if (element.get("property") or element.get("name") or "").lower() in names and element.get("content"):
            return clean_line(element.get("content"), 200)
    return None


def with_headers(clues: SiteClues, headers: Iterable[str], url: str) -> SiteClues:
    """The clues, with what the Link headers of the page's answer name."""
    links = list(header_links(headers))
    feeds = [feed for reference, stated in links if (feed := _feed(reference, stated, url))]

    def named(relation: str) -> list[str]:
        found = (absolute(reference, url) for reference, stated in links if relation in relations(stated.get("rel")))
        return [each for each in found if each]

    return replace(
        clues,
        feeds=tuple({each.url: each for each in (*feeds, *clues.feeds)}.values()),
        sitemaps=tuple(dict.fromkeys((*clues.sitemaps, *named("sitemap")))),
        wordpress=clues.wordpress or next(iter(named(_WORDPRESS)), None),
    )


def site_clues(body: bytes, url: str) -> SiteClues:
    """Everything that a home page says of its site.  Raises DiscoveryError where the bytes are no page."""
    root, base = parse_html(body, url)
    html = root if root.tag == "html" else next(root.iter("html"), root)
    title = next((text_of(each, 200) for each in root.iter("title")), None)
    maps = (absolute(each.get("href"), base) for each in root.iter("link") if "sitemap" in (each.get("rel") or "").lower())
    language = (
        html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang") or _meta(root, "og:locale") or ""
    ).strip()
    return SiteClues(
        feeds=announced_feeds(body, url),
        linked_feeds=tuple(dict.fromkeys(_linked_feeds(root, base, url))),
        sitemaps=tuple(filter(None, maps)),
        wordpress=_wordpress(root, base),
        sections=tuple(dict.fromkeys(_sections(root, base, url)))[:MAX_SECTIONS],
        name=_meta(root, "og:site_name", "application-name") or (short_title(title) if title else None),
        language=language.replace("_", "-")[:12] if re.match(r"[A-Za-z]{2,3}(?:[-_]|$)", language) else None,
    )


def short_title(title: str) -> str:
    """A site's name out of its title: what stands before the first dash or bar, or after it where that is shorter.

    >>> short_title("Naval News - All the news from the sea"), short_title("Home | Ministry of Defence")
    ('Naval News', 'Ministry of Defence')
    """
    parts = [part.strip() for part in re.split(r"\s[-|–—:·»]\s", title) if part.strip()]
    named = [
        part
        for part in parts
        if part.lower() not in ("home", "homepage", "start", "startseite", "accueil", "inicio", "news")
    ]
    return (named or parts or [title.strip()])[0]


def guesses(url: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    """Addresses on the site of `url` where a feed or sitemap often is."""
    root = urljoin(url, "/")
    return tuple(urljoin(root, path) for path in paths)
