"""The Datasette plugin: the reading room, its safety, and SQL that speaks the query language of `newscrawler search`.

... where articles_fts match newscrawler_query(:q)

Only hooks that Datasette 0.65 and 1.0 share, but for the canned queries, for which each has its own way.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.plugins import pm
from datasette.utils.asgi import Response
from datasette.views.base import DatasetteError

from newscrawler.errors import NewscrawlerError
from newscrawler.reports.sql_functions import add_functions
from newscrawler.sandbox import SERVED, limits
from newscrawler.storage.database.connect import VersionOfFiles
from newscrawler.urls import host_names
from newscrawler.web import canned, cells
from newscrawler.web.datasette_pages import House
from newscrawler.web.desk import own as own_desk
from newscrawler.web.guard import asgi_guard, visitors_sql
from newscrawler.web.room import is_public
from newscrawler.web.views import archive_name

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from markupsafe import Markup

TOO_LARGE = "The query needs more memory than one may have; ask for less."


@hookimpl  # type: ignore[untyped-decorator] # pluggy has no types
def prepare_connection(conn: sqlite3.Connection) -> None:
    add_functions(conn)
    limits.apply(conn)


@hookimpl(optionalhook=True)  # type: ignore[untyped-decorator] # 1.0 has no such hook
def canned_queries(datasette: Any, database: str) -> Any:
    return canned.for_hook(datasette, database)


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    env.globals["room"] = House(datasette)


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: Any) -> Callable[[], Any]:
    visitors_sql.install(datasette, pm)

    async def prepare() -> None:
        with contextlib.suppress(NewscrawlerError, sqlite3.Error):  # which pages will tell
            await archive_name(datasette)  # cells and templates, which cannot wait, ask what it found
        await canned.add_all(datasette)

    return prepare


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Any]]:
    from newscrawler.web.routes import ROUTES

    return ROUTES


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    def configured(key: str) -> Any:
        return (datasette.plugin_config("newscrawler") or {}).get(key)

    def policy() -> str:
        """Ours, or what the instance's own configuration says: its other plugins may need more."""
        return str(configured("content_security_policy") or asgi_guard.stock_policy())

    def public() -> bool:
        return is_public(datasette)

    def takes_posts(path: str) -> bool:
        """In a reading room the desk alone; a Datasette started by hand may have pages of its own and queries that write."""
        if os.environ.get(SERVED):
            return own_desk.is_on() and path == own_desk.ACTIONS
        of_database = path.split("/")[1].partition(".")[0] in datasette.databases
        return not of_database or hasattr(datasette, "add_query") or canned.has_write_queries(datasette)

    def names() -> tuple[str, ...]:
        """Where anyone may see it all nothing is to be had by another's name, and a proxy comes by any."""
        of_environment = host_names.names_of(os.environ.get(host_names.ENVIRONMENT))
        allowed = (*of_environment, *host_names.names_of(configured("host_names")))
        return allowed or ((host_names.ANY,) if public() else ())

    def base() -> str:
        return str(datasette.setting("base_url"))

    # of the whole Datasette: it asks for a wrapper anew whenever its own client does
    files = getattr(datasette, "_newscrawler_files", None) or VersionOfFiles()
    datasette._newscrawler_files = files

    def version() -> Hashable | None:
        """With a desk pages are of what was done a moment ago, and by hand other plugins may have a say."""
        if not os.environ.get(SERVED) or own_desk.is_on():
            return None
        return files.now([Path(each.path) for each in datasette.databases.values() if each.path])

    return lambda app: asgi_guard.guard(app, asgi_guard.Rules(policy, public, names, base, takes_posts, version))


@hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
def handle_exception(request: Any, exception: Exception) -> Response | None:
    """What the limits stopped, or an order by a column that is not there, is the reader's error and not the server's."""
    if isinstance(exception, DatasetteError) and exception.status == 500:
        exception.status = 400
    if not isinstance(exception, (MemoryError, sqlite3.DataError)):
        return None
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": TOO_LARGE, "status": 400, "title": None}, status=400)
    return Response.text(TOO_LARGE, status=400)


@hookimpl(optionalhook=True)  # type: ignore[untyped-decorator]
def skip_csrf(datasette: Any, scope: Any) -> bool:
    """The desk has tokens of its own: Datasette's are of cookies, which all ports of this machine share."""
    base = str(datasette.setting("base_url"))
    return "/" + str(scope["path"]).removeprefix(base).lstrip("/") == own_desk.ACTIONS


@hookimpl  # type: ignore[untyped-decorator]
def menu_links(datasette: Any) -> list[dict[str, str]]:
    pages = [("Front page", "/"), ("Search", "/search"), ("Events", "/events"), ("Sources", "/sources")]
    if not is_public(datasette):
        pages.append(("Saved searches", "/saved"))
    return [{"href": datasette.urls.path(path), "label": label} for label, path in pages]


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any) -> Markup | None:
    if database != getattr(datasette, "_newscrawler_archive", None):
        return None
    return cells.link(datasette, row, value, column, table)
