"""One request of the reading room and the archive behind it: reading with a limit, addresses, the reader's desk."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from newscrawler.errors import NewscrawlerError
from newscrawler.sandbox import limits
from newscrawler.storage.database.identity import identity
from newscrawler.storage.database.sqlite import Database
from newscrawler.storage.database.sqlite_errors import result_code
from newscrawler.web.desk import own as own_desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import DataclassInstance

    from newscrawler.web.desk.own import Desk

P = ParamSpec("P")
T = TypeVar("T")

READ_SECONDS = 3.0  # of SQL for one page, unless Datasette is told less
PROGRESS_STEPS = 1_000  # of SQLite's virtual machine between two looks at the clock


class NotFound(NewscrawlerError):
    """What an address names is not in the archive; the message is for the reader."""


class BadRequest(NewscrawlerError):
    """An address asks for what cannot be; the message says what to write."""


class LimitExceeded(NewscrawlerError):
    """A page's SQL was stopped by its limit."""


@dataclass(frozen=True, slots=True)
class Room:
    """One request, and the archive that it is about."""

    datasette: Any
    request: Any
    database: str

    async def read(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`function(db, ...)` in Datasette's reading thread.  Raises LimitExceeded after READ_SECONDS."""
        seconds = min(READ_SECONDS, self.datasette.setting("sql_time_limit_ms") / 1_000)
        return await self.datasette.get_database(self.database).execute_fn(  # type: ignore[no-any-return]
            lambda connection: run_limited(connection, seconds, lambda: function(Database(connection), *args, **kwargs))
        )

    def argument(self, name: str, default: str = "") -> str:
        return str(self.request.args.get(name) or default)

    def arguments(self, name: str) -> list[str]:
        """All values of a name, which may stand more than once."""
        return list(map(str, self.request.args.getlist(name)))

    def path(self, path: str) -> str:
        """A path of ours below Datasette's base_url."""
        return str(self.datasette.urls.path(path))

    def absolute(self, path: str) -> str:
        """The same as a whole address, for feeds."""
        return str(self.datasette.absolute_url(self.request, self.path(path)))

    @property
    def title(self) -> str:
        """What the instance is called."""
        return instance_title(self.datasette)

    async def desk(self) -> Desk | None:
        """The reader's own desk; None where it is not open for this request."""
        if not own_desk.is_on() or is_public(self.datasette):
            return None
        return own_desk.open_for(self.datasette, self.request, self.database, await self.read(identity))


def is_public(datasette: Any) -> bool:
    """Whether it is for readers whom nobody knows: `serve --public`."""
    return not datasette.setting("default_allow_sql")


def instance_title(datasette: Any) -> str:
    """What the instance is called: metadata is a method on 0.65, and read into an attribute on 1.0."""
    found = datasette.metadata() if hasattr(datasette, "metadata") else getattr(datasette, "_metadata_local", None)
    return str((found or {}).get("title") or "News archive")


def cells_of(record: DataclassInstance) -> dict[str, object]:
    """A record's fields by name, for a template's context; what is in them stays records."""
    return {each.name: getattr(record, each.name) for each in fields(record)}


def run_limited(connection: sqlite3.Connection, seconds: float, work: Callable[[], T]) -> T:
    """Do work on a connection that is interrupted after so many seconds.  Raises LimitExceeded."""
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: int(time.monotonic() > end), PROGRESS_STEPS)
    try:
        with limits.for_our_page(connection):
            return work()
    except sqlite3.OperationalError as error:
        if result_code(error) == sqlite3.SQLITE_INTERRUPT:
            raise LimitExceeded(f"This took longer than {seconds:g} s and was stopped.") from error
        if str(error).startswith(limits.TOO_LARGE):
            raise LimitExceeded("This needs more memory than one page may have.") from error
        raise
    except (MemoryError, sqlite3.DataError) as error:
        raise LimitExceeded("This needs more memory than one page may have.") from error
    finally:
        connection.set_progress_handler(None, PROGRESS_STEPS)


def number(text: str) -> int:
    """A row's number from an address.  Raises NotFound for what no row can have."""
    if not text.isascii() or not text.isdigit() or len(text) > 18 or text.startswith("0"):
        raise NotFound(f"There is nothing under the number {text[:40]}.")
    return int(text)
