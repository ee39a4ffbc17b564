"""The SQL of stored texts beside the hashes that are stored with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawler.storage.database.rows import number, records

if TYPE_CHECKING:
    from sqlite_utils import Database

_ARTICLES = (
    "SELECT id, NULL AS revision_id, text, content_hash FROM articles "
    "WHERE id > :after AND withdrawn IS NULL {one} ORDER BY id LIMIT :limit"
)
# a state of being gone has no text, and the hash of the one before it
_STATES = """
    SELECT article_id AS id, id AS revision_id, text, content_hash FROM revisions
    WHERE id > :after AND text <> '' {one} ORDER BY id LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class HashedText:
    """A text of an article (`revision_id`: None) or of one of its states, and the hash that is kept of it."""

    id: int
    revision_id: int | None
    text: str = field(repr=False)
    content_hash: str

    @property
    def number(self) -> int:
        return self.id if self.revision_id is None else self.revision_id

    def __str__(self) -> str:
        return f"article {self.id}" + (f", revision {self.revision_id}" if self.revision_id is not None else "")


def articles(db: Database, *, after: int, limit: int, article: int | None = None) -> list[HashedText]:
    """Texts of articles by their numbers; of one article where it is named."""
    sql = _ARTICLES.format(one="" if article is None else "AND id = :article")
    return records(db, HashedText, sql, after=after, limit=limit, article=article)


def states(db: Database, *, after: int, limit: int, article: int | None = None) -> list[HashedText]:
    """Texts of states by the numbers of their revisions."""
    sql = _STATES.format(one="" if article is None else "AND article_id = :article")
    return records(db, HashedText, sql, after=after, limit=limit, article=article)


def how_many(db: Database) -> tuple[int, int]:
    """(records of WARC files that rows name, texts of articles and states)."""
    named = "(SELECT count(*) FROM pages) + (SELECT count(*) FROM confirmations)"
    texts = "(SELECT count(*) FROM articles WHERE withdrawn IS NULL) + (SELECT count(*) FROM revisions WHERE text <> '')"
    return number(db, f"SELECT {named}"), number(db, f"SELECT {texts}")
