"""Claims to metadata by stated rules.  Each field names the claims it believes, best first; `origins` says which it was.

title      the h1 that a claim agrees with; JSON-LD headline, og:title, <title> without the site's name (`titles`)
authors    people, by JSON-LD, meta, microdata, byline; a desk only where nobody else is credited (`authors`)
published  JSON-LD, article:published_time and its like, microdata, the feed, a line "published ...", <time> where all
           agree, the address, a date written beside the headline or in an element called date; never a reader's comment's
zone       as stated; of a moment in UTC, the offset of another claim or of the same minute shown on the page
modified   JSON-LD, article:modified_time and its like, microdata; never before the day of publication
language   html lang, JSON-LD inLanguage, og:locale: what the page says of itself, checked by nobody yet
section    article:section, JSON-LD articleSection, microdata
tags       JSON-LD keywords, article:tag, news_keywords, keywords
lead       og:description, description, JSON-LD description
paywall    JSON-LD isAccessibleForFree, article:content_tier; None where neither is stated
A date that nobody stated is None.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from newscrawler.dates import parse_date
from newscrawler.extraction.authors import credited
from newscrawler.extraction.titles import headline
from newscrawler.extraction.written import find_day
from newscrawler.text import clean_line, words
from newscrawler.urls import absolute, host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawler.extraction.structured import Claims

PUBLISHED_METAS = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "rnews:datepublished",
    "datepublished", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dc:date.issued",
    "bepress_citation_date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date",
    "published_time_telegram", "article.published", "article_date_original", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "bt:pubdate", "ptime", "pub_date", "originalpublicationdate", "citation_date",
    "citation_publication_date", "displaydate",
)  # fmt: skip
# of the document, its last saving often: what is written beside the headline is believed first
VAGUE_METAS = ("dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "dc:date", "datecreated", "created",
               "article:created", "last_published", "date")  # fmt: skip
MODIFIED_METAS = ("article:modified_time", "article:modified", "og:updated_time", "dcterms.modified", "last-modified",
                  "article.updated", "lastmod", "revised")  # fmt: skip
MAX_TAGS, MAX_TAG = 40, 80

# /2026/11/22/, /2026-11-22- or /22-11-2026 in an address; never a bare month
_DAY, _MONTH = r"(0[1-9]|[12]\d|3[01])", r"(0[1-9]|1[0-2])"
_URL_DATES = (
    (re.compile(rf"[/_-](20\d{{2}})[/_-]?{_MONTH}[/_-]?{_DAY}(?:[/_-]|\.s?html?|$)"), (1, 2, 3)),
    # an identifier that begins with the minute: A2026112213300001234
    (re.compile(rf"/[A-Z]?(20\d{{2}}){_MONTH}{_DAY}(?:[01]\d|2[0-3])[0-5]\d\d{{2,10}}(?:[/?.]|$)"), (1, 2, 3)),
    (re.compile(rf"[/_-]{_DAY}-{_MONTH}-(20\d{{2}})(?:[/_-]|\.s?html?|$)"), (3, 2, 1)),
)
_WAYBACK = re.compile(r"^https?://web\.archive\.org/web/\d+[a-z_]*/")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{2}|[a-z]{4}|\d{3}))?(?:[-_.].*)?", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"\W*(?:published|posted|veröffentlicht|erschienen|erstellt|publié|publicado|pubblicato|opublikowano|опубликовано|"
    r"gepubliceerd|julkaistu|publicerad|publisert)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:updated?|modified|edited|changed|aktualisiert|geändert|änderung|bearbeitet|mis à jour|modifié|actualizado|"
    r"aggiornato|atualizado|bijgewerkt|oppdatert|uppdaterad|opdateret|päivitetty|zaktualizowano|обновлено)",
    re.IGNORECASE,
)
_OF_A_PERSON = re.compile(r"registriert|registered|joined|mitglied seit|member since|geboren|\bborn\b", re.IGNORECASE)
NEAR, SHORT = 6, 80  # lines below the headline, and characters of one, where a lone date is the article's
_AMERICAN = frozenset({"en-US", "en"})


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


def one_text(value: object) -> str | None:
    """The one text in a JSON-LD value, which may be a list, an object or a number."""
    if isinstance(value, list):
        value = next((each for each in value if each), None)
    if isinstance(value, dict):
        value = value.get("url") or value.get("@value") or value.get("name") or value.get("@id")
    return value if isinstance(value, str) and value.strip() else None


def _published_claims(
    claims: Claims, url: str, hint: tuple[str, str] | None, american: bool, beside: Sequence[str]
) -> Iterator[tuple[str | None, str]]:
    """(date as stated, origin), best first."""
    yield one_text(claims.jsonld.get("datePublished")), "json-ld"
    yield from _meta_dates(claims, PUBLISHED_METAS, american)
    yield claims.itemprops.get("datePublished"), "microdata"
    yield one_text(claims.page.get("datePublished")) or one_text(claims.page.get("uploadDate")), "json-ld page"
    if hint:
        yield hint
    for text in beside:
        if _PUBLISHED.match(text):
            yield find_day(text, month_first=american), "beside the headline"
    if len({each[:10] for each in claims.times}) == 1:
        yield claims.times[0], "time element"
        yield find_day(claims.times[0]), "time element"
    vague = list(_meta_dates(claims, VAGUE_METAS, american))
    for text in beside[:NEAR] if vague else ():
        if len(text) <= SHORT and not _CHANGED.search(text) and (day := find_day(text, month_first=american)):
            yield from ((date, origin) for date, origin in vague if (date or "").startswith(day))  # with its time
            yield day, "beside the headline"
    yield from vague
    for pattern, order in _URL_DATES:
        if found := pattern.search(_WAYBACK.sub("", url)):
            yield "-".join(found.group(*order)), "address"
    yield find_day(claims.itemprops.get("datePublished", ""), month_first=american), "microdata"
    for text in claims.times[:1]:
        yield text, "first time element"
    for text in (*beside, *claims.headings[:3]):
        if not _OF_A_PERSON.search(text) and not _only_changed(text):
            yield find_day(text, month_first=american), "beside the headline"
    for text in claims.dated:
        if not _only_changed(text):
            yield find_day(text, month_first=american), "written date"
    if len({each[:10] for each in claims.state_dates}) == 1:
        yield claims.state_dates[0], "application state"
    yield one_text(claims.jsonld.get("dateCreated")) or claims.itemprops.get("dateCreated"), "created"


def _only_changed(line: str) -> bool:
    """Whether the one day in a line is that of a change."""
    found = _CHANGED.search(line)
    return found is not None and find_day(line[: found.start()]) is None and not _PUBLISHED.search(line)


def _meta_dates(claims: Claims, names: Iterable[str], american: bool) -> Iterator[tuple[str | None, str]]:
    for name in names:
        if name in claims.meta:
            yield claims.meta[name], f"meta {name}"
            yield find_day(claims.meta[name], month_first=american), f"meta {name}"


def _published(
    claims: Claims, url: str, now: datetime, *, hint: tuple[str, str] | None, american: bool, beside: Sequence[str]
) -> tuple[str | None, str | None, str | None]:
    stated = list(_published_claims(claims, url, hint, american, beside))
    for text, where in stated:
        if date := parse_date(text, now):
            if not date.endswith("Z"):
                return date, where, None
            zone = stated_zone(text)
            if zone == "+00:00":
                zone = (
                    _local_zone(date, [each for each, _ in stated], (*beside, *claims.dated, *claims.times[:3]), now) or zone
                )
            return date, where, zone
    return None, None, None


def _local_zone(moment: str, stated: Iterable[str | None], visible: Iterable[str], now: datetime) -> str | None:
    """The offset of the publisher's clock, of a moment stated in UTC; None where nothing on the page tells it.

    Another claim states the same moment with its offset, or the page shows the same minute some whole hours away.
    """
    for text in stated:
        zone = stated_zone(text)
        if zone and zone != "+00:00" and parse_date(text, now) == moment:
            return zone
    utc = datetime.fromisoformat(moment).replace(tzinfo=None, second=0)
    for text in visible:
        day, clock = find_day(text), _CLOCK.search(text)
        if not day or not clock or int(clock[1]) > 23:
            continue
        half = (clock[3] or "").lower()[:1]
        hour = int(clock[1]) % 12 + (12 if half == "p" else 0) if half else int(clock[1])
        minutes = (datetime.fromisoformat(f"{day}T{hour:02}:{clock[2]}:00") - utc).total_seconds() / 60
        if minutes and abs(minutes) <= 14 * 60 and minutes % 30 == 0:
            return f"{'-' if minutes < 0 else '+'}{int(abs(minutes) // 60):02}:{int(abs(minutes) % 60):02}"
    return None


_CLOCK = re.compile(r"(?:(?<![\d.])|(?<=20\d\d))(\d{1,2})\s?[:.h]\s?([0-5]\d)(?![\d.])\s*([ap]\.?m)?", re.IGNORECASE)
_ZONE = re.compile(r"(?:[+-])(?:0\d|1[0-4]):?[0-5]\d\s*$")


def stated_zone(stated: str | None) -> str | None:
    """The offset from UTC at the end of a stated time.

    >>> stated_zone("2026-05-03T22:46:08-0300"), stated_zone("2026-05-03"), stated_zone("2026-05-03T10:00:00Z")
    ('-03:00', None, '+00:00')
    """
    found = _ZONE.search(stated or "")
    if found and len((stated or "").strip()) > 12:
        digits = found[0].strip().replace(":", "")
        return f"{digits[:3]}:{digits[3:]}"
    return "+00:00" if re.search(r"\d(?:Z| UTC| GMT)\s*$", stated or "") else None


def _modified(
    claims: Claims, published: str | None, now: datetime, beside: Sequence[str], american: bool
) -> tuple[str | None, str | None]:
    stated = [
        (one_text(claims.jsonld.get("dateModified")), "json-ld"),
        *((claims.meta.get(name), f"meta {name}") for name in MODIFIED_METAS),
        (claims.itemprops.get("dateModified"), "microdata"),
        *((_changed_on(line, american), "beside the headline") for line in beside),
    ]
    dates = ((parse_date(each, now), origin) for each, origin in stated)
    # a page is not changed before it is published: such a claim is about something else
    return next(((date, origin) for date, origin in dates if date and date[:10] >= (published or "")[:10]), (None, None))


def _changed_on(line: str, american: bool) -> str | None:
    """The day that a short line says it was changed on."""
    found = _CHANGED.search(line) if len(line) <= SHORT else None
    return find_day(line[found.start() :], month_first=american) if found else None


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


def _texts(value: object) -> Iterator[str]:
    """The strings of a JSON-LD value: a text, terms with a name, lists of either."""
    if isinstance(value, list):
        for each in value[: 2 * MAX_TAGS]:
            yield from _texts(each)
    elif isinstance(value, dict):
        yield from _texts(value.get("name"))
    elif isinstance(value, str):
        yield value


def _tags(claims: Claims) -> tuple[tuple[str, ...], str | None]:
    several = {name: claims.metas.get(name) or tuple(filter(None, [claims.meta.get(name)])) for name in _TAG_METAS}
    for stated, origin in (
        (list(_texts(claims.jsonld.get("keywords"))), "json-ld"),
        *((list(v), f"meta {k}") for k, v in several.items()),
    ):
        split = [part for each in stated for part in (re.split(r"[,;]", each) if len(stated) == 1 else [each])]
        # "keyword:Navy" and the like are a content system's own
        tags = [line for each in split if (line := clean_line(each, MAX_TAG)) and ":" not in line and "http" not in line]
        if tags:
            return tuple(dict.fromkeys(tags))[:MAX_TAGS], origin
    return (), None


_TAG_METAS = ("article:tag", "news_keywords", "parsely-tags", "keywords")


def _paywall(claims: Claims) -> tuple[bool | None, str | None]:
    parts = claims.jsonld.get("hasPart")
    stated = [claims.jsonld, claims.page, *(parts if isinstance(parts, list) else [parts])]
    free = next(
        (each["isAccessibleForFree"] for each in stated if isinstance(each, dict) and "isAccessibleForFree" in each), None
    )
    if isinstance(free, str):
        free = {"true": True, "false": False, "yes": True, "no": False}.get(free.strip().lower())
    if isinstance(free, bool):
        return not free, "json-ld"
    tier = (claims.meta.get("article:content_tier") or "").lower()
    if tier in ("free", "metered", "locked"):
        return tier != "free", "meta article:content_tier"
    return None, None


def _category(claims: Claims, title: str | None) -> str | None:
    """The innermost step of the breadcrumbs that is neither the home page nor the article itself."""
    inside = claims.trail[1:] if claims.trail and _HOME.fullmatch(claims.trail[0]) else claims.trail
    said = {"".join(words(each or "")) for each in (title, claims.publisher, claims.meta.get("og:site_name"))}
    steps = [each for each in inside if "".join(words(each)) not in said]
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


def reconcile(
    claims: Claims,
    url: str,
    now: datetime,
    *,
    hint: tuple[str, str] | None = None,
    title: tuple[str | None, str | None] | None = None,
    beside: Sequence[str] = (),
) -> Metadata:
    """The metadata of a page at `url`.

    `hint` is what the endpoint said of its date: (date, "feed" or "sitemap"); `title`: what `headline` found, with its
    origin; `beside`: short lines around the headline.
    """
    meta, jsonld = claims.meta, claims.jsonld
    language, language_origin = _first(
        (claims.language, "html lang"), (jsonld.get("inLanguage"), "json-ld"), (meta.get("og:locale"), "og:locale"),
        (meta.get("content-language"), "meta content-language"),
    )  # fmt: skip
    tag = language_tag(language)
    title_said, title_origin = title or headline(claims, host_of(url), None)
    authors, agency, authors_origin = credited(claims, beside, host_of(url))
    published, published_origin, zone = _published(claims, url, now, hint=hint, american=tag in _AMERICAN, beside=beside)
    modified, modified_origin = _modified(claims, published, now, beside, tag in _AMERICAN)
    section, section_origin = _first(
        (meta.get("article:section"), "meta article:section"), (jsonld.get("articleSection"), "json-ld"),
        (claims.itemprops.get("articleSection"), "microdata"), (_category(claims, title_said), "breadcrumbs"),
    )  # fmt: skip
    lead, lead_origin = _first(
        (meta.get("og:description"), "og:description"), (meta.get("description"), "meta description"),
        (jsonld.get("description"), "json-ld"),
    )  # fmt: skip
    image, image_origin = _first(
        (meta.get("og:image"), "og:image"), (meta.get("twitter:image"), "twitter:image"), (jsonld.get("image"), "json-ld")
    )
    tags, tags_origin = _tags(claims)
    paywall, paywall_origin = _paywall(claims)
    return Metadata(
        title=title_said,
        authors=authors,
        agency=agency,
        published=published,
        published_origin=published_origin,
        published_zone=zone,
        modified=modified,
        language=tag,
        section=clean_line(section, 200),
        tags=tags,
        lead=clean_line(lead, 2_000),
        image_url=absolute(image, url) if image else None,
        canonical=absolute(claims.canonical, url) if claims.canonical else None,
        paywall=paywall,
        origins=_of_origin((
            ("title", title_said, title_origin), ("authors", authors, authors_origin),
            ("published", published, published_origin),
            ("modified", modified, modified_origin), ("language", tag, language_origin),
            ("section", section, section_origin),
            ("tags", tags, tags_origin), ("lead", lead, lead_origin), ("image_url", image, image_origin),
            ("canonical", claims.canonical, "link canonical"), ("paywall", paywall, paywall_origin),
        )),
    )  # fmt: skip
