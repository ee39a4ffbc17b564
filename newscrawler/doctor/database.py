"""SQLite's side of an archive: is it whole, does it hang together, is it ours?"""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import TYPE_CHECKING

from newscrawler.doctor.findings import Finding, FindingKind
from newscrawler.storage.schema import versions as schema
from newscrawler.storage.schema.foreign import ObjectKind, foreign_objects
from newscrawler.storage.schema.triggers import missing_triggers

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

FAR_AHEAD_DAYS = 400  # no source is left alone for so long: a clock was wrong
_LATE = "SELECT count(*) FROM pages WHERE fetched > strftime('%Y-%m-%dT%H:%M:%SZ', ?, '+1 day')"
STUCK = "SELECT {} FROM endpoints WHERE next_poll > strftime('%Y-%m-%dT%H:%M:%SZ', ?, '+' || ? || ' days')"
_NO_STORY = "FROM stories WHERE merged_into IS NULL AND id NOT IN (SELECT story_id FROM articles WHERE story_id IS NOT NULL)"


def look(db: Database, now: datetime) -> list[Finding]:
    """All that is wrong within a database of ours."""
    broken = _integrity(db)
    if broken:
        return broken  # what else is asked of such a file has no meaning
    found = [*_schema(db), *_foreign_keys(db), *_foreign_code(db)]
    if schema.is_current(db):
        found += [*_full_text(db), *_orphans(db), *_clock(db, now)]
    return found


def _integrity(db: Database) -> list[Finding]:
    try:
        said = [row[0] for row in db.execute("PRAGMA integrity_check(20)").fetchall()]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    # indexes and the full-text index can be made anew from the tables
    derived = all(("index" in line or "fts" in line) and "page" not in line for line in said)
    return [Finding(FindingKind.INTEGRITY, "news.db", line, mends=derived) for line in said if line != "ok"]


def _schema(db: Database) -> list[Finding]:
    pending = schema.pending(db)
    detail = f"older than this version's: {', '.join(pending)} to be applied"
    if pending:
        return [Finding(FindingKind.SCHEMA, "news.db", detail, mends=True)]
    lacks = "the trigger is missing, as after `sqlite-utils transform`: what is written meanwhile is not minded"
    return [Finding(FindingKind.SCHEMA, name, lacks, mends=True) for name in missing_triggers(db)]


def _foreign_keys(db: Database) -> list[Finding]:
    loose = Counter((row[0], row[2]) for row in db.execute("PRAGMA foreign_key_check").fetchall())
    return [
        Finding(FindingKind.FOREIGN_KEY, table, f"{count} rows point at rows of {parent} that are not there", mends=True)
        for (table, parent), count in sorted(loose.items())
    ]


def _foreign_code(db: Database) -> list[Finding]:
    return [
        Finding(
            FindingKind.FOREIGN_CODE,
            str(each),
            "not newscrawler's",
            remark=each.kind is ObjectKind.VIEW and each.name not in schema.views(),
            mends=each.kind is ObjectKind.TRIGGER or each.name in schema.views(),
        )
        for each in foreign_objects(db)
    ]


def _full_text(db: Database) -> list[Finding]:
    ours = "SELECT id FROM articles"
    indexed = "SELECT id FROM articles_fts_docsize"
    found = []
    if db.execute("SELECT 1 FROM articles_unindexed").fetchone():
        detail = "it tells that articles wait for the index, and none do: what is written is left out of it"
        found.append(Finding(FindingKind.FULL_TEXT, "articles_unindexed", detail, mends=True))
    for what, one, other in (("lacks", ours, indexed), ("has, without their articles,", indexed, ours)):
        (count,) = db.execute(f"SELECT count(*) FROM ({one} EXCEPT {other})").fetchone()  # noqa: S608 ours
        if count:
            found.append(Finding(FindingKind.FULL_TEXT, "articles_fts", f"the index {what} {count} articles", mends=True))
    return found or _full_text_words(db)


def _full_text_words(db: Database) -> list[Finding]:
    """FTS5's own comparison with the articles: it writes nothing, but wants to be able to."""
    path = db.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    connection = sqlite3.connect(path, timeout=1, isolation_level=None)
    try:
        connection.execute("BEGIN")
        connection.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
        return []
    except sqlite3.OperationalError as error:  # another program writes, or nobody may
        return [Finding(FindingKind.FULL_TEXT, "articles_fts", f"its words were not compared: {error}", remark=True)]
    except sqlite3.DatabaseError:
        detail = "its words are not those of the articles"
        return [Finding(FindingKind.FULL_TEXT, "articles_fts", detail, mends=True)]
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()


def _orphans(db: Database) -> list[Finding]:
    (count,) = db.execute(f"SELECT count(*) {_NO_STORY}").fetchone()
    return [Finding(FindingKind.ORPHAN, "stories", f"{count} stories have no article")] if count else []


def _clock(db: Database, now: datetime) -> list[Finding]:
    """Times that no clock should have said: pages of tomorrow, endpoints that nobody will ask again."""
    day = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    found = []
    (late,) = db.execute(_LATE, [day]).fetchone()
    if late:
        detail = f"{late} pages were fetched later than now, {day}: the clock is wrong, or was"
        found.append(Finding(FindingKind.CLOCK, "pages", detail))
    (stuck,) = db.execute(STUCK.format("count(*)"), [day, FAR_AHEAD_DAYS]).fetchone()
    if stuck:
        detail = f"{stuck} endpoints are to be asked in more than {FAR_AHEAD_DAYS} days only"
        found.append(Finding(FindingKind.CLOCK, "endpoints", detail, mends=True))
    return found
