"""Which archive it is: what no other has, and this one keeps wherever it is copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

_MADE = "SELECT applied_at FROM _sqlite_migrations WHERE migration_set = 'newscrawler' ORDER BY id LIMIT 1"


def identity(db: Database | sqlite3.Connection) -> str:
    """What no other archive has, and this one keeps: when its first table was made, to the microsecond."""
    row = db.execute(_MADE).fetchone()
    return str(row[0]) if row else ""
