"""All that a query finds, as rows to take away: batch by batch from the index, so that memory is the same at any number.

keyset (ids below the last) -> one a story -> under its original -> rows
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from newscrawler.search.ranking import HIT_COLUMNS, HIT_ROWS, Hit, how_found, matching, newest, originals
from newscrawler.search.snippets import in_own_letters
from newscrawler.storage.articles.copies import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlite_utils import Database

    from newscrawler.search.query import Query

BATCH, BATCH_WITH_TEXT = 500, 50  # articles
SNIPPET_WORDS = 28
_IDS = "SELECT rowid FROM articles_fts WHERE {where} AND rowid < :before ORDER BY rowid DESC LIMIT :batch"
_ROWS = f"""
    SELECT {HIT_COLUMNS},
           articles.authors, articles.word_count, articles.type, articles.relevance, articles.paywall, articles.agency,
           articles.content_hash, articles.gone_since, articles.rights, iif(:text, articles.text, NULL)
    {HIT_ROWS}
"""
_SNIPPETS = f"""
    SELECT rowid, snippet(articles_fts, -1, '', '', '…', {SNIPPET_WORDS}), segmented IS NULL,
           iif(segmented IS NULL, NULL, title), iif(segmented IS NULL, NULL, lead), iif(segmented IS NULL, NULL, text)
    FROM articles_fts
    WHERE articles_fts MATCH :marks AND rowid BETWEEN :low AND :high AND +rowid IN (SELECT value FROM json_each(:ids))
"""  # noqa: S608 ours
_LAST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ExportedArticle(Hit):
    """A hit with what is known of it; `hash` is of its words; None: nobody says.

    `text` is None where it was not asked for.
    """

    authors: tuple[str, ...]
    words: int
    type: str
    relevance: float | None
    paywall: bool | None
    agency: str | None
    hash: str
    gone_since: str | None
    rights: str | None
    text: str | None = field(default=None, repr=False)


EXPORTED = tuple(each.name for each in fields(ExportedArticle) if each.name not in ("near", "by_words"))
BY_MEANING = (*EXPORTED[:-1], "near", "found_by", EXPORTED[-1])
_CELLS_OF = {names: attrgetter(*names) for names in (EXPORTED, BY_MEANING)}


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to be taken away: each story once or `every_copy`, with `text` or without."""

    query: Query
    every_copy: bool = False
    text: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return self._names if self.text else self._names[:-1]

    @property
    def _names(self) -> tuple[str, ...]:
        return BY_MEANING if self.query.like else EXPORTED

    def asking(self, query: Query) -> ExportRequest:
        """The same of another query."""
        return replace(self, query=query)

    def cells(self, article: ExportedArticle) -> tuple[Any, ...]:
        """An article's values in the order of `columns`."""
        return tuple(_CELLS_OF[self._names](article)[: len(self.columns)])


@dataclass(slots=True)
class Progress:
    """How far an export has come; `told`: a bit for each story that it has had."""

    before: int = _LAST
    told: bytearray = field(default_factory=bytearray)
    done: bool = False

    def is_new(self, story: int) -> bool:
        place, bit = story >> 3, 1 << (story & 7)
        if place >= len(self.told):
            self.told.extend(bytes(place - len(self.told) + 4_096))
        known = self.told[place] & bit
        self.told[place] |= bit
        return not known


def next_batch(db: Database, request: ExportRequest, progress: Progress) -> list[ExportedArticle]:
    """The articles that come next, the last to arrive first; few or none do not mean that it is `done`."""
    query = request.query
    if not query.fts:
        progress.done = True
        return []
    batch = BATCH_WITH_TEXT if request.text else BATCH
    ids = _ids_before(db, query, progress.before, batch)
    progress.done = len(ids) < batch
    progress.before = ids[-1] if ids else 0
    if not request.every_copy and not query.of_story:
        story_of = shapes(db, ids)
        ids = [each for each in ids if progress.is_new(story_of[each][0])]
        ids = ids if query.like else originals(db, ids, query)
    return articles_of(db, ids, request)


def _ids_before(db: Database, query: Query, before: int, batch: int) -> list[int]:
    """The last hits to arrive before an article, the last first; by meaning there are some hundreds at most."""
    if query.like:
        return [each for each in sorted(newest(db, query).ids, reverse=True) if each < before][:batch]
    where, values = matching(query)
    sql = _IDS.format(where=where)
    return [row[0] for row in db.conn.execute(sql, {**values, "before": before, "batch": batch})]


def exported(db: Database, request: ExportRequest) -> Iterator[ExportedArticle]:
    """All that a query finds, the last to arrive first; each story once, under its original where that is a hit."""
    progress = Progress()
    while not progress.done:
        yield from next_batch(db, request, progress)


def articles_of(db: Database, ids: Sequence[int], request: ExportRequest) -> list[ExportedArticle]:
    """Some hits of a query as rows, in the order given; those that are not there are left out."""
    if not ids:
        return []
    values = {"ids": json.dumps(ids), "text": request.text}
    snippets = dict(_snippets(db, ids, request.query))
    made = {row[0]: _article(row, snippets.get(row[0])) for row in db.conn.execute(_ROWS, values)}
    if request.query.like:
        near, by_words = how_found(db, request.query, ids)
        for id_, article in made.items():
            score = round(near[id_], 3) if id_ in near else None
            made[id_] = replace(article, near=score, by_words=id_ in by_words)
    return [made[each] for each in ids if each in made]


def _article(row: Sequence[Any], snippet: str | None) -> ExportedArticle:
    cells = list(row)
    cells[7] = snippet or cells[7] or ""
    cells[13], cells[14] = tuple(json.loads(cells[13])), _names(cells[14])
    cells[18] = None if cells[18] is None else bool(cells[18])
    return ExportedArticle(*cells)


def _names(stored: str) -> tuple[str, ...]:
    if stored == "[]":
        return ()
    try:
        found = json.loads(stored)
    except (ValueError, RecursionError):  # another program wrote it
        return ()
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def _snippets(db: Database, ids: Sequence[int], query: Query) -> Iterator[tuple[int, str]]:
    if not query.marks:
        return
    values = {
        "marks": f"{{lead text segmented}} : ({query.marks})",
        "low": min(ids),
        "high": max(ids),
        "ids": json.dumps(ids),
    }
    for id_, snippet, is_plain, *own in db.conn.execute(_SNIPPETS, values):
        yield id_, snippet if is_plain else in_own_letters(snippet, ("\n".join(filter(None, own)),))
