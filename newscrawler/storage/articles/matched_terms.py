"""The terms of a verdict by their numbers: an article's dozen of them in words takes more room than all else of the verdict.

`article_verdicts.places` is a list of [number, body, title, lead], its ends left out where they are empty: where in the
article the term of that number (`matched_terms`) stands.  The view `verdicts` makes of it what it was; an element that
another program wrote in words stays as it is.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from newscrawler.storage.database.rows import version
from newscrawler.storage.database.sqlite import times_undone

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlite_utils import Database

    from newscrawler.items import TermMatch

    Term = tuple[str, str, str | None, float]  # as it is written, language, topic, weight

_PARTS = ("body", "title", "lead")
_SAID = {"term", "language", "topic", "weight"}
_MOST_TERMS, _LONGEST = 1_000, 1_000  # elements of a verdict, and characters of one, as the view shows them
_MOST = 1e15  # of a weight; the view shows larger ones, and what is no number, as something else
_MOST_REMEMBERED = 20_000  # of thousands in the lexicon; another program's verdicts may have any
_LONE = re.compile("[\ud800-\udfff]")  # halves of characters, which SQLite cannot keep


class _Remembered:
    """Numbers that terms have, as long as nothing is undone and nobody else writes."""

    def __init__(self, db: Database) -> None:
        self.undone, self.version = times_undone(db), version(db)
        self.numbers: dict[Term, int] = {}

    def holds(self, db: Database) -> bool:
        same = self.undone == times_undone(db) and self.version == version(db)
        return same and len(self.numbers) < _MOST_REMEMBERED


_REMEMBERED: WeakKeyDictionary[Database, _Remembered] = WeakKeyDictionary()  # by connection


def _numbers(db: Database, terms: Collection[Term]) -> dict[Term, int]:
    """The numbers of terms, and perhaps of more; new ones for those that have none."""
    remembered = _REMEMBERED.get(db)
    if remembered is None or not remembered.holds(db):
        remembered = _REMEMBERED[db] = _Remembered(db)
    numbers = remembered.numbers
    if unknown := [term for term in terms if term not in numbers]:
        numbers |= _asked(db, unknown)
    return numbers


def _asked(db: Database, terms: Collection[Term]) -> dict[Term, int]:
    """The numbers of terms as they are stored, or are from now on."""
    names = list(dict.fromkeys(term[0] for term in terms))
    known: dict[Term, int] = {}
    for at in range(0, len(names), 256):  # another program's verdict may have more of them than a statement takes
        some = names[at : at + 256]
        asked = some + some[-1:] * (-len(some) % 16)  # few lengths, so that SQLite knows the statement
        sql = f"SELECT term, language, topic, weight, id FROM matched_terms WHERE term IN ({','.join('?' * len(asked))})"  # noqa: S608
        known |= {row[:4]: row[4] for row in db.conn.execute(sql, asked)}
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


# `json.dumps` makes an encoder each time
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_escaped = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


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
    if len(f"{term}{language}{topic or ''}") > _LONGEST:
        return None
    if not abs(weight) < _MOST or _LONE.search(f"{term}{language}{topic}"):
        return None
    return (term, language, topic, float(weight)), places


def of_words(db: Database, matches: str) -> str:
    """The cell `places` of a cell `verdicts.matches`; the cell itself where it cannot be read, or written again.

    What other programs wrote may be anything.  Elements that are no objects go: a list would pass for the number of a term.
    """
    try:
        elements = json.loads(matches, parse_constant=_refuse)
    except (TypeError, ValueError, RecursionError):
        return matches
    if not isinstance(elements, list):
        return matches
    objects = [each for each in elements if isinstance(each, dict)]
    kept = [(each, _in_words(each) if at < _MOST_TERMS else None) for at, each in enumerate(objects)]
    numbers = _numbers(db, [said[0] for _, said in kept if said])
    placed = [_placed(numbers[said[0]], said[1]) if said else element for element, said in kept]
    try:
        cell = _written(placed)
        return _escaped(placed) if _LONE.search(cell) else cell
    except (ValueError, RecursionError):
        return matches


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and the like: Python's, not JSON's


def number_all(db: Database) -> None:
    """Take all verdicts over from the table in which their terms are words (migration `m031_matched_terms`).

    Those go whose article another program took away: a key that points nowhere would refuse them all.
    """
    last = -(2**63)
    batch = "SELECT article_id, matches FROM verdicts WHERE article_id > ? ORDER BY article_id LIMIT 1000"
    while found := db.conn.execute(batch, [last]).fetchall():
        db.conn.executemany(
            """
            INSERT INTO article_verdicts
            SELECT article_id, decision, defence, diplomacy, reason, lexicon, judged, ? FROM verdicts
            WHERE article_id = ? AND EXISTS (SELECT 1 FROM articles WHERE id = article_id)
            """,
            [(of_words(db, matches), article) for article, matches in found],
        )
        last = found[-1][0]
