"""The canned queries as Datasette's own, on 0.65 by a hook and on 1.0 by its table of queries.

A query of the same name in the user's configuration stands before ours.
"""

from __future__ import annotations

from typing import Any

from newscrawler.errors import ArchiveError
from newscrawler.reports.queries import CannedQuery, canned_queries
from newscrawler.web.views import archive_name


async def _shipped_queries(datasette: Any, database: str) -> list[CannedQuery]:
    try:
        return list(canned_queries().values()) if await archive_name(datasette) == database else []
    except ArchiveError:
        return []


async def for_hook(datasette: Any, database: str) -> dict[str, dict[str, object]]:
    """What Datasette 0.65 asks of its plugins: name -> query, for the archive's database."""
    configured = datasette.metadata("queries", database=database, fallback=False) or {}
    return {
        query.name: {
            "title": query.title,
            "description": query.description,
            "hide_sql": True,
            "sql": query.sql,
            "params": [each.name for each in query.parameters],
        }
        for query in await _shipped_queries(datasette, database)
        if query.name not in configured
    }


def has_write_queries(datasette: Any) -> bool:
    """Whether the instance's own configuration has a query that writes (Datasette 0.65)."""
    told = (datasette.metadata() if hasattr(datasette, "metadata") else None) or {}
    databases = told.get("databases") or {}
    queries = [query for each in databases.values() for query in ((each or {}).get("queries") or {}).values()]
    return any(isinstance(query, dict) and query.get("write") for query in queries)


async def add_all(datasette: Any) -> None:
    """Write them into the table of queries that Datasette 1.0 has; does nothing on 0.65."""
    if not hasattr(datasette, "add_query"):
        return
    for database in datasette.databases:
        config = ((datasette.config or {}).get("databases") or {}).get(database) or {}
        for query in await _shipped_queries(datasette, database):
            if query.name not in (config.get("queries") or {}):
                await datasette.add_query(
                    database,
                    query.name,
                    query.sql,
                    title=query.title,
                    description=query.description,
                    hide_sql=True,
                    parameters=[each.name for each in query.parameters],
                    is_trusted=True,
                    source="newscrawler",
                )
