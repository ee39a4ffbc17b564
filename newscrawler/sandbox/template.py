"""The process that forks one for each request: `python -m newscrawler.sandbox.template`, its standard input a socket.

It is small, has one thread and has imported what its children need.  When the reading room is gone it ends its children
and itself.
"""

from __future__ import annotations

import os
import re
import resource
import signal
import socket
import sqlite3
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from newscrawler.reports.sql_functions import add_functions
from newscrawler.sandbox import limits
from newscrawler.sandbox.messages import HEADER, Answer, Place, Statement, decode, encode
from newscrawler.storage.database.reserved_words import INDEXED_WORDS, SEARCH_TABLE, withhold

if TYPE_CHECKING:
    from collections.abc import Callable

MEMORY = 768 * 2**20  # bytes of address space: SQLite's heap, and the largest result as Python and as JSON
CPU_SECONDS = 20  # of one request, all its statements
FILE_BYTES = 512 * 2**20  # of a temporary file of SQLite's
GRACE = 1.0  # seconds between SQLite's own limit and the kernel's
STEPS = 1_000  # of SQLite's virtual machine between two looks at the clock
_PART = re.compile(r'\s+|(".*?")')
# pragmas that Datasette and its visitors ask; none changes anything
_PRAGMAS = frozenset({
    "schema_version", "database_list", "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
    "foreign_key_list", "foreign_keys", "data_version", "function_list", "collation_list", "compile_options",
    "max_page_count", "page_size", "page_count",
})  # fmt: skip


def escape_fts(query: str) -> str:
    """What was typed into a table's search field as FTS5 reads it: every word quoted (Datasette's function of this name).

    >>> escape_fts('joint patrol'), escape_fts('"joint patrol" o"x')
    ('"joint" "patrol"', '"joint patrol" "o" "x"')
    """
    balanced = query + '"' * (query.count('"') % 2)
    parts = [part for part in _PART.split(balanced) if part and part != '""']
    return " ".join(part if part.startswith('"') else f'"{part}"' for part in parts)


def _reads_only(closed: frozenset[str]) -> Callable[..., int]:
    def allows(action: int, first: str | None, second: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_PRAGMA:
            return sqlite3.SQLITE_OK if (first or "").lower() in _PRAGMAS else sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_ATTACH or (action == sqlite3.SQLITE_READ and (first or "").lower() in closed):
            return sqlite3.SQLITE_DENY
        if closed and action == sqlite3.SQLITE_READ and first == SEARCH_TABLE and second in INDEXED_WORDS:
            return sqlite3.SQLITE_DENY  # the index may be asked, its words not be read
        return sqlite3.SQLITE_OK

    return allows


def _connect(place: Place) -> sqlite3.Connection:
    mode = "immutable=1" if place.immutable else "mode=ro"
    connection = sqlite3.connect(f"{Path(place.path).resolve().as_uri()}?{mode}", uri=True)
    connection.text_factory = lambda raw: str(raw, "utf-8", "replace")
    add_functions(connection)
    connection.create_function("escape_fts", 1, escape_fts)
    limits.apply(connection, every_view=True)  # those of the file may call nothing once its schema is not trusted
    connection.execute("PRAGMA trusted_schema = OFF")  # what views and tables call has no effects
    if place.closed:
        withhold(connection)
    connection.set_authorizer(_reads_only(frozenset(place.closed)))
    return connection


def run(connection: sqlite3.Connection, statement: Statement) -> Answer:
    """Run a statement within its seconds, as SQLite counts them; an error is an answer too."""
    end = time.monotonic() + statement.seconds
    connection.set_progress_handler(lambda: int(time.monotonic() > end), STEPS)
    try:
        cursor = connection.execute(statement.sql, statement.params)
        rows = cursor.fetchall() if statement.most is None else cursor.fetchmany(statement.most)
        columns = None if cursor.description is None else [each[0] for each in cursor.description]
        return Answer(columns, [tuple(row) for row in rows])
    except (sqlite3.Error, sqlite3.Warning, MemoryError, ValueError, OverflowError) as error:
        return Answer(None, (), type(error).__name__, str(error))


def _limit_process() -> None:
    """Bound this process for good, by the kernel."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):  # macOS knows no limit of address space
            continue


def _read(stream: BinaryIO) -> bytes | None:
    header = stream.read(HEADER.size)
    return stream.read(*HEADER.unpack(header)) if len(header) == HEADER.size else None


def _answer_all(stream: BinaryIO) -> None:
    """Answer one request's statements until it has no more.  What takes too long is ended by SIGALRM, handled by nobody."""
    place = _read(stream)
    if place is None:
        return
    connection = _connect(decode(Place, place))
    while body := _read(stream):
        statement = decode(Statement, body)
        signal.setitimer(signal.ITIMER_REAL, statement.seconds + GRACE)
        answer = encode(run(connection, statement))
        signal.setitimer(signal.ITIMER_REAL, 0)
        stream.write(answer)
        stream.flush()


def _child(asking: socket.socket) -> None:
    """A forked process's life; it never returns."""
    code = 1
    try:
        _limit_process()
        with asking, asking.makefile("rwb") as stream:
            _answer_all(stream)  # type: ignore[arg-type] # a BufferedRWPair is one
        code = 0
    except (BrokenPipeError, ConnectionResetError):
        code = 0  # nobody waits any more
    finally:
        os._exit(code)


def main() -> None:
    """Fork one process for each socket that arrives, until the reading room closes its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel clears away who has ended
    with socket.socket(fileno=sys.stdin.fileno()) as control:
        while True:
            message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not message:
                break
            for descriptor in descriptors:
                asking = socket.socket(fileno=descriptor)
                if os.fork() == 0:
                    control.close()
                    _child(asking)
                asking.close()
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
