"""Sources, endpoints, polls and robots.txt in the archive.  Each function is one transaction or one read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import LONGEST_WAIT, iso
from newscrawler.items import DueEndpoint, Lease, Link, Source
from newscrawler.polling import next_poll
from newscrawler.sources import BY_HAND
from newscrawler.urls import host_of, url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newscrawler.items import Poll
    from newscrawler.storage.archive import Archive

MAX_DEPTH = 2  # a sitemap index that names an index is followed, one below that is not
ROBOTS_LIFETIME = timedelta(hours=24)  # RFC 9309, 2.4
# the source of addresses that no source of the catalogue claims
SOURCE_BY_HAND = Source(BY_HAND, "Saved by hand", "about:blank", kind="other", keep="all")

_ENDPOINT = "SELECT id, source_id, kind, url, etag, last_modified FROM endpoints"


def sync_sources(archive: Archive, sources: Iterable[Source]) -> None:
    """Write the catalogue into `sources` and `endpoints`; an endpoint that is no longer in it is retired."""
    db = archive.db
    with archive.transaction():
        for source in sources:
            db.execute(
                """
                INSERT INTO sources (id, name, home, country, language, kind, keep) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, home = excluded.home, country = excluded.country,
                    language = excluded.language, kind = excluded.kind, keep = excluded.keep
                """,
                [
                    source.id,
                    source.name,
                    source.home,
                    source.country,
                    next(iter(source.languages), None),
                    source.kind,
                    source.keep,
                ],
            )
            db.execute("UPDATE endpoints SET state = 'retired' WHERE source_id = ? AND parent_id IS NULL", [source.id])
            for endpoint in source.endpoints:
                db.execute(
                    """
                    INSERT INTO endpoints (source_id, kind, url) VALUES (?, ?, ?)
                    ON CONFLICT (source_id, url) DO UPDATE SET kind = excluded.kind, parent_id = NULL,
                        state = CASE WHEN failures > 0 THEN 'failing' WHEN last_polled IS NULL THEN 'new' ELSE 'active' END
                    """,
                    [source.id, endpoint.kind, endpoint.url],
                )
        for _ in range(MAX_DEPTH):  # with an index go its sitemaps
            db.execute(
                """
                UPDATE endpoints SET state = 'retired'
                WHERE parent_id IN (SELECT id FROM endpoints WHERE state = 'retired') AND state <> 'retired'
                """
            )


def due(archive: Archive, sources: Sequence[str], now: datetime, *, all_of_them: bool) -> list[DueEndpoint]:
    """The endpoints of these sources to ask now.

    All of them, or those whose time has come: `next_poll` past, or further ahead than any rule of ours sets
    it (the clock was wrong once).
    """
    rows = archive.db.execute(
        f"""
        {_ENDPOINT}
        WHERE state <> 'retired' AND source_id IN (SELECT value FROM json_each(:sources))
          AND (:all OR next_poll IS NULL OR next_poll <= :now OR next_poll > :far)
        ORDER BY next_poll, id
        """,  # noqa: S608 ours
        {"sources": _json(sources), "all": all_of_them, "now": iso(now), "far": iso(now + LONGEST_WAIT + timedelta(days=2))},
    )
    return [DueEndpoint(*row) for row in rows.fetchall()]


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values))


def _parse(stamp: str | None) -> datetime | None:
    return datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if stamp else None


def record_poll(archive: Archive, poll: Poll, run_id: int) -> tuple[int, list[DueEndpoint]]:
    """Save a look at an endpoint with all that it brought, in one transaction.

    A validator is saved with the links that came with it: a crash between the two would hide an article
    behind a 304.  Returns how many links are new, and the sitemaps that an index named, to be asked now.
    """
    endpoint = poll.endpoint
    with archive.transaction():
        links_new = archive.frontier.push(poll.discovery.links, endpoint.source_id, endpoint.id, poll.at)
        children = _add_children(archive, poll)
        _update_endpoint(archive, poll, links_new)
        archive.db.execute(
            """
            INSERT INTO polls (endpoint_id, run_id, at, status, links_seen, links_new, seconds, error)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [endpoint.id, run_id, iso(poll.at), poll.status, len(poll.discovery.links), links_new, poll.seconds, poll.error],
        )
    return links_new, children


def _update_endpoint(archive: Archive, poll: Poll, links_new: int) -> None:
    """What a look changes of its endpoint: state, validators, and when to look again."""
    db, endpoint = archive.db, poll.endpoint
    last_polled, planned, failures = db.execute(
        "SELECT last_polled, next_poll, failures FROM endpoints WHERE id = ?", [endpoint.id]
    ).fetchone()
    before, after = _parse(last_polled), _parse(planned)
    failures = failures + 1 if poll.failed else 0
    upcoming = next_poll(
        poll.at,
        previous=after - before if before and after and not poll.failed else None,
        links_new=links_new,
        failures=failures,
        name=endpoint.url,
    )
    db.execute(
        """
        UPDATE endpoints SET state = :state, reason = :reason, last_polled = :at, next_poll = :next,
            failures = :failures,
            newest_item = max(coalesce(newest_item, :newest), coalesce(:newest, newest_item)),
            etag = iif(:keep, etag, :etag), last_modified = iif(:keep, last_modified, :last_modified)
        WHERE id = :id
        """,
        {
            "id": endpoint.id,
            "state": "failing" if failures else "active",
            "reason": poll.error,
            "at": iso(poll.at),
            "next": iso(max(upcoming, poll.at + (poll.wait or timedelta(0)))),
            "failures": failures,
            "newest": max((link.published for link in poll.discovery.links if link.published), default=None),
            # an answer without a validator takes the old one away; a failure or a 304 leaves it
            "keep": poll.failed or poll.status == 304,
            "etag": poll.etag,
            "last_modified": poll.last_modified,
        },
    )


def _add_children(archive: Archive, poll: Poll) -> list[DueEndpoint]:
    """The sitemaps of an index as endpoints of their own; the new ones are returned."""
    db, parent = archive.db, poll.endpoint
    if not poll.discovery.endpoints:
        return []
    depth = db.execute(
        """
        WITH RECURSIVE up(id, parent_id, depth) AS (
            SELECT id, parent_id, 1 FROM endpoints WHERE id = ?
            UNION ALL
            SELECT endpoints.id, endpoints.parent_id, depth + 1 FROM endpoints JOIN up ON endpoints.id = up.parent_id
            WHERE depth < 10
        )
        SELECT max(depth) FROM up
        """,
        [parent.id],
    ).fetchone()[0]
    if depth > MAX_DEPTH:
        return []
    named = _json([child.url for child in poll.discovery.endpoints])
    db.execute(
        "UPDATE endpoints SET state = 'retired' WHERE parent_id = ? AND url NOT IN (SELECT value FROM json_each(?))",
        [parent.id, named],
    )
    before = db.execute("SELECT coalesce(max(id), 0) FROM endpoints").fetchone()[0]
    db.conn.executemany(
        """
        INSERT INTO endpoints (source_id, kind, url, parent_id) VALUES (?, ?, ?, ?)
        ON CONFLICT (source_id, url) DO UPDATE SET state = 'new' WHERE state = 'retired'
        """,
        [(parent.source_id, child.kind, child.url, parent.id) for child in poll.discovery.endpoints],
    )
    return [DueEndpoint(*row) for row in db.execute(f"{_ENDPOINT} WHERE id > ? ORDER BY id", [before]).fetchall()]


def robots(archive: Archive, origin: str, now: datetime) -> tuple[int | None, str] | None:
    """(status, text) of a host's robots.txt as fetched within a day; None where it must be asked.

    An answer that disallows for now (no answer, 5xx) is never kept: the host may be back.
    """
    row = archive.db.execute("SELECT fetched, status, body FROM robots WHERE origin = ?", [origin]).fetchone()
    fetched = _parse(row[0]) if row else None
    if fetched is None or not timedelta(0) <= now - fetched < ROBOTS_LIFETIME or robots_missing(row[1]):
        return None
    return row[1], row[2]


def robots_missing(status: int | None) -> bool:
    """Whether such an answer leaves us without rules, which disallows for now (RFC 9309, 2.3.1.4)."""
    return status is None or status >= 500 or status == 429


def save_robots(archive: Archive, origin: str, now: datetime, status: int | None, body: str) -> None:
    with archive.transaction():
        archive.db.execute(
            """
            INSERT INTO robots (origin, fetched, status, body) VALUES (?, ?, ?, ?)
            ON CONFLICT (origin) DO UPDATE SET fetched = excluded.fetched, status = excluded.status, body = excluded.body
            """,
            [origin, iso(now), status, body],
        )


def ask_by_hand(archive: Archive, addresses: Sequence[str], sources: Sequence[Source], now: datetime) -> list[Lease]:
    """Leases of these addresses, known or not.

    Each belongs to the source whose home or endpoint is on its host, else to SOURCE_BY_HAND.
    """
    hosts = {
        host_of(url): source.id for source in reversed(sources) for url in (source.home, *(e.url for e in source.endpoints))
    }
    leases = []
    concerned = {hosts.get(host_of(url), BY_HAND) for url in addresses}
    sync_sources(archive, [source for source in sources if source.id in concerned])
    with archive.transaction():
        for url in addresses:
            source_id = hosts.get(host_of(url), BY_HAND)
            archive.frontier.push([Link(url)], source_id, None, now)
            row = archive.db.execute("SELECT id, source_id FROM links WHERE url_key = ?", [url_key(url)]).fetchone()
            leases.append(Lease(row[0], row[1], url))
    return leases
