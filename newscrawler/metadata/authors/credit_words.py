"""The words of credits, out of credits.toml: labels before names, jobs behind them, and what is nobody's name.

All languages are read at once: a page in one of them quotes the next, and hardly a label of one is a name in another.
Labels are looked up by their words, which costs a fraction of matching every one of them at every place.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from newscrawler.text import has_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LONGEST = 60  # characters of a line that is a label
FIRST = 4  # letters that a beginning of words has at least
GLUED = 32  # characters of a label that a name is glued to
_TOKEN = re.compile(r"[^\s:\uff1a|\uff5c/\uff0f,;()\[\]\u00b7\u2022\u3000=\u25cf\u17d6\u1366\u055d]+")
_COLON = re.compile(r"\s*[:\uff1a\uff0f/=\u25cf\uff5c\u17d6\u1366\u055d]\s*")
_DOT = re.compile(r"\s*\u30fb\s*")  # "文・山田太郎、写真・鈴木花子"
_GAP = re.compile(r"\s+")
_SHORT_BY = frozenset({"av", "af"})  # that no name begins with
_ENDS = ".\u2026\u00a9*\"'\u2019\u2013\u2014\u30fb-"
_STROKES = str.maketrans({"\u2019": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-"})


_ARTICLES = frozenset({"a", "an", "ein", "eine", "un", "une", "una", "um", "uma", "een", "en", "ett", "et"})
_BY = frozenset({"by", "von", "par", "por", "di", "door", "av", "af"})


class Kind(Enum):
    """Of whom a label speaks: who wrote, or somebody else who had to do with it."""

    AUTHOR = "author"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Label:
    """A label in a line.  The names behind it begin at `end`."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """Words of one kind, lower case: whole ones, beginnings, phrases, and those that scripts without spaces run together."""

    whole: frozenset[str]
    beginnings: dict[str, tuple[str, ...]]  # by their first letters, which tell at once of most words that they are none
    phrases: tuple[str, ...]
    unspaced: tuple[str, ...]

    def has(self, word: str) -> bool:
        """Whether a word is one of these."""
        return word in self.whole or (
            (beginnings := self.beginnings.get(word[:FIRST])) is not None and word.startswith(beginnings)
        )

    def within(self, text: str) -> bool:
        """Whether a text in lower case holds a phrase of these, or a word of these that no spaces set apart."""
        if any(each in text for each in self.phrases):
            return True
        return not text.isascii() and any(each in text for each in self.unspaced)


@dataclass(frozen=True, slots=True)
class CreditWords:
    """`labels`: phrase -> (of whom, whether a mere space may follow); `unspaced`: those of Han and kana, anywhere."""

    labels: dict[str, tuple[Kind, bool]]
    about: frozenset[str]  # those of `labels` that stand over whom a page tells of as its authors
    longest: dict[str, int]  # first word of a label -> words of the longest one that begins so
    unspaced: re.Pattern[str]
    role: Words
    role_behind: re.Pattern[str]  # a job behind a name in Han, kana or Hangul
    desk: Words
    nobody: Words
    filled: frozenset[str]  # what templates fill in for a name
    ranks: frozenset[str]  # military ones, without full stops at their ends
    beside_ranks: frozenset[str]  # words that are of a rank beside one of these only

    def label_of(self, line: str) -> Kind | None:
        """Of whom a line speaks that is a label and nothing else, "Written by" or "Fotos:", None where it is none."""
        if len(line) > LONGEST:
            return None
        tokens = [each for each, _, _ in _tokens(line)]
        found = self.labels.get(" ".join(tokens))
        return found[0] if found else None

    def heads_biography(self, line: str) -> bool:
        """Whether a line is a heading over who wrote, "About the author", and nothing else."""
        return len(line) <= LONGEST and " ".join(each for each, _, _ in _tokens(line)) in self.about

    def is_filled_in(self, credit: str) -> bool:
        """Whether a credit is what templates fill in, numbers aside: "Log in", "5 min read", "Unknown"."""
        if len(credit) > LONGEST:
            return False
        return " ".join(each for each, _, _ in _tokens(credit) if not each.isdigit()) in self.filled

    def unglued(self, line: str) -> str:
        """A line with a colon behind the label that it begins with, where only styles set that apart: "PorAna Lind".

        Names begin so too ("DeShawn"), but none with a small letter or with a label of three letters.
        """
        head = line[:GLUED]
        if head.istitle() or head.islower() or head.isupper():  # no capital stands behind a small letter
            return line
        borders = (at for at in range(2, len(head)) if line[at].isupper() and line[at - 1].islower())
        for at in borders:
            label = " ".join(each for each, _, _ in _tokens(line[:at]))
            known = self.labels.get(label) if len(label) > 2 or label in _SHORT_BY or line[0].islower() else None
            if known is not None and known[0] is Kind.AUTHOR:
                return f"{line[:at]}: {line[at:]}"
        return line

    def labels_in(self, line: str) -> list[Label]:
        """The labels in a line, each with something behind it, in their order."""
        tokens = list(_tokens(line))
        found: list[Label] = []
        at = 0
        while at < len(tokens):
            if at and tokens[at][0] not in self.longest:
                at += 1
                continue
            label, size = self._label_at(line, tokens, at)
            if label is not None:
                found.append(label)
            at += size
        if has_unspaced(line):
            found = list({each.start: each for each in (*found, *self._unspaced_labels(line))}.values())
            found.sort(key=lambda each: each.start)
        return found

    def _label_at(self, line: str, tokens: list[tuple[str, int, int]], at: int) -> tuple[Label | None, int]:
        """(the longest label that begins with a token, how many tokens it has; one where none does)."""
        is_essay = at == 0 and len(tokens) > 3 and tokens[0][0] in _ARTICLES and tokens[2][0] in _BY  # "An essay by"
        if is_essay and (gap := _GAP.match(line, tokens[2][2])):
            return Label(Kind.AUTHOR, tokens[0][1], gap.end()), 3
        if at == 0 and len(tokens) > 2 and tokens[1][0] in _BY and tokens[0][0] in self.labels:  # "Intervju av"
            gap = _GAP.match(line, tokens[1][2])
            if gap is not None and self.labels[tokens[0][0]][0] is Kind.AUTHOR:
                return Label(Kind.AUTHOR, tokens[0][1], gap.end()), 2
        for size in range(min(self.longest.get(tokens[at][0], 0), len(tokens) - at), 0, -1):
            known = self.labels.get(" ".join(each for each, _, _ in tokens[at : at + size]))
            if known is None:
                continue
            kind, loose = known
            start, end = tokens[at][1], tokens[at + size - 1][2]
            behind = (
                _COLON.match(line, end) if at == 0 or size > 1 or kind is Kind.OTHER or _begins_part(line, start) else None
            )
            is_bare = at == 0 and size == 1 and kind is Kind.OTHER and not self.role.has(tokens[at][0])
            loose = loose or line[end - 1] == "." or (is_bare and _is_named(line[end:]))  # "Fot. Ana Lind", "Snimio ..."
            if behind is None and loose and (size > 1 or at == 0 or _sets_off(line, tokens, at)):
                behind = _GAP.match(line, end)
            if behind is not None and behind.end() < len(line):
                return Label(kind, start, behind.end()), size
        return None, 1

    def _unspaced_labels(self, line: str) -> Iterator[Label]:
        for found in self.unspaced.finditer(line):
            begins = not line[: found.start()].strip(" \t\u3000\u25cf\u25a0\u3010[(\uff08")
            apart = begins or line[found.start() - 1] in " \u3000\t|/\uff0f\u3010[(\uff08\u00b7\u30fb,\uff0c\u3001;\uff1b"
            behind = _DOT.match(line, found.end()) or _COLON.match(line, found.end()) or _GAP.match(line, found.end())
            kind = Kind.OTHER if found.lastgroup == "other" else Kind.AUTHOR
            if apart and behind is not None and behind.end() < len(line):
                yield Label(kind, found.start(), behind.end())
            elif begins and kind is Kind.AUTHOR and found.end() < len(line):
                yield Label(kind, found.start(), found.end())


def _tokens(line: str) -> Iterator[tuple[str, int, int]]:
    """(word in lower case without marks at its ends, start, end) of each run that spaces and colons set apart."""
    for found in _TOKEN.finditer(line):
        said = found[0]
        word = (said if said.isascii() else said.translate(_STROKES)).casefold().strip(_ENDS)
        if word:
            yield word, found.start(), found.end()


def _sets_off(line: str, tokens: list[tuple[str, int, int]], at: int) -> bool:
    """Whether "by" stands in the middle of a line behind a day or a mark, and before a name."""
    if tokens[at][0] != "by" or at + 1 >= len(tokens):
        return False
    is_special = tokens[0][0] == "special" and tokens[1][0] in ("to", "for")  # "Special to the Gazette by Ana Lind"
    return line[tokens[at + 1][1]].isupper() and (at in (1, 2) or is_special or _begins_part(line, tokens[at][1]))


def _begins_part(line: str, start: int) -> bool:
    """Whether a word begins a part of a line: "3.5. | Text: Ana Lind", no "Row over: interview" in a headline."""
    before = line[:start].rstrip()
    return line[start - 1 : start] == "\u3000" or before[-1:] in _PARTING or before[-1:].isdigit()


def _is_named(rest: str) -> bool:
    """Whether what stands behind a word may be a name and nothing else."""
    said = rest.split()
    return 2 <= len(said) <= NAMED and not (said[0][0].islower() or said[-1][0].islower())


NAMED = 4  # words of a name
_PARTING = frozenset("|/\uff0f\u00b7\u2022,;)")


KINDS = ("by", "named", "about", "not", "role", "desk", "rank", "nobody", "filled")


def _split_phrases(table: Mapping[str, Mapping[str, str]], key: str) -> list[str]:
    found = (" ".join(each.split()) for words in table.values() for each in words[key].split(","))
    return sorted({each for each in found if each}, key=lambda each: (-len(each), each))


def _by_first_letters(beginnings: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Beginnings of words by as many of their letters as each has at least."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for each in beginnings:
        found[each[:FIRST]].append(each)
    return {first: tuple(each) for first, each in found.items()}


def _words(phrases: Iterable[str]) -> Words:
    listed = [each.casefold() for each in phrases]
    spaced = [each for each in listed if not has_unspaced(each)]
    return Words(
        whole=frozenset(each for each in listed if not each.endswith("*") and " " not in each),
        beginnings=_by_first_letters(each[:-1] for each in spaced if each.endswith("*")),
        phrases=tuple(each for each in spaced if " " in each),
        unspaced=tuple(each for each in listed if has_unspaced(each) and len(each) > 1),
    )


def _labels(by: list[str], named: list[str], other: list[str]) -> dict[str, tuple[Kind, bool]]:
    """Each label as its tokens; of a phrase that may be both, who wrote is meant."""
    found: dict[str, tuple[Kind, bool]] = {}
    for phrases, kind, loose in ((other, Kind.OTHER, False), (named, Kind.AUTHOR, False), (by, Kind.AUTHOR, True)):
        for phrase in phrases:
            tokens = [each for each, _, _ in _tokens(phrase)]
            found[" ".join(tokens)] = kind, loose or (kind is Kind.OTHER and len(tokens) > 1)
    return found


def _either(phrases: Iterable[str]) -> str:
    return "|".join(map(re.escape, phrases))


def parse_credit_words(text: str, further: str = "") -> CreditWords:
    """The words of a TOML text such as credits.toml.  Raises KeyError where a language lacks a kind of them.

    `further`: such a text of more languages, of which some kinds are known.
    """
    more = {language: dict.fromkeys(KINDS, "") | words for language, words in tomllib.loads(further).items()}
    table = tomllib.loads(text) | more
    by, about, other, roles = (_split_phrases(table, key) for key in ("by", "about", "not", "role"))
    named = [*_split_phrases(table, "named"), *about]
    ranks = _split_phrases(table, "rank")
    glued = [each for each in roles if has_unspaced(each) or "\uac00" <= each[0] <= "\ud7a3"]
    labels = _labels(by, named, other)
    longest: dict[str, int] = {}
    for label in labels:
        first, *rest = label.split()
        longest[first] = max(longest.get(first, 0), 1 + len(rest))
    authors = sorted((each for each in {*by, *named} if has_unspaced(each)), key=lambda each: (-len(each), each))
    others = [each for each in other if has_unspaced(each)]
    return CreditWords(
        labels=labels,
        about=frozenset(" ".join(word for word, _, _ in _tokens(each)) for each in about),
        longest=longest,
        unspaced=re.compile(rf"(?P<other>{_either(others)})|(?P<by>{_either(authors)})"),
        role=_words(roles),
        role_behind=re.compile(rf"[\s\u3000]*(?:{_either(glued)})$"),
        desk=_words(_split_phrases(table, "desk")),
        nobody=_words(_split_phrases(table, "nobody")),
        filled=frozenset(" ".join(word for word, _, _ in _tokens(each)) for each in _split_phrases(table, "filled")),
        ranks=frozenset(each for each in ranks if not each.endswith("+")),
        beside_ranks=frozenset(each[:-1] for each in ranks if each.endswith("+")),
    )


@cache
def shipped_credit_words() -> CreditWords:
    """Those that come with newscrawler."""
    files = (resources.files(__package__) / name for name in ("credits.toml", "credits_further.toml"))
    return parse_credit_words(*(each.read_text(encoding="utf-8") for each in files))
