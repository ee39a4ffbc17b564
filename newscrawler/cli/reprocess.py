"""reprocess: what is stored gone over again with today's code, without the network."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler import __version__, config
from newscrawler.cli import options
from newscrawler.cli.diff import rendered
from newscrawler.cli.output import printable
from newscrawler.cli.pools import dask_option, processors
from newscrawler.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from newscrawler.reprocess.run import Run
    from newscrawler.reprocess.samples import Sample
    from newscrawler.reprocess.stages import Stage, Wanted
    from newscrawler.storage.articles.reprocessings import Reprocessing

SHOWN_PARAGRAPHS, SHOWN_CHARACTERS = 3, 400  # of a field in a sample
NOUNS = {
    "articles": "pages of articles", "states": "pages of earlier states", "links": "pages of links without an article",
    "judge": "articles", "dedup": "stories",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Again:
    """What is to be done again, of which articles, by which terms."""

    extract: bool
    judge: bool
    dedup: bool
    vectors: bool
    source: str | None
    since: str | None
    beat: str | None
    dask: str | None


@click.command()
@options.archive_option
@click.option("--extract", is_flag=True, help="Read stored pages anew: of articles, and of links that held none.")
@click.option("--judge", is_flag=True, help="Judge every article anew: topics, countries, keep, review or drop.")
@click.option("--dedup", is_flag=True, help="Make the stories anew: which articles are copies of each other.")
@click.option("--vectors", is_flag=True, help="Make the vectors that are missing, or that another encoder made.")
@click.option("--source", metavar="ID", help="Only what is of this source.")
@options.since_option("Only pages fetched since")
@click.option("--beat", metavar="FILE", help="Judge with the terms of this TOML file.  [default: newscrawler.toml's beat]")
@dask_option
@click.option("--dry-run", is_flag=True, help="Write nothing; say how many would change, and show a few of them.")
@options.as_record("again", Again)
def reprocess(folder: Path | None, again: Again, dry_run: bool) -> None:
    """Go over stored articles and pages again, without the network, with all processors.

    With --extract, texts and metadata become what this version reads, lines that were found to recur on a host go off its
    texts, and pages of links that failed or were off-topic become articles where they hold one that is wanted now. With
    --judge, topics, countries and decisions become what today's terms say. Nothing is deleted, what `newscrawler review`
    was told stays, and what changes is no revision: `newscrawler show` calls it reread. A page that cannot be read is named
    and changes nothing (exit code 3).

    \b
    newscrawler reprocess --extract --dry-run      what would change, with samples
    newscrawler reprocess --extract --judge --dedup

    Ctrl-C ends it; the same command goes on there.
    """
    folder = options.archive_folder(folder)
    if again.vectors and not (again.extract or again.judge or again.dedup):
        _make_vectors(folder, again, dry_run=dry_run)
        return
    wanted = _wanted(again)
    from newscrawler.storage.database.connect import connect_for_reading

    connect_for_reading(folder, any_schema=True).close()
    with _run(folder.resolve() if again.dask else folder, wanted, again, dry_run=dry_run) as run:
        run.go(wanted)
    for line in _summary(run.at, dry_run=dry_run):
        click.echo(line, err=True)
    if again.vectors:
        _make_vectors(folder, again, dry_run=dry_run)
    if any(counts.get("unreadable") for counts in run.at.counts.values()):
        sys.exit(3)


def _make_vectors(folder: Path, again: Again, *, dry_run: bool) -> None:
    """Make the vectors of all articles that have none by this encoder.  Raises ArchiveError without the extra."""
    if again.source or again.since:
        raise click.UsageError("--vectors is about all articles that have none; leave --source and --since out")
    from tqdm import tqdm

    from newscrawler.meaning import encoder
    from newscrawler.reprocess.encoding import ask_for_all, make_vectors
    from newscrawler.storage.meaning import vectors

    name = encoder.encoder_name()
    if name is None:
        raise ArchiveError(encoder.no_vectors())
    with _archive(folder, dry_run=dry_run) as (db, archive):
        if archive is None:
            number = vectors.by_others(db, vectors.encoder_id(db, name) or 0)
            click.echo(f"vectors: {number:,} to be made\nnothing was written", err=True)
            return
        total = ask_for_all(archive)
        with tqdm(total=total, unit="article", disable=not sys.stderr.isatty(), dynamic_ncols=True) as bar:
            made = make_vectors(archive, bar.update)
    click.echo(f"vectors: {made.made:,} made, {made.without:,} articles without one", err=True)
    if made.came_late:
        click.echo(made.came_late, err=True)
    click.echo("done", err=True)


def _wanted(again: Again) -> Wanted:
    """What the options ask for.  Raises UsageError where that is nothing, or cannot be had together."""
    if not (again.extract or again.judge or again.dedup):
        raise click.UsageError("say what to do again: --extract, --judge, --dedup, --vectors, or several of them")
    if again.dedup and (again.source or again.since):
        raise click.UsageError("--dedup is about all articles; leave --source and --since out, or run it apart")
    from newscrawler.reprocess.stages import Wanted
    from newscrawler.storage.articles.pages_to_reread import Scope

    respect = frozenset(config.load(Path()).respect)
    return Wanted(again.extract, again.judge, again.dedup, Scope(again.source, again.since), respect)


@contextmanager
def _run(folder: Path, wanted: Wanted, again: Again, *, dry_run: bool) -> Iterator[Run]:
    """A going over, new or where one with the same options was stopped, with a bar on stderr while it runs.

    Raises ArchiveError where there is no such source.
    """
    from tqdm import tqdm

    from newscrawler.config.lexicon import lexicon_of, read_beat
    from newscrawler.relevance import shipped_lexicon
    from newscrawler.reprocess.keepers import Trial, Writing
    from newscrawler.reprocess.run import Report, Run
    from newscrawler.storage.articles import reprocessings

    now, settings = datetime.now(UTC), config.load(Path())
    lexicon = read_beat(shipped_lexicon(), again.beat) if again.beat else lexicon_of(settings.beat)
    beat = str(Path(again.beat).resolve()) if again.beat else settings.beat
    # the pool first: of a cluster that is not there nothing has been begun
    with processors(again.dask, beat) as pool, _archive(folder, dry_run=dry_run) as (db, archive):
        _check_source(db, wanted.scope.source)
        if archive is None:
            keeper: Trial | Writing = Trial(folder, db)
            at = reprocessings.Reprocessing(0, "", wanted.stages()[0].value, 0, {})
        else:
            keeper = Writing(archive)
            at = _position(archive, wanted, lexicon.version, now)
        total = sum(wanted.size(db, stage, after) for stage, after in _left(wanted, at))
        with tqdm(total=total, unit="page", disable=not sys.stderr.isatty(), dynamic_ncols=True) as bar:
            report = Report(bar.update, lambda line: _say(bar, line), lambda stage, sample: _show(bar, sample))
            run = Run(keeper, pool, at, now, report)
            yield run
        if archive is not None:
            with archive.transaction():
                reprocessings.save(db, run.at)
                reprocessings.finish(db, run.at, datetime.now(UTC))


@contextmanager
def _archive(folder: Path, *, dry_run: bool) -> Iterator[tuple[Database, Any]]:
    """(its database, the archive open for writing; None where nothing is to be written)."""
    from newscrawler.storage.archive import Archive

    if dry_run:
        yield options.open_for_reading(folder), None
        return
    with Archive.open(folder) as archive:
        yield archive.db, archive


def _check_source(db: Database, source: str | None) -> None:
    from newscrawler.storage.articles.pages_to_reread import sources_of

    if source is not None and source not in sources_of(db):
        raise ArchiveError(f"the archive has no source {source!r}; `newscrawler sources` lists those of the catalogue")


def _position(archive: Any, wanted: Wanted, lexicon: str, now: datetime) -> Reprocessing:
    """Where to begin: where the same was stopped, or at the beginning."""
    from newscrawler.storage.articles import reprocessings

    scope: dict[str, object] = {
        "extract": wanted.extract, "judge": wanted.judge, "dedup": wanted.dedup, "source": wanted.scope.source,
        "since": wanted.scope.since, "version": __version__, "lexicon": lexicon,
    }  # fmt: skip
    if wanted.respect:
        scope["respect"] = sorted(wanted.respect)
    if (stopped := reprocessings.unfinished(archive.db, scope)) is not None:
        where = f"{NOUNS[stopped.stage]} behind number {stopped.last_id}"
        click.echo(f"goes on where it was stopped, begun {stopped.started}: {where}", err=True)
        return stopped
    with archive.transaction():
        return reprocessings.begin(archive.db, scope, wanted.stages()[0].value, now)


def _left(wanted: Wanted, at: Reprocessing) -> list[tuple[Stage, int]]:
    """The stages that are left, each with the number after which it begins."""
    stages = wanted.stages()
    first = next(place for place, stage in enumerate(stages) if stage == at.stage)
    return [(stage, at.last_id if stage == at.stage else 0) for stage in stages[first:]]


def _say(bar: Any, line: str) -> None:
    bar.write(printable(line), file=sys.stderr)


def _show(bar: Any, sample: Sample) -> None:
    """A sample on stdout: what goes as [-this-], what comes as {+that+}."""
    for line in _sample_lines(sample):
        bar.write(line, file=sys.stdout)


def _sample_lines(sample: Sample) -> Iterator[str]:
    from newscrawler.revisions.worddiff import word_diff

    yield printable(sample.what)
    for name, old, new in sample.changes:
        changed = [paragraph for paragraph in word_diff(old, new) if paragraph.changed]
        for number, paragraph in enumerate(changed[:SHOWN_PARAGRAPHS]):
            line = printable(rendered(paragraph, coloured=False))
            shown = line if len(line) <= SHOWN_CHARACTERS else f"{line[: SHOWN_CHARACTERS - 1]}…"
            yield f"  {name if number == 0 else '':<10} {shown}"
        if len(changed) > SHOWN_PARAGRAPHS:
            yield f"  {'':<10} … and {len(changed) - SHOWN_PARAGRAPHS} more paragraphs"


def _summary(at: Reprocessing, *, dry_run: bool) -> Iterator[str]:
    """A line a stage."""
    for stage, counts in at.counts.items():
        fields = {name.removesuffix(" otherwise"): count for name, count in counts.items() if name.endswith(" otherwise")}
        rest = {name: count for name, count in counts.items() if not name.endswith(" otherwise")}
        told = ", ".join(f"{count:,} {name}" for name, count in rest.items())
        named = ", ".join(f"{name} {count:,}" for name, count in sorted(fields.items(), key=lambda each: -each[1]))
        yield f"{NOUNS[stage]}: {told}{f' (otherwise: {named})' if named else ''}"
    yield "nothing was written" if dry_run else "done"


COMMANDS = [reprocess]
