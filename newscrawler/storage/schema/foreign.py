"""What lies in an archive's schema and is not ours: an archive that somebody sent is data, and none of its code counts.

Triggers run at every write, views at every look, computed columns at every row.  Those of newscrawler are known by their
text, word for word; whatever else there is, is named, not used.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from newscrawler.storage.schema import versions as schema
from newscrawler.storage.schema.triggers import triggers_ever

if TYPE_CHECKING:
    from sqlite_utils import Database


class ObjectKind(Enum):
    """What of a schema computes."""

    TRIGGER = "trigger"
    VIEW = "view"
    COLUMN = "computed column"


@dataclass(frozen=True, slots=True)
class ForeignObject:
    """Something that computes and that newscrawler did not make.  `table`: whose it is; of a view the view's own name."""

    kind: ObjectKind
    name: str
    table: str

    def __str__(self) -> str:
        return f"{self.kind.value} {self.name}" + (f" of {self.table}" if self.table != self.name else "")


def foreign_objects(db: Database) -> list[ForeignObject]:
    """Triggers, views and computed columns of an archive that are not newscrawler's, by kind and name.

    A view of ours of another version is foreign too: `schema.migrate` makes it anew.
    """
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY 1, 2")
    ours = {"trigger": triggers_ever(), "view": frozenset(schema.views().values())}
    found = [
        ForeignObject(ObjectKind(kind), name, table) for kind, name, table, sql in rows.fetchall() if sql not in ours[kind]
    ]
    return found + computed_columns(db)


def computed_columns(db: Database) -> list[ForeignObject]:
    """Columns of tables that are computed when they are read: no table of ours has any."""
    # `hidden` of PRAGMA table_xinfo is 2 or 3 for a computed column, virtual or stored
    columns = db.execute(
        "SELECT x.name, m.name FROM sqlite_master AS m, pragma_table_xinfo(m.name) AS x "
        "WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND x.hidden IN (2, 3) ORDER BY 2, 1"
    )
    return [ForeignObject(ObjectKind.COLUMN, name, table) for name, table in columns.fetchall()]


def shadow_views(connection: sqlite3.Connection, *, every: bool = False) -> None:
    """Let a reader's connection have our views as we know them: one that differs is hidden behind a temporary one.

    One that is missing is there, too: between a migration and what follows it an archive lacks those that it needs.  Its
    own file stays as it is.  `every`: those that do not differ too, for a connection that trusts no schema.  In views of
    the file SQLite 3.40 then refuses even functions of JSON; temporary ones are the connection's own.
    """
    present = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
    differing = [sql for name, sql in schema.views().items() if every or present.get(name) != sql]
    if not differing:
        return
    (only,) = connection.execute("PRAGMA query_only").fetchone()
    connection.execute("PRAGMA query_only = OFF")  # it would refuse temporary views too
    for statement in differing:
        connection.execute(statement.replace("CREATE VIEW", "CREATE TEMP VIEW IF NOT EXISTS", 1))
    connection.execute(f"PRAGMA query_only = {only}")
