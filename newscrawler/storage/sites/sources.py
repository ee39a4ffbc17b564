"""The catalogue in the archive: sources and their endpoints, and addresses that were given by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from newscrawler.frontier import expiry
from newscrawler.items import Lease, Link, Source
from newscrawler.sources import BY_HAND, TAKEN_IN
from newscrawler.storage.sites.publishers import Publishers
from newscrawler.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from newscrawler.storage.archive import Archive

MAX_DEPTH = 2  # a sitemap index that names an index is followed, one below that is not
# the source of addresses that no source of the catalogue claims
SOURCE_BY_HAND = Source(BY_HAND, "Saved by hand", "about:blank", kind="other", keep="all")
# the same of what others collected, of which only what is about our subject is kept
SOURCE_TAKEN_IN = Source(TAKEN_IN, "Taken in", "about:blank", kind="other", keep="relevant")


def sync_sources(archive: Archive, sources: Iterable[Source]) -> None:
    """Write the catalogue into `sources` and `endpoints`; an endpoint that is no longer in it is retired."""
    with archive.transaction():
        for source in sources:
            _sync_source(archive.db, source)
        for _ in range(MAX_DEPTH):  # with an index go its sitemaps
            archive.db.execute(
                """
                UPDATE endpoints SET state = 'retired'
                WHERE parent_id IN (SELECT id FROM endpoints WHERE state = 'retired') AND state <> 'retired'
                """
            )


def _sync_source(db: Database, source: Source) -> None:
    db.execute(
        """
        INSERT INTO sources (id, name, home, country, language, kind, keep, state, access, topics)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, home = excluded.home, country = excluded.country,
            language = excluded.language, kind = excluded.kind, keep = excluded.keep, state = excluded.state,
            access = excluded.access, topics = excluded.topics
        """,
        [
            source.id,
            source.name,
            source.home,
            source.country,
            next(iter(source.languages), None),
            source.kind,
            source.keep,
            source.state,
            source.access,
            json.dumps(source.topics, ensure_ascii=False),
        ],
    )
    db.execute("UPDATE endpoints SET state = 'retired' WHERE source_id = ? AND parent_id IS NULL", [source.id])
    for endpoint in source.endpoints:
        if endpoint.state != "active":
            continue  # kept in the catalogue, so that nobody adds it twice
        db.execute(
            """
            INSERT INTO endpoints (source_id, kind, url, hints, evidence, seen) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (source_id, url) DO UPDATE SET kind = excluded.kind, parent_id = NULL, hints = excluded.hints,
                evidence = excluded.evidence, seen = excluded.seen,
                state = CASE WHEN failures > 0 THEN 'failing' WHEN last_polled IS NULL THEN 'new' ELSE 'active' END
            """,
            [source.id, endpoint.kind, endpoint.url, json.dumps(dict(endpoint.hints)), endpoint.evidence, endpoint.seen],
        )


def forget_retired(archive: Archive, now: datetime) -> None:
    """Forget, in time, the links of endpoints that are asked no more (`frontier.expiry`), a batch at a time."""
    with archive.transaction():
        expiry.sweep_retired(archive.db, now)


def retire_others(archive: Archive, known: Iterable[str]) -> None:
    """Retire the endpoints of sources that are in no catalogue any more.

    They keep what was learnt of them, and their links wait, for the day on which the source is named again.
    """
    with archive.transaction():
        archive.db.execute(
            """
            UPDATE endpoints SET state = 'retired'
            WHERE state <> 'retired' AND source_id NOT IN (SELECT value FROM json_each(?))
            """,
            [json.dumps(sorted(known))],
        )


def has_source(db: Database, source_id: str) -> bool:
    """Whether the archive knows a source."""
    return db.execute("SELECT 1 FROM sources WHERE id = ?", [source_id]).fetchone() is not None


def ask_by_hand(archive: Archive, addresses: Sequence[str], sources: Sequence[Source], now: datetime) -> list[Lease]:
    """Leases of these addresses, known or not.

    Each belongs to the source that claims it (`Publishers`), else to SOURCE_BY_HAND.
    """
    publishers, leases = Publishers(sources), []
    owner = {url: (publishers.of(url) or SOURCE_BY_HAND).id for url in addresses}
    concerned = set(owner.values())
    sync_sources(archive, [source for source in sources if source.id in concerned])
    with archive.transaction():
        for url in addresses:
            source_id = owner[url]
            archive.frontier.push([Link(url)], source_id, None, now)
            row = archive.db.execute("SELECT id, source_id FROM links WHERE url_key = ?", [url_key(url)]).fetchone()
            leases.append(Lease(row[0], row[1], url))
    return leases
