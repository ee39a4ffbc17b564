"""The credits in a line, and the names in a credit, in the languages that we meet.

    line --labels--> segments, each of an author, of somebody else, or of nobody knows --dates, separators--> parts
    part --splitting, jobs off--> names --is_person--> people

The words are in credits.toml.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from newscrawler.agencies import agency_of
from newscrawler.dates.written import find_day, find_days, plain_line
from newscrawler.metadata.authors.credit_words import Kind, Label, shipped_credit_words
from newscrawler.metadata.authors.jobs import BRACKETS, without_job, without_post
from newscrawler.metadata.authors.names_apart import apart, without_initials, without_rest
from newscrawler.metadata.authors.persons import is_desk, is_person
from newscrawler.metadata.authors.ranks import without_ranks
from newscrawler.metadata.authors.signatures import signature_of
from newscrawler.metadata.dates.labels import before_label

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CREDIT = 160  # characters of a line that is read for labels
_PICTURES = re.compile(r"\((?:photo|foto|picture|illustration|graphic|video)|^(?:사진|写真|摄影|攝影|撮影)\s", re.IGNORECASE)
_GLUED_BY = re.compile(
    r"^(?:(?:Veröffentlicht|Geschrieben|Posted|Written)\s)?(?:[Bb]yby\s|(?:(?:[Bb]y){1,2}|[Vv]on)(?=[A-ZÀ-Þ]))"
)
# what a template puts behind a name without a space
_GLUED_END = re.compile(
    r"(?<=[a-zß-ÿ])(?:Categor|Follow|Hace\b|Last\b|Publish|Updated|Posted|Share|Staff|Redakt|Korrespond|Correspond|Reporter|Editor|"
    r"Jan(?:uary)?\b|Feb(?:ruary)?\b|Mar(?:ch)?\b|Apr(?:il)?\b|May\b|June?\b|July?\b|Aug(?:ust)?\b|Sept?(?:ember)?\b|"
    r"Oct(?:ober)?\b|Nov(?:ember)?\b|Dec(?:ember)?\b|vor\s\d).*$"
)
_AND = r"[Aa]nd|AND|und|sowie|et|y|e|ed|og|och|samt|en|i|oraz|ja|sekä|и|та|і|й|και|și|şi|és|ve|dan|và|और|و"
_WITH = rf"{_AND}|with|mit|avec|con|a"
_SPLIT = re.compile(
    rf"\s*(?:[;|/•·，；／]|,(?:\s*(?:{_WITH}|&)\s)?|\n|\s[&+]\s(?!Co\b)|\s(?:{_WITH})\s|"
    r"\s(?:un|ir)\s(?=[A-ZĀČĒĢĪĶĻŅŠŪŽ])|\sim Gespräch mit\s|、|(?<![\u30a0-\u30ff])・|・(?![\u30a0-\u30ff]))\s*"
)
_GENERATION = re.compile(r",\s+(?=(?:Jr|Sr|II|III|IV)\b)")  # "Ana Lind, Jr."
_AFTER = re.compile(
    r"\s+(?:\||–|—|-|•|·)\s+.*$|\s*[(（\[【][^()（）]*[)）\]】]?\s*$|"
    r"\s*[,/]?\s*\b(?:(?i:updated|published|posted|aktualisiert|stand)|(?i:in) [A-Z]\w+.*|"
    r"(?:[Ff]or|from|of|at) (?:[Tt]he )?[A-Z].*)"
    r"|\s+(?i:(?:und |and |&\s*)?(?:illustration(?:en|s)?|(?:symbol|archiv)?(?:fotos?|bild)|photos?|photography|bilder)\b.*|"
    r"skrifar\b.*)"
    r"|\s+(?:(?:[Ee]in|[Kk]eine?|[Nn]o|\d+)\s)?(?:Comments?|Kommentare?|Hace|Permalink|Follow|Share|Teilen|Mehr|Save|Bookmark|Subscribe)\b.*$"
    r"|\s*(?:發表[在於于]|发表[在于]|發佈[於在]|发布[于在]).*$"
    r"|\s+(?:USA TODAY|CNN|BBC|NPR|ABC|CBS|NBC)\b.*|\s+(?:Associated Press|Agence France-Presse)$|"
    r"\s+[In]n?$|\s*@\w+.*$|\s+@\s.*$|\s*<?[\w.+-]+@[\w-]+\.[\w.-]+>?.*$",
)
_TITLES = re.compile(  # degrees and the like behind a name, and initials that an icon leaves glued to it
    r"(?:,?\s+(?:Ph\.?\s?D|M\.?D|D\.?O|J\.?D|M\.?P\.?H|R\.?D|R\.?N|M\.?A|M\.?S|M\.?S\.?c|B\.?S\.?c|MBA|CFA|CFP|CPA|Esq|FACLM|DVM|LL\.?M)\.?)+$|(?<=[a-zß-ÿ])[A-ZÀ-Þ]{2,3}$"
)
# where a line of date, time and credit comes apart
_JOINTS = re.compile(
    r"\s*(?:[|•»←→]|·|\s[–—-]\s|(?<!\w)\d[\d.:/,-]*(?:\s?(?:uhr|h|[ap]\.?m\.?|[A-Z]{2,4}T)\b)?|,?\s+in\s+(?=[A-Z]))\s*"
)
_MONTH = (
    r"(?:jan(?:uary?)?|feb(?:ruary?)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|jun[ei]?|jul[iy]?|aug(?:ust)?|sept?(?:ember)?|"
    r"o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
# a year, or a day with its month, that stands right behind a name
_GLUED_YEAR = re.compile(
    rf"(?<=[^\W\d_])(?=(?:19|20)\d\d(?:[-/.年]|$)|\d{{1,2}}(?:\.?\s{_MONTH}\b|[./]\d{{1,2}}[./]))", re.IGNORECASE
)
_LOOSE = re.compile(
    rf"[\s,.]*(?<!\w)(?:on|am|at|le|el|il|den|vom|um|à|às|op|em|på|dne|dnia|dia|pe|στις|pada|vào|last|updated|aktualisiert|erstellt|publi\w+|veröffentlicht|{_MONTH}|"
    rf"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch)[\s,.]*$",
    re.IGNORECASE,
)
_CONVERSATION = re.compile(
    r"interview|gespräch|entretien|entrevista|intervista|rozmow|rozhovor|беседов|розмов", re.IGNORECASE
)
_WITH_WHOM = re.compile(r"\s(?:mit|with|avec|con|met|med|com|z|s|с|з|cu)\s.*$")


@lru_cache(maxsize=2_000)
def says_by(line: str) -> bool:
    """Whether a line begins as a credit does: "By", "Von", "Text:".

    >>> says_by("By Ana Lind"), says_by("VonAna Lind"), says_by("Bystanders saw it"), says_by("Edited by Ana Lind")
    (True, True, False, False)
    """
    if _GLUED_BY.match(line):
        return True
    line, labels = _labelled(line)
    return bool(labels) and labels[0].kind is Kind.AUTHOR and not re.search(r"\w", line[: labels[0].start])


@lru_cache(maxsize=500)  # two look at each line
def _labelled(line: str) -> tuple[str, tuple[Label, ...]]:
    """(a line with a colon behind the label that a name is glued to, its labels)."""
    known = shipped_credit_words()
    text = known.unglued(without_leading_day(line))
    return text, tuple(known.labels_in(text)) if len(text) <= MAX_CREDIT else ()


def without_leading_day(line: str) -> str:
    """A line behind the day and the time that it begins with, whose words would stand between it and a label.

    >>> without_leading_day("28 de noviembre de 2026, 10:30 Por Ana Lind"), without_leading_day("2026 ships by Ana Lind")
    ('Por Ana Lind', '2026 ships by Ana Lind')
    """
    if not line[:1].isdigit() or len(line) > MAX_CREDIT:
        return line
    plain = plain_line(line)
    days = find_days(plain)
    if not days or days[0].start:
        return line
    rest = plain[days[0].end :]
    found = _BEHIND_DAY.match(rest)
    said = rest[found.end() :] if found else ""
    names_somebody = bool(said) and not said.startswith((":", "\uff1a")) and not said.split()[-1][0].islower()
    return said if names_somebody else line


_BEHIND_DAY = re.compile(
    r"(?:\s?(?:r|roku|р|г|года|року|m|gada|d|n|일|日)\b\.?)?[\s,.|·•–—/-]*"
    r"(?:(?<!\w)\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s?(?:Uhr|hrs?|h|[AP]M|[ap]\.m\.|น\.)(?!\w))?)?[\s,.|·•–—/-]*"
)


def without_by(line: str) -> str:
    """A credit without what it begins with."""
    text = shipped_credit_words().unglued(_GLUED_BY.sub("", line))
    labels = shipped_credit_words().labels_in(text)
    return text[labels[0].end :] if labels and not re.search(r"\w", text[: labels[0].start]) else text


def label_of(line: str) -> Kind | None:
    """Of whom a line speaks that is a label and nothing else, None where it is none.

    >>> label_of("Written by"), label_of("Fotos:"), label_of("By the sea")
    (<Kind.AUTHOR: 'author'>, <Kind.OTHER: 'other'>, None)
    """
    return shipped_credit_words().label_of(line)


@lru_cache(maxsize=2_000)
def segments(line: str) -> tuple[tuple[str, Kind | None], ...]:
    """A line by its labels: (text behind one, of whom), and None for what stands before the first.

    >>> segments("Text: Ana Lind Fotos: Jo Berg")
    (('Ana Lind', <Kind.AUTHOR: 'author'>), ('Jo Berg', <Kind.OTHER: 'other'>))
    """
    text, labels = _labelled(_GLUED_BY.sub("By ", _SOFT.sub("", line)))
    if signed := signature_of(text):
        return ((signed, Kind.AUTHOR),)
    if not labels:
        return ((without_ranks(text), None),)
    before = text[: labels[0].start]
    neutral = bool(re.search(r"\w", before)) and labels[0].kind is Kind.OTHER  # who stands before "by" is not who wrote
    found: list[tuple[str, Kind | None]] = [(before, None)] if neutral else []
    for at, label in enumerate(labels):
        end = labels[at + 1].start if at + 1 < len(labels) else len(text)
        said = text[label.end : end].strip(" ,;|\u3000\u00b7-")
        said = said if _OPENED.search(said) else said.rstrip(")）】］]")
        if label.kind is Kind.AUTHOR:
            said = before_label(said)
        if _CONVERSATION.search(text[label.start : label.end]):
            said = _WITH_WHOM.sub("", said)
        if said:
            found.append((without_ranks(said), label.kind))
    return tuple(found)


@lru_cache(maxsize=2_000)  # several look at each credit of a page
def split_names(text: str) -> tuple[str, ...]:
    """The names of those who wrote, in one credit.

    >>> split_names("By Ana Lind and Ole Berg"), split_names("von Ilse Brandt, Bo Ek")
    (('Ana Lind', 'Ole Berg'), ('Ilse Brandt', 'Bo Ek'))
    >>> split_names("By Ana Lind (reporting) and Ole Berg (photography)"), split_names("View all posts by Ana Lind")
    (('Ana Lind',), ('Ana Lind',))
    >>> split_names("Door onze correspondent Ana Lind"), split_names("Ana Lind, Edited by Ole Berg")
    (('Ana Lind',), ('Ana Lind',))
    """
    return tuple(name for said, kind in segments(text) if kind is not Kind.OTHER for name in _names(said))


def _names(text: str) -> Iterator[str]:
    text = _GENERATION.sub(" ", _HEBREW_AND.sub(r"\1, \2", text))
    for part in _SPLIT.split(_cut_glued_role(_GLUED_END.sub("", without_post(without_rest(text))))):
        if not part or _PICTURES.search(part):
            continue  # "Ana Lind (reporting) and Ole Berg (photography)"
        for each in apart(without_by(part) if part[0].islower() else part.strip()):
            if name := _bare(each).strip():
                yield name


# Hebrew writes "and" to the name behind it: two words before, and two words from there on
_HEBREW_AND = re.compile(
    "^([\u05d0-\u05ea'\u05f3\"-]+\\s[\u05d0-\u05ea'\u05f3\"-]+)\\s\u05d5([\u05d0-\u05ea'\u05f3-]{2,}\\s[\u05d0-\u05ea'\u05f3-]{2,})$"
)


def _cut_glued_role(text: str) -> str:
    """A text up to a job, a desk or a button that stands behind a name without a space: "LindSenior reporter"."""
    words = shipped_credit_words()
    for found in _INNER.finditer(text):
        behind = found[0].casefold()
        if words.role.has(behind) or words.nobody.has(behind) or words.desk.has(behind):
            return text[: found.start()]
    return text


_INNER = re.compile(r"(?<=[^\W\d_A-Z])[A-ZÀ-Þ][^\W\d_A-Z]+")


def _bare(part: str) -> str:
    """A name without what stands around it: jobs, places, addresses, degrees."""
    if _PLAIN_NAME.fullmatch(part) and _CUT.isdisjoint(part.lower().split()):  # as most are
        return without_job(part)
    part = without_initials(part.strip(BRACKETS) if part[:1] in BRACKETS else part)
    part = part if part.isascii() else _SYMBOLS.sub("", part)
    part = found[1] if part[1:2].isupper() and (found := _IN_CAPITALS.match(part)) else part
    name = _TITLES.sub("", _AFTER.sub("", part)).strip(" \t,;:|-–—·•\"'©*●〓◎=[]")
    name = name if _ABBREVIATED.search(name) else name.rstrip(". \xa0")
    return without_job(name)


_PLAIN_NAME = re.compile(r"[A-Z][a-z]+(?: [A-Z]\.)?(?: [A-Z][a-z]+){1,2}")
# of such words those that one of the patterns above looks for
_CUT = frozenset({
    "i", "in", "for", "from", "of", "at", "updated", "published", "posted", "aktualisiert", "stand", "und",
    "and", "illustration", "illustrations", "illustrationen", "foto", "fotos", "symbolfoto", "symbolfotos",
    "archivfoto", "archivfotos", "symbolbild", "archivbild", "bild", "photo", "photos", "photography", "bilder",
    "skrifar", "ein", "kein", "keine", "no", "comment", "comments", "kommentar", "kommentare", "hace",
    "permalink", "follow", "share", "teilen", "mehr", "save", "bookmark", "subscribe", "esq",
})  # fmt: skip
# a name in capitals before a place that is not: "ANA LIND Kelling"
_IN_CAPITALS = re.compile(
    r"([A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?:\s[A-ZÀ-Þ][A-ZÀ-Þ.'’-]*){0,2}\s[A-ZÀ-Þ][A-ZÀ-Þ'’-]+)\s[A-ZÀ-Þ][a-zß-ÿ]+$"
)
_SYMBOLS = re.compile("[\u2600-\u27bf\u2b50\ufe0f\u200d\U0001f000-\U0001faff]+")  # hearts and flags
_OPENED = re.compile(r"[(（【［\[]")
_SOFT = re.compile("[\u00ad\u200b]")
_ABBREVIATED = re.compile(r"\b(?:Jr|Sr)\.$")
_STATES_TIME = re.compile(r"\d|day\s*$|(?:tag|woch)\s*$", re.IGNORECASE)


def parts_of(line: str, *, is_dated: bool = False) -> list[str]:
    """The parts of a line that states date, time, place and credit, without the dates; `is_dated`: it had one.

    >>> parts_of("Ana Lind2026-11-03 14:27 | Lindby"), parts_of("3 May 2026 by Ana Lind")
    (['Ana Lind', 'Lindby'], ['by Ana Lind'])
    """
    found = []
    line = _GLUED_YEAR.sub(" ", line)
    dated = is_dated or _STATES_TIME.search(line) is not None
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
    >>> turned("Lind, A."), turned("Lind, Ana van der"), turned("Lind, Ana; Berg, Ole")
    ('A. Lind', 'Ana van der Lind', 'Ana Lind; Ole Berg')
    """
    if ";" in name:
        return "; ".join(map(turned, name.split(";")))
    found = _FAMILY_FIRST.fullmatch(name.strip())
    if found is None or any(is_desk(part) or agency_of(part) for part in found.groups()):
        return name
    return f"{found[2]} {found[1]}"


_FAMILY_FIRST = re.compile(
    r"([^\W\d_a-z][\w'’-]+),\s+((?:[^\W\d_a-z][\w'’-]+(?:\s[A-Z]\.)?|(?:[A-Z]\.\s?){1,3})(?:\s(?:van|von|de|der|den|del|di|da|la))*)"
)


def is_credit(line: str) -> bool:
    """Whether a line consists of a byline, a date, or both.

    >>> is_credit("17.11.2026 | 13:10 | Ana Lind"), is_credit("By Ana Lind"), is_credit("Ana Lind and her ships")
    (True, True, False)
    """
    if not says_by(line) and not find_day(line):
        return False
    names = [name for part in parts_of(line) for name in split_names(part)]
    return all(is_person(name) or agency_of(name) for name in names)
