"""Whether an archive is what it says: digests of its records, hashes of its texts, and whether pages still read so.

every WARC file --check_file--> records that are torn, altered, or not those that rows name
every text      --content_hash--> texts that are not those of their hash
every page      --read anew--> what this version says otherwise, and which version had read it
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import tee
from typing import TYPE_CHECKING

from newscrawler.errors import ArchiveError
from newscrawler.reader import shipped_reader
from newscrawler.reprocess.work import read_anew
from newscrawler.revisions.rereading import differing, is_poorer
from newscrawler.storage.articles import pages_to_reread
from newscrawler.storage.articles.cells import reading_of
from newscrawler.storage.articles.pages import pages_of_article
from newscrawler.storage.database import content_checks
from newscrawler.storage.sites.profiles import profile
from newscrawler.storage.warc.checks import check_file, check_page, named_files
from newscrawler.storage.warc.reading import WarcDamage, read_records, wrong_digest
from newscrawler.text import content_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlite_utils import Database

    from newscrawler.crawl.pool import Pool, Result
    from newscrawler.items import Reading
    from newscrawler.storage.articles.pages_to_reread import StoredCapture

CHUNK = 500


class What(StrEnum):
    """What of an archive is not as it should be."""

    RECORD = "record"  # of a WARC file
    TEXT = "text"  # not that of its hash
    READING = "reading"  # the page says something else to this version
    FILE = "file"  # of a snapshot


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the archive says.  `since`: the version that had read it so; None where that says nothing."""

    what: What
    place: str
    detail: str
    since: str | None = None


def _none(number: int) -> None:
    """No bar."""


def check_records(db: Database, pages: Path, progress: Callable[[int], object] = _none) -> Iterator[Difference]:
    """Every WARC file that rows name.  What a kill tore behind the last record is no difference."""
    for file in named_files(db):
        for fault in check_file(db, pages, file, progress):
            if not fault.is_tail:
                at = "" if fault.offset is None else f" at {fault.offset}"
                yield Difference(What.RECORD, f"pages/{file}{at}", fault.reason)


def check_warc(path: Path, progress: Callable[[int], object] = _none) -> Iterator[Difference]:
    """Every record of a WARC file, whoever wrote it: whether it is whole, and its bytes those of its digests.

    Raises ArchiveError where the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            for record in read_records(stream):
                reason = record.reason if isinstance(record, WarcDamage) else wrong_digest(record)
                if reason:
                    yield Difference(What.RECORD, f"{path} at {record.offset}", reason)
                progress(1)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read ({error.strerror})") from error


def check_texts(db: Database, article: int | None = None, progress: Callable[[int], object] = _none) -> Iterator[Difference]:
    """Every text of articles and states, or those of one article."""
    for read in (content_checks.articles, content_checks.states):
        after = 0
        while texts := read(db, after=after, limit=CHUNK, article=article):
            for each in texts:
                if (now := content_hash(each.text)) != each.content_hash:
                    yield Difference(What.TEXT, str(each), f"its text has the hash {now}, not {each.content_hash}")
            after = texts[-1].number
            progress(len(texts))


def check_article(db: Database, pages: Path, article_id: int) -> Iterator[Difference]:
    """The records that an article's states are from, and their texts."""
    for page in pages_of_article(db, article_id):
        if fault := check_page(pages, page):
            yield Difference(What.RECORD, f"pages/{fault.file} at {fault.offset}", fault.reason)
    yield from check_texts(db, article_id)


def check_readings(
    db: Database, pages: Path, pool: Pool, captures: Iterable[StoredCapture], now: datetime
) -> Iterator[Difference | None]:
    """Each capture of an article read anew: what is told otherwise, or None.  Raises ArchiveError for a bug of ours."""
    sources = pages_to_reread.sources_of(db)
    asked, tasks = tee(captures)
    arguments = ((pages, each, sources.get(each.lease.source_id), profile(db, each.page.url), now) for each in tasks)
    for capture, result in zip(asked, pool.run(read_anew, arguments), strict=False):
        reading = reading_of(db, capture.number)
        if reading is None:  # it went meanwhile
            yield None
            continue
        detail = _otherwise(reading, result)
        yield Difference(What.READING, f"article {capture.number}", detail, reading.read_by) if detail else None


def _otherwise(reading: Reading, result: Result) -> str | None:
    """What a page says otherwise now; None where it reads as it did."""
    if result.failure is not None or isinstance(result.value, str):
        return f"its page cannot be read: {result.failure.reason if result.failure else result.value}"
    article = result.value.article
    by = f"newscrawler {reading.read_by}" if reading.read_by else "a newscrawler that did not say which"
    versions = f"read by {by}, this is {shipped_reader()}"
    if article is None:
        return f"{result.value.failure_reason}; {versions}"
    if is_poorer(reading, article):
        return f"{article.word_count} words, {reading.article.word_count} before; {versions}"
    fields = differing(reading, article)
    return f"otherwise: {', '.join(fields)}; {versions}" if fields else None


def all_captures(db: Database) -> Iterator[StoredCapture]:
    """The page of every article, by the articles' numbers."""
    after = 0
    while found := pages_to_reread.of_articles(db, pages_to_reread.Scope(), after=after, limit=CHUNK):
        yield from found
        after = found[-1].number
