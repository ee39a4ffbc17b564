"""What runs in the pool's processes: a capture of somebody's read and judged, a told article judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawler.content_coding import IncompleteStream, TooLarge, codings, decoded
from newscrawler.crawl.candidates import with_record
from newscrawler.crawl.tasks import caught, shared_lexicon
from newscrawler.dates import read_moment
from newscrawler.dates.stated import parse_date
from newscrawler.dedup.stories import first_publisher
from newscrawler.errors import Failure, FailureKind
from newscrawler.intake import told
from newscrawler.intake.records import Capture
from newscrawler.intake.warcs import MAX_BODY
from newscrawler.items import Article, Candidate, Lease, Page
from newscrawler.process import fingerprinted, is_wanted, read, with_verdict, without_text
from newscrawler.relevance.language import with_language
from newscrawler.storage.warc.reading import http_parts

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawler.intake.records import Told
    from newscrawler.items import Source, TakenIn
    from newscrawler.markup.site_lines import SiteProfile

_MARKUP = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")


def take_in(what: Capture | Told, source: Source, profile: SiteProfile | None, taken: TakenIn) -> Candidate:
    """What somebody else collected made ready for a decision, as of a crawl.  Never raises for what is in it.

    What is not wanted is not `completed`: of most files of others that is most.
    """
    page = _page_of(what, source, taken)
    if page.failure is not None:
        candidate = replace(without_text(replace(page, status=200), source), failure=page.failure)
    elif page.body:
        candidate = caught(page, lambda: with_verdict(read(page, source, profile), shared_lexicon()))
    else:
        assert not isinstance(what, Capture)
        candidate = caught(page, lambda: _judged(what, page, source, taken.at))
    candidate = _fit(replace(candidate, taken_in=taken))
    return candidate if is_unwanted(candidate) else _completed(candidate, page)


def is_unwanted(candidate: Candidate) -> bool:
    """Whether it is not to be kept, unless an article is there at its address: then it is another state of that."""
    return candidate.article is not None and not is_wanted(candidate)


def completed(candidate: Candidate, what: Capture | Told, source: Source, taken: TakenIn) -> Candidate:
    """A candidate that was not wanted, with all that an article has: its fingerprints, and its page as a WARC record."""
    return _completed(candidate, _page_of(what, source, taken))


def _completed(candidate: Candidate, page: Page) -> Candidate:
    if candidate.article is None:
        return replace(candidate, lines=())
    whole = fingerprinted(candidate)
    return with_record(whole, page) if page.body else whole


def _fit(candidate: Candidate) -> Candidate:
    """The candidate; a home page or a list of articles is no article."""
    path, article = urlsplit(candidate.url).path, candidate.article
    if article is None or not (path in ("", "/") or article.type == "listing"):
        return candidate
    failure = Failure(FailureKind.HOME_PAGE, "a list of articles")
    return replace(candidate, article=None, verdict=None, failure=failure)


def _page_of(what: Capture | Told, source: Source, taken: TakenIn) -> Page:
    return _page(what, source, taken.at) if isinstance(what, Capture) else _told_page(what, source, taken.at)


def _page(capture: Capture, source: Source, now: datetime) -> Page:
    """The page of a capture, its codings undone; with a failure where they cannot be."""
    status, headers, body = http_parts(capture.block)
    stated = read_moment(parse_date(next((value for name, value in headers if name.lower() == "date"), None), now))
    fetched = min(capture.at or stated or now, now)
    page = Page(Lease(0, source.id, capture.url), capture.url, fetched, status, headers, ip=capture.ip)
    names = codings([value for name, value in headers if name.lower() == "content-encoding"])
    if page.header("transfer-encoding"):
        body = _without_chunks(body)
    try:
        return replace(page, body=_decoded(body, names) or b" ")
    except TooLarge as error:
        return replace(page, failure=Failure(FailureKind.OUR_LIMIT, f"too large: {error}"))
    except IncompleteStream as error:
        return replace(page, failure=Failure(FailureKind.INCOMPLETE, str(error)))
    except KeyError as error:
        return replace(page, failure=Failure(FailureKind.UNREADABLE, f"a content coding that nobody knows: {error}"))


def _decoded(body: bytes, names: list[str]) -> bytes:
    """A body without its codings; many crawlers undo them and leave the header that names them."""
    if names and body.lstrip()[:4].startswith(_MARKUP):
        return body
    return decoded(body, names, MAX_BODY)


def _without_chunks(body: bytes) -> bytes:
    """A body without the frame of chunks (RFC 9112, 7.1); as it is where it has none, as most crawlers keep it."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + 100)
        size = body[at:end].partition(b";")[0].strip() if end >= 0 else b""
        try:
            length = int(size, 16)
        except ValueError:
            return body
        if length == 0:
            return b"".join(parts)
        start, at = end + 2, end + 2 + length + 2
        if length < 0 or body[at - 2 : at] != b"\r\n":
            return body
        parts.append(body[start : start + length])


def _told_page(what: Told, source: Source, now: datetime) -> Page:
    """The page of a record that brings its HTML; an empty one of one that brings words."""
    fields, html = what.fields, told.told(what.fields, "html")
    hint, title = told.date_of(fields, "published", now), told.line_of(fields, "title")
    lease = Lease(0, source.id, what.url, published_hint=hint, title_hint=title)
    page = Page(lease, what.url, told.seen_at(fields, now), 200)
    if not isinstance(html, str) or told.told(fields, "text") is not None:
        return page
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return replace(page, headers=headers, body=html.encode("utf-8", "replace")[:MAX_BODY])


def _judged(what: Told, page: Page, source: Source, now: datetime) -> Candidate:
    base, found = without_text(page, source), told.article_of(what.url, what.fields, now)
    if isinstance(found, Failure):
        return replace(base, failure=found)
    return with_verdict(replace(base, article=_with_what_it_says(found)), shared_lexicon())


def _with_what_it_says(article: Article) -> Article:
    """With the language that its text is in: what was told may have stood in a page's template."""
    known = with_language(article)
    return replace(known, credit=first_publisher(known.text))
