"""What reports of one event may say differently: how many people died or were hurt, and by which name they call a place.

text -> counts of people and names of places; several reports -> what two of them say differently.  Nearness of a number
and a word is all that is looked at: what is shown is for a person to read on, with who says it.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, TypeVar

from newscrawler.events.figures import with_plain_numbers
from newscrawler.events.numbers import AND, as_digits, with_han_as_digits
from newscrawler.text import has_unspaced, sentences, words

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

W = TypeVar("W", bound="Hashable")  # who says something

BEFORE, AFTER = 3, 5  # words between a number and what it counts
FAR, WHOM = 12, 2  # the same where a word for people is among so many behind the number, with nothing counted between
APART, APART_OF_PEOPLE = 6, 16  # characters between them, where no spaces are written; behind a number of people
MOST = 10_000_000  # people
_YEARS = range(1900, 2100)
_CLAUSES = re.compile(r"[,;:()–—]")
_FRACTION = re.compile(r"\d+[.,]\d+")
# of scripts without spaces: what a number may count that is no people, and what makes it an ordinal
_UNITS = "歳才岁歲세살年月日時时点點分秒시년월일분%％号號機机架門门基隻艘両辆回次度国國か"
_ORDINAL = "第제"


@dataclass(frozen=True, slots=True)
class FactWords:
    """kind -> language -> the words that count people; place -> what it may be called -> spellings (words apart by +).

    `units`: words behind numbers that count no people; `persons`: language -> words for people (sailors).
    """

    people: Mapping[str, Mapping[str, tuple[str, ...]]]
    places: Mapping[str, Mapping[str, tuple[str, ...]]]
    units: frozenset[str]
    persons: Mapping[str, tuple[str, ...]]


@cache
def shipped_fact_words() -> FactWords:
    """The words that come along (facts.toml)."""
    text = (resources.files(__package__ or "newscrawler.events") / "facts.toml").read_text(encoding="utf-8")
    stated = tomllib.loads(text)
    tables = [
        {key: {name: tuple(words_.split()) for name, words_ in each.items()} for key, each in stated[part].items()}
        for part in ("people", "places")
    ]
    persons = {language: tuple(words_.split()) for language, words_ in stated["persons"].items()}
    return FactWords(tables[0], tables[1], frozenset(stated["units"].split()), persons)


def counts_of(text: str, language: str) -> dict[str, int]:
    """Kind -> how many people a text first says that they are.

    >>> counts_of("Two frigates collided on 2 May 2026, injuring 14 sailors; three died.", "en")
    {'wounded': 14, 'dead': 3}
    >>> counts_of("1 200 soldats tués, 3.400 blessés", "fr"), counts_of("水兵14人が負傷した", "ja")
    ({'dead': 1200, 'wounded': 3400}, {'wounded': 14})
    """
    base = language.partition("-")[0]
    people = {kind: of[base] for kind, of in shipped_fact_words().people.items() if base in of}
    found: dict[str, int] = {}
    for sentence in sentences(text):
        plain = _FRACTION.sub(" ", with_plain_numbers(sentence, base))
        for clause in _CLAUSES.split(plain):
            close = has_unspaced(clause) or base == "ko"
            said = _near_in_script(clause, people) if close else _near(as_digits(words(clause), base), people, base)
            for kind, number in said:
                found.setdefault(kind, number)
    return found


def _near(tokens: Sequence[str], people: Mapping[str, Sequence[str]], language: str) -> Iterator[tuple[str, int]]:
    """(kind, number) of the numbers and words that stand nearest; each is taken once."""
    units, persons = shipped_fact_words().units, shipped_fact_words().persons.get(language, ())
    numbers = {
        at: number
        for at, (token, after) in enumerate(zip(tokens, [*tokens[1:], ""], strict=False))
        if (number := _number(token)) is not None and after not in units
    }
    terms = {at: kind for at, token in enumerate(tokens) for kind, of in people.items() if _is_one_of(token, of)}
    of_people = {at for at in numbers if any(_is_one_of(each, persons) for each in tokens[at + 1 : at + 1 + WHOM])}
    # one between a number and a word: they are of two things, more often than not
    ands = [at for at, token in enumerate(tokens) if token in AND]
    near = [
        (abs(term - at) + 2 * any(min(at, term) < each < max(at, term) for each in ands), at, term)
        for at in numbers
        for term in terms
        if _may_count(at, term, is_far=at in of_people and not any(min(at, term) < each < max(at, term) for each in terms))
        and not any(min(at, term) < other < max(at, term) for other in numbers)
    ]
    taken: set[int] = set()
    chosen = []
    for _, at, term in sorted(near):
        if at not in taken and term not in taken:
            taken |= {at, term}
            chosen.append((at, terms[term]))
    for at, kind in sorted(chosen):
        yield kind, numbers[at]


def _may_count(number: int, term: int, *, is_far: bool) -> bool:
    return abs(term - number) <= FAR if is_far else -BEFORE <= term - number <= AFTER


def _near_in_script(text: str, people: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int]]:
    plain = with_han_as_digits(text)
    number = rf"(?<![\d{_ORDINAL}])(\d+)(?![\d{_UNITS}]|个月)"
    for kind, terms in people.items():
        either = "|".join(map(re.escape, terms))
        between = rf"[^\d。、，,]{{0,{APART}}}?"
        behind = rf"(?:[人名명][^\d。、，,]{{0,{APART_OF_PEOPLE}}}?|{between})"
        if found := re.search(rf"{number}{behind}(?:{either})|(?:{either}){between}{number}", plain):
            many = int(found[1] or found[2])
            if many <= MOST:
                yield kind, many


def _number(token: str) -> int | None:
    if token.isdecimal() and len(token) <= 8:
        number = int(token)
        return None if number > MOST or (len(token) == 4 and number in _YEARS) else number
    return None


def _is_one_of(token: str, terms: Sequence[str]) -> bool:
    token = token.removeprefix("و")  # the Arabic and, which is written to its word
    return any(token.startswith(each[:-1]) if each.endswith("*") else token == each for each in terms)


def names_of(text: str) -> dict[str, str]:
    """Place -> the name that a text calls it by, of places that have two.

    >>> names_of("Ships near the Malvinas"), names_of("尖閣諸島の沖"), names_of("Kyiv, which Moscow calls Kiev")
    ({'falklands': 'Malvinas'}, {'senkaku': 'Senkaku'}, {})
    """
    tokens, found = words(text), {}
    row = f" {' '.join(tokens)} "
    close = "".join(tokens) if has_unspaced(text) else ""
    for place, names in shipped_fact_words().places.items():
        called = [name for name, spellings in names.items() if any(_stands(each, row, close) for each in spellings)]
        if len(called) == 1:  # who writes both explains
            found[place] = called[0]
    return found


def _stands(spelling: str, row: str, close: str) -> bool:
    if has_unspaced(spelling):
        return spelling in close
    return _pattern(spelling).search(row) is not None


@cache
def _pattern(spelling: str) -> re.Pattern[str]:
    parts = (re.escape(each).replace(r"\*", r"\w*") for each in spelling.split("+"))
    return re.compile(f" {' '.join(parts)} ")


def differing(reports: Sequence[tuple[W, str, str]]) -> list[tuple[str, list[tuple[str, list[W]]]]]:
    """What reports (who, language, text) say differently: (kind or place, [(what is said, who says it)])."""
    said: defaultdict[str, defaultdict[str, list[W]]] = defaultdict(lambda: defaultdict(list))
    for who, language, text in reports:
        for kind, number in counts_of(text, language).items():
            said[kind][f"{number:,}"].append(who)
        for place, name in names_of(text).items():
            said[place][name].append(who)
    return [
        (kind, sorted(each.items(), key=lambda told: (-len(told[1]), told[0])))
        for kind, each in said.items()
        if len(each) > 1
    ]
