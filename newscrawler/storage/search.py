"""The query language, compiled to FTS5, and the search itself.

    words            all of them, in any order          "a phrase"   these words in this order
    minister*        any ending                         -word        without it
    this OR that     either

No input raises.  Ids are ranked first and snippets made for the page only, so that a common word stays fast.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawler.storage.copies import shapes
from newscrawler.text import joined, segmented

if TYPE_CHECKING:
    from sqlite_utils import Database

_TOKEN = re.compile(r'(?P<minus>-)?"(?P<phrase>[^"]*)"(?P<star>\*)?|(?P<word>[^\s"]+)')
MAX_TERMS = 60
MARK = ("\x02", "\x03")  # around a hit in a snippet; the archive's text holds no control characters
RANKED = 5_000  # of the newest hits: bm25 over all hits of a common word costs seconds


@dataclass(frozen=True, slots=True)
class Query:
    """An FTS5 expression ("" matches nothing) and what of the input was not understood."""

    fts: str
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    id: int
    published: str | None
    first_seen: str
    source: str
    title: str | None
    url: str
    snippet: str
    carried_by: int
    story: int


def _term(text: str, *, prefix: bool) -> str:
    """One quoted FTS5 term; a script without spaces is looked up as the phrase of its characters too."""
    quoted = '"{}"{}'.format(text.replace('"', '""'), "*" if prefix else "")
    apart = segmented(text)
    if apart is None:
        return quoted
    return '({} OR segmented : "{}"{})'.format(quoted, apart.replace('"', '""'), "*" if prefix else "")


def compile_query(text: str) -> Query:
    r"""Compile what a person typed.  Never raises.

    >>> compile_query("mine-hunting o'brien").fts
    '"mine-hunting" AND "o\'brien"'
    >>> compile_query('nato OR otan -sport minist*').fts
    '(("nato" OR "otan") AND "minist"*) NOT "sport"'
    >>> compile_query('" - ( ').ignored
    ('"', '-', '(')
    """
    groups: list[list[str]] = []
    without: list[str] = []
    ignored: list[str] = []
    either = False
    text = text.replace("\x00", " ").encode("utf-8", "ignore").decode()
    # a quotation mark that nothing closes is a mark, not the start of a phrase
    if text.count('"') % 2:
        head, _, tail = text.rpartition('"')
        text, ignored = f"{head} {tail}", ['"']
    for found in _TOKEN.finditer(text):
        word = found["phrase"] if found["phrase"] is not None else found["word"]
        quoted = found["phrase"] is not None
        if word == "OR" and not quoted:
            either = bool(groups)
            continue
        negative = bool(found["minus"]) or (not quoted and word.startswith("-") and len(word) > 1)
        word = word[1:] if negative and not quoted else word
        prefix = bool(found["star"]) or (not quoted and word.endswith("*"))
        if not any(character.isalnum() for character in word):
            ignored.append(found[0])
            continue
        if len(groups) + len(without) >= MAX_TERMS:
            ignored.append(found[0])
            continue
        term = _term(word.rstrip("*") if prefix else word, prefix=prefix)
        if negative:
            without.append(term)
        elif either:
            groups[-1].append(term)
        else:
            groups.append([term])
        either = False
    parts = [each[0] if len(each) == 1 else f"({' OR '.join(each)})" for each in groups]
    fts = " AND ".join(parts)
    if without and fts:
        fts = f"({fts}) NOT {without[0]}" if len(without) == 1 else f"({fts}) NOT ({' OR '.join(without)})"
    elif without:
        ignored += [f"-{each}" for each in without]
    return Query(fts, tuple(ignored))


_WANTED = """(:since IS NULL OR coalesce(articles.published, articles.first_seen) >= :since)
      AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.article_id = articles.id AND reviews.decision = 'drop')"""
_RANKED = f"""
    WITH recent AS MATERIALIZED (
        SELECT coalesce(min(id), 0) AS floor FROM (
            SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :query ORDER BY rowid DESC LIMIT :ranked
        )
    )
    SELECT articles_fts.rowid
    FROM articles_fts JOIN articles ON articles.id = articles_fts.rowid
    WHERE articles_fts MATCH :query AND articles_fts.rowid >= (SELECT floor FROM recent)
      AND {_WANTED}
    ORDER BY {{order}} LIMIT :limit
"""  # noqa: S608 ours
_FIRSTS = """
    SELECT articles.id, stories.first_article_id
    FROM articles JOIN stories ON stories.id = articles.story_id WHERE articles.id IN (SELECT value FROM json_each(:ids))
"""
_ARE_HITS = f"""
    SELECT articles_fts.rowid FROM articles_fts JOIN articles ON articles.id = articles_fts.rowid
    WHERE articles_fts MATCH :query AND articles_fts.rowid IN (SELECT value FROM json_each(:ids))
      AND {_WANTED}
"""  # noqa: S608 ours
_HITS = """
    SELECT articles.id, articles.published, articles.first_seen, sources.name, articles.title, articles.url,
           snippet(articles_fts, -1, :open, :close, '…', 24), stories.articles, stories.id
    FROM articles_fts
    JOIN articles ON articles.id = articles_fts.rowid
    JOIN sources ON sources.id = articles.source_id
    JOIN stories ON stories.id = articles.story_id
    WHERE articles_fts MATCH :query AND articles_fts.rowid IN (SELECT value FROM json_each(:ids))
"""


def _one_a_story(db: Database, ids: list[int]) -> list[int]:
    """The first of each story, in the same order."""
    stories = {article: story for article, (story, _) in shapes(db, ids).items()}
    first: dict[int, int] = {}
    for each in ids:
        first.setdefault(stories[each], each)
    return list(first.values())


def _originals(db: Database, ids: list[int], values: dict[str, str | None]) -> list[int]:
    """The same stories, under their originals where those are hits, too."""
    firsts = dict(db.execute(_FIRSTS, {"ids": json.dumps(ids)}).fetchall())
    asked = json.dumps([first for each, first in firsts.items() if each != first])
    hits = {row[0] for row in db.execute(_ARE_HITS, {**values, "ids": asked}).fetchall()}
    return [firsts[each] if firsts.get(each) in hits else each for each in ids]


def search(
    db: Database,
    query: Query,
    *,
    limit: int = 20,
    newest: bool = False,
    since: str | None = None,
    every_copy: bool = False,
) -> list[Hit]:
    """The best hits (of the newest RANKED), or the newest ones, one a story unless `every_copy`.

    `since`: an ISO date that `published` must reach.
    """
    if not query.fts:
        return []
    ranked = _RANKED.format(order="articles_fts.rowid DESC" if newest else "rank")
    number = limit if every_copy else 3 * limit
    while True:
        values = {"query": query.fts, "ranked": RANKED, "since": since, "limit": number}
        found = [row[0] for row in db.execute(ranked, values).fetchall()]
        ids = (found if every_copy else _one_a_story(db, found))[:limit]
        if len(ids) == limit or len(found) < number:
            break
        number *= 5  # stories of many copies
    if not every_copy:
        ids = _originals(db, ids, {"query": query.fts, "since": since})
    rows = db.execute(_HITS, {"query": query.fts, "ids": json.dumps(ids), "open": MARK[0], "close": MARK[1]}).fetchall()
    hits = {row[0]: Hit(*row) for row in rows}
    return [replace(hits[each], snippet=joined(hits[each].snippet)) for each in ids]
