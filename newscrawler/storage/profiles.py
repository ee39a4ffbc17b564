"""What recurs over a host's articles, learnt as pages come (extraction.boilerplate), in the table site_lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.extraction.boilerplate import LEAST_PAGES, MAX_LINES, REMEMBERED_PAGES, SiteProfile, recurs
from newscrawler.text import clean_line
from newscrawler.urls import bare_host

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawler.items import Candidate


def profile(db: Database, url: str) -> SiteProfile | None:
    """What is known of the host of an address, None where nothing recurs there."""
    host = bare_host(url)
    rows = db.execute("SELECT line FROM site_lines WHERE host = ? AND articles >= ?", [host, LEAST_PAGES]).fetchall()
    return SiteProfile(host, frozenset(line for (line,) in rows)) if rows else None


def learn(db: Database, candidate: Candidate) -> None:
    """Remember a page's lines.  A host keeps MAX_LINES; those of one article, not seen for longest, go first."""
    if not candidate.lines:
        return
    host, seen = bare_host(candidate.url), iso(candidate.fetched)
    marks = ", ".join("?" * len(candidate.lines))
    known = dict(
        db.execute(
            f"SELECT line, pages FROM site_lines WHERE host = ? AND line IN ({marks})",  # noqa: S608 marks are ours
            [host, *(key for key, _ in candidate.lines)],
        ).fetchall()
    )
    rows = []
    for key, text in candidate.lines:
        pages = json.loads(known[key]) if key in known else []
        if candidate.page_name not in pages and not recurs(pages):
            pages = [*pages, candidate.page_name][-REMEMBERED_PAGES:]
        rows.append((host, key, clean_line(text), json.dumps(pages), LEAST_PAGES if recurs(pages) else 1, seen))
    db.conn.executemany(
        """
        INSERT INTO site_lines (host, line, text, pages, articles, seen) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (host, line) DO UPDATE SET pages = excluded.pages, articles = excluded.articles, seen = excluded.seen
        """,
        rows,
    )
    if len(known) < len(rows):
        _forget(db, host)


def _forget(db: Database, host: str) -> None:
    number = db.execute("SELECT count(*) FROM site_lines WHERE host = ?", [host]).fetchone()[0]
    if number > MAX_LINES:
        db.execute(
            """
            DELETE FROM site_lines WHERE host = :host AND line IN (
                SELECT line FROM site_lines WHERE host = :host ORDER BY articles, seen LIMIT :surplus
            )
            """,
            {"host": host, "surplus": number - MAX_LINES + MAX_LINES // 10},
        )
