"""Related coverage: articles near in time that name the same countries, organisations and topics.  Read-only.

Articles are numbered in order of arrival, so that near in time is a range of ids: what is read is bounded however large
the archive is.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from newscrawler.text import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlite_utils import Database

REACH = 600  # articles before and after
LONGLIST = 24  # of which the titles are compared
LEAST = 2.0  # evidence, in natural units of information: less is chance
_SHARED = """
    SELECT article_id, kind || code FROM mentions
    WHERE article_id BETWEEN :low AND :high AND kind || code IN (SELECT value FROM json_each(:names))
    UNION ALL
    SELECT article_id, topic_id FROM article_topics
    WHERE article_id BETWEEN :low AND :high AND score >= 0.3 AND topic_id IN (SELECT value FROM json_each(:names))
"""
_OTHERS = """
    SELECT articles.id, articles.title, articles.published, articles.first_seen, articles.story_id, articles.source_id,
           sources.name AS source, stories.articles AS carried_by
    FROM articles JOIN sources ON sources.id = articles.source_id JOIN stories ON stories.id = articles.story_id
    WHERE articles.id IN (SELECT value FROM json_each(:ids)) AND articles.story_id <> :story
      AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.article_id = articles.id AND reviews.decision = 'drop')
"""


def related(db: Database, article: Mapping[str, Any], limit: int = 6) -> list[dict[str, Any]]:
    """Rows of other stories' articles, the most closely related first, each with `because`: what both name.

    `article`: a row of `reading.article`.  What is rare nearby says more than what all name (inverse document frequency).
    """
    names = {f"{each['kind']}{each['code']}": each["name"] for each in article["mentions"][:10]}
    names |= {each["topic_id"]: each["label"] for each in article["topics"][:4] if each["score"] >= 0.3}
    if not names:
        return []
    values = {"low": article["id"] - REACH, "high": article["id"] + REACH, "names": json.dumps(list(names))}
    shared: defaultdict[int, list[str]] = defaultdict(list)
    for other, name in db.execute(_SHARED, values).fetchall():
        shared[other].append(name)
    shared.pop(article["id"], None)
    common = Counter(name for each in shared.values() for name in each)
    weight = {name: math.log((2 * REACH + 1) / (number + 1)) for name, number in common.items()}
    score = {other: sum(weight[name] for name in each) for other, each in shared.items()}
    longlist = sorted(score, key=lambda other: (-score[other], abs(other - article["id"])))[:LONGLIST]
    found = _rows(db, longlist, article["story_id"])
    title = _telling(article["title"])
    for row in found:
        row["because"] = [names[name] for name in sorted(shared[row["id"]], key=lambda name: -weight[name])][:3]
        row["score"] = score[row["id"]] + 2 * len(title & _telling(row["title"]))
    found.sort(key=lambda row: (-row["score"], abs(row["id"] - article["id"])))
    return [row for row in _one_a_story(found) if row["score"] >= LEAST][:limit]


def _telling(title: str | None) -> set[str]:
    return {word for word in words(title or "") if len(word) > 4}


def _rows(db: Database, ids: list[int], story: int) -> list[dict[str, Any]]:
    cursor = db.execute(_OTHERS, {"ids": json.dumps(ids), "story": story})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _one_a_story(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first: dict[int, dict[str, Any]] = {}
    for row in rows:
        first.setdefault(row["story_id"], row)
    return list(first.values())
