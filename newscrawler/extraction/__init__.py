r"""Bytes of a page in, its article out, or the reason why there is none.

bytes --encoding--> text --lxml--> one tree --> claims --> metadata
                                        \--> body --> frame off --> text
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from lxml import etree, html
from w3lib.encoding import html_to_unicode

from newscrawler.extraction.body import main_text
from newscrawler.extraction.boilerplate import strip_frame
from newscrawler.extraction.metadata import reconcile
from newscrawler.extraction.structured import read_claims
from newscrawler.items import Article
from newscrawler.text import content_hash, parsable, without_bad_references, words

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.html import HtmlElement

MAX_NODES = 150_000  # a page of 300,000 table cells costs trafilatura 16 CPU seconds; an article has some 3,000 nodes
_NOT_HTML = (b"%pdf-", b"\x89png", b"\xff\xd8\xff", b"gif8", b"pk\x03\x04", b"\x1f\x8b")
_FEED = re.compile(rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|urlset|sitemapindex|rdf:rdf)\b", re.DOTALL)
_OTHER_TYPE = re.compile(r"xml|json|javascript|css|pdf|zip|octet-stream|^(?:image|audio|video|font)/")


def parse_html(body: bytes, content_type: str | None) -> HtmlElement | None:
    """One tree of the page; None where the bytes hold no element.

    The encoding is resolved as browsers do: byte order mark, header, meta element, detection.
    """
    try:
        _, text = html_to_unicode(content_type, without_bad_references(body))
    except (LookupError, UnicodeError):  # "charset=hex" names a codec that is no encoding
        text = body.decode("utf-8", "replace")
    parser = html.HTMLParser(  # type: ignore[call-arg] # the stubs know etree's parser only
        encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True
    )
    try:
        return html.document_fromstring(parsable(text).encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def is_html(body: bytes, content_type: str | None) -> bool:
    """Whether bytes are a page: by what they begin with, then by what the server says.

    >>> is_html(b"<rss version='2.0'>", "text/html"), is_html(b"<!doctype html>", "application/xml")
    (False, True)
    """
    start = body[:1_000].lstrip().lower()
    if start.startswith(_NOT_HTML) or _FEED.match(start):
        return False
    stated = (content_type or "").lower()
    return "html" in stated or start.startswith((b"<!doctype html", b"<html")) or not _OTHER_TYPE.search(stated)


def extract(
    body: bytes,
    url: str,
    now: datetime,
    *,
    content_type: str | None = None,
    date_hint: tuple[str, str] | None = None,
    title_hint: str | None = None,
) -> Article | str:
    """The article of a page, or one line that says why there is none."""
    if not is_html(body, content_type):
        return "not an HTML page"
    tree = parse_html(body, content_type)
    if tree is None:
        return "an empty page"
    if sum(1 for _ in tree.iter()) > MAX_NODES:
        return f"a page of more than {MAX_NODES} elements"
    claims = read_claims(tree)
    found = main_text(tree, claims.jsonld)
    if found is None:
        return "no text"
    metadata = reconcile(claims, url, now, hint=date_hint, title_hint=title_hint)
    text = strip_frame(found.text, metadata.title)
    return Article(
        url=url,
        text=text,
        content_hash=content_hash(text),
        word_count=len(words(text)),
        extractor=found.extractor,
        **asdict(metadata),
    )
