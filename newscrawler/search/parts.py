"""One archive among several that are searched, and what they are asked: statements of their own, several at once."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from newscrawler.search import ranking
from newscrawler.storage.database.connect import DATABASE
from newscrawler.storage.database.rows import plain_rows
from newscrawler.storage.database.sqlite_errors import explain_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlite_utils import Database

    from newscrawler.search.query import Query

P = ParamSpec("P")
T = TypeVar("T")
Found = tuple[int, int]  # (which part, the number of an article there)
AT_ONCE = min(8, os.cpu_count() or 1)  # archives: SQLite leaves Python's lock while it looks


@dataclass(frozen=True, slots=True)
class Part:
    """One of the archives that are searched, and the query as its vocabulary understands it, once that is asked for."""

    folder: Path
    db: Database
    understand: Callable[[], Query]
    file: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "file", self.folder / DATABASE)  # once: it is named at each statement

    @property
    def query(self) -> Query:
        return self.understand()

    def asking(self, query: Query) -> Part:
        """The same archive, asked for something else."""
        return replace(self, understand=lambda: query)

    def asked(self, ask: Callable[Concatenate[Part, P], T], *values: P.args, **named: P.kwargs) -> T:
        """What it answers; an error names its file."""
        with explain_errors(self.file):
            return ask(self, *values, **named)

    def rows(self, sql: str, values: Iterable[object]) -> list[tuple[Any, ...]]:
        """The rows of a statement about some numbers or texts, its `:these`."""
        with explain_errors(self.file):
            return plain_rows(self.db, sql, {"these": json.dumps(list(values))}).fetchall()

    def told(self, sql: str, ids: Sequence[int]) -> dict[int, str]:
        """Article -> what a statement tells of it."""
        return dict(self.rows(sql, ids)) if ids else {}

    def only(self, sql: str) -> tuple[Any, ...] | None:
        """The one row of a statement."""
        with explain_errors(self.file):
            row: tuple[Any, ...] | None = plain_rows(self.db, sql, ()).fetchone()
        return row

    def hits_among(self, ids: list[int]) -> set[int]:
        """Those of some articles that are hits; of a query by meaning those that its filters find."""
        with explain_errors(self.file):
            return ranking.hits_among(self.db, self.query, ids)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="search")


def together(parts: Sequence[Part], ask: Callable[..., T], *values: Sequence[Any]) -> list[T]:
    """What each part answers; several are asked at once.  `values`: further arguments, for each part its own."""
    each = zip(parts, *values, strict=True)
    if len(parts) < 2 or AT_ONCE < 2:
        return [part.asked(ask, *more) for part, *more in each]
    for part in parts:
        part.understand()  # here: for that threads would ask one another's archives what they said
    return list(_threads().map(lambda part, *more: part.asked(ask, *more), parts, *values))


def of_each(
    parts: Sequence[Part], lists: Mapping[int, Sequence[int]], ask: Callable[[Part, Sequence[int]], Iterable[T]]
) -> list[tuple[int, T]]:
    """(which part, what it says) of what parts say about some articles of theirs: too little to hand it to threads."""
    return [(number, each) for number, ids in lists.items() for each in parts[number].asked(ask, ids)]


def by_part(found: Iterable[Found]) -> dict[int, list[int]]:
    """Which part -> the articles of it, in their order."""
    own: dict[int, list[int]] = {}
    for number, article in found:
        own.setdefault(number, []).append(article)
    return own


def each_told(parts: Sequence[Part], lists: Mapping[int, Sequence[int]], sql: str) -> dict[Found, str]:
    """What a statement tells of articles of several parts."""
    return {(number, id_): value for number, ids in lists.items() for id_, value in parts[number].told(sql, ids).items()}
