"""worker and archivist: one crawl on many machines, with a Redis or Valkey between them."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler import config
from newscrawler.cli import options
from newscrawler.cli.alert_errand import errand_of, refuse_unsendable
from newscrawler.cli.crawl import opened, run_spider, scrapy_settings
from newscrawler.cli.events import say_what_waits
from newscrawler.cli.logfile import log_with_time
from newscrawler.cli.output import print_rows
from newscrawler.cli.rereading import begin_anew, handle_hangup, rereading_of
from newscrawler.cli.stopping import INTERRUPTED, Stop, end_process
from newscrawler.cli.worker_health import ping, signing
from newscrawler.dates import iso
from newscrawler.errors import ConfigError, NewscrawlerError
from newscrawler.sources import select

if TYPE_CHECKING:
    from newscrawler.crawl.metrics import Sink
    from newscrawler.crawl.watching import Rereading
    from newscrawler.engine.archivist import Archivist, Scope
    from newscrawler.engine.messages import Agreement
    from newscrawler.engine.streams import Streams
    from newscrawler.items import Source
    from newscrawler.storage.archive import Archive

Command = Callable[..., Any]
ENDING_SECONDS = 5.0  # from a stop on, for what is being filed
CLOSING_SECONDS = 6.0  # and then for the archive
OPEN_TURNS = 32  # hosts that one worker asks at once, where its settings do not say fewer


@dataclass(frozen=True, slots=True)
class Engine:
    """Which engine, and under which name its entries stand there."""

    engine: str
    name: str
    lease: float = 30.0


def with_engine(command: Command) -> Command:
    """--engine, --name and --lease on a command, as one record."""
    url = click.option(
        "--engine", metavar="URL", envvar="NEWSCRAWLER_ENGINE", show_envvar=True, required=True,
        help="redis://[:PASSWORD@]HOST:PORT/DB; rediss:// by TLS.",
    )  # fmt: skip
    keys = "What its keys begin with: one for each archive."
    name = click.option("--name", metavar="NAME", default="newscrawler", show_default=True, help=keys)
    silence = "After how much silence a worker's part is another one's: the same on all machines."
    lease = click.option(
        "--lease", type=click.FloatRange(1, 3600), default=30.0, show_default=True, metavar="SECONDS", help=silence
    )
    return url(name(lease(options.as_record("engine", Engine)(command))))


def streams_of(engine: Engine) -> Streams:
    """Raises ConfigError where the extra is not installed, EngineError for an address that is none."""
    try:
        from newscrawler.engine.streams import Streams
    except ImportError as error:
        raise ConfigError(
            f"--engine needs the extra [redis] ({error.name} is missing): pip install 'newscrawler[redis]'"
        ) from error
    return Streams(engine.engine, f"{platform.node() or 'machine'}:{os.getpid()}", engine.name, engine.lease)


def _agreement(beat: str, lease: float) -> Agreement:
    from newscrawler.config.lexicon import lexicon_of
    from newscrawler.engine.messages import VERSION, Agreement
    from newscrawler.reader import shipped_reader

    return Agreement(VERSION, shipped_reader(), lexicon_of(beat).version, lease)


@dataclass(frozen=True, slots=True)
class Working:
    """How a worker works."""

    idle_exit: float | None
    ping: bool
    pairs: tuple[str, ...]
    verbose: int


@click.command()
@with_engine
@click.option("--idle-exit", type=click.FloatRange(min=1), metavar="SECONDS", help="End when no work came for so long.")
@click.option(
    "--ping", is_flag=True, help="Say whether this machine's workers of the engine are alive and well; nothing else."
)
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Set a Scrapy setting for this run.")
@click.option("-v", "--verbose", count=True, help="Scrapy's log on stderr; -vv for all of it.")
@options.as_record("working", Working)
def worker(engine: Engine, working: Working) -> None:
    """Fetch and read pages for the archivist of this engine, as one of any number of machines.

    A host is asked by one worker at a time.  The worker needs no archive and no catalogue; contact, delay, concurrency,
    workers and beat come from its own newscrawler.toml.  Where it is killed or cut off, another one takes its work over.
    SIGTERM ends it: what it holds is handed back.

    \b
    worker --ping       for health checks: 0 alive and well, also while it waits for its engine; 1 not

    \b
    Exit codes: 0 it was told to end, or was idle for long enough; 1 error: no engine, or another version, beat or clock
    than the archivist's, or --ping and not well; 2 wrong usage.
    """
    if working.ping:
        ping(streams_of(engine).url, engine.name)
        return
    from newscrawler.crawl.workers import Workers
    from newscrawler.engine import worker_signs
    from newscrawler.engine.session import WorkerSession
    from newscrawler.spiders.work import WorkSpider

    settings = scrapy_settings(working.pairs, working.verbose)
    beat = settings["NEWSCRAWLER_BEAT"]
    agreement = _agreement(beat, engine.lease)
    asyncio.run(_try(streams_of(engine), agreement))
    streams = streams_of(engine)
    streams.troubles.say = _say
    _say(f"{streams.me} waits for turns of {streams.url}")
    session = WorkerSession(
        streams,
        agreement,
        Workers(settings.getint("NEWSCRAWLER_WORKERS"), beat),
        min(OPEN_TURNS, settings.getint("CONCURRENT_REQUESTS")),
    )
    session.idle_exit, session.sign = working.idle_exit, signing(streams, engine.name, _say)
    settings.set("EXTENSIONS", settings.getdict("EXTENSIONS") | {"newscrawler.extensions.ProgressExtension": None})
    settings.set("NEWSCRAWLER_HOST_BUDGET", 0, priority="cmdline")  # the archivist says what is asked
    try:
        run_spider(session, settings, WorkSpider)
    finally:
        worker_signs.remove(os.getpid())
    counts = ", ".join(f"{number} {what}" for what, number in sorted(session.counts.items())) or "nothing"
    _say(f"reported: {counts}")
    if session.fatal is not None:
        raise session.fatal
    sys.exit(1 if session.bugs else 0)


async def _try(streams: Streams, agreement: Agreement) -> None:
    """What is wrong is said before anything is started."""
    from newscrawler.engine.session import check_engine

    try:
        await check_engine(streams, agreement)
    finally:
        await streams.close()


async def _try_as_archivist(streams: Streams, *, has_archive: bool) -> None:
    """The same; who has no archive yet is not the archivist of an engine that has one."""
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
    """Own the archive while workers crawl for it: hand out what is due, file what they report.

    Crawled are the SOURCEs named, or all.  One archive has one archivist; another `crawl`, `watch` or `archivist` on
    it exits 75.  Nothing is lost whatever is killed: what the engine forgets or delivers twice is asked again, and
    filed once.  SIGTERM ends it within 15 seconds, also while the engine is away.  Without --once it goes on for
    ever, sends the alerts of newscrawler.toml, reads settings and catalogue again on SIGHUP or when their files change,
    and `newscrawler watch --ping` says whether it is well.

    \b
    Exit codes: 0 it was told to end, or all is filed (--once); 1 error; 2 wrong usage; 75 the archive or the engine has
    another archivist; 130 --once was told to end before all was filed.
    """
    from newscrawler.crawl.beside import Beside
    from newscrawler.crawl.lines import counted
    from newscrawler.crawl.workers import Workers
    from newscrawler.engine.archivist import Archivist, Scope

    folder = options.archive_folder(folder)
    rereading = None
    if not crawling.once:
        rereading = rereading_of(crawling.file, lambda: _sources(crawling))  # before anything is read
        handle_hangup(rereading)
    sources = _sources(crawling)
    settings = scrapy_settings(pairs, 0)
    beat = settings["NEWSCRAWLER_BEAT"]
    streams, agreement = streams_of(engine), _agreement(beat, engine.lease)
    streams.troubles.say = _say
    log_with_time()
    figures = options.Figures(crawling.metrics)
    one = Archivist(_archive(crawling, engine, folder, figures), sources, streams, Workers(1, beat))
    if settings.getbool("NEWSCRAWLER_EVENTS"):
        one.beside = Beside(folder)
    if not crawling.once:
        _say(f"{one.archive.folder}: files what workers of {streams.url} bring of {counted(len(sources), 'source')}")
        _serve(one, figures.sink)
    scope = Scope(
        crawling.since,
        due_only=not crawling.once,
        revisits=settings.getint("NEWSCRAWLER_REVISITS"),
        respect=frozenset(settings.getlist("NEWSCRAWLER_RESPECT")),
        once=crawling.once,
    )
    code = _run(one, scope, agreement, rereading)
    if one.begins_anew and code == 0:
        begin_anew()
    _say(f"{folder}: {_counted(one.counts)}")
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


def _say(what: str) -> None:
    """A line with its time."""
    click.echo(f"{iso(datetime.now(UTC))} {what}", err=True)


def _serve(one: Archivist, sink: Sink | None) -> None:
    """What goes on beside an archivist that does not end."""
    from newscrawler.crawl.signs import Signs

    before = Counter[str]()

    def say() -> None:
        nonlocal before
        came, before = one.counts - before, one.counts.copy()
        if came:
            _say(_counted(came))

    try:
        signs = Signs(one.archive.folder, sink)
        signs.errand = errand_of(one.archive.folder, _say)
    except BaseException:
        one.close(1)
        raise
    one.sign(signs)
    one.on_round = say


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {what}" for what, number in sorted(counts.items())) or "nothing came"


async def _reread(one: Archivist, rereading: Rereading) -> None:
    """Have it end, to begin anew, once settings and catalogue are others; what cannot be read is said, no more."""
    from newscrawler.crawl.watching import TELL

    while not one.stopping.is_set():
        if await rereading.is_wanted(_say):
            one.begins_anew = True
            one.stopping.set()
        await asyncio.sleep(TELL)


def _run(one: Archivist, scope: Scope, agreement: Agreement, rereading: Rereading | None = None) -> int:
    """Run it until it is told to stop; the exit code: 130 where it was to end by itself (`once`) and was told before."""
    import uuid

    one.filing.begin_run()
    code = 1
    loop = asyncio.new_event_loop()

    async def run() -> None:
        work = asyncio.ensure_future(one.run(scope, agreement, lambda: uuid.uuid4().hex))
        told = asyncio.ensure_future(one.stopping.wait())
        looking = asyncio.ensure_future(_reread(one, rereading)) if rereading is not None else None
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


def print_engine(url: str, name: str, *, as_json: bool) -> None:
    """What `status --engine` says.  Raises EngineError where no engine is there."""
    streams = streams_of(Engine(url, name))

    async def ask() -> dict[str, Any]:
        try:
            await streams.open(writes=False)  # a full engine is looked at, too
            return await streams.state()
        finally:
            await streams.close()

    state = asyncio.run(ask())
    if as_json:
        click.echo(json.dumps(state, indent=2))
        return
    click.echo(
        f"archivist: {state['archivist'] or 'none'}; {state['turns']} turns out, {state['reports']} reports wait", nl=False
    )
    click.echo(f", the oldest {state['lag']:,.1f} s")
    told = ("turns", "polls", "pages", "a_minute")
    rows = [
        (each, seen["silent"], *(seen.get(name, 0) for name in told), " ".join(seen["hosts"]))
        for each, seen in state["workers"].items()
    ]
    print_rows(["worker", "silent_s", "turns", "polls", "pages", "pages_a_minute", "hosts"], rows, None)


COMMANDS = [worker, archivist]
