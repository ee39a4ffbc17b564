"""What is stored gone over again with today's code, without the network, through the same hall as a crawl.

    articles  pages that articles are from         --prepare, decide, apply--> what is read otherwise, and marked as ours
    states    pages of states that were replaced   --the same--> their texts, so that like is compared with like
    links     pages of links without an article    --the same--> articles, where they are wanted now
    judge     texts of articles                    --judge--> verdicts, topics, mentions
    dedup     all articles                         --rebuild--> stories

Each stage goes by numbers, a transaction a batch, and its position is in that transaction: whoever is stopped goes on there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import tee
from typing import TYPE_CHECKING, TypeVar

from newscrawler import process
from newscrawler.crawl.batches import batched
from newscrawler.crawl.processes import Named
from newscrawler.errors import FailureKind
from newscrawler.items import Outcome
from newscrawler.reprocess.samples import MAX_SAMPLES, Sample
from newscrawler.reprocess.stages import Stage, Wanted
from newscrawler.storage.articles import pages_to_reread, texts_to_judge
from newscrawler.text import clean_line
from newscrawler.urls import bare_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from newscrawler.crawl.pool import Processors, Result
    from newscrawler.items import Candidate, Decision
    from newscrawler.markup.site_lines import SiteProfile
    from newscrawler.reprocess.keepers import Keeper
    from newscrawler.storage.articles.pages_to_reread import StoredCapture
    from newscrawler.storage.articles.reprocessings import Reprocessing
    from newscrawler.storage.articles.texts_to_judge import JudgedArticle

T = TypeVar("T")

# what reads and judges is imported by the processes that do, and not by this one
READ_ANEW = Named("newscrawler.reprocess.work", "read_anew")
JUDGE_ANEW = Named("newscrawler.reprocess.work", "judge_anew")

CHUNK = 200  # rows that are read at once
BATCH = 50  # pages a transaction
TEXTS = 10  # texts a task of judging


@dataclass(slots=True)
class Report:
    """What whoever runs it is told meanwhile.  `progress`: pages or articles done; `unreadable`: why one was not read."""

    progress: Callable[[int], object] = lambda number: None
    unreadable: Callable[[str], object] = lambda line: None
    sample: Callable[[Stage, Sample], object] = lambda stage, sample: None
    shown: Counter[Stage] = field(default_factory=Counter)

    def show(self, stage: Stage, sample: Sample | None) -> None:
        """Hand on a sample, where there were not enough."""
        if sample is not None and self.shown[stage] < MAX_SAMPLES:
            self.shown[stage] += 1
            self.sample(stage, sample)


class Run:
    """One going over, from where `at` says.  `at` is what it has come to since."""

    def __init__(
        self, keeper: Keeper, pool: Processors, at: Reprocessing, now: datetime, report: Report | None = None
    ) -> None:
        self._keeper, self._pool, self._now = keeper, pool, now
        self.at, self._report = at, report or Report()
        self._sources = pages_to_reread.sources_of(keeper.db)
        self._profiles: dict[str, SiteProfile | None] = {}

    def go(self, wanted: Wanted) -> None:
        """All stages that are left."""
        stages = wanted.stages()
        for stage in stages[stages.index(Stage(self.at.stage)) :]:
            if self.at.stage != stage:
                self.at = replace(self.at, stage=stage.value, last_id=0)
            if stage is Stage.JUDGE:
                self._judge(wanted)
            elif stage is Stage.DEDUP:
                self._rebuild()
            else:
                self._read(wanted, stage)

    def _counted(self, stage: Stage, counts: Counter[str], last: int) -> Reprocessing:
        """The position after a batch."""
        whole = Counter(self.at.counts.get(stage, {})) + counts
        return replace(self.at, last_id=last, counts=self.at.counts | {stage.value: dict(whole)})

    # --- pages

    def _read(self, wanted: Wanted, stage: Stage) -> None:
        captures, tasks = tee(_rows(lambda after: wanted.captures(self._keeper.db, stage, after, CHUNK), self.at.last_id))
        results = self._pool.run(READ_ANEW, map(self._task, tasks))
        for batch in batched(zip(captures, results, strict=False), BATCH):
            self._file(wanted, stage, batch)

    def _task(self, capture: StoredCapture) -> tuple[object, ...]:
        host = bare_host(capture.page.url)
        if host not in self._profiles:
            self._profiles[host] = self._keeper.profile(capture.page.url)
        source = self._sources.get(capture.lease.source_id)
        return self._keeper.pages, capture, source, self._profiles[host], self._now

    def _file(self, wanted: Wanted, stage: Stage, batch: list[tuple[StoredCapture, Result]]) -> None:
        counts: Counter[str] = Counter()
        candidates = []
        for capture, result in batch:
            if isinstance(candidate := self._readable(capture, result), str):
                counts["unreadable"] += 1
                self._report.unreadable(candidate)
            else:
                # what an earlier page stated, its publisher may have taken back since
                candidates.append(candidate if stage is Stage.STATES else process.obeyed(candidate, wanted.respect))
        last = batch[-1][0].number
        filed = self._keeper.file(candidates, lambda decisions: self._counted(stage, counts + _counts(decisions), last))
        self.at = self._counted(stage, counts + _counts([decision for decision, _ in filed]), last)
        for _, sample in filed:
            self._report.show(stage, sample)
        self._profiles.clear()
        self._report.progress(len(batch))

    def _readable(self, capture: StoredCapture, result: Result) -> Candidate | str:
        """A prepared page, or one line that says why there is none."""
        whose = f"article {capture.lease.article_id}" if capture.lease.article_id else f"link {capture.lease.link_id}"
        if result.failure is not None:
            return f"{whose} stays as it is: page {capture.page.id}: {result.failure.reason}"
        candidate: Candidate | str = result.value
        if isinstance(candidate, str):
            return f"{whose} stays as it is: {candidate}"
        if candidate.failure is not None and candidate.failure.kind is FailureKind.WORKER:
            return clean_line(f"{whose} stays as it is: page {capture.page.id}: {candidate.failure.reason}", 500) or whose
        return candidate

    # --- texts

    def _judge(self, wanted: Wanted) -> None:
        rows = _rows(
            lambda after: texts_to_judge.judged_articles(
                self._keeper.db, after=after, limit=CHUNK, source=wanted.scope.source, since=wanted.scope.since
            ),
            self.at.last_id,
        )
        groups, tasks = tee(batched(rows, TEXTS))
        results = self._pool.run(JUDGE_ANEW, ((group,) for group in tasks))
        for pairs in batched(zip(groups, results, strict=False), CHUNK // TEXTS):
            self._keep_verdicts(pairs)

    def _keep_verdicts(self, pairs: list[tuple[list[JudgedArticle], Result]]) -> None:
        counts: Counter[str] = Counter()
        judged = []
        for group, result in pairs:
            if result.failure is not None:
                counts["unreadable"] += len(group)
                self._report.unreadable(
                    f"articles {group[0].id} to {group[-1].id} stay as they are: {result.failure.reason}"
                )
                continue
            judged += [(each, *said) for each, said in zip(group, result.value, strict=True)]
        for article, verdict, *_ in judged:
            counts["judged"] += 1
            if article.decision and article.decision != verdict.decision:
                counts[f"{article.decision} to {verdict.decision}"] += 1
        self.at = self._counted(Stage.JUDGE, counts, pairs[-1][0][-1].id)
        for sample in self._keeper.judge(judged, self.at, self._now):
            self._report.show(Stage.JUDGE, sample)
        self._report.progress(sum(len(group) for group, _ in pairs))

    def _rebuild(self) -> None:
        stories, moved = self._keeper.rebuild(lambda: self._report.progress(1), self.at)
        self.at = self._counted(Stage.DEDUP, Counter({"stories": stories, "articles moved": moved}), 0)


def _counts(decisions: Iterable[Decision]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for decision in decisions:
        counts[_told(decision)] += 1
        counts.update(f"{name} otherwise" for name in decision.fields)
    return counts


def _told(decision: Decision) -> str:
    """What a stored page came to, in counts: what holds no article, or none that a crawl would keep, is one thing."""
    outcome, failure = decision.outcome, decision.candidate.failure
    if failure is not None and failure.kind is FailureKind.WITHHELD:
        return "withdrawn" if outcome is Outcome.KEPT else failure.kind.value
    return "no article" if outcome in (Outcome.FAILED, Outcome.RETRY) else outcome.value


def _rows(read: Callable[[int], list[T]], after: int) -> Iterator[T]:
    """All rows that `read(after)` brings, a chunk at a time; each has its number as `number` or `id`."""
    while rows := read(after):
        yield from rows
        after = int(getattr(rows[-1], "number", 0) or getattr(rows[-1], "id", 0))
