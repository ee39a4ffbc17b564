"""archivist: the one writer of an archive that workers of many machines crawl for."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler import config
from newscrawler.cli import options
from newscrawler.cli.alert_errand import errand_of, refuse_unsendable
from newscrawler.cli.crawl import opened, scrapy_settings
from newscrawler.cli.engine import Engine, agreement_of, say, streams_of, with_engine
from newscrawler.cli.events import say_what_waits
from newscrawler.cli.logfile import log_with_time
from newscrawler.cli.reloading import begin_anew, handle_hangup, reloading_of
from newscrawler.cli.stopping import INTERRUPTED, Stop, end_process
from newscrawler.errors import NewscrawlerError
from newscrawler.sources import select

if TYPE_CHECKING:
    from newscrawler.crawl.metrics import Sink
    from newscrawler.crawl.watching import Reloading
    from newscrawler.engine.archivist import Archivist, Scope
    from newscrawler.engine.messages import Agreement
    from newscrawler.engine.streams import Streams
    from newscrawler.items import Source
    from newscrawler.storage.archive import Archive

ENDING_SECONDS = 5.0  # from a stop on, for what is being filed
CLOSING_SECONDS = 6.0  # and then for the archive


async def _try_as_archivist(streams: Streams, *, has_archive: bool) -> None:
    """Whether the engine can be had, and its clock is ours; who has no archive yet is not the archivist of one that has.

    Raises EngineError.
    """
    from newscrawler.engine.session import check_clock

    try:
        await streams.open()
        await check_clock(streams)
        if not has_archive:
            await streams.be_the_archivist("none")
            await streams.no_longer_the_archivist()
    finally:
        await streams.close()


@dataclass(frozen=True, slots=True)
class Crawling:
    """What an archivist has crawled: sources by name (none: all) of a catalogue file, or of those of newscrawler.toml."""

    names: tuple[str, ...]
    file: str | None
    once: bool
    since: str | None
    wait: bool
    metrics: str | None


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@with_engine
@click.option("--catalogue", "file", metavar="FILE", help="Crawl the sources of this TOML file only.")
@options.archive_option
@click.option("--once", is_flag=True, help="Ask every endpoint now, and end when nothing is left.")
@options.since_option("Leave links alone that are stated to be older")
@options.metrics_option
@options.wait_option
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Set a Scrapy setting for this run.")
@options.as_record("crawling", Crawling)
def archivist(crawling: Crawling, engine: Engine, folder: Path | None, pairs: tuple[str, ...]) -> None:
    """Own the archive while workers of other machines crawl for it.

    Hands out what is due of the SOURCEs named, or of all, and files what workers report.  One archive has one
    archivist; another `crawl`, `watch` or `archivist` on it exits 75.  Nothing is lost whatever is killed: what the
    engine forgets or delivers twice is asked again, and filed once.  SIGTERM ends it within 15 seconds, also while
    the engine is away.  Without --once it goes on for ever, sends the alerts of newscrawler.toml, reads settings and
    catalogue again on SIGHUP or when their files change, and `newscrawler watch --ping` says whether it is well.

    \b
    Exit codes: 0 it was told to end, or all is filed (--once); 1 error; 2 wrong usage; 75 the archive or the engine has
    another archivist; 130 --once was told to end before all was filed.
    """
    from newscrawler.crawl.beside import Beside
    from newscrawler.crawl.lines import counted
    from newscrawler.crawl.workers import Workers
    from newscrawler.engine.archivist import Archivist, Scope

    folder = options.archive_folder(folder)
    reloading = None
    if not crawling.once:
        reloading = reloading_of(crawling.file, lambda: _sources(crawling))  # before anything is read
        handle_hangup(reloading)
    sources = _sources(crawling)
    settings = scrapy_settings(pairs, 0)
    beat = settings["NEWSCRAWLER_BEAT"]
    streams, agreement = streams_of(engine), agreement_of(beat, engine.lease)
    streams.troubles.say = say
    log_with_time()
    figures = options.Figures(crawling.metrics)
    one = Archivist(_archive(crawling, engine, folder, figures), sources, streams, Workers(1, beat))
    if settings.getbool("NEWSCRAWLER_EVENTS"):
        one.beside = Beside(folder)
    if not crawling.once:
        say(f"{one.archive.folder}: files what workers of {streams.url} bring of {counted(len(sources), 'source')}")
        _serve(one, figures.sink)
    scope = Scope(
        crawling.since,
        due_only=not crawling.once,
        revisits=settings.getint("NEWSCRAWLER_REVISITS"),
        respect=frozenset(settings.getlist("NEWSCRAWLER_RESPECT")),
        once=crawling.once,
    )
    code = _run(one, scope, agreement, reloading)
    if one.begins_anew and code == 0:
        begin_anew()
    say(f"{folder}: {_counted(one.counts)}")
    if one.beside.folder is not None and code == 0:
        say_what_waits(folder, "the next archivist")
    sys.exit(code)


def _archive(crawling: Crawling, engine: Engine, folder: Path, figures: options.Figures) -> Archive:
    """Opened for writing, once all else is known to be well.  Raises NewscrawlerError."""
    from newscrawler.storage.database.connect import DATABASE

    if crawling.once and crawling.metrics is not None:
        raise click.UsageError("--once ends when all is filed, and tells no figures; --metrics is without it")
    if not crawling.once:
        refuse_unsendable(config.load(Path()))

    def ready() -> None:
        figures.tell()
        asyncio.run(_try_as_archivist(streams_of(engine), has_archive=(folder / DATABASE).exists()))

    return options.when_free(lambda: opened(folder, ready), wait=crawling.wait)


def _sources(crawling: Crawling) -> tuple[Source, ...]:
    return select(options.catalogue(crawling.file), crawling.names)


def _serve(one: Archivist, sink: Sink | None) -> None:
    """What goes on beside an archivist that does not end."""
    from newscrawler.crawl.signs import Signs

    before = Counter[str]()

    def tell() -> None:
        nonlocal before
        came, before = one.counts - before, one.counts.copy()
        if came:
            say(_counted(came))

    try:
        signs = Signs(one.archive.folder, sink)
        signs.errand = errand_of(one.archive.folder, say)
    except BaseException:
        one.close(1)
        raise
    one.sign(signs)
    one.on_round = tell


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in sorted(counts.items())) or "nothing came"


async def _reload(one: Archivist, reloading: Reloading) -> None:
    """Have it end, to begin anew, once settings and catalogue are others; what cannot be read is said, no more."""
    from newscrawler.crawl.watching import TELL

    while not one.stopping.is_set():
        if await reloading.is_wanted(say):
            one.begins_anew = True
            one.stopping.set()
        await asyncio.sleep(TELL)


def _run(one: Archivist, scope: Scope, agreement: Agreement, reloading: Reloading | None = None) -> int:
    """Run it until it is told to stop; the exit code: 130 where it was to end by itself (`once`) and was told before."""
    import uuid

    one.filing.begin_run()
    code = 1
    loop = asyncio.new_event_loop()

    async def run() -> None:
        work = asyncio.ensure_future(one.run(scope, agreement, lambda: uuid.uuid4().hex))
        told = asyncio.ensure_future(one.stopping.wait())
        looking = asyncio.ensure_future(_reload(one, reloading)) if reloading is not None else None
        await asyncio.wait({work, told}, return_when=asyncio.FIRST_COMPLETED)
        if looking is not None:
            looking.cancel()
        if not work.done():
            await asyncio.wait({work}, timeout=ENDING_SECONDS)
            work.cancel()  # the engine is away, and would be waited for
        told.cancel()
        await asyncio.gather(work, return_exceptions=True)
        if one.fatal is not None:  # a full disk, whatever its engine does
            raise one.fatal
        if not work.cancelled():
            work.result()

    with _stop_of(one, loop).handling():
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(run())
            code = INTERRUPTED if scope.once and one.stopping.is_set() else 0
        except NewscrawlerError as error:
            code = error.exit_code
            raise
        finally:
            one.close(code)
    return code


def _stop_of(one: Archivist, loop: asyncio.AbstractEventLoop) -> Stop:
    """What a signal does to it: the first lets it end, the second ends it where it stands."""
    farewell = f"Interrupted. What is filed is kept in {one.archive.folder}; the next archivist goes on from here."

    def ask() -> None:
        one.begins_anew = False  # whatever it was about to do
        try:
            loop.call_soon_threadsafe(one.stopping.set)
        except RuntimeError:  # it is closed: all is filed, and nothing more need be waited for
            one.stopping.set()

    return Stop(ask, lambda: end_process(farewell), seconds=ENDING_SECONDS + CLOSING_SECONDS, farewell=farewell)


COMMANDS = [archivist]
