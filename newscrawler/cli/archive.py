"""backup, offload, migrate: an archive as a whole is copied, its pages are moved, its schema is brought up to date."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from newscrawler.cli import options
from newscrawler.errors import ArchiveError, ConfigError


@click.command()
@options.archive_option
def offload(folder: Path | None) -> None:
    """Move the archive's WARC files to a shared folder or S3.

    `pages_store` in newscrawler.toml says where; S3 and its like need the extra [s3].  Each file is copied, read
    back and compared before it goes from the folder; the table `warc_places` says where it is.  Whatever reads pages
    (page, show --raw, verify, reprocess, export) reads there.  An archivist does it by itself, day by day.
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


@click.command()
@options.archive_option
def migrate(folder: Path | None) -> None:
    """Bring an archive to this version's schema."""
    from newscrawler.reports.status import article_count
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.database.connect import DATABASE

    folder = options.archive_folder(folder)
    if not (folder / DATABASE).exists():
        raise ArchiveError(f"there is no archive in {folder}; `newscrawler crawl` makes one")
    with Archive.open(folder) as archive:
        done = archive.migrated
        articles = article_count(archive.db)
    click.echo(f"{folder}: {', '.join(done) if done else 'nothing to do, the schema is current'}")
    if "m002_copies" in done and articles:
        click.echo("Run `newscrawler stories --rebuild` once: it finds the copies that are here already.", err=True)


COMMANDS = [backup, offload, migrate]
