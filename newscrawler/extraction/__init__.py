r"""Bytes of a page in, its article out, or the reason why there is none.

    bytes --encoding--> text --lxml--> one tree --limits--> claims --> metadata
                                           \\--> blocks, second opinion --forest--> chosen --cleaning--> text

One tree serves all of it.  `examine` also says which candidates there were, which was chosen, and what was cut.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from lxml import etree, html

from newscrawler.discovery.forwarding import forward_of
from newscrawler.discovery.html import MAX_TAGS
from newscrawler.errors import ExtractionError, Failure, FailureKind
from newscrawler.extraction.cascade import Hints, read_body
from newscrawler.extraction.forest import shipped_forests
from newscrawler.extraction.no_article import why_no_article
from newscrawler.extraction.offered import prefer_offered
from newscrawler.items import Article
from newscrawler.markup.blocks import drop_endless_headings, read_blocks
from newscrawler.markup.elements import elements_of
from newscrawler.markup.site_lines import strip_profile
from newscrawler.metadata.authors.byline_area import lines_beside
from newscrawler.metadata.claims.structured import read_claims
from newscrawler.metadata.kinds import page_type
from newscrawler.metadata.provenance import Seen
from newscrawler.metadata.reconcile import reconcile
from newscrawler.metadata.titles.believed import headline, lower_headings
from newscrawler.rights.page import of_markup
from newscrawler.text import hash_of_words, unstacked, words_by_line
from newscrawler.text.encoding import markup_of
from newscrawler.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lxml.html import HtmlElement

    from newscrawler.extraction.forest import Forests
    from newscrawler.items.rights import Statement
    from newscrawler.markup.elements import Elements
    from newscrawler.markup.site_lines import SiteProfile
    from newscrawler.metadata.claims.structured import Claims
    from newscrawler.metadata.reconcile import Metadata

LANGUAGE_SAMPLE_PARAGRAPHS = 8  # paragraphs that tell a page's language
MAX_BYTES = 10_000_000  # as much as a fetch brings
MAX_NODES = 60_000  # an article has some 3,000 elements, the largest of 959 real pages 10,000
MAX_DEPTH = 200  # real pages stay under 100
MAX_ATTRIBUTES = 1_000  # of one element
MAX_TEXT = 3_000_000  # characters outside scripts and styles
_ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement)  # lxml.html's own one asks Python for each element
_TEXT = etree.XPath("string-length(/)")
_NOT_HTML = (b"%pdf-", b"\x89png", b"\xff\xd8\xff", b"gif8", b"pk\x03\x04", b"\x1f\x8b", b"riff", b"\x00\x00\x00")
_CROWDED = re.compile(
    rb"[a-zA-Z][^\s>/]*+(?:[\s/]++[^\s>=/]++(?>\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?){%d}" % MAX_ATTRIBUTES
)
_FEED = re.compile(rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|urlset|sitemapindex|rdf:rdf)\b", re.DOTALL)
_OTHER_TYPE = re.compile(r"xml|json|plain|csv|calendar|javascript|css|pdf|zip|octet-stream|^(?:image|audio|video|font)/")


@dataclass(frozen=True, slots=True)
class Examined:
    """A page looked at: its article, or the reason why it has none, and how that came about."""

    article: Article | None
    failure: Failure | None = None
    encoding: str | None = None
    candidates: dict[str, str] = field(default_factory=dict)  # name -> text
    choice: str = ""  # which candidate, and why
    cut: tuple[tuple[str, str], ...] = ()  # (line, why it is none of the article's)
    seen: Seen | None = None  # what the metadata was reconciled from
    rejected: tuple[tuple[str, float | None], ...] = ()  # (block that is none of the article's, the forest's probability)
    rights: tuple[Statement, ...] = ()  # what its markup states of them

    @property
    def outcome(self) -> Article | Failure:
        """The article, or why there is none."""
        return self.article or self.failure or Failure(FailureKind.NO_TEXT, "no text")


def parse_html(body: bytes, content_type: str | None) -> HtmlElement | None:
    """One tree of the page; None where the bytes hold no element."""
    return parse_markup(markup_of(body, content_type)[0])


def parse_markup(markup: bytes) -> HtmlElement | None:
    """One tree of a page as UTF-8; None where it holds no element."""
    parser = etree.HTMLParser(  # type: ignore[call-arg] # the stubs lack default_doctype
        encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        return html.document_fromstring(markup, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def some_elements(tree: HtmlElement) -> list[HtmlElement]:
    """The elements of a tree, or one more than MAX_NODES of them.  While they live, lxml makes none of them anew."""
    return list(itertools.islice(tree.iter(), MAX_NODES + 1))


def _is_too_deep(elements: list[HtmlElement]) -> bool:
    """Whether an element is nested MAX_DEPTH deep; of elements in the order of the page each is one deeper at most."""
    at = 0
    while at < len(elements):
        depth = 1 + sum(1 for _ in elements[at].iterancestors())
        if depth >= MAX_DEPTH:
            return True
        at += MAX_DEPTH - depth
    return False


def beyond_limits(tree: HtmlElement, elements: list[HtmlElement] | None = None, size: int | None = None) -> Failure | None:
    """Why a page is too large to be an article, None where it is not: looked at before anything else walks the tree.

    `elements`: what `some_elements` gave; `size`: the bytes of the page's markup, of which its text has no more.
    """
    elements = some_elements(tree) if elements is None else elements
    if len(elements) > MAX_NODES:
        return Failure(FailureKind.OUR_LIMIT, f"a page of more than {MAX_NODES} elements")
    if _is_too_deep(elements):
        return Failure(FailureKind.OUR_LIMIT, f"a page nested more than {MAX_DEPTH} elements deep")
    if size is not None and size <= MAX_TEXT:
        return None
    text = float(_TEXT(tree))  # type: ignore[arg-type]
    if text > MAX_TEXT:
        scripts = sum(len(each.text or "") for each in tree.iter("script", "style"))
        if text - scripts > MAX_TEXT:
            return Failure(FailureKind.OUR_LIMIT, f"a page of more than {MAX_TEXT} characters of text")
    return None


_BINARY = bytes({*range(1, 9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)})  # WHATWG MIME Sniffing, "binary data byte"
_MARKUP = re.compile(rb"<\x00?(?:!|[a-z])|\x00<", re.IGNORECASE)


def _is_binary(body: bytes) -> bool:
    """Whether bytes are no text at all: control characters where a page has its first elements."""
    start = body[:1_445]
    return len(start) - len(start.translate(None, _BINARY)) > len(start) // 50 and not _MARKUP.search(body[:200])


def is_html(body: bytes, content_type: str | None) -> bool:
    """Whether bytes are a page: by what they begin with, then by what the server says.

    >>> is_html(b"<rss version='2.0'>", "text/html"), is_html(b"<!doctype html>", "application/xml")
    (False, True)
    """
    start = body[:1_000].lstrip().lower()
    if start.startswith(_NOT_HTML) or _FEED.match(start) or _is_binary(body):
        return False
    if start.startswith((b"{", b"[")) and b"<" not in start:
        return False  # JSON
    stated = (content_type or "").lower()
    return "html" in stated or start.startswith((b"<!doctype html", b"<html")) or not _OTHER_TYPE.search(stated)


def _too_many_attributes(markup: bytes) -> bool:
    """Whether an element has more than MAX_ATTRIBUTES: the parser compares each with those before it."""
    return any(map(_CROWDED.match, _long_pieces(markup, 2 * MAX_ATTRIBUTES)))


def _long_pieces(markup: bytes, least: int) -> Iterator[bytes]:
    """The pieces of more than `least` bytes between one < and the next: a few looks, for all others are passed over.

    >>> list(_long_pieces(b"<a>1<bb>22222<c>3", 3)), list(_long_pieces(b"12345", 3))
    ([b'bb>22222'], [b'12345'])
    """
    start = 0
    while len(markup) - start > least:
        following = markup.rfind(b"<", start, start + least + 1)
        if following < 0:
            following = markup.find(b"<", start + least)
            following = len(markup) if following < 0 else following
            yield markup[start:following]
        start = following + 1


def too_much_markup(markup: bytes) -> Failure | None:
    """Why no tree is built of a page's markup; None where one may be."""
    if markup.count(b"<") > MAX_TAGS:
        return Failure(FailureKind.OUR_LIMIT, f"a page of more than {MAX_TAGS} tags")
    if _too_many_attributes(markup):
        return Failure(FailureKind.OUR_LIMIT, f"an element of more than {MAX_ATTRIBUTES} attributes")
    return None


def _hints(claims: Claims, metadata: Metadata, kind: str) -> Hints:
    """What the page says of itself, as far as its text is concerned."""
    return Hints(
        claims.jsonld,
        metadata.title,
        metadata.lead,
        is_live=kind == "live",
        is_news=claims.is_news,
        authors=metadata.authors,
        answers=claims.answers,
        is_faq=claims.is_faq,
    )


def _elements_of(body: bytes, url: str, content_type: str | None) -> tuple[Elements | Failure, str | None]:
    """(the elements of the page's tree, or why it is none; its encoding, None where it was not asked)."""
    if not is_html(body, content_type):
        return Failure(FailureKind.WRONG_KIND, "not an HTML page"), None
    if len(body) > MAX_BYTES:
        return Failure(FailureKind.OUR_LIMIT, f"a page of more than {MAX_BYTES} bytes"), None
    if target := forward_of(body, url, content_type):
        return Failure(FailureKind.NO_TEXT, f"the page only sends elsewhere, to {target}"), None
    markup, encoding = markup_of(body, content_type)
    if limit := too_much_markup(markup):
        return limit, encoding
    tree = parse_markup(markup)
    if tree is None:
        return Failure(FailureKind.NO_TEXT, "an empty page"), encoding
    every = some_elements(tree)
    if limit := beyond_limits(tree, every, len(markup)):
        return limit, encoding
    elements = elements_of(tree, every)
    return (elements_of(tree) if drop_endless_headings(elements) else elements), encoding


def examine(
    body: bytes,
    url: str,
    now: datetime,
    *,
    content_type: str | None = None,
    date_hint: tuple[str, str] | None = None,
    title_hint: str | None = None,
    profile: SiteProfile | None = None,
    forests: Forests | None = None,
) -> Examined:
    """Everything that is found on a page.  `forests`: others than come with newscrawler, for measuring."""
    elements, encoding = _elements_of(body, url, content_type)
    if isinstance(elements, Failure):
        return Examined(None, elements, encoding)
    tree = elements.tree
    claims, page = read_claims(tree, elements), read_blocks(tree)
    rights = of_markup(elements, claims.contents, claims.jsonld, claims.names, url)
    below = lower_headings(page)
    title = headline(claims, host_of(url), title_hint, below)
    beside = lines_beside(page, title[0])
    sample = "\n".join(itertools.islice((block.text for block in page.blocks if block.good), LANGUAGE_SAMPLE_PARAGRAPHS))
    metadata = reconcile(claims, url, now, hint=date_hint, title=title, beside=beside, sample=sample)
    kind, kind_origin = page_type(claims, url, beside, page)
    found = read_body(tree, page, _hints(claims, metadata, kind), forests or shipped_forests(), now)
    prefer_offered(found, tree, url)
    rejected = tuple(found.rejected)
    if none := why_no_article(found.text, metadata, claims, elements):
        return Examined(None, none, encoding, found.candidates, cut=tuple(found.cut), rejected=rejected, rights=rights)
    kept, recurring = strip_profile(found.text, profile) if profile else (found.text, [])
    kept = unstacked(kept)
    said = words_by_line(kept)
    article = Article(
        url=url,
        text=kept,
        content_hash=hash_of_words(said),
        word_count=len(said),
        extractor=found.extractor,
        type="live" if found.updates else kind,
        captions=found.captions,
        updates=found.updates,
        **{each.name: getattr(metadata, each.name) for each in fields(metadata)},
    )
    if type_origin := "entries with times" if found.updates and kind != "live" else kind_origin:
        article.origins["type"] = type_origin
    cut = (*found.cut, *((line, "recurs on this host") for line in recurring))
    seen = Seen(claims, beside, below, date_hint, title_hint)
    choice = f"{found.extractor}: {found.reason}"
    return Examined(article, None, encoding, found.candidates, choice, cut, seen, rejected, rights)


def extract(
    body: bytes,
    url: str,
    now: datetime,
    *,
    content_type: str | None = None,
    date_hint: tuple[str, str] | None = None,
    title_hint: str | None = None,
    profile: SiteProfile | None = None,
) -> Article:
    """The article of a page.  Raises ExtractionError, which says why there is none; `examine` raises for no page.

    `date_hint` and `title_hint` are what the endpoint said of it; `profile` is what recurs on its host.
    """
    found = examine(body, url, now, content_type=content_type, date_hint=date_hint, title_hint=title_hint, profile=profile)
    if isinstance(found.outcome, Failure):
        raise ExtractionError(found.outcome.reason)
    return found.outcome
