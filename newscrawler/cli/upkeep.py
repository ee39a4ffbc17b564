"""doctor, backup: is the archive whole, and a copy of it."""

from __future__ import annotations

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
from newscrawler.errors import ArchiveError

if TYPE_CHECKING:
    from newscrawler.doctor.findings import Finding


def _line(finding: Finding) -> str:
    mark = "note" if finding.remark else "wrong"
    mended = "  [--fix mends it]" if finding.mends else ""
    return printable(f"{mark}  {finding.kind.value}  {finding.place}: {finding.detail}{mended}")


@click.command()
@options.archive_option
@click.option("--fix", is_flag=True, help="Mend what can be mended; the database as it was is kept beside it.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object: findings, and whether all is well.")
def doctor(folder: Path | None, fix: bool, as_json: bool) -> None:
    """Say what is wrong with the archive and where it runs.  Exit code 0: nothing, 1: something.

    Looks at the database (integrity, foreign keys, full text, triggers and views that are not newscrawler's), every stored
    page (is it there, whole, and the one that was stored), disk, permissions, clock, proxy and certificate settings,
    newscrawler.toml and the catalogues that it names.  Nothing is asked of the network, and without --fix nothing is
    changed.  `newscrawler help backup` lists what --fix mends.
    """
    from newscrawler.doctor.examination import examine
    from newscrawler.doctor.findings import is_well
    from newscrawler.doctor.repair import repair

    folder, now = options.archive_folder(folder), datetime.now(UTC)
    found = examine(folder, Path(), os.environ, now)
    if fix and any(each.mends for each in found):
        kept = repair(folder, now)
        click.echo(f"The database as it was: {kept}", err=True)
        found = examine(folder, Path(), os.environ, now)
    if as_json:
        findings = [{**asdict(each), "kind": each.kind.value} for each in found]
        click.echo(json.dumps({"well": is_well(found), "findings": findings}, indent=2))
    else:
        click.echo("\n".join([*map(_line, found), "Nothing is wrong." if is_well(found) else "Something is wrong."]))
    sys.exit(0 if is_well(found) else 1)


@click.command()
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
@options.archive_option
def backup(target: Path, folder: Path | None) -> None:
    """Copy the archive into DIR, also while a crawl is at work.  Again into the same DIR: only pages that came since.

    The copy is checked: the database whole, every page that was copied the one that was stored.  It is an archive itself;
    to restore, copy the folder back (`newscrawler help backup`).
    """
    from newscrawler.storage.backup import back_up

    report = back_up(options.archive_folder(folder), target)
    click.echo(
        f"{target}: database {report.database_bytes / 1e6:.1f} MB, {report.warc_bytes / 1e6:.1f} MB of pages copied, "
        f"{report.records} of them checked"
    )
    if report.missing:
        raise ArchiveError(
            f"{len(report.missing)} pages could not be copied, for the archive does not have them whole, "
            f"such as {report.missing[0]}; all else is in {target}"
        )


COMMANDS = [doctor, backup]
