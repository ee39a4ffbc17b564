"""The SQL of vectors: whose are still to be made, which there are, and by which encoder.

Signs of the vectors stand once more in a file beside the database (`vector_file`), which searches look through.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawler.storage.database.rows import number, records
from newscrawler.storage.meaning import events

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

_WAITING = """
    SELECT articles.id, articles.title, articles.lead, substr(articles.text, 1, 4000) AS text, articles.language
    FROM to_encode JOIN articles ON articles.id = to_encode.article_id
    ORDER BY to_encode.article_id LIMIT :limit
"""
_OTHERS = """
    SELECT count(*) FROM articles
    WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE article_id = articles.id AND encoder_id = :encoder)
"""
_GROUPED_WITHOUT = """
    SELECT count(*) FROM json_each(:articles) AS made
    JOIN articles ON articles.id = made.value
    JOIN stories ON stories.id = articles.story_id AND stories.first_article_id = articles.id
    JOIN event_evidence ON event_evidence.story_id = stories.id AND event_evidence.article_id = articles.id
    JOIN event_stories ON event_stories.story_id = stories.id
    WHERE NOT EXISTS (SELECT 1 FROM to_group WHERE article_id = articles.id)
    AND NOT EXISTS (SELECT 1 FROM vectors WHERE article_id = articles.id AND vector IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Unencoded:
    """What of an article is encoded."""

    id: int
    title: str | None
    lead: str | None
    text: str = field(repr=False)
    language: str | None


@dataclass(frozen=True, slots=True)
class StoredVector:
    number: int
    article_id: int
    vector: bytes = field(repr=False)


def ask_for(db: Database, article_id: int) -> None:
    """Note that an article is new, or says something else now: its vector and its story's event are to be made."""
    db.execute("INSERT OR IGNORE INTO to_encode (article_id) VALUES (?)", [article_id])
    events.ask_for(db, article_id)


def ask_for_all(db: Database, encoder: int) -> None:
    """Note all articles that have no vector by an encoder."""
    db.execute(
        """
        INSERT OR IGNORE INTO to_encode (article_id)
        SELECT id FROM articles
        WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE article_id = articles.id AND encoder_id = ?)
        """,
        [encoder],
    )


def waiting(db: Database, limit: int) -> list[Unencoded]:
    """The next articles whose vectors are still to be made."""
    return records(db, Unencoded, _WAITING, limit=limit)


def how_many_waiting(db: Database) -> int:
    return number(db, "SELECT count(*) FROM to_encode")


def encoder_id(db: Database, name: str) -> int | None:
    """The number of an encoder; None where no vector is by it."""
    row = db.execute("SELECT id FROM encoders WHERE name = ?", [name]).fetchone()
    return row[0] if row else None


def name_encoder(db: Database, name: str) -> int:
    """The number of an encoder, whose first vectors are about to be written, or of one that is there."""
    db.execute("INSERT OR IGNORE INTO encoders (name) VALUES (?)", [name])
    found = encoder_id(db, name)
    assert found is not None
    return found


def is_any(db: Database) -> bool:
    """Whether there are vectors, whoever made them."""
    return bool(db.execute("SELECT EXISTS (SELECT 1 FROM vectors WHERE vector IS NOT NULL)").fetchone()[0])


def first_and_last_encoder(db: Database) -> tuple[int, int] | None:
    """The encoders of the oldest and of the latest vector; None where there is none."""
    sql = "SELECT encoder_id FROM vectors WHERE vector IS NOT NULL ORDER BY number"
    first = db.execute(f"{sql} LIMIT 1").fetchone()
    return (first[0], db.execute(f"{sql} DESC LIMIT 1").fetchone()[0]) if first else None


def by_others(db: Database, encoder: int) -> int:
    """How many articles have no vector by an encoder.  Counts all articles."""
    return number(db, _OTHERS, encoder=encoder)


def grouped_without(db: Database, articles: Iterable[int]) -> int:
    """How many of some articles have no vector, and their story, whose original they are, was put into its event so.

    A story that waits for its event is decided on with what it has by then, and is not counted.
    """
    return number(db, _GROUPED_WITHOUT, articles=json.dumps(list(articles)))


def keep(db: Database, encoder: int, made: Iterable[tuple[int, bytes | None]]) -> None:
    """Write (article, vector or None where it has none) in the place of what was there; they wait no more."""
    made = list(made)
    # a new number: whoever has read up to the last one reads it
    db.conn.executemany("DELETE FROM vectors WHERE article_id = ?", [(article,) for article, _ in made])
    db.conn.executemany(
        "INSERT INTO vectors (article_id, encoder_id, vector) VALUES (?, ?, ?)",
        [(article, encoder, vector) for article, vector in made],
    )
    db.conn.executemany("DELETE FROM to_encode WHERE article_id = ?", [(article,) for article, _ in made])


def made_since(db: Database, encoder: int, after: int, limit: int) -> list[StoredVector]:
    """Vectors by an encoder behind a number, in order of making."""
    sql = """
        SELECT number, article_id, vector FROM vectors
        WHERE number > :after AND encoder_id = :encoder AND vector IS NOT NULL ORDER BY number LIMIT :limit
    """
    return records(db, StoredVector, sql, encoder=encoder, after=after, limit=limit)


def last_number(db: Database) -> int:
    return number(db, "SELECT max(number) FROM vectors")


def vectors_of(db: Database, encoder: int, articles: Sequence[int]) -> dict[int, bytes]:
    """Article -> its vector by an encoder, of those that have one."""
    sql = """
        SELECT article_id, vector FROM vectors
        WHERE article_id IN (SELECT value FROM json_each(?)) AND encoder_id = ? AND vector IS NOT NULL
    """
    return dict(db.execute(sql, [json.dumps(list(articles)), encoder]).fetchall())
