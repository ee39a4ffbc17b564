"""variants.toml, made ready for url_key: which parts of an address say nothing about the article."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A pattern and what to put instead; `after_article`: only where an article is left."""

    find: re.Pattern[str]
    put: str = ""
    after_article: bool = False


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
class Variants:
    label: re.Pattern[str]
    prefix: re.Pattern[str]
    second_levels: frozenset[str]
    hosting: frozenset[str]
    wrappers: tuple[re.Pattern[str], ...]
    paths: tuple[Rewrite, ...]
    tracking: Names
    values: dict[str, frozenset[str]]
    named_values: dict[str, frozenset[str]]
    markers: Names
    words: frozenset[str]
    clocks: frozenset[str]
    sessions: Names
    perhaps_sessions: Names
    sites: dict[str, frozenset[str]]
    pages: frozenset[str]
    ids: frozenset[str]
    programs: frozenset[str]
    sections: frozenset[str]

    def is_tracking(self, name: str) -> bool:
        """Whether a parameter of that name, in lower case, never selects an article."""
        return name in self.tracking or name in self.sessions

    def is_judged_by_value(self, name: str) -> bool:
        return any(
            name in each for each in (self.values, self.named_values, self.markers, self.clocks, self.perhaps_sessions)
        )


def _sets(table: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(values) for name, values in table.items()}


@cache
def shipped_variants() -> Variants:
    raw = tomllib.loads((resources.files(__package__) / "variants.toml").read_text(encoding="utf-8"))
    hosts, ordinary, sessions = raw["hosts"], raw["ordinary"], raw["sessions"]
    return Variants(
        label=re.compile(hosts["label"]),
        prefix=re.compile(hosts["prefix"]),
        second_levels=frozenset(hosts["second_levels"]),
        hosting=frozenset(hosts["hosting"]),
        wrappers=tuple(re.compile(each["find"]) for each in raw["wrappers"]),
        paths=tuple(
            Rewrite(re.compile(each["find"]), each.get("put", ""), each.get("after_article", False)) for each in raw["paths"]
        ),
        tracking=Names([name for family in raw["tracking"].values() for name in family]),
        values=_sets(raw["values"]),
        named_values=_sets(raw["named_values"]),
        markers=Names(raw["markers"]["names"]),
        words=frozenset(raw["markers"]["words"]),
        clocks=frozenset(raw["clocks"]["names"]),
        sessions=Names(sessions["certain"]),
        perhaps_sessions=Names(sessions["perhaps"]),
        sites=_sets(raw["sites"]),
        pages=frozenset(ordinary["pages"]),
        ids=frozenset(ordinary["ids"]),
        programs=frozenset(ordinary["programs"]),
        sections=frozenset(ordinary["sections"]),
    )
