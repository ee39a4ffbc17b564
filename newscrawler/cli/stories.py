"""stories: which texts several addresses carry, who was first, and why we think so."""

from __future__ import annotations

import sys
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.cli.output import print_rows
from newscrawler.dates import day_shown
from newscrawler.errors import ArchiveError
from newscrawler.reports.status import article_count
from newscrawler.reports.stories import current_id, members, most_carried
from newscrawler.storage.database.connect import connect_for_reading

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawler.reports.stories import StoryMember


@dataclass(frozen=True, slots=True)
class StoryFilter:
    """Which of the most carried stories: at most so many, first seen since a date."""

    limit: int
    since: str | None


@click.command()
@click.argument("story_id", metavar="[ID]", type=int, required=False)
@options.archive_option
@click.option("-n", "--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Show at most so many.")
@options.since_option("Only what was seen first since")
@click.option("--rebuild", is_flag=True, help="Find all copies anew; articles, revisions and pages stay as they are.")
@options.with_formats
@options.as_record("wanted", StoryFilter)
def stories(story_id: int | None, folder: Path | None, wanted: StoryFilter, rebuild: bool, form: str | None) -> None:
    """Show the stories that most addresses carry, or all articles of one story.

    \b
    newscrawler stories                 the most carried ones
    newscrawler stories 12              who carries story 12, who was first, and why
    newscrawler stories --rebuild       after an upgrade: find all copies anew

    A story is one text, whoever carries it: whole, trimmed, re-headlined or edited. Nothing is deleted for it.
    """
    if rebuild:
        if story_id is not None:
            raise click.UsageError("--rebuild goes over all stories; leave the ID out")
        _rebuild(options.archive_folder(folder))
        return
    db = options.open_for_reading(folder)
    if story_id is not None:
        _print_story(db, story_id, form)
        return
    rows = [astuple(each) for each in most_carried(db, since=wanted.since, limit=wanted.limit)]
    number = print_rows(("story", "articles", "sources", "first_seen", "original", "title"), rows, form)
    if form is None and not number:
        click.echo("No story is carried by more than one address.", err=True)


def _print_story(db: Database, story_id: int, form: str | None) -> None:
    number = current_id(db, story_id) if 0 < story_id < 2**63 else None
    if number is None:
        raise ArchiveError(f"there is no story {story_id}; `newscrawler stories` shows the numbers")
    if number != story_id:
        click.echo(f"story {story_id} is part of story {number} now", err=True)
    carried = members(db, number)
    if form is not None:
        names = ("id", "source", "title", "url", "published", "first_seen", "word_count", "original", "relation", "reason")
        print_rows(names, ([getattr(each, name) for name in names] for each in carried), form)
        return
    for each in carried:
        click.echo("\n".join(_lines(each)))


def _lines(member: StoryMember) -> list[str]:
    original = "  original" + (f": {member.original_because}" if member.original_because else "")
    when = member.published or day_shown(None, member.modified, member.first_seen)
    return [
        f"{member.id}  {click.style(member.title or '(no title)', bold=True)}{original if member.original else ''}",
        f"    {when}  {member.source}  {member.word_count} words  {member.url}",
        *([f"    {member.reason}"] if member.reason else []),
        "",
    ]


def _rebuild(folder: Path) -> None:
    from tqdm import tqdm

    from newscrawler.storage.archive import Archive
    from newscrawler.storage.articles.rebuild import rebuild

    connect_for_reading(folder, any_schema=True).close()  # an archive that is not there is not made
    with Archive.open(folder) as archive:
        total = article_count(archive.db)
        with tqdm(total=total, unit=" articles", disable=not sys.stderr.isatty(), leave=False) as bar:
            number, moved = rebuild(archive, bar.update)
    click.echo(f"articles: {total}, stories: {number}, articles that changed their story: {moved}")


COMMANDS = [stories]
