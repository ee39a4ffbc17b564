"""Crawls as pages: the list of them, and what one of them did.  Read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawler.reports.frontpage import headlines
from newscrawler.reports.id_ranges import first_id, rows
from newscrawler.reports.json_cells import mapping, moment

if TYPE_CHECKING:
    from sqlite_utils import Database

PAGE = 50  # runs
SHOWN = 40  # articles, failures


def _told(run: dict[str, Any]) -> dict[str, Any]:
    """A row of `runs` with its counts as numbers and its duration in seconds, None where it has not finished."""
    run["counts"] = {name: number for name, number in mapping(run["counts"]).items() if isinstance(number, int)}
    run["seconds"] = None
    started, finished = moment(run["started"]), moment(run["finished"])
    if started and finished:
        run["seconds"] = (finished - started).total_seconds()
    return run


def run_list(db: Database, before: int | None = None) -> list[dict[str, Any]]:
    """PAGE runs, the last first; `before`: those with a lower number."""
    found = rows(db, "SELECT * FROM runs WHERE id < :before ORDER BY id DESC LIMIT :page", before=before or 2**62, page=PAGE)
    return [_told(run) for run in found]


def _range(db: Database, table: str, started: str, end: str | None) -> tuple[int, int]:
    """(first id, id after the last) of what came while a run was at work; what came in its last second is in it."""
    first = first_id(db, table, started)
    # 'z' sorts after 'Z': everything of that second
    return first, first_id(db, table, end[:-1] + "z") if end else 2**62


def run_page(db: Database, run_id: int) -> dict[str, Any] | None:
    """A run with its looks at endpoints, what failed, and the articles it brought; None where there is none."""
    found = rows(db, "SELECT * FROM runs WHERE id = :id", id=run_id)
    if not found:
        return None
    run = _told(found[0])
    following = db.execute("SELECT started FROM runs WHERE id > ? ORDER BY id LIMIT 1", [run_id]).fetchone()
    end = run["finished"] or (following[0] if following else None)
    before = db.execute("SELECT max(id) FROM runs WHERE id < ?", [run_id]).fetchone()[0]
    after = db.execute("SELECT min(id) FROM runs WHERE id > ?", [run_id]).fetchone()[0]
    return {"run": run, "before": before, "after": after, **_polls(db, run, end), **_brought(db, run["started"], end)}


def _polls(db: Database, run: dict[str, Any], end: str | None) -> dict[str, Any]:
    first, last = _range(db, "polls", run["started"], end)
    mine = "polls NOT INDEXED WHERE polls.id >= :first AND polls.id < :last AND run_id = :run"
    place = {"first": first, "last": last, "run": run["id"]}
    total = rows(
        db,
        f"""
        SELECT count(*) AS looks, coalesce(sum(status = 304), 0) AS unchanged, count(error) AS failed,
               coalesce(sum(links_seen), 0) AS links_seen, coalesce(sum(links_new), 0) AS links_new,
               round(max(seconds), 1) AS slowest
        FROM {mine}
        """,  # noqa: S608 the fragment is ours
        **place,
    )[0]
    listed = f"""
        SELECT polls.status, polls.error, polls.links_seen, polls.links_new, endpoints.url, endpoints.kind,
               endpoints.source_id, sources.name AS source
        FROM (SELECT * FROM {mine}) AS polls
        JOIN endpoints ON endpoints.id = polls.endpoint_id JOIN sources ON sources.id = endpoints.source_id
    """  # noqa: S608
    return {
        "polls": total,
        "failed": rows(
            db, f"{listed} WHERE polls.error IS NOT NULL ORDER BY sources.name LIMIT :shown", **place, shown=SHOWN
        ),
        "richest": rows(db, f"{listed} WHERE polls.links_new > 0 ORDER BY polls.links_new DESC LIMIT 12", **place),
    }


def _brought(db: Database, started: str, end: str | None) -> dict[str, Any]:
    """Articles that came while it was at work, by source, and the changes that it saw."""
    first, last = _range(db, "articles", started, end)
    ids = [
        row[0]
        for row in db.execute(
            "SELECT id FROM articles WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?", [first, last, SHOWN]
        )
    ]
    shown = headlines(db, ids)
    return {
        "brought": db.execute("SELECT count(*) FROM articles WHERE id >= ? AND id < ?", [first, last]).fetchone()[0],
        "articles": [shown[each] for each in ids if each in shown],
        "by_source": rows(
            db,
            """
            SELECT sources.id, sources.name, count(*) AS articles
            FROM articles CROSS JOIN sources ON sources.id = articles.source_id
            WHERE articles.id >= :first AND articles.id < :last
            GROUP BY +articles.source_id ORDER BY articles DESC, sources.name LIMIT 20
            """,
            first=first,
            last=last,
        ),
        "changes": rows(
            db,
            """
            SELECT revisions.id, revisions.article_id, revisions.change, revisions.reason, revisions.seen, articles.title,
                   articles.source_id, articles.language, sources.name AS source
            FROM revisions
            JOIN articles ON articles.id = revisions.article_id
            JOIN sources ON sources.id = articles.source_id
            WHERE revisions.change <> 'new' AND revisions.seen >= :started AND revisions.seen <= :end
            ORDER BY revisions.seen DESC LIMIT :shown
            """,
            started=started,
            end=end or "9999",
            shown=SHOWN,
        ),
    }
