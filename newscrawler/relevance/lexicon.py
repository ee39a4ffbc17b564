"""The lexicon: TOML texts in, terms by language out, with errors that name file and key.

topics.toml says what there is to be about, the other files which words say so.  A user's file has the same
form: its terms join the shipped ones and win where both name one; `replace = true` leaves only its own.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from itertools import chain
from typing import TYPE_CHECKING, Any

from newscrawler.errors import LexiconError
from newscrawler.relevance.gazetteer import Names, shipped_names
from newscrawler.relevance.patterns import GLYPH, Entry, holds_word, parse_pattern
from newscrawler.relevance.phrase_matcher import Index, Walk
from newscrawler.relevance.score import Model, parse_model
from newscrawler.relevance.senses import Senses
from newscrawler.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

FILES = (
    "common",
    "conflict",
    "defence",
    "land",
    "diplomacy",
    "elsewhere",
    "later",
    "baltic",
    "parallel",
    "trade",
    "concepts",
    "wording",
    "narrowed",
    "senses",
    "company",
    "acts",
    "wide",
    "states",
)
TOP = ("version", "replace", "thresholds", "topics", "terms", "senses", "acts")
TOPIC_KEYS = ("id", "label", "defence", "diplomacy", "elsewhere", "yields")
MAX_WEIGHT = 10
MIN_LETTERS = 5  # of a small-letter term that is believed in a language which the lexicon does not have
# languages near enough to read each other's terms
KIN = {
    "nb": ("no",), "nn": ("no",), "sk": ("cs",), "be": ("ru", "uk"), "bg": ("ru",), "mk": ("ru",),
    "sr": ("ru", "hr"), "bs": ("hr",), "sh": ("hr",), "sl": ("hr",),
    "fo": ("is",),
    "ca": ("es",), "gl": ("pt", "es"), "af": ("nl",), "lb": ("de",), "ms": ("id",), "az": ("tr",), "ur": ("fa", "ar"),
    "yue": ("zh",), "wuu": ("zh",), "als": ("de",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """What an article can be about; `defence` and `diplomacy` are shares of its evidence."""

    id: str
    label: str
    defence: float = 0.0
    diplomacy: float = 0.0
    elsewhere: bool = False
    yields: str | None = None  # another subject's: the topic beside which its terms count for nothing

    @property
    def scheme(self) -> str:
        """Whose code it is: IPTC Media Topics, or our own."""
        return "iptc" if self.id.startswith("medtop:") else "own"


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A word or more that speak for a topic; without one it only keeps shorter terms from counting."""

    text: str
    language: str
    topic: str | None
    weight: float


_ByLanguage = dict[str, list[tuple[int, Term]]]  # language -> its terms, each with its place in the lexicon


@dataclass(frozen=True, slots=True)
class Thresholds:
    keep: float = 0.5
    review: float = 0.15


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that a verdict is made from.  Indexes are made when a language first comes up."""

    version: str
    topics: Mapping[str, Topic]
    terms: tuple[Term, ...] = field(repr=False)
    thresholds: Thresholds
    names: Names = field(repr=False)
    model: Model = field(repr=False)
    senses: Senses = field(default_factory=Senses, repr=False)
    acts: tuple[Term, ...] = field(default=(), repr=False)  # that count where one state does them to another
    _walks: dict[str, tuple[Walk, Walk]] = field(default_factory=dict, repr=False)
    _indexes: dict[tuple[str, ...], tuple[Index, Index]] = field(default_factory=dict, repr=False)
    _spoken: list[_ByLanguage] = field(default_factory=list, repr=False)  # terms and acts, once they are grouped
    others: frozenset[str] = field(init=False, repr=False)  # the topics of other subjects

    def __post_init__(self) -> None:
        others = frozenset(key for key, topic in self.topics.items() if topic.elsewhere)
        object.__setattr__(self, "others", others)

    def languages(self) -> Set[str]:
        return self._by_language()[0].keys()

    def _by_language(self) -> list[_ByLanguage]:
        if not self._spoken:
            self._spoken.extend(map(_by_language, (self.terms, self.acts)))
        return self._spoken

    def walk(self, language: str | None) -> tuple[Walk, Walk]:
        """The terms and names for a language, and its words of acts.

        Where the lexicon has it not, those of its kin, else the safe ones of all.
        """
        base = (language or "").partition("-")[0].lower()
        key = base if base in LANGUAGES else ""
        if key not in self._walks:
            languages = self._reading(key)
            if languages not in self._indexes:
                made = [Index(_entries(_of(spoken, languages), safe=not languages)) for spoken in self._by_language()]
                self._indexes[languages] = (made[0], made[1])
            terms, acts = self._indexes[languages]
            self._walks[key] = Walk((terms, self.names.index(key))), Walk((acts,))
        return self._walks[key]

    def reads(self, language: str | None) -> bool:
        """Whether there are terms for a language or its kin.

        What is in no known language is read with the safe ones of all; a beat that replaces ours means its languages alone.
        """
        base = (language or "").partition("-")[0].lower()
        return self.model.own or base not in LANGUAGES or bool(self._reading(base))

    def unread(self, languages: Iterable[str]) -> list[str]:
        """Those of some languages that have no terms, sorted."""
        return sorted({each for each in languages if not self.reads(each)})

    def _reading(self, base: str) -> tuple[str, ...]:
        known = self.languages()
        return tuple(each for each in (base, *KIN.get(base, ())) if each in known)


def _by_language(terms: Iterable[Term]) -> _ByLanguage:
    found: _ByLanguage = {}
    for place, term in enumerate(terms):
        found.setdefault(term.language, []).append((place, term))
    return found


def _of(spoken: _ByLanguage, languages: Sequence[str]) -> Iterable[Term]:
    """The terms of some languages, of all where none is named, in the lexicon's order: of one spelling the first counts."""
    lists = [spoken.get(each, []) for each in languages] if languages else list(spoken.values())
    return (term for _, term in (lists[0] if len(lists) == 1 else sorted(chain.from_iterable(lists))))


def _entries(terms: Iterable[Term], *, safe: bool) -> Iterator[Entry]:
    """The patterns of terms; `safe`: without those that are too short to be believed in a language which is not theirs."""
    seen: set[str] = set()
    for term in terms:
        if term.text in seen:
            continue
        entry = parse_pattern(term.text, term)
        if entry is None:
            continue
        first = entry.pieces[0]
        if safe and first.kind != GLYPH and not first.capital and sum(len(each.text) for each in entry.pieces) < MIN_LETTERS:
            continue
        seen.add(term.text)
        yield entry


def _table(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"{file}: not valid TOML: {error}") from error


def _number(file: str, key: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high or math.isnan(value):
        raise LexiconError(f"{file}: {key} = {value!r} is not a number from {low:g} to {high:g}")
    return float(value)


def _text(file: str, key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise LexiconError(f"{file}: {key} = {value!r} is not a text")
    return value.strip()


def _checked_table(file: str, where: str, table: object, keys: Iterable[str]) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise LexiconError(f"{file}: {where} is not a table; write [{where}] above its keys")
    for key in table:
        if key not in keys:
            raise LexiconError(f"{file}: {where}: unknown key {key!r}; known are {', '.join(keys)}")
    return table


def _topics(file: str, tables: dict[str, Any], known: Mapping[str, Topic]) -> dict[str, Topic]:
    topics = dict(known)
    for key, table in _checked_table(file, "topics", tables, tables).items():
        where = f"topics.{key}"
        values = _checked_table(file, where, table, TOPIC_KEYS)
        base = topics.get(key)
        if base is None:
            missing = {"id", "label"} - values.keys()
            if missing:
                raise LexiconError(f"{file}: {where}: {' and '.join(sorted(missing))} missing")
            base = Topic("", "")
        changes: dict[str, Any] = {
            name: _text(file, f"{where}.{name}", values[name]) for name in ("id", "label") if name in values
        }
        if "yields" in values:
            changes["yields"] = _text(file, f"{where}.yields", values["yields"])
        changes |= {
            name: _number(file, f"{where}.{name}", values[name], 0, 1) for name in ("defence", "diplomacy") if name in values
        }
        if "elsewhere" in values:
            if not isinstance(values["elsewhere"], bool):
                raise LexiconError(f"{file}: {where}.elsewhere = {values['elsewhere']!r} is not true or false")
            changes["elsewhere"] = values["elsewhere"]
        topic = replace(base, **changes)
        if not topic.elsewhere and not topic.defence and not topic.diplomacy:
            topic = replace(topic, defence=1.0, diplomacy=1.0)  # a beat of the user's own counts for both
        topics[key] = topic
    for key, topic in topics.items():
        if topic.yields is not None and (not topic.elsewhere or topic.yields not in topics):
            what = "is unknown" if topic.elsewhere else "is for a topic with elsewhere = true"
            raise LexiconError(f"{file}: topics.{key}.yields = {topic.yields!r} {what}; `newscrawler topics` lists them")
    return topics


def _words(file: str, where: str, value: object) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(each, str) for each in parts):
        raise LexiconError(f"{file}: {where} is not a list of terms, nor a text with commas")
    return [" ".join(each.split()) for each in parts if each.strip()]


def _check_languages(file: str, where: str, table: Mapping[str, object]) -> None:
    """Whether each key is one of ours or a language's code."""
    languages = table.keys() - {"weight", "topic"}
    for key in sorted(languages):
        if key not in LANGUAGES:
            raise LexiconError(
                f"{file}: {where}: unknown key {key!r}; known are topic, weight and languages by their codes, such as en"
            )
    if not languages:
        raise LexiconError(f'{file}: {where} holds no terms; add them by language, such as en = ["frigate*"]')


def _terms(file: str, tables: object, topics: Mapping[str, Topic], key: str = "terms") -> Iterator[Term]:
    """The terms of all tables of a key, terms or acts."""
    if not isinstance(tables, list):
        raise LexiconError(f"{file}: {key} is not a list of tables; write [[{key}]]")
    for number, table in enumerate(tables, 1):
        where = f"{key}[{number}]"
        if not isinstance(table, dict):
            raise LexiconError(f"{file}: {where} is not a table; write [[{key}]] above its keys")
        _check_languages(file, where, table)
        if "weight" not in table:
            raise LexiconError(f"{file}: {where}: weight missing")
        weight = _number(file, f"{where}.weight", table["weight"], 0, MAX_WEIGHT)
        topic = table.get("topic")
        if weight and topic is None:
            raise LexiconError(f"{file}: {where}: topic missing; only terms of weight 0 have none")
        if topic is not None and (not isinstance(topic, str) or topic not in topics):
            raise LexiconError(f"{file}: {where}.topic = {topic!r} is unknown; `newscrawler topics` lists them")
        for language, value in table.items():
            if language in ("weight", "topic"):
                continue
            for text in _words(file, f"{where}.{language}", value):
                if not holds_word(text):
                    raise LexiconError(f"{file}: {where}.{language}: {text!r} holds no word")
                yield Term(text, language, topic, weight)


def _senses(file: str, tables: object, topics: Mapping[str, Topic], known: Senses) -> Senses:
    if not isinstance(tables, list):
        raise LexiconError(f"{file}: senses is not a list of tables; write [[senses]]")
    of, frames = dict(known.of), set(known.frames)
    for number, table in enumerate(tables, 1):
        where = f"senses[{number}]"
        if not isinstance(table, dict):
            raise LexiconError(f"{file}: {where} is not a table; write [[senses]] above its keys")
        topic = _text(file, f"{where}.topic", table.get("topic"))
        if topic not in topics or not topics[topic].elsewhere:
            raise LexiconError(f"{file}: {where}.topic = {topic!r} is no topic of another subject (elsewhere = true)")
        if table.get("every") is True:
            frames.add(topic)
            continue
        terms = {key: value for key, value in table.items() if key != "topic"}
        _check_languages(file, where, terms)
        for language, value in terms.items():
            for text in _words(file, f"{where}.{language}", value):
                of[language, text] = of.get((language, text), frozenset()) | {topic}
    return Senses(of, frozenset(frames))


def extend(base: Lexicon, text: str, file: str) -> Lexicon:
    """A lexicon with what a user's file adds and changes.  Raises LexiconError, naming file and key."""
    return _extended(base, text, file, _by_spelling(base.terms), _by_spelling(base.acts))


Spelt = dict[tuple[str, str], Term]  # language, text -> term


def _extended(base: Lexicon, text: str, file: str, terms: Spelt, acts: Spelt) -> Lexicon:
    """The same, where `terms` and `acts` are those of the base: what the file has comes into them, too."""
    tables = _checked_table(file, "the file", _table(file, text), TOP)
    alone = tables.get("replace", False)
    if not isinstance(alone, bool):
        raise LexiconError(f"{file}: replace = {alone!r} is not true or false")
    topics = _topics(file, tables.get("topics", {}), {} if alone else base.topics)
    own = list(_terms(file, tables.get("terms", []), topics))
    if alone and not any(term.weight for term in own):
        raise LexiconError(f"{file}: replace = true, but there are no [[terms]] of a weight over 0")
    values = _checked_table(file, "thresholds", tables.get("thresholds", {}), ("keep", "review"))
    limits = replace(
        base.thresholds, **{key: _number(file, f"thresholds.{key}", value, 0, 1) for key, value in values.items()}
    )
    if limits.review > limits.keep:
        raise LexiconError(f"{file}: thresholds.review = {limits.review:g} is above thresholds.keep = {limits.keep:g}")
    if "version" in tables:
        version = _text(file, "version", tables["version"])
    else:
        digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()
        version = digest if alone else f"{base.version}+{digest}"
    model = base.model if not alone else replace(base.model, own=True)
    senses = _senses(file, tables.get("senses", []), topics, Senses() if alone else base.senses)
    if alone:
        terms.clear()
        acts.clear()
    terms |= _by_spelling(own)
    acts |= _by_spelling(_terms(file, tables.get("acts", []), topics, "acts"))
    return Lexicon(version, topics, tuple(terms.values()), limits, base.names, model, senses, tuple(acts.values()))


def _by_spelling(terms: Iterable[Term]) -> Spelt:
    """Of the same language and spelling the last one."""
    return {(term.language, term.text): term for term in terms}


def parse_lexicon(texts: Iterable[tuple[str, str]], names: Names, model: Model) -> Lexicon:
    """A lexicon out of (file name, text) pairs; later ones win.  Raises LexiconError, naming file and key."""
    lexicon, terms, acts = Lexicon("", {}, (), Thresholds(), names, model), Spelt(), Spelt()
    for file, text in texts:
        version = lexicon.version
        lexicon = _extended(lexicon, text, file, terms, acts)
        if version:
            lexicon = replace(lexicon, version=version)
    return lexicon


@cache
def shipped_lexicon() -> Lexicon:
    """The lexicon that comes with newscrawler; read once a process (.6 CPU seconds), at the edge."""
    folder = resources.files("newscrawler.relevance")
    texts = [
        (f"{name}.toml", (folder / "lexicon" / f"{name}.toml").read_text(encoding="utf-8")) for name in ("topics", *FILES)
    ]
    model = parse_model((folder / "model.toml").read_text(encoding="utf-8"))
    return parse_lexicon(texts, shipped_names(), model)
