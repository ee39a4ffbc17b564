"""Endpoints and the looks at them in the archive.  Each function is one transaction or one read."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from newscrawler.dates import LONGEST_WAIT, from_iso, iso, read_moment
from newscrawler.discovery.sitemaps import believable
from newscrawler.items import DueEndpoint, Link
from newscrawler.scheduling.polling import Rhythm, Standing, is_full_look, learn, next_poll
from newscrawler.sources.templates import addresses_due, expand, granularity, span_before, wordpress_address
from newscrawler.storage.articles.rights import keep_hints
from newscrawler.storage.sites.sources import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from newscrawler.frontier import Taken
    from newscrawler.items import Poll
    from newscrawler.storage.archive import Archive

RECENT_WINDOW = timedelta(days=2)  # what an API is asked for at each look

MAX_CHILDREN = 50  # the newest sitemaps of an index: an archive of years is a backfill's work
PRUNE_AFTER = timedelta(days=3)  # for so long a lastmod that did not change is believed

_ENDPOINT = """
    SELECT e.id, e.source_id, e.kind, e.url, e.etag, e.last_modified, e.hints, e.last_full, e.validators,
        e.address_polled, e.covered
    FROM endpoints AS e
"""
_ASKED = """
    LEFT JOIN endpoints AS parent ON parent.id = e.parent_id
    WHERE e.state <> 'retired' AND {source} IN (SELECT value FROM json_each(:sources))
      -- a sitemap that its index says has not changed, while the index is not known to say so falsely
      AND NOT (parent.id IS NOT NULL AND parent.lastmod IS NOT 'false' AND e.failures = 0
               AND e.last_full > :believed AND e.last_full <= :now  -- no look of a clock that ran ahead
               AND e.modified_stated IS NOT NULL AND e.modified_stated = e.modified_polled)
"""
_OF_SOURCES = _ASKED.format(source="e.source_id")
# A watch asks these two after each look: by time few rows are read, by source all (`+` keeps SQLite from that)
_BY_TIME = _ASKED.format(source="+e.source_id")
_DUE = f"""
    {_ENDPOINT} {_BY_TIME} AND (e.next_poll IS NULL OR e.next_poll <= :now OR e.next_poll > :far) ORDER BY +e.next_poll, e.id
"""
_NEXT = f"""
    SELECT e.next_poll FROM endpoints AS e {_BY_TIME} AND e.next_poll > :now AND e.next_poll <= :far
    ORDER BY e.next_poll LIMIT 1
"""  # noqa: S608 ours


def _times_of(sources: Sequence[str], now: datetime) -> dict[str, Any]:
    return {
        "sources": _json(sources),
        "now": iso(now),
        "far": iso(now + LONGEST_WAIT + timedelta(days=2)),
        "believed": iso(now - PRUNE_AFTER),
    }


def due(archive: Archive, sources: Sequence[str], now: datetime, *, all_of_them: bool) -> list[DueEndpoint]:
    """The endpoints of these sources to ask now.

    All of them, or those whose time has come: `next_poll` past, or further ahead than any rule of ours sets
    it (the clock was wrong once).
    """
    sql = f"{_ENDPOINT} {_OF_SOURCES} ORDER BY e.next_poll, e.id" if all_of_them else _DUE
    rows = archive.db.execute(sql, _times_of(sources, now))
    return [endpoint for row in rows.fetchall() for endpoint in _by_address(_due_endpoint(row, now), row, now)]


def next_due(archive: Archive, sources: Sequence[str], looked: datetime) -> datetime | None:
    """When the next endpoint of these sources is to be asked of those that were not due at `looked`; None where none is."""
    soonest = archive.db.execute(_NEXT, _times_of(sources, looked)).fetchone()
    return from_iso(soonest[0]) if soonest else None


@dataclass(frozen=True, slots=True)
class Punctuality:
    """How a source's endpoints are asked: the seconds that the latest is overdue, and those planned between two looks.

    `interval` is that of the endpoint that is asked most often, None where none was asked yet.
    """

    overdue: float
    interval: float | None
    endpoints: int
    failing: int


def punctuality(archive: Archive, sources: Sequence[str], now: datetime) -> dict[str, Punctuality]:
    """By source, of those that have an endpoint to ask."""
    rows = archive.db.execute(
        f"""
        SELECT e.source_id, max(iif(e.next_poll <= :now, unixepoch(:now) - unixepoch(e.next_poll), 0)),
               min(max(unixepoch(e.next_poll) - unixepoch(e.last_polled), 0)), count(*), sum(e.failures > 0)
        FROM endpoints AS e {_OF_SOURCES} GROUP BY e.source_id
        """,  # noqa: S608 ours
        _times_of(sources, now),
    ).fetchall()
    return {name: Punctuality(float(late or 0), every, number, failing) for name, late, every, number, failing in rows}


def _by_address(endpoint: DueEndpoint, row: tuple[Any, ...], now: datetime) -> list[DueEndpoint]:
    """An endpoint with the addresses to ask: of one that names a day, month or year two, where the last has just ended.

    Validators are of the address that they came with.
    """
    polled, covered = row[-2:]
    if endpoint.address is None:
        return [endpoint]
    addresses = [endpoint.address]
    if span_before(endpoint.url, now.date()) is not None:
        addresses = addresses_due(endpoint.url, now.date(), date.fromisoformat(covered) if covered else None)
    asked = [replace(endpoint, address=address) for address in addresses]
    return [each if each.address == polled else replace(each, etag=None, last_modified=None) for each in asked]


def _due_endpoint(row: tuple[Any, ...], now: datetime) -> DueEndpoint:
    key, source_id, kind, url, etag, last_modified, hints, last_full, validators = row[:9]
    full = is_full_look(from_iso(last_full) if last_full else None, now, lying=validators == "lying")
    return DueEndpoint(
        key,
        source_id,
        kind,
        url,
        etag,
        last_modified,
        hints=tuple(sorted(json.loads(hints).items())),
        full=full,
        address=request_address(kind, url, now.date()),
    )


def request_address(kind: str, url: str, today: date) -> str | None:
    """What to ask of an endpoint whose address is a template, or WordPress' interface; None where it is the address."""
    since = today - RECENT_WINDOW
    if kind == "wordpress" and "{" not in url:
        return wordpress_address(url, since)
    if "{" not in url:
        return None
    return expand(url, since if granularity(url) == "window" else today, today + timedelta(days=1))


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values))


def record_poll(archive: Archive, poll: Poll, run_id: int) -> tuple[int, list[DueEndpoint]]:
    """Save a look at an endpoint with all that it brought, in one transaction.

    A validator is saved with the links that came with it: a crash between the two would hide an article
    behind a 304.  Returns how many links are new, and the sitemaps that an index named, to be asked now.
    """
    endpoint = poll.endpoint
    reason, kind = _reason_and_kind(poll)
    with archive.transaction():
        links = believable(poll.discovery.links)
        taken = archive.frontier.take(links, endpoint, poll.at, whole=poll.is_whole)
        keep_hints(archive.db, links, endpoint, poll.at)
        links_new = taken.new
        children = _add_children(archive, poll)
        _judge_lastmod(archive.db, poll, links_new)
        _update_endpoint(archive, poll, taken)
        archive.db.execute(
            """
            INSERT INTO polls (endpoint_id, run_id, at, status, links_seen, links_new, seconds, error, failure)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                endpoint.id,
                run_id,
                iso(poll.at),
                poll.status,
                len(poll.discovery.links),
                links_new,
                poll.seconds,
                reason,
                kind,
            ],
        )
    return links_new, children


def _times(links: Sequence[Link]) -> list[datetime]:
    """When links say that they came out, of those that say it to the minute."""
    return [at for link in links if link.published and (at := _parse_stated(link.published))]


def _parse_stated(stamp: str) -> datetime | None:
    return from_iso(stamp) if stamp.endswith("Z") else None


def _learnt(db: Database, poll: Poll, links_new: int) -> dict[str, Any]:
    """What a look changes of its endpoint: state, rhythm, and when to look again."""
    links = poll.discovery.links
    kept, failures, hint, last_new, newest, validators, etag, modified = db.execute(
        """
        SELECT rhythm, failures, hint_seconds, last_new, newest_item, validators, etag, last_modified
        FROM endpoints WHERE id = ?
        """,
        [poll.endpoint.id],
    ).fetchone()
    if not poll.is_postponed and (poll.failure is None or poll.failure.is_attempt):
        failures = failures + 1 if poll.failed else 0
    rhythm = Rhythm.from_json(kept)
    if not poll.failed:
        rhythm = learn(rhythm, poll.at, links_new, _times(links))
        last_new = iso(poll.at) if links_new else last_new
        stated = poll.discovery.period or (poll.fresh.total_seconds() if poll.fresh else None)
        hint = stated if stated or poll.status != 304 else hint
    newest = max(filter(None, (newest, *(link.published for link in links))), default=None)
    idle = max(poll.at - (_latest(last_new, newest) or poll.at), timedelta(0))
    wait = timedelta(seconds=hint) if hint else None
    upcoming = next_poll(rhythm, poll.at, Standing(failures, wait, idle), name=poll.endpoint.url)
    # new links under the validator that we have already: whoever trusts it misses them
    same = (poll.etag and poll.etag == etag) or (poll.last_modified and poll.last_modified == modified and not poll.etag)
    return {
        "state": "failing" if failures else "active",
        "next": iso(max(upcoming, poll.at + ((poll.failure and poll.failure.wait) or timedelta(0)))),
        "failures": failures,
        "newest": newest,
        "rhythm": rhythm.to_json(),
        "hint": hint,
        "last_new": last_new,
        "validators": "lying" if poll.status == 200 and not poll.failed and links_new and same else validators,
    }


def _reason_and_kind(poll: Poll) -> tuple[str | None, str | None]:
    """(the reason, the kind) of a look that failed."""
    return (poll.failure.reason, poll.failure.kind.value) if poll.failure else (None, None)


def _update_endpoint(archive: Archive, poll: Poll, taken: Taken) -> None:
    reason, kind = _reason_and_kind(poll)
    archive.db.execute(
        """
        UPDATE endpoints SET state = :state, reason = :reason, failure = :failure, last_polled = :at, next_poll = :next,
            failures = :failures, newest_item = :newest, rhythm = :rhythm, hint_seconds = :hint, last_new = :last_new,
            last_success = iif(:failed, last_success, :at), validators = :validators,
            last_full = iif(:whole, :at, last_full), modified_polled = iif(:whole, modified_stated, modified_polled),
            address_polled = iif(:keep, address_polled, :address), covered = coalesce(:covered, covered),
            left_out = iif(:whole, :left_out, left_out),
            etag = iif(:keep, etag, :etag), last_modified = iif(:keep, last_modified, :last_modified)
        WHERE id = :id
        """,
        {
            **_learnt(archive.db, poll, taken.new),
            "id": poll.endpoint.id,
            "left_out": taken.left_out,
            "reason": reason,
            "failure": kind,
            "at": iso(poll.at),
            "failed": poll.failed,
            "whole": poll.is_whole,
            # an answer without a validator takes the old one away; a failure or a 304 leaves it
            "keep": poll.failed or poll.status == 304,
            "address": poll.endpoint.address,
            "covered": _covered_until(poll),
            "etag": poll.etag,
            "last_modified": poll.last_modified,
        },
    )


def _covered_until(poll: Poll) -> str | None:
    """The end of the day, month or year that was looked at after it; None where the look was at another address."""
    end = span_before(poll.endpoint.url, poll.at.date())
    if end is None or poll.endpoint.address != expand(poll.endpoint.url, end):
        return None
    return end.isoformat() if not poll.failed or poll.status in (404, 410) else None


def _latest(*stamps: str | None) -> datetime | None:
    """The latest of measured and stated times, None where there is none."""
    return max((at for stamp in stamps if (at := read_moment(stamp))), default=None)


def _judge_lastmod(db: Database, poll: Poll, links_new: int) -> None:
    """Learn whether an index says truly when its sitemaps changed: by what they bring when they say that they did not."""
    if not links_new or poll.failed:
        return
    row = db.execute(
        "SELECT parent_id, modified_stated, modified_polled FROM endpoints WHERE id = ?", [poll.endpoint.id]
    ).fetchone()
    parent, stated, polled = row
    if parent is None or stated is None or polled is None:
        return
    truth = "false" if stated == polled else "true"
    db.execute("UPDATE endpoints SET lastmod = ? WHERE id = ? AND lastmod IS NOT 'false'", [truth, parent])


def _add_children(archive: Archive, poll: Poll) -> list[DueEndpoint]:
    """The sitemaps of an index as endpoints of their own; the new ones are returned."""
    db, parent = archive.db, poll.endpoint
    named_maps = [child for child in poll.discovery.endpoints if "sitemap" in child.kind]
    if not named_maps:
        return []  # the next page of a listing is a backfill's work
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
    newest = named_maps[:MAX_CHILDREN]
    named = _json([child.url for child in newest])
    db.execute(
        "UPDATE endpoints SET state = 'retired' WHERE parent_id = ? AND url NOT IN (SELECT value FROM json_each(?))",
        [parent.id, named],
    )
    before = db.execute("SELECT coalesce(max(id), 0) FROM endpoints").fetchone()[0]
    db.conn.executemany(
        """
        INSERT INTO endpoints (source_id, kind, url, parent_id, modified_stated) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (source_id, url) DO UPDATE SET modified_stated = excluded.modified_stated,
            state = iif(state = 'retired', 'new', state)
        """,
        [(parent.source_id, child.kind, child.url, parent.id, child.modified) for child in newest],
    )
    rows = db.execute(f"{_ENDPOINT} WHERE e.id > ? ORDER BY e.id", [before]).fetchall()
    return [_due_endpoint(row, poll.at) for row in rows]
