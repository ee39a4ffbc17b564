"""The SQL of goings over what is stored: how far each is, so that one that was stopped goes on there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.dates import iso

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlite_utils import Database

Counts = dict[str, dict[str, int]]  # stage -> outcome -> how many


@dataclass(frozen=True, slots=True)
class Reprocessing:
    """A going over: the stage that it is at, and the last number of it that is done."""

    id: int
    started: str
    stage: str
    last_id: int
    counts: Counts


def unfinished(db: Database, scope: Mapping[str, object]) -> Reprocessing | None:
    """The last one with this very scope that was stopped before its end; None where there is none."""
    row = db.execute(
        """
        SELECT id, started, stage, last_id, counts FROM reprocessings
        WHERE finished IS NULL AND scope = ? ORDER BY id DESC LIMIT 1
        """,
        [_json(scope)],
    ).fetchone()
    if row is None:
        return None
    key, started, stage, last_id, counts = row
    return Reprocessing(key, started, stage, last_id, json.loads(counts))


def begin(db: Database, scope: Mapping[str, object], stage: str, now: datetime) -> Reprocessing:
    """A new one, at the beginning of its first stage."""
    cursor = db.execute(
        "INSERT INTO reprocessings (started, scope, stage, last_id) VALUES (?, ?, ?, 0)", [iso(now), _json(scope), stage]
    )
    assert cursor.lastrowid is not None
    return Reprocessing(cursor.lastrowid, iso(now), stage, 0, {})


def save(db: Database, reprocessing: Reprocessing) -> None:
    """Write down how far one is."""
    db.execute(
        "UPDATE reprocessings SET stage = ?, last_id = ?, counts = ? WHERE id = ?",
        [reprocessing.stage, reprocessing.last_id, _json(reprocessing.counts), reprocessing.id],
    )


def finish(db: Database, reprocessing: Reprocessing, now: datetime) -> None:
    """Write down that one has come to its end."""
    db.execute("UPDATE reprocessings SET finished = ? WHERE id = ?", [iso(now), reprocessing.id])


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, sort_keys=True)
