"""reprocess: the archive gone over without the network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options

if TYPE_CHECKING:
    from newscrawler.storage.archive import Archive


@click.command()
@options.archive_option
@click.option("--extract", is_flag=True, help="Read every article anew from its stored page.")
def reprocess(folder: Path | None, extract: bool) -> None:
    """Go over stored articles and pages again, without the network.

    With --extract, texts, metadata and captions become what this version would read, and lines that were found to recur
    on a host after an article came go off its text.  Ctrl-C ends it; what is done is kept.
    """
    if not extract:
        raise click.UsageError("say what to do again: --extract")
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.connect import connect_for_reading

    folder = options.archive_folder(folder)
    connect_for_reading(folder, any_schema=True).close()
    with Archive.open(folder) as archive:
        extract_anew(archive)


def extract_anew(archive: Archive) -> None:
    from tqdm import tqdm

    from newscrawler.reextract import extract_articles

    number = archive.db.execute("SELECT count(*) FROM articles").fetchone()[0]
    with tqdm(total=number, unit="article", disable=not sys.stderr.isatty()) as bar:
        counts = extract_articles(archive, bar.update)
    done = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    click.echo(f"{sum(counts.values())} articles extracted anew{': ' + done if done else ''}", err=True)


COMMANDS = [reprocess]
