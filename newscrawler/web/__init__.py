"""The Datasette plugin: the reading room, its safety, and SQL that speaks the query language of `newscrawler search`.

... where articles_fts match newscrawler_query(:q)

Only hooks that Datasette 0.65 and 1.0 share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette import hookimpl

from newscrawler.storage.query import compile_query

if TYPE_CHECKING:
    import sqlite3


def newscrawler_query(text: str | None) -> str:
    """What a person typed, as an FTS5 expression; one that matches nothing where there is no word in it."""
    query = compile_query(text or "")
    return query.fts if query.fts and not query.everything else '""'


@hookimpl  # type: ignore[untyped-decorator] # pluggy has no types
def prepare_connection(conn: sqlite3.Connection) -> None:
    conn.create_function("newscrawler_query", 1, newscrawler_query, deterministic=True)


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    from newscrawler.web.routes import ROUTES

    return ROUTES
