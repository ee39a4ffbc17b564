"""Options that several verbs share, and where their values come from: the command line, then newscrawler.toml."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler import config
from newscrawler.catalogues import configured_catalogue, read_catalogue

if TYPE_CHECKING:
    from newscrawler.items import Source

_SPAN = re.compile(r"(\d{1,5})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

archive_option = click.option(
    "--archive",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The archive's folder.  [default: archive]",
)
format_options = [
    click.option("--csv", "form", flag_value="csv", help="Print CSV."),
    click.option("--json", "form", flag_value="json", help="Print a JSON array."),
    click.option("--nl", "form", flag_value="nl", help="Print one JSON object a line."),
]


def with_formats(command: Any) -> Any:
    """--csv, --json and --nl on a command."""
    for option in reversed(format_options):
        command = option(command)
    return command


class Span(click.ParamType[timedelta]):
    """A span of time such as 90m, 12h, 7d or 2w."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = _SPAN.fullmatch(value.strip())
        if not found or int(found[1]) == 0:
            self.fail(f"{value!r} is not a span of time such as 30m, 12h, 7d or 2w", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


class Since(click.ParamType[str]):
    """A date such as 2026-11-01, or a span back from now such as 7d; an ISO date comes out."""

    name = "date or span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if _SPAN.fullmatch(value.strip()):
            from newscrawler.newsroom import utc_now

            return (utc_now() - Span().convert(value, param, ctx)).date().isoformat()
        try:
            return date.fromisoformat(value.strip()).isoformat()
        except ValueError:
            self.fail(f"{value!r} is neither a date such as 2026-11-01 nor a span such as 7d or 2w", param, ctx)


def archive_folder(folder: Path | None) -> Path:
    """The folder asked for, else that of newscrawler.toml."""
    return folder if folder is not None else Path(config.load(Path()).archive)


def catalogue(file: str | None) -> tuple[Source, ...]:
    """The sources of a file, or the shipped ones and those of newscrawler.toml."""
    return read_catalogue(file) if file is not None else configured_catalogue(config.load(Path()))
