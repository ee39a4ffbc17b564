"""Datasette's own pages, whose SQL visitors write or shape, run it in the sandbox instead of Datasette's threads."""

from __future__ import annotations

import logging
import re
import sqlite3
from typing import TYPE_CHECKING, Any

from datasette.database import QueryInterrupted, Results

from newscrawler.sandbox import PRIVATE_TABLES, client
from newscrawler.sandbox.messages import Answer, Place, Statement, as_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

log = logging.getLogger(__name__)

_METHOD = "execute"  # of Datasette's databases, by which all its pages read
_MAGIC = re.compile(r":(_\w+)")
_OURS = frozenset({"newscrawler.web", "datasette.sql_functions"})  # whose functions the sandbox has as well
_ERRORS = {"MemoryError": MemoryError, "ValueError": ValueError, "OverflowError": OverflowError}


def install(datasette: Any, plugin_manager: Any) -> None:
    """Let requests run the SQL of every database file in the sandbox.

    Not where others have a say in what SQL means: functions of other plugins and extensions are in Datasette's process.
    """
    others = sorted(
        each.plugin_name
        for each in plugin_manager.hook.prepare_connection.get_hookimpls()
        if each.function.__module__ not in _OURS
    )
    if others or datasette.sqlite_extensions or datasette.crossdb:
        log.warning("SQL runs in Datasette's own process, because of %s", ", ".join(others) or "its options")
        return
    client.TEMPLATE.start()
    for database in datasette.databases.values():
        if database.path and not database.is_memory:
            _redirect(datasette, database)


def _redirect(datasette: Any, database: Any) -> None:
    within = getattr(database, _METHOD)
    closed = () if datasette.setting("default_allow_sql") else PRIVATE_TABLES
    place = Place(str(database.path), not database.is_mutable, closed)

    async def execute(sql: str, params: Any = None, truncate: bool = False, **more: Any) -> Any:
        session = client.current.get()
        if session is None:
            return await within(sql, params, truncate, **more)
        statement = Statement(
            sql,
            bound(sql, params),
            _most(datasette, more.get("page_size")) if truncate else None,
            min(more.get("custom_time_limit") or datasette.sql_time_limit_ms, datasette.sql_time_limit_ms) / 1_000,
        )
        answer = await session.ask(place, statement)
        return _results(answer, statement, truncate=truncate)

    setattr(database, _METHOD, execute)


def _most(datasette: Any, page_size: int | None) -> int | None:
    """Rows to fetch, one more than are shown: by it Datasette knows that there are more."""
    most = int(datasette.max_returned_rows)
    if not most:
        return None
    return most + 1 + (most == (page_size or datasette.page_size))


def bound(sql: str, params: Mapping[str, Any] | Sequence[Any] | None) -> Mapping[str, Any] | Sequence[Any]:
    """A statement's parameters as plain values; Datasette's magic ones (`:_now_date_utc`) are asked for.

    >>> bound("select :a", {"a": 1}), bound("select ?", ("x",)), bound("select 1", None)
    ({'a': 1}, ['x'], {})
    """
    if params is None:
        return {}
    if not hasattr(params, "keys"):
        return list(params)
    found = dict(params.items())  # type: ignore[union-attr]
    for name in _MAGIC.findall(sql):
        if name not in found:
            try:
                found[name] = params[name]
            except (KeyError, TypeError):
                continue
    return found


def _results(answer: Answer, statement: Statement, *, truncate: bool) -> Results:
    """Datasette's results.  Raises QueryInterrupted, or the error that SQLite raised."""
    if answer.error:
        error = _error(answer)
        if isinstance(error, sqlite3.OperationalError) and answer.message == "interrupted":
            raise QueryInterrupted(error, statement.sql, statement.params)
        if isinstance(error, OverflowError):  # of a parameter: what SQLite itself would say is the asker's error
            raise sqlite3.OperationalError(answer.message) from error
        raise error
    rows = as_rows(answer)
    truncated = truncate and statement.most is not None and len(rows) >= statement.most
    if truncated:
        rows = rows[: (statement.most or 0) - 1]
    described = None if answer.columns is None else tuple((name, *(None,) * 6) for name in answer.columns)
    return Results(rows, truncated, described)


def _error(answer: Answer) -> BaseException:
    kind = _ERRORS.get(answer.error or "") or getattr(sqlite3, answer.error or "", None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        kind = sqlite3.DatabaseError
    return kind(answer.message)
