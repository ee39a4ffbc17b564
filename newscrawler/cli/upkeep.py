"""doctor, backup, offload: is the archive whole, and a copy of it."""

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
from newscrawler.errors import ArchiveError, ConfigError

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


@click.command()
@options.archive_option
def offload(folder: Path | None) -> None:
    """Move the archive's WARC files to `pages_store` of newscrawler.toml: a shared folder, or S3.

    S3 and its like need `newscrawler[s3]`.  Each file is copied, read back and compared before it goes from the folder; the
    table `warc_places` says where it is.  Whatever reads pages (page, show --raw, verify, reprocess, export) reads there.
    An archivist does it by itself, day by day.
    """
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.warc.moving import move_out
    from newscrawler.storage.warc.store import store

    to = store()
    if to is None:
        raise ConfigError(
            'no pages_store is set: write pages_store = "/a/folder" or "s3://bucket/folder" into newscrawler.toml'
        )
    with Archive.open(options.archive_folder(folder)) as archive:
        moved = move_out(archive, to, datetime.now(UTC))
    size = sum(each.bytes for each in moved)
    click.echo(
        f"{len(moved)} WARC file{'' if len(moved) == 1 else 's'} moved to {to.address}, {size / 1e6:.1f} MB", err=True
    )


@click.command()
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
@options.archive_option
def backup(target: Path, folder: Path | None) -> None:
    """Copy the archive into DIR, also while a crawl is at work.  Again into the same DIR: only pages that came since.

    The copy is checked: the database whole, every page that was copied the one that was stored.  It is an archive itself;
    to restore, copy the folder back (`newscrawler help backup`).
    """
    from newscrawler.storage.database.backup import back_up

    report = back_up(options.archive_folder(folder), target)
    click.echo(
        f"{target}: database {report.database_bytes / 1e6:.1f} MB, {report.warc_bytes / 1e6:.1f} MB of pages copied, "
        f"{report.records} of them checked"
    )
    if report.kept:
        click.echo(
            f"{len(report.kept)} WARC files are damaged or gone in the archive, such as {report.kept[0]}; "
            f"{target} keeps them as they were: copy them back from there",
            err=True,
        )
    if report.elsewhere:
        click.echo(
            f"{len(report.elsewhere)} WARC files are in the archive's store, and were not copied from there", err=True
        )
    if report.missing:
        raise ArchiveError(
            f"{len(report.missing)} pages could not be copied, for the archive does not have them whole, "
            f"such as {report.missing[0]}; all else is in {target}"
        )
    if report.kept:
        sys.exit(1)


COMMANDS = [doctor, backup, offload]
