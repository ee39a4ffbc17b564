"""Related coverage: articles near in time that name the same countries, organisations and topics.  Read-only.

Articles are numbered in order of arrival, so that near in time is a range of ids: what is read is bounded however large
the archive is.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawler.storage.database.rows import records
from newscrawler.text import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

REACH = 600  # articles before and after
COMPARED = 24  # of which the titles are compared
MIN_EVIDENCE = 2.0  # evidence, in natural units of information: less is chance
MIN_TITLE_WORDS = 2  # that both titles have, where the articles have topics alone in common: one is "after"
MIN_COUNTRIES = 2  # that both name, where they have no other name and no word of the title in common
_SHARED = """
    SELECT article_id, kind || code FROM mentions
    WHERE article_id BETWEEN :low AND :high AND kind || code IN (SELECT value FROM json_each(:names))
    UNION ALL
    SELECT article_id, topic_id FROM article_topics
    WHERE article_id BETWEEN :low AND :high AND score >= 0.3 AND topic_id IN (SELECT value FROM json_each(:names))
"""
_NAMES = """
    SELECT kind || code, name FROM (
        SELECT kind, code, name FROM mentions WHERE article_id = :id ORDER BY count DESC, name LIMIT 10
    )
    UNION ALL
    SELECT topic_id, label FROM (
        SELECT topic_id, label, score FROM article_topics JOIN topics USING (topic_id)
        WHERE article_id = :id ORDER BY score DESC LIMIT 4
    ) WHERE score >= 0.3
"""
_OTHERS = """
    SELECT articles.id, articles.title, articles.published, articles.modified, articles.first_seen,
           articles.story_id, articles.source_id,
           sources.name AS source, stories.articles AS carried_by
    FROM articles JOIN sources ON sources.id = articles.source_id JOIN stories ON stories.id = articles.story_id
    WHERE articles.id IN (SELECT value FROM json_each(:ids)) AND articles.story_id <> :story
      AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.article_id = articles.id AND reviews.decision = 'drop')
"""


@dataclass(frozen=True, slots=True)
class RelatedArticle:
    """Another story's article.

    `because`: what both name, the rarest first; `score`: the evidence, in natural units of information.
    """

    id: int
    title: str | None
    published: str | None
    modified: str | None
    first_seen: str
    story_id: int
    source_id: str
    source: str
    carried_by: int
    because: tuple[str, ...] = ()
    score: float = 0.0


def related(db: Database, article_id: int, limit: int = 6) -> list[RelatedArticle]:
    """Other stories' articles, the most closely related first.

    What is rare nearby says more than what all name (inverse document frequency).
    """
    names = _names(db, article_id)
    row = db.execute("SELECT story_id, title FROM articles WHERE id = ?", [article_id]).fetchone()
    if not names or row is None:
        return []
    story, title = row[0], _long_words(row[1])
    values = {"low": article_id - REACH, "high": article_id + REACH, "names": json.dumps(list(names))}
    shared: defaultdict[int, list[str]] = defaultdict(list)
    for other, name in db.execute(_SHARED, values).fetchall():
        shared[other].append(name)
    shared.pop(article_id, None)
    common = Counter(name for each in shared.values() for name in each)
    weight = {name: math.log((2 * REACH + 1) / (number + 1)) for name, number in common.items()}
    score = {other: sum(weight[name] for name in each) for other, each in shared.items()}
    longlist = sorted(score, key=lambda other: (-score[other], abs(other - article_id)))[:COMPARED]
    found = [
        replace(
            each,
            because=tuple(names[name] for name in sorted(shared[each.id], key=lambda name: -weight[name])[:3]),
            score=score[each.id] + 2 * len(title & _long_words(each.title)),
        )
        for each in records(db, RelatedArticle, _OTHERS, ids=json.dumps(longlist), story=story)
    ]
    found.sort(key=lambda each: (-each.score, abs(each.id - article_id)))
    near = [each for each in found if is_about_the_same(shared[each.id], len(title & _long_words(each.title)))]
    return [each for each in _one_a_story(near) if each.score >= MIN_EVIDENCE][:limit]


def is_about_the_same(shared: Sequence[str], title_words: int) -> bool:
    """Whether what two articles share can make them coverage of one thing; keys as in _SHARED.

    One country, or a topic by itself, is what articles of any two subjects have in common.

    >>> is_about_the_same(["countryFR"], 0), is_about_the_same(["countryFR"], 1), is_about_the_same(["medtop:1"], 0)
    (False, True, False)
    >>> is_about_the_same(["medtop:1"], 1), is_about_the_same(["medtop:1"], 2)
    (False, True)
    >>> is_about_the_same(["countryFR", "organisationNATO"], 0), is_about_the_same(["countryFR", "countryUA"], 0)
    (True, True)
    """
    countries = sum(each.startswith("country") for each in shared)
    names = sum(":" not in each for each in shared) - countries
    if title_words >= (1 if names or countries else MIN_TITLE_WORDS):
        return bool(shared)
    return countries >= MIN_COUNTRIES or (names > 0 and len(shared) > 1)


def _names(db: Database, article_id: int) -> dict[str, str]:
    """What an article names most and is about: key as in _SHARED -> name."""
    return dict(db.execute(_NAMES, {"id": article_id}).fetchall())


def _long_words(title: str | None) -> set[str]:
    """The words of a title that say something."""
    return {word for word in words(title or "") if len(word) > 4}


def _one_a_story(articles: list[RelatedArticle]) -> list[RelatedArticle]:
    first: dict[int, RelatedArticle] = {}
    for each in articles:
        first.setdefault(each.story_id, each)
    return list(first.values())
