"""What an archive's schema is to this version of newscrawler, and how it is brought to it."""

from __future__ import annotations

from enum import Enum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from newscrawler.errors import ArchiveError
from newscrawler.storage.database.sqlite import empty_migrations
from newscrawler.storage.schema.steps import STEPS, statements
from newscrawler.storage.schema.triggers import put_back_triggers, triggers_ever

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

NAME = "newscrawler"
MIGRATIONS = "_sqlite_migrations"  # the table in which sqlite-utils notes what was applied


@cache
def migrations() -> Migrations:
    """All steps, as sqlite-utils applies them: each in a transaction, with the note that it was."""
    made = empty_migrations(NAME)
    for name, step in STEPS.items():
        made(name=name)(step)
    return made


def applied(db: Database) -> list[str]:
    """The names of the migrations that an archive has had, in their order; none of a database without their table."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [MIGRATIONS]).fetchone():
        return []
    noted = f"SELECT name FROM {MIGRATIONS} WHERE migration_set = ? ORDER BY rowid"  # noqa: S608 ours
    return [row[0] for row in db.execute(noted, [NAME]).fetchall()]


def pending(db: Database) -> list[str]:
    """The names of the migrations that an archive has yet to have."""
    had = set(applied(db))
    return [name for name in STEPS if name not in had]


def is_ours(db: Database) -> bool:
    """Whether a database is an archive of ours, or may become one: empty, or no further than our own first step.

    The table of migrations comes before the first of them; a full disk or a kill may leave it alone there.
    """
    if applied(db):
        return True
    tables = {row[0] for row in db.execute("SELECT tbl_name FROM sqlite_master").fetchall()}
    if tables <= {MIGRATIONS}:
        return not tables or not db.execute(f"SELECT 1 FROM {MIGRATIONS}").fetchone()  # noqa: S608
    return False


def is_newer(db: Database) -> bool:
    """Whether a later newscrawler made this archive: it has migrations that we do not know."""
    return any(name not in STEPS for name in applied(db))


def is_current(db: Database) -> bool:
    return not pending(db)


class SchemaState(Enum):
    """What a database is to this version of newscrawler."""

    OTHER = "another program's"
    OLDER = "older"
    NEWER = "newer"
    CURRENT = "current"


def state_of(db: Database) -> SchemaState:
    """Whether a database is an archive that this version can read."""
    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
    # asked for each page of a visitor's: the table of migrations is read once
    had = set(applied(db)) if "articles" in tables else set()
    if not had:
        return SchemaState.OTHER
    if not had <= STEPS.keys():
        return SchemaState.NEWER
    return SchemaState.CURRENT if had >= STEPS.keys() else SchemaState.OLDER


def _foreign_triggers(db: Database) -> list[str]:
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
    return [name for name, sql in rows if sql not in triggers_ever()]


@cache
def views() -> dict[str, str]:
    """View name -> its CREATE statement, from views.sql."""
    sql = (resources.files(__package__ or "newscrawler.storage.schema") / "views.sql").read_text(encoding="utf-8")
    found = [part[part.index("CREATE VIEW") :] for part in statements(sql)]
    return {statement.split()[2]: statement for statement in found}


def migrate(db: Database) -> list[str]:
    """Bring an archive to our schema; the names of the migrations applied.

    Views are made anew wherever they differ from views.sql.  Raises ArchiveError for a newer archive, for another
    program's, and for one with triggers that are not ours: they would run at every write.
    """
    if is_newer(db):
        raise ArchiveError("the archive was made by a newer newscrawler; upgrade newscrawler to use it")
    if not is_ours(db):
        raise ArchiveError("the archive is another program's database; name another folder with --archive")
    if strangers := _foreign_triggers(db):
        raise ArchiveError(
            f"the archive has triggers that newscrawler did not make and that run whenever it is written: "
            f"{', '.join(strangers)}; `newscrawler doctor --fix` takes them out, after a backup"
        )
    if names := pending(db):  # else sqlite-utils need not be imported
        migrations().apply(db)
    present = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
    with db.atomic():
        put_back_triggers(db)  # whatever took them away: another program, or the doctor a stranger of their name
        for name, statement in views().items():
            if present.get(name) != statement:
                db.execute(f"DROP VIEW IF EXISTS {name}")
                db.execute(statement)
    return names
