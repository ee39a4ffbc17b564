"""import: what others have collected, into the archive, without the network."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler import __version__, config
from newscrawler.cli import options
from newscrawler.cli.events import say_what_waits
from newscrawler.cli.output import printable
from newscrawler.cli.pools import dask_option, processors
from newscrawler.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlite_utils import Database

    from newscrawler.intake.run import Intake
    from newscrawler.intake.survey import Survey
    from newscrawler.items import Source
    from newscrawler.storage.articles.imports import Import

SOME, NONE = 3, 4  # exit codes: something of the files could not be read; nothing at all
MOST_NAMED = 20  # faults of a file that are named on stderr: the rest is counted
TOP = 10  # sources and hosts that a dry run names
IN_WORDS = {"off-topic": "off-topic", "unreadable": "unreadable records", "duplicate": "copies"}
ONE_OF = {
    "copies": "copy", "unreadable records": "unreadable record", "unreadable pages": "unreadable page",
    "other records": "other record", "addresses": "address", "new addresses": "new address",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """How files are taken in."""

    dry_run: bool
    keep_all: bool
    again: bool
    as_json: bool
    dask: str | None


@click.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@options.archive_option
@click.option("--dry-run", is_flag=True, help="Write nothing; say what is in the files.")
@click.option("--all", "keep_all", is_flag=True, help="Keep every article, whatever it is about.")
@click.option("--again", is_flag=True, help="Read files anew that were taken in already.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, an object a file.")
@dask_option
@options.as_record("wanted", Wanted)
def import_(files: tuple[Path, ...], folder: Path | None, wanted: Wanted) -> None:
    """Take in what others have collected, without the network; - is stdin.

    \b
    newscrawler import crawl.warc.gz collection.wacz     of any crawler, also .zst
    newscrawler import articles.jsonl                    of newscrawler export, news-please and others
    newscrawler import addresses.txt                     waits for the next crawl
    newscrawler import warc.paths                        a list of such files
    newscrawler import other/archive                     another archive, with its states and reviews
    newscrawler import crawl.warc.gz --dry-run           what is in it

    What a file is, its bytes say.  Articles belong to the source on whose host they are; of what no source claims, and of
    sources with keep = "relevant", the lexicon keeps what is about our subject.  What is there already is not taken in
    twice, and an import that was stopped goes on where it was.  `newscrawler help import` says what is read of which file.

    \b
    Exit codes: 0 fine; 1 no such file, or an archive that cannot be written; 2 wrong usage; 3 some records or lines could
    not be read, which are named, and the rest was taken in; 4 none could; 75 the archive is in use; 130 interrupted.
    """
    from newscrawler.intake.files import with_lists

    folder = options.archive_folder(folder)
    paths = list(with_lists(list(files)))
    if len(paths) > 1 and any(str(each) == "-" for each in paths):
        raise click.UsageError("- is a file of its own; name it alone")
    sources = options.catalogue(None)
    told = (_surveyed if wanted.dry_run else _taken)(paths, files, folder, sources, wanted)
    if wanted.as_json:
        click.echo(
            json.dumps(
                [asdict(each) if isinstance(each, Told) else each for each, _ in told if each], ensure_ascii=False, indent=2
            )
        )
    if not wanted.dry_run and config.load(Path()).events:
        say_what_waits(folder)
    codes = [code for _, code in told]
    if any(codes):
        sys.exit(NONE if all(code == NONE for code in codes) else SOME)


# --- taking in


def _taken(
    paths: list[Path], named: tuple[Path, ...], folder: Path, sources: tuple[Source, ...], wanted: Wanted
) -> list[tuple[Any, int]]:
    """(what is told of each file, its exit code)."""
    from newscrawler.config.lexicon import lexicon_of
    from newscrawler.intake.run import Intake
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.sites.publishers import Publishers

    settings = config.load(Path())
    lexicon = lexicon_of(settings.beat).version
    scope = {"keep_all": wanted.keep_all, "version": __version__, "lexicon": lexicon}
    if settings.respect:
        scope["respect"] = sorted(settings.respect)
    with ExitStack() as stack:
        pool = stack.enter_context(processors(wanted.dask, settings.beat))
        archive = stack.enter_context(Archive.open(folder))
        intake = Intake(archive, pool, Publishers(sources), datetime.now(UTC), everything=wanted.keep_all)
        intake.respect = frozenset(settings.respect)
        return [_take(intake, path, scope, wanted) if _is_there(path, named) else (None, NONE) for path in paths]


def _is_there(path: Path, named: tuple[Path, ...]) -> bool:
    """Whether a file can be read; of what a list names it is said and the others are taken in, what is named is tried."""
    from newscrawler.intake.files import is_readable

    return path in named or is_readable(path, lambda error: click.echo(printable(f"newscrawler: {error}"), err=True))


def _take(intake: Intake, path: Path, scope: dict[str, object], wanted: Wanted) -> tuple[Any, int]:
    from newscrawler.intake.archives import take_archive
    from newscrawler.intake.files import items, kind_of, opened
    from newscrawler.intake.records import FileKind

    with opened(path) as file:
        kind = kind_of(path, file)
        at = _begun(intake, path, kind, scope)
        if at.finished and not wanted.again and kind is not FileKind.ARCHIVE:
            click.echo(f"{path}: was taken in {at.finished}; --again reads it anew", err=True)
            return _told(path, kind, at), 0
        if at.finished:
            at = _begun(intake, path, kind, scope, again=True)
        if at.records:
            click.echo(f"{path}: goes on behind record {at.records}", err=True)
        with _bar(path) as bar, _faults(bar) as fault:
            intake.report.progress, intake.report.fault = bar.update, fault
            if kind is FileKind.ARCHIVE:
                at = take_archive(intake, path, at)
            else:
                at = intake.take(kind, items(kind, file, path), at)
    click.echo(_summary(path, kind.value, at), err=True)
    return _told(path, kind, at), _code(at)


def _begun(intake: Intake, path: Path, kind: str, scope: dict[str, object], *, again: bool = False) -> Import:
    """The last time that these bytes, or this archive, were taken in so; a new one where there was none, or `again`."""
    from newscrawler.intake.archives import place_and_identity
    from newscrawler.intake.files import identity
    from newscrawler.storage.articles import imports

    who, db = identity(path), intake.archive.db
    digest = who.digest if not path.is_dir() else place_and_identity(path)
    before = imports.last(db, digest, scope) if digest and not again else None
    if before is not None:
        return before
    named = {"file": str(path), "kind": str(kind), "size": who.size, "digest": digest}
    with intake.archive.transaction():
        return imports.begin(db, named, scope, intake.now)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one file, as --json prints it.  `id`: its row of `imports`."""

    file: str
    kind: str
    id: int
    records: int
    counts: dict[str, int]


def _told(path: Path, kind: str, at: Import) -> Told:
    return Told(str(path), str(kind), at.id, at.records, at.counts)


def _code(at: Import) -> int:
    bad = at.counts.get("unreadable", 0) + at.counts.get("unreadable pages", 0)
    return 0 if not bad else NONE if bad == sum(at.counts.values()) else SOME


def _summary(path: Path, kind: str, at: Import) -> str:
    told = ", ".join(f"{count:,} {_in_words(name, count)}" for name, count in sorted(at.counts.items()) if count)
    return printable(f"{path}: {kind}, {at.records:,} record{'' if at.records == 1 else 's'}: {told or 'nothing'}")


def _in_words(name: str, count: int) -> str:
    """What became of so many, in words: the names of counts are plural where they are nouns.

    >>> _in_words("duplicate", 1), _in_words("unreadable", 2), _in_words("addresses", 1), _in_words("new", 1)
    ('copy', 'unreadable records', 'address', 'new')
    """
    words = IN_WORDS.get(name, name)
    return ONE_OF.get(words, words) if count == 1 else words


@contextmanager
def _bar(path: Path) -> Iterator[Any]:
    from tqdm import tqdm

    with tqdm(unit="record", desc=path.name, disable=not sys.stderr.isatty(), dynamic_ncols=True) as bar:
        yield bar


@contextmanager
def _faults(bar: Any) -> Iterator[Callable[[object], None]]:
    """What names the first faults of a file, and counts the rest."""
    number = 0

    def tell(fault: object) -> None:
        nonlocal number
        number += 1
        if number <= MOST_NAMED:
            bar.write(printable(str(fault)), file=sys.stderr)

    yield tell
    if number > MOST_NAMED:
        click.echo(f"and {number - MOST_NAMED:,} more that cannot be read", err=True)


# --- a dry run


def _surveyed(
    paths: list[Path], named: tuple[Path, ...], folder: Path, sources: tuple[Source, ...], wanted: Wanted
) -> list[tuple[Any, int]]:
    from newscrawler.intake.files import items, kind_of, opened
    from newscrawler.intake.survey import survey
    from newscrawler.storage.sites.publishers import Publishers

    known, publishers = _known(folder), Publishers(sources)
    found: list[tuple[Any, int]] = []
    for path in paths:
        if not _is_there(path, named):
            found.append((None, NONE))
            continue
        with opened(path) as file, _bar(path) as bar:
            kind = kind_of(path, file)
            seen = survey(items(kind, file, path), publishers, known, bar.update)
        if not wanted.as_json:
            for line in _survey_lines(path, kind.value, seen):
                click.echo(printable(line))
        code = 0 if not seen.faults else SOME if seen.records > len(seen.faults) else NONE
        told = asdict(seen) | {"faults": [str(each) for each in seen.faults], "sources": dict(seen.sources),
                               "hosts": dict(seen.hosts.most_common(TOP))}  # fmt: skip
        found.append(({"file": str(path), "kind": kind.value} | told, code))
    return found


def _known(folder: Path) -> Callable[[str], bool]:
    """Whether an article of an address is there; where there is no archive yet, none is."""
    from newscrawler.reports.articles import id_at
    from newscrawler.urls import url_key

    try:
        db: Database = options.open_for_reading(folder)
    except ArchiveError:
        return lambda url: False
    return lambda url: id_at(db, url_key(url)) is not None


def _survey_lines(path: Path, kind: str, seen: Survey) -> Iterator[str]:
    """What is in a file, for people."""
    parts = {"pages": seen.pages, "articles": seen.articles, "addresses": seen.addresses, "other records": seen.others}
    told = ", ".join(f"{count:,} {name}" for name, count in parts.items() if count)
    yield f"{path}: {kind}, {seen.records:,} records: {told or 'nothing to take in'}"
    if seen.first and seen.last:
        yield f"  from {seen.first[:10]} to {seen.last[:10]}" + (
            f", {seen.undated:,} without a date" if seen.undated else ""
        )
    if seen.known:
        yield f"  {seen.known:,} of addresses whose article is there"
    for what, counts in (("of sources", seen.sources), ("of no source", seen.hosts)):
        if counts:
            yield f"  {what}, {sum(counts.values()):,}: {_top(counts)}"
    for fault in seen.faults[:MOST_NAMED]:
        yield f"  {fault}"
    if len(seen.faults) > MOST_NAMED:
        yield f"  and {len(seen.faults) - MOST_NAMED:,} more that cannot be read"


def _top(counts: Counter[str]) -> str:
    named = ", ".join(f"{name} {count:,}" for name, count in counts.most_common(TOP))
    return named + (f", and {len(counts) - TOP:,} more" if len(counts) > TOP else "")


COMMANDS = [import_]
