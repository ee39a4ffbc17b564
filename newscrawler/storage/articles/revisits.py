"""The SQL of following an article: what is known of it, when it is looked at again.  Within the archive's transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from newscrawler.dates import from_iso, iso
from newscrawler.errors import FailureKind
from newscrawler.items import Known, KnownArticle, KnownRevision, Outcome
from newscrawler.revisions.changes import CORRECTED, GONE, RESTORED, REVISED
from newscrawler.scheduling.revisits import ROBOTS_WAIT, History, born, jitter, next_visit
from newscrawler.text import clean_line
from newscrawler.urls import bare_host, url_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from newscrawler.items import Candidate, Decision

MAX_REMEMBERED = 24  # revisions that a new state is compared with
_ARTICLE = """
    SELECT articles.id, url, articles.source_id, story_id, title, text, content_hash, published, first_seen,
           url_key, gone_since, gone_reason, coalesce(revisits.failures, 0), read_by, last_seen, revisits.failure
    FROM articles LEFT JOIN revisits ON revisits.article_id = articles.id
    WHERE
"""
_NEW_WORDS = frozenset({REVISED, CORRECTED, RESTORED})


def known_at_address(db: Database, candidate: Candidate) -> Known | None:
    """The article that a page is another state of: the one that was asked for, else the one at the page's address.

    A page that answers for another address than the one asked is still the answer to what was asked.
    """
    lease = candidate.lease
    row = None
    if lease.article_id is not None:
        row = db.execute(f"{_ARTICLE} articles.id = ?", [lease.article_id]).fetchone()
    else:
        row = db.execute(f"{_ARTICLE} url_key = ?", [candidate.url_key]).fetchone()
        if row is None and lease.url != candidate.url:
            row = db.execute(f"{_ARTICLE} url_key = ?", [url_key(lease.url)]).fetchone()
    if row is None:
        return None
    there = KnownArticle(*row)
    new = candidate.article
    if new is None or (new.title, new.text) == (there.title, there.text):
        return Known(at_address=there)
    return Known(at_address=there, revisions=_revisions(db, there.id, new.content_hash))


def _revisions(db: Database, article_id: int, content_hash: str) -> tuple[KnownRevision, ...]:
    rows = db.execute(
        """
        SELECT id, seen, change, title, content_hash, grown, states, iif(content_hash = ?, text, NULL) FROM revisions
        WHERE article_id = ? ORDER BY id DESC LIMIT ?
        """,
        [content_hash, article_id, MAX_REMEMBERED],
    ).fetchall()
    return tuple(KnownRevision(*row) for row in reversed(rows))


def move(db: Database, article_id: int, candidate: Candidate) -> None:
    """Where an article answers now.  To another host it never moves, nor to an address that another one has.

    A variant of the address that it has is no move.
    """
    url, key = db.execute("SELECT url, url_key FROM articles WHERE id = ?", [article_id]).fetchone()
    if key != candidate.url_key and bare_host(url) == bare_host(candidate.url):
        values = [candidate.url, candidate.url_key, article_id]
        db.execute("UPDATE OR IGNORE articles SET url = ?, url_key = ? WHERE id = ?", values)


def mark_gone(db: Database, decision: Decision) -> None:
    """Say since when and why an article is gone.  A time that is ahead comes of a clock that was wrong."""
    now = iso(decision.candidate.fetched)
    db.execute(
        "UPDATE articles SET gone_since = min(coalesce(gone_since, :now), :now), gone_reason = :reason WHERE id = :id",
        {"now": now, "reason": clean_line(decision.why), "id": decision.article_id},
    )


def record_visit(db: Database, decision: Decision, article_id: int) -> None:
    """Write down a look at an article, its validators with its text, and plan the next one."""
    candidate, now = decision.candidate, decision.candidate.fetched
    key, source_id, published, first_seen, gone_since, *before = db.execute(
        """
        SELECT url_key, articles.source_id, published, first_seen, gone_since, counted_from, visits, quiet, failures, failure
        FROM articles LEFT JOIN revisits ON article_id = id WHERE id = ?
        """,
        [article_id],
    ).fetchone()
    row = _after(decision, (iso(now), -1, 0, 0, None) if before[0] is None else before)
    history = History(
        key,
        born(published, from_iso(first_seen)),
        from_iso(row["counted_from"]),
        gone=gone_since is not None,
        failures=row["failures"],
        quiet=row["quiet"],
    )
    looked = candidate.taken_in.at if candidate.taken_in else now  # what others saw long ago is not due at once
    planned = now + ROBOTS_WAIT * jitter(key) if decision.outcome is Outcome.FAILED else next_visit(history, looked)
    if planned is not None:
        planned = max(planned, now + ((candidate.failure and candidate.failure.wait) or timedelta(0)))
    here = key == candidate.url_key
    of_another_page = candidate.status == 304 and decision.outcome is Outcome.RETRY  # ask without conditions next time
    db.execute(
        """
        INSERT INTO revisits (article_id, source_id, next_visit, last_visit, counted_from, visits, quiet, failures,
                              failure, reason, etag, last_modified)
        VALUES (:id, :source, :next, :now, :counted_from, :visits, :quiet, :failures, :failure, :reason, :etag,
                :last_modified)
        ON CONFLICT (article_id) DO UPDATE SET next_visit = :next, last_visit = :now, counted_from = :counted_from,
            visits = :visits, quiet = :quiet, failures = :failures, failure = :failure, reason = :reason,
            etag = iif(:keep, etag, :etag), last_modified = iif(:keep, last_modified, :last_modified)
        """,
        row
        | {
            "id": article_id,
            "source": source_id,
            "next": iso(planned) if planned else None,
            "now": iso(now),
            # only a page with the text may say by what the text is known; a redirect's validators are not the address's
            "keep": (candidate.article is None or decision.outcome in (Outcome.GONE, Outcome.RETRY)) and not of_another_page,
            "etag": candidate.etag if here else None,
            "last_modified": candidate.last_modified if here else None,
        },
    )


def _after(decision: Decision, before: Sequence[Any]) -> dict[str, Any]:
    """How an article fares after a decision on it.  Looks at other pages are not counted with those that saw none."""
    counted_from, visits, quiet, failures, failed_by = before
    failure = decision.candidate.failure
    if (failed_by == FailureKind.ANOTHER) is not (failure is not None and failure.kind is FailureKind.ANOTHER):
        failures = 0
    counts = decision.outcome is Outcome.RETRY and (failure is None or failure.is_attempt or not failures)
    flips = decision.revision_id is not None and not decision.grown
    news = decision.change == GONE or (decision.change in _NEW_WORDS and not flips)
    answered = decision.outcome not in (Outcome.RETRY, Outcome.FAILED)
    found_nothing = decision.outcome in (Outcome.UNCHANGED, Outcome.REVISED) and not news
    now = iso(decision.candidate.fetched)
    return {
        "counted_from": now if news else min(counted_from, now),
        "visits": visits + 1,
        "quiet": quiet + 1 if found_nothing else 0 if news else quiet,
        "failure": failure.kind.value if failure else None,
        "reason": clean_line(decision.reason, 500) if failure else None,
        "failures": 0 if answered else failures + counts,
    }
