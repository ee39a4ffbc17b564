"""Rows to stdout: a table for people, CSV and JSON for programs."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from newscrawler.search.snippets import MARK
from newscrawler.text.spreadsheets import defused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawler.search.ranking import Hit


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CONTROLS_BUT_MARKS = re.compile(r"[\x00\x01\x04-\x1f\x7f-\x9f]")


WRITTEN_AT_ONCE = 50_000  # characters


def _cell(value: Any, width: int) -> Any:
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, str):
        line = printable(" ".join(value.split()))
        return line if len(line) <= width else line[: width - 1] + "…"
    return value


def _plain(value: Any) -> Any:
    """A value that JSON and CSV can hold."""
    return value.hex() if isinstance(value, bytes) else value


def _defused(value: Any) -> Any:
    """A value that a spreadsheet will not take for a formula: text from the web stands behind an apostrophe then."""
    if isinstance(value, tuple):
        value = "; ".join(map(str, value))
    return defused(value) if isinstance(value, str) else _plain(value)


def printable(value: str) -> str:
    """Text that tells a terminal nothing but itself: whatever has come into the archive, no control characters leave it."""
    return _CONTROLS.sub("", value)


def render_snippet(snippet: str, *, plain: bool = False) -> str:
    """A snippet on one line, its hits in bold on a terminal and bare in a pipe; `plain`: bare everywhere."""
    line = _CONTROLS_BUT_MARKS.sub("", " ".join(snippet.split()))
    for mark, code in zip(MARK, ("\x1b[1m", "\x1b[0m"), strict=True):
        line = line.replace(mark, "" if plain else code)
    return line


HIT_FIELDS = ("id", "published", "first_seen", "source", "title", "url", "snippet", "carried_by", "story")


def hit_row(hit: Hit) -> tuple[object, ...]:
    """A hit for programs, in the order of HIT_FIELDS."""
    return (*(getattr(replace(hit, snippet=render_snippet(hit.snippet, plain=True)), name) for name in HIT_FIELDS),)


def _as_csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in itertools.chain([list(names)], rows):
        writer.writerow([_defused(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _as_lines(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False) + "\n"


def _as_json(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A JSON array, one field a line, without holding all of it."""
    keys = [f"    {json.dumps(name, ensure_ascii=False)}: " for name in names]
    yield "["
    between = ""
    for row in rows:
        cells = ",\n".join(key + json.dumps(_plain(value), ensure_ascii=False) for key, value in zip(keys, row, strict=True))
        yield f"{between}\n  {{\n{cells}\n  }}"
        between = ","
    yield "\n]\n" if between else "]\n"


def _write(parts: Iterable[str]) -> None:
    """Write some text as it comes, a good deal at once."""
    waiting: list[str] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size > WRITTEN_AT_ONCE:
            click.echo("".join(waiting), nl=False)
            waiting, size = [], 0
    click.echo("".join(waiting), nl=False)


@dataclass(slots=True)
class _Counted:
    """Rows, counted as they are read."""

    rows: Iterable[Sequence[Any]]
    number: int = 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self.rows:
            self.number += 1
            yield row


def print_rows(names: Sequence[str], rows: Iterable[Sequence[Any]], form: str | None, roomy: str = "") -> int:
    """Print rows as `form` (csv, json, nl, or None: a table); how many they were.  `roomy`: has what room others leave."""
    if form is not None:
        counted = _Counted(rows)
        _write({"csv": _as_csv, "nl": _as_lines, "json": _as_json}[form](names, counted))
        return counted.number
    import tabulate

    columns = shutil.get_terminal_size((120, 24)).columns
    width = max(20, (columns - 2 * len(names)) // max(1, min(len(names), 4)))
    told = [tuple(row) for row in rows]
    cells = [[_cell(value, width) for value in row] for row in told]
    if cells and roomy in names:
        at = list(names).index(roomy)
        widths = [
            max(len(name) + 2, *(len(str(row[n])) for row in cells)) + 2 for n, name in enumerate(names)
        ]  # tabulate's own
        others = sum(widths) - widths[at]
        for row, cell in zip(told, cells, strict=True):
            cell[at] = _cell(row[at], max(width, columns - others))
    if cells:
        click.echo(tabulate.tabulate(cells, headers=names, tablefmt="simple", disable_numparse=True))
    return len(cells)
