"""What the templates of Datasette's own pages ask of us, so that they stand in the same house as ours.

They are in templates/ beside room/, under the names that Datasette looks for: table, row, query, database, index, error,
and base, which other plugins' pages extend too.  They hold no script of their own, and only what 0.65 and 1.0 both tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import datasette as library
from markupsafe import Markup, escape

from newscrawler.reports.queries import canned_queries, remark_on_countries
from newscrawler.web import cells, static
from newscrawler.web.desk import own as own_desk
from newscrawler.web.room import instance_title, is_public

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from newscrawler.reports.queries import Parameter

# of 0.65; that of 1.0 writes its colours and the names of all columns into a script of the page, which the policy stops
_EDITOR = "codemirror-5.57.0.min.js"
_DOCUMENTED = {
    "article": "the article",
    "story": "the story",
    "event": "the event",
    "source": "the source",
    "run": "the crawl",
}


def _cell(cell: Mapping[str, Any]) -> str:
    """A cell as markup; its value is escaped unless it is markup already."""
    value, kind = escape(cell["value"]), cell["value_type"]
    if kind in ("int", "float"):
        return f'<td class="number">{value}</td>'
    return f"<td>{value}</td>" if kind == "none" else f'<td><div dir="auto">{value}</div></td>'


@cache
def _has_editor() -> bool:
    return (Path(library.__file__).parent / "static" / _EDITOR).is_file()


def sql_form(datasette: Any) -> str:
    """Where Datasette takes SQL: beside the database on 0.65, below it on 1.0."""
    return "" if hasattr(datasette, "ensure_permissions") else "/-/query"


@dataclass(frozen=True, slots=True)
class House:
    """`room` in every template of an instance; what it says is asked late, when Datasette knows its settings."""

    datasette: Any

    def path(self, path: str) -> str:
        """A path of ours below Datasette's base_url."""
        return str(self.datasette.urls.path(path))

    def asset(self, name: str) -> str:
        """The address of a static file.  Raises KeyError."""
        return self.path(static.address(name))

    @property
    def title(self) -> str:
        return instance_title(self.datasette)

    @property
    def public(self) -> bool:
        return is_public(self.datasette)

    @property
    def has_desk(self) -> bool:
        return own_desk.is_on() and not self.public

    @property
    def has_editor(self) -> bool:
        """Whether Datasette's editor of SQL can be used."""
        return _has_editor()

    def order(self, database: str, columns: Sequence[Mapping[str, Any]], asked: Mapping[str, Any]) -> list[int]:
        """The places of a table's columns as they are shown: in the archive a title behind the key, if none are `asked`."""
        places = list(range(len(columns)))
        at = next((at for at in places[2:] if columns[at]["name"] == "title"), None)
        if at is None or "_col" in asked or not self.is_archive(database):
            return places
        return [0, at, *(each for each in places[1:] if each != at)]

    def rows(self, display_rows: Iterable[Iterable[Mapping[str, Any]]], order: Sequence[int]) -> Markup:
        """Datasette's cells as the rows of a table: thousands, for each of which its templates would await nothing."""
        rows = (f"<tr>{''.join(_cell(cells[at]) for at in order)}</tr>" for cells in map(list, display_rows))
        return Markup("\n".join(rows))  # noqa: S704 each cell is escaped

    def is_archive(self, database: str) -> bool:
        return getattr(self.datasette, "_newscrawler_archive", None) == database

    def sql_address(self, database: str) -> str:
        """Where a form of SQL is sent to."""
        return str(self.datasette.urls.database(database)) + sql_form(self.datasette)

    def parameters(self, database: str, query: str | None) -> Mapping[str, Parameter]:
        """What a canned query of ours can be told, by name; nothing of another."""
        known = canned_queries().get(query or "") if self.is_archive(database) else None
        return {each.name: each for each in known.parameters} if known else {}

    def remark(self, database: str, query: str | None, values: Mapping[str, str] | None) -> str | None:
        """Why a canned query of ours finds nothing by the countries that it is told; None where it may."""
        known = canned_queries().get(query or "") if self.is_archive(database) else None
        return remark_on_countries(known, values) if known and values else None

    def page_of_row(self, database: str, table: str, key: Sequence[str]) -> tuple[str, str] | None:
        """(Address of our page of a row, what it shows); None where there is none."""
        kind = cells.ROWS.get(table)
        if kind is None or len(key) != 1 or not self.is_archive(database):
            return None
        return self.path(cells.page_path(kind, key[0])), _DOCUMENTED[kind]
