"""The tables of the archive, as migrations that are never edited once released.

Times are ISO 8601 text.  What we measured is UTC (2026-11-22T12:30:00Z); what others stated keeps its
precision (`dates`), and what nobody stated is NULL.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from newscrawler.errors import ArchiveError
from newscrawler.storage.rekeying import rekey

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("newscrawler")

_TRIGGERS = (
    """
    CREATE TRIGGER articles_ai AFTER INSERT ON articles BEGIN
        INSERT INTO articles_fts(rowid, title, lead, text, segmented)
        VALUES (new.id, new.title, new.lead, new.text, new.segmented);
    END
    """,
    """
    CREATE TRIGGER articles_ad AFTER DELETE ON articles BEGIN
        INSERT INTO articles_fts(articles_fts, rowid, title, lead, text, segmented)
        VALUES ('delete', old.id, old.title, old.lead, old.text, old.segmented);
    END
    """,
    """
    CREATE TRIGGER articles_au AFTER UPDATE OF title, lead, text, segmented ON articles BEGIN
        INSERT INTO articles_fts(articles_fts, rowid, title, lead, text, segmented)
        VALUES ('delete', old.id, old.title, old.lead, old.text, old.segmented);
        INSERT INTO articles_fts(rowid, title, lead, text, segmented)
        VALUES (new.id, new.title, new.lead, new.text, new.segmented);
    END
    """,
)


def _statements(sql: str) -> list[str]:
    """Single statements, so that all of them run in the migration's own transaction.

    `executescript` would commit it.  Comments stay: they are the schema's documentation.
    """
    return [statement for part in sql.split(";\n") if (statement := part.strip())]


def _sql(name: str) -> list[str]:
    """The statements of a file of migrations/, which is never edited once released."""
    file = resources.files(__package__ or "newscrawler.storage") / "migrations" / f"{name}.sql"
    return _statements(file.read_text(encoding="utf-8"))


@migrations()
def m001_initial(db: Database) -> None:
    for statement in (*_sql("m001_initial"), *_TRIGGERS):
        db.execute(statement)


@migrations()
def m002_copies(db: Database) -> None:
    """Copies found by their words.  What is there already keeps its stories; `stories --rebuild` goes over it."""
    for statement in _sql("m002_copies"):
        db.execute(statement)


@migrations()
def m003_extraction(db: Database) -> None:
    """More of what a page says.  `reprocess --extract` fills it in for articles that are there."""
    for statement in _sql("m003_extraction"):
        db.execute(statement)


@migrations()
def m004_relevance(db: Database) -> None:
    """Verdicts with their evidence.  What is there already has none until `reprocess --judge`."""
    for statement in _sql("m004_relevance"):
        db.execute(statement)
    db.execute("UPDATE topics SET scheme = 'iptc' WHERE topic_id LIKE 'medtop:%'")


@migrations()
def m005_sources(db: Database) -> None:
    for statement in _sql("m005_sources"):
        db.execute(statement)


@migrations()
def m006_revisits(db: Database) -> None:
    for statement in _sql("m006_revisits"):
        db.execute(statement)


@migrations()
def m007_address_keys(db: Database) -> None:
    rekey(db)


@migrations()
def m008_findings(db: Database) -> None:
    for statement in _sql("m008_findings"):
        db.execute(statement)


def is_ours(db: Database) -> bool:
    """Whether a database is an archive of ours, or empty: then it may become one."""
    return bool(migrations.applied(db)) or not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()


def is_newer(db: Database) -> bool:
    """Whether a later newscrawler made this archive: it has migrations that we do not know."""
    ours = {migration.name for migration in migrations._migrations}
    return any(applied.name not in ours for applied in migrations.applied(db))


def is_current(db: Database) -> bool:
    return not migrations.pending(db)


def _views() -> dict[str, str]:
    """View name -> its CREATE statement, from views.sql."""
    sql = (resources.files(__package__ or "newscrawler.storage") / "views.sql").read_text(encoding="utf-8")
    statements = [part[part.index("CREATE VIEW") :] for part in _statements(sql)]
    return {statement.split()[2]: statement for statement in statements}


def migrate(db: Database) -> list[str]:
    """Bring an archive to our schema; the names of the migrations applied.

    Views are made anew wherever they differ from views.sql.  Raises ArchiveError for a newer archive.
    """
    if is_newer(db):
        raise ArchiveError("the archive was made by a newer newscrawler; upgrade newscrawler to use it")
    if not is_ours(db):
        raise ArchiveError("the archive is another program's database; name another folder with --archive")
    names = [migration.name for migration in migrations.pending(db)]
    migrations.apply(db)
    present = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
    with db.atomic():
        for name, statement in _views().items():
            if present.get(name) != statement:
                db.execute(f"DROP VIEW IF EXISTS {name}")
                db.execute(statement)
    return names
