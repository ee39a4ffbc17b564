"""Links from Datasette's own tables to the pages of the reading room."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

# column -> what its values name
_NAMES = {
    "article_id": "article",
    "other_id": "article",
    "first_article_id": "article",
    "original_id": "article",
    "story_id": "story",
    "story": "story",
    "merged_into": "story",
    "source_id": "source",
    "run_id": "run",
}
_ROWS = {"articles": "article", "stories": "story", "sources": "source", "runs": "run"}  # tables whose `id` has a page
_ADDRESSES = {"url", "home", "canonical"}
MAX_SHOWN = 70  # characters of an address that are shown


def link(datasette: Any, row: Any, value: Any, column: str, table: str | None) -> Markup | None:
    """A cell as a link to our page of what it names, or out of the archive; None where it names nothing."""
    label = value
    if isinstance(value, dict):  # a foreign key that Datasette has looked up
        value, label = value["value"], value["label"]
    if value is None or value == "":
        return None
    if column in _ADDRESSES and isinstance(value, str):
        return _external_link(value)
    if column == "title" and _row_kind(row, table) == "article":
        return Markup('<a href="{}">{}</a>').format(datasette.urls.path(f"/article/{row['id']}"), value)
    name = _NAMES.get(column) or (_row_kind(row, table) if column == "id" else None)
    if name is None or not (isinstance(value, int) or name == "source"):
        return None
    place = datasette.urls.path(f"/{name}/{quote(str(value), safe='')}")
    return Markup('<a href="{}">{}</a>').format(place, label or value)


def _row_kind(row: Any, table: str | None) -> str | None:
    """What the `id` of a row names: by its table, or in a view or a query by the columns beside it."""
    if table in _ROWS:
        return _ROWS[table]
    columns = set(row.keys()) if hasattr(row, "keys") else set()
    return "article" if {"id", "title", "url"} <= columns else None


def _external_link(address: str) -> Markup | None:
    if not address.lower().startswith(("http://", "https://")):
        return escape(address)
    shown = address if len(address) <= MAX_SHOWN else f"{address[: MAX_SHOWN - 1]}…"
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(address, shown)
