"""Sources as pages: the list of them, and one of them.  Read-only.

What has to be counted is counted over the newest articles and polls: the docstrings say over how many.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from newscrawler.dates import read_moment
from newscrawler.reports.frontpage import CountryCount, daily_by_source
from newscrawler.reports.headlines import ABOUT, Headline, headlines
from newscrawler.reports.id_ranges import boundaries
from newscrawler.reports.queue import Queue, queue_of
from newscrawler.storage.database.rows import number, record, records
from newscrawler.storage.sites.hosts import POSTPONED_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlite_utils import Database

DAYS = 14  # of the list's sparklines
LOOKS = 30  # of an endpoint are shown
LATEST = 500  # articles of a source that its page is counted over
NEWEST = 20  # of them are shown
# of an endpoint: its host said "not now", or has had enough of us, and its time has not come
_WAITS = f"""
    state <> 'retired' AND failure IN {POSTPONED_KINDS} AND next_poll > strftime('%Y-%m-%dT%H:%M:%SZ')
"""
_LIST = f"""
    SELECT sources.id, sources.name, sources.country, sources.language, sources.kind, sources.state,
           (SELECT first_seen FROM articles
            WHERE id = (SELECT max(id) FROM articles WHERE articles.source_id = sources.id)) AS newest,
           (SELECT count(*) FROM endpoints WHERE source_id = sources.id AND state <> 'retired') AS endpoints,
           (SELECT count(*) FROM endpoints WHERE source_id = sources.id AND state = 'failing') AS failing,
           (SELECT max(next_poll) FROM endpoints WHERE source_id = sources.id AND {_WAITS}) AS waits_until,
           (SELECT group_concat(DISTINCT kind) FROM findings
            WHERE source_id = sources.id AND resolved IS NULL) AS findings
    FROM sources ORDER BY sources.name COLLATE NOCASE
"""  # noqa: S608 ours
_SOURCE = "SELECT id, name, home, country, language, kind, state, access FROM sources WHERE id = :id"
_ENDPOINTS = f"""
    SELECT id, kind, url, state, reason, failures, last_polled, next_poll, last_new,
           iif({_WAITS}, next_poll, NULL) AS waits_until
    FROM endpoints WHERE source_id = :source AND parent_id IS NULL
    ORDER BY state = 'failing' DESC, state = 'retired', id LIMIT 200
"""  # noqa: S608 ours
_LOOKS = f"""
    SELECT iif(error IS NULL, links_new, NULL) FROM polls
    WHERE endpoint_id = ? AND coalesce(failure, '') NOT IN {POSTPONED_KINDS} ORDER BY at DESC LIMIT ?
"""  # noqa: S608 ours
_FINDINGS = """
    SELECT findings.kind, detail, first_seen, resolved, endpoints.url
    FROM findings LEFT JOIN endpoints ON endpoints.id = findings.endpoint_id
    WHERE findings.source_id = :source ORDER BY resolved IS NOT NULL, findings.id DESC LIMIT 20
"""
# of the last 300 links of each of its endpoints
_NOT_ARCHIVED = """
    SELECT links.state, coalesce(links.reason, 'no reason given') AS reason, count(*) AS links
    FROM endpoints JOIN links ON links.id IN (
        SELECT id FROM links AS latest WHERE latest.endpoint_id = endpoints.id ORDER BY latest.id DESC LIMIT 300
    )
    WHERE endpoints.source_id = :source AND links.state IN ('failed', 'dropped')
    GROUP BY links.state, links.reason ORDER BY links DESC LIMIT 12
"""
_LATEST = "SELECT id FROM articles WHERE source_id = :source ORDER BY id DESC LIMIT :latest"
_LANGUAGES = f"""
    SELECT iif(instr(language, '-'), substr(language, 1, instr(language, '-') - 1), language) AS label,
           count(*) AS articles
    FROM articles WHERE id IN ({_LATEST}) GROUP BY 1 ORDER BY articles DESC, label LIMIT 12
"""  # noqa: S608 ours
_TOPICS = f"""
    SELECT label, count(*) AS articles
    FROM ({_LATEST}) AS latest CROSS JOIN article_topics ON article_id = latest.id JOIN topics USING (topic_id)
    WHERE score >= {ABOUT} GROUP BY topic_id ORDER BY articles DESC, label LIMIT 16
"""  # noqa: S608 ours
_COUNTRIES = f"""
    SELECT code, name, count(*) AS articles
    FROM ({_LATEST}) AS latest CROSS JOIN mentions ON article_id = latest.id
    WHERE kind = 'country' GROUP BY +code ORDER BY articles DESC, name LIMIT 100
"""  # noqa: S608 ours
_MEANS = f"""
    SELECT count(*) AS articles, round(avg(word_count)) AS words, avg(published IS NULL) AS undated,
           avg(paywall) AS paywalled, avg(agency IS NOT NULL OR credit IS NOT NULL) AS agency,
           avg(relevance) AS relevance
    FROM articles WHERE id IN ({_LATEST})
"""  # noqa: S608 ours


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source in the list of them.

    `newest`: when its newest article came; `days`: articles of each of the last DAYS days, the oldest first, `week`: of the
    last seven; `endpoints`: how many are asked, `failing`: how many of them fail; `waits_until`: when
    the last of those that are put off for their hosts' sake is asked again; `findings`: kinds of trouble, by commas.
    """

    id: str
    name: str
    country: str | None
    language: str | None
    kind: str
    state: str
    endpoints: int
    failing: int
    waits_until: str | None
    findings: str | None
    newest: str | None
    days: tuple[int, ...]

    @property
    def week(self) -> int:
        return sum(self.days[-7:])


@dataclass(frozen=True, slots=True)
class SourceRow:
    id: str
    name: str
    home: str
    country: str | None
    language: str | None
    kind: str
    state: str
    access: str


@dataclass(frozen=True, slots=True)
class EndpointReport:
    """An endpoint; `looks`: as of `last_looks`; `waits_until`: of one that is put off for its host's sake."""

    id: int
    kind: str
    url: str
    state: str
    reason: str | None
    failures: int
    last_polled: str | None
    next_poll: str | None
    last_new: str | None
    waits_until: str | None
    looks: tuple[int | None, ...]

    @property
    def failed(self) -> int:
        return self.looks.count(None)


@dataclass(frozen=True, slots=True)
class SourceFinding:
    """What was found to be wrong with a source; `resolved`: when it was well again, None while it holds."""

    kind: str
    detail: str
    first_seen: str
    resolved: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class UnarchivedLinks:
    """How many links brought no article, and why."""

    state: str
    reason: str
    links: int


@dataclass(frozen=True, slots=True)
class LabelCount:
    """`label`: None for articles of which it is not known."""

    label: str | None
    articles: int


@dataclass(frozen=True, slots=True)
class SourceMeans:
    """Means over a source's newest articles: words, and shares from 0 to 1; None where no article says."""

    articles: int
    words: float | None
    undated: float | None
    paywalled: float | None
    agency: float | None
    relevance: float | None


@dataclass(frozen=True, slots=True)
class SourceReport:
    """`scale`: Day or Week of, `pace`: articles that came in each; what is counted is of the newest LATEST articles."""

    source: SourceRow
    articles: int
    scale: str
    pace: tuple[tuple[str, int], ...]
    endpoints: tuple[EndpointReport, ...]
    queue: Queue
    findings: tuple[SourceFinding, ...]
    not_archived: tuple[UnarchivedLinks, ...]
    newest: tuple[Headline, ...]
    languages: tuple[LabelCount, ...]
    topics: tuple[LabelCount, ...]
    countries: tuple[CountryCount, ...]
    made_of: SourceMeans


def newest_article_time(db: Database) -> str | None:
    """When the article that came last was first seen; None in an empty archive."""
    row = db.execute("SELECT first_seen FROM articles WHERE id = (SELECT max(id) FROM articles)").fetchone()
    return row[0] if row else None


def source_list(db: Database) -> list[SourceLine]:
    """Every source with its last days, its newest article, what fails and what was found, by name."""
    latest = newest_article_time(db)
    daily = daily_by_source(db, latest, DAYS) if latest and read_moment(latest) else {}

    def line(**cells: Any) -> SourceLine:
        return SourceLine(**cells, days=tuple(daily.get(cells["id"], [0] * DAYS)))

    return records(db, line, _LIST)


def last_looks(db: Database, endpoint_id: int) -> tuple[int | None, ...]:
    """New links of each of an endpoint's last LOOKS looks, the oldest first, None for one that failed."""
    looks = [row[0] for row in db.execute(_LOOKS, [endpoint_id, LOOKS]).fetchall()]
    return tuple(reversed(looks))


def _endpoint(db: Database, **cells: Any) -> EndpointReport:
    return EndpointReport(**cells, looks=last_looks(db, cells["id"]))


def _pace(db: Database, source_id: str) -> tuple[str, list[tuple[str, int]]]:
    """(Day or Week of, articles that came in each), over the last 60 days, or a year where it is a slow source."""
    latest = read_moment(newest_article_time(db))
    if latest is None:
        return "Day", []
    last = latest.date()
    days = _counts_by_span(db, source_id, [last - timedelta(days=back) for back in range(59, -2, -1)])
    if sum(number for _, number in days) >= 30:
        return "Day", days
    monday = last - timedelta(days=last.weekday())
    return "Week of", _counts_by_span(db, source_id, [monday - timedelta(weeks=back) for back in range(51, -2, -1)])


def _counts_by_span(db: Database, source_id: str, starts: Sequence[date]) -> list[tuple[str, int]]:
    """(start of a span, articles of the source that came in it); the last start ends the last span.  Reads an index only."""
    counting = "SELECT count(*) FROM articles WHERE source_id = ? AND id >= ? AND id < ?"
    ends = pairwise(boundaries(db, "articles", [start.isoformat() for start in starts]))
    return [
        (start.isoformat(), db.execute(counting, [source_id, *span]).fetchone()[0])
        for start, span in zip(starts, ends, strict=False)
    ]


def source_report(db: Database, source_id: str) -> SourceReport | None:
    """A source with its pace, endpoints, troubles and newest articles; None where there is none of that id."""
    source = record(db, SourceRow, _SOURCE, id=source_id)
    if source is None:
        return None
    of_it = {"source": source_id}
    latest = {"source": source_id, "latest": LATEST}
    newest = [row[0] for row in db.execute(_LATEST, {"source": source_id, "latest": NEWEST}).fetchall()]
    scale, pace = _pace(db, source_id)
    queue = queue_of(db, source_id)
    assert queue is not None  # the source is there
    means = record(db, SourceMeans, _MEANS, **latest)
    assert means is not None  # an aggregate has one row
    return SourceReport(
        source=source,
        articles=number(db, "SELECT count(*) FROM articles WHERE source_id = :source", **of_it),
        scale=scale,
        pace=tuple(pace),
        endpoints=tuple(records(db, partial(_endpoint, db), _ENDPOINTS, **of_it)),
        queue=queue,
        findings=tuple(records(db, SourceFinding, _FINDINGS, **of_it)),
        not_archived=tuple(records(db, UnarchivedLinks, _NOT_ARCHIVED, **of_it)),
        newest=tuple(headlines(db, newest)),
        languages=tuple(records(db, LabelCount, _LANGUAGES, **latest)),
        topics=tuple(records(db, LabelCount, _TOPICS, **latest)),
        countries=tuple(records(db, CountryCount, _COUNTRIES, **latest)),
        made_of=means,
    )
