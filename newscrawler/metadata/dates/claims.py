"""What a page states of its dates: every claim, in the order in which claims are believed, and who makes it.

published  JSON-LD, article:published_time and its like, microdata, the feed, an element or a line called "published",
           <time> where all of the article's agree, a day beside the headline, a vague meta element (`date`), the address,
           other dates of the article, lines farther away, application state; never a day that is said to be of a change
modified   JSON-LD, article:modified_time and its like, microdata, an element or a line called "updated"
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from newscrawler.dates.written import find_day
from newscrawler.discovery.urlshape import url_day
from newscrawler.metadata.claims.jsonld import one_text
from newscrawler.metadata.dates.elements import Place
from newscrawler.metadata.dates.labels import Labelled, Role, read_labels
from newscrawler.urls import absolute, bare_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawler.dates.written import Writing
    from newscrawler.metadata.claims.structured import Claims
    from newscrawler.metadata.dates.elements import DatedElement

PUBLISHED_METAS = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "rnews:datepublished",
    "datepublished", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dc:date.issued",
    "bepress_citation_date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date",
    "published_time_telegram", "article.published", "article_date_original", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "bt:pubdate", "ptime", "pub_date", "originalpublicationdate", "citation_date",
    "citation_publication_date", "displaydate", "pdate",
)  # fmt: skip
# of the document, its last saving often: what is written beside the headline is believed first
VAGUE_METAS = ("dcterms.created", "dc.date.created", "dcterms.available", "dc.date.available", "dcterms.date", "dc.date",
               "dc:date", "datecreated", "created", "article:created", "last_published", "dateline", "date")  # fmt: skip
MODIFIED_METAS = ("article:modified_time", "article:modified", "og:updated_time", "dcterms.modified", "last-modified",
                  "article.updated", "lastmod", "revised", "datemodified", "dc.date.modified")  # fmt: skip
# names that no list has: published, w-published-date, news:publication_date, site:uploaded; never one of a change or event
_UNUSUAL = re.compile(r"publish(?:ed)?(?!er)|publication|pub[-_]?date|issued|uploaded|posted|release[-_]?date|date[-_]?pub")
# a date of whatever: vague
_ANY_DATE = re.compile(r"(?:^|[._:-])date(?:$|[._:-])|released?\b|creat(?:ed?(?:$|[._:-])|ion|ed?_?(?:at|time|date))")
_OTHER_TIME = re.compile(
    r"modif|updat|(?:^|[._:-])mod[._:-]|lastmod|expir|event|start|end|valid|unpublish|revis|crawl|index|birth|year"
)
# of a change, in whatever other names sites have for it
_CHANGED = re.compile(r"modif|updat|lastmod|(?:^|[._:-])(?:mod|revision)[._-]?(?:date|time)|(?:^|[._:-])[um]time$|revised")
_NEVER = re.compile(r"expir|event|start|valid|unpublish|crawl|index|birth|year|auto|interval|frequen")
_WAYBACK = re.compile(r"^https?://web\.archive\.org/web/\d+[a-z_]*/")
MAX_LONE_DATE_LINES = 6  # below the headline, in which a lone date is the article's
MAX_LONE_DATE_CHARACTERS = 80  # of such a line
CARDS = 3  # of other articles: a line that so many of them have is none of the article's own


class Source(Enum):
    """Who makes a claim: two that agree and are of different sources are independent."""

    JSONLD = "json-ld"
    META = "meta"
    MICRODATA = "microdata"
    ENDPOINT = "feed or sitemap"
    VISIBLE = "what readers see"
    ADDRESS = "address"
    REST = "weaker than these"


@dataclass(frozen=True, slots=True)
class DateClaim:
    """A date as stated, and where."""

    text: str
    origin: str
    source: Source


def _claims(source: Source, origin: str, *texts: str | None) -> Iterator[DateClaim]:
    yield from (DateClaim(text, origin, source) for text in texts if text)


Lines = tuple[tuple[str, tuple[Labelled, ...]], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a page's dates are looked for."""

    claims: Claims
    url: str
    writing: Writing
    lines: Lines  # beside the headline, each with its moments

    @property
    def own(self) -> list[DatedElement]:
        return [each for each in self.claims.moments if each.place is Place.OWN]


def evidence_of(claims: Claims, url: str, writing: Writing, beside: Sequence[str]) -> Evidence:
    """What a page shows, its lines read once.

    A line that is an element's text is of what the element is called, and nobody's where several cards of other articles
    say it and it stands more than once, as theirs do and an article's own day does not; an element that is called
    published, of a day that its line says to be of a change, is of that change.
    """
    dated = [each for each in claims.moments if each.text]
    changed = [each.text for each in dated if each.role is Role.CHANGED]
    carded = Counter(each.text for each in dated if each.place is Place.OTHER)
    own, said = {each.text for each in dated if each.place is not Place.OTHER}, Counter(beside)
    others = {text for text, number in carded.items() if number >= CARDS and said[text] > 1 and text not in own}
    lines = tuple((line, _read_line(line, writing, changed)) for line in beside if line not in others)
    moments = tuple(_as_told(each, lines) for each in claims.moments)
    turned = {new.stated for old, new in zip(claims.moments, moments, strict=True) if old.role is not new.role}
    itemprops = {name: each for name, each in claims.itemprops.items() if name != _PUBLISHED or each.strip() not in turned}
    return Evidence(replace(claims, moments=moments, itemprops=itemprops), url, writing, lines)


_PUBLISHED = "datePublished"


def _read_line(line: str, writing: Writing, changed: Sequence[str]) -> tuple[Labelled, ...]:
    """A line's moments.  `changed`: texts of elements called updated; a machine's form among them is hidden from readers."""
    for hidden in filter(_MACHINE.fullmatch, changed):
        line = line.replace(hidden, " ") if line != hidden else line
    called = Role.CHANGED if line in changed else Role.UNSAID
    return tuple(Labelled(called, each.moment) if each.role is Role.UNSAID else each for each in read_labels(line, writing))


_MACHINE = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d\S{0,16}")


def _as_told(element: DatedElement, lines: Lines) -> DatedElement:
    if element.role is not Role.PUBLISHED or not element.text:
        return element
    told = [found for line, labelled in lines if element.text in line for found in labelled]
    is_change = told and all(each.role is Role.CHANGED and _is_near(element.stated, each.moment) for each in told)
    return replace(element, role=Role.CHANGED) if is_change else element


def _is_near(stated: str, moment: str) -> bool:
    """Whether a machine's date is of a day that is shown, by whichever clock; what is no machine's is what is shown."""
    try:
        return abs(date.fromisoformat(stated[:10]) - date.fromisoformat(moment[:10])) <= timedelta(days=1)
    except ValueError:
        return True


def published_claims(seen: Evidence, hint: tuple[str, str] | None) -> Iterator[DateClaim]:
    """What is claimed of the day of publication, best first.  `hint`: what the endpoint said, and its kind."""
    claims = seen.claims
    yield from _claims(Source.JSONLD, "json-ld", one_text(claims.jsonld.get("datePublished")))
    yield from _meta_claims(seen, PUBLISHED_METAS)
    yield from _claims(Source.MICRODATA, "microdata", claims.itemprops.get("datePublished"))
    paged = one_text(claims.page.get("datePublished")) or one_text(claims.page.get("uploadDate"))
    yield from _claims(Source.JSONLD, "json-ld page", paged)
    if hint:
        yield from _claims(Source.ENDPOINT, hint[1], hint[0])
    yield from _named_metas(claims, _UNUSUAL)
    yield from _labelled_claims(seen, Role.PUBLISHED, "called published")
    yield from _visible(seen)
    yield from _claims(Source.ADDRESS, "address", _day_of_address(seen))
    yield from _weak(seen)


def _day_of_address(seen: Evidence) -> str | None:
    """The day in a page's address, or in the one that it calls canonical on its own host: a short link, an AMP page."""
    own = _WAYBACK.sub("", seen.url)
    canonical = absolute(seen.claims.canonical, own) if seen.claims.canonical else None
    is_ours = canonical is not None and bare_host(canonical) == bare_host(own)
    return url_day(own) or (url_day(canonical) if canonical is not None and is_ours else None)


def modified_claims(seen: Evidence) -> Iterator[DateClaim]:
    """What is claimed of the last change, best first."""
    claims = seen.claims
    yield from _claims(Source.JSONLD, "json-ld", one_text(claims.jsonld.get("dateModified")))
    yield from _claims(Source.JSONLD, "json-ld page", one_text(claims.page.get("dateModified")))
    for name in MODIFIED_METAS:
        yield from _claims(Source.META, f"meta {name}", claims.meta.get(name))
    yield from _claims(Source.MICRODATA, "microdata", claims.itemprops.get("dateModified"))
    yield from _named_metas(claims, _CHANGED, _NEVER)
    yield from _labelled_claims(seen, Role.CHANGED, "called updated")


def _labelled_claims(seen: Evidence, role: Role, origin: str) -> Iterator[DateClaim]:
    """Elements, then lines, that say what their time is of."""
    for each in seen.own:
        if each.stated and each.role is role:
            yield from _claims(Source.VISIBLE, origin, each.stated)
        for found in _shown(each, seen.writing):
            if found.role is role:
                yield from _claims(Source.VISIBLE, origin, found.moment)
    for _, labelled in seen.lines:
        for found in labelled:
            if found.role is role:
                yield from _claims(Source.VISIBLE, "beside the headline", found.moment)


def _shown(element: DatedElement, writing: Writing) -> list[Labelled]:
    """The moments in an element's text: what it is called counts where the text says nothing.

    One without a label beside those of changes is of publication.
    """
    labelled = read_labels(element.text, writing)
    unsaid = [each for each in labelled if each.role is Role.UNSAID]
    if len(unsaid) != 1:
        return labelled
    if len(labelled) == 1:
        return [Labelled(element.role, labelled[0].moment)]
    is_first = all(each.role is Role.CHANGED for each in labelled if each is not unsaid[0])
    return [Labelled(Role.PUBLISHED, each.moment) if is_first and each is unsaid[0] else each for each in labelled]


def _visible(seen: Evidence) -> Iterator[DateClaim]:
    """Times and days of the article that say nothing of what they are."""
    times = [each for each in seen.own if each.is_time and each.role is Role.UNSAID]
    days = {(each.stated or find_day(each.text, seen.writing) or "")[:10] for each in times}
    if len(days) == 1:
        yield from _claims(Source.VISIBLE, "time element", times[0].stated, times[0].text)
    vague = [*_meta_claims(seen, VAGUE_METAS), *_named_metas(seen.claims, _ANY_DATE)]
    for line, labelled in seen.lines[:MAX_LONE_DATE_LINES]:
        day = _lone_day(labelled)
        if day and len(line) <= MAX_LONE_DATE_CHARACTERS:
            yield from (each for each in vague if each.text.startswith(day[:10]))  # with its time
            yield from _claims(Source.VISIBLE, "beside the headline", day)
    yield from vague


def _lone_day(labelled: Sequence[Labelled]) -> str | None:
    return next((each.moment for each in labelled if each.role is Role.UNSAID), None)


def _weak(seen: Evidence) -> Iterator[DateClaim]:
    """What is believed where nothing else is stated."""
    claims, writing = seen.claims, seen.writing
    yield from _claims(Source.REST, "microdata", find_day(claims.itemprops.get("datePublished", ""), writing))
    for each in seen.own:
        if each.is_time and each.role is Role.UNSAID:
            yield from _claims(Source.REST, "first time element", each.stated, each.text)
            break
    for labelled in (*(each for _, each in seen.lines), *(read_labels(line, writing) for line in claims.headings[:3])):
        yield from _claims(Source.REST, "beside the headline", _lone_day(labelled))
    for each in seen.own:
        if not each.is_time and each.role is Role.UNSAID:
            yield from _claims(Source.REST, "written date", each.stated, _lone_day(_shown(each, writing)))
    boxed = [found for each in claims.moments if each.place is Place.BOX for found in _shown(each, writing)]
    if len({each.moment[:10] for each in boxed if each.role is not Role.CHANGED}) == 1:
        yield from _claims(Source.REST, "in a box", *(each.moment for each in boxed if each.role is not Role.CHANGED))
    if len({each[:10] for each in claims.state_dates}) == 1:
        yield from _claims(Source.REST, "application state", claims.state_dates[0])
    created = one_text(claims.jsonld.get("dateCreated")) or claims.itemprops.get("dateCreated")
    yield from _claims(Source.REST, "created", created)


def _meta_claims(seen: Evidence, names: Iterable[str]) -> Iterator[DateClaim]:
    meta = seen.claims.meta
    for name in names:
        if name in meta:
            yield from _claims(Source.META, f"meta {name}", meta[name], find_day(meta[name], seen.writing))


def _named_metas(claims: Claims, names: re.Pattern[str], but: re.Pattern[str] = _OTHER_TIME) -> Iterator[DateClaim]:
    """Meta elements that no list has, by words in their names, but those with other words."""
    for name, content in claims.meta.items():
        if len(content) <= MAX_LONE_DATE_CHARACTERS and name not in _LISTED and names.search(name) and not but.search(name):
            yield from _claims(Source.META, f"meta {name}", content)


_LISTED = frozenset({*PUBLISHED_METAS, *VAGUE_METAS, *MODIFIED_METAS})
