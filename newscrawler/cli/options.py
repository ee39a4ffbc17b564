"""Options that several verbs share, and where their values come from: the command line, then newscrawler.toml."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newscrawler import config
from newscrawler.cli.logfile import write_into
from newscrawler.dates import iso, parse_since, parse_span, parse_until
from newscrawler.errors import ArchiveBusy, ConfigError
from newscrawler.storage.database.connect import connect_for_reading, connect_for_writing
from newscrawler.storage.warc.store import VARIABLE

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from sqlite_utils import Database

    from newscrawler.crawl.metrics import Sink
    from newscrawler.items import Source

T = TypeVar("T")
Command = Callable[..., Any]
WAIT_SECONDS = 2.0  # between two looks at whether the archive is free

archive_option = click.option(
    "--archive",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The archive's folder.  [default: archive]",
)
LOG = "newscrawler.log"  # the key of a context's meta under which the file of --log is known


def _write_into_log(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        write_into(value)
        ctx.meta[LOG] = value


log_option = click.option(
    "--log",
    metavar="FILE",
    type=click.Path(path_type=Path),
    expose_value=False,
    callback=_write_into_log,
    help="Write there and not to stderr; what becomes large is put aside as FILE.1 to FILE.5.",
)
metrics_option = click.option(
    "--metrics", metavar="FILE|PORT", help="Figures as Prometheus reads them: a file, a port or host:port."
)
wait_option = click.option("--wait", is_flag=True, help="Where another process writes the archive, wait until it has ended.")
format_options = [
    click.option("--csv", "form", flag_value="csv", help="Print CSV."),
    click.option("--json", "form", flag_value="json", help="Print a JSON array."),
    click.option("--nl", "form", flag_value="nl", help="Print one JSON object a line."),
]


class Figures:
    """Where figures are told (`--metrics`): another process may be there until the archive is free."""

    def __init__(self, where: str | None) -> None:
        self.sink: Sink | None = None
        self._where = where

    def tell(self) -> None:
        """Have the place, once.  Raises NewscrawlerError where they cannot be told there."""
        from newscrawler.crawl.metrics import sink_for

        if self._where is not None and self.sink is None:
            self.sink = sink_for(self._where)


@dataclass(frozen=True, slots=True)
class Writing:
    """Into which catalogue file (None: the user's own) a verb writes, and whether unasked or not at all."""

    file: str | None
    yes: bool
    dry_run: bool


def as_record(name: str, record: type[DataclassInstance]) -> Callable[[Command], Command]:
    """Hand a command some of its options as one record, under that name; its fields are named as click names the options."""
    taken = [each.name for each in fields(record)]

    def decorated(command: Command) -> Command:
        @functools.wraps(command)
        def run(*args: Any, **values: Any) -> Any:
            return command(*args, **{name: record(**{each: values.pop(each) for each in taken})}, **values)

        return run

    return decorated


def with_formats(command: Any) -> Any:
    """--csv, --json and --nl on a command."""
    for option in reversed(format_options):
        command = option(command)
    return command


class Span(click.ParamType[timedelta]):
    """A span of time such as 90m (or 90min), 12h, 7d or 2w; it has no months."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        span = value if isinstance(value, timedelta) else parse_span(value)
        if span is None:
            self.fail(f"{value!r} is not a span of time such as 30m, 12h, 7d or 2w", param, ctx)
        return span


class Day(click.ParamType[str]):
    """A date, a month, a year or a span back from today, as `newscrawler help search` has them; an ISO date comes out.

    Of what has several days the first, or the `last`; `as_typed`: what was typed, which a saved query means anew each day.
    """

    name = "date or span"

    def __init__(self, *, last: bool = False, as_typed: bool = False) -> None:
        self._read, self._as_typed = parse_until if last else parse_since, as_typed

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            day = self._read(value, datetime.now(UTC))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return value.strip() if self._as_typed else day


DAYS = "2026-11-01, 2026-11, yesterday, 7d, 6m"


def since_option(what: str, *, as_typed: bool = False, required: bool = False) -> Callable[[Command], Command]:
    """--since, which means the same in every verb; `what` it bounds."""
    day = Day(as_typed=as_typed)
    return click.option("--since", type=day, required=required, metavar="DATE|SPAN", help=f"{what} ({DAYS}).")


def until_option(what: str, *, as_typed: bool = False, default: str = "") -> Callable[[Command], Command]:
    """--until: the last day that counts."""
    day, end = Day(last=True, as_typed=as_typed), f"  [default: {default}]" if default else ""
    return click.option("--until", type=day, metavar="DATE|SPAN", help=f"{what} ({DAYS}).{end}")


def archive_folder(folder: Path | None) -> Path:
    """The folder asked for, else that of newscrawler.toml."""
    return folder if folder is not None else Path(config.load(Path()).archive)


_SAID: dict[str, str] = {}  # variables that newscrawler.toml set in this process


def say_where_pages_go() -> None:
    """`pages_store` of newscrawler.toml for whatever reads pages, in this process and those that it starts.

    A file that is wrong is an error of the verb that needs it.
    """
    try:
        place = config.load(Path()).pages_store
    except ConfigError:
        return
    if place and VARIABLE not in os.environ:
        os.environ[VARIABLE] = _SAID[VARIABLE] = place


def given_environment() -> dict[str, str]:
    """The variables that this process was started with: what runs later reads newscrawler.toml as that is then."""
    return {name: value for name, value in os.environ.items() if _SAID.get(name) != value}


def open_for_reading(folder: Path | None) -> Database:
    """The archive asked for, to be read; it is closed when the verb has ended.

    Raises ArchiveError where there is none, or one of another schema.
    """
    return _until_the_end(connect_for_reading(archive_folder(folder)))


def when_free(open_: Callable[[], T], *, wait: bool) -> T:
    """What opens an archive for writing, asked again until nobody else writes it, where that is wished."""
    said = False
    while True:
        try:
            return open_()
        except ArchiveBusy as error:
            if not wait:
                raise
            if not said:
                click.echo(f"{iso(datetime.now(UTC))} {error}; waiting for that …", err=True)
            said = True
            time.sleep(WAIT_SECONDS)


def open_for_writing(folder: Path) -> Database:
    """The database of an archive that may be at work, for a row of the user's own; closed when the verb has ended."""
    return _until_the_end(connect_for_writing(folder))


def _until_the_end(db: Database) -> Database:
    click.get_current_context().call_on_close(db.close)
    return db


def catalogue(file: str | None, to_write: Path | None = None) -> tuple[Source, ...]:
    """The sources of a file, or the shipped ones and those of the files that newscrawler.toml names.

    Raises SourceError where one of those is missing; the file `to_write` may be.
    """
    from newscrawler.config.catalogue import configured_catalogue, read_catalogue

    return read_catalogue(file) if file is not None else configured_catalogue(config.load(Path()), to_write)


def today() -> str:
    """The day of today in UTC, as the catalogue dates its evidence."""
    from newscrawler.crawl.session import utc_now

    return utc_now().date().isoformat()
