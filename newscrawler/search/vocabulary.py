"""What filters may name in an archive: its sources, topics, languages and the names that its articles mention."""

from __future__ import annotations

import difflib
import sys
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from newscrawler.search.lists import read_mentions, read_sources, read_topics
from newscrawler.storage.articles.labels import ARTICLE_TYPES, COUNTRY, LANGUAGE, NAME, SITE, SOURCE, STORY, TOPIC, token
from newscrawler.storage.meaning.event_counts import stories_of_event
from newscrawler.text import FOLDS, index_term
from newscrawler.urls import absolute, bare_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlite_utils import Database

    from newscrawler.relevance.gazetteer import Names
    from newscrawler.search.lists import SourceRow

T = TypeVar("T")
Pair = tuple[str, str]  # token, label

MAX_ENDINGS = 100
NEAR, NEAR_ENOUGH = 5, 0.72  # values that may have been meant, and how near they are, as difflib counts


class Vocabulary(Protocol):
    """What the values of filters are called in an archive.  Each method gives (token, label) pairs, none for the unknown."""

    def sources(self, value: str) -> Sequence[Pair]: ...
    def countries(self, value: str) -> Sequence[Pair]: ...
    def languages(self, value: str) -> Sequence[Pair]: ...
    def topics(self, value: str) -> Sequence[Pair]: ...
    def mentions(self, value: str) -> Sequence[Pair]: ...
    def kinds(self, value: str) -> Sequence[Pair]: ...
    def sites(self, value: str) -> Sequence[Pair]: ...
    def story(self, number: int) -> str | None:
        """The token of a story, of the one that it is part of now; None where there is none of that number."""

    def event(self, number: int) -> Sequence[str]:
        """The tokens of an event's stories, of the event that it is part of now; none where there is none of that number."""

    def near(self, field: str, value: str) -> Sequence[str]:
        """Values of a filter that are spelt nearly so, the nearest first."""

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

    def kinds(self, value: str) -> list[Pair]:
        return []

    def sites(self, value: str) -> list[Pair]:
        return [(token(SITE, _host(value)), value)]

    def story(self, number: int) -> str:
        return token(STORY, str(number))

    def event(self, number: int) -> list[str]:  # which stories are of an event only an archive knows
        return []

    def near(self, field: str, value: str) -> list[str]:
        return []

    def endings(self, prefix: str) -> None:
        return None

    def spellings(self, word: str) -> list[str]:
        return []


NOTHING = Nothing()


_ENDINGS = "SELECT term FROM articles_terms WHERE term >= ? AND term < ? ORDER BY doc DESC, term LIMIT ?"
_HAS_TERM = "SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1"
_SOURCE = "SELECT id, name FROM sources WHERE id = ?"
_STORY = "SELECT coalesce(merged_into, id) FROM stories WHERE id = ?"
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
    from newscrawler.relevance.gazetteer import shipped_names  # late, as topics: few queries name either

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


def _singular(folded: str) -> str:
    """Folded words without an English ending of the plural, so that sanctions are found by sanction and the reverse.

    >>> _singular("economic sanctions"), _singular("alliances"), _singular("policies"), _singular("press")
    ('economic sanction', 'alliance', 'policy', 'press')
    """
    return " ".join(
        f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4
        else word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3
        else word
        for word in folded.split()
    )  # fmt: skip


@cache
def _topic_names() -> dict[str, tuple[str, ...]]:
    """Topic -> its names in any language that we know them in, folded, plurals as one."""
    from newscrawler.relevance.topic_names import shipped_topic_names

    return {topic: tuple(_singular(_fold(each)) for each in names) for topic, names in shipped_topic_names().items()}


def _host(value: str) -> str:
    """The host that a person means: of a whole address, with or without www.

    >>> _host("https://www.bbc.co.uk/news"), _host("BBC.co.uk/"), _host("gov.uk")
    ('bbc.co.uk', 'bbc.co.uk', 'gov.uk')
    """
    address = absolute(value if "://" in value else f"https://{value}", "")
    return bare_host(address).partition(":")[0] if address else value


def language_codes(value: str) -> list[str]:
    """The codes that a language's name or tag may stand for; none of what is neither."""
    folded = _fold(value)
    codes = [code for code, name in _LANGUAGES.items() if name.lower() == folded]
    is_tag = not codes and 2 <= len(value) <= 8 and value.replace("-", "").isalnum()
    return [value.lower().partition("-")[0]] if is_tag else codes


def language_name(code: str) -> str:
    """English, or the code itself."""
    return _LANGUAGES.get(code.lower(), code)


def country_name(code: str) -> str:
    """France for FR, or the code itself."""
    return _names().label("country", code)


@lru_cache(maxsize=4_096)
def _host_of_home(home: str) -> str:
    return bare_host(home)


@lru_cache(maxsize=64)
def _close(value: str, values: tuple[Pair, ...]) -> tuple[str, ...]:
    """What to type of (name, what to type) whose name is spelt nearly so; compared once for archives alike."""
    known: dict[str, str] = {}
    folded = [(_fold(name), typed) for name, typed in values]
    for name, typed in folded:
        known.setdefault(name, typed)
    for name, typed in folded:  # a name of several words is known by each
        for word in name.split():
            known.setdefault(word, typed)
    close = difflib.get_close_matches(_fold(value), known, NEAR, NEAR_ENOUGH)
    return tuple(dict.fromkeys(known[each] for each in close))


class ArchiveVocabulary:
    """See `query.Vocabulary`.  Each list is read when a query first needs it: a search for words needs none."""

    def __init__(self, db: Database, kept: dict[str, Any] | None = None) -> None:
        self.db, self._kept = db, {} if kept is None else kept

    def on(self, db: Database) -> ArchiveVocabulary:
        """The same through another connection: what one of them has read the other has, too."""
        return ArchiveVocabulary(db, self._kept)

    def whole(self) -> ArchiveVocabulary:
        """The same with all that it will ever tell by itself, so that no connection is needed for `named`."""
        assert self.named is not None
        assert self.country_of is not None
        return self

    def _once(self, name: str, read: Callable[[], T]) -> T:
        if name not in self._kept:
            self._kept[name] = read()
        found: T = self._kept[name]
        return found

    @property
    def of_sources(self) -> tuple[SourceRow, ...]:
        return self._once("sources", lambda: read_sources(self.db))

    @property
    def of_topics(self) -> tuple[Pair, ...]:
        """(id, label)."""
        return self._once("topics", lambda: read_topics(self.db))

    @property
    def of_mentions(self) -> tuple[tuple[str, str, str], ...]:
        """(kind, code, name)."""
        return self._once("mentions", lambda: read_mentions(self.db))

    @property
    def named(self) -> dict[str, tuple[str, str, str]]:
        """Token -> (field, value to type, label) of all that a facet can show."""
        return self._once("named", lambda: dict(_labels_by_token(self)))

    @property
    def country_of(self) -> dict[str, str]:
        """Token of a source -> its country, of those that state one."""
        return self._once("countries", lambda: _countries_by_token(self.of_sources))

    def sources(self, value: str) -> list[Pair]:
        """By id, else by name, else by a part of either."""
        if "sources" not in self._kept and (named := self.db.conn.execute(_SOURCE, [value.casefold()]).fetchone()):
            return [(token(SOURCE, named[0]), named[1])]  # without reading them all
        return [(token(SOURCE, each), name) for each, name in _match_names(value, [row[:2] for row in self.of_sources])]

    def countries(self, value: str) -> list[Pair]:
        codes = {value.upper(), *_country_names().get(_fold(value), [])}
        return [
            (token(SOURCE, each[0]), country_name(each[2]))
            for each in self.of_sources
            if each[2] and each[2].upper() in codes
        ]

    def languages(self, value: str) -> list[Pair]:
        found = [(token(LANGUAGE, code), language_name(code)) for code in language_codes(value)]
        return [pair for pair in found if self.db.conn.execute(_HAS_TERM, [f'"{pair[0]}"']).fetchone()]

    def topics(self, value: str) -> list[Pair]:
        """By id or its code, else by name, in any language, singular or plural, else by a part of a name."""
        wanted, folded = _singular(_fold(value)), value.casefold()
        ids = [each for each, _ in self.of_topics if folded in (each.casefold(), each.casefold().partition(":")[2])]
        names = {each: (_singular(_fold(label)), *_topic_names().get(each, ())) for each, label in self.of_topics}
        found = (
            ids
            or [each for each, known in names.items() if known[0] == wanted]
            or [each for each, known in names.items() if wanted in known]
            or [each for each, known in names.items() if wanted and any(wanted in name for name in known)]
        )
        labels = dict(self.of_topics)
        return [(token(TOPIC, each), labels[each]) for each in found]

    def kinds(self, value: str) -> list[Pair]:
        """Sources of a kind: think-tank, think tanks."""
        wanted = _singular(_fold(value))
        return [(token(SOURCE, row[0]), row[3]) for row in self.of_sources if _singular(_fold(row[3])) == wanted]

    def sites(self, value: str) -> list[Pair]:
        found = token(SITE, _host(value))
        return [(found, _host(value))] if self.db.conn.execute(_HAS_TERM, [f'"{found}"']).fetchone() else []

    def event(self, number: int) -> list[str]:
        return [token(STORY, str(each)) for each in stories_of_event(self.db, number)]

    def story(self, number: int) -> str | None:
        row = self.db.conn.execute(_STORY, [number]).fetchone()
        return token(STORY, str(row[0])) if row else None

    def near(self, field: str, value: str) -> list[str]:
        """Values that the archive has and that are spelt nearly so, as one types them."""
        return list(_close(value, tuple(self._values(field))))

    def _values(self, field: str) -> Iterable[Pair]:
        """(name, what to type) of a filter's values."""
        match field:
            case "source":
                return [(name, row[0]) for row in self.of_sources for name in row[:2]]
            case "country":
                return [(country_name(row[2]), country_name(row[2])) for row in self.of_sources if row[2]]
            case "lang":
                return [(name, code) for code, name in _LANGUAGES.items()]
            case "topic":
                names = ((name, label) for id_, label in self.of_topics for name in _topic_names().get(id_, ()))
                return [*((label, label) for _, label in self.of_topics), *names]
            case "mentions":
                return [(name, name) for _, _, name in self.of_mentions]
            case "type":
                return [(each, each) for each in ARTICLE_TYPES]
            case "kind":
                return [(row[3], row[3]) for row in self.of_sources]
            case "site":
                return [(host, host) for host in map(_host_of_home, (row[4] for row in self.of_sources))]
        return []

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
    """The vocabulary of an archive: nothing is read yet, and some milliseconds of it at a time, however large it is."""
    return ArchiveVocabulary(db)


def _countries_by_token(sources: Iterable[SourceRow]) -> dict[str, str]:
    return {token(SOURCE, source): country for source, _, country, *_ in sources if country}


def _labels_by_token(of: ArchiveVocabulary) -> Iterator[tuple[str, tuple[str, str, str]]]:
    for source, name, *_ in of.of_sources:
        yield token(SOURCE, source), ("source", source, name)
    for topic, label in of.of_topics:
        # the name is what people read, where it names this topic alone
        alone = [each for each, _ in _match_names(label, of.of_topics)] == [topic]
        yield token(TOPIC, topic), ("topic", label if alone else topic, label)
    for kind, code, name in of.of_mentions:
        # a code may be a word of its own: the name is what people type
        yield token(COUNTRY if kind == "country" else NAME, code), ("mentions", code if kind == "country" else name, name)
    for code, name in _LANGUAGES.items():
        yield token(LANGUAGE, code), ("lang", code, name)
