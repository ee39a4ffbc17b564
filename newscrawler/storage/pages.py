"""The SQL of stored pages: responses as they were fetched, each with the place of its WARC record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.storage.rows import record

if TYPE_CHECKING:
    from sqlite_utils import Database

_PAGE = """
    SELECT pages.id, pages.url, pages.fetched, pages.status, pages.content_type, pages.digest, pages.warc_file,
           pages.warc_offset, pages.warc_length
    FROM pages
"""


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A response as it was fetched, and where its record is in the archive's WARC files."""

    id: int
    url: str
    fetched: str
    status: int
    content_type: str | None
    digest: str
    warc_file: str
    warc_offset: int
    warc_length: int

    @property
    def place(self) -> tuple[str, int, int]:
        """File, offset and length of its record, as `warc.read_page` takes them."""
        return self.warc_file, self.warc_offset, self.warc_length


def page(db: Database, page_id: int) -> StoredPage | None:
    """None where there is none of that number."""
    return record(db, StoredPage, f"{_PAGE} WHERE pages.id = :id", id=page_id)


def page_of_article(db: Database, article_id: int) -> StoredPage | None:
    """The page that an article's text is from; None where none is stored."""
    sql = f"{_PAGE} JOIN articles ON articles.page_id = pages.id WHERE articles.id = :id"
    return record(db, StoredPage, sql, id=article_id)


def page_of_revision(db: Database, article_id: int, revision_id: int) -> StoredPage | None:
    """The page that brought a revision of an article; None where none is stored, or the revision is another article's."""
    sql = f"{_PAGE} JOIN revisions ON revisions.page_id = pages.id WHERE revisions.id = :id AND article_id = :article"
    return record(db, StoredPage, sql, id=revision_id, article=article_id)


def name_page(db: Database, link_id: int, page_id: int) -> None:
    """Say of the article that a link brought, and of its revisions, which page they are from, where nothing says so yet."""
    row = db.execute("SELECT article_id FROM links WHERE id = ?", [link_id]).fetchone()
    if row is not None and row[0] is not None:
        name_page_of(db, row[0], page_id)


def name_page_of(db: Database, article_id: int, page_id: int) -> None:
    """Say of an article, and of its revisions, which page they are from, where nothing says so yet."""
    for table, column in (("articles", "id"), ("revisions", "article_id")):
        db.execute(
            f"UPDATE {table} SET page_id = ? WHERE page_id IS NULL AND {column} = ?",  # noqa: S608 ours
            [page_id, article_id],
        )
