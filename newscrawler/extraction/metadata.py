"""Claims to metadata by stated rules.  Each field names the claims it believes, best first.

title      JSON-LD headline, og:title or <title> without the site's name, a lone h1
authors    JSON-LD persons and organisations, meta author; addresses and handles are not names
published  JSON-LD, article:published_time and its like, microdata, <time> where all agree, the feed, the address
language   html lang, JSON-LD inLanguage, og:locale: what the page says of itself, checked by nobody yet
A date that nobody stated is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawler.dates import parse_date
from newscrawler.text import clean_line
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from newscrawler.extraction.structured import Claims

PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "pubdate", "publishdate", "publish-date",
    "article.published", "cxenseparse:recs:publishtime", "bt:pubdate", "date",
)  # fmt: skip
MODIFIED_METAS = ("article:modified_time", "og:updated_time", "dcterms.modified", "last-modified", "article.updated")

# /2026/11/22/ or /2026-11-22- in an address; never a bare month
_URL_DATE = re.compile(r"[/-](20\d{2})[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?:[/_-]|$)")
_SITE_NAME = re.compile(
    r"\s+[|\u2013\u2014\u00b7\u00bb:-]\s+(?=[^|\u2013\u2014\u00b7\u00bb]{2,40}$)|\s*\|\s*(?=[^|]{2,40}$)"
)
_NO_NAME = re.compile(r"https?:|www\.|@|^\W*$|^(?:by|none|null|undefined|admin|author)$", re.IGNORECASE)
_BY = re.compile(r"^(?:by|von|par|por|di)\s+(?=\S)", re.IGNORECASE)
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{2}|[a-z]{4}|\d{3}))?(?:[-_.].*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What we believe; None where nobody stated it."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    published_origin: str | None = None
    modified: str | None = None
    language: str | None = None
    section: str | None = None
    lead: str | None = None
    image_url: str | None = None
    canonical: str | None = None


def _string(value: object) -> str | None:
    """The one text in a JSON-LD value, which may be a list, an object or a number."""
    if isinstance(value, list):
        value = next((each for each in value if each), None)
    if isinstance(value, dict):
        value = value.get("url") or value.get("@value") or value.get("name") or value.get("@id")
    return value if isinstance(value, str) and value.strip() else None


def without_site_name(title: str, site: str | None) -> str:
    """A title without the site's name at its end.

    >>> without_site_name("Ministers meet in Paris | The Example Post", "The Example Post")
    'Ministers meet in Paris'
    >>> without_site_name("War - and peace", None)
    'War - and peace'
    """
    found = list(_SITE_NAME.finditer(title))
    if not found:
        return title
    match = found[-1]
    head, tail = title[: match.start()], title[match.end() :]
    named = bool(site) and tail.casefold().strip() in (site or "").casefold()
    return head if head and (named or "|" in match[0]) else title


def _title(claims: Claims, hint: str | None) -> str | None:
    site = claims.meta.get("og:site_name")
    headings = [text for each in claims.headings if (text := clean_line(each))]
    stated = _string(claims.jsonld.get("headline")) or claims.meta.get("og:title") or claims.meta.get("twitter:title")
    title = clean_line(stated or (headings[0] if len(headings) == 1 else None) or claims.title or hint)
    return without_site_name(title, site) if title else None


def _names(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for each in value[:20]:
            yield from _names(each)
    elif isinstance(value, dict):
        yield from _names(value.get("name"))
    elif isinstance(value, str):
        yield value


def _authors(claims: Claims) -> tuple[str, ...]:
    stated = list(_names(claims.jsonld.get("author"))) or list(_names(claims.jsonld.get("creator")))
    if not stated:
        stated = [
            claims.meta[key] for key in ("author", "article:author", "parsely-author", "dc.creator") if key in claims.meta
        ][:1]
    names = (clean_line(_BY.sub("", name.strip()), 120) for name in stated)
    return tuple(dict.fromkeys(name for name in names if name and not _NO_NAME.search(name)))


def _stated_dates(claims: Claims, url: str, hint: tuple[str, str] | None) -> Iterator[tuple[str | None, str]]:
    """(date as stated, origin), best first."""
    yield _string(claims.jsonld.get("datePublished")), "json-ld"
    for name in PUBLISHED_METAS:
        if name in claims.meta:
            yield claims.meta[name], f"meta {name}"
    yield claims.itemprops.get("datePublished"), "microdata"
    if hint:
        yield hint
    if len({each[:10] for each in claims.times}) == 1:
        yield claims.times[0], "time element"
    if found := _URL_DATE.search(url):
        yield "-".join(found.groups()), "address"


def _modified(claims: Claims, published: str | None, now: datetime) -> str | None:
    stated = [_string(claims.jsonld.get("dateModified")), *(claims.meta.get(name) for name in MODIFIED_METAS)]
    dates = (parse_date(each, now) for each in [*stated, claims.itemprops.get("dateModified")])
    # a page is not changed before it is published: such a claim is about something else
    return next((date for date in dates if date and date[:10] >= (published or "")[:10]), None)


def language_tag(stated: str | None) -> str | None:
    """A BCP 47 tag, language and region at most.

    >>> language_tag("en_GB"), language_tag("DE"), language_tag("zh-Hant-TW"), language_tag("{{lang}}")
    ('en-GB', 'de', 'zh-Hant', None)
    """
    found = _LANGUAGE.fullmatch((stated or "").strip())
    if not found:
        return None
    language, sub = found[1].lower(), found[2]
    if not sub:
        return language
    return f"{language}-{sub.title() if len(sub) == 4 else sub.upper()}"


def _image(claims: Claims) -> str | None:
    return claims.meta.get("og:image") or claims.meta.get("twitter:image") or _string(claims.jsonld.get("image"))


def reconcile(
    claims: Claims, url: str, now: datetime, *, hint: tuple[str, str] | None = None, title_hint: str | None = None
) -> Metadata:
    """The metadata of a page at `url`.  `hint` is what the endpoint said of its date: (date, "feed" or "sitemap")."""
    published = origin = None
    for stated, where in _stated_dates(claims, url, hint):
        if published := parse_date(stated, now):
            origin = where
            break
    get = claims.meta.get
    locale: Any = claims.language or _string(claims.jsonld.get("inLanguage")) or get("og:locale") or get("content-language")
    return Metadata(
        title=_title(claims, title_hint),
        authors=_authors(claims),
        published=published,
        published_origin=origin,
        modified=_modified(claims, published, now),
        language=language_tag(locale),
        section=clean_line(get("article:section") or _string(claims.jsonld.get("articleSection")), 200),
        lead=clean_line(get("og:description") or get("description") or _string(claims.jsonld.get("description")), 2_000),
        image_url=absolute(_image(claims), url) if _image(claims) else None,
        canonical=absolute(claims.canonical, url) if claims.canonical else None,
    )
