"""The tree of an HTML page, for finding links in it: bytes and address in, tree and base address out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from newscrawler.errors import DiscoveryError, FailureKind
from newscrawler.text.encoding import markup_of
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 6_000_000
MAX_LINKS = 20_000
MAX_TAGS = (
    240_000  # counted before a tree is built, which takes 150 bytes for every three of its text; scripts hold some too
)
_TEXTS = etree.XPath("descendant-or-self::text()")
_STRING = etree.XPath("string()")  # without comments, unlike itertext


def parse_html(body: bytes, url: str, content_type: str | None = None) -> tuple[etree._Element, str]:
    """(root, base address for its links).  Raises DiscoveryError where the bytes are no page."""
    if body[:5] == b"%PDF-":
        raise DiscoveryError("a PDF, not a page")
    if b"<" not in body:
        raise DiscoveryError("not an HTML page: there is no markup in it")
    markup, _ = markup_of(body[:MAX_BYTES], content_type)
    if markup.count(b"<") > MAX_TAGS:
        raise DiscoveryError(f"a page of more than {MAX_TAGS} tags", FailureKind.OUR_LIMIT)
    try:
        root = etree.fromstring(markup, etree.HTMLParser(encoding="utf-8"))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DiscoveryError("not an HTML page: there is no markup in it") from error
    if root is None or next(root.iter("a", "link", "p", "div", "body"), None) is None:
        raise DiscoveryError("not an HTML page: there is no markup in it")
    stated = next((each.get("href") for each in root.iter("base") if each.get("href")), None)
    return root, absolute(stated, url) or url


def anchors(root: etree._Element, base: str) -> Iterator[tuple[etree._Element, str]]:
    """Every link of a page that leads to an http or https address, with that address."""
    for number, element in enumerate(root.iter("a")):
        if number >= MAX_LINKS:
            return
        if address := absolute(element.get("href"), base):
            yield element, address


def spaced_text(element: etree._Element, limit: int = 400) -> str:
    """The words of an element, with spaces also where only tags part them."""
    texts = _TEXTS(element)
    parts = map(str, texts) if isinstance(texts, list) else ()
    return " ".join(" ".join(parts)[: 4 * limit].split())[:limit]


def text_of(element: etree._Element, limit: int = 300) -> str:
    """The words of an element, single spaces between them."""
    return " ".join(str(_STRING(element))[: 4 * limit].split())[:limit]
