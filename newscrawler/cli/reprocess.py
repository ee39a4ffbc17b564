"""reprocess and review: the archive gone over without the network, and the doubtful ones by a person."""

from __future__ import annotations

import sys
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler import config
from newscrawler.cli import options
from newscrawler.cli.output import print_rows

if TYPE_CHECKING:
    from tqdm import tqdm

    from newscrawler.relevance import Lexicon
    from newscrawler.storage.archive import Archive


@click.command()
@options.archive_option
@click.option("--extract", is_flag=True, help="Read every article anew from its stored page.")
@click.option("--judge", is_flag=True, help="Judge every article anew: topics, countries, keep, review or drop.")
@click.option("--beat", metavar="FILE", help="Judge with the terms of this TOML file.  [default: newscrawler.toml's beat]")
def reprocess(folder: Path | None, extract: bool, judge: bool, beat: str | None) -> None:
    """Go over stored articles and pages again, without the network.

    With --extract, texts, metadata and captions become what this version would read, and lines that were found to recur
    on a host after an article came go off its text. With --judge, topics, countries and decisions become what today's terms
    say, and off-topic pages that are wanted now become articles. Nothing is deleted, and what `newscrawler review` was
    told stays. A page whose stored record is torn or altered is named and changes nothing (exit code 3). Ctrl-C ends it;
    what is done is kept, and the next run does it all again.
    """
    if not (extract or judge):
        raise click.UsageError("say what to do again: --extract, --judge or both")
    from newscrawler.config.lexicon import lexicon_of, read_beat
    from newscrawler.relevance import shipped_lexicon
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.connect import connect_for_reading

    folder = options.archive_folder(folder)
    lexicon = read_beat(shipped_lexicon(), beat) if beat else lexicon_of(config.load(Path()).beat)
    connect_for_reading(folder, any_schema=True).close()
    unreadable = 0
    with Archive.open(folder) as archive:
        if extract:
            unreadable += _extract_anew(archive)
        if judge:
            unreadable += _judge_anew(archive, lexicon)
    if unreadable:
        sys.exit(3)


def _bar(archive: Archive) -> tqdm[Any]:
    from tqdm import tqdm

    from newscrawler.reports.status import article_count

    return tqdm(total=article_count(archive.db), unit="article", disable=not sys.stderr.isatty())


def _report(line: str) -> None:
    click.echo(line, err=True)


def _extract_anew(archive: Archive) -> int:
    """How many pages could not be read."""
    from newscrawler.reprocess.extract import extract_articles

    with _bar(archive) as bar:
        counts = extract_articles(archive, bar.update, _report)
    done = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    click.echo(f"{sum(counts.values())} articles extracted anew{': ' + done if done else ''}", err=True)
    return counts["unreadable"]


def _judge_anew(archive: Archive, lexicon: Lexicon) -> int:
    """How many pages could not be read."""
    from newscrawler.crawl.session import utc_now
    from newscrawler.reprocess.judge import judge_articles, judge_pages

    with _bar(archive) as bar:
        counts = judge_articles(archive, lexicon, utc_now(), bar.update)
    counts += judge_pages(archive, lexicon, _report)
    judged = counts.pop("judged", 0)
    rest = "".join(f", {count} {name}" for name, count in sorted(counts.items()))
    click.echo(f"{judged} article{'' if judged == 1 else 's'} judged with lexicon {lexicon.version}{rest}", err=True)
    return counts["unreadable pages"]


@click.command()
@click.argument("decision", required=False, type=click.Choice(["keep", "drop"]), metavar="[keep|drop]")
@click.argument("ids", metavar="[ID]...", nargs=-1, type=int)
@options.archive_option
@click.option("-n", "--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="Show at most so many.")
@options.with_formats
def review(decision: str | None, ids: tuple[int, ...], folder: Path | None, limit: int, form: str | None) -> None:
    """Show the doubtful articles, or say of some that they are to be kept or dropped.

    \b
    newscrawler review                 what the lexicon could not call, newest first
    newscrawler review keep 12 17      these belong here
    newscrawler review drop 13         this does not: it leaves the reading list and the search

    What you say is remembered; no crawl and no `newscrawler reprocess` changes it.
    """
    from newscrawler.crawl.session import utc_now
    from newscrawler.reports.review import DoubtfulArticle, doubtful_articles
    from newscrawler.storage import verdicts
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.connect import connect_for_reading

    folder = options.archive_folder(folder)
    if decision:
        if not ids:
            raise click.UsageError(f"name the articles to {decision}; `newscrawler review` shows the ids")
        connect_for_reading(folder, any_schema=True).close()
        with Archive.open(folder) as archive, archive.transaction():
            number = verdicts.review(archive.db, ids, decision, utc_now())
        click.echo(f"{number} article{'' if number == 1 else 's'} to {decision}, remembered", err=True)
        return
    names = [each.name for each in fields(DoubtfulArticle)]
    rows = [astuple(each) for each in doubtful_articles(options.open_for_reading(folder), limit)]
    shown = names if form else names[:-1]  # no address in a table for people
    if not print_rows(shown, (row[: len(shown)] for row in rows), form) and form is None:
        click.echo("Nothing is doubtful.", err=True)


COMMANDS = [reprocess, review]
