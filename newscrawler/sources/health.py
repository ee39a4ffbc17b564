"""What is wrong with a source, though it may answer: pure, facts in, findings out.

An endpoint is judged by what it brings against its own past, never by its HTTP status alone: "200 OK" lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newscrawler.errors import DENIED, FailureKind

if TYPE_CHECKING:
    from collections.abc import Mapping

UNREACHABLE = 3  # failures in a row after which a silence is no accident
FROZEN_AT_LEAST = timedelta(days=14)
FROZEN_FACTOR = 8.0  # times its own mean gap
LATEST_ARTICLES = 20  # the latest articles of a source, against those before them
THIN = 0.65  # of the text length that was usual: half is found, a slow month is not
UNDATED, DATED = 0.5, 0.2  # shares of articles without a date: now, and before


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong.  `endpoint_id` is None where it is the whole source; `baseline` is what was usual before."""

    kind: str  # dead, unreachable, refused, block-page, frozen, empty, soft-404, thin, undated
    detail: str
    endpoint_id: int | None = None
    baseline: float | None = None


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """How an endpoint fared: how its last look failed, and the links seen of those before, newest first."""

    id: int
    kind: str
    failures: int
    reason: str | None
    failure: FailureKind | None  # of the last look
    newest: datetime | None
    last_new: datetime | None
    mean_gap: timedelta | None  # between two of its links, as learnt; None: not learnt yet, or not `may_be_frozen`
    seen: tuple[int, ...] = ()  # links of its last whole looks, newest first


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """How the pages of a source fared: words of its latest articles and of those before, newest first; shares 0..1."""

    words: tuple[int, ...] = ()
    words_before: tuple[int, ...] = ()
    undated: float = 0.0
    undated_before: float = 0.0
    links: int = 0  # its latest links that were fetched
    no_article: int = 0  # of these: answered 200 without an article
    refused: int = 0  # of these: 401, 402, 403, 451


def _median(values: tuple[int, ...]) -> float:
    ordered = sorted(values)
    return float(ordered[len(ordered) // 2]) if ordered else 0.0


def _days(span: timedelta) -> str:
    return f"{span.days} days" if span.days != 1 else "1 day"


def judge_endpoint(facts: EndpointFacts, now: datetime, standing: Mapping[str, Finding] | None = None) -> list[Finding]:
    """What is wrong with an endpoint; the first that fits: a dead feed is not frozen too.

    `standing`: what was found earlier, by kind.  It holds until the endpoint itself shows that it is well.
    """
    standing = standing or {}
    if facts.failures:
        return _failing(facts) or list(standing.values())  # a failure more is no recovery
    if facts.seen and not facts.seen[0] and "empty" in standing:
        return [standing["empty"]]
    if not facts.seen and "empty" in standing:
        return [standing["empty"]]  # answered 304, and so as it was
    if len(facts.seen) >= 3 and not any(facts.seen[:3]) and any(facts.seen[3:]):
        return [Finding("empty", "answers, but named no link in its last three looks", facts.id)]
    latest = facts.newest or facts.last_new
    if latest is not None and may_be_frozen(latest, now):
        gap = facts.mean_gap if facts.mean_gap is not None else timedelta(days=2)
        age = now - latest
        if age > max(FROZEN_AT_LEAST, min(gap, timedelta(days=30)) * FROZEN_FACTOR):
            return [Finding("frozen", f"answers, but its newest item is {_days(age)} old", facts.id)]
    return []


def may_be_frozen(latest: datetime | None, now: datetime) -> bool:
    """Whether the gap between its links has to be known to tell: of most endpoints the latest item is too new for it."""
    return latest is not None and now - latest > FROZEN_AT_LEAST


def _failing(facts: EndpointFacts) -> list[Finding]:
    reason = facts.reason or "no answer"
    if facts.failure is FailureKind.WRONG_KIND:
        return [Finding("block-page", f"answers 200 with something else: {reason}", facts.id)]
    if facts.failure in DENIED or facts.failure is FailureKind.ROBOTS:
        return [Finding("refused", f"does not let us in: {reason}", facts.id)]
    if facts.failure in (FailureKind.NOT_FOUND, FailureKind.GONE) and facts.failures >= 2:
        return [Finding("dead", f"is gone: {reason}, {facts.failures} times in a row", facts.id)]
    if facts.failures >= UNREACHABLE:
        return [Finding("unreachable", f"fails: {reason}, {facts.failures} times in a row", facts.id)]
    return []


def judge_source(facts: SourceFacts, standing: Mapping[str, Finding] | None = None) -> list[Finding]:
    """What is wrong with the pages of a source, though its endpoints name them.

    `standing`: what was found earlier, by kind.  What is usual by now may be the fault itself, so that it is compared with
    what was usual then.
    """
    standing = standing or {}
    found = [finding for judge in (_thin, _undated) if (finding := judge(facts, standing)) is not None]
    if facts.links >= 10 and facts.refused >= 0.8 * facts.links:
        found.append(Finding("refused", f"{facts.refused} of its last {facts.links} pages were refused us"))
    elif facts.links >= 10 and facts.no_article >= 0.5 * facts.links:
        found.append(
            Finding("soft-404", f"{facts.no_article} of its last {facts.links} pages answered 200 without an article")
        )
    return found


def _thin(facts: SourceFacts, standing: Mapping[str, Finding]) -> Finding | None:
    """Whether articles have become much shorter; the baseline is their usual length in words."""
    known, lately = standing.get("thin"), _median(facts.words)
    usual = known.baseline if known is not None else None
    if usual is None:
        usual = _median(facts.words_before) if len(facts.words_before) >= LATEST_ARTICLES else 0.0
    if len(facts.words) < LATEST_ARTICLES:
        return known
    if lately >= THIN * usual:
        return None
    detail = f"its articles have {lately:.0f} words now, {usual:.0f} before: was it redesigned?"
    return Finding("thin", detail, baseline=usual)


def _undated(facts: SourceFacts, standing: Mapping[str, Finding]) -> Finding | None:
    """Whether articles have lost their dates; the baseline is the share that stated none."""
    known = standing.get("undated")
    if len(facts.words) < LATEST_ARTICLES:
        return known
    if known is None and (
        len(facts.words_before) < LATEST_ARTICLES or facts.undated_before > DATED or facts.undated < UNDATED
    ):
        return None
    before = facts.undated_before if known is None or known.baseline is None else known.baseline
    if facts.undated < before + (UNDATED - DATED):
        return None
    return Finding("undated", f"{facts.undated:.0%} of its articles state no date now, {before:.0%} before", baseline=before)
