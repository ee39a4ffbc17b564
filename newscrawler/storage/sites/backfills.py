"""Backfills in the archive: steps, links found, coverage by day.  Each function is one transaction or one read."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawler.dates import iso
from newscrawler.discovery.robots import parse_robots
from newscrawler.items import Lease
from newscrawler.scheduling.backfill import Step, counted_day, days_missed, gaps
from newscrawler.scheduling.polling import Rhythm
from newscrawler.storage.sites.findings import MIN_WATCHED_HOURS
from newscrawler.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlite_utils import Database

    from newscrawler.items import Link
    from newscrawler.storage.archive import Archive

_LEASES = """
    SELECT links.id, links.source_id, links.url, links.published_hint, links.title_hint, links.attempts
    FROM backfill_links JOIN links ON links.id = backfill_links.link_id
    WHERE backfill_links.backfill_id = ? AND links.state = 'pending' AND (links.next_try IS NULL OR links.next_try <= ?)
    ORDER BY backfill_links.day DESC, links.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a step brought: links of the dates asked for, further steps, how many undated links were left out."""

    links: tuple[Link, ...]
    further: tuple[Step, ...]
    undated: int = 0
    error: str | None = None


def begin(archive: Archive, source_id: str, dates: tuple[date, date], now: datetime, *, undated: bool = False) -> int:
    """The number of the backfill of a source and dates: a new one, or the one that was begun before, which goes on.

    What failed is tried again; with `undated`, what left out undated links too.
    """
    since, until = (each.isoformat() for each in dates)
    with archive.transaction():
        archive.db.execute(
            """
            INSERT INTO backfills (source_id, since, until, created) VALUES (?, ?, ?, ?)
            ON CONFLICT (source_id, since, until) DO UPDATE SET finished = NULL
            """,
            [source_id, since, until, iso(now)],
        )
        row = archive.db.execute(
            "SELECT id FROM backfills WHERE source_id = ? AND since = ? AND until = ?",
            [source_id, since, until],
        ).fetchone()
        archive.db.execute(
            """
            UPDATE backfill_steps SET state = 'pending'
            WHERE backfill_id = ? AND (state = 'failed' OR (? AND undated > 0))
            """,
            [row[0], undated],
        )
    return int(row[0])


def add_steps(db: Database, backfill_id: int, steps: Iterable[Step]) -> None:
    """Within a transaction.  A step that is there already, done or not, stays as it is."""
    db.conn.executemany(
        """
        INSERT INTO backfill_steps (backfill_id, kind, url, hints) VALUES (?, ?, ?, ?)
        ON CONFLICT (backfill_id, url) DO NOTHING
        """,
        [(backfill_id, step.kind, step.url, json.dumps(dict(step.hints))) for step in steps],
    )


def prepare(archive: Archive, backfill_id: int, steps: Iterable[Step]) -> None:
    with archive.transaction():
        add_steps(archive.db, backfill_id, steps)


def next_step(archive: Archive, backfill_id: int) -> tuple[int, Step] | None:
    """(row id, step) to take next, None where all are taken."""
    row = archive.db.execute(
        "SELECT id, kind, url, hints FROM backfill_steps WHERE backfill_id = ? AND state = 'pending' ORDER BY id LIMIT 1",
        [backfill_id],
    ).fetchone()
    return (row[0], Step(row[1], row[2], tuple(sorted(json.loads(row[3]).items())))) if row else None


def record_step(
    archive: Archive,
    backfill_id: int,
    taken: tuple[int, Step],
    brought: Brought,
    now: datetime,
) -> int:
    """Save what a step brought, in one transaction; how many of its links are new."""
    db, (row_id, step), links = archive.db, taken, brought.links
    (source_id,) = db.execute("SELECT source_id FROM backfills WHERE id = ?", [backfill_id]).fetchone()
    with archive.transaction():
        new = archive.frontier.push(links, source_id, None, now)
        db.conn.executemany(
            """
            INSERT INTO backfill_links (backfill_id, link_id, day) SELECT ?, id, ? FROM links WHERE url_key = ?
            ON CONFLICT (backfill_id, link_id) DO UPDATE SET day = coalesce(day, excluded.day)
            """,
            [(backfill_id, counted_day(link, step), url_key(link.url)) for link in links],
        )
        add_steps(db, backfill_id, brought.further)
        db.execute(
            "UPDATE backfill_steps SET state = ?, links_seen = ?, links_new = ?, undated = ?, error = ? WHERE id = ?",
            ["failed" if brought.error else "done", len(links), new, brought.undated, brought.error, row_id],
        )
    return new


def leases(archive: Archive, backfill_id: int, now: datetime, limit: int) -> list[Lease]:
    """The links of a backfill that are still to be fetched, latest day first."""
    rows = archive.db.execute(_LEASES, [backfill_id, iso(now), limit]).fetchall()
    return [
        Lease(key, source_id, url, published_hint=published, title_hint=title, attempts=attempts)
        for key, source_id, url, published, title, attempts in rows
    ]


def days(since: date, until: date) -> list[date]:
    return [since + timedelta(days=number) for number in range((until - since).days + 1)]


# a page's own day, where it states one; else what was said of its link
_FOUND = """
    SELECT coalesce(substr(articles.published, 1, 10), day) AS of_day, count(*)
    FROM backfill_links JOIN links ON links.id = link_id LEFT JOIN articles ON articles.id = links.article_id
    WHERE backfill_id = :id AND of_day IS NOT NULL GROUP BY of_day
"""
_PENDING = """
    SELECT day, count(*) FROM backfill_links JOIN links ON links.id = link_id
    WHERE backfill_id = :id AND day IS NOT NULL AND links.state = 'pending' GROUP BY day
"""
_STORED = """
    SELECT substr(published, 1, 10), count(*) FROM articles
    WHERE source_id = :source AND published >= :first AND published < :after GROUP BY 1
"""
_STORED_UNDATED = """
    SELECT day, count(DISTINCT articles.id)
    FROM backfill_links JOIN links ON links.id = link_id JOIN articles ON articles.id = links.article_id
    WHERE backfill_id = :id AND day BETWEEN :since AND :until AND articles.published IS NULL GROUP BY day
"""
_IS_LEFT = """
    SELECT EXISTS (SELECT 1 FROM backfill_steps WHERE backfill_id = :id AND state = 'pending')
        OR EXISTS (SELECT 1 FROM backfill_links JOIN links ON links.id = link_id
                   WHERE backfill_id = :id AND links.state = 'pending')
"""


def cover(archive: Archive, backfill_id: int, now: datetime) -> None:
    """Write down for each day what was found and what is stored, and whether the backfill is finished."""
    db, of_it = archive.db, {"id": backfill_id}
    source_id, since, until = db.execute("SELECT source_id, since, until FROM backfills WHERE id = :id", of_it).fetchone()
    wanted = days(date.fromisoformat(since), date.fromisoformat(until))
    span = {"source": source_id, "first": since, "after": (wanted[-1] + timedelta(days=1)).isoformat()}
    found, pending = (dict(db.execute(sql, of_it).fetchall()) for sql in (_FOUND, _PENDING))
    stored = dict(db.execute(_STORED, span).fetchall())
    for day, number in db.execute(_STORED_UNDATED, of_it | {"since": since, "until": until}).fetchall():
        stored[day] = stored.get(day, 0) + number
    there = {day: found.get(day, 0) + stored.get(day, 0) for day in {*found, *stored}}
    empty = gaps(there, wanted, pace=pace(db, source_id))
    for step in _steps(db, backfill_id, "failed"):
        empty |= days_missed(step, there, wanted)
    with archive.transaction():
        db.execute("DELETE FROM coverage WHERE backfill_id = :id", of_it)
        db.conn.executemany(
            "INSERT INTO coverage (backfill_id, day, found, stored, pending, gap) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (backfill_id, day, found.get(day, 0), stored.get(day, 0), pending.get(day, 0), int(day in empty))
                for day in (each.isoformat() for each in wanted)
            ],
        )
        left = db.execute(_IS_LEFT, of_it).fetchone()[0]
        db.execute("UPDATE backfills SET finished = ? WHERE id = ?", [None if left else iso(now), backfill_id])


def pace(db: Database, source_id: str) -> tuple[float, float] | None:
    """Articles that a source's endpoints let expect on a working day and on one of a weekend; None: not learnt yet."""
    kept = db.execute("SELECT rhythm FROM endpoints WHERE source_id = ? AND state <> 'retired'", [source_id]).fetchall()
    learnt = [rhythm for (text,) in kept if (rhythm := Rhythm.from_json(text)).watched >= MIN_WATCHED_HOURS]
    if not learnt:
        return None
    monday = datetime(2024, 1, 1, tzinfo=UTC)
    hours = [[monday + timedelta(days=first, hours=hour) for hour in range(24)] for first in (0, 5)]
    usual, weekend = (max(sum(map(rhythm.rate, each)) for rhythm in learnt) for each in hours)
    return usual, weekend


def crawl_delay(db: Database, home: str, agent: str) -> float:
    """The Crawl-delay in seconds that a site's robots.txt asked of us, as kept; 0.0 where it asks for none."""
    parts = urlsplit(home)
    row = db.execute("SELECT body FROM robots WHERE origin = ?", [f"{parts.scheme}://{parts.netloc}"]).fetchone()
    return parse_robots(row[0], home).crawl_delay(agent) or 0.0 if row else 0.0


def _steps(db: Database, backfill_id: int, state: str) -> list[Step]:
    rows = db.execute(
        "SELECT kind, url, hints FROM backfill_steps WHERE backfill_id = ? AND state = ?", [backfill_id, state]
    )
    return [Step(kind, url, tuple(sorted(json.loads(hints).items()))) for kind, url, hints in rows.fetchall()]


def count_undated(archive: Archive, backfill_id: int) -> int:
    """How many links were left out because nothing dates them."""
    sql = "SELECT coalesce(sum(undated), 0) FROM backfill_steps WHERE backfill_id = ?"
    return int(archive.db.execute(sql, [backfill_id]).fetchone()[0])


def with_learnt(archive: Archive, source_id: str, steps: Iterable[Step]) -> list[Step]:
    """The steps, with what is known of them: an index whose lastmod was found false is not pruned by it."""
    sql = "SELECT url FROM endpoints WHERE source_id = ? AND lastmod = 'false'"
    false = {url for (url,) in archive.db.execute(sql, [source_id]).fetchall()}
    return [replace(each, hints=(*each.hints, ("_lastmod", "false"))) if each.url in false else each for each in steps]


def step_states(archive: Archive, backfill_id: int) -> dict[str, int]:
    """How many steps are in which state."""
    sql = "SELECT state, count(*) FROM backfill_steps WHERE backfill_id = ? GROUP BY state"
    return dict(archive.db.execute(sql, [backfill_id]).fetchall())


def failed_steps(archive: Archive, backfill_id: int, limit: int = 5) -> list[tuple[str, str]]:
    """(address, why) of steps that failed."""
    sql = "SELECT url, error FROM backfill_steps WHERE backfill_id = ? AND state = 'failed' ORDER BY id LIMIT ?"
    return [(url, error) for url, error in archive.db.execute(sql, [backfill_id, limit]).fetchall()]
