"""What the shape of an address says of the page behind it: an article, or a section, a service, a tag.

No site is named here: dates in the path, long slugs and long numbers speak for an article; a page of a section or a
service has a short path of common words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from newscrawler.urls import bare_host

_DATE_PATH = re.compile(r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2]|[a-z]{3})(?:[/-]?(?:[0-2]?\d|3[01]))?(?=[/_-]|$|\w*[/_-])")
_DAY_PATH = re.compile(r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2]|[a-z]{3})[/-](?:[0-2]?\d|3[01])(?=[/_-]|$)")
_COMPACT_DATE = re.compile(r"(?:^|[/_-])(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)")
_ID = re.compile(r"(?<![a-z0-9])[a-z]{0,2}\d{5,}(?![a-z0-9])|(?<=[._-])\d{5,}", re.IGNORECASE)
_HASH = re.compile(r"(?<![a-z0-9])(?=[a-f0-9]*\d)(?=[a-f0-9]*[a-f])[a-f0-9]{8,}(?![a-z0-9])", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|cfm|do|ece|amp|stm|xhtml|page|story)$", re.IGNORECASE)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|jpe?g|png|gif|svg|webp|mp3|mp4|m3u8|xml|rss|atom|json|css|js|ics|exe|apk|epub)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_ITEM_KEY = re.compile(
    r"(?:^|_)(?:id|nid|newsid|newid|articleid|artid|artnr|docid|aid|sid|storyid|pid|p|no|idx|seq|article|story|news|item|title)$"
)
# what sites call sections, services and other pages that are no article, in the languages of the catalogue
_SECTIONS = """
    about account accounts ad ads advert advertise advertising agenda alert alerts all app apps archiv archive
    archives at auteur auteurs author authors autor autore autoren bio biography blogs board bookmark brand calendar
    career careers cart cat categoria categorie categories category clasificados classifieds club collection
    collections columnist columnists comment comments committees community company conditions connect contact
    contact-us contacto contacts contatti content-type contribute contributor contributors cookie cookies copyright
    corporate corrections countries country coupons courses crossword crosswords dashboard data datenschutz
    department departments directory disclaimer donate dossier dossiers download downloads edition editions email
    episode episodes event events faq faqs favorites feed feedback feeds follow forum forums galleries games
    guidelines help hilfe home hub image images impressum imprint index indexes info informations issues jobs join
    kontakt label landing leadership legal library licence links list listing live log-in login logout mailing
    mailto map maps masthead media-kit member members membership mentions-legales menu mission mobile my myaccount
    newsletter newsletters newspaper notifications obituaries offers offices onderwerp organisation organisations
    organization our-team page pages paper partner partners people person persons photo photogallery photos playlist
    plus podcast podcasts policies policy polls portal prayer preferences press-kit print privacy product products
    profile profiles program programme programmes programs promo publications puzzles radio redaktion region
    register registration reporter resources rss rubrik rubrique schedule search section sections sendungen series
    service services settings share shop sign-in sign-up signin signup site sitemap sobre special specials sponsored
    staff store streams subject subscribe subscription subscriptions suche support survey tag tags tarif team term
    terms terms-and-conditions terms-of-service terms-of-use thema theme themen themes tools topic topico topics
    tour tours tv uber-uns ueber-uns user users video videos watch weather webcam webcast who-we-are widget widgets
    wp-admin wp-content wp-login writer writers
"""
SECTIONS = frozenset(_SECTIONS.split())
_ARTICLES = """
    actualite actualites analysis article articles articolo articulo artikel blog column columns commentaries
    commentary communique communiques detail details entry interview item nachricht news-item newsitem node nota
    noticia nyhet nyheter opinion post posts press-release press-releases pressemitteilung pressrelease
    pressreleases read review reviews single speech speeches statement statements stories story
"""
ARTICLES = frozenset(_ARTICLES.split())


@dataclass(frozen=True, slots=True)
class Shape:
    """An address taken to pieces.  Counts, and shares of 0..1."""

    words: int  # of the last part of the path, or of a query value that spells a title
    letters: int  # of that part: scripts without spaces have few words
    dated: bool
    day: bool  # and to the day
    identified: bool  # a number of five digits or more, or a long hash
    item_query: bool  # ?id=123
    sections: frozenset[str]  # its folders that are sections or services
    host: str
    article_word: bool
    depth: int
    file: bool  # a PDF, a picture
    home: bool
    template: str  # the address with its variable parts struck out: addresses of one kind share it


def _last(parts: SplitResult) -> tuple[list[str], str]:
    segments = [part for part in unquote(parts.path).split("/") if part]
    # a trailing page number, language or rendering is no part of the name
    while len(segments) > 1 and re.fullmatch(r"index\.\w+|\d|amp|print|html?|[a-z]{2}", segments[-1].lower()):
        segments.pop()
    return segments, _EXTENSION.sub("", segments[-1]) if segments else ""


def _kind(segment: str) -> str:
    """What stands in a template for a segment that varies."""
    if re.fullmatch(r"[\d._-]+", segment):
        return "#"
    words = _WORD.findall(segment)
    if len(words) >= 3 or len(segment) >= 20 or _ID.search(segment):
        return "~"
    return segment.lower()


def _item_pairs(query: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(query, keep_blank_values=True)[:20]
    return [(key, value) for key, value in pairs if _ITEM_KEY.search(key.lower()) and value]


def shape(url: str) -> Shape:
    """The shape of an absolute address."""
    parts = urlsplit(url)
    segments, last = _last(parts)
    pairs = parse_qsl(parts.query, keep_blank_values=True)[:20]
    items = _item_pairs(parts.query)
    titled = max((value for _, value in pairs), key=lambda value: len(_WORD.findall(value)), default="")
    slug = max(last, titled, key=lambda text: len(_WORD.findall(text)))
    if len(segments) > 1 and not _WORD.search(last):  # /a-long-slug/12345
        slug = max(slug, segments[-2], key=lambda text: len(_WORD.findall(text)))
    slug = _UUID.sub("", slug)  # its letters are no words
    path = f"/{'/'.join(segments)}".lower()
    folders = [segment.lower() for segment in segments[:-1]]
    plain = [*folders, *([_EXTENSION.sub("", segments[-1]).lower()] if segments else [])]
    template = [bare_host(url), *map(_kind, segments)]
    keys = [
        f"{key}={'#' if value[:1].isdigit() else value[:20]}" if (key, value) in items else key
        for key, value in sorted(pairs)
    ]
    return Shape(
        words=len(_WORD.findall(slug)),
        letters=sum(map(len, _WORD.findall(slug))),
        dated=bool(_DATE_PATH.search(path) or _COMPACT_DATE.search(path)),
        day=bool(_DAY_PATH.search(path) or _COMPACT_DATE.search(path)),
        identified=bool(_ID.search(last) or _HASH.search(last) or any(_ID.search(segment) for segment in segments[-3:])),
        item_query=any(re.match(r"\d{2,}", value) for _, value in items),
        sections=frozenset(segment for segment in plain if segment in SECTIONS),
        host=bare_host(url),
        article_word=any(segment in ARTICLES for segment in plain) or any(value.lower() in ARTICLES for _, value in pairs),
        depth=len(segments),
        file=bool(_FILE.search(parts.path)),
        home=not segments and not parts.query,
        template="/".join(template) + (f"?{'&'.join(keys)}" if keys else ""),
    )


_YEAR, _MONTH, _DAY = r"(?P<year>(?:19|20)\d\d)", r"(?P<month>0?[1-9]|1[0-2])", r"(?P<day>0?[1-9]|[12]\d|3[01])"
_SHORT_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAYS = (
    re.compile(rf"/{_YEAR}/{_MONTH}/{_DAY}(?=/|[_-]\D)"),
    re.compile(rf"/{_YEAR}/{_NAMED_MONTH}/{_DAY}(?=/)"),
    re.compile(rf"/{_YEAR}([-_.]){_MONTH}\2{_DAY}(?=/|[_-]|\.s?html?/)"),
    re.compile(r"/(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?=/|[_-]\D|\.s?html?/)"),
    re.compile(r"/(?P<year>(?:19|20)\d\d)/(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?=/)"),
    re.compile(r"/(?P<year>(?:19|20)\d\d)-?(?P<month>0[1-9]|1[0-2])/(?P<day>0[1-9]|[12]\d|3[01])(?=/)"),
    re.compile(rf"/{_DAY}-{_MONTH}-{_YEAR}(?=/|\.s?html?/)"),
    # an identifier that begins with the minute: A2026112213300001234
    re.compile(
        r"/[a-z]?(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
        r"(?:[01]\d|2[0-3])[0-5]\d\d{2,10}(?=[/.])"
    ),
)
_MONTH_PARTS = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])(?!\d)")


def url_day(url: str) -> str | None:
    """The day that an address names in its path, ISO 8601; None where it names none.

    A day is folders of the path, a whole part of it, or the beginning of one: any other number may count contracts.

    >>> url_day("https://a.example/2025/01/31/the-story"), url_day("https://a.example/2025/jan/31/the-story")
    ('2025-01-31', '2025-01-31')
    >>> url_day("https://a.example/2025-01-31-the-story"), url_day("https://a.example/20250131/")
    ('2025-01-31', '2025-01-31')
    >>> url_day("https://a.example/2025-01/31/content_7.htm"), url_day("https://a.example/202501/31/t7.html")
    ('2025-01-31', '2025-01-31')
    >>> url_day("https://a.example/the-story-20250131"), url_day("https://a.example/contract-2026-1015-awarded")
    (None, None)
    """
    path = f"{urlsplit(url).path.lower()}/"
    for pattern in _DAYS:
        if found := pattern.search(path):
            parts = found.groupdict()
            month = int(parts["month"]) if parts.get("month") else _SHORT_MONTHS.index((parts["name"] or "")[:3]) + 1
            try:
                return date(int(parts["year"]), month, int(parts["day"])).isoformat()
            except ValueError:
                continue
    return None


def url_month(url: str) -> tuple[int, int] | None:
    """(year, month) that a sitemap's address names; None where it names none.

    >>> url_month("https://a.example/sitemap-2025-01.xml"), url_month("https://a.example/post-sitemap12.xml")
    ((2025, 1), None)
    """
    parts = urlsplit(url)
    found = _MONTH_PARTS.search(f"{parts.path}?{parts.query}")
    return (int(found[1]), int(found[2])) if found else None
