"""crawl and save: pages into the archive."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli import options
from newscrawler.cli.events import say_what_waits
from newscrawler.cli.output import printable
from newscrawler.cli.stopping import INTERRUPTED, Stop, end_process, quieten
from newscrawler.dates import iso
from newscrawler.errors import FailureKind, NewscrawlerError
from newscrawler.sources import select

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import AsyncCrawlerProcess, Crawler
    from scrapy.settings import Settings

    from newscrawler.crawl.session import CrawlSession, Session
    from newscrawler.items import Decision, Lease, Source
    from newscrawler.storage.archive import Archive

CLOSING_SECONDS = 4.0  # after what is under way has had its time: to commit what is there, and close the archive

SPANS = ("_DELAY", "_TIMEOUT", "_INTERVAL", "_SECONDS")  # settings that are seconds, or parts of one


def scrapy_settings(pairs: tuple[str, ...], verbose: int) -> Settings:
    """Scrapy's settings: ours, then --set.  Raises UsageError for a --set that cannot be one."""
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("newscrawler.settings", priority="project")
    # without -v only bugs come through: whatever a source does wrong is an outcome of ours
    settings.set("LOG_LEVEL", ["ERROR", "INFO", "DEBUG"][min(verbose, 2)], priority="cmdline")
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip().isidentifier():
            raise click.UsageError(f"--set {pair!r}: write NAME=VALUE, for example --set DOWNLOAD_DELAY=2")
        if name.strip() not in settings:
            raise click.UsageError(f"--set {pair!r}: Scrapy has no setting {name.strip()}")
        usual = settings[name.strip()]
        try:
            settings.set(name.strip(), value, priority="cmdline")
            _read_as(usual, settings, name.strip())
        except (ValueError, TypeError) as error:
            raise click.UsageError(f"--set {pair!r}: {error}") from error
    return settings


def _read_as(usual: object, settings: Settings, name: str) -> None:
    """Read a setting as Scrapy will, as its usual value is.  Raises ValueError, TypeError for one of another kind."""
    match usual:
        case bool():
            settings.getbool(name)
        case int() if not name.endswith(SPANS):
            if settings.getint(name) < 1 and name == "NEWSCRAWLER_WORKERS":
                raise ValueError(f"{settings[name]} workers cannot extract anything; set 1 or more")
        case int() | float():
            settings.getfloat(name)
        case dict():
            settings.getdict(name)
        case list() if name == "NEWSCRAWLER_ALLOW_NETWORKS":
            for each in settings.getlist(name):
                ipaddress.ip_network(each)
        case str() if name.endswith("LOG_LEVEL") and settings[name] not in logging.getLevelNamesMapping():
            raise ValueError(f"{settings[name]!r} is none of {', '.join(logging.getLevelNamesMapping())}")


def run_spider(session: Session, settings: Settings, spider: Any = None, **arguments: Any) -> None:
    """Run a spider (the news spider, unless named) in this process until it is done; the session is closed afterwards.

    Raises NewscrawlerError where the crawl could not start (a setting of the wrong kind).
    """
    from scrapy.crawler import AsyncCrawlerProcess

    from newscrawler.spiders.news import NewsSpider

    try:
        process = AsyncCrawlerProcess(settings)
        crawler = process.create_crawler(spider or NewsSpider)
        crawler.session = session  # type: ignore[attr-defined]
        with stop_of(process, crawler).handling():
            try:
                crawl = process.crawl(crawler, **arguments)
                process.start(install_signal_handlers=False)
            finally:
                if session.interrupted:
                    quieten()
                # a second Ctrl-C stops the event loop where it stands; what was committed is kept
                session.abandon()
        if crawl.done() and not crawl.cancelled() and (error := crawl.exception()):
            raise error
    except (ValueError, TypeError, KeyError) as error:
        raise NewscrawlerError(f"the crawl could not start: {error}; is a --set of the wrong kind?") from error
    finally:
        session.abandon()


def stop_of(process: AsyncCrawlerProcess, crawler: Crawler) -> Stop:
    """What a signal does to the crawl of this process."""
    from twisted.internet import reactor

    from newscrawler.crawl.session import session_of

    session = session_of(crawler)

    async def stop() -> None:
        while crawler.engine is None or not crawler.engine.running:
            await asyncio.sleep(0.05)  # it is about to start, or ending already
        await process.stop()

    def ask() -> None:
        session.interrupted, session.told_to_stop = True, time.monotonic()
        reactor.callFromThread(lambda: asyncio.ensure_future(stop()))

    def end() -> None:
        session.told_twice = True
        reactor.callFromThread(process._stop_reactor)

    seconds = process.settings.getfloat("NEWSCRAWLER_SHUTDOWN_SECONDS") + CLOSING_SECONDS
    return Stop(ask, end, seconds=seconds, farewell=session.farewell)


def opened(folder: Path, ready: Callable[[], None]) -> Archive:
    """The archive opened for writing.  `ready` has whatever else is needed, and raises NewscrawlerError where that cannot
    be: before an archive is made, and of one that is there once nobody else writes it.
    """
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.database.connect import DATABASE

    if not (folder / DATABASE).exists():
        ready()
        return Archive.open(folder)
    archive = Archive.open(folder)
    try:
        ready()
    except BaseException:
        archive.close()
        raise
    return archive


def open_session(
    folder: Path,
    sources: tuple[Source, ...],
    settings: Settings,
    command: str,
    ready: Callable[[], None] = lambda: None,
) -> CrawlSession:
    """The archive opened for writing, with all that a crawl shares; `ready` as `opened` has it."""
    from newscrawler.crawl.beside import Beside
    from newscrawler.crawl.session import CrawlSession
    from newscrawler.crawl.workers import Workers
    from newscrawler.storage.database.connect import DATABASE

    if beat := settings["NEWSCRAWLER_BEAT"]:
        from newscrawler.config.lexicon import lexicon_of

        lexicon_of(beat)  # what is wrong with it is said now, not by every worker
    fresh = not (folder / DATABASE).exists()
    archive = opened(folder, ready)
    if archive.migrated and not fresh:
        click.echo(f"{folder}: brought to the current schema ({', '.join(archive.migrated)})", err=True)
    session = CrawlSession(archive, sources, command=command, workers=Workers(settings.getint("NEWSCRAWLER_WORKERS"), beat))
    if settings.getbool("NEWSCRAWLER_EVENTS"):
        session.beside = Beside(folder)
    return session


def closing_of(sources: tuple[Source, ...], known: tuple[Source, ...], *, is_all: bool) -> Callable[[Archive], None]:
    """What the archive is to be told at the end of a run over some `sources` of those that are `known`.

    `is_all`: what is not known is in no catalogue; else it may well be in another one.
    """
    from newscrawler.crawl.session import utc_now
    from newscrawler.sources import BY_HAND
    from newscrawler.storage.sites import findings
    from newscrawler.storage.sites import sources as stored_sources

    # what left the catalogue is nobody's trouble any more; what was named by hand is asked whatever its state
    asked = {*(each.id for each in (*sources, *known) if each.is_asked or each in sources), BY_HAND}

    def close(archive: Archive) -> None:
        findings.forget_others(archive, asked, utc_now())
        if is_all:
            stored_sources.retire_others(archive, {each.id for each in known})

    return close


def summary(session: CrawlSession) -> str:
    """The run in one line."""
    from newscrawler.crawl.lines import COLUMNS, counted, postponement
    from newscrawler.items import Outcome

    counts = session.tally.counts()
    asked = [tally for tally in session.tally.sources.values() if tally.answered or tally.failed]
    parts = [f"{counts[outcome]} {outcome.value}" for outcome in COLUMNS]
    if counts[Outcome.UNCHANGED]:
        parts.insert(2, f"{counts[Outcome.UNCHANGED]} unchanged")
    if counts[Outcome.GONE]:
        parts.append(f"{counts[Outcome.GONE]} gone")
    if counts[Outcome.RETRY]:
        parts.append(f"{counts[Outcome.RETRY]} to try again")
    failed, postponed = len(session.tally.failed_sources()), session.tally.postponed_sources()
    heard = f"{len(asked) - failed} of {len(asked)} sources answered; " if asked else ""
    waiting = f"; {counted(len(postponed), 'source')} {postponement(postponed)}" if postponed else ""
    return heard + ", ".join(parts) + waiting


def _is_offline(session: CrawlSession) -> bool:
    """Whether nobody answered anything: then it is not the sources."""
    failures = [tally.failure for tally in session.tally.sources.values() if tally.failure]
    silent = (FailureKind.OFFLINE, FailureKind.NO_ANSWER, FailureKind.ROBOTS_MISSING)
    return bool(failures) and all(each.kind in silent and each.status is None for each in failures)


def finish(session: CrawlSession, folder: Path, code: int) -> None:
    """Say how it went and leave with the exit code."""
    click.echo(summary(session), err=True)
    if session.fatal is not None:
        click.echo(f"newscrawler: {session.fatal}", err=True)
        click.echo("What was committed is kept; the rest is fetched by the next crawl.", err=True)
    elif session.bugs:
        click.echo(
            "newscrawler: a bug in newscrawler, see above; the links concerned are tried again by the next crawl.",
            err=True,
        )
    elif session.interrupted:
        click.echo(session.farewell, err=True)
    elif code == 4 and _is_offline(session):
        click.echo(
            "newscrawler: every source failed; check the network (proxy settings?). `newscrawler demo` works without one.",
            err=True,
        )
    if code == INTERRUPTED:
        end_process()
    sys.exit(code)


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--due", is_flag=True, help="Ask only endpoints whose time has come (for a schedule).")
@click.option("--catalogue", "file", metavar="FILE", help="Crawl the sources of this TOML file only.")
@options.archive_option
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Fetch at most N pages.")
@options.since_option("Leave links alone that are stated to be older")
@click.option("--no-revisits", is_flag=True, help="Look at no known article again (`newscrawler help revisions`).")
@options.log_option
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Set a Scrapy setting for this run.")
@click.option("-v", "--verbose", count=True, help="Scrapy's log on stderr; -vv for all of it.")
def crawl(
    names: tuple[str, ...],
    due: bool,
    file: str | None,
    folder: Path | None,
    limit: int | None,
    since: str | None,
    no_revisits: bool,
    pairs: tuple[str, ...],
    verbose: int,
) -> None:
    """Fetch what is new from the SOURCEs named, or from all.

    Asks the sources' feeds and sitemaps, then fetches every article that the archive does not have yet, and
    whatever an earlier crawl left unfinished.  Last it looks again, conditionally, at known articles whose
    time has come: an hour, four hours, a day, a week and a month after they came or changed.  Ctrl-C ends it;
    nothing that was stored is lost.
    """
    folder = options.archive_folder(folder)
    known = options.catalogue(None)
    sources = select(known if file is None else options.catalogue(file), names)
    settings = scrapy_settings(pairs, verbose)
    if no_revisits:
        settings.set("NEWSCRAWLER_REVISITS", 0, priority="cmdline")
    if "no contact" in settings["USER_AGENT"]:
        click.echo(
            'Say who you are: put contact = "you@example.org" into newscrawler.toml, so that publishers can reach you.',
            err=True,
        )
    command = shlex.join(["crawl", *names, *(["--due"] if due else [])])
    session = open_session(folder, sources, settings, command)
    session.epilogue = closing_of(sources, known, is_all=file is None)
    run_spider(session, settings, since=since, limit=limit, due_only=due)
    if session.beside.folder is not None and session.fatal is None and not session.interrupted:
        say_what_waits(folder)
    code = session.exit_code()
    if code == 0 and due and not session.tally.active_sources():
        click.echo("No endpoint is due, and nothing is left to fetch.", err=True)
    finish(session, folder, code)


def _addresses(urls: tuple[str, ...]) -> tuple[list[str], int]:
    """(the addresses given, `-` replaced by those on stdin; how many lines of stdin are none, each of which is named)."""
    from newscrawler.intake.lines import address_items, address_of
    from newscrawler.intake.records import Address, Fault

    wanted: dict[str, None] = {}
    bad = 0
    for given in urls:
        if given != "-":
            if (address := address_of(given)) is None:
                raise click.UsageError(f"{given!r} is no http or https address")
            wanted[address] = None
            continue
        for item in address_items(sys.stdin.buffer, "stdin"):
            if isinstance(item.what, Address):
                wanted[item.what.url] = None
            elif isinstance(item.what, Fault):
                bad += 1
                click.echo(printable(f"left out: {item.what}"), err=True)
    if not wanted:
        raise click.UsageError("no address given; name some, or pipe them in with -")
    return list(wanted), bad


def _leases(session: CrawlSession, addresses: list[str]) -> tuple[Lease, ...]:
    from newscrawler.crawl.session import utc_now
    from newscrawler.storage.sites import sources as stored_sources

    return tuple(stored_sources.ask_by_hand(session.archive, addresses, list(session.sources.values()), utc_now()))


def _decision_line(made: Decision) -> str:
    """What became of an address, in one line; of one that its host put off, until when."""
    failure = made.candidate.failure
    until = f"; waits until {iso(made.next_try)}" if failure and failure.is_postponed and made.next_try else ""
    return f"{made.candidate.lease.url}: {made.outcome.value}: {made.reason}{until}"


@click.command()
@click.argument("urls", metavar="URL...", nargs=-1, required=True)
@options.archive_option
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Set a Scrapy setting for this run.")
@click.option("-v", "--verbose", count=True, help="Scrapy's log on stderr; -vv for all of it.")
def save(urls: tuple[str, ...], folder: Path | None, pairs: tuple[str, ...], verbose: int) -> None:
    """Fetch these addresses now, known or not; `-` reads them from stdin, one a line
    (lines that begin with # are left out; one that is no address is named, costs itself and makes the exit code 3).

    They go the way of every article: a changed text becomes a revision, a text that is there already a copy.
    """
    from newscrawler.items import Outcome
    from newscrawler.storage.sites import sources as stored_sources

    folder = options.archive_folder(folder)
    addresses, bad = _addresses(urls)
    settings = scrapy_settings(pairs, verbose)
    session = open_session(folder, (*options.catalogue(None), stored_sources.SOURCE_BY_HAND), settings, "save")
    try:
        leases = _leases(session, addresses)
    except NewscrawlerError:
        session.archive.close()
        raise
    session.on_decision = lambda made: click.echo(_decision_line(made), err=True)
    run_spider(session, settings, leases=leases)
    code, counts = session.exit_code(), session.tally.counts()
    failed = counts[Outcome.FAILED] + counts[Outcome.RETRY] + counts[Outcome.GONE]
    if code == 0 and failed:
        code = 4 if failed == len(leases) else 3
    if code == 0 and bad:
        code = 3
    finish(session, folder, code)


COMMANDS = [crawl, save]
