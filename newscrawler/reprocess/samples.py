"""What a going over would change, a few articles of it, to look at before it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.errors import FailureKind
from newscrawler.items import Outcome

if TYPE_CHECKING:
    from newscrawler.items import Decision, Reading, Verdict
    from newscrawler.storage.articles.texts_to_judge import JudgedArticle

MAX_SAMPLES = 10  # of each stage


@dataclass(frozen=True, slots=True)
class Sample:
    """One article or page: what it is, and field by field what it says now and would say then."""

    what: str
    changes: tuple[tuple[str, str, str], ...]


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(each if isinstance(each, str) else each.text for each in value)
    return "" if value is None else str(value)


def sample_of(decision: Decision, reading: Reading | None) -> Sample | None:
    """What a decision on a stored page would change; None where that is nothing."""
    article, failure = decision.candidate.article, decision.candidate.failure
    if decision.article_id is not None and failure is not None and failure.kind is FailureKind.WITHHELD:
        return Sample(f"article {decision.article_id}: {decision.candidate.url}", (("text", "", failure.reason),))
    if article is None:
        return None
    if decision.fields and reading is not None:
        pairs = ((name, getattr(reading.article, name), getattr(article, name)) for name in decision.fields)
        changes = tuple((name, _shown(old), _shown(new)) for name, old, new in pairs)
        return Sample(f"article {decision.article_id}: {decision.candidate.url}", changes)
    if decision.outcome in (Outcome.NEW, Outcome.COPY):
        what = f"{decision.outcome.value}: {decision.candidate.lease.url}"
        return Sample(what, (("title", "", article.title or ""), ("text", "", article.text)))
    return None


def verdict_sample(article: JudgedArticle, verdict: Verdict) -> Sample:
    """A decision of the lexicon that changes."""
    return Sample(f"article {article.id}: {article.title}", (("verdict", article.decision or "", verdict.decision),))
