"""The SQL of a state that was before what is known of an article: somebody else saw it.  In the archive's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.revisions.changes import DOUBTFUL, GONE, change
from newscrawler.text import clean_line, storable

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawler.items import Decision

FIRST = "new"  # the change of an article's first state
_NEXT_TO = """
    SELECT id, title, text FROM revisions
    WHERE article_id = :article AND change NOT IN (:gone, :doubtful) AND seen {} :seen ORDER BY seen {}, id {} LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class State:
    """What an article said, and when it was seen saying so (ISO 8601)."""

    title: str | None
    text: str
    content_hash: str
    seen: str


def keep(db: Database, decision: Decision, page_id: int | None) -> None:
    """Put a state where it belongs among those of its article, which now counts as seen since then at least."""
    key, article, seen = decision.article_id, decision.candidate.article, iso(decision.candidate.fetched)
    if key is None or article is None:
        return
    db.execute("UPDATE articles SET first_seen = ? WHERE id = ? AND first_seen > ?", [seen, key, seen])
    if decision.change is not None:
        state = State(storable(article.title), storable(article.text), article.content_hash, seen)
        insert(db, key, state, page_id)


def insert(db: Database, key: int, state: State, page_id: int | None) -> bool:
    """A state in its place: what changed from the one before it, and from it to the next.  Whether anything is new in that.

    What the one before it said is no state of its own, and what the one after it said was said since then.
    """
    values = {"article": key, "gone": GONE, "doubtful": DOUBTFUL, "seen": state.seen}
    words = (state.title, state.text)
    before = db.execute(_NEXT_TO.format("<=", "DESC", "DESC"), values).fetchone()
    after = db.execute(_NEXT_TO.format(">", "ASC", "ASC"), values).fetchone()
    if before and (before[1], before[2]) == words:
        return False
    if after and (after[1], after[2]) == words:
        db.execute("UPDATE article_states SET seen = ? WHERE id = ?", [state.seen, after[0]])
        return True
    how = change((before[1], before[2]), words) if before else None
    db.execute(
        """
        INSERT INTO article_states (article_id, seen, change, title, text, content_hash, page_id, reason, grown)
        VALUES (?1, ?2, ?3, ?4, nullif(?5, (SELECT text FROM articles WHERE id = ?1)), ?6, ?7, ?8, ?9)
        """,
        [
            key, state.seen, how.kind if how else FIRST, state.title, state.text, state.content_hash, page_id,
            clean_line(how.reason) if how else None, how.grown if how else False,
        ],
    )  # fmt: skip
    if after is not None:  # what came of it since
        since = change(words, (after[1], after[2]))
        db.execute(
            "UPDATE article_states SET change = ?, reason = ?, grown = ? WHERE id = ?",
            [since.kind, clean_line(since.reason), since.grown, after[0]],
        )
    return True
