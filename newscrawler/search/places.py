"""Where hits have the words that were looked for: in the title, in the lead or elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newscrawler.search.snippets import MARK

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawler.search.query import Query

MARKED_HITS = 200  # hits of a query that is dear to ask: whose titles and leads are read while it is walked
TITLES, LEADS = "{title title_segmented}", "{title lead title_segmented}"
FEW_MORE = 500  # rows: a walk of so many takes less than one of a query with many filters

# those that have the words in some columns, whatever else is asked of them
_WITH_WORDS_IN = """
    SELECT rowid AS id FROM articles_fts
    WHERE articles_fts MATCH :columns || ' : (' || :words || ')' AND rowid BETWEEN :low AND :high LIMIT :most
"""
_HITS_WITH_WORDS_IN = """
    SELECT rowid AS id FROM articles_fts
    WHERE articles_fts MATCH '(' || :columns || ' : (' || :words || ')) AND (' || :fts || ')'
      AND rowid BETWEEN :low AND :high
"""
# or, in one go with finding them, where they have any: 0 title, 1 lead, 2 elsewhere
_MARKED_PLACE = """
    SELECT rowid AS id, CASE WHEN instr(highlight(articles_fts, 0, :mark, ''), :mark) THEN 0
                             WHEN instr(highlight(articles_fts, 1, :mark, ''), :mark) THEN 1 ELSE 2 END AS place
    FROM articles_fts WHERE articles_fts MATCH :fts
"""
NEWEST_MARKED = f"{_MARKED_PLACE} ORDER BY rowid DESC LIMIT :ranked"
_MARKED_BETWEEN = f"{_MARKED_PLACE} AND rowid BETWEEN :low AND :high LIMIT -1"  # else highlight loses its query


@dataclass(frozen=True, slots=True)
class Newest:
    """The last hits of a query to arrive, the last first: all of them where they are fewer than were asked for.

    Of a query by meaning all hits, the nearest first.  `places`: where the first MARKED_HITS have the words, of a query that
    is dear to ask.
    """

    ids: list[int]
    places: dict[int, int] = field(default_factory=dict)


def ids_of(db: Database, sql: str, **values: object) -> list[int]:
    """Thousands of numbers in one row: for each row a thread waits for Python's lock, which other requests hold."""
    (found,) = db.conn.execute(f"SELECT json_group_array(id) FROM ({sql})", values).fetchone()  # noqa: S608 ours
    ids: list[int] = json.loads(found)
    return ids


def marked(db: Database, sql: str, values: dict[str, Any]) -> dict[int, int]:
    """Article -> where it has the words, in one row, too."""
    (found,) = db.conn.execute(f"SELECT json_group_array(json_array(id, place)) FROM ({sql})", values).fetchone()  # noqa: S608
    return dict(json.loads(found))


def places_of(db: Database, query: Query, last: Newest, number: int) -> dict[int, int]:
    """The first `number` of the last hits, each with where it has the words: 0 title, 1 lead, 2 elsewhere.

    Of a query that is dear to ask, where it has any of them.
    """
    ids = last.ids[:number]
    return {} if not ids else _of_all_words(db, query, ids) if query.plain else _of_any(db, query, ids, last.places)


def _of_all_words(db: Database, query: Query, ids: list[int]) -> dict[int, int]:
    """Where hits have all words: 0 title, 1 title and lead, 2 elsewhere.  Asks again, and twice where any has them there."""
    led = _having(db, query, LEADS, ids)
    titled = _having(db, query, TITLES, sorted(led, reverse=True)) if led else ()
    return {each: 0 if each in titled else 1 if each in led else 2 for each in ids}


def _having(db: Database, query: Query, columns: str, ids: list[int]) -> set[int]:
    """Those of some hits, the last first, that have the words in some columns.

    The words alone are asked for: that these are hits is known, and a filter may be of many values, each with a list of its
    own.  Where many have the words there that are no hits, the whole query is asked.
    """
    asked = {"columns": columns, "words": query.words, "low": ids[-1], "high": ids[0]}
    most = len(ids) + FEW_MORE
    found = ids_of(db, _WITH_WORDS_IN, **asked, most=most)
    if len(found) == most:
        found = ids_of(db, _HITS_WITH_WORDS_IN, **asked, fts=query.fts)
    return set(found).intersection(ids)


def _of_any(db: Database, query: Query, ids: list[int], known: dict[int, int]) -> dict[int, int]:
    """Where hits have any word, of some of which it is `known`: of the others the index is asked for titles and leads alone.

    Few have the words there, and reading the title and the lead of each is dearer than another walk.
    """
    found = known
    if rest := ids[len(known) :]:
        asked = {"fts": f"{{title lead}} : ({query.marks})", "low": rest[-1], "high": rest[0], "mark": MARK[0]}
        found = known | marked(db, _MARKED_BETWEEN, asked)
    return {each: found.get(each, 2) for each in ids}
