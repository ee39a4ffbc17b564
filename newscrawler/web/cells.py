"""Links from Datasette's own tables and from canned queries to the pages of the reading room."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

from newscrawler.search.editing import filter_text
from newscrawler.storage.articles.labels import in_words

# column -> what its values name
_NAMES = {
    "article_id": "article",
    "other_id": "article",
    "first_article_id": "article",
    "first_article": "article",
    "original_id": "article",
    "story_id": "story",
    "story": "story",
    "merged_into": "story",
    "event_id": "event",
    "event": "event",
    "follows_id": "event",
    "source_id": "source",
    "run_id": "run",
}
ROWS = {
    "articles": "article",
    "stories": "story",
    "events": "event",
    "sources": "source",
    "runs": "run",
}  # tables whose `id` has a page
# column of a canned query -> the filter whose value it names
_FILTERS = {
    "source": "source",
    "follows": "source",
    "first_source": "source",
    "topic": "topic",
    "published_in": "country",
    "language": "lang",
    "about": "mentions",
    "mentions": "mentions",
    "with_country": "mentions",
}
_ADDRESSES = {"url", "home", "canonical"}
_LINKED_IN_TABLES = frozenset({"title", "id", "labels", *_ADDRESSES, *_NAMES})
_LINKED = _LINKED_IN_TABLES | {"country", "name", *_FILTERS}
MAX_SHOWN = 70  # characters of an address that are shown


def link(datasette: Any, row: Any, value: Any, column: str, table: str | None) -> Markup | None:
    """A cell as a link to our page of what it names, or out of the archive, labels in words; None where it names nothing."""
    if column not in (_LINKED_IN_TABLES if table else _LINKED):
        return None  # most of the thousands that a page has
    label = value
    if isinstance(value, dict):  # a foreign key that Datasette has looked up
        value, label = value["value"], value["label"]
    if value is None or value == "":
        return None
    if column == "labels":
        return escape(in_words(value)) if table == "articles" and isinstance(value, str) else None
    if column in _ADDRESSES and isinstance(value, str):
        return _external_link(value)
    if column == "title" and (article := _article(row, table)):
        return Markup('<a href="{}">{}</a>').format(datasette.urls.path(page_path("article", article)), value)
    name = _NAMES.get(column) or (_row_kind(row, table) if column == "id" else None)
    if name is not None and (isinstance(value, int) or name == "source"):
        return Markup('<a href="{}">{}</a>').format(datasette.urls.path(page_path(name, value)), label or value)
    if table is None and isinstance(value, str) and (query := _search(row, column, value)):
        return Markup('<a href="{}">{}</a>').format(datasette.urls.path(f"/search?{urlencode({'q': query})}"), value)
    return None


def page_path(kind: str, key: object) -> str:
    """The path of our page of a row.

    >>> page_path("article", 7), page_path("source", "a/b")
    ('/article/7', '/source/a%2Fb')
    """
    return f"/{kind}/{quote(str(key), safe='')}"


def _columns(row: Any) -> set[str]:
    return set(row.keys()) if hasattr(row, "keys") else set()


def _article(row: Any, table: str | None) -> object:
    """The number of the article whose title a row has; None where it does not tell."""
    if _row_kind(row, table) == "article":
        return row["id"]
    return row["article_id"] if "article_id" in _columns(row) else None


def _search(row: Any, column: str, value: str) -> str | None:
    """A search for what a cell of a query names; a country that publishes is told by its code, one that is named by name.

    >>> _search({}, "topic", "air power"), _search({}, "country", "FR"), _search({}, "country", "France")
    ('topic:"air power"', 'country:FR', 'mentions:France')
    >>> _search({}, "language", "(unknown)"), _search({}, "reason", "x")
    (None, None)
    """
    if value.startswith("("):  # a word of ours for what nobody says
        return None
    if column == "country":
        return filter_text("country" if len(value) == 2 and value.isupper() else "mentions", value)
    if column == "name" and {"kind", "name"} <= _columns(row):
        return filter_text("mentions", value)
    return filter_text(_FILTERS[column], value) if column in _FILTERS else None


def _row_kind(row: Any, table: str | None) -> str | None:
    """What the `id` of a row names: by its table, or in a view or a query by the columns beside it."""
    if table in ROWS:
        return ROWS[table]
    return "article" if {"id", "title", "url"} <= _columns(row) else None


def _external_link(address: str) -> Markup | None:
    if not address.lower().startswith(("http://", "https://")):
        return escape(address)
    shown = address if len(address) <= MAX_SHOWN else f"{address[: MAX_SHOWN - 1]}…"
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(address, shown)
