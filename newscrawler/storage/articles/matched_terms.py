"""The terms of a verdict by their numbers: an article's dozen of them in words takes more room than all else of the verdict.

`article_verdicts.places` is a list of [number, body, title, lead], its ends left out where they are empty: where in the
article the term of that number (`matched_terms`) stands.  The view `verdicts` makes of it what it was; an element that
another program wrote in words stays as it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlite_utils import Database

    from newscrawler.items import TermMatch

    Term = tuple[str, str, str | None, float]  # as it is written, language, topic, weight

_PARTS = ("body", "title", "lead")
_SAID = {"term", "language", "topic", "weight"}


def _numbers(db: Database, terms: Collection[Term]) -> dict[Term, int]:
    """The numbers of terms, new ones for those that have none."""
    names = list(dict.fromkeys(term[0] for term in terms))
    asked = names + names[-1:] * (-len(names) % 16)  # few lengths, so that SQLite knows the statement
    sql = f"SELECT term, language, topic, weight, id FROM matched_terms WHERE term IN ({','.join('?' * len(asked))})"  # noqa: S608
    known: dict[Term, int] = {row[:4]: row[4] for row in db.conn.execute(sql, asked)} if asked else {}
    for term in terms:
        if term not in known:
            new = db.execute("INSERT INTO matched_terms (term, language, topic, weight) VALUES (?, ?, ?, ?)", term)
            known[term] = new.lastrowid or 0
    return known


def _placed(number: int, places: Sequence[Sequence[int]]) -> list[object]:
    """One element, of its places in body, title and lead.

    >>> _placed(7, ([3, 9], (), ())), _placed(7, ((), [1], ()))
    ([7, [3, 9]], [7, (), [1]])
    """
    kept = list(places)
    while kept and not kept[-1]:
        kept.pop()
    return [number, *kept]


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # `json.dumps` makes an encoder each time


def places_of(db: Database, matches: Sequence[TermMatch]) -> str:
    """The cell `article_verdicts.places` of a verdict's matches."""
    terms: list[Term] = [(each.term, each.language, each.topic_id, each.weight) for each in matches]
    numbers = _numbers(db, terms)
    return _written(
        [_placed(numbers[term], (each.body, each.title, each.lead)) for term, each in zip(terms, matches, strict=True)]
    )


def _in_words(element: object) -> tuple[Term, list[list[int]]] | None:
    """A match in words, as `verdicts.matches` shows one; None of what is no such."""
    if not isinstance(element, dict) or not _SAID <= element.keys() <= _SAID.union(_PARTS):
        return None
    term, language, topic, weight = (element[name] for name in ("term", "language", "topic", "weight"))
    places: list[Any] = [element.get(part, []) for part in _PARTS]
    are_places = all(isinstance(each, list) and all(type(number) is int for number in each) for each in places)
    if not (isinstance(term, str) and isinstance(language, str) and are_places):
        return None
    if not (topic is None or isinstance(topic, str)) or type(weight) not in (int, float):
        return None
    return (term, language, topic, float(weight)), places


def of_words(db: Database, matches: str) -> str:
    """The cell `places` of a cell `verdicts.matches`; the cell itself where it holds no list."""
    try:
        elements = json.loads(matches)
    except ValueError:
        return matches
    if not isinstance(elements, list):
        return matches
    read = [_in_words(each) for each in elements]
    numbers = _numbers(db, [each[0] for each in read if each])
    return _written(
        [_placed(numbers[each[0]], each[1]) if each else element for each, element in zip(read, elements, strict=True)]
    )


def number_all(db: Database) -> None:
    """Take all verdicts over from the table in which their terms are words (migration `m031_matched_terms`)."""
    last = 0
    batch = "SELECT article_id, matches FROM verdicts WHERE article_id > ? ORDER BY article_id LIMIT 1000"
    while found := db.conn.execute(batch, [last]).fetchall():
        db.conn.executemany(
            """
            INSERT INTO article_verdicts
            SELECT article_id, decision, defence, diplomacy, reason, lexicon, judged, ? FROM verdicts WHERE article_id = ?
            """,
            [(of_words(db, matches), article) for article, matches in found],
        )
        last = found[-1][0]
