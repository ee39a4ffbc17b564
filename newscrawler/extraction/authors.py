"""Who wrote it: people, and the news agency apart.  A desk or the site itself is an author only where nobody else is.

JSON-LD persons, meta elements, microdata, a card's "Written by", lines beside the headline, then links of rel author and
elements called byline, which may be another article's: not where the page credits an agency.
"""

from __future__ import annotations

import html
import itertools
import re
from typing import TYPE_CHECKING

from newscrawler.agencies import agency_of
from newscrawler.dates.written import find_day
from newscrawler.extraction.bylines import (
    DESK,
    LABEL,
    LOGIN,
    NAME,
    NOBODY,
    is_pen_name,
    is_person,
    parts_of,
    says_by,
    split_names,
    turned,
    without_by,
)
from newscrawler.text import clean_line, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawler.extraction.structured import Claims

MAX_AUTHORS = 20
MAX_MORE = 4  # authors whom another credit may add
NEAR = 5  # lines below the headline that may be a credit without saying so


def _names(value: object, names: dict[str, str]) -> Iterator[str]:
    """Names out of a JSON-LD value: strings, persons, lists of either, references by @id."""
    if isinstance(value, list):
        for each in value[:MAX_AUTHORS]:
            yield from _names(each, names)
    elif isinstance(value, dict):
        named = value.get("name")
        if named:
            yield from _names(named, {})
        elif isinstance(value.get("givenName"), str) and isinstance(value.get("familyName"), str):
            yield f"{value['givenName']} {value['familyName']}"
        elif isinstance(value.get("@id"), str) and value["@id"] in names:
            yield names[value["@id"]]
    elif isinstance(value, str):
        yield html.unescape(value)


def _organisations(value: object) -> Iterator[str]:
    """Names that a JSON-LD value says are of organisations."""
    if isinstance(value, list):
        for each in value[:MAX_AUTHORS]:
            yield from _organisations(each)
    elif isinstance(value, dict) and "Organi" in str(value.get("@type")) and isinstance(value.get("name"), str):
        yield value["name"]


def _houses(claims: Claims, host: str) -> set[str]:
    """What the site and the organisations that the page names are called, as words without spaces."""
    named = [
        claims.meta.get("og:site_name"), claims.meta.get("application-name"), claims.meta.get("dc.publisher"),
        claims.meta.get("publisher"), claims.publisher,
        *_organisations(claims.jsonld.get("author")), *_organisations(claims.jsonld.get("creator")),
        *host.split(".")[:-1], host.removeprefix("www."),
    ]  # fmt: skip
    return {"".join(words(each)) for each in named if isinstance(each, str) and len(each) > 2}


def _labelled(claims: Claims) -> list[str]:
    """What a card's label "Written by" stands for (twitter:label1 and twitter:data1)."""
    label, name = claims.meta.get("twitter:label1", ""), claims.meta.get("twitter:data1", "")
    return [name] if says_by(f"{label} {name}") else []


def stated_credits(claims: Claims) -> Iterator[tuple[list[str], str]]:
    """(credits, origin), best first."""
    for key in ("author", "creator"):
        yield list(_names(claims.jsonld.get(key), claims.names)), "json-ld"
    for name in ("citation_author", "author", "article:author", "og:article:author", "parsely-author", "byl", "dc.creator",
                 "dcterms.creator", "sailthru.author", "article:author_name", "cxenseparse:author", "dcsext.author",
                 "authors"):  # fmt: skip
        if name in claims.meta:
            yield list(claims.metas.get(name, (claims.meta[name],))), f"meta {name}"
    if "author" in claims.itemprops:
        yield [claims.itemprops["author"]], "microdata"
    yield _labelled(claims), "meta twitter:data1"


def credits_elsewhere(claims: Claims) -> Iterator[tuple[list[str], str]]:
    for text in claims.bylines:
        yield [text], "byline"
    yield list(_names(claims.page.get("author"), claims.names)), "json-ld page"


def _joined(name: str) -> str:
    return "".join(words(name))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(" ".join(words(name)), name)
    return tuple(found.values())[:MAX_AUTHORS]


def _credited_people(lines: list[str], origin: str, houses: set[str]) -> tuple[str, ...]:
    """People in these credits.  A line that says "by", and JSON-LD, may name somebody by one word."""
    found = []
    visible = origin == "byline"
    for line in lines:
        for part in parts_of(line) if visible else [turned(line)]:
            may_be_pen_name = says_by(part) if visible else origin in ("json-ld", "microdata")
            for place, name in enumerate(split_names(part)):
                if agency_of(name) or _joined(name) in houses or houses.intersection(words(name)):
                    continue
                pen_name = may_be_pen_name and is_pen_name(name) and (place == 0 if visible else name == part)
                if is_person(name) or pen_name:
                    found.append(name)
    return _unique(found)


def credits_beside(lines: Sequence[str]) -> Iterator[str]:
    """Credits around the headline: lines that say "by", names after such a label, names in a line with a date."""
    for at, line in enumerate(lines):
        if len(line) > 120:
            continue
        before = lines[at - 1] if at else ""
        is_by = says_by(line) or any(map(says_by, parts_of(line)))
        if is_by or (len(before) < 60 and LABEL.search(before)):
            yield line
        elif find_day(line):
            yield from filter(NAME.fullmatch, map(str.strip, re.split(r"\s[|·•–—-]\s|,", line)))


def _collective(lines: list[str], origin: str, houses: set[str]) -> Iterator[str]:
    """Credits that name no person: desks, agencies, houses.  A byline's only where it is nothing else."""
    for line in lines:
        if origin != "byline":
            is_login = LOGIN.fullmatch(line) is not None and _joined(line) not in houses
            if len(line) <= 80 and not is_login and not NOBODY.search(line):
                yield from filter(None, map(str.strip, line.split(";")))
            continue
        parts = parts_of(line)
        name = without_by(parts[0]) if parts else ""
        if len(name) <= 40 and (
            agency_of(name)
            or DESK.fullmatch(name)
            or _joined(name) in houses
            or (says_by(line) and (DESK.search(name) or (name.isupper() and 2 <= len(name) <= 5)))
        ):
            yield name


def credited(claims: Claims, beside: Sequence[str] = (), host: str = "") -> tuple[tuple[str, ...], str | None, str | None]:
    """(authors, agency, which claim said so).  `beside`: the short lines around the headline.

    People win over desks, whoever states them; a desk, an agency or an organisation is the author where the page
    credits nobody else.
    """
    agency = None
    desks: tuple[tuple[str, ...], str] | None = None
    houses = _houses(claims, host)
    written = [([line], "byline") for line in credits_beside(beside)]
    for stated, origin in itertools.chain(stated_credits(claims), written, credits_elsewhere(claims)):
        if agency and desks and origin == "byline" and (stated, origin) not in written:
            continue  # the page credits an agency: names elsewhere on it are other articles'
        lines = [line for each in stated if (line := clean_line(each, 300))]
        agency = agency or next(
            filter(None, map(agency_of, [*lines, *(n for line in lines for n in split_names(line))])), None
        )
        people = _credited_people(lines, origin, houses)
        if people:
            return _completed(people, claims, written, houses), agency, origin
        others = _unique(_collective(lines, origin, houses))
        if others and desks is None:
            desks = others, origin
    if desks is None:
        found = _pen_name(claims, houses)
        return found, agency, "byline" if found else None
    if all(_joined(each) in houses for each in desks[0]) and (found := _named_below(beside, houses)):
        return found, agency, "byline"
    return desks[0], agency, desks[1]


def _completed(
    people: tuple[str, ...], claims: Claims, written: list[tuple[list[str], str]], houses: set[str]
) -> tuple[str, ...]:
    """These people, and those whom another credit of the article names beside all of them; a first name made whole."""
    said = {_joined(each) for each in people}
    for stated, other in itertools.chain(stated_credits(claims), [(_listed(claims), "byline")], written):
        lines = [line for each in stated if (line := clean_line(each, 300))]
        more = _credited_people(lines, other, houses)
        named = {_joined(each) for each in more}
        if said < named and len(more) <= len(people) + MAX_MORE:
            return more
        if len(people) == 1 and " " not in people[0] and len(more) == 1 and more[0].startswith(f"{people[0]} "):
            return more
    return people


def _listed(claims: Claims) -> list[str]:
    """The names of bylines that a further one holds side by side: all that one article has."""
    joined = [_joined(each) for each in claims.bylines[:MAX_AUTHORS]]
    for count in range(2, len(joined)):
        if "".join(joined[:count]) in joined[count:]:
            return list(claims.bylines[:count])
    return []


def _named_below(beside: Sequence[str], houses: set[str]) -> tuple[str, ...]:
    """Names on a line of their own below the headline, beside a date or two together, where a page credits its house."""
    for at, line in enumerate(beside[:NEAR]):
        names = [each.strip() for each in re.split(r"[/,]", line)]
        dated = find_day(line) or any(map(find_day, beside[max(0, at - 1) : at + 2]))
        if len(line) <= 80 and (dated or len(names) > 1) and all(map(NAME.fullmatch, names)):
            found = _credited_people(names, "meta", houses)
            if len(found) == len(names):
                return found
    return ()


def _pen_name(claims: Claims, houses: set[str]) -> tuple[str, ...]:
    """What the page's one link of rel author says, were it no person's name."""
    names = _unique(filter(None, map(clean_line, claims.author_links)))
    if len(names) == 1 and _PEN_NAME.fullmatch(names[0]) and not NOBODY.search(names[0]):
        return () if _joined(names[0]) in houses else names
    return ()


_PEN_NAME = re.compile(r"[^\W\d_][\w.-]{2,24}")
