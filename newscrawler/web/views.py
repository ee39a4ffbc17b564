"""What every page of the reading room shares: the archive behind it, reading with a limit, rendering, errors as pages.

A view is `async def page(room, **parts of the address) -> Response`; `as_route` makes a Datasette route of it.
"""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from datasette.utils.asgi import Forbidden, Response

from newscrawler.errors import ArchiveError, DeskError, NewscrawlerError
from newscrawler.storage.database.sqlite import Database
from newscrawler.storage.schema import versions as schema
from newscrawler.storage.schema.versions import SchemaState
from newscrawler.web import wording
from newscrawler.web.desk import on_pages as on_desk
from newscrawler.web.room import BadRequest, LimitExceeded, NotFound, Room, is_public

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping


P = ParamSpec("P")
T = TypeVar("T")
View = Any  # what Datasette takes as a view

READ_SECONDS = 3.0  # of SQL for one page, unless Datasette is told less
GZIP_LEVEL = 4  # of gzip's levels: a page takes a millisecond
PROGRESS_STEPS = 1_000  # of SQLite's virtual machine between two looks at the clock
# scripts, styles and pictures from here alone; whoever finds a way to put markup into an article finds it inert
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _templates(datasette: Any, request: Any) -> Any:
    """Datasette's templates, rendered at once: its own environment asks of each expression whether it is to be awaited.

    Ours await nothing; a page of a thousand expressions takes half as long so.
    """
    known = getattr(datasette, "_newscrawler_templates", None)
    if known is None:
        on_1 = hasattr(datasette, "get_jinja_environment")
        environment = datasette.get_jinja_environment(request) if on_1 else datasette.jinja_env
        known = datasette._newscrawler_templates = environment.overlay(enable_async=False)
    return known


async def render(
    datasette: Any, request: Any, template: str, context: Mapping[str, object], *, status: int = 200
) -> Response:
    """A template of templates/room/ as an answer, also where there is no archive."""
    body = (
        _templates(datasette, request)
        .get_template(f"room/{template}")
        .render(
            {
                "path": datasette.urls.path,
                "current": "",
                "finding": wording.finding,
                "every_finding": wording.every_finding,
                "public": is_public(datasette),
                "database_path": datasette.urls.path("/-/databases"),
                **context,
            }
        )
    )
    headers = {"content-security-policy": POLICY, "vary": "Accept-Encoding"}
    kind = "text/html; charset=utf-8"
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(body, status=status, headers=headers, content_type=kind)
    gzipped = gzip.compress(body.encode("utf-8", "replace"), GZIP_LEVEL, mtime=0)
    return Response(gzipped, status=status, headers={**headers, "content-encoding": "gzip"}, content_type=kind)


async def show(
    room: Room, template: str, context: Mapping[str, object], *, status: int = 200, current: str = ""
) -> Response:
    """A template of templates/room/ as an answer; `current`: the entry of the navigation that it stands under."""
    if "desk" not in context:
        context = {**context, "desk": await on_desk.on_desk(room, ())}
    return await render(room.datasette, room.request, template, {"current": current, **context}, status=status)


_UNREADABLE = {
    SchemaState.OTHER: "None of the attached databases is a news archive; start with `newscrawler serve --archive DIR`.",
    SchemaState.NEWER: "The archive was made by a newer newscrawler; upgrade newscrawler to read it.",
    SchemaState.OLDER: "The archive has an older schema; run `newscrawler migrate` once.",
}


async def archive_name(datasette: Any) -> str:
    """The first attached database that is an archive of this version.  Raises ArchiveError, saying what to do."""
    known: str | None = getattr(datasette, "_newscrawler_archive", None)
    if known is not None and known in datasette.databases:
        return known
    found = SchemaState.OTHER
    for name, database in datasette.databases.items():
        if name.startswith("_"):
            continue
        state = await database.execute_fn(lambda connection: schema.state_of(Database(connection)))
        if state is SchemaState.CURRENT:
            datasette._newscrawler_archive = name
            return str(name)
        found = state if found is SchemaState.OTHER else found
    raise ArchiveError(_UNREADABLE[found])


async def _check_permission(datasette: Any, request: Any, database: str) -> None:
    """Raises Forbidden where Datasette's own rules keep this reader out."""
    if hasattr(datasette, "ensure_permissions"):  # 0.65
        await datasette.ensure_permissions(request.actor, [("view-database", database), "view-instance"])
        return
    from datasette.resources import DatabaseResource

    await datasette.ensure_permission(action="view-database", resource=DatabaseResource(database), actor=request.actor)


READS, WRITES = ("GET", "HEAD"), ("POST",)  # methods of a page, and of the one address that takes posts


def as_route(view: Callable[..., Awaitable[Response]], *, private: bool = False, methods: tuple[str, ...] = READS) -> View:
    """A view as a route of Datasette: the archive found, the reader let in, every error of ours a page.

    `private`: not for a public reading room.
    """

    async def enter(datasette: Any, request: Any) -> Response:
        if request.method not in methods:
            allowed = " or ".join(methods)
            return Response.text(f"This address takes {allowed}.", status=405, headers={"allow": ", ".join(methods)})
        try:
            name = await archive_name(datasette)
        except NewscrawlerError as error:
            return await _error_page(datasette, request, "There is no archive here", error, status=503)
        try:
            await _check_permission(datasette, request, name)
            if private and is_public(datasette):
                raise NotFound("This page is for whoever keeps the archive.")
            return await view(Room(datasette, request, name), **request.url_vars)
        except Forbidden:
            raise
        except NotFound as error:
            return await _error_page(datasette, request, "Not in the archive", error, status=404)
        except BadRequest as error:
            return await _error_page(datasette, request, "Not understood", error, status=400)
        except LimitExceeded as error:
            return await _error_page(datasette, request, "Too much at once", error, status=503)
        except DeskError as error:
            return await _error_page(datasette, request, "The desk cannot be read", error, status=503)
        except NewscrawlerError as error:
            return await _error_page(datasette, request, "The archive cannot be read", error, status=500)

    return enter


async def _error_page(datasette: Any, request: Any, title: str, error: Exception, *, status: int) -> Response:
    """An error in the form that was asked for: JSON for programs, a sentence for feed readers and files, else a page."""
    form = re.search(r"\.(atom|json|csv)$", request.path)
    if form and form[1] == "json":
        payload = {"ok": False, "error": str(error), "status": status, "title": title}
        return Response.json(payload, status=status)
    if form:
        return Response.text(str(error), status=status)
    return await render(datasette, request, "error.html", {"title": title, "message": str(error)}, status=status)
