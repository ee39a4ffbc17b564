"""search, sql, status: the archive on a terminal."""

from __future__ import annotations

import difflib
import json
import shlex
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.cli.judge import unread_note
from newscrawler.cli.output import HIT_FIELDS, hit_row, print_rows, printable, render_snippet
from newscrawler.dates import day_shown
from newscrawler.errors import ArchiveError, QueryError
from newscrawler.reports.queries import bind_parameters, canned_queries
from newscrawler.reports.sql import read_sql
from newscrawler.reports.status import archive_status, source_languages
from newscrawler.search.date_ranges import parse_date_range
from newscrawler.search.query import Query, compile_query, with_filter
from newscrawler.search.ranking import Hit, Listing
from newscrawler.search.ranking import search as search_archive
from newscrawler.search.saved import checked_name, save, saved_search
from newscrawler.search.vocabulary import vocabulary

if TYPE_CHECKING:
    from newscrawler.reports.queries import CannedQuery
    from newscrawler.reports.status import ArchiveStatus


def _print_hits(hits: list[Hit]) -> None:
    for hit in hits:
        when = day_shown(hit.published, hit.modified, hit.first_seen)
        copies = f" (story {hit.story}: {hit.carried_by} carry it)" if hit.carried_by > 1 else ""
        click.echo(f"{hit.id}  {click.style(printable(hit.title or '(no title)'), bold=True)}{copies}")
        click.echo(f"    {when}  {hit.source}  {hit.url}")
        click.echo(f"    {render_snippet(hit.snippet)}\n")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What `search` was asked for."""

    query: tuple[str, ...]
    since: str | None
    limit: int
    newest: bool
    every_copy: bool

    def text(self) -> str:
        """The query with --since in it.  Raises BadParameter where that is no date or span."""
        text = " ".join(self.query)
        if not self.since:
            return text
        if not parse_date_range(self.since, datetime.now(UTC).date()):
            wanted = "a date such as 2026-11-01 nor a span such as 7d, 2w, 6m or 1y"
            raise click.BadParameter(f"{self.since!r} is neither {wanted}", param_hint="--since")
        return with_filter(text, "since", self.since)


@click.command()
@click.argument("query", nargs=-1, required=True)
@options.archive_option
@click.option("-n", "--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="Show at most so many.")
@click.option("--newest", is_flag=True, help="Newest first instead of best first.")
@click.option("--since", metavar="DATE|SPAN", help="Only what was published since (7d, 2w, 6m, 2026-11-01).")
@click.option("--every-copy", is_flag=True, help="Show each article, not each story once.")
@click.option("--save", "name", metavar="NAME", help="Save the query under a name: `alerts` and the web's feeds watch it.")
@options.with_formats
@options.as_record("request", SearchRequest)
def search(request: SearchRequest, folder: Path | None, name: str | None, form: str | None) -> None:
    """Search titles, leads, texts and authors; what several sources carry is shown once.

    \b
    newscrawler search ministers paris        both words
    newscrawler search '"joint patrol"'       the phrase
    newscrawler search 'fregat* OR frigat*'   either beginning
    newscrawler search 'nato -sport'          without a word (put -- before a query that begins with -)

    \b
    title:frigate        in the headline      lang:fr              in French
    source:bbc           by id or name        country:france       of publishers there
    topic:sanctions      what it is about     mentions:ukraine     whom it names
    by:"jane doe"        its authors          type:opinion         kind of article
    since:7d             or since:2026-11     until:2026-11-20     both ends included
    story:42             the copies of one story

    Two sources, countries, languages or types are alternatives; all else must hold.  -topic:sport leaves out.
    `newscrawler help search` has all of it.
    """
    db = options.open_for_reading(folder)
    compiled = compile_query(request.text(), vocabulary(db))
    for remark in compiled.remarks:
        click.echo(remark, err=True)
    if not compiled.fts and not compiled.filters:
        raise click.UsageError(
            f"{compiled.text!r} asks for nothing; give words, a phrase in quotes, or a filter such as since:7d"
        )
    if name is not None:
        _save(options.archive_folder(folder), name, compiled)
    hits = search_archive(db, compiled, Listing(request.limit, 0, request.newest, request.every_copy))
    if form is None:
        _print_hits(hits)
    else:
        print_rows(HIT_FIELDS, map(hit_row, hits), form)
    if not hits:
        click.echo("Nothing found.", err=True)


def _save(archive: Path, name: str, query: Query) -> None:
    """Save a query.  What it filters by in words of today (7d) is meant anew each day."""
    if not query.fts and not query.filters:
        raise QueryError(f"{query.text!r} finds nothing and was not saved")
    db = options.open_for_writing(archive)
    there = saved_search(db, checked_name(name))
    if there is not None and there.query != query.text:
        raise ArchiveError(f"{name} is saved as {there.query}; `newscrawler alerts --forget {shlex.quote(name)}` makes room")
    if there is None:
        save(db, name, query.text, datetime.now(UTC))
    click.echo(f"saved {name}: {query.text}", err=True)


def _list_queries(form: str | None) -> None:
    """The canned queries with their parameters, for people or for programs."""
    if form is not None:
        names = ("name", "title", "description", "parameters")
        print_rows(
            names, ((q.name, q.title, q.description, " ".join(p.name for p in q.parameters)) for q in _queries()), form
        )
        return
    for query in _queries():
        click.echo(f"{click.style(query.name, bold=True)}: {query.title}")
        click.echo(f"    {query.description}")
        for parameter in query.parameters:
            default = f" (default {parameter.default})" if parameter.default else ""
            click.echo(f"    -p {parameter.name} …  {parameter.description}{default}")


def _queries() -> list[CannedQuery]:
    return list(canned_queries().values())


@dataclass(frozen=True, slots=True)
class SqlRequest:
    """What `sql` was asked for."""

    query: str | None
    values: tuple[tuple[str, str], ...]

    def statement(self) -> tuple[str, dict[str, str]]:
        """SQL and its parameters: of a canned query, where a single word stands, else as typed.

        Raises UsageError where nothing was typed, QueryError for a name or a parameter that is not known.
        """
        if self.query is None:
            raise click.UsageError("name a query (--list shows them) or give SQL in quotation marks")
        name = self.query.strip()
        if len(name.split()) != 1:
            return self.query, dict(self.values)
        canned = canned_queries().get(name)
        if canned is None:
            near = difflib.get_close_matches(name, canned_queries(), 1, 0.6)
            hint = f"did you mean {near[0]}? " if near else ""
            raise QueryError(f"there is no query named {name}; {hint}`newscrawler sql --list` shows them")
        return canned.sql, bind_parameters(canned, dict(self.values))


@click.command()
@click.argument("query", required=False)
@options.archive_option
@click.option("-p", "--param", "values", nargs=2, multiple=True, metavar="NAME VALUE", help="Tell a query a parameter.")
@click.option("--list", "listed", is_flag=True, help="List the canned queries and their parameters.")
@click.option("--show", "shown", is_flag=True, help="Print the SQL of a canned query instead of running it.")
@options.with_formats
@options.as_record("request", SqlRequest)
def sql(request: SqlRequest, folder: Path | None, listed: bool, shown: bool, form: str | None) -> None:
    """Run a canned query by its name, or SQL of your own; read-only.

    \b
    newscrawler sql --list                                        the queries that analysts ask
    newscrawler sql most_carried_stories                          one of them, with its defaults
    newscrawler sql who_mentions_whom -p name Ukraine -p days 7   told what to look at
    newscrawler sql "select count(*) from articles"               your own

    `newscrawler help tables` describes the tables and views; the page /schema of `newscrawler serve` shows them.
    """
    if listed:
        _list_queries(form)
        return
    statement, parameters = request.statement()
    if shown:
        click.echo(statement)
        return
    with read_sql(options.open_for_reading(folder).conn, statement, parameters) as table:
        number = print_rows(table.columns, table.rows, form)
    if form is None:
        click.echo(f"{number} row{'' if number == 1 else 's'}", err=True)


@click.command()
@options.archive_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.option("--strict", is_flag=True, help="Exit with 3 where a source is in trouble (for cron).")
@click.pass_context
def status(ctx: click.Context, folder: Path | None, as_json: bool = False, strict: bool = False) -> None:
    """Say what is in the archive, what waits, and which sources fail or are in trouble.

    Trouble is named: dead, unreachable, refused, block-page (a feed that became something else), frozen (answers, but
    brings nothing new), empty, soft-404, thin (texts that lost half their length), undated.
    """
    db = options.open_for_reading(folder)
    state = archive_status(db)
    if as_json:
        click.echo(json.dumps(asdict(state), ensure_ascii=False, indent=2))
    else:
        _print_status(state)
        if note := unread_note(source_languages(db)):
            click.echo(note)
    if strict and state.findings:  # one failure may be an accident; what is none has a finding
        ctx.exit(3)


def _print_status(state: ArchiveStatus) -> None:
    click.echo(
        f"{state.articles} articles in {state.stories} stories from {state.sources} sources, "
        f"{state.revisions} revisions, {state.pages} raw pages; latest {state.latest or 'none yet'}"
    )
    links = ", ".join(f"{number} {name}" for name, number in state.links.items())
    again = f", next look at a known article {state.next_visit}" if state.next_visit else ""
    click.echo(f"links: {links or 'none'}; next endpoint due {state.next_poll or 'now'}{again}")
    if state.runs:
        click.echo()
        rows = [
            (r.id, r.started, r.finished or "not finished", r.command, r.exit_code, _counts(r.counts)) for r in state.runs
        ]
        print_rows(("run", "started", "finished", "command", "exit", "counts"), rows, None)
    if state.failing:
        click.echo()
        for each in state.failing:
            click.echo(f"failing: {each.source_id}: {each.reason} ({each.failures} in a row) {each.url}")
    for finding in state.findings:
        url = f" {finding.url}" if finding.url else ""
        click.echo(f"{finding.kind}: {finding.source_id}: {finding.detail}{url}")
    for host in state.waiting:
        click.echo(f"waiting: {host.host} waits until {host.not_before} ({host.reason})")


def _counts(counts: str) -> str:
    return ", ".join(f"{number} {name}" for name, number in json.loads(counts).items())


COMMANDS = [search, sql, status]
