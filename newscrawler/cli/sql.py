"""sql: canned queries by their names, and SQL as it is typed."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.cli.output import print_rows
from newscrawler.errors import QueryError
from newscrawler.reports.queries import bind_parameters, canned_queries, countries_asked
from newscrawler.reports.sql import read_sql

if TYPE_CHECKING:
    from newscrawler.reports.queries import CannedQuery


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

    def statement(self) -> tuple[str, dict[str, str], list[str]]:
        """SQL, its parameters and the countries whose press it is about: of a canned query, where a single word stands,
        else as typed.

        Raises UsageError where nothing was typed, QueryError for a name or a parameter that is not known.
        """
        if self.query is None:
            raise click.UsageError("name a query (--list shows them) or give SQL in quotation marks")
        name = self.query.strip()
        if len(name.split()) != 1:
            return self.query, dict(self.values), []
        canned = canned_queries().get(name)
        if canned is None:
            near = difflib.get_close_matches(name, canned_queries(), 1, 0.6)
            hint = f"did you mean {near[0]}? " if near else ""
            raise QueryError(f"there is no query named {name}; {hint}`newscrawler sql --list` shows them")
        bound = bind_parameters(canned, dict(self.values))
        return canned.sql, bound, countries_asked(canned, bound)


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
    statement, parameters, countries = request.statement()
    if shown:
        click.echo(statement)
        return
    db = options.open_for_reading(folder)
    if countries:
        from newscrawler.reports.event_press import silence

        if silent := silence(db, countries):
            click.echo(silent, err=True)
    with read_sql(db.conn, statement, parameters) as table:
        number = print_rows(table.columns, table.rows, form)
        for remark in table.remarks:
            click.echo(remark, err=True)
    if form is None:
        click.echo(f"{number} row{'' if number == 1 else 's'}", err=True)


COMMANDS = [sql]
