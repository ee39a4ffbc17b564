"""Crawls as pages: the list of them, and what one of them did.  Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawler.dates import read_moment
from newscrawler.reports.frontpage import Change
from newscrawler.reports.headlines import Headline, headlines
from newscrawler.reports.id_ranges import first_id
from newscrawler.reports.json_cells import counts as whole_numbers
from newscrawler.storage.database.rows import number, record, records
from newscrawler.storage.sites.hosts import POSTPONED_KINDS

if TYPE_CHECKING:
    from sqlite_utils import Database

PAGE = 50  # runs
SHOWN = 40  # articles, failures


_COLUMNS = "id, started, finished, command, exit_code, counts"
_RUNS = f"SELECT {_COLUMNS} FROM runs WHERE id < :before ORDER BY id DESC LIMIT :page"  # noqa: S608 ours
_RUN = f"SELECT {_COLUMNS} FROM runs WHERE id = :id"  # noqa: S608 ours
_NEIGHBOURS = """
    SELECT (SELECT max(id) FROM runs WHERE id < :id), (SELECT min(id) FROM runs WHERE id > :id),
           (SELECT started FROM runs WHERE id > :id ORDER BY id LIMIT 1)
"""
_OF_RUN = "polls NOT INDEXED WHERE polls.id >= :first AND polls.id < :last AND run_id = :run"
_FAILS = f"polls.error IS NOT NULL AND coalesce(polls.failure, '') NOT IN {POSTPONED_KINDS}"
_POLLS = f"""
    SELECT count(*) AS looks, coalesce(sum(status = 304), 0) AS unchanged,
           coalesce(sum({_FAILS}), 0) AS failed, coalesce(sum(failure IN {POSTPONED_KINDS}), 0) AS postponed,
           coalesce(sum(links_seen), 0) AS links_seen, coalesce(sum(links_new), 0) AS links_new,
           round(max(seconds), 1) AS slowest
    FROM {_OF_RUN}
"""  # noqa: S608 ours
_POLLED = f"""
    SELECT polls.status, polls.error, polls.links_seen, polls.links_new, endpoints.url, endpoints.kind,
           endpoints.source_id, sources.name AS source
    FROM (SELECT * FROM {_OF_RUN}) AS polls
    JOIN endpoints ON endpoints.id = polls.endpoint_id JOIN sources ON sources.id = endpoints.source_id
"""  # noqa: S608 ours
_FAILED = f"{_POLLED} WHERE {_FAILS} ORDER BY sources.name LIMIT :shown"
_RICHEST = f"{_POLLED} WHERE polls.links_new > 0 ORDER BY polls.links_new DESC LIMIT 12"
_BY_SOURCE = """
    SELECT sources.id, sources.name, count(*) AS articles
    FROM articles CROSS JOIN sources ON sources.id = articles.source_id
    WHERE articles.id >= :first AND articles.id < :last
    GROUP BY +articles.source_id ORDER BY articles DESC, sources.name LIMIT 20
"""
_CHANGES = """
    SELECT revisions.id, revisions.article_id, revisions.change, revisions.reason, revisions.seen, articles.title,
           articles.source_id, articles.language, sources.name AS source
    FROM revisions
    JOIN articles ON articles.id = revisions.article_id
    JOIN sources ON sources.id = articles.source_id
    WHERE revisions.change <> 'new' AND revisions.seen >= :started AND revisions.seen <= :end
    ORDER BY revisions.seen DESC LIMIT :shown
"""


@dataclass(frozen=True, slots=True)
class Run:
    """A crawl.  `counts`: outcome -> links; `seconds`: None where it has not finished."""

    id: int
    started: str
    finished: str | None
    command: str
    exit_code: int | None
    counts: dict[str, int]
    seconds: float | None


@dataclass(frozen=True, slots=True)
class PollCounts:
    """Looks at endpoints: how many, how many brought a 304, failed or were put off for their hosts' sake.

    Links named, and new ones; seconds of the slowest look.
    """

    looks: int
    unchanged: int
    failed: int
    postponed: int
    links_seen: int
    links_new: int
    slowest: float | None


@dataclass(frozen=True, slots=True)
class PolledEndpoint:
    status: int | None
    error: str | None
    links_seen: int
    links_new: int
    url: str
    kind: str
    source_id: str
    source: str

    @property
    def unstated_status(self) -> int | None:
        """The status that `error` does not name: of an answer 200 with something else; any other is what failed."""
        return self.status if self.status == 200 else None


@dataclass(frozen=True, slots=True)
class SourceCount:
    id: str
    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a crawl did.  `before`, `after`: its neighbours' ids; `brought`: how many articles, of which some are shown."""

    run: Run
    before: int | None
    after: int | None
    polls: PollCounts
    failed: tuple[PolledEndpoint, ...]
    richest: tuple[PolledEndpoint, ...]
    brought: int
    articles: tuple[Headline, ...]
    by_source: tuple[SourceCount, ...]
    changes: tuple[Change, ...]


def _run(counts: object, **cells: Any) -> Run:
    started, finished = read_moment(cells["started"]), read_moment(cells["finished"])
    seconds = (finished - started).total_seconds() if started and finished else None
    return Run(**cells, counts=whole_numbers(counts), seconds=seconds)


def newest_runs(db: Database, before: int | None = None) -> list[Run]:
    """PAGE runs, the last first; `before`: those with a lower number."""
    return records(db, _run, _RUNS, before=before or 2**62, page=PAGE)


def _range(db: Database, table: str, started: str, end: str | None) -> tuple[int, int]:
    """(first id, id after the last) of what came while a run was at work; what came in its last second is in it."""
    first = first_id(db, table, started)
    # 'z' sorts after 'Z': everything of that second
    return first, first_id(db, table, end[:-1] + "z") if end else 2**62


def run_report(db: Database, run_id: int) -> RunReport | None:
    """A run with its looks at endpoints, what failed, and the articles it brought; None where there is none."""
    run = record(db, _run, _RUN, id=run_id)
    if run is None:
        return None
    before, after, next_started = db.execute(_NEIGHBOURS, {"id": run_id}).fetchone()
    end = run.finished or next_started
    polls = dict(zip(("first", "last"), _range(db, "polls", run.started, end), strict=True)) | {"run": run_id}
    totals = record(db, PollCounts, _POLLS, **polls)
    assert totals is not None  # an aggregate has one row
    first, last = _range(db, "articles", run.started, end)
    newest = "SELECT id FROM articles WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?"
    shown = [row[0] for row in db.execute(newest, [first, last, SHOWN]).fetchall()]
    counting = "SELECT count(*) FROM articles WHERE id >= :first AND id < :last"
    return RunReport(
        run=run,
        before=before,
        after=after,
        polls=totals,
        failed=tuple(records(db, PolledEndpoint, _FAILED, **polls, shown=SHOWN)),
        richest=tuple(records(db, PolledEndpoint, _RICHEST, **polls)),
        brought=number(db, counting, first=first, last=last),
        articles=tuple(headlines(db, shown)),
        by_source=tuple(records(db, SourceCount, _BY_SOURCE, first=first, last=last)),
        changes=tuple(records(db, Change, _CHANGES, started=run.started, end=end or "9999", shown=SHOWN)),
    )
