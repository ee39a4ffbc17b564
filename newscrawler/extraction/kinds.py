"""What kind of page it is: article, live, opinion, press-release, listing or video.

By JSON-LD's types, og:type, the address, the section and a label beside the headline, in this order of kinds: live,
video, opinion, press-release, listing; what says none of these is an article.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawler.extraction.jsonld import one_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.extraction.structured import Claims

_LIVE = re.compile(
    r"/live(?:blog|ticker)?(?:[/_-]|$)|[-_/]live(?:blog|ticker)|[-_]live[-_.](?:b?\d|updates)|liveticker", re.IGNORECASE
)
_OPINION = re.compile(
    r"/(?:opinions?|opinion-columns|columnists?|columns|commentisfree|commentary|comment(?!/\d+(?:/|$))|editorials?|op-?eds?|meinung(?:en)?|"
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


_NOT_A_LABEL = frozenset({"comment"})  # a button beside the headline
_LABELS_OF_RELEASES = _RELEASES | {"for immediate release", "immediate release", "zur sofortigen veröffentlichung"}
_NO_HOST = ".invalid"  # RFC 2606: the address of a page that came without one


def page_type(claims: Claims, url: str, beside: Sequence[str] = ()) -> tuple[str, str | None]:
    """(article, live, opinion, press-release, listing or video; what says so, None where nothing does).

    `beside`: short lines around the headline.
    """
    kinds, og_type = set(claims.types), claims.meta.get("og:type", "").lower()
    section = (claims.meta.get("article:section") or one_text(claims.jsonld.get("articleSection")) or "").strip().casefold()
    address = urlsplit(url)
    path = address.path
    labels = {each.strip(" |:·•–—-").casefold() for each in beside if len(each) < MAX_LABEL}
    is_home = address.netloc and path in ("", "/") and not address.query and not (address.hostname or "").endswith(_NO_HOST)
    is_article = bool(claims.jsonld) or og_type == "article" or "article:published_time" in claims.meta
    lists = not is_article
    said: tuple[tuple[str, object, str], ...] = (
        ("live", "LiveBlogPosting" in kinds, "json-ld"),
        ("live", _LIVE.search(url), "address"),
        ("video", og_type.startswith("video") and not claims.jsonld, "og:type"),
        ("video", "VideoObject" in kinds and _VIDEO.search(path), "json-ld and address"),
        ("opinion", "OpinionNewsArticle" in kinds, "json-ld"),
        ("opinion", _OPINION.search(path), "address"),
        ("opinion", section in _OPINIONS, "section"),
        ("press-release", "PressRelease" in kinds, "json-ld"),
        ("press-release", _RELEASE.search(path), "address"),
        ("press-release", section in _RELEASES, "section"),
        ("opinion", labels & (_OPINIONS - _NOT_A_LABEL), "beside the headline"),
        ("press-release", labels & _LABELS_OF_RELEASES, "beside the headline"),
        ("listing", lists and kinds & {"CollectionPage", "SearchResultsPage"}, "json-ld"),
        ("listing", lists and (_LISTING.fullmatch(path) or is_home), "address"),
    )
    return next(((kind, origin) for kind, holds, origin in said if holds), ("article", None))


MAX_LABEL = 40  # characters of a line that is a label
