"""add: from an address to a source of the user's own catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli import options
from newscrawler.cli.source_details import SourceDetails
from newscrawler.config.catalogue import OWN_FILE, own_file, own_sources, write_sources
from newscrawler.errors import NewscrawlerError
from newscrawler.sources import KEEP, SOURCE_KINDS
from newscrawler.sources.write import to_toml
from newscrawler.urls import absolute, host_of, url_key

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from newscrawler.crawl.probe import Report, Trial
    from newscrawler.items import Source


def scout(url: str, settings: Settings) -> Report:
    """Look at a site.  Raises NewscrawlerError where there is nothing to follow, saying why."""
    from newscrawler.cli.fetching import run_fetching
    from newscrawler.crawl.probe import Probe
    from newscrawler.crawl.session import utc_now

    return run_fetching(settings, lambda fetcher: Probe(fetcher, utc_now()).look(url))


def _use_of(trial: Trial) -> str:
    """What is wrong with an endpoint, or why it is not followed; "" of one that is."""
    if trial.failure is not None:
        return trial.failure.reason
    return "" if trial.chosen else "adds nothing" if trial.overlap >= 0.9 else "not needed"


def show(report: Report) -> None:
    """What was found, on stderr: each endpoint tried, three articles, the guesses."""
    rows = [
        (
            "follow" if trial.chosen else "",
            trial.kind,
            len(trial.links) + trial.children,
            (trial.newest or "")[:16],
            (trial.oldest or "")[:10],
            f"{trial.overlap:.0%}" if trial.links else "",
            trial.origin,
            _use_of(trial),
            trial.url,
        )
        for trial in report.trials
        if trial.failure is None or trial.origin != "guessed"
    ]
    for row in _table(("", "kind", "items", "newest", "back to", "overlap", "found", "", "address"), rows):
        click.echo(row, err=True)
    for sample in report.samples:
        article = sample.article
        said = (
            f"{article.title or '(no title)'} | {article.published or 'no date'} | {article.word_count} words"
            if article
            else sample.failure_reason
        )
        click.echo(f"sample: {said} | {sample.url}", err=True)


def _table(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[str]:
    import tabulate

    return tabulate.tabulate(rows, headers=names, tablefmt="simple", disable_numparse=True).splitlines()


def _refuse_known(url: str, sources: tuple[Source, ...]) -> None:
    """Say so where a catalogue has that address already."""
    for source in sources:
        keys = {url_key(source.home), *(url_key(endpoint.url) for endpoint in source.endpoints)}
        if url_key(url) in keys or (host_of(url) == host_of(source.home) and source.state in ("blocked", "dead")):
            state = "" if source.is_asked else f", as {source.state}" + (f": {source.note}" if source.note else "")
            raise NewscrawlerError(
                f"{source.id} ({source.name}) is in the catalogue already{state}; --force adds it all the same"
            )


def _address(url: str) -> str:
    """The address that was meant.  Raises UsageError where it can be none."""
    address = absolute(url if "://" in url else f"https://{url}", "")
    if address is None or re.search(r"\s", url.strip()) or not re.search(r"[.:]|^localhost$", host_of(address)):
        raise click.UsageError(f"{url!r} is no http or https address; give one such as https://www.example.com/")
    return address


@dataclass(frozen=True, slots=True)
class Sites:
    """An address, or a file of sites and whether those are tried anew that failed."""

    url: str | None
    batch: str | None
    again: bool


def _add_batch(sites: Sites, writing: options.Writing, details: SourceDetails, pairs: tuple[str, ...]) -> None:
    from newscrawler.cli.many_sites import add_batch

    if sites.url is not None or details.source_id or details.name or writing.dry_run:
        raise click.UsageError("--batch takes its sites from the file; address, --id, --name and --dry-run are without it")
    add_batch(Path(sites.batch or ""), writing.file, details, pairs, again=sites.again)


@click.command()
@click.argument("url", required=False)
@click.option("--batch", metavar="FILE", help="All sites of a file, unattended; run it again to go on.")
@click.option("--again", is_flag=True, help="With --batch: try those anew that failed.")
@click.option("--yes", is_flag=True, help="Write what was found without asking.")
@click.option("--dry-run", is_flag=True, help="Show what was found, and the table on stdout; write nothing.")
@click.option("--file", "file", metavar="FILE", help=f"The catalogue file to write.  [default: yours, else {OWN_FILE}]")
@click.option("--id", "source_id", metavar="ID", help="The source's id.  [default: made of its host]")
@click.option("--name", metavar="NAME", help="Its name.  [default: as the site says]")
@click.option(
    "--kind", type=click.Choice(SOURCE_KINDS), default="newspaper", show_default=True, metavar="KIND", help="Its kind."
)
@click.option("--keep", type=click.Choice(KEEP), default="relevant", show_default=True, help="Which articles to keep.")
@click.option("--force", is_flag=True, help="Also where a catalogue has the site already.")
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Set a Scrapy setting for this run.")
@options.as_record("writing", options.Writing)
@options.as_record("details", SourceDetails)
@options.as_record("sites", Sites)
def add(sites: Sites, writing: options.Writing, details: SourceDetails, force: bool, pairs: tuple[str, ...]) -> None:
    """Find what a site publishes, and add it to your sources.

    URL is a home page, a feed or a listing page.  Looks for feeds (announced, linked, guessed), sitemaps (by
    robots.txt), WordPress and sections, tries them, extracts three articles, and writes those worth following into
    your own catalogue file.  Asks first.

    With --batch: addresses one a line, OPML, CSV with a header (homepage, name, country, language), or Media Cloud's
    JSON.  What became of each is in FILE.report.jsonl, by which a run that was cut short goes on.

    \b
    Exit codes with --batch: 0 all are in the catalogue now, 3 some, 4 none.
    """
    from newscrawler.cli.crawl import scrapy_settings

    if sites.batch is not None:
        _add_batch(sites, writing, details, pairs)
        return
    if sites.url is None or sites.again:
        raise click.UsageError("give an address, or a file of them with --batch")
    address, path = _address(sites.url), own_file(writing.file)
    known = (*options.catalogue(None, path), *own_sources(str(path)))
    taken = {source.id for source in known}
    details.check(taken)
    if not force:
        _refuse_known(address, known)
    report = scout(address, scrapy_settings(pairs, 0))
    source = details.applied(report.source, taken)
    show(report)
    if writing.dry_run:
        click.echo(to_toml(source), nl=False)
        return
    if not writing.yes:
        click.echo(f"\n{to_toml(source)}", err=True)
        click.confirm(f"Write this to {path}?", abort=True, err=True)
    note = ", and newscrawler.toml names it now" if write_sources(path, [source]) else ""
    click.echo(f"{source.id} is in {path}{note}.  Next: newscrawler crawl {source.id}", err=True)


COMMANDS = [add]
