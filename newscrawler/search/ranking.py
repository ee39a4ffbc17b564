"""The search: ids ranked first, and snippets made for the page only, so that a common word stays fast.

Filters are words of the index (labels.py); the query language is in query.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from newscrawler.search.snippets import MARK, in_own_letters
from newscrawler.storage.copies import shapes
from newscrawler.storage.labels import TIME, token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlite_utils import Database

    from newscrawler.search.query import Query

RANKED_HITS = 2_000  # of the newest hits
RERANKED_HITS = 25  # of them, by how often they have the words
MAX_DEPTH = 2_000  # hits: nobody reads further
TITLES, LEADS = "{title title_segmented}", "{title lead title_segmented}"
LEAD = 240  # characters shown where no word is to be marked


@dataclass(frozen=True, slots=True)
class Listing:
    """Which hits are wanted: the best first, or the `newest`; each story once, or `every_copy` of it."""

    limit: int = 20
    offset: int = 0
    newest: bool = False
    every_copy: bool = False


FIRST_PAGE = Listing()


@dataclass(frozen=True, slots=True)
class Hit:
    """An article as a search shows it; `snippet`: with MARK around each hit; `carried_by`: articles of its story."""

    id: int
    published: str | None
    modified: str | None
    first_seen: str
    source: str
    title: str | None
    url: str
    snippet: str
    carried_by: int
    story: int
    source_id: str
    country: str | None
    language: str | None
    topics: tuple[str, ...]


_COLUMNS = [each.name for each in fields(Hit)]

OF_STORY = """articles_fts.rowid IN (
    SELECT id FROM articles WHERE story_id = (SELECT coalesce(merged_into, id) FROM stories WHERE id = :story)
)"""
_NEWEST = """
    SELECT rowid FROM articles_fts WHERE articles_fts MATCH :fts AND {story} ORDER BY rowid DESC LIMIT :ranked
"""
# those of them that have the words in some columns too
_WITH_WORDS_IN = """
    SELECT rowid FROM articles_fts
    WHERE articles_fts MATCH '(' || :columns || ' : (' || :words || ')) AND (' || :fts || ')'
      AND rowid BETWEEN :low AND :high
"""
# or, in one go with finding them, what of title and lead is a hit
_NEWEST_MARKED = """
    SELECT rowid, highlight(articles_fts, 0, :mark, ''), highlight(articles_fts, 1, :mark, '')
    FROM articles_fts WHERE articles_fts MATCH :fts AND {story} ORDER BY rowid DESC LIMIT :ranked
"""
_MARKED = """
    SELECT rowid, highlight(articles_fts, 0, :mark, ''), highlight(articles_fts, 1, :mark, ''),
           highlight(articles_fts, 2, :mark, ''), highlight(articles_fts, 3, :mark, '')
    FROM articles_fts WHERE articles_fts MATCH :marks AND {among}
"""
# an id as a constraint of the index starts the query anew for it: dear where the query has many words
_PROBED = "rowid IN (SELECT value FROM json_each(:ids))"
_SCANNED = "rowid BETWEEN :low AND :high AND +rowid IN (SELECT value FROM json_each(:ids))"
MAX_PROBED_WORDS = 12  # words
_BY_DATE = """
    SELECT id FROM articles INDEXED BY articles_in_stories WHERE id IN (SELECT value FROM json_each(:ids))
    ORDER BY coalesce(published, modified, first_seen) DESC, id DESC LIMIT :limit
"""
_ORIGINALS = """
    SELECT articles.id, stories.first_article_id
    FROM articles JOIN stories ON stories.id = articles.story_id WHERE articles.id IN (SELECT value FROM json_each(:ids))
"""
_HITS_AMONG = """
    SELECT articles_fts.rowid FROM articles_fts
    WHERE articles_fts MATCH :fts AND articles_fts.rowid IN (SELECT value FROM json_each(:ids)) AND {story}
"""
_HITS = f"""
    SELECT articles.id, articles.published, articles.modified, articles.first_seen, sources.name, articles.title,
           articles.url, coalesce(articles.lead, substr(articles.text, 1, {LEAD})), stories.articles, stories.id,
           sources.id, sources.country, articles.language,
           (SELECT json_group_array(label) FROM (
                SELECT label FROM article_topics JOIN topics USING (topic_id)
                WHERE article_id = articles.id ORDER BY score DESC
           ))
    FROM articles
    JOIN sources ON sources.id = articles.source_id
    JOIN stories ON stories.id = articles.story_id
    WHERE articles.id IN (SELECT value FROM json_each(:ids))
"""  # noqa: S608 ours
_SNIPPETS = """
    SELECT rowid, snippet(articles_fts, -1, :open, :close, '…', 28), segmented IS NULL, title, lead, text FROM articles_fts
    WHERE articles_fts MATCH :marks AND {among}
"""
_MONTHS = "SELECT DISTINCT substr(day, 1, 7) FROM days WHERE articles > 0 ORDER BY 1 DESC"


def _ids(db: Database, sql: str, **values: object) -> list[int]:
    return [row[0] for row in db.conn.execute(sql, values)]


def matching(query: Query) -> tuple[str, dict[str, str | int | None]]:
    """The condition that only hits fulfil, and its values."""
    story = "1" if query.story is None else OF_STORY
    return f"articles_fts MATCH :fts AND {story}", {"fts": query.fts, "story": query.story}


def last_hits(db: Database, query: Query, number: int, fts: str | None = None) -> list[int]:
    """The last of the hits to arrive, the last first."""
    sql = _NEWEST.format(story="1" if query.story is None else OF_STORY)
    return _ids(db, sql, fts=fts or query.fts, story=query.story, ranked=number)


def _by_date(db: Database, query: Query, number: int) -> list[int]:
    """The last of the hits to be published, the last first.

    What arrived last is not always what was published last: where there are too many hits to look at them all, the
    archive's months are asked one by one.
    """
    ids = last_hits(db, query, RANKED_HITS + 1)
    if len(ids) > RANKED_HITS and query.story is None:
        ids = []
        for (month,) in db.conn.execute(_MONTHS).fetchall():
            ids += last_hits(db, query, RANKED_HITS, f'({query.fts}) AND "{token(TIME, month)}"')
            if len(ids) >= number:
                break
    return _ids(db, _BY_DATE, ids=json.dumps(ids), limit=number)


def _best(db: Database, query: Query) -> list[int]:
    """The last RANKED_HITS to arrive, the best first.

    First those that have words in the title, then in the lead; the first RERANKED_HITS of them in the order of `_weight`.
    bm25 would count every article that has one of the words, each time: a second and more for a phrase of common words.
    """
    place = _places(db, query) if query.plain else _marked_places(db, query)
    if not place:
        return []
    # sorting is stable: within a place the last to arrive stay first
    ids = sorted(place, key=lambda each: place[each])
    weighed = ids[:RERANKED_HITS]
    rows = _among(db, _MARKED, query.marks, weighed, mark=MARK[0])
    weight = {row[0]: _weight(*row[1:]) for row in rows}
    weighed.sort(key=lambda each: -weight.get(each, 0.0))
    return [*weighed, *ids[RERANKED_HITS:]]


def _places(db: Database, query: Query) -> dict[int, int]:
    """Where hits have all words, the last to arrive first: 0 title, 1 title and lead, 2 elsewhere.  Asks three times."""
    ids = last_hits(db, query, RANKED_HITS)
    if not ids:
        return {}
    asked = {"words": query.words, "fts": query.fts, "low": ids[-1], "high": ids[0]}
    titled = set(_ids(db, _WITH_WORDS_IN, columns=TITLES, **asked))
    led = set(_ids(db, _WITH_WORDS_IN, columns=LEADS, **asked))
    return {each: 0 if each in titled else 1 if each in led else 2 for each in ids}


def _marked_places(db: Database, query: Query) -> dict[int, int]:
    """The same for a query that is dear to ask: where hits have any of its words, by looking at each."""
    sql = _NEWEST_MARKED.format(story="1" if query.story is None else OF_STORY)
    values = {"fts": query.fts, "story": query.story, "ranked": RANKED_HITS, "mark": MARK[0]}
    rows = db.conn.execute(sql, values)
    return {row[0]: 0 if MARK[0] in (row[1] or "") else 1 if MARK[0] in (row[2] or "") else 2 for row in rows}


def _among(db: Database, sql: str, marks: str, ids: list[int], **values: object) -> Iterable[Any]:
    """The rows of some articles that have words."""
    among = _PROBED if marks.count('"') <= 2 * MAX_PROBED_WORDS and "*" not in marks else _SCANNED
    span = {"low": min(ids), "high": max(ids), "ids": json.dumps(ids)}
    return db.conn.execute(sql.format(among=among), {**values, **span, "marks": marks})


def _weight(title: str | None, lead: str | None, text: str, apart: str | None) -> float:
    r"""What hits are worth by where they are and how many: in a text each more is worth less, as in BM25's term frequency.

    >>> _weight("\x02ships", None, "two \x02ships", None) > _weight("a trip", None, "two \x02ships", None) > 0
    True
    """
    often = max(text.count(MARK[0]), (apart or "").count(MARK[0]))
    length = 0.25 + 0.75 * len(text) / 4_000
    headline = min((title or "").count(MARK[0]), 3) * 3 + min((lead or "").count(MARK[0]), 3)
    return headline + 6 * often / (often + 1.2 * length)


def _one_a_story(db: Database, ids: list[int]) -> list[int]:
    """The first of each story, in the same order."""
    stories = {article: story for article, (story, _) in shapes(db, ids).items()}
    first: dict[int, int] = {}
    for each in ids:
        first.setdefault(stories[each], each)
    return list(first.values())


def _originals(db: Database, ids: list[int], query: Query) -> list[int]:
    """The same stories, under their originals where those are hits, too."""
    firsts = {row[0]: row[1] for row in db.conn.execute(_ORIGINALS, {"ids": json.dumps(ids)})}
    asked = [first for each, first in firsts.items() if each != first]
    if not asked:
        return ids
    sql = _HITS_AMONG.format(story="1" if query.story is None else OF_STORY)
    hits = set(_ids(db, sql, fts=query.fts, story=query.story, ids=json.dumps(asked)))
    return [firsts[each] if firsts.get(each) in hits else each for each in ids]


def ranked(db: Database, query: Query, listing: Listing = FIRST_PAGE) -> list[int]:
    """Ids of the best hits (of the last RANKED_HITS to arrive), or of the newest ones, one a story unless `every_copy`.

    A query of filters alone has no best: the newest come first.  A story stands under its original where that is a hit.
    """
    offset, wanted = listing.offset, min(listing.offset, MAX_DEPTH) + listing.limit
    if not query.fts or listing.limit <= 0:
        return []
    every_copy = listing.every_copy or query.story is not None  # whoever asks for a story wants all of it
    number = wanted if every_copy else 2 * wanted + 20
    while True:
        by_date = listing.newest or not query.words
        found = _by_date(db, query, number) if by_date else _best(db, query)
        if every_copy:
            return found[offset:wanted]
        ids = _one_a_story(db, found if by_date else found[:number])[:wanted]
        if len(ids) == wanted or len(found) < number:
            break
        number *= 5  # stories of many copies
    return _originals(db, ids[offset:], query)


def search(db: Database, query: Query, listing: Listing = FIRST_PAGE) -> list[Hit]:
    """The hits of `ranked`, to show: with words of the text around what was looked for."""
    return hits(db, ranked(db, query, listing), query)


def hits(db: Database, ids: list[int], query: Query) -> list[Hit]:
    """Articles as hits, in the order given; those that are not there are left out."""
    made = {row[0]: _hit(*row) for row in db.conn.execute(_HITS, {"ids": json.dumps(ids)})}
    snippets = dict(_snippets(db, ids, query))
    return [replace(made[each], snippet=snippets.get(each, made[each].snippet or "")) for each in ids if each in made]


def _hit(*row: Any) -> Hit:
    return Hit(**dict(zip(_COLUMNS, row, strict=True)) | {"topics": tuple(json.loads(row[-1]))})


def _snippets(db: Database, ids: list[int], query: Query) -> Iterator[tuple[int, str]]:
    if query.marks and ids:
        marks = f"{{lead text segmented}} : ({query.marks})"
        for id_, snippet, is_plain, *originals in _among(db, _SNIPPETS, marks, ids, open=MARK[0], close=MARK[1]):
            yield id_, snippet if is_plain else in_own_letters(snippet, ("\n".join(filter(None, originals)),))
