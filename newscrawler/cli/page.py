"""page: the bytes or headers of a stored page, as they came."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.cli.output import printable
from newscrawler.errors import ArchiveError

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawler.storage.articles.pages import StoredPage

WITHDRAWN = "the text of article {} was withdrawn, as its publisher asks (`newscrawler help rights`)"


@dataclass(frozen=True, slots=True)
class Which:
    """Which page: of a revision (None: of the article as it is), by its own number, also of a withdrawn text."""

    revision: int | None
    capture: bool
    withdrawn: bool


@click.command()
@click.argument("number", metavar="ID", type=int)
@options.archive_option
@click.option("--headers", is_flag=True, help="Print the record's and the answer's headers instead of the page.")
@click.option("--revision", metavar="REV", type=int, help="The page that brought this revision of the article.")
@click.option("--capture", is_flag=True, help="ID is the number of a page, a row of `pages`, and not of an article.")
@click.option("--withdrawn", is_flag=True, help="Also where the text was withdrawn, as its publisher asked.")
@options.as_record("which", Which)
def page(number: int, folder: Path | None, headers: bool, which: Which) -> None:
    """Print the stored page that an article is from.

    Its bytes are as they came, with their content coding undone.

    \b
    newscrawler page 4711 > page.html
    newscrawler page 4711 --headers
    newscrawler page 4711 --revision 9        as it was at an earlier state
    newscrawler page 812 --capture            any page that is stored, also of a link that holds no article
    """
    if which.capture and which.revision is not None:
        raise click.UsageError("--revision is of an article; leave out --capture")
    from newscrawler.storage.archive import PAGES
    from newscrawler.storage.articles import pages
    from newscrawler.storage.articles.pages import withdrawn_article
    from newscrawler.storage.warc.checks import where_it_is
    from newscrawler.storage.warc.reading import http_parts, read_record

    folder = options.archive_folder(folder)
    db = options.open_for_reading(folder)
    stored = _stored(db, number, which.revision, capture=which.capture)
    if not (which.withdrawn or headers) and (article := withdrawn_article(db, stored.id)) is not None:
        raise ArchiveError(f"page {stored.id}: {WITHDRAWN.format(article)}; --withdrawn prints it nevertheless")
    try:
        record = read_record(folder / PAGES, *stored.place)
    except ArchiveError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise ArchiveError(f"{error}; {where_it_is(db, stored.place[0])}") from error
        raise
    status, answer, body = http_parts(record.block)
    if not headers:
        sys.stdout.buffer.write(body)
        return
    where = pages.place_of(db, stored.warc_file) or "pages"
    place = f"{where}/{stored.warc_file} offset {stored.warc_offset} length {stored.warc_length}"
    click.echo(printable(f"# page {stored.id}, {place}"))
    for name, value in record.headers:
        click.echo(printable(f"{name}: {value}"))
    click.echo(f"\n# HTTP {status}")
    for name, value in answer:
        click.echo(printable(f"{name}: {value}"))


def _stored(db: Database, number: int, revision: int | None, *, capture: bool) -> StoredPage:
    """Raises ArchiveError where there is no such page."""
    from newscrawler.storage.articles import pages

    if any(each is not None and not 0 < each < 2**63 for each in (number, revision)):
        raise ArchiveError(f"there is no article {number}; `newscrawler search` shows the ids")
    if capture:
        found, missing = pages.page(db, number), f"there is no page {number}"
    elif revision is not None:
        found = pages.page_of_revision(db, number, revision)
        missing = f"article {number} has no revision {revision} with a stored page; `newscrawler show {number}` lists them"
    else:
        found = pages.page_of_article(db, number)
        missing = f"there is no article {number} with a stored page; `newscrawler search` shows the ids"
    if found is None:
        raise ArchiveError(missing)
    return found


COMMANDS = [page]
