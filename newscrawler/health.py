"""What is wrong with a source, though it may answer: pure, facts in, findings out.

An endpoint is judged by what it brings against its own past, never by its HTTP status alone: "200 OK" lies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

UNREACHABLE = 3  # failures in a row after which a silence is no accident
FROZEN_AT_LEAST = timedelta(days=14)
FROZEN_FACTOR = 8.0  # times its own mean gap
FEW = 20  # the latest articles of a source, against those before them
THIN = 0.5  # of the text length that was usual
_NOT_WHAT_IT_WAS = re.compile(r"not (?:a feed|a sitemap|JSON|an HTML page)|a PDF")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong.  `endpoint_id` is None where it is the whole source."""

    kind: str  # dead, unreachable, refused, block-page, frozen, empty, soft-404, thin, undated
    detail: str
    endpoint_id: int | None = None


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """How an endpoint fared: of its last looks the status, the links seen and the error, newest first."""

    id: int
    kind: str
    failures: int
    reason: str | None
    status: int | None  # of the last look
    newest: datetime | None
    last_new: datetime | None
    mean_gap: timedelta | None  # between two of its links, as learnt; None: not learnt yet
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
    articles_before: int = 0  # it did bring articles once


def _median(values: tuple[int, ...]) -> float:
    ordered = sorted(values)
    return float(ordered[len(ordered) // 2]) if ordered else 0.0


def _days(span: timedelta) -> str:
    return f"{span.days} days" if span.days != 1 else "1 day"


def judge_endpoint(facts: EndpointFacts, now: datetime) -> list[Finding]:
    """What is wrong with an endpoint; the first that fits: a dead feed is not frozen too."""
    if facts.failures:
        return _failing(facts)
    if len(facts.seen) >= 3 and not any(facts.seen[:3]) and any(facts.seen[3:]):
        return [Finding("empty", "answers, but named no link in its last three looks", facts.id)]
    latest = max(filter(None, (facts.newest, facts.last_new if facts.newest is None else None)), default=None)
    if latest is not None:
        gap = facts.mean_gap if facts.mean_gap is not None else timedelta(days=2)
        age = now - latest
        if age > max(FROZEN_AT_LEAST, min(gap, timedelta(days=30)) * FROZEN_FACTOR):
            return [Finding("frozen", f"answers, but its newest item is {_days(age)} old", facts.id)]
    return []


def _failing(facts: EndpointFacts) -> list[Finding]:
    reason = facts.reason or "no answer"
    if facts.status == 200 and _NOT_WHAT_IT_WAS.search(reason):
        return [Finding("block-page", f"answers 200 with something else: {reason}", facts.id)]
    if facts.status in (401, 402, 403, 451) or "robots.txt disallows" in reason:
        return [Finding("refused", f"does not let us in: {reason}", facts.id)]
    if facts.status in (404, 410) and facts.failures >= 2:
        return [Finding("dead", f"is gone: {reason}, {facts.failures} times in a row", facts.id)]
    if facts.failures >= UNREACHABLE:
        return [Finding("unreachable", f"fails: {reason}, {facts.failures} times in a row", facts.id)]
    return []


def judge_source(facts: SourceFacts) -> list[Finding]:
    """What is wrong with the pages of a source, though its endpoints name them."""
    found = []
    usual, lately = _median(facts.words_before), _median(facts.words)
    if len(facts.words) >= FEW and len(facts.words_before) >= FEW and lately < THIN * usual:
        found.append(Finding("thin", f"its articles have {lately:.0f} words now, {usual:.0f} before: was it redesigned?"))
    if len(facts.words) >= FEW and len(facts.words_before) >= FEW and facts.undated >= 0.5 and facts.undated_before <= 0.2:
        found.append(
            Finding("undated", f"{facts.undated:.0%} of its articles state no date now, {facts.undated_before:.0%} before")
        )
    if facts.links >= 10 and facts.refused >= 0.8 * facts.links:
        found.append(Finding("refused", f"{facts.refused} of its last {facts.links} pages were refused us"))
    elif facts.links >= 10 and facts.no_article >= 0.5 * facts.links:
        found.append(
            Finding("soft-404", f"{facts.no_article} of its last {facts.links} pages answered 200 without an article")
        )
    return found
