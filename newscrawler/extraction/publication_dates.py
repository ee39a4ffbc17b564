"""When it was published and changed, and by which clock: claims in the order in which they are believed.

published  JSON-LD, article:published_time and its like, microdata, the feed, a line "published ...", <time> where all
           agree, a day beside the headline where only a vague meta element (`date`) differs, that meta element, the
           address, other dates beside the headline or in an element called date, application state; never a reader's
           comment's, and never the day of a change
zone       as stated; of a moment in UTC, the offset of another claim or of the same minute shown on the page
modified   JSON-LD, article:modified_time and its like, microdata, a line "updated ..."; never before publication
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from newscrawler.dates import parse_date
from newscrawler.dates.written import Writing, day_of_line, find_day, moment_of_line
from newscrawler.extraction.jsonld import one_text

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
# /2026/11/22/, /2026-11-22- or /22-11-2026 in an address; never a bare month
_DAY, _MONTH = r"(0[1-9]|[12]\d|3[01])", r"(0[1-9]|1[0-2])"
_URL_DATES = (
    (re.compile(rf"[/_-](20\d{{2}})[/_-]?{_MONTH}[/_-]?{_DAY}(?:[/_-]|\.s?html?|$)"), (1, 2, 3)),
    # an identifier that begins with the minute: A2026112213300001234
    (re.compile(rf"/[A-Z]?(20\d{{2}}){_MONTH}{_DAY}(?:[01]\d|2[0-3])[0-5]\d\d{{2,10}}(?:[/?.]|$)"), (1, 2, 3)),
    (re.compile(rf"[/_-]{_DAY}-{_MONTH}-(20\d{{2}})(?:[/_-]|\.s?html?|$)"), (3, 2, 1)),
)
_WAYBACK = re.compile(r"^https?://web\.archive\.org/web/\d+[a-z_]*/")
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
_AMERICAN_HOSTS = frozenset({"us", "gov", "mil", "edu"})


def month_first(language: str | None, host: str) -> bool | None:
    """Whether a page writes 3/4/2026 for a day of March; None where neither its language nor its host tells.

    >>> month_first("en-US", "a.example.com"), month_first("de", "a.example.com"), month_first("en", "a.example.co.uk")
    (True, False, False)
    >>> month_first("en", "navy.mil"), month_first("en", "a.example.com")
    (True, None)
    """
    if language not in ("en", None):
        return language == "en-US"
    top = host.rpartition(".")[2]
    if top in _AMERICAN_HOSTS:
        return True
    return False if len(top) == 2 and top not in ("tv", "io", "co", "me", "ai") else None


def published_claims(
    claims: Claims, url: str, hint: tuple[str, str] | None, writing: Writing, beside: Sequence[str]
) -> Iterator[tuple[str | None, str]]:
    """(date as stated, origin), best first."""
    yield one_text(claims.jsonld.get("datePublished")), "json-ld"
    yield from _meta_dates(claims, PUBLISHED_METAS, writing)
    yield claims.itemprops.get("datePublished"), "microdata"
    yield one_text(claims.page.get("datePublished")) or one_text(claims.page.get("uploadDate")), "json-ld page"
    if hint:
        yield hint
    for text in beside:
        if _PUBLISHED.match(text):
            yield moment_of_line(text, writing) or find_day(text, writing), "beside the headline"
    if len({each[:10] for each in claims.times}) == 1:
        yield claims.times[0], "time element"
        yield find_day(claims.times[0], writing), "time element"
    vague = list(_meta_dates(claims, VAGUE_METAS, writing))
    for text in beside[:NEAR] if vague else ():
        if len(text) <= SHORT and not _CHANGED.search(text) and (day := day_of_line(text, writing)):
            yield from ((date, origin) for date, origin in vague if (date or "").startswith(day))  # with its time
            yield day, "beside the headline"
    yield from vague
    for pattern, order in _URL_DATES:
        if found := pattern.search(_WAYBACK.sub("", url)):
            yield "-".join(found.group(*order)), "address"
    yield find_day(claims.itemprops.get("datePublished", ""), writing), "microdata"
    for text in claims.times[:1]:
        yield text, "first time element"
    for text in (*beside, *claims.headings[:3]):
        if not _OF_A_PERSON.search(text) and not _only_changed(text):
            yield moment_of_line(text, writing), "beside the headline"
    for text in claims.dated:
        if not _only_changed(text):
            yield moment_of_line(text, writing), "written date"
    if len({each[:10] for each in claims.state_dates}) == 1:
        yield claims.state_dates[0], "application state"
    yield one_text(claims.jsonld.get("dateCreated")) or claims.itemprops.get("dateCreated"), "created"


def _only_changed(line: str) -> bool:
    """Whether the one day in a line is that of a change."""
    found = _CHANGED.search(line)
    return found is not None and find_day(line[: found.start()]) is None and not _PUBLISHED.search(line)


def _meta_dates(claims: Claims, names: Iterable[str], writing: Writing) -> Iterator[tuple[str | None, str]]:
    for name in names:
        if name in claims.meta:
            yield claims.meta[name], f"meta {name}"
            yield find_day(claims.meta[name], writing), f"meta {name}"


def published_by(
    claims: Claims, url: str, now: datetime, *, hint: tuple[str, str] | None, writing: Writing, beside: Sequence[str]
) -> tuple[str | None, str | None, str | None]:
    stated = list(published_claims(claims, url, hint, writing, beside))
    for text, where in stated:
        if date := parse_date(text, now, writing):
            if not date.endswith("Z"):
                return date, where, None
            zone = stated_zone(text)
            if zone == "+00:00":
                others = [*(each for each, _ in stated), *claims.clocks]
                zone = _local_zone(date, others, (*beside, *claims.dated, *claims.clocks), now, writing) or zone
            return date, where, zone
    return None, None, None


def _local_zone(
    moment: str, stated: Iterable[str | None], visible: Iterable[str], now: datetime, writing: Writing
) -> str | None:
    """The offset of the publisher's clock, of a moment stated in UTC; None where nothing on the page tells it.

    Another claim states the same moment with its offset, or the page shows the same minute some whole hours away.
    """
    for text in stated:
        zone = stated_zone(text)
        if zone and zone != "+00:00" and parse_date(text, now, writing) == moment:
            return zone
    utc = datetime.fromisoformat(moment).replace(tzinfo=None, second=0)
    for text in visible:
        day, clock = find_day(text, writing), _CLOCK.search(text)
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


def modified_claims(claims: Claims, beside: Sequence[str], writing: Writing) -> Iterator[tuple[str | None, str]]:
    """(date as stated, origin), best first."""
    yield one_text(claims.jsonld.get("dateModified")), "json-ld"
    for name in MODIFIED_METAS:
        yield claims.meta.get(name), f"meta {name}"
    yield claims.itemprops.get("dateModified"), "microdata"
    for line in beside:
        yield _changed_on(line, writing), "beside the headline"


def modified_by(
    claims: Claims, published: str | None, now: datetime, beside: Sequence[str], writing: Writing
) -> tuple[str | None, str | None]:
    stated = modified_claims(claims, beside, writing)
    dates = ((parse_date(each, now, writing), origin) for each, origin in stated)
    # a page is not changed before it is published: such a claim is about something else
    return next(((date, origin) for date, origin in dates if date and date[:10] >= (published or "")[:10]), (None, None))


def _changed_on(line: str, writing: Writing) -> str | None:
    """The day that a short line says it was changed on."""
    found = _CHANGED.search(line) if len(line) <= SHORT else None
    if found is None:
        return None
    rest = line[found.start() :]
    return moment_of_line(rest, writing) or find_day(rest, writing)
