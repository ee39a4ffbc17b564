"""How all sources fare: what is wrong, what got well, who went quiet, which hosts we wait for.  Read-only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from newscrawler.dates import iso, read_moment
from newscrawler.reports.frontpage import Trouble, troubles
from newscrawler.reports.json_cells import counts as whole_numbers
from newscrawler.reports.queries import bind_parameters, canned_queries
from newscrawler.reports.sources import last_looks
from newscrawler.storage.database.rows import number, records

if TYPE_CHECKING:
    from sqlite_utils import Database

DAYS = 14  # of crawls
RUNS = 2_000  # of the newest crawls are counted
FRESH = (("an hour", 1), ("6 hours", 6), ("a day", 24), ("3 days", 72), ("a week", 168), ("a month", 720))
_FAILING = """
    SELECT endpoints.id, endpoints.source_id, sources.name AS source, endpoints.url, endpoints.reason,
           endpoints.failures, endpoints.last_success, endpoints.next_poll
    FROM endpoints JOIN sources ON sources.id = endpoints.source_id
    WHERE endpoints.state = 'failing' ORDER BY endpoints.failures DESC, sources.name LIMIT 100
"""
_KINDS = "SELECT kind, count(*) AS findings FROM troubles GROUP BY kind ORDER BY findings DESC"
_RECOVERED = """
    SELECT findings.source_id, sources.name AS source, findings.kind, detail, resolved
    FROM findings JOIN sources ON sources.id = findings.source_id
    WHERE resolved >= :since ORDER BY resolved DESC LIMIT 30
"""
_STATES = "SELECT state, count(*) AS endpoints FROM endpoints WHERE state <> 'retired' GROUP BY state ORDER BY 2 DESC"
_WAITING = "SELECT host, not_before, failures, reason FROM hosts WHERE not_before > :now ORDER BY not_before"
_PENDING = "SELECT count(*) FROM links WHERE state = 'pending' AND next_try IS NULL"

_BROKEN = """
    SELECT findings.source_id, endpoints.url FROM findings JOIN endpoints ON endpoints.id = findings.endpoint_id
    WHERE findings.resolved IS NULL AND endpoints.state <> 'retired' AND endpoints.parent_id IS NULL
      AND findings.kind IN ('dead', 'unreachable', 'frozen', 'block-page', 'empty')
"""


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: str
    findings: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """A finding that holds no more."""

    source_id: str
    source: str
    kind: str
    detail: str
    resolved: str


@dataclass(frozen=True, slots=True)
class FailingEndpoint:
    """`looks`: as of `sources.last_looks`."""

    id: int
    source_id: str
    source: str
    url: str
    reason: str | None
    failures: int
    last_success: str | None
    next_poll: str | None
    looks: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class QuietSource:
    """A row of the canned query `quiet_sources`: articles of the last days, and what was usual before."""

    source: str
    country: str | None
    last_article: str
    articles: int
    usual: float
    findings: str | None
    source_id: str


@dataclass(frozen=True, slots=True)
class StateCount:
    state: str
    endpoints: int


@dataclass(frozen=True, slots=True)
class PostponedHost:
    """A host that is left alone until then, after so many failures in a row."""

    host: str
    not_before: str
    failures: int
    reason: str


@dataclass(frozen=True, slots=True)
class DayOfRuns:
    """What the crawls of a day came to: outcome -> links; `failed_runs`: how many ended with failures."""

    day: str
    runs: int
    failed_runs: int
    outcomes: dict[str, int]


@dataclass(frozen=True, slots=True)
class HealthReport:
    """`freshness`: (since when sources brought something new, how many); `pending`: links that wait to be fetched."""

    troubles: tuple[Trouble, ...]
    kinds: tuple[KindCount, ...]
    recovered: tuple[Recovery, ...]
    failing: tuple[FailingEndpoint, ...]
    quiet: tuple[QuietSource, ...]
    freshness: tuple[tuple[str, int], ...]
    states: tuple[StateCount, ...]
    waiting: tuple[PostponedHost, ...]
    days: tuple[DayOfRuns, ...]
    pending: int


def _failing(db: Database, **cells: Any) -> FailingEndpoint:
    return FailingEndpoint(**cells, looks=last_looks(db, cells["id"]))


def _freshness(db: Database, now: datetime) -> list[tuple[str, int]]:
    """How many sources that are asked brought something new within an hour, 6 hours, ...; and how many never did."""
    stamps = [
        row[0]
        for row in db.execute(
            "SELECT max(last_new) FROM endpoints WHERE state <> 'retired' AND last_polled IS NOT NULL GROUP BY source_id"
        ).fetchall()
    ]
    hours = [(now - at) / timedelta(hours=1) for stamp in stamps if (at := read_moment(stamp))]
    found, before = [], 0.0
    for words, limit in FRESH:
        found.append((f"within {words}", sum(before <= each < limit or (each < 0 and not before) for each in hours)))
        before = limit
    return [*found, ("longer ago", sum(each >= before for each in hours)), ("never", stamps.count(None))]


def runs_by_day(db: Database, now: datetime, days: int = DAYS) -> list[DayOfRuns]:
    """What the crawls of each of the last days came to, of the newest RUNS."""
    wanted = [(now - timedelta(days=back)).date().isoformat() for back in range(days - 1, -1, -1)]
    outcomes: dict[str, Counter[str]] = {day: Counter() for day in wanted}
    runs: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    newest = "SELECT substr(started, 1, 10), exit_code, counts FROM runs ORDER BY id DESC LIMIT ?"
    for day, code, counts in db.execute(newest, [RUNS]).fetchall():
        if day in outcomes:
            outcomes[day].update(whole_numbers(counts))
            runs[day] += 1
            failed[day] += bool(code)
    return [DayOfRuns(day, runs[day], failed[day], dict(outcomes[day])) for day in wanted]


def health_report(db: Database, now: datetime) -> HealthReport:
    """What the health page says."""
    quiet = canned_queries()["quiet_sources"]
    return HealthReport(
        troubles=tuple(troubles(db, 40)),
        kinds=tuple(records(db, KindCount, _KINDS)),
        recovered=tuple(recovered(db, now)),
        failing=tuple(records(db, partial(_failing, db), _FAILING)),
        quiet=tuple(records(db, QuietSource, quiet.sql, **bind_parameters(quiet, {}))),
        freshness=tuple(_freshness(db, now)),
        states=tuple(records(db, StateCount, _STATES)),
        waiting=tuple(records(db, PostponedHost, _WAITING, now=iso(now))),
        days=tuple(runs_by_day(db, now)),
        pending=number(db, _PENDING),
    )


def recovered(db: Database, now: datetime) -> list[Recovery]:
    """What got well within a week, the last first."""
    return records(db, Recovery, _RECOVERED, since=iso(now - timedelta(days=7)))


def last_change(db: Database) -> str | None:
    """When a finding came or went last; None where there never was one."""
    at: str | None = db.execute("SELECT max(max(first_seen, coalesce(resolved, ''))) FROM findings").fetchone()[0]
    return at


def broken_endpoints(db: Database) -> dict[str, set[str]]:
    """Source id -> addresses of its endpoints that died, froze or turned into something else."""
    found: dict[str, set[str]] = {}
    for source_id, url in db.execute(_BROKEN).fetchall():
        found.setdefault(source_id, set()).add(url)
    return found
