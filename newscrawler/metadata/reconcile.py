"""Claims to metadata by stated rules.  Each field names the claims it believes, best first; `origins` says which it was.

title      the h1 that a claim agrees with; JSON-LD headline, og:title, <title> without the site's name (`titles`)
authors    people, by JSON-LD, meta, microdata, byline; a desk only where nobody else is credited (`authors`)
published, modified, zone: `moments`
language   html lang, JSON-LD inLanguage, og:locale, content-language: what the page says; the hall compares the text
section    article:section, JSON-LD articleSection, microdata, the innermost of the breadcrumbs
tags       JSON-LD keywords, article:tag, news_keywords, keywords
lead       og:description, description, JSON-LD description
image_url  og:image, twitter:image, JSON-LD image
canonical  link of rel canonical, as a claim: another host's too
paywall    isAccessibleForFree of the article, the page or a part, article:content_tier; None where neither says (`paywall`)
A date that nobody stated is None.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawler.metadata.authors.believed import credited
from newscrawler.metadata.claims.jsonld import one_text
from newscrawler.metadata.dates.believed import read_dates, writing_of
from newscrawler.metadata.dates.claims import evidence_of
from newscrawler.metadata.paywall import paywalled
from newscrawler.metadata.titles.believed import headline
from newscrawler.text import clean_line, spaceless
from newscrawler.text.languages import language_code
from newscrawler.urls import absolute, host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from newscrawler.metadata.claims.structured import Claims

MAX_TAGS, MAX_TAG = 40, 80
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{2}|[a-z]{4}|\d{3}))?(?:[-_.].*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What we believe; None where nobody stated it.  `origins` names the claim behind each field that has one."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    published: str | None = None
    published_origin: str | None = None
    published_zone: str | None = None  # the offset from UTC that it was stated with, such as +02:00
    modified: str | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    lead: str | None = None
    image_url: str | None = None
    canonical: str | None = None
    paywall: bool | None = None
    origins: dict[str, str] = field(default_factory=dict)


def language_tag(stated: str | None) -> str | None:
    """A BCP 47 tag, language and region at most.

    >>> language_tag("en_GB"), language_tag("DE"), language_tag("zh-Hant-TW"), language_tag("{{lang}}")
    ('en-GB', 'de', 'zh-Hant', None)
    >>> language_tag("utf-8") is None
    True
    """
    found = _LANGUAGE.fullmatch((stated or "").strip())
    language, sub = (language_code(found[1]), found[2]) if found else (None, None)
    if not language or not sub:
        return language
    return f"{language}-{sub.title() if len(sub) == 4 else sub.upper()}"


def _texts(value: object) -> Iterator[str]:
    """The strings of a JSON-LD value: a text, terms with a name, lists of either."""
    if isinstance(value, list):
        for each in value[: 2 * MAX_TAGS]:
            yield from _texts(each)
    elif isinstance(value, dict):
        yield from _texts(value.get("name"))
    elif isinstance(value, str):
        yield value


def tag_claims(claims: Claims) -> Iterator[tuple[list[str], str]]:
    """(texts as stated, origin), best first."""
    yield list(_texts(claims.jsonld.get("keywords"))), "json-ld"
    for name in _TAG_METAS:
        yield list(claims.metas.get(name) or filter(None, [claims.meta.get(name)])), f"meta {name}"


def _tags(claims: Claims) -> tuple[tuple[str, ...], str | None]:
    for stated, origin in tag_claims(claims):
        split = [part for each in stated for part in (re.split(r"[,;|]", each) if len(stated) == 1 else [each])]
        # "keyword:Navy" and the like are a content system's own
        tags = [line for each in split if (line := clean_line(each, MAX_TAG)) and ":" not in line and "http" not in line]
        if tags:
            return tuple(dict.fromkeys(tags))[:MAX_TAGS], origin
    return (), None


_TAG_METAS = ("article:tag", "news_keywords", "parsely-tags", "keywords")


def _category(claims: Claims, title: str | None) -> str | None:
    """The innermost step of the breadcrumbs that is neither the home page nor the article itself."""
    inside = claims.trail[1:] if claims.trail and _HOME.fullmatch(claims.trail[0]) else claims.trail
    said = {spaceless(each or "") for each in (title, claims.publisher, claims.meta.get("og:site_name"))}
    steps = [each for each in inside if spaceless(each) not in said]
    return steps[-1] if steps and len(steps[-1]) <= MAX_TAG else None


_HOME = re.compile(
    r"home(?:\s?page)?|start(?:seite)?|accueil|inicio|início|portada|главная|головна|forside|forsíða|hem|etusivu|αρχική|"
    r"ホーム|トップ|홈|首页|الرئيسية|דף הבית|ana sayfa|domů|strona główna",
    re.IGNORECASE,
)


def _first(*stated: tuple[object, str]) -> tuple[str | None, str | None]:
    """The first claim that says something: (text, origin)."""
    for each, origin in stated:
        if text := one_text(each):
            return html.unescape(text) if origin == "json-ld" and "http" not in text else text, origin
    return None, None


def _of_origin(pairs: Iterable[tuple[str, object, str | None]]) -> dict[str, str]:
    return {name: origin for name, value, origin in pairs if value not in (None, ()) and origin}


def simple_claims(claims: Claims, title: str | None) -> dict[str, tuple[tuple[object, str], ...]]:
    """What is stated of the fields whose first claim is believed: field -> (value, origin), best first."""
    meta, jsonld = claims.meta, claims.jsonld
    return {
        "language": (
            (claims.language, "html lang"), (jsonld.get("inLanguage"), "json-ld"), (meta.get("og:locale"), "og:locale"),
            (meta.get("content-language"), "meta content-language"),
        ),
        "section": (
            (meta.get("article:section"), "meta article:section"), (jsonld.get("articleSection"), "json-ld"),
            (claims.itemprops.get("articleSection"), "microdata"), (_category(claims, title), "breadcrumbs"),
        ),
        "lead": (
            (meta.get("og:description"), "og:description"), (meta.get("description"), "meta description"),
            (jsonld.get("description"), "json-ld"),
        ),
        "image_url": (
            (meta.get("og:image"), "og:image"), (meta.get("twitter:image"), "twitter:image"),
            (jsonld.get("image"), "json-ld"),
        ),
    }  # fmt: skip


def _language(claims: Sequence[tuple[object, str]]) -> tuple[str | None, str | None]:
    """(the first tag that is a language's, who states it)."""
    return next(((tag, origin) for each, origin in claims if (tag := language_tag(one_text(each)))), (None, None))


def reconcile(
    claims: Claims,
    url: str,
    now: datetime,
    *,
    hint: tuple[str, str] | None = None,
    title: tuple[str | None, str | None] | None = None,
    beside: Sequence[str] = (),
    sample: str = "",
) -> Metadata:
    """The metadata of a page at `url`.

    `hint` is what the endpoint said of its date: (date, "feed" or "sitemap"); `title`: what `headline` found, with its
    origin; `beside`: short lines around the headline; `sample`: some of its text, for its language.
    """
    title_said, title_origin = title or headline(claims, host_of(url), None)
    simple = simple_claims(claims, title_said)
    tag, language_origin = _language(simple["language"])
    authors, agency, authors_origin = credited(claims, beside, host_of(url))
    writing = writing_of(claims, url, now, tag, beside, sample)
    dates = read_dates(evidence_of(claims, url, writing, beside), now, hint)
    section, section_origin = _first(*simple["section"])
    lead, lead_origin = _first(*simple["lead"])
    image, image_origin = _first(*simple["image_url"])
    tags, tags_origin = _tags(claims)
    paywall, paywall_origin = paywalled(claims)
    return Metadata(
        title=title_said,
        authors=authors,
        agency=agency,
        published=dates.published,
        published_origin=dates.published_origin,
        published_zone=dates.zone,
        modified=dates.modified,
        language=tag,
        section=clean_line(section, 200),
        tags=tags,
        lead=clean_line(lead, 2_000),
        image_url=absolute(image, url) if image else None,
        canonical=absolute(claims.canonical, url) if claims.canonical else None,
        paywall=paywall,
        origins=_of_origin((
            ("title", title_said, title_origin), ("authors", authors, authors_origin),
            ("published", dates.published, dates.published_origin),
            ("modified", dates.modified, dates.modified_origin), ("language", tag, language_origin),
            ("section", section, section_origin),
            ("tags", tags, tags_origin), ("lead", lead, lead_origin), ("image_url", image, image_origin),
            ("canonical", claims.canonical, "link canonical"), ("paywall", paywall, paywall_origin),
        )),
    )  # fmt: skip
