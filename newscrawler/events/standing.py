"""What stands over or in many texts and tells of no happening: the name of a daily edition, a wall's or a form's words."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

from newscrawler.dates.months import folded
from newscrawler.dates.weekdays import shipped_weekdays
from newscrawler.text import words
from newscrawler.text.tails import without_publisher

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawler.events.evidence import Evidence

MOST_NAMED = 9  # words of an edition's name
LETTER = 4  # words of a newsletter's name at most, where a colon stands behind it: *Brussels Playbook*
# a bare list: parts between commas at least, words and characters of each at most, characters of a text that are looked at
LISTED, LISTED_WORDS, LISTED_LONG, LISTED_READ = 8, 4, 40, 1_200
WORD_FOR_WORD = 9  # stems one behind the other in both texts: more than a quoted sentence has
IN_TITLES = 0.1  # of what such words say, what a title says, too: then they are of the story
# Stems that several languages have and news has every day: counted in 2 % or more of the articles of two of five languages
# (4,800 articles; names left out), and by hand what the archive is about.  Within a language the archive counts how common
# they are; across languages a small one has too few stories for that, and three of them are no happening.
_STEMS = """
    accord action admini allian alianz associ comman commun comple concer confer contro defenc defens demokr democr
    diplom direct distri econom employ energi federa financ genera incide indust inform instit intere intern interv
    invest milita millia millio minist minute moment nation normal operat organi period person politi popula positi
    possib premie presid presse press proble protes public questi region report securi servic social specia stock
    stocks strate system transp
"""
EVERYDAY = frozenset(_STEMS.split())
_COMMA = re.compile(r"[,;،、，；\n]")
_SENTENCE_END = re.compile(r"\w{2}[.!?]\s|[。！？؟]")  # not behind an initial
_PART = re.compile(r"\s*[|:•·]\s*|\s+[–—-]\s+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of the names of editions in one language (`editions.toml`)."""

    whole: frozenset[str]
    names: frozenset[str]
    letters: frozenset[str]
    when: frozenset[str]
    fillers: frozenset[str]


@cache
def shipped_editions() -> dict[str, Vocabulary]:
    """Language -> words of the names of editions; read once."""
    stated = tomllib.loads((resources.files("newscrawler.events") / "editions.toml").read_text(encoding="utf-8"))
    return {
        language: Vocabulary(*(frozenset(row[kind]) for kind in ("whole", "names", "letters", "when", "fillers")))
        for language, row in stated.items()
    }


def edition_name(title: str | None, language: str) -> str | None:
    """The part of a title that names a daily or weekly edition; None where there is none.  `language`: of two letters.

    >>> edition_name("Aleppo, Yahoo: Your Wednesday Evening Briefing", "en")
    'Your Wednesday Evening Briefing'
    >>> edition_name("Stein files for a recount: What you need to know", "en")
    >>> edition_name("Electors call for intelligence briefing", "en")
    >>> edition_name("Brussels Playbook: cables and corvettes", "en")
    'Brussels Playbook'
    """
    vocabulary = shipped_editions().get(language)
    if not title or vocabulary is None:
        return None
    parts = _PART.split(without_publisher(title))
    if len(parts) > 1 and _is_letter(words(parts[0]), vocabulary):
        return parts[0]
    return next((part for part in parts if _is_edition(tuple(words(part)), vocabulary, language)), None)


def _is_letter(said: Sequence[str], vocabulary: Vocabulary) -> bool:
    return 1 < len(said) <= LETTER and (said[-1] in vocabulary.letters or said[-1] in vocabulary.whole)


def is_bare_list(text: str) -> bool:
    """Whether a text is names or the like between commas, and has no sentence: it tells of nothing.

    >>> is_bare_list("Kallas, Rutte, Costa, Metsola, Tusk, Merz, Macron, Starmer, Estonia, NATO")
    True
    >>> is_bare_list("Kallas, Rutte, Costa, Metsola, Tusk, Merz and Macron met in Brussels on Monday.")
    False
    """
    parts = [part.strip() for part in _COMMA.split(text[:LISTED_READ])]
    whole = parts if len(text) <= LISTED_READ else parts[:-1]
    return len(whole) >= LISTED and all(
        len(part) <= LISTED_LONG and len(part.split()) <= LISTED_WORDS and not _SENTENCE_END.search(part) for part in whole
    )


def _is_edition(said: tuple[str, ...], vocabulary: Vocabulary, language: str) -> bool:
    if not 0 < len(said) <= MOST_NAMED:
        return False
    whole, named, dated = False, False, False
    for word in said:
        if word in vocabulary.whole:
            whole = True
        elif word in vocabulary.names or word in vocabulary.letters:
            named = True
        elif word in vocabulary.when or folded(word) in shipped_weekdays()[language]:
            dated = True
        elif word not in vocabulary.fillers and not word.isdecimal():
            return False
    return whole or (named and dated)


def standing_words(shared: Mapping[str, float], one: Evidence, other: Evidence) -> frozenset[str]:
    """The stems that two stories have word for word, where these are of what stands under any title: a wall, a form, a
    column's head.  None where a title has to do with them, or a story has no title.  `shared`: what both say, with weights.
    """
    if len(shared) <= WORD_FOR_WORD or not one.title or not other.title:
        return frozenset()
    run = _word_for_word(one.words, other.words)
    if len(run) <= WORD_FOR_WORD:
        return frozenset()
    titles = {*one.title, *other.title}
    titled = sum([weight * weight for word, weight in shared.items() if word in titles])
    standing = sum([shared[word] ** 2 for word in run])
    return run if titled <= IN_TITLES * standing else frozenset()


def _word_for_word(one: tuple[str, ...], other: tuple[str, ...]) -> frozenset[str]:
    """The stems that stand beside the same neighbour in both.

    >>> sorted(_word_for_word(("a", "b", "c", "d"), ("d", "x", "b", "c")))
    ['b', 'c']
    """
    pairs = _neighbours(one) & _neighbours(other)
    return frozenset(word for pair in pairs for word in pair)


@lru_cache(4_096)
def _neighbours(said: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(said))
