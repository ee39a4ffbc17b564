"""What was stated of each field, for who asks why a value was chosen: the claims that it agrees with, those it beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.dates.stated import parse_date
from newscrawler.metadata.authors.claims import credits_beside, credits_elsewhere, stated_credits
from newscrawler.metadata.claims.jsonld import one_text
from newscrawler.metadata.dates.believed import writing_of
from newscrawler.metadata.dates.claims import evidence_of, modified_claims, published_claims
from newscrawler.metadata.reconcile import language_tag, simple_claims, tag_claims
from newscrawler.metadata.titles.believed import claimed_titles
from newscrawler.text import clean_line, spaceless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from newscrawler.items import Article
    from newscrawler.metadata.claims.structured import Claims

MAX_SHOWN_CLAIMS = 12  # claims that are shown of one field


@dataclass(frozen=True, slots=True)
class Seen:
    """What metadata was reconciled from."""

    claims: Claims
    beside: tuple[str, ...] = ()  # short lines around the headline
    below: tuple[str, ...] = ()  # headings below h1
    date_hint: tuple[str, str] | None = None
    title_hint: str | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """One claim: of which field, by what, which value, and whether it says what was chosen."""

    field: str
    origin: str
    value: str
    agrees: bool


def _titles(seen: Seen) -> Iterator[tuple[str, str]]:
    yield from ((text, origin) for text, origin in claimed_titles(seen.claims))
    yield from ((text, "h1") for text in seen.claims.headings)
    yield from ((text, "lower heading") for text in seen.below)
    if seen.title_hint:
        yield seen.title_hint, "feed"


def _authors(seen: Seen) -> Iterator[tuple[str, str]]:
    for lines, origin in (*stated_credits(seen.claims), *(([each], "byline") for each in credits_beside(seen.beside)),
                          *credits_elsewhere(seen.claims)):  # fmt: skip
        yield "; ".join(filter(None, map(clean_line, lines))), origin


def claims_of(seen: Seen, article: Article, now: datetime) -> list[Stated]:
    """Every claim of every field, each value once, in the order in which they are believed."""
    writing = writing_of(seen.claims, article.url, now, article.language, seen.beside, article.text)
    evidence = evidence_of(seen.claims, article.url, writing, seen.beside)
    stated: dict[str, Iterable[tuple[object, str]]] = {
        "title": _titles(seen), "authors": _authors(seen),
        "published": ((each.text, each.origin) for each in published_claims(evidence, seen.date_hint)),
        "modified": ((each.text, each.origin) for each in modified_claims(evidence)),
        **simple_claims(seen.claims, article.title),
        "tags": ((", ".join(texts), origin) for texts, origin in tag_claims(seen.claims)),
    }  # fmt: skip
    found: dict[tuple[str, str, str], Stated] = {}
    for field, pairs in stated.items():
        shown = 0
        for value, origin in pairs:
            text = clean_line(one_text(value), 300)
            if text and (field, origin, text) not in found and shown < MAX_SHOWN_CLAIMS:
                shown += 1
                found[field, origin, text] = Stated(field, origin, text, _agrees(field, text, article, now))
    return list(found.values())


def _agrees(field: str, text: str, article: Article, now: datetime) -> bool:
    chosen: str | tuple[str, ...] | None = getattr(article, field)
    if not chosen:
        return False
    if field in ("published", "modified"):
        read = parse_date(text, now)
        return read is not None and read[:10] == str(chosen)[:10]
    if field in ("authors", "tags"):
        return all(spaceless(each) in spaceless(text) for each in chosen)
    if field == "language":
        return language_tag(text) == chosen
    return spaceless(text) == spaceless(str(chosen))
