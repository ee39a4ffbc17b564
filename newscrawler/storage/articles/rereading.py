"""The SQL of a stored page read anew: its article says what we read now, and `rereadings` that it was we who changed."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.errors import ArchiveError, FailureKind
from newscrawler.items import Known, Outcome, Reread
from newscrawler.reader import shipped_reader
from newscrawler.storage.articles import copies, revisits, rights, verdicts
from newscrawler.storage.articles.cells import reading_of, reading_of_state, words_of
from newscrawler.storage.articles.labels import relabel
from newscrawler.storage.articles.pages_to_reread import of_article, page_of
from newscrawler.storage.articles.texts_to_judge import WHOLE_TEXT
from newscrawler.storage.articles.withdrawal import withdraw
from newscrawler.storage.meaning import vectors
from newscrawler.storage.sites import profiles
from newscrawler.text import storable
from newscrawler.urls import url_key

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

    from newscrawler.items import Article, Candidate, Decision, Page


def known(db: Database, candidate: Candidate) -> Known | None:
    """The article that a stored page is of, and what was read of the page; None where it is of none."""
    there = revisits.known_at_address(db, candidate)
    if there is None or there.at_address is None or candidate.reread is None:
        return None
    key, page_id = there.at_address.id, candidate.reread.page_id
    (current,) = db.execute("SELECT page_id IS ? FROM articles WHERE id = ?", [page_id, key]).fetchone()
    return Known(there.at_address, reading=reading_of(db, key) if current else reading_of_state(db, key, page_id))


def read_by_another(db: Database, folder: Path, page: Page) -> tuple[Reread, Page] | None:
    """The stored page of the article at a page's address, where another newscrawler than this one read it.

    To be read anew before the two are compared: what changes because we did is no edit.  None also where its record is
    not there or not whole.
    """
    keys = json.dumps([url_key(page.url), url_key(page.lease.url)])
    row = db.execute(
        """
        SELECT id FROM articles
        WHERE (id = :id OR (:id IS NULL AND url_key IN (SELECT value FROM json_each(:keys))))
          AND read_by IS NOT :by AND page_id IS NOT NULL
        """,
        {"id": page.lease.article_id, "keys": keys, "by": shipped_reader()},
    ).fetchone()
    capture = of_article(db, row[0]) if row else None
    if capture is None:
        return None
    with contextlib.suppress(ArchiveError):
        stored = page_of(folder, capture)
        # what is under way is the look at the article itself, and it stays so
        return Reread(capture.page.id, page.fetched), replace(
            stored, lease=replace(stored.lease, link_id=0, article_id=None)
        )
    return None


def keep(db: Database, decision: Decision) -> None:
    """Write what we read now of a stored page of an article: into the article, and into the states that the page is of.

    Nothing says that its publisher changed it, or that it was looked at.
    """
    article_id, article, anew = decision.article_id, decision.candidate.article, decision.candidate.reread
    if article_id is None or anew is None:
        return
    current, read_by = db.execute(
        "SELECT page_id IS ?, read_by FROM articles WHERE id = ?", [anew.page_id, article_id]
    ).fetchone()
    failure = decision.candidate.failure
    is_withheld = failure is not None and failure.kind is FailureKind.WITHHELD
    if current and (article is not None or is_withheld):
        rights.keep(db, article_id, decision.candidate)
    if current and is_withheld:
        withdraw(db, article_id, anew.at)
    if article is None or decision.outcome is Outcome.KEPT:
        return
    if decision.outcome is Outcome.UNCHANGED and read_by == shipped_reader():
        return
    profiles.learn(db, decision.candidate)
    if current:
        _reread_article(db, decision, article, anew)
    if decision.outcome is Outcome.REREAD and not {"title", "text"}.isdisjoint(decision.fields):
        db.execute(
            """
            UPDATE article_states SET title = ?, content_hash = ?,
                text = nullif(?, (SELECT text FROM articles WHERE articles.id = article_id))
            WHERE article_id = ? AND page_id = ? AND text IS NOT ''
            """,
            [storable(article.title), article.content_hash, storable(article.text), article_id, anew.page_id],
        )


def _reread_article(db: Database, decision: Decision, article: Article, anew: Reread) -> None:
    candidate, article_id = decision.candidate, decision.article_id
    assert article_id is not None
    before = db.execute(
        f"SELECT {WHOLE_TEXT}, content_hash, read_by FROM articles WHERE id = ?",  # noqa: S608 ours
        [article_id],
    ).fetchone()
    if decision.outcome is Outcome.UNCHANGED:
        db.execute(
            "UPDATE articles SET read_by = :by WHERE id = :id AND read_by IS NOT :by",
            {"by": shipped_reader(), "id": article_id},
        )
        return
    old_text, old_hash, read_before = before
    values = words_of(article)
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    db.execute(f"UPDATE articles SET {assignments} WHERE id = :id", values | {"id": article_id})  # noqa: S608 ours
    db.execute(
        """
        INSERT INTO rereadings (article_id, page_id, at, read_by, read_before, fields) VALUES (?, ?, ?, ?, ?, ?)
        """,
        [article_id, anew.page_id, iso(anew.at), shipped_reader(), read_before, json.dumps(decision.fields)],
    )
    if candidate.verdict is not None and not {"title", "lead", "text", "updates"}.isdisjoint(decision.fields):
        verdicts.keep(db, article_id, candidate.verdict, anew.at)
        db.execute("UPDATE articles SET relevance = ? WHERE id = ?", [candidate.verdict.score, article_id])
        vectors.ask_for(db, article_id)
    relabel(db, [article_id])
    if old_hash != article.content_hash:
        copies.forget(db, article_id, old_text, old_hash)
        crowded = copies.crowded_shingles(copies.postings(db, candidate.fingerprints))
        copies.keep(db, article_id, candidate.fingerprints, crowded)
