"""Facts about sources out of the archive, and findings into it.  Run at the end of a crawl, for the sources it asked."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from newscrawler.dates import iso, read_moment
from newscrawler.errors import DENIED, NO_ARTICLE, FailureKind
from newscrawler.scheduling.polling import Rhythm
from newscrawler.sources.health import (
    LATEST_ARTICLES,
    EndpointFacts,
    Finding,
    SourceFacts,
    judge_endpoint,
    judge_source,
    may_be_frozen,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlite_utils import Database

    from newscrawler.storage.archive import Archive

MAX_LOOKS = 8  # of an endpoint that are looked back at
MAX_LINKS = 30  # of a source
MIN_WATCHED_HOURS = 48.0  # hours after which a rhythm is believed


def _mean_gap(db: Database, endpoint_id: int, kept: str | None) -> timedelta | None:
    """Between two of its latest links, as they are dated; else as learnt.  A silence at the end does not count."""
    stamps = db.execute(
        "SELECT published_hint FROM links WHERE endpoint_id = ? AND published_hint IS NOT NULL ORDER BY id DESC LIMIT 30",
        [endpoint_id],
    ).fetchall()
    dates = sorted(filter(None, (read_moment(stamp) for (stamp,) in stamps)))
    if len(dates) >= 5:
        return (dates[-1] - dates[0]) / (len(dates) - 1)
    rhythm = Rhythm.from_json(kept)
    return timedelta(hours=min(1 / rhythm.mean_rate(), 10_000)) if rhythm.watched >= MIN_WATCHED_HOURS else None


def _endpoint_facts(db: Database, row: tuple[Any, ...], now: datetime) -> EndpointFacts:
    key, kind, failures, reason, *stamps, kept = row
    newest, last_new = map(read_moment, stamps)
    looks = db.execute(
        "SELECT status, links_seen, failure FROM polls WHERE endpoint_id = ? ORDER BY at DESC, id DESC LIMIT ?",
        [key, MAX_LOOKS],
    ).fetchall()
    return EndpointFacts(
        id=key,
        kind=kind,
        failures=failures,
        reason=reason,
        failure=FailureKind(looks[0][2]) if looks and looks[0][2] else None,
        newest=newest,
        last_new=last_new,
        mean_gap=_mean_gap(db, key, kept) if may_be_frozen(newest or last_new, now) else None,
        seen=tuple(seen for status, seen, failure in looks if status == 200 and failure is None),
    )


def _source_facts(db: Database, source_id: str) -> SourceFacts:
    rows = db.execute(
        "SELECT word_count, published IS NULL FROM articles WHERE source_id = ? ORDER BY id DESC LIMIT ?",
        [source_id, 6 * LATEST_ARTICLES],
    ).fetchall()
    late, before = rows[:LATEST_ARTICLES], rows[LATEST_ARTICLES:]
    links = db.execute(
        "SELECT failure FROM links WHERE source_id = ? AND attempts > 0 ORDER BY id DESC LIMIT ?", [source_id, MAX_LINKS]
    ).fetchall()
    failures = [FailureKind(kind) for (kind,) in links if kind]
    return SourceFacts(
        words=tuple(words for words, _ in late),
        words_before=tuple(words for words, _ in before),
        undated=sum(undated for _, undated in late) / max(1, len(late)),
        undated_before=sum(undated for _, undated in before) / max(1, len(before)),
        links=len(links),
        no_article=sum(kind in NO_ARTICLE for kind in failures),
        refused=sum(kind in DENIED for kind in failures),
    )


def check(archive: Archive, sources: Iterable[str], now: datetime) -> list[tuple[str, Finding]]:
    """Judge sources and write down what is new, what still holds and what has passed; (source, finding) that hold."""
    db, found = archive.db, []
    with archive.transaction():
        for source_id in sources:
            rows = db.execute(
                """
                SELECT id, kind, failures, reason, newest_item, last_new, rhythm FROM endpoints
                WHERE source_id = ? AND state <> 'retired' AND parent_id IS NULL AND last_polled IS NOT NULL
                """,
                [source_id],
            ).fetchall()
            known = _standing_findings(db, source_id)
            findings = judge_source(_source_facts(db, source_id), known.get(None))
            for row in rows:
                findings += judge_endpoint(_endpoint_facts(db, row, now), now, known.get(row[0]))
            _write(db, source_id, findings, now)
            found += [(source_id, finding) for finding in findings]
    return found


def _standing_findings(db: Database, source_id: str) -> dict[int | None, dict[str, Finding]]:
    """What was found earlier and still holds, by endpoint (None: the whole source) and kind."""
    found: dict[int | None, dict[str, Finding]] = {}
    rows = db.execute(
        "SELECT kind, detail, endpoint_id, baseline FROM findings WHERE source_id = ? AND resolved IS NULL", [source_id]
    )
    for kind, detail, endpoint_id, baseline in rows.fetchall():
        value = float(baseline) if baseline is not None else None
        found.setdefault(endpoint_id, {})[kind] = Finding(kind, detail, endpoint_id, value)
    return found


def forget_others(archive: Archive, asked: Iterable[str], now: datetime) -> None:
    """Resolve what was found of sources that are asked no more: out of the catalogue, or in it as blocked or dead."""
    with archive.transaction():
        archive.db.execute(
            """
            UPDATE findings SET resolved = ?
            WHERE resolved IS NULL AND source_id NOT IN (SELECT value FROM json_each(?))
            """,
            [iso(now), json.dumps(list(asked))],
        )


def _write(db: Database, source_id: str, findings: list[Finding], now: datetime) -> None:
    standing = {
        (kind, endpoint_id): key
        for key, kind, endpoint_id in db.execute(
            "SELECT id, kind, endpoint_id FROM findings WHERE source_id = ? AND resolved IS NULL", [source_id]
        ).fetchall()
    }
    for finding in findings:
        key = standing.pop((finding.kind, finding.endpoint_id), None)
        if key is not None:
            db.execute("UPDATE findings SET last_seen = ?, detail = ? WHERE id = ?", [iso(now), finding.detail, key])
            continue
        db.execute(
            """
            INSERT INTO findings (source_id, endpoint_id, kind, detail, first_seen, last_seen, baseline)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [source_id, finding.endpoint_id, finding.kind, finding.detail, iso(now), iso(now), finding.baseline],
        )
    for key in standing.values():
        db.execute("UPDATE findings SET resolved = ? WHERE id = ?", [iso(now), key])
