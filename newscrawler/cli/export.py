"""export: articles out of the archive, for other programs."""

from __future__ import annotations

import io
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from newscrawler import __version__
from newscrawler.cli import options
from newscrawler.cli.output import printable
from newscrawler.cli.query_words import QueryCommand
from newscrawler.dates import iso
from newscrawler.errors import QueryError
from newscrawler.export import snapshot
from newscrawler.export.formats import FORMATS, Format, format_of
from newscrawler.export.origin import Origin
from newscrawler.export.respect import HOLDING_PAGES, Respectful
from newscrawler.export.target import checksums, text_file, whole_or_none
from newscrawler.reports import articles
from newscrawler.reports.status import newest_article
from newscrawler.reports.whole_articles import whole_articles
from newscrawler.search.editing import with_dates
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import every_hit
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage.archive import PAGES
from newscrawler.storage.database.identity import identity
from newscrawler.text import storable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What goes where."""

    query: tuple[str, ...]
    since: str | None
    until: str | None
    form: str | None
    overwrite: bool
    snapshot: bool
    bom: bool
    respect_rights: bool | None

    @property
    def text(self) -> str:
        """The query with --since and --until in it, as dates: a snapshot is cited long after that day."""
        return with_dates(storable(" ".join(self.query)), self.since, self.until)


@click.command(cls=QueryCommand)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.argument("query", nargs=-1)
@options.archive_option
@options.since_option("Only what was published since")
@options.until_option("Only what was published until then")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), help="Which one.  [default: by the file's ending]")
@click.option("--overwrite", is_flag=True, help="Take the place of what is there.")
@click.option("--snapshot", is_flag=True, help="Write FILE.snapshot.json beside it: what it holds, to be cited and checked.")
@click.option("--bom", is_flag=True, help="Begin CSV with a byte-order mark, for spreadsheets that want one.")
@click.option(
    "--respect-rights/--no-respect-rights",
    default=None,
    help="Leave out the texts that their publishers reserve.  [default: for Atom, JSON Feed and WACZ]",
)
@options.as_record("request", ExportRequest)
def export(file: Path, request: ExportRequest, folder: Path | None) -> None:
    """Write all articles that QUERY finds, or all there are, into FILE; - is stdout.

    \b
    newscrawler export articles.jsonl
    newscrawler export frigates.csv 'frigate* country:fr since:2026-01'
    newscrawler export corpus.jsonl.gz lang:uk --since 2026-01 --until 2026-06 --snapshot
    newscrawler export corpus/ --format parquet     a folder, a month each (needs the extra [parquet])
    newscrawler export part/ --format sqlite        an archive of its own, with its pages

    Every article of a story is written, in the order in which they came.  A file is there whole or not at all.
    `newscrawler help export` describes the columns.

    \b
    Exit codes: 0 fine; 1 no archive, nothing to write into, or a query that asks for nothing; 2 wrong usage;
    3 pages whose records cannot be read were left out, and named.
    """
    name = request.form or format_of(file.name)
    if name is None:
        raise click.UsageError(f"{file} ends like no format; name one with --format ({', '.join(FORMATS)})")
    folder = options.archive_folder(folder)
    form, db = FORMATS[name], options.open_for_reading(folder)
    origin = _origin(db, folder, request)
    whole = whole_articles(db, _ids(db, request))
    respected = Respectful(whole, entirely=name in HOLDING_PAGES)
    respects = form.for_others if request.respect_rights is None else request.respect_rights
    found = snapshot.Counted(respected if respects else whole)
    if str(file) == "-":
        _to_stdout(form, found, name, request)
    else:
        with whole_or_none(file, overwrite=request.overwrite) as half:
            if form.as_copy is None:
                _write(form, found, half, file, request)
            else:
                (form.as_folder_copy or form.as_copy if _is_folder(file) else form.as_copy)(found, origin, half)
        if request.snapshot:
            _note(file, _Made(name, request.text, identity(db), respected.withheld), found)
    click.echo(f"{found.number} article{'' if found.number == 1 else 's'}", err=True)
    if respected.withheld:
        click.echo(f"{respected.told()}; `newscrawler help rights` says why, --no-respect-rights keeps them", err=True)
    if number := len(origin.withdrawn):
        click.echo(f"the pages of {number} withdrawn text{'' if number == 1 else 's'} left out", err=True)
    for reason in origin.lost:
        click.echo(printable(f"left out: {reason}"), err=True)
    if origin.lost:
        sys.exit(3)


def _origin(db: Database, folder: Path, request: ExportRequest) -> Origin:
    newest = iso(datetime.fromtimestamp(0, UTC)) if (at := newest_article(db)) is None else at
    return Origin(db, folder / PAGES, identity(db), newest, request.text, datetime.now(UTC))


def _is_folder(file: Path) -> bool:
    """Whether a name asks for a folder, as corpus/ does."""
    return not file.suffix or file.is_dir()


def _ids(db: Database, request: ExportRequest) -> Iterator[int]:
    if not request.text:
        return articles.ids(db)
    compiled = compile_query(request.text, vocabulary(db))
    for remark in compiled.remarks:
        click.echo(remark, err=True)
    if not compiled.fts:
        raise QueryError(f"{request.text!r} asks for nothing; give words, a phrase in quotes, or a filter such as since:7d")
    return every_hit(db, compiled)


def _to_stdout(form: Format, found: snapshot.Counted, name: str, request: ExportRequest) -> None:
    if form.as_text is None:
        raise click.UsageError(f"{name} cannot be written to stdout; name a file")
    if request.snapshot:
        raise click.UsageError("--snapshot stands beside a file; name one")
    encoding = "utf-8-sig" if request.bom else "utf-8"
    out: IO[str] = io.TextIOWrapper(sys.stdout.buffer, encoding=encoding, errors="replace", newline="")
    form.as_text(found, out)
    out.flush()
    out.detach()  # type: ignore[attr-defined]  # of IO[str]; stdout is not ours to close


def _write(form: Format, found: snapshot.Counted, half: Path, file: Path, request: ExportRequest) -> None:
    """Into a folder where the name asks for one (corpus/), else into a file."""
    if form.as_text is not None:
        with text_file(half, zipped=file.name.endswith(".gz"), mark=request.bom) as out:
            form.as_text(found, out)
    elif _is_folder(file) and form.as_folder is not None:
        half.mkdir()
        form.as_folder(found, half)
    elif form.as_file is not None:
        form.as_file(found, half)


@dataclass(frozen=True, slots=True)
class _Made:
    """What an export was made of: a format, a query, an archive; `withheld`: reserved articles whose texts stayed here."""

    format: str
    query: str
    archive: str
    withheld: int


def _note(file: Path, made_of: _Made, found: snapshot.Counted) -> None:
    """The snapshot beside an export."""
    made = snapshot.Snapshot(
        "", made_of.query, made_of.format, found.number, found.content, made_of.archive, iso(datetime.now(UTC)), __version__,
        checksums(file), made_of.withheld,
    )  # fmt: skip
    told = asdict(made)
    made = snapshot.Snapshot(**told | {"id": snapshot.snapshot_id(told)})
    place = snapshot.place_of(file)
    with whole_or_none(place, overwrite=True) as half:
        half.write_text(snapshot.as_text(made), encoding="utf-8", errors="backslashreplace")  # a name that is not UTF-8
    click.echo(f"{made.id}  {place}", err=True)


COMMANDS = [export]
