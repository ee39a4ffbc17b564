"""Options that several verbs share, and where their values come from: the command line, then newscrawler.toml."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler import config
from newscrawler.dates import parse_date
from newscrawler.errors import SourceError
from newscrawler.sources import merge, parse_catalogue, shipped_catalogue

if TYPE_CHECKING:
    from datetime import datetime

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
        from newscrawler.newsroom import utc_now

        now: datetime = utc_now()
        if _SPAN.fullmatch(value.strip()):
            return (now - Span().convert(value, param, ctx)).date().isoformat()
        date = parse_date(value, now) if re.match(r"\d{4}-\d{2}-\d{2}", value) else None
        if date is None:
            self.fail(f"{value!r} is neither a date such as 2026-11-01 nor a span such as 7d or 2w", param, ctx)
        return date


def archive_folder(folder: Path | None) -> Path:
    """The folder asked for, else that of newscrawler.toml."""
    return folder if folder is not None else Path(config.load(Path()).archive)


def read_catalogue(file: str) -> tuple[Source, ...]:
    try:
        return parse_catalogue(Path(file).read_text(encoding="utf-8"), file)
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}; give the path of a catalogue file") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{file}: not UTF-8 text, so no catalogue") from error


def catalogue(file: str | None) -> tuple[Source, ...]:
    """The sources of a file, or the shipped ones and those of newscrawler.toml."""
    if file is not None:
        return read_catalogue(file)
    settings = config.load(Path())
    files = [(name, read_catalogue(name)) for name in settings.catalogues]
    return merge(*([("the shipped catalogue", shipped_catalogue())] if settings.shipped_catalogue else []), *files)
