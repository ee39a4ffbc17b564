"""What an article can be filtered by, as words of the full-text index, so that a filter costs what a word costs.

`articles.labels` holds one token for each: source, language, topics, mentions, type, and the year, month and day it is of.
Each begins with a character of Unicode's private use area, which the tokenizer takes for a letter and no text uses.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlite_utils import Database

    from newscrawler.items import Verdict

SOURCE, LANGUAGE, TOPIC, COUNTRY, NAME, TIME, DROPPED, TYPE, ANY = (chr(0xE000 + number) for number in range(9))
JOIN = "\ue00f"
EVERY = f"{ANY}x"  # every article has it


def token(mark: str, value: str) -> str:
    """One word of the index.

    >>> token(SOURCE, "bbc-News") == SOURCE + "bbc" + JOIN + "news"
    True
    """
    return mark + "".join(character if character.isalnum() else JOIN for character in value.casefold())


@dataclass(frozen=True, slots=True)
class Labelled:
    """What labels are made of.  `at`: when it was published or else last changed, as stated, or else first seen."""

    source: str
    at: str
    language: str | None
    type: str
    topics: Iterable[str]
    mentions: Iterable[tuple[str, str]]  # kind, code
    dropped: bool = False


def labels(of: Labelled) -> str:
    """The column `articles.labels`.

    >>> labels(Labelled("bbc", "2026-11-05", "en-GB", "article", [], [])).count(" ")
    6
    """
    tokens = [EVERY, token(SOURCE, of.source), token(TYPE, of.type)]
    tokens += [token(TIME, of.at[:end]) for end in (4, 7, 10) if len(of.at) >= end]
    if of.language:
        tokens.append(token(LANGUAGE, of.language.partition("-")[0]))
    tokens += sorted(token(TOPIC, topic) for topic in of.topics)
    tokens += sorted(token(COUNTRY if kind == "country" else NAME, code) for kind, code in of.mentions)
    if of.dropped:
        tokens.append(token(DROPPED, "x"))
    return " ".join(tokens)


def labels_of(source: str, at: str, language: str | None, kind: str, verdict: Verdict) -> str:
    """Labels of an article that is about to be written."""
    topics = [each.topic_id for each in verdict.topics]
    mentions = [(each.kind, each.code) for each in verdict.mentions]
    return labels(Labelled(source, at, language, kind, topics, mentions))


_ROWS = """
    SELECT articles.id, articles.source_id, coalesce(articles.published, articles.modified, articles.first_seen),
           articles.language, articles.type,
           (SELECT json_group_array(topic_id) FROM article_topics WHERE article_id = articles.id),
           (SELECT json_group_array(json_array(kind, code)) FROM mentions WHERE article_id = articles.id),
           EXISTS (SELECT 1 FROM reviews WHERE article_id = articles.id AND decision = 'drop')
    FROM articles WHERE articles.id IN (SELECT value FROM json_each(?))
"""


def stored_labels(db: Database, ids: Iterable[int]) -> Iterator[tuple[int, str]]:
    """(id, labels) of articles by what the tables say of them now."""
    for article, source, at, language, kind, topics, mentions, dropped in db.conn.execute(_ROWS, [json.dumps(list(ids))]):
        named = [(each[0], each[1]) for each in json.loads(mentions)]
        yield article, labels(Labelled(source, at, language, kind, json.loads(topics), named, bool(dropped)))


def relabel(db: Database, ids: Iterable[int]) -> None:
    """Bring the labels of articles up to date.  Costs a write of the full text of those alone that changed."""
    for article, new in list(stored_labels(db, ids)):
        db.execute("UPDATE articles SET labels = ? WHERE id = ? AND labels <> ?", [new, article, new])
