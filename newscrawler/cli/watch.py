"""watch: due endpoints and known articles for ever, in one process."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler import config
from newscrawler.cli import options
from newscrawler.cli.alert_errand import errand_of, refuse_unsendable
from newscrawler.cli.crawl import closing_of, open_session, run_spider, scrapy_settings
from newscrawler.cli.logfile import write_on
from newscrawler.cli.reloading import begin_anew, handle_hangup, reloading_of
from newscrawler.sources import select

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from newscrawler.crawl.metrics import Sink
    from newscrawler.crawl.session import CrawlSession
    from newscrawler.crawl.watching import Reloading
    from newscrawler.items import Source


@dataclass(frozen=True, slots=True)
class Watching:
    """What is watched, and how: sources by name (none: all) of a catalogue file, or of those of newscrawler.toml."""

    names: tuple[str, ...]
    file: str | None
    metrics: str | None
    wait: bool
    ping: bool


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--catalogue", "file", metavar="FILE", help="Watch the sources of this TOML file only.")
@options.archive_option
@options.metrics_option
@options.wait_option
@click.option("--ping", is_flag=True, help="Say whether a watch of this archive is alive and well; nothing else.")
@options.log_option
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Set a Scrapy setting for this run.")
@click.option("-v", "--verbose", count=True, help="Scrapy's log on stderr; -vv for all of it.")
@options.as_record("watching", Watching)
def watch(watching: Watching, folder: Path | None, pairs: tuple[str, ...], verbose: int) -> None:
    """Fetch what is new from the SOURCEs named, or from all, for ever.

    Asks each endpoint when its time comes, fetches what it names, and looks again at known articles, as
    `newscrawler crawl --due` does, without an end.  On a terminal it shows how it stands; else it writes a line
    for each source that brought something or failed.  `newscrawler help service` says how to run it.

    \b
    SIGTERM, Ctrl-C     end it within 15 seconds; nothing that was stored is lost
    SIGHUP              read settings and catalogue again; a change of their files does the same
    watch --ping        for health checks: 0 alive and well, 1 not

    \b
    Exit codes: 0 it was told to end; 1 error, or --ping and not well; 2 wrong usage; 75 the archive is in use.
    """
    folder = options.archive_folder(folder)
    if watching.ping:
        if watching.names or watching.file or watching.metrics or watching.wait:
            raise click.UsageError("--ping asks after the watch of an archive, and takes nothing but --archive")
        _ping(folder)
        return
    settings = scrapy_settings(pairs, verbose)
    settings["EXTENSIONS"].set("newscrawler.extensions.ProgressExtension", None, priority="cmdline")
    reloading = reloading_of(watching.file, lambda: _sources(watching))  # before anything is read
    handle_hangup(reloading)
    figures = options.Figures(watching.metrics)
    session = _session(folder, watching, settings, figures)
    code, begins_anew = _run(session, reloading, settings, figures.sink)
    if begins_anew:
        begin_anew()
    sys.exit(code)


def _ping(folder: Path) -> None:
    from newscrawler.crawl import heartbeat
    from newscrawler.crawl.lines import counted
    from newscrawler.crawl.session import utc_now

    sign = heartbeat.read(folder)
    trouble = heartbeat.trouble(sign, utc_now())
    if trouble is not None or sign is None:
        click.echo(f"{folder}: {trouble}", err=True)
        sys.exit(1)
    click.echo(
        f"{folder}: process {sign.pid} watches {counted(sign.endpoints, 'endpoint')} of {counted(sign.sources, 'source')}"
        f" since {sign.started}; waiting: {counted(sign.pending, 'link')}, next look {sign.next_look or 'at the next round'}"
    )


def _sources(watching: Watching) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
    """(those to watch, all that the catalogue knows), as the files are now."""
    known = options.catalogue(None)
    return select(known if watching.file is None else options.catalogue(watching.file), watching.names), known


def _session(folder: Path, watching: Watching, settings: Settings, figures: options.Figures) -> CrawlSession:
    sources, known = _sources(watching)
    refuse_unsendable(config.load(Path()))
    command = shlex.join(["watch", *watching.names])
    session = options.when_free(lambda: open_session(folder, sources, settings, command, figures.tell), wait=watching.wait)
    session.is_endless = True
    session.epilogue = closing_of(sources, known, is_all=watching.file is None)
    return session


def _run(session: CrawlSession, reloading: Reloading, settings: Settings, sink: Sink | None) -> tuple[int, bool]:
    """(the exit code, whether to begin anew)."""
    from newscrawler.crawl.lines import counted
    from newscrawler.crawl.watching import Watch, end_line
    from newscrawler.spiders.watch import WatchSpider

    try:
        watch = Watch(session, reloading, sys.stderr, sink)
        where = f"; figures: {sink.address}" if sink else ""
        watch.say(f"Watching {counted(len(session.sources), 'source')} into {session.archive.folder}{where}")
    except BaseException:
        session.abandon()
        raise
    if log_file := click.get_current_context().meta.get(options.LOG):
        watch.signs.on_sign = lambda: write_on(log_file)
    watch.signs.errand = errand_of(session.archive.folder, watch.say)
    try:
        run_spider(session, settings, spider=WatchSpider, watch=watch)
    finally:
        watch.begins_anew = watch.begins_anew and not session.told_twice  # somebody wants an end
        watch.close()
    code, why = _ending(session)
    if not watch.begins_anew:
        click.echo(end_line(watch.signs.counts, watch.signs.started, watch.clock.now(), why), err=True)
    return code, watch.begins_anew


def _ending(session: CrawlSession) -> tuple[int, str]:
    """(the exit code, why it ended)."""
    if session.fatal is not None:
        return session.fatal.exit_code, str(session.fatal)
    if not session.interrupted:
        return 1, "by itself: a bug, see above; start it again, nothing is lost"
    return 0, "it was told to"


COMMANDS = [watch]
