"""The canned queries: questions that analysts ask, one file a query, for Datasette and `newscrawler sql` alike.

A file begins with its title, what the answer is, and its parameters with their defaults; then SQL follows:

    -- Coverage by country and week
    -- How many articles named a country, week by week, ...
    -- :days 90 how many days back from the newest article
    SELECT ... WHERE article_id >= ${newest:days} LIMIT ${limit}

`${name}` stands for the parameter or its default; `${newest:days}` for the first article that came in the last so many days.
Ids are in order of arrival, so that every query reads a bounded part of the archive, however large that is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from newscrawler.errors import QueryError
from newscrawler.sources.country_codes import at_odds, country_codes

if TYPE_CHECKING:
    from collections.abc import Mapping

COUNTRIES = ("by", "not_by")  # parameters that are codes of countries, separated by commas
SPANS, MAX_DAYS = ("days", "before"), 36_500  # parameters that are days, and a hundred years of them
_PARAMETER = re.compile(r"-- :(\w+) (?:(\d+|''|'[^']+') )?(.+)")
_NEWEST = """(
    SELECT id FROM articles
    WHERE first_seen >= (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(first_seen), '-' || {days} || ' days') FROM articles)
    ORDER BY first_seen LIMIT 1
)"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a query can be told.  `default`: as text, empty where it asks for nothing; None: it must be told."""

    name: str
    default: str | None
    description: str

    @property
    def is_number(self) -> bool:
        return bool(self.default) and str(self.default).isdigit()


@dataclass(frozen=True, slots=True)
class CannedQuery:
    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    sql: str


def parse(name: str, text: str) -> CannedQuery:
    r"""A query out of its file.  Raises ValueError where SQL uses a parameter that the file does not describe.

    >>> query = parse("recent", "-- Recent\n-- The latest.\n-- :limit 5 so many\nSELECT 1 LIMIT ${limit}")
    >>> query.title, query.description, query.parameters[0].default, query.sql
    ('Recent', 'The latest.', '5', "SELECT 1 LIMIT CAST(coalesce(nullif(:limit, ''), 5) AS INTEGER)")
    """
    lines = text.splitlines()
    head = [line for line in lines if line.startswith("--")]
    found = [_PARAMETER.match(line) for line in head]
    parameters = tuple(Parameter(each[1], each[2] and each[2].strip("'"), each[3]) for each in found if each)
    prose = [line.removeprefix("-- ") for line, parameter in zip(head, found, strict=True) if not parameter]
    body = "\n".join(line for line in lines if not line.startswith("--")).strip()
    sql = _expand(body, {each.name: each for each in parameters})
    return CannedQuery(name, prose[0], " ".join(prose[1:]), parameters, sql)


def _expand(sql: str, parameters: Mapping[str, Parameter]) -> str:
    def value(name: str) -> str:
        if name not in parameters:
            raise ValueError(f"the parameter {name} is not described")
        parameter = parameters[name]
        if parameter.default is None:
            return f":{name}"
        if name in SPANS:  # SQLite knows no date before the year -4713
            return f"min(CAST(coalesce(nullif(:{name}, ''), {parameter.default}) AS INTEGER), {MAX_DAYS})"
        if parameter.is_number:
            return f"CAST(coalesce(nullif(:{name}, ''), {parameter.default}) AS INTEGER)"
        return f"coalesce(nullif(:{name}, ''), '{parameter.default}')"

    sql = re.sub(r"\$\{newest:(\w+)\}", lambda found: _NEWEST.format(days=value(found[1])), sql)
    return re.sub(r"\$\{(\w+)\}", lambda found: value(found[1]), sql)


@cache
def canned_queries() -> dict[str, CannedQuery]:
    """Every query by its name, in order of titles."""
    files = [file for file in resources.files(__name__).iterdir() if file.name.endswith(".sql")]
    found = [parse(file.name.removesuffix(".sql"), file.read_text(encoding="utf-8")) for file in files]
    return {query.name: query for query in sorted(found, key=lambda query: query.title)}


def bind_parameters(query: CannedQuery, values: Mapping[str, str]) -> dict[str, str]:
    """Values for each of a query's parameters, empty where the default is meant; countries by their alpha-2 codes.

    Raises QueryError for one that the query does not have, one that is missing, a word where a number is meant, what is
    no country's code where one is meant, and countries that are to tell of a thing and not to tell of it.
    """
    names = {parameter.name for parameter in query.parameters}
    for name in values:
        if name not in names:
            known = ", ".join(parameter.name for parameter in query.parameters) or "none"
            raise QueryError(f"{query.name} has no parameter {name}; it has: {known}")
    for parameter in query.parameters:
        value = values.get(parameter.name, "")
        if parameter.default is None and not value:
            raise QueryError(f"{query.name} wants to be told {parameter.name}: {parameter.description}")
        if parameter.is_number and value and not (value.isascii() and value.isdigit() and len(value) <= 9):
            raise QueryError(f"{parameter.name} of {query.name} is a number, not {value!r}")
    return {name: values.get(name, "") for name in names} | _countries(query, values)


def _countries(query: CannedQuery, values: Mapping[str, str]) -> dict[str, str]:
    told = {each.name: country_codes(values.get(each.name, "")) for each in query.parameters if each.name in COUNTRIES}
    for name, found in told.items():
        if found.unknown:
            unknown = ", ".join(found.unknown)
            raise QueryError(f"{name} of {query.name}: no country has the code {unknown}; ISO 3166-1, such as FR,DE")
        if values.get(name) and not found.known:
            raise QueryError(f"{name} of {query.name}: {values[name]!r} names no country; ISO 3166-1, such as FR,DE")
    bound = {name: ",".join(found.known) for name, found in told.items()}
    if told and (why := at_odds(*(_told_or_default(query, bound, name) for name in COUNTRIES))):
        raise QueryError(f"{' and '.join(COUNTRIES)} of {query.name}: {why}")
    return bound


def remark_on_countries(query: CannedQuery, values: Mapping[str, str]) -> str | None:
    """Why a query finds nothing by countries as they are written, where nobody binds them; None where it may.

    Its SQL knows alpha-2 codes alone, in large or small letters.
    """
    try:
        bound = _countries(query, values)
    except QueryError as error:
        return str(error)
    for name, codes in bound.items():
        if values.get(name) and set(codes.split(",")) != set(values[name].upper().replace(",", " ").split()):
            return f"{name} of {query.name} is to be {codes}, not {values[name]}"
    return None


def _told_or_default(query: CannedQuery, bound: Mapping[str, str], name: str) -> tuple[str, ...]:
    default = next((each.default for each in query.parameters if each.name == name), None)
    return country_codes(bound.get(name) or default or "").known


def countries_asked(query: CannedQuery, bound: Mapping[str, str]) -> list[str]:
    """The countries whose press a query is about, by the values that it is bound to, or its defaults."""
    return list(dict.fromkeys(code for name in COUNTRIES for code in _told_or_default(query, bound, name)))
