"""What is a name: the credits in a line, people apart from desks and agencies, in the languages that we meet."""

from __future__ import annotations

import re

from newscrawler.agencies import agency_of
from newscrawler.dates.written import find_day

_BY = re.compile(
    r"^[\W©]*(?:(?:foto|photo)s?:\s*)?"
    r"(?:(?:text und interview|veröffentlicht|pressemitteilung|im wortlaut|gastbeitrag|verfasst|erstellt|eingestellt|"
    r"geschrieben|view all posts|all posts|alle (?:beiträge|artikel)|mehr (?:beiträge|artikel)|written|"
    r"reported|posted|published|story|text|words|article|reporting|report|analysis|opinion|edited|"
    r"escrito|écrit|scritto|geschreven|skrevet|skriven|publié|publicado|"
    r"(?:eine?|une?|un[ao]?|an?|en|ett)\s+[^\W\d]+)\s+)?"
    r"(?:(?:text|texte|texto|story|words)\s*(?:und|and|et|y|e|&|\+)\s*(?:fotos?|photos?|bilder|interview|pictures)|"
    r"über(?=\s[A-Z]\w+\s[A-Z])|by|von|vom|par|por|di|da|de|door|af|av|автор|od|"
    r"autor(?:e|en|a|in)?|auteur|authors?|text|texte|texto|reporter|"
    r"redaktion(?=\s?:)|interview(?=\s?:)|kirjoittanut|"
    r"tekst|szerző|napisał[a]?|opracował[a]?|από|του|της|إعداد|كتب|מאת|記者|文|作者)\s*(?:[::]\s*|[／/]\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_PARTICLES = frozenset({
    "von", "vom", "van", "zu", "zum", "zur", "den", "der", "de", "del", "della", "delle", "dello", "degli", "dei",
    "di", "da", "das", "do", "dos", "du", "des", "d'", "la", "le", "el", "al", "bin", "ben", "ibn", "abu", "af",
    "av", "ter", "ten", "tot", "het", "i", "y", "e", "und", "and", "'t", "in", "op",
})  # fmt: skip
_PICTURES = re.compile(r"\((?:photo|foto|picture|illustration|graphic|video)", re.IGNORECASE)
_EDITED = re.compile(
    r"\W*(?:edited|editing|fact-?check(?:ed|ing)|translated|translation|bearbeitet|redigiert|übersetzt|übersetzung)"
    r" (?:by|von)\b",
    re.IGNORECASE,
)
_JOINING = frozenset({"and", "und", "y", "e", "i", "in", "op", "zu", "zum", "zur"})
_ARTICLES = frozenset({
    "the", "der", "die", "das", "el", "los", "las", "le", "les", "il", "lo", "gli", "una", "uma", "een", "het",
    "our", "your", "this",
})  # fmt: skip
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
NOBODY = re.compile(
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
LABEL = re.compile(r"(?:^|\s)(?:by|von|par|por|di|door|af|av|autor(?:in|e|en)?|auteur|author|text)\s*:?$", re.IGNORECASE)
# credits of nobody in particular: kept only where no person is named
DESK = re.compile(
    r"\b(?:staff|desk|newsroom|team|editorial|editors?|redaktion|redaction|rédaction|redacción|redazione|redakcja|redakce|"
    r"redação|redactie|redaktionen|toimitus|редакция|редакція|news ?service|newswires?|wire|agenc(?:y|ies|e|ia)|"
    r"contributors?|"
    r"redakteur\w*|volontär\w*|korrespondent\w*|journalist\w*|ressort\w*|correspondant\w*|corresponsal|corrispondente|redactora?|"
    r"correspondents?|reporters?|online|web ?desk|press|media|magazine|times|post|news|tv|radio|digital|bureau|board|"
    r"association|institute|university|ministry|department|office|group|inc|ltd|gmbh|llc)\b|編集部|通信|新聞|本報|记者",
    re.IGNORECASE,
)


def says_by(line: str) -> bool:
    """Whether a line begins as a credit does: "By", "Von", "Text:".

    >>> says_by("By Ana Lind"), says_by("VonAna Lind"), says_by("Bystanders saw it")
    (True, True, False)
    """
    return _GLUED_BY.match(line) is not None or _BY.match(line) is not None


def without_by(line: str) -> str:
    """A credit without what it begins with."""
    return _BY.sub("", _GLUED_BY.sub("", line))


def split_names(text: str) -> list[str]:
    """The names in one credit.

    >>> split_names("By Ana Lind and Ole Berg"), split_names("von Ilse Brandt, Bo Ek")
    (['Ana Lind', 'Ole Berg'], ['Ilse Brandt', 'Bo Ek'])
    >>> split_names("By Ana Lind (reporting) and Ole Berg (photography)"), split_names("View all posts by Ana Lind")
    (['Ana Lind'], ['Ana Lind'])
    """
    text = _BY.sub("", _GLUED_BY.sub("", _SOFT.sub("", text).strip()))
    text = _GLUED_END.sub("", _BY.sub("", text))
    found = []
    for part in _SPLIT.split(text):
        if _PICTURES.search(part) or _EDITED.match(part):
            continue  # "Ana Lind (reporting) and Ole Berg (photography)"
        name = _AFTER.sub("", _BY.sub("", part.strip())).strip(" \t,;:|-–—·•\"'©*")
        name = name if _ABBREVIATED.search(name) else name.rstrip(".")
        if name:
            found.append(name)
    return found


_SOFT = re.compile("[\u00ad\u200b]")
_ABBREVIATED = re.compile(r"\b(?:Jr|Sr)\.$")


_STATES_TIME = re.compile(r"\d|day\s*$|(?:tag|woch)\s*$", re.IGNORECASE)


def parts_of(line: str) -> list[str]:
    """The parts of a line that states date, time, place and credit, without the dates."""
    found = []
    dated = _STATES_TIME.search(line) is not None
    for part in _JOINTS.split(line):
        text = part
        while dated and (shorter := _LOOSE.sub("", text)) != text:
            text = shorter
        if text.strip(" ,.;:-"):
            found.append(text.strip(" ,;:-"))
    return found


def turned(name: str) -> str:
    """A name that is stated family name first, as it is read.

    >>> turned("Lind, Ana"), turned("Lind, Ana M."), turned("Ana Lind, Ole Berg")
    ('Ana Lind', 'Ana M. Lind', 'Ana Lind, Ole Berg')
    """
    found = _FAMILY_FIRST.fullmatch(name.strip())
    if found is None or any(DESK.search(part) or agency_of(part) for part in found.groups()):
        return name
    return f"{found[2]} {found[1]}"


_FAMILY_FIRST = re.compile(r"([^\W\d_a-z][\w'’-]+),\s+([^\W\d_a-z][\w'’-]+(?:\s[A-Z]\.)?)")
LOGIN = re.compile(r"[a-z]+[._](?!(?:[a-z]{2}|com|net|org|info|gov|edu|news|online)$)[a-z]+\d*")  # no domain


def is_person(name: str) -> bool:
    """Whether a credit looks like a person's name: two to five words that begin with capitals, or an unspaced script.

    >>> is_person("Ana Lind"), is_person("Staff Writer"), is_person("the latest news"), is_person("山田太郎")
    (True, False, False, True)
    """
    if _NO_NAME.search(name) or DESK.search(name) or len(name) > 60:
        return False
    parts = name.split()
    if parts[0].lower() in _ARTICLES or parts[0] in _JOINING or all(len(part) < 4 and part.isupper() for part in parts):
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
    if not says_by(line) and not find_day(line):
        return False
    names = [name for part in parts_of(line) for name in split_names(part)]
    return all(is_person(name) or agency_of(name) for name in names)


def is_pen_name(name: str) -> bool:
    return (
        2 <= len(name) <= 25
        and not LOGIN.fullmatch(name)
        and re.fullmatch(r"[^\W\d_](?:[\w'’-]|\.(?=\w))+", name) is not None
        and not (len(name) < 5 and name.islower())
        and "admin" not in name.lower()
        and not (name.isupper() and len(name) < 5)
        and not _NO_NAME.search(name)
        and not DESK.search(name)
    )


NAME = re.compile(
    r"[A-ZÀ-ÞŁŚŻŠČŽА-ЯΑ-Ω][\w'’-]+(?:\s(?:[A-Z]\.|van|von|de|der|di|da|al|el|ben|bin)){0,2}(?:\s[A-ZÀ-ÞŁŚŻŠČŽА-ЯΑ-Ω][\w'’-]+){1,2}"
)
