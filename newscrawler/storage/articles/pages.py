"""The SQL of stored pages: responses as they were fetched, each with the place of its WARC record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.storage.database.rows import record, records

if TYPE_CHECKING:
    import sqlite3

    from sqlite_utils import Database

_PLACES = "SELECT warc_file, warc_offset, warc_length FROM {}"
PAGE_COLUMNS = """pages.id, pages.url, pages.fetched, pages.status, pages.content_type, pages.digest, pages.warc_file,
           pages.warc_offset, pages.warc_length"""
_PAGE = f"SELECT {PAGE_COLUMNS} FROM pages"  # noqa: S608 ours


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
        """File, offset and length of its record, as `warc.reading.read_page` takes them."""
        return self.warc_file, self.warc_offset, self.warc_length


def named_records(db: Database | sqlite3.Connection) -> str:
    """A query for the place of every record that rows name, as a table; archives before m017_provenance name pages alone."""
    found = db.execute("SELECT name FROM sqlite_master WHERE name IN ('pages', 'confirmations') ORDER BY name DESC")
    return f"({' UNION ALL '.join(_PLACES.format(name) for (name,) in found.fetchall())})"


def place_of(db: Database, file: str) -> str | None:
    """The store that a WARC file went to; None: it is in the archive's folder."""
    row = db.execute("SELECT place FROM warc_places WHERE warc_file = ?", [file]).fetchone()
    return row[0] if row else None


def page(db: Database, page_id: int) -> StoredPage | None:
    """None where there is none of that number."""
    return record(db, StoredPage, f"{_PAGE} WHERE pages.id = :id", id=page_id)


def is_withdrawn(db: Database, article_id: int) -> bool:
    """Whether an article's text was withdrawn: its pages are read for nothing any more."""
    return db.execute("SELECT 1 FROM articles WHERE id = ? AND withdrawn IS NOT NULL", [article_id]).fetchone() is not None


def withdrawn_article(db: Database, page_id: int) -> int | None:
    """The article that a page is of, or an earlier state of it, where its text was withdrawn; None where none was."""
    row = db.execute(
        """
        SELECT id FROM articles
        WHERE withdrawn IS NOT NULL AND (page_id = :id OR id IN (SELECT article_id FROM revisions WHERE page_id = :id))
        LIMIT 1
        """,
        {"id": page_id},
    ).fetchone()
    return int(row[0]) if row else None


def same_page(db: Database, url: str, digest: str) -> StoredPage | None:
    """The last page of an address that had these very bytes; None where there is none."""
    sql = f"{_PAGE} WHERE pages.url = :url AND pages.digest = :digest ORDER BY pages.id DESC LIMIT 1"
    return record(db, StoredPage, sql, url=url, digest=digest)


def page_of_article(db: Database, article_id: int) -> StoredPage | None:
    """The page that an article's text is from; None where none is stored."""
    sql = f"{_PAGE} JOIN articles ON articles.page_id = pages.id WHERE articles.id = :id"
    return record(db, StoredPage, sql, id=article_id)


def pages_of_article(db: Database, article_id: int) -> list[StoredPage]:
    """The pages that an article's text and its earlier states are from, in the order in which they were fetched."""
    sql = f"""
        {_PAGE} WHERE pages.id IN (SELECT page_id FROM articles WHERE id = :id
                                   UNION SELECT page_id FROM revisions WHERE article_id = :id) ORDER BY pages.id
    """  # noqa: S608 ours
    return records(db, StoredPage, sql, id=article_id)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How often a page was found again as it was, and when last (None: never)."""

    times: int
    last: str | None


def confirmed(db: Database, page_id: int) -> Confirmed:
    """What the revisit records of a page say."""
    sql = "SELECT count(*) AS times, max(at) AS last FROM confirmations WHERE page_id = :id"
    return record(db, Confirmed, sql, id=page_id) or Confirmed(0, None)


def confirming_records(db: Database, page_id: int) -> list[tuple[str, int, int]]:
    """(WARC file, offset, length) of the revisit records of a page, in the order in which they came."""
    rows = db.execute(
        "SELECT warc_file, warc_offset, warc_length FROM confirmations WHERE page_id = ? ORDER BY id", [page_id]
    )
    return rows.fetchall()


def endpoint_of_article(db: Database, article_id: int) -> str | None:
    """The address of the feed or sitemap that named an article first; None where it was asked for by hand."""
    row = db.execute(
        """
        SELECT endpoints.url FROM links JOIN endpoints ON endpoints.id = links.endpoint_id
        WHERE links.article_id = ? ORDER BY links.id LIMIT 1
        """,
        [article_id],
    ).fetchone()
    return str(row[0]) if row else None


def page_of_revision(db: Database, article_id: int, revision_id: int) -> StoredPage | None:
    """The page that brought a revision of an article; None where none is stored, or the revision is another article's."""
    sql = f"{_PAGE} JOIN revisions ON revisions.page_id = pages.id WHERE revisions.id = :id AND article_id = :article"
    return record(db, StoredPage, sql, id=revision_id, article=article_id)


def name_page_of(db: Database, article_id: int, page_id: int) -> None:
    """Say of an article, and of its revisions, which page they are from, where nothing says so yet."""
    for table, column in (("articles", "id"), ("article_states", "article_id")):
        db.execute(
            f"UPDATE {table} SET page_id = ? WHERE page_id IS NULL AND {column} = ?",  # noqa: S608 ours
            [page_id, article_id],
        )
