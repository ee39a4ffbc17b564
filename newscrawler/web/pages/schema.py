"""What the archive's tables and views hold, and the canned queries."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from newscrawler.reports.queries import canned_queries
from newscrawler.storage.schema import docs as schema_docs
from newscrawler.web.datasette_pages import sql_form
from newscrawler.web.views import show

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from newscrawler.web.room import Room


async def page(room: Room) -> Response:
    """The schema with its descriptions."""
    base = room.datasette.urls.database(room.database)
    context = {
        "title": "Tables & SQL",
        "tables": schema_docs.tables(),
        "views": schema_docs.views(),
        "queries": list(canned_queries().values()),
        "table_path": lambda name: room.datasette.urls.table(room.database, name),
        "query_path": lambda name: f"{base}/{name}",
        "sql_path": lambda sql: f"{base}{sql_form(room.datasette)}?{urlencode({'sql': sql})}",
        "may_ask": room.datasette.setting("default_allow_sql"),
    }
    return await show(room, "schema.html", context, current="schema")
