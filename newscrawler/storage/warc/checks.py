"""A WARC file against the rows that name its records: every record is read once, from the file's beginning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.errors import ArchiveError
from newscrawler.storage.articles.pages import named_records, place_of
from newscrawler.storage.warc.reading import WarcDamage, http_parts, read_record, read_records, wrong_digest
from newscrawler.storage.warc.records import digest_of
from newscrawler.storage.warc.store import is_there, opened

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from newscrawler.storage.articles.pages import StoredPage
    from newscrawler.storage.warc.reading import WarcRecord


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place of a file (None: with all of it).

    Behind the last record that a row names nothing is lost: a kill tore that, or a crawl is at work on it (`is_tail`).
    """

    file: str
    offset: int | None
    reason: str
    is_tail: bool = False

    def __str__(self) -> str:
        return self.reason if self.offset is None else f"at {self.offset}: {self.reason}"


def named_files(db: Database) -> list[str]:
    """The WARC files that rows name."""
    rows = db.execute(f"SELECT DISTINCT warc_file FROM {named_records(db)} ORDER BY 1").fetchall()  # noqa: S608 ours
    return [row[0] for row in rows]


def check_file(
    db: Database, folder: Path, file: str, done: Callable[[int], object] = lambda number: None
) -> Iterator[Fault]:
    """All faults of a file: records that are not whole, belie their digests, or are not those that rows name.

    `done` is called with the number of named records that were looked at since.
    """
    places = places_of(db, file)
    if not is_there(folder, file):
        yield Fault(file, None, f"is missing, with {len(places)} records; {where_it_is(db, file)}")
        done(len(places))
        return
    end = max((offset + length for offset, (length, _) in places.items()), default=0)
    with opened(folder, file) as stream:
        for record in read_records(stream):
            length, digest = places.pop(record.offset, (0, None))
            reason = wrong_with(record, length, digest)
            if reason:
                yield Fault(file, record.offset, reason, is_tail=record.offset >= end)
            done(bool(length))
    for offset, (length, digest) in sorted(places.items()):  # behind a broken one, or where no record begins
        try:
            reason = wrong_with(read_record(folder, file, offset, length), length, digest)
        except ArchiveError as error:
            reason = str(error).partition(f" at {offset}: ")[2]
        if reason:
            yield Fault(file, offset, reason)
        done(1)


def where_it_is(db: Database, file: str) -> str:
    """What to do about a file that is not there."""
    place = place_of(db, file)
    if place is None:
        return "restore it from a backup"
    return f"it went to {place}: name that place as pages_store in newscrawler.toml, and see that it can be reached"


def check_page(folder: Path, page: StoredPage) -> Fault | None:
    """What is wrong with the record of one page; None where nothing is."""
    file, offset, length = page.place
    try:
        reason = wrong_with(read_record(folder, *page.place), length, page.digest)
    except ArchiveError as error:
        reason = str(error).partition(f" at {offset}: ")[2] or str(error)
    return Fault(file, offset, reason) if reason else None


def places_of(db: Database | sqlite3.Connection, file: str) -> dict[int, tuple[int, str | None]]:
    """Offset -> (length, digest of the page, None where it is no page's) of each record of a file that rows name."""
    rows = db.execute(f"SELECT warc_offset, warc_length FROM {named_records(db)} WHERE warc_file = ?", [file])  # noqa: S608
    found: dict[int, tuple[int, str | None]] = {offset: (length, None) for offset, length in rows.fetchall()}
    pages = db.execute("SELECT warc_offset, warc_length, digest FROM pages WHERE warc_file = ?", [file])
    return found | {offset: (length, digest) for offset, length, digest in pages.fetchall()}


def wrong_with(record: WarcRecord | WarcDamage, length: int, digest: str | None) -> str | None:
    """What is wrong with a record; `length` 0: no row names it."""
    if isinstance(record, WarcDamage):
        return record.reason
    if record.length and length and record.length != length:
        return f"is {record.length} bytes long, not the {length} that its row names"
    if reason := wrong_digest(record):
        return reason
    stated = record.header("warc-payload-digest")
    if digest is None or digest == stated:
        return None
    if record.type == "response" and digest_of(http_parts(record.block)[2]) == digest:  # a record that states none
        return None
    return f"is not the page that its row names: its digest is {stated}, not {digest}"
