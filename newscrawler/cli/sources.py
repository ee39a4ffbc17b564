"""sources: list the catalogue, hand it to feed readers and take theirs, repair what died."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli import options
from newscrawler.cli.add import show
from newscrawler.cli.judge import unread_note
from newscrawler.cli.options import today
from newscrawler.cli.output import print_rows, printable
from newscrawler.config.catalogue import own_file, own_sources, write_sources
from newscrawler.errors import NewscrawlerError, SourceError
from newscrawler.items import Endpoint
from newscrawler.reports.health import broken_endpoints
from newscrawler.reports.rights import rights_by_source
from newscrawler.rights.conclusion import Standing
from newscrawler.sources import SOURCE_KINDS, SOURCE_STATES, select
from newscrawler.sources.imports import from_list
from newscrawler.sources.write import to_opml, to_toml
from newscrawler.urls import url_key

if TYPE_CHECKING:
    from newscrawler.crawl.probe import Report
    from newscrawler.items import Source
    from newscrawler.spiders.fetch import Fetcher

_FILTERS = [
    click.option("--catalogue", "file", metavar="FILE", help="The sources of this file only."),
    click.option("--country", metavar="CODE", help="Only of this country (ISO 3166-1, such as FR)."),
    click.option("--kind", type=click.Choice(SOURCE_KINDS), metavar="KIND", help="Only of this kind, such as trade-press."),
    click.option("--language", metavar="TAG", help="Only in this language, such as de."),
    click.option("--topic", metavar="WORD", help="Only those whose topics name this word, such as navy."),
    click.option(
        "--state", type=click.Choice([*SOURCE_STATES, "all"]), metavar="STATE", help="Only in this state; all: any."
    ),
]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which sources of a catalogue file (None: of all); those that a crawl would ask unless a state is named."""

    file: str | None
    country: str | None
    kind: str | None
    language: str | None
    topic: str | None
    state: str | None

    def fits(self, source: Source) -> bool:
        return (
            (not self.country or (source.country or "").casefold() == self.country.casefold())
            and (not self.kind or source.kind == self.kind)
            and (not self.language or self.language.lower() in (tag.lower() for tag in source.languages))
            and (not self.topic or any(self.topic.casefold() in name.casefold() for name in source.topics))
            and (source.is_asked if self.state is None else self.state in ("all", source.state))
        )

    def sources(self) -> list[Source]:
        """The sources that fit.  Raises SourceError where a catalogue file cannot be read."""
        return [each for each in options.catalogue(self.file) if self.fits(each)]


def _with_filters(command: Any) -> Any:
    command = options.as_record("filters", Filters)(command)
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def _row(source: Source) -> tuple[object, ...]:
    languages, topics = " ".join(source.languages), ", ".join(source.topics)
    return source.id, source.name, source.country, languages, source.kind, topics, source.keep, source.state, source.rights


@click.group(invoke_without_command=True)
@_with_filters
@options.with_formats
@click.pass_context
def sources(ctx: click.Context, filters: Filters, form: str | None) -> None:
    """List the sources that a crawl would ask.

    Blocked, dead and disputed ones with --state.

    \b
    newscrawler sources --country FR --topic defence
    newscrawler sources --state blocked
    newscrawler sources export opml > sources.opml
    newscrawler sources import reader.opml        also CSV, or a collection of Media Cloud
    newscrawler sources check naval-news
    newscrawler sources rights                    what publishers state, and how many articles it holds for
    newscrawler sources repair
    """
    if ctx.invoked_subcommand is not None:
        if given := [name for name in (*(each.name for each in fields(Filters)), "form") if ctx.params[name]]:
            option = {"file": "catalogue", "form": form or ""}.get(given[0], given[0])
            raise click.UsageError(
                f"--{option} stands before {ctx.invoked_subcommand!r}; write it behind, where that takes it"
            )
        return
    found = filters.sources()
    rows = [(*_row(each), sum(endpoint.state == "active" for endpoint in each.endpoints), each.home) for each in found]
    names = ("id", "name", "country", "languages", "kind", "topics", "keep", "state", "rights", "endpoints", "home")
    number = print_rows(names, rows, form)
    if form is None:
        click.echo(f"{number} source{'' if number == 1 else 's'}", err=True)
        if note := unread_note(tag for each in found for tag in each.languages):
            click.echo(note, err=True)


@sources.command()
@click.argument("form", type=click.Choice(["opml", "toml"]))
@_with_filters
def export(form: str, filters: Filters) -> None:
    """Print the sources as OPML (their feeds, for a feed reader) or TOML (whole, a catalogue file)."""
    found = filters.sources()
    if not found:
        raise NewscrawlerError("no source fits; `newscrawler sources` lists them")
    click.echo(to_opml(found) if form == "opml" else "\n".join(map(to_toml, found)), nl=False)


@sources.command("import")
@click.argument("listed", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--file", "file", metavar="FILE", help="The catalogue file to write.  [default: yours, else my-sources.toml]")
@click.option("--dry-run", is_flag=True, help="Print the tables on stdout; write nothing.")
def import_(listed: Path, file: str | None, dry_run: bool) -> None:
    """Take the feeds of a list into your own catalogue file: OPML of any feed reader, CSV, or Media Cloud's CSV or JSON.

    CSV has a header: feed (or rss), and as far as known homepage, name, country, language.  Feeds that the catalogue has
    already are left out.  What a list does not say is left open: fill it in.  Sites without a feed in the list are named;
    `newscrawler add --batch FILE` takes the same file, and finds what they publish.
    """
    from newscrawler.cli.many_sites import read_file

    read = read_file(listed)
    path = own_file(file)
    taken = from_list(read, (*options.catalogue(None, path), *own_sources(str(path))))
    found, left = taken.sources, [*taken.known, *(f"{home}: the list has no feed of it" for home in taken.without_feed)]
    for reason in left:
        click.echo(f"left out: {printable(reason)}", err=True)
    if number := len(taken.without_feed):
        said = f"{number} site{' has' if number == 1 else 's have'} no feed in the list"
        click.echo(f"{said}; `newscrawler add --batch {shlex.quote(str(listed))}` finds what they publish", err=True)
    if not found:
        raise NewscrawlerError(f"{listed}: no feed in it{' that the catalogue does not have' if taken.known else ''}")
    if dry_run:
        click.echo("\n".join(map(to_toml, found)), nl=False)
        return
    write_sources(path, found)
    one = len(found) == 1
    click.echo(f"{len(found)} source{' is' if one else 's are'} in {path}, {len(read.left) + len(left)} left out", err=True)


@sources.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--catalogue", "file", metavar="FILE", help="The sources of this file only.")
@click.option("--write", is_flag=True, help="Write evidence and day into the file of --catalogue, or your own.")
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Set a Scrapy setting for this run.")
@options.with_formats
def check(names: tuple[str, ...], file: str | None, write: bool, pairs: tuple[str, ...], form: str | None) -> None:
    """Try every endpoint of the SOURCEs named, or of all, and say what it answered today.

    With --write those that named links become `evidence = "verified"` with today's date in `seen`; the others keep what was
    known of them.  A shipped source is only reported.  Exit codes: 0 all answered, 3 some failed, 4 all did.
    """
    from newscrawler.cli.crawl import scrapy_settings
    from newscrawler.cli.fetching import run_fetching
    from newscrawler.cli.many_sites import check as try_all
    from newscrawler.cli.many_sites import with_evidence

    wanted = select(options.catalogue(file), names)
    checked = run_fetching(scrapy_settings(pairs, 0), lambda fetcher: try_all(fetcher, wanted))
    rows = [
        (each.source.id, each.endpoint.kind, each.endpoint.url, each.problem or "answers", each.links, each.newest, today())
        for each in checked
    ]
    print_rows(("source", "kind", "address", "answer", "links", "newest", "checked"), rows, form)
    failed = sum(each.problem is not None for each in checked)
    click.echo(f"{len(checked) - failed} of {len(checked)} endpoints answered", err=True)
    if write:
        path = Path(file) if file is not None else own_file(None)
        there = {source.id for source in own_sources(str(path))}
        renewed = [with_evidence(each, checked, today()) for each in wanted if each.id in there]
        if renewed:
            write_sources(path, renewed, in_place=True)
        click.echo(f"{len(renewed)} of {len(wanted)} sources stand in {path} and are written", err=True)
    if failed:
        sys.exit(4 if failed == len(checked) else 3)


@sources.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@options.archive_option
@options.with_formats
def rights(names: tuple[str, ...], folder: Path | None, form: str | None) -> None:
    """Say what the SOURCEs named, or all that the archive knows, state of the rights in their articles.

    `standing` and `by` are of the source as a whole: by the catalogue and the files of its site (robots.txt, tdmrep.json),
    as a crawl asked them last.  Pages and feeds state more, each of itself: the numbers are of articles, by what follows
    for each.  `newscrawler help rights` says what is read and what is done with it.
    """
    db = options.open_for_reading(folder)
    known = rights_by_source(db, datetime.now(UTC))
    if unknown := sorted(set(names) - {each.source_id for each in known}):
        raise SourceError(f"nothing is stated of {', '.join(unknown)}, and the archive has no article of it")
    wanted = [each for each in known if not names or each.source_id in names]
    rows = [
        (
            each.source_id,
            each.rights and each.rights.standing,
            each.rights and each.rights.by,
            *(each.articles.get(standing, 0) for standing in (*Standing, None)),
        )
        for each in wanted
    ]
    print_rows(("source", "standing", "by", *Standing, "nothing_stated"), rows, form)


def _with_replacements(source: Source, broken: set[str], report: Report) -> Source | None:
    """The source with what was found in the place of what broke; None where nothing new was found."""
    # what died once and answers again is as good as new
    have = {url_key(each.url) for each in source.endpoints if each.state != "dead" or each.url in broken}
    new = {url_key(each.url): each for each in report.source.endpoints if url_key(each.url) not in have}
    if not new:
        return None
    kept = [
        replace(each, state="dead") if each.url in broken else each
        for each in source.endpoints
        if url_key(each.url) not in new
    ]
    added = (Endpoint(each.kind, each.url, evidence="added", seen=today()) for each in new.values())
    return replace(source, endpoints=(*kept, *added), override=True)


@sources.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@options.archive_option
@click.option("--yes", is_flag=True, help="Write the replacements without asking.")
@click.option("--dry-run", is_flag=True, help="Print the tables on stdout; write nothing.")
@click.option("--file", "file", metavar="FILE", help="The catalogue file to write.  [default: yours, else my-sources.toml]")
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Set a Scrapy setting for this run.")
@options.as_record("writing", options.Writing)
def repair(names: tuple[str, ...], folder: Path | None, writing: options.Writing, pairs: tuple[str, ...]) -> None:
    """Look for what took the place of endpoints that died, froze or turned into something else.

    Looks at the home page of one source after another and proposes what it finds.  A replacement is written into
    your own catalogue file, as a table that takes the place of the one that is there, or of the shipped one.
    Exit codes: 0 all have a replacement, 3 some, 4 none.
    """
    known = options.catalogue(None)
    wanted = {source.id for source in select(known, names)} if names else set()
    known_broken = broken_endpoints(options.open_for_reading(folder))
    broken = {name: urls for name, urls in known_broken.items() if not wanted or name in wanted}
    if not broken:
        click.echo("No endpoint is known to be broken; `newscrawler status` shows how the sources fare.", err=True)
        return
    by_id = {source.id: source for source in known}
    reports = _look([by_id[name] for name in sorted(broken) if name in by_id], pairs)
    repaired = 0
    for name, report in reports.items():
        click.echo(f"{name}: broken: {', '.join(sorted(broken[name]))}", err=True)
        try:
            repaired += _propose(by_id[name], broken[name], report, writing)
        except NewscrawlerError as error:
            click.echo(f"{name}: {error}", err=True)
    click.echo(f"sources with a replacement: {repaired} of {len(reports)}", err=True)
    if repaired < len(reports):
        sys.exit(3 if repaired else 4)


def _propose(source: Source, broken: set[str], report: Report | NewscrawlerError, writing: options.Writing) -> bool:
    """Show what was found for one source and write it where that is wished; whether there is a replacement now.

    Raises NewscrawlerError where there is none to be had, or it cannot be written.
    """
    if isinstance(report, NewscrawlerError):
        raise report
    show(report)
    repaired = _with_replacements(source, broken, report)
    if repaired is None:
        raise NewscrawlerError("nothing that the catalogue does not have was found")
    if writing.dry_run:
        click.echo(to_toml(repaired))
        return True
    path = own_file(writing.file, source.id)
    if not writing.yes and not click.confirm(f"Write this source with its new endpoints to {path}?", err=True):
        return False
    write_sources(path, [repaired], in_place=True)
    return True


def _look(wanted: list[Source], pairs: tuple[str, ...]) -> dict[str, Report | NewscrawlerError]:
    """Source id -> what its home page leads to, or why to nothing; one process fetches for all."""
    from newscrawler.cli.crawl import scrapy_settings
    from newscrawler.cli.fetching import run_fetching
    from newscrawler.crawl.probe import Probe
    from newscrawler.crawl.session import utc_now

    async def work(fetcher: Fetcher) -> dict[str, Report | NewscrawlerError]:
        found: dict[str, Report | NewscrawlerError] = {}
        for source in wanted:
            try:
                found[source.id] = await Probe(fetcher, utc_now()).look(source.home)
            except NewscrawlerError as error:
                found[source.id] = error
        return found

    return run_fetching(scrapy_settings(pairs, 0), work)


COMMANDS = [sources]
