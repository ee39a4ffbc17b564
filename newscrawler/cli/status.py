"""status: what is in the archive, what waits, and which sources are in trouble."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.cli.judge import unread_languages, unread_note
from newscrawler.cli.output import print_rows, printable
from newscrawler.reports.rights import all_standings, reserving
from newscrawler.reports.status import archive_status, languages_at_hand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.reports.queue import Queue
    from newscrawler.reports.rights import Reserving
    from newscrawler.reports.status import ArchiveStatus

RESERVING_SHOWN = 5  # sources
_STANDINGS = {"licence": "under a licence"}


@click.command()
@options.archive_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.option("--strict", is_flag=True, help="Exit with 3 where a source is in trouble (for cron).")
@click.option("--engine", metavar="URL", help="Of many machines: workers, hosts and lag, instead of the archive (scaling).")
@click.option("--name", default="newscrawler", show_default=True, metavar="NAME", help="What the engine's keys begin with.")
@click.pass_context
def status(ctx: click.Context, /, folder: Path | None, engine: str | None, name: str, **shown: bool) -> None:
    """Say what is in the archive, what waits, and which sources fail or are in trouble.

    Trouble is named: dead, unreachable, refused, block-page (a feed that became something else), frozen (answers, but
    brings nothing new), empty, soft-404, thin (texts that lost half their length), undated.
    """
    as_json, strict = shown["as_json"], shown["strict"]
    if engine is not None:
        from newscrawler.cli.engine import print_engine

        print_engine(engine, name, as_json=as_json)
        return
    db = options.open_for_reading(folder)
    state, now = archive_status(db), datetime.now(UTC)
    if as_json:
        notes = {
            "languages_without_lexicon": unread_languages(languages_at_hand(db)),
            "rights": all_standings(db),
            "reserved": [asdict(each) for each in reserving(db, now)],
        }
        click.echo(json.dumps(asdict(state) | notes, ensure_ascii=False, indent=2))
    else:
        _print_status(state)
        for line in _rights(all_standings(db), reserving(db, now, RESERVING_SHOWN)):
            click.echo(printable(line))
        if note := unread_note(languages_at_hand(db)):
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
    for queue in state.queues:
        click.echo(_queue_line(queue))


def _rights(standings: dict[str, int], sources: list[Reserving]) -> Iterator[str]:
    """How many articles are reserved, of which sources most, and by what."""
    if standings:
        told = ", ".join(f"{number:,} {_STANDINGS.get(name, name)}" for name, number in standings.items())
        yield f"rights: {told} (`newscrawler help rights`)"
    for each in sources:
        yield f"reserved: {each.source_id}: {each.articles:,}; the newest by {each.by or 'what is not stated any more'}"


def _queue_line(queue: Queue) -> str:
    """What is to be said of a source's links: that nobody asks for them, or that there was no room for some."""
    wait = f"{queue.waiting:,} link{' waits' if queue.waiting == 1 else 's wait'}"
    if queue.is_parked:
        return f"parked: {queue.source_id}: {wait}, and the source is in no catalogue any more"
    return (
        f"queue: {queue.source_id}: {wait}, {queue.left_out:,} new ones were left out; `newscrawler backfill` fetches a past"
    )


def _counts(counts: str) -> str:
    return ", ".join(f"{number} {name}" for name, number in json.loads(counts).items())


COMMANDS = [status]
