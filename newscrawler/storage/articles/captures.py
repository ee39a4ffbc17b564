"""What stays of a fetch: its page in the WARC files and its row in `pages`, or a record that confirms a page stored earlier.

    an answer with a page                --> response and request records, a row of `pages`
    the bytes that its address had once  --> a revisit record, a row of `confirmations`
    304                                  --> the same, of the page that the article's text is from

Called inside the archive's transaction.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.items import Outcome
from newscrawler.storage.articles.pages import StoredPage, page_of_article, same_page
from newscrawler.storage.warc.records import Profile, Revisit, make_revisit
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawler.items import Candidate, Decision
    from newscrawler.storage.warc.writing import PageStore

_NAMED = """
    SELECT max(coalesce((SELECT max(warc_offset + warc_length) FROM pages WHERE warc_file = :file), 0),
               coalesce((SELECT max(warc_offset + warc_length) FROM confirmations WHERE warc_file = :file), 0))
"""


def indexed_length(db: Database, file: str) -> int:
    """The offset up to which rows name records of a WARC file."""
    return int(db.execute(_NAMED, {"file": file}).fetchone()[0])


def keep(db: Database, decision: Decision, store: PageStore) -> int | None:
    """Keep what a decision's fetch brought; the page that it is, None where it brought none that is kept.

    Every page is, but for one in other bytes that says what the last one said, where that one is kept.
    """
    candidate = decision.candidate
    if candidate.reread is not None:
        return candidate.reread.page_id
    if candidate.status == 304 and decision.outcome is Outcome.UNCHANGED and decision.article_id is not None:
        confirmed = page_of_article(db, decision.article_id)
        if confirmed is not None:
            _confirm(db, store, candidate, confirmed)
        return None
    if candidate.record is None or candidate.status != 200:
        return None
    if candidate.taken_in is not None and not _brings_words(decision):
        return None  # whoever fetched it has it
    confirmed = same_page(db, candidate.url, candidate.digest) if candidate.digest else None
    if confirmed is not None and store.has(confirmed.warc_file):
        if candidate.taken_in is None:
            _confirm(db, store, candidate, confirmed)
        return confirmed.id
    if decision.outcome is Outcome.UNCHANGED and _has_page(db, decision.article_id):
        return None
    at = candidate.taken_in.at if candidate.taken_in else candidate.fetched
    place = store.append(candidate.record, at, partial(indexed_length, db), candidate.request or b"")
    return _insert_page(db, candidate, place)


def _brings_words(decision: Decision) -> bool:
    """Whether a state of an article comes of it that was not there."""
    if decision.outcome is Outcome.EARLIER:
        return decision.change is not None
    return decision.outcome in (Outcome.NEW, Outcome.COPY, Outcome.REVISED)


def _has_page(db: Database, article_id: int | None) -> bool:
    row = db.execute("SELECT page_id FROM articles WHERE id = ?", [article_id]).fetchone()
    return row is not None and row[0] is not None


def _confirm(db: Database, store: PageStore, candidate: Candidate, confirmed: StoredPage) -> None:
    came = candidate.status == 200
    revisit = Revisit(
        candidate.url,
        candidate.fetched,
        candidate.head,
        Profile.SAME_BYTES if came else Profile.NOT_MODIFIED,
        confirmed.url,
        confirmed.fetched,
        candidate.digest if came else None,
    )
    place = store.append(make_revisit(revisit), candidate.fetched, partial(indexed_length, db))
    db.execute(
        """
        INSERT INTO confirmations (page_id, at, status, warc_file, warc_offset, warc_length) VALUES (?, ?, ?, ?, ?, ?)
        """,
        [confirmed.id, iso(candidate.fetched), candidate.status, *place],
    )


def _insert_page(db: Database, candidate: Candidate, place: tuple[str, int, int]) -> int:
    cursor = db.execute(
        """
        INSERT INTO pages (url, fetched, status, content_type, digest, warc_file, warc_offset, warc_length, import_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            candidate.url,
            iso(candidate.fetched),
            candidate.status,
            clean_line(candidate.content_type, 200),
            candidate.digest or "",
            *place,
            candidate.taken_in.import_id if candidate.taken_in else None,
        ],
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid
