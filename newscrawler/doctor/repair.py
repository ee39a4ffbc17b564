"""Repairs, each of what a finding says can be mended; the database as it was is kept beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.doctor.database import FAR_AHEAD_DAYS, STUCK
from newscrawler.storage import schema
from newscrawler.storage.archive import acquire
from newscrawler.storage.backup import copy_database
from newscrawler.storage.connect import DATABASE, connect_for_writing, explain_errors
from newscrawler.storage.foreign import ObjectKind, foreign_objects

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlite_utils import Database


def repair(folder: Path, now: datetime) -> Path:
    """Mend an archive's database; where the copy from before lies.

    Raises ArchiveBusy where another process writes it, ArchiveError where it cannot be copied or written.
    """
    lock = acquire(folder)
    try:
        kept = folder / f"{DATABASE}-{now:%Y%m%dT%H%M%SZ}.backup"
        copy_database(folder / DATABASE, kept, check=False)
        with explain_errors(folder / DATABASE):
            db = connect_for_writing(folder)
            try:
                _mend(db, now)
            finally:
                db.close()
    finally:
        lock.release()
    return kept


def _mend(db: Database, now: datetime) -> None:
    db.execute("PRAGMA foreign_keys = OFF")
    with db.atomic():
        _drop_foreign_code(db)  # first: triggers would run with all that follows
        db.execute("REINDEX")
        _loosen_keys(db)
    db.execute("PRAGMA foreign_keys = ON")
    schema.migrate(db)
    with db.atomic():
        db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
        stuck = STUCK.format("id")
        db.execute(
            f"UPDATE endpoints SET next_poll = NULL WHERE id IN ({stuck})",  # noqa: S608 ours
            [now.strftime("%Y-%m-%dT%H:%M:%SZ"), FAR_AHEAD_DAYS],
        )


def _drop_foreign_code(db: Database) -> None:
    for each in foreign_objects(db):
        if each.kind is ObjectKind.TRIGGER:
            quoted = each.name.replace('"', '""')
            db.execute(f'DROP {each.kind.value.upper()} "{quoted}"')


def _loosen_keys(db: Database) -> None:
    """Rows that point nowhere point at nothing, and go where they must point at something.

    Until nothing is loose: what goes may have been pointed at.
    """
    while loose := db.execute("PRAGMA foreign_key_check").fetchall():
        for table, row, _, key in loose:
            columns = {each[3] for each in db.execute(f'PRAGMA foreign_key_list("{table}")').fetchall() if each[0] == key}
            bound = {each[1] for each in db.execute(f'PRAGMA table_info("{table}")').fetchall() if each[3] or each[5]}
            if columns & bound or row is None:
                db.execute(f'DELETE FROM "{table}" WHERE rowid = ?', [row])  # noqa: S608 a table of ours
            else:
                unset = ", ".join(f'"{each}" = NULL' for each in sorted(columns))
                db.execute(f'UPDATE "{table}" SET {unset} WHERE rowid = ?', [row])  # noqa: S608 a table of ours
