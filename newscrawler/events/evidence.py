"""What a story says that another may say too: words as stems in Latin letters, names as codes, numbers, its vector."""

from __future__ import annotations

import re
import string
import unicodedata
from calendar import month_name
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from newscrawler.events.numbers import shipped_number_words
from newscrawler.text import sentences, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from newscrawler.events.figures import Part

STEM = 6  # letters of a word that are compared: names are declined at their ends
SHORTEST = 3  # letters
READ = 600  # characters of lead and text in which words are looked for: what comes later is background
MOST_CODES = 12
DAY, WEEKDAY = "day", "weekday"  # kinds of codes, beside those of relevance and of places
NUMBER = "#"  # marks a number among words
LONGEST_NUMBER = 15  # characters: what is longer is a code
# Cyrillic as newspapers write its names in Latin letters, so that Київ and Kiev have the most in common
_LATIN = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхыэіїєґўћђљњџј", "abvgdeziiklmnoprstufhyeiiegucdlndj", strict=True))
    | dict(zip("жцчшщьъюя", ("j", "c", "ch", "sh", "sh", "", "", "u", "a"), strict=True))
)


SAY = "both say"  # how a reason tells of stems and days
_SAID = re.compile(rf"(?<={SAY} )[^;]+")
_AROUND = string.punctuation + "«»„“”‚‘’‹›…—–、。「」『』（）：；！？،؛؟।"  # what stands around words
_PART = re.compile(r"(?=\w)[\u2e80-\u9fff]|[^\W\u2e80-\u9fff]+")  # a word, or a character where no spaces are written


@dataclass(frozen=True, slots=True)
class Evidence:
    """A story as far as it matters for events.  `at`: days since 1970; `language`: of two letters, "" where unknown.

    `words`: stems and numbers of title and beginning; `codes`: kind:code of whom it names; `is_news`: no live blog or list.
    """

    story: int
    at: float
    language: str = ""
    source: str = ""
    words: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    has_text: bool = True
    is_news: bool = True
    vector: bytes | None = field(default=None, repr=False)


# how it is kept: story, days, language, source, "title|title and beginning" and codes with spaces between, whether it has a
# text, whether it is news, vector
Row = tuple[int, float, str, str, str, str, int, int, bytes | None]


def as_row(one: Evidence) -> Row:
    """A story as it is kept.

    >>> of_row(as_row(Evidence(1, 2.0, words=("a", "b"), title=("a",)))) == Evidence(1, 2.0, words=("a", "b"), title=("a",))
    True
    """
    said, codes = f"{' '.join(one.title)}|{' '.join(one.words)}", " ".join(one.codes)
    return one.story, one.at, one.language, one.source, said, codes, one.has_text, one.is_news, one.vector


def of_row(row: Row) -> Evidence:
    """A story out of what is kept."""
    story, at, language, source, said, codes, has_text, is_news, vector = row
    title, _, all_words = said.partition("|")
    return Evidence(
        story, at, language, source, tuple(all_words.split()), tuple(title.split()), tuple(codes.split()),
        has_text=bool(has_text), is_news=bool(is_news), vector=vector,
    )  # fmt: skip


@lru_cache(100_000)
def stem(word: str) -> str:
    """A word as it is compared, across scripts.

    >>> stem("Fregatten"), stem("Фрегаты"), stem("Zagrebačkom"), stem("12")
    ('fregat', 'fregat', 'zagreb', '#12')
    """
    plain = latin(word)
    if plain.isdecimal():
        return f"{NUMBER}{int(plain)}" if len(plain) < 12 else ""
    return plain[:STEM] if len(plain) >= SHORTEST else ""


def latin(word: str) -> str:
    """A word in small letters without diacritics, Cyrillic in Latin ones; other scripts as they are.

    >>> latin("Zürich"), latin("Київ")
    ('zurich', 'kiiv')
    """
    plain = "".join(each for each in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(each))
    return plain.translate(_LATIN)


def stems(parts: Iterable[Part], *, named: bool = False) -> list[str]:
    """The stems of a text and its numbers from 10 on, each once; two characters in a row where no spaces are written.

    `named`: with the digits of names, too (F-16).

    >>> from newscrawler.events.figures import Part
    >>> stems([Part("Two F-", (), "16"), Part("s, ", ("1200",)), Part(" sailors, ", ("3",))])
    ['two', '#1200', 'sailor']
    >>> stems([Part("F-", (), "16")], named=True), stems([Part("海軍演習", ("13",))])
    (['#16'], ['海軍', '軍演', '演習', '#13'])
    """
    found: list[str] = []
    for text, numbers, name in parts:
        found += _stems_of_words(text)
        said = [*numbers, name] if named else numbers
        found += [f"{NUMBER}{each}" for each in said if 1 < len(each) <= LONGEST_NUMBER]
    return list(dict.fromkeys(found))


def _stems_of_words(text: str) -> Iterator[str]:
    before = ""
    for word in words(text):
        if len(word) == 1 and word > "\u2e80":
            if before:
                yield before + word
            before = word
            continue
        before = ""
        if made := stem(word):
            yield made


def beginning(lead: str | None, text: str) -> str:
    """The part of an article in which its words are looked for: whole sentences of its lead or text."""
    found = ""
    for sentence in sentences(f"{lead or ''}\n{text}"[: 3 * READ]):
        if len(found) + len(sentence) > READ:
            break
        found = f"{found} {sentence}"
    return found or (lead or text)[:READ]


def codes_of(mentions: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Whom an article names most, as codes that need no translation; `mentions`: (kind, code), most named first."""
    return tuple(dict.fromkeys(f"{kind}:{code}" for kind, code in mentions))[:MOST_CODES]


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def label_of(code: str) -> str:
    """A code as a reason tells it.

    >>> label_of("country:UA"), label_of("place:Black_Sea"), label_of("day:2026-11-28"), label_of("weekday:5")
    ('UA', 'Black Sea', '28 November 2026', 'Saturday')
    """
    kind, _, value = code.partition(":")
    if kind == DAY:
        return f"{int(value[8:])} {month_name[int(value[5:7])]} {value[:4]}"
    return _WEEKDAYS[int(value)] if kind == WEEKDAY else value.replace("_", " ")


def in_words(reason: str, text: str) -> str:
    """A reason with words as a text writes them in the place of their stems; a stem of none of its words stays.

    >>> in_words("both say bornho, fregat, Saturday; 2 hours apart", "Столкновение у Борнхольма: фрегаты NATO")
    'both say Борнхольма, фрегаты, Saturday; 2 hours apart'
    """
    return _SAID.sub(lambda said: _written(said[0], text), reason)


def _written(said: str, text: str) -> str:
    wanted = said.split(", ")
    left = {each for each in wanted if " " not in each and each == each.lower()}
    found: dict[str, str] = {}
    for chunk in text.split():
        if not left:
            break
        small = words(chunk)
        parts = [chunk.strip(_AROUND)] if len(small) == 1 else _PART.findall(chunk)
        if len(parts) != len(small):
            continue
        for word, part in zip(small, parts, strict=True):
            if (made := stem(word)) in left:
                if not part.isupper():  # a headline's capitals are looked for once more
                    left.discard(made)
                if not part.isupper() or made not in found:
                    found[made] = part
    return ", ".join(found.get(each, each) for each in wanted)


@cache
def _stems(language: str) -> Mapping[str, str]:
    known = shipped_number_words().get(language)
    every = {**known.about, **known.tens, **known.ones} if known is not None else {}
    return {stem(word): str(number) for word, number in every.items() if number > 1}


def numbers_of_stems(stems: Sequence[str], language: str) -> set[str]:
    """Numbers in words among the stems of a story (`evidence.stem`).

    >>> numbers_of_stems(["elf", "seeleu"], "de"), numbers_of_stems(["elf"], "en")
    ({'11'}, set())
    """
    known = _stems(language)
    return {known[each] for each in stems if each in known}
