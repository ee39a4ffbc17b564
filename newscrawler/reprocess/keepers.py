"""Where decisions on what is stored go: into the archive, or, to see what would come of it, nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from newscrawler import process
from newscrawler.crawl.batches import file_batch
from newscrawler.reprocess.samples import Sample, sample_of, verdict_sample
from newscrawler.storage.archive import PAGES, Archive
from newscrawler.storage.articles import filing, rebuild, reprocessings, texts_to_judge, verdicts
from newscrawler.storage.articles.labels import relabel
from newscrawler.storage.sites import profiles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlite_utils import Database

    from newscrawler.items import Candidate, Decision, Known, Verdict
    from newscrawler.markup.site_lines import SiteProfile
    from newscrawler.storage.articles.reprocessings import Reprocessing
    from newscrawler.storage.articles.texts_to_judge import JudgedArticle

    Position = Callable[[Sequence[Decision]], Reprocessing]  # where a batch ends, by what became of it
    Judged = Sequence[tuple[JudgedArticle, Verdict, str | None, str | None]]


class Keeper(Protocol):
    """What a going over asks of where its decisions go."""

    db: Database
    pages: Path

    def profile(self, url: str) -> SiteProfile | None:
        """What recurs over the articles of an address's host."""

    def file(self, candidates: Sequence[Candidate], position: Position) -> list[tuple[Decision, Sample | None]]:
        """Decide on stored pages in order, and keep what follows together with the position after them."""

    def judge(self, articles: Judged, at: Reprocessing, now: datetime) -> list[Sample]:
        """Keep new verdicts together with the position after them; what a few of them change."""

    def rebuild(self, progress: Callable[[], object], at: Reprocessing) -> tuple[int, int]:
        """Make the stories anew: (stories, articles that change theirs)."""


class Writing:
    """Into an archive that is open for writing."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.db, self.pages = archive.db, archive.pages.folder

    def profile(self, url: str) -> SiteProfile | None:
        return self._archive.profile(url)

    def file(self, candidates: Sequence[Candidate], position: Position) -> list[tuple[Decision, Sample | None]]:
        decisions = file_batch(self._archive, candidates, lambda decisions: reprocessings.save(self.db, position(decisions)))
        return [(decision, None) for decision in decisions]

    def judge(self, articles: Judged, at: Reprocessing, now: datetime) -> list[Sample]:
        with self._archive.transaction():
            for article, verdict, language, origin in articles:
                verdicts.keep(self.db, article.id, verdict, now)
                texts_to_judge.set_relevance(self.db, article.id, verdict.score, language, origin)
            relabel(self.db, [article.id for article, *_ in articles])
            reprocessings.save(self.db, at)
        return []

    def rebuild(self, progress: Callable[[], object], at: Reprocessing) -> tuple[int, int]:
        return rebuild.rebuild(self._archive, progress)


class Trial:
    """Nowhere: an archive is read, and what would be written is told by samples."""

    def __init__(self, folder: Path, db: Database) -> None:
        self._folder = folder
        self.db, self.pages = db, folder / PAGES
        self._known: Known | None = None

    def profile(self, url: str) -> SiteProfile | None:
        return profiles.profile(self.db, url)

    def known(self, candidate: Candidate) -> Known:
        self._known = filing.known(self.db, candidate)
        return self._known

    def apply(self, decision: Decision) -> None:
        """Write nothing."""

    def file(self, candidates: Sequence[Candidate], position: Position) -> list[tuple[Decision, Sample | None]]:
        found = []
        for candidate in candidates:
            decision = process.file(candidate, self)
            found.append((decision, sample_of(decision, self._known.reading if self._known else None)))
        return found

    def judge(self, articles: Judged, at: Reprocessing, now: datetime) -> list[Sample]:
        return [
            verdict_sample(article, verdict) for article, verdict, *_ in articles if article.decision != verdict.decision
        ]

    def rebuild(self, progress: Callable[[], object], at: Reprocessing) -> tuple[int, int]:
        """Raises ArchiveBusy where somebody writes the archive: stories are made anew in a transaction that is undone."""
        with Archive.open(self._folder) as archive:
            return rebuild.rebuild(archive, progress, undo=True)
