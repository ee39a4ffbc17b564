"""What filters may name in an archive: its sources, topics, languages and the names that its articles mention."""

from __future__ import annotations

import sys
import unicodedata
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Protocol

from newscrawler.relevance.gazetteer import shipped_names
from newscrawler.storage.labels import COUNTRY, LANGUAGE, NAME, SOURCE, TOPIC, token
from newscrawler.text import FOLDS, index_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlite_utils import Database

    from newscrawler.relevance.gazetteer import Names

Pair = tuple[str, str]  # token, label

MAX_ENDINGS = 100


class Vocabulary(Protocol):
    """What the values of filters are called in an archive.  Each method gives (token, label) pairs, none for the unknown."""

    def sources(self, value: str) -> Sequence[Pair]: ...
    def countries(self, value: str) -> Sequence[Pair]: ...
    def languages(self, value: str) -> Sequence[Pair]: ...
    def topics(self, value: str) -> Sequence[Pair]: ...
    def mentions(self, value: str) -> Sequence[Pair]: ...
    def endings(self, prefix: str) -> Sequence[str] | None:
        """Words of the archive that begin so, the commonest first; None: it is not known which."""

    def spellings(self, word: str) -> Sequence[str]:
        """Words of the archive that differ from it by letters alone that readers take for the same."""


class Nothing:
    """The vocabulary of no archive: values are taken as they are typed."""

    def sources(self, value: str) -> list[Pair]:
        return [(token(SOURCE, value), value)]

    def countries(self, value: str) -> list[Pair]:  # which sources are of a country only an archive knows
        return []

    def languages(self, value: str) -> list[Pair]:
        return [(token(LANGUAGE, value), value)]

    def topics(self, value: str) -> list[Pair]:
        return [(token(TOPIC, value), value)]

    def mentions(self, value: str) -> list[Pair]:
        return [(token(mark, value), value) for mark in (COUNTRY, NAME)]

    def endings(self, prefix: str) -> None:
        return None

    def spellings(self, word: str) -> list[str]:
        return []


NOTHING = Nothing()


# one step of the index for each kind and code, however many articles mention it
_NEXT_KIND = "SELECT min(kind) FROM mentions WHERE kind > ?"
_NEXT_CODE = "SELECT min(code) FROM mentions WHERE kind = ? AND code > ?"
_NAME_OF = "SELECT name FROM mentions WHERE kind = ? AND code = ? LIMIT 1"
_ENDINGS = "SELECT term FROM articles_terms WHERE term >= ? AND term < ? ORDER BY doc DESC, term LIMIT ?"
_HAS_TERM = "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1"
_LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian", "nb": "Norwegian", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian",
    "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


_HAS_WORD = "SELECT 1 FROM articles_terms WHERE term = ?"
# how a letter that folds to one is written where nobody has it
_VARIANTS = {"oe": "ø", "aa": "å"}


@cache
def _fold(value: str) -> str:
    apart = unicodedata.normalize("NFKD", value.translate(FOLDS).casefold())
    return " ".join("".join(each for each in apart if not unicodedata.combining(each)).replace("-", " ").split())


@cache
def _names() -> Names:
    return shipped_names()


@cache
def _country_names() -> dict[str, list[str]]:
    """Name of a country, folded, in any language that we know it in -> codes."""
    names = _names()
    found: dict[str, list[str]] = {}
    for codes in names.countries.values():
        for code, texts in codes.items():
            if code != "-":
                for text in texts:
                    found.setdefault(_fold(text.rstrip("*~")), []).append(code)
    return found


def spellings(word: str) -> Iterator[str]:
    """How else a word may be written, of the letters that folding does not bring together.

    >>> list(spellings("Koebenhavn")), list(spellings("aarhus")), list(spellings("nato"))
    (['københavn'], ['århus'], [])
    """
    written = word.lower()
    for plain, letter in _VARIANTS.items():
        if plain in written:
            yield written.replace(plain, letter)


def _match_names(value: str, known: Sequence[Pair]) -> Sequence[Pair]:
    """Of (id, name): that of the id, else those of the name, else those whose name has the value in it."""
    wanted = _fold(value)
    by_id = [each for each in known if each[0].casefold() == value.casefold()]
    by_name = [each for each in known if _fold(each[1]) == wanted]
    return by_id or by_name or [each for each in known if wanted in _fold(each[1])]


def language_name(code: str) -> str:
    """English, or the code itself."""
    return _LANGUAGES.get(code.lower(), code)


def country_name(code: str) -> str:
    """France for FR, or the code itself."""
    return _names().label("country", code)


@dataclass(frozen=True, slots=True)
class ArchiveVocabulary:
    """See `query.Vocabulary`.  `named`: token -> (field, value to type, label) of all that a facet can show."""

    of_sources: tuple[tuple[str, str, str | None], ...]  # id, name, country
    of_topics: tuple[tuple[str, str], ...]  # id, label
    of_mentions: tuple[tuple[str, str, str], ...]  # kind, code, name
    named: dict[str, tuple[str, str, str]] = field(repr=False)
    db: Database = field(repr=False)

    def on(self, db: Database) -> ArchiveVocabulary:
        """The same through another connection."""
        return replace(self, db=db)

    def sources(self, value: str) -> list[Pair]:
        """By id, else by name, else by a part of either."""
        return [(token(SOURCE, each), name) for each, name in _match_names(value, [row[:2] for row in self.of_sources])]

    def countries(self, value: str) -> list[Pair]:
        codes = {value.upper(), *_country_names().get(_fold(value), [])}
        return [
            (token(SOURCE, each[0]), country_name(each[2]))
            for each in self.of_sources
            if each[2] and each[2].upper() in codes
        ]

    def languages(self, value: str) -> list[Pair]:
        folded = _fold(value)
        codes = [code for code, name in _LANGUAGES.items() if name.lower() == folded]
        if not codes and 2 <= len(value) <= 8 and value.replace("-", "").isalnum():
            codes = [value.lower().partition("-")[0]]
        found = [(token(LANGUAGE, code), language_name(code)) for code in codes]
        return [pair for pair in found if self.db.conn.execute(_HAS_TERM, [f'"{pair[0]}"']).fetchone()]

    def topics(self, value: str) -> list[Pair]:
        return [(token(TOPIC, each), label) for each, label in _match_names(value, self.of_topics)]

    def mentions(self, value: str) -> list[Pair]:
        """By code or name, a country also by any of its names in other languages."""
        wanted = _fold(value)
        countries = {value.upper(), *_country_names().get(wanted, [])}
        return [
            (token(COUNTRY if kind == "country" else NAME, code), name)
            for kind, code, name in self.of_mentions
            if (kind == "country" and code in countries) or wanted in (_fold(name), _fold(code))
        ]

    def spellings(self, word: str) -> list[str]:
        """Other spellings that the archive has."""
        return [each for each in spellings(word) if self.db.conn.execute(_HAS_WORD, [index_term(each)]).fetchone()]

    def endings(self, prefix: str) -> list[str]:
        beginning = index_term(prefix)
        rows = self.db.conn.execute(_ENDINGS, [beginning, beginning + chr(sys.maxunicode), MAX_ENDINGS + 1])
        return [row[0] for row in rows]


def vocabulary(db: Database) -> ArchiveVocabulary:
    """The vocabulary of an archive; some milliseconds, however large it is."""
    sources = tuple(db.conn.execute("SELECT id, name, country FROM sources ORDER BY name, id").fetchall())
    topics = tuple(db.conn.execute("SELECT topic_id, label FROM topics ORDER BY label, topic_id").fetchall())
    mentions = tuple(_mention_names(db))
    return ArchiveVocabulary(
        tuple(tuple(each) for each in sources),
        tuple(tuple(each) for each in topics),
        mentions,
        dict(_labels_by_token(sources, topics, mentions)),
        db,
    )


def _mention_names(db: Database) -> Iterator[tuple[str, str, str]]:
    def one(sql: str, *values: str | None) -> str | None:
        found: str | None = db.conn.execute(sql, values).fetchone()[0]
        return found

    kind: str | None = ""
    while kind := one(_NEXT_KIND, kind):
        code: str | None = ""
        while code := one(_NEXT_CODE, kind, code):
            yield kind, code, one(_NAME_OF, kind, code) or code


def _labels_by_token(
    sources: Iterable[tuple[str, str, str | None]], topics: Sequence[Pair], mentions: Iterable[tuple[str, str, str]]
) -> Iterable[tuple[str, tuple[str, str, str]]]:
    for source, name, _ in sources:
        yield token(SOURCE, source), ("source", source, name)
    for topic, label in topics:
        # the name is what people read, where it names this topic alone
        alone = [each for each, _ in _match_names(label, topics)] == [topic]
        yield token(TOPIC, topic), ("topic", label if alone else topic, label)
    for kind, code, name in mentions:
        # a code may be a word of its own: the name is what people type
        yield token(COUNTRY if kind == "country" else NAME, code), ("mentions", code if kind == "country" else name, name)
    for code, name in _LANGUAGES.items():
        yield token(LANGUAGE, code), ("lang", code, name)
