"""What was decided on a page, flat and without bytes: a line of a feed that Scrapy exports, or what `scrapy parse` shows."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from newscrawler.dates import iso
from newscrawler.items import Outcome

if TYPE_CHECKING:
    from newscrawler.items import Candidate, Decision

FIELDS = (
    "title", "authors", "published", "modified", "language", "lead", "text", "word_count", "type", "section", "tags",
    "agency", "paywall", "image_url", "canonical", "content_hash",
)  # fmt: skip


def exported(decision: Decision) -> dict[str, Any]:
    """A decision as one flat record that JSON can say; an article's fields are None where there is no article.

    `copy_of` is the address of the article whose text it has, where it is a copy; `article_id` the known article that it is
    another state of.
    """
    copied = decision.matches[0].other.url if decision.outcome is Outcome.COPY and decision.matches else None
    return {
        "outcome": decision.outcome.value,
        "reason": decision.reason,
        "article_id": decision.article_id,
        "copy_of": copied,
        **of_candidate(decision.candidate),
    }


def of_candidate(candidate: Candidate) -> dict[str, Any]:
    """A page before anything was decided on it: its article, and what that is about."""
    article, verdict, failure = candidate.article, candidate.verdict, candidate.failure
    fields = {name: getattr(article, name, None) for name in FIELDS}
    lists = {name: list(value) for name, value in fields.items() if isinstance(value, tuple)}
    return {
        "url": candidate.url,
        "source": candidate.lease.source_id,
        "fetched": iso(candidate.fetched),
        "status": candidate.status,
        "failure": failure.kind.value if failure else None,
        "why_none": failure.reason if failure else None,
        **fields | lists,
        "updates": [asdict(each) for each in article.updates] if article else None,
        "relevance": verdict.score if verdict else None,
        "verdict": verdict.decision if verdict else None,
        "topics": [each.label for each in verdict.topics] if verdict else None,
    }
