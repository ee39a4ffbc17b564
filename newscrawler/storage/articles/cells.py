"""An article as the cells of its row, and the row as an article."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from newscrawler.items import Article, Reading, Update
from newscrawler.reader import shipped_reader
from newscrawler.storage.articles.letters import search_columns
from newscrawler.text import clean_line, storable

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlite_utils import Database

_CELLS = (
    "url", "text", "content_hash", "word_count", "extractor", "title", "authors", "published", "published_origin",
    "modified", "language", "section", "lead", "image_url", "canonical", "credit", "language_origin", "type", "tags",
    "published_zone", "agency", "paywall", "captions", "updates", "origins",
)  # fmt: skip


def _article_cells(article: Article) -> dict[str, Any]:
    """The columns of m003_extraction."""
    return {
        "type": article.type,
        "tags": as_json(article.tags),
        "agency": clean_line(article.agency, 100),
        "paywall": None if article.paywall is None else int(article.paywall),
        "published_zone": article.published_zone,
        "captions": as_json(article.captions),
        "updates": as_json([asdict(update) for update in article.updates]),
        "origins": as_json(article.origins),
    }


_encode = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` makes an encoder each time


def as_json(value: Collection[object]) -> str:
    """A list or a dictionary as JSON; most are empty.

    >>> as_json(()), as_json({}), as_json(("Zürich",))
    ('[]', '{}', '["Zürich"]')
    """
    return _encode(value) if value else "{}" if isinstance(value, dict) else "[]"


def words_of(article: Article) -> dict[str, Any]:
    """What extraction says of an article, by column; nothing that SQLite would refuse, whoever made the article."""
    values = {
        "title": article.title,
        "authors": as_json(article.authors),
        "published": article.published,
        "published_origin": article.published_origin,
        "modified": article.modified,
        "language": article.language,
        "language_origin": article.language_origin,
        "section": article.section,
        "lead": article.lead,
        "text": article.text,
        "word_count": article.word_count,
        "image_url": article.image_url,
        "canonical": article.canonical,
        **_article_cells(article),
        "credit": clean_line(article.credit, 100),
        "content_hash": article.content_hash,
        "extractor": article.extractor,
        "read_by": shipped_reader(),
    }
    stored = {column: storable(value) if isinstance(value, str) else value for column, value in values.items()}
    return stored | search_columns(*(stored[column] for column in ("title", "lead", "text", "authors", "updates")))


def _loaded(cell: str) -> Any:
    """What a cell of JSON holds; None where another program has written something else."""
    try:
        return json.loads(cell)
    except ValueError:
        return None


def _list_in(cell: str) -> list[Any]:
    found = _loaded(cell)
    return found if isinstance(found, list) else []


def reading_of(db: Database, article_id: int) -> Reading | None:
    """An article as it was read; None where there is none of that number."""
    row = db.execute(
        f"SELECT {', '.join(_CELLS)}, read_by FROM articles WHERE id = ?",  # noqa: S608 ours
        [article_id],
    ).fetchone()
    if row is None:
        return None
    cells: dict[str, Any] = dict(zip((*_CELLS, "read_by"), row, strict=True))
    read_by = cells.pop("read_by")
    for name in ("authors", "tags", "captions"):
        cells[name] = tuple(_list_in(cells[name]))
    entries = (each for each in _list_in(cells["updates"]) if isinstance(each, dict))
    cells["updates"] = tuple(Update(each.get("at"), each.get("title"), str(each.get("text") or "")) for each in entries)
    origins = _loaded(cells["origins"])
    cells["origins"] = origins if isinstance(origins, dict) else {}
    cells["paywall"] = None if cells["paywall"] is None else bool(cells["paywall"])
    return Reading(Article(**cells), read_by=read_by)


def reading_of_state(db: Database, article_id: int, page_id: int) -> Reading | None:
    """Title and text of an article's last state that a page is of; None where it is of none."""
    row = db.execute(
        """
        SELECT url, revisions.text, revisions.content_hash, revisions.title
        FROM revisions JOIN articles ON articles.id = article_id
        WHERE article_id = ? AND revisions.page_id = ? AND revisions.text <> '' ORDER BY revisions.id DESC LIMIT 1
        """,
        [article_id, page_id],
    ).fetchone()
    if row is None:
        return None
    url, text, content_hash, title = row
    return Reading(Article(url, text, content_hash, len(text.split()), "", title=title), is_current=False)
