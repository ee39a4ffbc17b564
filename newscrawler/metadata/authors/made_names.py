"""Credits that software fills in and nobody is called: addresses, logins of administrators, names made up of digits."""

from __future__ import annotations

import re

from newscrawler.metadata.authors.credit_words import shipped_credit_words
from newscrawler.text.territories import is_territory

_ADDRESS = re.compile(r"https?:|www\.|@|^\([^()]*\)$", re.IGNORECASE)
LOGIN = re.compile(r"[a-z]+[._](?!(?:[a-z]{2}|com|net|org|info|gov|edu|news|online)$)[a-z]+\d*")  # no domain
_MADE = re.compile(r"\S*admin\S*|(?:user|usr|guest|member|editor|author|autor|usuario|benutzer)[._-]?\d+", re.IGNORECASE)
MADE_UP = 12  # characters of a word with digits amid its letters that nobody chose
_DIGITS_AMID = re.compile(r"(?=\w*[a-z]\d+[a-z])[a-z_\d]+")
# a line that no reader sees, with the moment as machines write it
_MACHINES_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def is_address(credit: str) -> bool:
    """Whether a credit is where somebody is found on the web or written to, or a dateline in brackets, and no name.

    >>> is_address("https://social.example/gazette"), is_address("(Kelling - Gazette)"), is_address("Ana Lind")
    (True, True, False)
    """
    return _ADDRESS.search(credit) is not None


def is_placeholder(credit: str) -> bool:
    """Whether a credit is a template's own text, what it fills in for a name, or a country: nobody is called so.

    >>> [is_placeholder(each) for each in ("[object Object]", "{{author}}", "5 min read", "Merkzettel", "Ukraine", "未知")]
    [True, True, True, True, True, True]
    >>> [is_placeholder(each) for each in ("Ana Lind", "Jordan", "Ministère des armées", "7 News")]
    [False, False, False, False]
    """
    return _TEMPLATE.search(credit) is not None or shipped_credit_words().is_filled_in(credit) or is_territory(credit)


# {{author}}, ${author}, %author%, [[author]], <?php, __AUTHOR__, #author#, [object Object]
_TEMPLATE = re.compile(
    r"[{}<>\\]|\[\[|\$\w|%%|%\w+%|%\d?[sd]\b|^#|^_+[A-Z_]+_+$|\[object \w+\]|^\[\w+\]$|^(?:author|autor|user)_?name$",
    re.IGNORECASE,
)


def is_sentence(credit: str) -> bool:
    """Whether a credit is written as an English button is, with a capital at its beginning alone, and speaks to somebody.

    Most other languages write the names of ministries and institutes so.

    >>> is_sentence("Add to your list"), is_sentence("Ministère des armées"), is_sentence("kelling harbour club")
    (True, False, False)
    """
    first, *rest = credit.split()
    return len(rest) > 1 and first[0].isupper() and all(each[0].islower() for each in rest) and not _SPOKEN.isdisjoint(rest)


_SPOKEN = frozenset({"to", "you", "your", "this", "our", "us", "my", "me", "it", "now"})


def is_login(credit: str) -> bool:
    """Whether a credit is what somebody logs in with, or software made up, and no pen name.

    >>> [is_login(each) for each in ("ana.lind", "wordpressadmin", "user5105", "majainfos_zlfca4v6")]
    [True, True, True, True]
    >>> [is_login(each) for each in ("gazette.org", "Ana Lind", "mp3fan", "j03")]
    [False, False, False, False]
    """
    if LOGIN.fullmatch(credit) or _MADE.fullmatch(credit):
        return True
    return len(credit) >= MADE_UP and _DIGITS_AMID.fullmatch(credit) is not None


def is_unseen(line: str) -> bool:
    """Whether a line is of those that templates hide, with a moment as machines write it.

    >>> is_unseen("Ana Lind 2026-12-07T10:10:52+01:00"), is_unseen("Ana Lind, 7 December 2026")
    (True, False)
    """
    return _MACHINES_MOMENT.search(line) is not None


def names_none(first: str, last: str) -> bool:
    """Whether two words, lower case, are a label and what fills it, or a preposition and no name.

    >>> names_none("author", "exact"), names_none("im", "wortlaut"), names_none("im", "lind"), names_none("ana", "lind")
    (True, True, False, False)
    """
    words = shipped_credit_words()
    return (first in words.labels and words.role.has(first)) or (first in _PREPOSITIONS and words.nobody.has(last))


_PREPOSITIONS = frozenset({"im", "am", "zum", "zur", "in", "on", "at", "to", "du", "au", "en", "al", "del", "dal", "nel"})
