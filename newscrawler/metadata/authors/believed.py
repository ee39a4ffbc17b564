"""Who wrote it: people, and the news agency apart.  A desk or the site itself is an author only where nobody else is.

    claims, lines beside the headline --> credits in the order of trust --> people, desks --> the first people that
    the page shows, or the first at all --> those whom another credit names beside them

JSON-LD persons, meta elements, microdata, a card's "Written by", lines beside the headline, then links to authors' pages and
elements called byline, which may be another article's: not where the page credits an agency.  A stated author whom the
page shows nowhere is who entered the article, where others state somebody whom it shows.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.agencies import agency_of
from newscrawler.dates.written import find_day
from newscrawler.metadata.authors.biographies import TOLD
from newscrawler.metadata.authors.bylines import label_of, parts_of, says_by, segments, split_names, turned, without_by
from newscrawler.metadata.authors.claims import (
    LABEL,
    LINE,
    MAX_AUTHORS,
    Houses,
    credits_beside,
    credits_elsewhere,
    houses_of,
    stated_credits,
    unique_names,
)
from newscrawler.metadata.authors.credit_words import Kind, shipped_credit_words
from newscrawler.metadata.authors.jobs import is_job_beside, is_only_job, without_article
from newscrawler.metadata.authors.lone_names import MAX_CREDIT_LINES, named_alone, pen_name_of
from newscrawler.metadata.authors.made_names import is_address, is_login, is_placeholder, is_sentence, is_unseen
from newscrawler.metadata.authors.persons import DESK, NOBODY, is_crew, is_desk, is_pen_name, is_person, is_small_name
from newscrawler.metadata.authors.signatures import agency_signed
from newscrawler.text import clean_line, spaceless, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawler.metadata.claims.structured import Claims

MAX_MORE = 4  # authors whom another credit may add
BIOGRAPHY = 110  # characters of a byline that tells of its author
_HONORIFIC = re.compile(r"^(?:(?:dr|prof|mr|mrs|ms|sir|dame)\.?\s+)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credit:
    """One claim of who wrote it: people, else desks and houses."""

    origin: str
    is_near: bool = False  # a line beside the headline
    people: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()


def _credited_people(lines: list[str], origin: str, houses: Houses, others: set[str]) -> tuple[str, ...]:
    """People in these credits, but `others`.  A line that says "by", and JSON-LD, may name somebody by one word."""
    found: list[str] = []
    visible = origin == "byline"
    for line in lines:
        is_dated = visible and find_day(line) is not None
        for part, may_be_pen_name in _credited_parts(line, origin):
            stated_names = split_names(part)
            for place, stated in enumerate(stated_names):
                name = houses.off(stated, leads=not found)
                if houses.has(name) or houses.is_headline(name) or (found and is_job_beside(name)):
                    continue
                alone = (place == 0 and (len(stated_names) == 1 or not name.islower())) if visible else name == part
                pen_name = (
                    may_be_pen_name and alone and not houses.is_section(name) and is_pen_name(name, may_be_short=is_dated)
                )
                is_small = visible and may_be_pen_name and part == part.lower() and is_small_name(name)
                if (is_person(name) or is_small or pen_name) and spaceless(name) not in others:
                    found.append(name)
    return unique_names(found)


def _credited_parts(line: str, origin: str) -> Iterator[tuple[str, bool]]:
    """(part of a credit, whether one word in it may be a name)."""
    if origin != "byline":
        stated = next(iter(parts_of(line)), line) if _DIGIT.search(line) and find_day(line) else line
        yield turned(stated), origin in ("json-ld", "microdata")
        return
    for said, kind in segments(line):
        if kind is not Kind.OTHER:
            parts = _before_day(said) if kind is Kind.AUTHOR else parts_of(said)
            if len(line) > BIOGRAPHY:
                parts = parts[:1]
            yield from ((part, says_by(part) or (kind is Kind.AUTHOR and at == 0)) for at, part in enumerate(parts))


def _before_day(said: str) -> list[str]:
    """The parts of what stands behind "by", up to the day: behind that are categories.  All, where the day comes first."""
    parts = parts_of(said)
    before = _DIGIT.split(said, maxsplit=1)[0]
    first = [part for part in parts if part in before]
    return first if any(is_person(name) for part in first for name in split_names(part)) else parts


_DIGIT = re.compile(r"(?<!\w)\d")


def _others(lines: Sequence[str]) -> set[str]:
    """Who edited, reviewed, translated or photographed, by what lines say, and wrote nothing by any of them."""
    edited: set[str] = set()
    wrote: set[str] = set()
    for at, line in enumerate(lines):
        label = label_of(lines[at - 1]) if at and len(lines[at - 1]) < LABEL else None
        for said, kind in segments(line):
            if kind or label:
                (edited if (kind or label) is Kind.OTHER else wrote).update(map(spaceless, split_names(said)))
    return edited - wrote


def _collective(lines: list[str], origin: str, houses: Houses) -> Iterator[str]:
    """Credits that name no person: desks, agencies, houses.  A byline's only where it is nothing else."""
    for line in lines:
        if origin != "byline":
            if len(line) <= 80 and (houses.has(line) or not is_login(line)):
                stated = (houses.alone(_RIGHTS.sub("", each).strip()) for each in line.split(";"))
                yield from (without_article(name) for name in stated if _is_kept(name, houses))
            continue
        parts = parts_of(line)
        name = without_article(without_by(next(filter(says_by, parts), parts[0]))) if parts else ""
        if is_only_job(name) or NOBODY.search(name) or is_login(name):
            continue
        if len(name) <= 40 and (
            agency_of(name)
            or DESK.fullmatch(name)
            or houses.has(name)
            or _is_named_crew(name)
            or (any(map(says_by, parts)) and (is_desk(name) or (name.isupper() and 2 <= len(name) <= 5)))
        ):
            yield name


def _is_named_crew(name: str) -> bool:
    """Whether a text is those who work in a house, "Redacción Cultura", and nothing that a button says of them."""
    known = shipped_credit_words()
    return is_crew(name) and is_desk(name) and not any(known.nobody.has(each) and not is_desk(each) for each in words(name))


# whose rights a template states where it is asked for an author
_RIGHTS = re.compile(
    r"^\s*(?:copyright|\(c\)|©)[\s:]*(?:\d{4}\s*)?|\s*[-–|,.]?\s*(?:all rights reserved|alle rechte vorbehalten)\W*$",
    re.IGNORECASE,
)


def _is_kept(name: str, houses: Houses) -> bool:
    """Whether a stated credit is the house, but no feed of it, or at least not nobody."""
    if is_address(name) or (houses.is_section(name) and not (is_desk(name) or agency_of(name))):
        return False
    return (houses.has(name) and not _FEED.search(name)) or not names_nobody(name)


def names_nobody(credit: str) -> bool:
    """Whether a credit is a label, a button, a category, a day or a feed: what templates fill in where nobody is named.

    >>> [names_nobody(each) for each in ("Share", "Politics", "RSS Feed", "24.11.2026", "Автор", "分享")]
    [True, True, True, True, True, True]
    >>> [names_nobody(each) for each in ("Newsroom", "Redaktion Politik", "World Health Organization", "Ana")]
    [False, False, False, False]
    """
    if NOBODY.search(credit) or is_placeholder(credit) or (_FEED.search(credit) and not agency_of(credit)):
        return True
    nobody, said = shipped_credit_words().nobody, credit.casefold()
    if is_only_job(credit) or nobody.has(said) or said.startswith(nobody.phrases):
        return True
    if is_desk(credit) or agency_of(credit):
        return False
    if is_sentence(credit):
        return True
    is_idle = all(each.isdigit() or nobody.has(each) for each in words(said))
    return is_idle or label_of(credit) is not None or find_day(credit) is not None


_FEED = re.compile(r"\b(?:rss|atom|feeds?)\b", re.IGNORECASE)


def credited(claims: Claims, beside: Sequence[str] = (), host: str = "") -> tuple[tuple[str, ...], str | None, str | None]:
    """(authors, agency, which claim said so).  `beside`: the short lines around the headline.

    People win over desks, whoever states them; a desk, an agency or an organisation is the author where the page
    credits nobody else.
    """
    houses = houses_of(claims, host)
    written = [([line], "byline") for line in credits_beside(beside)]
    others = _others(beside) | _others(claims.bylines)
    found, agency = _credits(claims, written, houses, others)
    if not any(each.people for each in found) and others:  # who edited, where nobody else is named
        found = [*_credits(claims, [], houses, set())[0], *found]
    desks = next((each for each in found if each.desks), None)
    people = _shown_first(found, [*beside, *claims.bylines])
    near_desks = (each for each in found if each.is_near and not (people and all(_begin(each.desks, people))))
    is_desks = any(not all(houses.has(desk) and not is_crew(desk) for desk in each.desks) for each in near_desks)
    alone = () if is_desks else named_alone(claims, beside, houses, others)
    if people and people.origin == "byline" and not people.is_near and alone and not any(_begin(alone, people)):
        people = Credit("byline", is_near=True, people=alone)
    if people and not (is_desks and people.origin == "byline" and not people.is_near):
        whole = _completed(people, claims, [*written, *_plain(beside)], houses, others)
        return _shortened(whole, found), agency, people.origin
    if desks is None:
        names = alone or pen_name_of(claims, houses)
        return names, agency, "byline" if names else None
    if alone and all(map(houses.has, desks.desks)):
        return alone, agency, "byline"
    return desks.desks, agency, desks.origin


def _credits(
    claims: Claims, written: list[tuple[list[str], str]], houses: Houses, others: set[str]
) -> tuple[list[Credit], str | None]:
    """(all credits in the order of trust, the agency that one names)."""
    found: list[Credit] = []
    agency = None
    for stated, origin in itertools.chain(stated_credits(claims), written, credits_elsewhere(claims)):
        if agency and any(each.desks for each in found) and origin == "byline" and (stated, origin) not in written:
            continue  # the page credits an agency: names elsewhere on it are other articles'
        lines = [line for each in stated if (line := clean_line(each, 300)) and not _is_of_others(line)]
        if agency is None:
            named = itertools.chain(lines, (name for line in lines for name in split_names(line)))
            agency = next(filter(None, (*map(agency_signed, lines), *map(agency_of, named))), None)
        people = _credited_people(lines, origin, houses, others)
        desks = () if people else unique_names(_collective(lines, origin, houses))
        if people or desks:
            found.append(Credit(origin, (stated, origin) in written, people, desks))
    return found, agency


def _is_of_others(line: str) -> bool:
    """Whether a credit names nobody but who took a picture, edited or translated: "Photo: Reuters"."""
    return all(kind is Kind.OTHER for _, kind in segments(line))


def _shown_first(found: list[Credit], lines: Sequence[str]) -> Credit | None:
    """The first credit of people; where the page does not show them, the next one that is stated and that it shows."""
    people = [each for each in found if each.people]
    if not people:
        return None
    unseen = [line for line in lines if is_unseen(line)]
    seen = (line for line in lines if line not in unseen and not any(each.startswith(line) for each in unseen))
    shown = [spaceless(said) for line in seen for said, kind in segments(line) if kind is not Kind.OTHER]

    def is_shown(credit: Credit) -> bool:
        return any(spaceless(name) in line for name in credit.people for line in shown)

    first = people[0]
    if first.is_near and first.people[0].islower():  # a login: who entered it, where somebody is named beside it
        first = next((each for each in people if each.is_near and " " in each.people[0]), first)
    if first.origin == "byline" or is_shown(first):
        return first
    stated = (each for each in people[1:] if (each.origin != "byline" and is_shown(each)) or each.is_near)
    return next(stated, first)


def _begin(names: Iterable[str], credit: Credit) -> Iterator[bool]:
    """Of each name whether it is somebody's of a credit, or one with an outlet or a job behind it."""
    starts = tuple(f"{each} " for each in credit.people)
    return (name in credit.people or name.startswith(starts) for name in names)


def _plain(beside: Sequence[str]) -> list[tuple[list[str], str]]:
    """Lines below the headline that consist of names."""
    return [([line], "byline") for line in beside[:MAX_CREDIT_LINES] if len(line) <= LINE and _consists_of_people(line)]


def _consists_of_people(line: str) -> bool:
    names = split_names(line)
    return bool(names) and all(map(is_person, names))


def _completed(
    credit: Credit,
    claims: Claims,
    written: list[tuple[list[str], str]],
    houses: Houses,
    others: set[str],
) -> tuple[str, ...]:
    """These people, and those whom another credit of the article names beside all of them; a first name made whole."""
    people = credit.people
    said = set(map(_plainly, people))
    several = [(_bylines_in_one(claims), "byline"), (_signing_byline(claims), "byline")]
    for stated, other in itertools.chain(stated_credits(claims), several, written):
        lines = [line for each in stated if (line := clean_line(each, 300))]
        more = _credited_people(lines, other, houses, others)
        is_told = bool(lines) and lines[0].startswith(TOLD) and credit.origin != "byline"
        if said < set(map(_plainly, more)) and len(more) <= len(people) + MAX_MORE and not is_told:
            return more
        if len(people) == 1 and " " not in people[0] and len(more) == 1 and more[0].startswith(f"{people[0]} "):
            return more
    return people


def _signing_byline(claims: Claims) -> list[str]:
    """The byline that says "by"; none where several do with other names, which are of teasers then."""
    signing = [each.partition(" | ")[0] for each in claims.bylines if says_by(each)]
    whole = max(signing, key=len, default="")
    named = set(split_names(whole))
    return [whole] if signing and all(named.issuperset(split_names(each)) for each in signing) else []


def _plainly(name: str) -> str:
    return spaceless(_HONORIFIC.sub("", name))


def _shortened(people: tuple[str, ...], found: list[Credit]) -> tuple[str, ...]:
    """People without what is glued to a name that another credit has alone."""
    known = {name for each in found for name in each.people if " " in name}
    return unique_names(next((each for each in known if _goes_on(name, each)), name) for name in people)


def _goes_on(name: str, known: str) -> bool:
    behind = name.removeprefix(known)
    return behind != name and (behind[:1] == " " or behind[:1].isupper())


def _bylines_in_one(claims: Claims) -> list[str]:
    """The names of bylines that a further one holds side by side: all that one article has."""
    joined = [spaceless(each) for each in claims.bylines[:MAX_AUTHORS]]
    for count in range(2, len(joined)):
        if "".join(joined[:count]) in joined[count:]:
            return list(claims.bylines[:count])
    return []
