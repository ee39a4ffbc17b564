"""A connection that reads no word of articles whose publishers reserve them: for readers whom nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.storage.schema import versions as schema

if TYPE_CHECKING:
    import sqlite3

SEARCH_TABLE = "articles_fts"
INDEXED_WORDS = frozenset({"lead", "text", "segmented"})  # its columns that say what an article says
_OF_ARTICLE = "rights = 'reserved'"
_OF_STATE = f"EXISTS (SELECT 1 FROM main.articles WHERE articles.id = article_id AND {_OF_ARTICLE})"  # noqa: S608 ours
# table -> (which rows, column -> what stands there instead)
_BLANK = {
    "articles": (
        _OF_ARTICLE, {"text": "''", "lead": "NULL", "segmented": "NULL", "captions": "'[]'", "updates": "'[]'"},
    ),
    "article_states": (_OF_STATE, {"text": "''"}),
}  # fmt: skip


def withhold(connection: sqlite3.Connection) -> None:
    """Put views without those words in front of the tables that have them, and of views of ours (docs/rights.md)."""
    (only,) = connection.execute("PRAGMA query_only").fetchone()
    connection.execute("PRAGMA query_only = OFF")  # it would refuse temporary views too
    for table, (rows, blank) in _BLANK.items():
        columns = [name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", [table])]
        cells = [f"iif({rows}, {blank[each]}, {each}) AS {each}" if each in blank else each for each in columns]
        connection.execute(f"CREATE TEMP VIEW {table} AS SELECT {', '.join(cells)} FROM main.{table}")  # noqa: S608 ours
    for name, statement in schema.views().items():
        connection.execute(f"DROP VIEW IF EXISTS temp.{name}")  # one of ours may be in front already (foreign.shadow_views)
        connection.execute(statement.replace("CREATE VIEW", "CREATE TEMP VIEW", 1))
    connection.execute(f"PRAGMA query_only = {only}")
