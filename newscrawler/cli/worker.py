"""worker: pages fetched and read for an archivist, as one of any number of machines."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.cli.crawl import run_spider, scrapy_settings
from newscrawler.cli.engine import Engine, agreement_of, say, streams_of, with_engine
from newscrawler.cli.worker_health import ping, signing

if TYPE_CHECKING:
    from newscrawler.engine.messages import Agreement
    from newscrawler.engine.streams import Streams

OPEN_TURNS = 32  # hosts that one worker asks at once, where its settings do not say fewer


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
    """Fetch and read pages for an archivist, as one of any number of machines.

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
    agreement = agreement_of(beat, engine.lease)
    asyncio.run(_try(streams_of(engine), agreement))
    streams = streams_of(engine)
    streams.troubles.say = say
    say(f"{streams.me} waits for turns of {streams.url}")
    session = WorkerSession(
        streams,
        agreement,
        Workers(settings.getint("NEWSCRAWLER_WORKERS"), beat),
        min(OPEN_TURNS, settings.getint("CONCURRENT_REQUESTS")),
    )
    session.idle_exit, session.sign = working.idle_exit, signing(streams, engine.name, say)
    settings.set("EXTENSIONS", settings.getdict("EXTENSIONS") | {"newscrawler.extensions.ProgressExtension": None})
    settings.set("NEWSCRAWLER_HOST_BUDGET", 0, priority="cmdline")  # the archivist says what is asked
    try:
        run_spider(session, settings, WorkSpider)
    finally:
        worker_signs.remove(os.getpid())
    counts = ", ".join(f"{number} {what}" for what, number in sorted(session.counts.items())) or "nothing"
    say(f"reported: {counts}")
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


COMMANDS = [worker]
