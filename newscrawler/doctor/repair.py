"""Repairs, each of what a finding says can be mended; the database as it was is kept beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.doctor.database import FAR_AHEAD_DAYS, STUCK
from newscrawler.storage.archive import acquire
from newscrawler.storage.articles.rights import conclude_again
from newscrawler.storage.database.backup import copy_database
from newscrawler.storage.database.connect import DATABASE, connect_for_writing
from newscrawler.storage.database.sqlite_errors import explain_errors
from newscrawler.storage.schema import versions as schema
from newscrawler.storage.schema.foreign import ObjectKind, foreign_objects

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
        if schema.applied(db):  # else it has no tables yet: a full disk or a kill at its beginning
            _put_back_parents(db)
        _loosen_keys(db)
    db.execute("PRAGMA foreign_keys = ON")
    schema.migrate(db)
    with db.atomic():
        _settle_stories(db)
        conclude_again(db, now)
        db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
        stuck = STUCK.format("id")
        db.execute(
            f"UPDATE endpoints SET next_poll = NULL WHERE id IN ({stuck})",  # noqa: S608 ours
            [now.strftime("%Y-%m-%dT%H:%M:%SZ"), FAR_AHEAD_DAYS],
        )


def _drop_foreign_code(db: Database) -> None:
    for each in foreign_objects(db):
        if each.kind is ObjectKind.TRIGGER:
            db.execute(f"DROP TRIGGER {_quoted(each.name)}")


def _quoted(name: str) -> str:
    """A name as SQL: an archive that somebody sent may have tables of any name.

    >>> _quoted('a"; DROP TABLE b')
    '"a""; DROP TABLE b"'
    """
    return '"{}"'.format(name.replace('"', '""'))


def _put_back_parents(db: Database) -> None:
    """Make stories and sources anew that something fetched or found points at: it would go for want of them.

    A source is as its rows tell until a crawl reads its catalogue.
    """
    db.execute(
        "INSERT INTO stories (id, first_article_id, articles, sources) "
        "SELECT story_id, min(id), count(*), count(DISTINCT source_id) FROM articles "
        "WHERE story_id NOT IN (SELECT id FROM stories) GROUP BY story_id"
    )
    db.execute(
        "INSERT INTO sources (id, name, home, kind, keep) SELECT source_id, source_id, 'about:blank', 'other', 'all' FROM "
        "(SELECT source_id FROM articles UNION SELECT source_id FROM links UNION SELECT source_id FROM endpoints) "
        "WHERE source_id NOT IN (SELECT id FROM sources)"
    )


def _settle_stories(db: Database) -> None:
    """Let a story whose first article went begin with the next: no list would show what is left of it."""
    db.execute(
        """
        UPDATE stories SET (first_article_id, articles, sources) =
            (SELECT min(id), count(*), count(DISTINCT source_id) FROM articles WHERE story_id = stories.id)
        WHERE first_article_id IS NULL AND id IN (SELECT story_id FROM articles)
        """
    )


def _loosen_keys(db: Database) -> None:
    """Rows that point nowhere point at nothing, and go where they must point at something.

    Until nothing is loose, or no less than before: what goes may have been pointed at, and a key of several columns, which
    none of ours is, stays as it is.
    """
    before: set[tuple[str, int]] | None = None
    while (loose := _loose_keys(db)) and loose != before:
        before = loose
        for table, key in sorted(loose):
            name = _quoted(table)
            columns = [each for each in db.execute(f"PRAGMA foreign_key_list({name})").fetchall() if each[0] == key]
            _, _, parent, column, target, *_ = columns[0]
            must = {each[1] for each in db.execute(f"PRAGMA table_info({name})").fetchall() if each[3] or each[5]}
            change = f"DELETE FROM {name}" if column in must else f"UPDATE {name} SET {_quoted(column)} = NULL"  # noqa: S608 quoted
            there = f"SELECT {_quoted(target or _primary_key(db, parent))} FROM {_quoted(parent)}"  # noqa: S608 quoted
            if len(columns) == 1:
                db.execute(f"{change} WHERE {_quoted(column)} NOT IN ({there})")


def _loose_keys(db: Database) -> set[tuple[str, int]]:
    """(table, number of its key) wherever rows point at rows that are not there."""
    return {(row[0], row[3]) for row in db.execute("PRAGMA foreign_key_check").fetchall()}


def _primary_key(db: Database, table: str) -> str:
    """The column that a key points at where it does not say; `rowid` where the table has none."""
    columns = db.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()
    return next((str(each[1]) for each in columns if each[5]), "rowid")
