"""What is said of a crawl in a line: of one source, of what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.items import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.crawl.session import CrawlSession
    from newscrawler.crawl.tally import SourceTally

# what a line names, in this order
COLUMNS = (Outcome.NEW, Outcome.REVISED, Outcome.COPY, Outcome.OFF_TOPIC, Outcome.FAILED)


def source_line(session: CrawlSession, name: str) -> str:
    """How a source fared, in one line."""
    tally = session.tally.sources[name]
    if tally.is_failed:
        return f"{name}: failed: {tally.failure and tally.failure.reason}"
    if tally.postponed and not tally.answered and not tally.counts:
        return f"{name}: {postponement([tally])}"
    counts = ", ".join(f"{tally.counts[outcome]} {outcome.value}" for outcome in COLUMNS)
    retried = f", {tally.counts[Outcome.RETRY]} to try again" if tally.counts[Outcome.RETRY] else ""
    again = "".join(
        f", {tally.counts[each]} {each.value}" for each in (Outcome.UNCHANGED, Outcome.GONE) if tally.counts[each]
    )
    notes = []
    if tally.failed:
        notes.append(f"{counted(tally.failed, 'endpoint')} failed: {tally.failure and tally.failure.reason}")
    if left_out := session.archive.frontier.bounds.left_out[name]:
        notes.append(
            f"{left_out:,} new links left out: the queue has room for the newest (`newscrawler backfill` fetches a past)"
        )
    if tally.postponed:
        notes.append(f"{counted(tally.postponed, 'endpoint')}: {postponement([tally])}")
    return f"{name}: {counts}{again}{retried}" + (f" ({'; '.join(notes)})" if notes else "")


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "source"), counted(2, "source")
    ('1 source', '2 sources')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def postponement(tallies: Sequence[SourceTally]) -> str:
    """Until when we wait for the hosts of sources.  Whether a host named the time, or we chose it, it does not say."""
    until = max((tally.waits_until for tally in tallies if tally.waits_until), default=None)
    waits, its, host = ("waits", "its", "host has") if len(tallies) == 1 else ("wait", "their", "hosts have")
    if until is None:
        return f"{waits} for the next crawl: {its} {host} had {its} share of this one"
    return f'{waits} until {iso(until)}: {its} {host} said "not now"'
