"""The engine of many machines, a Redis or Valkey: how `worker` and `archivist` come to it, and what `status` says of it."""

from __future__ import annotations

import asyncio
import json
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli import options
from newscrawler.cli.output import print_rows
from newscrawler.dates import iso
from newscrawler.errors import ConfigError
from newscrawler.plugins import how_to_install

if TYPE_CHECKING:
    from newscrawler.engine.messages import Agreement
    from newscrawler.engine.streams import Streams

Command = Callable[..., Any]


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
            f"--engine needs the extra [redis] ({error.name} is missing): {how_to_install('redis')}"
        ) from error
    return Streams(engine.engine, f"{platform.node() or 'machine'}:{os.getpid()}", engine.name, engine.lease)


def agreement_of(beat: str, lease: float) -> Agreement:
    """What all who work for one engine have to have in common."""
    from newscrawler.config.lexicon import lexicon_of
    from newscrawler.engine.messages import VERSION, Agreement
    from newscrawler.reader import shipped_reader

    return Agreement(VERSION, shipped_reader(), lexicon_of(beat).version, lease)


def say(what: str) -> None:
    """A line with its time."""
    click.echo(f"{iso(datetime.now(UTC))} {what}", err=True)


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
