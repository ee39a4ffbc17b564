"""Files taken in: their items read here, worked on by all processors, kept a batch at a time with the position."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import tee
from typing import TYPE_CHECKING

from newscrawler.crawl.batches import batched, file_batch
from newscrawler.dates import iso
from newscrawler.errors import FailureKind
from newscrawler.intake.records import Address, Capture, Fault, FileKind, Told
from newscrawler.intake.work import completed, is_unwanted, take_in
from newscrawler.items import Candidate, Lease, Link, Outcome, TakenIn
from newscrawler.process import obeyed
from newscrawler.reports.articles import id_at
from newscrawler.storage.articles import imports
from newscrawler.storage.articles.pages import same_page
from newscrawler.storage.sites.sources import SOURCE_BY_HAND, SOURCE_TAKEN_IN, has_source, sync_sources
from newscrawler.urls import bare_host, url_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from newscrawler.crawl.pool import Processors, Result
    from newscrawler.errors import Failure
    from newscrawler.intake.records import Item
    from newscrawler.items import Decision, Source
    from newscrawler.markup.site_lines import SiteProfile
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.articles.imports import Import
    from newscrawler.storage.sites.publishers import Publishers

BATCH = 50  # pages a transaction
ADDRESSES = 1_000  # addresses a transaction
UNREADABLE_PAGES = "unreadable pages"  # in counts
UNREADABLE = (FailureKind.OUR_LIMIT, FailureKind.INCOMPLETE, FailureKind.WORKER, FailureKind.UNREADABLE, FailureKind.BUG)


@dataclass(slots=True)
class Report:
    """What whoever runs it is told meanwhile.  `progress`: records done; `fault`: what could not be read."""

    progress: Callable[[int], object] = lambda number: None
    fault: Callable[[Fault], object] = lambda fault: None


@dataclass(frozen=True, slots=True)
class _Step:
    """An item that is worked on, and what was passed over since the one before."""

    number: int
    what: Capture | Told
    passed: Counter[str]


@dataclass(slots=True)
class Intake:
    """Files into one archive.  `everything`: whatever it is about is kept.

    `respect`: rules of publishers by which no text is kept (rights.conclusion).
    """

    archive: Archive
    pool: Processors
    publishers: Publishers
    now: datetime
    report: Report = field(default_factory=Report)
    everything: bool = False
    respect: frozenset[str] = frozenset()
    _profiles: dict[str, SiteProfile | None] = field(default_factory=dict)
    _sources: set[str] = field(default_factory=set)
    _last: int = 0
    _passed: Counter[str] = field(default_factory=Counter)

    def take(self, kind: FileKind, items: Iterable[Item], at: Import) -> Import:
        """Take in what is left of a file; what it has come to.  Raises ArchiveError where the archive can take nothing."""
        left = (item for item in items if item.number > at.records)
        self._last, self._passed = at.records, Counter()
        at = self._addresses(left, at) if kind is FileKind.ADDRESSES else self._articles(left, at)
        at = replace(_after(at, self._last, self._passed), finished=iso(self.now))
        with self.archive.transaction():
            imports.save(self.archive.db, at)
        return at

    # --- pages and articles

    def _articles(self, items: Iterator[Item], at: Import) -> Import:
        steps, tasks = tee(self._steps(items))
        taken = TakenIn(at.id, self.now)
        results = self.pool.run(
            take_in, ((each.what, *self._surroundings(each.what.url), taken) for each in tasks), weight=_size
        )
        for batch in batched(zip(steps, results, strict=False), BATCH):
            at = self._file(batch, at)
        return at

    def _steps(self, items: Iterator[Item]) -> Iterator[_Step]:
        """The items that are worked on; all others are counted with the one that follows."""
        for item in items:
            self._last = item.number
            what = item.what
            if isinstance(what, Fault):
                self.report.fault(what)
                self._passed["unreadable"] += 1
            elif what is None or isinstance(what, Address):
                self._passed["other records"] += 1
            elif self._is_there(what):
                self._passed["there already"] += 1
            else:
                passed, self._passed = self._passed, Counter()
                yield _Step(item.number, what, passed)

    def _is_there(self, what: Capture | Told) -> bool:
        """Whether this very page is stored."""
        if not isinstance(what, Capture) or what.at is None or not what.digest:
            return False
        page = same_page(self.archive.db, what.url, what.digest)
        return page is not None and page.fetched == iso(what.at)

    def _surroundings(self, url: str) -> tuple[Source, SiteProfile | None]:
        """Whose an address is, and what recurs on its host."""
        found = self._synced(self.publishers.of(url) or SOURCE_TAKEN_IN)
        host = bare_host(url)
        if host not in self._profiles:
            self._profiles[host] = self.archive.profile(url)
        return replace(found, keep="all") if self.everything else found, self._profiles[host]

    def _synced(self, source: Source) -> Source:
        """A source that the archive knows."""
        if source.id not in self._sources:
            self._sources.add(source.id)
            if not has_source(self.archive.db, source.id):
                sync_sources(self.archive, [source])
        return source

    def _file(self, batch: Sequence[tuple[_Step, Result]], at: Import) -> Import:
        passed: Counter[str] = Counter()
        for step, _ in batch:
            passed += step.passed
        candidates = self._whole([(step, self._candidate(step, result, at.id)) for step, result in batch])
        last = batch[-1][0].number

        def reached(decisions: Sequence[Decision]) -> Import:
            return _after(at, last, passed + Counter(_told(each) for each in decisions))

        decisions = file_batch(self.archive, candidates, lambda made: imports.save(self.archive.db, reached(made)))
        for each in decisions:
            if each.candidate.failure is not None and _told(each) == UNREADABLE_PAGES:
                self.report.fault(Fault(each.candidate.url, each.candidate.failure.reason))
        self._profiles.clear()
        self.report.progress(last - at.records)
        return reached(decisions)

    def _candidate(self, step: _Step, result: Result, import_id: int) -> Candidate:
        if result.failure is None:
            candidate: Candidate = result.value
            return obeyed(candidate, self.respect)
        source, _ = self._surroundings(step.what.url)
        return failed(step.what.url, source, TakenIn(import_id, self.now), result.failure)

    def _whole(self, batch: Sequence[tuple[_Step, Candidate]]) -> list[Candidate]:
        """Candidates with all that is needed of them: of what is not wanted more, where its address is known."""
        seen: set[str] = set()
        found = []
        for step, candidate in batch:
            key = candidate.url_key
            if is_unwanted(candidate) and candidate.taken_in and (key in seen or id_at(self.archive.db, key)):
                source, _ = self._surroundings(step.what.url)
                found.append(completed(candidate, step.what, source, candidate.taken_in))
            else:
                found.append(candidate)
            seen.add(key)
        return found

    # --- addresses

    def _addresses(self, items: Iterator[Item], at: Import) -> Import:
        for batch in batched(items, ADDRESSES):
            counts: Counter[str] = Counter()
            by_source: dict[str, list[Link]] = {}
            for item in batch:
                if isinstance(item.what, Address):
                    source = self._synced(self.publishers.of(item.what.url) or SOURCE_BY_HAND)
                    by_source.setdefault(source.id, []).append(Link(item.what.url))
                    counts["addresses"] += 1
                elif isinstance(item.what, Fault):
                    self.report.fault(item.what)
                    counts["unreadable"] += 1
            with self.archive.transaction():
                for source_id, links in by_source.items():
                    counts["new addresses"] += self.archive.frontier.push(links, source_id, None, self.now)
                at = _after(at, batch[-1].number, counts)
                imports.save(self.archive.db, at)
            self._last = at.records
            self.report.progress(len(batch))
        return at


def failed(url: str, source: Source, taken: TakenIn, failure: Failure) -> Candidate:
    """What stands for a page that its worker did not outlive."""
    return Candidate(
        Lease(0, source.id, url), url, url_key(url), taken.at, 200, keep=source.keep, failure=failure, taken_in=taken
    )


def _after(at: Import, number: int, counts: Counter[str]) -> Import:
    """The position after a record, with what became of those before it."""
    return replace(at, records=max(number, at.records), counts=dict(Counter(at.counts) + counts))


def _told(decision: Decision) -> str:
    """What became of a page, in counts."""
    failure = decision.candidate.failure
    if decision.outcome is not Outcome.FAILED:
        return "unchanged" if decision.outcome is Outcome.EARLIER and decision.change is None else decision.outcome.value
    if failure is not None and failure.kind is FailureKind.WITHHELD:
        return failure.kind.value
    return UNREADABLE_PAGES if failure is not None and failure.kind in UNREADABLE else "no article"


def _size(arguments: tuple[object, ...]) -> int:
    what = arguments[0]
    return what.size if isinstance(what, Capture | Told) else 0
