"""Whether the workers of a machine are well: what `worker` writes of itself, and what `worker --ping` says."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newscrawler.dates import iso

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.engine.streams import Streams


def signing(streams: Streams, name: str, say: Callable[[str], object]) -> Callable[[int, int], None]:
    """What gives a sign of life, by turns and pages.  That none can be written is said once, and ends nothing."""
    from newscrawler.engine.worker_signs import WorkerSign, write

    complaint = ""

    def sign(turns: int, pages: int) -> None:
        nonlocal complaint
        now = iso(datetime.now(UTC))
        try:
            write(WorkerSign(os.getpid(), streams.url, name, now, turns, pages, streams.troubles.current))
        except OSError as error:
            if str(error) != complaint:
                complaint = str(error)
                say(f"no sign of life can be written for `worker --ping`: {error}")

    return sign


def ping(url: str, name: str) -> None:
    """Say how this machine's workers of an engine are; exits with 1 where one is not well, or none is there."""
    from newscrawler.crawl.lines import counted
    from newscrawler.engine import worker_signs

    signs = worker_signs.read(url, name)
    trouble = worker_signs.trouble(signs, datetime.now(UTC))
    if trouble is not None:
        click.echo(f"{url}: {trouble}", err=True)
        sys.exit(1)
    for sign in signs:
        told = f"; {sign.trouble}, it waits" if sign.trouble else ""
        turns, pages = counted(sign.turns, "turn"), counted(sign.pages, "page")
        click.echo(f"{url}: process {sign.pid} has {turns} and has reported {pages}{told}")
