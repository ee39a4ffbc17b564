"""How the archive stands: what is in it, what waits, the last runs, what fails.  Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from newscrawler.reports.queue import Queue, notable_queues
from newscrawler.storage.database.rows import number, record, records

if TYPE_CHECKING:
    from sqlite_utils import Database

_COUNTS = """
    SELECT (SELECT count(*) FROM articles) AS articles,
           (SELECT count(*) FROM stories WHERE merged_into IS NULL) AS stories,
           (SELECT count(*) FROM revisions WHERE change <> 'new') AS revisions, (SELECT count(*) FROM pages) AS pages,
           (SELECT count(*) FROM sources) AS sources, (SELECT max(first_seen) FROM articles) AS latest,
           (SELECT min(next_visit) FROM revisits) AS next_visit,
           (SELECT count(*) FROM articles WHERE gone_since IS NOT NULL) AS gone,
           (SELECT min(next_poll) FROM endpoints WHERE state <> 'retired') AS next_poll
"""
_LINKS = "SELECT state, count(*) AS links FROM links GROUP BY state ORDER BY links DESC"
_RUNS = "SELECT id, started, finished, command, exit_code, counts FROM runs ORDER BY id DESC LIMIT 5"
_FAILING = "SELECT source_id, url, failures, reason, next_poll FROM source_health WHERE state = 'failing' LIMIT 50"
_FINDINGS = "SELECT source_id, kind, detail, url, first_seen FROM troubles LIMIT 200"
_WAITING = """
    SELECT host, not_before, reason FROM hosts WHERE not_before > strftime('%Y-%m-%dT%H:%M:%SZ') ORDER BY host
"""


@dataclass(frozen=True, slots=True)
class RecentRun:
    """`counts`: outcome -> links, as the JSON that is stored."""

    id: int
    started: str
    finished: str | None
    command: str
    exit_code: int | None
    counts: str


@dataclass(frozen=True, slots=True)
class FailingEndpoint:
    source_id: str
    url: str
    failures: int
    reason: str | None
    next_poll: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a source; `url`: of the endpoint, None where it is of the whole source."""

    source_id: str
    kind: str
    detail: str
    url: str | None
    first_seen: str


@dataclass(frozen=True, slots=True)
class WaitingHost:
    host: str
    not_before: str
    reason: str


@dataclass(frozen=True, slots=True)
class ArchiveStatus:
    """`links`: state -> how many; `latest`: when the newest article came; `gone`: articles that were taken away.

    `queues`: of sources for whose links there is no room, or that nobody asks any more.
    """

    articles: int
    stories: int
    revisions: int
    pages: int
    sources: int
    latest: str | None
    links: dict[str, int]
    next_visit: str | None
    gone: int
    next_poll: str | None
    runs: tuple[RecentRun, ...]
    failing: tuple[FailingEndpoint, ...]
    findings: tuple[Finding, ...]
    waiting: tuple[WaitingHost, ...]
    queues: tuple[Queue, ...]


def archive_status(db: Database) -> ArchiveStatus:
    """The archive's status; at most 50 failing endpoints and 200 findings are in it."""
    found = record(db, partial(_with_lists, db), _COUNTS)
    assert found is not None  # a SELECT without FROM has one row
    return found


def _with_lists(db: Database, **counts: Any) -> ArchiveStatus:
    return ArchiveStatus(
        **counts,
        links=dict(db.execute(_LINKS).fetchall()),
        runs=tuple(records(db, RecentRun, _RUNS)),
        failing=tuple(records(db, FailingEndpoint, _FAILING)),
        findings=tuple(records(db, Finding, _FINDINGS)),
        waiting=tuple(records(db, WaitingHost, _WAITING)),
        queues=tuple(notable_queues(db)),
    )


def newest_article(db: Database) -> str | None:
    """When the article came that was seen first last; None where there is none."""
    row = db.execute("SELECT max(first_seen) FROM articles").fetchone()
    return str(row[0]) if row[0] else None


_LANGUAGES = """
    SELECT language FROM sources WHERE language IS NOT NULL
    UNION
    SELECT articles.language
    FROM verdicts
    JOIN articles ON articles.id = verdicts.article_id
    WHERE verdicts.decision = 'review' AND articles.language IS NOT NULL
"""


def languages_at_hand(db: Database) -> list[str]:
    """The languages of the archive's sources and of its articles that wait for a review, as BCP 47 tags."""
    return [str(row[0]) for row in db.execute(_LANGUAGES).fetchall()]


def article_count(db: Database) -> int:
    return number(db, "SELECT count(*) FROM articles")


def last_article_id(db: Database) -> int:
    """The number of the article that came last; 0 in an empty archive."""
    return number(db, "SELECT max(id) FROM articles")


def last_changed_article(db: Database) -> int | None:
    """The article whose text changed last, None where none did."""
    row = db.execute("SELECT article_id FROM changes LIMIT 1").fetchone()
    return int(row[0]) if row else None
