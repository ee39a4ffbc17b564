"""Rows to stdout: a table for people, CSV and JSON for programs."""

from __future__ import annotations

import csv
import io
import itertools
import json
import shutil
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def _cell(value: Any, width: int) -> Any:
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, str):
        line = " ".join(value.split())
        return line if len(line) <= width else line[: width - 1] + "…"
    return value


def _plain(value: Any) -> Any:
    """A value that JSON and CSV can hold."""
    return value.hex() if isinstance(value, bytes) else value


def print_rows(names: Sequence[str], rows: Iterable[Sequence[Any]], form: str | None) -> int:
    """Print rows as `form` (csv, json, nl, or None: a table); how many they were."""
    number = 0
    if form == "csv":
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        for row in itertools.chain([list(names)], rows):
            writer.writerow([_plain(value) for value in row])
            click.echo(buffer.getvalue(), nl=False)
            buffer.seek(0)
            buffer.truncate()
            number += 1
        return number - 1
    if form == "nl":
        for row in rows:
            click.echo(json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False))
            number += 1
        return number
    if form == "json":
        whole = [dict(zip(names, map(_plain, row), strict=True)) for row in rows]
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return len(whole)
    import tabulate

    width = max(20, (shutil.get_terminal_size((120, 24)).columns - 2 * len(names)) // max(1, min(len(names), 4)))
    cells = [[_cell(value, width) for value in row] for row in rows]
    if cells:
        click.echo(tabulate.tabulate(cells, headers=names, tablefmt="simple", disable_numparse=True))
    return len(cells)
