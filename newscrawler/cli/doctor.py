"""doctor: what is wrong with the archive and where it runs."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.cli.output import printable
from newscrawler.errors import ConfigError

if TYPE_CHECKING:
    from newscrawler.doctor.findings import Finding
    from newscrawler.spiders.fetch import Fetcher


def _line(finding: Finding) -> str:
    mark = "note" if finding.remark else "wrong"
    mended = "  [--fix mends it]" if finding.mends else ""
    return printable(f"{mark}  {finding.kind.value}  {finding.place}: {finding.detail}{mended}")


def _network() -> list[Finding]:
    """What a few hosts of the catalogue answer, each asked for its source's home page as a crawl asks."""
    from newscrawler import config
    from newscrawler.cli.crawl import scrapy_settings
    from newscrawler.cli.fetching import run_fetching
    from newscrawler.config.catalogue import configured_catalogue
    from newscrawler.doctor.network import HOSTS, HostAnswer, look_at_answers
    from newscrawler.urls import host_of

    sources = configured_catalogue(config.load(Path()))
    homes = [each.home for each in sources[:: max(1, len(sources) // HOSTS)]][:HOSTS]

    async def ask(fetcher: Fetcher) -> list[HostAnswer]:
        pages = await asyncio.gather(*map(fetcher.fetch, homes))
        return [
            HostAnswer(
                host_of(page.lease.url),
                page.status,
                page.failure.reason if page.failure else "",
                page.header("date"),
                page.header("age"),
            )
            for page in pages
        ]

    return look_at_answers(run_fetching(scrapy_settings((), 0), ask), datetime.now(UTC))


def _folder_to_examine(folder: Path | None) -> Path:
    """The folder asked for, else that of newscrawler.toml, else the usual one: a file that is wrong is a finding."""
    from newscrawler.config import Config

    try:
        return options.archive_folder(folder)
    except ConfigError:
        return Path(Config().archive)


@click.command()
@options.archive_option
@click.option("--fix", is_flag=True, help="Mend what can be mended; the database as it was is kept beside it.")
@click.option("--network", is_flag=True, help="Ask a few hosts of the catalogue, too: the network, the proxy, the clock.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object: findings, and whether all is well.")
def doctor(folder: Path | None, fix: bool, network: bool, as_json: bool) -> None:
    """Say what is wrong with the archive and where it runs.  Exit code 0: nothing, 1: something.

    Looks at the database (integrity, foreign keys, full text, triggers and views that are not newscrawler's), every stored
    page (is it there, whole, and the one that was stored), disk, permissions, clock, proxy and certificate settings,
    newscrawler.toml and the catalogues that it names.  Without --network nothing is asked of the network, and without --fix
    nothing is changed.  `newscrawler help backup` lists what --fix mends.
    """
    from newscrawler.config import FILE
    from newscrawler.doctor.examination import examine
    from newscrawler.doctor.findings import FindingKind, is_well
    from newscrawler.doctor.repair import repair

    folder, now = _folder_to_examine(folder), datetime.now(UTC)
    found = examine(folder, Path(), os.environ, now)
    if fix and any(each.mends for each in found):
        kept = repair(folder, now)
        click.echo(f"The database as it was: {kept}", err=True)
        found = examine(folder, Path(), os.environ, now)
    if network and not any((each.kind, each.place) == (FindingKind.CONFIGURATION, FILE) for each in found):
        found += _network()
    if as_json:
        findings = [{**asdict(each), "kind": each.kind.value} for each in found]
        click.echo(json.dumps({"well": is_well(found), "findings": findings}, indent=2))
    else:
        click.echo("\n".join([*map(_line, found), "Nothing is wrong." if is_well(found) else "Something is wrong."]))
    sys.exit(0 if is_well(found) else 1)


COMMANDS = [doctor]
