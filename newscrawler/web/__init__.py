"""The Datasette plugin: the reading room, its safety, and SQL that speaks the query language of `newscrawler search`.

... where articles_fts match newscrawler_query(:q)

Only hooks that Datasette 0.65 and 1.0 share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette import hookimpl

from newscrawler.storage.queries import add_functions

if TYPE_CHECKING:
    import sqlite3


@hookimpl  # type: ignore[untyped-decorator] # pluggy has no types
def prepare_connection(conn: sqlite3.Connection) -> None:
    add_functions(conn)


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    from newscrawler.web.routes import ROUTES

    return ROUTES
