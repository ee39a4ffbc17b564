"""Backfills in the archive: steps, links found, coverage by day.  Each function is one transaction or one read."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

from newscrawler.backfilling import Step, day_of, gaps
from newscrawler.dates import iso
from newscrawler.items import Lease
from newscrawler.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from newscrawler.items import Link
    from newscrawler.storage.archive import Archive

_LEASES = """
    SELECT links.id, links.source_id, links.url, links.published_hint, links.title_hint, links.attempts
    FROM backfill_links JOIN links ON links.id = backfill_links.link_id
    WHERE backfill_links.backfill_id = ? AND links.state = 'pending' AND (links.next_try IS NULL OR links.next_try <= ?)
    ORDER BY backfill_links.day DESC, links.id DESC LIMIT ?
"""


def begin(archive: Archive, source_id: str, since: date, until: date, now: datetime) -> int:
    """The backfill of a source and dates: a new one, or the one that was begun before, which goes on."""
    with archive.transaction():
        archive.db.execute(
            """
            INSERT INTO backfills (source_id, since, until, created) VALUES (?, ?, ?, ?)
            ON CONFLICT (source_id, since, until) DO UPDATE SET finished = NULL
            """,
            [source_id, since.isoformat(), until.isoformat(), iso(now)],
        )
        # what failed is tried again
        row = archive.db.execute(
            "SELECT id FROM backfills WHERE source_id = ? AND since = ? AND until = ?",
            [source_id, since.isoformat(), until.isoformat()],
        ).fetchone()
        archive.db.execute(
            "UPDATE backfill_steps SET state = 'pending' WHERE backfill_id = ? AND state = 'failed'", [row[0]]
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
    links: Sequence[Link],
    further: Sequence[Step],
    now: datetime,
    *,
    error: str | None = None,
) -> int:
    """Save what a step brought, in one transaction; how many of its links are new."""
    db, (row_id, step) = archive.db, taken
    (source_id,) = db.execute("SELECT source_id FROM backfills WHERE id = ?", [backfill_id]).fetchone()
    with archive.transaction():
        new = archive.frontier.push(links, source_id, None, now)
        db.conn.executemany(
            """
            INSERT INTO backfill_links (backfill_id, link_id, day) SELECT ?, id, ? FROM links WHERE url_key = ?
            ON CONFLICT (backfill_id, link_id) DO UPDATE SET day = coalesce(day, excluded.day)
            """,
            [(backfill_id, day_of(link, step), url_key(link.url)) for link in links],
        )
        add_steps(db, backfill_id, further)
        db.execute(
            "UPDATE backfill_steps SET state = ?, links_seen = ?, links_new = ?, error = ? WHERE id = ?",
            ["failed" if error else "done", len(links), new, error, row_id],
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


def cover(archive: Archive, backfill_id: int, now: datetime) -> None:
    """Write down for each day what was found and what is stored, and whether the backfill is finished."""
    db = archive.db
    source_id, since, until = db.execute(
        "SELECT source_id, since, until FROM backfills WHERE id = ?", [backfill_id]
    ).fetchone()
    wanted = days(date.fromisoformat(since), date.fromisoformat(until))
    found = dict(
        db.execute(
            "SELECT day, count(*) FROM backfill_links WHERE backfill_id = ? AND day IS NOT NULL GROUP BY day", [backfill_id]
        ).fetchall()
    )
    pending = dict(
        db.execute(
            """
            SELECT day, count(*) FROM backfill_links JOIN links ON links.id = link_id
            WHERE backfill_id = ? AND day IS NOT NULL AND links.state = 'pending' GROUP BY day
            """,
            [backfill_id],
        ).fetchall()
    )
    stored = dict(
        db.execute(
            """
            SELECT substr(published, 1, 10), count(*) FROM articles
            WHERE source_id = ? AND published >= ? AND published < ? GROUP BY 1
            """,
            [source_id, since, (wanted[-1] + timedelta(days=1)).isoformat()],
        ).fetchall()
    )
    empty = gaps({day: found.get(day, 0) + stored.get(day, 0) for day in {*found, *stored}}, wanted)
    with archive.transaction():
        db.execute("DELETE FROM coverage WHERE backfill_id = ?", [backfill_id])
        db.conn.executemany(
            "INSERT INTO coverage (backfill_id, day, found, stored, pending, gap) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (backfill_id, day, found.get(day, 0), stored.get(day, 0), pending.get(day, 0), int(day in empty))
                for day in (each.isoformat() for each in wanted)
            ],
        )
        left = db.execute(
            """
            SELECT EXISTS (SELECT 1 FROM backfill_steps WHERE backfill_id = :id AND state = 'pending')
                OR EXISTS (SELECT 1 FROM backfill_links JOIN links ON links.id = link_id
                           WHERE backfill_id = :id AND links.state = 'pending')
            """,
            {"id": backfill_id},
        ).fetchone()[0]
        db.execute("UPDATE backfills SET finished = ? WHERE id = ?", [None if left else iso(now), backfill_id])


def step_states(archive: Archive, backfill_id: int) -> dict[str, int]:
    """How many steps are in which state."""
    sql = "SELECT state, count(*) FROM backfill_steps WHERE backfill_id = ? GROUP BY state"
    return dict(archive.db.execute(sql, [backfill_id]).fetchall())


def failed_steps(archive: Archive, backfill_id: int, limit: int = 5) -> list[tuple[str, str]]:
    """(address, why) of steps that failed."""
    sql = "SELECT url, error FROM backfill_steps WHERE backfill_id = ? AND state = 'failed' ORDER BY id LIMIT ?"
    return [(url, error) for url, error in archive.db.execute(sql, [backfill_id, limit]).fetchall()]
