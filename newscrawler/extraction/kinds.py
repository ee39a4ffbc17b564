"""What kind of page it is: article, live, opinion, press-release, listing or video.

By JSON-LD's types, og:type, the address and the section, in this order of kinds: live, video, opinion, press-release,
listing; what says none of these is an article.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawler.extraction.structured import one_text

if TYPE_CHECKING:
    from newscrawler.extraction.structured import Claims

_LIVE = re.compile(
    r"/live(?:blog|ticker)?(?:[/_-]|$)|[-_/]live(?:blog|ticker)|[-_]live[-_.](?:b?\d|updates)|liveticker", re.IGNORECASE
)
_OPINION = re.compile(
    r"/(?:opinions?|opinion-columns|columnists?|columns|commentisfree|commentary|editorials?|op-?eds?|meinung(?:en)?|"
    r"kommentare?|kolumnen?|leitartikel|opinione?s?|opiniones|opiniao|tribunes?|idees|debatt|debat|opinia|opinie|publicystyka|"
    r"mening(?:er)?|mielipide|leder|commenti|editoriale?s?|mneniya?|nazory|komentar[ez]?)(?:/|$)",
    re.IGNORECASE,
)
_OPINIONS = frozenset({
    "opinion", "opinions", "op-ed", "commentary", "comment", "editorial", "columns", "viewpoint", "meinung", "kommentar",
    "kolumne", "opinión", "opinione", "opinioni", "opinião", "opinie", "tribune", "tribunes", "débats", "idées", "debatt",
    "debat", "ledare", "leder", "mielipide", "publicystyka", "мнение", "мнения", "γνώμη", "社説", "오피니언", "رأي",
})  # fmt: skip
_RELEASE = re.compile(
    r"/(?:press-?_?releases?|news-?releases?|media-?releases?|pressemitteilung(?:en)?|pressemeldung(?:en)?(?:-\w+)?|"
    r"medienmitteilung(?:en)?|communiques?(?:-de-presse)?|comunicados?(?:-de-(?:prensa|imprensa))?|comunicat[oi](?:-stampa)?|"
    r"notas?-de-(?:prensa|imprensa)|persberichten?|pressmeddelanden?|pressemelding(?:er)?|pressemeddelelser?|tiskove-zpravy|"
    r"komunikaty?(?:-prasow[ey])?|lehdistotiedotteet)(?:[/_-]|$)",
    re.IGNORECASE,
)
_RELEASES = frozenset({
    "press release", "press releases", "news release", "media release", "pressemitteilung", "pressemitteilungen",
    "medienmitteilung", "medienmitteilungen", "communiqué de presse", "communiqué", "communiqués", "comunicado",
    "comunicado de prensa", "nota de prensa", "comunicato stampa", "persbericht", "pressmeddelande", "pressemelding",
    "пресс-релиз", "δελτίο τύπου",
})  # fmt: skip
_VIDEO = re.compile(r"/(?:videos?|watch|mediathek|av)/", re.IGNORECASE)
_LISTING = re.compile(
    r"/(?:tags?|topics?|category|categories|kategorien?|authors?|autor(?:en)?|auteurs?|themen|archives?|search|suche)/[^/]+/?"
    r"(?:page/\d+/?)?",
    re.IGNORECASE,
)


def page_type(claims: Claims, url: str) -> str:
    """What kind of page it is: article, live, opinion, press-release, listing or video."""
    kinds, og_type = set(claims.types), claims.meta.get("og:type", "").lower()
    section = (claims.meta.get("article:section") or one_text(claims.jsonld.get("articleSection")) or "").strip().casefold()
    address = urlsplit(url)
    path = address.path
    if "LiveBlogPosting" in kinds or _LIVE.search(url):
        return "live"
    if (og_type.startswith("video") and not claims.jsonld) or ("VideoObject" in kinds and _VIDEO.search(path)):
        return "video"
    if "OpinionNewsArticle" in kinds or _OPINION.search(path) or section in _OPINIONS:
        return "opinion"
    if "PressRelease" in kinds or _RELEASE.search(path) or section in _RELEASES:
        return "press-release"
    is_home = address.netloc and path in ("", "/") and not address.query
    is_article = bool(claims.jsonld) or og_type == "article" or "article:published_time" in claims.meta
    lists = kinds & {"CollectionPage", "SearchResultsPage"} or _LISTING.fullmatch(path) or is_home
    return "listing" if lists and not is_article else "article"
