"""The SQL of a text that its publisher does not want kept: it goes, from the article, its states, search, copies and events.

The stored page stays in its WARC file, which is never rewritten; nothing reads the article's text from it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.storage.articles import copies
from newscrawler.storage.articles.labels import relabel
from newscrawler.storage.articles.letters import search_columns
from newscrawler.storage.articles.texts_to_judge import WHOLE_TEXT
from newscrawler.storage.meaning import vectors

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database


def withdraw(db: Database, article_id: int, now: datetime) -> None:
    """Take an article's text out.  Title, address, dates, hash and topics stay: the fact that it was there."""
    row = db.execute(
        f"SELECT {WHOLE_TEXT}, content_hash, title, authors FROM articles WHERE id = ? AND withdrawn IS NULL",  # noqa: S608 ours
        [article_id],
    ).fetchone()
    if row is None:
        return
    text, content_hash, title, authors = row
    copies.forget(db, article_id, text, content_hash)
    values = search_columns(title, None, "", authors, "[]") | {"withdrawn": iso(now), "id": article_id}
    assignments = "".join(f", {column} = :{column}" for column in values if column not in ("withdrawn", "id"))
    db.execute(
        f"""
        UPDATE articles SET text = '', lead = NULL, captions = '[]', updates = '[]', withdrawn = :withdrawn{assignments}
        WHERE id = :id
        """,  # noqa: S608 ours
        values,
    )
    db.execute("UPDATE article_states SET text = '' WHERE article_id = ?", [article_id])
    db.execute("UPDATE article_verdicts SET places = '[]' WHERE article_id = ?", [article_id])
    # what its story says (`events.evidence.as_row`) is read anew only where events are made: until then its title speaks
    db.execute(
        """
        UPDATE event_evidence SET codes = '', has_text = 0,
            words = substr(words, 1, instr(words, '|')) || substr(words, 1, instr(words, '|') - 1)
        WHERE article_id = ?
        """,
        [article_id],
    )
    # and reasons tell what both of two stories say
    db.execute(
        """
        UPDATE event_stories
        SET reason = iif(reason GLOB 'goes on from event *: *', substr(reason, 1, instr(reason, ':') + 1), '')
            || 'alike by a text that its publisher withdrew since'
        WHERE other_id IS NOT NULL AND EXISTS (
            SELECT 1 FROM event_evidence
            WHERE article_id = ? AND event_evidence.story_id IN (event_stories.story_id, event_stories.other_id)
        )
        """,
        [article_id],
    )
    relabel(db, [article_id])
    vectors.ask_for(db, article_id)  # of the title alone, from now on
