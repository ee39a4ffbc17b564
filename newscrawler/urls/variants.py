"""variants.toml, made ready for url_key: which parts of an address say nothing about the article."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A pattern and what to put instead; `after`: only behind an "article", a "phrase" or a "name" (see variants.toml)."""

    find: re.Pattern[str]
    put: str = ""
    after: str = ""


class Names:
    """Parameter names in lower case; one that ends in a star stands for all that begin so.

    >>> names = Names(["gclid", "utm_*"])
    >>> ["gclid" in names, "utm_source" in names, "id" in names]
    [True, True, False]
    """

    def __init__(self, names: list[str]) -> None:
        lower = [name.lower() for name in names]
        self._whole = frozenset(name for name in lower if not name.endswith("*"))
        self._begun = tuple(name[:-1] for name in lower if name.endswith("*"))

    def __contains__(self, name: str) -> bool:
        return name in self._whole or (bool(self._begun) and name.startswith(self._begun))


@dataclass(frozen=True, slots=True)
class Ordinary:
    """What names no article."""

    pages: frozenset[str]
    listings: frozenset[str]
    ids: frozenset[str]
    page_ids: frozenset[str]
    programs: frozenset[str]
    sections: frozenset[str]


@dataclass(frozen=True, slots=True)
class Variants:
    label: re.Pattern[str]
    prefix: re.Pattern[str]
    hosting: re.Pattern[str]
    wrappers: tuple[re.Pattern[str], ...]
    paths: tuple[Rewrite, ...]
    tracking: Names
    values: dict[str, frozenset[str]]
    named_values: dict[str, frozenset[str]]
    dated_values: dict[str, frozenset[str]]
    named: frozenset[str]
    languages: frozenset[str]
    markers: Names
    filters: frozenset[str]
    words: frozenset[str]
    clocks: frozenset[str]
    sessions: Names
    perhaps_sessions: Names
    sites: dict[str, frozenset[str]]
    brands: dict[str, str]  # registered domain -> the first one of its publisher
    ordinary: Ordinary

    def is_tracking(self, name: str) -> bool:
        """Whether a parameter of that name, in lower case, never selects an article."""
        return name in self.tracking or name in self.sessions

    def listed_site(self, host: str) -> str:
        """The site of `sites` that a host is of, "" where it is of none."""
        labels = host.split(".")
        return next((site for at in range(len(labels)) if (site := ".".join(labels[at:])) in self.sites), "")

    def is_judged_by_value(self, name: str) -> bool:
        by_value = (self.values, self.named_values, self.dated_values, self.named, self.languages, self.markers)
        return any(name in each for each in (*by_value, self.clocks, self.perhaps_sessions))


def _sets(table: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(values) for name, values in table.items()}


def _hosting(names: list[str]) -> re.Pattern[str]:
    """What a host of one of these platforms ends in; a star stands for every country's suffix."""
    ends = "|".join(re.escape(name).replace(r"\*", r"(?:com?\.)?[a-z]{2,3}") for name in names)
    return re.compile(rf"(?:^|\.)({ends})$")


@cache
def shipped_variants() -> Variants:
    raw = tomllib.loads((resources.files(__package__) / "variants.toml").read_text(encoding="utf-8"))
    hosts, ordinary, sessions = raw["hosts"], raw["ordinary"], raw["sessions"]
    return Variants(
        label=re.compile(hosts["label"]),
        prefix=re.compile(hosts["prefix"]),
        hosting=_hosting(hosts["hosting"]),
        wrappers=tuple(re.compile(each["find"]) for each in raw["wrappers"]),
        paths=tuple(Rewrite(re.compile(each["find"]), each.get("put", ""), each.get("after", "")) for each in raw["paths"]),
        tracking=Names([name for family in raw["tracking"].values() for name in family]),
        values=_sets(raw["values"]),
        named_values=_sets(raw["named_values"]),
        dated_values=_sets(raw["dated_values"]),
        named=frozenset(raw["named"]["names"]),
        languages=frozenset(raw["languages"]["names"]),
        markers=Names(raw["markers"]["names"]),
        filters=frozenset(raw["markers"]["filters"]),
        words=frozenset(raw["markers"]["words"]),
        clocks=frozenset(raw["clocks"]["names"]),
        sessions=Names(sessions["certain"]),
        perhaps_sessions=Names(sessions["perhaps"]),
        sites=_sets(raw["sites"]),
        brands={domain: brand[0] for brand in hosts["brands"] for domain in brand},
        ordinary=Ordinary(**{name: frozenset(ordinary[name]) for name in Ordinary.__dataclass_fields__}),
    )
