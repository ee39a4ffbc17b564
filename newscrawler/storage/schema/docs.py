"""What the archive's tables and views hold, out of the comments of the SQL that makes them: one place for the words.

docs/tables.md, Datasette's metadata and the page /schema are all written from it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

_TABLE = re.compile(r"-- ([^\n]*)\nCREATE TABLE (\w+) \(\n(.*?)\n\) STRICT", re.DOTALL)
_VIEW = re.compile(r"-- ([^\n]*)\nCREATE VIEW (\w+) AS\nSELECT\n(.*?)\nFROM \w+", re.DOTALL)
_COLUMN = re.compile(r"\s+(\w+) (TEXT|INTEGER|REAL|BLOB)([^-]*?),?\s*(?:-- (.*))?$")
_ADD_COLUMN = re.compile(r"-- ([^\n]*)\nALTER TABLE (\w+) ADD COLUMN (\w+) (TEXT|INTEGER|REAL)([^;]*);")
# what the comment of a released migration, which is never edited, says of code that has moved since
_MOVED = {
    ("endpoints", "rhythm"): "JSON: the pace learnt, by hour (scheduling.polling)",
    ("site_lines", "line"): "markup.site_lines.line_key",
    (
        "articles",
        "labels",
    ): "for search: one word for each thing that the article can be filtered by (storage.articles.labels)",
    ("event_evidence", "codes"): (
        "whom it names, and place:, day: and weekday: (0 is Monday), as kind:code, separated by spaces"
    ),
    ("site_windows", "articles"): "their names and the keys of their lines, the last one last (storage.sites.profiles)",
}
_RENAMED = re.compile(r"ALTER TABLE (\w+) RENAME TO (\w+);")
_SELECTED = re.compile(r"    [^\n]*?(\w+),?  -- (.*)$")


@dataclass(frozen=True, slots=True)
class Column:
    """`type` is empty for a column of a view; `refers_to`: the table of which it names a row."""

    name: str
    type: str
    description: str
    refers_to: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table or a view.  `description` of a table is what a row is; `key`: the columns of its primary key."""

    name: str
    is_view: bool
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def example(self) -> str | None:
        """A question that asks for more than its rows as they stand; None where there is none."""
        return _examples().get(self.name)


def _read(name: str) -> str:
    return (resources.files(__package__ or "newscrawler.storage.schema") / name).read_text(encoding="utf-8")


@cache
def _examples() -> dict[str, str]:
    return tomllib.loads(_read("examples.toml"))


def _migrations() -> str:
    folder = resources.files(__package__ or "newscrawler.storage.schema") / "migrations"
    names = sorted(file.name for file in folder.iterdir() if re.fullmatch(r"m\d+\w*\.sql", file.name))
    return "\n".join(_read(f"migrations/{name}") for name in names)


def _column(name: str, kind: str, rest: str, text: str | None) -> Column:
    target = re.search(r"REFERENCES (\w+)", rest)
    notes = [text] if text else []
    if target:
        notes.append(f"a row of `{target[1]}`")
    if "NOT NULL" not in rest and "PRIMARY KEY" not in rest and not any("NULL" in note for note in notes):
        notes.append("may be NULL")
    return Column(name, kind, "; ".join(notes), target[1] if target else None)


def _added_columns(sql: str, table: str) -> list[Column]:
    """Columns that a later migration added, from the comment before each."""
    found = []
    for text, of, name, kind, rest in _ADD_COLUMN.findall(sql):
        if of == table:
            target = re.search(r"REFERENCES (\w+)", rest)
            row = f"; a row of `{target[1]}`" if target else ""
            found.append(Column(name, kind, f"{_MOVED.get((table, name), text)}{row}", target[1] if target else None))
    return found


def _key(body: str) -> tuple[str, ...]:
    several = re.search(r"^\s+PRIMARY KEY \(([^)]*)\)", body, re.MULTILINE)
    if several:
        return tuple(name.strip() for name in several[1].split(","))
    one = re.search(r"^\s+(\w+) \w+ PRIMARY KEY", body, re.MULTILINE)
    return (one[1],) if one else ()


@cache
def tables() -> tuple[Table, ...]:
    """Every table, in the order in which the schema makes them."""
    sql = _migrations()
    found = []
    names_now = dict(_RENAMED.findall(sql))
    for comment, first_name, body in _TABLE.findall(sql):
        name = names_now.get(first_name, first_name)
        if f"DROP TABLE {name};" in sql:
            continue
        lines = [
            (column, kind, rest, _MOVED.get((name, column), comment_text))
            for line in body.splitlines()
            if (match := _COLUMN.match(line))
            for column, kind, rest, comment_text in [match.groups()]
        ]
        columns = [_column(*each) for each in lines if each[0] not in ("PRIMARY", "UNIQUE")]
        text = comment.splitlines()[-1].removeprefix("-- ")
        found.append(Table(name, False, text, (*columns, *_added_columns(sql, name)), _key(body)))
    return tuple(found)


@cache
def views() -> tuple[Table, ...]:
    """Every view, in the order of views.sql."""
    found = []
    for comment, name, body in _VIEW.findall(_read("views.sql")):
        columns = [Column(match[1], "", match[2]) for line in body.splitlines() if (match := _SELECTED.match(line))]
        found.append(Table(name, True, comment, tuple(columns)))
    return tuple(found)
