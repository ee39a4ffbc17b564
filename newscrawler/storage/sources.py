"""The catalogue in the archive: sources and their endpoints, and whose an address is that was given by hand."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from newscrawler.frontier import expiry
from newscrawler.items import Lease, Link, Source
from newscrawler.sources import BY_HAND, TAKEN_IN
from newscrawler.urls import bare_host, site_of, url_key

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


def publisher_of(db: Database, source_id: str, url: str) -> str:
    """The source of an article: that on whose site it is, else the one that named it.

    Another site's feed decides nothing of it: aggregators name everybody's articles.
    """
    own = db.execute(
        "SELECT home FROM sources WHERE id = :id UNION SELECT url FROM endpoints WHERE source_id = :id", {"id": source_id}
    ).fetchall()
    host, site = bare_host(url), site_of(url)
    if any(_place(each)[1] == site for (each,) in own):
        return source_id
    homes = db.execute("SELECT home, id FROM sources WHERE home <> '' ORDER BY id").fetchall()
    on_host = (each for home, each in homes if _place(home)[0] == host)
    on_site = (each for home, each in homes if _place(home)[1] == site)
    return next(chain(on_host, on_site), source_id)


@lru_cache(maxsize=16_384)  # a catalogue's homes and endpoints, which are asked of article after article
def _place(url: str) -> tuple[str, str]:
    """Host and site of an address."""
    return bare_host(url), site_of(url)


class Publishers:
    """Whose an address is: the source whose home or endpoint is on its host, else the one whose home is on its site."""

    def __init__(self, sources: Sequence[Source]) -> None:
        first = list(reversed(sources))
        self._hosts = {
            bare_host(url): source for source in first for url in (source.home, *(e.url for e in source.endpoints))
        }
        self._sites = {site_of(source.home): source for source in first if source.home.startswith("http")}

    def of(self, url: str) -> Source | None:
        """None where no source claims it."""
        return self._hosts.get(bare_host(url)) or self._sites.get(site_of(url))


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
