"""What an archive has of sources, topics and names, read in some milliseconds each, however many articles it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

SourceRow = tuple[str, str, str | None, str, str]  # id, name, country, kind, home

# one step of the index for each kind and code, however many articles mention it
_NEXT_KIND = "SELECT min(kind) FROM mentions WHERE kind > ?"
_NEXT_CODE = "SELECT min(code) FROM mentions WHERE kind = ? AND code > ?"
_NAME_OF = "SELECT name FROM mentions WHERE kind = ? AND code = ? LIMIT 1"


def read_sources(db: Database) -> tuple[SourceRow, ...]:
    """All sources, by name."""
    rows = db.conn.execute("SELECT id, name, country, kind, home FROM sources ORDER BY name, id")
    return tuple((source, name, country, kind, home) for source, name, country, kind, home in rows)


def read_topics(db: Database) -> tuple[tuple[str, str], ...]:
    """(id, label) of all topics, by label."""
    rows = db.conn.execute("SELECT topic_id, label FROM topics ORDER BY label, topic_id")
    return tuple((topic, label) for topic, label in rows)


def read_mentions(db: Database) -> tuple[tuple[str, str, str], ...]:
    """(kind, code, name) of all that articles mention."""
    return tuple(_each_mention(db))


def _each_mention(db: Database) -> Iterator[tuple[str, str, str]]:
    def one(sql: str, *values: str | None) -> str | None:
        found: str | None = db.conn.execute(sql, values).fetchone()[0]
        return found

    kind: str | None = ""
    while kind := one(_NEXT_KIND, kind):
        code: str | None = ""
        while code := one(_NEXT_CODE, kind, code):
            yield kind, code, one(_NAME_OF, kind, code) or code
