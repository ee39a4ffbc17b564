"""What the stories of an event tell differently, and who tells of an article's event in other languages.  Read-only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.events.facts import differing
from newscrawler.storage.database.rows import records
from newscrawler.storage.meaning.event_counts import NOT_DROPPED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from newscrawler.reports.events import EventStory

READ = 1_000  # characters of a text: what comes later is background
COMPARED = 80  # stories, the earliest
ELSEWHERE = 6  # headlines in other languages
_BEGINNINGS = """
    SELECT id, coalesce(title, '') || char(10) || coalesce(lead, '') || char(10) || substr(text, 1, :read)
    FROM articles WHERE id IN (SELECT value FROM json_each(:ids))
"""
_EVENT_OF = """
    SELECT events.id, events.stories, articles.language
    FROM articles JOIN event_stories USING (story_id) JOIN events ON events.id = event_stories.event_id
    WHERE articles.id = :article AND events.stories > 1
"""
_ELSEWHERE = f"""
    SELECT articles.id AS article, articles.title, event_evidence.language, sources.name AS source,
           coalesce(articles.published, articles.first_seen) AS at
    FROM event_stories
    JOIN event_evidence USING (story_id)
    JOIN stories ON stories.id = event_stories.story_id
    JOIN articles ON articles.id = stories.first_article_id
    JOIN sources ON sources.id = articles.source_id
    WHERE event_stories.event_id = :event AND event_evidence.language NOT IN ('', :language)
      AND {NOT_DROPPED}
    ORDER BY event_evidence.at, articles.id LIMIT :limit
"""  # noqa: S608 ours
_HAS_VECTOR = "SELECT 1 FROM vectors WHERE article_id = ? LIMIT 1"

_FACTS = {
    "dead": "How many died",
    "wounded": "How many were hurt",
    "missing": "How many are missing",
    "held": "How many are held",
    "displaced": "How many fled or were moved",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What some stories say of a fact: a number, or the name of a place."""

    what: str
    stories: tuple[EventStory, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that stories tell differently: dead, wounded, missing, held, displaced, or a place (events/facts.toml)."""

    fact: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An article that tells of the same event in another language."""

    article: int
    title: str | None
    language: str
    source: str
    at: str


@dataclass(frozen=True, slots=True)
class EventOfArticle:
    """The event of an article's story, where others tell of it, too (`event` 0: they do not).

    `has_vector`: what is like it can be looked for.
    """

    event: int
    stories: int
    elsewhere: tuple[Elsewhere, ...]
    has_vector: bool


def fact_in_words(kind: str) -> str:
    """A fact that is told differently.

    >>> fact_in_words("dead"), fact_in_words("kyiv")
    ('How many died', 'What the place is called')
    """
    return _FACTS.get(kind, "What the place is called")


def differences(db: Database, stories: Sequence[EventStory]) -> list[Difference]:
    """What some stories of an event tell differently in their beginnings."""
    by_article = {each.article: each for each in stories[:COMPARED] if each.tells_of_it}
    asked = {"ids": json.dumps(list(by_article)), "read": READ}
    texts: dict[int, str] = dict(db.execute(_BEGINNINGS, asked).fetchall())
    reports = [(key, story.language, texts[key]) for key, story in by_article.items() if key in texts]
    return [
        Difference(fact, tuple(Told(what, tuple(by_article[key] for key in who)) for what, who in told))
        for fact, told in differing(reports)
    ]


def event_of_article(db: Database, article: int) -> EventOfArticle:
    """The event that an article tells of, and who tells of it in other languages."""
    row = db.execute(_EVENT_OF, {"article": article}).fetchone()
    has_vector = db.execute(_HAS_VECTOR, [article]).fetchone() is not None
    if row is None:
        return EventOfArticle(0, 0, (), has_vector)
    event, stories, language = row
    base = (language or "").partition("-")[0]
    found = records(db, Elsewhere, _ELSEWHERE, event=event, language=base, limit=ELSEWHERE)
    return EventOfArticle(event, stories, tuple(found), has_vector)
