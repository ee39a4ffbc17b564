"""Where each field of an article comes from: the claim that said so, its place on the stored page, and what it beat.

stored page --examined--> claims --PageText--> places;  beside them the values that are stored
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler import process
from newscrawler.errors import ArchiveError
from newscrawler.metadata.claims.places import PageText, Place
from newscrawler.metadata.provenance import claims_of
from newscrawler.relevance.language import with_language
from newscrawler.storage.articles import pages
from newscrawler.storage.articles.cells import reading_of
from newscrawler.storage.articles.pages_to_reread import of_article, page_of, sources_of
from newscrawler.storage.sites.profiles import profile
from newscrawler.text.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from newscrawler.crawl.pool import Pool
    from newscrawler.extraction import Examined
    from newscrawler.items import Article, Page, Source
    from newscrawler.markup.site_lines import SiteProfile
    from newscrawler.storage.articles.pages import Confirmed, StoredPage
    from newscrawler.storage.articles.pages_to_reread import StoredCapture

FIELDS = ("title", "authors", "published", "modified", "language", "section", "tags", "lead", "image_url", "paywall", "type")


@dataclass(frozen=True, slots=True)
class PlacedClaim:
    """What was stated of a field, by what, and where on the page (None: not on it, or not found as it is stated)."""

    origin: str
    value: str
    agrees: bool
    place: Place | None


@dataclass(frozen=True, slots=True)
class FieldTrace:
    """One field: what is stored, who said so and where; `claims`: what else was stated, those that agree and the rivals.

    `today`: what this version reads in the same page, where that is something else.  `until`: of the text, where it ends.
    """

    field: str
    value: str
    origin: str | None
    place: Place | None
    claims: tuple[PlacedClaim, ...] = ()
    until: Place | None = None
    today: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """An article's fields and the capture that they are from."""

    article_id: int
    url: str
    page: StoredPage
    confirmed: Confirmed
    endpoint: str | None  # the feed or sitemap that named it: what origins called feed and sitemap are
    read_by: str | None
    fields: tuple[FieldTrace, ...]


def provenance(db: Database, folder: Path, pool: Pool, article_id: int) -> Provenance:
    """Trace an article.  Raises ArchiveError where it has no stored page, or that cannot be read."""
    capture, reading = of_article(db, article_id), reading_of(db, article_id)
    if capture is None or reading is None:
        raise ArchiveError(f"article {article_id} has no stored page")
    source = sources_of(db).get(capture.lease.source_id)
    arguments = (folder, capture, source, profile(db, capture.page.url), reading.article)
    result = next(pool.run(trace, [arguments]))
    if result.failure is not None:
        raise ArchiveError(f"article {article_id}: its page cannot be read: {result.failure.reason}")
    if isinstance(result.value, str):
        raise ArchiveError(result.value)
    return Provenance(
        article_id,
        reading.article.url,
        capture.page,
        pages.confirmed(db, capture.page.id),
        pages.endpoint_of_article(db, article_id),
        reading.read_by,
        result.value,
    )


def trace(
    folder: Path, capture: StoredCapture, source: Source | None, known: SiteProfile | None, article: Article
) -> tuple[FieldTrace, ...] | str:
    """The fields of a stored page; why it cannot be read, where it cannot.  Runs in a process of the pool."""
    try:
        page = page_of(folder, capture)
    except ArchiveError as error:
        return str(error)
    return tuple(_fields(page, process.examined(page, source, known), article))


def _fields(page: Page, found: Examined, article: Article) -> Iterator[FieldTrace]:
    text = PageText(decode(page.body, page.header("content-type"))[0])
    now = with_language(found.article) if found.article else None
    stated = claims_of(found.seen, article, page.fetched) if found.seen else []
    for name in FIELDS:
        claims = [
            PlacedClaim(s.origin, s.value, s.agrees, text.place_of(name, s.origin, s.value))
            for s in stated
            if s.field == name
        ]
        value, origin = shown(getattr(article, name)), article.origins.get(name)
        if not value and not claims:
            continue
        chosen = next((each for each in claims if each.origin == origin and each.agrees), None)
        today = shown(getattr(now, name)) if now else ""
        yield FieldTrace(
            name,
            value,
            origin,
            chosen.place if chosen else (text.place_of(name, origin, value) if origin and value else None),
            tuple(each for each in claims if each is not chosen),
            today=today if today != value else None,
        )
    lines = article.text.split("\n")
    today = now.text if now else ""
    first, last = text.place_of_text(lines[0]), text.place_of_text(lines[-1])
    yield FieldTrace(
        "text", article.text, article.extractor, first, until=last, today=today if today != article.text else None
    )


def shown(value: object) -> str:
    """A field's value in one line.

    >>> shown(("Ana Lind", "Bo Li")), shown(None), shown(True)
    ('Ana Lind; Bo Li', '', 'True')
    """
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
