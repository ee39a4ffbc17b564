"""Candidates that do not come from a crawl, filed a batch at a time: together with where whoever brings them is then."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from newscrawler import process
from newscrawler.errors import ArchiveError, Failure, FailureKind
from newscrawler.items import Decision, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from newscrawler.items import Candidate
    from newscrawler.storage.archive import Archive

T = TypeVar("T")
log = logging.getLogger(__name__)


def file_batch(
    archive: Archive, candidates: Sequence[Candidate], beside: Callable[[Sequence[Decision]], object]
) -> list[Decision]:
    """Decide on candidates in order, in one transaction that `beside` writes into as well.

    A candidate that the archive will not take costs itself, not its batch.  Raises ArchiveError where the archive can take
    nothing.
    """
    try:
        return _file(archive, candidates, beside)
    except ArchiveError:
        raise
    except Exception:
        decisions = [_file_alone(archive, candidate) for candidate in candidates]
        with archive.transaction():
            beside(decisions)
    return decisions


def _file(
    archive: Archive, candidates: Sequence[Candidate], beside: Callable[[Sequence[Decision]], object] | None = None
) -> list[Decision]:
    with archive.transaction():
        decisions = [process.file(candidate, archive) for candidate in candidates]
        if beside is not None:
            beside(decisions)
    return decisions


def _file_alone(archive: Archive, candidate: Candidate) -> Decision:
    try:
        return _file(archive, [candidate])[0]
    except ArchiveError:
        raise
    except Exception:
        log.exception("a bug: %s could not be stored", candidate.url)
        failure = Failure(FailureKind.BUG, "could not be stored: a bug, see the log")
        return Decision(Outcome.FAILED, replace(candidate, article=None, verdict=None, failure=failure), failure.reason)


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of so many items, the last one of what is left."""
    batch: list[T] = []
    for each in items:
        batch.append(each)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
