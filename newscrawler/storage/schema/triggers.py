"""The triggers of an archive, of this version and of all before: what keeps the full-text index, the days and the past.

They run whoever writes a row.  What files many articles in one transaction has them indexed together at its end: FTS5
writes what it holds into a segment of its own before each statement that may be undone by itself, as every one with a
trigger is, so that articles indexed one by one are as many segments, to be merged later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

FTS = ("title", "lead", "text", "segmented", "title_segmented", "authors", "labels")  # of m009_search
FTS_WITH_AUTHORS = (*FTS, "authors_segmented")  # of m012_letters
PUBLISHED = ("published", "first_seen")  # what an article's day is, of m009_search
PUBLISHED_OR_CHANGED = ("published", "modified", "first_seen")  # of m013_days_of_changes

# full text, until m009_search
BEFORE_SEARCH = (
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

# a state that was the article's until now gets the text that the article is about to lose, whoever writes it
KEEPS_THE_PAST = """
    CREATE TRIGGER articles_past BEFORE UPDATE OF text ON articles WHEN old.text <> new.text
    BEGIN UPDATE article_states SET text = old.text WHERE article_id = old.id AND text IS NULL; END
    """
# the same where another program replaces the row (`sqlite-utils insert --replace`): SQLite takes the old one away
# without an UPDATE, and without the triggers of a DELETE (https://sqlite.org/lang_conflict.html)
KEEPS_THE_REPLACED = """
    CREATE TRIGGER articles_replaced BEFORE INSERT ON articles
    BEGIN
        UPDATE article_states SET text = (SELECT text FROM articles WHERE id = article_id)
        WHERE text IS NULL AND article_id IN
            (SELECT id FROM articles WHERE (id = new.id OR url_key = new.url_key) AND (text <> new.text OR id <> new.id));
    END
    """
_KEEPERS = {"articles_past": KEEPS_THE_PAST, "articles_replaced": KEEPS_THE_REPLACED}  # by the triggers' names
_INDEXING = ("articles_ai", "articles_ad", "articles_au", "articles_moved")
_ALL = ", ".join(FTS_WITH_AUTHORS)


def _values(row: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{row}.{each}" for each in columns)


def _indexed(row: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO articles_fts(rowid, {', '.join(columns)}) VALUES ({row}.id, {_values(row, columns)});"  # noqa: S608 ours


def _unindexed(row: str, columns: tuple[str, ...]) -> str:
    named = f"articles_fts, rowid, {', '.join(columns)}"
    return f"INSERT INTO articles_fts({named}) VALUES ('delete', {row}.id, {_values(row, columns)});"  # noqa: S608 ours


def day(row: str, columns: tuple[str, ...] = PUBLISHED) -> str:
    """The day of an article's row, as SQL."""
    return f"substr(coalesce({_values(row, columns)}), 1, 10)"


def _come(row: str, days: tuple[str, ...]) -> str:
    counted = "ON CONFLICT (day) DO UPDATE SET articles = articles + 1"
    return f"INSERT INTO days (day, articles) VALUES ({day(row, days)}, 1) {counted};"  # noqa: S608 ours


def _gone(row: str, days: tuple[str, ...]) -> str:
    return f"UPDATE days SET articles = articles - 1 WHERE day = {day(row, days)};"  # noqa: S608 ours


def search_triggers(columns: tuple[str, ...], days: tuple[str, ...] = PUBLISHED) -> tuple[str, ...]:
    """Full text, filters and days, from m009_search to m029_replaced_articles."""
    come, gone = _indexed("new", columns), _unindexed("old", columns)
    return (
        f"CREATE TRIGGER articles_ai AFTER INSERT ON articles BEGIN {come} {_come('new', days)} END",
        f"CREATE TRIGGER articles_ad AFTER DELETE ON articles BEGIN {gone} {_gone('old', days)} END",
        f"""
    CREATE TRIGGER articles_au AFTER UPDATE OF {", ".join(columns)} ON articles
    BEGIN {gone} {come} END
    """,
    )


def moved_trigger(days: tuple[str, ...]) -> str:
    dates = ", ".join(days[:-1])
    return f"""
    CREATE TRIGGER articles_moved AFTER UPDATE OF {dates} ON articles WHEN {day("old", days)} <> {day("new", days)}
    BEGIN {_gone("old", days)} {_come("new", days)} END
    """


def indexing_triggers() -> tuple[str, ...]:
    """The first three of today, from m030_indexed_together: nothing is indexed that waits for the end of its transaction."""
    waits = "EXISTS (SELECT 1 FROM articles_unindexed WHERE above < {}.id)"
    new, old = (
        f"SELECT {row}.id, {_values(row, FTS_WITH_AUTHORS)} WHERE NOT {waits.format(row)};" for row in ("new", "old")
    )
    delete = old.replace("SELECT ", "SELECT 'delete', ", 1)
    come, gone = _come("new", PUBLISHED_OR_CHANGED), _gone("old", PUBLISHED_OR_CHANGED)
    insert = f"INSERT INTO articles_fts(rowid, {_ALL}) {new}"
    remove = f"INSERT INTO articles_fts(articles_fts, rowid, {_ALL}) {delete}"
    anew = f"{_unindexed('old', FTS_WITH_AUTHORS)} {_indexed('new', FTS_WITH_AUTHORS)}"
    return (
        f"CREATE TRIGGER articles_ai AFTER INSERT ON articles BEGIN {insert} {come} END",
        f"CREATE TRIGGER articles_ad AFTER DELETE ON articles BEGIN {remove} {gone} END",
        f"CREATE TRIGGER articles_au AFTER UPDATE OF {_ALL} ON articles WHEN NOT {waits.format('old')} BEGIN {anew} END",
    )


def todays_triggers() -> dict[str, str]:
    """The triggers of an archive that has had all migrations, by their names."""
    indexing = (*indexing_triggers(), moved_trigger(PUBLISHED_OR_CHANGED))
    return dict(zip(_INDEXING, indexing, strict=True)) | _KEEPERS


def triggers_ever() -> frozenset[str]:
    """The text of every trigger that a version of newscrawler has made."""
    made = [*BEFORE_SEARCH, *todays_triggers().values()]
    for days in (PUBLISHED, PUBLISHED_OR_CHANGED):
        made += [*search_triggers(FTS, days), *search_triggers(FTS_WITH_AUTHORS, days), moved_trigger(days)]
    return frozenset(statement.strip() for statement in made)


def missing_triggers(db: Database) -> list[str]:
    """The names of those that are not there: `sqlite-utils transform` drops all of a table's."""
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()}
    return [name for name in todays_triggers() if name not in there]


def put_back_triggers(db: Database) -> None:
    """Make those anew that are not there, and the index and the days that were not minded without them.

    Without the keepers the next change would take the text of all states before.  Nothing waits for an index while no
    transaction is under way: a note that says so, from whatever program, would keep articles out of it for good.
    """
    left = db.execute("SELECT 1 FROM articles_unindexed").fetchone()
    if left:
        db.execute("DELETE FROM articles_unindexed")
    for name in (missing := missing_triggers(db)):
        db.execute(todays_triggers()[name])
    if left or not _KEEPERS.keys() >= set(missing):
        count_days(db)
        db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")


def count_days(db: Database) -> None:
    """Count the articles of each day anew."""
    db.execute("DELETE FROM days")
    of = f"{day('articles', PUBLISHED_OR_CHANGED)} AS day"
    db.execute(f"INSERT INTO days (day, articles) SELECT {of}, count(*) FROM articles GROUP BY day")  # noqa: S608


def index_later(db: Database) -> None:
    """Let the articles that come from now on in this transaction wait for `index_waiting`, which must be its end."""
    if not db.execute("SELECT 1 FROM articles_unindexed").fetchone():
        db.execute("INSERT INTO articles_unindexed (above) SELECT coalesce(max(id), 0) FROM articles")


def index_waiting(db: Database) -> None:
    """Bring all articles that wait into the full-text index, as they are now."""
    waiting = db.execute("SELECT above FROM articles_unindexed").fetchone()
    if waiting is None:
        return
    db.execute(
        f"INSERT INTO articles_fts (rowid, {_ALL}) SELECT id, {_ALL} FROM articles WHERE id > ? ORDER BY id",  # noqa: S608 ours
        waiting,
    )
    db.execute("DELETE FROM articles_unindexed")
