"""How the sources of a run fare, what is left to do, and the exit code that it comes to."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newscrawler.errors import Failure
    from newscrawler.items import Lease, Outcome, Poll


@dataclass(slots=True)
class SourceTally:
    """How one source fares in this run."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    answered: int = 0  # endpoints
    failed: int = 0  # endpoints
    at_work: int = 0  # requests and leases not finished
    postponed: int = 0  # endpoints put off for their hosts' sake: neither answered nor failed
    failure: Failure | None = None  # of the last endpoint that failed
    waits_until: datetime | None = None  # when its host may be asked again
    reported: bool = False

    @property
    def is_failed(self) -> bool:
        return self.failed > 0 and self.answered == 0

    @property
    def did_anything(self) -> bool:
        return bool(self.failed or self.answered or self.postponed or self.counts)

    def note(self, poll: Poll) -> None:
        """Count a look at an endpoint."""
        failure = poll.failure
        if failure is None:
            self.answered += 1
            return
        if failure.is_postponed:
            self.postponed += 1
            if failure.wait:
                self.waits_until = max(filter(None, (self.waits_until, poll.at + failure.wait)))
        else:
            self.failed += 1
            self.failure = failure


class Tally:
    """The tallies of all sources, and the totals of the run.  Knows neither the archive nor the network."""

    def __init__(self) -> None:
        self.sources: defaultdict[str, SourceTally] = defaultdict(SourceTally)
        self.leased = 0
        self.known_work = 0  # endpoints and links that this run knows of
        self.done_work = 0
        self._polls_left: Counter[str] = Counter()  # looks at endpoints under way, by source
        self._ended: list[str] = []  # sources that may have come to their end
        self._earlier: Counter[Outcome] = Counter()  # of tallies that ended; less what an earlier run has counted
        self._active: set[str] = set()  # the sources of those

    # --- endpoints

    def expect_polls(self, sources: list[str]) -> None:
        """Count one look at an endpoint for each name."""
        for source in sources:
            self.sources[source].at_work += 1
            self._polls_left[source] += 1
        self.known_work += len(sources)

    def polled(self, poll: Poll, links_new: int) -> None:
        """A look at an endpoint has come to its end."""
        source = poll.endpoint.source_id
        tally = self.sources[source]
        self.known_work += links_new
        self._polls_left[source] -= 1
        tally.note(poll)
        self._one_less(source)

    @property
    def busy(self) -> set[str]:
        """Sources whose endpoints may still name new links."""
        return {source for source, left in self._polls_left.items() if left > 0}

    @property
    def polls_under_way(self) -> int:
        return self._polls_left.total()

    # --- links

    def took(self, leases: list[Lease]) -> None:
        self.leased += len(leases)
        for lease in leases:
            self.sources[lease.source_id].at_work += 1

    def decided(self, source: str, outcome: Outcome) -> None:
        self.sources[source].counts[outcome] += 1

    def finished(self, lease: Lease) -> None:
        """A lease has come to its end, whichever."""
        self.leased -= 1
        self._one_less(lease.source_id)

    def _one_less(self, source: str) -> None:
        self.done_work += 1
        tally = self.sources[source]
        tally.at_work -= 1
        if tally.at_work <= 0:
            self._ended.append(source)

    # --- what it comes to

    def finished_sources(self, may_have_more: Callable[[str], bool], *, everything: bool = False) -> list[str]:
        """The sources that have ended since the last call; at the end of a run (`everything`), all that did anything."""
        asked = list(self.sources) if everything else self._ended
        self._ended = []
        ended = []
        for name in asked:
            tally = self.sources[name]
            busy = tally.at_work > 0 or may_have_more(name)
            if tally.reported or not tally.did_anything:
                continue
            if busy and not everything:
                if tally.at_work <= 0:
                    self._ended.append(name)  # the frontier has not yet found that it is empty
                continue
            tally.reported = True
            ended.append(name)
        return ended

    def begin_anew(self, name: str) -> SourceTally:
        """The tally of a source that has ended, whose next look begins another one; what it came to still counts."""
        ended = self.sources.pop(name)
        self._earlier.update(ended.counts)
        self._active.add(name)
        return ended

    def begin_run(self) -> None:
        """What was counted before belongs to the run before, also of sources that are at work."""
        self._earlier.clear()
        for tally in self.sources.values():
            self._earlier.subtract(tally.counts)
        self._active.clear()

    def active_sources(self) -> list[str]:
        return [*self._active, *(name for name, tally in self.sources.items() if tally.did_anything)]

    def counts(self) -> Counter[Outcome]:
        total = Counter(self._earlier)
        for tally in self.sources.values():
            total.update(tally.counts)
        return +total

    def failed_sources(self) -> list[str]:
        return [name for name, tally in self.sources.items() if tally.is_failed]

    def postponed_sources(self) -> list[SourceTally]:
        """Those of which nothing was asked for their hosts' sake."""
        return [tally for tally in self.sources.values() if tally.postponed and not (tally.answered or tally.failed)]

    def exit_code(self) -> int:
        """0 fine, 3 some sources failed, 4 all that were asked."""
        asked = [tally for tally in self.sources.values() if tally.answered or tally.failed]
        failed = sum(tally.is_failed for tally in asked)
        return 0 if not failed else 4 if failed == len(asked) else 3
