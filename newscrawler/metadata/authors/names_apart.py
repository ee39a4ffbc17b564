"""Names that stand together without a mark between them, in scripts whose words or conjunctions run together."""

from __future__ import annotations

import re
from unicodedata import normalize

from newscrawler.metadata.authors.credit_words import shipped_credit_words
from newscrawler.metadata.authors.jobs import has_job_behind

KOREAN = 3  # letters of a name in Hangul, where several stand in a row
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]{2,4}")
_KOREAN_JOB = re.compile(r"^([\uac00-\ud7a3]{2,4}\s?(?:선임기자|기자|특파원|논설위원))(?=[\uac00-\ud7a3])")
_WAW = "\u0648"  # "and", written to the word behind it
# names that begin with it
_OWN_WAW = frozenset(
    [
        "وليد", "وائل", "وسام", "وفاء", "وجدي", "وداد", "وحيد", "ولاء", "وسيم", "وهيب", "وهبة", "وهبي", "وديع",
        "وردة", "وجيه", "والي", "وصفي", "وجدان", "وضاح", "وصال", "ولد", "وافي", "والد", "واكد", "وهاب", "واصف",
    ]
)  # fmt: skip


def apart(part: str) -> list[str]:
    """The names in a part of a credit that spaces alone set apart, or the Arabic "and".

    One of three characters in Han or Hangul has its family's and its own; an Arabic one has two words.

    >>> apart("王小明 李华"), apart("홍길동 김철수 기자"), apart("Ana Lind")
    (['王小明', '李华'], ['홍길동', '김철수'], ['Ana Lind'])
    >>> apart("أحمد حسن ومحمد علي"), apart("أحمد حسن وليد علي")
    (['أحمد حسن', 'محمد علي'], ['أحمد حسن وليد علي'])
    """
    pieces = part.split()
    if "\u0600" <= part[:1] <= "\u06ff":
        return _at_waw(pieces)
    if has_job_behind(part):
        pieces = shipped_credit_words().role_behind.sub("", part).split()
    if len(pieces) > 1 and all(len(each) == KOREAN and "\uac00" <= each[0] <= "\ud7a3" for each in pieces):
        return pieces
    if len(pieces) > 1 and all(_HAN.fullmatch(each) for each in pieces) and any(len(each) > 2 for each in pieces):
        return pieces
    return [part]


def _at_waw(pieces: list[str]) -> list[str]:
    names: list[list[str]] = [[]]
    for at, piece in enumerate(pieces):
        joins = piece.startswith(_WAW) and len(piece) > 3 and piece not in _OWN_WAW
        if joins and len(names[-1]) > 1 and at < len(pieces) - 1:
            names.append([piece[1:]])
        else:
            names[-1].append(piece)
    return [" ".join(name) for name in names]


def without_rest(text: str) -> str:
    """A credit up to the job in Hangul that what follows it is glued to.

    >>> without_rest("홍길동 기자구독입력"), without_rest("홍길동 기자")
    ('홍길동 기자', '홍길동 기자')
    """
    found = None if text.isascii() else _KOREAN_JOB.match(text)
    return found[1] if found else text


def without_initials(name: str) -> str:
    """A name without its own initials before it, which stand where a picture of its bearer would.

    >>> without_initials("JD Jane Doe"), without_initials("J.D.Jane van Doe"), without_initials("JD Vance")
    ('Jane Doe', 'Jane van Doe', 'JD Vance')
    """
    for initials in _INITIALS:
        found = initials.match(name)
        letters = [each for each in normalize("NFD", found[0]) if each.isalpha()] if found else []
        rest = name[found.end() :] if found else ""
        begun = [normalize("NFD", each)[0] for each in rest.split() if each[0].isupper()]  # Greek capitals have no accents
        if len(begun) > 1 and letters in (begun, [*begun[:1], *begun[-1:]]) and not rest[1:2].isupper():
            return rest
    return name


_INITIALS = tuple(re.compile(rf"(?:[^\W\d_a-z]\.?\s?){{{size}}}") for size in (2, 3))
