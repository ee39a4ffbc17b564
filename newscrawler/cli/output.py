"""Rows to stdout: a table for people, CSV and JSON for programs."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from newscrawler.search.snippets import MARK
from newscrawler.text import defused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newscrawler.search.ranking import Hit


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CONTROLS_BUT_MARKS = re.compile(r"[\x00\x01\x04-\x1f\x7f-\x9f]")


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


def print_rows(names: Sequence[str], rows: Iterable[Sequence[Any]], form: str | None) -> int:
    """Print rows as `form` (csv, json, nl, or None: a table); how many they were."""
    number = 0
    if form == "csv":
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        for row in itertools.chain([list(names)], rows):
            writer.writerow([_defused(value) for value in row])
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
