"""Who is named: countries, organisations, ministries, forces, weapons, treaties and operations.  Words in, mentions out.

A country's own names come from CLDR, demonyms, capitals and places from countries.toml, the rest from
organisations.toml.  A name that is also something else (Georgia, Jordan, Chad) counts where its company says so.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from newscrawler.items import Mention
from newscrawler.relevance.patterns import Entry, parse_pattern
from newscrawler.relevance.phrase_matcher import Index

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from newscrawler.relevance.phrase_matcher import Hit

KINDS = ("country", "organisation", "ministry", "force", "weapon", "treaty", "operation")
SILENT = ("", "-")  # a name that only keeps shorter ones from counting
UNSHOWN = ("", "against", "leader")  # what is found beside names, and is none
# what counts as a state in a verdict: "unstated" is the ministry of one that its name does not tell, and no mention
STATES = ("country", "unstated")
# organisations that act as states do
ACTING = frozenset(
    {
        "NATO",
        "UN",
        "UNSC",
        "EU",
        "AU",
        "AL",
        "GCC",
        "ASEAN",
        "G7",
        "G20",
        "OSCE",
        "IAEA",
        "Hamas",
        "Hezbollah",
        "Houthis",
        "Taliban",
    }
)
HEADLINE_FACTOR = 3  # what a mention in title or lead is worth against one in the body
MAIN_SHARE = 0.25  # of the weight of the country that is named most
MAX_MAIN = 4

Code = tuple[str, str]  # kind, code
Actor = tuple[int, int, str]  # word, offset within a run of characters, code


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A name that may be a country's: `near` are codes that speak for it, `unsure` is what holds without a sign."""

    country: str
    languages: frozenset[str]
    near: frozenset[str]
    unsure: bool


_Codes = dict[str, list[Any]]  # pattern -> what it may stand for


class _Same(NamedTuple):
    """What is named alike in every language, and what else is, but is also a country's name in some."""

    names: Index
    contested: _Codes


@dataclass(frozen=True, slots=True)
class Names:
    countries: Mapping[str, Mapping[str, Sequence[str]]] = field(repr=False)  # language -> code -> patterns
    others: Mapping[str, Mapping[str, Sequence[str]]] = field(repr=False)  # kind -> code -> patterns
    ambiguous: Mapping[str, tuple[Ambiguous, Sequence[str]]] = field(repr=False)  # name -> (rule, patterns against it)
    homes: Mapping[str, str] = field(default_factory=dict, repr=False)  # code of a force -> its country
    leaders: Mapping[str, Sequence[str]] = field(
        default_factory=dict, repr=False
    )  # country -> patterns of who speaks for it
    unstated: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)  # country -> patterns of ministries
    _indexes: dict[str, Index] = field(default_factory=dict, repr=False)
    _labels: dict[Code, str] = field(default_factory=dict, repr=False)  # `label`, of those that came up
    _made: dict[str, Entry] = field(default_factory=dict, repr=False)  # of other languages' indexes: most names are in all
    _same: list[_Same] = field(default_factory=list, repr=False)  # once it is made

    def label(self, kind: str, code: str) -> str:
        """The name to show: the first that is written for it."""
        known = self._labels.get((kind, code))
        if known is None:
            texts = self.countries["label"].get(code) if kind == "country" else self.others[kind][code]
            label = texts[0] if texts else code
            known = self._labels[kind, code] = label if kind == "country" else label.rstrip("*~")
        return known

    def index(self, base: str) -> Index:
        """The names in a language; in all of them where it is unknown."""
        base = {"nb": "no", "nn": "no"}.get(base, base)
        key = base if base in self.countries and base != "label" else ""
        if key not in self._indexes:
            if not self._same:
                self._same.append(self._same_in_all())
            self._indexes[key] = Index(self._entries(key, self._same[0].contested), self._same[0].names)
        return self._indexes[key]

    def _same_in_all(self) -> _Same:
        """What is named alike in every language: all but countries, where no language's word for one is written like it."""
        codes: _Codes = {}
        for kind, table in self.others.items():
            for code, texts in table.items():
                home = self.homes.get(code) or (code[:2] if kind == "ministry" and not code.startswith("EU") else "")
                for text in texts:
                    codes.setdefault(text, []).extend([(kind, code), *([("country", home)] if home else [])])
        for kind, table in (("leader", self.leaders), ("unstated", self.unstated)):
            for country, texts in table.items():
                for text in texts:
                    codes.setdefault(text, []).append((kind, country))
        tables = [table for language, table in self.countries.items() if language != "label"]
        countries = {text for table in tables for texts in table.values() for text in texts}
        doubtful = {text for name, (_, against) in self.ambiguous.items() for text in (name, *against)}
        contested = {text: codes.pop(text) for text in list(codes) if text in countries or text in doubtful}
        return _Same(Index(self._parsed(codes)), contested)

    def _entries(self, language: str, contested: _Codes) -> Iterator[Entry]:
        """What is named otherwise in other languages, or means more than one thing in some."""
        codes: _Codes = {}
        languages = [language] if language else [each for each in self.countries if each != "label"]
        for each in languages:
            for code, texts in self.countries[each].items():
                for text in texts:
                    codes.setdefault(text, []).append(("country", code) if code != "-" else SILENT)
        for text, values in contested.items():
            codes.setdefault(text, []).extend(values)
        for name, (rule, against) in self.ambiguous.items():
            if language in rule.languages or not language:
                codes[name] = [rule]
                for text in against:
                    codes[text] = [("against", rule.country)]
        return self._parsed(codes)

    def _parsed(self, codes: _Codes) -> Iterator[Entry]:
        for text, values in codes.items():
            # a name that silences silences whatever else it may be
            found = [value for value in values if value != SILENT] if SILENT not in values else [SILENT]
            value = tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)
            entry = self._made.get(text)
            if entry is None or entry.value != value:
                entry = parse_pattern(text, value)
            if entry is not None:
                self._made[text] = entry
                yield entry

    @staticmethod
    def found(parts: Sequence[Sequence[Hit]]) -> list[Counter[Code]]:
        """What is named, for each part, out of the hits there."""
        counts, unsure = [], []
        sure: set[Code] = set()
        for part in parts:
            counts.append(here := Counter[Code]())
            for _, _, entry in part:
                for value in entry.value:
                    if isinstance(value, Ambiguous):
                        unsure.append((here, value))
                        continue
                    sure.add(value)
                    if value[0] not in UNSHOWN:
                        here[value] = here.get(value, 0) + 1
        if unsure:
            named = {code for kind, code in sure if kind in (*STATES, "organisation")}
            for here, rule in unsure:
                if _is_country(rule, named, sure):
                    here["country", rule.country] += 1
        return counts

    @staticmethod
    def actors(hits: Sequence[Hit], named: Collection[Code]) -> list[Actor]:
        """Each state, or body that acts as one, that stands in a part; `named`: what `found` says of it."""
        found = []
        for at, offset, entry in hits:
            for value in entry.value:
                if isinstance(value, Ambiguous):
                    if ("country", value.country) in named:
                        found.append((at, offset, value.country))
                elif value[0] in (*STATES, "leader") or (value[0] == "organisation" and value[1] in ACTING):
                    found.append((at, offset, value[1]))
        return found


def _is_country(rule: Ambiguous, named: set[str], sure: Collection[Code]) -> bool:
    if ("against", rule.country) in sure:
        return rule.country in named
    return bool(rule.near & named) or rule.unsure


def mentions(names: Names, counts: Sequence[Counter[Code]]) -> tuple[Mention, ...]:
    """Mentions out of the counts of title, lead and body, most named first; `main` marks whom the article is about."""
    total, weight = Counter[Code](), Counter[Code]()
    for part, each in enumerate(counts):
        total.update(each)
        for code, count in each.items():
            weight[code] += count * (HEADLINE_FACTOR if part < 2 else 1)
    main = main_countries(weight)
    return tuple(
        Mention(kind, code, names.label(kind, code), count, main=kind == "country" and code in main)
        for (kind, code), count in sorted(total.items(), key=lambda item: (-item[1], item[0]))
        if kind != "unstated"
    )


def main_countries(weight: Counter[Code]) -> set[str]:
    """The countries that an article is about: named about as often as the one named most, and four at most.

    >>> sorted(main_countries(Counter({("country", "UA"): 9, ("country", "RU"): 7, ("country", "FR"): 1})))
    ['RU', 'UA']
    """
    ranked = sorted(((count, code) for (kind, code), count in weight.items() if kind == "country"), reverse=True)
    if not ranked:
        return set()
    least = max(ranked[0][0] * MAIN_SHARE, 2 if ranked[0][0] > 1 else 1)
    return {code for count, code in ranked[:MAX_MAIN] if count >= least}


def _texts(value: str) -> list[str]:
    return [" ".join(each.split()) for each in value.split(",") if each.strip()]


def parse_names(cldr: str, countries: str, organisations: str, leaders: str) -> Names:
    """Names out of the texts of the four files."""
    table: dict[str, dict[str, list[str]]] = {
        language: {code: list(texts) for code, texts in codes.items()}
        for language, codes in json.loads(cldr)["names"].items()
    }
    labels = {code: [texts[0]] for code, texts in table["en"].items()}
    by_hand = tomllib.loads(countries)
    ambiguous = {}
    for rule in by_hand.pop("ambiguous", []):
        languages = frozenset(_texts(rule["languages"]))
        about = Ambiguous(rule["country"], languages, frozenset(_texts(rule["near"])), rule["unsure"])
        ambiguous[rule["name"]] = (about, _texts(rule["not"]))
        labels.setdefault(rule["country"], [rule["name"]])
    for language, codes in by_hand.items():
        for code, value in codes.items():
            texts = _texts(value)
            table.setdefault(language, {}).setdefault(code, []).extend(texts)
            if language == "en" and code != "-":
                labels.setdefault(code, texts[:1])
    labels |= {"TR": ["Turkey"], "PS": ["Palestine"], "HK": ["Hong Kong"], "MM": ["Myanmar"]}
    tables = tomllib.loads(organisations)
    unstated = {country: _texts(value) for country, value in tables.pop("unstated", {}).items()}
    homes = {code: country for country, value in tables.pop("home").items() for code in _texts(value)}
    others = {kind: {code: _texts(value) for code, value in codes.items()} for kind, codes in tables.items()}
    speakers = {country: _texts(value) for country, value in tomllib.loads(leaders)["leader"].items()}
    return Names({**table, "label": labels}, others, ambiguous, homes, speakers, unstated)


def shipped_names() -> Names:
    """The names that come with newscrawler; read once, at the edge."""
    folder = resources.files("newscrawler.relevance") / "names"
    files = ("cldr.json", "countries.toml", "organisations.toml", "leaders.toml")
    return parse_names(*((folder / file).read_text(encoding="utf-8") for file in files))
