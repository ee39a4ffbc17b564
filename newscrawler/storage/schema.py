"""The tables of the archive, as migrations that are never edited once released.

Times are ISO 8601 text.  What we measured is UTC (2026-11-22T12:30:00Z); what others stated keeps its
precision (`dates`), and what nobody stated is NULL.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from newscrawler.errors import ArchiveError
from newscrawler.storage.labels import relabel, stored_labels
from newscrawler.storage.letters import fold_letters, respell
from newscrawler.storage.old_failures import name_failures
from newscrawler.storage.rekeying import rekey
from newscrawler.text import is_marked, is_respelt, search_form

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("newscrawler")
_FTS = ("title", "lead", "text", "segmented", "title_segmented", "authors", "labels")  # of m009_search
_FTS_WITH_AUTHORS = (*_FTS, "authors_segmented")  # of m012_letters


def _indexed(row: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO articles_fts(rowid, {', '.join(columns)}) VALUES ({row}.id, {_values(row, columns)});"  # noqa: S608 ours


def _unindexed(row: str, columns: tuple[str, ...]) -> str:
    named = f"articles_fts, rowid, {', '.join(columns)}"
    return f"INSERT INTO articles_fts({named}) VALUES ('delete', {row}.id, {_values(row, columns)});"  # noqa: S608 ours


def _values(row: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{row}.{each}" for each in columns)


_PUBLISHED = ("published", "first_seen")  # what an article's day is, of m009_search
_PUBLISHED_OR_CHANGED = ("published", "modified", "first_seen")  # of m013_days_of_changes


def _day(row: str, columns: tuple[str, ...] = _PUBLISHED) -> str:
    return f"substr(coalesce({_values(row, columns)}), 1, 10)"


def _come(row: str, days: tuple[str, ...]) -> str:
    counted = "ON CONFLICT (day) DO UPDATE SET articles = articles + 1"
    return f"INSERT INTO days (day, articles) VALUES ({_day(row, days)}, 1) {counted};"  # noqa: S608 ours


def _gone(row: str, days: tuple[str, ...]) -> str:
    return f"UPDATE days SET articles = articles - 1 WHERE day = {_day(row, days)};"  # noqa: S608 ours


# full text, until m009_search
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


# full text, filters and days, from m009_search on
def _search_triggers(columns: tuple[str, ...], days: tuple[str, ...] = _PUBLISHED) -> tuple[str, ...]:
    come, gone = _indexed("new", columns), _unindexed("old", columns)
    return (
        f"CREATE TRIGGER articles_ai AFTER INSERT ON articles BEGIN {come} {_come('new', days)} END",
        f"CREATE TRIGGER articles_ad AFTER DELETE ON articles BEGIN {gone} {_gone('old', days)} END",
        f"""
    CREATE TRIGGER articles_au AFTER UPDATE OF {", ".join(columns)} ON articles
    BEGIN {gone} {come} END
    """,
    )


def _moved_trigger(days: tuple[str, ...]) -> str:
    dates = ", ".join(days[:-1])
    return f"""
    CREATE TRIGGER articles_moved AFTER UPDATE OF {dates} ON articles WHEN {_day("old", days)} <> {_day("new", days)}
    BEGIN {_gone("old", days)} {_come("new", days)} END
    """


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


@migrations()
def m009_search(db: Database) -> None:
    """Filters as words of the index.  Goes over every article: minutes for a million."""
    for statement in _sql("m009_search"):
        db.execute(statement)
    last = 0
    while ids := [row[0] for row in db.conn.execute("SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT 1000", [last])]:
        db.conn.executemany(
            "UPDATE articles SET labels = ? WHERE id = ?", [(new, id_) for id_, new in stored_labels(db, ids)]
        )
        titles = db.conn.execute(
            "SELECT title, id FROM articles WHERE id BETWEEN ? AND ? AND title <> ''", [ids[0], ids[-1]]
        )
        apart = [(spaced, article) for title, article in titles.fetchall() if (spaced := search_form(title))]
        db.conn.executemany("UPDATE articles SET title_segmented = ? WHERE id = ?", apart)
        last = ids[-1]
    db.execute(f"INSERT INTO days (day, articles) SELECT {_day('articles')} AS day, count(*) FROM articles GROUP BY day")  # noqa: S608
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
    for statement in (*_search_triggers(_FTS), _moved_trigger(_PUBLISHED)):
        db.execute(statement)


@migrations()
def m010_reading_room(db: Database) -> None:
    """Indexes by which the reading room's pages and queries look at windows of time instead of whole tables."""
    for statement in _sql("m010_reading_room"):
        db.execute(statement)


@migrations()
def m011_failures(db: Database) -> None:
    """Failures as words.  What is there keeps its sentences, which are read once, here."""
    for statement in _sql("m011_failures"):
        db.execute(statement)
    name_failures(db)


@migrations()
def m012_letters(db: Database) -> None:
    """Search in which vowel signs, diacritics and letters of one language do not matter.  Goes over every article."""
    for statement in _sql("m012_letters"):
        db.execute(statement)
    respell(db, is_respelt)
    fold_letters(db)
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
    for statement in _search_triggers(_FTS_WITH_AUTHORS):
        db.execute(statement)


@migrations()
def m013_days_of_changes(db: Database) -> None:
    """An article whose publication nobody states is of the day of its last change, not of the day it came.

    Goes over those articles alone.
    """
    for statement in _sql("m013_days_of_changes"):
        db.execute(statement)
    undated = "SELECT id FROM articles WHERE published IS NULL AND modified IS NOT NULL"
    db.execute("DELETE FROM days")
    days = _day("articles", _PUBLISHED_OR_CHANGED)
    db.execute(f"INSERT INTO days (day, articles) SELECT {days} AS day, count(*) FROM articles GROUP BY day")  # noqa: S608
    relabel(db, [row[0] for row in db.conn.execute(undated)])
    for statement in (
        *_search_triggers(_FTS_WITH_AUTHORS, _PUBLISHED_OR_CHANGED)[:2],
        _moved_trigger(_PUBLISHED_OR_CHANGED),
    ):
        db.execute(statement)


@migrations()
def m014_marks(db: Database) -> None:
    """Copies of texts in Indic and other scripts, whose vowel signs parted words.  Names them anew; no table changes."""
    respell(db, is_marked)


def is_ours(db: Database) -> bool:
    """Whether a database is an archive of ours, or may become one: empty, or no further than our own first step.

    The table of migrations comes before the first of them; a full disk or a kill may leave it alone there.
    """
    if migrations.applied(db):
        return True
    tables = {row[0] for row in db.execute("SELECT tbl_name FROM sqlite_master").fetchall()}
    if tables <= {migrations.migrations_table}:
        return not tables or not db.execute(f"SELECT 1 FROM {migrations.migrations_table}").fetchone()  # noqa: S608
    return False


def is_newer(db: Database) -> bool:
    """Whether a later newscrawler made this archive: it has migrations that we do not know."""
    ours = {migration.name for migration in migrations._migrations}
    return any(applied.name not in ours for applied in migrations.applied(db))


def is_current(db: Database) -> bool:
    return not migrations.pending(db)


class SchemaState(Enum):
    """What a database is to this version of newscrawler."""

    OTHER = "another program's"
    OLDER = "older"
    NEWER = "newer"
    CURRENT = "current"


def state_of(db: Database) -> SchemaState:
    """Whether a database is an archive that this version can read."""
    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
    if "articles" not in tables or not is_ours(db):
        return SchemaState.OTHER
    if is_newer(db):
        return SchemaState.NEWER
    return SchemaState.CURRENT if is_current(db) else SchemaState.OLDER


def triggers_ever() -> frozenset[str]:
    """The text of every trigger that a version of newscrawler has made."""
    made = [*_TRIGGERS]
    for days in (_PUBLISHED, _PUBLISHED_OR_CHANGED):
        made += [*_search_triggers(_FTS, days), *_search_triggers(_FTS_WITH_AUTHORS, days), _moved_trigger(days)]
    return frozenset(statement.strip() for statement in made)


def _foreign_triggers(db: Database) -> list[str]:
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
    return [name for name, sql in rows if sql not in triggers_ever()]


@cache
def views() -> dict[str, str]:
    """View name -> its CREATE statement, from views.sql."""
    sql = (resources.files(__package__ or "newscrawler.storage") / "views.sql").read_text(encoding="utf-8")
    statements = [part[part.index("CREATE VIEW") :] for part in _statements(sql)]
    return {statement.split()[2]: statement for statement in statements}


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
    names = [migration.name for migration in migrations.pending(db)]
    migrations.apply(db)
    present = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
    with db.atomic():
        for name, statement in views().items():
            if present.get(name) != statement:
                db.execute(f"DROP VIEW IF EXISTS {name}")
                db.execute(statement)
    return names
