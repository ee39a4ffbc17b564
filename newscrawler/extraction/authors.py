"""Who wrote it: people, and the news agency apart.  A desk or the site itself is an author only where nobody else is.

JSON-LD persons, meta elements, microdata, links of rel author, then what stands in an element called byline.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from newscrawler.text import clean_line, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawler.extraction.structured import Claims

MAX_AUTHORS = 20
AGENCIES = {
    "reuters": "Reuters", "associated press": "AP", "the associated press": "AP", "ap": "AP", "ap news": "AP", "afp": "AFP",
    "agence france presse": "AFP", "dpa": "dpa", "deutsche presse agentur": "dpa", "apa": "APA",
    "austria presse agentur": "APA",
    "efe": "EFE", "agencia efe": "EFE", "ansa": "ANSA", "pap": "PAP", "tass": "TASS", "ria novosti": "RIA Novosti",
    "interfax": "Interfax", "xinhua": "Xinhua", "kyodo": "Kyodo", "kyodo news": "Kyodo", "yonhap": "Yonhap", "pti": "PTI",
    "press trust of india": "PTI", "ani": "ANI", "ians": "IANS", "upi": "UPI", "pa media": "PA", "press association": "PA",
    "pa": "PA", "sda": "Keystone-SDA", "keystone sda": "Keystone-SDA", "ats": "Keystone-SDA", "belga": "Belga", "anp": "ANP",
    "ntb": "NTB", "tt": "TT", "ritzau": "Ritzau", "stt": "STT", "lusa": "Lusa", "čtk": "ČTK", "ctk": "ČTK", "mti": "MTI",
    "agerpres": "Agerpres", "ukrinform": "Ukrinform", "unian": "UNIAN", "anadolu": "Anadolu", "anadolu agency": "Anadolu",
    "aa": "Anadolu", "irna": "IRNA", "bloomberg": "Bloomberg", "europa press": "Europa Press",
    "sid": "SID", "epd": "epd", "kna": "KNA",
    "canadian press": "The Canadian Press", "the canadian press": "The Canadian Press", "aap": "AAP",
}  # fmt: skip
_BY = re.compile(
    r"^\W*(?:(?:text und interview|veröffentlicht|pressemitteilung|im wortlaut|ein gastbeitrag|gastbeitrag|"
    r"geschrieben|written|reported|posted|published|story|text|words|article|reporting|report|analysis|opinion|edited)\s+)?"
    r"(?:by|von|vom|par|por|di|da|de|door|av|af|автор|od|autor(?:e|en|a|in)?|auteur|text|texte|texto|reporter|kirjoittanut|"
    r"tekst|szerző|napisał[a]?|opracował[a]?|από|του|της|إعداد|كتب|מאת|記者|文|作者)\s*[::]?\s+(?=\S)",
    re.IGNORECASE,
)
_GLUED_BY = re.compile(r"^(?:By|Von)(?=[A-Z])")
_SPLIT = re.compile(r"\s*(?:[;|/•·]|,|\n|\s&\s|\s(?:and|und|et|y|e|og|och|en|i|ja|и|та|και|with|mit|avec|con|a)\s|、|・)\s*")
_AFTER = re.compile(
    r"\s+(?:\||–|—|-|•|·)\s+.*$|\s*\([^)]*\)\s*$|\s*[,/]?\s*\b(?:updated|published|posted|aktualisiert|stand|"
    r"in [A-Z]\w+|for (?:the )?[A-Z]\w+"
    r"|staff (?:writer|reporter)|(?:senior |chief |political |foreign |defen[cs]e |\w+ )?(?:correspondent|"
    r"reporter|editor|columnist)\b.*)"
    r"|\s*\b(?:기자|記者|特派員)\b.*$|\s*@\w+.*$|\s*<?[\w.+-]+@[\w.-]+>?.*$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"https?:|www\.|@|\.(?:com|org|net|co|de|fr)\b|^\W*$|^(?:by|none|null|undefined|admin(?:istrator)?|author|user|guest|editor|editors|"
    r"webmaster|root|test|staff|news|view (?:profile|all)|see (?:all|more)|read more|share|follow|email|"
    r"contributor)s?$|\d{3,}|[<>=(){}\[\]]|link\d|"
    r"\b(?:minutes? ago|hours? ago|january|february|march|april|june|july|august|september|october|november|december|"
    r"januar|februar|märz|mai|juni|juli|oktober|dezember|powered|images?|"
    r"uhr|comments?|subscribe|newsletter|cookies?|published|updated|facebook|twitter)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"https?:|www\.|@|^\W*$|^(?:by|none|null|undefined|admin(?:istrator)?|author|user|guest|webmaster|root|test)$",
    re.IGNORECASE,
)
# credits of nobody in particular: kept only where no person is named
_DESK = re.compile(
    r"\b(?:staff|desk|newsroom|team|editorial|editors?|redaktion|redaction|rédaction|redacción|redazione|redakcja|redakce|"
    r"redação|redactie|redaktionen|toimitus|редакция|редакція|news ?service|newswires?|wire|agenc(?:y|ies|e|ia)|"
    r"contributors?|"
    r"correspondents?|reporters?|online|web ?desk|press|media|magazine|times|post|news|tv|radio|digital|bureau|board|"
    r"association|institute|university|ministry|department|office|group|inc|ltd|gmbh|llc)\b|編集部|通信|新聞|本報|记者",
    re.IGNORECASE,
)


def _names(value: object, names: dict[str, str]) -> Iterator[str]:
    """Names out of a JSON-LD value: strings, persons, lists of either, references by @id."""
    if isinstance(value, list):
        for each in value[:MAX_AUTHORS]:
            yield from _names(each, names)
    elif isinstance(value, dict):
        named = value.get("name")
        if named:
            yield from _names(named, {})
        elif isinstance(value.get("givenName"), str) and isinstance(value.get("familyName"), str):
            yield f"{value['givenName']} {value['familyName']}"
        elif isinstance(value.get("@id"), str) and value["@id"] in names:
            yield names[value["@id"]]
    elif isinstance(value, str):
        yield value


def _is_list(text: str) -> bool:
    """Whether commas part names here, and not a name from its title ("Jane Roe, Paris")."""
    return all(2 <= len(part.split()) <= 5 for part in re.split(r"\s*[,;]\s*", text))


def split_names(text: str) -> list[str]:
    """The names in one credit.

    >>> split_names("By Ana Lind and Ole Berg"), split_names("von Ilse Brandt, Bo Ek")
    (['Ana Lind', 'Ole Berg'], ['Ilse Brandt', 'Bo Ek'])
    """
    text = _BY.sub("", _GLUED_BY.sub("", text.strip()))
    text = _BY.sub("", text)
    found = []
    for part in _SPLIT.split(text):
        name = _AFTER.sub("", _BY.sub("", part.strip())).strip(" \t.,;:|-–—·•\"'")
        if name:
            found.append(name)
    return found


def is_person(name: str) -> bool:
    """Whether a credit looks like a person's name: two to five words that begin with capitals, or an unspaced script.

    >>> is_person("Ana Lind"), is_person("Staff Writer"), is_person("the latest news"), is_person("山田太郎")
    (True, False, False, True)
    """
    if _NO_NAME.search(name) or _DESK.search(name) or len(name) > 60:
        return False
    parts = name.split()
    if len(parts) == 1:
        return not name.isascii() and 2 <= len(name) <= 8 and not name[0].islower() and not name[0].isupper()
    cased = [part for part in parts if part[0].isalpha()]
    small = sum(part[0].islower() for part in cased)
    return 2 <= len(parts) <= 6 and bool(cased) and small <= (1 if len(parts) < 4 else 2) and not cased[-1][0].islower()


def agency_of(name: str) -> str | None:
    """The news agency that a credit names, None where it is none.

    >>> agency_of("Reuters Staff"), agency_of("The Associated Press"), agency_of("Ana Lind")
    ('Reuters', 'AP', None)
    """
    said = " ".join(word for word in words(name) if word not in ("staff", "news", "agency", "agencies", "with", "by"))
    return AGENCIES.get(said) or AGENCIES.get(" ".join(words(name)))


def _stated(claims: Claims) -> Iterator[tuple[list[str], str]]:
    """(credits, origin), best first."""
    for key in ("author", "creator"):
        yield list(_names(claims.jsonld.get(key), claims.names)), "json-ld"
    for name in ("author", "article:author", "parsely-author", "byl", "dc.creator", "dcterms.creator", "sailthru.author",
                 "article:author_name", "citation_author", "cxenseparse:author", "dcsext.author", "authors"):  # fmt: skip
        if name in claims.meta:
            yield list(claims.metas.get(name, (claims.meta[name],))), f"meta {name}"
    if "author" in claims.itemprops:
        yield [claims.itemprops["author"]], "microdata"
    for text in claims.bylines:
        yield [text], "byline"
    yield list(_names(claims.page.get("author"), claims.names)), "json-ld page"


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(" ".join(words(name)), name)
    return tuple(found.values())[:MAX_AUTHORS]


def _credited_people(lines: list[str], origin: str) -> tuple[str, ...]:
    """People in these credits.  A line that says "by" may name somebody by one word."""
    found = []
    for line in lines:
        said_by = origin == "byline" and _BY.match(line) is not None
        for name in split_names(line):
            if agency_of(name):
                continue
            if is_person(name) or (said_by and _is_pen_name(name)):
                found.append(name)
    return _unique(found)


def _is_pen_name(name: str) -> bool:
    return 2 <= len(name) <= 25 and " " not in name and not _NO_NAME.search(name) and not _DESK.search(name)


def credited(claims: Claims, beside: Sequence[str] = ()) -> tuple[tuple[str, ...], str | None, str | None]:
    """(authors, agency, which claim said so).  `beside`: the short lines around the headline.

    People win over desks, whoever states them; a desk, an agency or an organisation is the author where the page
    credits nobody else.
    """
    agency = None
    desks: tuple[tuple[str, ...], str] | None = None
    written = [([line], "byline") for line in beside if len(line) <= 120 and _BY.match(line)]
    for stated, origin in itertools.chain(_stated(claims), written):
        lines = [line for each in stated if (line := clean_line(each, 300))]
        agency = agency or next(
            filter(None, map(agency_of, [*lines, *(n for line in lines for n in split_names(line))])), None
        )
        people = _credited_people(lines, origin)
        if people:
            return people, agency, origin
        if desks is None and origin != "byline":
            others = _unique(line for line in lines if not _NOBODY.search(line) and len(line) <= 80)
            desks = (others, origin) if others else None
    if desks is None:
        return (), agency, None
    return desks[0], agency, desks[1]
