"""The whole examination, in order: what is around, then the database, then the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.doctor import database, meaning, pages, rights, surroundings
from newscrawler.doctor.findings import Finding, FindingKind
from newscrawler.errors import ArchiveError
from newscrawler.storage.archive import PAGES
from newscrawler.storage.database.connect import DATABASE, connect_for_reading
from newscrawler.storage.schema import versions as schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path


def examine(folder: Path, working: Path, environment: Mapping[str, str], now: datetime) -> list[Finding]:
    """All that is wrong with an archive and where it runs, and what is worth knowing.  Changes nothing."""
    found = [
        *surroundings.look_at_settings(working),
        *surroundings.look_at_network(environment),
        *surroundings.look_at_clock(now),
        *surroundings.look_at_versions(),
    ]
    try:
        db = connect_for_reading(folder, any_schema=True)
    except ArchiveError as error:
        return [*found, Finding(FindingKind.UNREADABLE, str(folder / DATABASE), str(error))]
    try:
        found += surroundings.look_at_folder(folder)
        within = database.look(db, now)
        found += within
        if schema.is_current(db) and not any(each.kind is FindingKind.INTEGRITY for each in within):
            found += [
                *pages.look(db, folder / PAGES),
                *rights.look(db, surroundings.respected(working), now),
                *meaning.look(db),
                *surroundings.look_at_runs(db, now),
            ]
    finally:
        db.close()
    return found
