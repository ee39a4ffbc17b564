"""Reports of workers into the archive: a batch is one transaction with the note that they are filed."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawler import process
from newscrawler.crawl.session import utc_now
from newscrawler.errors import ArchiveError, Failure, FailureKind
from newscrawler.storage.sites import engine_reports, findings, hosts, polls, site_rights
from newscrawler.storage.sites import robots as robots_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import timedelta

    from newscrawler.engine.messages import Report
    from newscrawler.items import Candidate, Decision, DueEndpoint, Poll
    from newscrawler.storage.archive import Archive

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Filed:
    """What a batch of reports came to."""

    outcomes: Counter[str]
    children: tuple[DueEndpoint, ...]  # sitemaps that indexes newly named
    ended: tuple[tuple[str, timedelta], ...]  # turns, and the pauses of their hosts
    done: tuple[tuple[str, int], ...]  # tasks


class Filing:
    """What an archivist does in the archive's thread."""

    def __init__(self, archive: Archive) -> None:
        self.archive, self.run_id = archive, 0
        self.respect: frozenset[str] = frozenset()
        self.heard: set[str] = set()  # sources that were asked since they were judged
        self.on_decision: Callable[[Decision], None] = lambda decision: None
        self.on_poll: Callable[[Poll, int], None] = lambda poll, links_new: None

    def batch(self, reports: list[Report], anew: list[Candidate]) -> Filed:
        """In the archive's thread, in one transaction."""
        outcomes: Counter[str] = Counter()
        children: list[DueEndpoint] = []
        ended, done = [], []
        with self.archive.transaction():
            for candidate in anew:
                process.file(candidate, self.archive)
            for report in reports:
                if report.is_of_task:
                    done.append((report.turn, report.number))
                if report.end is not None:
                    ended.append((report.turn, report.end.pause))
                elif engine_reports.is_first(self.archive, report.turn, _name(report), utc_now()):
                    children += self._keep(report, outcomes)
        for report in reports:
            if report.candidate is not None:
                self.archive.frontier.release(report.candidate.lease)
        return Filed(outcomes, tuple(children), tuple(ended), tuple(done))

    def _keep(self, report: Report, outcomes: Counter[str]) -> list[DueEndpoint]:
        """File one report; the sitemaps that it newly names."""
        archive, now = self.archive, utc_now()
        if report.candidate is not None:
            outcomes[self._decide(report.candidate)] += 1
        elif report.poll is not None:
            outcomes["polls"] += 1
            self.heard.add(report.poll.endpoint.source_id)
            links_new, children = polls.record_poll(archive, report.poll, self.run_id)
            self.on_poll(report.poll, links_new)
            return children
        elif report.robots is not None:
            robots_files.save_robots(archive, report.robots.origin, now, report.robots.status, report.robots.body)
        elif report.tdmrep is not None:
            file = report.tdmrep
            site_rights.save_tdmrep(archive, file.origin, now, file.status, file.body.encode())
        elif report.answer is not None:
            answer = report.answer
            if answer.status in (429, 503):
                hosts.note(archive, answer.host, answer.status, answer.wait, now)
            else:
                hosts.clear(archive, answer.host)
        return []

    def _decide(self, candidate: Candidate) -> str:
        try:
            with self.archive.db.atomic():
                decision = process.file(process.obeyed(candidate, self.respect), self.archive)
        except ArchiveError:
            raise
        except Exception:
            log.exception("a bug: %s could not be stored", candidate.url)
            failure = Failure(FailureKind.BUG, "could not be stored: a bug, see the log")
            lost = replace(candidate, article=None, verdict=None, failure=failure)
            decision = process.file(lost, self.archive)
        self.on_decision(decision)
        return decision.outcome.value

    def begin_run(self) -> None:
        """Begin a run in the archive's book."""
        self.run_id = self.archive.start_run("archivist", utc_now())

    def judge(self, sources: Iterable[str]) -> None:
        """Say what is wrong with sources, in `source_health` and to alerts."""
        self.heard.clear()
        findings.check(self.archive, sorted(sources), utc_now())

    def end_run(self, code: int, counts: Counter[str], sources: Iterable[str]) -> None:
        """End the run, of which the archive has these outcomes."""
        self.judge(sources)
        self.archive.finish_run(self.run_id, utc_now(), exit_code=code, counts=dict(counts))


def _name(report: Report) -> str:
    if report.tdmrep is not None:
        return f"tdmrep {report.tdmrep.origin}"
    if report.robots is not None:
        return f"robots {report.robots.origin}"
    if report.answer is not None:
        return f"host {report.answer.host} {report.answer.status}"
    return f"{report.number} {'poll' if report.poll else 'page'}"
