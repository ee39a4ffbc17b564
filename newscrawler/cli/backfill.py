"""backfill: a source's past into the archive."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli import options
from newscrawler.cli.output import print_rows
from newscrawler.cli.stopping import INTERRUPTED, end_process
from newscrawler.errors import NewscrawlerError
from newscrawler.scheduling.backfill import is_feed, plan
from newscrawler.sources import select

if TYPE_CHECKING:
    from newscrawler.items import Source
    from newscrawler.scheduling.backfill import Step
    from newscrawler.storage.archive import Archive

EARLIEST = date(1990, 1, 1)


def _dates(since: str, until: str | None) -> tuple[date, date]:
    """The two dates, checked.  Raises UsageError for a range that cannot be."""
    today = datetime.now(UTC).date()
    first, last = date.fromisoformat(since), date.fromisoformat(until) if until else today
    if until and first > last:
        raise click.UsageError(f"--since {first} is after --until {last}; exchange them")
    if first > today:
        raise click.UsageError(f"--since {first} is in the future; nothing is there yet")
    if first < EARLIEST:
        raise click.UsageError(f"--since {first} is before {EARLIEST}, and so before the web")
    if last > today:
        click.echo(f"--until {last} is in the future; taken as today, {today}", err=True)
    return first, min(last, today)


@dataclass(frozen=True, slots=True)
class BackfillRequest:
    """What is to be fetched: articles of a source between two dates, at most so many; `undated`: also what nothing dates."""

    name: str
    since: str
    until: str | None
    undated: bool
    limit: int | None
    file: str | None


@dataclass(frozen=True, slots=True)
class Mode:
    """Whether to begin unasked, to show the plan only, or the report only."""

    yes: bool
    dry_run: bool
    report: bool


@dataclass(frozen=True, slots=True)
class BackfillPlan:
    """The steps to begin with, and the first and last day."""

    source: Source
    steps: tuple[Step, ...]
    dates: tuple[date, date]


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """What the archive knows of a source before a backfill: articles a day, and its robots.txt's Crawl-delay in seconds."""

    pace: tuple[float, float] | None = None
    delay: float = 0.0


def _archive_facts(folder: Path, source: Source, agent: str) -> ArchiveFacts:
    """As far as there is an archive that has met the source."""
    from newscrawler.storage.sites import backfills

    try:
        db = options.open_for_reading(folder)
    except NewscrawlerError:
        return ArchiveFacts()
    return ArchiveFacts(backfills.pace(db, source.id), backfills.crawl_delay(db, source.home, agent))


def _plural(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _show_plan(planned: BackfillPlan, known: ArchiveFacts, delay: float) -> None:
    source, steps, dates = planned.source, planned.steps, planned.dates
    kinds = Counter(step.kind for step in steps)
    days = (dates[1] - dates[0]).days + 1
    click.echo(f"{source.name}: {dates[0]} to {dates[1]}, {_plural(days, 'day')}", err=True)
    for kind, number in kinds.items():
        example = next(step.url for step in steps if step.kind == kind)
        click.echo(f"  {number:>5} x {kind}, such as {example}", err=True)
    click.echo(
        f"  {_plural(len(steps), 'request')} to begin with, then what these lead to, and one for each new article", err=True
    )
    seconds = max(delay, known.delay)
    if known.pace is not None:
        articles = round(days * (5 * known.pace[0] + 2 * known.pace[1]) / 7)
        total, how = len(steps) + articles, f"about {_plural(articles, 'article')} by the source's own pace"
    else:
        total, how = len(steps), "how much it publishes is not known yet"
    source_of_delay = "the Crawl-delay of its robots.txt" if known.delay > delay else "our delay"
    click.echo(
        f"  estimate: {_plural(total, 'request')}{' at least' if known.pace is None else ''} ({how}), "
        f"{max(1, round(total * seconds / 60))} min at {seconds:g} s each ({source_of_delay})",
        err=True,
    )
    if all(map(is_feed, steps)):
        click.echo("  only feeds, and they hold the latest only: an endpoint with a past would do more", err=True)


@click.command()
@click.argument("name", metavar="SOURCE")
@options.since_option("The first day", required=True)
@options.until_option("The last day", default="today")
@click.option("--yes", is_flag=True, help="Begin without asking.")
@click.option("--dry-run", is_flag=True, help="Show the plan and its cost only.")
@click.option("--report", is_flag=True, help="Show the coverage that the archive has of it, and ask nobody.")
@click.option("--undated", is_flag=True, help="Also links that nothing dates, of sitemaps and listings.")
@click.option(
    "--limit", type=click.IntRange(min=0), metavar="N", help="Fetch at most N articles now; run it again for the rest."
)
@click.option("--catalogue", "file", metavar="FILE", help="The source is in this TOML file.")
@options.archive_option
@options.with_formats
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Set a Scrapy setting for this run.")
@options.as_record("request", BackfillRequest)
@options.as_record("mode", Mode)
def backfill(request: BackfillRequest, mode: Mode, folder: Path | None, form: str | None, pairs: tuple[str, ...]) -> None:
    """Fetch what a SOURCE published between two dates.

    Plans from date templates, sitemaps, WordPress, query APIs and listings, shows the plan and its cost, asks, and goes on
    where an earlier run of the same dates ended.  Ends with a report for each day: found, stored, pending, gaps.
    """
    from newscrawler.cli.crawl import scrapy_settings

    first, last = _dates(request.since, request.until)
    (source,) = select(options.catalogue(request.file), [request.name])
    folder = options.archive_folder(folder)
    if mode.report:
        sys.exit(_report(folder, source.id, first, last, form))
    planned = BackfillPlan(source, tuple(plan(source.endpoints, first, last)), (first, last))
    if not planned.steps:
        raise NewscrawlerError(
            f"{source.id} has no endpoint that could be asked; `newscrawler sources --state all` shows its state"
        )
    settings = scrapy_settings(pairs, 0)
    known = _archive_facts(folder, source, settings["USER_AGENT"])
    _show_plan(planned, known, settings.getfloat("DOWNLOAD_DELAY"))
    if mode.dry_run:
        return
    if not mode.yes:
        click.confirm("Begin?", abort=True, err=True)
    code = _run(folder, planned, settings, request)
    _report(folder, source.id, first, last, form)
    sys.exit(code)


def _begin(archive: Archive, planned: BackfillPlan, *, undated: bool) -> int:
    from newscrawler.crawl.session import utc_now
    from newscrawler.storage.sites import backfills
    from newscrawler.storage.sites import sources as stored_sources

    source = planned.source
    stored_sources.sync_sources(archive, [source])
    backfill_id = backfills.begin(archive, source.id, planned.dates, utc_now(), undated=undated)
    backfills.prepare(archive, backfill_id, backfills.with_learnt(archive, source.id, planned.steps))
    return backfill_id


def _run(folder: Path, planned: BackfillPlan, settings: Any, request: BackfillRequest) -> int:
    from newscrawler.cli.crawl import open_session, run_spider, summary
    from newscrawler.crawl.session import utc_now
    from newscrawler.spiders.backfill import BackfillSpider
    from newscrawler.storage.sites import backfills

    source, dates = planned.source, planned.dates
    session = open_session(folder, (source,), settings, f"backfill {source.id} --since {dates[0]} --until {dates[1]}")
    try:
        backfill_id = _begin(session.archive, planned, undated=request.undated)
    except NewscrawlerError:
        session.archive.close()
        raise
    steps_failed: list[tuple[str, str]] = []
    states: dict[str, int] = {}
    left: list[int] = []

    def epilogue(archive: Archive) -> None:
        backfills.cover(archive, backfill_id, utc_now())
        states.update(backfills.step_states(archive, backfill_id))
        left.append(backfills.count_undated(archive, backfill_id))
        steps_failed.extend(backfills.failed_steps(archive, backfill_id))

    session.epilogue = epilogue
    arguments = {"backfill_id": backfill_id, "since": dates[0], "until": dates[1]}
    run_spider(session, settings, BackfillSpider, **arguments, limit=request.limit, undated=request.undated)
    click.echo(summary(session), err=True)
    for url, error in steps_failed:
        click.echo(f"failed: {error}: {url}", err=True)
    if any(left):
        click.echo(f"left out: {_plural(left[0], 'link')} that nothing dates; --undated fetches them too", err=True)
    code = session.exit_code()
    if code == INTERRUPTED:
        end_process()
    if code == 0 and states.get("failed"):
        code = 3 if states.get("done") else 4
    return code


def _report(folder: Path, source_id: str, first: date, last: date, form: str | None) -> int:
    """Print the coverage by day.  Raises NewscrawlerError where there was no such backfill."""
    from newscrawler.reports.coverage import coverage

    report = coverage(options.open_for_reading(folder), source_id, first, last)
    rows = [astuple(each) for each in report.days]
    shown = [(*each[:4], ("gap" if each[4] else "") if form is None else each[4]) for each in rows]
    print_rows(("day", "found", "stored", "pending", "gap"), shown, form)
    found, stored, pending, gap = (sum(each[index] for each in rows) for index in (1, 2, 3, 4))
    like = "looks like a gap" if gap == 1 else "look like gaps"
    by_link = f"; {report.by_link} by the day that a sitemap or list says, their pages state none" if report.by_link else ""
    tail = "" if report.finished else "; not finished: run it again to go on"
    click.echo(
        f"{found} found, {stored} stored, {pending} to be fetched, {_plural(gap, 'day')} {like}{by_link}{tail}",
        err=True,
    )
    return 0


COMMANDS = [backfill]
