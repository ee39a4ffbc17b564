"""Which reports of an engine's workers are filed: a report that comes twice counts once, though the archivist was killed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import iso

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawler.storage.archive import Archive

REMEMBERED = timedelta(days=7)  # no engine delivers anything so late


def is_first(archive: Archive, turn: str, report: str, now: datetime) -> bool:
    """Note a report as filed, in the transaction that files it; False where it was filed before."""
    cursor = archive.db.execute(
        "INSERT INTO engine_reports (turn, report, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", [turn, report, iso(now)]
    )
    return cursor.rowcount > 0


def forget_old(archive: Archive, now: datetime) -> None:
    with archive.transaction():
        archive.db.execute("DELETE FROM engine_reports WHERE at < ?", [iso(now - REMEMBERED)])
