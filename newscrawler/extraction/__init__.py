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

from newscrawler.block_pages import Looks, block_page
from newscrawler.discovery.forwarding import forward_of
from newscrawler.discovery.html import MAX_TAGS
from newscrawler.errors import ExtractionError, Failure, FailureKind
from newscrawler.extraction.boilerplate import strip_profile
from newscrawler.extraction.cascade import Hints, read_body
from newscrawler.extraction.forest import shipped_forests
from newscrawler.items import Article
from newscrawler.markup.blocks import drop_endless_headings, read_blocks
from newscrawler.metadata.byline_area import lines_beside
from newscrawler.metadata.kinds import page_type
from newscrawler.metadata.provenance import Seen
from newscrawler.metadata.reconcile import reconcile
from newscrawler.metadata.structured import read_claims
from newscrawler.metadata.titles import headline, lower_headings
from newscrawler.text import content_hash, words
from newscrawler.text.encoding import decode
from newscrawler.urls import host_of

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.html import HtmlElement

    from newscrawler.extraction.boilerplate import SiteProfile
    from newscrawler.extraction.forest import Forests
    from newscrawler.metadata.reconcile import Metadata
    from newscrawler.metadata.structured import Claims

LANGUAGE_SAMPLE_PARAGRAPHS = 8  # paragraphs that tell a page's language
MAX_BYTES = 10_000_000  # as much as a fetch brings
MAX_NODES = 60_000  # an article has some 3,000 elements, the largest of 959 real pages 10,000
MAX_DEPTH = 200  # real pages stay under 100
MAX_ATTRIBUTES = 1_000  # of one element
MAX_TEXT = 3_000_000  # characters outside scripts and styles
OFF_PAGE_ORIGINS = frozenset({None, "feed", "sitemap", "address"})  # origins of a day that the page itself does not state
PROSE_LINE, PROSE = 60, 200  # characters of a line, and of all such lines, that are sentences beside numbers
_ELEMENTS = etree.ElementDefaultClassLookup(element=html.HtmlElement)  # lxml.html's own one asks Python for each element
_DEEPER = etree.XPath(f"boolean({'/*' * MAX_DEPTH})")
_NODES = etree.XPath("count(//*)")
_TEXT = etree.XPath("string-length(/)")
_NOT_HTML = (b"%pdf-", b"\x89png", b"\xff\xd8\xff", b"gif8", b"pk\x03\x04", b"\x1f\x8b", b"riff", b"\x00\x00\x00")
_CROWDED = re.compile(
    r"[a-zA-Z][^\s>/]*+(?:[\s/]++[^\s>=/]++(?>\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?){"
    rf"{MAX_ATTRIBUTES}}}"
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

    @property
    def outcome(self) -> Article | Failure:
        """The article, or why there is none."""
        return self.article or self.failure or Failure(FailureKind.NO_TEXT, "no text")


def parse_html(body: bytes, content_type: str | None) -> HtmlElement | None:
    """One tree of the page; None where the bytes hold no element."""
    return parse_text(decode(body, content_type)[0])


def parse_text(text: str) -> HtmlElement | None:
    """One tree of a page's text; None where it holds no element."""
    parser = etree.HTMLParser(  # type: ignore[call-arg] # the stubs lack default_doctype
        encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def beyond_limits(tree: HtmlElement) -> Failure | None:
    """Why a page is too large to be an article, None where it is not: looked at before anything walks the tree."""
    if float(_NODES(tree)) > MAX_NODES:  # type: ignore[arg-type]
        return Failure(FailureKind.OUR_LIMIT, f"a page of more than {MAX_NODES} elements")
    if _DEEPER(tree):
        return Failure(FailureKind.OUR_LIMIT, f"a page nested more than {MAX_DEPTH} elements deep")
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


def _too_many_attributes(text: str) -> bool:
    """Whether an element has more than MAX_ATTRIBUTES: the parser compares each with those before it."""
    return any(_CROWDED.match(tag) for tag in [tag for tag in text.split("<") if len(tag) > 2 * MAX_ATTRIBUTES])


def too_much_markup(text: str) -> Failure | None:
    """Why no tree is built of a page's text; None where one may be."""
    if text.count("<") > MAX_TAGS:
        return Failure(FailureKind.OUR_LIMIT, f"a page of more than {MAX_TAGS} tags")
    if _too_many_attributes(text):
        return Failure(FailureKind.OUR_LIMIT, f"an element of more than {MAX_ATTRIBUTES} attributes")
    return None


def _only_numbers(text: str) -> bool:
    """Whether a text has more digits than letters and no prose: a table of results or prices, not an article."""
    lines = [line for line in text.split("\n") if len(line) >= PROSE_LINE and " | " not in line]
    if sum(sum(map(str.isalpha, line)) > 0.6 * len(line) and len(line) for line in lines) >= PROSE:
        return False
    digits = sum(map(text.count, "0123456789"))
    return 4 * digits > len(text) - text.count(" ") - text.count("|") and digits > sum(map(str.isalpha, text))


def _looks(text: str, metadata: Metadata, claims: Claims, tree: HtmlElement) -> Looks:
    """What tells a page apart that stands where an article should."""
    return Looks(
        text,
        metadata.title,
        next(iter(claims.headings), None),
        claims.title,
        is_signed=bool(metadata.authors) or metadata.published_origin not in OFF_PAGE_ORIGINS,
        has_password_field=any(each.get("type") == "password" for each in tree.iter("input")),
    )


def _no_article(text: str, metadata: Metadata, claims: Claims, tree: HtmlElement) -> Failure | None:
    """Why a text is no article's, None where it may be one."""
    if not text:
        return Failure(FailureKind.NO_TEXT, "no text")
    if _only_numbers(text):
        return Failure(FailureKind.NO_TEXT, "numbers, and no text")
    instead = block_page(_looks(text, metadata, claims, tree))
    return instead.failure if instead else None


def _tree_of(body: bytes, url: str, content_type: str | None) -> tuple[HtmlElement | Failure, str | None]:
    """(the page as a tree, or why it is none; its encoding, None where it was not asked)."""
    if not is_html(body, content_type):
        return Failure(FailureKind.WRONG_KIND, "not an HTML page"), None
    if len(body) > MAX_BYTES:
        return Failure(FailureKind.OUR_LIMIT, f"a page of more than {MAX_BYTES} bytes"), None
    if target := forward_of(body, url, content_type):
        return Failure(FailureKind.NO_TEXT, f"the page only sends elsewhere, to {target}"), None
    text, encoding = decode(body, content_type)
    if limit := too_much_markup(text):
        return limit, encoding
    tree = parse_text(text)
    if tree is None:
        return Failure(FailureKind.NO_TEXT, "an empty page"), encoding
    if limit := beyond_limits(tree):
        return limit, encoding
    drop_endless_headings(tree)
    return tree, encoding


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
    tree, encoding = _tree_of(body, url, content_type)
    if isinstance(tree, Failure):
        return Examined(None, tree, encoding)
    claims, page = read_claims(tree), read_blocks(tree)
    below = lower_headings(page)
    title = headline(claims, host_of(url), title_hint, below)
    beside = lines_beside(page, title[0])
    sample = "\n".join(itertools.islice((block.text for block in page.blocks if block.good), LANGUAGE_SAMPLE_PARAGRAPHS))
    metadata = reconcile(claims, url, now, hint=date_hint, title=title, beside=beside, sample=sample)
    kind, kind_origin = page_type(claims, url, beside, page)
    hints = Hints(claims.jsonld, metadata.title, metadata.lead, is_live=kind == "live", authors=metadata.authors)
    found = read_body(tree, page, hints, forests or shipped_forests(), now)
    rejected = tuple(found.rejected)
    if none := _no_article(found.text, metadata, claims, tree):
        return Examined(None, none, encoding, found.candidates, cut=tuple(found.cut), rejected=rejected)
    kept, recurring = strip_profile(found.text, profile) if profile else (found.text, [])
    article = Article(
        url=url,
        text=kept,
        content_hash=content_hash(kept),
        word_count=len(words(kept)),
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
    return Examined(article, None, encoding, found.candidates, choice, cut, seen, rejected)


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
