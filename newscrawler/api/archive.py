"""An archive, opened for reading: what the command and the reading room show, as Python values that stream."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from newscrawler.dates import parse_since
from newscrawler.errors import ArchiveError, QueryError
from newscrawler.reports import articles, stories
from newscrawler.reports.sql import read_sql
from newscrawler.reports.sql_functions import add_functions
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import MAX_DEPTH, Listing, every_hit
from newscrawler.search.ranking import search as search_archive
from newscrawler.search.snippets import MARK
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage.database.connect import connect_for_reading
from newscrawler.storage.warc.reading import read_page
from newscrawler.urls import url_key

if TYPE_CHECKING:
    import os
    import sqlite3
    from collections.abc import Iterator, Mapping

    from sqlite_utils import Database

    from newscrawler.reports.articles import ArticleState, StoredArticle
    from newscrawler.reports.stories import CarriedStory, StoryMember
    from newscrawler.search.query import Query
    from newscrawler.search.ranking import Hit

PAGES = "pages"
_UNMARKED = {ord(mark): None for mark in MARK}
_LARGEST = 2**63 - 1  # an id of SQLite's


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer of a statement: the names of its columns, and its rows as they are read.  It can be gone over once.

    `pandas.DataFrame(rows, columns=rows.columns)` takes it as it is.
    """

    columns: tuple[str, ...]
    _rows: Iterator[tuple[Any, ...]]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows

    def dicts(self) -> Iterator[dict[str, Any]]:
        """The rows, each as {column: value}."""
        return (dict(zip(self.columns, row, strict=True)) for row in self._rows)


class OpenArchive:
    """An archive that is open for reading, also while a crawl writes it.  `open_archive` makes one.

    It belongs to the thread that opened it (SQLite's rule), holds nothing in memory but what was asked for last, and is
    closed by `close` or at the end of a `with` block.
    """

    def __init__(self, folder: Path, db: Database) -> None:
        self.folder = folder
        self._db = db

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, which cannot write: for pandas.read_sql and whatever else wants one."""
        return self._db.conn

    def search(self, query: str, *, limit: int = 20, newest: bool = False, every_copy: bool = False) -> Iterator[Hit]:
        """The best hits of a query (`newscrawler help search`), or the `newest`; each story once, or `every_copy` of it.

        At most 2,000; `articles(query)` has all of them.  What of a query is not understood is a UserWarning.  Raises
        QueryError where it asks for nothing.
        """
        compiled = self._compiled(query)
        if not 0 < limit <= MAX_DEPTH:
            raise ValueError(f"limit={limit} is none of 1 to {MAX_DEPTH}; articles(query) streams all hits")
        found = search_archive(self._db, compiled, Listing(limit, 0, newest, every_copy))
        return (replace(hit, snippet=hit.snippet.translate(_UNMARKED)) for hit in found)

    def articles(self, query: str | None = None) -> Iterator[StoredArticle]:
        """Every article that a query finds, or every one there is, in the order in which they came; read as asked for.

        Raises QueryError where the query asks for nothing.
        """
        compiled = self._compiled(query) if query is not None else None
        ids = articles.ids(self._db) if compiled is None else every_hit(self._db, compiled)
        return (found for each in ids if (found := articles.stored_article(self._db, each)) is not None)

    def article(self, wanted: int | str) -> StoredArticle | None:
        """The article of an id or of an address, with its topics, names, revisions, copies and page; None: not there."""
        number = wanted if isinstance(wanted, int) else articles.id_at(self._db, url_key(wanted))
        if number is None or not 0 < number <= _LARGEST:
            return None
        return articles.stored_article(self._db, number)

    def states(self, article_id: int) -> list[ArticleState]:
        """The states of an article's text, in the order in which they were last seen; the last one is what it says now."""
        return articles.states(self._db, article_id) if 0 < article_id <= _LARGEST else []

    def page(self, article_id: int) -> bytes:
        """The page that an article's text is from, as its host sent it (what compressed it on its way is undone).

        Raises ArchiveError where there is no such article, none is stored, its text was withdrawn, or the record
        is not whole.
        """
        found = self.article(article_id)
        if found is None:
            raise ArchiveError(f"there is no article {article_id} in {self.folder}")
        if found.page is None:
            raise ArchiveError(f"article {article_id} has no stored page")
        if found.withdrawn is not None:
            raise ArchiveError(
                f"the text of article {article_id} was withdrawn, as its publisher asks; `newscrawler page --withdrawn` "
                "prints its page nevertheless"
            )
        return read_page(self.folder / PAGES, *found.page.place)[1]

    def stories(self, *, since: str | None = None, limit: int | None = None) -> Iterator[CarriedStory]:
        """Stories that several addresses carry, those that most do first; `since`: first seen then (7d, 2026-11-01).

        Raises ValueError where `since` is neither a date nor a span.
        """
        first = parse_since(since, datetime.now(UTC)) if since is not None else None
        return iter(stories.most_carried(self._db, since=first, limit=-1 if limit is None else limit))

    def story(self, story_id: int) -> list[StoryMember]:
        """The articles of a story, the original first; empty where there is none of that number."""
        number = stories.current_id(self._db, story_id) if 0 < story_id <= _LARGEST else None
        return [] if number is None else stories.members(self._db, number)

    def sql(self, statement: str, parameters: Mapping[str, Any] | None = None) -> Rows:
        """The answer of a statement over the tables and views of `newscrawler help tables`.

        Raises QueryError for what SQLite refuses, and for a statement that returns no rows.
        """
        answer = self._answer(statement, parameters or {})
        return Rows(next(answer), answer)

    def _answer(self, statement: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """The names of the columns, then the rows."""
        with read_sql(self._db.conn, statement, parameters) as table:
            yield table.columns
            yield from table.rows

    def _compiled(self, query: str) -> Query:
        compiled = compile_query(query, vocabulary(self._db))
        if not compiled.fts and not compiled.filters:
            raise QueryError(f"{query!r} asks for nothing; give words, a phrase in quotes, or a filter such as since:7d")
        for remark in compiled.remarks:
            warnings.warn(remark, UserWarning, stacklevel=3)
        return compiled

    def close(self) -> None:
        """Let go of the database.  What streams from it ends with an error of sqlite3's."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"OpenArchive({str(self.folder)!r})"


def open_archive(folder: str | os.PathLike[str] = "archive") -> OpenArchive:
    """Open an archive for reading; nothing that is done through it changes it, and its folder's settings count for nothing.

    Raises ArchiveError where there is none, or one of another version's schema.
    """
    path = Path(folder)
    db = connect_for_reading(path)
    add_functions(db.conn)
    return OpenArchive(path, db)
