"""What recurs over a host's articles, learnt as pages come (markup.site_lines), in two tables.

site_windows   the lines of a host's last articles: their keys, packed, WINDOW_BYTES in all
site_lines     the lines that two articles or more had: what most lines never become
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.markup.site_lines import LEAST_PAGES, MAX_LINES, REMEMBERED_PAGES, SiteProfile, recurs
from newscrawler.text import clean_line
from newscrawler.urls import bare_host

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlite_utils import Database

    from newscrawler.items import Candidate

    Article = tuple[str, tuple[str, ...]]  # an article's `page_name`, and the `line_key` of its lines

WINDOW_BYTES = 4_000  # of a host: some 35 articles of a dozen lines, and one page of the database
_NAMED = re.compile(r"[0-9a-f]{16}:(?:[0-9a-f]{16})?")
_KEY, _NAME, _NUMBER = 8, 16, 2  # bytes: a key, an article's name (two of them), how many keys follow


def profile(db: Database, url: str) -> SiteProfile | None:
    """What is known of the host of an address, None where nothing recurs there."""
    host = bare_host(url)
    rows = db.execute("SELECT line FROM site_lines WHERE host = ? AND articles >= ?", [host, LEAST_PAGES]).fetchall()
    return SiteProfile(host, frozenset(line for (line,) in rows)) if rows else None


def learn(db: Database, candidate: Candidate) -> None:
    """Remember a page's lines.  Of those that came again a host keeps MAX_LINES; what is not seen for longest goes first."""
    if not candidate.lines:
        return
    host, name = bare_host(candidate.url), candidate.page_name
    keys = [key for key, _ in candidate.lines]
    asked = keys + keys[-1:] * (-len(keys) % 16)  # few lengths, so that SQLite knows the statement
    marks = ", ".join("?" * len(asked))
    known: dict[str, list[str]] = {
        line: json.loads(pages)
        for line, pages in db.execute(
            f"SELECT line, pages FROM site_lines WHERE host = ? AND line IN ({marks})",  # noqa: S608 marks are ours
            [host, *asked],
        ).fetchall()
    }
    row = db.execute("SELECT articles FROM site_windows WHERE host = ?", [host]).fetchone()
    window = row[0] if row else b""
    found = known | _in_others(window, name, [key for key in keys if key not in known])
    if found:
        _keep(db, candidate, found)
    _look_on(db, host, window, (name, tuple(key for key in keys if key not in found)))
    if len(found) > len(known):
        _forget(db, host)


def _keep(db: Database, candidate: Candidate, found: dict[str, list[str]]) -> None:
    """Write the lines of a page that others had, with the names of those others."""
    host, name, seen = bare_host(candidate.url), candidate.page_name, iso(candidate.fetched)
    rows = []
    for key, text in candidate.lines:
        if key not in found:
            continue
        pages = found[key]
        if name not in pages and not recurs(pages):
            pages = [*pages, name][-REMEMBERED_PAGES:]
        rows.append((host, key, clean_line(text), json.dumps(pages), LEAST_PAGES if recurs(pages) else 1, seen))
    db.conn.executemany(
        """
        INSERT INTO site_lines (host, line, text, pages, articles, seen) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (host, line) DO UPDATE SET pages = excluded.pages, articles = excluded.articles, seen = excluded.seen
        """,
        rows,
    )


def _in_others(window: bytes, name: str, keys: Collection[str]) -> dict[str, list[str]]:
    """Of these keys those that another article of the window has, with its name: of another address and longest line."""
    wanted = {packed: key for key in keys if (packed := bytes.fromhex(key)) in window}  # nearly always none
    found: dict[str, list[str]] = {}
    for other, lines in _packed_articles(window) if wanted else ():
        shared = wanted.keys() & {lines[at : at + _KEY] for at in range(0, len(lines), _KEY)}
        if shared and set((named := _named(other)).split(":")).isdisjoint(name.split(":")):
            for key in shared:
                found.setdefault(wanted[key], []).append(named)
    return found


def _look_on(db: Database, host: str, window: bytes, article: Article) -> None:
    """Let an article be the last of its host's window, once; the first ones go as it becomes full."""
    name, lines = article
    there = dict(unpacked(window)) if _packed_name(name) in window else {}
    if name in there:
        if set(lines) <= set(there.pop(name)):
            return
        window = b"".join(packed(*each) for each in there.items())
    window += packed(name, lines)
    db.execute("INSERT OR REPLACE INTO site_windows (host, articles) VALUES (?, ?)", [host, _bounded(window)])


def _bounded(window: bytes) -> bytes:
    """The last articles of a window that have room in it; the very last one at least."""
    while len(window) > WINDOW_BYTES and (end := _end_of_first(window)) < len(window):
        window = window[end:]
    return window


def _packed_name(name: str) -> bytes:
    return b"".join(bytes.fromhex(part).rjust(_KEY, b"\0") for part in name.split(":"))  # a longest line may have no words


def packed(name: str, lines: Iterable[str]) -> bytes:
    """An article of a window: its name, the number of its lines, their keys.

    >>> unpacked(packed("00000000000000aa:00000000000000bb", ["00000000000000cc"]))
    [('00000000000000aa:00000000000000bb', ('00000000000000cc',))]
    """
    keys = b"".join(map(bytes.fromhex, lines))
    return _packed_name(name) + (len(keys) // _KEY).to_bytes(_NUMBER, "big") + keys


def _end_of_first(window: bytes) -> int:
    return _NAME + _NUMBER + _KEY * int.from_bytes(window[_NAME : _NAME + _NUMBER], "big")


def unpacked(window: bytes) -> list[Article]:
    """The articles of a window; one that was cut off ends it."""
    return [
        (_named(name), tuple(keys[at : at + _KEY].hex() for at in range(0, len(keys), _KEY)))
        for name, keys in _packed_articles(window)
    ]


def _packed_articles(window: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The names and the keys of a window's articles, as they are in it."""
    at, least = 0, _NAME + _NUMBER
    while at < len(window):
        begin = at + least
        end = begin + _KEY * int.from_bytes(window[at + _NAME : begin], "big")
        yield window[at : at + _NAME], window[begin:end]
        at = end


def _named(packed_name: bytes) -> str:
    address, longest = packed_name[:_KEY], packed_name[_KEY:]
    return f"{address.hex()}:{longest.hex() if any(longest) else ''}"


def move_to_windows(db: Database) -> None:
    """Let lines that one article had, which were rows once, be in windows (migration `m026_states`)."""
    of_one = "SELECT host, json_extract(pages, '$[0]'), line FROM site_lines WHERE json_array_length(pages) = 1 {}"
    hosts = db.execute("SELECT DISTINCT host FROM site_lines").fetchall()
    for (host,) in hosts:
        rows = db.execute(of_one.format("AND host = ? ORDER BY seen, 2"), [host]).fetchall()
        articles = groupby((row for row in rows if _NAMED.fullmatch(row[1] or "")), key=itemgetter(1))
        window = b"".join(packed(name, (line for _, _, line in lines)) for name, lines in articles)
        if window:
            db.execute("INSERT INTO site_windows (host, articles) VALUES (?, ?)", [host, _bounded(window)])
    db.execute("DELETE FROM site_lines WHERE json_array_length(pages) = 1")


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
