"""Hits and articles as feeds: Atom (RFC 4287) and JSON Feed 1.1.  Values in, bytes out, entry by entry."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from newscrawler.dates import iso
from newscrawler.text import parsable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawler.export.origin import Origin
    from newscrawler.reports.whole_articles import WholeArticle

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
JSON_FEED_TYPE = "application/feed+json; charset=utf-8"
NEVER = "1970-01-01T00:00:00Z"  # when a feed changed of which nothing is known


@dataclass(frozen=True, slots=True)
class Entry:
    """One hit: `page` is its address here, `url` where it was published; `id` as `permanent` makes it.

    `text` is a summary; `whole` the text of an article, where that is given; `authors` those of its page, else its source.
    """

    id: str
    page: str
    url: str
    title: str
    source: str
    text: str
    published: str | None
    first_seen: str
    language: str | None
    topics: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A list of hits with its name; `page`: the same list for people; `own`: this feed's address; None: it has none.

    `of`: the archive's identity, and which list of it this is; `changed`: when it changed last, of a list whose entries are
    read as they are written, or do not tell it.
    """

    of: tuple[str, str]
    title: str
    page: str | None
    own: str | None
    entries: Iterable[Entry]
    about: str = ""  # what is in it
    changed: str | None = None

    @property
    def id(self) -> str:
        return permanent(*self.of)

    @property
    def updated(self) -> str:
        """A feed must say when it changed: one that was always empty, when its archive was made."""
        return self.changed or max((each.first_seen for each in self.entries), default=_made(self.of[0]))


def _made(archive: str) -> str:
    """When an archive was made, which is its identity.

    >>> _made("2026-11-22 21:14:54.720963+00:00"), _made("")
    ('2026-11-22T21:14:54Z', '1970-01-01T00:00:00Z')
    """
    try:
        return iso(datetime.fromisoformat(archive).astimezone(UTC))
    except ValueError:
        return NEVER


def permanent(archive: str, what: str) -> str:
    """The name of a feed or an entry, whatever host and port it is read from (RFC 4287, 4.2.6): a UUID of version 5.

    >>> permanent("2026-11-22 21:14:54.720963+00:00", "article 7")
    'urn:uuid:ea80fc2b-1c95-588c-b8b3-25a80a53457f'
    """
    return uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, f"newscrawler archive {archive}"), what).urn


def stamp(stated: str) -> str | None:
    """A stated time as RFC 3339 wants it, where it was stated whole; a date alone is none.

    >>> stamp("2026-11-22T12:30:00Z"), stamp("2026-11-22")
    ('2026-11-22T12:30:00Z', None)
    """
    return stated if len(stated) == 20 and stated.endswith("Z") else None


def atom(feed: Feed) -> bytes:
    return b"".join(atom_parts(feed))


def atom_parts(feed: Feed) -> Iterator[bytes]:
    """An Atom feed, entry by entry."""
    root = ElementTree.Element("feed", {"xmlns": ATOM})
    _text(root, "title", feed.title)
    if feed.about:
        _text(root, "subtitle", feed.about)
    _text(root, "id", feed.id)
    _text(root, "updated", feed.updated)
    if feed.own:
        ElementTree.SubElement(root, "link", {"rel": "self", "href": parsable(feed.own), "type": "application/atom+xml"})
    if feed.page:
        ElementTree.SubElement(root, "link", {"rel": "alternate", "href": parsable(feed.page), "type": "text/html"})
    _text(root, "generator", "newscrawler")
    end = b"</feed>"
    yield ElementTree.tostring(root, encoding="utf-8", xml_declaration=True).removesuffix(end)
    for each in feed.entries:
        yield ElementTree.tostring(_entry(each), encoding="utf-8")
    yield end


def _entry(each: Entry) -> ElementTree.Element:
    language = {"xml:lang": parsable(each.language)} if each.language else {}
    entry = ElementTree.Element("entry", language)
    _text(entry, "title", each.title)
    _text(entry, "id", each.id)
    _text(entry, "updated", each.first_seen)
    if published := stamp(each.published or ""):
        _text(entry, "published", published)
    ElementTree.SubElement(entry, "link", {"rel": "alternate", "href": parsable(each.page), "type": "text/html"})
    if each.url != each.page and _is_address(each.url):
        ElementTree.SubElement(entry, "link", {"rel": "via", "href": parsable(each.url)})
    for author in each.authors or (each.source,):
        _text(ElementTree.SubElement(entry, "author"), "name", author)
    for topic in each.topics:
        ElementTree.SubElement(entry, "category", {"term": parsable(topic)})
    if each.text or each.whole is None:
        _text(entry, "summary", each.text)
    if each.whole is not None:
        _text(entry, "content", each.whole)  # type="text" is the default (RFC 4287, 4.1.3.1)
    return entry


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = parsable(text)


def json_feed(feed: Feed) -> bytes:
    return b"".join(json_parts(feed))


def json_parts(feed: Feed) -> Iterator[bytes]:
    """A JSON Feed, entry by entry."""
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        **({"home_page_url": feed.page} if feed.page else {}),
        **({"feed_url": feed.own} if feed.own else {}),
        **({"description": feed.about} if feed.about else {}),
        "items": [],
    }
    end = "]\n}"
    yield json.dumps(head, ensure_ascii=False, indent=1).removesuffix(end).encode("utf-8", "replace")
    before = "\n"
    for each in feed.entries:
        yield (before + json.dumps(_item(each), ensure_ascii=False)).encode("utf-8", "replace")
        before = ",\n"
    yield end.encode()


def _item(each: Entry) -> dict[str, object]:
    published = stamp(each.published or "")
    return {
        "id": each.id,
        "url": each.page,
        **({"external_url": each.url} if each.url != each.page and _is_address(each.url) else {}),
        "title": each.title,
        "content_text": each.text if each.whole is None else each.whole,
        **({"summary": each.text} if each.whole is not None and each.text else {}),
        **({"date_published": published} if published else {}),
        "date_modified": each.first_seen,
        "authors": [{"name": name} for name in each.authors or (each.source,)],
        **({"language": each.language} if each.language else {}),
        **({"tags": list(each.topics)} if each.topics else {}),
    }


def _is_address(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


# --- articles as entries


def _feed(articles: Iterable[WholeArticle], origin: Origin) -> Feed:
    entries = (_entry_of(each, origin.identity) for each in articles)
    name = (origin.identity, f"export {origin.query}")
    return Feed(name, origin.query or "All articles", None, None, entries, changed=origin.newest)


def _entry_of(article: WholeArticle, archive: str) -> Entry:
    return Entry(
        permanent(archive, f"article {article.id}"), article.url, article.url, article.title or article.url, article.source,
        article.lead or "", article.published, article.first_seen, article.language, article.topics, article.authors,
        article.text or None,
    )  # fmt: skip


def write_atom(articles: Iterable[WholeArticle], origin: Origin, path: Path) -> None:
    """An Atom feed of all articles, with their texts."""
    with path.open("wb") as file:
        file.writelines(atom_parts(_feed(articles, origin)))


def write_json_feed(articles: Iterable[WholeArticle], origin: Origin, path: Path) -> None:
    """A JSON Feed of all articles, with their texts."""
    with path.open("wb") as file:
        file.writelines(json_parts(_feed(articles, origin)))
