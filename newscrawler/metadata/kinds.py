"""What kind of page it is: article, live, opinion, press-release, listing or video.

By JSON-LD's types, og:type, the address, the section and a label beside the headline, in this order of kinds: live,
video, opinion, press-release, listing; what says none of these is an article.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawler.metadata.claims.jsonld import LIVE, one_text
from newscrawler.metadata.overviews import has_prose, is_overview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.markup.blocks import Page
    from newscrawler.metadata.claims.structured import Claims

_LIVE = re.compile(
    r"/live(?:blog|ticker)?(?:[/_-]|$)|[-_/]live(?:blog|ticker)|[-_]live[-_.](?:b?\d|updates)|liveticker", re.IGNORECASE
)
_OPINION = re.compile(
    r"/(?:opinions?|opinion-columns|columnists?|columns|commentisfree|commentary|comment(?!/\d+(?:/|$))|editorials?|op-?eds?|meinung(?:en)?|"
    r"kommentare?|kolumnen?|leitartikel|opinione?s?|opiniones|opiniao|tribunes?|idees|debatt|debat|opinia|opinie|publicystyka|"
    r"mening(?:er)?|mielipide|leder|commenti|editoriale?s?|mneniya?|nazory|komentar[ez]?)(?:/|$)",
    re.IGNORECASE,
)
OPINIONS = frozenset(map(str.casefold, {  # Greek folds a final sigma
    "opinion", "opinions", "op-ed", "commentary", "comment", "editorial", "columns", "viewpoint", "meinung",
    "kommentar", "kolumne", "opinión", "opinione", "opinioni", "opinião", "opinie", "tribune", "tribunes",
    "débats", "idées", "debatt", "debat", "ledare", "leder", "mielipide", "publicystyka", "мнение", "мнения",
    "γνώμη", "γνώμες", "απόψεις", "社説", "오피니언", "رأي", "آراء", "דעות", "názory", "názor", "vélemény", "görüş",
    "görüşler", "думки", "opinii", "opinia", "ý kiến", "opini", "mišljenja", "mišljenje", "nuomonė", "nuomonės",
    "viedoklis", "viedokļi", "arvamus", "राय", "विचार", "评论", "評論", "یادداشت", "دیدگاه", "skoðun",
    "meninger", "オピニオン", "观点", "觀點", "মতামত",
}))  # fmt: skip
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
# the same in other languages, before a word or two: behind some of them stand articles, too
_SECTION = re.compile(
    r"/(?:rubriky?|rubrique|rubryka|rubrika|rubriek|rubric|rovat|dzial|section|seccion|secao|sezione|sektion|"
    r"ressort|osio|schlagworte?|stichwort|mots?-cles?|etiquettes?|etiquetas?|etiket|etikett|eticheta|etichetta|"
    r"emne|amne|stikkord|avainsana|aihe|temat?|temi|thema|argoment[io]|onderwerp(?:en)?|trefwoord|topik|konu|"
    r"chu-de|cimke|stite?k|stitok|oznaka|metka|mitka|birka|zyma|silt|efni|flokkur|kategori(?:e|a|ya|ja)?|"
    r"katehoriya|categori[ae]|kategooria|katigoria|chuyen-muc|archiv(?:um|io|o)?|arquivo|arkiv|arkisto|archief|"
    r"arhiva?|arsiv|arxeio|arhiiv|arhivs|archyvas|safn|arsip|hemeroteca|luu-tru|arkhiv|autore|autores|forfatter|"
    r"skribent|szerzo|yazar|penulis|tac-gia|avtor|zhuanti)/[^/-]+(?:-[^/-]+){0,2}/?(?:page/\d+/?)?",
    re.IGNORECASE,
)

# the results of a search, all of a year, a month or a day, a calendar
_RESULTS = re.compile(
    r"(?:/[a-z]{2})?/(?:search|searchresults?|suche?|suchergebnisse?|recherche|rechercher|buscar|busca|busqueda|cerca|ricerca|"
    r"pesquisa|szukaj|wyszukiwarka|zoeken|sok|søg|sog|haku|hae|hledat|vyhledavani|cautare|kereses|anazitisi|arama?|poisk|"
    r"poshuk|cari|pencarian|tim-kiem|khoj|søk|sök|soeg|zoekresultaten|hladat|vyhladavanie|pretraga|iskanje|tursene|otsing|meklet|"
    r"paieska|leit|results?)(?:\.\w{2,5})?/?",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"(?:/[^\W\d][\w-]*){0,2}/(?:19|20)\d\d(?:/\d\d?(?:/\d\d?)?)?/?(?:page/\d+/?)?", re.IGNORECASE)
_CALENDAR = re.compile(
    r"(?:/[a-z]{2})?/(?:events?|calendar|whats-on|veranstaltungen|veranstaltungskalender|termine|kalender|agenda|evenements|"
    r"événements|calendrier|eventos|calendario|eventi|wydarzenia|kalendarz|evenementen|evenemang|arrangementer|"
    r"begivenheder|tapahtumat|kalenteri|akce|udalosti|evenimente|esemenyek|ekdiloseis|etkinlikler|takvim|sobytiya|podii|"
    r"acara|su-kien|schedule)/?",
    re.IGNORECASE,
)
_QUERY = re.compile(r"(?:^|&)(?:q|s|query|search|keywords?|suchbegriff)=", re.IGNORECASE)

_NOT_A_LABEL = frozenset({"comment"})  # a button beside the headline
_LABELS_OF_RELEASES = _RELEASES | {"for immediate release", "immediate release", "zur sofortigen veröffentlichung"}
_NO_HOST = ".invalid"  # RFC 2606: the address of a page that came without one


def page_type(claims: Claims, url: str, beside: Sequence[str] = (), page: Page | None = None) -> tuple[str, str | None]:
    """(article, live, opinion, press-release, listing or video; what says so, None where nothing does).

    `beside`: short lines around the headline; `page`: its blocks, which tell an overview from an article.
    """
    kinds, og_type = set(claims.types), claims.meta.get("og:type", "").lower()
    section = (claims.meta.get("article:section") or one_text(claims.jsonld.get("articleSection")) or "").strip().casefold()
    address = urlsplit(url)
    path = address.path
    labels = {each.strip(" |:·•–—-").casefold() for each in beside if len(each) < MAX_LABEL}
    is_home = address.netloc and path in ("", "/") and not address.query and not (address.hostname or "").endswith(_NO_HOST)
    is_article = bool(claims.jsonld) or og_type == "article" or "article:published_time" in claims.meta
    lists = not is_article
    is_asked = lists and _QUERY.search(address.query) and (path in ("", "/") or _RESULTS.fullmatch(path))
    said: tuple[tuple[str, object, str], ...] = (
        ("live", LIVE in kinds, "json-ld"),
        ("live", claims.is_live, "microdata"),
        ("live", _LIVE.search(url), "address"),
        ("video", og_type.startswith("video") and not claims.jsonld, "og:type"),
        ("video", "VideoObject" in kinds and _VIDEO.search(path), "json-ld and address"),
        ("opinion", "OpinionNewsArticle" in kinds, "json-ld"),
        ("opinion", _OPINION.search(path), "address"),
        ("opinion", section in OPINIONS, "section"),
        ("press-release", "PressRelease" in kinds, "json-ld"),
        ("press-release", _RELEASE.search(path), "address"),
        ("press-release", section in _RELEASES, "section"),
        ("opinion", labels & (OPINIONS - _NOT_A_LABEL), "beside the headline"),
        ("press-release", labels & _LABELS_OF_RELEASES, "beside the headline"),
        ("listing", lists and kinds & {"CollectionPage", "SearchResultsPage"}, "json-ld"),
        ("listing", lists and (_LISTING.fullmatch(path) or is_home or is_asked), "address"),
        ("listing", lists and any(each.fullmatch(path) for each in (_RESULTS, _PERIOD, _CALENDAR)), "address"),
    )
    found = next(((kind, origin) for kind, holds, origin in said if holds), None)
    if found is None and lists and page is not None and is_overview(page):
        return "listing", "its blocks"
    if found is None and lists and _SECTION.fullmatch(path) and not (page is not None and has_prose(page)):
        return "listing", "address"
    return found or ("article", None)


MAX_LABEL = 40  # characters of a line that is a label
