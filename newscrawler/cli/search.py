"""search: what is asked for, in one archive or several, for people and for programs."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.cli.output import print_rows, printable, render_snippet
from newscrawler.cli.query_words import QueryCommand
from newscrawler.dates import day_shown
from newscrawler.errors import ArchiveError, QueryError
from newscrawler.search import several
from newscrawler.search.editing import with_dates
from newscrawler.search.export import ExportRequest
from newscrawler.search.following import save
from newscrawler.search.ranking import Count, Hit, Listing
from newscrawler.search.saved import checked_name, saved_search

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawler.search.parts import Part
    from newscrawler.search.query import Query
    from newscrawler.search.several import Shown

SHOWN = 20  # hits, on a terminal, unless told


def _print_hits(hits: list[Shown[Hit]], *, are_of_several: bool) -> None:
    for each in hits:
        hit = each.hit
        where = f"{printable(str(each.part.folder))}  " if are_of_several else ""
        when = day_shown(hit.published, hit.modified, hit.first_seen)
        copies = f" (story {hit.story}: {hit.carried_by} carry it)" if hit.carried_by > 1 else ""
        click.echo(f"{where}{hit.id}  {click.style(printable(hit.title or '(no title)'), bold=True)}{copies}")
        near = f"  {hit.how_near}" if hit.how_near else ""
        also = f"  also in {printable(', '.join(map(str, each.also_in)))}" if each.also_in else ""
        click.echo(f"    {when}  {hit.source}  {hit.url}{near}{also}")
        click.echo(f"    {render_snippet(hit.snippet)}\n")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What `search` was asked for."""

    query: tuple[str, ...]
    like: str | None
    since: str | None
    until: str | None
    limit: int | None
    newest: bool
    every_copy: bool
    with_text: bool
    bom: bool
    counted: bool

    def listing(self) -> Listing:
        return Listing(self.limit or SHOWN, 0, self.newest, self.every_copy)

    def export(self, query: Query) -> ExportRequest:
        return ExportRequest(query, self.every_copy, self.with_text)

    def text(self) -> str:
        """The query with --like, --since and --until in it.  Raises UsageError where it is missing."""
        if not self.query and not self.like:
            raise click.UsageError("Missing argument '[QUERY]...': give words, filters, or --like TEXT")
        text = " ".join(self.query)
        if self.like:
            said = self.like.replace('"', " ")
            text = f'{text} like:"{said}"'.strip()
        return with_dates(text, self.since, self.until)


def _each_once(ctx: click.Context, parameter: click.Parameter, folders: tuple[Path, ...]) -> tuple[Path, ...]:
    seen: dict[Path, Path] = {}
    for each in folders:
        if (there := seen.setdefault(each.resolve(), each)) is not each:
            raise click.BadParameter(f"{each} is named twice (as {there}); name each archive once", ctx, parameter)
    return folders


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1)
@click.option(
    "--archive", "folders", metavar="DIR", multiple=True, type=click.Path(path_type=Path), callback=_each_once,
    help="An archive's folder; several, one search in all of them.  [default: archive]",
)  # fmt: skip
@click.option("--like", metavar="TEXT|ID", help="What says nearly this, in whatever language; with words, too.")
@click.option(
    "-n", "--limit", type=click.IntRange(1, 1000), help="So many at most, best first: 20 are shown, files have all hits."
)
@click.option("--newest", is_flag=True, help="Newest first instead of best first.")
@options.since_option("Only what was published since", as_typed=True)
@options.until_option("Only what was published until then", as_typed=True)
@click.option("--every-copy", is_flag=True, help="Show each article, not each story once.")
@click.option("--text", "with_text", is_flag=True, help="Put the whole text of each article into a file, too.")
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, by which spreadsheets know UTF-8.")
@click.option("--count", "counted", is_flag=True, help="Count articles and stories, every one, instead of showing them.")
@click.option("--save", "name", metavar="NAME", help="Save the query under a name: `alerts` and the web's feeds watch it.")
@options.with_formats
@options.as_record("request", SearchRequest)
def search(request: SearchRequest, folders: tuple[Path, ...], name: str | None, form: str | None) -> None:
    """Search titles, leads, texts and authors; what several sources carry is shown once.

    \b
    newscrawler search ministers paris        both words
    newscrawler search '"joint patrol"'       the phrase
    newscrawler search 'fregat* OR frigat*'   either beginning
    newscrawler search nato -sport            without a word (-- before all of it where an option has its name: -- -n)
    newscrawler search '(nato summit) OR otan'   brackets group
    newscrawler search 'frigates NEAR/5 yards'   at most five words between the two

    \b
    title:frigate        in the headline      lang:fr              in French
    source:bbc           by id or name        country:france       of publishers there
    topic:sanctions      what it is about     mentions:ukraine     whom it names
    by:"jane doe"        its authors          type:opinion         kind of article
    kind:newspaper       of such publishers   site:gov.uk          at addresses there
    since:7d             or since:2026-11     until:2026-11-20     both ends included
    changed:7d           edited since then    gone:yes             taken away
    words:>300           so long              paywall:no           free to read
    story:42             the copies of one story
    event:12             the stories of an event   like:"mines at sea"  by meaning (or an article's number)

    With several --archive it is one search in all of them; each hit stands with its archive, and is there once.
    Two sources, countries, languages or types are alternatives; all else must hold.  -topic:sport leaves out.
    --csv, --json and --nl give all hits, the last to arrive first, however many; with -n or --newest those, in that order.
    `newscrawler help search` has all of it.
    """
    parts = _understood(request, folders or (options.archive_folder(None),))
    if name is not None:
        if len(parts) > 1:
            raise click.UsageError("--save is of one archive, which `alerts` watches; name one --archive")
        _save(parts[0].folder, name, parts[0].query)
    if request.counted:
        _print_count(several.count(parts), form)
    elif form is None:
        hits = several.page(parts, request.listing())
        _print_hits(hits, are_of_several=len(parts) > 1)
        _print_end(parts, request, len(hits))
    else:
        if request.bom and form == "csv":
            click.echo("\ufeff", nl=False)
        if not print_rows(_columns(parts, request), _rows(parts, request), form):
            click.echo("Nothing found.", err=True)


def _understood(request: SearchRequest, folders: Sequence[Path]) -> list[Part]:
    """The query, as each archive understands it; what none does is said."""
    parts = several.parts_of(request.text(), [(each, options.open_for_reading(each)) for each in folders])
    for remark in (*several.remarks(parts), *several.doubts(parts)):
        click.echo(remark, err=True)
    if not any(each.query.fts or each.query.filters for each in parts):
        asked = repr(parts[0].query.text)
        raise click.UsageError(f"{asked} asks for nothing; give words, a phrase in quotes, or a filter such as since:7d")
    return parts


def _columns(parts: Sequence[Part], request: SearchRequest) -> tuple[str, ...]:
    columns = request.export(parts[0].query).columns
    return columns if len(parts) == 1 else ("archive", "also_in", *columns)


def _rows(parts: Sequence[Part], request: SearchRequest) -> Iterator[tuple[object, ...]]:
    """All hits for programs, or those that were asked for; of several archives with the folders that each is in."""
    export = request.export(parts[0].query)
    if request.limit is None and not request.newest:
        found = several.every(parts, export)
    else:
        found = several.articles(parts, request.listing(), export)
    at = export.columns.index("snippet")
    for each in found:
        cells = export.cells(each.hit)
        row = (*cells[:at], render_snippet(each.hit.snippet, plain=True), *cells[at + 1 :])
        yield row if len(parts) == 1 else (str(each.part.folder), tuple(map(str, each.also_in)), *row)


def _print_count(count: Count, form: str | None) -> None:
    if form is not None:
        print_rows(("articles", "stories"), [(count.articles, count.stories)], form)
        return
    plural = "story" if count.stories == 1 else "stories"
    click.echo(f"{count.articles} article{'' if count.articles == 1 else 's'} in {count.stories} {plural}")


def _print_end(parts: Sequence[Part], request: SearchRequest, number: int) -> None:
    """Say what was not shown, and what may have been meant where nothing was."""
    if not number:
        click.echo("Nothing found.", err=True)
        for why in several.unlike(parts):
            click.echo(why, err=True)
        for text in several.meant(parts):
            click.echo(f"Did you mean {text}?", err=True)
    elif number == request.listing().limit:
        click.echo(f"{number} are shown; -n shows more, --count counts them, --csv, --json and --nl give all.", err=True)


def _save(archive: Path, name: str, query: Query) -> None:
    """Save a query.  What it filters by in words of today (7d) is meant anew each day."""
    if query.like:
        raise click.UsageError("like: has no end, everything is more or less near; save words, filters or an event:")
    if not query.fts and not query.filters:
        raise QueryError(f"{query.text!r} finds nothing and was not saved")
    db = options.open_for_writing(archive)
    there = saved_search(db, checked_name(name))
    if there is not None and there.query != query.text:
        raise ArchiveError(f"{name} is saved as {there.query}; `newscrawler alerts --forget {shlex.quote(name)}` makes room")
    if there is None:
        save(db, name, query.text, datetime.now(UTC))
    click.echo(f"saved {name}: {query.text}", err=True)


COMMANDS = [search]
