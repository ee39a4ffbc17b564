"""Many sites at once: `add --batch`, unattended and resumable, and `sources check`; one process fetches for all."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.cli.output import printable
from newscrawler.config.catalogue import own_file, own_sources, write_sources
from newscrawler.errors import NewscrawlerError, SourceError
from newscrawler.sources.imports import SiteRow, read_list
from newscrawler.urls import bare_host, url_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawler.cli.source_details import SourceDetails
    from newscrawler.crawl.probe import Report
    from newscrawler.items import Endpoint, Source
    from newscrawler.sources.imports import Listed
    from newscrawler.spiders.fetch import Fetcher

AT_ONCE = 16  # sites or endpoints; each host has its own pace all the same
ADDED, KNOWN, FAILED = "added", "known", "failed"
WRITES = 50  # of a catalogue file while its sources become twice as many and some more
NAMED = 5  # values that a line names


def read_file(path: Path) -> Listed:
    """The list in a file, and what of it was left out or open said.  Raises SourceError, naming the file."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    listed = read_list(body, str(path))
    for reason in listed.left:
        click.echo(f"left out: {printable(reason)}", err=True)
    if listed.unread:
        named, more = sorted(listed.unread)[:NAMED], len(listed.unread) - NAMED
        said = printable(", ".join(named)) + (f" and {more} more" if more > 0 else "")
        click.echo(f"left open: countries by no code of ISO 3166-1 (such as FR or FRA): {said}", err=True)
    if not listed.rows:
        wanted = "give OPML, CSV with a header, Media Cloud's JSON, or addresses one a line"
        raise SourceError(f"{path}: no address in it; {wanted}")
    return listed


def _sites(path: Path) -> list[SiteRow]:
    """The sites of a file, once each by their home page, else their feed."""
    return list({url_key(_site(row)): row for row in read_file(path).rows}.values())


def _site(row: SiteRow) -> str:
    return row.home or row.feed or ""


def without_address(reason: str, site: str) -> str:
    """What is said of a site without its address, for a line that begins with that.

    >>> without_address("https://a.example/: DNS lookup failed", "https://a.example")
    'DNS lookup failed'
    >>> without_address("there is nothing to follow at https://a.example/: it is empty", "https://a.example/")
    'there is nothing to follow: it is empty'
    """
    words = reason.split(" ")
    for at, word in enumerate(words):
        if "://" in word and url_key(word.rstrip(":")) == url_key(site):
            before = words[:at]
            if before[-1:] == ["at"]:
                before[-2:] = [f"{before[-2]}{':' if word.endswith(':') else ''}"]
            return " ".join([*before, *words[at + 1 :]])
    return reason


@dataclass(frozen=True, slots=True)
class Journal:
    """What became of each address, a JSON object a line; a run that was cut short goes on by it."""

    path: Path

    def outcomes(self) -> dict[str, str]:
        """Address -> the last outcome.  Raises SourceError where the file is something else."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(f"{self.path}: cannot be read: {error}") from error
        found: dict[str, str] = {}
        for line in text.splitlines(keepends=True):
            try:
                record = json.loads(line)
                found[record["address"]] = record["outcome"]
            except (ValueError, KeyError, TypeError) as error:
                if line.endswith("\n"):
                    raise SourceError(f"{self.path}: no report of `newscrawler add --batch`; name another file") from error
        return found

    def note(self, address: str, outcome: str, **more: object) -> None:
        """Raises SourceError where it cannot be written."""
        from newscrawler.crawl.session import utc_now
        from newscrawler.dates import iso

        record = {"at": iso(utc_now()), "address": address, "outcome": outcome, **more}
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        except OSError as error:
            raise SourceError(f"{self.path}: cannot be written: {error.strerror}") from error

    def cut(self) -> None:
        """Take away a last line that a kill left unfinished.  Raises OSError."""
        text = self.path.read_bytes() if self.path.exists() else b""
        if text and not text.endswith(b"\n"):
            with self.path.open("r+b") as file:
                file.truncate(text.rfind(b"\n") + 1)


class Batch:
    """Adds site after site to a catalogue file, and notes what became of each.

    The file is read and written whole each time: what was found waits until it is worth that.  What waits when all ends is
    noted nowhere, and is looked for again.
    """

    def __init__(self, path: Path, details: SourceDetails, journal: Journal) -> None:
        self.path, self._details, self._journal = path, details, journal
        own = own_sources(str(path))
        self._number = len(own)  # of sources in the file
        self._hosts: dict[str, Source] = {}
        self._ids: set[str] = set()
        self._found: list[tuple[SiteRow, Source, int]] = []  # and not written yet, with how many articles were read
        for source in (*options.catalogue(None, path), *own):
            self._learn(source)
        self.outcomes: dict[str, str] = {}

    def _learn(self, source: Source) -> None:
        self._hosts.setdefault(bare_host(source.home), source)
        self._ids.add(source.id)

    def _has(self, row: SiteRow) -> Source | None:
        return self._hosts.get(bare_host(_site(row)))

    async def work(self, fetcher: Fetcher, rows: Iterable[SiteRow]) -> None:
        """Look at all of them, so many at once.  Raises SourceError where the catalogue or the report cannot be written."""
        room = asyncio.Semaphore(AT_ONCE)

        async def one(row: SiteRow) -> None:
            async with room:
                await self._look(fetcher, row)

        try:
            async with asyncio.TaskGroup() as group:
                for row in rows:
                    group.create_task(one(row))
        except ExceptionGroup as errors:
            ours = errors.subgroup(NewscrawlerError)
            raise errors if ours is None else ours.exceptions[0] from None
        finally:
            self._write()

    async def _look(self, fetcher: Fetcher, row: SiteRow) -> None:
        from newscrawler.crawl.probe import Probe
        from newscrawler.crawl.session import utc_now

        if (known := self._has(row)) is not None:
            self._note(row, KNOWN, id=known.id)
            return
        try:
            report = await Probe(fetcher, utc_now()).look(_site(row))
        except NewscrawlerError as error:
            self._note(row, FAILED, reason=without_address(str(error), _site(row)))
        else:
            self._add(row, report)

    def _add(self, row: SiteRow, report: Report) -> None:
        """Raises SourceError where it cannot be written."""
        if (known := self._has(row)) is not None:  # another row of the same site meanwhile
            self._note(row, KNOWN, id=known.id)
            return
        found = self._details.applied(report.source, self._ids)
        source = replace(
            found,
            name=row.name or found.name,
            country=row.country or found.country,
            languages=found.languages or ((row.language,) if row.language else ()),
        )
        self._learn(source)
        self._found.append((row, source, sum(sample.article is not None for sample in report.samples)))
        if len(self._found) * WRITES > self._number:
            self._write()

    def _write(self) -> None:
        """Write and note what was found; together, or, where that is no catalogue, each by itself."""
        found, self._found = self._found, []
        try:
            if found:
                write_sources(self.path, [source for _, source, _ in found])
        except SourceError as error:
            if isinstance(error.__cause__, OSError):
                raise  # no site is to blame
            if len(found) == 1:
                self._note(found[0][0], FAILED, reason=str(error))
                return
            for each in found:
                self._found = [each]
                self._write()
            return
        self._number += len(found)
        for row, source, articles in found:
            self._note(row, ADDED, id=source.id, endpoints=[each.url for each in source.endpoints], samples=articles)

    def _note(self, row: SiteRow, outcome: str, **more: object) -> None:
        self.outcomes[_site(row)] = outcome
        self._journal.note(_site(row), outcome, **more)
        click.echo(f"{_site(row)}: {outcome}: {more.get('reason') or more.get('id')}", err=True)


def add_batch(file: Path, target: str | None, details: SourceDetails, pairs: tuple[str, ...], *, again: bool) -> None:
    """Add all sites of a file; those that its report names already are left alone, failed ones with `again` are not.

    Exits with 0 where all are there now, 3 some, 4 none.  Raises SourceError for files that cannot be read or written.
    """
    from newscrawler.cli.crawl import scrapy_settings
    from newscrawler.cli.fetching import run_fetching

    journal = Journal(file.with_name(f"{file.name}.report.jsonl"))
    done = journal.outcomes()
    journal.cut()
    left = (None, FAILED) if again else (None,)
    rows = [row for row in _sites(file) if done.get(_site(row)) in left]
    batch = Batch(own_file(target), details, journal)
    if rows:
        run_fetching(scrapy_settings(pairs, 0), lambda fetcher: batch.work(fetcher, rows))
    outcomes = list((done | batch.outcomes).values())
    failed = outcomes.count(FAILED)
    click.echo(
        f"{outcomes.count(ADDED)} added to {batch.path}, {outcomes.count(KNOWN)} were known, {failed} failed; "
        f"report: {journal.path}",
        err=True,
    )
    if failed:
        if failed_before := sum(outcome == FAILED for address, outcome in done.items() if address not in batch.outcomes):
            were = "was" if failed_before == 1 else "were"
            click.echo(f"{failed_before} of them failed in an earlier run and {were} not asked now; --again asks", err=True)
        sys.exit(4 if failed == len(outcomes) else 3)


@dataclass(frozen=True, slots=True)
class Checked:
    """What an endpoint answered on a day; `problem` None where it named links."""

    source: Source
    endpoint: Endpoint
    links: int
    newest: str | None
    problem: str | None


async def check(fetcher: Fetcher, sources: Iterable[Source]) -> list[Checked]:
    """Try every endpoint of these sources that a crawl would ask."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(source: Source, endpoint: Endpoint) -> Checked:
        async with room:
            return await _try(fetcher, source, endpoint)

    asked = [(source, each) for source in sources for each in source.endpoints if each.state == "active"]
    return list(await asyncio.gather(*(one(*each) for each in asked)))


async def _try(fetcher: Fetcher, source: Source, endpoint: Endpoint) -> Checked:
    from newscrawler.crawl.session import utc_now
    from newscrawler.errors import of_status
    from newscrawler.storage.sites.polls import request_address

    url = request_address(endpoint.kind, endpoint.url, utc_now().date()) or endpoint.url
    try:
        page = await fetcher.fetch(url)
        failure = page.failure if page.status is None else None if page.status == 200 else of_status(page.status, None)
        if failure is not None:
            return Checked(source, endpoint, 0, None, failure.reason)
        found = await fetcher.parse(endpoint.kind, page)
    except NewscrawlerError as error:
        return Checked(source, endpoint, 0, None, str(error))
    number = len(found.links) + len(found.endpoints)
    newest = max((link.published or link.modified or "" for link in found.links), default="") or None
    problem = found.failure.reason if found.failure else None if number else "it names no link"
    return Checked(source, endpoint, number, newest, problem)


def with_evidence(source: Source, checked: Iterable[Checked], today: str) -> Source:
    """The source, its endpoints that answered verified as of today; what failed keeps what was known of it."""
    well = {each.endpoint.url for each in checked if each.problem is None}
    return replace(
        source,
        endpoints=tuple(
            replace(each, evidence="verified", seen=today) if each.url in well else each for each in source.endpoints
        ),
    )
