"""Who is a person: a name apart from desks, jobs, buttons and days, in the languages that we meet.

The words are in credits.toml.
"""

from __future__ import annotations

import re
from functools import lru_cache

from newscrawler.metadata.authors.credit_words import shipped_credit_words
from newscrawler.metadata.authors.jobs import ends_in_job, is_bare_job
from newscrawler.metadata.authors.made_names import is_login, is_placeholder, names_none
from newscrawler.text import has_unspaced

MAX_NAME, MAX_WORDS = 60, 6
MAX_UNSPACED = 8  # characters of a name in Han or kana
MAX_JOB = 8  # words
MAX_HAN = 5  # in Han alone
_PARTICLES = frozenset({
    "von", "vom", "van", "zu", "zum", "zur", "den", "der", "de", "del", "della", "delle", "dello", "degli", "dei",
    "di", "da", "das", "do", "dos", "du", "des", "d'", "la", "le", "el", "al", "bin", "ben", "ibn", "abu", "af",
    "av", "ter", "ten", "tot", "het", "i", "y", "e", "und", "and", "'t", "in", "op",
})  # fmt: skip
_JOINING = frozenset({"and", "und", "y", "e", "i", "in", "op", "zu", "zum", "zur"})
_ARTICLES = frozenset({
    "the", "der", "die", "das", "el", "los", "las", "le", "les", "il", "lo", "gli", "una", "uma", "een", "het",
    "our", "your", "this", "la",
})  # fmt: skip
_NO_NAME = re.compile(
    r"(?:報導|报道|報道|报导)$|https?:|www\.|@|\.(?:com|org|net|co|de|fr)\b|^\W*$|^[\W\d]+$|\d{3,}|[<>=(){}\[\]:?!©&+*#\"。，！？]|link\d",
    re.IGNORECASE,
)
_NOT_ALONE = re.compile(
    r"(?:by|none|null|undefined|admin(?:istrator)?|author|user|guest|editor|webmaster|root|test|staff|news|email|contributor|"
    r"no author|unknown|anonym(?:ous)?|über|about|autor|redaktion|redacción|redazione|rédaction)s?",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"https?:|www\.|@|^\W*$|^(?:by|none|null|undefined|admin(?:istrator)?|author|no author|"
    r"unknown|anonymous|user|guest|webmaster|root|test|publisher)$|link\d|^(?:copyright|©|\(c\))\s",
    re.IGNORECASE,
)
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
_ONLY_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff·]+")


def is_job(line: str) -> bool:
    """Whether a line is somebody's job.

    >>> is_job("Head of Product Marketing and Strategy Director"), is_job("Ana Lind")
    (True, False)
    """
    said = _words(line)
    return len(said) <= MAX_JOB and any(map(shipped_credit_words().role.has, said)) and not is_person(line)


def is_desk(name: str) -> bool:
    """Whether a credit is of a desk, an office or a house.

    >>> is_desk("Watermark Feed"), is_desk("Редакция «Вестника»"), is_desk("Ana Lind")
    (True, True, False)
    """
    desk = shipped_credit_words().desk
    return DESK.search(name) is not None or any(map(desk.has, _words(name))) or desk.within(name.casefold())


def is_crew(name: str) -> bool:
    """Whether a credit is of those who work in a house: "Gazette Staff", and not "The Gazette".

    >>> is_crew("Gazette Staff"), is_crew("Redaktion Hafenblatt"), is_crew("Kelling Gazette")
    (True, True, False)
    """
    said = _words(name)
    return bool(said) and (_CREW.fullmatch(said[-1]) is not None or _CREW.fullmatch(said[0]) is not None)


_CREW = re.compile(
    r"staff|team|desk|newsroom|editors|reporters|contributors|correspondents|services|wires?|reports?|(?:\w+-)?redaktion\w*|rédaction|redacción|redazione|redação|redakcja|"
    r"redakce|redakcia|redactie|redaktionen|redaksjonen|toimitus|redacția|szerkesztőség|редакция|редакція|redaksi|redakcija"
)


def _words(name: str) -> list[str]:
    return [word for each in name.casefold().split() if (word := each.strip(".,;:'\"«»„“()"))]


@lru_cache(maxsize=2_000)
def is_person(name: str) -> bool:
    """Whether a credit looks like a person's name: two to six words that begin with capitals, or an unspaced script.

    >>> is_person("Ana Lind"), is_person("Staff Writer"), is_person("the latest news"), is_person("山田太郎")
    (True, False, False, True)
    >>> is_person("Show Sidebar"), is_person("Originally published"), is_person("公開日時"), is_person("Breaking News")
    (False, False, False, False)
    """
    name = _NICKNAME.sub(" ", name)
    if not name or len(name) > MAX_NAME or _NO_NAME.search(name) or _NOT_ALONE.fullmatch(name) or is_desk(name):
        return False
    if _is_interface(name):
        return False
    parts = name.split()
    if any(map(_NUMBER.fullmatch, parts)):  # "Bündnis 90"
        return False
    if parts[0].lower() in _ARTICLES or parts[0] in _JOINING or all(len(part) < 4 and part.isupper() for part in parts):
        return False
    if len(parts) == 1:
        return _is_unspaced_name(name)
    cased = [part for part in parts if part[0].isalpha()]
    small = [part for part in cased if part[0].islower() and part[0] not in _GEORGIAN and not _PREFIXED.match(part)]
    if len(small) > (1 if len(parts) < 4 else 2) or len(set(parts)) < len(parts):
        return False
    return len(parts) <= MAX_WORDS and bool(cased) and _PARTICLES.issuperset(small) and cased[-1] not in small


_NUMBER = re.compile(r"\d+\W?")
_GEORGIAN = frozenset(map(chr, range(0x10D0, 0x10FB)))  # to Unicode these are small, but no name begins with a capital
# a name that an article or a preposition is written to: "al-Jaffal", "d'Ancona", "deCasparis"
_PREFIXED = re.compile(
    r"(?:(?:a[dlnrstz]|ash|el|il|ul|bin|ben|ibn|abu|d|l|dell|nell|de|di|da|du|van|von|t|s)['’-]|de|di|da|du|del|della|la|le|van|von|mac|mc)"
    r"(?=[A-ZÀ-Þ][a-zß-ÿ])"
)
_NICKNAME = re.compile(r"(?<=\w)\s[(\"“‘][^\W\d_][^()\"“”‘’]{0,18}[)\"”’]\s(?=[^\W\d_])")  # "Ana (A.L.) Lind"


def _is_unspaced_name(name: str) -> bool:
    if name.isascii() or name[0].islower() or name[0].isupper():
        return False
    if "\uac00" <= name[0] <= "\ud7a3":
        return 2 <= len(name) <= MAX_HAN
    return has_unspaced(name) and 2 <= len(name) <= (MAX_HAN if _ONLY_HAN.fullmatch(name) else MAX_UNSPACED)


def _is_interface(name: str) -> bool:
    """Whether a text is a button, a section, a part of a date or a job, by its first word or by all of them."""
    words = shipped_credit_words()
    said = _words(name)
    lowered = name.casefold()
    if (
        is_bare_job(name)
        or is_placeholder(name)
        or not said
        or words.nobody.has(said[0])
        or words.nobody.within(lowered)
        or words.labels.get(lowered)
        or (len(said) == 2 and names_none(*said))
    ):
        return True
    idle = [words.nobody.has(each) or words.role.has(each) for each in said]
    if all(idle) or (len(said) > 2 and sum(idle) > 1) or (len(said) == 2 and ends_in_job(said)):
        return True
    if has_unspaced(name) and any(len(each) > MAX_UNSPACED for each in said):
        return True
    return not name.isascii() and has_unspaced(name) and any(each in _DAYS for each in name)


_DAYS = frozenset("年月日時时分秒")


def is_small_name(name: str) -> bool:
    """Whether a text in small letters may be the name of somebody whom a credit names so: "by ana lind".

    >>> is_small_name("ana lind"), is_small_name("popular demand"), is_small_name("sea in winter"), is_small_name("Ana Lind")
    (True, False, False, False)
    """
    said = name.split()
    if not (2 <= len(said) <= MAX_SMALL and name == name.lower() != name.upper()) or not all(map(str.isalpha, said)):
        return False
    is_usual = any(each in _ARTICLES or each in _PARTICLES or each in _USUAL or len(each) < 2 for each in said)
    return not is_usual and is_person(name.title())


MAX_SMALL = 3  # words
# words behind "by" that name nobody
_USUAL = frozenset({
    "a", "an", "at", "on", "to", "from", "with", "by", "for", "as", "or", "no", "not", "its", "all", "any", "car", "sea",
    "air", "land", "rail", "road", "hand", "mail", "post", "phone",
})  # fmt: skip


def is_pen_name(name: str, *, may_be_short: bool = False) -> bool:
    """Whether a word may be the name that somebody writes under; a short one in small letters only where it `may_be_short`.

    >>> is_pen_name("Lynx"), is_pen_name("lynx"), is_pen_name("lynx", may_be_short=True)
    (True, False, True)
    """
    return (
        2 <= len(name) <= 25
        and not is_login(name)
        and re.fullmatch(r"[^\W\d_](?:[\w'’-]|\.(?=\w))+", name) is not None
        and not (name.islower() and (name in _USUAL or (len(name) < 5 and not may_be_short)))
        and name not in _ARTICLES | _PARTICLES
        and not (name.isupper() and len(name) < 5)
        and not _NO_NAME.search(name)
        and not _NOT_ALONE.fullmatch(name)
        and not is_desk(name)
        and not _is_interface(name)
    )


NAME = re.compile(
    r"[A-ZÀ-ÞĀ-ŽΆ-ΫЀ-Я][\w'’-]+(?:\s(?:[A-Z]\.|van|von|de|der|di|da|al|el|ben|bin)){0,2}"
    r"(?:\s(?:(?:a[dl]|el|d|l)['’-]|de|di|van|von|mac)?[A-ZÀ-ÞĀ-ŽΆ-ΫЀ-Я][\w'’-]+){1,2}"
)
