"""What an archive has of sources, topics and names, read in some milliseconds each, however many articles it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

SourceRow = tuple[str, str, str | None, str, str]  # id, name, country, kind, home

# one step of the index for each kind and code, however many articles mention it
_KINDS = """
    WITH RECURSIVE kinds (kind) AS (
        SELECT min(kind) FROM mentions
        UNION ALL SELECT (SELECT min(kind) FROM mentions WHERE kind > kinds.kind) FROM kinds WHERE kinds.kind IS NOT NULL
    )
    SELECT kind FROM kinds WHERE kind IS NOT NULL
"""
_CODES = """
    WITH RECURSIVE codes (code) AS (
        SELECT min(code) FROM mentions WHERE kind = :kind
        UNION ALL
        SELECT (SELECT min(code) FROM mentions WHERE kind = :kind AND code > codes.code) FROM codes
        WHERE codes.code IS NOT NULL
    )
    SELECT code, (SELECT name FROM mentions WHERE kind = :kind AND code = codes.code LIMIT 1)
    FROM codes WHERE code IS NOT NULL
"""


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
    kinds = [kind for (kind,) in db.conn.execute(_KINDS).fetchall()]
    return tuple((kind, code, name or code) for kind in kinds for code, name in db.conn.execute(_CODES, {"kind": kind}))
