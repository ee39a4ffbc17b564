"""One article whole, its states, its text.  Read-only."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from newscrawler.reports.json_cells import strings, term_matches, texts, updates
from newscrawler.reports.stories import StoryMember, members
from newscrawler.storage.articles.pages import StoredPage, page_of_article
from newscrawler.storage.database.rows import record, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlite_utils import Database

    from newscrawler.items import TermMatch, Update

_ARTICLE = """
    SELECT articles.id, articles.url, articles.url_key, articles.source_id, articles.title, articles.authors,
           articles.published, articles.published_origin, articles.modified, articles.language, articles.section,
           articles.lead, articles.text, articles.word_count, articles.image_url, articles.canonical, articles.story_id,
           articles.relevance, articles.first_seen, articles.last_seen, articles.content_hash, articles.extractor,
           articles.read_by, articles.page_id, articles.credit, articles.type, articles.tags, articles.agency,
           articles.paywall, articles.published_zone, articles.captions, articles.updates, articles.origins,
           articles.language_origin, articles.rights, articles.withdrawn, articles.gone_since, articles.gone_reason,
           sources.name AS source,
           stories.articles AS carried_by, stories.first_article_id, stories.reason AS first_reason
    FROM articles JOIN sources ON sources.id = articles.source_id JOIN stories ON stories.id = articles.story_id
    WHERE articles.id = :id
"""
_TOPICS = """
    SELECT topics.topic_id, topics.label, article_topics.score, article_topics.terms
    FROM article_topics JOIN topics USING (topic_id) WHERE article_id = :id ORDER BY score DESC
"""
_MENTIONS = "SELECT kind, code, name, count, main FROM mentions WHERE article_id = :id ORDER BY count DESC, name"
_VERDICT = "SELECT decision, defence, diplomacy, reason, lexicon, judged, matches FROM verdicts WHERE article_id = :id"
_REVIEW = "SELECT decision, decided FROM reviews WHERE article_id = :id"
_REVISIONS = """
    SELECT id, seen, last_seen, change, reason, states, title, length(text) AS characters, content_hash
    FROM revisions WHERE article_id = :id ORDER BY id
"""
_REREADINGS = "SELECT at, read_by, read_before, fields FROM rereadings WHERE article_id = :id ORDER BY id"
_REVISITS = "SELECT last_visit, next_visit, visits, failures, failure, reason FROM revisits WHERE article_id = :id"
_OVERLAPS = """
    SELECT copies.other_id AS id, sources.name AS source, articles.url, copies.relation, copies.score, copies.reason
    FROM copies JOIN articles ON articles.id = copies.other_id JOIN sources ON sources.id = articles.source_id
    WHERE copies.article_id = :id AND NOT copies.same_story ORDER BY copies.score DESC, copies.other_id
"""
_STATES = """
    SELECT id, seen, last_seen, change, reason, title, text FROM revisions
    WHERE article_id = :id AND change <> 'gone' ORDER BY coalesce(last_seen, seen), id
"""
_JUDGED = """
    SELECT title, lead, text, language, language_origin, reviews.decision
    FROM articles LEFT JOIN reviews ON reviews.article_id = articles.id
"""
_TEXT = """
    SELECT articles.id, articles.title, articles.text, articles.language, sources.name AS source
    FROM articles JOIN sources ON sources.id = articles.source_id WHERE articles.id = :id
"""

_IDS = "SELECT id FROM articles WHERE id > :after ORDER BY id LIMIT :limit"
BATCH = 1_000  # ids


@dataclass(frozen=True, slots=True)
class ArticleTopic:
    """A topic that an article is about, from 0 to 1, and the terms that say so."""

    topic_id: str
    label: str
    score: float
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A name of the gazetteer that an article has, how often; `main` (1, else 0): the article is about that country."""

    kind: str
    code: str
    name: str
    count: int
    main: int


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """What the lexicon said of an article when it was judged last; `relevance` stands with the article."""

    decision: str
    defence: float
    diplomacy: float
    reason: str
    lexicon: str
    judged: str
    matches: tuple[TermMatch, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What a person decided: keep or drop."""

    decision: str
    decided: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A change of an article, and how long its text was after it.

    `states`: how many were seen from `seen` to `last_seen`, of which this is the last.
    """

    id: int
    seen: str
    last_seen: str | None
    change: str
    reason: str | None
    states: int
    title: str | None
    characters: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Revisits:
    """When an article was looked at again, and when it will be.

    `failure` and `reason` say why the last look brought no state of it, as a word and as a sentence; None: it brought one.
    """

    last_visit: str | None
    next_visit: str | None
    visits: int
    failures: int
    failure: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Rereading:
    """A time that the stored page was read anew and said something else; `fields`: what of it.  We changed, not the page."""

    at: str
    read_by: str
    read_before: str | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another story's article that shares words with this one."""

    id: int
    source: str
    url: str
    relation: str
    score: float
    reason: str | None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """All that the archive holds of an article.  Times are as stored: UTC, or a date alone where no more was stated.

    `carried_by`: articles of its story; `same_story`: the others of them; `shares_words`: articles of other stories.
    """

    id: int
    url: str
    url_key: str
    source_id: str
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    published_origin: str | None
    modified: str | None
    language: str | None
    section: str | None
    lead: str | None
    text: str = field(repr=False)
    word_count: int
    image_url: str | None
    canonical: str | None
    story_id: int
    relevance: float | None
    first_seen: str
    last_seen: str
    content_hash: str
    extractor: str
    read_by: str | None
    page_id: int | None
    credit: str | None
    type: str
    tags: tuple[str, ...]
    agency: str | None
    paywall: bool | None
    published_zone: str | None
    captions: tuple[str, ...]
    updates: tuple[Update, ...]
    origins: Mapping[str, str]
    language_origin: str | None
    rights: str | None
    withdrawn: str | None
    gone_since: str | None
    gone_reason: str | None
    source: str
    carried_by: int
    first_article_id: int
    first_reason: str | None
    topics: tuple[ArticleTopic, ...]
    mentions: tuple[StoredMention, ...]
    verdict: StoredVerdict | None
    review: Review | None
    revisions: tuple[Revision, ...]
    revisits: Revisits | None
    rereadings: tuple[Rereading, ...]
    same_story: tuple[StoryMember, ...]
    shares_words: tuple[Overlap, ...]
    page: StoredPage | None


@dataclass(frozen=True, slots=True)
class ArticleState:
    """A state of an article's text: the revision that brought it."""

    id: int
    seen: str
    last_seen: str | None
    change: str
    reason: str | None
    title: str | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class JudgedText:
    """The parts of an article that are judged; `decision`: what a person said of it, keep or drop."""

    title: str | None
    lead: str | None
    text: str = field(repr=False)
    language: str | None
    language_origin: str | None
    decision: str | None


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article's current text beside what is needed to name it."""

    id: int
    title: str | None
    text: str = field(repr=False)
    language: str | None
    source: str


def ids(db: Database) -> Iterator[int]:
    """The id of every article, in the order in which they came; those that come meanwhile, too."""
    after = 0
    while batch := [row[0] for row in db.execute(_IDS, {"after": after, "limit": BATCH})]:
        yield from batch
        after = batch[-1]


def addresses(db: Database) -> Iterator[tuple[int, str]]:
    """(id, address) of every article, in the order in which they came."""
    for each in ids(db):
        yield each, db.execute("SELECT url FROM articles WHERE id = ?", [each]).fetchone()[0]


def id_at(db: Database, key: str) -> int | None:
    """The article of an address's key (`urls.url_key`); None where the archive has none."""
    row = db.execute("SELECT id FROM articles WHERE url_key = ?", [key]).fetchone()
    return int(row[0]) if row else None


def stored_article(db: Database, article_id: int) -> StoredArticle | None:
    """An article with its topics, mentions, revisions, copies and page; None where there is none."""
    return record(db, partial(_whole, db), _ARTICLE, id=article_id)


def _whole(db: Database, **cells: Any) -> StoredArticle:
    """The row's cells read, and what other tables hold of the article."""
    at = {"id": cells["id"]}
    lists = {name: tuple(strings(cells.pop(name))) for name in ("authors", "tags", "captions")}
    paywall = cells.pop("paywall")
    return StoredArticle(
        **cells | lists | {"updates": tuple(updates(cells["updates"])), "origins": texts(cells["origins"])},
        paywall=None if paywall is None else bool(paywall),
        topics=tuple(records(db, _topic, _TOPICS, **at)),
        mentions=tuple(records(db, StoredMention, _MENTIONS, **at)),
        verdict=record(db, _verdict, _VERDICT, **at),
        review=record(db, Review, _REVIEW, **at),
        revisions=tuple(records(db, Revision, _REVISIONS, **at)),
        revisits=record(db, Revisits, _REVISITS, **at),
        rereadings=tuple(records(db, _rereading, _REREADINGS, **at)),
        same_story=tuple(each for each in members(db, cells["story_id"]) if each.id != cells["id"]),
        shares_words=tuple(records(db, Overlap, _OVERLAPS, **at)),
        page=page_of_article(db, cells["id"]),
    )


def _rereading(fields: object, **cells: Any) -> Rereading:
    return Rereading(**cells, fields=tuple(strings(fields)))


def _topic(terms: object, **cells: Any) -> ArticleTopic:
    return ArticleTopic(**cells, terms=tuple(strings(terms)))


def _verdict(matches: object, **cells: Any) -> StoredVerdict:
    return StoredVerdict(**cells, matches=tuple(term_matches(matches)))


def states(db: Database, article_id: int) -> list[ArticleState]:
    """The states of an article's text, in the order in which they were last seen; those of being gone left out."""
    return records(db, ArticleState, _STATES, id=article_id)


def current_text(db: Database, article_id: int) -> ArticleText | None:
    """None where there is no article of that number."""
    return record(db, ArticleText, _TEXT, id=article_id)


def judged_text(db: Database, article_id: int) -> JudgedText | None:
    """None where there is no article of that number."""
    return record(db, JudgedText, f"{_JUDGED} WHERE id = :id", id=article_id)


def judged_text_at(db: Database, url_key: str) -> JudgedText | None:
    """The same of the article at an address; None where the archive has none."""
    return record(db, JudgedText, f"{_JUDGED} WHERE url_key = :key", key=url_key)


def arrivals(db: Database, ids: Sequence[int]) -> dict[int, str]:
    """Article -> when it came, UTC."""
    asked = "SELECT id, first_seen FROM articles WHERE id IN (SELECT value FROM json_each(?))"
    return dict(db.execute(asked, [json.dumps(list(ids))]).fetchall())
