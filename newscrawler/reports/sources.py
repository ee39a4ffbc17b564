"""Sources as pages: the list of them, one of them, and how all of them fare.  Read-only.

What has to be counted is counted over the newest articles, polls and runs: the docstrings say over how many.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from newscrawler.dates import iso
from newscrawler.reports.frontpage import ABOUT, daily_by_source, headlines
from newscrawler.reports.id_ranges import boundaries, rows
from newscrawler.reports.json_cells import mapping, moment, strings
from newscrawler.reports.queries import bound, canned_queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlite_utils import Database

DAYS = 14  # of the list's sparklines
LOOKS = 30  # of an endpoint are shown
LATEST = 500  # articles of a source that its page is counted over
MOST = {"languages": 12, "topics": 16, "countries": 100}  # are shown
FRESH = (("an hour", 1), ("6 hours", 6), ("a day", 24), ("3 days", 72), ("a week", 168), ("a month", 720))


def _newest(db: Database) -> str | None:
    row = db.execute("SELECT first_seen FROM articles WHERE id = (SELECT max(id) FROM articles)").fetchone()
    return row[0] if row else None


def source_list(db: Database) -> list[dict[str, Any]]:
    """Every source with its last days, its newest article, what fails and what was found, by what it brought lately."""
    found = rows(
        db,
        """
        SELECT sources.id, sources.name, sources.country, sources.language, sources.kind, sources.state, sources.access,
               (SELECT max(id) FROM articles WHERE articles.source_id = sources.id) AS newest_id,
               (SELECT count(*) FROM endpoints WHERE source_id = sources.id AND state <> 'retired') AS endpoints,
               (SELECT count(*) FROM endpoints WHERE source_id = sources.id AND state = 'failing') AS failing,
               (SELECT max(last_success) FROM endpoints WHERE source_id = sources.id) AS last_success,
               (SELECT group_concat(DISTINCT kind) FROM findings
                WHERE source_id = sources.id AND resolved IS NULL) AS findings
        FROM sources ORDER BY sources.name COLLATE NOCASE
        """,
    )
    newest = json.dumps([each["newest_id"] for each in found if each["newest_id"]])
    stamps = "SELECT id, first_seen FROM articles WHERE id IN (SELECT value FROM json_each(?))"
    seen = dict(db.execute(stamps, [newest]).fetchall())
    latest = _newest(db)
    daily = daily_by_source(db, latest, DAYS) if latest and moment(latest) else {}
    for each in found:
        each["newest"] = seen.get(each["newest_id"])
        each["days"] = daily.get(each["id"], [0] * DAYS)
        each["week"] = sum(each["days"][-7:])
    return found


def _endpoints(db: Database, source_id: str) -> list[dict[str, Any]]:
    """A source's endpoints, those that fail first, each with its last LOOKS looks, the oldest first."""
    found = rows(
        db,
        """
        SELECT id, kind, url, state, reason, failures, last_polled, next_poll, last_success, last_new, newest_item, evidence
        FROM endpoints WHERE source_id = :source AND parent_id IS NULL
        ORDER BY state = 'failing' DESC, state = 'retired', id LIMIT 200
        """,
        source=source_id,
    )
    for each in found:
        looks = rows(
            db,
            """
            SELECT at, status, links_seen, links_new, error FROM polls
            WHERE endpoint_id = :id ORDER BY at DESC LIMIT :looks
            """,
            id=each["id"],
            looks=LOOKS,
        )
        each["looks"] = looks[::-1]
        each["polls"] = [None if look["error"] else look["links_new"] for look in each["looks"]]
        each["failed"] = sum(look["error"] is not None for look in looks)
    return found


def _not_archived(db: Database, source_id: str) -> list[dict[str, Any]]:
    """Why links of a source brought no article, of the last 300 of each of its endpoints."""
    return rows(
        db,
        """
        SELECT links.state, coalesce(links.reason, 'no reason given') AS reason, count(*) AS links
        FROM endpoints JOIN links ON links.id IN (
            SELECT id FROM links AS latest WHERE latest.endpoint_id = endpoints.id ORDER BY latest.id DESC LIMIT 300
        )
        WHERE endpoints.source_id = :source AND links.state IN ('failed', 'dropped')
        GROUP BY links.state, links.reason ORDER BY links DESC LIMIT 12
        """,
        source=source_id,
    )


def _pace(db: Database, source_id: str) -> tuple[str, list[tuple[str, int]]]:
    """(Day or Week of, articles that came in each), over the last 60 days, or a year where it is a slow source."""
    latest = moment(_newest(db))
    if latest is None:
        return "Day", []
    last = latest.date()
    days = _counted(db, source_id, [last - timedelta(days=back) for back in range(59, -2, -1)])
    if sum(number for _, number in days) >= 30:
        return "Day", days
    monday = last - timedelta(days=last.weekday())
    return "Week of", _counted(db, source_id, [monday - timedelta(weeks=back) for back in range(51, -2, -1)])


def _counted(db: Database, source_id: str, starts: Sequence[date]) -> list[tuple[str, int]]:
    """(start of a span, articles of the source that came in it); the last start ends the last span.  Reads an index only."""
    counting = "SELECT count(*) FROM articles WHERE source_id = ? AND id >= ? AND id < ?"
    ends = pairwise(boundaries(db, "articles", [start.isoformat() for start in starts]))
    return [
        (start.isoformat(), db.execute(counting, [source_id, *span]).fetchone()[0])
        for start, span in zip(starts, ends, strict=False)
    ]


def _makeup(db: Database, source_id: str) -> dict[str, Any]:
    """Languages, topics, countries and lengths of a source's newest LATEST articles."""
    latest = "SELECT id FROM articles WHERE source_id = :source ORDER BY id DESC LIMIT :latest"
    several = {
        "languages": f"""
            SELECT iif(instr(language, '-'), substr(language, 1, instr(language, '-') - 1), language) AS label,
                   count(*) AS articles
            FROM articles WHERE id IN ({latest}) GROUP BY 1
        """,  # noqa: S608 the fragments are ours
        "topics": f"""
            SELECT topic_id, label, count(*) AS articles
            FROM ({latest}) AS latest CROSS JOIN article_topics ON article_id = latest.id JOIN topics USING (topic_id)
            WHERE score >= {ABOUT} GROUP BY topic_id
        """,  # noqa: S608
        "countries": f"""
            SELECT code, name, name AS label, count(*) AS articles
            FROM ({latest}) AS latest CROSS JOIN mentions ON article_id = latest.id
            WHERE kind = 'country' GROUP BY +code
        """,  # noqa: S608
    }
    found: dict[str, Any] = {
        name: rows(
            db, f"{sql} ORDER BY articles DESC, label LIMIT :shown", source=source_id, latest=LATEST, shown=MOST[name]
        )
        for name, sql in several.items()
    }
    found["made_of"] = rows(
        db,
        f"""
        SELECT count(*) AS articles, round(avg(word_count)) AS words, avg(published IS NULL) AS undated,
               avg(paywall) AS paywalled, avg(agency IS NOT NULL OR credit IS NOT NULL) AS agency,
               avg(relevance) AS relevance
        FROM articles WHERE id IN ({latest})
        """,  # noqa: S608
        source=source_id,
        latest=LATEST,
    )[0]
    return found


def source_page(db: Database, source_id: str) -> dict[str, Any] | None:
    """A source with its pace, endpoints, troubles and newest articles; None where there is none of that id."""
    found = rows(db, "SELECT * FROM sources WHERE id = :id", id=source_id)
    if not found:
        return None
    source = found[0]
    source["topics"] = strings(source["topics"])
    newest = [
        row[0]
        for row in db.execute(
            "SELECT id FROM articles WHERE source_id = ? ORDER BY id DESC LIMIT 20", [source_id]
        ).fetchall()
    ]
    shown = headlines(db, newest)
    scale, pace = _pace(db, source_id)
    count = db.execute("SELECT count(*) FROM articles WHERE source_id = ?", [source_id]).fetchone()[0]
    return {
        "source": source,
        "articles": count,
        "scale": scale,
        "pace": pace,
        "endpoints": _endpoints(db, source_id),
        "findings": rows(
            db,
            """
            SELECT findings.kind, detail, first_seen, last_seen, resolved, endpoints.url
            FROM findings LEFT JOIN endpoints ON endpoints.id = findings.endpoint_id
            WHERE findings.source_id = :source ORDER BY resolved IS NOT NULL, findings.id DESC LIMIT 20
            """,
            source=source_id,
        ),
        "not_archived": _not_archived(db, source_id),
        "newest": [shown[each] for each in newest if each in shown],
        **_makeup(db, source_id),
    }


def _freshness(db: Database, now: datetime) -> list[tuple[str, int]]:
    """How many sources that are asked brought something new within an hour, 6 hours, ...; and how many never did."""
    stamps = [
        row[0]
        for row in db.execute(
            "SELECT max(last_new) FROM endpoints WHERE state <> 'retired' AND last_polled IS NOT NULL GROUP BY source_id"
        ).fetchall()
    ]
    hours = [(now - at) / timedelta(hours=1) for stamp in stamps if (at := moment(stamp))]
    found, before = [], 0.0
    for words, limit in FRESH:
        found.append((f"within {words}", sum(before <= each < limit or (each < 0 and not before) for each in hours)))
        before = limit
    return [*found, ("longer ago", sum(each >= before for each in hours)), ("never", stamps.count(None))]


def runs_by_day(db: Database, now: datetime, days: int = DAYS) -> list[dict[str, Any]]:
    """What the crawls of each of the last days came to: runs, failed ones, and outcomes of links."""
    since = iso(now - timedelta(days=days - 1))[:10]
    latest = "SELECT started, exit_code, counts FROM runs ORDER BY id DESC LIMIT 2000"
    found = [row for row in db.execute(latest).fetchall() if row[0][:10] >= since]
    wanted = [(now - timedelta(days=back)).date().isoformat() for back in range(days - 1, -1, -1)]
    tally: dict[str, Counter[str]] = {day: Counter() for day in wanted}
    for started, code, counts in found:
        if started[:10] in tally:
            told = {name: number for name, number in mapping(counts).items() if isinstance(number, int)}
            tally[started[:10]].update(told)
            tally[started[:10]].update({"runs": 1, "ended badly": int(bool(code))})
    return [{"day": day, **tally[day]} for day in wanted]


def health(db: Database, now: datetime) -> dict[str, Any]:
    """What is wrong with sources now, what got well, who went quiet, who is fresh, which hosts we wait for."""
    quiet = canned_queries()["quiet_sources"]
    failing = rows(
        db,
        """
        SELECT endpoints.id, endpoints.source_id, sources.name AS source, endpoints.kind, endpoints.url, endpoints.reason,
               endpoints.failures, endpoints.last_success, endpoints.next_poll
        FROM endpoints JOIN sources ON sources.id = endpoints.source_id
        WHERE endpoints.state = 'failing' ORDER BY endpoints.failures DESC, sources.name LIMIT 100
        """,
    )
    history = "SELECT links_new, error FROM polls WHERE endpoint_id = ? ORDER BY at DESC LIMIT ?"
    for each in failing:
        looks = db.execute(history, [each["id"], LOOKS]).fetchall()
        each["polls"] = [None if error else new for new, error in reversed(looks)]
    states = "SELECT state, count(*) AS endpoints FROM endpoints WHERE state <> 'retired' GROUP BY state ORDER BY 2 DESC"
    return {
        "troubles": rows(db, "SELECT * FROM troubles LIMIT 40"),
        "kinds": rows(db, "SELECT kind, count(*) AS findings FROM troubles GROUP BY kind ORDER BY findings DESC"),
        "recovered": rows(
            db,
            """
            SELECT findings.source_id, sources.name AS source, findings.kind, detail, findings.first_seen, resolved
            FROM findings JOIN sources ON sources.id = findings.source_id
            WHERE resolved >= :since ORDER BY resolved DESC LIMIT 30
            """,
            since=iso(now - timedelta(days=7)),
        ),
        "failing": failing,
        "quiet": rows(db, quiet.sql, **bound(quiet, {})),
        "freshness": _freshness(db, now),
        "states": rows(db, states),
        "waiting": rows(db, "SELECT * FROM hosts WHERE not_before > :now ORDER BY not_before", now=iso(now)),
        "days": runs_by_day(db, now),
        "pending": rows(db, "SELECT count(*) AS links FROM links WHERE state = 'pending' AND next_try IS NULL")[0]["links"],
    }
