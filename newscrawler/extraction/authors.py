"""Who wrote it: people, and the news agency apart.  A desk or the site itself is an author only where nobody else is.

JSON-LD persons, meta elements, microdata, a card's "Written by", lines beside the headline, then links of rel author and
elements called byline, which may be another article's: not where the page credits an agency.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from newscrawler.extraction.written import find_day
from newscrawler.text import clean_line, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawler.extraction.structured import Claims

MAX_AUTHORS = 20
MAX_MORE = 4  # authors whom another credit may add
NEAR = 5  # lines below the headline that may be a credit without saying so
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
    r"^[\W©]*(?:(?:foto|photo)s?:\s*)?"
    r"(?:(?:text und interview|veröffentlicht|pressemitteilung|im wortlaut|gastbeitrag|verfasst|erstellt|eingestellt|"
    r"geschrieben|view all posts|all posts|alle (?:beiträge|artikel)|mehr (?:beiträge|artikel)|written|reported|posted|published|story|text|words|article|reporting|report|analysis|opinion|edited|"
    r"escrito|écrit|scritto|geschreven|skrevet|skriven|publié|publicado|"
    r"(?:eine?|une?|un[ao]?|an?|en|ett)\s+[^\W\d]+)\s+)?"
    r"(?:(?:text|texte|texto|story|words)\s*(?:und|and|et|y|e|&|\+)\s*(?:fotos?|photos?|bilder|interview|pictures)|"
    r"über(?=\s[A-Z]\w+\s[A-Z])|by|von|vom|par|por|di|da|de|door|af|av|автор|od|autor(?:e|en|a|in)?|auteur|authors?|text|texte|texto|reporter|"
    r"redaktion(?=\s?:)|interview(?=\s?:)|kirjoittanut|"
    r"tekst|szerző|napisał[a]?|opracował[a]?|από|του|της|إعداد|كتب|מאת|記者|文|作者)\s*(?:[::]\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    [
        "von",
        "vom",
        "van",
        "zu",
        "zum",
        "zur",
        "den",
        "der",
        "de",
        "del",
        "della",
        "delle",
        "dello",
        "degli",
        "dei",
        "di",
        "da",
        "das",
        "do",
        "dos",
        "du",
        "des",
        "d'",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ben",
        "ibn",
        "abu",
        "af",
        "av",
        "ter",
        "ten",
        "tot",
        "het",
        "i",
        "y",
        "e",
        "und",
        "and",
        "'t",
        "in",
        "op",
    ]
)
_ARTICLES = frozenset(
    [
        "the",
        "der",
        "die",
        "das",
        "el",
        "los",
        "las",
        "le",
        "les",
        "il",
        "lo",
        "gli",
        "una",
        "uma",
        "een",
        "het",
        "our",
        "your",
        "this",
    ]
)
_GLUED_BY = re.compile(r"^(?:(?:Veröffentlicht|Geschrieben|Posted|Written)\s)?(?:[Bb]y|[Vv]on)(?=[A-Z])")
# what a template puts behind a name without a space
_GLUED_END = re.compile(
    r"(?<=[a-zß-ÿ])(?:Categor|Follow|Hace\b|Last\b|Publish|Updated|Posted|Share|Staff|Redakt|Korrespond|Correspond|Reporter|Editor|"
    r"Jan(?:uary)?\b|Feb(?:ruary)?\b|Mar(?:ch)?\b|Apr(?:il)?\b|May\b|June?\b|July?\b|Aug(?:ust)?\b|Sept?(?:ember)?\b|"
    r"Oct(?:ober)?\b|Nov(?:ember)?\b|Dec(?:ember)?\b|vor\s\d).*$"
)
_SPLIT = re.compile(
    r"\s*(?:[;|/•·]|,|\n|\s&\s|\s(?:[Aa]nd|und|et|y|e|og|och|en|i|ja|и|та|και|with|mit|avec|con|a)\s|"
    r"\sim Gespräch mit\s|、|・)\s*"
)
_AFTER = re.compile(
    r"\s+(?:\||–|—|-|•|·)\s+.*$|\s*\([^)]*\)\s*$|\s*[,/]?\s*\b(?:updated|published|posted|aktualisiert|stand|"
    r"in [A-Z]\w+|for (?:the )?[A-Z].*"
    r"|staff (?:writer|reporter)|(?:senior |chief |political |foreign |defen[cs]e |\w+ )?(?:correspondent|"
    r"reporter|editor|columnist)\b.*)"
    r"|\s+(?:(?:und |and |&\s*)?(?:illustration(?:en|s)?|fotos?|photos?|photography|bilder)\b.*|skrifar\b.*)"
    r"|\s+(?:\w+ische[rn]? )?(?:redakteur|korrespondent|volontär)(?:in)?\b.*"
    r"|\s*\b(?:기자|記者|特派員)\b.*$|\s*@\w+.*$|\s*<?[\w.+-]+@[\w.-]+>?.*$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"https?:|www\.|@|\.(?:com|org|net|co|de|fr)\b|^\W*$|^(?:by|none|null|undefined|admin(?:istrator)?|author|user|guest|editor|editors|"
    r"webmaster|root|test|staff|news|view (?:profile|all)|see (?:all|more)|read more|share|follow|email|"
    r"contributor|no author|unknown|anonym(?:ous)?|über|about)s?$|^[\W\d]+$|\d{3,}|[<>=(){}\[\]:?!©&+*]|link\d|"
    r"\b(?:minutes? ago|hours? ago|january|february|march|april|june|july|august|september|october|november|december|"
    r"januar|februar|märz|mai|juni|juli|oktober|dezember|powered|images?|"
    r"uhr|comments?|kommentare?|commentaires?|beiträge|artikel|foto|bild|modified|copyright|lesezeit|subscribe|newsletter|cookies?|published|updated|facebook|twitter)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"https?:|www\.|@|^\W*$|^(?:by|none|null|undefined|admin(?:istrator)?|author|no author|"
    r"unknown|anonymous|user|guest|webmaster|root|test)$|link\d",
    re.IGNORECASE,
)
# where a line of date, time and credit comes apart
_JOINTS = re.compile(
    r"\s*(?:[|·•»←→]|\s[–—-]\s|(?<!\w)\d[\d.:/,]*(?:\s?(?:uhr|h|[ap]\.?m\.?|[A-Z]{2,4}T)\b)?|,?\s+in\s+(?=[A-Z]))\s*"
)
_MONTH = (
    r"(?:jan(?:uary?)?|feb(?:ruary?)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|jun[ei]?|jul[iy]?|aug(?:ust)?|sept?(?:ember)?|"
    r"o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
_LOOSE = re.compile(
    rf"[\s,.]*(?<!\w)(?:on|am|at|le|el|il|den|vom|um|à|às|às|last|updated|aktualisiert|erstellt|publi\w+|veröffentlicht|{_MONTH}|"
    rf"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)[\s,.]*$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:^|\s)(?:by|von|par|por|di|door|af|av|autor(?:in|e|en)?|auteur|author|text)\s*:?$", re.IGNORECASE)
# credits of nobody in particular: kept only where no person is named
_DESK = re.compile(
    r"\b(?:staff|desk|newsroom|team|editorial|editors?|redaktion|redaction|rédaction|redacción|redazione|redakcja|redakce|"
    r"redação|redactie|redaktionen|toimitus|редакция|редакція|news ?service|newswires?|wire|agenc(?:y|ies|e|ia)|"
    r"contributors?|"
    r"redakteur\w*|volontär\w*|korrespondent\w*|journalist\w*|ressort\w*|correspondant\w*|corresponsal|corrispondente|redactora?|"
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


def split_names(text: str) -> list[str]:
    """The names in one credit.

    >>> split_names("By Ana Lind and Ole Berg"), split_names("von Ilse Brandt, Bo Ek")
    (['Ana Lind', 'Ole Berg'], ['Ilse Brandt', 'Bo Ek'])
    """
    text = _BY.sub("", _GLUED_BY.sub("", _SOFT.sub("", text).strip()))
    text = _GLUED_END.sub("", _BY.sub("", text))
    found = []
    for part in _SPLIT.split(text):
        name = _AFTER.sub("", _BY.sub("", part.strip())).strip(" \t,;:|-–—·•\"'©*")
        name = name if _ABBREVIATED.search(name) else name.rstrip(".")
        if name:
            found.append(name)
    return found


_SOFT = re.compile("[\u00ad\u200b]")
_ABBREVIATED = re.compile(r"\b(?:Jr|Sr)\.$")


def _apart(line: str) -> list[str]:
    """The parts of a line that states date, time, place and credit, without the dates."""
    found = []
    dated = any(map(str.isdigit, line))
    for part in _JOINTS.split(line):
        text = part
        while dated and (shorter := _LOOSE.sub("", text)) != text:
            text = shorter
        if text.strip(" ,.;:-"):
            found.append(text.strip(" ,;:-"))
    return found


def is_person(name: str) -> bool:
    """Whether a credit looks like a person's name: two to five words that begin with capitals, or an unspaced script.

    >>> is_person("Ana Lind"), is_person("Staff Writer"), is_person("the latest news"), is_person("山田太郎")
    (True, False, False, True)
    """
    if _NO_NAME.search(name) or _DESK.search(name) or len(name) > 60:
        return False
    parts = name.split()
    if parts[0].lower() in _ARTICLES or all(len(part) < 3 and part.isupper() for part in parts):
        return False
    if len(parts) == 1:
        return not name.isascii() and 2 <= len(name) <= 8 and not name[0].islower() and not name[0].isupper()
    cased = [part for part in parts if part[0].isalpha()]
    small = [part for part in cased if part[0].islower()]
    if len(small) > (1 if len(parts) < 4 else 2) or len(set(parts)) < len(parts):
        return False
    return 2 <= len(parts) <= 6 and bool(cased) and _PARTICLES.issuperset(small) and not cased[-1][0].islower()


def is_credit(line: str) -> bool:
    """Whether a line consists of a byline, a date, or both.

    >>> is_credit("17.11.2026 | 13:10 | Ana Lind"), is_credit("By Ana Lind"), is_credit("Ana Lind and her ships")
    (True, True, False)
    """
    says_by = _GLUED_BY.match(line) is not None or _BY.match(line) is not None
    if not says_by and not find_day(line):
        return False
    names = [name for part in _apart(line) for name in split_names(part)]
    return all(is_person(name) or agency_of(name) for name in names)


def agency_of(name: str) -> str | None:
    """The news agency that a credit names, None where it is none.

    >>> agency_of("Reuters Staff"), agency_of("The Associated Press"), agency_of("Ana Lind")
    ('Reuters', 'AP', None)
    """
    said = " ".join(word for word in words(name) if word not in ("staff", "news", "agency", "agencies", "with", "by"))
    return AGENCIES.get(said) or AGENCIES.get(" ".join(words(name)))


def _organisations(value: object) -> Iterator[str]:
    """Names that a JSON-LD value says are of organisations."""
    if isinstance(value, list):
        for each in value[:MAX_AUTHORS]:
            yield from _organisations(each)
    elif isinstance(value, dict) and "Organi" in str(value.get("@type")) and isinstance(value.get("name"), str):
        yield value["name"]


def _houses(claims: Claims, host: str) -> set[str]:
    """What the site and the organisations that the page names are called, as words without spaces."""
    publisher = claims.jsonld.get("publisher")
    named = [
        claims.meta.get("og:site_name"), claims.meta.get("application-name"), claims.meta.get("dc.publisher"),
        claims.meta.get("publisher"), publisher.get("name") if isinstance(publisher, dict) else None,
        *_organisations(claims.jsonld.get("author")), *_organisations(claims.jsonld.get("creator")),
        *host.split(".")[:-1], host.removeprefix("www."),
    ]  # fmt: skip
    return {"".join(words(each)) for each in named if isinstance(each, str) and len(each) > 2}


def _labelled(claims: Claims) -> list[str]:
    """What a card's label "Written by" stands for (twitter:label1 and twitter:data1)."""
    label, name = claims.meta.get("twitter:label1", ""), claims.meta.get("twitter:data1", "")
    return [name] if _BY.match(f"{label} {name}") else []


def _stated(claims: Claims) -> Iterator[tuple[list[str], str]]:
    """(credits, origin), best first."""
    for key in ("author", "creator"):
        yield list(_names(claims.jsonld.get(key), claims.names)), "json-ld"
    for name in ("citation_author", "author", "article:author", "og:article:author", "parsely-author", "byl", "dc.creator",
                 "dcterms.creator", "sailthru.author", "article:author_name", "cxenseparse:author", "dcsext.author",
                 "authors"):  # fmt: skip
        if name in claims.meta:
            yield list(claims.metas.get(name, (claims.meta[name],))), f"meta {name}"
    if "author" in claims.itemprops:
        yield [claims.itemprops["author"]], "microdata"
    yield _labelled(claims), "meta twitter:data1"


def _elsewhere(claims: Claims) -> Iterator[tuple[list[str], str]]:
    for text in claims.bylines:
        yield [text], "byline"
    yield list(_names(claims.page.get("author"), claims.names)), "json-ld page"


def _joined(name: str) -> str:
    return "".join(words(name))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(" ".join(words(name)), name)
    return tuple(found.values())[:MAX_AUTHORS]


def _credited_people(lines: list[str], origin: str, houses: set[str]) -> tuple[str, ...]:
    """People in these credits.  A line that says "by", and JSON-LD, may name somebody by one word."""
    found = []
    visible = origin == "byline"
    for line in lines:
        for part in _apart(line) if visible else [line]:
            may_be_pen_name = (
                (_BY.match(part) or _GLUED_BY.match(part)) is not None if visible else origin in ("json-ld", "microdata")
            )
            for place, name in enumerate(split_names(part)):
                if agency_of(name) or _joined(name) in houses or houses.intersection(words(name)):
                    continue
                pen_name = may_be_pen_name and _is_pen_name(name) and (place == 0 if visible else name == line)
                if is_person(name) or pen_name:
                    found.append(name)
    return _unique(found)


def _is_pen_name(name: str) -> bool:
    return (
        2 <= len(name) <= 25
        and re.fullmatch(r"[^\W\d_](?:[\w'’-]|\.(?=\w))+", name) is not None
        and not (len(name) < 5 and name.islower())
        and "admin" not in name.lower()
        and not (name.isupper() and len(name) < 5)
        and not _NO_NAME.search(name)
        and not _DESK.search(name)
    )


_NAME = re.compile(
    r"[A-ZÀ-ÞŁŚŻŠČŽА-ЯΑ-Ω][\w'’-]+(?:\s(?:[A-Z]\.|van|von|de|der|di|da|al|el|ben|bin)){0,2}(?:\s[A-ZÀ-ÞŁŚŻŠČŽА-ЯΑ-Ω][\w'’-]+){1,2}"
)


def _beside(lines: Sequence[str]) -> Iterator[str]:
    """Credits around the headline: lines that say "by", names after such a label, names in a line with a date."""
    for at, line in enumerate(lines):
        if len(line) > 120:
            continue
        before = lines[at - 1] if at else ""
        says_by = _GLUED_BY.match(line) or any(map(_BY.match, _apart(line)))
        if says_by or (len(before) < 60 and _LABEL.search(before)):
            yield line
        elif find_day(line):
            yield from filter(_NAME.fullmatch, map(str.strip, re.split(r"\s[|·•–—-]\s|,", line)))


def _collective(lines: list[str], origin: str, houses: set[str]) -> Iterator[str]:
    """Credits that name no person: desks, agencies, houses.  A byline's only where it is nothing else."""
    for line in lines:
        if origin != "byline":
            if len(line) <= 80 and not _NOBODY.search(line):
                yield from filter(None, map(str.strip, line.split(";")))
            continue
        parts = _apart(line)
        name = _BY.sub("", _GLUED_BY.sub("", parts[0])) if parts else ""
        if len(name) <= 40 and (
            agency_of(name)
            or _DESK.fullmatch(name)
            or _joined(name) in houses
            or (_BY.match(line) and (_DESK.search(name) or (name.isupper() and 2 <= len(name) <= 5)))
        ):
            yield name


def credited(claims: Claims, beside: Sequence[str] = (), host: str = "") -> tuple[tuple[str, ...], str | None, str | None]:
    """(authors, agency, which claim said so).  `beside`: the short lines around the headline.

    People win over desks, whoever states them; a desk, an agency or an organisation is the author where the page
    credits nobody else.
    """
    agency = None
    desks: tuple[tuple[str, ...], str] | None = None
    houses = _houses(claims, host)
    written = [([line], "byline") for line in _beside(beside)]
    for stated, origin in itertools.chain(_stated(claims), written, _elsewhere(claims)):
        if agency and desks and origin == "byline" and (stated, origin) not in written:
            continue  # the page credits an agency: names elsewhere on it are other articles'
        lines = [line for each in stated if (line := clean_line(each, 300))]
        agency = agency or next(
            filter(None, map(agency_of, [*lines, *(n for line in lines for n in split_names(line))])), None
        )
        people = _credited_people(lines, origin, houses)
        if people:
            return _completed(people, claims, written, houses), agency, origin
        others = _unique(_collective(lines, origin, houses))
        if others and desks is None:
            desks = others, origin
    if desks is None:
        found = _pen_name(claims, houses)
        return found, agency, "byline" if found else None
    if all(_joined(each) in houses for each in desks[0]) and (found := _named_below(beside, houses)):
        return found, agency, "byline"
    return desks[0], agency, desks[1]


def _completed(
    people: tuple[str, ...], claims: Claims, written: list[tuple[list[str], str]], houses: set[str]
) -> tuple[str, ...]:
    """These people, and those whom another credit of the article names beside all of them; a first name made whole."""
    said = {_joined(each) for each in people}
    for stated, other in itertools.chain(_stated(claims), [(_listed(claims), "byline")], written):
        lines = [line for each in stated if (line := clean_line(each, 300))]
        more = _credited_people(lines, other, houses)
        named = {_joined(each) for each in more}
        if said < named and len(more) <= len(people) + MAX_MORE:
            return more
        if len(people) == 1 and " " not in people[0] and len(more) == 1 and more[0].startswith(f"{people[0]} "):
            return more
    return people


def _listed(claims: Claims) -> list[str]:
    """The names of bylines that a further one holds side by side: all that one article has."""
    joined = [_joined(each) for each in claims.bylines[:MAX_AUTHORS]]
    for count in range(2, len(joined)):
        if "".join(joined[:count]) in joined[count:]:
            return list(claims.bylines[:count])
    return []


def _named_below(beside: Sequence[str], houses: set[str]) -> tuple[str, ...]:
    """Names on a line of their own below the headline, beside a date or two together, where a page credits its house."""
    for at, line in enumerate(beside[:NEAR]):
        names = [each.strip() for each in re.split(r"[/,]", line)]
        dated = find_day(line) or any(map(find_day, beside[max(0, at - 1) : at + 2]))
        if len(line) <= 80 and (dated or len(names) > 1) and all(map(_NAME.fullmatch, names)):
            found = _credited_people(names, "meta", houses)
            if len(found) == len(names):
                return found
    return ()


def _pen_name(claims: Claims, houses: set[str]) -> tuple[str, ...]:
    """What the page's one link of rel author says, were it no person's name."""
    names = _unique(filter(None, map(clean_line, claims.author_links)))
    if len(names) == 1 and _PEN_NAME.fullmatch(names[0]) and not _NOBODY.search(names[0]):
        return () if _joined(names[0]) in houses else names
    return ()


_PEN_NAME = re.compile(r"[^\W\d_][\w.-]{2,24}")
