"""The SQL of files that were taken in: how far each is, so that one that was stopped goes on there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.dates import iso

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Import:
    """One file: how many of its records are done, and what became of them."""

    id: int
    started: str
    finished: str | None
    records: int
    counts: dict[str, int]


def last(db: Database, digest: str, scope: Mapping[str, object]) -> Import | None:
    """The last time that a file of these bytes was taken in with this very scope; None where it never was."""
    row = db.execute(
        """
        SELECT id, started, finished, records, counts FROM imports WHERE digest = ? AND scope = ?
        ORDER BY id DESC LIMIT 1
        """,
        [digest, _json(scope)],
    ).fetchone()
    if row is None:
        return None
    key, started, finished, records, counts = row
    return Import(key, started, finished, records, json.loads(counts))


def begin(db: Database, file: Mapping[str, object], scope: Mapping[str, object], now: datetime) -> Import:
    """A new one, at its beginning.  `file` has its name, kind, size and digest."""
    cursor = db.execute(
        "INSERT INTO imports (file, kind, size, digest, scope, started) VALUES (:file, :kind, :size, :digest, :scope, :now)",
        {**file, "scope": _json(scope), "now": iso(now)},
    )
    assert cursor.lastrowid is not None
    return Import(cursor.lastrowid, iso(now), None, 0, {})


def save(db: Database, done: Import) -> None:
    """Write down how far one is."""
    db.execute(
        "UPDATE imports SET records = ?, counts = ?, finished = ? WHERE id = ?",
        [done.records, _json(done.counts), done.finished, done.id],
    )


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, sort_keys=True)
