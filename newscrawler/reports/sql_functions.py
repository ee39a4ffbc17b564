"""What SQL may call: `articles_fts MATCH newscrawler_query(:q)`, `newscrawler_remarks(:q)`, `newscrawler_snippet(…)`.

A query is compiled as the search page compiles it, with what the archive calls its sources, topics and names.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from newscrawler.search.fts import FINDS_NOTHING
from newscrawler.search.query import Query, compile_query
from newscrawler.search.snippets import in_own_letters
from newscrawler.search.vocabulary import NOTHING, vocabulary
from newscrawler.storage.database.sqlite import Database

if TYPE_CHECKING:
    import sqlite3

    from newscrawler.search.vocabulary import Vocabulary

NOT_BY_MEANING = "like: was left out: SQL finds what the words and filters beside it find"
KEPT_SECONDS = 60.0  # that a connection keeps the archive's vocabulary and what it compiled
MAX_KEPT = 100  # queries
_READ = ("sources", "topics", "mentions", "stories", "articles_fts", "articles_terms")  # by a vocabulary
_IS_ARCHIVE = f"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN {_READ}"  # noqa: S608 ours


@dataclass(slots=True)
class SqlFunctions:
    """The functions of one connection; `remarks`: what of the queries that were compiled was not understood."""

    connection: sqlite3.Connection
    remarks: list[str] = field(default_factory=list)
    _known: Vocabulary | None = None
    _at: float = 0.0
    _compiled: dict[str, Query] = field(default_factory=dict)

    def query(self, text: str | None) -> str:
        """What a person typed, as an FTS5 expression; one that matches nothing where there is none, or nothing in it."""
        return FINDS_NOTHING if text is None else self._compile(str(text)).fts or FINDS_NOTHING

    def remarks_on(self, text: str | None) -> str | None:
        """What of it was not understood; NULL: all was."""
        return None if text is None else "; ".join(self._compile(str(text)).remarks) or None

    def _compile(self, text: str) -> Query:
        if time.monotonic() - self._at > KEPT_SECONDS or len(self._compiled) > MAX_KEPT:
            self._known, self._at = None, time.monotonic()
            self._compiled.clear()
        if text not in self._compiled:
            # whoever called us counts the rows of its own statement
            rows, self.connection.row_factory = self.connection.row_factory, None
            try:
                self._known = self._known or _vocabulary(self.connection)
                self._compiled[text] = without_meaning(compile_query(text, self._known))
            finally:
                self.connection.row_factory = rows
            self.remarks += [each for each in self._compiled[text].remarks if each not in self.remarks]
        return self._compiled[text]


def without_meaning(query: Query) -> Query:
    """A query as SQL can ask it: what is like a text is no expression of FTS5, and that is remarked."""
    return replace(query, like=(), remarks=(*query.remarks, NOT_BY_MEANING)) if query.like else query


def _vocabulary(connection: sqlite3.Connection) -> Vocabulary:
    """Of a database that is no archive: values are taken as they are typed."""
    (tables,) = connection.execute(_IS_ARCHIVE).fetchone()
    return vocabulary(Database(connection)) if tables == len(_READ) else NOTHING


def snippet_of(snippet: str | None, *texts: str | None) -> str | None:
    """A snippet of the index in the letters of the title, lead and text that it is of: search reads them folded."""
    return in_own_letters(snippet, ("\n".join(filter(None, texts)),)) if snippet else snippet


def add_functions(connection: sqlite3.Connection) -> SqlFunctions:
    """Give a connection what the canned queries and readers' own SQL call."""
    functions = SqlFunctions(connection)
    connection.create_function("newscrawler_query", 1, functions.query, deterministic=True)
    connection.create_function("newscrawler_remarks", 1, functions.remarks_on, deterministic=True)
    connection.create_function("newscrawler_snippet", -1, snippet_of, deterministic=True)
    return functions
