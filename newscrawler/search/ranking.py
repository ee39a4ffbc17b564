"""The search: ids ranked first, and snippets made for the page only, so that a common word stays fast.

Filters are words of the index (labels.py); the query language is in query.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from newscrawler.search.meaning import LEAST, fused, nearest_articles, nearness
from newscrawler.search.places import MARKED_HITS, NEWEST_MARKED, Newest, ids_of, marked, places_of
from newscrawler.search.snippets import MARK, in_own_letters
from newscrawler.storage.articles.copies import shapes
from newscrawler.storage.articles.labels import TIME, token
from newscrawler.storage.database.rows import plain_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlite_utils import Database

    from newscrawler.search.query import Query

LOOKED_AT = 3_000  # hits, the newest, that one walk of the index brings for ranking and facets
RANKED_HITS = 2_000  # of them
RERANKED_HITS = 25  # of them, by how often they have the words
MAX_DEPTH = 2_000  # hits: nobody reads further
BATCH = 1_000  # ids that `every_hit` asks for at once
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
    """An article as a search shows it; `snippet`: with MARK around each hit; `carried_by`: articles of its story.

    `near`: how near it is to what was looked for by meaning, -1 to 1; None: it has no vector, or nothing was.  `by_words`:
    whether it was found by words, where both were asked for.
    """

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
    near: float | None = field(default=None, kw_only=True)
    by_words: bool = field(default=False, kw_only=True)

    @property
    def found_by(self) -> str:
        """How it was found, of a search by meaning: words, meaning, or words and meaning."""
        if not self.by_words:
            return "meaning"
        return "words" if self.near is None or self.near < LEAST else "words and meaning"

    @property
    def how_near(self) -> str:
        """How it was found by meaning, and how near it is; "" of a search by words alone."""
        if self.near is None:
            return f"by {self.found_by}" if self.by_words else ""
        return f"by {self.found_by}, {self.near:.2f} near"


@dataclass(frozen=True, slots=True)
class Count:
    """How many a query finds: articles, and stories that they are of."""

    articles: int
    stories: int


_COLUMNS = [each.name for each in fields(Hit) if each.name not in ("near", "by_words")]

_NEWEST = "SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :fts ORDER BY rowid DESC LIMIT :ranked"
_NEWEST_BELOW = _NEWEST.replace("ORDER BY", "AND rowid < :below ORDER BY")
# how often title, lead, text and what search reads of it have the words, and the text's length: a mark is one character
_MARKED = """
    SELECT rowid, coalesce(length(highlight(articles_fts, 0, :mark, '')) - length(title), 0),
           coalesce(length(highlight(articles_fts, 1, :mark, '')) - length(lead), 0),
           coalesce(length(highlight(articles_fts, 2, :mark, '')) - length(text), 0),
           coalesce(length(highlight(articles_fts, 3, :mark, '')) - length(segmented), 0), coalesce(length(text), 0)
    FROM articles_fts WHERE articles_fts MATCH :marks AND {among}
"""
# an id as a constraint of the index starts the query anew for it: dear where the query has many words
_PROBED = "rowid IN (SELECT value FROM json_each(:ids))"
_SCANNED = "rowid BETWEEN :low AND :high AND +rowid IN (SELECT value FROM json_each(:ids))"
MAX_PROBED_WORDS = 12  # words
_DATED = """
    SELECT id, coalesce(published, modified, first_seen) AS at FROM articles INDEXED BY articles_in_stories
    WHERE id IN (SELECT value FROM json_each(:ids)) ORDER BY at DESC, id DESC LIMIT :limit"""
_BY_DATE = f"SELECT id FROM ({_DATED})"  # noqa: S608 ours
_ORIGINALS = """
    SELECT articles.id, stories.first_article_id
    FROM articles JOIN stories ON stories.id = articles.story_id WHERE articles.id IN (SELECT value FROM json_each(:ids))
"""
_HITS_AMONG = "SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :fts AND {among}"
# what is told of a hit, in the order of Hit's fields
HIT_COLUMNS = f"""
    articles.id, articles.published, articles.modified, articles.first_seen, sources.name, articles.title,
    articles.url, coalesce(articles.lead, substr(articles.text, 1, {LEAD})), stories.articles, stories.id,
    sources.id, sources.country, articles.language,
    (SELECT json_group_array(label) FROM (
        SELECT label FROM article_topics JOIN topics USING (topic_id)
        WHERE article_id = articles.id ORDER BY score DESC
    ))
"""  # noqa: S608 ours
HIT_ROWS = """
    FROM articles
    JOIN sources ON sources.id = articles.source_id
    JOIN stories ON stories.id = articles.story_id
    WHERE articles.id IN (SELECT value FROM json_each(:ids))
"""
_HITS = f"SELECT {HIT_COLUMNS} {HIT_ROWS}"
_SNIPPETS = """
    SELECT rowid, snippet(articles_fts, -1, :open, :close, '…', 28),
           CASE WHEN segmented IS NOT NULL
                THEN coalesce(title || char(10), '') || coalesce(lead || char(10), '') || coalesce(text, '') END
    FROM articles_fts WHERE articles_fts MATCH :marks AND {among}
"""
_COUNT = """
    SELECT count(*), count(DISTINCT articles.story_id)
    FROM articles_fts CROSS JOIN articles INDEXED BY articles_in_stories ON articles.id = articles_fts.rowid
    WHERE articles_fts MATCH :fts"""
_MONTHS = "SELECT DISTINCT substr(day, 1, 7) FROM days WHERE articles > 0 ORDER BY 1 DESC"


def matching(query: Query) -> tuple[str, dict[str, str]]:
    """The condition that only hits fulfil, and its values."""
    return "articles_fts MATCH :fts", {"fts": query.fts}


def last_hits(db: Database, query: Query, number: int, fts: str | None = None) -> list[int]:
    """The last of the hits to arrive, the last first."""
    return ids_of(db, _NEWEST, fts=fts or query.fts, ranked=number)


def newest(db: Database, query: Query, number: int = LOOKED_AT) -> Newest:
    """The last hits to arrive, for `ranked` and `facets` of the same query: the index is walked once for both."""
    if not query.fts:
        return Newest([])
    if query.like:
        return Newest(_by_meaning(db, query))
    # of alternatives beside a phrase FTS5 does not mark all that an article has
    if query.plain or not query.words or " OR " in query.words:
        return Newest(last_hits(db, query, number))
    first = min(number, MARKED_HITS)
    place = marked(db, NEWEST_MARKED, {"fts": query.fts, "ranked": first, "mark": MARK[0]})
    ids = list(place)
    if len(ids) == first < number:
        ids += ids_of(db, _NEWEST_BELOW, fts=query.fts, below=ids[-1], ranked=number - MARKED_HITS)
    return Newest(ids, place)


def every_hit(db: Database, query: Query) -> Iterator[int]:
    """All hits in the order in which they came, read batch by batch: memory does not grow with their number."""
    if query.like:
        yield from sorted(_by_meaning(db, query))
        return
    condition, values = matching(query)
    sql = f"SELECT rowid AS id FROM articles_fts WHERE {condition} AND rowid > :after ORDER BY rowid LIMIT {BATCH}"  # noqa: S608 ours
    after = 0
    while query.fts and (batch := ids_of(db, sql, **values, after=after)):
        yield from batch
        after = batch[-1]


def count_exactly(db: Database, query: Query) -> Count:
    """All hits counted, one by one: a second for a million."""
    if not query.fts:
        return Count(0, 0)
    if query.like:
        ids = _by_meaning(db, query)
        return Count(len(ids), len({story for story, _ in shapes(db, ids).values()}))
    return Count(*db.conn.execute(_COUNT, {"fts": query.fts}).fetchone())


def by_date(db: Database, query: Query, number: int, last: Newest | None = None) -> list[int]:
    """The last of the hits to be published, the last first."""
    ids = json.dumps(_published_last(db, query, number, last))
    return ids_of(db, _BY_DATE, ids=ids, limit=number)


def dated(db: Database, query: Query, number: int, last: Newest) -> dict[int, str]:
    """The same, each with when it was published."""
    ids = json.dumps(_published_last(db, query, number, last))
    return dict(plain_rows(db, _DATED, {"ids": ids, "limit": number}).fetchall())


def _published_last(db: Database, query: Query, number: int, last: Newest | None) -> list[int]:
    """Hits among which are the last to be published.

    What arrived last is not always what was published last: where there are too many hits to look at them all, the
    archive's months are asked one by one.
    """
    ids = (last or newest(db, query)).ids[: RANKED_HITS + 1]
    if len(ids) > RANKED_HITS:
        ids = []
        for (month,) in db.conn.execute(_MONTHS).fetchall():
            ids += last_hits(db, query, RANKED_HITS, f'({query.fts}) AND "{token(TIME, month)}"')
            if len(ids) >= number:
                break
    return ids


def best(db: Database, query: Query, last: Newest | None = None) -> list[int]:
    """The last RANKED_HITS to arrive, the best first.

    First those that have words in the title, then in the lead; the first RERANKED_HITS of them in the order of `_weight`.
    bm25 would count every article that has one of the words, each time: a second and more for a phrase of common words.
    """
    place = places(db, query, last)
    # sorting is stable: within a place the last to arrive stay first
    ids = sorted(place, key=lambda each: place[each])
    weight = weights(db, query, ids[:RERANKED_HITS])
    return [*sorted(ids[:RERANKED_HITS], key=lambda each: -weight.get(each, 0.0)), *ids[RERANKED_HITS:]]


def places(db: Database, query: Query, last: Newest | None = None) -> dict[int, int]:
    """The last RANKED_HITS to arrive, the last first, each with where it has the words: 0 title, 1 lead, 2 elsewhere.

    Of a query that is dear to ask, where it has any of them.
    """
    return places_of(db, query, last or newest(db, query), RANKED_HITS)


def weights(db: Database, query: Query, ids: list[int]) -> dict[int, float]:
    """What some hits are worth by how often they have the words."""
    if not ids:
        return {}
    return {row[0]: _weight(*row[1:]) for row in _among(db, _MARKED, query.marks, ids, mark=MARK[0])}


def _among(db: Database, sql: str, marks: str, ids: list[int], **values: object) -> Iterable[Any]:
    """The rows of some articles that have words."""
    return db.conn.execute(sql.format(among=_way_to(marks)), {**values, **_span(ids), "marks": marks})


def _way_to(expression: str) -> str:
    """How some articles are found among those of an expression."""
    return _PROBED if expression.count('"') <= 2 * MAX_PROBED_WORDS and "*" not in expression else _SCANNED


def _span(ids: list[int]) -> dict[str, object]:
    return {"low": min(ids), "high": max(ids), "ids": json.dumps(ids)}


def _weight(title: int, lead: int, text: int, apart: int, length: int) -> float:
    """What hits are worth by where and how many they are: in a text each more is worth less, as in BM25's term frequency.

    `apart`: in what search reads of the text; `length`: of the text, in characters.

    >>> _weight(1, 0, 1, 0, 900) > _weight(0, 0, 1, 0, 900) > _weight(0, 0, 1, 0, 9_000) > 0
    True
    """
    often = max(text, apart)
    return min(title, 3) * 3 + min(lead, 3) + 6 * often / (often + 1.2 * (0.25 + 0.75 * length / 4_000))


def one_a_story(db: Database, ids: list[int]) -> list[int]:
    """The first of each story, in the same order."""
    stories = {article: story for article, (story, _) in shapes(db, ids).items()}
    first: dict[int, int] = {}
    for each in ids:
        first.setdefault(stories[each], each)
    return list(first.values())


def hits_among(db: Database, query: Query, ids: list[int]) -> set[int]:
    """Those of some articles that are hits; of a query by meaning those that its filters find."""
    return set(ids_of(db, _HITS_AMONG.format(among=_way_to(query.fts)), fts=query.fts, **_span(ids)))


def are_hits(db: Database, query: Query, ids: Iterable[int], last: Collection[int] | None, asked: int) -> set[int]:
    """Those of some articles that are hits, where `last` are the last of them, `asked` at most, if anybody knows those."""
    found = set(ids).intersection(last or ())
    rest = [each for each in ids if each not in found]
    complete = last is not None and len(last) < asked
    return found | hits_among(db, query, rest) if rest and not complete else found


def originals(db: Database, ids: list[int], query: Query, last: Newest | None = None) -> list[int]:
    """The same stories, under their originals where those are hits, too.  `last`: its `newest`, if they are known."""
    firsts = {row[0]: row[1] for row in db.conn.execute(_ORIGINALS, {"ids": json.dumps(ids)})}
    asked = [first for each, first in firsts.items() if each != first]
    if not asked:
        return ids
    hits = are_hits(db, query, asked, last.ids if last else None, LOOKED_AT)
    return [firsts[each] if firsts.get(each) in hits else each for each in ids]


def ranked(db: Database, query: Query, listing: Listing = FIRST_PAGE, last: Newest | None = None) -> list[int]:
    """Ids of the best hits (of the last RANKED_HITS to arrive), or of the newest ones, one a story unless `every_copy`.

    A query of filters alone has no best: the newest come first.  A story stands under its original where that is a hit.
    `last`: the query's `newest`, if the caller has it.
    """
    offset, wanted = listing.offset, min(listing.offset, MAX_DEPTH) + listing.limit
    if not query.fts or listing.limit <= 0:
        return []
    if query.like:
        nearest = (last or newest(db, query)).ids
        if listing.newest:
            nearest = ids_of(db, _BY_DATE, ids=json.dumps(nearest), limit=len(nearest))
        return (nearest if listing.every_copy else one_a_story(db, nearest))[offset:wanted]
    every_copy = listing.every_copy or query.of_story  # whoever asks for a story wants all of it
    number = wanted if every_copy else 2 * wanted + 20
    while True:
        dated = listing.newest or not query.words
        last = last or newest(db, query)
        found = by_date(db, query, number, last) if dated else best(db, query, last)
        if every_copy:
            return found[offset:wanted]
        ids = one_a_story(db, found if dated else found[:number])[:wanted]
        if len(ids) == wanted or len(found) < number:
            break
        number *= 5  # stories of many copies
    return originals(db, ids[offset:], query, last)


def _by_meaning(db: Database, query: Query) -> list[int]:
    """Ids of what says nearly what is looked for, the nearest first; with words by reciprocal rank of both."""
    unfiltered = len(query.filters) == len(query.like)
    rankings = [
        [article for article, _ in nearest_articles(db, like, query.beside_words, everything=unfiltered)]
        for like in query.like
    ]
    return fused([*rankings, best(db, replace(query, like=()))] if query.words and query.fts else rankings)


def search(db: Database, query: Query, listing: Listing = FIRST_PAGE, last: Newest | None = None) -> list[Hit]:
    """The hits of `ranked`, to show: with words of the text around what was looked for."""
    return hits(db, ranked(db, query, listing, last), query)


def hits(db: Database, ids: list[int], query: Query) -> list[Hit]:
    """Articles as hits, in the order given; those that are not there are left out."""
    made = {row[0]: _hit(*row) for row in db.conn.execute(_HITS, {"ids": json.dumps(ids)})}
    if query.like:
        near, by_words = how_found(db, query, ids)
        made = {id_: replace(hit, near=near.get(id_), by_words=id_ in by_words) for id_, hit in made.items()}
    snippets = dict(_snippets(db, ids, query))
    return [replace(made[each], snippet=snippets.get(each, made[each].snippet or "")) for each in ids if each in made]


def how_found(db: Database, query: Query, ids: Sequence[int]) -> tuple[dict[int, float], set[int]]:
    """(how near hits of a search by meaning are to the likest of what was asked for, those that have the words, too)."""
    near: dict[int, float] = {}
    for like in query.like:
        for article, score in nearness(db, like, ids).items():
            near[article] = max(score, near.get(article, score))
    return near, hits_among(db, query, list(ids)) if query.words and query.fts and ids else set()


def _hit(*row: Any) -> Hit:
    return Hit(**dict(zip(_COLUMNS, row, strict=True)) | {"topics": tuple(json.loads(row[-1]))})


def _snippets(db: Database, ids: list[int], query: Query) -> Iterator[tuple[int, str]]:
    if query.marks and ids:
        marks = f"{{lead text segmented}} : ({query.marks})"
        for id_, snippet, original in _among(db, _SNIPPETS, marks, ids, open=MARK[0], close=MARK[1]):
            yield id_, snippet if original is None else in_own_letters(snippet, (original,))
